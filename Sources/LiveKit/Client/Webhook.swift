import Documents
import FoundationEssentials
import Libraries
package import Vocabulary

/// What a LiveKit server tells of its rooms by itself, after its signature was checked.
package struct Webhook: Hashable, Sendable {
  /// One telling; a server repeats one that was not answered.
  package var id: String
  package var event: Event
  package var createdAt: Timestamp?
  package var room: ListedRoom?
  package var participant: ListedParticipant?
  /// Of the two job events, which LiveKit Cloud alone sends.
  package var job: AgentJob?

  /// What happened.
  package enum Event: APIWord {
    case roomStarted, roomFinished, participantJoined, participantLeft, participantConnectionAborted, jobStarted,
      jobEnded
    case unknown(String)

    package static let words: [(word: String, number: Int64?, value: Event)] = [
      ("room_started", nil, .roomStarted), ("room_finished", nil, .roomFinished),
      ("participant_joined", nil, .participantJoined), ("participant_left", nil, .participantLeft),
      ("participant_connection_aborted", nil, .participantConnectionAborted),
      ("agent_job_started", nil, .jobStarted), ("agent_job_ended", nil, .jobEnded),
    ]
  }

  /// Reads a webhook's body after checking that its `Authorization` is a token of the key, and that the token is of this body.
  ///
  /// Throws `TokenFailure` for the token and for a body that it was not made for, `LiveKitFailure` for a body that cannot be
  /// read. A body with two values for one key is refused: others might read the other one.
  package init(_ body: [UInt8], authorization: String, at now: Timestamp, credentials: LiveKitCredentials) throws {
    let token = try AccessToken.verified(authorization, at: now) { $0 == credentials.apiKey ? credentials.secret : nil }
    let digest = Data(Hashing.digest(.sha256, of: body)).base64EncodedString()
    guard Hashing.areEqual(Array(token.bodyDigest.utf8), Array(digest.utf8)) else { throw TokenFailure.signature }
    self = try Webhook(unverified: body)
  }

  /// Reads a body whose signature somebody else has checked.
  package init(unverified body: [UInt8]) throws(LiveKitFailure) {
    self = try Exchange("webhook", at: "a webhook").read(body) { answer throws(AnswerReader.Unsound) in
      Webhook(
        id: try answer.text("id"), event: try answer.word("event") ?? .unknown(""),
        createdAt: try answer.moment("created_at"), room: try answer.object("room", ListedRoom.init),
        participant: try answer.object("participant", ListedParticipant.init),
        job: try answer.object("job", AgentJob.init))
    }
  }

  private init(
    id: String, event: Event, createdAt: Timestamp?, room: ListedRoom?, participant: ListedParticipant?, job: AgentJob?
  ) {
    self.id = id
    self.event = event
    self.createdAt = createdAt
    self.room = room
    self.participant = participant
    self.job = job
  }
}
