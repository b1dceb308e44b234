/// Python's text in words: names, numbers, strings, symbols, line ends, indentation.
///
/// A line end inside brackets is none, as in the language; a line that begins with a word that no expression can have there
/// closes brackets that were left open.
struct PythonTokenizer {
  private(set) var troubles: [PythonTrouble] = []
  let bytes: [UInt8]
  var at = 0
  var line = 1
  var lineStart = 0
  private var counted = (at: 0, column: 1)
  private var brackets = 0
  private var indents = [0]
  private var result: [PythonToken] = []

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    counted.at = at
    lineStart = at
  }

  /// The levels of indentation that are kept; deeper blocks belong to the last.
  static let indentLimit = 50

  /// What no expression has at the beginning of a line.
  private static let statementWords: Set<String> = [
    "def", "class", "import", "return", "raise", "while", "try", "with", "del", "assert", "pass", "global", "nonlocal",
  ]

  mutating func tokens() -> [PythonToken] {
    while at < bytes.count {
      if isAtLineStart, !readIndentation() { continue }
      readToken()
    }
    if case .newline? = result.last?.kind {} else if !result.isEmpty { add(.newline, from: at) }
    if brackets > 0 { trouble("a bracket that is not closed") }
    for _ in indents.dropFirst() { add(.dedent, from: at) }
    add(.end, from: at)
    return result
  }

  private var isAtLineStart = true

  mutating func trouble(_ what: String) {
    if troubles.count < 100 { troubles.append(PythonTrouble(line: line, what: what)) }
  }

  func byte(_ offset: Int = 0) -> UInt8? { at + offset < bytes.count ? bytes[at + offset] : nil }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  /// The column of a place on this line at or behind the last one that was asked for: each byte is counted once.
  private mutating func column(of start: Int) -> Int {
    if counted.at < lineStart { counted = (lineStart, 1) }
    while counted.at < start {
      if bytes[counted.at] & 0xC0 != 0x80 { counted.column += 1 }
      counted.at += 1
    }
    return counted.column
  }

  private mutating func add(_ kind: PythonToken.Kind, from start: Int) {
    let column = column(of: start)
    result.append(PythonToken(kind: kind, text: "", line: line, column: column, lastLine: line))
  }

  /// Passes a line end, whatever it is made of.
  mutating func passLineEnd() {
    at += bytes[at] == UInt8(ascii: "\r") && byte(1) == UInt8(ascii: "\n") ? 2 : 1
    line += 1
    lineStart = at
  }

  /// Reads the blanks that a line begins with; false when nothing but them and a comment is on it.
  private mutating func readIndentation() -> Bool {
    var width = 0
    blanks: while let next = byte() {
      switch next {
      case UInt8(ascii: " "): width += 1
      case UInt8(ascii: "\t"): width = (width / 8 + 1) * 8
      case 0x0C: width = 0
      default: break blanks
      }
      at += 1
    }
    passComment()
    guard let next = byte() else { return false }
    if next.isLineEnd {
      passLineEnd()
      return false
    }
    isAtLineStart = false
    if brackets == 0 { indent(to: width) }
    return true
  }

  private mutating func indent(to width: Int) {
    if width > indents.last ?? 0 {
      guard indents.count <= PythonTokenizer.indentLimit else { return trouble("blocks nested too deeply") }
      indents.append(width)
      return add(.indent, from: at)
    }
    while indents.count > 1, width < indents.last ?? 0 {
      indents.removeLast()
      add(.dedent, from: at)
    }
    if width != indents.last { trouble("indentation that fits no block around it") }
  }

  private mutating func passComment() {
    guard byte() == UInt8(ascii: "#") else { return }
    while let next = byte(), !next.isLineEnd { at += 1 }
  }

  private mutating func readToken() {
    let start = at
    switch bytes[at] {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), 0x0C: at += 1
    case UInt8(ascii: "#"): passComment()
    case let next where next.isLineEnd: readLineEnd()
    case UInt8(ascii: "\\") where byte(1)?.isLineEnd == true:
      at += 1
      passLineEnd()
    case UInt8(ascii: "\""), UInt8(ascii: "'"): readString(prefix: "", start: start)
    case let next where next.isNameStart: readName()
    case let next where next.isDigit || next == UInt8(ascii: ".") && byte(1)?.isDigit == true: readNumber()
    default: readSymbol()
    }
  }

  private mutating func readLineEnd() {
    if brackets == 0 { add(.newline, from: at) } else { closeBracketsBeforeAStatement() }
    passLineEnd()
    isAtLineStart = brackets == 0
  }

  /// Looks at the next line's first word: brackets that were never closed must not swallow the rest of the file.
  private mutating func closeBracketsBeforeAStatement() {
    var next = at + (bytes[at] == UInt8(ascii: "\r") && byte(1) == UInt8(ascii: "\n") ? 2 : 1)
    while next < bytes.count, bytes[next] == UInt8(ascii: " ") || bytes[next] == UInt8(ascii: "\t") { next += 1 }
    let word = next..<(bytes[next...].firstIndex { !$0.isNamePart } ?? bytes.count)
    guard word.count < 9, PythonTokenizer.statementWords.contains(text(word)) else { return }
    trouble("a bracket that is not closed")
    brackets = 0
    add(.newline, from: at)
  }

  private mutating func readName() {
    let start = at
    while let next = byte(), next.isNamePart { at += 1 }
    let name = text(start..<at)
    if name.utf8.count <= 2, let quote = byte(), quote.isQuote, name.allSatisfy({ "rRbBuUfFtT".contains($0) }) {
      return readString(prefix: name.lowercased(), start: start)
    }
    append(.name, name, from: start)
  }

  private mutating func readNumber() {
    let start = at
    let isHexadecimal = byte() == UInt8(ascii: "0") && byte(1).map { $0 | 0x20 } == UInt8(ascii: "x")
    while let next = byte() {
      let isSign = next == UInt8(ascii: "+") || next == UInt8(ascii: "-")
      let isExponent = !isHexadecimal && at > start && bytes[at - 1] | 0x20 == UInt8(ascii: "e")
      guard next.isNamePart || next == UInt8(ascii: ".") || isSign && isExponent else { break }
      at += 1
    }
    append(.number, text(start..<at), from: start)
  }

  private static let longSymbols: [[UInt8]] = [
    "**=", "//=", ">>=", "<<=", "...", "->", ":=", "==", "!=", "<=", ">=", "<>", "**", "//", "<<", ">>", "+=", "-=",
    "*=",
    "/=", "%=", "@=", "&=", "|=", "^=",
  ].map { Array($0.utf8) }

  private mutating func readSymbol() {
    let start = at
    let symbol = PythonTokenizer.longSymbols.first { bytes[at...].starts(with: $0) }
    at += symbol?.count ?? 1
    switch bytes[start] {
    case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
    case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
    default: break
    }
    append(.symbol, text(start..<at), from: start)
  }

  private mutating func append(_ kind: PythonToken.Kind, _ text: String, from start: Int) {
    let column = column(of: start)
    result.append(PythonToken(kind: kind, text: text, line: line, column: column, lastLine: line))
  }

  private mutating func readString(prefix: String, start: Int) {
    let (first, column) = (line, column(of: start))
    let value = string(prefix: prefix)
    result.append(PythonToken(kind: .string(value), text: "", line: first, column: column, lastLine: line))
  }
}

/// One word of Python's text.
struct PythonToken: Sendable {
  let kind: Kind
  /// What is written; empty for strings and for what has no text.
  let text: String
  let line: Int
  let column: Int
  let lastLine: Int

  enum Kind: Sendable {
    case name, number, symbol, newline, indent, dedent, end
    case string(PythonText)
  }
}

/// A string's value.
struct PythonText: Sendable {
  var isBytes: Bool
  var parts: [PythonTextPart]
}

extension UInt8 {
  var isLineEnd: Bool { self == UInt8(ascii: "\n") || self == UInt8(ascii: "\r") }
  var isDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }
  var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") }
  var isNameStart: Bool {
    self == UInt8(ascii: "_") || UInt8(ascii: "a")...UInt8(ascii: "z") ~= self | 0x20 && self < 0x80 || self >= 0x80
  }
  var isNamePart: Bool { isNameStart || isDigit }
}
