import Vocabulary

/// What RoomService and AgentDispatchService answer.
extension Fleet {
  mutating func listRooms(_ request: Message) -> Message {
    let names = Set(request.list("names").compactMap { if case .text(let name) = $0 { name } else { nil } })
    let found = rooms.values.filter { names.isEmpty || names.contains($0.name) }.sorted { $0.name < $1.name }
    return ["rooms": .messages(found.shuffled(using: &random).map(message))]
  }

  /// Makes a room, or finds the one of that name; agents that are asked for are dispatched.
  mutating func createRoom(_ request: Message) -> Message {
    let name = request.text("name")
    if let room = rooms[name] { return message(room) }
    var room = makeRoom(name)
    if request.number("empty_timeout") > 0 { room.emptyTimeout = .seconds(request.number("empty_timeout")) }
    if request.number("departure_timeout") > 0 { room.departureTimeout = .seconds(request.number("departure_timeout")) }
    room.maxParticipants = request.number("max_participants")
    room.metadata = request.text("metadata")
    let agents = request.messages("agents")
    room.dispatches =
      agents.isEmpty
      ? [makeDispatch(agentName: "")]
      : agents.map {
        makeDispatch(
          agentName: $0.text("agent_name"), metadata: $0.text("metadata"), deployment: $0.text("deployment"),
          attributes: $0.texts("attributes"))
      }
    rooms[name] = room
    notify("room_started", room.sid)
    plan(.closeIfEmpty(sid: room.sid), after: room.emptyTimeout)
    for dispatch in room.dispatches { self.dispatch(dispatch.id, in: name) }
    return message(room)
  }

  mutating func deleteRoom(_ request: Message) throws(TwirpError) -> Message {
    guard rooms[request.text("room")] != nil else { throw .missing("requested room does not exist") }
    close(request.text("room"), .roomDeleted)
    return [:]
  }

  mutating func listParticipants(_ request: Message) -> Message {
    let participants = rooms[request.text("room")]?.participants ?? []
    return ["participants": .messages(participants.shuffled(using: &random).map(message))]
  }

  func getParticipant(_ request: Message) throws(TwirpError) -> Message {
    let found = rooms[request.text("room")]?.participants.first { $0.identity == request.text("identity") }
    guard let found else { throw .missing("participant does not exist") }
    return message(found)
  }

  mutating func removeParticipant(_ request: Message) throws(TwirpError) -> Message {
    let identity = request.text("identity")
    guard let room = rooms[request.text("room")],
      let found = room.participants.first(where: { $0.identity == identity })
    else { throw .missing("participant does not exist") }
    if found.isAgent {
      end(String(identity.dropFirst("agent-".count)), .removed, listedFor: .zero)
    } else {
      personLeaves(room.sid)
    }
    return [:]
  }

  // MARK: Dispatches

  mutating func createDispatch(_ request: Message) throws(TwirpError) -> Message {
    guard !request.text("deployment").contains("_") else {
      throw .invalid("deployment contains reserved character '_'")
    }
    let name = request.text("room")
    if rooms[name] == nil { _ = createRoom(["name": .text(name)]) }
    let dispatch = makeDispatch(
      agentName: request.text("agent_name"), metadata: request.text("metadata"),
      deployment: request.text("deployment"), attributes: request.texts("attributes"))
    rooms[name]?.dispatches.append(dispatch)
    // The answer is given before any worker was asked.
    let answer = message(dispatch, in: name)
    self.dispatch(dispatch.id, in: name)
    return answer
  }

  /// nil when the room is not there, which a real server says after a while only.
  func listDispatch(_ request: Message) -> Message? {
    guard let room = rooms[request.text("room")] else { return nil }
    let wanted = request.text("dispatch_id")
    let found = room.dispatches.filter { wanted.isEmpty || wanted == $0.id }
    return ["agent_dispatches": .messages(found.map { message($0, in: room.name) })]
  }

  mutating func deleteDispatch(_ request: Message) throws(TwirpError) -> Message {
    let id = request.text("dispatch_id")
    let name = request.text("room")
    guard let dispatch = rooms[name]?.dispatches.first(where: { $0.id == id }) else {
      throw .missing("dispatch ID not found")
    }
    let answer = message(dispatch, in: name)
    for job in dispatch.jobs { end(job.id, .removed, listedFor: scenario.pace.leave) }
    rooms[name]?.dispatches.removeAll { $0.id == id }
    return answer
  }

  // MARK: Messages

  func message(_ room: RoomState) -> Message {
    let codecs = [
      "audio/PCMU", "audio/PCMA", "audio/opus", "audio/red", "video/VP8", "video/H264", "video/VP9", "video/AV1",
      "video/H265", "video/rtx",
    ]
    return [
      "sid": .text(room.sid), "name": .text(room.name), "empty_timeout": .number(room.emptyTimeout.secondsUp),
      "departure_timeout": .number(room.departureTimeout.secondsUp),
      "max_participants": .number(room.maxParticipants),
      "creation_time": .number(room.createdAt.nanoseconds / 1_000_000_000),
      "creation_time_ms": .number(room.createdAt.nanoseconds / 1_000_000), "turn_password": .text(room.turnPassword),
      "enabled_codecs": .messages(codecs.map { ["mime": .text($0)] }), "metadata": .text(room.metadata),
      "num_participants": .number(Int64(room.countedPeople)),
    ]
  }

  func message(_ participant: Participant) -> Message {
    let permission: Message = [
      "can_subscribe": true, "can_publish": true, "can_publish_data": true,
      "can_update_metadata": .flag(participant.isAgent), "agent": .flag(participant.isAgent),
    ]
    return [
      "sid": .text(participant.sid), "identity": .text(participant.identity), "state": 2,
      "joined_at": .number(participant.joinedAt.nanoseconds / 1_000_000_000),
      "joined_at_ms": .number(participant.joinedAt.nanoseconds / 1_000_000), "version": 2,
      "permission": .message(permission), "region": .text(participant.region),
      "kind": .number(participant.isAgent ? 4 : 0), "attributes": .texts(participant.attributes),
      "client_protocol": 2, "capabilities": .list([1, 2]),
    ]
  }

  private func message(_ dispatch: Dispatch, in room: String) -> Message {
    let listed = dispatch.jobs.filter { now >= $0.startedAt + scenario.pace.jobLag }
    let state: Message = [
      "jobs": .messages(listed.map { message($0, of: dispatch.id, in: room) }),
      "created_at": .number(dispatch.createdAt.nanoseconds),
    ]
    return [
      "id": .text(dispatch.id), "agent_name": .text(dispatch.agentName), "room": .text(room),
      "metadata": .text(dispatch.metadata), "state": .message(state), "deployment": .text(dispatch.deployment),
      "attributes": .texts(dispatch.attributes),
    ]
  }

  private func message(_ job: JobRecord, of dispatch: String, in room: String) -> Message {
    let state: Message = [
      "status": 1, "started_at": .number(job.startedAt.nanoseconds), "updated_at": .number(job.startedAt.nanoseconds),
      "participant_identity": .text(job.identity), "worker_id": .text(job.worker),
      "agent_id": .text(scenario.server == .cloud ? scenario.agentID : ""),
    ]
    return [
      "id": .text(job.id), "dispatch_id": .text(dispatch), "room": rooms[room].map { .message(message($0)) } ?? [:],
      "metadata": .text(job.metadata), "agent_name": .text(job.agentName), "state": .message(state),
      "deployment": .text(job.deployment),
    ]
  }
}

extension Value: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral elements: (String, Value)...) {
    self = .message(elements.reduce(into: Message()) { $0[$1.0] = $1.1 })
  }
}

extension Duration {
  /// Whole seconds, rounded up: a room that ends after 300 ms does not say that it ends at once.
  fileprivate var secondsUp: Int64 { Int64(seconds.rounded(.up)) }
}
