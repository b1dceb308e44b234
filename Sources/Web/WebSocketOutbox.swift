import Machine

/// What a connection has still to send. Frames go out whole and in order, whichever tasks they come from: what the kernel
/// does not take at once is sent from the poller's thread, so that a cancelled sender leaves no half frame behind.
final class WebSocketOutbox: Sendable {
  private struct Waiter {
    let room: Int
    let continuation: CheckedContinuation<WebFailure?, Never>
  }

  private struct State {
    var pending: [UInt8] = []
    var sent = 0
    var isScheduled = false
    var failure: WebFailure?
    var waiters: [UInt64: Waiter] = [:]
    var lastWaiter: UInt64 = 0

    var unsent: Int { pending.count - sent }
  }

  private let stream: SocketStream
  private let timeout: Duration
  private let state = Locked(State())

  /// How much may be unsent before senders wait: 256 KiB.
  static let highWater = 256 << 10

  init(stream: SocketStream, timeout: Duration) {
    self.stream = stream
    self.timeout = timeout
  }

  /// Takes bytes and waits while more than 256 KiB are unsent.
  func send(_ bytes: [UInt8]) async throws(WebFailure) {
    try enqueue(bytes)
    try await wait(until: WebSocketOutbox.highWater)
  }

  /// Takes bytes, and sends what goes at once.
  func enqueue(_ bytes: [UInt8]) throws(WebFailure) {
    let isScheduled = state.withLock { state in
      if state.failure == nil { state.pending += bytes }
      return state.isScheduled
    }
    if !isScheduled { push() }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Waits until everything is with the kernel.
  func flush() async throws(WebFailure) { try await wait(until: 0) }

  /// Refuses whatever comes from here on.
  func fail(_ failure: WebFailure) {
    let waiters = state.withLock { state in
      if state.failure == nil { state.failure = failure }
      return WebSocketOutbox.release(&state)
    }
    for waiter in waiters { waiter.resume(returning: failure) }
  }

  private func wait(until room: Int) async throws(WebFailure) {
    let id = state.withLock { state in
      state.lastWaiter += 1
      return state.lastWaiter
    }
    let failure = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<WebFailure?, Never>) in
        let answer: WebFailure?? = state.withLock { state in
          if let failure = state.failure { return .some(failure) }
          if state.unsent <= room { return .some(nil) }
          // Cancellation sets its flag before the handler below takes the lock: seen here, or the handler finds the waiter.
          if Task.isCancelled { return .some(.cancelled) }
          state.waiters[id] = Waiter(room: room, continuation: continuation)
          return .none
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
      waiter?.continuation.resume(returning: .cancelled)
    }
    if let failure { throw failure }
  }

  /// Sends what the kernel takes, and asks the poller to go on with the rest.
  private func push() {
    let (waiters, failure, isLeft) = state.withLock { state in
      drain(&state)
      // Only one wait at a time: whoever finds it set leaves the rest to the poller.
      let isLeft = state.failure == nil && state.unsent > 0 && !state.isScheduled
      if isLeft { state.isScheduled = true }
      return (WebSocketOutbox.release(&state), state.failure, isLeft)
    }
    for waiter in waiters { waiter.resume(returning: failure) }
    guard isLeft else { return }
    stream.poller.whenReady(for: .writing, on: stream.socket, until: ContinuousClock.now + timeout) { wake in
      self.state.withLock { $0.isScheduled = false }
      switch wake {
      case .ready: self.push()
      case .timedOut:
        self.fail(.timedOut(.sending, at: self.stream.name, after: self.timeout))
        self.stream.socket.shutDown()
      case .cancelled, .stopped: self.fail(.shutDown)
      }
    }
  }

  private func drain(_ state: inout State) {
    do {
      while state.failure == nil, state.unsent > 0 {
        let count = try stream.socket.send(state.pending[state.sent...])
        guard count > 0 else { break }
        state.sent += count
      }
    } catch {
      state.failure = stream.failure(error)
    }
    if state.unsent == 0 || state.failure != nil {
      state.pending = []
      state.sent = 0
    } else if state.sent > 1 << 20 {
      state.pending.removeFirst(state.sent)
      state.sent = 0
    }
  }

  /// The waiters that need not wait any longer.
  private static func release(_ state: inout State) -> [CheckedContinuation<WebFailure?, Never>] {
    let ready = state.waiters.filter { state.failure != nil || state.unsent <= $0.value.room }
    for key in ready.keys { state.waiters[key] = nil }
    return ready.values.map(\.continuation)
  }
}
