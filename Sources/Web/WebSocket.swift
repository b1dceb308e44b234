/// One WebSocket connection (RFC 6455), of either role.
///
/// One task receives; any task may send, ping and close. Pings are answered, and a heartbeat is kept, while somebody
/// receives: so handlers do no long work in their receiving loop. No compression is offered or accepted.
package final class WebSocket: Sendable {
  /// A whole message.
  package enum Message: Sendable, Hashable {
    /// Valid UTF-8.
    case text(String)
    /// Any bytes.
    case binary([UInt8])
  }

  /// How a connection behaves.
  package struct Options: Sendable {
    /// The longest message that is taken, in bytes; a longer one closes the connection with 1009.
    package var messageBytes = 16 << 20
    /// Sends a ping this often; nil sends none.
    package var heartbeat: Duration?
    /// With a heartbeat: how long after a ping nothing at all may come before the peer counts as dead.
    package var patience: Duration = .seconds(10)
    /// How long the peer may take to answer a close frame.
    package var closeTimeout: Duration = .seconds(5)
    /// How long the peer may leave what was sent to it unread.
    package var sendTimeout: Duration = .seconds(30)

    /// The defaults.
    package init() {}
  }

  /// How a connection ended in order.
  package struct Closure: Sendable, Hashable {
    /// The code of the first close frame; `noStatus` when it carried none.
    package let code: WebSocketCloseCode
    /// The reason of the first close frame, as the peer wrote it.
    package let reason: String
    /// Whether the peer closed first.
    package let isByPeer: Bool
  }

  /// The subprotocol that was agreed on.
  package let subprotocol: String?

  init(subprotocol: String?) { self.subprotocol = subprotocol }

  /// How the connection ended; nil while it is open, or when it broke.
  package var closure: Closure? { nil }

  /// Waits for the next message; nil when the connection was closed in order, by either side.
  ///
  /// Cancelling the task throws `cancelled` and leaves the connection as it is.
  /// - Throws: `connectionLost`, `reset`, `peerSilent`, `tooLarge`, `protocolViolation`, `cancelled`, `alreadyReceiving`.
  package func receive() async throws(WebFailure) -> Message? { nil }

  /// Sends a message; returns when it is on its way, and waits while more than 256 KiB are unsent.
  ///
  /// Messages of several tasks never mix. A cancelled send may still be delivered.
  package func send(_ message: Message) async throws(WebFailure) {}

  /// Sends a ping of at most 125 bytes.
  package func ping(_ payload: [UInt8] = []) async throws(WebFailure) {}

  /// Closes in order: sends a close frame, and the receiving task then gets nil as soon as the peer has answered or
  /// `closeTimeout` has passed. When no task receives, this call itself waits for the answer. Later calls do nothing.
  ///
  /// Messages that arrive after it are dropped.
  package func close(_ code: WebSocketCloseCode = .normal, reason: String = "") async {}

  /// Cuts the connection with a reset, so that the peer sees no orderly end.
  package func reset() {}
}

/// Why a WebSocket connection was closed (RFC 6455 §7.4).
package struct WebSocketCloseCode: RawRepresentable, Sendable, Hashable {
  /// 1000 to 4999.
  package let rawValue: UInt16
  package init(rawValue: UInt16) { self.rawValue = rawValue }

  /// 1000: done.
  package static let normal = WebSocketCloseCode(rawValue: 1000)
  /// 1001: the server stops or the client leaves.
  package static let goingAway = WebSocketCloseCode(rawValue: 1001)
  /// 1002: a frame breaks the protocol.
  package static let protocolError = WebSocketCloseCode(rawValue: 1002)
  /// 1003: a kind of message that is not taken.
  package static let unsupportedData = WebSocketCloseCode(rawValue: 1003)
  /// 1005: the close frame carried no code; never sent.
  package static let noStatus = WebSocketCloseCode(rawValue: 1005)
  /// 1007: text that is not UTF-8.
  package static let invalidData = WebSocketCloseCode(rawValue: 1007)
  /// 1008: against the server's rules.
  package static let policyViolation = WebSocketCloseCode(rawValue: 1008)
  /// 1009: a message longer than its limit.
  package static let tooLarge = WebSocketCloseCode(rawValue: 1009)
  /// 1011: the server failed.
  package static let internalError = WebSocketCloseCode(rawValue: 1011)
}
