package import Machine
package import Vocabulary

/// A clock that moves only when a test moves it; a sleep on it ends when its task is cancelled.
package final class ManualClock: Clock, Sendable {
  /// A moment: the time that has passed since the clock was made.
  package struct Instant: InstantProtocol {
    var offset: Duration
    package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    package func duration(to other: Instant) -> Duration { other.offset - offset }
    package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private struct Sleeper {
    let deadline: Duration
    let wake: CheckedContinuation<Void, any Error>
  }

  private struct State {
    var now = Duration.zero
    var next = 0
    var sleepers: [Int: Sleeper] = [:]
    /// Sleeps that were cancelled before they had begun to wait.
    var cancelled: Set<Int> = []
  }

  private let state = Locked(State())
  private let start: Timestamp

  /// A clock that stands at a moment.
  package init(at start: Timestamp = Timestamp(milliseconds: 1_795_000_000_000)) { self.start = start }

  package var now: Instant { Instant(offset: state.withLock { $0.now }) }
  package var minimumResolution: Duration { .zero }

  /// The moment it shows.
  package var timestamp: Timestamp { start + now.offset }
  /// The same clock as a wall clock.
  package var wallClock: WallClock { WallClock { self.timestamp } }
  /// How many wait on it.
  package var sleepers: Int { state.withLock { $0.sleepers.count } }

  package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let id = state.withLock { state in
      state.next += 1
      return state.next
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { wake in
        let result: Result<Void, any Error>? = state.withLock { state in
          if state.cancelled.remove(id) != nil { return .failure(CancellationError()) }
          if deadline.offset <= state.now { return .success(()) }
          state.sleepers[id] = Sleeper(deadline: deadline.offset, wake: wake)
          return nil
        }
        if let result { wake.resume(with: result) }
      }
    } onCancel: {
      let sleeper = state.withLock { state in
        let sleeper = state.sleepers.removeValue(forKey: id)
        if sleeper == nil { state.cancelled.insert(id) }
        return sleeper
      }
      sleeper?.wake.resume(throwing: CancellationError())
    }
  }

  /// Moves on and wakes whoever is due.
  package func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now += duration
      let due = state.sleepers.filter { $0.value.deadline <= state.now }
      for id in due.keys { state.sleepers[id] = nil }
      return due.values.sorted { $0.deadline < $1.deadline }.map(\.wake)
    }
    for wake in due { wake.resume() }
  }

  /// Moves to the first moment that somebody waits for, if it is no further away than the limit; returns whether it did.
  @discardableResult
  package func advanceToNext(within limit: Duration) -> Bool {
    let step: Duration? = state.withLock { state in
      guard let first = state.sleepers.values.map(\.deadline).min(), first - state.now <= limit else { return nil }
      return first - state.now
    }
    guard let step else { return false }
    advance(by: step)
    return true
  }

  /// Moves from one awaited moment to the next until the body has ended; moments further away than the limit are not
  /// reached, so that a deadline does not pass while something under it is at work.
  package func driving<Result: Sendable>(
    within limit: Duration = .seconds(10), _ body: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let isDone = Locked(false)
    async let driver: Void = {
      while !isDone.withLock({ $0 }) {
        if !advanceToNext(within: limit) { try? await Task.sleep(for: .milliseconds(1)) }
        await Task.yield()
      }
    }()
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    isDone.withLock { $0 = true }
    await driver
    return try result.get()
  }
}
