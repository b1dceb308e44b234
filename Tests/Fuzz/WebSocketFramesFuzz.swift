import Web

/// Reads bytes as frames of a server and of a client, whole and byte by byte; both must say the same.
func fuzzWebSocketFrames(_ bytes: [UInt8]) {
  for expectsMask in [true, false] {
    let whole = events(bytes, step: max(1, bytes.count), expectsMask)
    let pieces = events(bytes, step: 1, expectsMask)
    precondition(whole.0 == pieces.0 && whole.1 == pieces.1, "frames in pieces are read differently")
  }
}

private func events(_ bytes: [UInt8], step: Int, _ expectsMask: Bool) -> ([WebSocketEvent], WebSocketViolation?) {
  var decoder = WebSocketDecoder(expectsMask: expectsMask, limit: 1000)
  var events: [WebSocketEvent] = []
  do {
    for start in stride(from: 0, to: bytes.count, by: step) {
      decoder.buffer += bytes[start..<min(start + step, bytes.count)]
      while let event = try decoder.next() { events.append(event) }
    }
    return (events, nil)
  } catch {
    return (events, error)
  }
}
