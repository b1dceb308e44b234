package import Vocabulary

/// A room as ListRooms shows it. What the server adds as `turn_password`, a credential, is dropped while it is read.
package struct ListedRoom: Hashable, Sendable {
  package var sid: RoomSID
  package var name: RoomName
  /// nil where the server does not say.
  package var createdAt: Timestamp?
  /// People only, and 5 to 8 s behind: never a proof that nobody is there.
  package var people: Int
  /// People and agents that publish something; as late as `people`.
  package var publishers: Int
  package var metadata: String
  /// After how long a room that nobody joined is closed.
  package var emptyTimeout: Duration
  /// After how long a room that everybody left is closed.
  package var departureTimeout: Duration

  /// A room.
  package init(
    sid: RoomSID, name: RoomName, createdAt: Timestamp? = nil, people: Int = 0, publishers: Int = 0,
    metadata: String = "", emptyTimeout: Duration = .zero, departureTimeout: Duration = .zero
  ) {
    self.sid = sid
    self.name = name
    self.createdAt = createdAt
    self.people = people
    self.publishers = publishers
    self.metadata = metadata
    self.emptyTimeout = emptyTimeout
    self.departureTimeout = departureTimeout
  }
}

/// A room to be made.
package struct RoomRequest: Hashable, Sendable {
  package var name: RoomName
  package var metadata: String
  /// After how long the room is closed when no person joined it, an agent in it or not; nil is the server's default (300 s).
  package var emptyTimeout: Duration?
  /// After how long the room is closed when everybody left it; nil is the server's default (20 s).
  package var departureTimeout: Duration?

  /// A room of a name; the rest is the server's default.
  package init(
    _ name: RoomName, metadata: String = "", emptyTimeout: Duration? = nil, departureTimeout: Duration? = nil
  ) {
    self.name = name
    self.metadata = metadata
    self.emptyTimeout = emptyTimeout
    self.departureTimeout = departureTimeout
  }
}
