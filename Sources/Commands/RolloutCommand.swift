import CommandLine
import Configuration
import Cutover
import Journal
import Machine
import Platforms
import Preflight
import Runbooks
import Terminal
import Vocabulary

/// What `deploy` and `rollback` share: lock, plan, question, procedure, and going on after an interruption.
struct RolloutCommand {
  let kind: Rollout.Kind
  let context: Context
  let output: OutputOptions
  let environment: TargetEnvironment
  let policy: Policy
  let isConfirmed: Bool
  let project: ProjectOptions
  /// What makes sessions of its own while the verdict lacks some; nil: nothing does.
  var probe: ProbeOptions?
  /// Where JUnit's XML is written; nil: nowhere.
  var junit: String?
  /// Whether evidence is put together when the run does not pass.
  let collects: Bool
  /// The line that was typed, without the program's name; no secret can be in it.
  let arguments: [String]

  private var target: TargetName { environment.configuration.name }
  private var store: RunStore { RunStore(home: environment.home) }

  /// Rolls the target to a version.
  func roll(to version: VersionName) async throws -> ExitStatus {
    let platform = try environment.platform(to: "\(kind.rawValue)")
    let version = kind == .rollback ? try await platform.release(named: version) : version
    try await confirm(version, on: platform)
    let journal = try await context.newRun(target, command: [kind.rawValue] + arguments, in: store)
    if kind == .deploy { try await recordContracts(of: version, in: journal) }
    let request = RolloutRequest(
      target: target, kind: kind, version: version, policy: policy, clocks: environment.ownClocks)
    return try await locked(journal) {
      try await perform(journal, incoming: version) { report in
        await makeProcedure(request, platform, journal, report).run()
      }
    }
  }

  /// Keeps what the target declares under `contracts`, for the check before the next deploy.
  private func recordContracts(of version: VersionName, in journal: JournalWriter) async throws {
    guard let declaration = environment.configuration.contracts else { return }
    let side: ContractSide
    do {
      side = try declaration.workingTree()
    } catch {
      // What cannot be kept for the next deploy does not hold up this one.
      context.report(error)
      return
    }
    try await DeployedContracts.record(side, of: version, in: journal)
  }

  /// Goes on with a run that was interrupted.
  func resume(_ id: RunID) async throws -> ExitStatus {
    let platform = try environment.platform(to: "\(kind.rawValue)")
    let run = try store.find(id.rawValue)
    let recorded = try RecordedRun(run)
    guard let plan = recorded.plan else { throw RunResumption.nothingToResume(run.id) }
    guard plan.rollout.kind == kind else { throw RunResumption.otherKind(run.id, plan.rollout.kind) }
    if let verdict = recorded.verdict, verdict.isFinal, verdict.verdict != .interrupted {
      context.errors.line("run \(run.id) has its verdict; this is what its journal says")
      return try ResultPrinter(context: context, options: output).print(verdict)
    }
    let journal = try await JournalWriter(run, clock: context.wallClock)
    let request = RolloutRequest(
      target: plan.rollout.target, kind: kind, version: plan.rollout.incoming.version, policy: plan.policy,
      clocks: environment.ownClocks)
    let finished = Set(recorded.finishedSteps.map { StepID($0) })
    return try await locked(journal) {
      try await perform(journal, incoming: request.version) { report in
        await makeProcedure(request, platform, journal, report).resume(
          plan, samples: recorded.samples, finished: finished)
      }
    }
  }

  private func makeProcedure(
    _ request: RolloutRequest, _ platform: any Platform, _ journal: JournalWriter, _ report: @escaping RunReport
  ) -> RolloutProcedure {
    RolloutProcedure(
      request: request, platform: platform, sources: environment.sources, journal: journal, clock: context.clock,
      wallClock: context.wallClock, report: report)
  }

  private func perform(
    _ journal: JournalWriter, incoming: VersionName,
    _ engine: @escaping @Sendable (@escaping RunReport) async -> RunOutcome
  ) async throws -> ExitStatus {
    let title = RunTitle(
      kind: kind.rawValue, target: target, incoming: incoming, run: journal.run.id, began: context.wallClock.now)
    return try await JournaledRun(
      context: context, options: output, journal: journal, title: title,
      resumption:
        "sluice \(kind.rawValue) --target \(target.rawValue.harmless)\(project.text) --resume \(journal.run.id)",
      prober: try probe?.prober(environment, policy: policy, journal: journal, in: context), junit: junit,
      evidence: RunEvidence(
        platform: environment.platform, configuration: environment.file, collects: collects),
      notifier: environment.notifier(in: context)
    ).perform(engine)
  }

  /// Holds the target's lock while the body runs, and keeps it alive.
  private func locked(
    _ journal: JournalWriter, _ body: @escaping @Sendable () async throws -> ExitStatus
  ) async throws -> ExitStatus {
    let lock = try await acquireLock(journal)
    do {
      try await journal.append(.lock(lock.record), durably: true)
      let status = try await withThrowingTaskGroup(of: ExitStatus?.self) { group in
        group.addTask { try await leased(journal.run.id, body) }
        group.addTask {
          // Cancelled when the body has ended; a lock that is lost ends the run.
          do { try await lock.keep() } catch is CancellationError {}
          return nil
        }
        defer { group.cancelAll() }
        while let result = try await group.next() {
          if let status = result { return status }
        }
        preconditionFailure("a run ended without a status")
      }
      await release(lock)
      return status
    } catch {
      await release(lock)
      throw error
    }
  }

  /// The target's lock; a run that another one holds up says so in its journal, and that it has ended.
  private func acquireLock(_ journal: JournalWriter) async throws -> TargetLock {
    do {
      return try await TargetLocks(home: environment.home, clock: context.wallClock).acquire(
        target, for: journal.run.id)
    } catch let failure as JournalFailure {
      guard case .targetLocked(_, let owner) = failure else { throw failure }
      try await journal.append(.lock(LockRecord(target: target, event: .refused, other: owner)))
      try await journal.append(
        .runFinished(RunFinished(verdict: nil, exitStatus: failure.exitStatus, at: context.wallClock.now)),
        durably: true)
      throw failure
    }
  }

  /// Holds the lock that other machines see too, where the platform has one.
  private func leased(
    _ run: RunID, _ body: @escaping @Sendable () async throws -> ExitStatus
  ) async throws -> ExitStatus {
    guard let lease = try await (environment.platform as? Kubernetes)?.lease(for: run) else { return try await body() }
    let ended: Result<ExitStatus?, any Error> = await withTaskGroup(of: Result<ExitStatus?, any Error>.self) { group in
      group.addTask {
        do { return .success(try await body()) } catch { return .failure(error) }
      }
      group.addTask {
        do { try await lease.keep() } catch { return .failure(error) }
        return .success(nil)
      }
      let first = await group.next() ?? .success(nil)
      group.cancelAll()
      return first
    }
    do {
      // Given back even when this task is cancelled.
      try await Task { try await lease.release() }.value
    } catch {
      context.report(error)
    }
    guard let status = try ended.get() else { preconditionFailure("a lease was kept no longer than its run") }
    return status
  }

  /// A lock that cannot be given back expires by itself: that changes nothing of how the run ended.
  private func release(_ lock: TargetLock) async {
    do {
      try await lock.release()
    } catch {
      context.report(error)
    }
  }

  /// Prints what will be done; asks a person at a terminal, and refuses to guess where there is none.
  private func confirm(_ version: VersionName, on platform: any Platform) async throws {
    let cautions = platform.cautions(of: kind)
    let current = try await platform.current()
    let serving = try await platform.serving()
    let old = describe(current.filter { serving.contains($0) })
    let draining = describe(current.filter { !serving.contains($0) })
    let window = platform.window.binding.map { "\($0.limit?.text ?? "no limit") (\($0.name))" } ?? "not limited"
    let drain =
      "\(platform.drainedBy == .sluice ? "tells" : "the platform tells") the old ones to drain; a session has \(window) to end"
    context.errors.line(
      """
      \(kind.rawValue) of '\(target.rawValue.harmless)' to version '\(version.rawValue.harmless)'
        serving now: \(old.isEmpty ? "nothing" : old)\(draining.isEmpty ? "" : "\n  draining:    \(draining)")
        starts:      the new instances beside them
        then:        \(platform.window.effective == .zero ? "the old ones end at once, sessions and all" : drain)
      """)
    for caution in cautions { context.errors.line("  beware:      \(caution)") }
    guard !isConfirmed else { return }
    guard context.errors.isTerminal else { throw ConfirmationFailure.noTerminal(kind) }
    guard let answer = try await context.answer(to: "go on? [y/N] "), ["y", "yes"].contains(answer.lowercased()) else {
      throw ConfirmationFailure.declined(kind)
    }
  }
}

extension RolloutCommand {
  private func describe(_ generations: [Generation]) -> String {
    generations.map(\.name).joined(separator: ", ")
  }
}

/// Why a change of a fleet did not begin.
enum ConfirmationFailure: Failure {
  case noTerminal(Rollout.Kind)
  case declined(Rollout.Kind)

  var what: String {
    switch self {
    case .noTerminal(let kind): "a \(kind.rawValue) changes the fleet and was not confirmed"
    case .declined(let kind): "the \(kind.rawValue) was not confirmed; nothing was changed"
    }
  }
  var why: String? {
    switch self {
    case .noTerminal: "there is no terminal to ask at"
    case .declined: nil
    }
  }
  var remedy: String? {
    switch self {
    case .noTerminal: "add --yes"
    case .declined: nil
    }
  }
  var exitStatus: ExitStatus { .usage }
}

/// Why a run cannot be gone on with.
enum RunResumption: Failure {
  case nothingToResume(RunID)
  case otherKind(RunID, Rollout.Kind)
  case noRollout(TargetName)

  var what: String {
    switch self {
    case .nothingToResume(let run): "run '\(run)' cannot be resumed"
    case .otherKind(let run, let kind): "run '\(run)' is a \(kind.rawValue)"
    case .noRollout(let target): "there is no rollout of '\(target.rawValue.harmless)' to attach to"
    }
  }
  var why: String? {
    switch self {
    case .nothingToResume: "it ended before what it started was journaled"
    case .otherKind: nil
    case .noRollout: "no run in the journal watched one"
    }
  }
  var remedy: String? {
    switch self {
    case .nothingToResume: "run the command again; what was started, if anything was, drains then with the rest"
    case .otherKind(let run, let kind):
      "sluice \(kind == .deploy || kind == .rollback ? kind.rawValue : "verify-cutover") --resume \(run)"
    case .noRollout: "name it: sluice verify-cutover --to VERSION --since 10m"
    }
  }
  var exitStatus: ExitStatus {
    switch self {
    case .nothingToResume, .otherKind: .badInput
    case .noRollout: .missingInput
    }
  }
}
