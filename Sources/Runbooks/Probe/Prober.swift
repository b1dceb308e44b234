package import Cutover
package import Journal
import LiveKit
package import Machine
package import SessionSources
import Vocabulary

/// Makes sessions of its own where a fleet has too little traffic to show where new ones land.
///
/// After the cutover and its grace it makes as many as are missing to the policy's minimum, one at a time, spaced over the
/// quiet period, looks which version comes, and closes each room, whatever happens: also when it is stopped, and a room whose
/// maker was killed closes by itself. What the probes prove is decided by the verifier, which sees them as its sources do.
package struct Prober: Sendable {
  private let rooms: any ProbeRooms
  private let run: RunID
  private let policy: Policy
  private let journal: JournalWriter
  private let clock: any Clock<Duration>
  private let wallClock: WallClock

  /// A prober for one run; it makes nothing before it accompanies an engine.
  package init(
    rooms: any ProbeRooms, policy: Policy, journal: JournalWriter, clock: any Clock<Duration>, wallClock: WallClock
  ) {
    self.rooms = rooms
    run = journal.run.id
    self.policy = policy
    self.journal = journal
    self.clock = clock
    self.wallClock = wallClock
  }

  /// Runs an engine, probing beside it as its assessments ask for it; no room of a probe is left when it returns.
  package func accompany(
    _ report: @escaping RunReport, _ engine: @Sendable (@escaping RunReport) async -> RunOutcome
  ) async -> RunOutcome {
    // Only the newest assessment counts: a probe takes longer than a poll.
    let (assessments, next) = AsyncStream.makeStream(of: Assessment.self, bufferingPolicy: .bufferingNewest(1))
    return await withTaskGroup(of: Void.self, returning: RunOutcome.self) { group in
      group.addTask { await probe(on: assessments, report) }
      let outcome = await engine { event in
        if case .assessed(let assessment) = event { next.yield(assessment) }
        report(event)
      }
      next.finish()
      group.cancelAll()
      await group.waitForAll()
      return outcome
    }
  }

  private func probe(on assessments: AsyncStream<Assessment>, _ report: @escaping RunReport) async {
    let pacing = Pacing(clock: clock)
    var made = 0
    var nextAt = Duration.zero
    for await assessment in assessments {
      guard made < mostProbes, pacing.elapsed >= nextAt, isMissingSessions(assessment), !Task.isCancelled else {
        continue
      }
      made += 1
      nextAt = pacing.elapsed + policy.quiet / policy.minimumNewSessions
      let outcome = await probe(made, assessment, report)
      report(.note("probe \(made): \(outcome.text)", at: wallClock.now))
    }
  }

  /// Nobody joining is tried again, and not for ever.
  private var mostProbes: Int { policy.minimumNewSessions * 3 }

  /// Whether the verdict lacks new sessions at a moment at which a new one counts.
  func isMissingSessions(_ assessment: Assessment) -> Bool {
    guard !assessment.isFinal, (assessment.exposure?.onIncoming ?? 0) < policy.minimumNewSessions else { return false }
    // Where somebody else deploys and nothing but sessions is seen, the first of them shows that the new version serves.
    let counts = assessment.window.cutoverAt ?? (assessment.kind == .observed ? assessment.window.began : nil)
    return counts.map { assessment.at >= $0 + policy.grace } ?? false
  }

  /// Makes one probe, and takes it away again.
  private func probe(_ number: Int, _ assessment: Assessment, _ report: @escaping RunReport) async -> ProbeOutcome {
    let room = RoomName.probe("\(run)-\(number)")
    var outcome: ProbeOutcome
    do {
      try await journal.append(
        .action(ActionRecord(name: "probe", phase: .intended, detail: room.rawValue)), durably: true)
      try await rooms.open(room, closingAfter: closesAfter)
      outcome = try await landing(in: room, assessment)
      // The sources are to see it too, unless the run ends.
      if outcome.hasLanded { try? await clock.sleep(for: policy.interval * 3) }
    } catch is CancellationError {
      outcome = .stopped
    } catch {
      outcome = .notMade((error as? any Failure)?.what ?? "\(error)".harmless)
    }
    let ended = outcome
    // A task of its own is not cancelled with this one: the room goes in any case.
    await Task { await close(room, ended, report) }.value
    return outcome
  }

  private var closesAfter: Duration { policy.joinTimeout + policy.interval * 4 + .seconds(30) }

  private func landing(in room: RoomName, _ assessment: Assessment) async throws -> ProbeOutcome {
    let pause = min(policy.interval, .seconds(1))
    let agent = try await repeating(every: pause, within: policy.joinTimeout, clock: clock) {
      try await rooms.agent(in: room)
    }
    guard let agent else { return .nobodyJoined(after: policy.joinTimeout) }
    guard let version = agent.version else { return .landedUnattributed }
    return version == assessment.incoming ? .landedOnNew(version) : .landedElsewhere(version)
  }

  private func close(_ room: RoomName, _ outcome: ProbeOutcome, _ report: @escaping RunReport) async {
    do {
      try await withDeadline(.seconds(20), clock: clock) { try await rooms.close(room) }
    } catch {
      let why = (error as? any Failure)?.what ?? "it took longer than 20s"
      let text = "the room '\(room)' could not be closed (\(why)); it closes by itself within \(closesAfter.text)"
      report(.note(text, at: wallClock.now))
    }
    do {
      let phase: ActionRecord.Phase = outcome.hasLanded ? .done : .failed
      try await journal.append(
        .action(ActionRecord(name: "probe", phase: phase, detail: "\(room): \(outcome.text)")), durably: true)
    } catch {
      report(.note("the end of a probe could not be journaled: \("\(error)".harmless)", at: wallClock.now))
    }
  }
}

/// What became of a probe.
enum ProbeOutcome: Hashable, Sendable {
  case landedOnNew(VersionName)
  case landedElsewhere(VersionName)
  /// An agent came that says no version.
  case landedUnattributed
  case nobodyJoined(after: Duration)
  /// The room or its dispatch could not be made, or could not be looked at.
  case notMade(String)
  /// The run ended first.
  case stopped

  var hasLanded: Bool {
    switch self {
    case .landedOnNew, .landedElsewhere, .landedUnattributed: true
    case .nobodyJoined, .notMade, .stopped: false
    }
  }

  var text: String {
    switch self {
    case .landedOnNew(let version): "landed on \(version.rawValue.harmless), the new version"
    case .landedElsewhere(let version): "landed on \(version.rawValue.harmless), which is not the new version"
    case .landedUnattributed: "landed on an agent that says no version (OBS-001)"
    case .nobodyJoined(let limit): "nobody joined within \(limit.text)"
    case .notMade(let why): "could not be made: \(why)"
    case .stopped: "taken back: the run ended first"
    }
  }
}
