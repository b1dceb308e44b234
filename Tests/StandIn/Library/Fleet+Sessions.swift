import Vocabulary

/// A room.
struct RoomState: Sendable {
  let sid: String
  let name: String
  let createdAt: Timestamp
  let turnPassword: String
  var emptyTimeout: Duration
  var departureTimeout: Duration
  var maxParticipants: Int64 = 0
  var metadata = ""
  var participants: [Participant] = []
  var dispatches: [Dispatch] = []
  /// What `num_participants` says, which is behind.
  var countedPeople = 0
  /// When the last person left; nil: nobody was here, or somebody is.
  var emptySince: Timestamp?

  var people: Int { participants.count { !$0.isAgent } }

  func job(_ id: String) -> JobRecord? { dispatches.lazy.flatMap(\.jobs).first { $0.id == id } }
}

/// Somebody in a room.
struct Participant: Sendable {
  let sid: String
  let identity: String
  let isAgent: Bool
  let joinedAt: Timestamp
  var attributes: [String: String] = [:]
  /// Where the worker runs; people have none.
  var region = ""
}

/// A request for an agent in a room.
struct Dispatch: Sendable {
  let id: String
  let agentName: String
  let metadata: String
  let deployment: String
  var attributes: [String: String] = [:]
  let createdAt: Timestamp
  var jobs: [JobRecord] = []
}

/// A job as the server keeps it: it is running until its room is gone.
struct JobRecord: Sendable {
  let id: String
  let worker: String
  let startedAt: Timestamp
  let metadata: String
  let agentName: String
  let deployment: String
  let identity: String
}

extension Fleet {
  // MARK: Calls

  mutating func setTraffic(_ traffic: Scenario.Traffic?) {
    scenario.traffic = traffic
    callsLeft = traffic?.count
    trafficNumber += 1
    if traffic != nil { plan(.nextCall(traffic: trafficNumber), after: .zero) }
  }

  mutating func nextCall(_ number: Int) {
    // Traffic that was replaced ends here.
    guard number == trafficNumber, let traffic = scenario.traffic, callsLeft != 0 else { return }
    callsLeft = callsLeft.map { $0 - 1 }
    place(Call(length: traffic.length))
    plan(.nextCall(traffic: number), after: traffic.every)
  }

  /// A person comes to a room of its own and an agent is asked for.
  mutating func place(_ call: Call) {
    calls += 1
    let name = call.room ?? "call-\(calls)"
    // Names are used again: the room that is made then has another sid.
    close(name, .roomDeleted)
    var room = makeRoom(name)
    room.participants.append(
      Participant(sid: identifier("PA_"), identity: "caller-\(calls)", isAgent: false, joinedAt: now))
    room.dispatches = [makeDispatch(agentName: scenario.agentName, deployment: call.deployment)]
    rooms[room.name] = room
    notify("room_started", room.sid)
    notify("participant_joined", room.sid, room.participants[0])
    plan(.recount(sid: room.sid), after: scenario.pace.countLag)
    sessions.append(SessionTruth(room: room.name, createdAt: now))
    waiting[room.name] = sessions.count - 1
    if call.isServed { dispatch(room.dispatches[0].id, in: room.name, version: call.version) }
    if let length = call.length { plan(.personLeaves(sid: room.sid), after: length) }
  }

  mutating func makeRoom(_ name: String) -> RoomState {
    let sid = identifier("RM_")
    roomNames[sid] = name
    return RoomState(
      sid: sid, name: name, createdAt: now, turnPassword: identifier("", length: 43),
      emptyTimeout: scenario.pace.emptyTimeout, departureTimeout: scenario.pace.departure)
  }

  mutating func makeDispatch(
    agentName: String, metadata: String = "", deployment: String = "", attributes: [String: String] = [:]
  ) -> Dispatch {
    Dispatch(
      id: identifier("AD_"), agentName: agentName, metadata: metadata, deployment: deployment, attributes: attributes,
      createdAt: now)
  }

  // MARK: Dispatch

  /// Gives a dispatch to a worker, once; what no worker takes is lost, as with a real server.
  mutating func dispatch(_ id: String, in room: String, version: String? = nil) {
    guard !hasRealWorkers, let index = rooms[room]?.dispatches.firstIndex(where: { $0.id == id }),
      let dispatch = rooms[room]?.dispatches[index], let sid = rooms[room]?.sid,
      dispatch.agentName == scenario.agentName, let worker = pick(dispatch.deployment, version)
    else { return }
    let jobID = identifier("AJ_")
    let job = JobRecord(
      id: jobID, worker: worker.id, startedAt: now, metadata: dispatch.metadata, agentName: dispatch.agentName,
      deployment: dispatch.deployment, identity: "agent-" + jobID)
    rooms[room]?.dispatches[index].jobs.append(job)
    workers[worker.id]?.jobs.insert(job.id)
    homes[job.id] = sid
    logJob(worker.id, job.id, "received job request", [("dispatch_id", .text(id)), ("resuming", false)])
    let truth = truth(of: room)
    truths[job.id] = truth
    sessions[truth].agent = job.identity
    sessions[truth].version = worker.version
    sessions[truth].worker = worker.id
    sessions[truth].region = worker.region
    unservedDebt += scenario.rollout.unserved
    if unservedDebt >= 1, versions.last(where: \.isCurrent)?.name == worker.version, versions.count > 1 {
      unservedDebt -= 1
      crashesBeforeJoining(worker.id, job.id)
      return
    }
    plan(.agentJoins(sid: sid, job: job.id), after: scenario.pace.join)
  }

  private mutating func crashesBeforeJoining(_ worker: String, _ job: String) {
    logJob(worker, job, "unhandled exception while running the job task", level: "ERROR")
    logJob(worker, job, "process exiting", [("reason", "job crashed")])
    workers[worker]?.jobs.remove(job)
  }

  /// The truth of a room's session; made when a room has none yet, for rooms that were made by the API.
  private mutating func truth(of room: String) -> Int {
    if let index = waiting.removeValue(forKey: room) { return index }
    sessions.append(SessionTruth(room: room, createdAt: now))
    return sessions.count - 1
  }

  /// The worker that gets the next session: any that takes jobs; a draining one where the scenario says so.
  private mutating func pick(_ deployment: String, _ version: String?) -> Worker? {
    let candidates = workers.values.filter { $0.deployment == deployment && (version ?? $0.version) == $0.version }
      .sorted { $0.id < $1.id }
    let draining = candidates.filter { $0.rollout != nil }
    if version == nil, !draining.isEmpty {
      strayDebt += scenario.rollout.strays
      if strayDebt >= 1 {
        strayDebt -= 1
        return draining.randomElement(using: &random)
      }
    }
    if version != nil, !candidates.isEmpty { return candidates.randomElement(using: &random) }
    return candidates.filter { $0.drainingSince == nil }.randomElement(using: &random)
  }

  mutating func agentJoins(_ sid: String, _ job: String) {
    guard let room = room(sid), let record = room.job(job), let worker = workers[record.worker],
      worker.jobs.contains(job)
    else { return }
    let stamp = versions.last { $0.name == worker.version }?.stamp
    var attributes = ["lk.agent.name": scenario.agentName, "lk.agent_name": scenario.agentName]
    if let key = scenario.stamp, let stamp, !stamp.isEmpty { attributes[key] = stamp }
    let participant = Participant(
      sid: identifier("PA_"), identity: record.identity, isAgent: true, joinedAt: now, attributes: attributes,
      region: scenario.server == .cloud ? worker.region : "")
    change(sid) { $0.participants.append(participant) }
    notify("participant_joined", sid, participant)
    updateTruth(job) { [now, scenario] in
      $0.joinedAt = now
      $0.stamp = scenario.stamp == nil ? nil : stamp
    }
    if room.people == 0 { plan(.closeIfEmpty(sid: sid), after: room.emptyTimeout) }
  }

  // MARK: Ends

  mutating func personLeaves(_ sid: String) {
    guard let room = room(sid), room.people > 0 else { return }
    change(sid) { [now] in
      $0.participants.removeAll { !$0.isAgent }
      $0.emptySince = now
    }
    for person in room.participants where !person.isAgent { notify("participant_left", sid, person, .clientInitiated) }
    if let index = waiting.removeValue(forKey: room.name) { sessions[index].personLeftAt = now }
    for job in room.dispatches.flatMap(\.jobs) {
      updateTruth(job.id) { [now] in $0.personLeftAt = $0.personLeftAt ?? now }
      guard workers[job.worker]?.jobs.contains(job.id) == true else { continue }
      logJob(job.worker, job.id, "process exiting", [("reason", "room disconnected")])
      end(job.id, .personLeft, listedFor: scenario.pace.leave)
    }
    plan(.recount(sid: sid), after: scenario.pace.countLag)
    plan(.closeIfEmpty(sid: sid), after: room.departureTimeout)
  }

  /// The agent's connection is made anew: another participant of the same identity, who has just joined.
  mutating func reconnectAgent(in name: String) {
    guard let index = rooms[name]?.participants.firstIndex(where: \.isAgent),
      let agent = rooms[name]?.participants[index]
    else { return }
    let again = Participant(
      sid: identifier("PA_"), identity: agent.identity, isAgent: true, joinedAt: now, attributes: agent.attributes,
      region: agent.region)
    rooms[name]?.participants[index] = again
  }

  /// The agent goes and leaves its person behind.
  mutating func agentLeaves(_ name: String) {
    for job in (rooms[name]?.dispatches ?? []).flatMap(\.jobs) where workers[job.worker]?.jobs.contains(job.id) == true
    {
      logJob(job.worker, job.id, "process exiting", [("reason", "agent hung up")])
      end(job.id, .agentLeft, listedFor: .zero)
    }
  }

  /// Takes a job from its worker; its agent stays listed for a while.
  mutating func end(_ job: String, _ end: SessionTruth.End, listedFor linger: Duration) {
    guard let room = homes[job].flatMap({ self.room($0) }), let record = room.job(job) else { return }
    workers[record.worker]?.jobs.remove(job)
    updateTruth(job) { [now] in
      guard $0.endedAt == nil else { return }
      $0.endedAt = now
      $0.end = end
    }
    let reason: LeaveReason =
      switch end {
      case .killed: .connectionTimeout
      case .removed: .participantRemoved
      case .roomDeleted: .roomDeleted
      case .personLeft, .agentLeft, .drainTimeout, .serverRestarted: .clientInitiated
      }
    if linger == .zero {
      agentGone(room.sid, record.identity, reason)
    } else {
      plan(.agentGone(sid: room.sid, identity: record.identity, reason), after: linger)
    }
    if workers[record.worker]?.drainingSince != nil {
      plan(.exitIfIdle(worker: record.worker), after: linger + scenario.pace.exit)
    }
  }

  mutating func agentGone(_ sid: String, _ identity: String, _ reason: LeaveReason) {
    guard let agent = room(sid)?.participants.first(where: { $0.identity == identity }) else { return }
    notify("participant_left", sid, agent, reason)
    change(sid) { $0.participants.removeAll { $0.identity == identity } }
  }

  /// An empty room ends when its time is over; one with an agent alone in it counts as empty.
  mutating func closeIfEmpty(_ sid: String) {
    guard let room = room(sid), room.people == 0 else { return }
    let end = room.emptySince.map { $0 + room.departureTimeout } ?? room.createdAt + room.emptyTimeout
    guard now >= end else { return }
    close(room.name, .roomDeleted)
  }

  /// Ends a room and every session in it.
  mutating func close(_ name: String, _ end: SessionTruth.End) {
    for job in (rooms[name]?.dispatches ?? []).flatMap(\.jobs) where workers[job.worker]?.jobs.contains(job.id) == true
    {
      logJob(job.worker, job.id, "process exiting", [("reason", "room disconnected")])
      self.end(job.id, end, listedFor: .zero)
    }
    if let room = rooms[name] {
      for participant in room.participants { notify("participant_left", room.sid, participant, .roomDeleted) }
      notify("room_finished", room.sid)
      roomNames[room.sid] = nil
    }
    rooms[name] = nil
    waiting[name] = nil
  }

  /// The server restarts: people are back at once in rooms of the same names, their agents are not, and nobody sends others.
  mutating func restartServer() {
    for old in rooms.values.sorted(by: { $0.name < $1.name }) {
      for job in old.dispatches.flatMap(\.jobs) where workers[job.worker]?.jobs.contains(job.id) == true {
        logJob(job.worker, job.id, "process exiting", [("reason", "room disconnected")])
        workers[job.worker]?.jobs.remove(job.id)
        updateTruth(job.id) { [now] in ($0.endedAt, $0.end) = (now, .serverRestarted) }
        if workers[job.worker]?.drainingSince != nil {
          plan(.exitIfIdle(worker: job.worker), after: scenario.pace.exit)
        }
      }
      roomNames[old.sid] = nil
      rooms[old.name] = nil
      waiting[old.name] = nil
      guard old.people > 0 else { continue }
      var room = makeRoom(old.name)
      room.participants = old.participants.filter { !$0.isAgent }.map {
        Participant(sid: identifier("PA_"), identity: $0.identity, isAgent: false, joinedAt: now)
      }
      rooms[room.name] = room
      plan(.recount(sid: room.sid), after: scenario.pace.countLag)
    }
  }

  // MARK: Access

  func room(_ sid: String) -> RoomState? {
    roomNames[sid].flatMap { rooms[$0] }.flatMap { $0.sid == sid ? $0 : nil }
  }

  mutating func change(_ sid: String, _ body: (inout RoomState) -> Void) {
    guard var room = room(sid) else { return }
    body(&room)
    rooms[room.name] = room
  }

  private mutating func updateTruth(_ job: String, _ body: (inout SessionTruth) -> Void) {
    if let index = truths[job] { body(&sessions[index]) }
  }
}
