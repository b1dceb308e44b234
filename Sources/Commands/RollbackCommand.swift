import Cutover
import CommandLine
import Configuration
import Machine
import Platforms
import Runbooks
import Vocabulary

/// `sluice rollback`.
struct RollbackCommand: RunnableCommand {
  static let name = "rollback"
  static let summary = "Put an earlier version of a target back, and verify the cutover by the same rules."
  static let discussion = """
    A rollback is a rollout with the generations exchanged: the sessions of the version that goes drain again. Without \
    --to it goes back to the version that served before the one that serves now.
    """
  static let examples = [
    Example("sluice rollback --target here", "Go back to the version before."),
    Example("sluice rollback --target here --to v1 --yes", "Go back to v1 without being asked."),
  ]

  private let target: TargetOptions
  private let project: ProjectOptions
  private let version: VersionName?
  private let resumed: RunID?
  private let isConfirmed: Bool
  private let policy: PolicyOptions
  private let pipeline: PipelineOptions
  private let collection: CollectionOptions
  private let output: OutputOptions

  init(_ arguments: inout Arguments) {
    version = arguments.option(
      "--to", value: ValueKind<String>.version, otherwise: "the one before", help: "The release to put back.")
    resumed = arguments.option("--resume", value: ValueKind<String>.run, help: "Go on with an interrupted run.")
    isConfirmed = arguments.flag("-y", "--yes", help: "Do not ask.")
    arguments.atMostOne(of: "--to", "--resume")
    target = TargetOptions(&arguments)
    arguments.beginGroup("LiveKit options, instead of what sluice.yaml and the environment name")
    project = ProjectOptions(&arguments)
    arguments.endGroup()
    collection = CollectionOptions(&arguments)
    policy = PolicyOptions(&arguments)
    pipeline = PipelineOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    let environment = try TargetEnvironment(target, project, in: context)
    let command = RolloutCommand(
      kind: .rollback, context: context, output: output, environment: environment,
      policy: policy.applied(to: environment.configuration.policy), isConfirmed: isConfirmed, project: project,
      junit: pipeline.junit, collects: collection.collects,
      arguments: version.map { ["--to", $0.rawValue] } ?? [])
    if let resumed { return try await command.resume(resumed) }
    if let version { return try await command.roll(to: version) }
    return try await command.roll(to: try await environment.earlierVersion())
  }
}

extension TargetEnvironment {
  /// The newest version that can be put back and does not serve.
  func earlierVersion() async throws -> VersionName {
    let platform = try platform(to: "roll back")
    let serving = Set(try await platform.serving().map(\.version))
    guard let earlier = try await platform.versions().first(where: { !serving.contains($0.version) }) else {
      throw RunbookFailure.noEarlierVersion(configuration.name)
    }
    return earlier.version
  }

  /// The short commit of the platform's directory.
  func commit() async throws -> VersionName {
    guard let directory = configuration.platform?.directory else { throw VersionNotNamed(directory: "the target") }
    let invocation = Invocation(["git", "rev-parse", "--short", "HEAD"], directory: directory)
    guard let run = try? await invocation.run(within: .seconds(10)), run.succeeded else {
      throw VersionNotNamed(directory: directory)
    }
    return VersionName(run.text.prefix { !$0.isNewline })
  }
}

/// No version was named and none could be found.
struct VersionNotNamed: Failure {
  let directory: String
  var what: String { "no version was named" }
  var why: String? { "'\(directory.harmless)' is no git checkout whose commit could name it" }
  var remedy: String? { "add --version NAME" }
  var exitStatus: ExitStatus { .usage }
}
