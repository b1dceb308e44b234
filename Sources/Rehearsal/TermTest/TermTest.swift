package import Machine
package import Vocabulary
import Web

/// Starts an agent, puts sessions on it, tells it to stop as its platform would, and watches what becomes of both.
///
/// Everything that is started ends with this program, however that ends. What was seen is returned as facts; nothing here
/// judges them.
package struct TermTest: Sendable {
  /// What is tested, and how.
  package struct Options: Sendable {
    /// The command, as the platform starts it.
    package var command: [String]
    /// Where it starts.
    package var directory: String
    /// Its variables; those of the rehearsal's server are added.
    package var environment: [String: String]
    /// What the command is called in results.
    package var subject: String
    /// How a command line is told: without what is secret in it.
    package var words: @Sendable ([String]) -> String
    /// What the command's own files say of the signal's way, for the record.
    package var foretold: [Finding] = []
    /// Whether it is started as process 1 of a pid namespace of its own, as in a container.
    package var isFirstProcess = false
    /// The container that is started in place of the command; nil: none is.
    package var container: TestedContainer?
    /// What is to be said of the way in which it is started, beside how it was.
    package var remark: String?
    /// The signal that stops it.
    package var signal = Signal.terminate
    /// Whom the signal is sent to.
    package var addressee = Addressee.main
    /// Whether it is sent a second time, one second after the first.
    package var isSentTwice = false
    /// How many sessions are live when the signal comes.
    package var sessions = 2
    /// How long after the signal the last of their people leaves.
    package var sessionLength = Duration.seconds(6)
    /// The drain_timeout of the second ending; nil: there is none.
    package var drainTimeout: Duration? = .seconds(4)
    /// The addresses of a server's WebSockets, and of requests that take their time; both empty: it is a LiveKit worker.
    package var clients = Clients()
    /// After this long an agent that cannot take sessions is given up.
    package var startLimit = Duration.seconds(60)
    /// How long nothing may happen after the signal until it counts as lost.
    package var patience = Duration.seconds(10)
    /// How long an agent may take to leave once its drain is over.
    package var leaveLimit = Duration.seconds(30)
    /// The program's hidden subcommand that keeps a process.
    package var keeperCommand: [String]
    /// Where logs are kept; must exist.
    package var home: String

    /// A test of a command; `words` tells command lines without what is secret in them.
    package init(
      command: [String], directory: String, environment: [String: String], keeperCommand: [String], home: String,
      words: @escaping @Sendable ([String]) -> String
    ) {
      self.command = command
      self.directory = directory
      self.environment = environment
      self.keeperCommand = keeperCommand
      self.home = home
      self.words = words
      subject = words(command)
    }
  }

  /// Whom a platform sends its signal to.
  package enum Addressee: String, CaseIterable, Sendable {
    /// The main process alone, as docker and Kubernetes do.
    case main = "pid1"
    /// Every process, as systemd does unless it is told otherwise.
    case group
  }

  /// The clients of a server that is no LiveKit worker.
  package struct Clients: Hashable, Sendable {
    /// Where WebSockets connect: `ws://127.0.0.1:8000/ws`, or `/ws` on the port on which the server is found to listen.
    package var webSocket: String?
    /// Requests that are under way when the signal comes, likewise.
    package var requests: [String] = []

    /// Nobody.
    package init() {}

    var isEmpty: Bool { webSocket == nil && requests.isEmpty }
  }

  /// A log that the agent wrote, for whoever wants to read it.
  package struct Outcome: Sendable {
    /// What was seen.
    package var record: TermTestRecord
    /// The logs of the ending that its sessions brought about.
    package var logs: [String]
  }

  let options: Options
  let http: HTTPClient
  let clock: any Clock<Duration>
  let wallClock: WallClock

  /// A test that has not begun.
  package init(_ options: Options, clock: any Clock<Duration>, wallClock: WallClock) {
    self.options = options
    self.clock = clock
    self.wallClock = wallClock
    http = HTTPClient()
  }

  /// Tests; `report` gets a line when something has happened.
  ///
  /// Throws when the command cannot be started at all, or the task is cancelled: then nothing that was started is left.
  package func run(report: @escaping @Sendable (String) -> Void) async throws -> Outcome {
    do {
      let outcome = try await test(report)
      await http.shutDown()
      return outcome
    } catch {
      await http.shutDown()
      throw error
    }
  }

  private func test(_ report: @escaping @Sendable (String) -> Void) async throws -> Outcome {
    let way = options.isFirstProcess ? try await ProcessNamespace.find(options.environment) : nil
    var record = TermTestRecord(subject: options.subject, means: means(way))
    record.foretold = options.foretold
    if options.isFirstProcess, way == nil {
      record.omissions.append("it is not process 1 here, as it is in its container: no pid namespace can be made")
    }
    let first = TestedProcess(options, named: "first", in: way, drainTimeout: nil)
    guard options.clients.isEmpty else {
      let (ending, omissions) = try await server(first, report)
      record.endings.append(ending)
      record.omissions += omissions
      return Outcome(record: record, logs: first.logs)
    }
    let server = try DispatchServer(options: serverOptions, wallClock: wallClock)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      defer {
        group.cancelAll()
        server.stop()
      }
      let ending = try await worker(first, .sessionsEnd, on: server, report)
      record.endings.append(ending)
      // An agent that does not drain has no drain that could time out.
      if let limit = options.drainTimeout, ending.confirmedAt != nil || ending.closedAt != nil, !options.isSentTwice,
        options.addressee == .main
      {
        report("starting it again: its drain_timeout of \(limit.text) passes before its sessions end")
        let second = TestedProcess(options, named: "second", in: way, drainTimeout: limit)
        record.endings.append(try await worker(second, .drainTimeout, on: server, report))
      }
      return Outcome(record: record, logs: first.logs)
    }
  }

  /// Offers go to full workers too: only what is offered can be refused.
  private var serverOptions: DispatchServer.Options {
    var options = DispatchServer.Options()
    options.offersToFull = true
    options.answerTimeout = .seconds(5)
    return options
  }

  private func means(_ way: ProcessNamespace?) -> String {
    let how =
      options.container != nil
      ? "started by its engine" : way == nil ? "started as it is" : "started as process 1 of a pid namespace"
    return [how, options.remark].compactMap(\.self).joined(separator: "; ")
  }
}
