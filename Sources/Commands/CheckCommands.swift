import CommandLine
import Preflight
import Vocabulary

/// `sluice check`.
struct CheckGroup: CommandGroup {
  static let name = "check"
  static let summary = "Check before a rollout what would cut calls or keep it from being verified."
  static let discussion = """
    Without a further word every check that applies runs, and one report is printed: problems first, then what was not looked \
    at and why. Nothing is changed.
    """
  static let examples = [
    Example("sluice check", "Run everything that applies to this folder and its target."),
    Example("sluice check --sarif check.sarif --junit check.xml", "Write what code scanning and CI servers read."),
  ]
  static let exits = [
    Exit(.passed, "no finding at or above --fail-on"), Exit(.failed, "there is one"),
    Exit(.inconclusive, "there is none, and a check saw too little to answer"),
  ]
  static let sections = [
    CommandSection(
      "Commands",
      [
        CheckContractsCommand.self, CheckSignalsCommand.self, CheckDrainWindowCommand.self,
        CheckStartupCommand.self, CheckObservabilityCommand.self,
      ])
  ]
  static let fallback: (any Command.Type)? = CheckAllCommand.self
}

/// `sluice check` without a further word.
struct CheckAllCommand: RunnableCommand {
  static let name = "all"
  static let summary = "Run every check that applies."

  private let directory: String?
  private let target: TargetOptions
  private let options: CheckOptions

  init(_ arguments: inout Arguments) {
    directory = arguments.option(
      "--context", value: .directory(), otherwise: "the target's folder, else this one",
      help: "The folder of the agent's source.")
    target = TargetOptions(&arguments)
    options = CheckOptions(&arguments)
  }

  var format: OutputFormat { options.isForMachines ? .json : .text }

  func run(in context: Context) async throws -> ExitStatus {
    let fleet = try CheckTarget(target, directory: directory, in: context)
    let report = try await CheckSuite.run(fleet.checks, in: fleet.checked)
    return try options.finish(report, target: fleet.checked.target, in: context)
  }
}

extension CheckTarget {
  /// Every check, in the order of a report.
  var checks: [any Check] { [contracts, signals, drainWindow, StartupCheck(), ObservabilityCheck(polls: 1)] }
}
