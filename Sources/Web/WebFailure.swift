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

  package var what: String {
    switch self {
    case .libraryMissing: "libcurl cannot be used"
    case .invalidURL(let at): "'\(at)' is no address that can be asked"
    case .unsupportedScheme(let at): "'\(at)' cannot be reached"
    case .nameNotFound(let at): "the host of \(at) is not known"
    case .refused(let at): "\(at) refuses connections"
    case .unreachable(let at, _): "\(at) cannot be reached"
    case .reset(let at): "\(at) cut the connection"
    case .timedOut(let phase, let at, let after): "\(at): waited \(after.text) for \(phase.rawValue)"
    case .truncated(let at): "\(at) sent half an answer"
    case .tls(_, let at): "no secure connection to \(at)"
    case .tooLarge(let limit, let at): "\(at) sends more than \(limit) bytes"
    case .malformed(_, let at): "\(at) does not answer in HTTP"
    case .cancelled: "the request was cancelled"
    case .shutDown: "the request came after the end of the program's network work"
    case .addressInUse(let at): "\(at) is in use"
    case .system(let operation, _, let at): "cannot \(operation) (\(at))"
    case .handshakeRefused(let status, let at): "\(at) refuses a WebSocket with status \(status)"
    case .protocolViolation(_, _, let at): "\(at) breaks the WebSocket protocol"
    case .connectionLost(let at): "the connection to \(at) ended without a close"
    case .peerSilent(let at, let after): "\(at) has not answered a ping for \(after.text)"
    case .closed(let at): "the connection to \(at) is closed"
    case .alreadyReceiving(let at): "two tasks read the connection to \(at)"
    }
  }

  package var why: String? {
    switch self {
    case .libraryMissing(let reason), .unreachable(_, let reason), .tls(let reason, _), .malformed(let reason, _),
      .system(_, let reason, _):
      reason
    case .protocolViolation(let code, let reason, _): "\(reason) (closed with \(code.rawValue))"
    case .unsupportedScheme: "WebSockets over TLS (wss) are not spoken"
    case .refused: "nobody listens there"
    case .truncated: "the connection ended before the announced length or the last chunk"
    case .timedOut(.handshake, _, _): "the port may not speak TLS"
    case .addressInUse: "another process listens there"
    default: nil
    }
  }

  package var remedy: String? {
    switch self {
    case .libraryMissing: "apt-get install libcurl4"
    case .invalidURL: "write it as http://HOST:PORT/PATH or https://HOST/PATH"
    case .unsupportedScheme: "use a ws:// address"
    case .nameNotFound: "check the spelling and this machine's name service"
    case .refused: "check that the server runs and that the port is right"
    case .tls: "check the host's certificate, and the file of trusted authorities if one is given"
    case .addressInUse: "stop the other process, or choose another port"
    default: nil
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .invalidURL, .unsupportedScheme: .configuration
    default: .unavailable
    }
  }
}
