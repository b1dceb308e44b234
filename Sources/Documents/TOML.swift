package import Vocabulary

/// TOML 1.0, as a tree whose every key and value knows its place.
///
/// Refused, each at its line and column: everything that TOML 1.0.0 refuses, integers outside 64 bits, and what passes the
/// limits. A byte order mark is skipped. Digits lose their underscores and `0b` its base, so that `Node.integer` and
/// `Node.number` read them; dates and times are strings written plain. A table's place is where it is first named.
package enum TOML {
  /// The standard limits of a file that people write.
  package static let limits = DocumentLimits(bytes: 4 << 20, depth: 64, nodes: 200_000)

  /// Reads one document, which messages call `file`; throws `DocumentFailure` with the first problem.
  package static func parse(
    _ bytes: [UInt8], file: String, limits: DocumentLimits = TOML.limits, exitStatus: ExitStatus = .badInput
  ) throws -> Node {
    var reader = TOMLReader(bytes, limits: limits)
    do {
      return try reader.document()
    } catch {
      let mark = reader.mark(at: error.offset)
      throw DocumentFailure(
        [DocumentProblem(file: file, at: mark, error.what, hint: error.hint)], exitStatus: exitStatus)
    }
  }
}

/// The statements of a document: tables' headers and keys with values. Values are read in the other files of this type.
struct TOMLReader {
  struct Problem: Error {
    let offset: Int
    let what: String
    var hint: String?
  }

  /// A part of a dotted key.
  struct Key {
    let text: String
    let offset: Int
    let mark: Mark
  }

  let bytes: [UInt8]
  let limits: DocumentLimits
  var position = 0
  private var nodes = 0
  private var places: JSONReader
  /// The header under which keys are read; each has a number of its own.
  private var section = 0

  init(_ bytes: [UInt8], limits: DocumentLimits) {
    self.bytes = bytes
    self.limits = limits
    places = JSONReader(bytes, limits: limits)
  }

  mutating func mark(at offset: Int) -> Mark { places.mark(at: offset) }

  mutating func document() throws(Problem) -> Node {
    guard bytes.count <= limits.bytes else {
      throw Problem(offset: 0, what: "the document is \(bytes.count) bytes long, more than \(limits.bytes)")
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    let root = TOMLTable(.explicit, depth: 1, at: Mark(line: 1, column: 1))
    var table = root
    while position < bytes.count {
      skipSpace()
      switch current {
      case nil, UInt8(ascii: "#"), 0x0A, 0x0D: break
      case UInt8(ascii: "["): table = try header(in: root)
      default: try assignment(in: table)
      }
      try endLine()
    }
    return root.node
  }

  /// Reads `[a.b]` or `[[a.b]]` and gives the table that it opens.
  private mutating func header(in root: TOMLTable) throws(Problem) -> TOMLTable {
    section += 1
    position += 1
    let isArray = skip("[")
    skipSpace()
    let path = try keyPath()
    guard skip("]"), !isArray || skip("]") else {
      throw Problem(offset: position, what: isArray ? "']]' is expected" : "']' is expected")
    }
    var table = root
    for key in path.dropLast() {
      switch table[key.text] {
      case nil: table = try table.add(key, .implicit, &self)
      case .table(let next) where next.origin != .inline: table = next
      case .tables(let array): table = array.last
      case .table, .value:
        throw Problem(offset: key.offset, what: "'\(key.text)' has a value that no table can be added to")
      }
    }
    let key = path[path.count - 1]
    switch (table[key.text], isArray) {
    case (nil, false): return try table.add(key, .explicit, &self)
    case (nil, true): return try table.addArray(key, &self)
    case (.tables(let array), true): return try array.append(key, &self)
    case (.table(let next), false) where next.origin == .implicit:
      next.origin = .explicit
      return next
    case (.some(let entry), _):
      throw Problem(offset: key.offset, what: "'\(key.text)' is there twice; the first is at \(entry.mark)")
    }
  }

  /// Reads `a.b = value` into a table, or into an inline one.
  mutating func assignment(in table: TOMLTable) throws(Problem) {
    let path = try keyPath()
    guard skip("=") else { throw Problem(offset: position, what: "'=' is expected after a key") }
    skipSpace()
    var table = table
    for key in path.dropLast() {
      switch table[key.text] {
      case nil: table = try table.add(key, .dotted(section), &self)
      case .table(let next) where next.origin == .implicit || next.origin == .dotted(section):
        next.origin = .dotted(section)
        table = next
      case .some(let entry):
        throw Problem(
          offset: key.offset, what: "'\(key.text)' cannot be added to here; it is at \(entry.mark)",
          hint: "write its keys together, under one header")
      }
    }
    let key = path[path.count - 1]
    if let entry = table[key.text] {
      throw Problem(offset: key.offset, what: "the key '\(key.text)' is there twice; the first is at \(entry.mark)")
    }
    table.set(key, try value(depth: table.depth + 1))
  }

  /// Reads the parts of a dotted key and the space around them.
  private mutating func keyPath() throws(Problem) -> [Key] {
    var path: [Key] = []
    repeat {
      skipSpace()
      let offset = position
      let text: String
      switch current {
      case UInt8(ascii: "\""): text = try basicString()
      case UInt8(ascii: "'"): text = try literalString()
      default:
        while let byte = current, TOMLReader.isBare(byte) { position += 1 }
        guard position > offset else { throw Problem(offset: offset, what: "a key is expected") }
        text = String(decoding: bytes[offset..<position], as: UTF8.self)
      }
      path.append(Key(text: text, offset: offset, mark: mark(at: offset)))
      guard path.count <= limits.depth else {
        throw Problem(offset: offset, what: "nested more than \(limits.depth) deep")
      }
      skipSpace()
    } while skip(".")
    return path
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  // MARK: Small steps

  var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  func peek(_ distance: Int) -> UInt8? { position + distance < bytes.count ? bytes[position + distance] : nil }

  func isAtThree(_ quote: Unicode.Scalar) -> Bool {
    let byte = UInt8(ascii: quote)
    return current == byte && peek(1) == byte && peek(2) == byte
  }

  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func skipSpace() {
    while current == 0x20 || current == 0x09 { position += 1 }
  }

  /// Skips a line end; false when there is none here.
  mutating func skipLineEnd() -> Bool {
    if current == 0x0A {
      position += 1
    } else if current == 0x0D, peek(1) == 0x0A {
      position += 2
    } else {
      return false
    }
    return true
  }

  /// Skips space, a comment and the line's end.
  mutating func endLine() throws(Problem) {
    skipSpace()
    try skipComment()
    guard position == bytes.count || skipLineEnd() else {
      throw Problem(offset: position, what: "the line should end here")
    }
  }

  mutating func skipComment() throws(Problem) {
    guard skip("#") else { return }
    let start = position
    while let byte = current, byte != 0x0A, !(byte == 0x0D && peek(1) == 0x0A) {
      guard !TOMLReader.isControl(byte) else {
        throw Problem(offset: position, what: "a control character in a comment")
      }
      position += 1
    }
    guard String(validating: bytes[start..<position], as: UTF8.self) != nil else {
      throw Problem(offset: start, what: "the comment is not UTF-8")
    }
  }

  /// Whether a byte may stand in no text and no comment; a tab may.
  static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 && byte != 0x09 || byte == 0x7F }

  /// Counts a value and its depth against the limits.
  mutating func count(_ offset: Int, depth: Int) throws(Problem) {
    nodes += 1
    guard nodes <= limits.nodes else { throw Problem(offset: offset, what: "more than \(limits.nodes) values") }
    guard depth <= limits.depth else { throw Problem(offset: offset, what: "nested more than \(limits.depth) deep") }
  }
}
