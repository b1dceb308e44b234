import Documents
import Preflight

/// 200 schemas of 20 kB each against their next version, both ways: unchanged, with an optional property more, and with a
/// narrower definition that much of the schema refers to. Registered as `schemas`.
func schemaBenchmark() throws {
  let clock = ContinuousClock()
  let changes: [(name: String, property: String, limit: Int)] = [
    ("unchanged", "", 60), ("one property more", #""added": {"type": "string"},"#, 60),
    ("a narrower definition", "", 30),
  ]
  for (name, property, limit) in changes {
    var (reading, comparing) = (Duration.zero, Duration.zero)
    var answers: [String: Int] = [:]
    var size = 0
    for number in 0..<200 {
      let (old, new) = (schemaText(number, "", 60), schemaText(number, property, limit))
      size = old.utf8.count
      let start = clock.now
      let before = JSONSchema(try JSON.parse(Array(old.utf8), file: "old.json", limits: JSONSchema.limits))
      let after = JSONSchema(try JSON.parse(Array(new.utf8), file: "new.json", limits: JSONSchema.limits))
      let parsed = clock.now
      let (backward, forward) = SchemaComparison.compareBothWays(old: before, new: after)
      reading += parsed - start
      comparing += clock.now - parsed
      answers["\(word(backward)) and \(word(forward))", default: 0] += 1
    }
    print("\(name), 200 times \(size) bytes: read in \(reading), compared both ways in \(comparing): \(answers)")
  }
}

private func word(_ decision: SchemaComparison.Decision) -> String {
  switch decision {
  case .compatible: "compatible"
  case .breaking: "breaking"
  case .undecided: "undecided"
  }
}

/// A schema as generators write them: nested objects, references, unions that a `kind` tells apart.
private func schemaText(_ number: Int, _ property: String, _ limit: Int) -> String {
  let definitions = (0..<12).map { definition in
    let fields = (0..<10).map { field in
      switch (definition + field + number) % 5 {
      case 0:
        #""f\#(field)": {"type": "string", "maxLength": \#(definition == 3 ? limit : 80), "description": "a text"}"#
      case 1: #""f\#(field)": {"type": "integer", "minimum": 0, "description": "a count of something"}"#
      case 2: #""f\#(field)": {"enum": ["a\#(field)", "b", "c", null]}"#
      case 3: ##""f\##(field)": {"$ref": "#/$defs/d\##((definition * 7 + field) % 12)"}"##
      default: #""f\#(field)": {"type": ["string", "null"], "pattern": "^[a-z]{1,\#(field + 1)}$"}"#
      }
    }
    return
      #""d\#(definition)": {"type": "object", "properties": {\#(fields.joined(separator: ",\n"))}, "required": ["f1"], "additionalProperties": false}"#
  }
  let branches = (0..<8).map { branch in
    ##"{"type": "object", "properties": {"kind": {"const": "k\##(branch)"}, "data": {"$ref": "#/$defs/d\##(branch)"}}, "required": ["kind", "data"]}"##
  }
  let groups = (0..<14).map { group in
    ##""g\##(group)": {"type": "array", "minItems": \##(group % 3), "items": {"type": "object", "title": "group \##(group)", "properties": {"id": {"type": "string", "minLength": 1}, "of": {"$ref": "#/$defs/d\##(group % 12)"}, "note": {"type": "string", "description": "what somebody wrote about it, as it was written"}, "amount": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.01}}, "required": ["id"]}}"##
  }
  return
    ##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "properties": {\##(property) "event": {"oneOf": [\##(branches.joined(separator: ",\n"))]}, \##(groups.joined(separator: ",\n"))}, "required": ["event"], "$defs": {\##(definitions.joined(separator: ",\n"))}}"##
}
