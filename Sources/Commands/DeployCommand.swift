import Cutover
import Configuration
import CommandLine
import Vocabulary

/// `sluice deploy`.
struct DeployCommand: RunnableCommand {
  static let name = "deploy"
  static let summary = "Take a target from its version to the next, and verify the cutover."
  static let discussion = """
    Starts the new version beside the old, waits until it serves, tells the old one to drain, and watches until the \
    verdict is final. A version that never serves is withdrawn; the old one then goes on serving.
    """
  static let examples = [
    Example("sluice deploy --target here --version v2", "Roll out v2; asks before anything changes."),
    Example("sluice deploy --version $(git rev-parse --short HEAD) --yes --format json", "The same in a pipeline."),
    Example("sluice deploy --resume 20261121-140511-123-k3v9q2", "Go on with a run that was interrupted."),
  ]

  private let target: TargetOptions
  private let project: ProjectOptions
  private let version: VersionName?
  private let resumed: RunID?
  private let isConfirmed: Bool
  private let probe: ProbeOptions
  private let policy: PolicyOptions
  private let pipeline: PipelineOptions
  private let collection: CollectionOptions
  private let output: OutputOptions

  init(_ arguments: inout Arguments) {
    version = arguments.option(
      "--version", value: ValueKind<String>.version, otherwise: "the git commit of the target's directory",
      help: "The release to roll out.")
    resumed = arguments.option("--resume", value: ValueKind<String>.run, help: "Go on with an interrupted run.")
    isConfirmed = arguments.flag("-y", "--yes", help: "Do not ask.")
    arguments.atMostOne(of: "--version", "--resume")
    target = TargetOptions(&arguments)
    arguments.beginGroup("LiveKit options, instead of what sluice.yaml and the environment name")
    project = ProjectOptions(&arguments)
    arguments.endGroup()
    probe = ProbeOptions(&arguments)
    collection = CollectionOptions(&arguments)
    policy = PolicyOptions(&arguments)
    pipeline = PipelineOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    let environment = try TargetEnvironment(target, project, in: context)
    let command = RolloutCommand(
      kind: .deploy, context: context, output: output, environment: environment,
      policy: policy.applied(to: environment.configuration.policy), isConfirmed: isConfirmed, project: project,
      probe: probe, junit: pipeline.junit,
      collects: collection.collects,
      arguments: version.map { ["--version", $0.rawValue] } ?? [])
    if let resumed { return try await command.resume(resumed) }
    if let version { return try await command.roll(to: version) }
    return try await command.roll(to: try await environment.commit())
  }
}
