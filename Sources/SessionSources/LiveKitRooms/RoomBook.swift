import Cutover
import LiveKit
import Vocabulary

/// What is known of a project's rooms, the people and agents in them, and the sessions that follow from both.
///
/// It asks nobody and reads no clock: every change carries its time. An empty list of participants is taken for an empty
/// room only where the room is listed after it, and a dispatch that says `running` never makes a session live.
struct RoomBook: Sendable {
  /// What an agent needs to be one of this fleet, and how its release is known.
  let stamps: Stamps
  private(set) var rooms: [RoomSID: Room] = [:]
  private(set) var sessions: [SessionID: AgentSession] = [:]
  /// The change that is watched, which says whose sessions matter most; nil: not known, so all do.
  var rollout: Rollout?
  /// Which release each worker runs, from elsewhere.
  var workerVersions: [WorkerID: VersionName] = [:]
  var troubles: RoomTroubles
  private(set) var seenNames = SeenNames()

  private var names: [RoomName: RoomSID] = [:]
  private var listedAt: Timestamp?
  /// Rooms of the first listing of which nothing has been heard; nil before it.
  private var unheard: Set<RoomSID>?
  /// Rooms that closed lately with people in them, by name, and rooms that took the place of such.
  private var lost: [RoomName: (sid: RoomSID, at: Timestamp)] = [:]
  private var remade: [RoomSID: (former: RoomSID, at: Timestamp)] = [:]
  /// When every room was gone at once with people in several of them, and the calls in these; nil: not lately.
  private var vanished: (at: Timestamp, sessions: [SessionID])?

  /// How a fleet's agents are told from others, and their releases from each other.
  struct Stamps: Sendable {
    /// The attribute that a release stamps on its agents.
    var attribute = "app.version"
    /// The name under which the fleet's agents are dispatched; nil: any.
    var agentName: String?
    /// Whether the worker of a session is worth a ListDispatch: another source knows workers.
    var looksUpWorkers = false
  }

  /// An agent follows its person within 3 s (seen on livekit-server 1.13.5); twice that separates it from one that stays.
  static let patience: Duration = .seconds(6)
  /// How long a session stays listed after its end, so that the readings that follow still say how it ended.
  static let retention: Duration = .seconds(120)
  /// How far a listing may be behind a webhook.
  static let listingLag: Duration = .seconds(3)
  /// How soon after they were lost rooms come back when their server has restarted.
  static let remaking: Duration = .seconds(60)
  /// How soon after a server answers again its callers are back: 1 to 2 s on livekit-server 1.13.5.
  static let comingBack: Duration = .seconds(20)

  init(stamps: Stamps, source: SourceID) {
    self.stamps = stamps
    troubles = RoomTroubles(source: source)
  }

  /// How many rooms of the first listing have not been heard of, and how many it had; nil: none is missing.
  var unheardAtFirst: Int? { unheard.map(\.count).flatMap { $0 == 0 ? nil : $0 } }
  var isListed: Bool { unheard != nil }

  // MARK: What the server says

  /// Takes in ListRooms: new rooms, changed counts, and rooms that have closed.
  mutating func list(_ listed: [ListedRoom], asked: Timestamp, at now: Timestamp) {
    let before = listedAt
    let known = rooms
    var seen = Set<RoomSID>(minimumCapacity: listed.count)
    for room in listed {
      seen.insert(room.sid)
      let counts = Room.Counts(people: room.people, publishers: room.publishers)
      if let known = rooms[room.sid] {
        if known.counts != counts {
          rooms[room.sid]?.counts = counts
          rooms[room.sid]?.isOwed = true
        }
        continue
      }
      replace(room, at: now)
      open(Room(room, knownAt: before ?? asked))
    }
    for room in rooms.values where !seen.contains(room.sid) {
      // A listing may be a little behind the webhook that told of a room.
      if let told = room.toldAt, asked - told < RoomBook.listingLag { continue }
      close(room, at: now)
    }
    listedAt = asked
    if unheard == nil { unheard = seen }
    let occupied = known.values.filter(\.isOccupied)
    if occupied.count > 1, known.keys.allSatisfy({ rooms[$0] == nil }) {
      vanished = (now, occupied.flatMap(\.sessions))
    }
    noteRestart(at: now)
    forget(at: now)
  }

  /// Takes in ListParticipants of a room that is listed.
  mutating func hear(_ participants: [ListedParticipant], in sid: RoomSID, asked: Timestamp, at now: Timestamp) {
    // A webhook that came after the question was asked knows better.
    guard var room = rooms[sid], (room.toldAt ?? asked) <= asked else { return }
    let present = participants.filter { $0.state != .disconnected }
    room.set(people: present.filter(\.isPerson), at: now)
    var there = Set<SessionID>()
    for agent in present where agent.kind == .agent {
      if let id = join(agent, &room, at: now) { there.insert(id) }
    }
    for id in room.sessions where sessions[id]?.isThere == true && !there.contains(id) { leave(id, room, at: now) }
    noteWhoIsLeft(&room, at: now)
    room.knownAt = asked
    heard(room, at: now)
  }

  /// Takes in ListDispatch: under which names agents were sent, and which worker took which job.
  mutating func hear(_ dispatches: [AgentDispatch], in sid: RoomSID, at now: Timestamp) {
    guard var room = rooms[sid] else { return }
    let standing = dispatches.filter { $0.deletedAt == nil }
    room.dispatch.isOurs = standing.contains { isOurs($0.agentName) }
    for id in room.sessions {
      guard var session = sessions[id], session.isThere else { continue }
      let own = standing.filter { $0.agentName == session.agentName }
      if Set(own.map(\.deployment)).count == 1 { session.deployment = own[0].deployment }
      let jobs = dispatches.flatMap(\.jobs)
      if let job = jobs.first(where: { $0.participantIdentity == session.identity || $0.id.rawValue == id.rawValue }) {
        session.worker = job.workerID ?? session.worker
        if !job.deployment.rawValue.isEmpty { session.deployment = job.deployment }
        session.agentName = session.agentName ?? job.agentName
      }
      seenNames.add(session)
      sessions[id] = session
    }
    let there = Set(room.sessions.compactMap { sessions[$0] }.filter(\.isThere).map(\.identity))
    let isStale = standing.flatMap(\.jobs).contains { job in
      // A job is listed before and after its agent by some seconds.
      job.status == .running && job.endedAt == nil && !there.contains(job.participantIdentity)
        && job.startedAt.map { now - $0 > .seconds(10) } ?? false
    }
    if isStale { troubles.note(staleDispatchIn: room.name, at: now) }
    rooms[sid] = room
  }

  /// Notes that dispatches are asked about, so that what is not answered is not asked again at once.
  mutating func willAskAboutDispatches(of sids: [RoomSID], at now: Timestamp) {
    for sid in sids {
      guard let attempts = rooms[sid]?.dispatch.attempts else { continue }
      rooms[sid]?.dispatch.attempts = attempts + 1
      rooms[sid]?.dispatch.askAgainAt = now + min(.seconds(60), .seconds(2 << min(attempts, 5)))
    }
  }

  // MARK: What a webhook says

  /// Takes in what a webhook says. What comes late, or of a room that nobody knew, is asked again.
  mutating func take(_ event: WebhookEvent, at now: Timestamp) {
    guard let listed = event.room, !listed.sid.rawValue.isEmpty else { return }
    if event.kind == .roomFinished {
      if let room = rooms[listed.sid] { close(room, at: now) }
      return
    }
    if rooms[listed.sid] == nil {
      replace(listed, at: now)
      open(Room(listed, knownAt: now))
      rooms[listed.sid]?.isOwed = event.kind != .roomStarted
    }
    guard var room = rooms[listed.sid] else { return }
    let isLate = event.createdAt.map { now - $0 > .seconds(10) } ?? false
    switch (event.kind, event.participant) {
    case (.participantJoined, let participant?):
      if participant.kind == .agent {
        _ = join(participant, &room, at: now)
      } else if participant.isPerson {
        room.set(people: Array(room.people.values) + [participant], at: now)
      }
    case (.participantLeft, let participant?), (.participantAborted, let participant?):
      if participant.kind == .agent {
        left(participant, &room, at: now)
      } else if room.people[participant.identity]?.sid == participant.sid {
        room.set(people: room.people.values.filter { $0.identity != participant.identity }, at: now)
      }
    default: break
    }
    if let job = event.job { take(job, room, hasEnded: event.kind == .jobEnded, at: now) }
    noteWhoIsLeft(&room, at: now)
    room.toldAt = now
    let isOwed = room.isOwed || isLate
    if !isOwed { room.knownAt = now }
    heard(room, at: now)
    rooms[room.sid]?.isOwed = isOwed
  }

  /// An agent left, and why: the one word that a listing does not have.
  private mutating func left(_ participant: ListedParticipant, _ room: inout Room, at now: Timestamp) {
    let id = SessionID(of: participant, in: room.sid)
    // The end of a connection that was replaced is not the end of the session.
    guard let session = sessions[id], session.isThere, session.participant == participant.sid else { return }
    leave(id, room, at: now)
    let sign: SessionObservation.Sign =
      switch participant.disconnectReason {
      case .connectionTimeout: .connectionLost
      case .participantRemoved, .roomDeleted, .roomClosed: .roomClosed
      case .clientInitiated where room.emptiedAt != nil: .personLeft
      case let reason: .unknown(reason.word)
      }
    sessions[id]?.end = SessionObservation.End(at: now, sign: sign, personLeftAt: room.emptiedAt)
  }

  /// A job of LiveKit Cloud began or ended.
  private mutating func take(_ job: AgentJob, _ room: Room, hasEnded: Bool, at now: Timestamp) {
    guard let id = room.sessions.first(where: { $0.rawValue == job.id.rawValue }), var session = sessions[id] else {
      return
    }
    session.worker = job.workerID ?? session.worker
    if !job.deployment.rawValue.isEmpty { session.deployment = job.deployment }
    if hasEnded, job.status == .failed {
      session.goneAt = session.goneAt ?? now
      session.end = SessionObservation.End(at: job.endedAt ?? now, sign: .crashed, personLeftAt: room.emptiedAt)
    }
    seenNames.add(session)
    sessions[id] = session
  }

  // MARK: Comings and goings

  private mutating func open(_ room: Room) {
    rooms[room.sid] = room
    names[room.name] = room.sid
  }

  private mutating func heard(_ room: Room, at now: Timestamp) {
    var room = room
    room.heardAt = now
    room.isOwed = false
    rooms[room.sid] = room
    unheard?.remove(room.sid)
  }

  /// An agent is there: a new session, or one that is known; nil: an agent of another fleet.
  private mutating func join(_ agent: ListedParticipant, _ room: inout Room, at now: Timestamp) -> SessionID? {
    let name = agent.attributes["lk.agent_name"]
    if let wanted = stamps.agentName, let name, name != wanted { return nil }
    let id = SessionID(of: agent, in: room.sid)
    let isNew = sessions[id] == nil
    if isNew {
      room.sessions.append(id)
      room.dispatch = Room.Dispatch(isOurs: room.dispatch.isOurs)
    }
    var session =
      sessions[id]
      ?? AgentSession(
        id: id, room: room.sid, roomName: room.name, identity: agent.identity, participant: agent.sid,
        createdAt: room.sessions.count == 1 ? room.askedForAt(before: agent.joinedAt) : nil, startedAt: agent.joinedAt)
    session.participant = agent.sid
    session.stamp = agent.attributes[stamps.attribute].flatMap { $0.isEmpty ? nil : VersionName($0) } ?? session.stamp
    session.agentName = name ?? session.agentName
    session.region = agent.region ?? session.region
    (session.goneAt, session.end) = (nil, nil)
    seenNames.add(session)
    sessions[id] = session
    return id
  }

  private mutating func leave(_ id: SessionID, _ room: Room, at now: Timestamp) {
    sessions[id]?.goneAt = now
    sessions[id]?.person = room.presence
  }

  private mutating func close(_ room: Room, at now: Timestamp) {
    for id in room.sessions {
      guard var session = sessions[id] else { continue }
      if session.isThere {
        session.goneAt = now
        // An agent that was seen long after its person had left was not closed with its room.
        if let left = room.emptiedAt, room.knownAt - left > RoomBook.patience {
          session.end = SessionObservation.End(at: room.knownAt, sign: .personLeft, personLeftAt: left)
        } else {
          session.end = SessionObservation.End(at: now, sign: .roomClosed, personLeftAt: room.emptiedAt)
        }
      }
      session.person = .absent
      sessions[id] = session
    }
    lost[room.name] = room.isOccupied ? (room.sid, now) : nil
    rooms[room.sid] = nil
    if names[room.name] == room.sid { names[room.name] = nil }
    unheard?.remove(room.sid)
  }

  /// Who stays behind: people without an agent, and ended sessions whose person has gone too.
  private mutating func noteWhoIsLeft(_ room: inout Room, at now: Timestamp) {
    var isServed = false
    for id in room.sessions {
      guard var session = sessions[id] else { continue }
      if session.isThere {
        isServed = true
      } else if session.person == .present, room.people.isEmpty {
        session.person = .absent
        if let end = session.end, end.personLeftAt == nil { session.end?.personLeftAt = room.emptiedAt }
        sessions[id] = session
      }
    }
    room.aloneSince = room.people.isEmpty || isServed ? nil : room.aloneSince ?? now
  }

  /// Closes the room whose name a new one has, and notes where it takes the place of one that people were in.
  private mutating func replace(_ room: ListedRoom, at now: Timestamp) {
    if let old = names[room.name].flatMap({ rooms[$0] }) { close(old, at: now) }
    guard let former = lost[room.name], former.sid != room.sid, now - former.at <= RoomBook.remaking else { return }
    remade[room.sid] = (former.sid, now)
  }

  /// Rooms that people are in get other sids when their server restarts, and only then several at once.
  ///
  /// Until they are back their sessions are held for broken where everything was gone at once; where nothing comes
  /// back, the rooms were closed.
  private mutating func noteRestart(at now: Timestamp) {
    lost = lost.filter { now - $0.value.at <= RoomBook.remaking }
    remade = remade.filter { now - $0.value.at <= RoomBook.remaking && rooms[$0.key] != nil }
    let hasComeBack = remade.count >= 2
    if let (moment, calls) = vanished {
      let isOver = now - moment > RoomBook.comingBack
      if hasComeBack || isOver { vanished = nil }
      charge(calls, toTheServer: hasComeBack || !isOver)
    }
    guard hasComeBack else { return }
    let broken = Set(remade.values.map(\.former))
    charge(sessions.values.filter { broken.contains($0.room) }.map(\.id), toTheServer: true)
    for sid in remade.keys where rooms[sid]?.isRemade == false {
      rooms[sid]?.isRemade = true
      if let name = rooms[sid]?.name { troubles.note(remade: name, at: now) }
    }
  }

  /// Says of calls that were closed with their rooms whether the server did that by itself.
  private mutating func charge(_ calls: [SessionID], toTheServer isServers: Bool) {
    for id in calls {
      guard let end = sessions[id]?.end, [.roomClosed, .serverRestarted].contains(end.sign) else { continue }
      sessions[id]?.end?.sign = isServers ? .serverRestarted : .roomClosed
    }
  }

  private mutating func forget(at now: Timestamp) {
    for (id, session) in sessions {
      guard let gone = session.goneAt, now - gone > RoomBook.retention else { continue }
      sessions[id] = nil
      rooms[session.room]?.sessions.removeAll { $0 == id }
    }
  }

  private func isOurs(_ agentName: String) -> Bool {
    // Every room made by the API has an entry without a name beside its own.
    stamps.agentName.map { $0 == agentName } ?? (!agentName.isEmpty || seenNames.hasNameless)
  }
}

extension Room {
  /// Sets who is in it.
  mutating func set(people next: [ListedParticipant], at now: Timestamp) {
    people = Dictionary(next.map { ($0.identity, $0) }) { $1 }
    if people.isEmpty {
      if hadPeople { emptiedAt = emptiedAt ?? now }
    } else {
      (hadPeople, emptiedAt) = (true, nil)
    }
  }

  /// Whether people are in it, as far as is known: the count alone is late and counts only where nobody saw them leave.
  var isOccupied: Bool { !people.isEmpty || (emptiedAt == nil && counts.people > 0) }

  /// Whether a person is in it, as far as it was heard of.
  var presence: SessionObservation.Presence { heardAt == nil ? .unknown : people.isEmpty ? .absent : .present }

  /// When its first agent was asked for: a person was there, or the room was made.
  func askedForAt(before joined: Timestamp?) -> Timestamp? {
    let first = people.values.compactMap(\.joinedAt).min()
    return [first, createdAt].compactMap { $0 }.first { moment in joined.map { moment <= $0 } ?? true }
  }
}

extension ListedParticipant {
  /// Whether it is somebody whom an agent is there for.
  var isPerson: Bool { ![.agent, .egress, .ingress].contains(kind) }
}

extension SessionID {
  /// The job's id, which survives reconnects; for an agent that chose its own identity, the room's life and that identity.
  init(of agent: ListedParticipant, in room: RoomSID) {
    self.init(agent.jobID?.rawValue ?? "\(room)/\(agent.identity)")
  }
}
