import Cutover
import Documents
import LiveKit
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

@testable import Rehearsal

/// A dispatch server that serves for the time of the body, and a client for its workers.
struct Dispatch: Sendable {
  let server: DispatchServer
  let client = WebSocketClient()
  var dispatcher: Dispatcher { server.dispatcher }

  static func serving<Result: Sendable>(
    _ change: (inout DispatchServer.Options) -> Void = { _ in }, _ body: (Dispatch) async throws -> Result
  ) async throws -> Result {
    var options = DispatchServer.Options()
    options.answerTimeout = .seconds(60)
    change(&options)
    let dispatch = Dispatch(server: try DispatchServer(options: options, wallClock: .live))
    async let running: Void = dispatch.server.run()
    let result: Swift.Result<Result, any Error>
    do { result = .success(try await body(dispatch)) } catch { result = .failure(error) }
    await dispatch.client.shutDown()
    dispatch.server.stop()
    await running
    return try result.get()
  }

  /// Connects with a worker's token and says nothing yet.
  func open() async throws -> WebSocket {
    var grants = VideoGrants()
    grants.agent = true
    var token = AccessToken(apiKey: server.options.apiKey, validFrom: WallClock.live.now, for: .seconds(3_600))
    token.video = grants
    let signed = try token.signed(with: Secret(server.options.apiSecret)).exposed
    return try await client.connect(
      server.url + "/agent", headers: ["Authorization": "Bearer \(signed)"], timeout: .seconds(60) * Patience.factor)
  }

  /// Connects and registers a worker that behaves in a certain way.
  func worker(
    _ behaviour: ScriptedWorker.Behaviour = .accepts, name: String = "", deployment: String = "",
    type: JobType = .room
  ) async throws -> ScriptedWorker {
    let worker = ScriptedWorker(try await open(), behaviour)
    var request = RegisterWorkerRequest()
    request.version = "1.8.9"
    request.agentName = name
    request.deployment = deployment
    request.type = type
    try await worker.send(.register(request))
    worker.read()
    #expect(await Patience.until(.seconds(60)) { worker.id != nil })
    return worker
  }

  /// A person who calls and stays until `hangUp`.
  func call(_ room: String = "room") -> Call {
    let dispatcher = dispatcher
    return Call(task: Task { await dispatcher.hold(room: room, length: .seconds(3_600)) })
  }

  /// The session in a room; it is asked for again and again until it is as wanted.
  @discardableResult
  func session(
    in room: String = "room", _ location: SourceLocation = #_sourceLocation,
    until condition: @Sendable (DispatchBoard.Session) -> Bool
  ) async throws -> DispatchBoard.Session {
    var last: DispatchBoard.Session?
    let held = await Patience.until(.seconds(60)) {
      let id = await dispatcher.observation.sessions.first { $0.room == room }?.id
      last = if let id { await dispatcher.session(id) } else { nil }
      return last.map(condition) ?? false
    }
    #expect(held, "the last was \(String(describing: last))", sourceLocation: location)
    return try #require(last, sourceLocation: location)
  }

  struct Call: Sendable {
    let task: Task<SessionID, Never>
    /// The person leaves; returns the session's id.
    @discardableResult func hangUp() async -> SessionID {
      task.cancel()
      return await task.value
    }
  }
}

/// A worker on our own WebSocket client that follows a script.
final class ScriptedWorker: Sendable {
  enum Behaviour: Sendable {
    /// Takes every session, runs it, and ends it when it is told to.
    case accepts
    case declines
    /// Declines for every worker.
    case refuses
    case silent
    /// Closes its connection in the middle of an offer.
    case closes
    /// Takes a session and loses its connection at the same moment.
    case acceptsAndVanishes
    /// Takes sessions and never says what became of them.
    case ignoresTermination
    /// Takes sessions, is slow to run them, and knows of no end that it is told before.
    case forgetsWhatIsNotRunning
  }

  let socket: WebSocket
  private let behaviour: Behaviour
  private let heard = Locked<[ServerMessage.Content]>([])

  init(_ socket: WebSocket, _ behaviour: Behaviour) {
    self.socket = socket
    self.behaviour = behaviour
  }

  /// What the server has said so far.
  var messages: [ServerMessage.Content] { heard.withLock { $0 } }

  /// What the server calls it.
  var id: WorkerID? {
    guard case .register(let response)? = messages.first else { return nil }
    return WorkerID(response.workerID)
  }

  var offers: [Job] {
    messages.compactMap { if case .availability(let request) = $0 { request.job } else { nil } }
  }

  var terminations: [String] {
    messages.compactMap { if case .termination(let termination) = $0 { termination.jobID } else { nil } }
  }

  func send(_ content: WorkerMessage.Content) async throws {
    try await socket.send(.binary(try Wire.encode(WorkerMessage(content))))
  }

  func update(_ status: WorkerStatus?, load: Float = 0) async throws {
    var update = UpdateWorkerStatus()
    update.status = status
    update.load = load
    try await send(.updateWorker(update))
  }

  func report(_ job: String, _ status: JobStatus) async throws {
    var update = UpdateJobStatus()
    update.jobID = job
    update.status = status
    try await send(.updateJob(update))
  }

  func migrate(_ jobs: [String]) async throws {
    var request = MigrateJobRequest()
    request.jobIDs = jobs
    try await send(.migrateJob(request))
  }

  /// Sends a ping of the protocol and waits for its pong: everything that was sent before has been taken in by then.
  func settle() async throws {
    let mark = Int64.random(in: 1...Int64.max)
    var ping = WorkerPing()
    ping.timestamp = mark
    try await send(.ping(ping))
    let answered = await Patience.until(.seconds(60)) {
      messages.contains { if case .pong(let pong) = $0 { pong.lastTimestamp == mark } else { false } }
    }
    #expect(answered, "no pong")
  }

  /// Reads until the connection ends, in a task of its own.
  func read() {
    Task {
      while case .binary(let bytes)? = try await socket.receive() {
        guard let content = try Wire.decode(ServerMessage.self, from: bytes).content else { continue }
        heard.withLock { $0.append(content) }
        try await answer(content)
      }
    }
  }

  private func answer(_ content: ServerMessage.Content) async throws {
    switch content {
    case .availability(let request):
      var response = AvailabilityResponse()
      response.jobID = request.job?.id ?? ""
      switch behaviour {
      case .silent: return
      case .closes: return await socket.close()
      case .accepts, .acceptsAndVanishes, .ignoresTermination, .forgetsWhatIsNotRunning:
        response.isAvailable = true
        response.participantIdentity = "agent-\(response.jobID)"
      case .declines: break
      case .refuses: response.terminates = true
      }
      try await send(.availability(response))
      if behaviour == .acceptsAndVanishes { socket.reset() }
    case .assignment(let assignment) where behaviour != .forgetsWhatIsNotRunning:
      try await report(assignment.job?.id ?? "", .running)
    case .termination where behaviour == .ignoresTermination: break
    case .termination where behaviour == .forgetsWhatIsNotRunning && terminations.count == 1: break
    case .termination(let termination): try await report(termination.jobID, .success)
    case .register, .pong, .goAway, .assignment: break
    }
  }
}
