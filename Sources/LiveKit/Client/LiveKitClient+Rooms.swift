import Vocabulary

extension LiveKitClient {
  /// The rooms there are, in no order; those of the names only when there are names. Grant: `roomList`.
  package func listRooms(named names: [RoomName] = []) async throws(LiveKitFailure) -> [ListedRoom] {
    struct Request: Encodable { let names: [RoomName]? }
    return try await call(.rooms, "ListRooms", Request(names: names.isEmpty ? nil : names), allowing: .listRooms) {
      answer throws(AnswerReader.Unsound) in try answer.mainList("rooms", ListedRoom.init)
    }
  }

  /// The participants of a room, in no order. Grant: `roomAdmin` of the room.
  ///
  /// Empty for a room that does not exist, too: only a room that ListRooms shows is empty.
  package func listParticipants(of room: RoomName) async throws(LiveKitFailure) -> [ListedParticipant] {
    try await call(.rooms, "ListParticipants", ["room": room.rawValue], allowing: .room(room)) {
      answer throws(AnswerReader.Unsound) in try answer.mainList("participants", ListedParticipant.init)
    }
  }

  /// Makes a room. Grant: `roomCreate`. One that exists is given back as it is.
  package func createRoom(_ request: RoomRequest) async throws(LiveKitFailure) -> ListedRoom {
    struct Request: Encodable {
      let name: RoomName
      let metadata: String
      let emptyTimeout: Int64?
      let departureTimeout: Int64?
    }
    let body = Request(
      name: request.name, metadata: request.metadata, emptyTimeout: request.emptyTimeout.map(\.wholeSeconds),
      departureTimeout: request.departureTimeout.map(\.wholeSeconds))
    return try await call(.rooms, "CreateRoom", body, allowing: .makeRooms, ListedRoom.init)
  }

  /// Closes a room and disconnects everybody in it. Grant: `roomCreate`. A room that is not there fails with `isMissing`.
  package func deleteRoom(_ room: RoomName) async throws(LiveKitFailure) {
    try await call(.rooms, "DeleteRoom", ["room": room.rawValue], allowing: .makeRooms) { _ in }
  }
}

extension Duration {
  /// Seconds, rounded up to at least one: to a server zero is its default.
  fileprivate var wholeSeconds: Int64 { max(1, (nanoseconds + 999_999_999) / 1_000_000_000) }
}

extension ListedRoom {
  init(_ answer: AnswerReader) throws(AnswerReader.Unsound) {
    let createdAt = try answer.moment("creation_time_ms")
    let seconds = try answer.moment("creation_time")
    self.init(
      sid: RoomSID(try answer.text("sid")), name: RoomName(try answer.text("name")), createdAt: createdAt ?? seconds,
      people: try answer.count("num_participants") ?? 0, publishers: try answer.count("num_publishers") ?? 0,
      metadata: try answer.text("metadata"),
      emptyTimeout: .seconds(try answer.count("empty_timeout") ?? 0),
      departureTimeout: .seconds(try answer.count("departure_timeout") ?? 0))
  }
}

extension ListedParticipant {
  init(_ answer: AnswerReader) throws(AnswerReader.Unsound) {
    let joinedAt = try answer.moment("joined_at_ms")
    let seconds = try answer.moment("joined_at")
    self.init(
      sid: try answer.text("sid"), identity: try answer.text("identity"),
      state: try answer.word("state") ?? .joining, kind: try answer.word("kind") ?? .standard,
      joinedAt: joinedAt ?? seconds, name: try answer.text("name"), metadata: try answer.text("metadata"),
      attributes: try answer.texts("attributes"), region: try answer.name("region"),
      disconnectReason: try answer.word("disconnect_reason") ?? .notSaid)
  }
}
