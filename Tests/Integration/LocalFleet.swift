import Cutover
import Documents
import LiveKit
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

/// A folder with a sluice.yaml, a dispatch server with callers, and the commands that a person would type there.
struct LocalFleet: Sendable {
  /// The folder.
  let folder: String
  /// The dispatch server's address, `ws://127.0.0.1:PORT`.
  let url: String

  /// What the callers do.
  struct Callers {
    var every: String? = "250ms"
    var length = "2s..3s"
    var offersToFull = false
  }

  /// The numbers of a policy that decides within seconds; what slow machines stretch is stretched with the tests' patience.
  static func policy(timeout: String = "60s") -> String {
    let grace = Int(2_000 * Patience.factor)
    let warmUp = Int(45 * Patience.factor)
    return """
      { interval: 250ms, warm-up: \(warmUp)s, grace: \(grace)ms, quiet: 1s, hold: 3, minimum-new-sessions: 3, \
      settle: 2s, timeout: \(timeout) }
      """
  }

  /// The built-in worker, on a port of the system's choice.
  static let exampleWorker = [BuiltProgram.path, "example-worker", "--port", "0"]

  /// A worker of livekit-agents as its author starts it.
  static func agent(_ python: String, _ options: String...) -> [String] {
    [python, "\(Fixtures.folder)/agents/agent.py", "start"] + options
  }

  /// Makes the folder and the dispatch server, runs the body, and ends everything that was started, however it ends.
  static func with(_ callers: Callers = Callers(), _ body: (LocalFleet) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    var arguments = [BuiltProgram.path, "dispatch-server", "--call-length", callers.length]
    if let every = callers.every { arguments += ["--calls-every", every] }
    if callers.offersToFull { arguments.append("--offer-to-full") }
    var environment = BuiltProgram.environment
    environment["LIVEKIT_API_KEY"] = "devkey"
    let server = try Invocation(arguments, environment: environment).start(
      output: .append(to: folder.file("address")), errors: .append(to: folder.file("dispatch-server.log")))
    let failure: (any Error)?
    do {
      var address = ""
      try #require(
        await Patience.until(.seconds(20)) {
          address = String(decoding: try Files.read(folder.file("address"), limit: 1_000), as: UTF8.self)
          return address.hasSuffix("\n")
        })
      let fleet = LocalFleet(folder: folder.path, url: String(address.dropLast()))
      do {
        try await body(fleet)
        failure = nil
      } catch {
        failure = error
      }
      try await fleet.end()
    } catch {
      await stop(server)
      throw error
    }
    await stop(server)
    if let failure { throw failure }
  }

  private static func stop(_ server: ChildProcess) async {
    server.send(.terminate)
    if await !Patience.until(.seconds(10), { server.ended != nil }) { server.send(.kill) }
  }

  /// Ends every process of the target's generations and looks whether that is so.
  private func end() async throws {
    guard Files.kind(of: "\(folder)/sluice.yaml") != nil else { return }
    let stopped = try await sluice("stop-fleet", "--target", "here", "--config", "\(folder)/sluice.yaml")
    #expect(stopped.ended(with: .passed), "\(stopped)")
    let left = processes.filter { ProcessTable.arguments(of: $0.pid) != nil }
    #expect(left.isEmpty, "processes outlive the test: \(left)")
  }

  // MARK: What is configured

  /// Writes sluice.yaml for a command; the next deploy starts its version with it.
  func configure(
    _ command: [String] = exampleWorker, replicas: Int = 2, stopTimeout: String = "60s", url: String? = nil,
    policy: String = policy()
  ) throws {
    let words = command.map { "\"\($0)\"" }.joined(separator: ", ")
    try write(
      """
      version: 1
      targets:
        here:
          platform:
            local-processes:
              command: [\(words)]
              replicas: \(replicas)
              stop-timeout: \(stopTimeout)
              environment: { LIVEKIT_URL: "\(url ?? self.url)", LIVEKIT_API_KEY: devkey, LIVEKIT_API_SECRET: env:LIVEKIT_API_SECRET }
          sessions:
            - dispatch-server: { url: "\(httpURL)", api-key: devkey, api-secret: env:LIVEKIT_API_SECRET }
            - worker-http: {}
          cutover: \(policy)

      """)
  }

  /// Writes sluice.yaml.
  func write(_ configuration: String) throws {
    try Files.write(Array(configuration.utf8), to: "\(folder)/sluice.yaml", durably: false)
  }

  private var httpURL: String { "http" + url.dropFirst(2) }

  // MARK: What is done

  /// Runs `sluice` in the folder.
  func sluice(
    _ arguments: String..., variables: [String: String] = [:], onLine: (@Sendable (OutputLine) -> Void)? = nil,
    onStart: (@Sendable (ChildProcess) -> Void)? = nil
  ) async throws -> SluiceRun {
    try await BuiltProgram.run(arguments, in: folder, with: variables, onLine: onLine, onStart: onStart)
  }

  /// Deploys a first version, beside which nothing can be cut: the fleet that a test then rolls.
  ///
  /// It passes when people call, and is inconclusive when nobody does.
  func deployFirst(_ version: String = "v1", isCalled: Bool = true) async throws {
    let run = try await sluice(
      "deploy", "--version", version, "--yes", "--format", "json", "--grace", "0s", "--quiet-period", "0s", "--hold",
      "1",
      "--minimum-new-sessions", "1", "--no-collect", "--timeout", isCalled ? "60s" : "2s")
    try #require(run.ended(with: isCalled ? .passed : .inconclusive), "\(run)")
  }

  /// Rolls out and looks at what every rollout must keep: its status, one object, and a journal that gives it again.
  ///
  /// With `atStep` the body runs as soon as that step has begun, with the command's process.
  func roll(
    _ arguments: String..., status: ExitStatus, atStep step: String? = nil,
    _ body: (ChildProcess) async throws -> Void = { _ in }
  ) async throws -> (assessment: Assessment, run: SluiceRun) {
    let run = try await roll(arguments, atStep: step, body)
    #expect(run.ended(with: status), "\(run)")
    let assessment = try run.assessment
    try await expectReplay(of: run)
    return (assessment, run)
  }

  /// Rolls out, without a look at how it ended.
  func roll(
    _ arguments: [String], atStep step: String? = nil, _ body: (ChildProcess) async throws -> Void = { _ in }
  ) async throws -> SluiceRun {
    let arguments = arguments + ["--target", "here", "--format", "json", "--progress", "plain", "--no-collect"]
    let folder = folder
    let (moments, moment) = AsyncStream.makeStream(of: ChildProcess.self)
    async let running: SluiceRun = {
      defer { moment.finish() }
      let child = Locked<ChildProcess?>(nil)
      return try await BuiltProgram.run(
        arguments, in: folder,
        onLine: { line in
          guard let step, line.line.text.contains("step \(step): started") else { return }
          if let child = child.withLock({ $0 }) { moment.yield(child) }
        }, onStart: { started in child.withLock { $0 = started } })
    }()
    if step != nil {
      for await child in moments {
        try await body(child)
        break
      }
    }
    return try await running
  }

  /// That the journal of a run prints, replayed, the same object byte for byte.
  func expectReplay(of run: SluiceRun) async throws {
    let assessment = try run.assessment
    let replay = try await sluice("verify-cutover", "--replay", journal(of: assessment), "--format", "json")
    #expect(replay.run.output == run.run.output, "the journal gives another object\n\(run)\n\(replay)")
    #expect(replay.errors.isEmpty, "\(replay)")
    // How a command was stopped, or that a version never served, is not in the samples: the run has a status of its own.
    if assessment.isFinal, assessment.verdict != .interrupted, !run.errors.contains("error: ") {
      #expect(replay.run.end == run.run.end, "\(replay)")
    }
  }

  /// The journal of an assessment's run.
  func journal(of assessment: Assessment) -> String { ".sluice/runs/\(assessment.run.rawValue)/journal.ndjson" }

  /// That every worker of a turn comes to its end by itself; a drained one may take a moment longer than its verdict.
  func expectCleanEnd(ofGeneration number: Int) async throws {
    let areDone = try await Patience.until {
      try workers(ofGeneration: number).allSatisfy { $0.end?.how == .exited(0) }
    }
    let kept = try workers(ofGeneration: number)
    #expect(areDone, "\(kept)")
  }

  // MARK: What is there

  /// Every session since the start, as the dispatch server itself lists it.
  func sessions() async throws -> [SessionObservation] {
    var token = AccessToken(apiKey: "devkey", validFrom: WallClock.live.now, for: .seconds(60))
    var grants = VideoGrants()
    grants.agent = true
    token.video = grants
    var request = HTTPClient.Request(.get, "\(httpURL)/sluice/sessions")
    let secret = try #require(BuiltProgram.environment["LIVEKIT_API_SECRET"])
    request.headers["Authorization"] = "Bearer \(try token.signed(with: Secret(secret)).exposed)"
    request.bodyLimit = 16 << 20
    let client = HTTPClient()
    let response = try await client.send(request)
    await client.shutDown()
    try #require(response.status == 200)
    return try CanonicalJSON.decode(Observation.self, from: response.body).sessions
  }

  /// The main processes of a turn, the first generation being 1.
  func workers(ofGeneration number: Int) throws -> [KeptProcess] {
    let digits = String(number)
    let generation = "\(state)/\(String(repeating: "0", count: 6 - digits.count))\(digits)"
    return try Files.list(generation).filter { Int($0) != nil }.sorted()
      .map { try KeptProcess.read("\(generation)/\($0)/process") }
  }

  /// The ids that the workers of a turn have registered with, from their logs.
  func workerIDs(ofGeneration number: Int) throws -> Set<WorkerID> {
    let digits = String(number)
    let generation = "\(state)/\(String(repeating: "0", count: 6 - digits.count))\(digits)"
    var ids: Set<WorkerID> = []
    for replica in try Files.list(generation) where Int(replica) != nil {
      for stream in ["output.log", "errors.log"] {
        let log = String(decoding: try Files.read("\(generation)/\(replica)/\(stream)", limit: 16 << 20), as: UTF8.self)
        for line in log.split(separator: "\n") where line.contains("registered worker") {
          if let id = line.split(separator: "\"").first(where: { $0.hasPrefix("AW_") }) {
            ids.insert(WorkerID(String(id)))
          }
        }
      }
    }
    return ids
  }

  private var state: String { "\(folder)/.sluice/local/here" }

  /// Every live process that was started for the target.
  private var processes: [ProcessStatus] {
    ProcessTable.all().filter { process in
      guard process.isAlive, let environment = ProcessTable.environment(of: process.pid) else { return false }
      return environment["SLUICE_MARK"] != nil && environment["LIVEKIT_URL"] == url
    }
  }

  /// Kills everything of a worker with SIGKILL, its calls included.
  static func kill(_ worker: KeptProcess) {
    for process in ProcessTable.members(ofSession: worker.identity.pid) {
      ProcessIdentity(pid: process.pid, startTime: process.startTime, bootID: Host.bootID).send(.kill)
    }
  }
}
