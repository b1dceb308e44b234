import Glibc
package import Vocabulary

/// The wall clock, as a value that tests replace.
package struct WallClock: Sendable {
  private let read: @Sendable () -> Timestamp

  /// A clock that reads a function.
  package init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

  /// This moment, cut to the millisecond, so that what is printed and what is decided are the same.
  package var now: Timestamp { read().roundedToMilliseconds }

  /// The system's clock.
  package static let live = WallClock {
    var time = timespec()
    // The pointer is valid for the call; CLOCK_REALTIME always exists.
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
