import Web

/// Takes the chunked coding off bytes, whole and byte by byte; both must say the same, within the limit.
func fuzzHTTPChunked(_ bytes: [UInt8]) {
  let whole = chunkedBody(bytes, step: max(1, bytes.count))
  let pieces = chunkedBody(bytes, step: 1)
  precondition(whole == pieces, "chunks in pieces are read differently")
}

private func chunkedBody(_ bytes: [UInt8], step: Int) -> [UInt8] {
  let limit = 1000
  var decoder = HTTPChunkedDecoder(limit: limit)
  var body: [UInt8] = []
  var rest = bytes[...]
  while !rest.isEmpty {
    var piece = rest.prefix(step)
    rest = rest.dropFirst(step)
    do {
      if try decoder.decode(&piece, into: &body) { return body }
    } catch {
      precondition((400...505).contains(error.status))
      return [UInt8(truncatingIfNeeded: error.status)]
    }
    precondition(body.count <= limit, "a body is longer than its limit")
  }
  return body
}
