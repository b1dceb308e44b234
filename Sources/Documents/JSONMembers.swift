/// The members of one JSON object in a line, without a tree: for logs, where millions of objects are looked at for a few keys.
///
/// Values that are objects or arrays are given as they are written and are only followed to their closing bracket, so bytes
/// that `JSON.parse` refuses inside of them can pass. At the object's own level all is read by the letter, but for NaN,
/// Infinity and -Infinity, which Python's json writes: numbers without a value.
package struct JSONMembers: Sequence, Sendable {
  private let bytes: ArraySlice<UInt8>

  /// The members of the object that the bytes are; spaces around it are allowed.
  package init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// One member.
  package struct Member: Sendable {
    /// Its name, unescaped.
    package let name: String
    /// Its value.
    package let value: Value
  }

  /// A value as it is written.
  package struct Value: Sendable {
    /// What it is, by its first byte.
    package let kind: Kind
    /// Its bytes; of a string without the quotes.
    package let bytes: ArraySlice<UInt8>
    /// Whether a string holds an escape.
    fileprivate let isEscaped: Bool

    /// What a value is.
    package enum Kind: Sendable { case string, number, truth, null, object, array }

    /// A string's text, unescaped and what is not UTF-8 replaced; nil of anything else.
    package var text: String? {
      guard kind == .string else { return nil }
      return isEscaped ? JSONMembers.unescaped(bytes) : String(decoding: bytes, as: UTF8.self)
    }

    /// A number's value; nil of anything else, and of one that no Double holds.
    package var number: Double? {
      guard kind == .number, let number = Double(String(decoding: bytes, as: UTF8.self)), number.isFinite else {
        return nil
      }
      return number
    }

    /// A truth value; nil of anything else.
    package var truth: Bool? { kind == .truth ? bytes.first == UInt8(ascii: "t") : nil }
  }

  /// All members in their order; nil when the bytes are not one JSON object. Of equal names all are given.
  package var all: [Member]? {
    var reader = Iterator(bytes)
    var members: [Member] = []
    while let member = reader.next() { members.append(member) }
    return reader.isComplete ? members : nil
  }

  package func makeIterator() -> Iterator { Iterator(bytes) }

  /// Reads member after member; ends early where the bytes are no object, which `isComplete` tells.
  package struct Iterator: IteratorProtocol {
    private let bytes: ArraySlice<UInt8>
    private var place: Int
    private var state = State.before

    private enum State { case before, between, complete, broken }

    init(_ bytes: ArraySlice<UInt8>) {
      self.bytes = bytes
      place = bytes.startIndex
    }

    /// Whether the object was read to its end, with nothing but spaces after it.
    package var isComplete: Bool { state == .complete }

    package mutating func next() -> Member? {
      guard state == .before || state == .between else { return nil }
      guard let member = read() else {
        if state != .complete { state = .broken }
        return nil
      }
      state = .between
      return member
    }

    private mutating func read() -> Member? {
      skipSpace()
      if state == .before {
        guard take("{") else { return nil }
        skipSpace()
        if take("}") { return end() }
      } else {
        if take("}") { return end() }
        guard take(",") else { return nil }
        skipSpace()
      }
      guard current == UInt8(ascii: "\""), let name = value()?.text else { return nil }
      skipSpace()
      guard take(":") else { return nil }
      skipSpace()
      guard let value = value() else { return nil }
      return Member(name: name, value: value)
    }

    private mutating func end() -> Member? {
      skipSpace()
      state = place == bytes.endIndex ? .complete : .broken
      return nil
    }

    private var current: UInt8? { place < bytes.endIndex ? bytes[place] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
      guard current == UInt8(ascii: character) else { return false }
      place += 1
      return true
    }

    private mutating func skipSpace() {
      while let byte = current, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { place += 1 }
    }

    private mutating func value() -> Value? {
      let start = place
      switch current {
      case UInt8(ascii: "\""):
        guard let isEscaped = skipString() else { return nil }
        return Value(kind: .string, bytes: bytes[(start + 1)..<(place - 1)], isEscaped: isEscaped)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        let kind = current == UInt8(ascii: "{") ? Value.Kind.object : .array
        return skipNested() ? Value(kind: kind, bytes: bytes[start..<place], isEscaped: false) : nil
      default:
        while let byte = current, !JSONMembers.endsWord(byte) { place += 1 }
        let word = bytes[start..<place]
        let kind: Value.Kind? =
          if word.elementsEqual("true".utf8) || word.elementsEqual("false".utf8) {
            .truth
          } else if word.elementsEqual("null".utf8) {
            .null
          } else {
            JSONMembers.isNumber(word) ? .number : nil
          }
        return kind.map { Value(kind: $0, bytes: word, isEscaped: false) }
      }
    }

    /// Skips a string, quotes included; whether it holds an escape, or nil when it has no end or a control character.
    private mutating func skipString() -> Bool? {
      var isEscaped = false
      place += 1
      while let byte = current {
        place += 1
        switch byte {
        case UInt8(ascii: "\""): return isEscaped
        case UInt8(ascii: "\\"):
          isEscaped = true
          guard current != nil else { return nil }
          place += 1
        case 0..<0x20: return nil
        default: break
        }
      }
      return nil
    }

    /// Skips an object or array to the bracket that closes it; without recursion, however deep it is.
    private mutating func skipNested() -> Bool {
      var depth = 0
      while let byte = current {
        switch byte {
        case UInt8(ascii: "\""):
          guard skipString() != nil else { return false }
          continue
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
          depth -= 1
          if depth == 0 {
            place += 1
            return true
          }
        default: break
        }
        place += 1
      }
      return false
    }
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"), 0x20, 0x09, 0x0A, 0x0D: true
    default: false
    }
  }

  /// By RFC 8259's grammar: no sign but `-`, no leading zero, digits on both sides of the point.
  private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
    if ["NaN", "Infinity", "-Infinity"].contains(where: { word.elementsEqual($0.utf8) }) { return true }
    var rest = word
    func digits() -> Int {
      let count = rest.prefix { (0x30...0x39).contains($0) }.count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
    let hasLeadingZero = rest.first == 0x30
    let whole = digits()
    guard whole == 1 || whole > 1 && !hasLeadingZero else { return false }
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      guard digits() > 0 else { return false }
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
      guard digits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  /// Text without its escapes; a surrogate without its other half becomes U+FFFD, and so does an escape that JSON lacks.
  private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var place = bytes.startIndex
    func unit(at place: Int) -> UInt16? {
      guard place + 4 <= bytes.endIndex else { return nil }
      return UInt16(String(decoding: bytes[place..<(place + 4)], as: UTF8.self), radix: 16)
    }
    while place < bytes.endIndex {
      guard bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.endIndex else {
        result.append(bytes[place])
        place += 1
        continue
      }
      let letter = bytes[place + 1]
      place += 2
      switch letter {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): result.append(letter)
      case UInt8(ascii: "b"): result.append(0x08)
      case UInt8(ascii: "f"): result.append(0x0C)
      case UInt8(ascii: "n"): result.append(0x0A)
      case UInt8(ascii: "r"): result.append(0x0D)
      case UInt8(ascii: "t"): result.append(0x09)
      case UInt8(ascii: "u"):
        var units: [UInt16] = []
        if let first = unit(at: place) {
          units.append(first)
          place += 4
          let hasOther = UTF16.isLeadSurrogate(first) && bytes[place...].starts(with: [0x5C, 0x75])
          if hasOther, let second = unit(at: place + 2), UTF16.isTrailSurrogate(second) {
            units.append(second)
            place += 6
          }
        } else {
          units.append(0xFFFD)
        }
        result += Array(String(decoding: units, as: UTF16.self).utf8)
      default: result += Array("\u{FFFD}".utf8)
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
