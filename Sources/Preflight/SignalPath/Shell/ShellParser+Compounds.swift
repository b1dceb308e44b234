import Vocabulary

/// Commands made of others: conditions, loops, choices, functions and tests.
extension ShellParser {
  mutating func withRedirections(_ command: ShellCommand) throws(Failure) -> ShellCommand {
    var redirections: [Redirection] = []
    skipBlanks()
    while let redirection = try redirection() {
      redirections.append(redirection)
      skipBlanks()
    }
    return redirections.isEmpty ? command : .redirected(command, redirections)
  }

  mutating func conditional() throws(Failure) -> ShellCommand {
    position += 2
    var branches: [(condition: ShellScript.Body, body: ShellScript.Body)] = []
    while true {
      let condition = try body(until: ["then"])
      position += 4
      let inner = try body(until: ["elif", "else", "fi"])
      branches.append((condition, inner))
      switch reservedWordAhead() {
      case "elif": position += 4
      case "else":
        position += 4
        let otherwise = try body(until: ["fi"])
        position += 2
        return .conditional(branches, otherwise: otherwise)
      default:
        position += 2
        return .conditional(branches, otherwise: [])
      }
    }
  }

  mutating func doBody() throws(Failure) -> ShellScript.Body {
    try skipNewlines()
    if hasExtensions, reservedWordAhead() == "{" {
      position += 1
      let inner = try body(until: ["}"])
      position += 1
      return inner
    }
    guard reservedWordAhead() == "do" else { throw fail("'do' expected before '\(nextText)'") }
    position += 2
    let inner = try body(until: ["done"])
    position += 4
    return inner
  }

  mutating func each(_ keyword: String) throws(Failure) -> ShellCommand {
    position += keyword.utf8.count
    skipBlanks()
    if hasExtensions, starts("(("), let text = arithmeticText() {
      skipBlanks()
      if peek == UInt8(ascii: ";") { position += 1 }
      let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3 else { throw fail("'for ((' needs three expressions") }
      return .arithmeticLoop(start: parts[0], condition: parts[1], step: parts[2], body: try doBody())
    }
    guard let name = name() else { throw fail("a name expected after '\(keyword)'") }
    try skipNewlines()
    var words: [ShellWord]?
    if reservedWordAhead() == "in" {
      position += 2
      var list: [ShellWord] = []
      skipBlanks()
      while let word = try word() {
        list.append(word)
        skipBlanks()
      }
      words = list
    }
    skipBlanks()
    if peek == UInt8(ascii: ";") { position += 1 }
    return .each(name: name, words: words, body: try doBody())
  }

  mutating func choice() throws(Failure) -> ShellCommand {
    position += 4
    skipBlanks()
    guard let subject = try word() else { throw fail("a word expected after 'case'") }
    try skipNewlines()
    guard reservedWordAhead() == "in" else { throw fail("'in' expected before '\(nextText)'") }
    position += 2
    var alternatives: [ShellCommand.Alternative] = []
    while true {
      try skipNewlines()
      if reservedWordAhead() == "esac" {
        position += 4
        return .choice(subject, alternatives)
      }
      if peek == UInt8(ascii: "(") { position += 1 }
      var patterns: [ShellWord] = []
      repeat {
        skipBlanks()
        guard let pattern = try word(isPattern: true) else { throw fail("a pattern expected before '\(nextText)'") }
        patterns.append(pattern)
        skipBlanks()
      } while take("|")
      guard take(")") else { throw fail("')' expected before '\(nextText)'") }
      let inner = try body(until: ["esac"])
      var goesOn = ShellCommand.GoesOn.ends
      if take(";;&") {
        goesOn = .tests
      } else if take(";;") {
      } else if take(";&") {
        goesOn = .falls
      } else if reservedWordAhead() != "esac" {
        throw fail("';;' expected before '\(nextText)'")
      }
      alternatives.append(ShellCommand.Alternative(patterns: patterns, body: inner, goesOn: goesOn))
    }
  }

  mutating func function() throws(Failure) -> ShellCommand {
    position += 8
    skipBlanks()
    guard let word = try word(), let name = word.literal else { throw fail("a name expected after 'function'") }
    skipBlanks()
    if peek == UInt8(ascii: "(") {
      position += 1
      skipBlanks()
      guard take(")") else { throw fail("')' expected") }
    }
    try skipNewlines()
    return .function(name: name, try command())
  }

  mutating func test() throws(Failure) -> ShellCommand {
    let start = line
    position += 2
    var tokens: [ShellCommand.TestToken] = []
    while true {
      try skipNewlines()
      guard let byte = peek else { throw fail("unexpected end of file, ']]' expected") }
      if starts("&&") || starts("||") {
        tokens.append(byte == UInt8(ascii: "&") ? .and : .or)
        position += 2
      } else if byte == UInt8(ascii: "!"), isBoundary(peek(1)) {
        tokens.append(.not)
        position += 1
      } else if byte == UInt8(ascii: "("), !followsMatch(tokens) {
        tokens.append(.open)
        position += 1
      } else if byte == UInt8(ascii: ")") {
        tokens.append(.close)
        position += 1
      } else if byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") {
        tokens.append(byte == UInt8(ascii: "<") ? .less : .greater)
        position += 1
      } else {
        guard let word = try word(isPattern: true, isTest: true, isExpression: followsMatch(tokens)) else {
          throw fail("unexpected '\(nextText)' in '[['")
        }
        if word.literal == "]]" { return .test(tokens, line: start) }
        tokens.append(.word(word))
      }
    }
  }

  private func followsMatch(_ tokens: [ShellCommand.TestToken]) -> Bool {
    guard case .word(let word)? = tokens.last else { return false }
    return word.literal == "=~"
  }
}
