import Documents
import TestSupport
import Testing

@testable import Preflight

/// Schemas that are broken, circular, huge or made to explode: each gets an answer, and never a wrong one.
struct SchemaLimitsTests {
  private func schema(_ text: String) throws -> JSONSchema {
    JSONSchema(try JSON.parse(Array(text.utf8), file: "schema.json", limits: JSONSchema.limits))
  }

  private func word(_ writer: String, _ reader: String, effort: Int = 30_000) throws -> String {
    SchemaComparison.compare(writer: try schema(writer), reader: try schema(reader), effort: effort).word
  }

  @Test func aRemoteReferenceIsUndecidedAndNamed() throws {
    let remote = try schema(#"{"properties": {"a": {"$ref": "https://example.com/a.json"}}}"#)
    guard case .undecided(let reasons, _) = SchemaComparison.compare(writer: remote, reader: remote) else {
      Issue.record("decided")
      return
    }
    #expect(reasons.contains { $0.place.pointer == "/properties/a/$ref" && $0.sentence.contains("nothing is fetched") })
    #expect(try word(##"{"type": "string", "$ref": "#/nowhere"}"##, #"{"type": "string"}"#) == "compatible")
    #expect(try word(#"{"type": "string"}"#, ##"{"$ref": "#/nowhere"}"##) == "undecided")
  }

  @Test func anUnknownDialectIsUndecided() throws {
    #expect(try word("{}", #"{"$schema": "https://example.com/dialect", "type": "string"}"#) == "undecided")
  }

  @Test(arguments: [
    ##"{"$ref": "#"}"##, ##"{"allOf": [{"$ref": "#"}]}"##,
    ##"{"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}}"##,
    ##"{"anyOf": [{"type": "null"}, {"$ref": "#"}], "unevaluatedProperties": false}"##,
    ##"{"not": {"$ref": "#"}}"##,
  ])
  func aCircleForOneValueIsUndecided(circle: String) throws {
    #expect(try word("{}", circle) == "undecided")
  }

  @Test func recursionThroughPartsIsDecided() throws {
    let list = ##"{"type": "object", "properties": {"next": {"$ref": "#"}, "value": {"type": "integer"}}}"##
    let wider = ##"{"properties": {"next": {"$ref": "#"}, "value": {"type": "number"}}, "type": ["object", "null"]}"##
    #expect(try word(list, wider) == "compatible")
    #expect(try word(wider, list) == "breaking")
    // No finite value is valid for a list that must go on for ever.
    let endless = ##"{"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}"##
    #expect(try word(endless, "false") == "compatible")
  }

  @Test func tenThousandDefinitionsInARowEnd() throws {
    let links = (0..<10_000).map { ##""d\##($0)": {"$ref": "#/definitions/d\##($0 + 1)"}"## }.joined(separator: ",")
    let chain = ##"{"$ref": "#/definitions/d0", "definitions": {\##(links), "d10000": {"type": "string"}}}"##
    #expect(try word(chain, #"{"type": ["string", "null"]}"#) != "breaking")
    #expect(try word(#"{"type": ["string", "null"]}"#, chain) != "compatible")
  }

  @Test func nestingIsRefusedOrDecided() throws {
    let deep = String(repeating: #"{"not":"#, count: 10_000) + "{}" + String(repeating: "}", count: 10_000)
    #expect(throws: DocumentFailure.self) { try schema(deep) }
    let nested = String(repeating: #"{"properties":{"a":"#, count: 120) + "{}" + String(repeating: "}}", count: 120)
    #expect(try word(nested, nested) == "compatible")
    let other = nested.replacing("{}", with: #"{"type":"string"}"#)
    #expect(try word(other, nested) == "compatible")
    #expect(try word(nested, other) != "compatible")
  }

  @Test(arguments: ["anyOf", "allOf", "oneOf"])
  func branchesWithinBranchesEnd(keyword: String) throws {
    func tower(_ leaf: String) -> String {
      let levels = (0..<24).map { level in
        let next = level == 23 ? leaf : ##"{"$ref": "#/definitions/l\##(level + 1)"}"##
        return
          ##""l\##(level)": {"\##(keyword)": [{"minLength": \##(level + 1), "allOf": [\##(next)]}, {"maximum": \##(level), "allOf": [\##(next)]}]}"##
      }
      return ##"{"$ref": "#/definitions/l0", "definitions": {\##(levels.joined(separator: ","))}}"##
    }
    #expect(try word(tower(#"{"type": "string"}"#), tower(#"{"type": "string", "pattern": "x"}"#)) != "compatible")
    #expect(try word(tower("true"), tower("true")) != "breaking")
  }

  @Test func aSchemaOfTenMegabytesEnds() throws {
    let words = String(repeating: "what the property is for, at length; ", count: 40)
    let properties = (0..<6_500).map {
      #""property-number-\#($0)": {"type": "string", "minLength": \#($0 % 7), "description": "\#(words)"}"#
    }
    let text = "{\"properties\": {\(properties.joined(separator: ",\n"))}, \"additionalProperties\": false}"
    #expect(text.utf8.count > 9 << 20)
    let large = try schema(text)
    let (backward, forward) = SchemaComparison.compareBothWays(old: large, new: try schema("{}"), effort: 100_000)
    #expect(backward == .compatible)
    #expect(forward.word != "compatible")
  }

  @Test func numbersAreExactAtAnyLength() throws {
    let long = String(repeating: "9", count: 400)
    #expect(try word(#"{"type": "integer", "maximum": \#(long)8}"#, #"{"maximum": \#(long)9}"#) == "compatible")
    #expect(try word(#"{"type": "integer", "maximum": \#(long)9}"#, #"{"maximum": \#(long)8}"#) == "breaking")
    #expect(try word(#"{"const": 1.0}"#, #"{"type": "integer", "enum": [1]}"#) == "compatible")
    #expect(try word(#"{"multipleOf": 0.3}"#, #"{"multipleOf": 0.1}"#) == "compatible")
    #expect(try word(#"{"multipleOf": 0.1}"#, #"{"multipleOf": 0.3}"#) == "breaking")
    #expect(try word(#"{"maximum": 1e-90000}"#, #"{"maximum": 1e90000}"#) == "compatible")
    #expect(try word(#"{"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2}"#, "false") == "compatible")
  }

  @Test func brokenKeywordsAreUndecidedWhereTheyCount() throws {
    for broken in [
      #"{"minLength": "3"}"#, #"{"type": "text"}"#, #"{"properties": []}"#, #"{"required": [1]}"#,
      #"{"multipleOf": 0}"#, #"{"items": 3}"#, #"{"anyOf": []}"#, #"{"pattern": 3}"#,
    ] {
      #expect(try word("{}", broken) == "undecided", "\(broken)")
      #expect(try word(broken, "{}") == "compatible")
    }
  }

  @Test func lengthsCountScalarsAndTextsDifferByScalars() throws {
    #expect(try word(#"{"const": "é"}"#, #"{"type": "string", "maxLength": 1}"#) == "compatible")
    #expect(try word(#"{"const": "e\u0301"}"#, #"{"type": "string", "maxLength": 1}"#) == "breaking")
    #expect(try word(#"{"const": "e\u0301"}"#, #"{"const": "é"}"#) == "breaking")
    #expect(try word(#"{"const": "😀"}"#, #"{"type": "string", "maxLength": 1}"#) == "compatible")
  }

  @Test func patternsAreComparedByWhatTheyMatchWhereValidatorsAgree() throws {
    func pattern(_ text: String) -> String { #"{"type": "string", "pattern": "\#(text)"}"# }
    #expect(try word(pattern("^[a-f]+$"), pattern("^[a-z]+$")) == "compatible")
    #expect(try word(pattern("^[a-z]+$"), pattern("^[a-f]+$")) == "breaking")
    #expect(try word(pattern("^(?=.*x)a"), pattern("^a.*x")) == "compatible")
    // Python takes digits of every script, ECMA-262 ten.
    #expect(try word(pattern(#"^\\d+$"#), pattern("^[0-9]+$")) == "undecided")
    #expect(try word(pattern(#"(a)\\1"#), pattern(#"(a)\\1"#)) == "compatible")
    #expect(try word(pattern("a"), pattern(#"(a)\\1"#)) == "undecided")
  }

  @Test func changesNameBothPlacesAndAValue() throws {
    let old = try schema("{\n \"properties\": {\"n\": {\"type\": \"integer\", \"maximum\": 10}},\n \"required\": []\n}")
    let new = try schema(
      "{\n \"required\": [\"n\"],\n \"properties\": {\"n\": {\"type\": \"integer\", \"maximum\": 5}}\n}")
    let (backward, forward) = SchemaComparison.compareBothWays(old: old, new: new)
    #expect(forward == .compatible)
    #expect(
      backward.changes.map {
        "\($0.kind) \($0.writer.pointer) \($0.writer.mark) \($0.reader.pointer) \($0.reader.mark)"
      } == [
        "requiredAdded /required 3:2 /required 2:2",
        "maximumLowered /properties/n/maximum 2:42 /properties/n/maximum 3:42",
      ])
    #expect(backward.changes.last?.witness?.text == "10")
  }

  @Test func dependenciesOfOldDialectsAreLeftOpenInNewOnes() throws {
    #expect(try word("{}", #"{"dependencies": {"a": ["b"]}}"#) == "undecided")
    #expect(
      try word("{}", #"{"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": {"a": ["b"]}}"#)
        == "breaking")
  }
}
