/// How long to wait before asking again: full jitter under a limit that doubles, and never less than the server asked for.
package struct Backoff: Sendable {
  /// The limit of the first wait.
  package let base: Duration
  /// The limit of every wait.
  package let cap: Duration
  /// Failures since the last success.
  package private(set) var failures = 0

  /// Waits that begin under `base` and stay under `cap`.
  package init(base: Duration = .seconds(1), cap: Duration = .seconds(60)) {
    self.base = base
    self.cap = cap
  }

  /// The next wait; `retryAfter` is what the server asked for.
  package mutating func next(retryAfter: Duration? = nil, using random: inout some RandomNumberGenerator) -> Duration {
    let limit = min(cap, base * (1 << min(failures, 20)))
    failures += 1
    return (retryAfter ?? .zero) + limit * Double.random(in: 0...1, using: &random)
  }

  /// The next wait, at random.
  package mutating func next(retryAfter: Duration? = nil) -> Duration {
    var random = SystemRandomNumberGenerator()
    return next(retryAfter: retryAfter, using: &random)
  }

  /// A call succeeded.
  package mutating func reset() { failures = 0 }
}
