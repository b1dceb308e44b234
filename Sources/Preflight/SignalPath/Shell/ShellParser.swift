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

  private mutating func command() throws(Failure) -> ShellCommand {
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

  private mutating func withRedirections(_ command: ShellCommand) throws(Failure) -> ShellCommand {
    var redirections: [Redirection] = []
    skipBlanks()
    while let redirection = try redirection() {
      redirections.append(redirection)
      skipBlanks()
    }
    return redirections.isEmpty ? command : .redirected(command, redirections)
  }

  private mutating func conditional() throws(Failure) -> ShellCommand {
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

  private mutating func doBody() throws(Failure) -> ShellScript.Body {
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

  private mutating func each(_ keyword: String) throws(Failure) -> ShellCommand {
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

  private mutating func choice() throws(Failure) -> ShellCommand {
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

  private mutating func function() throws(Failure) -> ShellCommand {
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

  private mutating func test() throws(Failure) -> ShellCommand {
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

  // MARK: Redirections and here-documents

  private static let redirectionOperators: [(text: String, kind: Redirection.Kind)] = [
    ("&>>", .bothAppend), ("&>", .both), ("<<<", .hereString), ("<<-", .hereDocument), ("<<", .hereDocument),
    ("<&", .duplicateInput), ("<>", .readWrite), (">>", .append), (">&", .duplicateOutput), (">|", .clobber),
    ("<", .input), (">", .output),
  ]

  private mutating func redirection() throws(Failure) -> Redirection? {
    var index = position
    var descriptor: String?
    while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) { index += 1 }
    if index > position {
      guard index < bytes.count, bytes[index] == UInt8(ascii: "<") || bytes[index] == UInt8(ascii: ">") else {
        return nil
      }
      descriptor = text(position..<index)
    } else if hasExtensions, peek == UInt8(ascii: "{"), let end = bytes[position...].firstIndex(of: UInt8(ascii: "}")),
      end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "<") || bytes[end + 1] == UInt8(ascii: ">"),
      end > position + 1, bytes[(position + 1)..<end].allSatisfy(isNameByte)
    {
      descriptor = text((position + 1)..<end)
      index = end + 1
    }
    // `<(` and `>(` are words.
    guard
      let found = ShellParser.redirectionOperators.first(where: {
        starts($0.text, at: index) && (hasExtensions || !["&>>", "&>", "<<<"].contains($0.text))
      })
    else { return nil }
    let after = index + found.text.utf8.count
    if hasExtensions, found.text == "<" || found.text == ">", after < bytes.count,
      bytes[after] == UInt8(ascii: "(")
    {
      return nil
    }
    position = after
    skipBlanks()
    if found.kind == .hereDocument {
      return try hereDocument(descriptor, stripsTabs: found.text == "<<-")
    }
    guard let target = try word() else { throw fail("a word expected after '\(found.text)'") }
    return Redirection(descriptor: descriptor, kind: found.kind, target: target)
  }

  /// Reads a here-document's text ahead: it begins behind the line that is being read.
  private mutating func hereDocument(_ descriptor: String?, stripsTabs: Bool) throws(Failure) -> Redirection {
    let start = position
    guard let word = try word(), let delimiter = word.constant else { throw fail("a word expected after '<<'") }
    let isQuoted = bytes[start..<position].contains { "\"'\\".utf8.contains($0) }
    let newline = documentsEnd?.newline ?? bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    var next = documentsEnd?.next ?? min(newline + 1, bytes.count)
    let first = documentsEnd?.line ?? line + 1
    var last = first
    var content: [UInt8] = []
    while next < bytes.count {
      let end = bytes[next...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      var row = bytes[next..<end]
      next = min(end + 1, bytes.count)
      last += 1
      if stripsTabs { row = row.drop { $0 == UInt8(ascii: "\t") } }
      if row.elementsEqual(delimiter.utf8) { break }
      content += row + [UInt8(ascii: "\n")]
    }
    documentsEnd = (newline, next, last)
    var target = ShellWord(parts: [.text(String(decoding: content, as: UTF8.self), quoted: true)], line: line)
    if !isQuoted {
      var inner = ShellParser(content, dialect: dialect, line: first)
      inner.depth = depth + 1
      target.parts = try inner.quotedParts(until: nil)
    }
    return Redirection(descriptor: descriptor, kind: .hereDocument, target: target)
  }

  /// Steps over a line's end, and over the here-documents that follow it.
  mutating func newline() throws(Failure) {
    guard position < bytes.count else { return }
    if let documents = documentsEnd, position >= documents.newline {
      (position, line) = (max(position + 1, documents.next), documents.line)
      documentsEnd = nil
    } else {
      position += 1
      line += 1
    }
  }
}
