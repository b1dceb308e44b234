import Documents

/// Any bytes are a document, or are refused with a place; and what the coder decodes it encodes to the same value.
func fuzzJSON(_ bytes: [UInt8]) {
  do {
    check(try JSON.parse(bytes, file: "fuzz"), within: bytes.count, depth: 0)
  } catch {
    precondition(error is DocumentFailure)
  }
  guard let values = try? CanonicalJSON.decode([String: [Double]].self, from: bytes) else { return }
  guard let again = try? CanonicalJSON.encode(values) else { preconditionFailure("what was decoded has no text") }
  precondition((try? CanonicalJSON.decode([String: [Double]].self, from: again)) == values)
  precondition((try? JSON.parse(again, file: "fuzz")) != nil)
}
