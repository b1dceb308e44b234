import Documents
import Vocabulary

/// Messages, enums and services of one version by their full names, with everything that depends on syntax resolved.
struct ProtobufSchema: Sendable {
  var packages: [String: Package] = [:]
  var messages: [String: Message] = [:]
  var enums: [String: Enumeration] = [:]
  var services: [String: Service] = [:]
  /// Files that the compiler is too old for.
  var refused: [String] = []

  /// A file's package.
  struct Package: Sendable {
    let name: String
    let place: ContractPlace
  }

  struct Message: Sendable {
    let name: String
    let place: ContractPlace
    var fields: [Int32: Field] = [:]
    var oneofs: Set<String> = []
    /// Half open.
    var reserved: [Range<Int64>] = []
    var reservedNames: Set<String> = []
    let isMapEntry: Bool
    /// Whether JSON is written by the standard's rules.
    let hasStandardJSON: Bool
  }

  struct Field: Sendable {
    let number: Int32
    let name: String
    let jsonName: String
    let kind: ProtobufKind
    /// The message or enum of the field, without the leading dot.
    let typeName: String?
    let cardinality: Cardinality
    /// The oneof that it is a member of; the made-up ones of proto3's `optional` do not count.
    let oneof: String?
    let defaultValue: String?
    let isExtension: Bool
    let place: ContractPlace
  }

  enum Cardinality: String, Sendable { case optional, required, repeated, map }

  struct Enumeration: Sendable {
    let name: String
    let place: ContractPlace
    /// Names by number, in the file's order; several where there are aliases.
    var names: [Int32: [String]] = [:]
    var firstNumber: Int32 = 0
    var reserved: [Range<Int64>] = []
    var reservedNames: Set<String> = []
    /// Whether a number that is not known counts as absent.
    let isClosed: Bool
    let hasStandardJSON: Bool
  }

  struct Service: Sendable {
    let name: String
    let place: ContractPlace
    var methods: [String: Method] = [:]
  }

  struct Method: Sendable {
    let name: String
    let place: ContractPlace
    let descriptor: MethodDescriptor
  }

  /// Reads a `FileDescriptorSet`, whose files are called as they call themselves, or `file` where there is only one.
  ///
  /// Throws `DocumentFailure` for bytes that are none, or hold nothing.
  init(descriptorSet bytes: [UInt8], file: String) throws {
    let set: FileDescriptorSet
    do {
      set = try Wire.decode(FileDescriptorSet.self, from: bytes, limits: WireLimits(bytes: 64 << 20, depth: 64))
    } catch let failure as WireFailure {
      throw DocumentFailure([
        DocumentProblem(
          file: file, at: nil, "this is no descriptor set of protobuf: \(failure.why ?? failure.what)",
          hint: "write one with protoc --include_imports --descriptor_set_out=FILE")
      ])
    }
    guard set.files.contains(where: { !$0.name.isEmpty }) else {
      throw DocumentFailure([DocumentProblem(file: file, at: nil, "the descriptor set describes no file")])
    }
    self.init(set) { set.files.count == 1 && $0.source == nil ? file : $0.name }
  }

  /// The elements of some files; `shown` says how messages call a file.
  init(_ set: FileDescriptorSet, shown: (FileDescriptor) -> String) {
    for file in set.files {
      var builder = ProtobufBuilder(file: file, shown: shown(file))
      builder.build(into: &self)
    }
  }
}

/// How a value is written on the wire.
enum ProtobufKind: Int32, Sendable {
  case double = 1, float, int64, uint64, int32, fixed64, fixed32, bool, string, group, message, bytes, uint32,
    enumeration
  case sfixed32, sfixed64, sint32, sint64

  /// As `.proto` files spell it.
  var word: String { self == .enumeration ? "enum" : "\(self)" }
}

/// Resolves one file's descriptor.
private struct ProtobufBuilder {
  let file: FileDescriptor
  let shown: String
  let marks: [[Int32]: Mark]

  init(file: FileDescriptor, shown: String) {
    self.file = file
    self.shown = shown
    marks = file.source?.marks ?? [:]
  }

  /// What the file's syntax says where nothing else does; proto2 is what no syntax means.
  private var features: FeatureSet {
    var features = FeatureSet()
    let isProto2 = file.syntax.isEmpty || file.syntax == "proto2"
    features.presence = file.syntax == "proto3" ? 2 : 1
    features.enumType = isProto2 ? 2 : 1
    features.encoding = 1
    features.jsonFormat = isProto2 ? 2 : 1
    return features.overridden(by: file.options?.features)
  }

  mutating func build(into schema: inout ProtobufSchema) {
    let features = features
    schema.packages[file.name] = ProtobufSchema.Package(name: file.package, place: place("package", [2]))
    for (index, message) in file.messages.enumerated() {
      add(message, in: file.package, path: [4, Int32(index)], features, to: &schema)
    }
    for (index, declared) in file.enums.enumerated() {
      add(declared, in: file.package, path: [5, Int32(index)], features, to: &schema)
    }
    for (index, field) in file.extensions.enumerated() {
      add(extension: field, in: file.package, path: [7, Int32(index)], features, to: &schema)
    }
    for (index, service) in file.services.enumerated() {
      let name = full(service.name, in: file.package)
      var result = ProtobufSchema.Service(name: name, place: place(name, [6, Int32(index)]))
      for (position, method) in service.methods.enumerated() {
        result.methods[method.name] = ProtobufSchema.Method(
          name: method.name, place: place("\(name).\(method.name)", [6, Int32(index), 2, Int32(position)]),
          descriptor: method)
      }
      schema.services[name] = result
    }
  }

  private func place(_ name: String, _ path: [Int32]) -> ContractPlace {
    ContractPlace(file: shown, pointer: name, mark: marks[path])
  }

  private func full(_ name: String, in scope: String) -> String { scope.isEmpty ? name : "\(scope).\(name)" }

  private func add(
    _ message: MessageDescriptor, in scope: String, path: [Int32], _ outer: FeatureSet, to schema: inout ProtobufSchema
  ) {
    let features = outer.overridden(by: message.options?.features)
    let name = full(message.name, in: scope)
    var result = ProtobufSchema.Message(
      name: name, place: place(name, path), isMapEntry: message.options?.isMapEntry ?? false,
      hasStandardJSON: features.jsonFormat == 1)
    result.reserved = message.reservedRanges.map { Int64($0.start)..<max(Int64($0.start), Int64($0.end)) }
    result.reservedNames = Set(message.reservedNames)
    let maps = Set(message.messages.filter { $0.options?.isMapEntry == true }.map { full($0.name, in: name) })
    for (index, field) in message.members.enumerated() {
      let made = self.field(
        field, oneofs: message.oneofs, maps: maps, path: path + [2, Int32(index)], owner: name, features)
      result.fields[field.number] = made
      if let oneof = made.oneof { result.oneofs.insert(oneof) }
    }
    schema.messages[name] = result
    for (index, inner) in message.messages.enumerated() {
      add(inner, in: name, path: path + [3, Int32(index)], features, to: &schema)
    }
    for (index, inner) in message.enums.enumerated() {
      add(inner, in: name, path: path + [4, Int32(index)], features, to: &schema)
    }
    for (index, field) in message.extensions.enumerated() {
      add(extension: field, in: name, path: path + [6, Int32(index)], features, to: &schema)
    }
  }

  /// Extensions of a message stand beside it, under a name that no message can have.
  private func add(
    extension field: FieldDescriptor, in scope: String, path: [Int32], _ outer: FeatureSet,
    to schema: inout ProtobufSchema
  ) {
    let owner = "extensions of \(field.extendee.drop { $0 == "." })"
    let made = self.field(field, oneofs: [], maps: [], path: path, owner: scope, outer)
    var message =
      schema.messages[owner]
      ?? ProtobufSchema.Message(name: owner, place: place(owner, path), isMapEntry: false, hasStandardJSON: true)
    message.fields[field.number] = made
    schema.messages[owner] = message
  }

  private func field(
    _ field: FieldDescriptor, oneofs: [OneofDescriptor], maps: Set<String>, path: [Int32], owner: String,
    _ outer: FeatureSet
  ) -> ProtobufSchema.Field {
    let features = outer.overridden(by: field.options?.features)
    let typeName = field.typeName.isEmpty ? nil : String(field.typeName.drop { $0 == "." })
    let cardinality: ProtobufSchema.Cardinality =
      switch field.label {
      case 3: typeName.map(maps.contains) == true ? .map : .repeated
      case 2: .required
      default: features.presence == 3 ? .required : .optional
      }
    var kind = ProtobufKind(rawValue: field.type) ?? .message
    if kind == .message, features.encoding == 2, cardinality != .map { kind = .group }
    let oneof = field.oneofIndex.flatMap { index in
      oneofs.indices.contains(Int(index.number)) && !field.isProto3Optional ? oneofs[Int(index.number)].name : nil
    }
    return ProtobufSchema.Field(
      number: field.number, name: field.name,
      jsonName: field.jsonName.isEmpty ? field.name.lowerCamelCase : field.jsonName, kind: kind,
      typeName: typeName, cardinality: cardinality, oneof: oneof, defaultValue: field.defaultValue,
      isExtension: !field.extendee.isEmpty, place: place("\(owner).\(field.name)", path))
  }

  private func add(
    _ declared: EnumDescriptor, in scope: String, path: [Int32], _ outer: FeatureSet, to schema: inout ProtobufSchema
  ) {
    let features = outer.overridden(by: declared.options?.features)
    let name = full(declared.name, in: scope)
    var result = ProtobufSchema.Enumeration(
      name: name, place: place(name, path), isClosed: features.enumType == 2, hasStandardJSON: features.jsonFormat == 1)
    for value in declared.values { result.names[value.number, default: []].append(value.name) }
    result.firstNumber = declared.values.first?.number ?? 0
    result.reserved = declared.reservedRanges.map { Int64($0.start)..<max(Int64($0.start), Int64($0.end) + 1) }
    result.reservedNames = Set(declared.reservedNames)
    schema.enums[name] = result
  }
}

extension String {
  /// `call_id` as `callId`, as protoc makes JSON names.
  fileprivate var lowerCamelCase: String {
    var result = ""
    var raises = false
    for character in self {
      if character == "_" {
        raises = true
      } else {
        result += raises ? character.uppercased() : String(character)
        raises = false
      }
    }
    return result
  }
}
