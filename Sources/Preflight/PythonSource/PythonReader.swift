/// Words to statements.
struct PythonReader {
  private(set) var troubles: [PythonTrouble] = []
  private let tokens: [PythonToken]
  private var at = 0
  private var nesting = 0

  init(_ tokens: [PythonToken]) { self.tokens = tokens }

  /// Expressions and blocks in one another that are read; it bounds the stack.
  private static let nestingLimit = 100

  /// Thrown where a statement cannot be read.
  struct Unread: Error {}

  /// All statements.
  mutating func module() -> [PythonStatement] {
    var body: [PythonStatement] = []
    while !isAtEnd {
      if isAtDedent || isAtIndent { advance() } else { body += line() }
    }
    return body
  }

  // MARK: Words

  var token: PythonToken { tokens[min(at, tokens.count - 1)] }

  var isAtEnd: Bool { if case .end = token.kind { true } else { false } }
  var isAtNewline: Bool { if case .newline = token.kind { true } else { isAtEnd } }
  private var isAtIndent: Bool { if case .indent = token.kind { true } else { false } }
  private var isAtDedent: Bool { if case .dedent = token.kind { true } else { false } }

  mutating func advance() { at = min(at + 1, tokens.count - 1) }

  /// The word `offset` places on; symbols and names only.
  func peek(_ offset: Int = 0) -> String { at + offset < tokens.count ? tokens[at + offset].text : "" }

  /// Passes a word when it is there.
  mutating func take(_ text: String) -> Bool {
    guard token.text == text else { return false }
    advance()
    return true
  }

  mutating func expect(_ text: String) throws(Unread) {
    guard take(text) else { throw Unread() }
  }

  /// A name that is no keyword.
  mutating func identifier() throws(Unread) -> String {
    guard case .name = token.kind, !PythonReader.keywords.contains(token.text) else { throw Unread() }
    defer { advance() }
    return token.text
  }

  static let keywords: Set<String> = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
    "elif",
    "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal", "not", "or",
    "pass", "raise", "return", "try", "while", "with", "yield",
  ]

  /// Runs a reading one level deeper.
  mutating func nested<Result>(_ read: (inout PythonReader) throws(Unread) -> Result) throws(Unread) -> Result {
    guard nesting < PythonReader.nestingLimit else { throw Unread() }
    nesting += 1
    defer { nesting -= 1 }
    return try read(&self)
  }

  /// Runs a reading, and goes back to where it began when it fails.
  mutating func attempt<Result>(_ read: (inout PythonReader) throws(Unread) -> Result) -> Result? {
    let start = at
    do {
      return try read(&self)
    } catch {
      at = start
      return nil
    }
  }

  // MARK: Lines

  /// The statements of one logical line with the blocks below it; always passes at least one word.
  private mutating func line() -> [PythonStatement] {
    let start = at
    var result: [PythonStatement] = []
    do {
      repeat {
        if isAtNewline { break }
        result.append(try statement())
      } while take(";")
      if isBehindBlock(result.last) { return result }
      guard isAtNewline else { throw Unread() }
      advance()
      return result
    } catch {
      return result + [unreadRest(from: start)]
    }
  }

  /// Whether the last statement read its own line end, with the block below it.
  private func isBehindBlock(_ statement: PythonStatement?) -> Bool {
    guard let statement, !statement.blocks.isEmpty, at > 0 else { return false }
    switch tokens[at - 1].kind {
    case .dedent, .newline: return true
    default: return false
    }
  }

  /// Passes the rest of a line that could not be read, and reads the block below it.
  private mutating func unreadRest(from start: Int) -> PythonStatement {
    let first = tokens[start].line
    if troubles.count < 100 {
      troubles.append(PythonTrouble(line: token.line, what: "a statement that cannot be read"))
    }
    while !isAtNewline { advance() }
    let last = token.line
    advance()
    let body = isAtIndent ? (try? nested { reader throws(Unread) in reader.indentedBlock() }) ?? [] : []
    return PythonStatement(kind: .unread(body: body), lines: min(first, last)...max(first, last), decorators: [])
  }

  /// The statements of an indented block; stands at its indentation.
  private mutating func indentedBlock() -> [PythonStatement] {
    advance()
    var body: [PythonStatement] = []
    while !isAtDedent, !isAtEnd {
      if isAtIndent { advance() } else { body += line() }
    }
    if isAtDedent { advance() }
    return body
  }

  /// What follows a colon: the rest of the line, or an indented block.
  mutating func block() throws(Unread) -> [PythonStatement] {
    try expect(":")
    guard isAtNewline else {
      return try nested { reader throws(Unread) in reader.line() }
    }
    advance()
    guard isAtIndent else { return [] }
    return try nested { reader throws(Unread) in reader.indentedBlock() }
  }

  /// Passes the end of the block that this is the end of.
  mutating func endOfBlock() throws(Unread) {
    guard isAtDedent else { throw Unread() }
    advance()
  }

  /// Whether the line that begins here ends with a colon, and the block below it begins with a word.
  func isHead(ofBlockThatBeginsWith word: String) -> Bool {
    var index = at
    while index < tokens.count {
      if case .newline = tokens[index].kind { break }
      index += 1
    }
    guard index + 2 < tokens.count, index > at, tokens[index - 1].text == ":" else { return false }
    guard case .indent = tokens[index + 1].kind else { return false }
    return tokens[index + 2].text == word
  }

  /// Passes what stands before the colon that ends a head.
  mutating func passToColon() throws(Unread) {
    var depth = 0
    while depth > 0 || token.text != ":" {
      guard !isAtNewline else { throw Unread() }
      if ["(", "[", "{"].contains(token.text) { depth += 1 }
      if [")", "]", "}"].contains(token.text) { depth -= 1 }
      advance()
    }
  }

  /// A statement's lines from its first word to the word before this one.
  func lines(from first: Int) -> ClosedRange<Int> {
    first...max(first, at > 0 ? tokens[at - 1].lastLine : first)
  }
}
