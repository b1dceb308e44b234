package import Machine
import Vocabulary
import Web

/// A server that stands in for LiveKit Cloud or for a LiveKit server of one's own.
///
/// It speaks Twirp as JSON and as protobuf, checks tokens and grants, and refuses in the words of the real one; behind it
/// a fleet is simulated in real time, as its scenario says. It is written from what is published and was recorded of the
/// real ones, and shares no decoding with the client that is tested against it.
///
/// ```swift
/// var scenario = Scenario()
/// scenario.pace = .brisk
/// scenario.traffic = .init(every: .milliseconds(100), length: .seconds(1))
/// try await StandIn.serving(scenario) { standIn in
///   // standIn.url, standIn.environment: give them to what is tested
///   standIn.perform(.deploy(name: "v2", attributes: ["release": "r-2"]))
///   // standIn.sessions: what really happened; standIn.calls: what was asked
/// }
/// ```
///
/// `sluice-stand-in serve --scenario FILE` is the same as a program.
package struct StandIn: Sendable {
  /// What it plays.
  package let scenario: Scenario
  private let desk: Desk
  private let server: HTTPServer
  private let control: HTTPServer

  /// Binds two loopback ports, of the system's choice where they are 0; `run` serves.
  ///
  /// - Throws: `WebFailure` when a port cannot be had.
  package init(
    _ scenario: Scenario = Scenario(), port: UInt16 = 0, controlPort: UInt16 = 0, wallClock: WallClock = .live
  ) throws {
    let desk = Desk(scenario, wallClock: wallClock)
    self.scenario = scenario
    self.desk = desk
    var limits = HTTPServer.Limits()
    limits.bodyBytes = 64 << 20
    server = try HTTPServer(at: .loopback(port: port), limits: limits) { await desk.answer($0) }
    control = try HTTPServer(at: .loopback(port: controlPort)) { .response(desk.controlAnswer($0)) }
  }

  // MARK: Running

  /// Serves until the task is cancelled or `stop` is called.
  package func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await control.run() }
      if let address = scenario.webhook { group.addTask { await desk.sendWebhooks(to: address) } }
      await server.run()
      group.cancelAll()
    }
  }

  /// Ends every connection; `run` returns.
  package func stop() {
    server.stop()
    control.stop()
  }

  /// Serves a scenario while the body runs.
  package static func serving<Result: Sendable>(
    _ scenario: Scenario = Scenario(), _ body: (StandIn) async throws -> Result
  ) async throws -> Result {
    let standIn = try StandIn(scenario)
    async let running: Void = standIn.run()
    defer { standIn.stop() }
    let result = try await body(standIn)
    standIn.stop()
    await running
    return result
  }

  // MARK: What is tested needs

  /// `http://127.0.0.1:PORT`: the project's URL, and that of the hosted agents' service.
  package var url: String { "http://127.0.0.1:\(server.port)" }

  /// `http://127.0.0.1:PORT`: where commands are posted to, for tests in another process.
  package var controlURL: String { "http://127.0.0.1:\(control.port)" }

  /// The credentials as LiveKit's tools read them from the environment; `LK_AGENTS_URL` leads hosted agents here too.
  package var environment: [String: String] {
    [
      "LIVEKIT_URL": url, "LIVEKIT_API_KEY": scenario.apiKey, "LIVEKIT_API_SECRET": scenario.apiSecret,
      "LK_AGENTS_URL": url,
    ]
  }

  // MARK: What tests do and see

  /// Does something to the fleet at once.
  package func perform(_ command: Command) { desk.perform(command) }

  /// Every call since the start and what really became of it, in the order in which they began.
  package var sessions: [SessionTruth] { desk.sessions }

  /// How many answers were asked for, by method (`ListRooms`, `logs`, `build`); refused ones count.
  package var calls: [String: Int] { desk.calls }

  /// Every token that was shown, in order: how long it lasts and what it allows.
  package var tokens: [AskedToken] { desk.tokens }

  /// The names of the versions that have replicas, sorted.
  package var activeVersions: [String] { desk.withFleet { Set($0.workers.values.map(\.version)).sorted() } }

  /// The lines that the workers have logged since the start, whether `/logs` carries them or not.
  package var logLines: [String] { desk.withFleet { $0.lines.map(\.text) } }
}
