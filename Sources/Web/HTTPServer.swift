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
    /// WebSocket handshake is answered with 426 or 400.
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

  private enum Phase {
    case bound
    case running
    case stopped
  }

  /// Where the server listens, with the port that the system chose.
  package let address: SocketAddress

  /// The port that the system chose or that was asked for; 0 for a Unix socket.
  package var port: UInt16 { address.port ?? 0 }

  private let listener: Socket
  private let limits: Limits
  private let handler: Handler
  private let poller = Poller()
  private let phase = Locked(Phase.bound)
  private let connections = Locked(0)

  /// Binds and listens; requests are answered as soon as `run` is called.
  ///
  /// - Throws: `WebFailure.addressInUse`, or `system`.
  package init(
    at address: SocketAddress = .loopback(), limits: Limits = Limits(), handler: @escaping Handler
  ) throws(WebFailure) {
    do { listener = try Socket.listener(at: address) } catch { throw WebFailure(error, at: address.description) }
    self.address = listener.localAddress ?? address
    self.limits = limits
    self.handler = handler
  }

  /// Serves until `stop` is called or the task is cancelled; returns when the last handler has returned.
  ///
  /// A server runs once: a second call, or one after `stop`, returns at once.
  package func run() async {
    let isFirst = phase.withLock { phase in
      guard case .bound = phase else { return false }
      phase = .running
      return true
    }
    guard isFirst else { return }
    await withTaskCancellationHandler {
      await withDiscardingTaskGroup { group in
        while let socket = await nextConnection() {
          group.addTask { await self.serve(socket) }
        }
        group.cancelAll()
      }
      await poller.stop()
    } onCancel: {
      stop()
    }
  }

  /// Stops listening, cancels every handler and closes every connection; `run` then returns. May be called from anywhere,
  /// more than once.
  package func stop() {
    phase.withLock { $0 = .stopped }
    listener.shutDown()
  }

  /// The next connection within the limit; nil when the server stops.
  private func nextConnection() async -> Socket? {
    while phase.withLock({ $0 == .running }) {
      do {
        if let socket = try listener.accept() {
          if isAdmitted() { return socket }
          refuse(socket)
        } else if await poller.wait(for: .reading, on: listener) != .ready {
          return nil
        }
      } catch {
        // Out of descriptors, most likely: connections end and free some. After `stop` the loop's condition ends it.
        _ = await poller.sleep(until: ContinuousClock.now + .milliseconds(20))
      }
    }
    return nil
  }

  private func isAdmitted() -> Bool {
    connections.withLock { count in
      guard count < limits.connections else { return false }
      count += 1
      return true
    }
  }

  /// Answers 503 as far as the kernel takes it at once, and lets the connection go.
  private func refuse(_ socket: Socket) {
    let response = HTTPResponse.text("too many connections\n", status: 503)
    // A client that is gone misses nothing.
    _ = try? socket.send(HTTPResponseWriter.bytes(of: response, isHead: false, keepsAlive: false))
    socket.shutDown(.sending)
  }

  private func serve(_ socket: Socket) async {
    let peer = socket.peerAddress
    let stream = SocketStream(socket: socket, poller: poller, name: peer?.description ?? "the client")
    var connection = HTTPServerConnection(stream: stream, peer: peer, limits: limits, handler: handler)
    await connection.serve()
    connections.withLock { $0 -= 1 }
  }
}
