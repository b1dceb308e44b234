package import Machine
package import Platforms
package import Vocabulary

import Logs

/// Tells one running instance of a fleet to stop, as its platform does, and watches it to its end.
///
/// Nothing else is done to it: its sessions are its own, and no session is offered to it. It is not started again.
package struct InstanceTermTest: Sendable {
  private let id: InstanceID
  private let target: TargetName
  private let platform: LocalProcesses
  private let clock: any Clock<Duration>
  private let wallClock: WallClock
  private let words: @Sendable ([String]) -> String

  /// A test of one instance; `words` tells command lines without what is secret in them.
  package init(
    of id: InstanceID, target: TargetName, on platform: LocalProcesses, clock: any Clock<Duration>,
    wallClock: WallClock, words: @escaping @Sendable ([String]) -> String
  ) {
    self.id = id
    self.target = target
    self.platform = platform
    self.clock = clock
    self.wallClock = wallClock
    self.words = words
  }

  /// How long nothing may happen after the signal until it counts as lost.
  private static let patience = Duration.seconds(15)
  /// What an instance may take beyond its platform's deadline.
  private static let reserve = Duration.seconds(30)

  /// Tells it to stop and watches; `report` gets a line when something has happened.
  ///
  /// Ends with the instance, at the platform's own deadline, or when nothing has reacted to the signal. Throws
  /// `MachineFailure` and the platform's failures, `InstanceGone`, and `CancellationError`, which leaves it as it is.
  package func run(report: @escaping @Sendable (String) -> Void) async throws -> TermTest.Outcome {
    guard let before = try await platform.state(of: id), before.isAlive, let process = before.process else {
      throw InstanceGone(id: id, live: try await platform.liveInstances())
    }
    var record = TermTestRecord(
      subject: "\(id) of \(target)".harmless, means: "a running instance, stopped as its platform does")
    var ending = TermTestRecord.Ending(kind: .sessionsEnd, agent: .worker, startedAt: process.startedAt)
    ending.servingAt = before.log.registrations.first?.at
    ending.sdk = before.log.sdkVersion
    let members = ProcessTable.tree(of: process.identity.pid).filter(\.isAlive)
    ending.processes = ProcessLook(members, port: before.log.http?.port)
      .records(signal: .terminate, isGroup: false, hasNamespace: false, words: words)
    let live = before.openJobs
    let sentAt = wallClock.now
    try await platform.drain(id)
    ending.signals = [TermTestRecord.Sent(name: "SIGTERM", to: "pid \(process.identity.pid)", at: sentAt)]
    report("SIGTERM to pid \(process.identity.pid), with \(live.count) live sessions by its log")

    let began = ContinuousClock.now
    var state = before
    var hasReported = false
    while true {
      try Task.checkCancellation()
      try await platform.tend()
      state = try await platform.state(of: id) ?? state
      let drain = state.log.drain
      ending.confirmedAt = drain.confirmedAt
      ending.drainLimitSeconds = drain.timeout?.seconds
      ending.timedOutAt = drain.timedOutAt
      if drain.confirmedAt != nil, !hasReported {
        hasReported = true
        let open = live.count { id in state.log.jobs.contains { $0.id == id && $0.end == nil } }
        report("it drains; \(open) sessions are live")
      }
      if !state.isAlive { break }
      let passed = ContinuousClock.now - began
      if !hasReported, passed > Self.patience { break }
      if passed > platform.stopTimeout + Self.reserve { break }
      try await clock.sleep(for: .milliseconds(200))
    }
    ending.watchedSeconds = (wallClock.now - sentAt).seconds
    if let end = state.end {
      ending.entryEnd = TermTestRecord.Exit(end.how, at: end.at)
      if !state.isAlive { ending.exit = ending.entryEnd }
    }
    report(ending.exit.map { "it is gone: \($0.how)" } ?? "nothing happened; it is left as it is")
    ending.sessions = live.map { Self.session($0, in: state.log) }
    ending.offers = state.log.jobs.filter(\.isLate).map {
      TermTestRecord.Offer(at: $0.offeredAt, answer: .accepted, detail: "\($0.id)")
    }
    record.endings = [ending]
    return TermTest.Outcome(record: record, logs: state.files.filter { Files.kind(of: $0) == .file })
  }

  /// How a session went on, by the log: one that a drain's end cut has no end of its own there.
  private static func session(_ id: SessionID, in log: WorkerLog) -> TermTestRecord.Session {
    var session = TermTestRecord.Session(id: "\(id)".harmless, kind: .job)
    if let end = log.jobs.first(where: { $0.id == id })?.end {
      session.endedAt = end.at
      session.detail = end.reason
      let isLate = log.drain.timedOutAt.map { $0 <= end.at } ?? false
      session.end = end.isCrash || isLate ? .cut : .completed
    } else if let cutAt = log.drain.timedOutAt ?? log.drain.forcedAt {
      session.endedAt = cutAt
      session.end = .cut
      session.detail = log.drain.forcedAt == nil ? "the drain timed out" : "the worker was forced to leave"
    }
    return session
  }
}

/// An instance that is not there to be tested.
package struct InstanceGone: Failure {
  let id: InstanceID
  let live: [InstanceID]

  /// It is none of those that live.
  package init(id: InstanceID, live: [InstanceID]) {
    self.id = id
    self.live = live
  }

  package var what: String { "there is no live instance '\(id.rawValue.harmless)'" }
  package var why: String? {
    live.isEmpty
      ? "the fleet has no live instance" : "live are: \(live.map(\.rawValue.harmless).joined(separator: ", "))"
  }
  package var remedy: String? { live.first.map { "name one of them: --instance \($0.rawValue.harmless)" } }
  package var exitStatus: ExitStatus { .missingInput }
}
