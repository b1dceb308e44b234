import Cutover
package import Vocabulary

/// What the log of a LiveKit server says of workers, jobs and rooms, taken in as the log grows.
///
/// Knows livekit-server 1.13.5 with `logging.json`. Every line is taken for what happened at its own time, so files of several
/// nodes may come in any order and a line may come twice. At the level `info` a server does not say which workers
/// reported themselves full and how their connections closed; at `debug` it does. What was not seen is nil. Rooms, jobs and
/// workers that are over are forgotten ten minutes later, by the log's own time.
package struct ServerLog: Sendable {
  /// Every worker that registered or was named, by id.
  package private(set) var workers: [WorkerID: Worker] = [:]
  /// Every job that a worker took, by id.
  package private(set) var jobs: [SessionID: Job] = [:]
  /// Every room that somebody joined or that a dispatch was made for, by sid.
  package private(set) var rooms: [String: Room] = [:]
  /// When a server last said that it is starting; its rooms from before are gone.
  package private(set) var startedAt: Timestamp?
  /// The time of the first event.
  package private(set) var firstAt: Timestamp?
  /// The time of the last event.
  package private(set) var lastAt: Timestamp?

  /// One registration of a worker.
  package struct Worker: Hashable, Sendable {
    /// What the server calls it.
    package let id: WorkerID
    /// The agent name it registered under; empty: automatic dispatch.
    package var agentName: String?
    /// The deployment it registered under; empty: none.
    package var deployment: String?
    /// Its SDK's version, which is not the release.
    package var sdkVersion: String?
    package var registeredAt: Timestamp?
    /// Since when it has reported WS_FULL, which a draining worker does and one at its load limit too.
    package var fullAt: Timestamp?
    /// When its connection closed.
    package var closedAt: Timestamp?
    /// How its connection closed, in the server's words; at level `info` it does not say.
    package var closing: String?
    /// Offers that it did not answer, and when the last one was.
    package var unanswered = 0
    package var unansweredAt: Timestamp?
  }

  /// One job from its assignment on.
  package struct Job: Hashable, Sendable {
    package let id: SessionID
    package var worker: WorkerID?
    package var agentName: String?
    package var room: String?
    package var roomID: String?
    package var assignedAt: Timestamp?
    /// When the server wrote that it ended, and whether its process had died: any other end says nothing of how it ended.
    package var endedAt: Timestamp?
    package var hasDied = false
  }

  /// One room and who has been in it.
  package struct Room: Hashable, Sendable {
    package var name: String
    package var stays: [String: Stay] = [:]
    /// The agents that a dispatch asked for.
    package var dispatchedTo: Set<String> = []
    package var closedAt: Timestamp?
    var lastAt: Timestamp
  }

  /// One participant's last stay in a room.
  package struct Stay: Hashable, Sendable {
    /// When it first joined, and when it last did: a reconnect is the same stay.
    package var firstJoinedAt: Timestamp?
    package var joinedAt: Timestamp?
    package var leftAt: Timestamp?
    /// Why it left, in the server's words.
    package var reason: String?
    /// What it is; a server says so only when it leaves.
    package var kind: String?

    /// Whether it had joined and not left by that moment.
    package func isThere(at moment: Timestamp) -> Bool {
      guard let joinedAt, joinedAt <= moment else { return false }
      return leftAt.map { $0 < joinedAt || $0 > moment } ?? true
    }
  }

  /// For how long what is over is kept.
  static let retention = Duration.seconds(600)
  /// How many of a kind are kept; the oldest are left out beyond it.
  static let limit = 50_000

  /// A log of which nothing was read.
  package init() {}

  /// Whether a line can say anything that is kept; most lines of a busy server are about webhooks and media.
  package static func matters(_ line: [UInt8]) -> Bool { ServerLogLine.matters(line) }

  /// Takes in one line without its end; what is no line of a server's log is passed over.
  package mutating func take(_ bytes: [UInt8]) {
    guard ServerLogLine.matters(bytes), let line = ServerLogLine(bytes) else { return }
    lastAt = lastAt.map { max($0, line.at) } ?? line.at
    firstAt = firstAt.map { min($0, line.at) } ?? line.at
    agents(line)
    participants(line)
  }

  private mutating func agents(_ line: ServerLogLine) {
    switch line.message {
    case "worker registered": worker(line) { $0.registeredAt = line.at }
    case "worker status changed":
      let isFull = line.text("status") == "WS_FULL"
      worker(line) { $0.fullAt = isFull ? ($0.fullAt ?? line.at) : nil }
    case "worker closed WS connection": worker(line) { $0.closing = line.text("wsError")?.harmless }
    case "closing worker", "last worker deregistered": worker(line) { $0.closedAt = $0.closedAt ?? line.at }
    case "assigned job to worker":
      worker(line)
      job(line) { $0.assignedAt = line.at }
      dispatch(line)
    case "failed to assign job to worker":
      worker(line) { worker in
        guard worker.unansweredAt.map({ $0 < line.at }) ?? true else { return }
        worker.unanswered += 1
        worker.unansweredAt = line.at
      }
      dispatch(line)
    // Said for each of the job types that no worker serves, also of rooms whose agent comes.
    case "not dispatching agent job since no worker is available": dispatch(line)
    case "job ended":
      worker(line)
      // JS_FAILED with a reason is what the server says of nearly every hang-up; without one the job's process has died.
      let hasDied = line.text("status") == "JS_FAILED" && line.text("error") == ""
      job(line) { ($0.endedAt, $0.hasDied) = ($0.endedAt ?? line.at, $0.hasDied || hasDied) }
    default: break
    }
  }

  private mutating func participants(_ line: ServerLogLine) {
    switch line.message {
    case "starting RTC session":
      stay(line) { stay in
        stay.firstJoinedAt = min(stay.firstJoinedAt ?? line.at, line.at)
        stay.joinedAt = max(stay.joinedAt ?? line.at, line.at)
      }
    case "participant closing":
      stay(line) { stay in
        guard stay.leftAt.map({ $0 <= line.at }) ?? true else { return }
        (stay.leftAt, stay.reason, stay.kind) = (line.at, line.text("reason"), line.text("kind"))
      }
    case "closing room": room(line) { $0.closedAt = $0.closedAt ?? line.at }
    case "starting LiveKit server": startedAt = max(startedAt ?? line.at, line.at)
    default: break
    }
  }

  private mutating func worker(_ line: ServerLogLine, _ change: (inout Worker) -> Void = { _ in }) {
    guard let id = line.text("workerID").map({ WorkerID($0) }), !id.rawValue.isEmpty else { return }
    var worker = workers[id] ?? Worker(id: id)
    worker.agentName = line.text("agentName") ?? worker.agentName
    worker.deployment = line.text("deployment") ?? worker.deployment
    worker.sdkVersion = line.text("version")?.harmless ?? worker.sdkVersion
    change(&worker)
    workers[id] = worker
  }

  private mutating func job(_ line: ServerLogLine, _ change: (inout Job) -> Void) {
    guard let id = line.text("jobID").map({ SessionID($0) }), !id.rawValue.isEmpty else { return }
    var job = jobs[id] ?? Job(id: id)
    job.worker = line.text("workerID").map { WorkerID($0) } ?? job.worker
    job.agentName = line.text("agentName") ?? job.agentName
    job.room = line.text("room") ?? job.room
    job.roomID = line.text("roomID") ?? job.roomID
    change(&job)
    jobs[id] = job
  }

  private mutating func room(_ line: ServerLogLine, _ change: (inout Room) -> Void) {
    guard let id = line.text("roomID"), !id.isEmpty, let name = line.text("room") else { return }
    var room = rooms[id] ?? Room(name: name, lastAt: line.at)
    room.lastAt = max(room.lastAt, line.at)
    change(&room)
    rooms[id] = room
  }

  private mutating func stay(_ line: ServerLogLine, _ change: (inout Stay) -> Void) {
    guard let identity = line.text("participant") else { return }
    room(line) { room in
      guard room.stays[identity] != nil || room.stays.count < 1_000 else { return }
      change(&room.stays[identity, default: Stay()])
    }
  }

  private mutating func dispatch(_ line: ServerLogLine) {
    guard let agent = line.text("agentName") else { return }
    room(line) { room in if room.dispatchedTo.count < 64 { room.dispatchedTo.insert(agent) } }
  }

  /// Forgets what was over ten minutes before the log's last event.
  package mutating func forgetTheOld() {
    guard let lastAt else { return }
    let begins = lastAt - ServerLog.retention
    for (id, job) in jobs where (end(of: job)?.at ?? job.endedAt).map({ $0 < begins }) == true { jobs[id] = nil }
    let used = Set(jobs.values.compactMap(\.roomID))
    rooms = rooms.filter {
      used.contains($0.key) || ($0.value.closedAt ?? $0.value.lastAt) >= begins || $0.value.isOpen
    }
    let busy = Set(jobs.values.compactMap(\.worker))
    workers = workers.filter { busy.contains($0.key) || ($0.value.closedAt.map { $0 >= begins } ?? true) }
    bound(&jobs, by: \.assignedAt)
    bound(&workers, by: \.registeredAt)
    bound(&rooms) { $0.lastAt }
  }

  private func bound<Key, Value>(_ values: inout [Key: Value], by moment: (Value) -> Timestamp?) {
    guard values.count > ServerLog.limit else { return }
    let zero = Timestamp(nanoseconds: 0)
    let oldest = values.sorted { (moment($0.value) ?? zero) < (moment($1.value) ?? zero) }
    for (key, _) in oldest.prefix(values.count - ServerLog.limit) { values[key] = nil }
  }
}

extension ServerLog.Room {
  fileprivate var isOpen: Bool { closedAt == nil && stays.values.contains { $0.isThere(at: lastAt) } }
}
