import CommandLine
import Cutover
import Journal
import LiveKit
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
    Starts workers that register unchanged, lets people call, and rolls the fleet. An agent of your own is rehearsed on a \
    LiveKit server: the one that --server names, or a livekit-server found on PATH, started on loopback for the rehearsal \
    alone; calls are then rooms of their own that close by themselves. Without one, and for the built-in example worker, \
    a dispatch server in this program serves the worker protocol only: it has no rooms, and an agent that joins its room \
    fails there. It touches only what it starts, asks nothing, leaves nothing running, and ends within 150 seconds.
    """
  static let examples = [
    Example("sluice rehearse", "Roll the built-in example workers."),
    Example("sluice rehearse --agent '.venv/bin/python agent.py start'", "Roll your own livekit-agents worker."),
    Example(
      "sluice rehearse --server ws://127.0.0.1:7880 --agent 'python agent.py start'",
      "The same on a LiveKit server; its key is taken from LIVEKIT_API_KEY and LIVEKIT_API_SECRET."),
    Example(
      "sluice rehearse --agent './start.sh' --new-agent 'python agent.py start'",
      "See whether a fleet under a wrapper would drain."),
  ]

  private let agent: [String]?
  private let newAgent: [String]?
  private let workers: Int
  private let interval: Duration
  private let length: ClosedRange<Duration>?
  private let isSilent: Bool
  private let offersToFull: Bool
  private let server: String?
  private let isEmbedded: Bool
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
      "--call-length", value: .durationRange, otherwise: "4s..8s, or 10s..14s on a LiveKit server",
      help: "How long a call lasts.")
    isSilent = arguments.flag("--no-calls", help: "Nobody calls: see what a verdict says without traffic.")
    offersToFull = arguments.flag(
      "--offer-to-full", help: "Offer sessions to draining workers first, as a server with a late view of them does.")
    server = arguments.option(
      "--server", value: .text("URL"), otherwise: "livekit-server on PATH, else the embedded server",
      help: "The LiveKit server to rehearse on, on which nobody else serves; needs --agent.")
    isEmbedded = arguments.flag("--embedded", help: "Use the embedded server, also where a livekit-server is found.")
    arguments.atMostOne(of: "--no-calls", "--calls-every")
    arguments.atMostOne(of: "--server", "--embedded")
    arguments.atMostOne(of: "--server", "--offer-to-full")
    arguments.require("--server", with: "--agent")
    policy = PolicyOptions(&arguments)
    target = TargetOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    let store = RunStore(home: try Home.path(target, in: context))
    let place = try place(in: context)
    let journal = try await context.newRun("rehearsal", command: [Self.name], in: store)
    let example = [context.program, ExampleWorkerCommand.name, "--port", "0"]
    var options = Rehearsal.Options(
      agent: agent ?? example, directory: context.directory, environment: context.environment,
      keeperCommand: [context.program, KeepProcessCommand.name], home: "\(journal.run.path)/fleet")
    options.newAgent = newAgent ?? options.agent
    options.workers = workers
    options.traffic = SessionTraffic(
      interval: isSilent ? nil : interval, length: length ?? lengths(on: place), burst: isSilent ? 0 : 8)
    options.server.offersToFull = offersToFull
    options.policy = policy.applied(to: Rehearsal.policy)
    options.place = place
    let http = HTTPClient()
    let rehearsal = Rehearsal(options: options, http: http, clock: context.clock, wallClock: context.wallClock)
    let title = RunTitle(
      kind: Self.name, target: "rehearsal", outgoing: ["v1"], incoming: "v2", run: journal.run.id,
      began: context.wallClock.now)
    if !output.isQuiet, let words = words(on: place) { context.errors.line(words) }
    let status = try await JournaledRun(
      context: context, options: output, journal: journal, title: title, resumption: nil,
      evidence: RunEvidence(platform: try rehearsal.fleet(), collects: false),
      beforeLeaving: { [options] in Rehearsal.killFleet(of: options) }
    ).perform { report in await rehearsal.run(journal: journal, report: report) }
    await http.shutDown()
    return status
  }

  /// Where it takes place: the example worker speaks the worker protocol alone, and joins no room.
  private func place(in context: Context) throws -> Rehearsal.Place {
    if let server {
      var search = CredentialSearch(directory: context.directory, environment: context.environment)
      search.url = server
      return .server(try search.resolve())
    }
    guard agent != nil, !isEmbedded, !offersToFull else { return .embedded }
    let path = context.environment["PATH"] ?? ""
    let isThere = path.split(separator: ":").contains { Files.kind(of: "\($0)/\(OwnLiveKitServer.program)") == .file }
    return isThere ? .ownServer(program: OwnLiveKitServer.program) : .embedded
  }

  /// A LiveKit server tells up to eight seconds late which worker has a call: shorter ones would be over before.
  private func lengths(on place: Rehearsal.Place) -> ClosedRange<Duration> {
    switch place {
    case .embedded: .seconds(4)...(.seconds(8))
    case .server, .ownServer: .seconds(10)...(.seconds(14))
    }
  }

  /// What is worth knowing before it starts.
  private func words(on place: Rehearsal.Place) -> String? {
    switch place {
    case .embedded where agent == nil: nil
    case .embedded: "the rehearsal's server has no rooms: an agent that joins its room will fail there"
    case .server(let credentials):
      "rehearsing on \(credentials.server.url.harmless), in rooms of its own; beware: its workers register there too, and "
        + "would take calls that are meant for others of their name"
    case .ownServer: "rehearsing on a \(OwnLiveKitServer.program) of its own, on loopback"
    }
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
