import Vocabulary

/// Protobuf's wire format, written anew: the stand-in must not share a mistake with the codec of the package.
extension Message {
  /// The bytes of a message of a type.
  func protobuf(as type: String) -> [UInt8] {
    (Messages.schema.messages[type] ?? []).sorted { $0.number < $1.number }.flatMap { field -> [UInt8] in
      guard let value = values[field.name] else { return [] }
      guard field.isRepeated, case .list(let elements) = value else { return Self.encoded(value, field) }
      return elements.flatMap { Self.encoded($0, field, keepsZero: true) }
    }
  }

  private static func encoded(_ value: Value, _ field: Schema.Field, keepsZero: Bool = false) -> [UInt8] {
    func varint(_ number: UInt64) -> [UInt8] {
      number < 0x80 ? [UInt8(number)] : [UInt8(number & 0x7F) | 0x80] + varint(number >> 7)
    }
    func long(_ content: [UInt8], _ number: Int = field.number) -> [UInt8] {
      varint(UInt64(number) << 3 | 2) + varint(UInt64(content.count)) + content
    }
    func short(_ number: Int64) -> [UInt8] {
      number == 0 && !keepsZero ? [] : varint(UInt64(field.number) << 3) + varint(UInt64(bitPattern: number))
    }
    switch value {
    case .text(let text): return text.isEmpty && !keepsZero ? [] : long(Array(text.utf8))
    case .bytes(let bytes): return bytes.isEmpty && !keepsZero ? [] : long(bytes)
    case .number(let number): return short(number)
    case .flag(let flag): return short(flag ? 1 : 0)
    case .moment(let moment):
      let (seconds, nanoseconds) = moment.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
      var parts: [UInt8] = []
      if seconds != 0 { parts += [8] + varint(UInt64(bitPattern: seconds)) }
      if nanoseconds != 0 { parts += [16] + varint(UInt64(bitPattern: nanoseconds)) }
      return long(parts)
    case .texts(let texts):
      return texts.sorted { $0.key < $1.key }
        .flatMap { long(long(Array($0.key.utf8), 1) + long(Array($0.value.utf8), 2)) }
    case .message(let message):
      guard case .message(let type) = field.type else { return [] }
      return long(message.protobuf(as: type))
    case .list: return []
    }
  }

  /// A message of a type from its bytes; nil when they are no protobuf. Unknown fields are skipped.
  init?(protobuf bytes: ArraySlice<UInt8>, as type: String) {
    let fields = Dictionary(
      uniqueKeysWithValues: (Messages.schema.messages[type] ?? []).map { (UInt64($0.number), $0) })
    var rest = bytes
    while !rest.isEmpty {
      guard let tag = Self.varint(&rest), tag >> 3 > 0 else { return nil }
      let field = fields[tag >> 3]
      switch tag & 7 {
      case 0:
        guard let number = Self.varint(&rest) else { return nil }
        if let field { add(field.type == .flag ? .flag(number != 0) : .number(Int64(bitPattern: number)), field) }
      case 1, 5:
        let width = tag & 7 == 1 ? 8 : 4
        guard rest.count >= width else { return nil }
        rest = rest.dropFirst(width)
      case 2:
        guard let count = Self.varint(&rest), count <= UInt64(rest.count) else { return nil }
        let content = rest.prefix(Int(count))
        rest = rest.dropFirst(Int(count))
        guard let field else { continue }
        guard let value = Self.value(content, field, merging: values[field.name]) else { return nil }
        add(value, field)
      default: return nil
      }
    }
  }

  private mutating func add(_ value: Value, _ field: Schema.Field) {
    values[field.name] = field.isRepeated ? .list(list(field.name) + [value]) : value
  }

  private static func value(_ content: ArraySlice<UInt8>, _ field: Schema.Field, merging known: Value?) -> Value? {
    switch field.type {
    case .text: return String(validating: content, as: UTF8.self).map { .text($0) }
    case .bytes: return .bytes(Array(content))
    case .message(let type): return Message(protobuf: content, as: type).map { .message($0) }
    case .texts:
      guard let entry = Message(protobuf: content, as: "SettingsParam") else { return nil }
      var texts: [String: String] = if case .texts(let texts)? = known { texts } else { [:] }
      // A map's entry has the shape of this message: a text under 1, a text under 2.
      texts[entry.text("name")] = entry.text("value")
      return .texts(texts)
    case .moment:
      guard let parts = Message(protobuf: content, as: "TimedVersion") else { return nil }
      return .moment(Timestamp(nanoseconds: parts.number("unix_micro") * 1_000_000_000 + parts.number("ticks")))
    case .flag, .short, .long, .choice: return nil
    }
  }

  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for index in 0..<10 {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << (7 * index)
      if byte < 0x80 { return value }
    }
    return nil
  }
}
