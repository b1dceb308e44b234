import Cutover
import LiveKit
import Vocabulary

/// Which releases sessions belong to, and what the book says of all of them.
extension RoomBook {
  /// The names under which agents were sent and registered.
  struct SeenNames: Sendable {
    private(set) var deployments: Set<String> = []
    private(set) var agents: Set<String> = []
    /// Whether the fleet's agents come without being asked for by name.
    private(set) var hasNameless = false

    mutating func add(_ session: AgentSession) {
      if let deployment = session.deployment?.rawValue, !deployment.isEmpty { deployments.insert(deployment) }
      let name = session.agentName ?? ""
      if name.isEmpty { hasNameless = true } else { agents.insert(name) }
    }
  }

  /// The release of a session and how it is known; nil: not known.
  ///
  /// A deployment or an agent's name stands for a release only where the rollout calls its versions by such names:
  /// most fleets have one name for all of theirs.
  func release(of session: AgentSession) -> (version: VersionName, basis: Basis)? {
    if let stamp = session.stamp { return (stamp, .attribute) }
    if let deployment = session.deployment?.rawValue, !deployment.isEmpty, areVersions(seenNames.deployments) {
      return (VersionName(deployment), .deployment)
    }
    if let name = session.agentName, !name.isEmpty, areVersions(seenNames.agents) {
      return (VersionName(name), .agentName)
    }
    return session.worker.flatMap { workerVersions[$0] }.map { ($0, .workerLog) }
  }

  private func areVersions(_ names: Set<String>) -> Bool {
    guard let rollout else { return false }
    return names.contains(rollout.incoming.version.rawValue)
      || rollout.outgoing.contains { names.contains($0.version.rawValue) }
  }

  /// Every session that is not forgotten, and everybody who waits for an agent of this fleet.
  var observation: Observation {
    var all: [SessionObservation] = []
    all.reserveCapacity(sessions.count)
    for session in sessions.values { all.append(observation(of: session)) }
    // In a room that a restart has made anew nobody asks for an agent: the person was served in the room before it.
    for room in rooms.values where room.aloneSince != nil && room.dispatch.isOurs == true && !room.isRemade {
      all.append(
        SessionObservation(
          id: SessionID("\(room.sid)/waiting"), room: room.name.rawValue,
          createdAt: room.people.values.compactMap(\.joinedAt).min(), agent: .absent, person: .present))
    }
    let findings = troubles.findings
    return Observation(sessions: all.sorted { $0.id < $1.id }, findings: findings.isEmpty ? nil : findings)
  }

  private func observation(of session: AgentSession) -> SessionObservation {
    let release = release(of: session)
    let room = rooms[session.room]
    return SessionObservation(
      id: session.id, room: session.roomName.rawValue, worker: session.worker, version: release?.version,
      basis: release?.basis, region: session.region, createdAt: session.createdAt, startedAt: session.startedAt,
      agent: session.isThere ? .present : .absent,
      person: session.isThere ? room?.presence ?? .unknown : session.person, end: session.end,
      isProbe: session.roomName.isProbe)
  }

  // MARK: What is worth asking

  /// Whether a session must be looked at in every poll: it is not known to be on the incoming version.
  private func matters(_ session: AgentSession) -> Bool {
    guard session.isThere else { return false }
    guard let rollout, let version = release(of: session)?.version else { return true }
    // After a restart both are the same version: then only its worker tells a session's turn.
    guard !rollout.outgoing.isEmpty else { return version != rollout.incoming.version }
    return rollout.outgoing.contains { $0.version == version }
  }

  /// Whether a room must be asked about in every poll: somebody waits in it, its session is about to end, or it matters.
  private func isVital(_ room: Room) -> Bool {
    if room.aloneSince != nil { return room.dispatch.isOurs != false }
    return room.sessions.contains { id in
      guard let session = sessions[id], session.isThere else { return false }
      return room.emptiedAt != nil || matters(session)
    }
  }

  /// The rooms to ask about: those that matter, are new or have changed, the longest known first, and then a few of the
  /// others in turn.
  func due(inTurn: Int) -> [RoomSID] {
    var urgent: [Room] = []
    var others: [Room] = []
    for room in rooms.values {
      if room.isOwed || isVital(room) { urgent.append(room) } else { others.append(room) }
    }
    let isOlder: (Room, Room) -> Bool = { ($0.knownAt, $0.sid) < ($1.knownAt, $1.sid) }
    return (urgent.sorted(by: isOlder) + others.sorted(by: isOlder).prefix(inTurn)).map(\.sid)
  }

  /// The rooms whose dispatches are worth a question, the longest known first.
  func dispatchesDue(at now: Timestamp) -> [RoomSID] {
    rooms.values.filter { room in
      if let again = room.dispatch.askAgainAt, again > now { return false }
      if let since = room.aloneSince { return room.dispatch.isOurs != true && now - since >= .seconds(2) }
      guard room.dispatch.attempts < 5 else { return false }
      return room.sessions.contains { id in
        guard let session = sessions[id], session.isThere, session.worker == nil else { return false }
        let tellsTurn = stamps.looksUpWorkers || rollout?.isOfOneVersion == true
        return release(of: session) == nil || tellsTurn && matters(session)
      }
    }
    .sorted { ($0.knownAt, $0.sid) < ($1.knownAt, $1.sid) }.map(\.sid)
  }

  /// The rooms that must be asked about and were not since a moment, up to when all is known of the oldest of them, and
  /// how many must be asked about in all.
  func backlog(before moment: Timestamp) -> Backlog? {
    var backlog = Backlog(waiting: 0, knownAt: moment, urgent: 0)
    for room in rooms.values where room.isOwed || isVital(room) {
      backlog.urgent += 1
      guard room.knownAt < moment else { continue }
      backlog.waiting += 1
      backlog.knownAt = min(backlog.knownAt, room.knownAt)
    }
    return backlog.waiting == 0 ? nil : backlog
  }

  /// What a poll has left for the next ones.
  struct Backlog: Hashable, Sendable {
    var waiting: Int
    var knownAt: Timestamp
    var urgent: Int
  }
}
