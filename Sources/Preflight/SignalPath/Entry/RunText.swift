/// The commands of a `RUN` as far as its effects on an image are read from it: words, and where their output goes.
///
/// No shell: constructs other than lists of commands are taken as words, and their commands are then not known.
struct RunCommand: Hashable, Sendable {
  /// Its words, quotes taken away and known variables put in.
  var words: [String] = []
  /// The file that its output replaces or is appended to.
  var output: (path: String, appends: Bool)?
  /// The name of the here-document that it reads.
  var heredoc: String?
  /// Whether a pipe feeds it or takes its output.
  var isPiped = false

  static func == (left: RunCommand, right: RunCommand) -> Bool {
    left.words == right.words && left.output?.path == right.output?.path && left.heredoc == right.heredoc
  }

  func hash(into hasher: inout Hasher) { hasher.combine(words) }

  /// The name of its program, without folder, `sudo` and assignments before it.
  var program: String { arguments.first.map(ImagePath.name) ?? "" }

  /// The program and its arguments, without what only stands before them.
  var arguments: ArraySlice<String> {
    words.drop { word in
      ["sudo", "then", "do", "else", "{", "(", "!", "exec", "command"].contains(word)
        || word.split(separator: "=", maxSplits: 1).count == 2 && word.first?.isLetter == true && !word.contains("/=")
          && word.prefix { $0 != "=" }.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
    }
  }

  /// The arguments that are no options.
  var operands: [String] { operands(after: []) }

  /// The arguments that are neither options nor the values of options that take one.
  func operands(after takers: Set<String>) -> [String] {
    zip(arguments, arguments.dropFirst()).filter { !takers.contains($0) && !$1.hasPrefix("-") }.map(\.1)
  }

  /// The commands of a list, `&&`, `;`, `|` and lines between them.
  static func commands(of text: String, environment: [String: String]) -> [RunCommand] {
    var reader = Reader(scalars: Array(text.unicodeScalars), environment: environment)
    return reader.commands()
  }

  private struct Reader {
    let scalars: [Unicode.Scalar]
    let environment: [String: String]
    var position = 0
    var result: [RunCommand] = []
    var command = RunCommand()
    var word: String.UnicodeScalarView?
    enum Expectation { case word, output(appends: Bool), heredoc, ignored }
    var expectation = Expectation.word

    mutating func commands() -> [RunCommand] {
      while position < scalars.count {
        let scalar = scalars[position]
        position += 1
        switch scalar {
        case " ", "\t", "\r": endWord()
        case "\n", ";": endCommand()
        case "&", "|":
          let isRedirection = scalar == "&" && (position < scalars.count && scalars[position] == ">")
          if isRedirection { continue }
          endWord()
          let isDouble = position < scalars.count && scalars[position] == scalar
          if isDouble { position += 1 }
          if scalar == "|", !isDouble { command.isPiped = true }
          endCommand()
          if scalar == "|", !isDouble { command.isPiped = true }
        case "#" where word == nil: while position < scalars.count, scalars[position] != "\n" { position += 1 }
        case ">": redirect()
        case "<" where position < scalars.count && scalars[position] == "<":
          position += 1
          if position < scalars.count, scalars[position] == "-" { position += 1 }
          endWord()
          expectation = .heredoc
        case "<":
          endWord()
          expectation = .ignored
        case "\\":
          guard position < scalars.count else { continue }
          if scalars[position] != "\n" { append(scalars[position]) }
          position += 1
        case "'": quoted(isDouble: false)
        case "\"": quoted(isDouble: true)
        case "$": dollar()
        default: append(scalar)
        }
      }
      endCommand()
      return result
    }

    mutating func append(_ scalar: Unicode.Scalar) {
      if word == nil { word = String.UnicodeScalarView() }
      word?.append(scalar)
    }

    mutating func endWord() {
      guard let text = word.map({ String($0) }) else { return }
      word = nil
      switch expectation {
      case .word: command.words.append(text)
      case .output(let appends): if text != "/dev/null", !text.hasPrefix("&") { command.output = (text, appends) }
      case .heredoc: command.heredoc = text
      case .ignored: break
      }
      expectation = .word
    }

    mutating func endCommand() {
      endWord()
      if !command.words.isEmpty || command.output != nil { result.append(command) }
      command = RunCommand()
    }

    mutating func redirect() {
      // `2>` is not the command's output.
      let isOther = word.map { String($0) == "2" } ?? false
      if let digits = word.map({ String($0) }), digits == "1" || digits == "2" { word = nil }
      endWord()
      var appends = false
      if position < scalars.count, scalars[position] == ">" {
        appends = true
        position += 1
      }
      if position < scalars.count, scalars[position] == "&" { position += 1 }
      expectation = isOther ? .ignored : .output(appends: appends)
    }

    mutating func quoted(isDouble: Bool) {
      if word == nil { word = String.UnicodeScalarView() }
      while position < scalars.count {
        let scalar = scalars[position]
        position += 1
        switch scalar {
        case "'" where !isDouble, "\"" where isDouble: return
        case "$" where isDouble: dollar()
        case "\\" where isDouble && position < scalars.count && "\"\\$`\n".unicodeScalars.contains(scalars[position]):
          if scalars[position] != "\n" { append(scalars[position]) }
          position += 1
        default: append(scalar)
        }
      }
    }

    mutating func dollar() {
      var end = position
      let isBraced = end < scalars.count && scalars[end] == "{"
      if isBraced { end += 1 }
      let start = end
      while end < scalars.count,
        scalars[end] == "_" || scalars[end].properties.isAlphabetic
          || (end > start && scalars[end].properties.numericType == .decimal)
      {
        end += 1
      }
      let name = String(String.UnicodeScalarView(scalars[start..<end]))
      guard !name.isEmpty, !isBraced || end < scalars.count && scalars[end] == "}", let value = environment[name] else {
        append("$")
        return
      }
      position = isBraced ? end + 1 : end
      for scalar in value.unicodeScalars { append(scalar) }
    }
  }
}
