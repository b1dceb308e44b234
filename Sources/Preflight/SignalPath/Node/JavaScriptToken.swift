/// One word, text or mark of a JavaScript or TypeScript file.
struct JavaScriptToken: Hashable, Sendable {
  /// What kind it is.
  enum Kind: Hashable, Sendable {
    /// A name or keyword.
    case word
    /// A string in quotes, without them and unescaped as far as it matters.
    case text
    /// A template; `isWhole` where it has no substitution. Substitutions stay in its text as `${…}`.
    case template(isWhole: Bool)
    case number
    /// A regular expression.
    case pattern
    /// One mark, or `=>`.
    case mark
  }

  let kind: Kind
  let text: String
  /// From 1.
  let line: Int

  func isWord(_ word: String) -> Bool { kind == .word && text == word }
  func isMark(_ mark: String) -> Bool { kind == .mark && text == mark }
}

/// Reads the tokens of JavaScript or TypeScript without understanding the language: comments go, strings and templates
/// become their text, everything else comes in words and single marks. Nothing is refused; what is not closed ends with
/// the file.
struct JavaScriptTokenizer {
  /// Longer files are read up to here.
  static let limit = 1 << 20

  private let bytes: ArraySlice<UInt8>
  private var position = 0
  private var line = 1
  private var tokens: [JavaScriptToken] = []

  static func tokens(_ text: String) -> [JavaScriptToken] {
    var tokenizer = JavaScriptTokenizer(bytes: Array(text.utf8.prefix(limit))[...])
    tokenizer.run()
    return tokenizer.tokens
  }

  private init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  private func byte(_ offset: Int = 0) -> UInt8? {
    position + offset < bytes.count ? bytes[position + offset] : nil
  }

  private mutating func advance() {
    if byte() == UInt8(ascii: "\n") { line += 1 }
    position += 1
  }

  private mutating func run() {
    if byte() == UInt8(ascii: "#"), byte(1) == UInt8(ascii: "!") { skipLine() }
    while let next = byte() {
      switch next {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): advance()
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "/"): skipLine()
      case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"): skipComment()
      case UInt8(ascii: "/") where patternMayBegin: readPattern()
      case UInt8(ascii: "'"), UInt8(ascii: "\""): readText(until: next)
      case UInt8(ascii: "`"): readTemplate()
      case let digit where digit.isDecimal: readWord(.number)
      case let letter where letter.isWordByte: readWord(.word)
      case UInt8(ascii: "=") where byte(1) == UInt8(ascii: ">"):
        add(.mark, "=>", line)
        position += 2
      default:
        add(.mark, String(Unicode.Scalar(next)), line)
        advance()
      }
    }
  }

  private mutating func add(_ kind: JavaScriptToken.Kind, _ text: String, _ line: Int) {
    tokens.append(JavaScriptToken(kind: kind, text: text, line: line))
  }

  private mutating func skipLine() {
    while let next = byte(), next != UInt8(ascii: "\n") { position += 1 }
  }

  private mutating func skipComment() {
    position += 2
    while let next = byte() {
      if next == UInt8(ascii: "*"), byte(1) == UInt8(ascii: "/") {
        position += 2
        return
      }
      advance()
    }
  }

  /// A slash divides after a value and begins a pattern elsewhere.
  private var patternMayBegin: Bool {
    guard let last = tokens.last else { return true }
    switch last.kind {
    case .text, .template, .number, .pattern: return false
    case .mark: return ![")", "]", "}"].contains(last.text)
    case .word:
      return ["return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "await", "yield", "else", "do"]
        .contains(last.text)
    }
  }

  private mutating func readPattern() {
    let start = position
    let first = line
    var isInClass = false
    advance()
    while let next = byte(), next != UInt8(ascii: "\n") {
      advance()
      switch next {
      case UInt8(ascii: "\\"): advance()
      case UInt8(ascii: "["): isInClass = true
      case UInt8(ascii: "]"): isInClass = false
      case UInt8(ascii: "/") where !isInClass:
        while let flag = byte(), flag.isWordByte { position += 1 }
        return add(.pattern, text(from: start), first)
      default: break
      }
    }
    add(.pattern, text(from: start), first)
  }

  private mutating func readText(until quote: UInt8) {
    let first = line
    var content: [UInt8] = []
    advance()
    while let next = byte(), next != quote, next != UInt8(ascii: "\n") {
      if next == UInt8(ascii: "\\") {
        readEscape(into: &content)
      } else {
        content.append(next)
        advance()
      }
    }
    if byte() == quote { advance() }
    add(.text, String(decoding: content, as: UTF8.self), first)
  }

  private mutating func readEscape(into content: inout [UInt8]) {
    advance()
    guard let escaped = byte() else { return }
    switch escaped {
    case UInt8(ascii: "n"): content.append(UInt8(ascii: "\n"))
    case UInt8(ascii: "t"): content.append(UInt8(ascii: "\t"))
    case UInt8(ascii: "\n"): break
    default: content.append(escaped)
    }
    advance()
  }

  private mutating func readTemplate() {
    let first = line
    var content: [UInt8] = []
    var isWhole = true
    var depth = 0
    advance()
    while let next = byte() {
      if depth == 0, next == UInt8(ascii: "`") { break }
      if next == UInt8(ascii: "\\"), depth == 0 {
        readEscape(into: &content)
        continue
      }
      if next == UInt8(ascii: "$"), byte(1) == UInt8(ascii: "{"), depth == 0 {
        isWhole = false
        content += [next, UInt8(ascii: "{")]
        position += 2
        depth = 1
        continue
      }
      if depth > 0, next == UInt8(ascii: "{") { depth += 1 }
      if depth > 0, next == UInt8(ascii: "}") { depth -= 1 }
      content.append(next)
      advance()
    }
    if byte() != nil { advance() }
    add(.template(isWhole: isWhole), String(decoding: content, as: UTF8.self), first)
  }

  private mutating func readWord(_ kind: JavaScriptToken.Kind) {
    let start = position
    while let next = byte(), next.isWordByte || (kind == .number && next == UInt8(ascii: ".")) { position += 1 }
    add(kind, text(from: start), line)
  }

  private func text(from start: Int) -> String {
    String(decoding: bytes[start..<min(position, bytes.count)], as: UTF8.self)
  }
}

extension UInt8 {
  fileprivate var isDecimal: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  fileprivate var isWordByte: Bool {
    isDecimal || self == UInt8(ascii: "_") || self == UInt8(ascii: "$") || self >= 0x80
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
  }
}
