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
  private var jobs: Set<String> = []
  private var isDraining = false

  /// A worker that writes its log lines with `write`, one call a line.
  package init(options: Options, wallClock: WallClock, write: @escaping @Sendable ([UInt8]) -> Void) {
    self.options = options
    self.wallClock = wallClock
    log = WorkerLogWriter(wallClock: wallClock, write: write)
  }

  /// Works until a stop signal has been obeyed; returns the exit status: 0, or 1 after a second signal.
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
        group.addTask {
          await self.stayConnected(); return nil
        }
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
      log.error("worker failed", ["exc_info": .text("\(error)")])
      return 0
    }
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
      log.warning("exiting forcefully", ["signal": .number(Int(signal))])
      return 1
    }
    // The drain was over first.
    return 0
  }

  private func drain() async {
    isDraining = true
    let timeout = options.drainTimeout
    log.info("draining worker", ["id": .text(workerID), "timeout": .number(Int(timeout.seconds))])
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
    log.info("shutting down worker", ["id": .text(workerID)])
    await socket?.close(.normal)
  }

  // MARK: The server's side

  /// Connects and registers, again and again with growing pauses, as the SDK does.
  private func stayConnected() async {
    let client = WebSocketClient()
    var attempts = 0
    while !Task.isCancelled {
      do {
        let socket = try await client.connect(
          options.url + "/agent", headers: ["Authorization": "Bearer \(try token().exposed)"])
        attempts = 0
        self.socket = socket
        try await talk(socket)
      } catch {
        attempts += 1
        log.warning(
          "failed to connect to livekit, retrying in \(min(10, 2 * attempts))s",
          ["retry_count": .number(attempts), "error": .text("\(error)")])
      }
      socket = nil
      guard (try? await Task.sleep(for: .seconds(min(10, 2 * attempts)))) != nil else { break }
    }
    await client.shutDown()
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
    try await send(.register(request))
    while case .binary(let bytes) = try await socket.receive() {
      switch try Wire.decode(ServerMessage.self, from: bytes).content {
      case .register(let response):
        workerID = response.workerID
        log.info(
          "registered worker",
          [
            "agent_name": .text(options.agentName), "deployment": .text(""), "id": .text(workerID),
            "url": .text(options.url), "region": .text(""),
            "protocol": .number(Int(response.serverInfo?.protocolVersion ?? 0)),
          ])
        if !jobs.isEmpty {
          var migration = MigrateJobRequest()
          migration.jobIDs = jobs.sorted()
          try await send(.migrateJob(migration))
        }
        await sendStatus()
      case .availability(let request): try await answer(request)
      case .assignment(let assignment):
        guard let id = assignment.job?.id else { break }
        jobs.insert(id)
        log.debug("received assignment")
        try await report(id, .running)
      case .termination(let termination):
        guard jobs.remove(termination.jobID) != nil else { break }
        log.info("process exiting", ["reason": .text("room disconnected"), "job_id": .text(termination.jobID)])
        try await report(termination.jobID, .success)
      case .pong, .goAway, nil: break
      }
    }
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
      #""worker_type":"JT_ROOM""#, options.agentName.isEmpty ? nil : #""agent_name":"\#(options.agentName)""#,
      jobs.isEmpty ? nil : #""active_jobs":\#(jobs.count).0"#, #""sdk_version":"\#(Self.imitatedVersion)""#,
      #""worker_load":0.1"#, #""protocol_version":1"#,
    ]
    return "{\(fields.compactMap(\.self).joined(separator: ","))}"
  }
}
