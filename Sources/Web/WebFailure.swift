package import Vocabulary

/// What can go wrong between this program and a server or client.
///
/// Every `at` is an address fit to be shown: without user name, password, query and fragment.
package enum WebFailure: Failure, Hashable {
  /// libcurl is not installed or lacks a function.
  case libraryMissing(reason: String)
  /// The text is no `http`, `https` or `ws` address.
  case invalidURL(at: String)
  /// `wss`: WebSockets over TLS are not spoken.
  case unsupportedScheme(at: String)
  /// No address is known under the host's name.
  case nameNotFound(at: String)
  /// The host is there and nobody listens.
  case refused(at: String)
  /// No way to the host, or no such Unix socket.
  case unreachable(at: String, reason: String)
  /// The connection was cut by the other side before the answer was whole.
  case reset(at: String)
  /// A deadline passed.
  case timedOut(Phase, at: String, after: Duration)
  /// The answer ended before its announced length or its last chunk.
  case truncated(at: String)
  /// TLS could not be agreed on or the certificate was refused.
  case tls(reason: String, at: String)
  /// The answer, a line or a message is longer than its limit; nothing of it is given out.
  case tooLarge(limit: Int, at: String)
  /// What came is not HTTP, or breaks its rules.
  case malformed(reason: String, at: String)
  /// The task was cancelled; the connection is closed.
  case cancelled
  /// The client or server was shut down.
  case shutDown
  /// Another process listens on the address.
  case addressInUse(at: String)
  /// The system refused a socket operation.
  case system(operation: String, reason: String, at: String)
  /// The server answered the WebSocket handshake with something other than 101.
  case handshakeRefused(status: Int, at: String)
  /// The peer broke the WebSocket protocol; the connection was closed with the code.
  case protocolViolation(code: WebSocketCloseCode, reason: String, at: String)
  /// The connection ended without a closing handshake.
  case connectionLost(at: String)
  /// Nothing came from the peer for this long, pings included.
  case peerSilent(at: String, after: Duration)
  /// The connection is closed: nothing can be sent.
  case closed(at: String)
  /// Two tasks read one connection; the second is refused.
  case alreadyReceiving(at: String)

  /// What was being waited for when a deadline passed.
  package enum Phase: String, Sendable, Hashable {
    case resolving = "the name to be resolved"
    case connecting = "a connection"
    case handshake = "the TLS handshake"
    case answer = "the first byte of an answer"
    case body = "the rest of the answer"
    case sending = "the peer to read"
  }

  package var what: String { "" }
  package var why: String? { nil }
  package var remedy: String? { nil }
  package var exitStatus: ExitStatus { .unavailable }
}
