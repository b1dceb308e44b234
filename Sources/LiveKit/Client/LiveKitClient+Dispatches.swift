import Vocabulary

extension LiveKitClient {
  /// The dispatches of a room with their jobs. Grant: `roomAdmin` of the room.
  ///
  /// Ask only about rooms of the newest ListRooms: a self-hosted server answers after 3 s, with `roomUnanswered`, when there
  /// is no such room; LiveKit Cloud fails with `isMissing`.
  package func listDispatches(of room: RoomName) async throws(LiveKitFailure) -> [AgentDispatch] {
    try await call(.dispatches, "ListDispatch", ["room": room.rawValue], allowing: .room(room)) {
      answer throws(AnswerReader.Unsound) in try answer.mainList("agent_dispatches", AgentDispatch.init)
    }
  }

  /// Sends an agent into a room. Grant: `roomAdmin` of the room. That it succeeds does not mean that an agent comes.
  package func createDispatch(_ request: DispatchRequest) async throws(LiveKitFailure) -> AgentDispatch {
    struct Request: Encodable {
      let room: RoomName
      let agentName: String
      let metadata: String
      let deployment: DeploymentName?
    }
    let body = Request(
      room: request.room, agentName: request.agentName, metadata: request.metadata,
      deployment: request.deployment == .production ? nil : request.deployment)
    return try await call(
      .dispatches, "CreateDispatch", body, allowing: .room(request.room), AgentDispatch.init)
  }

  /// Takes a dispatch back and its agent out of the room. Grant: `roomAdmin` of the room. One that is not there fails with
  /// `isMissing`.
  package func deleteDispatch(_ id: DispatchID, in room: RoomName) async throws(LiveKitFailure) {
    struct Request: Encodable {
      let room: RoomName
      let dispatchId: DispatchID
    }
    try await call(
      .dispatches, "DeleteDispatch", Request(room: room, dispatchId: id), allowing: .room(room)
    ) { _ in }
  }
}

extension AgentDispatch {
  init(_ answer: AnswerReader) throws(AnswerReader.Unsound) {
    self.init(
      id: DispatchID(try answer.text("id")), agentName: try answer.text("agent_name"),
      room: RoomName(try answer.text("room")), metadata: try answer.text("metadata"),
      deployment: DeploymentName(try answer.text("deployment")), attributes: try answer.texts("attributes"))
    _ = try answer.object("state") { state throws(AnswerReader.Unsound) in
      createdAt = try state.moment("created_at")
      deletedAt = try state.moment("deleted_at")
      jobs = try state.list("jobs", AgentJob.init)
    }
  }
}

extension AgentJob {
  init(_ answer: AnswerReader) throws(AnswerReader.Unsound) {
    self.init(
      id: JobID(try answer.text("id")), agentName: try answer.text("agent_name"),
      deployment: DeploymentName(try answer.text("deployment")), metadata: try answer.text("metadata"),
      room: try answer.object("room", ListedRoom.init), status: .unknown(""))
    _ = try answer.object("state") { state throws(AnswerReader.Unsound) in
      status = try state.word("status") ?? .pending
      error = try state.text("error")
      startedAt = try state.moment("started_at")
      endedAt = try state.moment("ended_at")
      participantIdentity = try state.text("participant_identity")
      workerID = try state.name("worker_id")
      agentID = try state.name("agent_id")
    }
  }
}
