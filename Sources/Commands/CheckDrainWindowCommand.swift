import CommandLine
import Preflight
import Vocabulary

/// `sluice check drain-window`.
struct CheckDrainWindowCommand: RunnableCommand {
  static let name = "drain-window"
  static let summary = "Find every clock that can cut a live call, and what deploying now would cost."
  static let discussion = """
    Lists the clocks that are found in the project's files and the target: the SDK's drain timeout by its version or as the \
    source sets it, options on the command line, wrappers and the platform. The least of them binds, and a tail follows the \
    agent's own. A value that only running the program tells is unknown, never the default. With a target it looks at the \
    live sessions too and, by the lengths of those of past runs, says how many a deploy would cut; it changes nothing.
    """
  static let examples = [
    Example("sluice check drain-window", "Read the project here, and look at its only target."),
    Example("sluice check drain-window --context agents/concierge", "Read another folder."),
    Example("sluice check drain-window --target kitchen --format json", "Print one object."),
  ]
  static let exits = [
    Exit(.passed, "no finding at or above --fail-on"), Exit(.failed, "there is one"),
    Exit(.inconclusive, "a clock is unknown"),
  ]

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
    let check = fleet.drainWindow
    let result = try await check.run(in: fleet.checked)
    return try options.finish(
      CheckReport(entries: [.init(id: check.id, title: check.title, result: result)]), target: fleet.checked.target,
      in: context)
  }
}
