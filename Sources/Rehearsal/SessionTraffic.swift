import Machine
import Vocabulary

/// People who call: sessions at a rate, each of some length.
package struct SessionTraffic: Sendable {
  /// The time between two calls; nil: nobody calls.
  package var interval: Duration?
  /// How long a call lasts, drawn evenly from the range.
  package var length: ClosedRange<Duration>
  /// How many calls begin at once at the start.
  package var burst: Int

  /// Calls at an interval; the first `burst` of them at once.
  package init(interval: Duration?, length: ClosedRange<Duration>, burst: Int = 0) {
    self.interval = interval
    self.length = length
    self.burst = burst
  }

  /// How many people call at once at most; a call that would be one more is not made.
  package static let limit = 2_000

  /// Calls until the task is cancelled; the people of calls that are under way then hang up.
  package func run(on dispatcher: Dispatcher, clock: any Clock<Duration>) async {
    await run(clock: clock) { room, length in _ = await dispatcher.hold(room: room, length: length, clock: clock) }
  }

  /// The same, each call being whatever `hold` makes of a room's name and a length.
  func run(clock: any Clock<Duration>, hold: @escaping @Sendable (String, Duration) async -> Void) async {
    guard let interval else { return }
    let underWay = Locked(0)
    await withDiscardingTaskGroup { group in
      var number = 0
      func call() {
        let isAllowed = underWay.withLock { count in
          guard count < Self.limit else { return false }
          count += 1
          return true
        }
        guard isAllowed else { return }
        number += 1
        let room = "rehearsal-\(number)"
        let length = draw()
        group.addTask {
          await hold(room, length)
          underWay.withLock { $0 -= 1 }
        }
      }
      for _ in 0..<burst { call() }
      while !Task.isCancelled {
        do {
          try await clock.sleep(for: interval)
        } catch {
          break
        }
        call()
      }
    }
  }

  private func draw() -> Duration {
    let span = (length.upperBound - length.lowerBound).nanoseconds
    return length.lowerBound + .nanoseconds(span > 0 ? Int64.random(in: 0...span) : 0)
  }
}
