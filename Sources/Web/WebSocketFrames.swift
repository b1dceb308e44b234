/// A breach of RFC 6455 by the peer, and the code that the connection is closed with.
package struct WebSocketViolation: Error, Hashable {
  /// 1002, 1007 or 1009.
  package let code: WebSocketCloseCode
  /// What the peer did; without any of its text.
  package let reason: String

  init(_ reason: String, code: WebSocketCloseCode = .protocolError) {
    self.code = code
    self.reason = reason
  }
}

/// What frames carry, put together.
package enum WebSocketEvent: Hashable {
  case message(WebSocket.Message)
  case ping([UInt8])
  case pong([UInt8])
  case close(code: WebSocketCloseCode, reason: String)
}

/// The kinds of frame.
enum WebSocketOpcode: UInt8 {
  case continuation = 0
  case text = 1
  case binary = 2
  case close = 8
  case ping = 9
  case pong = 10

  var isControl: Bool { rawValue >= 8 }
}

/// Makes frames.
enum WebSocketFrames {
  /// One final frame; masked when a key is given, as every frame of a client is.
  static func encode(_ opcode: WebSocketOpcode, _ payload: [UInt8], mask: [UInt8]?) -> [UInt8] {
    var frame: [UInt8] = []
    frame.reserveCapacity(payload.count + 14)
    frame.append(0x80 | opcode.rawValue)
    let maskBit: UInt8 = mask == nil ? 0 : 0x80
    switch payload.count {
    case ..<126: frame.append(maskBit | UInt8(payload.count))
    case ..<65_536:
      frame.append(maskBit | 126)
      frame += [UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default:
      frame.append(maskBit | 127)
      frame += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
    }
    guard let mask else { return frame + payload }
    frame += mask
    frame += masked(payload[...], with: mask[...])
    return frame
  }

  /// A close frame: no payload for `noStatus`; the reason is cut to what fits.
  static func close(_ code: WebSocketCloseCode, reason: String, mask: [UInt8]?) -> [UInt8] {
    guard code != .noStatus else { return encode(.close, [], mask: mask) }
    var text = reason
    while text.utf8.count > 123 { text.unicodeScalars.removeLast() }
    return encode(.close, [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xFF)] + text.utf8, mask: mask)
  }

  /// Applies a mask, or takes it off.
  static func masked(_ bytes: ArraySlice<UInt8>, with mask: ArraySlice<UInt8>) -> [UInt8] {
    // The empty array is one for the whole program, and its count would be written by every thread.
    guard !bytes.isEmpty else { return [] }
    let mask = Array(mask)
    // Both buffers hold `count` bytes, and the mask four.
    return unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { target, count in
      unsafe bytes.withUnsafeBufferPointer { source in
        unsafe mask.withUnsafeBufferPointer { key in
          for index in 0..<source.count { unsafe target[index] = source[index] ^ key[index & 3] }
        }
      }
      count = bytes.count
    }
  }
}

/// Puts messages together from bytes that come in pieces.
package struct WebSocketDecoder: Sendable {
  /// Received bytes that are not yet used; append to it.
  package var buffer: [UInt8]
  /// Whether the peer is a client, whose frames must be masked; a server's must not.
  private let expectsMask: Bool
  private let limit: Int
  private var used = 0
  private var fragments: (opcode: WebSocketOpcode, payload: [UInt8])?

  /// A decoder for messages of at most `limit` bytes.
  package init(expectsMask: Bool, limit: Int, unread: [UInt8] = []) {
    self.expectsMask = expectsMask
    self.limit = limit
    buffer = unread
  }

  private struct Header {
    let isFinal: Bool
    let opcode: WebSocketOpcode
    let length: Int
    let mask: ArraySlice<UInt8>?
    let size: Int
  }

  /// The next event in the buffer; nil when it needs more bytes.
  package mutating func next() throws(WebSocketViolation) -> WebSocketEvent? {
    while let header = try header() {
      let start = used + header.size
      guard buffer.count - start >= header.length else { break }
      let body = buffer[start..<start + header.length]
      let payload = header.mask.map { WebSocketFrames.masked(body, with: $0) } ?? Array(body)
      used = start + header.length
      if let event = try event(header, payload) {
        compact()
        return event
      }
    }
    compact()
    return nil
  }

  /// Drops used bytes, and an empty buffer's memory: 500 quiet connections keep none.
  private mutating func compact() {
    if used == buffer.count {
      buffer.removeAll(keepingCapacity: false)
      used = 0
    } else if used > 1 << 16 {
      buffer.removeFirst(used)
      used = 0
    }
  }

  private func header() throws(WebSocketViolation) -> Header? {
    let bytes = buffer[used...]
    guard bytes.count >= 2 else { return nil }
    let (first, second) = (bytes[used], bytes[used + 1])
    guard first & 0x70 == 0 else { throw WebSocketViolation("a reserved bit is set") }
    guard let opcode = WebSocketOpcode(rawValue: first & 0x0F) else { throw WebSocketViolation("an unknown opcode") }
    guard (second & 0x80 != 0) == expectsMask else {
      throw WebSocketViolation(expectsMask ? "a frame is not masked" : "a frame is masked")
    }
    let isFinal = first & 0x80 != 0
    let short = Int(second & 0x7F)
    guard !opcode.isControl || isFinal && short < 126 else {
      throw WebSocketViolation("a control frame is fragmented or long")
    }
    let extra = short == 126 ? 2 : short == 127 ? 8 : 0
    let size = 2 + extra + (expectsMask ? 4 : 0)
    guard bytes.count >= size else { return nil }
    var length = UInt64(short)
    if extra > 0 {
      length = bytes[used + 2..<used + 2 + extra].reduce(0) { $0 << 8 | UInt64($1) }
      guard length >= (extra == 2 ? 126 : 65_536), length >> 63 == 0 else {
        throw WebSocketViolation("a length is not in its shortest form")
      }
    }
    try check(opcode, isFinal, length)
    let mask = expectsMask ? bytes[used + size - 4..<used + size] : nil
    return Header(isFinal: isFinal, opcode: opcode, length: Int(length), mask: mask, size: size)
  }

  /// Checks what the header alone tells, before any payload is waited for.
  private func check(_ opcode: WebSocketOpcode, _ isFinal: Bool, _ length: UInt64) throws(WebSocketViolation) {
    guard !opcode.isControl else { return }
    guard (opcode == .continuation) == (fragments != nil) else {
      throw WebSocketViolation(
        opcode == .continuation ? "a continuation of nothing" : "a new message inside a fragmented one")
    }
    guard length <= UInt64(limit - (fragments?.payload.count ?? 0)) else {
      throw WebSocketViolation("a message is longer than \(limit) bytes", code: .tooLarge)
    }
  }

  private mutating func event(_ header: Header, _ payload: [UInt8]) throws(WebSocketViolation) -> WebSocketEvent? {
    switch header.opcode {
    case .ping: return .ping(payload)
    case .pong: return .pong(payload)
    case .close: return try WebSocketDecoder.close(payload)
    case .text, .binary:
      guard header.isFinal else {
        fragments = (header.opcode, payload)
        return nil
      }
      return try WebSocketDecoder.message(header.opcode, payload)
    case .continuation:
      fragments?.payload += payload
      guard header.isFinal, let whole = fragments else { return nil }
      fragments = nil
      return try WebSocketDecoder.message(whole.opcode, whole.payload)
    }
  }

  private static func message(_ opcode: WebSocketOpcode, _ payload: [UInt8]) throws(WebSocketViolation)
    -> WebSocketEvent
  {
    guard opcode == .text else { return .message(.binary(payload)) }
    guard let text = String(validating: payload, as: UTF8.self) else {
      throw WebSocketViolation("a text is not UTF-8", code: .invalidData)
    }
    return .message(.text(text))
  }

  private static func close(_ payload: [UInt8]) throws(WebSocketViolation) -> WebSocketEvent {
    guard !payload.isEmpty else { return .close(code: .noStatus, reason: "") }
    guard payload.count >= 2 else { throw WebSocketViolation("a close frame of one byte") }
    let code = WebSocketCloseCode(rawValue: UInt16(payload[0]) << 8 | UInt16(payload[1]))
    guard code.isAllowed else { throw WebSocketViolation("a close code that may not be sent") }
    guard let reason = String(validating: payload.dropFirst(2), as: UTF8.self) else {
      throw WebSocketViolation("a close reason is not UTF-8", code: .invalidData)
    }
    return .close(code: code, reason: reason)
  }
}
