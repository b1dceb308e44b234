import Documents

/// Validates values against one schema, of any dialect, by the letter of its keywords; formats are annotations.
///
/// It shares nothing with the comparison but the index of the schema's references and the reading of patterns: it is what a
/// witness is checked with before anybody sees it.
package struct SchemaValidator: Sendable {
  private let schema: JSONSchema

  /// A validator of one schema document.
  package init(_ schema: JSONSchema) { self.schema = schema }

  /// Whether a value is valid; nil where it cannot be known (remote `$ref`, a pattern of another dialect, too much work).
  package func isValid(_ value: JSONValue) -> Bool? {
    var run = ValidationRun(schema: schema)
    do {
      return try run.validate(value, 0).isValid
    } catch { return nil }
  }
}

/// Thrown when validity cannot be known.
private struct ValidityUnknown: Error {}

/// Whether a value is valid, and what of it was evaluated.
private struct Validity {
  var isValid = true
  var names: Set<ExactText> = []
  var items: Set<Int> = []
  var hasDisputedItems = false

  mutating func take(_ other: Self) {
    isValid = isValid && other.isValid
    names.formUnion(other.names)
    items.formUnion(other.items)
    hasDisputedItems = hasDisputedItems || other.hasDisputedItems
  }
}

/// One validation.
private struct ValidationRun {
  let schema: JSONSchema
  private let patterns = PatternBook()
  private var work = 0
  private var depth = 0

  init(schema: JSONSchema) { self.schema = schema }

  mutating func validate(_ value: JSONValue, _ index: Int) throws -> Validity {
    let site = schema.sites[index]
    if let allows = site.node.boolean { return Validity(isValid: allows) }
    work += 1
    depth += 1
    defer { depth -= 1 }
    guard let mapping = site.node.mapping, work < 500_000, depth < 300 else { throw ValidityUnknown() }
    if index == 0, let named = mapping["$schema"]?.string, SchemaDialect(schema: named) == nil {
      throw ValidityUnknown()
    }
    var result = Validity()
    if site.dialect < .draft201909, mapping["$ref"] != nil {
      result.take(try follow("$ref", index, value))
      return result
    }
    for entry in mapping.entries { result.take(try keyword(entry.key, entry.value, mapping, index, value)) }
    if site.dialect >= .draft201909, result.isValid {
      try unevaluated(index, value, &result)
    }
    // A value that is not valid has evaluated nothing.
    return result.isValid ? result : Validity(isValid: false)
  }

  private func children(_ index: Int, _ keyword: String) -> Range<Int> { schema.children(index, keyword) }

  private func named(_ index: Int, _ keyword: String, _ name: ExactText) -> [Int] {
    schema.child(index, keyword, name).map { [$0] } ?? []
  }

  private func child(_ index: Int, _ keyword: String) -> Int? { children(index, keyword).first }

  private mutating func follow(_ keyword: String, _ index: Int, _ value: JSONValue) throws -> Validity {
    guard case .site(let target)? = schema.targets(index)[keyword] else { throw ValidityUnknown() }
    return try validate(value, target)
  }

  private func answer(_ isValid: Bool) -> Validity { Validity(isValid: isValid) }

  private func number(_ node: Node) throws -> ExactNumber {
    guard case .number(let number)? = JSONValue(node) else { throw ValidityUnknown() }
    return number
  }

  private func matches(_ pattern: String, _ text: ExactText) throws -> Bool {
    guard let answer = patterns.matches(ExactText(pattern), text) else { throw ValidityUnknown() }
    return answer
  }

  // The keywords are many and each is short: one list reads better than a dozen.
  private mutating func keyword(
    _ name: String, _ node: Node, _ mapping: Mapping, _ index: Int, _ value: JSONValue
  ) throws -> Validity {
    let dialect = schema.sites[index].dialect
    switch name {
    case "type":
      let types = try (node.sequence ?? [node]).map { type in
        guard let type = type.string else { throw ValidityUnknown() }
        return type
      }
      return answer(try types.contains { try isOfType(value, $0, dialect) })
    case "enum":
      guard let values = node.sequence else { throw ValidityUnknown() }
      return answer(try values.contains { try equal($0, value) })
    case "const" where dialect >= .draft06: return answer(try equal(node, value))
    case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
      return answer(try numeric(name, node, mapping, dialect, value))
    case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
      let limit = try number(node)
      guard limit.isIntegral, limit >= ExactNumber(0) else { throw ValidityUnknown() }
      let count: Int
      switch value {
      case .string(let text) where name.hasSuffix("Length"): count = text.text.unicodeScalars.count
      case .array(let elements) where name.hasSuffix("Items"): count = elements.count
      case .object(let members) where name.hasSuffix("Properties"): count = members.count
      default: return answer(true)
      }
      return answer(name.hasPrefix("min") ? ExactNumber(count) >= limit : ExactNumber(count) <= limit)
    case "pattern":
      guard case .string(let text) = value else { return answer(true) }
      guard let pattern = node.string else { throw ValidityUnknown() }
      return answer(try matches(pattern, text))
    case "uniqueItems":
      guard let isUnique = node.boolean else { throw ValidityUnknown() }
      guard case .array(let elements) = value, isUnique else { return answer(true) }
      return answer(Set(elements).count == elements.count)
    case "required":
      guard let names = node.sequence?.map(\.string), !names.contains(nil) else { throw ValidityUnknown() }
      guard case .object(let members) = value else { return answer(true) }
      return answer(names.allSatisfy { members[ExactText($0 ?? "")] != nil })
    case "properties", "patternProperties", "additionalProperties": return try members(name, index, value)
    case "propertyNames" where dialect >= .draft06:
      guard case .object(let members) = value, let child = child(index, name) else { return answer(true) }
      for name in members.keys where !(try validate(.string(name), child).isValid) { return answer(false) }
      return answer(true)
    case "items", "prefixItems", "additionalItems": return try items(name, index, mapping, dialect, value)
    case "contains" where dialect >= .draft06: return try contains(index, mapping, dialect, value)
    case "dependencies" where dialect <= .draft07, "dependentRequired" where dialect >= .draft201909,
      "dependentSchemas" where dialect >= .draft201909:
      return try dependencies(name, node, index, value)
    case "allOf":
      var result = Validity()
      for child in children(index, name) { result.take(try validate(value, child)) }
      return result
    case "anyOf", "oneOf":
      var result = Validity()
      var count = 0
      for child in children(index, name) {
        let inner = try validate(value, child)
        if inner.isValid {
          result.take(inner)
          count += 1
        }
      }
      guard node.sequence?.isEmpty == false else { throw ValidityUnknown() }
      result.isValid = name == "oneOf" ? count == 1 : count > 0
      return result
    case "not":
      guard let child = child(index, name) else { return answer(true) }
      return answer(!(try validate(value, child).isValid))
    case "if" where dialect >= .draft07:
      guard let test = child(index, name) else { return answer(true) }
      var result = try validate(value, test)
      let passed = result.isValid
      if !passed { result = Validity() }
      if let branch = child(index, passed ? "then" : "else") { result.take(try validate(value, branch)) }
      return result
    case "$ref": return try follow(name, index, value)
    case "$recursiveRef" where dialect == .draft201909, "$dynamicRef" where dialect == .draft202012:
      return try follow(name, index, value)
    default: return answer(true)
    }
  }

  private func isOfType(_ value: JSONValue, _ type: String, _ dialect: SchemaDialect) throws -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .boolean), ("string", .string), ("number", .number), ("array", .array),
      ("object", .object):
      return true
    case ("integer", .number(let number)): return dialect == .draft04 ? number.isWrittenAsInteger : number.isIntegral
    case ("null", _), ("boolean", _), ("string", _), ("number", _), ("integer", _), ("array", _), ("object", _):
      return false
    default: throw ValidityUnknown()
    }
  }

  private func equal(_ node: Node, _ value: JSONValue) throws -> Bool {
    guard let other = JSONValue(node) else { throw ValidityUnknown() }
    return other == value
  }

  private func numeric(
    _ name: String, _ node: Node, _ mapping: Mapping, _ dialect: SchemaDialect, _ value: JSONValue
  ) throws -> Bool {
    if dialect == .draft04, name.hasPrefix("exclusive") {
      guard node.boolean != nil else { throw ValidityUnknown() }
      return true
    }
    let bound = try number(node)
    guard case .number(let number) = value else { return true }
    switch name {
    case "minimum":
      let isStrict = dialect == .draft04 && mapping["exclusiveMinimum"]?.boolean == true
      return isStrict ? number > bound : number >= bound
    case "maximum":
      let isStrict = dialect == .draft04 && mapping["exclusiveMaximum"]?.boolean == true
      return isStrict ? number < bound : number <= bound
    case "exclusiveMinimum": return number > bound
    case "exclusiveMaximum": return number < bound
    default:
      guard bound > ExactNumber(0) else { throw ValidityUnknown() }
      return number.isMultiple(of: bound)
    }
  }

  private mutating func members(_ keyword: String, _ index: Int, _ value: JSONValue) throws -> Validity {
    guard case .object(let members) = value else { return answer(true) }
    var result = Validity()
    let patterned = children(index, "patternProperties")
    for (name, member) in members {
      var schemas: [Int] = []
      switch keyword {
      case "properties": schemas = named(index, "properties", name)
      case "patternProperties": schemas = try patterned.filter { try matches(schema.sites[$0].key ?? "", name) }
      default:
        let isOther =
          try named(index, "properties", name).isEmpty
          && !patterned.contains { try matches(schema.sites[$0].key ?? "", name) }
        schemas = isOther ? Array(children(index, keyword)) : []
      }
      for child in schemas {
        guard try validate(member, child).isValid else { return answer(false) }
        result.names.insert(name)
      }
    }
    return result
  }

  private mutating func items(
    _ keyword: String, _ index: Int, _ mapping: Mapping, _ dialect: SchemaDialect, _ value: JSONValue
  ) throws -> Validity {
    let isTuple = mapping["items"]?.sequence != nil
    if keyword == "prefixItems", dialect < .draft202012 { return answer(true) }
    if keyword == "additionalItems", dialect == .draft202012 || !isTuple { return answer(true) }
    if keyword == "items", dialect == .draft202012, isTuple { throw ValidityUnknown() }
    guard case .array(let elements) = value else { return answer(true) }
    let schemas = children(index, keyword)
    var result = Validity()
    func check(_ position: Int, _ child: Int) throws -> Bool {
      result.items.insert(position)
      return try validate(elements[position], child).isValid
    }
    if keyword == "prefixItems" || keyword == "items" && isTuple {
      for (position, child) in schemas.enumerated() where position < elements.count {
        guard try check(position, child) else { return answer(false) }
      }
      return result
    }
    guard let child = schemas.first else { return answer(true) }
    let first =
      keyword == "additionalItems"
      ? children(index, "items").count : dialect == .draft202012 ? children(index, "prefixItems").count : 0
    for position in elements.indices.dropFirst(first) {
      guard try check(position, child) else { return answer(false) }
    }
    return result
  }

  private mutating func contains(
    _ index: Int, _ mapping: Mapping, _ dialect: SchemaDialect, _ value: JSONValue
  ) throws -> Validity {
    guard case .array(let elements) = value, let child = child(index, "contains") else { return answer(true) }
    var result = Validity()
    var count = 0
    for (position, element) in elements.enumerated() where try validate(element, child).isValid {
      count += 1
      if dialect == .draft202012 { result.items.insert(position) }
      if dialect == .draft201909 { result.hasDisputedItems = true }
    }
    let hasBounds = dialect >= .draft201909
    let least = try mapping["minContains"].flatMap { hasBounds ? try number($0) : nil } ?? ExactNumber(1)
    let most = try mapping["maxContains"].flatMap { hasBounds ? try number($0) : nil }
    result.isValid = ExactNumber(count) >= least && most.map { ExactNumber(count) <= $0 } ?? true
    return result
  }

  private mutating func dependencies(
    _ keyword: String, _ node: Node, _ index: Int, _ value: JSONValue
  ) throws -> Validity {
    guard let entries = node.mapping?.entries else { throw ValidityUnknown() }
    guard case .object(let members) = value else { return answer(true) }
    var result = Validity()
    for entry in entries where members[ExactText(entry.key)] != nil {
      if let names = entry.value.sequence ?? (entry.value.string == nil ? nil : [entry.value]) {
        for name in names {
          guard let name = name.string else { throw ValidityUnknown() }
          if members[ExactText(name)] == nil { result.isValid = false }
        }
      } else if let child = schema.child(index, keyword, ExactText(entry.key)) {
        result.take(try validate(value, child))
      }
    }
    return result
  }

  private mutating func unevaluated(_ index: Int, _ value: JSONValue, _ result: inout Validity) throws {
    if case .object(let members) = value, let child = child(index, "unevaluatedProperties") {
      for (name, member) in members where !result.names.contains(name) {
        guard try validate(member, child).isValid else { return result = answer(false) }
        result.names.insert(name)
      }
    }
    if case .array(let elements) = value, let child = child(index, "unevaluatedItems") {
      // Validators of 2019-09 do not agree whether `contains` evaluates what it finds.
      if result.hasDisputedItems, result.items.count < elements.count { throw ValidityUnknown() }
      for position in elements.indices where !result.items.contains(position) {
        guard try validate(elements[position], child).isValid else { return result = answer(false) }
        result.items.insert(position)
      }
    }
  }
}
