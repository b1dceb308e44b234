import Cutover
import LiveKit
import Vocabulary

/// One life of a room: who is in it, how old that knowledge is, and what is to be asked about it.
struct Room: Sendable {
  let sid: RoomSID
  let name: RoomName
  let createdAt: Timestamp?
  /// What ListRooms counts; a change is a reason to ask, never an answer.
  var counts: Counts
  /// Everything up to this moment is known of it.
  var knownAt: Timestamp
  /// When the last word on who is in it came: an answer, or a webhook; nil: none yet.
  var heardAt: Timestamp?
  /// When a webhook last told of it.
  var toldAt: Timestamp?
  /// Whether it is new, or its counts have changed, and nothing has been heard since.
  var isOwed = true
  /// The people in it, by identity.
  var people: [String: ListedParticipant] = [:]
  /// Whether a person was ever seen in it.
  var hadPeople = false
  /// When the last person was gone; nil: somebody is there, or nobody ever was.
  var emptiedAt: Timestamp?
  /// Since when people are in it and no agent is.
  var aloneSince: Timestamp?
  /// Its sessions that are not forgotten, ended ones included.
  var sessions: [SessionID] = []
  /// Whether it took the place of a room that a restarted server lost.
  var isRemade = false
  var dispatch = Dispatch()

  struct Counts: Hashable, Sendable {
    var people: Int
    var publishers: Int
  }

  /// What ListDispatch said, and when it is worth asking again.
  struct Dispatch: Sendable {
    /// Whether an agent of this fleet was sent into the room; nil: not known.
    var isOurs: Bool?
    var attempts = 0
    var askAgainAt: Timestamp?
  }

  init(_ listed: ListedRoom, knownAt: Timestamp) {
    sid = listed.sid
    name = listed.name
    createdAt = listed.createdAt
    counts = Counts(people: listed.people, publishers: listed.publishers)
    self.knownAt = knownAt
  }
}

/// An agent in a room, from its joining until it is forgotten.
struct AgentSession: Sendable {
  let id: SessionID
  let room: RoomSID
  let roomName: RoomName
  let identity: String
  /// The participant's sid; another one under the same identity is a reconnect.
  var participant: String
  /// What it says of its release, and under what names it was sent.
  var stamp: VersionName?
  var agentName: String?
  var deployment: DeploymentName?
  var region: RegionName?
  var worker: WorkerID?
  let createdAt: Timestamp?
  let startedAt: Timestamp?
  /// When it was gone; nil: it is there.
  var goneAt: Timestamp?
  /// How it ended, where more than its absence is known.
  var end: SessionObservation.End?
  /// Whether a person was in the room when it was gone, and since.
  var person = SessionObservation.Presence.unknown

  var isThere: Bool { goneAt == nil }
}
