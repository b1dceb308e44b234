import Cutover
import LiveKit
import Vocabulary

/// The workers and sessions of the embedded dispatch server, as values: who is registered, who may be picked, what became of
/// each session. It knows no sockets and no clock; every change carries its time.
struct DispatchBoard {
  /// Who is connected, by id.
  private(set) var workers: [WorkerID: Worker] = [:]
  /// Every session since the start, by id.
  private(set) var sessions: [SessionID: Session] = [:]
  /// Every offer since the start, in order.
  private(set) var offers: [Offer] = []

  /// A registered worker.
  struct Worker: Hashable {
    let id: WorkerID
    let agentName: String
    let deployment: String
    /// What kind of job it takes; this server has jobs of rooms alone.
    var jobType = JobType.room
    let sdk: String
    let registeredAt: Timestamp
    var isFull = false
    var load: Float = 0

    var pool: WorkerPool { WorkerPool(agentName: agentName, deployment: deployment) }

    /// 1 − load, 0 to 1; a load that is no number weighs nothing.
    var weight: Double { load.isNaN ? 0 : Double(min(1, max(0, 1 - load))) }
  }

  /// One session and what became of it.
  struct Session: Hashable {
    let id: SessionID
    let room: String
    let createdAt: Timestamp
    var worker: WorkerID?
    var startedAt: Timestamp?
    /// What the agent's participant carries, as its worker said when it took the session.
    var participant: Participant?
    var isRunning = false
    /// Whether its worker has said that the job runs; a worker of Node never does.
    var isReportedRunning = false
    var personLeftAt: Timestamp?
    var end: SessionObservation.End?
  }

  /// The participant as which an agent joins.
  struct Participant: Hashable {
    let identity: String
    let attributes: [String: String]
  }

  /// One offer of a session to a worker.
  struct Offer: Hashable {
    let session: SessionID
    let worker: WorkerID
    let at: Timestamp
    /// Whether the worker had reported itself full when it was asked.
    let wasFull: Bool
    var answer: Answer

    enum Answer: String {
      case pending, accepted, declined, silent
      /// Declined for every worker: the session is not offered again.
      case refused
      /// The worker's connection closed before it answered.
      case workerGone = "worker-gone"
      /// Whoever asked gave up before the worker answered.
      case withdrawn
    }
  }

  // MARK: Workers

  mutating func register(_ worker: Worker) { workers[worker.id] = worker }

  /// The workers of an agent's name, with the deployment of the first of them; no deployment where none is registered.
  func pool(of agentName: String) -> WorkerPool {
    let first = workers.values.filter { $0.agentName == agentName }
      .min { ($0.registeredAt, $0.id) < ($1.registeredAt, $1.id) }
    return first?.pool ?? WorkerPool(agentName: agentName, deployment: "")
  }

  mutating func update(_ id: WorkerID, isFull: Bool?, load: Float) {
    // An absent status says nothing: the last one stays.
    if let isFull { workers[id]?.isFull = isFull }
    workers[id]?.load = load
  }

  /// Takes a worker off the board; its running sessions are returned, still running: a worker that only reconnects keeps them.
  mutating func disconnect(_ id: WorkerID) -> [SessionID] {
    workers[id] = nil
    return sessions.values.filter { $0.worker == id && $0.isRunning }.map(\.id).sorted()
  }

  /// Gives sessions to the new registration of the worker that serves them; one that was given up runs again.
  ///
  /// Only sessions that some worker took and that no registered worker has can be given.
  mutating func migrate(_ ids: [SessionID], to worker: WorkerID) {
    for id in ids {
      guard let session = sessions[id], let former = session.worker, workers[former] == nil,
        session.end == nil || session.end?.sign == .workerGone
      else { continue }
      sessions[id]?.worker = worker
      sessions[id]?.isRunning = true
      sessions[id]?.end = nil
    }
  }

  /// Picks as a LiveKit server does: among those that are available, weighted by 1 − load; nil when there is none.
  ///
  /// With `includingFull` workers that reported themselves full come first, as for a server with a late view of them.
  /// `pool` is whom a session is for; nil is any worker.
  func pick(
    excluding tried: Set<WorkerID>, from pool: WorkerPool? = nil, includingFull: Bool = false,
    using generator: inout some RandomNumberGenerator
  ) -> WorkerID? {
    let candidates = workers.values
      .filter { !tried.contains($0.id) && $0.jobType == .room && (pool ?? $0.pool) == $0.pool }
      .sorted { $0.id < $1.id }
    if includingFull, let full = candidates.first(where: \.isFull) { return full.id }
    let available = candidates.filter { !$0.isFull }
    let weights = available.map(\.weight)
    let total = weights.reduce(0, +)
    // A fleet whose load is 1 everywhere takes nothing: the weights of a real server sum to zero as well.
    guard total > 0 else { return nil }
    var point = Double.random(in: 0..<total, using: &generator)
    for (worker, weight) in zip(available, weights) {
      if point < weight { return worker.id }
      point -= weight
    }
    return available.last?.id
  }

  // MARK: Sessions

  mutating func create(_ id: SessionID, room: String, at: Timestamp) {
    sessions[id] = Session(id: id, room: room, createdAt: at)
  }

  /// Records that a session is offered; returns the offer's index.
  mutating func offer(_ session: SessionID, to worker: WorkerID, at: Timestamp) -> Int {
    offers.append(
      Offer(session: session, worker: worker, at: at, wasFull: workers[worker]?.isFull ?? false, answer: .pending))
    return offers.count - 1
  }

  mutating func answer(_ offer: Int, _ answer: Offer.Answer) { offers[offer].answer = answer }

  mutating func assign(
    _ session: SessionID, to worker: WorkerID, as participant: Participant? = nil, at: Timestamp
  ) {
    sessions[session]?.worker = worker
    sessions[session]?.participant = participant
    sessions[session]?.startedAt = at
    sessions[session]?.isRunning = true
  }

  /// Records that the worker says that the job runs.
  mutating func reportRunning(_ session: SessionID) { sessions[session]?.isReportedRunning = true }

  /// Records that the person hung up; without an agent that is the session's end.
  mutating func personLeaves(_ id: SessionID, at: Timestamp) {
    guard sessions[id]?.personLeftAt == nil else { return }
    sessions[id]?.personLeftAt = at
    if sessions[id]?.startedAt == nil { end(id, .personLeft, at: at) }
  }

  /// Ends a session once; a later sign does not replace the first.
  mutating func end(_ id: SessionID, _ sign: SessionObservation.Sign, at: Timestamp) {
    guard let session = sessions[id], session.end == nil else { return }
    sessions[id]?.isRunning = false
    sessions[id]?.end = SessionObservation.End(at: at, sign: sign, personLeftAt: session.personLeftAt)
  }

  var runningCount: Int { sessions.values.count { $0.isRunning } }

  /// What a session source says of every session, sorted by id.
  var observation: Observation {
    Observation(
      sessions: sessions.values.sorted { $0.id < $1.id }.map { session in
        SessionObservation(
          id: session.id, room: session.room, worker: session.worker, createdAt: session.createdAt,
          startedAt: session.startedAt, agent: session.isRunning ? .present : .absent,
          person: session.personLeftAt == nil ? .present : .absent, end: session.end)
      })
  }
}
