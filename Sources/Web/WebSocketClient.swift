import Machine
import Vocabulary

/// Opens WebSocket connections; one thread serves all of a client's connections.
///
/// Speaks `ws://` to IP addresses and host names. `wss://` is refused with `unsupportedScheme`: nothing in this program
/// needs it, as only the example worker is such a client and its server is on the same machine.
package final class WebSocketClient: Sendable {
  private let poller = Poller()

  /// A client; its thread starts with the first connection.
  package init() {}

  /// Connects and completes the handshake.
  ///
  /// - Throws: `handshakeRefused` with the server's status when it answers anything but 101.
  package func connect(
    _ url: String, headers: HTTPHeaders = [:], subprotocols: [String] = [],
    timeout: Duration = .seconds(10), options: WebSocket.Options = WebSocket.Options()
  ) async throws(WebFailure) -> WebSocket {
    let address = try WebSocketURL(url)
    let name = WebAddress.shown(url)
    let deadline = ContinuousClock.now + timeout
    let socket = try await open(address, name, deadline, timeout)
    let stream = SocketStream(socket: socket, poller: poller, name: name)
    let (request, key) = WebSocketHandshake.request(address, headers: headers, subprotocols: subprotocols)
    try await stream.write(request, limit: timeout)
    var buffer: [UInt8] = []
    let end = try await readHead(stream, &buffer, deadline, timeout)
    switch WebSocketHandshake.judge(buffer[..<end], key: key, subprotocols: subprotocols) {
    case .accepted(let subprotocol):
      return WebSocket(
        stream: stream, role: .client, subprotocol: subprotocol, options: options, unread: Array(buffer[end...]))
    case .refused(let status): throw .handshakeRefused(status: status, at: name)
    case .malformed(let reason): throw .malformed(reason: reason, at: name)
    }
  }

  /// Ends the thread; connections that are still open break with `shutDown`.
  package func shutDown() async { await poller.stop() }

  /// Connects to the first of a name's addresses that answers.
  private func open(
    _ url: WebSocketURL, _ name: String, _ deadline: ContinuousClock.Instant, _ timeout: Duration
  ) async throws(WebFailure) -> Socket {
    var failure = WebFailure.nameNotFound(at: name)
    for address in try await resolve(url, name) {
      do {
        let socket = try Socket.connecting(to: address)
        switch await poller.wait(for: .writing, on: socket, until: deadline) {
        case .ready: break
        case .timedOut: throw WebFailure.timedOut(.connecting, at: name, after: timeout)
        case .cancelled: throw WebFailure.cancelled
        case .stopped: throw WebFailure.shutDown
        }
        try socket.finishConnecting()
        return socket
      } catch let error as SocketError {
        failure = WebFailure(error, at: name)
      } catch {
        throw error as? WebFailure ?? failure
      }
    }
    throw failure
  }

  /// The host's addresses. A name is looked up on a thread of its own, because `getaddrinfo` blocks; the resolver's own
  /// limit ends it.
  private func resolve(_ url: WebSocketURL, _ name: String) async throws(WebFailure) -> [ResolvedAddress] {
    let address = SocketAddress.internet(host: url.host, port: url.port)
    let result: Result<[ResolvedAddress], WebFailure>
    if WebAddress.isFigures(url.host) {
      result = WebSocketClient.find(address, isNumeric: true, name)
    } else {
      result = await withCheckedContinuation { continuation in
        do throws(MachineFailure) {
          try BackgroundThread.start(named: "resolver") {
            continuation.resume(returning: WebSocketClient.find(address, isNumeric: false, name))
          }
        } catch {
          continuation.resume(
            returning: .failure(.system(operation: "resolve", reason: error.why ?? error.what, at: name)))
        }
      }
    }
    return try result.get()
  }

  private static func find(
    _ address: SocketAddress, isNumeric: Bool, _ name: String
  ) -> Result<[ResolvedAddress], WebFailure> {
    do { return .success(try ResolvedAddress.find(address, isNumeric: isNumeric)) } catch {
      return .failure(WebFailure(error, at: name))
    }
  }

  /// Reads until the head is whole, and returns its length.
  private func readHead(
    _ stream: SocketStream, _ buffer: inout [UInt8], _ deadline: ContinuousClock.Instant, _ timeout: Duration
  ) async throws(WebFailure) -> Int {
    var scanner = HTTPHeadScanner(limits: HTTPServer.Limits())
    while true {
      switch try await stream.read(into: &buffer, until: deadline) {
      case .bytes: break
      case .end: throw .connectionLost(at: stream.name)
      case .late: throw .timedOut(.answer, at: stream.name, after: timeout)
      }
      do {
        if let end = try scanner.end(in: buffer) { return end }
      } catch {
        throw .malformed(reason: error.reason, at: stream.name)
      }
    }
  }
}
