import Cutover
import Journal
import Machine
import Runbooks
import Terminal
import Vocabulary

/// Runs an engine with a journal, a display and the signals of a person who has changed his mind.
struct JournaledRun {
  let context: Context
  let options: OutputOptions
  let journal: JournalWriter
  let title: RunTitle
  /// The line that goes on with this run after an interruption; nil: it cannot be resumed.
  let resumption: String?
  /// What makes sessions of its own beside the engine; nil: nothing does.
  var prober: Prober?
  /// Where JUnit's XML is written; nil: nowhere.
  var junit: String?
  /// What is kept beside the journal.
  var evidence = RunEvidence(collects: false)
  /// Who tells others how the run begins and ends; nil: nobody is named.
  var notifier: RunNotifier?
  /// What is done before the second signal ends the program; it may not wait.
  var beforeLeaving: @Sendable () -> Void = {}

  /// Runs the engine to its end, journals how it ended, prints it, and returns the exit status.
  ///
  /// The first SIGINT or SIGTERM cancels the engine, which ends in order; the second ends the program at once.
  func perform(_ engine: @escaping @Sendable (@escaping RunReport) async -> RunOutcome) async throws -> ExitStatus {
    let display = makeDisplay()
    display.show(.titled(title))
    let report: RunReport = { display.show(ProgressEvent($0)) }
    let stop = Locked<Signal?>(nil)
    let (interruptions, interrupt) = AsyncStream.makeStream(of: Void.self)
    let signals = context.stopSignals()
    let leave = context.leave
    let beforeLeaving = beforeLeaving
    let (prober, evidence, journal, context) = (prober, evidence, journal, context)
    let whole: @Sendable (@escaping RunReport) async -> RunOutcome = { report in
      await evidence.follow(
        journal, in: context, note: { report(.note($0, at: context.wallClock.now)) }
      ) {
        guard let prober else { return await engine(report) }
        return await prober.accompany(report, engine)
      }
    }
    let outcome = await withTaskGroup(of: Void.self, returning: RunOutcome.self) { group in
      group.addTask { await display.run() }
      group.addTask { [notifier, title, journal, wallClock = context.wallClock] in
        await notifier?.tellStart(of: title, in: journal) {
          display.show(.noted(ProgressNote(at: wallClock.now, tone: .warn, text: $0, stay: .lasting)))
        }
      }
      group.addTask {
        for await signal in signals {
          let isFirst = stop.withLock { first in
            defer { first = first ?? signal }
            return first == nil
          }
          guard isFirst else {
            beforeLeaving()
            leave(signal)
          }
          display.show(
            .noted(ProgressNote(at: context.wallClock.now, tone: .warn, text: stoppingText(signal), stay: .lasting)))
          interrupt.yield()
        }
      }
      let outcome = await run(whole, report, until: interruptions)
      display.finish()
      interrupt.finish()
      group.cancelAll()
      return outcome
    }
    let status = try await finish(outcome, stoppedBy: stop.withLock { $0 })
    PipelineReport(context: context, options: options, junit: junit).write(journal.run)
    await notifier?.tellEnd(of: title, outcome.assessment, status, in: journal) { context.errors.line($0) }
    return status
  }

  private func stoppingText(_ signal: Signal) -> String {
    "\(signal): saving the run; once more leaves at once"
  }

  /// The engine's outcome; an interruption cancels it and it is waited for.
  private func run(
    _ engine: @escaping @Sendable (@escaping RunReport) async -> RunOutcome, _ report: @escaping RunReport,
    until interruptions: AsyncStream<Void>
  ) async -> RunOutcome {
    await withTaskGroup(of: RunOutcome?.self) { group in
      group.addTask { await engine(report) }
      group.addTask {
        for await _ in interruptions { break }
        return nil
      }
      while let result = await group.next() {
        group.cancelAll()
        if let outcome = result { return outcome }
      }
      preconditionFailure("an engine ended without an outcome")
    }
  }

  // MARK: The end

  private func finish(_ outcome: RunOutcome, stoppedBy signal: Signal?) async throws -> ExitStatus {
    let printer = ResultPrinter(context: context, options: options)
    let interruption: ExitStatus = signal == .terminate ? .terminated : .interrupted
    switch outcome {
    case .assessed(let assessment):
      let status = printer.status(of: assessment.verdict)
      try await close(assessment, status)
      try await show(assessment, by: printer)
      return status
    case .interrupted(let assessment):
      if let signal {
        try await journal.append(.signal(SignalRecord(signal: "\(signal)", response: "the run is saved and ends")))
      }
      try await close(assessment, interruption)
      guard let assessment else {
        return context.report(InterruptedEarly(exitStatus: interruption), format: options.format)
      }
      _ = try printer.print(assessment, interruptedBy: interruption)
      context.errors.line(
        resumption.map { "interrupted: the run is saved\ngo on with: \($0)" }
          ?? "interrupted: the run is saved in the journal; it cannot be resumed, run it again")
      if evidence.collects { context.errors.line("its evidence so far: sluice collect --run \(journal.run.id)") }
      return interruption
    case .failed(let error, let assessment):
      let status = (error as? any Failure)?.exitStatus ?? .unavailable
      do {
        try await close(assessment, status)
      } catch let unwritten {
        // A journal that cannot be written must not hide what the run failed of.
        context.report(unwritten)
      }
      guard let assessment else {
        let status = context.report(error, format: options.format)
        _ = await evidence.collect(journal.run, in: context)
        return status
      }
      context.report(error)
      try await show(assessment, by: printer)
      return status
    }
  }

  /// Prints a verdict, and puts the evidence together where it is not passed: people read the verdict first, machines both at once.
  private func show(_ assessment: Assessment, by printer: ResultPrinter) async throws {
    guard assessment.verdict != .passed else {
      _ = try printer.print(assessment)
      return
    }
    if options.format == .text {
      _ = try printer.print(assessment)
      hint(assessment)
    }
    let bundle = await evidence.collect(journal.run, in: context)
    if options.format != .text { _ = try printer.print(assessment, bundle: bundle) }
  }

  private func close(_ assessment: Assessment?, _ status: ExitStatus) async throws {
    if let assessment { try await journal.append(.verdict(VerdictRecord(assessment: assessment)), durably: true) }
    try await journal.append(
      .runFinished(RunFinished(verdict: assessment?.verdict, exitStatus: status, at: context.wallClock.now)),
      durably: true)
  }

  private func hint(_ assessment: Assessment) {
    guard !options.isQuiet, options.format == .text else { return }
    context.errors.line("the journal of this run: sluice runs show \(assessment.run)")
  }

  private func makeDisplay() -> any ProgressDisplay {
    let errors = context.errors
    let mode =
      options.isQuiet
      ? ProgressMode.none
      : ProgressMode.decide(options.progress, isTerminal: errors.isTerminal, environment: context.environment)
    let output = ProgressOutput(
      now: context.wallClock, size: { errors.size().map { ScreenSize(columns: $0.columns, rows: $0.rows) } },
      write: { errors.write(Array($0.utf8)) })
    return mode.display(
      on: output, style: context.style(options.color, of: errors), sections: options.sections(in: context),
      clock: context.clock)
  }
}

extension RunOutcome {
  /// What was last known of the fleet; nil: nothing was watched.
  fileprivate var assessment: Assessment? {
    switch self {
    case .assessed(let assessment): assessment
    case .interrupted(let assessment), .failed(_, let assessment): assessment
    }
  }
}

extension ProgressEvent {
  /// An engine's event as the display takes it.
  init(_ event: RunEvent) {
    switch event {
    case .planned(let steps): self = .planned(steps.map { StepProgress(name: $0.id.rawValue) })
    case .stepStarted(let step, let moment):
      self = .step(StepProgress(name: step.id.rawValue, state: .running, startedAt: moment))
    case .stepFinished(let step, let outcome, let detail, let began, let moment):
      self = .step(
        StepProgress(
          name: step.id.rawValue, state: StepProgress.State(outcome), startedAt: began, endedAt: moment,
          outcome: detail))
    case .assessed(let assessment): self = .assessed(assessment)
    case .note(let text, let moment): self = .noted(ProgressNote(at: moment, text: text, stay: .lasting))
    }
  }
}

extension StepProgress.State {
  init(_ outcome: StepOutcome) {
    switch outcome {
    case .done: self = .done
    case .failed: self = .failed
    case .timedOut: self = .timedOut
    case .skipped: self = .skipped
    case .interrupted: self = .interrupted
    }
  }
}

/// A run that was stopped before the new version was started: there is nothing to go on with.
struct InterruptedEarly: Failure {
  let exitStatus: ExitStatus
  var what: String { "interrupted before the new version was started" }
  var why: String? { "nothing of the fleet was changed, and nothing was watched" }
  var remedy: String? { "run the command again" }
}
