package import Vocabulary

/// What one source says of one instance. What it does not know is nil, never a default.
package struct InstanceObservation: Hashable, Codable, Sendable {
  /// The instance.
  package let id: InstanceID
  /// The release it runs.
  package var version: VersionName?
  /// The turn of that release in service, where the platform tells turns apart.
  package var generation: GenerationID?
  /// The region it runs in.
  package var region: RegionName?
  /// Every id it has registered under with a LiveKit server, the oldest first.
  package var workers: [WorkerID]
  /// The SDK and its version: `livekit-agents 1.8.9`.
  package var sdk: String?
  /// What it is doing.
  package var phase: Phase
  /// How many sessions it serves; nil: not known, which is not zero.
  package var sessions: Int?
  /// When its process or container started.
  package var startedAt: Timestamp?
  /// When it first registered with its server.
  package var registeredAt: Timestamp?
  /// When its first job process was initialized.
  package var initializedAt: Timestamp?
  /// When it was first able to serve a session.
  package var servingAt: Timestamp?
  /// What is known of its drain; nil: nothing.
  package var drain: Drain?
  /// How it ended; nil: it has not ended, or that is not known.
  package var end: End?
  /// Why something above is not known, or what it hides, one line, text from outside made harmless; nil: nothing to say.
  package var note: String?

  /// What a source says of one instance; everything but the id may be unknown.
  package init(
    id: InstanceID, version: VersionName? = nil, generation: GenerationID? = nil, region: RegionName? = nil,
    workers: [WorkerID] = [], sdk: String? = nil, phase: Phase, sessions: Int? = nil, startedAt: Timestamp? = nil,
    registeredAt: Timestamp? = nil, initializedAt: Timestamp? = nil, servingAt: Timestamp? = nil, drain: Drain? = nil,
    end: End? = nil, note: String? = nil
  ) {
    self.id = id
    self.version = version
    self.generation = generation
    self.region = region
    self.workers = workers
    self.sdk = sdk
    self.phase = phase
    self.sessions = sessions
    self.startedAt = startedAt
    self.registeredAt = registeredAt
    self.initializedAt = initializedAt
    self.servingAt = servingAt
    self.drain = drain
    self.end = end
    self.note = note
  }

  /// What an instance is doing, as one source sees it.
  package enum Phase: Hashable, Sendable {
    /// Its process runs and it cannot serve yet.
    case starting
    /// It can be given sessions.
    case serving
    /// It takes no new sessions and waits for its last ones.
    case draining
    /// Its process is gone; `end` says how, where that is known.
    case ended
    /// This source could not reach it; that says nothing about its sessions.
    case unreachable
    /// A state of the platform's that sluice does not know, as the platform wrote it.
    case unknown(String)
  }

  /// What is known of an instance's drain.
  package struct Drain: Hashable, Codable, Sendable {
    /// When it was told to drain: SIGTERM sent, the platform's own word.
    package var requestedAt: Timestamp?
    /// When it was seen to have taken the request.
    package var confirmedAt: Timestamp?
    /// What showed that it took it.
    package var confirmedBy: Confirmation?
    /// When it gave up waiting (`drain timed out, forcing shutdown`).
    package var timedOutAt: Timestamp?
    /// When it finished waiting with no session left (`shutting down worker` with no timeout before it).
    package var finishedAt: Timestamp?
    /// When a second signal forced it to end at once (`exiting forcefully`).
    package var forcedAt: Timestamp?

    /// What is known; all of it may be unknown.
    package init(
      requestedAt: Timestamp? = nil, confirmedAt: Timestamp? = nil, confirmedBy: Confirmation? = nil,
      timedOutAt: Timestamp? = nil, finishedAt: Timestamp? = nil, forcedAt: Timestamp? = nil
    ) {
      self.requestedAt = requestedAt
      self.confirmedAt = confirmedAt
      self.confirmedBy = confirmedBy
      self.timedOutAt = timedOutAt
      self.finishedAt = finishedAt
      self.forcedAt = forcedAt
    }

    /// What shows that an instance took the request to drain.
    package enum Confirmation: String, Codable, Sendable {
      /// Its log says `draining worker`.
      case log
      /// Its server was told WS_FULL without load.
      case workerStatus = "worker-status"
      /// The platform lists it as draining by its own observation of it.
      case platform
    }
  }

  /// How an instance ended.
  package struct End: Hashable, Codable, Sendable {
    /// When its process was gone.
    package var at: Timestamp
    /// Its exit code; nil when a signal ended it or the code is not known.
    package var exitCode: Int32?
    /// The signal that ended it; nil when none did or that is not known.
    package var signal: Int32?
    /// What ended it, as far as a source is sure of it.
    package var cause: Cause?

    /// An end with what is known of it.
    package init(at: Timestamp, exitCode: Int32? = nil, signal: Int32? = nil, cause: Cause? = nil) {
      self.at = at
      self.exitCode = exitCode
      self.signal = signal
      self.cause = cause
    }

    /// What ended an instance.
    package enum Cause: Hashable, Sendable {
      /// It exited by itself after its drain.
      case drained
      /// Its platform killed it at the stop deadline.
      case deadline
      /// The memory limit or the system's out-of-memory killer.
      case outOfMemory
      /// The platform took the machine away.
      case preempted
      /// The platform removed it because fewer are wanted.
      case scaledDown
      /// It failed by itself: a non-zero exit before it was told to stop, a native crash.
      case crashed
      /// A signal from somebody else.
      case killed
      /// A word of the platform's that sluice does not know, as the platform wrote it.
      case unknown(String)
    }
  }
}

extension InstanceObservation.Phase: Codable {
  package init(from decoder: any Decoder) throws {
    let word = try decoder.singleValueContainer().decode(String.self)
    switch word {
    case "starting": self = .starting
    case "serving": self = .serving
    case "draining": self = .draining
    case "ended": self = .ended
    case "unreachable": self = .unreachable
    default: self = .unknown(word)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(word)
  }

  /// The phase in one word, as the journal has it.
  package var word: String {
    switch self {
    case .starting: "starting"
    case .serving: "serving"
    case .draining: "draining"
    case .ended: "ended"
    case .unreachable: "unreachable"
    case .unknown(let word): word
    }
  }
}

extension InstanceObservation.End.Cause: Codable {
  package init(from decoder: any Decoder) throws {
    let word = try decoder.singleValueContainer().decode(String.self)
    switch word {
    case "drained": self = .drained
    case "deadline": self = .deadline
    case "out-of-memory": self = .outOfMemory
    case "preempted": self = .preempted
    case "scaled-down": self = .scaledDown
    case "crashed": self = .crashed
    case "killed": self = .killed
    default: self = .unknown(word)
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(word)
  }

  /// The cause in one word, as the journal has it.
  package var word: String {
    switch self {
    case .drained: "drained"
    case .deadline: "deadline"
    case .outOfMemory: "out-of-memory"
    case .preempted: "preempted"
    case .scaledDown: "scaled-down"
    case .crashed: "crashed"
    case .killed: "killed"
    case .unknown(let word): word
    }
  }
}
