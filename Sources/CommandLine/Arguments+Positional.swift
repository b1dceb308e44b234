extension Arguments {
  /// An argument that must be given, known by its place.
  ///
  /// Positional arguments are taken in the order they are declared: required ones, then optional ones, then a list.
  package mutating func positional<Value>(value: ValueKind<Value>, help: String) -> Value {
    let place = place(of: .required, value, help, fallback: nil)
    guard let line else { return value.sample() }
    guard place < line.words.count else {
      report(UsageProblem("argument \(value.placeholder) is missing"))
      return value.sample()
    }
    return read(line.words[place], value) ?? value.sample()
  }

  /// An argument that may be left out, and the value then.
  package mutating func positional<Value>(value: ValueKind<Value>, default fallback: Value, help: String) -> Value {
    let place = place(of: .optional, value, help, fallback: value.write(fallback))
    guard let line, place < line.words.count else { return fallback }
    return read(line.words[place], value) ?? fallback
  }

  /// An argument that may be left out: nil then.
  package mutating func optionalPositional<Value>(value: ValueKind<Value>, help: String) -> Value? {
    let place = place(of: .optional, value, help, fallback: nil)
    guard let line, place < line.words.count else { return nil }
    return read(line.words[place], value)
  }

  /// All arguments that are left, in order; no positional argument can follow.
  ///
  /// - Parameters:
  ///   - value: The kind of value.
  ///   - least: How many there must be.
  ///   - help: What they are.
  /// - Returns: The values, in the order of the line.
  package mutating func positionals<Value>(value: ValueKind<Value>, atLeast least: Int = 0, help: String) -> [Value] {
    let place = place(of: .several(atLeast: least), value, help, fallback: nil)
    guard let line else { return [] }
    let words = line.words.dropFirst(place)
    if words.count < least {
      let missing = least == 1 ? "is missing" : "is needed \(least) times and given \(words.count) times"
      report(UsageProblem("argument \(value.placeholder) \(missing)"))
    }
    var values: [Value] = []
    for word in words {
      if let value = read(word, value) { values.append(value) }
    }
    return values
  }

  /// The command line of another program, after `--`: its words, unread; it must be given and not be empty.
  package mutating func rest(_ placeholder: String = "COMMAND", help: String) -> [String] {
    declare(RestDeclaration(placeholder: placeholder, help: help))
    guard let line else { return [] }
    if let rest = line.rest, !rest.isEmpty { return rest }
    // Words without `--` are reported as unexpected, with the same remedy.
    if line.words.isEmpty {
      report(UsageProblem("\(placeholder) is missing", remedy: "'-- \(placeholder)' after the options"))
    }
    return []
  }

  /// Reports the words that no declaration takes.
  mutating func reportUnexpected(at node: CommandNode) {
    guard let line else { return }
    let takesAll = declarations.positionals.contains { if case .several = $0.count { true } else { false } }
    guard !takesAll else { return }
    for word in line.words.dropFirst(declarations.positionals.count) {
      if let rest = declarations.rest {
        let remedy = "'-- \(rest.placeholder)' after the options"
        report(UsageProblem("unexpected argument \(word.text.quoted)", remedy: remedy), at: word.position)
        // The words after it belong to the same command line.
        return
      }
      let isCommand = node.group != nil && node.child(word.text) != nil
      let remedy = isCommand ? "'\(node.line) \(word.text)' with the options after it" : nil
      report(UsageProblem("unexpected argument \(word.text.quoted)", remedy: remedy), at: word.position)
    }
  }

  private mutating func read<Value>(_ word: Word, _ value: ValueKind<Value>) -> Value? {
    read(word.text, value, as: "argument \(value.placeholder)", at: word.position)
  }

  /// Declares an argument and gives its place among the words.
  private mutating func place<Value>(
    of count: PositionalDeclaration.Count, _ value: ValueKind<Value>, _ help: String, fallback: String?
  ) -> Int {
    let place = declarations.positionals.count
    declare(
      PositionalDeclaration(
        placeholder: value.placeholder, count: count, completion: value.completion, help: help, fallback: fallback))
    return place
  }
}
