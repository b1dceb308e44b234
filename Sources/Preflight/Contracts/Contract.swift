import Documents
import Vocabulary

/// What a file holds, told by its content.
enum Contract: Sendable {
  /// A JSON Schema.
  case schema(Node)
  /// Tools of an agent or of an MCP server.
  case tools(ToolList)
  /// Messages and services, compiled.
  case protobuf(ProtobufSchema)

  /// In a word, for tables and machines.
  var kind: String {
    switch self {
    case .schema: "schema"
    case .tools: "tools"
    case .protobuf: "protobuf"
    }
  }

  /// Reads a file other than `.proto`; nil when it is of another kind than contracts are.
  ///
  /// JSON, YAML by the ending, and protobuf's `FileDescriptorSet` by ending or content. Throws `DocumentFailure` with line and
  /// column, or `WireFailure`.
  static func read(_ file: ContractFile) throws -> Contract? {
    let ending = file.ending
    if ["binpb", "pb", "desc", "protoset", "fds"].contains(ending) {
      return .protobuf(try ProtobufSchema(descriptorSet: file.bytes, file: file.shown))
    }
    guard file.bytes.contains(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) else {
      throw DocumentFailure([DocumentProblem(file: file.shown, at: nil, "the file is empty")])
    }
    let isYAML = ["yaml", "yml"].contains(ending)
    // No JSON and no YAML has this byte.
    if file.bytes.prefix(4_096).contains(0) {
      if let set = try? ProtobufSchema(descriptorSet: file.bytes, file: file.shown) { return .protobuf(set) }
      throw DocumentFailure([
        DocumentProblem(file: file.shown, at: nil, "the file is binary, and no descriptor set of protobuf")
      ])
    }
    let root =
      isYAML
      ? try YAML.parse(file.bytes, file: file.shown)
      : try JSON.parse(file.bytes, file: file.shown, limits: JSONSchema.limits)
    if let tools = try ToolList(root, file: file.shown) { return .tools(tools) }
    return isSchema(root) ? .schema(root) : nil
  }

  /// Whether a document is a schema: `true`, `false`, or a mapping of schemas' keywords.
  private static func isSchema(_ node: Node) -> Bool {
    if node.boolean != nil { return true }
    guard let mapping = node.mapping else { return false }
    if mapping["$schema"]?.string?.contains("json-schema.org") == true { return true }
    if let type = mapping["type"] {
      let names = type.sequence?.map(\.string) ?? [type.string]
      if names.allSatisfy({ $0.map(types.contains) ?? false }) { return true }
    }
    return mapping.entries.contains { telling.contains($0.key) }
      || mapping.entries.allSatisfy { others.contains($0.key) }
  }

  private static let types: Set = ["null", "boolean", "integer", "number", "string", "array", "object"]
  private static let telling: Set = [
    "$ref", "$defs", "definitions", "properties", "patternProperties", "additionalProperties", "allOf", "anyOf",
    "oneOf",
    "enum", "prefixItems", "unevaluatedProperties",
  ]
  private static let others: Set = [
    "$schema", "$id", "id", "$comment", "$anchor", "$vocabulary", "title", "description", "default", "examples",
    "format",
    "type", "const", "not", "if", "then", "else", "items", "additionalItems", "contains", "minContains", "maxContains",
    "minItems", "maxItems", "uniqueItems", "unevaluatedItems", "required", "dependencies", "dependentRequired",
    "dependentSchemas", "propertyNames", "minProperties", "maxProperties", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "readOnly", "writeOnly", "deprecated",
    "contentEncoding", "contentMediaType", "contentSchema", "$dynamicRef", "$dynamicAnchor", "$recursiveRef",
    "$recursiveAnchor",
  ]
}

extension ContractFile {
  /// The name's ending in lower case, without its dot; empty where there is none.
  var ending: String {
    guard let last = name.split(separator: "/").last, let dot = last.lastIndex(of: "."), dot != last.startIndex else {
      return ""
    }
    return last[last.index(after: dot)...].lowercased()
  }

  /// Whether a folder's file may hold a contract at all.
  var mayHoldContract: Bool { Self.endings.contains(ending) }

  static let endings: Set = ["json", "yaml", "yml", "proto", "binpb", "pb", "desc", "protoset", "fds"]
}
