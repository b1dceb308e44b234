import Machine

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
    /// Sends a ping after this long without a word from the peer; nil sends none.
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
    /// The reason of the first close frame, as its sender wrote it.
    package let reason: String
    /// Whether the peer closed first.
    package let isByPeer: Bool
  }

  enum Role {
    case client
    case server
  }

  private struct State {
    var isReceiving = false
    var isOver = false
    /// Set with the first close frame, sent or received.
    var closure: Closure?
    /// Why the connection broke.
    var failure: WebFailure?
    /// Ends the wait for the answer to our close frame.
    var closeTimer: Poller.Token?
    /// With a heartbeat: when to ping next, and the first ping since the peer's last word.
    var nextPing: ContinuousClock.Instant?
    var unanswered: ContinuousClock.Instant?
  }

  /// The subprotocol that was agreed on.
  package let subprotocol: String?

  private let stream: SocketStream
  private let role: Role
  private let options: Options
  private let outbox: WebSocketOutbox
  /// Touched by the receiving task alone.
  private let inbox: Locked<WebSocketDecoder>
  private let state = Locked(State())

  init(stream: SocketStream, role: Role, subprotocol: String?, options: Options, unread: [UInt8]) {
    self.stream = stream
    self.role = role
    self.subprotocol = subprotocol
    self.options = options
    outbox = WebSocketOutbox(stream: stream, timeout: options.sendTimeout)
    inbox = Locked(WebSocketDecoder(expectsMask: role == .server, limit: options.messageBytes, unread: unread))
  }

  /// How the connection was closed; nil while it is open, or when it broke.
  package var closure: Closure? { state.withLock { $0.closure } }

  // MARK: Sending

  /// Sends a message; returns when it is on its way, and waits while more than 256 KiB are unsent.
  ///
  /// Messages of several tasks never mix. A cancelled send may still be delivered.
  /// - Throws: `closed` after a close frame, `reset`, `timedOut` when the peer does not read, `cancelled`.
  package func send(_ message: Message) async throws(WebFailure) {
    switch message {
    case .text(let text): try await send(.text, Array(text.utf8))
    case .binary(let bytes): try await send(.binary, bytes)
    }
  }

  /// Sends a ping; of the payload at most 125 bytes.
  package func ping(_ payload: [UInt8] = []) async throws(WebFailure) {
    try await send(.ping, Array(payload.prefix(125)))
  }

  private func send(_ opcode: WebSocketOpcode, _ payload: [UInt8]) async throws(WebFailure) {
    let (isClosed, failure) = state.withLock { ($0.isOver || $0.closure != nil, $0.failure) }
    if let failure { throw failure }
    guard !isClosed else { throw .closed(at: stream.name) }
    try await outbox.send(WebSocketFrames.encode(opcode, payload, mask: newMask()))
  }

  /// Clients mask with a new random key for every frame.
  private func newMask() -> [UInt8]? {
    guard role == .client else { return nil }
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  // MARK: Receiving

  /// Waits for the next message; nil when the connection was closed in order, by either side.
  ///
  /// Cancelling the task throws `cancelled` and leaves the connection as it is.
  /// - Throws: `connectionLost`, `reset`, `peerSilent`, `protocolViolation`, `cancelled`, `alreadyReceiving`.
  package func receive() async throws(WebFailure) -> Message? {
    guard try beginReceiving() else { return nil }
    defer { state.withLock { $0.isReceiving = false } }
    return try await nextMessage()
  }

  /// Takes the receiver's part; false when there is nothing left to receive.
  private func beginReceiving() throws(WebFailure) -> Bool {
    enum Part {
      case taken
      case nothing
      case failed(WebFailure)
    }
    let part: Part = state.withLock { state in
      if let failure = state.failure { return .failed(failure) }
      if state.isOver { return .nothing }
      // After our close, the task that closed may itself be waiting for the answer.
      guard !state.isReceiving else {
        return state.closure == nil ? .failed(.alreadyReceiving(at: stream.name)) : .nothing
      }
      state.isReceiving = true
      return .taken
    }
    switch part {
    case .taken: return true
    case .nothing: return false
    case .failed(let failure): throw failure
    }
  }

  private func nextMessage() async throws(WebFailure) -> Message? {
    while true {
      switch try await nextEvent() {
      case nil: return nil
      case .message(let message):
        if state.withLock({ $0.closure == nil }) { return message }
      case .ping(let payload):
        if state.withLock({ $0.closure == nil }) {
          try await outbox.send(WebSocketFrames.encode(.pong, payload, mask: newMask()))
        }
      case .pong: break
      case .close(let code, let reason):
        await peerClosed(code, reason)
        return nil
      }
    }
  }

  /// The next event; nil when the connection ended while it was being closed by us.
  private func nextEvent() async throws(WebFailure) -> WebSocketEvent? {
    while true {
      do {
        if let event = try inbox.withLock({ (decoder) throws(WebSocketViolation) in try decoder.next() }) {
          return event
        }
      } catch {
        throw await refuse(error)
      }
      do {
        guard try await readMore() else { return try lost(.connectionLost(at: stream.name)) }
      } catch .reset(let name) {
        return try lost(.reset(at: name))
      }
    }
  }

  /// Waits for bytes; false when the peer sends no more.
  private func readMore() async throws(WebFailure) -> Bool {
    while true {
      guard !Task.isCancelled else { throw .cancelled }
      let received = try inbox.withLock { (decoder) throws(WebFailure) in try stream.receive(into: &decoder.buffer) }
      switch received {
      case .bytes:
        state.withLock { state in
          state.unanswered = nil
          state.nextPing = SocketStream.deadline(options.heartbeat)
        }
        return true
      case .end: return false
      case .nothing: break
      }
      switch await stream.poller.wait(for: .reading, on: stream.socket, until: heartbeatDeadline()) {
      case .ready: break
      case .timedOut: try keepHeartbeat()
      case .cancelled: throw .cancelled
      case .stopped: throw .shutDown
      }
    }
  }

  // MARK: Heartbeat

  private func heartbeatDeadline() -> ContinuousClock.Instant? {
    guard let heartbeat = options.heartbeat else { return nil }
    return state.withLock { state in
      let nextPing = state.nextPing ?? ContinuousClock.now + heartbeat
      state.nextPing = nextPing
      return state.unanswered.map { min(nextPing, $0 + options.patience) } ?? nextPing
    }
  }

  private func keepHeartbeat() throws(WebFailure) {
    guard let heartbeat = options.heartbeat else { return }
    let now = ContinuousClock.now
    let (isDead, isDue) = state.withLock { state in
      if let unanswered = state.unanswered, now >= unanswered + options.patience { return (true, false) }
      guard let nextPing = state.nextPing, now >= nextPing else { return (false, false) }
      state.nextPing = now + heartbeat
      state.unanswered = state.unanswered ?? now
      return (false, state.closure == nil)
    }
    if isDead { throw broken(.peerSilent(at: stream.name, after: options.patience)) }
    if isDue { try outbox.enqueue(WebSocketFrames.encode(.ping, [], mask: newMask())) }
  }

  // MARK: Ending

  /// Closes in order: sends a close frame, and the receiving task then gets nil as soon as the peer has answered or
  /// `closeTimeout` has passed. When no task receives, this call itself waits for the answer. Later calls do nothing.
  ///
  /// Messages that arrive after it are dropped.
  package func close(_ code: WebSocketCloseCode = .normal, reason: String = "") async {
    let isReader: Bool? = state.withLock { state in
      guard !state.isOver, state.failure == nil, state.closure == nil else { return nil }
      state.closure = Closure(code: code, reason: reason, isByPeer: false)
      defer { state.isReceiving = true }
      return !state.isReceiving
    }
    guard let isReader else { return }
    // A connection that is broken has nothing to close; whoever reads finds out.
    try? outbox.enqueue(WebSocketFrames.close(code, reason: reason, mask: newMask()))
    // No second wait for the socket is begun: the timer shuts the socket down, which wakes whoever reads it.
    let socket = stream.socket
    let timer = stream.poller.whenReady(
      for: .reading, on: nil, until: ContinuousClock.now + options.closeTimeout
    ) { wake in
      if wake != .cancelled { socket.shutDown() }
    }
    let isOver = state.withLock { state in
      state.closeTimer = timer
      return state.isOver
    }
    if isOver { stream.poller.cancel(timer) }
    guard isReader else { return }
    defer { state.withLock { $0.isReceiving = false } }
    // Whatever keeps the answer from coming, the connection is over.
    _ = try? await nextMessage()
    end()
    stream.socket.shutDown()
  }

  /// Cuts the connection with a reset, so that the peer sees no orderly end.
  package func reset() {
    _ = broken(.reset(at: stream.name))
    stream.socket.reset()
  }

  /// Answers the peer's close frame, or takes it as the answer to ours.
  private func peerClosed(_ code: WebSocketCloseCode, _ reason: String) async {
    let isFirst = state.withLock { state in
      guard state.closure == nil else { return false }
      state.closure = Closure(code: code, reason: reason, isByPeer: true)
      return true
    }
    if isFirst {
      // The peer may be gone already: it has said what it wanted.
      try? outbox.enqueue(WebSocketFrames.close(code, reason: "", mask: newMask()))
      try? await outbox.flush()
    }
    end()
    await stream.finish()
  }

  /// Closes for a breach of the protocol, and gives it as a failure.
  private func refuse(_ violation: WebSocketViolation) async -> WebFailure {
    // The frame is sent as far as the peer takes it.
    try? outbox.enqueue(WebSocketFrames.close(violation.code, reason: violation.reason, mask: newMask()))
    let failure = broken(.protocolViolation(code: violation.code, reason: violation.reason, at: stream.name))
    await stream.finish()
    return failure
  }

  /// The peer has gone without a close frame: an end in order only if ours was under way.
  private func lost(_ failure: WebFailure) throws(WebFailure) -> WebSocketEvent? {
    guard state.withLock({ $0.closure == nil }) else {
      end()
      stream.socket.shutDown()
      return nil
    }
    let failure = broken(failure)
    stream.socket.shutDown()
    throw failure
  }

  private func broken(_ failure: WebFailure) -> WebFailure {
    let first = state.withLock { state in
      if state.failure == nil { state.failure = failure }
      return state.failure ?? failure
    }
    end()
    outbox.fail(first)
    return first
  }

  private func end() {
    let timer = state.withLock { state in
      state.isOver = true
      defer { state.closeTimer = nil }
      return state.closeTimer
    }
    if let timer { stream.poller.cancel(timer) }
  }
}
