import Machine
import TestSupport

/// A client that sends what it likes and shows what comes back.
final class RawClient: Sendable {
  private let poller = Poller()
  private let socket: Socket

  init(port: UInt16) async throws {
    let address = SocketAddress.loopback(port: port)
    let resolved = try ResolvedAddress.find(address, isNumeric: true)
    guard let first = resolved.first else { throw SocketError(operation: "connect") }
    socket = try Socket.connecting(to: first)
    _ = await poller.wait(for: .writing, on: socket)
    try socket.finishConnecting()
  }

  /// Sends as much as the server takes; a server that has closed takes nothing.
  func send(_ bytes: [UInt8]) async {
    var rest = bytes[...]
    while !rest.isEmpty {
      guard let sent = try? socket.send(rest) else { return }
      rest = rest.dropFirst(sent)
      if sent == 0 { _ = await poller.wait(for: .writing, on: socket, until: deadline) }
    }
  }

  func send(_ text: String) async { await send(Array(text.utf8)) }

  /// Ends the sending side.
  func finish() { socket.shutDown(.sending) }

  /// What comes until the server closes, or until the condition holds; as text.
  func read(until condition: (String) -> Bool = { _ in false }) async -> String {
    var bytes: [UInt8] = []
    while !condition(String(decoding: bytes, as: UTF8.self)) {
      guard let received = try? socket.receive(into: &bytes) else { break }
      if received == .end { break }
      if received == .nothing, await poller.wait(for: .reading, on: socket, until: deadline) != .ready { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Closes; must be called, for the poller has a thread.
  func close() async {
    socket.shutDown()
    await poller.stop()
  }

  /// Sends, and gives back what comes until the server closes.
  static func exchange(_ port: UInt16, _ bytes: [UInt8]) async throws -> String {
    let client = try await RawClient(port: port)
    await client.send(bytes)
    client.finish()
    let answer = await client.read()
    await client.close()
    return answer
  }

  private var deadline: ContinuousClock.Instant { ContinuousClock.now + .seconds(20) * Patience.factor }
}

/// The statuses of the answers in a stream of them.
func statuses(_ answers: String) -> [Int] {
  answers.split(separator: "HTTP/1.1 ").compactMap { Int($0.prefix(3)) }
}
