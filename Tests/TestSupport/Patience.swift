import Glibc

/// How long tests wait for what should happen: a deadline, not a measurement.
package enum Patience {
  /// Scales every wait; set SLUICE_TEST_PATIENCE to 3 on a slow machine.
  package static let factor: Double =
    unsafe getenv("SLUICE_TEST_PATIENCE").flatMap { unsafe Double(String(cString: $0)) } ?? 1

  /// Blocks the calling thread for a moment that means nothing: to let something happen at a random time.
  package static func pause(_ duration: Duration) {
    usleep(UInt32(duration / .microseconds(1)))
  }

  /// Polls a condition until it holds or the limit is over; returns whether it held.
  package static func until(
    _ limit: Duration = .seconds(10), _ condition: () async throws -> Bool
  ) async rethrows -> Bool {
    let clock = ContinuousClock()
    let deadline = clock.now + limit * factor
    while clock.now < deadline {
      if try await condition() { return true }
      try? await clock.sleep(for: .milliseconds(5))
    }
    return try await condition()
  }
}
