package import Vocabulary

/// A participant as ListParticipants shows it; tracks and permissions are left out.
package struct ListedParticipant: Hashable, Sendable {
  /// `PA_…`; a reconnect gives a new one, and a new `joinedAt`, under the same identity.
  package var sid: String
  /// `agent-` and the job's id for an agent, unless it says otherwise.
  package var identity: String
  package var state: State
  package var kind: Kind
  /// nil where the server does not say.
  package var joinedAt: Timestamp?
  package var name: String
  package var metadata: String
  package var attributes: [String: String]
  package var region: RegionName?
  package var disconnectReason: EndReason

  /// A participant.
  package init(
    sid: String, identity: String, state: State, kind: Kind, joinedAt: Timestamp? = nil, name: String = "",
    metadata: String = "", attributes: [String: String] = [:], region: RegionName? = nil,
    disconnectReason: EndReason = .notSaid
  ) {
    self.sid = sid
    self.identity = identity
    self.state = state
    self.kind = kind
    self.joinedAt = joinedAt
    self.name = name
    self.metadata = metadata
    self.attributes = attributes
    self.region = region
    self.disconnectReason = disconnectReason
  }

  /// The job that the identity names; nil where the agent chose another identity.
  package var jobID: JobID? {
    kind == .agent && identity.hasPrefix("agent-AJ_") ? JobID(identity.dropFirst("agent-".count)) : nil
  }

  /// Where a participant stands. `active` outlives a killed agent by 21 s.
  package enum State: APIWord {
    case joining, joined, active, disconnected, unknown(String)

    package static let words: [(word: String, number: Int64?, value: State)] = [
      ("JOINING", 0, .joining), ("JOINED", 1, .joined), ("ACTIVE", 2, .active), ("DISCONNECTED", 3, .disconnected),
    ]
  }

  /// What a participant is.
  package enum Kind: APIWord {
    case standard, ingress, egress, sip, agent, connector, bridge, unknown(String)

    package static let words: [(word: String, number: Int64?, value: Kind)] = [
      ("STANDARD", 0, .standard), ("INGRESS", 1, .ingress), ("EGRESS", 2, .egress), ("SIP", 3, .sip),
      ("AGENT", 4, .agent), ("CONNECTOR", 7, .connector), ("BRIDGE", 8, .bridge),
    ]
  }

  /// Why a participant left. `clientInitiated` is also what a call cut by the drain timeout says; only `connectionTimeout`
  /// is by itself a sign of a cut.
  package enum EndReason: APIWord {
    case notSaid, clientInitiated, duplicateIdentity, serverShutdown, participantRemoved, roomDeleted, stateMismatch,
      joinFailure, migration, signalClose, roomClosed, userUnavailable, userRejected, sipTrunkFailure,
      connectionTimeout, mediaFailure, agentError, unknown(String)

    package static let words: [(word: String, number: Int64?, value: EndReason)] = [
      ("UNKNOWN_REASON", 0, .notSaid), ("CLIENT_INITIATED", 1, .clientInitiated),
      ("DUPLICATE_IDENTITY", 2, .duplicateIdentity), ("SERVER_SHUTDOWN", 3, .serverShutdown),
      ("PARTICIPANT_REMOVED", 4, .participantRemoved), ("ROOM_DELETED", 5, .roomDeleted),
      ("STATE_MISMATCH", 6, .stateMismatch), ("JOIN_FAILURE", 7, .joinFailure), ("MIGRATION", 8, .migration),
      ("SIGNAL_CLOSE", 9, .signalClose), ("ROOM_CLOSED", 10, .roomClosed), ("USER_UNAVAILABLE", 11, .userUnavailable),
      ("USER_REJECTED", 12, .userRejected), ("SIP_TRUNK_FAILURE", 13, .sipTrunkFailure),
      ("CONNECTION_TIMEOUT", 14, .connectionTimeout), ("MEDIA_FAILURE", 15, .mediaFailure),
      ("AGENT_ERROR", 16, .agentError),
    ]
  }
}
