package import Vocabulary

/// JSON by the letter of RFC 8259, as a tree whose every key and value knows its place.
///
/// Refused, each at its line and column: duplicate keys, lone surrogates (no text holds one), invalid UTF-8, numbers that
/// the grammar does not have, anything after the value, and what passes the limits. A byte order mark is skipped. Numbers
/// keep their text, so that integers of any length stay exact.
package enum JSON {
  /// Reads one document, which messages call `file`; throws `DocumentFailure` with the first problem.
  package static func parse(
    _ bytes: [UInt8], file: String, limits: DocumentLimits = DocumentLimits(), exitStatus: ExitStatus = .badInput
  ) throws -> Node {
    var reader = JSONReader(bytes, limits: limits)
    do {
      return try reader.document()
    } catch let problem as JSONReader.Problem {
      let mark = reader.mark(at: problem.offset)
      throw DocumentFailure(
        [DocumentProblem(file: file, at: mark, problem.what, hint: problem.hint)], exitStatus: exitStatus)
    }
  }
}

/// A recursive reader over bytes; the depth limit bounds its stack.
struct JSONReader {
  struct Problem: Error {
    let offset: Int
    let what: String
    var hint: String?
  }

  private let bytes: [UInt8]
  private let limits: DocumentLimits
  private var position = 0
  private var depth = 0
  private var nodes = 0
  // The place of `markedOffset`. Marks are asked for in the document's order, so every byte is counted once.
  private var markedOffset = 0
  private var line = 1
  private var column = 1

  init(_ bytes: [UInt8], limits: DocumentLimits) {
    self.bytes = bytes
    self.limits = limits
  }

  mutating func document() throws -> Node {
    guard bytes.count <= limits.bytes else {
      throw Problem(offset: 0, what: "the document is \(bytes.count) bytes long, more than \(limits.bytes)")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      position = 3
      markedOffset = 3
    }
    skipSpace()
    let node = try value()
    skipSpace()
    guard position == bytes.count else { throw Problem(offset: position, what: "something follows the document's end") }
    return node
  }

  /// The place of an offset; counts on from the last one when that was before it.
  mutating func mark(at offset: Int) -> Mark {
    if offset < markedOffset { (markedOffset, line, column) = (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0, 1, 1) }
    while markedOffset < min(offset, bytes.count) {
      let byte = bytes[markedOffset]
      let endsLine =
        byte == 0x0A || byte == 0x0D && !(markedOffset + 1 < bytes.count && bytes[markedOffset + 1] == 0x0A)
      if endsLine {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80, byte != 0x0D {
        column += 1
      }
      markedOffset += 1
    }
    return Mark(line: line, column: column)
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value() throws -> Node {
    nodes += 1
    guard nodes <= limits.nodes else { throw Problem(offset: position, what: "more than \(limits.nodes) values") }
    let mark = mark(at: position)
    switch current {
    case UInt8(ascii: "{"): return Node(.mapping(try mapping()), at: mark)
    case UInt8(ascii: "["): return Node(.sequence(try sequence()), at: mark)
    case UInt8(ascii: "\""): return Node(.scalar(Scalar(text: try string(), style: .quoted, kind: .string)), at: mark)
    case .some(UInt8(ascii: "-")), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
      return Node(.scalar(try number()), at: mark)
    case nil: throw Problem(offset: position, what: "the document ends where a value is expected")
    default: return Node(.scalar(try word()), at: mark)
    }
  }

  private mutating func word() throws -> Scalar {
    let start = position
    while let byte = current, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    switch text {
    case "true", "false": return Scalar(text: text, style: .plain, kind: .boolean)
    case "null": return Scalar(text: text, style: .plain, kind: .null)
    default:
      position = start
      throw Problem(
        offset: start, what: text.isEmpty ? "a value is expected" : "'\(text.prefix(40))' is no value",
        hint: text.isEmpty ? nil : "text stands in double quotes")
    }
  }

  private mutating func number() throws -> Scalar {
    let start = position
    _ = skip("-")
    if !skip("0") { try digits() }
    var kind = Scalar.Kind.integer
    if skip(".") {
      kind = .number
      try digits()
    }
    if skip("e") || skip("E") {
      kind = .number
      if !skip("+") { _ = skip("-") }
      try digits()
    }
    return Scalar(text: String(decoding: bytes[start..<position], as: UTF8.self), style: .plain, kind: kind)
  }

  private mutating func digits() throws {
    let start = position
    while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw Problem(offset: position, what: "a digit is expected") }
  }

  private mutating func enter() throws {
    depth += 1
    guard depth <= limits.depth else { throw Problem(offset: position, what: "nested more than \(limits.depth) deep") }
    position += 1
    skipSpace()
  }

  private mutating func sequence() throws -> [Node] {
    try enter()
    var elements: [Node] = []
    if !skip("]") {
      repeat {
        skipSpace()
        elements.append(try value())
        skipSpace()
      } while skip(",")
      guard skip("]") else { throw Problem(offset: position, what: "',' or ']' is expected") }
    }
    depth -= 1
    return elements
  }

  private mutating func mapping() throws -> Mapping {
    try enter()
    var entries: [Mapping.Entry] = []
    var places: [ExactText: Mark] = [:]
    if !skip("}") {
      repeat {
        skipSpace()
        let start = position
        let mark = mark(at: start)
        guard current == UInt8(ascii: "\"") else {
          throw Problem(offset: position, what: "a key in double quotes is expected")
        }
        let key = try string()
        if let first = places.updateValue(mark, forKey: ExactText(key)) {
          throw Problem(offset: start, what: "the key '\(key)' is there twice; the first is at \(first)")
        }
        skipSpace()
        guard skip(":") else { throw Problem(offset: position, what: "':' is expected") }
        skipSpace()
        entries.append(Mapping.Entry(key: key, keyMark: mark, value: try value()))
        skipSpace()
      } while skip(",")
      guard skip("}") else { throw Problem(offset: position, what: "',' or '}' is expected") }
    }
    depth -= 1
    return Mapping(entries)
  }
}

extension JSONReader {
  /// Reads a string from its opening quote to behind its closing one.
  private mutating func string() throws -> String {
    let opening = position
    position += 1
    var start = position
    var unescaped: [UInt8] = []
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        unescaped += bytes[start..<position]
        position += 1
        guard let text = String(validating: unescaped, as: UTF8.self) else {
          throw Problem(offset: opening, what: "the text is not UTF-8")
        }
        return text
      case UInt8(ascii: "\\"):
        unescaped += bytes[start..<position]
        let scalar = try escape()
        unescaped.append(contentsOf: Array(String(scalar).utf8))
        start = position
      case 0..<0x20:
        throw Problem(
          offset: position, what: "a control character in text", hint: "write it as an escape: \\n, \\u001b")
      default: position += 1
      }
    }
    throw Problem(offset: opening, what: "the text has no closing quote")
  }

  private mutating func escape() throws -> Unicode.Scalar {
    let start = position
    position += 1
    guard let byte = current else { throw Problem(offset: start, what: "the document ends in an escape") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw Problem(offset: start, what: "an escape that JSON does not have")
    }
    let unit = try hexadecimal(start)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A surrogate: the high half must come first and its low half follow at once.
    guard unit < 0xDC00, skip("\\"), skip("u") else { throw Problem(offset: start, what: "half a surrogate pair") }
    let low = try hexadecimal(start)
    guard (0xDC00..<0xE000).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw Problem(offset: start, what: "half a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal(_ start: Int) throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw Problem(offset: start, what: "four hexadecimal digits are expected")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
