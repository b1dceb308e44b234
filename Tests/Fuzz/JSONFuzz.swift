import Documents

/// Any bytes are a document, or are refused with a place; and what the coder decodes it encodes to the same value.
func fuzzJSON(_ bytes: [UInt8]) {
  do {
    let tree = try JSON.parse(bytes, file: "fuzz")
    check(tree, within: bytes.count, depth: 0)
    if let mapping = tree.mapping, bytes.first != 0xEF {
      precondition(JSONMembers(bytes[...]).all?.map(\.name) == mapping.entries.map(\.key))
    }
  } catch {
    precondition(error is DocumentFailure)
  }
  for member in JSONMembers(bytes[...]) { _ = (member.value.text, member.value.number, member.value.truth) }
  guard let values = try? CanonicalJSON.decode([String: [Double]].self, from: bytes) else { return }
  guard let again = try? CanonicalJSON.encode(values) else { preconditionFailure("what was decoded has no text") }
  precondition((try? CanonicalJSON.decode([String: [Double]].self, from: again)) == values)
  precondition((try? JSON.parse(again, file: "fuzz")) != nil)
}
