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

  /// Whether the code may stand in a frame (RFC 6455 §7.4, and IANA's registry).
  var isAllowed: Bool {
    switch rawValue {
    case 1000...1003, 1007...1014, 3000...4999: true
    default: false
    }
  }
}
