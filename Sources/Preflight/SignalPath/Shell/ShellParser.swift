/// Reads shell scripts: POSIX sh, and what bash, ksh and zsh add to it that decides which program runs.
///
/// As shells do, it reads one complete command after the other: what stands before a syntax error is read, and would run.
/// Nesting is limited to 200, a script to 1 MiB.
package struct ShellParser {
  let dialect: ShellKind
  var bytes: [UInt8]
  var position = 0
  var line: Int
  var depth = 0
  /// Where the here-documents of the line being read end: the line's end, and where and on which line reading goes on.
  var documentsEnd: (newline: Int, next: Int, line: Int)?

  struct Failure: Error {
    let line: Int
    let reason: String
  }

  /// Reads a script, or the text of `sh -c`.
  package static func parse(_ text: String, dialect: ShellKind) -> ShellScript {
    var parser = ShellParser(Array(text.utf8.prefix(1 << 20)), dialect: dialect, line: 0)
    return parser.script()
  }

  init(_ bytes: [UInt8], dialect: ShellKind, line: Int) {
    self.bytes = bytes
    self.dialect = dialect
    self.line = line
  }

  /// `[[`, `((`, arrays, `function`, process substitutions.
  var hasExtensions: Bool { dialect != .dash && dialect != .busybox }

  private mutating func script() -> ShellScript {
    var statements: ShellScript.Body = []
    do throws(Failure) {
      while true {
        try skipNewlines()
        guard position < bytes.count else { return ShellScript(statements: statements, failure: nil) }
        statements += try completeCommand()
      }
    } catch {
      return ShellScript(
        statements: statements, failure: ShellScript.SyntaxFailure(line: error.line, reason: error.reason))
    }
  }

  /// A complete command: it ends at its line's end, and an error in it takes all of it along.
  mutating func completeCommand() throws(Failure) -> ShellScript.Body {
    var statements: ShellScript.Body = []
    repeat { statements.append(try statement()) } while startsCommand
    guard position >= bytes.count || peek == UInt8(ascii: "\n") else {
      throw fail("unexpected '\(nextText)'")
    }
    try newline()
    return statements
  }

  // MARK: Lists

  private var startsCommand: Bool {
    var ahead = self
    ahead.skipBlanks()
    guard let byte = ahead.peek else { return false }
    return !"\n)".utf8.contains(byte) && !ahead.isAtTerminator
  }

  /// Whether `;;`, `;&` or a stray operator is next.
  private var isAtTerminator: Bool { starts(";;") || starts(";&") }

  /// A list up to one of the reserved words, or up to `)`; the terminator stays.
  mutating func body(until words: Set<String>, orParenthesis: Bool = false) throws(Failure) -> ShellScript.Body {
    var statements: ShellScript.Body = []
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else { throw fail("nested too deeply") }
    while true {
      try skipNewlines()
      guard let byte = peek else {
        throw fail("unexpected end of file")
      }
      if byte == UInt8(ascii: ")") {
        guard orParenthesis || words.contains("esac") else { throw fail("unexpected ')'") }
        return statements
      }
      if isAtTerminator, words.contains("esac") { return statements }
      if let word = reservedWordAhead(), words.contains(word) { return statements }
      statements.append(try statement())
    }
  }

  private mutating func statement() throws(Failure) -> ShellScript.Statement {
    let command = try andOr()
    skipBlanks()
    guard isAtCommandEnd || reservedWordAhead() != nil else { throw fail("unexpected '\(nextText)'") }
    var isBackground = false
    if peek == UInt8(ascii: "&"), peek(1) != UInt8(ascii: "&") {
      position += 1
      isBackground = true
      if hasExtensions, peek == UInt8(ascii: "!") || peek == UInt8(ascii: "|"), dialect == .zsh { position += 1 }
    } else if peek == UInt8(ascii: ";"), !isAtTerminator {
      position += 1
    }
    skipBlanks()
    return ShellScript.Statement(command: command, isBackground: isBackground)
  }

  private mutating func andOr() throws(Failure) -> ShellCommand {
    var left = try pipeline()
    while true {
      skipBlanks()
      let isAnd = starts("&&")
      guard isAnd || starts("||") else { return left }
      position += 2
      try skipNewlines()
      let right = try pipeline()
      left = isAnd ? .and(left, right) : .or(left, right)
    }
  }

  private mutating func pipeline() throws(Failure) -> ShellCommand {
    skipBlanks()
    if reservedWordAhead() == "!" {
      position += 1
      depth += 1
      defer { depth -= 1 }
      guard depth < 200 else { throw fail("nested too deeply") }
      return .not(try pipeline())
    }
    if hasExtensions, reservedWordAhead() == "time" {
      position += 4
      skipBlanks()
      if starts("-p"), isBoundary(peek(2)) { position += 2 }
      skipBlanks()
      if isAtCommandEnd { return .timed(.group([])) }
      depth += 1
      defer { depth -= 1 }
      guard depth < 200 else { throw fail("nested too deeply") }
      return .timed(try pipeline())
    }
    var commands = [try command()]
    while true {
      skipBlanks()
      guard peek == UInt8(ascii: "|"), peek(1) != UInt8(ascii: "|") else { break }
      position += peek(1) == UInt8(ascii: "&") ? 2 : 1
      try skipNewlines()
      commands.append(try command())
    }
    return commands.count == 1 ? commands[0] : .pipeline(commands)
  }

  private var isAtCommandEnd: Bool {
    guard let byte = peek else { return true }
    return "\n;&|)".utf8.contains(byte)
  }

  // MARK: Commands

  mutating func command() throws(Failure) -> ShellCommand {
    skipBlanks()
    let start = line
    guard let byte = peek else { throw fail("unexpected end of file") }
    if byte == UInt8(ascii: "(") {
      if hasExtensions || dialect == .busybox, peek(1) == UInt8(ascii: "("), let text = arithmeticText() {
        return try withRedirections(.arithmetic(text))
      }
      position += 1
      let inner = try body(until: [], orParenthesis: true)
      position += 1
      return try withRedirections(.subshell(inner))
    }
    if let word = reservedWordAhead() {
      switch word {
      case "{":
        position += 1
        let inner = try body(until: ["}"])
        position += 1
        return try withRedirections(.group(inner))
      case "if": return try withRedirections(try conditional())
      case "while", "until":
        position += 5
        let condition = try body(until: ["do"])
        return try withRedirections(.loop(until: word == "until", condition: condition, body: try doBody()))
      case "for": return try withRedirections(try each(word))
      case "select" where hasExtensions: return try withRedirections(try each(word))
      case "case": return try withRedirections(try choice())
      case "[[" where hasExtensions || dialect == .busybox: return try withRedirections(try test())
      case "function" where hasExtensions || dialect == .busybox: return try function()
      case "coproc" where hasExtensions:
        position += 6
        skipBlanks()
        return .coprocess(try coprocessBody())
      case "then", "else", "elif", "fi", "do", "done", "esac", "}", "in":
        if word != "in" { throw fail("unexpected '\(word)'") }
      default: break
      }
    }
    return try simple(start)
  }

  private mutating func coprocessBody() throws(Failure) -> ShellCommand {
    // `coproc NAME { …; }` names it; `coproc command` does not.
    var ahead = self
    if ahead.name() != nil {
      ahead.skipBlanks()
      if ahead.peek == UInt8(ascii: "{") || ahead.peek == UInt8(ascii: "(") { self = ahead }
    }
    return try command()
  }

  private mutating func simple(_ start: Int) throws(Failure) -> ShellCommand {
    var simple = SimpleCommand(line: start)
    while true {
      skipBlanks()
      if let redirection = try redirection() {
        simple.redirections.append(redirection)
        continue
      }
      if simple.words.isEmpty, let assignment = try assignment() {
        simple.assignments.append(assignment)
        continue
      }
      // `local x=(a b)` and its like take assignments as arguments.
      if let name = simple.words.first?.literal, ShellParser.declarations.contains(name), hasExtensions,
        let assignment = try assignment(onlyLists: true)
      {
        simple.assignments.append(assignment)
        continue
      }
      guard let word = try word() else { break }
      simple.words.append(word)
      if simple.words.count == 1, simple.assignments.isEmpty, let name = word.literal, isFunctionHead() {
        skipBlanks()
        position += 1
        skipBlanks()
        position += 1
        try skipNewlines()
        depth += 1
        defer { depth -= 1 }
        guard depth < 200 else { throw fail("nested too deeply") }
        return .function(name: name, try command())
      }
    }
    guard !simple.words.isEmpty || !simple.assignments.isEmpty || !simple.redirections.isEmpty else {
      throw fail("unexpected '\(nextText)'")
    }
    return .simple(simple)
  }

  static let declarations: Set<String> = ["local", "declare", "typeset", "export", "readonly"]

  private func isFunctionHead() -> Bool {
    var ahead = self
    ahead.skipBlanks()
    guard ahead.take("(") else { return false }
    ahead.skipBlanks()
    guard ahead.take(")") else { return false }
    return true
  }
}
