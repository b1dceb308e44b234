import Machine
import TestSupport
import Testing
import Web

/// Thousands of broken inputs to a running server: it answers or closes, goes on, and keeps no descriptor.
@Suite struct MutationTests {
  private static let requests = [
    "GET /a?b=c HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n3\r\nabc\r\n0\r\nT: v\r\n\r\n",
  ].map { Array($0.utf8) }

  private static let handshake = Array(
    """
    GET /socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n
    """.utf8)

  private static let frames: [UInt8] =
    [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58] + [0x89, 0x80, 1, 2, 3, 4]
    + [0x02, 0x83, 0, 0, 0, 0, 1, 2, 3] + [0x80, 0x82, 9, 9, 9, 9, 4, 5] + [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8]

  private static func mutate(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[place] = .random(in: 0...255, using: &generator)
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(.random(in: 0...255, using: &generator), at: place)
      case 3: bytes.removeSubrange(place...)
      default: bytes.insert(contentsOf: bytes[place...].prefix(20), at: place)
      }
    }
    return bytes
  }

  @Test func brokenRequestsAndFramesNeverHurtTheServer() async throws {
    let before = openDescriptors
    var limits = HTTPServer.Limits()
    limits.requestTimeout = .milliseconds(300)
    try await serving(
      limits: limits,
      { request in
        guard request.path == "/socket" else { return .response(.text("ok")) }
        return .webSocket { socket in
          while let message = try? await socket.receive() { try? await socket.send(message) }
        }
      }
    ) { server in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for lane in 0..<8 {
          group.addTask {
            var generator = SeededGenerator(seed: UInt64(lane))
            for round in 0..<250 {
              let isSocket = round % 2 == 0
              let start = MutationTests.requests.randomElement(using: &generator) ?? []
              let bytes =
                isSocket
                ? MutationTests.handshake + MutationTests.mutate(MutationTests.frames, &generator)
                : MutationTests.mutate(start, &generator)
              let answer = try await RawClient.exchange(server.port, bytes)
              #expect(!isSocket || statuses(answer).first == 101, "lane \(lane), round \(round)")
              #expect(statuses(answer).allSatisfy { (100...505).contains($0) }, "lane \(lane), round \(round)")
            }
          }
        }
        try await group.waitForAll()
      }
      let after = try await RawClient.exchange(server.port, MutationTests.requests[0])
      #expect(statuses(after) == [200])
    }
    #expect(await Patience.until { openDescriptors <= before + 2 })
  }
}
