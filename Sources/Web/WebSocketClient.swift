/// Opens WebSocket connections; one thread serves all of a client's connections.
///
/// Speaks `ws://` to IP addresses and host names. `wss://` is refused with `unsupportedScheme`: nothing in this program
/// needs it, as only the example worker is such a client and its server is on the same machine.
package final class WebSocketClient: Sendable {
  /// A client; its thread starts with the first connection.
  package init() {}

  /// Connects and completes the handshake.
  ///
  /// - Throws: `handshakeRefused` with the server's status when it answers anything but 101.
  package func connect(
    _ url: String, headers: HTTPHeaders = [:], subprotocols: [String] = [],
    timeout: Duration = .seconds(10), options: WebSocket.Options = WebSocket.Options()
  ) async throws(WebFailure) -> WebSocket { throw .shutDown }

  /// Ends the thread; connections that are still open break.
  package func shutDown() async {}
}
