/// Variables and quotes in the words of a Dockerfile, by the rules of BuildKit's lexer.
struct DockerfileWords {
  /// What is wrong with a `${…}` or a quote: no image is built.
  struct Problem: Error, Hashable { let what: String }

  let escape: Unicode.Scalar
  let environment: [String: String]
  /// Whether quotes are text, as in a here-document.
  var keepsQuotes = false

  /// One word with its variables put in and its quotes taken away.
  func word(_ text: String) throws(Problem) -> String {
    var lexer = Lexer(text, self)
    return try lexer.text(until: nil, rawEscapes: false)
  }

  /// The words between white space that is not quoted; what a variable holds is not split.
  func words(_ text: String) throws(Problem) -> [String] {
    var words: [String] = []
    for word in DockerfileLine.words(of: text, escape: escape) { words.append(try self.word(word)) }
    return words
  }

  private struct Lexer {
    let rules: DockerfileWords
    let scalars: [Unicode.Scalar]
    var position = 0
    var depth = 0

    init(_ text: String, _ rules: DockerfileWords) {
      scalars = Array(text.unicodeScalars)
      self.rules = rules
    }

    var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    mutating func take() -> Unicode.Scalar? {
      defer { position += 1 }
      return current
    }

    mutating func text(until stop: Unicode.Scalar?, rawEscapes: Bool) throws(Problem) -> String {
      depth += 1
      defer { depth -= 1 }
      guard depth <= 64 else { throw Problem(what: "'${' is nested more than 64 deep") }
      var result = String.UnicodeScalarView()
      while let scalar = current {
        if scalar == stop {
          position += 1
          return String(result)
        }
        switch scalar {
        case "$": result.append(contentsOf: try dollar().unicodeScalars)
        case "'" where !rules.keepsQuotes: result.append(contentsOf: try quoted("'"))
        case "\"" where !rules.keepsQuotes: result.append(contentsOf: try quoted("\""))
        case rules.escape:
          position += 1
          if rawEscapes { result.append(scalar) }
          if let next = take() { result.append(next) }
        default:
          position += 1
          result.append(scalar)
        }
      }
      guard stop == nil else { throw Problem(what: "'${' is not closed") }
      return String(result)
    }

    mutating func quoted(_ quote: Unicode.Scalar) throws(Problem) -> String.UnicodeScalarView {
      position += 1
      var result = String.UnicodeScalarView()
      while let scalar = current {
        if scalar == quote {
          position += 1
          return result
        }
        if quote == "\"", scalar == "$" {
          result.append(contentsOf: try dollar().unicodeScalars)
          continue
        }
        position += 1
        if quote == "\"", scalar == rules.escape, let next = current,
          next == "\"" || next == "$" || next == rules.escape
        {
          position += 1
          result.append(next)
        } else {
          result.append(scalar)
        }
      }
      throw Problem(what: "a quote is not closed")
    }

    mutating func dollar() throws(Problem) -> String {
      position += 1
      guard current == "{" else {
        let name = self.name()
        return name.isEmpty ? "$" : rules.environment[name] ?? ""
      }
      position += 1
      let name = self.name()
      guard !name.isEmpty else { throw Problem(what: "'${' without a name") }
      let value = rules.environment[name]
      guard var operation = take() else { throw Problem(what: "'${' is not closed") }
      if operation == "}" { return value ?? "" }
      let emptyIsUnset = operation == ":"
      if emptyIsUnset {
        guard let next = take(), "+-?".unicodeScalars.contains(next) else {
          throw Problem(what: "'${\(name):' is followed by what BuildKit does not know")
        }
        operation = next
      }
      let isSet = value.map { !(emptyIsUnset && $0.isEmpty) } ?? false
      switch operation {
      case "-":
        let word = try text(until: "}", rawEscapes: false)
        return isSet ? value ?? "" : word
      case "+":
        let word = try text(until: "}", rawEscapes: false)
        return isSet ? word : ""
      case "?":
        let word = try text(until: "}", rawEscapes: false)
        guard isSet else { throw Problem(what: "\(name): \(word.isEmpty ? "is not allowed to be unset" : word)") }
        return value ?? ""
      case "#", "%":
        var pattern = try text(until: "}", rawEscapes: true)[...]
        let isLongest = pattern.unicodeScalars.first == operation
        if isLongest { pattern = pattern.dropFirst() }
        return ShellPattern(pattern).trimming(value ?? "", atStart: operation == "#", longest: isLongest)
      case "/":
        let everywhere = current == "/"
        if everywhere { position += 1 }
        let pattern = ShellPattern(try text(until: "/", rawEscapes: true)[...])
        return pattern.replacing(
          in: value ?? "", with: try text(until: "}", rawEscapes: true), everywhere: everywhere)
      default: throw Problem(what: "'${\(name)\(operation)' is followed by what BuildKit does not know")
      }
    }

    mutating func name() -> String {
      var name = String.UnicodeScalarView()
      while let scalar = current {
        let isDigit = scalar.properties.numericType == .decimal
        if name.isEmpty, "@*#?-$!".unicodeScalars.contains(scalar) {
          position += 1
          return String(scalar)
        }
        guard scalar == "_" || isDigit || scalar.properties.isAlphabetic else { break }
        if isDigit, name.isEmpty {
          while let digit = current, digit.properties.numericType == .decimal {
            name.append(digit)
            position += 1
          }
          return String(name)
        }
        name.append(scalar)
        position += 1
      }
      return String(name)
    }
  }
}

/// `*` and `?` in `${name#pattern}` and its kin; a backslash escapes.
struct ShellPattern {
  private enum Piece { case any, one, scalar(Unicode.Scalar) }
  private let pieces: [Piece]

  init(_ text: Substring) {
    var pieces: [Piece] = []
    var isEscaped = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\" where !isEscaped: isEscaped = true
      case "*" where !isEscaped: pieces.append(.any)
      case "?" where !isEscaped: pieces.append(.one)
      default:
        pieces.append(.scalar(scalar))
        isEscaped = false
      }
    }
    self.pieces = pieces
  }

  /// Whether all of the text matches.
  func matches(_ text: some Sequence<Unicode.Scalar>) -> Bool {
    // Positions of the pattern that the text read so far can stand at: linear, whatever the pattern.
    var states = closure([0])
    for scalar in text {
      var next: Set<Int> = []
      for state in states where state < pieces.count {
        switch pieces[state] {
        case .any: next.insert(state)
        case .one: next.insert(state + 1)
        case .scalar(let wanted): if wanted == scalar { next.insert(state + 1) }
        }
      }
      states = closure(next)
      if states.isEmpty { return false }
    }
    return states.contains(pieces.count)
  }

  private func closure(_ states: Set<Int>) -> Set<Int> {
    var result = states
    for state in states {
      var state = state
      while state < pieces.count, case .any = pieces[state] {
        state += 1
        result.insert(state)
      }
    }
    return result
  }

  func trimming(_ value: String, atStart: Bool, longest: Bool) -> String {
    let scalars = Array(value.unicodeScalars.prefix(4096))
    let lengths = Array(0...scalars.count)
    for length in longest ? lengths.reversed() : lengths {
      let part = atStart ? scalars.prefix(length) : scalars.suffix(length)
      guard matches(part) else { continue }
      return String(String.UnicodeScalarView(atStart ? scalars.dropFirst(length) : scalars.dropLast(length)))
    }
    return value
  }

  func replacing(in value: String, with replacement: String, everywhere: Bool) -> String {
    let scalars = Array(value.unicodeScalars.prefix(4096))
    var result = String.UnicodeScalarView()
    var position = 0
    while position < scalars.count {
      let ends = stride(from: scalars.count, to: position, by: -1)
      guard let end = ends.first(where: { matches(scalars[position..<$0]) }) else {
        result.append(scalars[position])
        position += 1
        continue
      }
      result.append(contentsOf: replacement.unicodeScalars)
      position = end
      if !everywhere { break }
    }
    result.append(contentsOf: scalars[min(position, scalars.count)...])
    return String(result)
  }
}
