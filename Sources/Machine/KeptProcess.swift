package import Vocabulary

/// A process that outlives the command that started it, as its keeper recorded it in the state file.
///
/// The file is the truth for how it ended. A process that is gone without a record has ended in a way nobody knows.
package struct KeptProcess: Hashable, Sendable {
  /// The process.
  package let identity: ProcessIdentity
  /// Its keeper, which waits for its end.
  package let keeper: ProcessIdentity
  /// When it was started.
  package let startedAt: Timestamp
  /// The recorded end; nil: none is recorded.
  package var end: End?

  /// A recorded end.
  package struct End: Hashable, Sendable {
    /// How it ended.
    package let how: ProcessEnd
    /// When its keeper saw it.
    package let at: Timestamp

    /// A recorded end.
    package init(_ how: ProcessEnd, at: Timestamp) {
      self.how = how
      self.at = at
    }
  }

  /// What is known of a kept process.
  package enum Condition: Hashable, Sendable {
    /// It runs.
    case running
    /// It has ended; `at` is nil when only that is known.
    case ended(ProcessEnd, at: Timestamp?)
  }

  /// How it is at this moment, by its record and, without one, by whether it is alive.
  package var condition: Condition {
    if let end { return .ended(end.how, at: end.at) }
    return identity.isAlive ? .running : .ended(.unknown, at: nil)
  }

  /// Reads a state file. Throws `MachineFailure`: missing, malformed, or what the keeper recorded why nothing started.
  package static func read(_ path: String) throws(MachineFailure) -> KeptProcess {
    let record = try KeeperRecord.read(path)
    if let failure = record.failure { throw .notStarted(path, reason: failure) }
    guard let process = record.process else { throw .malformed(path: path, reason: "its process has not started") }
    return process
  }

  /// Waits for the end and returns it as recorded; `.unknown` when the keeper ended without a record.
  ///
  /// Throws `CancellationError`, or `MachineFailure` when the state file cannot be read.
  package static func waitForEnd(_ path: String, clock: some Clock<Duration> = ContinuousClock()) async throws
    -> (how: ProcessEnd, at: Timestamp?)
  {
    let process = try read(path)
    if process.end == nil { try await process.identity.waitForEnd() }
    // The keeper sees the end at the same moment and records it within milliseconds.
    let recorded = try await repeating(every: .milliseconds(10), within: .seconds(10), clock: clock) {
      let isKept = process.keeper.isAlive
      let end = try read(path).end
      return end != nil || !isKept ? .some(end) : nil
    }
    guard let end = recorded ?? nil else { return (.unknown, nil) }
    return (end.how, end.at)
  }
}
