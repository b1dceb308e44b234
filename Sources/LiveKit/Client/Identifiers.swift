import Vocabulary

/// An agent of LiveKit Cloud (`CA_…`).
package struct AgentID: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// A room's name. Names are used again: a room that closes and is made again has another `RoomSID`.
package struct RoomName: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// One life of a room (`RM_…`).
package struct RoomSID: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// The order to send an agent into a room (`AD_…`).
package struct DispatchID: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// One agent's work in one room (`AJ_…`).
package struct JobID: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
}

/// What an agent is registered under beside its name (LIVEKIT_AGENT_DEPLOYMENT); the empty one is production. It routes jobs.
package struct DeploymentName: Identifier {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }

  /// The one without a name.
  package static let production = DeploymentName(rawValue: "")
}
