import Glibc
package import Vocabulary

/// The wall clock, as a value that tests replace.
package struct WallClock: Sendable {
  private let read: @Sendable () -> Timestamp

  /// A clock that reads a function.
  package init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

  /// This moment, cut to the millisecond, so that what is printed and what is decided are the same.
  package var now: Timestamp { read().roundedToMilliseconds }

  /// The system's clock as it stood at the first call, carried on by time that has passed: nobody's setting of the clock
  /// makes a watch jump. A machine's sleep counts as time that has passed.
  package static let steady: WallClock = {
    let start = live.now
    let began = sinceBoot()
    return WallClock { start + (sinceBoot() - began) }
  }()

  private static func sinceBoot() -> Duration {
    var time = timespec()
    // The pointer is valid for the call; CLOCK_BOOTTIME exists since Linux 2.6.39.
    unsafe clock_gettime(CLOCK_BOOTTIME, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// The system's clock.
  package static let live = WallClock {
    var time = timespec()
    // The pointer is valid for the call; CLOCK_REALTIME always exists.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
