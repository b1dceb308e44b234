/// How many requests may still be made: never more than the budget in any sixty seconds.
///
/// A fifth of the budget may be used at once; the rest comes back evenly over the minute.
struct RequestBudget: Sendable {
  private let capacity: Double
  /// Requests a second that come back.
  let perSecond: Double
  private var left: Double
  private var filledAt: ContinuousClock.Instant

  /// A full budget of so many requests a minute.
  init(perMinute: Int, at now: ContinuousClock.Instant = .now) {
    capacity = max(2, Double(perMinute) / 5)
    perSecond = max(1, Double(perMinute) - capacity) / 60
    left = capacity
    filledAt = now
  }

  /// Whether more than half of what may be used at once is left, so that what is not urgent may be asked.
  var isPlentiful: Bool { left > capacity / 2 }

  /// Takes one request out of the budget; false: none is left at this moment, or too few besides.
  mutating func take(leaving rest: Double = 0, at now: ContinuousClock.Instant = .now) -> Bool {
    left = min(capacity, left + (now - filledAt) / .seconds(1) * perSecond)
    filledAt = max(filledAt, now)
    guard left >= 1 + rest else { return false }
    left -= 1
    return true
  }
}
