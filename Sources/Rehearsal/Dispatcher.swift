package import Cutover
import Documents
import Libraries
import LiveKit
import Machine
package import Vocabulary
import Web

/// Offers sessions to registered workers and follows them to their end.
///
/// It says what a LiveKit server says, frame for frame: a registration is answered with the worker's id, a session is
/// offered (`availability`), assigned at once when it is accepted, and ended by `termination` when its person hangs up.
package actor Dispatcher {
  nonisolated let wallClock: WallClock
  private let options: DispatchServer.Options
  private var board = DispatchBoard()
  private var connections: [WorkerID: WebSocket] = [:]
  /// The open offer of each session; one is open at a time.
  private var open: [SessionID: OpenOffer] = [:]
  private var random = SystemRandomNumberGenerator()
  private var joinAttempts = 0
  /// Whom calls are for that name nobody; nil: any worker.
  private var pool: WorkerPool?

  enum Answer: Sendable {
    case accepted(AvailabilityResponse), declined, refused, silent, workerGone, withdrawn

    var word: DispatchBoard.Offer.Answer {
      switch self {
      case .accepted: .accepted
      case .declined: .declined
      case .refused: .refused
      case .silent: .silent
      case .workerGone: .workerGone
      case .withdrawn: .withdrawn
      }
    }
  }

  /// An offer that has been sent, or is about to be: its answer can come before anybody waits for it.
  private struct OpenOffer {
    let worker: WorkerID
    var answer: Answer?
    var waiter: CheckedContinuation<Answer, Never>?
  }

  init(options: DispatchServer.Options, wallClock: WallClock) {
    self.options = options
    self.wallClock = wallClock
  }

  // MARK: What is seen

  /// Every session since the start.
  package var observation: Observation { board.observation }

  /// The workers that are registered, by id.
  package var workerCount: Int { board.workers.count }

  /// The workers that are registered, by id.
  package var registrations: [WorkerRegistration] {
    board.workers.values.sorted { $0.id < $1.id }.map {
      WorkerRegistration(id: $0.id, pool: $0.pool, sdk: $0.sdk, isFull: $0.isFull)
    }
  }

  /// Who serves a session; nil while nobody has taken it.
  package func assignment(of id: SessionID) -> SessionAssignment? {
    guard let session = board.sessions[id], let worker = session.worker, let participant = session.participant else {
      return nil
    }
    return SessionAssignment(
      worker: worker, identity: participant.identity, attributes: participant.attributes,
      isReportedRunning: session.isReportedRunning, end: session.end?.sign)
  }

  /// How many sessions run.
  package var runningCount: Int { board.runningCount }

  /// How many registered workers have said that they are full, for tests.
  var fullCount: Int { board.workers.values.count { $0.isFull } }

  /// Every offer since the start, for tests.
  var offers: [DispatchBoard.Offer] { board.offers }

  /// Whether everybody who was offered a session has answered; false while nobody was.
  func hasAnswer(_ id: SessionID) -> Bool {
    let asked = board.offers.filter { $0.session == id }
    return !asked.isEmpty && asked.allSatisfy { $0.answer != .pending }
  }

  /// The worker that serves a session, for tests.
  func session(_ id: SessionID) -> DispatchBoard.Session? { board.sessions[id] }

  /// How often somebody tried to join a room here: a sign of an agent that needs a real LiveKit server.
  package var roomJoinAttempts: Int { joinAttempts }

  func noteJoinAttempt() { joinAttempts += 1 }

  // MARK: A worker's connection

  /// Serves one connection until it closes.
  func serve(_ socket: WebSocket) async {
    guard let worker = await register(socket) else { return await socket.close(.protocolError) }
    do {
      while let message = try await socket.receive() {
        guard case .binary(let bytes) = message else {
          // The SDKs speak binary; the JSON form of this protocol is not taken here.
          await socket.close(.unsupportedData)
          break
        }
        await receive(try Wire.decode(WorkerMessage.self, from: bytes), from: worker)
      }
    } catch is WebFailure {
      // A broken connection ends the registration like an orderly close does.
      socket.reset()
    } catch {
      // No message of this protocol.
      await socket.close(.invalidData)
    }
    await disconnect(worker)
  }

  /// Takes the first message, which must be `register` and must come in time; nil: it was not, and nobody is registered.
  private func register(_ socket: WebSocket) async -> WorkerID? {
    do {
      let first = try await withDeadline(options.registrationTimeout) { try await socket.receive() }
      guard case .binary(let bytes)? = first,
        case .register(let request)? = try Wire.decode(WorkerMessage.self, from: bytes).content
      else { return nil }
      let id = WorkerID(ServerIdentifier.make("AW_"))
      let worker = DispatchBoard.Worker(
        id: id, agentName: request.agentName, deployment: request.deployment, jobType: request.type,
        sdk: request.version, registeredAt: wallClock.now)
      board.register(worker)
      connections[id] = socket
      var response = RegisterWorkerResponse()
      response.workerID = id.rawValue
      response.serverInfo = serverInfo
      do {
        try await send(.register(response), to: socket)
      } catch {
        await disconnect(id)
        return nil
      }
      return id
    } catch {
      // Silence, a broken connection or no message of this protocol: none of them registers a worker.
      return nil
    }
  }

  /// What livekit-server 1.13.5 says of itself, but for its version.
  private let serverInfo: ServerInfo = {
    var info = ServerInfo()
    info.version = Sluice.version
    info.protocolVersion = 17
    info.nodeID = ServerIdentifier.make("ND_")
    info.agentProtocol = 1
    return info
  }()

  private func receive(_ message: WorkerMessage, from worker: WorkerID) async {
    let now = wallClock.now
    switch message.content {
    case .availability(let response):
      let answer = response.isAvailable ? Answer.accepted(response) : response.terminates ? .refused : .declined
      self.answer(SessionID(response.jobID), answer, from: worker)
    case .updateWorker(let update):
      board.update(worker, isFull: update.status.map { $0 == .full }, load: update.load)
    case .updateJob(let update): await jobChanged(SessionID(update.jobID), update.status, by: worker, at: now)
    case .migrateJob(let request): await migrate(request.jobIDs.map { SessionID($0) }, to: worker)
    case .ping(let ping):
      guard let socket = connections[worker] else { return }
      var pong = WorkerPong()
      pong.lastTimestamp = ping.timestamp
      pong.timestamp = now.nanoseconds / 1_000_000
      // A connection that cannot be written to is noticed by its reader.
      try? await send(.pong(pong), to: socket)
    case .register, .simulateJob, nil: break
    }
  }

  /// Takes what a worker says of a session; what it says of one that it does not serve is left out.
  private func jobChanged(_ session: SessionID, _ status: JobStatus, by worker: WorkerID, at now: Timestamp) async {
    guard let known = board.sessions[session], known.worker == worker else { return }
    switch status {
    case .success: board.end(session, known.personLeftAt == nil ? .agentLeft : .personLeft, at: now)
    case .failed: board.end(session, .crashed, at: now)
    case .running:
      board.reportRunning(session)
      // A worker knows no job that still waits for its process: what it was told of one then, it has forgotten.
      if known.personLeftAt != nil { await terminate(session) }
    case .pending: break
    case .cancelled: board.end(session, .unknown("cancelled"), at: now)
    case .unrecognized(let number): board.end(session, .unknown("job-status-\(number)"), at: now)
    }
  }

  /// A worker that comes back brings its sessions along, and hears of those whose person has left meanwhile.
  private func migrate(_ ids: [SessionID], to worker: WorkerID) async {
    board.migrate(ids, to: worker)
    for id in ids {
      guard let session = board.sessions[id], session.worker == worker, session.personLeftAt != nil else { continue }
      await terminate(id)
    }
  }

  /// A worker that only lost its connection registers again and brings its sessions along; one that does not has left them.
  private func disconnect(_ worker: WorkerID) async {
    connections[worker] = nil
    let now = wallClock.now
    for (session, offer) in open where offer.worker == worker { answer(session, .workerGone, from: worker) }
    let orphans = board.disconnect(worker)
    guard !orphans.isEmpty else { return }
    // Cancelled when the server stops: then nobody asks any more.
    try? await Task.sleep(for: options.reconnectPatience)
    for session in orphans where board.sessions[session]?.worker == worker { board.end(session, .workerGone, at: now) }
  }

  // MARK: A session's life

  /// From now on calls are for the agent of this name, which may be empty: workers of another name or deployment are not
  /// offered them, as on a LiveKit server.
  func meet(agentName: String) { pool = board.pool(of: agentName) }

  /// Asks for an agent for one session, as the arrival of a person does; the person leaves after `length`.
  ///
  /// Returns when the person has left and the worker, if one serves the session, was told so; how it ends is seen in the
  /// observation. A session that no worker takes is not dispatched again, as with a LiveKit server. When the task is
  /// cancelled the person leaves at once.
  package func hold(room: String, length: Duration, clock: any Clock<Duration> = ContinuousClock()) async -> SessionID {
    await hold(SessionRequest(room: room), length: length, clock: clock)
  }

  /// The same for a room that is known elsewhere; ends as soon as the task is cancelled.
  package func hold(
    _ request: SessionRequest, length: Duration, clock: any Clock<Duration> = ContinuousClock()
  ) async -> SessionID {
    let id = request.id
    board.create(id, room: request.room, at: wallClock.now)
    await dispatch(makeJob(request), session: id, pool: request.pool ?? pool)
    // Cancelled when the rehearsal ends: the person then leaves at once.
    try? await clock.sleep(for: length)
    // A task of its own is not cancelled with this one: the worker hears of it in any case.
    await Task { await hangUp(id) }.value
    return id
  }

  /// Offers a session to one worker after the other, each once, until one takes it.
  private func dispatch(_ job: Job, session id: SessionID, pool: WorkerPool?) async {
    var tried: Set<WorkerID> = []
    while !Task.isCancelled,
      let worker = board.pick(
        excluding: tried, from: pool, includingFull: options.offersToFull, using: &random)
    {
      tried.insert(worker)
      guard let socket = connections[worker] else { continue }
      var job = job
      job.agentName = board.workers[worker]?.agentName ?? job.agentName
      job.deployment = board.workers[worker]?.deployment ?? job.deployment
      job.state?.workerID = worker.rawValue
      let offer = board.offer(id, to: worker, at: wallClock.now)
      let answer = await ask(job, session: id, worker: worker, socket)
      board.answer(offer, answer.word)
      switch answer {
      case .accepted(let response):
        // The worker may have gone between its answer and this moment; then it was not given the session.
        guard connections[worker] === socket else { continue }
        return await assign(job, session: id, worker: worker, response, socket)
      case .declined, .workerGone: continue
      // A worker that gives no answer ends the attempt: a LiveKit server does not try another.
      case .silent, .refused, .withdrawn: return
      }
    }
  }

  private func ask(_ job: Job, session: SessionID, worker: WorkerID, _ socket: WebSocket) async -> Answer {
    open[session] = OpenOffer(worker: worker)
    defer { open[session] = nil }
    do {
      var request = AvailabilityRequest()
      request.job = job
      try await send(.availability(request), to: socket)
    } catch {
      return .workerGone
    }
    let timeout = Task {
      // Cancelled when the answer came first.
      try await Task.sleep(for: options.answerTimeout)
      self.answer(session, .silent, from: worker)
    }
    defer { timeout.cancel() }
    return await withTaskCancellationHandler {
      if let answer = open[session]?.answer { return answer }
      return await withCheckedContinuation { open[session]?.waiter = $0 }
    } onCancel: {
      Task { await self.answer(session, .withdrawn, from: worker) }
    }
  }

  private func answer(_ session: SessionID, _ answer: Answer, from worker: WorkerID) {
    guard let offer = open[session], offer.worker == worker, offer.answer == nil else { return }
    open[session]?.answer = answer
    open[session]?.waiter?.resume(returning: answer)
    open[session]?.waiter = nil
  }

  private func assign(
    _ job: Job, session id: SessionID, worker: WorkerID, _ response: AvailabilityResponse, _ socket: WebSocket
  ) async {
    let now = wallClock.now
    var job = job
    job.state?.participantIdentity = response.participantIdentity
    let participant = DispatchBoard.Participant(
      identity: response.participantIdentity, attributes: response.participantAttributes)
    board.assign(id, to: worker, as: participant, at: now)
    do {
      var assignment = JobAssignment()
      assignment.job = job
      assignment.token = try WorkerAdmission.token(for: job, response, options: options, at: now)
      try await send(.assignment(assignment), to: socket)
    } catch {
      // The connection broke under the assignment; `disconnect` ends the session.
      socket.reset()
    }
  }

  /// The person hangs up: the agent is told to leave, and its worker says when it has.
  private func hangUp(_ id: SessionID) async {
    board.personLeaves(id, at: wallClock.now)
    await terminate(id)
  }

  /// Tells the worker that a running session is over.
  private func terminate(_ id: SessionID) async {
    guard let session = board.sessions[id], session.isRunning, let worker = session.worker,
      let socket = connections[worker]
    else { return }
    var termination = JobTermination()
    termination.jobID = id.rawValue
    // A connection that cannot be written to is noticed by its reader, which ends the session.
    try? await send(.termination(termination), to: socket)
  }

  private func makeJob(_ request: SessionRequest) -> Job {
    let now = wallClock.now
    var state = JobState()
    state.status = .running
    state.startedAt = now.nanoseconds
    state.updatedAt = now.nanoseconds
    var place = Room()
    place.sid = request.roomSID
    place.turnPassword = Secret(ServerIdentifier.make("", length: 43))
    place.name = request.room
    place.emptyTimeout = 300
    place.departureTimeout = 20
    place.creationTime = now.nanoseconds / 1_000_000_000
    place.creationTimeMilliseconds = now.nanoseconds / 1_000_000
    var job = Job()
    job.id = request.id.rawValue
    job.room = place
    job.state = state
    job.metadata = request.metadata
    job.dispatchID = request.dispatchID
    return job
  }

  private func send(_ content: ServerMessage.Content, to socket: WebSocket) async throws {
    try await socket.send(.binary(try Wire.encode(ServerMessage(content))))
  }
}

/// Ids as a LiveKit server makes them: a prefix and letters or digits.
enum ServerIdentifier {
  private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")

  static func make(_ prefix: String, length: Int = 12) -> String {
    prefix + String(Hashing.randomBytes(length).map { alphabet[Int($0) % alphabet.count] })
  }
}
