package import Cutover
package import Vocabulary

/// A session that is to be given to a worker, for servers that have rooms of their own.
package struct SessionRequest: Sendable {
  /// The job's id, which names the session: `AJ_…`.
  package var id = SessionID(ServerIdentifier.make("AJ_"))
  /// The room's name.
  package var room: String
  /// `RM_…`.
  package var roomSID = ServerIdentifier.make("RM_")
  /// `AD_…`.
  package var dispatchID = ServerIdentifier.make("AD_")
  /// What the job tells its agent.
  package var metadata = ""
  /// Whom it is for; nil is any worker.
  package var pool: WorkerPool?

  /// A session in a room, for any worker.
  package init(room: String) { self.room = room }
}

/// The workers among which a LiveKit server chooses: those of one agent name and deployment, both exactly.
package struct WorkerPool: Hashable, Sendable {
  package let agentName: String
  package let deployment: String

  /// The workers of a name and deployment; both may be empty.
  package init(agentName: String, deployment: String) {
    self.agentName = agentName
    self.deployment = deployment
  }
}

/// A registered worker.
package struct WorkerRegistration: Hashable, Sendable {
  package let id: WorkerID
  package let pool: WorkerPool
  /// The SDK's version.
  package let sdk: String
  /// Whether it has said that it takes no more sessions.
  package let isFull: Bool
}

/// Who serves a session, and as whom.
package struct SessionAssignment: Hashable, Sendable {
  package let worker: WorkerID
  /// The agent's identity in the room.
  package let identity: String
  /// What the agent's participant carries besides.
  package let attributes: [String: String]
  /// Whether the worker has said that the job runs, so that it can be told to end it; a worker of Node never says so.
  package let isReportedRunning: Bool
  /// How the session ended; nil while it runs.
  package let end: SessionObservation.Sign?
}
