import CommandLine
import Cutover
import Journal
import Machine
import Rehearsal
import Terminal
import Vocabulary
import Web

/// `sluice rehearse`.
struct RehearseCommand: RunnableCommand {
  static let name = "rehearse"
  static let summary = "Roll a fleet on this machine from v1 to v2 with live sessions, as a deploy does."
  static let discussion = """
    Starts workers that register unchanged with a dispatch server of its own on loopback, lets people call, and rolls \
    the fleet. The dispatch server speaks the worker protocol and has no rooms: an agent that joins its room needs a \
    LiveKit server. It touches only what it starts, asks nothing, leaves nothing running, and ends within 150 seconds.
    """
  static let examples = [
    Example("sluice rehearse", "Roll the built-in example workers."),
    Example("sluice rehearse --agent '.venv/bin/python agent.py start'", "Roll your own livekit-agents worker."),
    Example(
      "sluice rehearse --agent './start.sh' --new-agent 'python agent.py start'",
      "See whether a fleet under a wrapper would drain."),
  ]

  private let agent: [String]?
  private let newAgent: [String]?
  private let workers: Int
  private let interval: Duration
  private let length: ClosedRange<Duration>
  private let isSilent: Bool
  private let offersToFull: Bool
  private let policy: PolicyOptions
  private let output: OutputOptions
  private let target: TargetOptions

  init(_ arguments: inout Arguments) {
    agent = arguments.option(
      "--agent", value: .words, otherwise: "the built-in example worker",
      help: "The command that starts a worker; split into words as a shell does, run by none.")
    newAgent = arguments.option(
      "--new-agent", value: .words, otherwise: "the same", help: "The command of the new version, when it differs.")
    workers = arguments.option("--workers", value: .integer(1...50), default: 2, help: "Workers of each version.")
    interval = arguments.option(
      "--calls-every", value: .duration(atLeast: .milliseconds(10)), default: .milliseconds(600),
      help: "The time between two calls.")
    length = arguments.option(
      "--call-length", value: .durationRange, default: .seconds(4)...(.seconds(8)), help: "How long a call lasts.")
    isSilent = arguments.flag("--no-calls", help: "Nobody calls: see what a verdict says without traffic.")
    offersToFull = arguments.flag(
      "--offer-to-full", help: "Offer sessions to draining workers first, as a server with a late view of them does.")
    arguments.atMostOne(of: "--no-calls", "--calls-every")
    policy = PolicyOptions(&arguments)
    target = TargetOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    let store = RunStore(home: try Home.path(target, in: context))
    let journal = try await context.newRun("rehearsal", command: [Self.name], in: store)
    let example = [context.program, ExampleWorkerCommand.name, "--port", "0"]
    var options = Rehearsal.Options(
      agent: agent ?? example, directory: context.directory, environment: context.environment,
      keeperCommand: [context.program, KeepProcessCommand.name], home: "\(journal.run.path)/fleet")
    options.newAgent = newAgent ?? options.agent
    options.workers = workers
    options.traffic = SessionTraffic(interval: isSilent ? nil : interval, length: length, burst: isSilent ? 0 : 8)
    options.server.offersToFull = offersToFull
    options.policy = policy.applied(to: Rehearsal.policy)
    let http = HTTPClient()
    let rehearsal = Rehearsal(options: options, http: http, clock: context.clock, wallClock: context.wallClock)
    let title = RunTitle(
      kind: Self.name, target: "rehearsal", outgoing: ["v1"], incoming: "v2", run: journal.run.id,
      began: context.wallClock.now)
    if agent != nil, !output.isQuiet {
      context.errors.line("the rehearsal's server has no rooms: an agent that joins its room will fail there")
    }
    let status = try await JournaledRun(
      context: context, options: output, journal: journal, title: title, resumption: nil,
      beforeLeaving: { [home = options.home] in Rehearsal.killFleet(home: home) }
    ).perform { report in await rehearsal.run(journal: journal, report: report) }
    await http.shutDown()
    return status
  }
}

extension ValueKind where Value == [String] {
  /// A command line, split into words as a shell splits them: quotes and backslashes count, nothing else does.
  static var words: ValueKind<[String]> {
    ValueKind<[String]>(
      "COMMAND", sample: ["true"], write: { $0.joined(separator: " ") },
      read: { (text, _) throws(ValueProblem) in
        guard let words = ShellWords.split(text), !words.isEmpty else {
          throw ValueProblem("is no command line", remedy: "close its quotes")
        }
        return words
      })
  }
}
