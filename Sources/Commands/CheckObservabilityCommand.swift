import CommandLine
import Configuration
import Preflight
import Vocabulary

/// `sluice check observability`.
struct CheckObservabilityCommand: RunnableCommand {
  static let name = "observability"
  static let summary = "See whether live sessions say which version serves them."
  static let discussion = """
    Asks the target's sources a few times, changing nothing, and counts the live sessions by what tells their version: an \
    attribute, a deployment, an agent name, a worker's log or the instance. Where nothing does (OBS-001) no rollout can be \
    proved. A table says which source tells the three things that a cutover is decided by, and what is missing. Without any \
    live session the answer is inconclusive: no traffic shows nothing. With --print it asks nobody: it prints probe settings \
    for Kubernetes, or alert rules for Prometheus over what livekit-agents exports.
    """
  static let examples = [
    Example("sluice check observability --target kitchen", "Look three times at the live fleet."),
    Example("sluice check observability --fail-on warning", "Fail when a single session cannot be attributed."),
    Example("sluice check observability --print alerts", "Print alert rules to load into Prometheus."),
  ]
  static let exits = [
    Exit(.passed, "no finding at or above --fail-on"), Exit(.failed, "there is one"),
    Exit(.inconclusive, "no live session was seen"), Exit(.unavailable, "no source could be asked"),
  ]

  private let polls: Int
  private let interval: Duration
  private let printed: Printed?
  private let target: TargetOptions
  private let options: CheckOptions

  init(_ arguments: inout Arguments) {
    polls = arguments.option("--polls", value: .integer(1...1_000), default: 3, help: "How often to look.")
    interval = arguments.option(
      "--interval", value: .duration(atLeast: .milliseconds(100)), default: .seconds(5), help: "Time between two looks."
    )
    printed = arguments.option("--print", value: .choice, help: "Print settings to paste, and look at nothing.")
    target = TargetOptions(&arguments)
    options = CheckOptions(&arguments)
  }

  /// What can be printed.
  private enum Printed: String, CaseIterable, Sendable { case probes, alerts }

  var format: OutputFormat { options.isForMachines ? .json : .text }

  func run(in context: Context) async throws -> ExitStatus {
    switch printed {
    case .probes?: context.output.write(Array(Probes.yaml().utf8))
    case .alerts?: context.output.write(Array(AlertRules.yaml().utf8))
    case nil: return try await look(in: context)
    }
    return .passed
  }

  private func look(in context: Context) async throws -> ExitStatus {
    let fleet = try CheckTarget(target, directory: nil, in: context)
    guard fleet.checked.target != nil else {
      throw ConfigurationFailure.fileMissing(searchedFrom: context.directory)
    }
    let check = ObservabilityCheck(polls: polls, interval: interval)
    let result = try await check.run(in: fleet.checked)
    return try options.finish(
      CheckReport(entries: [.init(id: check.id, title: check.title, result: result)]), target: fleet.checked.target,
      in: context)
  }
}
