/// Splits a message into its fields once; each visit then takes the ones with its number.
struct WireDecoder: FieldVisitor {
  private enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64
    case bytes(ArraySlice<UInt8>)
  }

  private let values: [(number: Int, value: Value)]
  private let limits: WireLimits

  init(_ bytes: ArraySlice<UInt8>, limits: WireLimits) throws {
    var scanner = WireScanner(bytes)
    var values: [(Int, Value)] = []
    while !scanner.isAtEnd {
      let (number, type) = try scanner.tag()
      switch type {
      case WireType.varint.rawValue: values.append((number, .varint(try scanner.varint())))
      case WireType.fixed32.rawValue: values.append((number, .fixed32(try scanner.fixed32())))
      case WireType.bytes.rawValue: values.append((number, .bytes(try scanner.bytes())))
      case WireType.fixed64.rawValue:
        try scanner.skip(8)
        values.append((number, .fixed64))
      // A group: obsolete, but a field that is unknown here may be one. No known field is.
      case 3: try scanner.skipGroup(number, depth: limits.depth)
      default: throw WireFailure.group
      }
    }
    self.values = values
    self.limits = limits
  }

  mutating func string(_ number: Int, _ value: inout String) throws {
    if let last = try texts(number).last { value = last }
  }

  mutating func optionalString(_ number: Int, _ value: inout String?) throws {
    if let last = try texts(number).last { value = last }
  }

  mutating func boolean(_ number: Int, _ value: inout Bool) throws {
    if let last = try varints(number).last { value = last != 0 }
  }

  mutating func int32(_ number: Int, _ value: inout Int32) throws {
    if let last = try varints(number).last { value = Int32(truncatingIfNeeded: last) }
  }

  mutating func int64(_ number: Int, _ value: inout Int64) throws {
    if let last = try varints(number).last { value = Int64(bitPattern: last) }
  }

  mutating func uint32(_ number: Int, _ value: inout UInt32) throws {
    if let last = try varints(number).last { value = UInt32(truncatingIfNeeded: last) }
  }

  mutating func uint64(_ number: Int, _ value: inout UInt64) throws {
    if let last = try varints(number).last { value = last }
  }

  mutating func float(_ number: Int, _ value: inout Float) throws {
    for field in all(number) {
      guard case .fixed32(let bits) = field else { throw WireFailure.wireType(field: number) }
      value = Float(bitPattern: bits)
    }
  }

  mutating func choice<Choice: WireChoice>(_ number: Int, _ value: inout Choice) throws {
    if let last = try varints(number).last { value = Choice(number: Int32(truncatingIfNeeded: last)) }
  }

  mutating func optionalChoice<Choice: WireChoice>(_ number: Int, _ value: inout Choice?) throws {
    if let last = try varints(number).last { value = Choice(number: Int32(truncatingIfNeeded: last)) }
  }

  mutating func choices<Choice: WireChoice>(_ number: Int, _ values: inout [Choice]) throws {
    for field in all(number) {
      switch field {
      case .varint(let raw): values.append(Choice(number: Int32(truncatingIfNeeded: raw)))
      case .bytes(let packed):
        var scanner = WireScanner(packed)
        while !scanner.isAtEnd { values.append(Choice(number: Int32(truncatingIfNeeded: try scanner.varint()))) }
      default: throw WireFailure.wireType(field: number)
      }
    }
  }

  mutating func strings(_ number: Int, _ values: inout [String]) throws { values += try texts(number) }

  mutating func stringMap(_ number: Int, _ values: inout [String: String]) throws {
    for entry in try slices(number) {
      var decoder = try WireDecoder(entry, limits: limits)
      var key = ""
      var value = ""
      try decoder.string(1, &key)
      try decoder.string(2, &value)
      values[key] = value
    }
  }

  mutating func message<Message: WireMessage>(_ number: Int, _ value: inout Message?) throws {
    let parts = try slices(number)
    guard !parts.isEmpty else { return }
    let inner = try limits.nested
    value = try merged(parts) { try Wire.decode(Message.self, from: $0, limits: inner) }
  }

  mutating func messages<Message: WireMessage>(_ number: Int, _ values: inout [Message]) throws {
    let parts = try slices(number)
    guard !parts.isEmpty else { return }
    let inner = try limits.nested
    for part in parts { values.append(try Wire.decode(Message.self, from: part, limits: inner)) }
  }

  mutating func oneOf<Content>(_ cases: [WireCase<Content>], _ value: inout Content?) throws {
    var last: WireCase<Content>?
    var parts: [ArraySlice<UInt8>] = []
    for field in values {
      guard let alternative = cases.first(where: { $0.number == field.number }) else { continue }
      guard case .bytes(let part) = field.value else { throw WireFailure.wireType(field: field.number) }
      // Another alternative ends the one before; the same one again is merged with it.
      if last?.number != alternative.number {
        if let last { _ = try merged(parts) { try last.decode($0, limits) } }
        parts = []
      }
      parts.append(part)
      last = alternative
    }
    guard let last else { return }
    value = try merged(parts) { try last.decode($0, limits) }
  }

  /// The bytes of messages one after the other are the bytes of the merged message.
  private func merged<Result>(
    _ parts: [ArraySlice<UInt8>], _ decode: (ArraySlice<UInt8>) throws -> Result
  ) throws -> Result {
    // Each part must be a message by itself; together they could hide a truncated one.
    if parts.count > 1 { for part in parts { _ = try decode(part) } }
    return try decode(parts.count == 1 ? parts[0] : Array(parts.joined())[...])
  }

  private func all(_ number: Int) -> [Value] { values.lazy.filter { $0.number == number }.map(\.value) }

  private func varints(_ number: Int) throws -> [UInt64] {
    try all(number).map { field in
      guard case .varint(let raw) = field else { throw WireFailure.wireType(field: number) }
      return raw
    }
  }

  private func slices(_ number: Int) throws -> [ArraySlice<UInt8>] {
    try all(number).map { field in
      guard case .bytes(let content) = field else { throw WireFailure.wireType(field: number) }
      return content
    }
  }

  private func texts(_ number: Int) throws -> [String] {
    try slices(number).map { content in
      guard let text = String(validating: content, as: UTF8.self) else { throw WireFailure.text(field: number) }
      return text
    }
  }
}

/// Reads tags and values from the front of some bytes.
struct WireScanner {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    for index in 0..<10 {
      guard let byte = rest.popFirst() else { throw WireFailure.truncated }
      guard index < 9 || byte <= 1 else { throw WireFailure.overlong }
      value |= UInt64(byte & 0x7F) << (7 * index)
      if byte < 0x80 { return value }
    }
    throw WireFailure.overlong
  }

  /// A field's number, 1 to 2²⁹ − 1, and its wire type.
  mutating func tag() throws -> (number: Int, type: UInt8) {
    let raw = try varint()
    guard raw <= UInt64(UInt32.max), raw >> 3 > 0 else { throw WireFailure.fieldNumber }
    return (Int(raw >> 3), UInt8(raw & 7))
  }

  mutating func bytes() throws -> ArraySlice<UInt8> {
    let count = try varint()
    guard count <= UInt64(rest.count) else { throw WireFailure.truncated }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }

  mutating func fixed32() throws -> UInt32 {
    let four = rest.prefix(4)
    try skip(4)
    return four.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  mutating func skip(_ count: Int) throws {
    guard rest.count >= count else { throw WireFailure.truncated }
    rest = rest.dropFirst(count)
  }

  mutating func skipGroup(_ number: Int, depth: Int) throws {
    guard depth > 0 else { throw WireFailure.group }
    while true {
      let (inner, type) = try tag()
      switch type {
      case WireType.varint.rawValue: _ = try varint()
      case WireType.fixed64.rawValue: try skip(8)
      case WireType.bytes.rawValue: _ = try bytes()
      case WireType.fixed32.rawValue: try skip(4)
      case 3: try skipGroup(inner, depth: depth - 1)
      case 4 where inner == number: return
      default: throw WireFailure.group
      }
    }
  }
}
