import Machine

/// An answer as bytes.
enum HTTPResponseWriter {
  /// How the client learns where the body ends.
  enum Length {
    case bytes(Int)
    case chunks
    case untilEnd
    /// There is no body (101, 204, 304).
    case none
  }

  /// The head of an answer, with its empty line. What handlers set of framing and connection is replaced.
  static func head(of response: HTTPResponse, length: Length, keepsAlive: Bool) -> [UInt8] {
    var text = "HTTP/1.1 \(response.status) \(HTTPResponse.reason(response.status))\r\n"
    for field in response.headers.fields where !isFraming(field.name, response.status) { text += line(field) }
    switch length {
    case .bytes(let count): text += "Content-Length: \(count)\r\n"
    case .chunks: text += "Transfer-Encoding: chunked\r\n"
    case .untilEnd, .none: break
    }
    if !keepsAlive { text += "Connection: close\r\n" }
    text += "\r\n"
    return Array(text.utf8)
  }

  /// A whole answer; without its body for HEAD.
  static func bytes(of response: HTTPResponse, isHead: Bool, keepsAlive: Bool) -> [UInt8] {
    let hasBody = response.status >= 200 && response.status != 204 && response.status != 304
    let head = head(of: response, length: hasBody ? .bytes(response.body.count) : .none, keepsAlive: keepsAlive)
    return isHead || !hasBody ? head : head + response.body
  }

  /// A header line; line ends in a value become spaces, so that no value becomes another field.
  static func line(_ field: HTTPHeaders.Field) -> String {
    let isUnsafe: (Unicode.Scalar) -> Bool = { $0.value < 0x20 && $0 != "\t" || $0.value == 0x7F }
    guard (field.name + field.value).unicodeScalars.contains(where: isUnsafe) else {
      return "\(field.name): \(field.value)\r\n"
    }
    let clean: (String) -> String = { text in
      var result = String.UnicodeScalarView()
      for scalar in text.unicodeScalars { result.append(isUnsafe(scalar) ? " " : scalar) }
      return String(result)
    }
    return "\(clean(field.name)): \(clean(field.value))\r\n"
  }

  private static func isFraming(_ name: String, _ status: Int) -> Bool {
    name.isSameName("Content-Length") || name.isSameName("Transfer-Encoding")
      || name.isSameName("Connection") && status != 101
  }
}

/// Writes the body of a streamed answer.
package struct HTTPBodyWriter: Sendable {
  let stream: SocketStream
  let isChunked: Bool
  let timeout: Duration

  /// Sends a piece at once; waits while the client does not read.
  package func write(_ bytes: [UInt8]) async throws(WebFailure) {
    // An empty chunk would end the body.
    guard !bytes.isEmpty else { return }
    guard isChunked else { return try await stream.write(bytes, limit: timeout) }
    let size = String(bytes.count, radix: 16)
    try await stream.write(Array("\(size)\r\n".utf8) + bytes + Array("\r\n".utf8), limit: timeout)
  }
}

/// A connection whose handler writes bytes of its own, for tests of clients.
package struct RawConnection: Sendable {
  let stream: SocketStream
  let timeout: Duration

  /// Sends bytes as they are.
  package func write(_ bytes: [UInt8]) async throws(WebFailure) { try await stream.write(bytes, limit: timeout) }

  /// Waits for bytes from the client; nil when it has closed.
  package func read() async throws(WebFailure) -> [UInt8]? {
    var bytes: [UInt8] = []
    guard case .bytes = try await stream.read(into: &bytes, until: nil) else { return nil }
    return bytes
  }

  /// Cuts the connection with a reset, so that the client sees no orderly end.
  package func reset() { stream.socket.reset() }
}
