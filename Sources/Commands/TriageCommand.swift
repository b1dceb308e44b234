import CommandLine
import Configuration
import Documents
import Journal
import Machine
import Platforms
import Preflight
import Terminal
import Triage
import Vocabulary

/// `sluice triage`.
struct TriageCommand: RunnableCommand {
  static let name = "triage"
  static let summary = "Find the root cause: in a live fleet, processes, logs or a past run."
  static let discussion = """
    The first line is the most likely root cause and what to do now; then the findings with what shows them, what is ruled \
    out, and what could not be looked at. Nothing is changed, unless --term-test is given.

    With --target, or without anything that says what to look at, it looks at the fleet of a target: its platform, its sources, \
    and, of local processes, their logs and signal masks, and at the last run. It answers the questions of on-call: is a \
    rollout in progress, where new sessions go, whether SIGTERM reaches the agent, which clock binds, who will be cut. What was \
    looked at is kept as a run, and --run finds the same in it offline, as it does in the journal of a deploy or a rollback.

    --pid reads a process with its relatives from /proc and says what becomes of SIGTERM before anybody sends one. --logs reads \
    logs of livekit-agents workers, whole or in part, several workers mixed, plain or gzip, and in what docker, kubectl, \
    compose, syslog, journald, Cloud Logging, CloudWatch or Datadog put around their lines.

    --term-test starts the agent in a rehearsal, puts sessions on it, sends SIGTERM as its platform would, and says of each \
    thing that should happen then whether it did: once until its sessions have ended, and once with a drain_timeout that passes \
    first. Nothing that it starts is left. With --target and --instance it tells one running instance to stop, after a \
    question, and never one of a target that says 'production: true'.
    """
  static let examples = [
    Example("sluice triage --target kitchen", "Look at a fleet at this moment."),
    Example("sluice triage --run 20261121-140511", "Find the same again in a run's journal."),
    Example("sluice triage --bundle incident.tar.gz", "Find the same again in a bundle."),
    Example("sluice triage --pid 4711", "Say whether SIGTERM would reach the agent."),
    Example("sluice triage --container agent", "The same for a container of docker or podman."),
    Example("sluice triage --logs worker.log", "Read one log."),
    Example("kubectl logs -l app=agent --prefix --timestamps | sluice triage --logs -", "Read standard input."),
    Example("sluice triage --logs incident/*.gz --format json", "Read several, and print one object."),
    Example("sluice triage --term-test --agent 'python agent.py start'", "Send it, and see whether the agent drains."),
    Example(
      "sluice triage --term-test --dockerfile Dockerfile", "The same for an image's entry command, as process 1."),
    Example(
      "sluice triage --term-test --container agent:v2", "The same in a real container of the image."),
    Example(
      "sluice triage --term-test --agent 'uvicorn app:app' --url /ws", "See what a server does to its WebSockets."),
  ]
  static let exits = [
    Exit(.passed, "everything was looked at that could be"), Exit(.failed, "there is a finding at or above --fail-on"),
    Exit(.badInput, "a journal is damaged, or its run watched nothing"),
    Exit(.missingInput, "a log, a process, a container or a run is not there"),
  ]

  private let logs: [String]
  private let pid: Int?
  private let container: String?
  private let run: RunID?
  private let bundle: String?
  private let since: Timestamp?
  private let target: TargetOptions
  private let termTest: TermTestOptions
  private let chosen: CheckFormat?
  private let color: ColorChoice
  private let failOn: FailOn

  init(_ arguments: inout Arguments) {
    logs = arguments.listOption(
      "--logs", value: .file(), help: "Logs: files, folders with everything below them, or - for standard input.")
    pid = arguments.option(
      "--pid", value: .integer(1...4_194_304, "PID"), help: "A process: the agent, or one above it.")
    container = arguments.option(
      "--container", value: .text("NAME"),
      help: "A container of docker or podman, by its name or id; with --term-test one to be copied, or an image.")
    run = arguments.option(
      "--run", value: ValueKind<String>.run, help: "A past run: of a triage, a deploy, a rollback or a watch.")
    bundle = arguments.option(
      "--bundle", value: .file("BUNDLE", extensions: ["gz", "tgz"]),
      help: "A bundle of 'sluice collect', the folder that one was unpacked to, or the folder of a run.")
    since = arguments.option(
      "--since", value: .time, otherwise: "everything",
      help: "Leave out findings that all lie before: a time, or an age like 2h.")
    target = TargetOptions(&arguments)
    termTest = TermTestOptions(&arguments)
    arguments.atMostOne(of: "--target", "--run", "--bundle", "--pid", "--container")
    for option in ["--run", "--bundle"] { arguments.atMostOne(of: option, "--logs") }
    for option in ["--logs", "--pid", "--run", "--bundle", "--since"] {
      arguments.atMostOne(of: option, "--term-test")
    }
    arguments.beginGroup("Output options")
    chosen = arguments.option(
      "--format", value: .choice, otherwise: "text, or github under GITHUB_ACTIONS", help: "How the result is printed.")
    color = arguments.option("--color", value: .choice, default: .auto, help: "When to use colour.")
    failOn = arguments.option(
      "--fail-on", value: .choice, default: .never, help: "The least severity that makes the exit status 1.")
    arguments.endGroup()
  }

  var format: OutputFormat { chosen == .json ? .json : .text }

  func run(in context: Context) async throws -> ExitStatus {
    guard termTest.isAsked else {
      var file = try await interruptible(in: context) { try await gather(in: context) }.get().get()
      file.since = since ?? file.since
      return try print(Diagnosis(of: file), in: context)
    }
    var tested = try await termTest.gather(target, container: container, in: context)
    if case .failure(var interruption) = tested {
      interruption.leaves =
        termTest.instance == nil
        ? "what was started has been ended" : "the instance is left as it is, and drains if it was told to"
      tested = .failure(interruption)
    }
    return try print(Diagnosis(of: tested.get()), in: context)
  }

  private func gather(in context: Context) async throws -> CaseFile {
    if let run {
      let folder = try RunStore(home: try Home.path(target, in: context)).find(run.rawValue)
      return try await BundleGathering.read(folder.path, in: context.directory)
    }
    if let bundle {
      let place = bundle.hasPrefix("/") ? bundle : "\(context.directory)/\(bundle)"
      guard Files.kind(of: place) == .file else { return try await BundleGathering.read(bundle, in: context.directory) }
      return try await CaseFile(of: try await context.unpacked(bundle: place))
    }
    let isTarget = target.target != nil || logs.isEmpty && pid == nil && container == nil
    var file = isTarget ? try await lookAtTarget(in: context) : CaseFile()
    let now = context.wallClock.now
    if let pid {
      file.trees.append(try ProcessGathering.tree(of: Int32(pid), name: "process \(pid)", now: now))
      file.gatheredAt = now
    }
    if let container {
      let gathering = try ContainerGathering(environment: context.environment)
      try await withTemporaryFolder(in: context) { folder in
        try await gathering.look(at: container, into: &file, folder: folder, now: now)
      }
      file.gatheredAt = now
    }
    if !logs.isEmpty {
      // What the platform itself has written is part of what was given, or less complete.
      file.logs = []
      if logs.contains("-"), context.isInputTerminal {
        context.errors.line("reading the log that is typed here; Ctrl-D ends it")
      }
      file.add(try await LogGathering.read(logs, in: context.directory))
    }
    if isTarget {
      try Task.checkCancellation()
      try await keep(file, in: context)
    }
    return file
  }

  /// Gives the body a folder that is gone when it returns.
  private func withTemporaryFolder(in context: Context, _ body: (String) async throws -> Void) async throws {
    let place = context.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let folder = "\(place)/sluice-\(Host.process.pid)-\(UInt64.random(in: 0 ... .max))"
    try Files.makeDirectory(folder)
    // What cannot be removed is a copy of a log, in the folder for such things.
    defer { try? Files.removeTree(folder) }
    try await body(folder)
  }

  private func lookAtTarget(in context: Context) async throws -> CaseFile {
    let fleet = try CheckTarget(target, directory: nil, in: context)
    guard let environment = fleet.environment else { throw NothingToTriage(folder: context.directory) }
    return try await TargetGathering(fleet, environment, in: context).gather()
  }

  /// Keeps what was looked at, before anything of it is shown.
  private func keep(_ file: CaseFile, in context: Context) async throws {
    guard let name = file.fleet?.target else { return }
    let store = RunStore(home: try Home.path(target, in: context))
    let journal = try await context.newRun(name, command: [Self.name, "--target", name.rawValue], in: store)
    try await KeptCase.write(file, beside: journal)
    try await journal.append(
      .runFinished(RunFinished(verdict: nil, exitStatus: .passed, at: context.wallClock.now)), durably: true)
    context.errors.line("kept as run \(journal.run.id): sluice triage --run \(journal.run.id) finds the same offline")
  }

  private func print(_ diagnosis: Diagnosis, in context: Context) throws -> ExitStatus {
    let format =
      chosen ?? (context.environment["GITHUB_ACTIONS"] == "true" && !context.output.isTerminal ? .github : .text)
    if format == .json {
      try context.output.json(diagnosis)
    } else {
      let text = DiagnosisText(
        diagnosis: diagnosis, width: max(40, context.output.size()?.columns ?? 100),
        style: context.style(color, of: context.output))
      context.output.line(text.text)
    }
    if format == .github {
      for command in GitHubAnnotations.commands(diagnosis.findings) { context.output.command(command) }
    }
    return diagnosis.findings.contains { failOn.includes($0) } ? .failed : .passed
  }
}

extension TargetGathering {
  /// A look at a fleet with everything that is known of it.
  init(_ fleet: CheckTarget, _ environment: TargetEnvironment, in context: Context) {
    self.init(
      target: environment.configuration.name, home: environment.home, directory: fleet.checked.directory,
      window: fleet.drainWindow, clock: context.clock, wallClock: context.wallClock)
    platform = environment.platform
    sources = environment.sources
    entry = fleet.entrypoint
  }
}

/// A call that says nothing of what to look at, where no sluice.yaml does.
struct NothingToTriage: Failure {
  let folder: String

  var what: String { "nothing says what to look at" }
  var why: String? { "there is no sluice.yaml in '\(folder.harmless)' or above it" }
  var remedy: String? { "name logs (--logs), a process (--pid), a container (--container) or a run (--run)" }
  var exitStatus: ExitStatus { .usage }
}
