package import Cutover
package import Journal
package import Machine
package import Platforms
package import SessionSources
package import Vocabulary

/// What a deploy or a rollback is to do.
package struct RolloutRequest: Sendable {
  /// The fleet.
  package let target: TargetName
  /// Deploy or rollback.
  package let kind: Rollout.Kind
  /// The version that should serve afterwards.
  package let version: VersionName
  /// The numbers that decide.
  package let policy: Policy
  /// Clocks of the drain that the platform does not know.
  package let clocks: [DrainClock]

  /// A request.
  package init(
    target: TargetName, kind: Rollout.Kind, version: VersionName, policy: Policy, clocks: [DrainClock] = []
  ) {
    self.target = target
    self.kind = kind
    self.version = version
    self.policy = policy
    self.clocks = clocks
  }
}

/// Carries out the steps of a deploy or a rollback, journals each, and ends with a verdict or a failure.
package actor RolloutProcedure {
  private let request: RolloutRequest
  private let platform: any Platform
  private let sources: [any SessionSource]
  private let journal: JournalWriter
  private let clock: any Clock<Duration>
  private let wallClock: WallClock
  private let report: RunReport

  private var outgoing: [Generation] = []
  private var watch: Watch?
  /// How the watch ended when the incoming version was withdrawn; nil: it was not.
  private var withdrawal: CutoverVerifier.Interruption?

  /// A procedure over a platform; `sources` are polled beside the platform, which is the first source itself.
  package init(
    request: RolloutRequest, platform: any Platform, sources: [any SessionSource], journal: JournalWriter,
    clock: any Clock<Duration>, wallClock: WallClock, report: @escaping RunReport
  ) {
    self.request = request
    self.platform = platform
    self.sources = [platform] + sources
    self.journal = journal
    self.clock = clock
    self.wallClock = wallClock
    self.report = report
  }

  /// Goes on where an interrupted run stopped: with the plan and the samples of its journal, after the steps it finished.
  package func resume(_ plan: WatchPlan, samples: [Sample], finished: Set<StepID>) async -> RunOutcome {
    outgoing = plan.rollout.outgoing
    watch = makeWatch(plan, resuming: samples)
    return await perform(skipping: finished.union([RolloutSteps.record, RolloutSteps.start]))
  }

  /// Carries out every step.
  package func run() async -> RunOutcome { await perform(skipping: []) }

  /// Steps in order until one does not end well, what the platform says meanwhile being journaled and shown.
  private func perform(skipping finished: Set<StepID>) async -> RunOutcome {
    await hearing(platform, journal: journal, wallClock: wallClock, report: report) {
      await steps(skipping: finished)
    }
  }

  /// What was seen until a step that does not end well is the outcome.
  private func steps(skipping finished: Set<StepID>) async -> RunOutcome {
    let steps = RolloutSteps.all(
      request.kind, policy: request.policy, watchLimit: watchLimit, startLimit: platform.startLimit,
      drainedBy: platform.drainedBy)
    report(.planned(steps))
    for step in steps {
      let began = wallClock.now
      guard !finished.contains(step.id) else {
        report(.stepFinished(step, .skipped, detail: "done before the pause", began: began, at: began))
        continue
      }
      do {
        try await begin(step)
        let detail = try await carryOut(step)
        try await end(step, .done, detail, began: began)
      } catch {
        return await stop(step, error, began: began)
      }
    }
    guard let assessment = await watch?.assessment else {
      return .failed(RunbookFailure.nothingWatched, nil)
    }
    return .assessed(assessment)
  }

  private func begin(_ step: Step) async throws {
    let now = wallClock.now
    try await journal.append(
      .stepStarted(StepStarted(name: step.id.rawValue, timeout: step.timeout)), durably: step.mutates)
    report(.stepStarted(step, at: now))
  }

  private func end(_ step: Step, _ outcome: StepOutcome, _ detail: String?, began: Timestamp) async throws {
    try await journal.append(
      .stepFinished(StepFinished(name: step.id.rawValue, outcome: StepFinished.Outcome(outcome), detail: detail ?? "")),
      durably: true)
    report(.stepFinished(step, outcome, detail: detail, began: began, at: wallClock.now))
  }

  /// Ends the run at a step that did not end well; the first error is never hidden by a later one.
  private func stop(_ step: Step, _ error: any Error, began: Timestamp) async -> RunOutcome {
    let isInterrupted = error is CancellationError || Task.isCancelled
    let timedOut = (error as? RunbookFailure)?.isTimeout ?? false
    let outcome: StepOutcome = isInterrupted ? .interrupted : timedOut ? .timedOut : .failed
    let detail = (error as? any Failure)?.what ?? (isInterrupted ? "stopped from outside" : "\(error)".harmless)
    do {
      try await end(step, outcome, detail, began: began)
    } catch {
      // The journal could not be written; the step's own error matters more and is reported below.
      report(.note("the end of step '\(step.id)' could not be journaled: \("\(error)".harmless)", at: wallClock.now))
    }
    if isInterrupted { return .interrupted(await watch?.ended(as: .interrupted)) }
    if let withdrawal { return .failed(error, await watch?.ended(as: withdrawal)) }
    return .failed(error, await watch?.assessment)
  }

  // MARK: The steps

  private func carryOut(_ step: Step) async throws -> String? {
    try Task.checkCancellation()
    switch step.id {
    case RolloutSteps.record: return try await record(step)
    case RolloutSteps.start: return try await start(step)
    case RolloutSteps.awaitServing: return try await awaitServing(step)
    case RolloutSteps.drain: return try await drain(step)
    default: return try await verify(step)
    }
  }

  private func record(_ step: Step) async throws -> String? {
    outgoing = try await within(step) { [platform] in try await platform.current() }
    guard request.kind == .rollback else { return describe(outgoing) }
    let known = try await within(step) { [platform] in try await platform.versions() }
    let serving = try await within(step) { [platform] in try await platform.serving() }
    if serving.contains(where: { $0.version == request.version }) {
      throw RunbookFailure.alreadyServing(request.version)
    }
    guard known.contains(where: { $0.version == request.version || $0.id?.rawValue == request.version.rawValue }) else {
      throw RunbookFailure.unknownVersion(request.version, known: known.map(\.version))
    }
    return describe(outgoing)
  }

  private func start(_ step: Step) async throws -> String? {
    let began = wallClock.now
    let incoming = try await act("start", "version \(request.version.rawValue.harmless)", in: step) {
      [platform, request] in try await platform.start(request.version, isReturning: request.kind == .rollback)
    }
    // A version that still drains can come back under the id that it has.
    outgoing.removeAll { $0.id != nil && $0.id == incoming.id }
    let rollout = Rollout(
      target: request.target, run: journal.run.id, kind: request.kind, began: began, incoming: incoming,
      outgoing: outgoing, window: window, drainedBy: platform.drainedBy)
    let plan = WatchPlan(rollout: rollout, policy: request.policy, sources: sources.map(\.traits))
    try await journal.append(.plan(plan), durably: true)
    watch = makeWatch(plan, resuming: [])
    return describe([incoming])
  }

  /// Watches until the incoming generation serves. Nothing was told to drain yet, so a version that never serves costs no
  /// call: it is withdrawn, and the outgoing ones go on.
  private func awaitServing(_ step: Step) async throws -> String? {
    let watch = try startedWatch()
    let incoming = watch.plan.rollout.incoming
    let failure = Locked<(any Failure)?>(nil)
    let isServing = Locked(false)
    let assessment = try await watch.run(limit: step.timeout) { [platform] assessment in
      // A worker whose credentials or port are refused ends some seconds after its start.
      if let found = try await platform.failureToServe(incoming) {
        failure.withLock { $0 = found }
        return true
      }
      let all = await watch.listing(of: platform.traits.id)?.allServe(of: incoming) ?? false
      isServing.withLock { $0 = all && assessment.window.servingAt != nil }
      // Where nothing served before, the verdict can pass while some of the new instances still start.
      return isServing.withLock { $0 } || Self.isOver(assessment, platform.drainedBy)
    }
    let stands = assessment.isFinal && (platform.drainedBy == .sluice || assessment.verdict != .inconclusive)
    let isOver = Self.isOver(assessment, platform.drainedBy)
    // What the platform drains by itself is under way: the verdict is the outcome.
    if isOver, platform.drainedBy == .platform { return assessment.verdict.rawValue }
    if let failure = failure.withLock({ $0 }) {
      await withdraw(incoming, as: stands ? nil : .unservable, in: step)
      throw failure
    }
    let serves = isServing.withLock { $0 }
    if isOver, serves || assessment.verdict == .failed {
      await withdraw(incoming, as: nil, in: step)
      throw RunbookFailure.endedBeforeDrain(assessment.verdict, keeps: outgoing.map(\.version))
    }
    guard serves else {
      await withdraw(incoming, as: stands ? nil : .neverServed, in: step)
      throw RunbookFailure.neverServed(
        incoming.version, after: step.timeout, keeps: outgoing.map(\.version), drainedBy: platform.drainedBy,
        instances: await watch.listing(of: platform.traits.id)?.notServing(of: incoming) ?? [])
    }
    return nil
  }

  /// Whether a verdict ends the wait for the incoming generation. What cannot be told about sessions does not where the
  /// platform drains: whether every instance serves can still be.
  private static func isOver(_ assessment: Assessment, _ drainedBy: Rollout.Drainer) -> Bool {
    guard assessment.isFinal else { return false }
    switch assessment.verdict {
    case .passed: return false
    case .inconclusive: return drainedBy == .sluice
    case .failed, .timedOut, .pending, .interrupted, .superseded: return true
    }
  }

  /// Tells the incoming generation to drain, where that is up to sluice; that it could not be told does not hide why it had to be. The ending is nil
  /// where the samples have given a final verdict by themselves.
  private func withdraw(_ incoming: Generation, as ending: CutoverVerifier.Interruption?, in step: Step) async {
    guard platform.drainedBy == .sluice else {
      withdrawal = ending
      return
    }
    do {
      try await act("withdraw", describe([incoming]), in: step) { [platform] in try await platform.drain([incoming]) }
      withdrawal = ending
    } catch {
      report(.note("\(describe([incoming])) could not be told to stop: \("\(error)".harmless)", at: wallClock.now))
    }
  }

  private func drain(_ step: Step) async throws -> String? {
    guard !outgoing.isEmpty else { return "nothing was serving before" }
    guard platform.drainedBy == .sluice else {
      return "the platform tells \(describe(outgoing)) to drain, now that \(request.version.rawValue.harmless) serves"
    }
    try await act("drain", describe(outgoing), in: step) { [platform, outgoing] in try await platform.drain(outgoing) }
    return describe(outgoing)
  }

  private func verify(_ step: Step) async throws -> String? {
    // The verifier's own timeout ends the watch; the limit is for a verifier that would never say so.
    let limit = step.timeout + .seconds(60)
    let assessment = try await startedWatch().run(limit: limit) { $0.isFinal }
    guard assessment.isFinal else { throw RunbookFailure.stepTimedOut(step.id, after: limit) }
    return assessment.verdict.rawValue
  }

  // MARK: Parts

  /// Changes the fleet: journaled before it is done, and again when it is known what came of it.
  ///
  /// An interruption waits until it has ended, at most the step's timeout: what was begun and not recorded would be
  /// begun a second time by the run that goes on.
  @discardableResult
  private func act<Value: Sendable>(
    _ name: String, _ detail: String, in step: Step, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try Task.checkCancellation()
    try await journal.append(.action(ActionRecord(name: name, phase: .intended, detail: detail)), durably: true)
    let value: Value
    do {
      // A task of its own is not cancelled with this one.
      value = try await Task { try await self.within(step, body) }.value
    } catch {
      let reason = "\(detail): \((error as? any Failure)?.what ?? "\(error)".harmless)"
      do {
        try await journal.append(.action(ActionRecord(name: name, phase: .failed, detail: reason)), durably: true)
      } catch {
        report(.note("the end of '\(name)' could not be journaled: \("\(error)".harmless)", at: wallClock.now))
      }
      throw error
    }
    try await journal.append(.action(ActionRecord(name: name, phase: .done, detail: detail)), durably: true)
    return value
  }

  private func startedWatch() throws -> Watch {
    guard let watch else { throw RunbookFailure.nothingWatched }
    return watch
  }

  private func makeWatch(_ plan: WatchPlan, resuming samples: [Sample]) -> Watch {
    Watch(
      plan: plan, sources: sources, journal: journal, resuming: samples, clock: clock, wallClock: wallClock,
      report: report, tend: { [platform] in try await platform.tend() })
  }

  /// Every clock of the drain that is known at this moment.
  private var window: DrainWindow {
    DrainWindow(clocks: platform.window.clocks + request.clocks, tail: platform.window.tail)
  }

  /// What the verifier takes as its timeout, as far as it is known before the start.
  private var watchLimit: Duration {
    request.policy.timeout
      ?? request.policy.warmUp + (window.effective ?? Policy.unlimitedDrain) + window.tail
  }

  private func within<Value: Sendable>(
    _ step: Step, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    do {
      return try await withDeadline(step.timeout, clock: clock, body)
    } catch is DeadlineExceeded {
      throw RunbookFailure.stepTimedOut(step.id, after: step.timeout)
    }
  }

  private func describe(_ generations: [Generation]) -> String {
    generations.isEmpty
      ? "nothing serves"
      : generations.map(\.name).joined(separator: ", ")
  }
}

/// How a run ended.
package enum RunOutcome: Sendable {
  /// With a final assessment.
  case assessed(Assessment)
  /// With an error; the last assessment where there was one.
  case failed(any Error, Assessment?)
  /// Stopped from outside; the last assessment where there was one.
  case interrupted(Assessment?)
}

extension Observation {
  /// Whether every instance listed of a generation can take sessions, and there is one: the old ones drain only then.
  fileprivate func allServe(of generation: Generation) -> Bool {
    let own = instances.filter { $0.generation == generation.id && $0.version == generation.version }
    return !own.isEmpty && own.allSatisfy { $0.phase == .serving }
  }

  /// The instances of a generation that cannot take sessions, each with its phase and what the platform says of it.
  fileprivate func notServing(of generation: Generation) -> [String] {
    instances.filter { $0.generation == generation.id && $0.version == generation.version && $0.phase != .serving }
      .sorted { $0.id < $1.id }
      .map { "\($0.id.rawValue.harmless) is \($0.phase.word.harmless)\($0.note.map { " (\($0))" } ?? "")" }
  }
}

extension StepFinished.Outcome {
  init(_ outcome: StepOutcome) {
    switch outcome {
    case .done: self = .passed
    case .failed: self = .failed
    case .timedOut: self = .timedOut
    case .skipped: self = .skipped
    case .interrupted: self = .interrupted
    }
  }
}
