import Vocabulary

/// What all sources together say of one life of one instance: from its start to its end, restarts apart.
struct InstanceRecord: Sendable {
  /// Its place in the fleet model; never reused.
  let index: Int
  /// The name it goes by: the platform's where a platform lists it, else the first source's.
  var id: InstanceID
  /// What each source says of it under each of the names that source has for it.
  var views: [View] = []

  /// What has been learned of it, kept when a source stops listing it.
  var facts = Facts()
  /// How many sessions the last answer that counted them counted, and when.
  var lastCount: (count: Int, at: Timestamp)?
  /// The last moment at which it was seen alive before its end or before nobody could reach it.
  var lastAlive: Timestamp?
  /// Its live sessions by name, as far as sessions are attributed to it.
  var live: Set<SessionID> = []
  /// How its sessions ended since the rollout began.
  var endings = Endings()
  /// The part it plays in the rollout.
  var role = Role.unknown
  /// Whether it was there when its source was first read: not started since; nil: it could not be reached then.
  var wasThereFirst: Bool? = false
  /// The moment of that first reading.
  var firstLook: Timestamp?
  /// Whether a session on it began well before the rollout did.
  var servedBefore = false
  /// Whether it lives.
  var life = Life.alive
  /// When it was first seen to be told to drain.
  var told: MomentBounds?
  /// When its drain was first seen confirmed.
  var confirmedSeenAt: Timestamp?
  /// Since when it has been seen at zero without a break, and in how many fresh samples.
  var zero: (since: Timestamp, samples: Int)?
  /// Whether it was seen at zero in enough fresh samples, and nothing has come since.
  var heldZero = false
  /// Since when its own count has been below the number of its listed sessions, and the last moment it was.
  var ghosts: (since: Timestamp, until: Timestamp)?
  /// The same, of the last time that it was.
  var lastGhosts: (since: Timestamp, until: Timestamp)?
  /// Whether it had ended before the rollout began.
  var isPast = false
  /// Whether any source has seen it able to serve.
  var hasServed = false
  /// Whether any source has seen it alive.
  var wasEverAlive = false
  /// Whether its name has started again, so that no source speaks of this life any more.
  var isReplaced = false
  /// The sample in which its end was seen.
  var endedInSample: Int?
  /// Whether nobody looked for longer than a reading counts before it was gone.
  var vanishedUnseen = false
  /// Whether its last count before its end was zero, or nobody had named or counted a session on it at that time.
  var leftAtZero = false
  /// A count that rose on it after the deadline, as a late arrival without a name.
  var rises = 0
  /// What it adds to the tallies.
  var marks: InstanceMarks = []
  /// The region in whose tally that is.
  var countedRegion: RegionName?
  /// What it adds to the sum of counts of its version.
  var countedAs: (version: String, count: Int)?
  /// Whether its start-up latency has been measured.
  var isMeasured = false
  /// Whether a rise of its count could have been before the deadline.
  var roseAmbiguously = false

  init(index: Int, id: InstanceID) {
    self.index = index
    self.id = id
  }

  /// One source's words on it.
  struct View: Sendable {
    let source: Int
    let name: InstanceID
    var observation: InstanceObservation
    /// Whether the source still lists it.
    var isListed: Bool
    /// When the source first said what it says.
    var since: Timestamp
    /// A count that was higher than the one before it.
    var risen: Rise?
    /// The last number of sessions it said, and until when it held where it says none any more.
    var counted: Count?
  }

  /// A lower count before a higher one: when it was first read, and the last moment at which it was.
  struct Rise: Sendable {
    var from: Int
    var firstAt: Timestamp
    var after: Timestamp
  }

  /// A rise of which it is known whether it was one: by how many, and between which moments they began.
  struct DecidedRise: Sendable {
    var by: Int
    var after: Timestamp
    var notAfter: Timestamp
    var isCertain = true
  }

  /// How many sessions a source counted.
  struct Count: Sendable {
    var count: Int
    var at: Timestamp
    var until: Timestamp?
  }

  /// What does not change while an instance lives, or only becomes known.
  struct Facts: Sendable {
    var version: VersionName?
    var generation: GenerationID?
    var region: RegionName?
    var sdk: String?
    var startedAt: Timestamp?
    var registeredAt: Timestamp?
    var servingAt: Timestamp?
    var workers: [WorkerID] = []
    var drain = InstanceObservation.Drain()
    var end: InstanceObservation.End?

    /// The earliest moment at which it is known to have been there.
    var knownSince: Timestamp? { [startedAt, registeredAt, servingAt].compactMap { $0 }.min() }
  }

  /// How sessions on an instance ended.
  struct Endings: Hashable, Sendable {
    var undecided = 0
    var normal = 0
    var cut = 0
    var unclear = 0
  }

  /// The part an instance plays.
  enum Role: Sendable {
    case incoming, outgoing, other, unknown
  }

  /// Whether an instance lives, as the sources together say.
  enum Life: Hashable, Sendable {
    /// Some source sees it alive.
    case alive
    /// It could not be reached since that moment, and nobody says that it ended.
    case unreachable(since: Timestamp)
    /// It ended between the two moments.
    case ended(after: Timestamp?, by: Timestamp)
  }

  /// Whether it goes by a worker id alone: no platform and no log of its own names it.
  var isNamedByServerOnly: Bool { id.rawValue.isAlias(of: facts.workers) }

  /// Whether its process ended by itself with its drain done.
  var isKnownDrained: Bool {
    if let cause = facts.end?.cause { return cause == .drained }
    return facts.drain.finishedAt != nil && facts.drain.timedOutAt == nil && facts.drain.forcedAt == nil
  }

  /// Whether its drain was over at once although its last count was above zero: so does a signal to its whole group look.
  var drainedSuspiciously: Bool {
    guard let finished = facts.drain.finishedAt, let began = facts.drain.confirmedAt ?? facts.drain.requestedAt,
      (lastCount?.count ?? 0) > 0
    else { return false }
    return finished - began < .seconds(1)
  }

  /// What took its sessions away from under it; nil: nothing known did.
  var knownKill: String? {
    if facts.drain.timedOutAt != nil { return "its drain timed out" }
    if facts.drain.forcedAt != nil { return "a second signal forced it to end" }
    guard let end = facts.end else { return nil }
    switch end.cause {
    case .deadline: return "killed at its stop deadline"
    case .outOfMemory: return "killed at its memory limit"
    case .preempted: return "its machine was taken away"
    case .scaledDown: return "removed by a scale-down"
    case .crashed: return "crashed"
    case .killed: return end.signal.map { "killed by signal \($0)" } ?? "killed"
    case .drained: return nil
    case .unknown, nil: return end.signal == 9 ? "killed by signal 9" : nil
    }
  }

  /// How it ended, one short phrase.
  var endPhrase: String? {
    guard case .ended = life else {
      if case .unreachable = life { return "not reachable" }
      return nil
    }
    if let kill = knownKill { return kill }
    guard let end = facts.end else { return isKnownDrained ? "drained" : "gone, how is not known" }
    if let code = end.exitCode { return "exit \(code)" }
    if let signal = end.signal { return "killed by signal \(signal)" }
    return isKnownDrained ? "drained" : end.cause?.word.harmless ?? "gone, how is not known"
  }

  /// The phase in one word, as the source says that knows most.
  var phaseWord: String {
    switch life {
    case .ended: "ended"
    case .unreachable: "unreachable"
    case .alive:
      phase(where: { $0 == .draining })?.word
        ?? (confirmedSeenAt != nil ? "draining" : nil)
        ?? phase(where: { $0 == .serving })?.word ?? phase(where: { _ in true })?.word.harmless ?? "unknown"
    }
  }

  private func phase(where matches: (InstanceObservation.Phase) -> Bool) -> InstanceObservation.Phase? {
    views.first { $0.isListed && $0.observation.phase != .unreachable && matches($0.observation.phase) }?.observation
      .phase
  }
}

/// What one instance adds to the tallies.
struct InstanceMarks: OptionSet, Sendable {
  let rawValue: UInt32
  /// An outgoing instance, alive or not.
  static let outgoing = InstanceMarks(rawValue: 1 << 0)
  static let outgoingAlive = InstanceMarks(rawValue: 1 << 1)
  /// Alive with sessions.
  static let busy = InstanceMarks(rawValue: 1 << 2)
  /// Alive at zero in fewer samples than must hold.
  static let holding = InstanceMarks(rawValue: 1 << 3)
  /// Done: alive at zero for long enough, or left after zero.
  static let drained = InstanceMarks(rawValue: 1 << 4)
  /// Alive, and nobody says how many sessions it has.
  static let uncounted = InstanceMarks(rawValue: 1 << 5)
  /// Gone, and how is still being found out.
  static let leaving = InstanceMarks(rawValue: 1 << 6)
  /// Gone, and how stays unclear.
  static let leftUnclear = InstanceMarks(rawValue: 1 << 7)
  /// Gone with sessions under it, or killed without having been seen at zero.
  static let killed = InstanceMarks(rawValue: 1 << 8)
  /// Alive and not told to drain.
  static let untold = InstanceMarks(rawValue: 1 << 9)
  /// Alive, and nothing confirms that it drains.
  static let unconfirmed = InstanceMarks(rawValue: 1 << 10)
  /// Could not be reached.
  static let lost = InstanceMarks(rawValue: 1 << 11)
  static let incomingServing = InstanceMarks(rawValue: 1 << 12)
  static let incomingAlive = InstanceMarks(rawValue: 1 << 13)
  /// Its version is not known.
  static let unknownRole = InstanceMarks(rawValue: 1 << 14)
  /// It serves a version that is neither incoming nor outgoing.
  static let other = InstanceMarks(rawValue: 1 << 15)
  /// An incoming instance that ended with sessions under it and no names for them.
  static let incomingKilled = InstanceMarks(rawValue: 1 << 16)
  /// A count rose on it after the deadline.
  static let rose = InstanceMarks(rawValue: 1 << 17)
  /// A count rose on it, and whether that was before the deadline cannot be told.
  static let roseAmbiguously = InstanceMarks(rawValue: 1 << 18)
  static let count = 19
}
