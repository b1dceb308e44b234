import FoundationEssentials
import Libraries

/// The opening handshake (RFC 6455 §4), both sides of it.
enum WebSocketHandshake {
  /// The answer of 101 to a client's handshake.
  ///
  /// - Throws: a rejection with 426 when the request asks for no WebSocket of version 13, 400 when it asks wrongly.
  static func answer(_ request: HTTPRequest, subprotocol: String?) throws(HTTPRejection) -> HTTPResponse {
    guard request.method == .get, request.headers.tokens(of: "Upgrade").contains("websocket"),
      request.headers.tokens(of: "Connection").contains("upgrade")
    else { throw HTTPRejection(status: 426, reason: "this address speaks WebSocket only") }
    guard request.headers.values(of: "Sec-WebSocket-Version") == ["13"] else {
      throw HTTPRejection(status: 426, reason: "only WebSocket version 13 is spoken")
    }
    let keys = request.headers.values(of: "Sec-WebSocket-Key")
    guard keys.count == 1, Data(base64Encoded: keys[0])?.count == 16 else {
      throw HTTPRejection(status: 400, reason: "Sec-WebSocket-Key is not 16 bytes in base64")
    }
    var headers: HTTPHeaders = [
      "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": acceptance(of: keys[0]),
    ]
    if let subprotocol { headers["Sec-WebSocket-Protocol"] = subprotocol }
    return HTTPResponse(status: 101, headers: headers)
  }

  /// What proves that a server has understood a key.
  static func acceptance(of key: String) -> String {
    let text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    return Data(Hashing.digest(.sha1, of: Array(text.utf8))).base64EncodedString()
  }

  /// A client's handshake with a new key.
  static func request(
    _ url: WebSocketURL, headers: HTTPHeaders, subprotocols: [String]
  ) -> (bytes: [UInt8], key: String) {
    let key = Data(Hashing.randomBytes(16)).base64EncodedString()
    var fields: HTTPHeaders = [
      "Host": url.authority, "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": key,
      "Sec-WebSocket-Version": "13",
    ]
    if !subprotocols.isEmpty { fields["Sec-WebSocket-Protocol"] = subprotocols.joined(separator: ", ") }
    for field in headers.fields where fields[field.name] == nil { fields.add(field.value, for: field.name) }
    let lines = fields.fields.map(HTTPResponseWriter.line).joined()
    return (Array("GET \(url.target) HTTP/1.1\r\n\(lines)\r\n".utf8), key)
  }

  /// What a server's answer said.
  enum Verdict: Hashable {
    case accepted(subprotocol: String?)
    case refused(status: Int)
    case malformed(reason: String)
  }

  /// Judges the head of a server's answer.
  static func judge(_ head: ArraySlice<UInt8>, key: String, subprotocols: [String]) -> Verdict {
    let lines = HTTPHead.lines(head)
    guard let first = lines.first, let status = status(first) else { return .malformed(reason: "no HTTP answer") }
    guard status == 101 else { return .refused(status: status) }
    guard let headers = try? HTTPHead.fields(lines.dropFirst(), limit: 100) else {
      return .malformed(reason: "broken header fields")
    }
    guard headers.tokens(of: "Upgrade") == ["websocket"], headers.tokens(of: "Connection").contains("upgrade") else {
      return .malformed(reason: "101 without an upgrade to WebSocket")
    }
    guard headers["Sec-WebSocket-Accept"] == acceptance(of: key) else {
      return .malformed(reason: "Sec-WebSocket-Accept is not the answer to our key")
    }
    guard headers["Sec-WebSocket-Extensions"] == nil else {
      return .malformed(reason: "an extension that was not offered")
    }
    let agreed = headers["Sec-WebSocket-Protocol"]
    guard agreed.map(subprotocols.contains) ?? true else {
      return .malformed(reason: "a subprotocol that was not offered")
    }
    return .accepted(subprotocol: agreed)
  }

  private static func status(_ line: ArraySlice<UInt8>) -> Int? {
    let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard parts.count >= 2, parts[0].starts(with: "HTTP/1.".utf8), parts[1].count == 3 else { return nil }
    return Int(String(decoding: parts[1], as: UTF8.self)).flatMap { (100...599).contains($0) ? $0 : nil }
  }
}
