import Machine

/// One connection of a server: requests one after another, until either side ends it.
struct HTTPServerConnection {
  let stream: SocketStream
  let peer: SocketAddress?
  let limits: HTTPServer.Limits
  let handler: HTTPServer.Handler
  /// What was received and not yet used: the beginning of the next request.
  private var buffer: [UInt8] = []

  init(stream: SocketStream, peer: SocketAddress?, limits: HTTPServer.Limits, handler: @escaping HTTPServer.Handler) {
    self.stream = stream
    self.peer = peer
    self.limits = limits
    self.handler = handler
  }

  private enum Next {
    /// The connection serves another request.
    case request
    /// The connection ends in order.
    case end
    /// The connection is over, or belongs to somebody else.
    case nothing
  }

  /// What ends a connection before its request was answered by a handler.
  private enum Interruption: Error {
    case rejected(HTTPRejection)
    case lost
  }

  mutating func serve() async {
    while true {
      let next: Next
      do {
        next = try await serveRequest()
      } catch {
        next = await interrupted(error)
      }
      switch next {
      case .request: continue
      case .end: await stream.finish()
      case .nothing: break
      }
      stream.socket.shutDown()
      return
    }
  }

  /// Answers what was rejected; a client that is gone misses nothing.
  private func interrupted(_ interruption: Interruption) async -> Next {
    guard case .rejected(let rejection) = interruption else { return .nothing }
    let response = HTTPResponse.text(rejection.reason + "\n", status: rejection.status)
    let bytes = HTTPResponseWriter.bytes(of: response, isHead: false, keepsAlive: false)
    try? await stream.write(bytes, limit: limits.writeTimeout)
    return .end
  }

  private mutating func serveRequest() async throws(Interruption) -> Next {
    guard try await awaitRequest() else { return .nothing }
    let deadline = ContinuousClock.now + limits.requestTimeout
    let head = try await readHead(until: deadline)
    if head.expectsContinue && head.framing != .none {
      try await write(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }
    let body = try await readBody(head, until: deadline)
    let request = HTTPRequest(
      method: head.method, target: head.target, path: head.path, query: head.query, headers: head.headers, body: body,
      peer: peer)
    return switch await handler(request) {
    case .response(let response): try await answer(response, to: head)
    case .webSocket(let subprotocol, let options, let talk):
      try await upgrade(request, subprotocol: subprotocol, options: options, talk)
    case .raw(let write): await raw(write)
    }
  }

  // MARK: Reading

  /// Waits for a request's first byte; false when none comes.
  private mutating func awaitRequest() async throws(Interruption) -> Bool {
    guard buffer.isEmpty else { return true }
    let deadline = ContinuousClock.now + limits.idleTimeout
    return switch try await read(until: deadline) {
    case .bytes: true
    case .end, .late: false
    }
  }

  private mutating func readHead(until deadline: ContinuousClock.Instant) async throws(Interruption) -> HTTPRequestHead
  {
    var scanner = HTTPHeadScanner(limits: limits)
    while true {
      do {
        while let end = try scanner.end(in: buffer) {
          let head = buffer[..<end]
          // Empty lines before a request are skipped (RFC 9112 §2.2).
          if end > 2 {
            let understood = try HTTPRequestHead(head, limits: limits)
            buffer.removeFirst(end)
            return understood
          }
          buffer.removeFirst(end)
          scanner = HTTPHeadScanner(limits: limits)
        }
      } catch {
        throw .rejected(error)
      }
      try await readMore(until: deadline)
    }
  }

  private mutating func readBody(
    _ head: HTTPRequestHead, until deadline: ContinuousClock.Instant
  ) async throws(Interruption) -> [UInt8] {
    switch head.framing {
    case .none: return []
    case .length(let length):
      while buffer.count < length { try await readMore(until: deadline) }
      defer { buffer.removeFirst(length) }
      return Array(buffer.prefix(length))
    case .chunked:
      var decoder = HTTPChunkedDecoder(limit: limits.bodyBytes)
      var body: [UInt8] = []
      while true {
        var input = buffer[...]
        do {
          let isWhole = try decoder.decode(&input, into: &body)
          buffer = Array(input)
          if isWhole { return body }
        } catch {
          throw .rejected(error)
        }
        try await readMore(until: deadline)
      }
    }
  }

  /// Waits for more of a request that has begun.
  private mutating func readMore(until deadline: ContinuousClock.Instant) async throws(Interruption) {
    switch try await read(until: deadline) {
    case .bytes: break
    case .end: throw .lost
    case .late: throw .rejected(HTTPRejection(status: 408, reason: "the request took too long"))
    }
  }

  private mutating func read(until deadline: ContinuousClock.Instant) async throws(Interruption) -> SocketStream.Read {
    do { return try await stream.read(into: &buffer, until: deadline) } catch { throw .lost }
  }

  // MARK: Answering

  private func write(_ bytes: [UInt8]) async throws(Interruption) {
    do { try await stream.write(bytes, limit: limits.writeTimeout) } catch { throw .lost }
  }

  private func answer(_ response: HTTPResponse, to head: HTTPRequestHead) async throws(Interruption) -> Next {
    let isHead = head.method == .head
    guard let body = response.stream else {
      try await write(HTTPResponseWriter.bytes(of: response, isHead: isHead, keepsAlive: head.keepsAlive))
      return head.keepsAlive ? .request : .end
    }
    let isChunked = head.isCurrent
    try await write(
      HTTPResponseWriter.head(of: response, length: isChunked ? .chunks : .untilEnd, keepsAlive: head.keepsAlive))
    guard !isHead else { return head.keepsAlive ? .request : .end }
    let writer = HTTPBodyWriter(stream: stream, isChunked: isChunked, timeout: limits.writeTimeout)
    do {
      try await body(writer)
    } catch {
      // Without its last chunk the client sees that the body is not whole.
      return .nothing
    }
    if isChunked { try await write(Array("0\r\n\r\n".utf8)) }
    return head.keepsAlive ? .request : .end
  }

  private mutating func upgrade(
    _ request: HTTPRequest, subprotocol: String?, options: WebSocket.Options,
    _ talk: @Sendable (WebSocket) async -> Void
  ) async throws(Interruption) -> Next {
    let response: HTTPResponse
    do {
      response = try WebSocketHandshake.answer(request, subprotocol: subprotocol)
    } catch {
      let refusal = HTTPResponse(
        status: error.status, headers: ["Sec-WebSocket-Version": "13", "Content-Type": "text/plain"],
        body: Array((error.reason + "\n").utf8))
      try await write(HTTPResponseWriter.bytes(of: refusal, isHead: false, keepsAlive: false))
      return .end
    }
    try await write(HTTPResponseWriter.head(of: response, length: .none, keepsAlive: true))
    let socket = WebSocket(stream: stream, role: .server, subprotocol: subprotocol, options: options, unread: buffer)
    buffer = []
    await talk(socket)
    await socket.close(Task.isCancelled ? .goingAway : .normal)
    return .nothing
  }

  private func raw(_ write: @Sendable (RawConnection) async -> Void) async -> Next {
    await write(RawConnection(stream: stream, timeout: limits.writeTimeout))
    return .end
  }
}
