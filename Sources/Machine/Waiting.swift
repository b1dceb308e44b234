package import Vocabulary

/// Asks again and again until there is an answer: the one polling loop of the program.
///
/// Asks at once, then after each interval, and once more when the limit is over; returns the first answer, nil when there
/// was none. The limit bounds the waiting; a question that is being asked is waited for. Ends at once, with what the
/// clock or the question throws, when the task is cancelled.
package func repeating<Answer, C: Clock>(
  every interval: Duration, within limit: Duration, clock: C = ContinuousClock(), _ ask: () async throws -> Answer?
) async throws -> Answer? where C.Duration == Duration {
  let deadline = clock.now.advanced(by: limit)
  while true {
    try Task.checkCancellation()
    if let answer = try await ask() { return answer }
    let left = clock.now.duration(to: deadline)
    guard left > .zero else { return nil }
    try await clock.sleep(for: min(interval, left), tolerance: nil)
  }
}

/// Runs the body, but not longer than the limit: then it is cancelled and `DeadlineExceeded` is thrown.
///
/// The body must heed cancellation, as everything in this program does; what it gives after the limit is dropped.
package func withDeadline<Result: Sendable, C: Clock>(
  _ limit: Duration, clock: C = ContinuousClock(), _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result where C.Duration == Duration {
  try await withThrowingTaskGroup(of: Result?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await clock.sleep(for: limit, tolerance: nil)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let result = first else { throw DeadlineExceeded(limit: limit) }
    return result
  }
}

/// Something took longer than it may.
package struct DeadlineExceeded: Failure, Equatable {
  /// How long it may take.
  package let limit: Duration

  /// A limit that is over.
  package init(limit: Duration) { self.limit = limit }

  package var what: String { "no end within \(limit.seconds) s" }
  package var why: String? { nil }
  package var remedy: String? { nil }
  package var exitStatus: ExitStatus { .timedOut }
}
