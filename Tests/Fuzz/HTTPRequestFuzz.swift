import Web

/// Reads bytes as a request's head, whole and byte by byte; both must say the same.
func fuzzHTTPRequest(_ bytes: [UInt8]) {
  let whole = requestHead(bytes, step: max(1, bytes.count))
  let pieces = requestHead(bytes, step: 1)
  precondition(whole == pieces, "a head in pieces is read differently")
}

private func requestHead(_ bytes: [UInt8], step: Int) -> Int {
  let limits = HTTPServer.Limits()
  var scanner = HTTPHeadScanner(limits: limits)
  do {
    for count in stride(from: step, through: bytes.count, by: step) {
      let received = Array(bytes[..<count])
      guard let end = try scanner.end(in: received) else { continue }
      _ = try HTTPRequestHead(received[..<end], limits: limits)
      return end
    }
    return 0
  } catch {
    precondition((400...505).contains(error.status))
    return -error.status
  }
}
