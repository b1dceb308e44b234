package import Vocabulary

/// What one source says of one session. What it does not know is nil, never a default.
package struct SessionObservation: Hashable, Codable, Sendable {
  /// The session.
  package let id: SessionID
  /// The room it takes place in.
  package var room: String?
  /// The instance that serves it, where the source names instances.
  package var instance: InstanceID?
  /// The worker that serves it, where the source names workers; an instance lists its workers.
  package var worker: WorkerID?
  /// The release that serves it, where the source knows it by itself.
  package var version: VersionName?
  /// How the source knows the release; set whenever `version` is.
  package var basis: Basis?
  /// The region it takes place in.
  package var region: RegionName?
  /// When it was asked for: room made, dispatched, person joined.
  package var createdAt: Timestamp?
  /// When an agent took it; nil: none has, or that is not known.
  package var startedAt: Timestamp?
  /// Whether an agent is in it at this moment.
  package var agent: Presence
  /// Whether a person is in it at this moment.
  package var person: Presence
  /// How it ended; nil: it has not ended, or that is not known.
  package var end: End?
  /// Whether sluice made it itself to see where new sessions land.
  package var isProbe: Bool

  /// What a source says of one session; everything but the id may be unknown.
  package init(
    id: SessionID, room: String? = nil, instance: InstanceID? = nil, worker: WorkerID? = nil,
    version: VersionName? = nil, basis: Basis? = nil, region: RegionName? = nil, createdAt: Timestamp? = nil,
    startedAt: Timestamp? = nil, agent: Presence, person: Presence, end: End? = nil, isProbe: Bool = false
  ) {
    self.id = id
    self.room = room
    self.instance = instance
    self.worker = worker
    self.version = version
    self.basis = basis
    self.region = region
    self.createdAt = createdAt
    self.startedAt = startedAt
    self.agent = agent
    self.person = person
    self.end = end
    self.isProbe = isProbe
  }

  /// Whether somebody is there.
  package enum Presence: String, Codable, Sendable { case present, absent, unknown }

  /// How a session ended, as its source saw it: signs, not a judgement.
  package struct End: Hashable, Codable, Sendable {
    /// When the agent was gone, or the room closed.
    package var at: Timestamp
    /// What the source saw.
    package var sign: Sign
    /// When the person left; nil: they did not, or that is not known.
    package var personLeftAt: Timestamp?

    /// An end with its sign.
    package init(at: Timestamp, sign: Sign, personLeftAt: Timestamp? = nil) {
      self.at = at
      self.sign = sign
      self.personLeftAt = personLeftAt
    }
  }

  /// The signs of an end that are told apart (the table of signs was seen on livekit-server 1.13.5).
  package enum Sign: Hashable, Sendable {
    /// The person left and the agent followed.
    case personLeft
    /// The agent ended it and its worker lived on.
    case agentLeft
    /// The room was closed or deleted, or the session ended through the API.
    case roomClosed
    /// The server ended it as its caller asked (`termination`).
    case terminated
    /// The connection to the agent was lost (CONNECTION_TIMEOUT).
    case connectionLost
    /// Its worker's drain timed out under it.
    case drainTimedOut
    /// The agent's code raised (`job crashed`), or its job process died (JS_FAILED).
    case crashed
    /// Its worker's connection closed while the session was running.
    case workerGone
    /// The server lost it with all its rooms: a restart of the server's, not of a rollout.
    case serverRestarted
    /// A sign that sluice does not know, as the source wrote it.
    case unknown(String)
  }
}

/// How a session's version was learned, the strongest first.
package enum Basis: String, Codable, Sendable, CaseIterable, Comparable {
  /// An attribute that the release stamps on its agent.
  case attribute
  /// The deployment that the platform ran it under.
  case deployment
  /// The agent's name, where each release has its own.
  case agentName = "agent-name"
  /// The log of the worker that took it.
  case workerLog = "worker-log"
  /// The instance that serves it, whose release is known.
  case instance
  /// When it started: the weakest, never a proof.
  case time

  package static func < (left: Basis, right: Basis) -> Bool { left.rank > right.rank }

  private var rank: Int { Basis.allCases.firstIndex(of: self) ?? Basis.allCases.count }
}

extension SessionObservation.Sign: Codable {
  package init(from decoder: any Decoder) throws {
    let word = try decoder.singleValueContainer().decode(String.self)
    switch word {
    case "person-left": self = .personLeft
    case "agent-left": self = .agentLeft
    case "room-closed": self = .roomClosed
    case "terminated": self = .terminated
    case "connection-lost": self = .connectionLost
    case "drain-timed-out": self = .drainTimedOut
    case "crashed": self = .crashed
    case "worker-gone": self = .workerGone
    case "server-restarted": self = .serverRestarted
    default: self = .unknown(word)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(word)
  }

  /// The sign in one word, as the journal has it.
  package var word: String {
    switch self {
    case .personLeft: "person-left"
    case .agentLeft: "agent-left"
    case .roomClosed: "room-closed"
    case .terminated: "terminated"
    case .connectionLost: "connection-lost"
    case .drainTimedOut: "drain-timed-out"
    case .crashed: "crashed"
    case .workerGone: "worker-gone"
    case .serverRestarted: "server-restarted"
    case .unknown(let word): word
    }
  }
}
