import Documents
import LiveKit
package import Machine
import Vocabulary
import Web

/// A worker that behaves like one of livekit-agents: the same protocol, HTTP endpoints, log lines, drain and exit status.
///
/// A rehearsal uses it when no agent is given. Its sessions do nothing; they last until the server ends them.
package actor ExampleWorker {
  /// What a worker is told when it starts.
  package struct Options: Sendable {
    /// `ws://HOST:PORT`, as LIVEKIT_URL gives it.
    package var url: String
    /// LIVEKIT_API_KEY.
    package var apiKey: String
    /// LIVEKIT_API_SECRET.
    package var apiSecret: String
    /// The agent's name; empty for one that takes every session.
    package var agentName = ""
    /// The port of its HTTP endpoints; 0: the system chooses, and the log names it.
    package var port: UInt16 = 8081
    /// How long a drain waits for sessions: livekit-agents' default is 3600 s from 1.6.5 on; zero waits without limit.
    package var drainTimeout: Duration = .seconds(3600)
    /// How often in a row it tries to connect before it ends; livekit-agents' default.
    package var maximumRetries = 16

    /// What every worker must be told.
    package init(url: String, apiKey: String, apiSecret: String) {
      self.url = url
      self.apiKey = apiKey
      self.apiSecret = apiSecret
    }
  }

  /// The version of livekit-agents whose behaviour it has; what reads its log and `/worker` is told so.
  static let imitatedVersion = "1.8.9"

  private let options: Options
  private let wallClock: WallClock
  private let log: WorkerLogWriter
  private var socket: WebSocket?
  private var workerID = "unregistered"
  /// Whether the connection of this moment is registered: before that nothing else may be said on it.
  private var isRegistered = false
  /// The rooms of the jobs that run, by job.
  private var jobs: [String: String] = [:]
  private var isDraining = false
  private var isClosed = false

  /// A worker that writes its log lines with `write`, one call a line.
  package init(options: Options, wallClock: WallClock, write: @escaping @Sendable ([UInt8]) -> Void) {
    self.options = options
    self.wallClock = wallClock
    log = WorkerLogWriter(wallClock: wallClock, write: write)
  }

  /// Works until a stop signal has been obeyed, or no server can be reached; returns the exit status: 0, or 1 after a
  /// second signal.
  ///
  /// `stopSignals` gives the numbers of SIGTERM and SIGINT as they arrive.
  package func run(stopSignals: AsyncStream<Int32>) async -> Int32 {
    log.info("starting worker", ["version": .text(Self.imitatedVersion), "rtc-version": .text("none")])
    do {
      let http = try HTTPServer(at: .anywhere(port: options.port)) { [self] in .response(await answer($0)) }
      log.info("HTTP server listening on :\(http.port)")
      log.info("initializing process")
      log.info("process initialized", ["elapsed_time": .number(0)])
      return await withTaskGroup(of: Int32?.self) { group in
        group.addTask {
          await http.run(); return nil
        }
        group.addTask { await self.stayConnected() ? nil : 0 }
        group.addTask {
          await self.reportStatus(); return nil
        }
        group.addTask { await self.obey(stopSignals) }
        var status: Int32 = 0
        for await result in group {
          if let result { status = result; break }
        }
        http.stop()
        group.cancelAll()
        return status
      }
    } catch {
      fail("\(error)")
      return 0
    }
  }

  /// What the SDK logs when it gives up; it then ends with 0.
  private func fail(_ reason: String) {
    log.error("worker failed", ["exc_info": .text(reason)])
    log.info("draining worker", ["id": .text("unregistered"), "timeout": .number(options.drainTimeout.seconds)])
  }

  // MARK: Stopping

  private func obey(_ signals: AsyncStream<Int32>) async -> Int32 {
    var iterator = signals.makeAsyncIterator()
    guard await iterator.next() != nil else { return 0 }
    return await withTaskGroup(of: Int32.self) { group in
      group.addTask {
        await self.drain(); return 0
      }
      group.addTask { await self.secondSignal(signals) }
      let status = await group.next() ?? 0
      group.cancelAll()
      return status
    }
  }

  private func secondSignal(_ signals: AsyncStream<Int32>) async -> Int32 {
    for await signal in signals {
      log.warning("exiting forcefully", ["signal": .number(Double(signal))])
      return 1
    }
    // The drain was over first.
    return 0
  }

  private func drain() async {
    isDraining = true
    let timeout = options.drainTimeout
    log.info("draining worker", ["id": .text(workerID), "timeout": .number(timeout.seconds)])
    await sendStatus()
    let clock = ContinuousClock()
    let deadline = clock.now + timeout
    while !jobs.isEmpty {
      if timeout > .zero, clock.now >= deadline {
        log.warning("drain timed out, forcing shutdown")
        break
      }
      // Cancelled by a second signal.
      guard (try? await clock.sleep(for: .milliseconds(20))) != nil else { return }
    }
    isClosed = true
    log.info("shutting down worker", ["id": .text(workerID)])
    await socket?.close(.normal)
    // The server hears nothing of these: the connection is closed before they end, as with the SDK.
    for job in jobs.keys.sorted() { logEnd(of: job, reason: "parent process shutdown") }
  }

  private func logEnd(of job: String, reason: String) {
    let room = jobs[job] ?? ""
    log.info("process exiting", ["reason": .text(reason), "job_id": .text(job), "room": .text(room)])
  }

  // MARK: The server's side

  /// Connects and registers, again and again with growing pauses, as the SDK does; false: it has given up.
  private func stayConnected() async -> Bool {
    let client = WebSocketClient()
    var attempts = 0
    var hasGivenUp = false
    while !isClosed {
      let reason = await serveConnection(of: client)
      if isClosed || Task.isCancelled { break }
      if isRegistered { attempts = 0 }
      isRegistered = false
      guard attempts < options.maximumRetries else {
        hasGivenUp = true
        fail("failed to connect to livekit after \(attempts) attempts")
        break
      }
      let pause = min(10, 2 * attempts)
      attempts += 1
      log.warning(
        "failed to connect to livekit, retrying in \(pause)s",
        [
          "retry_count": .number(Double(attempts)), "max_retry": .number(Double(options.maximumRetries)),
          "error": .text(reason),
        ])
      // A little more than the SDK, whose first pause is none: a server that closes at once must not keep a core busy.
      guard (try? await Task.sleep(for: .seconds(pause) + .milliseconds(50))) != nil else { break }
    }
    await client.shutDown()
    return !hasGivenUp
  }

  /// Connects once and serves the connection until it ends; returns why it ended.
  private func serveConnection(of client: WebSocketClient) async -> String {
    defer { socket = nil }
    do {
      let socket = try await client.connect(
        options.url + "/agent", headers: ["Authorization": "Bearer \(try token().exposed)"])
      self.socket = socket
      try await talk(socket)
      return "the connection was closed"
    } catch {
      return "\(error)"
    }
  }

  /// What the SDK signs: six hours, and the right to work as an agent.
  private func token() throws -> Secret {
    var grants = VideoGrants()
    grants.agent = true
    grants.canPublish = true
    grants.canSubscribe = true
    grants.canPublishData = true
    var token = AccessToken(apiKey: options.apiKey, validFrom: wallClock.now, for: .seconds(21_600))
    token.video = grants
    return try token.signed(with: Secret(options.apiSecret))
  }

  private func talk(_ socket: WebSocket) async throws {
    var request = RegisterWorkerRequest()
    request.version = Self.imitatedVersion
    request.agentName = options.agentName
    var permissions = ParticipantPermission()
    permissions.canSubscribe = true
    permissions.canPublish = true
    permissions.canPublishData = true
    permissions.canUpdateMetadata = true
    permissions.isAgent = true
    request.allowedPermissions = permissions
    try await send(.register(request))
    while let message = try await socket.receive() {
      // Text is not for a worker; the SDK goes on too.
      guard case .binary(let bytes) = message else { continue }
      try await take(try Wire.decode(ServerMessage.self, from: bytes).content)
    }
  }

  private func take(_ message: ServerMessage.Content?) async throws {
    switch message {
    case .register(let response): try await registered(response)
    case .availability(let request): try await answer(request)
    case .assignment(let assignment):
      guard let job = assignment.job else { break }
      jobs[job.id] = job.room?.name ?? ""
      log.debug("received assignment")
      try await report(job.id, .running)
    case .termination(let termination):
      guard jobs[termination.jobID] != nil else { break }
      logEnd(of: termination.jobID, reason: "room disconnected")
      jobs[termination.jobID] = nil
      try await report(termination.jobID, .success)
    case .pong, .goAway, nil: break
    }
  }

  private func registered(_ response: RegisterWorkerResponse) async throws {
    workerID = response.workerID
    isRegistered = true
    log.info(
      "registered worker",
      [
        "agent_name": .text(options.agentName), "deployment": .text(""), "id": .text(workerID),
        "url": .text(options.url), "region": .text(response.serverInfo?.region ?? ""),
        "protocol": response.serverInfo.map { .number(Double($0.protocolVersion)) },
      ])
    if !jobs.isEmpty {
      var migration = MigrateJobRequest()
      migration.jobIDs = jobs.keys.sorted()
      try await send(.migrateJob(migration))
    }
    await sendStatus()
  }

  private func answer(_ request: AvailabilityRequest) async throws {
    guard let job = request.job else { return }
    var response = AvailabilityResponse()
    response.jobID = job.id
    response.isAvailable = !isDraining
    if !isDraining {
      log.info(
        "received job request",
        [
          "job_id": .text(job.id), "dispatch_id": .text(job.dispatchID), "room": .text(job.room?.name ?? ""),
          "room_id": .text(job.room?.sid ?? ""), "agent_name": .text(options.agentName), "resuming": .bool(false),
        ])
      response.participantIdentity = "agent-\(job.id)"
      response.participantAttributes = ["lk.agent.name": options.agentName]
    }
    try await send(.availability(response))
  }

  /// Every 2.5 s, as the SDK does.
  private func reportStatus() async {
    while (try? await Task.sleep(for: .milliseconds(2_500))) != nil { await sendStatus() }
  }

  private func sendStatus() async {
    guard isRegistered else { return }
    var update = UpdateWorkerStatus()
    update.status = isDraining ? .full : .available
    update.load = isDraining ? 0 : 0.1
    update.jobCount = UInt32(jobs.count)
    // A connection that cannot be written to is noticed by its reader.
    try? await send(.updateWorker(update))
  }

  private func report(_ job: String, _ status: JobStatus) async throws {
    var update = UpdateJobStatus()
    update.jobID = job
    update.status = status
    try await send(.updateJob(update))
  }

  private func send(_ content: WorkerMessage.Content) async throws {
    try await socket?.send(.binary(try Wire.encode(WorkerMessage(content))))
  }

  // MARK: The HTTP side

  private func answer(_ request: HTTPRequest) -> HTTPResponse {
    switch request.path {
    case "/": .text("OK")
    case "/worker": .json(Array(status.utf8))
    default: .text("404: Not Found", status: 404)
    }
  }

  /// Protobuf's JSON, in which zero and empty fields are left out: livekit-agents from 1.5.17 on.
  private var status: String {
    let fields = [
      #""worker_type":"JT_ROOM""#,
      options.agentName.isEmpty ? nil : #""agent_name":\#(WorkerLogWriter.quoted(options.agentName))"#,
      jobs.isEmpty ? nil : #""active_jobs":\#(jobs.count).0"#, #""sdk_version":"\#(Self.imitatedVersion)""#,
      #""worker_load":0.1"#, #""protocol_version":1"#,
    ]
    return "{\(fields.compactMap(\.self).joined(separator: ","))}"
  }
}
