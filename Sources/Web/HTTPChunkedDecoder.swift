/// Takes the chunked transfer coding (RFC 9112 §7.1) off bytes that come in pieces.
package struct HTTPChunkedDecoder: Sendable {
  private enum State {
    case size(digits: Int, value: Int)
    case extensions(value: Int)
    case sizeEnd(value: Int)
    case data(left: Int)
    case dataEnd
    case dataEndLineFeed
    case trailer(length: Int)
    case trailerLineFeed(length: Int)
    case done
  }

  private var state = State.size(digits: 0, value: 0)
  private var overhead = 0
  private let limit: Int

  /// Chunk extensions and trailers together, in bytes: nobody needs them.
  private static let overheadLimit = 16 << 10

  /// A decoder for a body of at most `limit` bytes.
  package init(limit: Int) { self.limit = limit }

  /// Moves what belongs to the body from the input's front to its end; true when the last chunk and its trailers were read.
  package mutating func decode(_ input: inout ArraySlice<UInt8>, into body: inout [UInt8]) throws(HTTPRejection) -> Bool
  {
    while !input.isEmpty {
      if case .data(let left) = state {
        let piece = input.prefix(left)
        body += piece
        input = input.dropFirst(piece.count)
        state = piece.count == left ? .dataEnd : .data(left: left - piece.count)
      } else if case .done = state {
        return true
      } else {
        try step(input.removeFirst(), bodyLength: body.count)
      }
    }
    if case .done = state { return true }
    return false
  }

  private mutating func step(_ byte: UInt8, bodyLength: Int) throws(HTTPRejection) {
    switch state {
    case .size(let digits, let value):
      if let digit = byte.hexadecimalValue {
        // 15 digits cannot overflow an Int.
        guard digits < 15 else { throw HTTPRejection.bodyTooLong(limit) }
        state = .size(digits: digits + 1, value: value << 4 | Int(digit))
        return
      }
      guard digits > 0 else { throw broken }
      guard value <= limit - bodyLength else { throw HTTPRejection.bodyTooLong(limit) }
      switch byte {
      case UInt8(ascii: "\r"): state = .sizeEnd(value: value)
      case UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t"): state = .extensions(value: value)
      default: throw broken
      }
    case .extensions(let value):
      try count(byte)
      if byte == UInt8(ascii: "\r") { state = .sizeEnd(value: value) }
    case .sizeEnd(let value):
      guard byte == UInt8(ascii: "\n") else { throw broken }
      state = value == 0 ? .trailer(length: 0) : .data(left: value)
    case .dataEnd:
      guard byte == UInt8(ascii: "\r") else { throw broken }
      state = .dataEndLineFeed
    case .dataEndLineFeed:
      guard byte == UInt8(ascii: "\n") else { throw broken }
      state = .size(digits: 0, value: 0)
    case .trailer(let length):
      try count(byte)
      state = byte == UInt8(ascii: "\r") ? .trailerLineFeed(length: length) : .trailer(length: length + 1)
    case .trailerLineFeed(let length):
      guard byte == UInt8(ascii: "\n") else { throw broken }
      state = length == 0 ? .done : .trailer(length: 0)
    case .data, .done: throw broken
    }
  }

  /// Counts a byte that is no body against the limit; a line feed must follow a carriage return.
  private mutating func count(_ byte: UInt8) throws(HTTPRejection) {
    overhead += 1
    guard byte != UInt8(ascii: "\n") else { throw broken }
    guard overhead <= HTTPChunkedDecoder.overheadLimit else {
      throw HTTPRejection(status: 431, reason: "chunk extensions or trailers are too long")
    }
  }

  private var broken: HTTPRejection { HTTPRejection(status: 400, reason: "the chunks are malformed") }
}
