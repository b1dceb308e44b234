package import Documents
package import Vocabulary

/// A room, as jobs carry it; what is not listed here (codecs) is skipped.
package struct Room: WireMessage {
  package var sid = ""
  package var name = ""
  /// Seconds after which a room that nobody joined is closed.
  package var emptyTimeout: UInt32 = 0
  package var maximumParticipants: UInt32 = 0
  /// Seconds since the epoch.
  package var creationTime: Int64 = 0
  /// A credential of the server's relay; it must never reach a journal or a bundle.
  package var turnPassword = Secret("")
  package var metadata = ""
  /// People only, and 5 to 6 s behind; never a proof that nobody is there.
  package var participants: UInt32 = 0
  package var isRecording = false
  package var publishers: UInt32 = 0
  /// Seconds after which a room that everybody left is closed.
  package var departureTimeout: UInt32 = 0
  /// Milliseconds since the epoch.
  package var creationTimeMilliseconds: Int64 = 0

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &sid)
    try visit.string(2, &name)
    try visit.uint32(3, &emptyTimeout)
    try visit.uint32(4, &maximumParticipants)
    try visit.int64(5, &creationTime)
    try visit.secret(6, &turnPassword)
    try visit.string(8, &metadata)
    try visit.uint32(9, &participants)
    try visit.boolean(10, &isRecording)
    try visit.uint32(11, &publishers)
    try visit.uint32(14, &departureTimeout)
    try visit.int64(15, &creationTimeMilliseconds)
  }
}

/// A participant, as jobs carry it; tracks and capabilities are skipped.
package struct ParticipantInfo: WireMessage {
  package var sid = ""
  package var identity = ""
  package var state = ParticipantState.joining
  package var metadata = ""
  /// Seconds since the epoch.
  package var joinedAt: Int64 = 0
  package var name = ""
  package var version: UInt32 = 0
  package var permission: ParticipantPermission?
  package var region = ""
  package var isPublisher = false
  package var kind = ParticipantKind.standard
  package var attributes: [String: String] = [:]
  package var disconnectReason = DisconnectReason.unknownReason
  /// Milliseconds since the epoch.
  package var joinedAtMilliseconds: Int64 = 0

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.string(1, &sid)
    try visit.string(2, &identity)
    try visit.choice(3, &state)
    try visit.string(5, &metadata)
    try visit.int64(6, &joinedAt)
    try visit.string(9, &name)
    try visit.uint32(10, &version)
    try visit.message(11, &permission)
    try visit.string(12, &region)
    try visit.boolean(13, &isPublisher)
    try visit.choice(14, &kind)
    try visit.stringMap(15, &attributes)
    try visit.choice(16, &disconnectReason)
    try visit.int64(17, &joinedAtMilliseconds)
  }
}

/// What a participant may do.
package struct ParticipantPermission: WireMessage {
  package var canSubscribe = false
  package var canPublish = false
  package var canPublishData = false
  package var isHidden = false
  package var isRecorder = false
  package var canPublishSources: [TrackSource] = []
  package var canUpdateMetadata = false
  package var isAgent = false
  package var canSubscribeMetrics = false
  package var canManageAgentSession = false

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.boolean(1, &canSubscribe)
    try visit.boolean(2, &canPublish)
    try visit.boolean(3, &canPublishData)
    try visit.boolean(7, &isHidden)
    try visit.boolean(8, &isRecorder)
    try visit.choices(9, &canPublishSources)
    try visit.boolean(10, &canUpdateMetadata)
    try visit.boolean(11, &isAgent)
    try visit.boolean(12, &canSubscribeMetrics)
    try visit.boolean(13, &canManageAgentSession)
  }
}

/// What a server says of itself when a worker registers.
package struct ServerInfo: WireMessage {
  package var edition = ServerEdition.standard
  package var version = ""
  /// The signalling protocol; 17 for livekit-server 1.13.5.
  package var protocolVersion: Int32 = 0
  /// Empty on a self-hosted server.
  package var region = ""
  package var nodeID = ""
  package var debugInfo = ""
  /// The worker protocol; 1.
  package var agentProtocol: Int32 = 0

  package init() {}

  package mutating func fields<Visitor: FieldVisitor>(_ visit: inout Visitor) throws {
    try visit.choice(1, &edition)
    try visit.string(2, &version)
    try visit.int32(3, &protocolVersion)
    try visit.string(4, &region)
    try visit.string(5, &nodeID)
    try visit.string(6, &debugInfo)
    try visit.int32(7, &agentProtocol)
  }
}

extension FieldVisitor {
  /// A text field that no description shows.
  mutating func secret(_ number: Int, _ value: inout Secret) throws {
    var text = value.exposed
    try string(number, &text)
    value = Secret(text)
  }
}
