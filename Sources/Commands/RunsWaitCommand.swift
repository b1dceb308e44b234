import CommandLine
import Cutover
import Journal
import Machine
import Vocabulary

/// `sluice runs wait`.
struct RunsWaitCommand: RunnableCommand {
  static let name = "wait"
  static let summary = "Wait until a run that another process does has ended, and end with its status."
  static let discussion = """
    A pipeline whose step must not last as long as a drain starts the rollout in the background of a machine that stays \
    ('setsid -f sluice deploy … --yes') and waits for it in a later step, as often as it needs to: waiting changes nothing. \
    A run that was cut off is said to be so and ends with 3, and one that goes on after --timeout with 4.
    """
  static let examples = [
    Example("sluice runs wait 20261121-140511-123-k3v9q2 --timeout 50m", "Wait for a run for fifty minutes."),
    Example(
      "sluice runs wait --target here --format json", "Wait for the newest run of a fleet, and print its verdict."),
  ]

  private let run: RunID?
  private let timeout: Duration
  private let target: TargetOptions
  private let output: OutputOptions

  init(_ arguments: inout Arguments) {
    run = arguments.optionalPositional(
      value: ValueKind<String>.run, help: "The run's id, or how it begins; the target's newest by default.")
    timeout = arguments.option(
      "--timeout", value: .duration(atLeast: .zero), default: .seconds(3_600), help: "Wait no longer than this.")
    target = TargetOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    let folder = try folder(in: context)
    let deadline = context.wallClock.now + timeout
    var summary = RunSummary(of: folder)
    while case .running = summary.state {
      guard context.wallClock.now < deadline else { throw WaitFailure.goesOn(folder.id, timeout) }
      try await context.clock.sleep(for: .milliseconds(500))
      summary = RunSummary(of: folder)
    }
    switch summary.state {
    case .finished(let finished):
      if let verdict = try RecordedRun(folder).verdict {
        _ = try ResultPrinter(context: context, options: output).print(verdict)
      }
      PipelineReport(context: context, options: output, junit: nil).write(folder)
      return ExitStatus(rawValue: finished.exitStatus) ?? .unavailable
    case .damaged(let reason): throw WaitFailure.damaged(folder.id, reason)
    case .running, .unfinished: throw WaitFailure.cutOff(folder.id)
    }
  }

  private func folder(in context: Context) throws -> RunFolder {
    let store = RunStore(home: try Home.path(target, in: context))
    if let run { return try store.find(run.rawValue) }
    let all = try store.list()
    guard let newest = all.first(where: { target.target == nil || $0.started?.target == target.target }) else {
      throw JournalFailure.runMissing("", home: store.home)
    }
    return newest.folder
  }
}

/// Why waiting gave no verdict.
enum WaitFailure: Failure {
  case goesOn(RunID, Duration)
  case cutOff(RunID)
  case damaged(RunID, String)

  var what: String {
    switch self {
    case .goesOn(let run, let limit): "run '\(run)' goes on after \(limit.text)"
    case .cutOff(let run): "run '\(run)' was cut off"
    case .damaged(let run, _): "the journal of run '\(run)' cannot be read"
    }
  }
  var why: String? {
    switch self {
    case .goesOn: nil
    case .cutOff: "its process is gone, and its journal holds no end"
    case .damaged(_, let reason): reason.harmless
    }
  }
  var remedy: String? {
    switch self {
    case .goesOn(let run, _): "wait again: sluice runs wait \(run)"
    case .cutOff(let run): "go on with it: the command of 'sluice runs show \(run)' with --resume \(run)"
    case .damaged(let run, _): "sluice runs verify \(run)"
    }
  }
  var exitStatus: ExitStatus {
    switch self {
    case .goesOn: .timedOut
    case .cutOff: .inconclusive
    case .damaged: .badInput
    }
  }
}
