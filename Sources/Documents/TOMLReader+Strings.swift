extension TOMLReader {
  /// Reads `"…"` from its opening quote to behind its closing one.
  mutating func basicString() throws(Problem) -> String {
    let opening = position
    position += 1
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return try valid(text, opening)
      case UInt8(ascii: "\\"): text += try escape()
      default: try take(byte, into: &text)
      }
    }
    throw Problem(offset: opening, what: "the text has no closing quote")
  }

  /// Reads `'…'`, in which nothing is escaped.
  mutating func literalString() throws(Problem) -> String {
    let opening = position
    position += 1
    var text: [UInt8] = []
    while let byte = current {
      if byte == UInt8(ascii: "'") {
        position += 1
        return try valid(text, opening)
      }
      try take(byte, into: &text)
    }
    throw Problem(offset: opening, what: "the text has no closing quote")
  }

  /// Reads `"""…"""`; a line end behind the opening is dropped, and a backslash at a line's end takes all space up to the
  /// next character.
  mutating func multilineBasicString() throws(Problem) -> String {
    let opening = position
    position += 3
    _ = skipLineEnd()
    var text: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\"") where isAtThree("\""): return try valid(text + closing(byte), opening)
      case UInt8(ascii: "\\"): if !skipContinuation() { text += try escape() }
      default: if skipLineEnd() { text.append(0x0A) } else { try take(byte, into: &text) }
      }
    }
    throw Problem(offset: opening, what: "the text has no closing quotes")
  }

  /// Reads `'''…'''`.
  mutating func multilineLiteralString() throws(Problem) -> String {
    let opening = position
    position += 3
    _ = skipLineEnd()
    var text: [UInt8] = []
    while let byte = current {
      if isAtThree("'") { return try valid(text + closing(byte), opening) }
      if skipLineEnd() { text.append(0x0A) } else { try take(byte, into: &text) }
    }
    throw Problem(offset: opening, what: "the text has no closing quotes")
  }

  /// Skips three closing quotes and gives back the one or two that stood before them and belong to the text.
  private mutating func closing(_ quote: UInt8) -> [UInt8] {
    position += 3
    var own: [UInt8] = []
    while own.count < 2, current == quote {
      position += 1
      own.append(quote)
    }
    return own
  }

  private mutating func take(_ byte: UInt8, into text: inout [UInt8]) throws(Problem) {
    guard !TOMLReader.isControl(byte) else {
      throw Problem(
        offset: position,
        what: byte == 0x0A || byte == 0x0D ? "the text does not end on its line" : "a control character in text",
        hint: byte == 0x0A || byte == 0x0D
          ? "three quotes hold text of several lines" : "write it as an escape: \\u001b")
    }
    text.append(byte)
    position += 1
  }

  private func valid(_ text: [UInt8], _ opening: Int) throws(Problem) -> String {
    guard let text = String(validating: text, as: UTF8.self) else {
      throw Problem(offset: opening, what: "the text is not UTF-8")
    }
    return text
  }

  /// Skips a backslash, the space behind it, at least one line end, and all space and line ends after it.
  private mutating func skipContinuation() -> Bool {
    let start = position
    position += 1
    skipSpace()
    guard skipLineEnd() else {
      position = start
      return false
    }
    repeat { skipSpace() } while skipLineEnd()
    return true
  }

  private mutating func escape() throws(Problem) -> [UInt8] {
    let start = position
    position += 1
    guard let byte = current else { throw Problem(offset: start, what: "the document ends in an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "b"): return [0x08]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "n"): return [0x0A]
    case UInt8(ascii: "f"): return [0x0C]
    case UInt8(ascii: "r"): return [0x0D]
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return [byte]
    case UInt8(ascii: "u"): return try scalar(digits: 4, start)
    case UInt8(ascii: "U"): return try scalar(digits: 8, start)
    default:
      throw Problem(
        offset: start, what: "an escape that TOML does not have", hint: "single quotes take a backslash as it is")
    }
  }

  private mutating func scalar(digits: Int, _ start: Int) throws(Problem) -> [UInt8] {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let byte = current, byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw Problem(offset: start, what: "\(digits) hexadecimal digits are expected")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    guard let scalar = Unicode.Scalar(value) else { throw Problem(offset: start, what: "no character has this number") }
    return Array(String(scalar).utf8)
  }
}
