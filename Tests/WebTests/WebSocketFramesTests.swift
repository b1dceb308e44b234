import TestSupport
import Testing

@testable import Web

@Suite struct WebSocketFramesTests {
  private func events(_ bytes: [UInt8], expectsMask: Bool = false, limit: Int = 1000) -> [WebSocketEvent] {
    var decoder = WebSocketDecoder(expectsMask: expectsMask, limit: limit, unread: bytes)
    var events: [WebSocketEvent] = []
    while let event = try? decoder.next() { events.append(event) }
    return events
  }

  private func violation(_ bytes: [UInt8], expectsMask: Bool = false, limit: Int = 1000) -> WebSocketCloseCode? {
    var decoder = WebSocketDecoder(expectsMask: expectsMask, limit: limit, unread: bytes)
    do {
      while try decoder.next() != nil {}
      return nil
    } catch {
      return error.code
    }
  }

  @Test func theExamplesOfTheStandardAreRead() {
    #expect(events([0x81, 0x05] + "Hello".utf8) == [.message(.text("Hello"))])
    let masked: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
    #expect(events(masked, expectsMask: true) == [.message(.text("Hello"))])
    #expect(WebSocketFrames.encode(.text, Array("Hello".utf8), mask: [0x37, 0xFA, 0x21, 0x3D]) == masked)
    #expect(events([0x01, 0x03] + "Hel".utf8 + [0x80, 0x02] + "lo".utf8) == [.message(.text("Hello"))])
    #expect(events([0x89, 0x05] + "Hello".utf8) == [.ping(Array("Hello".utf8))])
    #expect(WebSocketHandshake.acceptance(of: "dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
  }

  @Test func controlFramesMayStandBetweenFragments() {
    let frames: [UInt8] = [
      0x02, 0x01, 1, 0x89, 0x00, 0x00, 0x01, 2, 0x8A, 0x01, 9, 0x80, 0x01, 3, 0x88, 0x02, 0x03, 0xE8,
    ]
    #expect(
      events(frames) == [.ping([]), .pong([9]), .message(.binary([1, 2, 3])), .close(code: .normal, reason: "")])
  }

  @Test(
    arguments: [
      [0xC1, 0x00], [0x83, 0x00], [0x8B, 0x00], [0x81, 0x80, 0, 0, 0, 0], [0x09, 0x00], [0x89, 0x7E, 0x00, 0x7E],
      [0x80, 0x00], [0x01, 0x00, 0x01, 0x00], [0x82, 0x7E, 0x00, 0x7D], [0x82, 0x7F, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
      [0x82, 0x7F, 0x80, 0, 0, 0, 0, 0, 0, 0], [0x88, 0x01, 0x03], [0x88, 0x02, 0x03, 0xEC], [0x88, 0x02, 0x03, 0xED],
      [0x88, 0x02, 0x03, 0xEE], [0x88, 0x02, 0x00, 0x00], [0x88, 0x02, 0x0B, 0xB7],
    ] as [[UInt8]])
  func breachesOfTheProtocolAreClosedWith1002(frames: [UInt8]) {
    #expect(violation(frames) == .protocolError)
  }

  @Test func eachOtherBreachHasItsCode() {
    #expect(violation([0x81, 0x00], expectsMask: true) == .protocolError)
    #expect(violation([0x81, 0x02, 0xC3, 0x28]) == .invalidData)
    #expect(violation([0x01, 0x01, 0xC3, 0x80, 0x01, 0xBC]) == nil)
    #expect(violation([0x88, 0x03, 0x03, 0xE8, 0xFF]) == .invalidData)
    // Refused by its header alone, before any of it has come.
    #expect(violation([0x82, 0x7E, 0x03, 0xE9]) == .tooLarge)
    #expect(violation([0x82, 0x7F, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) == .tooLarge)
    #expect(violation([0x02, 0x01, 1, 0x80, 0x02], limit: 2) == .tooLarge)
  }

  @Test func whatIsEncodedIsDecodedInWhateverPieces() {
    var generator = SeededGenerator(seed: 42)
    for round in 0..<20 {
      let isMasked = Bool.random(using: &generator)
      let mask: [UInt8]? = isMasked ? (0..<4).map { _ in .random(in: 0...255, using: &generator) } : nil
      var sent: [WebSocketEvent] = []
      var bytes: [UInt8] = []
      for _ in 0..<5 {
        let size = [0, 1, 125, 126, 300, 65_535, 65_536].randomElement(using: &generator) ?? 0
        let payload = [UInt8](repeating: .random(in: 0...255, using: &generator), count: size)
        sent.append(.message(.binary(payload)))
        bytes += WebSocketFrames.encode(.binary, payload, mask: mask)
      }
      var decoder = WebSocketDecoder(expectsMask: isMasked, limit: 1 << 20)
      var received: [WebSocketEvent] = []
      while !bytes.isEmpty {
        let count = Int.random(in: 1...40_000, using: &generator)
        decoder.buffer += bytes.prefix(count)
        bytes.removeFirst(min(count, bytes.count))
        while let event = try? decoder.next() { received.append(event) }
      }
      #expect(received == sent, "round \(round)")
    }
  }

  @Test func closeReasonsAreCutToWhatFits() {
    let frame = WebSocketFrames.close(.normal, reason: String(repeating: "ü", count: 100), mask: nil)
    #expect(frame.count == 2 + 2 + 122)
    #expect(events(frame) == [.close(code: .normal, reason: String(repeating: "ü", count: 61))])
    #expect(events(WebSocketFrames.close(.noStatus, reason: "x", mask: nil)) == [.close(code: .noStatus, reason: "")])
  }
}
