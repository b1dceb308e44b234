package import Cutover
package import Journal
package import LiveKit
package import Machine
package import Platforms
package import Runbooks
import SessionSources
package import Vocabulary
package import Web

/// Rolls a real local fleet from one version to the next with live sessions, through the same procedure as a deploy.
///
/// Everything it starts is its own, and nothing of it is left when it ends, however it ends.
package struct Rehearsal: Sendable {
  /// What is rehearsed.
  package struct Options: Sendable {
    /// The worker's command for the version that is rolled from.
    package var agent: [String]
    /// The worker's command for the version that is rolled to.
    package var newAgent: [String]
    /// Where the workers start.
    package var directory: String
    /// Workers a version.
    package var workers = 2
    /// Who calls.
    package var traffic = SessionTraffic(interval: .milliseconds(600), length: .seconds(4)...(.seconds(8)), burst: 8)
    /// Where the workers register and the callers call.
    package var place = Place.embedded
    /// How the embedded server behaves.
    package var server = DispatchServer.Options()
    /// A server that the rehearsal starts for itself, for as long as it runs.
    package let ownServer = Locked<ProcessIdentity?>(nil)
    /// The numbers that decide.
    package var policy = Rehearsal.policy
    /// Variables of the workers, the server's added.
    package var environment: [String: String]
    /// The program's hidden subcommand that keeps a worker.
    package var keeperCommand: [String]
    /// Where the fleet's state and logs are kept.
    package var home: String

    /// A rehearsal of one command for both versions.
    package init(
      agent: [String], directory: String, environment: [String: String], keeperCommand: [String], home: String
    ) {
      self.agent = agent
      newAgent = agent
      self.directory = directory
      self.environment = environment
      self.keeperCommand = keeperCommand
      self.home = home
    }
  }

  /// Where a rehearsal takes place.
  package enum Place: Sendable {
    /// On the embedded dispatch server, which has no rooms.
    case embedded
    /// On a LiveKit server that is there.
    case server(LiveKitCredentials)
    /// On a `livekit-server` of its own, by its path or its name on PATH.
    case ownServer(program: String)
  }

  /// A policy that decides within a minute.
  package static let policy: Policy = {
    var policy = Policy()
    policy.interval = .milliseconds(500)
    policy.warmUp = .seconds(45)
    policy.grace = .seconds(2)
    policy.quiet = .seconds(6)
    policy.hold = 3
    policy.settle = .seconds(5)
    policy.timeout = .seconds(120)
    return policy
  }()

  /// After this long it ends, whatever has happened.
  package static let limit = Duration.seconds(150)
  /// What of the limit is kept for ending the fleet.
  private static let reserve = Duration.seconds(15)

  private static let target = TargetName("rehearsal")

  /// Kills at once what a rehearsal has started, for a program that leaves without its end.
  package static func killFleet(of options: Options) {
    LocalProcesses.killAll(of: target, home: options.home)
    options.ownServer.withLock { _ = $0?.sendToGroup(.kill) }
  }

  private static let old = VersionName("v1")
  private static let new = VersionName("v2")

  private let options: Options
  private let http: HTTPClient
  private let clock: any Clock<Duration>
  private let wallClock: WallClock

  /// A rehearsal that has not begun.
  package init(options: Options, http: HTTPClient, clock: any Clock<Duration>, wallClock: WallClock) {
    self.options = options
    self.http = http
    self.clock = clock
    self.wallClock = wallClock
  }

  /// Starts the server, the old version and the callers, rolls to the new version, and ends everything that it started.
  package func run(journal: JournalWriter, report: @escaping RunReport) async -> RunOutcome {
    let pacing = Pacing(clock: clock)
    do {
      let (server, own) = try makeServer(of: journal.run.id, report)
      let platform = try makePlatform(server.environment, command: options.agent)
      let incoming = try makePlatform(server.environment, command: options.newAgent)
      let failure = Locked<(any Failure)?>(nil)
      return await withTaskGroup(of: Void.self, returning: RunOutcome.self) { group in
        group.addTask {
          let ended = await server.serve()
          failure.withLock { $0 = ended }
        }
        var outcome: RunOutcome
        do {
          try await own?.awaitAnswer(http, clock: clock) { failure.withLock { $0 } }
          outcome = await roll(platform, to: incoming, server, journal, pacing, report)
        } catch {
          outcome = error is CancellationError ? .interrupted(nil) : .failed(error, nil)
        }
        // The fleet ends whole even when the rehearsal was interrupted: a task of its own is not cancelled.
        await Task { await end(platform, report) }.value
        // Without its server nothing that was seen counts.
        if let failure = failure.withLock({ $0 }) { outcome = .failed(failure, nil) }
        group.cancelAll()
        return outcome
      }
    } catch {
      return .failed(error, nil)
    }
  }

  private func makeServer(
    of run: RunID, _ report: @escaping RunReport
  ) throws -> (any CallServer, OwnLiveKitServer?) {
    var own: OwnLiveKitServer?
    let credentials: LiveKitCredentials
    switch options.place {
    case .embedded: return (try DispatchServer(options: options.server, wallClock: wallClock), nil)
    case .server(let given): credentials = given
    case .ownServer(let program):
      try Files.makeDirectory(options.home)
      let server = try OwnLiveKitServer(
        program: program, environment: options.environment, folder: options.home, keeper: options.keeperCommand,
        running: options.ownServer)
      (own, credentials) = (server, server.credentials)
    }
    let deployment = options.environment["LIVEKIT_AGENT_DEPLOYMENT"] ?? ""
    let rooms = RoomServer(
      credentials, process: own, label: "sluice-rehearsal-\(run)", deployment: DeploymentName(deployment), http: http,
      wallClock: wallClock
    ) { [wallClock] text in report(.note(text, at: wallClock.now)) }
    return (rooms, own)
  }

  /// The two platforms are the same fleet on disk; they differ in the command of what they start.
  private func roll(
    _ platform: LocalProcesses, to incoming: LocalProcesses, _ server: any CallServer, _ journal: JournalWriter,
    _ pacing: Pacing,
    _ report: @escaping RunReport
  ) async -> RunOutcome {
    do {
      report(.note("starting \(options.workers) workers of \(Self.old)", at: wallClock.now))
      let generation = try await platform.start(Self.old, isReturning: false)
      try await awaitServing(generation, platform, server)
      await server.meet(agentName: try await agentName(platform))
    } catch {
      return error is CancellationError ? .interrupted(nil) : .failed(error, nil)
    }
    let traffic = options.traffic
    return await withTaskGroup(of: Void.self, returning: RunOutcome.self) { group in
      group.addTask {
        await traffic.run(clock: clock) { room, length in await server.hold(room, length: length, clock: clock) }
      }
      let sources: [any SessionSource] =
        server.sources + [
          WorkerHTTP(client: http, clock: wallClock) { try await incoming.workerEndpoints() }
        ]
      var policy = options.policy
      let left = Self.limit - Self.reserve - pacing.elapsed
      // The verdict's own timeout comes first; it counts from the start of the new version.
      policy.timeout = min(policy.timeout ?? left, left - .seconds(10))
      policy.warmUp = min(policy.warmUp, left - .seconds(10))
      let procedure = RolloutProcedure(
        request: RolloutRequest(target: Self.target, kind: .rehearsal, version: Self.new, policy: policy),
        platform: incoming, sources: sources, journal: journal, clock: clock, wallClock: wallClock, report: report)
      let outcome = await bounded(within: left) { await procedure.run() }
      group.cancelAll()
      return outcome
    }
  }

  /// The name under which the workers are dispatched, as one of them says it; empty where none has a name.
  private func agentName(_ platform: LocalProcesses) async throws -> String {
    guard let endpoint = try await platform.workerEndpoints().first else { return "" }
    let response = try await http.send(HTTPClient.Request(.get, "\(endpoint.url)/worker"))
    return (try? WorkerAnswer(response.body))?.agentName ?? ""
  }

  /// Runs the body; when the limit is over it is cancelled and waited for, and the outcome says that it took too long.
  private func bounded(
    within limit: Duration, _ body: @escaping @Sendable () async -> RunOutcome
  ) async -> RunOutcome {
    await withTaskGroup(of: RunOutcome?.self) { group in
      group.addTask { await body() }
      group.addTask {
        // Cancelled when the body has ended.
        try? await clock.sleep(for: limit)
        return nil
      }
      var isLate = false
      while let result = await group.next() {
        group.cancelAll()
        switch result {
        case .interrupted(let assessment)? where isLate: return .failed(RehearsalFailure.tooLong, assessment)
        case let outcome?: return outcome
        case nil: isLate = !Task.isCancelled
        }
      }
      preconditionFailure("a rehearsal ended without an outcome")
    }
  }

  /// Waits until every worker of the old version can take sessions, so that the callers have somebody to call.
  private func awaitServing(
    _ generation: Generation, _ platform: LocalProcesses, _ server: any CallServer
  ) async throws {
    let wanted = options.workers
    let last = Locked<[InstanceObservation]>([])
    let isServing = try await repeating(every: .milliseconds(200), within: options.policy.warmUp, clock: clock) {
      () -> Bool? in
      // A look that failed shows nobody serving.
      guard case .snapshot(let observation) = await platform.reading(within: .seconds(5)).answer else { return nil }
      last.withLock { $0 = observation.instances }
      if observation.instances.count(where: { $0.phase == .serving }) >= wanted { return true }
      if let failure = try await platform.failureToServe(generation) { throw failure }
      return nil
    }
    guard isServing == nil else { return }
    let logs = if let id = generation.id { try await platform.logFiles(of: id) } else { [String]() }
    throw RehearsalFailure.neverServed(
      after: options.policy.warmUp, registered: await server.registered, wanted: wanted,
      notes: last.withLock { $0 }.compactMap { instance in
        instance.note.map { "\(instance.id): \(instance.phase.word), \($0)" }
      },
      logs: logs)
  }

  /// The fleet as somebody sees it who only looks on, before, while and after it runs.
  package func fleet() throws -> any Platform { try makePlatform([:], command: options.agent) }

  private func makePlatform(_ environment: [String: String], command: [String]) throws -> LocalProcesses {
    var settings = LocalProcessesSettings(
      target: Self.target, command: command, directory: options.directory, replicas: options.workers,
      environment: environment, home: options.home, keeperCommand: options.keeperCommand,
      inherited: options.environment)
    settings.stopTimeout = Self.limit - Self.reserve
    // Also after a kill -9 nothing of it is left.
    settings.guardian = Host.process
    return try LocalProcesses(settings, client: http, clock: wallClock)
  }

  private func end(_ platform: LocalProcesses, _ report: @escaping RunReport) async {
    do {
      try await platform.cleanUp()
    } catch {
      report(.note("ending the fleet: \("\(error)".harmless)", at: wallClock.now))
    }
  }
}

/// What keeps a rehearsal from beginning.
package enum RehearsalFailure: Failure {
  /// Not all workers served in time.
  case neverServed(after: Duration, registered: Int?, wanted: Int, notes: [String], logs: [String])
  /// It had to end before it had a verdict.
  case tooLong
  /// The server that it had started for itself ended.
  case serverEnded(how: String, log: String)
  /// The server that it had started for itself did not answer in time.
  case serverSilent(url: String, log: String)

  package var what: String {
    switch self {
    case .neverServed(let limit, let registered, let wanted, _, _):
      "\(registered.map { "\($0) of " } ?? "")\(wanted) workers \(registered == nil ? "were started" : "registered"), and not "
        + "all served within \(limit.text)"
    case .tooLong: "the rehearsal had no verdict within \(Rehearsal.limit.text)"
    case .serverEnded(let how, _): "\(OwnLiveKitServer.program) ended by itself (\(how))"
    case .serverSilent(let url, _): "\(OwnLiveKitServer.program) did not answer at \(url)"
    }
  }

  package var why: String? {
    switch self {
    case .neverServed(_, 0, _, _, _): "no worker came to LIVEKIT_URL, which the rehearsal sets"
    case .neverServed(_, _, _, let notes, _):
      (["a worker serves once it is registered and one of its processes is initialized"] + notes.map(\.harmless))
        .joined(separator: "\n         ")
    case .tooLong: "this machine is too busy, or the workers are very slow to start"
    case .serverEnded(_, let log), .serverSilent(_, let log): RehearsalFailure.lastLine(of: log)
    }
  }

  package var remedy: String? {
    switch self {
    case .neverServed(_, _, _, _, let logs):
      logs.first.map { "read a worker's log: \($0.harmless)" } ?? "start the agent by hand and read what it says"
    case .tooLong: "run it again with fewer workers: sluice rehearse --workers 1"
    case .serverEnded(_, let log), .serverSilent(_, let log):
      "read \(log.harmless), or rehearse on the embedded server: --embedded"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .neverServed, .tooLong: .timedOut
    case .serverEnded, .serverSilent: .unavailable
    }
  }

  /// What a program said last.
  private static func lastLine(of log: String) -> String? {
    guard let bytes = try? Files.read(log, limit: 64 << 20) else { return nil }
    let lines = String(decoding: bytes.suffix(4_096), as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.last.map { "it said last: \(String($0.prefix(300)).harmless)" }
  }
}
