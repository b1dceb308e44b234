package import Machine

/// An HTTP/1.1 and WebSocket server.
///
/// Bound when it is made, it serves while `run` runs: every connection is a child task of that call, so that nothing of
/// the server outlives it.
///
///     let server = try HTTPServer { request in .response(.text("hello \(request.path)")) }
///     async let serving: Void = server.run()
///     …
///     server.stop()
///     await serving
package final class HTTPServer: Sendable {
  /// Makes the answer to one request; called in a task of its own per connection, requests of a connection one by one.
  package typealias Handler = @Sendable (HTTPRequest) async -> Answer

  /// What a handler decides.
  package enum Answer: Sendable {
    /// An ordinary answer.
    case response(HTTPResponse)
    /// Accepts the WebSocket handshake and talks; the connection closes when the closure returns. A request that is no
    /// WebSocket handshake is answered with 426.
    case webSocket(
      subprotocol: String? = nil, options: WebSocket.Options = .init(), @Sendable (WebSocket) async -> Void)
    /// Writes whatever bytes it likes: for tests of clients.
    case raw(@Sendable (RawConnection) async -> Void)
  }

  /// What a client may use up.
  package struct Limits: Sendable {
    /// Request line and header fields together, in bytes; more is 431 (414 when the target alone is too long).
    package var headBytes = 32 << 10
    /// The request target, in bytes.
    package var targetBytes = 8 << 10
    /// Header fields.
    package var headerCount = 100
    /// The request body, in bytes; more is 413.
    package var bodyBytes = 8 << 20
    /// From a request's first byte to its last; longer is 408.
    package var requestTimeout: Duration = .seconds(10)
    /// Between requests of a connection; longer closes it.
    package var idleTimeout: Duration = .seconds(60)
    /// For a client that does not read its answer.
    package var writeTimeout: Duration = .seconds(30)
    /// Connections at once; one more is answered with 503.
    package var connections = 2048

    /// The defaults.
    package init() {}
  }

  /// Where the server listens, with the port that the system chose.
  package let address: SocketAddress

  /// `127.0.0.1:port`'s port; 0 for a Unix socket.
  package var port: UInt16 { address.port ?? 0 }

  /// Binds and listens; requests are answered as soon as `run` is called.
  ///
  /// - Throws: `WebFailure.addressInUse`, or `system`.
  package init(
    at address: SocketAddress = .loopback(), limits: Limits = Limits(), handler: @escaping Handler
  ) throws(WebFailure) {
    self.address = address
  }

  /// Serves until `stop` is called or the task is cancelled; returns when the last handler has returned.
  package func run() async {}

  /// Stops listening, cancels every handler and closes every connection; `run` then returns. May be called from anywhere,
  /// more than once.
  package func stop() {}
}

/// Writes the body of a streamed answer.
package struct HTTPBodyWriter: Sendable {
  /// Sends a piece at once; waits while the client does not read.
  package func write(_ bytes: [UInt8]) async throws(WebFailure) {}
}

/// A connection whose handler writes bytes of its own, for tests of clients.
package struct RawConnection: Sendable {
  /// Sends bytes as they are.
  package func write(_ bytes: [UInt8]) async throws(WebFailure) {}
  /// Waits for bytes from the client; nil when it has closed.
  package func read() async throws(WebFailure) -> [UInt8]? { nil }
  /// Cuts the connection with a reset, so that the client sees no orderly end.
  package func reset() {}
}
