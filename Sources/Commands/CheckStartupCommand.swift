import CommandLine
import Documents
import Machine
import Preflight
import Rehearsal
import Vocabulary

/// `sluice check startup`.
struct CheckStartupCommand: RunnableCommand {
  static let name = "startup"
  static let summary = "See whether the agent's processes start reliably and in time."
  static let discussion = """
    Reads the agent's Python, following its own imports, and names what is done at a wrong moment: engines, models, network \
    calls and heavy imports at module level, models loaded in the entrypoint, slow work before the room is connected, \
    settings that raise at import, and what nothing closes. Nothing of it is run. With --agent the real worker is started \
    several times against a dispatch server in this program, which offers it nothing; how long its processes take is held \
    against the goal, and no more is claimed than that many starts show. --explain answers the questions behind it.
    """
  static let examples = [
    Example("sluice check startup", "Read the agent that is found here."),
    Example("sluice check startup --agent '.venv/bin/python agent.py start'", "Start it five times and measure."),
    Example(
      "sluice check startup --agent 'python agent.py start' --cpus 1 --memory 2048 --starts 30",
      "The same as in a container of one CPU and 2 GiB."),
    Example("sluice check startup --explain", "List the questions that --explain answers."),
    Example("sluice check startup --explain vad", "Answer one, with settings and a program that runs."),
  ]
  static let exits = [
    Exit(.passed, "no finding at or above --fail-on"), Exit(.failed, "there is one"),
    Exit(.missingInput, "a file that is named is not there"),
  ]

  private let agent: [String]?
  private let source: String?
  private let directory: String?
  private let starts: Int
  private let startLimit: Duration
  private let cpus: Double?
  private let memory: Int?
  private let targetRate: Double
  private let limit: Duration
  private let databaseLimit: Int?
  private let isExplaining: Bool
  private let subject: String?
  private let target: TargetOptions
  private let options: CheckOptions

  init(_ arguments: inout Arguments) {
    isExplaining = arguments.flag("--explain", help: "Answer the question ID, or list all.")
    subject = arguments.optionalPositional(
      value: ValueKind<String>.text("ID"), help: "With --explain: a question or a finding's code.")
    agent = arguments.option(
      "--agent", value: .words, otherwise: "only the source is read",
      help: "The command that starts a worker; split into words as a shell does, run by none.")
    source = arguments.option(
      "--source", value: .file(extensions: ["py"]), otherwise: "the one of --agent, else those that start a worker",
      help: "The file that is started.")
    directory = arguments.option(
      "--context", value: .directory(), otherwise: "the target's folder, else this one",
      help: "The folder of the agent's source.")
    starts = arguments.option("--starts", value: .integer(1...10_000), default: 5, help: "How often it is started.")
    startLimit = arguments.option(
      "--start-limit", value: .duration(atLeast: .seconds(1)), default: .seconds(90),
      help: "End a start after this long, whatever is known by then.")
    cpus = arguments.option("--cpus", value: .number(0.1...1_024), otherwise: "all", help: "CPUs that it may use.")
    memory = arguments.option(
      "--memory", value: .integer(16...16_777_216, "MIB"), otherwise: "all", help: "MiB of memory that it may use.")
    targetRate = arguments.option(
      "--target-rate", value: .number(0...100, "PERCENT"), default: 99.9,
      help: "The part of the starts that must succeed, in percent.")
    limit = arguments.option(
      "--limit", value: .duration(atLeast: .milliseconds(1)), default: .seconds(1),
      help: "Within which a process shall be initialized.")
    databaseLimit = arguments.option(
      "--database-limit", value: .integer(1...1_000_000), otherwise: "100, PostgreSQL's default",
      help: "How many connections the agent's database takes.")
    for option in ["--starts", "--start-limit", "--cpus", "--memory"] { arguments.require(option, with: "--agent") }
    arguments.atMostOne(of: "--explain", "--agent")
    target = TargetOptions(&arguments)
    options = CheckOptions(&arguments)
  }

  var format: OutputFormat { options.isForMachines ? .json : .text }

  func run(in context: Context) async throws -> ExitStatus {
    if isExplaining || subject != nil { return try explain(in: context) }
    let fleet = try CheckTarget(target, directory: directory, in: context)
    let command = agent.map { AgentCommand($0) }
    var check = StartupCheck()
    check.source = source ?? command?.file
    check.databaseLimit = databaseLimit
    // 99.9 / 100 is not 0.999 in binary.
    check.goal.targetRate = (targetRate * 1_000_000).rounded() / 100_000_000
    check.goal.limitSeconds = limit.seconds
    if let agent, let command {
      let measured = try await measure(agent, command, in: fleet.checked.directory, context)
      switch measured {
      case .success(let figures): check.figures = figures
      case .failure(let interruption): return interruption.status
      }
    }
    let result = try await check.run(in: fleet.checked)
    return try options.finish(
      CheckReport(entries: [.init(id: check.id, title: check.title, result: result)]), target: fleet.checked.target,
      in: context)
  }

  /// Starts the worker; the first SIGINT or SIGTERM ends what was started in order, the second at once.
  private func measure(
    _ agent: [String], _ command: AgentCommand, in directory: String, _ context: Context
  ) async throws -> Result<StartupFigures, Interruption> {
    let home = "\(context.environment["TMPDIR"] ?? "/tmp")/sluice-startup-\(Host.process.pid)"
    try Files.makeDirectory(home)
    var settings = StartupMeasurement.Options(
      agent: agent, directory: directory, environment: context.environment,
      keeperCommand: [context.program, KeepProcessCommand.name], home: home)
    settings.starts = starts
    settings.startLimit = startLimit
    settings.cpus = cpus
    settings.memory = memory.map { $0 << 20 }
    if let interpreter = command.interpreter, let file = command.file { settings.imports = (interpreter, file) }
    let measurement = StartupMeasurement(settings, wallClock: context.wallClock)
    let errors = context.errors
    let outcome = await interruptible(in: context) {
      try await measurement.run { line in errors.line(line) }
    }
    // Logs of starts that failed are in the findings; what cannot be removed is in the system's folder for such things.
    try? Files.removeTree(home)
    return try outcome.get()
  }

  private func explain(in context: Context) throws -> ExitStatus {
    let width = min(context.output.size()?.columns ?? 100, 100)
    let entry = subject.flatMap { StartupGuide.entry($0) }
    if let subject, entry == nil { throw NoSuchQuestion(id: subject) }
    if options.isForMachines {
      let answers = Answers(entries: entry.map { [$0] } ?? StartupGuide.entries)
      context.output.write(try CanonicalJSON.encode(answers) + [0x0A])
    } else {
      context.output.line(entry?.text(width: width) ?? StartupGuide.list(width: width))
    }
    return .passed
  }

  /// What --explain says, for machines.
  private struct Answers: Encodable {
    let schema = "sluice.startup-guide/1"
    let entries: [StartupGuide.Entry]
  }
}

/// A question that nobody asked.
struct NoSuchQuestion: Failure {
  let id: String
  var what: String { "there is no question '\(id.harmless)'" }
  var why: String? { nil }
  var remedy: String? { "list them: sluice check startup --explain" }
  var exitStatus: ExitStatus { .usage }
}
