import Documents

/// The part of protobuf's descriptor.proto that compatibility depends on.
struct FileDescriptorSet: WireMessage {
  var files: [FileDescriptor] = []
  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws { try visit.messages(1, &files) }
}

struct FileDescriptor: WireMessage {
  var name = ""
  var package = ""
  var messages: [MessageDescriptor] = []
  var enums: [EnumDescriptor] = []
  var services: [ServiceDescriptor] = []
  var extensions: [FieldDescriptor] = []
  var options: FileOptions?
  var source: SourceInfo?
  var syntax = ""

  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &name)
    try visit.string(2, &package)
    try visit.messages(4, &messages)
    try visit.messages(5, &enums)
    try visit.messages(6, &services)
    try visit.messages(7, &extensions)
    try visit.message(8, &options)
    try visit.message(9, &source)
    try visit.string(12, &syntax)
  }

  struct FileOptions: WireMessage {
    var features: FeatureSet?
    init() {}
    mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws { try visit.message(50, &features) }
  }
}

struct MessageDescriptor: WireMessage {
  var name = ""
  var members: [FieldDescriptor] = []
  var messages: [MessageDescriptor] = []
  var enums: [EnumDescriptor] = []
  var extensions: [FieldDescriptor] = []
  var options: Options?
  var oneofs: [OneofDescriptor] = []
  var reservedRanges: [NumberRange] = []
  var reservedNames: [String] = []

  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &name)
    try visit.messages(2, &members)
    try visit.messages(3, &messages)
    try visit.messages(4, &enums)
    try visit.messages(6, &extensions)
    try visit.message(7, &options)
    try visit.messages(8, &oneofs)
    try visit.messages(9, &reservedRanges)
    try visit.strings(10, &reservedNames)
  }

  struct Options: WireMessage {
    var isMapEntry = false
    var features: FeatureSet?
    init() {}
    mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
      try visit.boolean(7, &isMapEntry)
      try visit.message(12, &features)
    }
  }
}

struct OneofDescriptor: WireMessage {
  var name = ""
  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws { try visit.string(1, &name) }
}

struct FieldDescriptor: WireMessage {
  var name = ""
  var extendee = ""
  var number: Int32 = 0
  /// 1 optional, 2 required, 3 repeated.
  var label: Int32 = 0
  /// `FieldDescriptorProto.Type`, 1 to 18.
  var type: Int32 = 0
  var typeName = ""
  var defaultValue: String?
  var options: Options?
  /// Absent for a field outside of every oneof; 0 is the first.
  var oneofIndex: AnyNumber?
  var jsonName = ""
  var isProto3Optional = false

  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &name)
    try visit.string(2, &extendee)
    try visit.int32(3, &number)
    try visit.int32(4, &label)
    try visit.int32(5, &type)
    try visit.string(6, &typeName)
    try visit.optionalString(7, &defaultValue)
    try visit.message(8, &options)
    try visit.optionalChoice(9, &oneofIndex)
    try visit.string(10, &jsonName)
    try visit.boolean(17, &isProto3Optional)
  }

  struct Options: WireMessage {
    var features: FeatureSet?
    init() {}
    mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws { try visit.message(21, &features) }
  }
}

struct EnumDescriptor: WireMessage {
  var name = ""
  var values: [EnumValueDescriptor] = []
  var options: Options?
  var reservedRanges: [NumberRange] = []
  var reservedNames: [String] = []

  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &name)
    try visit.messages(2, &values)
    try visit.message(3, &options)
    try visit.messages(4, &reservedRanges)
    try visit.strings(5, &reservedNames)
  }

  struct Options: WireMessage {
    var features: FeatureSet?
    init() {}
    mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws { try visit.message(7, &features) }
  }
}

struct EnumValueDescriptor: WireMessage {
  var name = ""
  var number: Int32 = 0
  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &name)
    try visit.int32(2, &number)
  }
}

struct ServiceDescriptor: WireMessage {
  var name = ""
  var methods: [MethodDescriptor] = []
  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &name)
    try visit.messages(2, &methods)
  }
}

struct MethodDescriptor: WireMessage {
  var name = ""
  var input = ""
  var output = ""
  var options: Options?
  var streamsIn = false
  var streamsOut = false

  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &name)
    try visit.string(2, &input)
    try visit.string(3, &output)
    try visit.message(4, &options)
    try visit.boolean(5, &streamsIn)
    try visit.boolean(6, &streamsOut)
  }

  struct Options: WireMessage {
    /// 0 unknown, 1 without side effects, 2 idempotent.
    var idempotency: Int32 = 0
    init() {}
    mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws { try visit.int32(34, &idempotency) }
  }
}

/// A range of reserved numbers as it is written: without its end in messages, with it in enums.
struct NumberRange: WireMessage {
  var start: Int32 = 0
  var end: Int32 = 0
  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.int32(1, &start)
    try visit.int32(2, &end)
  }
}

/// What an edition's file says of presence, encoding and JSON; 0: nothing, what is around it counts.
struct FeatureSet: WireMessage {
  /// 1 explicit, 2 implicit, 3 required.
  var presence: Int32 = 0
  /// 1 open, 2 closed.
  var enumType: Int32 = 0
  /// 1 with a length before it, 2 delimited as groups are.
  var encoding: Int32 = 0
  /// 1 by the standard, 2 as far as it goes.
  var jsonFormat: Int32 = 0

  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.int32(1, &presence)
    try visit.int32(2, &enumType)
    try visit.int32(5, &encoding)
    try visit.int32(6, &jsonFormat)
  }

  /// These features where the inner ones say nothing.
  func overridden(by inner: FeatureSet?) -> FeatureSet {
    guard let inner else { return self }
    var result = self
    if inner.presence != 0 { result.presence = inner.presence }
    if inner.enumType != 0 { result.enumType = inner.enumType }
    if inner.encoding != 0 { result.encoding = inner.encoding }
    if inner.jsonFormat != 0 { result.jsonFormat = inner.jsonFormat }
    return result
  }
}

/// Where each element stands in its `.proto` file, when the compiler was asked to say.
struct SourceInfo: WireMessage {
  var locations: [Location] = []
  init() {}
  mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws { try visit.messages(1, &locations) }

  struct Location: WireMessage {
    /// Field numbers and indexes that lead from the file to the element.
    var path: [AnyNumber] = []
    /// Line and column from 0, then where it ends.
    var span: [AnyNumber] = []
    init() {}
    mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
      try visit.choices(1, &path)
      try visit.choices(2, &span)
    }
  }

  /// The places by path.
  var marks: [[Int32]: Mark] {
    Dictionary(
      locations.compactMap { location in
        guard location.span.count >= 3 else { return nil }
        return (
          location.path.map(\.number),
          Mark(line: Int(location.span[0].number) + 1, column: Int(location.span[1].number) + 1)
        )
      }, uniquingKeysWith: { first, _ in first })
  }
}

/// A number on the wire as it is.
struct AnyNumber: WireChoice {
  let number: Int32
  init(number: Int32) { self.number = number }
}
