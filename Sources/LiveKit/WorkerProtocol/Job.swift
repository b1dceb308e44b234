package import Documents

/// A job: one agent's work in one room.
package struct Job: WireMessage {
  /// `AJ_…`; the session's name.
  package var id = ""
  package var type = JobType.room
  package var room: Room?
  /// Set for jobs about one participant.
  package var participant: ParticipantInfo?
  package var namespace = ""
  package var metadata = ""
  package var agentName = ""
  package var state: JobState?
  /// `AD_…`.
  package var dispatchID = ""
  package var enablesRecording = false
  package var deployment = ""
  package var attributes: [String: String] = [:]
  package var enablesRedaction = false

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &id)
    try visit.choice(2, &type)
    try visit.message(3, &room)
    try visit.message(4, &participant)
    try visit.string(5, &namespace)
    try visit.string(6, &metadata)
    try visit.string(7, &agentName)
    try visit.message(8, &state)
    try visit.string(9, &dispatchID)
    try visit.boolean(10, &enablesRecording)
    try visit.string(11, &deployment)
    try visit.stringMap(12, &attributes)
    try visit.boolean(13, &enablesRedaction)
  }
}

/// Where a job stands, as the server keeps it.
package struct JobState: WireMessage {
  /// `running` is never taken back until the room is deleted: no proof of a live session.
  package var status = JobStatus.pending
  package var error = ""
  /// Nanoseconds since the epoch.
  package var startedAt: Int64 = 0
  /// Nanoseconds since the epoch; 0 while it has not ended.
  package var endedAt: Int64 = 0
  /// Nanoseconds since the epoch.
  package var updatedAt: Int64 = 0
  package var participantIdentity = ""
  package var workerID = ""
  package var agentID = ""
  package var reason = JobStateReason.unspecified

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.choice(1, &status)
    try visit.string(2, &error)
    try visit.int64(3, &startedAt)
    try visit.int64(4, &endedAt)
    try visit.int64(5, &updatedAt)
    try visit.string(6, &participantIdentity)
    try visit.string(7, &workerID)
    try visit.string(8, &agentID)
    try visit.choice(9, &reason)
  }
}
