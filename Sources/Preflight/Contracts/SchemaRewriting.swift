import Documents

/// Schemas as trees of schemas: which keywords hold further ones.
enum SchemaTree {
  private static let single: Set = [
    "additionalProperties", "unevaluatedProperties", "additionalItems", "unevaluatedItems", "contains", "propertyNames",
    "not", "if", "then", "else", "contentSchema",
  ]
  private static let lists: Set = ["allOf", "anyOf", "oneOf", "prefixItems"]
  private static let named: Set = [
    "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies",
  ]

  /// The schema with each schema in it, and then itself, replaced; values in `enum`, `default` and the like are left alone.
  static func rewritten(_ schema: Node, _ replace: (Mapping) -> Mapping) -> Node {
    guard let mapping = schema.mapping else { return schema }
    let entries = mapping.entries.map { entry in
      Mapping.Entry(key: entry.key, keyMark: entry.keyMark, value: inner(entry, replace))
    }
    return Node(.mapping(replace(Mapping(entries))), at: schema.mark)
  }

  private static func inner(_ entry: Mapping.Entry, _ replace: (Mapping) -> Mapping) -> Node {
    if single.contains(entry.key) { return rewritten(entry.value, replace) }
    if let elements = entry.value.sequence, lists.contains(entry.key) || entry.key == "items" {
      return Node(.sequence(elements.map { rewritten($0, replace) }), at: entry.value.mark)
    }
    if entry.key == "items" { return rewritten(entry.value, replace) }
    if let mapping = entry.value.mapping, named.contains(entry.key) {
      let entries = mapping.entries.map {
        Mapping.Entry(key: $0.key, keyMark: $0.keyMark, value: rewritten($0.value, replace))
      }
      return Node(.mapping(Mapping(entries)), at: entry.value.mark)
    }
    return entry.value
  }
}

extension Node {
  /// A schema in OpenAI's strict encoding with its optional properties optional again.
  ///
  /// Strict schemas require every property and let those that may be left out be null (livekit-agents' `_strict`, where null
  /// becomes the default before it is validated); taken as they stand, every added optional parameter is newly required.
  var decodingStrictEncoding: Node {
    SchemaTree.rewritten(self) { schema in
      guard let required = schema["required"]?.sequence, let properties = schema["properties"]?.mapping else {
        return schema
      }
      let kept = required.filter { name in !(name.string.flatMap { properties[$0] }?.isNullableSchema ?? false) }
      return schema.replacing("required", with: .sequence(kept))
    }
  }

  /// Whether a schema says itself that null is valid.
  private var isNullableSchema: Bool {
    if let type = self["type"] {
      return type.string == "null" || (type.sequence ?? []).contains { $0.string == "null" }
    }
    if self["const"]?.isNull == true { return true }
    if let values = self["enum"]?.sequence { return values.contains(where: \.isNull) }
    return ["anyOf", "oneOf"].contains { key in (self[key]?.sequence ?? []).contains(where: \.isNullableSchema) }
  }

  /// The schema of the values that hold only what it declares: its open objects closed; nil where closing would say more.
  ///
  /// A writer that keeps to its schema writes no property that the schema does not name, though an open object lets it.
  /// Closing two schemas that must hold together would leave nothing valid, so any such pair makes this nil.
  var closingOpenObjects: Node? {
    var isSafe = true
    let closed = SchemaTree.rewritten(self) { schema in
      let declares = schema["properties"] != nil
      let branches = ["anyOf", "oneOf", "$ref", "$dynamicRef", "$recursiveRef"].filter { schema[$0] != nil }.count
      if Self.conjunctions.contains(where: { schema[$0] != nil }) || branches + (declares ? 1 : 0) > 1 {
        isSafe = false
      }
      guard declares, schema["additionalProperties"] == nil, schema["patternProperties"] == nil,
        let mark = schema.entries.first?.keyMark
      else { return schema }
      let closing = Node(.scalar(Scalar(text: "false", style: .plain, kind: .boolean)), at: mark)
      return Mapping(
        schema.entries + [Mapping.Entry(key: "additionalProperties", keyMark: mark, value: closing)])
    }
    guard isSafe else { return nil }
    return closed
  }

  private static let conjunctions = [
    "allOf", "not", "if", "then", "else", "dependentSchemas", "dependencies", "unevaluatedProperties", "propertyNames",
    "minProperties", "maxProperties",
  ]
}

extension Mapping {
  /// The mapping with the value of one of its keys replaced.
  fileprivate func replacing(_ key: String, with content: Node.Content) -> Mapping {
    Mapping(
      entries.map {
        $0.key == key ? Entry(key: key, keyMark: $0.keyMark, value: Node(content, at: $0.value.mark)) : $0
      })
  }
}
