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

  /// Calls until the task is cancelled; calls that are under way are then hung up and followed to their end.
  ///
  /// At most 2,000 calls run at once; further ones wait for their turn.
  package func run(on dispatcher: Dispatcher, clock: any Clock<Duration>) async {
    guard let interval else { return }
    await withDiscardingTaskGroup { group in
      var number = 0
      func call() {
        number += 1
        let room = "rehearsal-\(number)"
        let length = draw()
        group.addTask { _ = await dispatcher.hold(room: room, length: length, clock: clock) }
      }
      for _ in 0..<burst { call() }
      while !Task.isCancelled {
        do {
          try await clock.sleep(for: interval)
        } catch {
          break
        }
        if await dispatcher.runningCount < 2_000 { call() }
      }
    }
  }

  private func draw() -> Duration {
    let span = (length.upperBound - length.lowerBound).nanoseconds
    return length.lowerBound + .nanoseconds(span > 0 ? Int64.random(in: 0...span) : 0)
  }
}
