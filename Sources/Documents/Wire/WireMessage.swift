package import Vocabulary

/// A protobuf message whose one description, `fields`, is what encodes, decodes and checks it.
///
/// ```swift
/// struct UpdateWorker: WireMessage {
///   var status: WorkerStatus?
///   var load: Float = 0
///   init() {}
///   mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
///     try visit.optionalChoice(1, &status)
///     try visit.float(3, &load)
///   }
/// }
/// ```
package protocol WireMessage: Hashable, Sendable {
  /// A message with no field set.
  init()
  /// Shows each field to the visitor with its number, in the order in which they are to be written.
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws
}

/// An open enumeration of protobuf: a number that has no name is carried on as it is.
package protocol WireChoice: Hashable, Sendable {
  /// The case of a number; every number has one.
  init(number: Int32)
  /// The number that is written.
  var number: Int32 { get }
}

/// What can be done with the fields of a message: write them, read them, list them.
///
/// Plain fields follow proto3's implicit presence: their zero value is not written. The `optional` ones are proto3's
/// `optional`: nil is absent, and an explicit zero is written and read as one.
package protocol FieldVisitor {
  mutating func string(_ number: Int, _ value: inout String) throws
  mutating func optionalString(_ number: Int, _ value: inout String?) throws
  mutating func boolean(_ number: Int, _ value: inout Bool) throws
  mutating func int32(_ number: Int, _ value: inout Int32) throws
  mutating func int64(_ number: Int, _ value: inout Int64) throws
  mutating func uint32(_ number: Int, _ value: inout UInt32) throws
  mutating func uint64(_ number: Int, _ value: inout UInt64) throws
  mutating func float(_ number: Int, _ value: inout Float) throws
  mutating func choice<Choice: WireChoice>(_ number: Int, _ value: inout Choice) throws
  mutating func optionalChoice<Choice: WireChoice>(_ number: Int, _ value: inout Choice?) throws
  mutating func choices<Choice: WireChoice>(_ number: Int, _ values: inout [Choice]) throws
  mutating func strings(_ number: Int, _ values: inout [String]) throws
  mutating func stringMap(_ number: Int, _ values: inout [String: String]) throws
  mutating func message<Message: WireMessage>(_ number: Int, _ value: inout Message?) throws
  mutating func messages<Message: WireMessage>(_ number: Int, _ values: inout [Message]) throws
  /// A message under one of several numbers, of which the last on the wire counts.
  mutating func oneOf<Content>(_ cases: [WireCase<Content>], _ value: inout Content?) throws
}

/// One alternative of a `oneof`: its number, and how its message goes into the content and out of it.
package struct WireCase<Content> {
  let number: Int
  let encode: (Content, WireLimits) throws -> [UInt8]?
  let decode: (ArraySlice<UInt8>, WireLimits) throws -> Content
  /// Shows the alternative as an ordinary message field, to visitors that list fields.
  package let visit: (inout any FieldVisitor) throws -> Void

  /// An alternative; `unwrap` is nil for every other one.
  package init<Message: WireMessage>(
    _ number: Int, _ wrap: @escaping (Message) -> Content, _ unwrap: @escaping (Content) -> Message?
  ) {
    self.number = number
    encode = { content, limits in try unwrap(content).map { try Wire.encode($0, limits: limits) } }
    decode = { bytes, limits in wrap(try Wire.decode(Message.self, from: bytes, limits: limits)) }
    visit = { visitor in
      var none: Message?
      try visitor.message(number, &none)
    }
  }
}

/// How much the codec takes.
package struct WireLimits: Hashable, Sendable {
  /// The longest message, in bytes.
  package let bytes: Int
  /// The deepest nesting of messages, and of groups in unknown fields.
  package let depth: Int

  /// Limits; a worker's frame is a few kilobytes.
  package init(bytes: Int = 4 << 20, depth: Int = 32) {
    self.bytes = bytes
    self.depth = depth
  }

  /// The limits of a message inside; throws `WireFailure.nested` where none may be deeper.
  var nested: WireLimits {
    get throws {
      guard depth > 0 else { throw WireFailure.nested }
      return WireLimits(bytes: bytes, depth: depth - 1)
    }
  }
}

/// Bytes that are no protobuf message of the type that is wanted.
package enum WireFailure: Failure, Hashable {
  /// The message or a part of it ends too early.
  case truncated
  /// A number is longer than its type.
  case overlong
  /// A field number of zero, or one that is too large.
  case fieldNumber
  /// A field is there in another form than its type has.
  case wireType(field: Int)
  /// Text that is not UTF-8.
  case text(field: Int)
  /// Groups that do not match, or nest too deep.
  case group
  /// Messages nest too deep.
  case nested
  /// The message is longer than the limit, in bytes.
  case tooLong(Int)

  package var what: String { "a message in protobuf's form cannot be read" }
  package var why: String? {
    switch self {
    case .truncated: "it ends too early"
    case .overlong: "a number in it is too long"
    case .fieldNumber: "it has a field number that cannot be"
    case .wireType(let field): "its field \(field) has another type than the protocol says"
    case .text(let field): "its field \(field) is not UTF-8"
    case .group: "its groups do not match"
    case .nested: "its messages nest too deep"
    case .tooLong(let bytes): "it is \(bytes) bytes long"
    }
  }
  package var remedy: String? { nil }
  package var exitStatus: ExitStatus { .badInput }
}

/// Protobuf's wire format.
package enum Wire {
  /// The bytes of a message: fields in the order of `fields`, map entries by key, so that equal messages have equal bytes.
  ///
  /// Throws `WireFailure.tooLong` above the limit.
  package static func encode(_ message: some WireMessage, limits: WireLimits = WireLimits()) throws -> [UInt8] {
    var encoder = WireEncoder(limits: limits)
    var message = message
    try message.fields(&encoder)
    guard encoder.bytes.count <= limits.bytes else { throw WireFailure.tooLong(encoder.bytes.count) }
    return encoder.bytes
  }

  /// The message in some bytes. Unknown fields are skipped; of a field that comes twice the last counts, and messages that
  /// come twice are merged.
  ///
  /// Throws `WireFailure`; a known field with a wrong wire type is refused, not skipped.
  package static func decode<Message: WireMessage>(
    _ type: Message.Type, from bytes: some Collection<UInt8>, limits: WireLimits = WireLimits()
  ) throws -> Message {
    guard bytes.count <= limits.bytes else { throw WireFailure.tooLong(bytes.count) }
    var decoder = try WireDecoder(Array(bytes)[...], limits: limits)
    var message = Message()
    try message.fields(&decoder)
    return message
  }
}

/// The four forms of a value on the wire that are in use; groups are only skipped.
enum WireType: UInt8 {
  case varint = 0
  case fixed64 = 1
  case bytes = 2
  case fixed32 = 5
}
