package import Machine
import LiveKit
import Vocabulary
import Web

/// Takes the webhooks of LiveKit projects and hands each to the source of its project.
///
/// A delivery counts only when its token is signed with the secret of the key that it names, and is for exactly its body.
/// Anything else gets 401 and is counted.
package struct WebhookReceiver: Sendable {
  private let server: HTTPServer
  /// Where it listens, with the port that the system chose.
  package var address: SocketAddress { server.address }

  /// Binds an address; `run` serves. Throws `WebFailure` where it cannot be bound.
  package init(at address: SocketAddress, for sources: [LiveKitRooms]) throws {
    var limits = HTTPServer.Limits()
    limits.bodyBytes = WebhookEvent.bodyLimit
    limits.connections = 256
    server = try HTTPServer(at: address, limits: limits) { request in
      guard request.method == .post else { return .response(.text("webhooks are posted\n", status: 405)) }
      for source in sources where await source.receive(request.body, authorization: request.headers["Authorization"]) {
        return .response(.text("OK\n"))
      }
      for source in sources { await source.refuse() }
      return .response(.text("not signed by this project\n", status: 401))
    }
  }

  /// Serves until the task is cancelled or `stop` is called.
  package func run() async { await server.run() }

  /// Ends every connection; `run` returns.
  package func stop() { server.stop() }
}
