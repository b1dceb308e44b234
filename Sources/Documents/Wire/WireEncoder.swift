/// Writes each field that has something to say.
struct WireEncoder: FieldVisitor {
  private(set) var bytes: [UInt8] = []
  let limits: WireLimits

  init(limits: WireLimits) { self.limits = limits }

  mutating func string(_ number: Int, _ value: inout String) {
    if !value.isEmpty { field(number, Array(value.utf8)) }
  }

  mutating func optionalString(_ number: Int, _ value: inout String?) {
    if let value { field(number, Array(value.utf8)) }
  }

  mutating func boolean(_ number: Int, _ value: inout Bool) {
    if value { field(number, varint: 1) }
  }

  mutating func int32(_ number: Int, _ value: inout Int32) {
    if value != 0 { field(number, varint: UInt64(bitPattern: Int64(value))) }
  }

  mutating func int64(_ number: Int, _ value: inout Int64) {
    if value != 0 { field(number, varint: UInt64(bitPattern: value)) }
  }

  mutating func uint32(_ number: Int, _ value: inout UInt32) {
    if value != 0 { field(number, varint: UInt64(value)) }
  }

  mutating func uint64(_ number: Int, _ value: inout UInt64) {
    if value != 0 { field(number, varint: value) }
  }

  mutating func float(_ number: Int, _ value: inout Float) {
    // By its bits: minus zero is not the zero that is left out.
    guard value.bitPattern != 0 else { return }
    tag(number, .fixed32)
    for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift)) }
  }

  mutating func choice<Choice: WireChoice>(_ number: Int, _ value: inout Choice) {
    var raw = value.number
    int32(number, &raw)
  }

  mutating func optionalChoice<Choice: WireChoice>(_ number: Int, _ value: inout Choice?) {
    if let value { field(number, varint: UInt64(bitPattern: Int64(value.number))) }
  }

  mutating func choices<Choice: WireChoice>(_ number: Int, _ values: inout [Choice]) {
    guard !values.isEmpty else { return }
    var packed = WireEncoder(limits: limits)
    for value in values { packed.varint(UInt64(bitPattern: Int64(value.number))) }
    field(number, packed.bytes)
  }

  mutating func strings(_ number: Int, _ values: inout [String]) {
    for value in values { field(number, Array(value.utf8)) }
  }

  mutating func stringMap(_ number: Int, _ values: inout [String: String]) {
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      var entry = WireEncoder(limits: limits)
      entry.field(1, Array(key.utf8))
      entry.field(2, Array(value.utf8))
      field(number, entry.bytes)
    }
  }

  mutating func message<Message: WireMessage>(_ number: Int, _ value: inout Message?) throws {
    if let value { field(number, try Wire.encode(value, limits: limits)) }
  }

  mutating func messages<Message: WireMessage>(_ number: Int, _ values: inout [Message]) throws {
    for value in values { field(number, try Wire.encode(value, limits: limits)) }
  }

  mutating func oneOf<Content>(_ cases: [WireCase<Content>], _ value: inout Content?) throws {
    guard let value else { return }
    for alternative in cases {
      guard let encoded = try alternative.encode(value, limits) else { continue }
      field(alternative.number, encoded)
      return
    }
  }

  private mutating func tag(_ number: Int, _ type: WireType) { varint(UInt64(number) << 3 | UInt64(type.rawValue)) }

  private mutating func field(_ number: Int, varint value: UInt64) {
    tag(number, .varint)
    varint(value)
  }

  private mutating func field(_ number: Int, _ content: [UInt8]) {
    tag(number, .bytes)
    varint(UInt64(content.count))
    bytes += content
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
