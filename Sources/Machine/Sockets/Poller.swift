import Glibc

/// One thread that waits for many sockets and deadlines, and wakes the tasks that asked.
///
/// Started with the first wait; whoever made the poller stops it, and until then the thread keeps it alive. Waits cost nothing while nothing happens.
@safe package final class Poller: Sendable {
  /// What a wait is for.
  package enum Interest: Sendable {
    case reading
    case writing
  }

  /// How a wait ended.
  package enum Wake: Sendable, Hashable {
    /// The socket can be used, or has an error or its end to tell.
    case ready
    /// The deadline passed.
    case timedOut
    /// The task was cancelled, or `cancel` was called.
    case cancelled
    /// The poller was stopped.
    case stopped
  }

  /// Names one wait.
  package struct Token: Sendable, Hashable {
    let number: UInt64
  }

  private struct Waiter {
    /// Keeps the descriptor open while it is polled; nil for a mere deadline.
    let socket: Socket?
    let events: Int16
    let deadline: ContinuousClock.Instant?
    let action: @Sendable (Wake) -> Void
  }

  private enum Phase {
    case idle
    case running
    case stopping
    case stopped
  }

  private struct State {
    var phase = Phase.idle
    var waiters: [UInt64: Waiter] = [:]
    var lastNumber: UInt64 = 0
    var isPolling = false
    var pipe: (reading: Int32, writing: Int32) = (-1, -1)
    var atEnd: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Locked(State())
  private let clock = ContinuousClock()

  /// A poller without a thread yet.
  package init() {}

  /// Waits until a socket is ready or the deadline has passed.
  package func wait(
    for interest: Interest, on socket: Socket, until deadline: ContinuousClock.Instant? = nil
  ) async -> Wake {
    await wait(socket, interest, deadline)
  }

  /// Waits for a deadline.
  package func sleep(until deadline: ContinuousClock.Instant) async -> Wake { await wait(nil, .reading, deadline) }

  private func wait(_ socket: Socket?, _ interest: Interest, _ deadline: ContinuousClock.Instant?) async -> Wake {
    let token = nextToken()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        add(token, socket, interest, deadline, unlessCancelled: true) { continuation.resume(returning: $0) }
      }
    } onCancel: {
      cancel(token)
    }
  }

  /// Calls an action once: when the socket is ready, at the deadline, or when the wait is cancelled or the poller stops.
  ///
  /// The action runs on the poller's thread, or on the caller's when the poller cannot run; it must not block.
  @discardableResult
  package func whenReady(
    for interest: Interest, on socket: Socket?, until deadline: ContinuousClock.Instant?,
    _ action: @escaping @Sendable (Wake) -> Void
  ) -> Token {
    let token = nextToken()
    add(token, socket, interest, deadline, unlessCancelled: false, action)
    return token
  }

  /// Ends a wait; nothing happens when it has ended.
  package func cancel(_ token: Token) {
    let waiter = state.withLock { $0.waiters.removeValue(forKey: token.number) }
    waiter?.action(.cancelled)
  }

  /// Ends every wait with `stopped`, and returns when the thread has ended.
  package func stop() async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        switch state.phase {
        case .idle, .stopped:
          state.phase = .stopped
          return true
        case .running, .stopping:
          state.phase = .stopping
          state.atEnd.append(continuation)
          Poller.nudge(&state)
          return false
        }
      }
      if isOver { continuation.resume() }
    }
  }

  private func nextToken() -> Token {
    state.withLock {
      $0.lastNumber += 1
      return Token(number: $0.lastNumber)
    }
  }

  private func add(
    _ token: Token, _ socket: Socket?, _ interest: Interest, _ deadline: ContinuousClock.Instant?,
    unlessCancelled: Bool, _ action: @escaping @Sendable (Wake) -> Void
  ) {
    let events = Int16(interest == .reading ? POLLIN : POLLOUT)
    let refusal: Wake? = state.withLock { state in
      // Cancellation sets the flag before it calls `cancel`, and both look under this lock: it is seen here or finds the waiter.
      if unlessCancelled && Task.isCancelled { return .cancelled }
      if state.phase == .idle { start(&state) }
      guard state.phase == .running else { return .stopped }
      state.waiters[token.number] = Waiter(socket: socket, events: events, deadline: deadline, action: action)
      Poller.nudge(&state)
      return nil
    }
    if let refusal { action(refusal) }
  }

  /// Makes the pipe and the thread; without either the poller counts as stopped.
  private func start(_ state: inout State) {
    var ends: [Int32] = [-1, -1]
    // The array has room for the two descriptors.
    guard unsafe Glibc.pipe(&ends) == 0 else {
      state.phase = .stopped
      return
    }
    state.pipe = (ends[0], ends[1])
    do {
      try Socket.makeNonBlocking(ends[0])
      try Socket.makeNonBlocking(ends[1])
      state.phase = .running
      try BackgroundThread.start(named: "sockets") { self.run() }
    } catch {
      Glibc.close(ends[0])
      Glibc.close(ends[1])
      state.phase = .stopped
    }
  }

  /// Wakes the thread if it waits; a full pipe wakes it as well.
  private static func nudge(_ state: inout State) {
    guard state.isPolling else { return }
    state.isPolling = false
    var byte: UInt8 = 1
    // Points to one byte.
    _ = unsafe write(state.pipe.writing, &byte, 1)
  }

  // MARK: The thread

  private func run() {
    var polled: [pollfd] = []
    var numbers: [UInt64] = []
    while let timeout = prepare(&polled, &numbers) {
      // The array holds `count` entries; errors other than EINTR are ours alone, and a round without events is harmless.
      _ = unsafe poll(&polled, nfds_t(polled.count), timeout)
      for (action, wake) in collect(polled, numbers) { action(wake) }
    }
    finish()
  }

  /// What to poll, and for how many milliseconds; nil when the thread shall end.
  private func prepare(_ polled: inout [pollfd], _ numbers: inout [UInt64]) -> Int32? {
    polled.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    let earliest: ContinuousClock.Instant?? = state.withLock { state in
      guard state.phase == .running else { return .none }
      state.isPolling = true
      polled.append(pollfd(fd: state.pipe.reading, events: Int16(POLLIN), revents: 0))
      var earliest: ContinuousClock.Instant?
      for (number, waiter) in state.waiters {
        if let deadline = waiter.deadline, deadline < earliest ?? deadline + .seconds(1) { earliest = deadline }
        guard let socket = waiter.socket else { continue }
        polled.append(pollfd(fd: socket.descriptor, events: waiter.events, revents: 0))
        numbers.append(number)
      }
      return .some(earliest)
    }
    guard let earliest else { return nil }
    guard let earliest else { return -1 }
    let (seconds, attoseconds) = (earliest - clock.now).components
    // Rounded up, so that the deadline has passed when poll returns; capped at an hour.
    return seconds < 0
      ? 0 : Int32(min(3_600_000, min(seconds, 3_600) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1))
  }

  private func collect(
    _ polled: [pollfd], _ numbers: [UInt64]
  ) -> [(@Sendable (Wake) -> Void, Wake)] {
    let now = clock.now
    return state.withLock { state in
      state.isPolling = false
      var woken: [(@Sendable (Wake) -> Void, Wake)] = []
      if let pipe = polled.first, pipe.revents != 0 {
        var rest = [UInt8](repeating: 0, count: 256)
        // The array has room for what is read; the pipe does not block.
        while unsafe read(pipe.fd, &rest, rest.count) == rest.count {}
      }
      for (entry, number) in zip(polled.dropFirst(), numbers) where entry.revents != 0 {
        if let waiter = state.waiters.removeValue(forKey: number) { woken.append((waiter.action, .ready)) }
      }
      var late: [UInt64] = []
      for (number, waiter) in state.waiters {
        if let deadline = waiter.deadline, deadline <= now { late.append(number) }
      }
      for number in late {
        if let waiter = state.waiters.removeValue(forKey: number) { woken.append((waiter.action, .timedOut)) }
      }
      return woken
    }
  }

  private func finish() {
    let (waiters, ends) = state.withLock { state in
      state.phase = .stopped
      Glibc.close(state.pipe.reading)
      Glibc.close(state.pipe.writing)
      defer {
        state.waiters = [:]
        state.atEnd = []
      }
      return (Array(state.waiters.values), state.atEnd)
    }
    for waiter in waiters { waiter.action(.stopped) }
    for end in ends { end.resume() }
  }
}
