import Cutover
import LiveKit
import Logs
import Vocabulary

/// What a server's log and the workers' own logs list together.
struct ServerLogListing {
  let source: SourceID
  let log: ServerLog
  let agentName: String?
  let workers: [WorkerLogReader]

  /// Workers by the ids that they registered under.
  private let byID: [WorkerID: Int]
  /// Ends that the workers' own logs tell, by job.
  private let ownJobs: [SessionID: WorkerLog.Job]

  init(source: SourceID, log: ServerLog, agentName: String?, workers: [WorkerLogReader]) {
    self.source = source
    self.log = log
    self.agentName = agentName
    self.workers = workers
    var byID: [WorkerID: Int] = [:]
    var ownJobs: [SessionID: WorkerLog.Job] = [:]
    for (index, reader) in workers.enumerated() {
      for registration in reader.log.registrations { byID[registration.worker] = index }
      for job in reader.log.jobs { ownJobs[job.id] = job }
    }
    self.byID = byID
    self.ownJobs = ownJobs
  }

  var observation: Observation {
    Observation(instances: instances, sessions: sessions, findings: findings.isEmpty ? nil : findings)
  }

  private func isMeant(_ agent: String?) -> Bool { agentName == nil || agent == agentName }

  // MARK: Findings

  /// Workers that are registered and do not answer: calls that are given to them get no agent.
  private var findings: [Finding] {
    let silent = log.workers.values.filter { isMeant($0.agentName) && $0.unanswered > 0 && $0.closedAt == nil }
    return restart
      + silent.sorted { $0.id < $1.id }.map { worker in
        let name = (byID[worker.id].map { workers[$0].worker.name.rawValue } ?? worker.id.rawValue).harmless
        return Finding(
          code: "RTE-007", status: .confirmed, severity: .critical,
          summary: "\(name) is registered and did not answer \(offers(worker)): the calls given to it got no agent",
          evidence: [
            Evidence(
              source: source, at: worker.unansweredAt,
              excerpt: "failed to assign job to worker \(worker.id.rawValue.harmless)")
          ],
          remedy: "stop that worker: a hung process keeps its registration for ever")
      }
  }

  /// A restart of the server under calls, which is its own and no drain's.
  private var restart: [Finding] {
    let broken = log.jobs.values.filter { isMeant($0.agentName) && log.end(of: $0)?.sign == .serverRestarted }
    guard let at = log.startedAt, !broken.isEmpty else { return [] }
    let shown = broken.map { ($0.room ?? $0.id.rawValue).harmless }.sorted().prefix(5).joined(separator: ", ")
    return [
      Finding(
        code: "OBS-004", status: .confirmed, severity: .warning,
        summary:
          "the LiveKit server restarted under \(broken.count == 1 ? "1 call" : "\(broken.count) calls") (\(shown)"
          + "\(broken.count > 5 ? " and \(broken.count - 5) more" : "")); they are not charged to the rollout",
        evidence: [Evidence(source: source, at: at, excerpt: "starting LiveKit server")],
        remedy:
          "agents do not come back by themselves: people in these rooms wait for nobody, dispatch again or close them")
    ]
  }

  private func offers(_ worker: ServerLog.Worker) -> String {
    worker.unanswered == 1 ? "1 offer" : "\(worker.unanswered) offers"
  }

  // MARK: Sessions

  private var sessions: [SessionObservation] {
    let jobs = log.jobs.values.filter { isMeant($0.agentName) }.sorted { $0.id < $1.id }
    let assigned = Set(jobs.compactMap(\.roomID))
    let waiting = log.rooms.filter { id, room in !assigned.contains(id) && room.dispatchedTo.contains(where: isMeant) }
    return jobs.compactMap(session)
      + waiting.sorted { $0.key < $1.key }.compactMap { id, room in
        log.waitingSince(in: room).map {
          SessionObservation(
            id: SessionID("\(id)/waiting"), room: room.name, createdAt: $0, agent: .absent, person: .present)
        }
      }
  }

  private func session(_ job: ServerLog.Job) -> SessionObservation? {
    let stay = log.agentStay(of: job)
    let end = end(of: job)
    let person = end?.personLeftAt != nil ? .absent : log.person(with: job)
    let hasJoined = stay?.firstJoinedAt != nil
    let room = job.roomID.flatMap { log.rooms[$0] }
    // A job whose agent never came matters for as long as somebody waits for it, or it may still come.
    guard hasJoined || person == .present || (job.endedAt == nil && room?.closedAt == nil) else { return nil }
    let reader = job.worker.flatMap { byID[$0] }.map { workers[$0].worker }
    let agent: SessionObservation.Presence = hasJoined || person == .present ? .absent : .unknown
    return SessionObservation(
      id: job.id, room: job.room, instance: reader?.name, worker: job.worker, version: reader?.version,
      basis: reader?.version == nil ? nil : .workerLog, createdAt: room.flatMap { log.firstPerson(in: $0, with: job) },
      startedAt: stay?.firstJoinedAt, agent: hasJoined && end == nil ? .present : agent,
      person: person, end: end, isProbe: job.room.map { RoomName($0).isProbe } ?? false)
  }

  /// The server's word on an end; where that fits a hang-up as well, the worker's own log knows better.
  private func end(of job: ServerLog.Job) -> SessionObservation.End? {
    guard var end = log.end(of: job) else { return nil }
    let own = ownJobs[job.id]
    let drain = job.worker.flatMap { byID[$0] }.map { workers[$0].log.drain }
    switch end.sign {
    case .agentLeft, .workerGone:
      if own?.end?.isCrash == true {
        end.sign = .crashed
      } else if let timedOut = drain?.timedOutAt, end.at >= timedOut {
        end.sign = .drainTimedOut
      }
    default: break
    }
    return end
  }

  // MARK: Instances

  private var instances: [InstanceObservation] {
    let named = workers.indices.map(instance)
    let others = log.workers.values.filter { isMeant($0.agentName) && byID[$0.id] == nil }.sorted { $0.id < $1.id }
    return named + others.map(instance)
  }

  /// A worker whose own log is read.
  private func instance(_ index: Int) -> InstanceObservation {
    let (worker, own) = (workers[index].worker, workers[index].log)
    let registrations = own.registrations.compactMap { log.workers[$0.worker] }
    let current = own.registrations.last.flatMap { log.workers[$0.worker] }
    var drain = registrations.last.flatMap(log.drain) ?? InstanceObservation.Drain()
    if let confirmed = own.drain.confirmedAt { (drain.confirmedAt, drain.confirmedBy) = (confirmed, .log) }
    drain.timedOutAt = own.drain.timedOutAt ?? drain.timedOutAt
    drain.finishedAt = drain.timedOutAt == nil ? own.drain.finishedAt ?? drain.finishedAt : nil
    drain.forcedAt = own.drain.forcedAt
    let isReady = !own.isInitializing || own.initializedAt != nil
    let phase: InstanceObservation.Phase
    var end: InstanceObservation.End?
    if let current, current.closedAt != nil {
      // A connection that closed is no end: a worker that only lost it registers again, under another id.
      (phase, end) = drain.confirmedAt == nil ? (.unknown("disconnected"), nil) : ended(current, drain)
    } else if drain.confirmedAt != nil {
      phase = .draining
    } else {
      phase = own.registrations.isEmpty || !isReady ? .starting : .serving
    }
    let registeredAt = own.registrations.first?.at
    return InstanceObservation(
      id: worker.name, version: worker.version, workers: own.registrations.map(\.worker),
      sdk: own.sdkVersion.map { "livekit-agents \($0)" }, phase: phase, registeredAt: registeredAt,
      initializedAt: own.initializedAt,
      servingAt: phase == .starting ? nil : registeredAt.map { max($0, own.initializedAt ?? $0) },
      drain: drain == InstanceObservation.Drain() ? nil : drain, end: end,
      note: note(current, workers[index].isComplete ? nil : "a part of its log is gone"))
  }

  /// A worker that only the server names.
  private func instance(_ worker: ServerLog.Worker) -> InstanceObservation {
    let drain = log.drain(of: worker)
    let phase: InstanceObservation.Phase
    var end: InstanceObservation.End?
    switch (worker.closedAt, drain) {
    case (_?, let drain?): (phase, end) = ended(worker, drain)
    case (_?, nil): phase = .unknown("disconnected")
    case (nil, _): phase = .unknown(worker.fullAt == nil ? "registered" : "full")
    }
    // One whose registration is not in the log was there when that begins.
    return InstanceObservation(
      id: InstanceID(worker.id.rawValue), workers: [worker.id], phase: phase,
      registeredAt: mayHaveComeBack(worker) ? nil : worker.registeredAt,
      servingAt: worker.registeredAt ?? log.firstAt, drain: drain, end: end, note: note(worker))
  }

  /// Whether a registration may be that of a worker which had lost its connection, or its server, shortly before.
  private func mayHaveComeBack(_ worker: ServerLog.Worker) -> Bool {
    guard let registeredAt = worker.registeredAt else { return false }
    let shortly = (registeredAt - .seconds(60))...(registeredAt + .seconds(5))
    if let startedAt = log.startedAt, shortly.contains(startedAt) { return true }
    return log.workers.values.contains { other in
      other.id != worker.id && other.agentName == worker.agentName && !other.hasEndedItsDrain
        && other.closedAt.map(shortly.contains) ?? false
    }
  }

  /// A drained worker whose connection has closed: gone once its last call has ended.
  private func ended(
    _ worker: ServerLog.Worker, _ drain: InstanceObservation.Drain
  ) -> (InstanceObservation.Phase, InstanceObservation.End?) {
    guard let at = log.drained(worker) else { return (.draining, nil) }
    return (.ended, InstanceObservation.End(at: at, cause: drain.finishedAt == nil ? nil : .drained))
  }

  private func note(_ worker: ServerLog.Worker?, _ own: String? = nil) -> String? {
    var notes = own.map { [$0] } ?? []
    if let worker {
      if let fullAt = worker.fullAt, worker.closedAt == nil {
        notes.append("full since \(fullAt.timeOfDay): it drains, or is at its load limit")
      }
      if worker.unanswered > 0, let last = worker.unansweredAt {
        notes.append("did not answer \(offers(worker)) (RTE-007), the last at \(last.timeOfDay)")
      }
    }
    return notes.isEmpty ? nil : notes.joined(separator: "; ")
  }
}
