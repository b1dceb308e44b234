import Documents
import TestSupport

@testable import Preflight

/// Random schemas over few names, numbers and texts, so that what they say of a value collides; and values of the same.
struct SchemaMaker {
  var random: SeededGenerator
  let dialect: SchemaDialect
  /// Pieces that this and that dialect has.
  private let hasDefinitions: Bool

  init(seed: UInt64, dialect: SchemaDialect) {
    random = SeededGenerator(seed: seed)
    self.dialect = dialect
    hasDefinitions = seed % 3 == 0
  }

  private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }
  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  private mutating func pick<Element>(_ elements: [Element], _ otherwise: Element) -> Element {
    elements.randomElement(using: &random) ?? otherwise
  }

  private mutating func name() -> String { pick(["a", "b", "c", "ab"], "a") }
  private mutating func pattern() -> String {
    pick(["^a", "b$", "^[a-c]+$", "^a{2,3}$", "a|b", "^.{2}$", "^(?:ab|c)*$", "^[^b]*$", "[0-9]", "^a.*b$"], "a")
  }

  // MARK: Values

  mutating func value(depth: Int = 0) -> JSONValue {
    switch number(0...(depth < 3 ? 9 : 6)) {
    case 0: return .null
    case 1: return .boolean(chance(50))
    case 2, 3: return .number(numeral())
    case 4, 5, 6: return .string(ExactText(text()))
    case 7: return .array((0..<number(0...4)).map { _ in value(depth: depth + 1) })
    default:
      var members: [ExactText: JSONValue] = [:]
      for _ in 0..<number(0...4) {
        members[ExactText(chance(80) ? name() : text())] = value(depth: depth + 1)
      }
      return .object(members)
    }
  }

  private mutating func numeral() -> ExactNumber {
    ExactNumber(pick(["0", "1", "-1", "2", "3", "4", "5", "6", "12", "0.5", "1.5", "2.0", "-0.25", "1e1", "7"], "0"))
      ?? ExactNumber(0)
  }

  private mutating func text() -> String {
    pick(["", "a", "b", "c", "ab", "aa", "abc", "aaa", "bb", "1", "é", "a1b", "😀a"], "a")
  }

  // MARK: Schemas

  /// A whole document.
  mutating func document() -> JSONValue {
    guard case .object(var members) = schema(depth: 0, level: -1) else { return .object([:]) }
    if hasDefinitions {
      let definitions = (0..<3).map { level in
        (ExactText("d\(level)"), schema(depth: 2, level: level))
      }
      members["definitions"] = .object(Dictionary(uniqueKeysWithValues: definitions))
    }
    members["$schema"] = .string(
      ExactText(
        dialect < .draft201909
          ? "http://json-schema.org/\(dialect.name)/schema#" : "https://json-schema.org/\(dialect.name)/schema"))
    return .object(members)
  }

  /// A schema; of the definitions it may refer in place to those of a higher level only.
  mutating func schema(depth: Int, level: Int) -> JSONValue {
    if dialect > .draft04, depth > 0, chance(6) { return .boolean(chance(60)) }
    var members: [ExactText: JSONValue] = [:]
    for _ in 0..<number(depth == 0 ? 1...4 : 0...3) {
      let (keyword, value) = keyword(depth: depth, level: level)
      members[ExactText(keyword)] = value
    }
    if chance(45) {
      let type = pick(["string", "number", "integer", "object", "array", "null", "boolean"], "string")
      members["type"] =
        chance(25)
        ? .array([.string(ExactText(type)), .string(type == "null" ? "string" : "null")]) : .string(ExactText(type))
    }
    if dialect == .draft04 {
      for limit in ["Minimum", "Maximum"] where members[ExactText(limit.lowercased())] != nil && chance(30) {
        members[ExactText("exclusive\(limit)")] = .boolean(chance(70))
      }
    }
    return .object(members)
  }

  private mutating func schemas(_ depth: Int, _ level: Int, _ count: ClosedRange<Int> = 1...3) -> JSONValue {
    .array((0..<number(count)).map { _ in schema(depth: depth + 1, level: level) })
  }

  private mutating func named(_ depth: Int, _ keys: [String]) -> JSONValue {
    .object(
      Dictionary(
        keys.map { (ExactText($0), schema(depth: depth + 1, level: -1)) }, uniquingKeysWith: { first, _ in first }))
  }

  private mutating func count(_ range: ClosedRange<Int>) -> JSONValue { .number(ExactNumber(number(range))) }

  private mutating func names(_ count: ClosedRange<Int>) -> JSONValue {
    .array(Set((0..<number(count)).map { _ in name() }).sorted().map { .string(ExactText($0)) })
  }

  private mutating func keyword(depth: Int, level: Int) -> (String, JSONValue) {
    let isFlat = depth > 2
    // In place a reference may only lead to a later definition, or validating would not end; for parts, to any.
    if hasDefinitions, depth < 4, chance(18), level < 2 {
      return ("$ref", .string(ExactText("#/definitions/d\(number((level + 1)...2))")))
    }
    switch number(isFlat ? 0...13 : 0...35) {
    case 0:
      return (
        "enum",
        .array(
          (0..<number(1...4)).map { _ in value(depth: 2) }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
      )
    case 1: return dialect > .draft04 ? ("const", value(depth: 2)) : ("enum", .array([value(depth: 2)]))
    case 2: return ("minimum", .number(numeral()))
    case 3: return ("maximum", .number(numeral()))
    case 4: return dialect > .draft04 ? ("exclusiveMinimum", .number(numeral())) : ("minimum", .number(numeral()))
    case 5: return dialect > .draft04 ? ("exclusiveMaximum", .number(numeral())) : ("maximum", .number(numeral()))
    case 6:
      return ("multipleOf", .number(ExactNumber(pick(["1", "2", "3", "0.5", "1.5", "4"], "1")) ?? ExactNumber(1)))
    case 7: return ("minLength", count(0...4))
    case 8: return ("maxLength", count(0...4))
    case 9: return ("pattern", .string(ExactText(pattern())))
    case 10: return ("required", dialect == .draft04 ? names(1...2) : names(0...2))
    case 11: return (pick(["minItems", "minProperties"], "minItems"), count(0...3))
    case 12: return (pick(["maxItems", "maxProperties"], "maxItems"), count(0...3))
    case 13: return ("uniqueItems", .boolean(chance(85)))
    case 14, 15, 16: return ("properties", named(depth, (0..<number(1...3)).map { _ in name() }))
    case 17: return ("patternProperties", named(depth, [pattern()]))
    case 18, 19: return ("additionalProperties", chance(50) ? .boolean(false) : schema(depth: depth + 1, level: -1))
    case 20 where dialect > .draft04: return ("propertyNames", schema(depth: depth + 2, level: -1))
    case 21:
      if dialect == .draft202012 { return ("prefixItems", schemas(depth, -1)) }
      return ("items", schemas(depth, -1))
    case 22: return ("items", schema(depth: depth + 1, level: -1))
    case 23 where dialect < .draft202012: return ("additionalItems", schema(depth: depth + 1, level: -1))
    case 24 where dialect > .draft04: return ("contains", schema(depth: depth + 1, level: -1))
    case 25 where dialect >= .draft201909: return (pick(["minContains", "maxContains"], "minContains"), count(0...3))
    case 26: return ("allOf", schemas(depth, level))
    case 27: return ("anyOf", schemas(depth, level))
    case 28: return ("oneOf", schemas(depth, level))
    case 29: return ("not", schema(depth: depth + 1, level: level))
    case 30 where dialect >= .draft07: return ("if", schema(depth: depth + 1, level: level))
    case 31 where dialect >= .draft07: return ("then", schema(depth: depth + 1, level: level))
    case 32 where dialect >= .draft07: return ("else", schema(depth: depth + 1, level: level))
    case 33:
      let isOld = dialect < .draft201909
      if chance(50) {
        return (isOld ? "dependencies" : "dependentRequired", .object([ExactText(name()): names(1...2)]))
      }
      return (
        isOld ? "dependencies" : "dependentSchemas",
        .object([ExactText(name()): schema(depth: depth + 1, level: level)])
      )
    case 34 where dialect >= .draft201909:
      return ("unevaluatedProperties", chance(60) ? .boolean(false) : schema(depth: depth + 1, level: -1))
    case 35 where dialect >= .draft201909:
      return ("unevaluatedItems", chance(60) ? .boolean(false) : schema(depth: depth + 1, level: -1))
    default: return ("minimum", .number(numeral()))
    }
  }

  // MARK: Changes

  /// A schema that differs from another in one place.
  mutating func changed(_ schema: JSONValue, depth: Int = 0) -> JSONValue {
    guard case .object(var members) = schema else { return self.schema(depth: depth, level: 2) }
    let keys = members.keys.filter { $0 != "$schema" && $0 != "definitions" }.sorted()
    guard let key = keys.randomElement(using: &random), !chance(15), let value = members[key] else {
      let (keyword, value) = keyword(depth: max(depth, 1), level: 2)
      members[ExactText(keyword)] = value
      return .object(members)
    }
    switch value {
    case _ where chance(12) && key != "$ref": members[key] = nil
    case .number(let number):
      let other = ExactNumber(
        number.coefficient + BigInteger(self.number(1...2) * (chance(50) ? 1 : -1)), exponent: number.exponent)
      members[key] = .number(other > ExactNumber(0) ? other : ExactNumber(1))
    case .boolean(let flag): members[key] = .boolean(!flag)
    case .object:
      let isMap = ["properties", "patternProperties", "dependencies", "dependentRequired", "dependentSchemas"].contains(
        key.text)
      if isMap, case .object(var inner) = value, let name = inner.keys.sorted().randomElement(using: &random) {
        if chance(25) {
          inner[name] = nil
        } else if case .array? = inner[name] {
          inner[name] = names(1...3)
        } else {
          inner[name] = changed(inner[name] ?? .null, depth: depth + 1)
        }
        members[key] = .object(inner)
      } else if !isMap {
        members[key] = changed(value, depth: depth + 1)
      }
    case .array(var elements):
      let isSchemas = ["allOf", "anyOf", "oneOf", "items", "prefixItems"].contains(key.text)
      if elements.count > 1, chance(40) {
        elements.remove(at: number(0...(elements.count - 1)))
      } else if isSchemas, let place = elements.indices.randomElement(using: &random), chance(70) {
        elements[place] = changed(elements[place], depth: depth + 1)
      } else if isSchemas {
        elements.append(self.schema(depth: depth + 1, level: 2))
      } else if key == "enum" {
        elements.append(self.value(depth: 2))
      } else if key == "required" {
        return .object(members.merging([key: names(1...3)]) { $1 })
      }
      members[key] = .array(
        key == "enum" ? elements.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } : elements)
    default:
      if key == "pattern" { members[key] = .string(ExactText(pattern())) }
      if key == "type" {
        members[key] = .string(ExactText(pick(["string", "number", "integer", "object", "array"], "string")))
      }
    }
    return .object(members)
  }
}

extension JSONValue {
  /// The schema that this document is.
  var asSchema: JSONSchema {
    get throws { JSONSchema(try JSON.parse(Array(text.utf8), file: "made", limits: JSONSchema.limits)) }
  }
}

extension ExactText: ExpressibleByStringLiteral {
  /// The text as it is.
  public init(stringLiteral text: String) { self.init(text) }
}
