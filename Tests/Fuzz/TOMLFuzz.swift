import Documents

/// Any bytes are a document whose places lie inside it, or are refused with one.
func fuzzTOML(_ bytes: [UInt8]) {
  do {
    check(try TOML.parse(bytes, file: "fuzz"), within: bytes.count, depth: 0)
  } catch {
    precondition(error is DocumentFailure)
  }
}
