package import Vocabulary

/// An order to send an agent into a room, with the jobs that came of it.
package struct AgentDispatch: Hashable, Sendable {
  package var id: DispatchID
  /// Empty for the default entry that the server adds to a room beside the named one.
  package var agentName: String
  package var room: RoomName
  package var metadata: String
  package var deployment: DeploymentName
  package var createdAt: Timestamp?
  /// nil while it stands.
  package var deletedAt: Timestamp?
  /// Listed up to 8 s after the agent has joined: an empty list is no proof that there is none.
  package var jobs: [AgentJob]
  package var attributes: [String: String]

  /// A dispatch.
  package init(
    id: DispatchID, agentName: String, room: RoomName, metadata: String = "", deployment: DeploymentName = .production,
    createdAt: Timestamp? = nil, deletedAt: Timestamp? = nil, jobs: [AgentJob] = [], attributes: [String: String] = [:]
  ) {
    self.id = id
    self.agentName = agentName
    self.room = room
    self.metadata = metadata
    self.deployment = deployment
    self.createdAt = createdAt
    self.deletedAt = deletedAt
    self.jobs = jobs
    self.attributes = attributes
  }
}

/// A job as ListDispatch shows it.
package struct AgentJob: Hashable, Sendable {
  package var id: JobID
  package var agentName: String
  package var deployment: DeploymentName
  package var metadata: String
  /// The room as the job carries it; nil where the server does not say.
  package var room: ListedRoom?
  /// `running` is never taken back until the room is deleted: no proof of a live session.
  package var status: Status
  package var error: String
  package var startedAt: Timestamp?
  /// nil while it has not ended, as far as the server noticed.
  package var endedAt: Timestamp?
  package var participantIdentity: String
  /// Changes when the worker reconnects; nil where the server does not say.
  package var workerID: WorkerID?
  /// On LiveKit Cloud only.
  package var agentID: AgentID?

  /// A job.
  package init(
    id: JobID, agentName: String, deployment: DeploymentName = .production, metadata: String = "",
    room: ListedRoom? = nil, status: Status, error: String = "", startedAt: Timestamp? = nil,
    endedAt: Timestamp? = nil, participantIdentity: String = "", workerID: WorkerID? = nil, agentID: AgentID? = nil
  ) {
    self.id = id
    self.agentName = agentName
    self.deployment = deployment
    self.metadata = metadata
    self.room = room
    self.status = status
    self.error = error
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.participantIdentity = participantIdentity
    self.workerID = workerID
    self.agentID = agentID
  }

  /// Where a job stands.
  package enum Status: APIWord {
    case pending, running, success, failed, cancelled, unknown(String)

    package static let words: [(word: String, number: Int64?, value: Status)] = [
      ("JS_PENDING", 0, .pending), ("JS_RUNNING", 1, .running), ("JS_SUCCESS", 2, .success),
      ("JS_FAILED", 3, .failed), ("JS_CANCELLED", 4, .cancelled),
    ]
  }
}

/// A dispatch to be made.
package struct DispatchRequest: Hashable, Sendable {
  /// A room that does not exist is made, where the server makes rooms by itself.
  package var room: RoomName
  package var agentName: String
  package var metadata: String
  /// Must be the workers' own, to the letter; a server refuses `_` in it.
  package var deployment: DeploymentName

  /// A dispatch of an agent into a room.
  package init(
    room: RoomName, agentName: String, metadata: String = "", deployment: DeploymentName = .production
  ) {
    self.room = room
    self.agentName = agentName
    self.metadata = metadata
    self.deployment = deployment
  }
}
