package import Cutover
package import Vocabulary

/// What the lines of a LiveKit server's log may be taken for, as it was seen on livekit-server 1.13.5.
extension ServerLog {
  /// The agent's stay in its room; nil: it has not joined.
  ///
  /// Its identity is `agent-` and the job's id, unless its request function gave another: then the first that joined after
  /// the assignment and is not known to be a person.
  package func agentStay(of job: Job) -> Stay? {
    guard let room = job.roomID.flatMap({ rooms[$0] }) else { return nil }
    if let own = room.stays["agent-\(job.id)"] { return own }
    guard let assignedAt = job.assignedAt else { return nil }
    let others = room.stays.filter { identity, stay in
      !identity.hasPrefix("agent-AJ_") && (stay.kind == nil || stay.kind == "AGENT")
        && (stay.joinedAt ?? assignedAt) > assignedAt
    }
    return others.values.min { ($0.joinedAt ?? assignedAt) < ($1.joinedAt ?? assignedAt) }
  }

  /// Everybody in a job's room who is no agent and no recorder.
  private func people(with job: Job) -> [Stay] {
    guard let room = job.roomID.flatMap({ rooms[$0] }) else { return [] }
    let agent = agentStay(of: job)
    return room.people.filter { $0 != agent }
  }

  /// Whether a person is in a job's room after the last event.
  package func person(with job: Job) -> SessionObservation.Presence {
    guard let lastAt, let room = job.roomID.flatMap({ rooms[$0] }) else { return .unknown }
    guard room.closedAt == nil, !isFromBeforeStart(room) else { return .absent }
    return people(with: job).contains { $0.isThere(at: lastAt) } ? .present : .absent
  }

  /// Since when a person has been in a room, for as long as one is there; nil: nobody is.
  package func waitingSince(in room: Room) -> Timestamp? {
    guard let lastAt, room.closedAt == nil, !isFromBeforeStart(room) else { return nil }
    return room.people.filter { $0.isThere(at: lastAt) }.compactMap(\.joinedAt).min()
  }

  /// When the first person came into a room before the job was assigned; nil: nobody was there.
  package func firstPerson(in room: Room, with job: Job) -> Timestamp? {
    let first = room.people.compactMap(\.firstJoinedAt).min()
    guard let first, let assignedAt = job.assignedAt, first <= assignedAt else { return nil }
    return first
  }

  private func isFromBeforeStart(_ room: Room) -> Bool { startedAt.map { room.lastAt < $0 } ?? false }

  /// How a job ended whose agent had joined; nil: it has not ended, or its agent never joined.
  ///
  /// `CLIENT_REQUEST_LEAVE` is what a hang-up, an exception and a drain timeout say alike: they are told apart by who was
  /// still there and whether the worker's connection had closed before. A drained worker stays until its last job
  /// has ended, so one that reported itself full, closed its connection in good order and had this job cut it.
  package func end(of job: Job) -> SessionObservation.End? {
    guard let agent = agentStay(of: job), let joinedAt = agent.joinedAt else { return nil }
    if job.hasDied, let at = job.endedAt {
      return SessionObservation.End(at: at, sign: .crashed, personLeftAt: personLeft(job, by: at))
    }
    let room = job.roomID.flatMap { rooms[$0] }
    if let leftAt = agent.leftAt, leftAt >= joinedAt {
      let personLeftAt = personLeft(job, by: leftAt)
      return SessionObservation.End(
        at: leftAt, sign: sign(of: job, agent.reason, at: leftAt, personLeftAt), personLeftAt: personLeftAt)
    }
    if let closedAt = room?.closedAt {
      return SessionObservation.End(at: closedAt, sign: .roomClosed, personLeftAt: personLeft(job, by: closedAt))
    }
    // Rooms come back under new ids and their agents do not: an incident of the server's, not of a rollout.
    guard let startedAt, joinedAt < startedAt else { return nil }
    return SessionObservation.End(at: startedAt, sign: .serverRestarted)
  }

  private func sign(
    of job: Job, _ reason: String?, at: Timestamp, _ personLeftAt: Timestamp?
  ) -> SessionObservation.Sign {
    switch reason {
    case "PEER_CONNECTION_DISCONNECTED", "CONNECTION_TIMEOUT": return .connectionLost
    case "ROOM_CLOSED", "SERVICE_REQUEST_DELETE_ROOM", "SERVICE_REQUEST_REMOVE_PARTICIPANT": return .roomClosed
    case "CLIENT_REQUEST_LEAVE": break
    default: return .unknown(reason?.harmless ?? "no reason")
    }
    if personLeftAt != nil { return .personLeft }
    guard let worker = job.worker.flatMap({ workers[$0] }), let closedAt = worker.closedAt, closedAt < at else {
      return .agentLeft
    }
    return worker.hasEndedItsDrain ? .drainTimedOut : .workerGone
  }

  /// When the last person left, if nobody was there any more at that moment.
  private func personLeft(_ job: Job, by moment: Timestamp) -> Timestamp? {
    let people = people(with: job)
    guard !people.contains(where: { $0.isThere(at: moment) }) else { return nil }
    return people.compactMap(\.leftAt).filter { $0 <= moment }.max()
  }

  /// What is known of a worker's drain.
  ///
  /// Full alone is no drain: a worker at its load limit says the same and goes back. Full until its connection closed is.
  package func drain(of worker: Worker) -> InstanceObservation.Drain? {
    guard worker.hasEndedItsDrain, let fullAt = worker.fullAt, let closedAt = worker.closedAt else { return nil }
    let hadJobs = jobs(of: worker).contains { endedAt($0).map { $0 > closedAt } ?? true }
    return InstanceObservation.Drain(
      confirmedAt: fullAt, confirmedBy: .workerStatus, timedOutAt: hadJobs ? closedAt : nil,
      finishedAt: hadJobs ? nil : closedAt)
  }

  /// When a worker that has drained was done with everything; nil: it is not, or did not drain.
  ///
  /// After a drain timeout its connection closes first, and its calls may go on for 15 s.
  package func drained(_ worker: Worker) -> Timestamp? {
    guard let closedAt = worker.closedAt else { return nil }
    var last = closedAt
    for job in jobs(of: worker) {
      guard let ended = endedAt(job) else { return nil }
      last = max(last, ended)
    }
    return last
  }

  /// The jobs of a worker whose agents joined before its connection closed.
  private func jobs(of worker: Worker) -> [Job] {
    jobs.values.filter { job in
      guard job.worker == worker.id, let joinedAt = agentStay(of: job)?.firstJoinedAt else { return false }
      return worker.closedAt.map { joinedAt <= $0 } ?? true
    }
  }

  private func endedAt(_ job: Job) -> Timestamp? { min(end(of: job)?.at, job.endedAt) }
}

extension ServerLog.Worker {
  /// Whether it was full until it closed its connection itself; one that was killed or cut off does not close it in order.
  package var hasEndedItsDrain: Bool {
    guard let fullAt, let closedAt, fullAt <= closedAt, let closing else { return false }
    // @livekit/agents closes without a close frame's status.
    return closing.contains("close 1000") || closing.contains("close 1005")
  }
}

extension ServerLog.Room {
  /// Everybody who is no agent and no recorder, as far as a server tells.
  fileprivate var people: [ServerLog.Stay] {
    stays.filter { identity, stay in
      !identity.hasPrefix("agent-AJ_") && !["AGENT", "EGRESS", "INGRESS"].contains(stay.kind)
    }.map(\.value)
  }
}

private func min(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
  guard let left, let right else { return left ?? right }
  return Swift.min(left, right)
}
