import CommandLine
import Preflight
import Vocabulary

/// `sluice check signals`.
struct CheckSignalsCommand: RunnableCommand {
  static let name = "signals"
  static let summary = "See whether the stop signal reaches the agent, and whether it may drain."
  static let discussion = """
    Follows the deployed command from the platform to the agent without running any of it: the Dockerfile as BuildKit resolves \
    it, the shells and programs in between, the user's scripts. It judges the signal that the platform sends to process 1, for \
    sessions of any length: 'drains', 'swallowed' (the agent never hears of it), 'aborts' (sessions are cut), 'never-starts' or \
    'unknown'. Files that are not named are looked for in the context: a manifest goes before a compose file, and both before \
    a bare Dockerfile.
    """
  static let examples = [
    Example("sluice check signals", "Judge what the files here start."),
    Example("sluice check signals --dockerfile docker/Dockerfile --context .", "Judge an image's own command."),
    Example(
      "sluice check signals --manifest k8s/agent.yaml --service agent", "Judge a container as Kubernetes stops it."),
    Example("sluice check signals --procfile Procfile --runner heroku", "Judge a process type as Heroku stops it."),
  ]
  static let exits = [
    Exit(.passed, "no finding at or above --fail-on"), Exit(.failed, "there is one"),
    Exit(.inconclusive, "it cannot be judged"), Exit(.badInput, "a file cannot be read"),
    Exit(.missingInput, "there is no file to judge"),
  ]

  private let files: EntryFiles
  private let target: TargetOptions
  private let options: CheckOptions

  init(_ arguments: inout Arguments) {
    var files = EntryFiles()
    files.dockerfile = arguments.option("--dockerfile", value: .file(), help: "The Dockerfile of the image.")
    files.context = arguments.option(
      "--context", value: .directory(), otherwise: "the target's folder, else this one",
      help: "The folder that the image is built from.")
    files.compose = arguments.option(
      "--compose", value: .file(extensions: ["yaml", "yml"]), help: "The compose file that starts it.")
    files.manifest = arguments.option(
      "--manifest", value: .file(extensions: ["yaml", "yml", "json", "toml", "hcl", "nomad"]),
      help: "A Kubernetes manifest, Nomad job, fly.toml or ECS task definition.")
    files.unit = arguments.option("--unit", value: .file(extensions: ["service"]), help: "A systemd unit.")
    files.procfile = arguments.option("--procfile", value: .file(), help: "A Procfile.")
    files.runner = arguments.option("--runner", value: .choice, default: .heroku, help: "What runs the Procfile.")
    files.supervisord = arguments.option(
      "--supervisord", value: .file(extensions: ["conf", "ini"]), help: "A supervisord.conf.")
    files.stage = arguments.option(
      "--stage", value: .text("STAGE"), otherwise: "the last", help: "The Dockerfile's stage.")
    files.service = arguments.option(
      "--service", value: .text("NAME"), otherwise: "the one that looks like an agent",
      help: "The service, container, task or process.")
    for pair in arguments.repeatedOption(
      "--build-arg", value: .text("NAME=VALUE"), help: "The value of an ARG; may be repeated.")
    {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      files.buildArguments[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
    }
    self.files = files
    target = TargetOptions(&arguments)
    options = CheckOptions(&arguments)
  }

  var format: OutputFormat { options.isForMachines ? .json : .text }

  func run(in context: Context) async throws -> ExitStatus {
    let fleet = try CheckTarget(target, directory: files.context, in: context)
    var files = files.below(context.directory)
    if !files.namesAny { files = fleet.entrypoint ?? files }
    let check = SignalsCheck(files)
    let result = try await check.run(in: fleet.checked)
    return try options.finish(
      CheckReport(entries: [.init(id: check.id, title: check.title, result: result)]), target: fleet.checked.target,
      in: context)
  }
}
