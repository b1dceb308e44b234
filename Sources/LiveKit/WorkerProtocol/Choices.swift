import Documents

// Numbers from the descriptors of livekit-protocol 1.1.29; the tests compare each with them.

/// What a job is about.
package enum JobType: WireChoice {
  case room, publisher, participant
  /// A number that has no name here.
  case unrecognized(Int32)

  package init(number: Int32) {
    switch number {
    case 0: self = .room
    case 1: self = .publisher
    case 2: self = .participant
    default: self = .unrecognized(number)
    }
  }

  package var number: Int32 {
    switch self {
    case .room: 0
    case .publisher: 1
    case .participant: 2
    case .unrecognized(let number): number
    }
  }
}

/// Whether a worker takes jobs.
package enum WorkerStatus: WireChoice {
  case available, full
  /// A number that has no name here.
  case unrecognized(Int32)

  package init(number: Int32) {
    switch number {
    case 0: self = .available
    case 1: self = .full
    default: self = .unrecognized(number)
    }
  }

  package var number: Int32 {
    switch self {
    case .available: 0
    case .full: 1
    case .unrecognized(let number): number
    }
  }
}

/// Where a job stands.
package enum JobStatus: WireChoice {
  case pending, running, success, failed, cancelled
  /// A number that has no name here.
  case unrecognized(Int32)

  package init(number: Int32) {
    switch number {
    case 0: self = .pending
    case 1: self = .running
    case 2: self = .success
    case 3: self = .failed
    case 4: self = .cancelled
    default: self = .unrecognized(number)
    }
  }

  package var number: Int32 {
    switch self {
    case .pending: 0
    case .running: 1
    case .success: 2
    case .failed: 3
    case .cancelled: 4
    case .unrecognized(let number): number
    }
  }
}

/// Why a job is in its state.
package enum JobStateReason: WireChoice {
  case unspecified, noCapacity, roomClosed, dispatchDeleted, retrying
  /// A number that has no name here.
  case unrecognized(Int32)

  package init(number: Int32) {
    switch number {
    case 0: self = .unspecified
    case 1: self = .noCapacity
    case 2: self = .roomClosed
    case 3: self = .dispatchDeleted
    case 4: self = .retrying
    default: self = .unrecognized(number)
    }
  }

  package var number: Int32 {
    switch self {
    case .unspecified: 0
    case .noCapacity: 1
    case .roomClosed: 2
    case .dispatchDeleted: 3
    case .retrying: 4
    case .unrecognized(let number): number
    }
  }
}

/// Where a participant stands.
package enum ParticipantState: WireChoice {
  case joining, joined, active, disconnected
  /// A number that has no name here.
  case unrecognized(Int32)

  package init(number: Int32) {
    switch number {
    case 0: self = .joining
    case 1: self = .joined
    case 2: self = .active
    case 3: self = .disconnected
    default: self = .unrecognized(number)
    }
  }

  package var number: Int32 {
    switch self {
    case .joining: 0
    case .joined: 1
    case .active: 2
    case .disconnected: 3
    case .unrecognized(let number): number
    }
  }
}

/// What a participant is.
package enum ParticipantKind: WireChoice {
  case standard, ingress, egress, sip, agent, connector, bridge
  /// A number that has no name here.
  case unrecognized(Int32)

  package init(number: Int32) {
    switch number {
    case 0: self = .standard
    case 1: self = .ingress
    case 2: self = .egress
    case 3: self = .sip
    case 4: self = .agent
    case 7: self = .connector
    case 8: self = .bridge
    default: self = .unrecognized(number)
    }
  }

  package var number: Int32 {
    switch self {
    case .standard: 0
    case .ingress: 1
    case .egress: 2
    case .sip: 3
    case .agent: 4
    case .connector: 7
    case .bridge: 8
    case .unrecognized(let number): number
    }
  }
}

/// Why a participant left. `clientInitiated` is also what a call cut by the drain timeout says; only `connectionTimeout` is
/// by itself a sign of a cut.
package enum DisconnectReason: WireChoice {
  case unknownReason, clientInitiated, duplicateIdentity, serverShutdown, participantRemoved, roomDeleted,
    stateMismatch, joinFailure, migration, signalClose, roomClosed, userUnavailable, userRejected, sipTrunkFailure,
    connectionTimeout, mediaFailure, agentError
  /// A number that has no name here.
  case unrecognized(Int32)

  package init(number: Int32) {
    switch number {
    case 0: self = .unknownReason
    case 1: self = .clientInitiated
    case 2: self = .duplicateIdentity
    case 3: self = .serverShutdown
    case 4: self = .participantRemoved
    case 5: self = .roomDeleted
    case 6: self = .stateMismatch
    case 7: self = .joinFailure
    case 8: self = .migration
    case 9: self = .signalClose
    case 10: self = .roomClosed
    case 11: self = .userUnavailable
    case 12: self = .userRejected
    case 13: self = .sipTrunkFailure
    case 14: self = .connectionTimeout
    case 15: self = .mediaFailure
    case 16: self = .agentError
    default: self = .unrecognized(number)
    }
  }

  package var number: Int32 {
    switch self {
    case .unknownReason: 0
    case .clientInitiated: 1
    case .duplicateIdentity: 2
    case .serverShutdown: 3
    case .participantRemoved: 4
    case .roomDeleted: 5
    case .stateMismatch: 6
    case .joinFailure: 7
    case .migration: 8
    case .signalClose: 9
    case .roomClosed: 10
    case .userUnavailable: 11
    case .userRejected: 12
    case .sipTrunkFailure: 13
    case .connectionTimeout: 14
    case .mediaFailure: 15
    case .agentError: 16
    case .unrecognized(let number): number
    }
  }
}

/// What a track shows or carries.
package enum TrackSource: WireChoice {
  case unknown, camera, microphone, screenShare, screenShareAudio
  /// A number that has no name here.
  case unrecognized(Int32)

  package init(number: Int32) {
    switch number {
    case 0: self = .unknown
    case 1: self = .camera
    case 2: self = .microphone
    case 3: self = .screenShare
    case 4: self = .screenShareAudio
    default: self = .unrecognized(number)
    }
  }

  package var number: Int32 {
    switch self {
    case .unknown: 0
    case .camera: 1
    case .microphone: 2
    case .screenShare: 3
    case .screenShareAudio: 4
    case .unrecognized(let number): number
    }
  }
}

/// Whose server it is.
package enum ServerEdition: WireChoice {
  case standard, cloud
  /// A number that has no name here.
  case unrecognized(Int32)

  package init(number: Int32) {
    switch number {
    case 0: self = .standard
    case 1: self = .cloud
    default: self = .unrecognized(number)
    }
  }

  package var number: Int32 {
    switch self {
    case .standard: 0
    case .cloud: 1
    case .unrecognized(let number): number
    }
  }
}

/// What an endpoint of an agent speaks.
package enum EndpointKind: WireChoice {
  case http, text
  /// A number that has no name here.
  case unrecognized(Int32)

  package init(number: Int32) {
    switch number {
    case 0: self = .http
    case 1: self = .text
    default: self = .unrecognized(number)
    }
  }

  package var number: Int32 {
    switch self {
    case .http: 0
    case .text: 1
    case .unrecognized(let number): number
    }
  }
}
