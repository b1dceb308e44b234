package import Vocabulary

/// Decides from samples whether a fleet's cutover happened: the same samples give the same assessments on any machine.
///
/// It reads no clock: time comes from the samples. The cost of a sample is proportional to what changed in it. Sessions
/// that have ended are folded into counters; those that matter by name are kept, up to `namedLimit` of a kind.
package struct CutoverVerifier: Sendable {
  /// The change that is verified.
  package let rollout: Rollout
  /// What the sources can tell, in the order they were given.
  package let sources: [SourceTraits]
  /// The numbers that decide.
  package let policy: Policy
  /// The assessment after the last sample; everything pending before the first.
  package private(set) var assessment: Assessment

  /// How many sessions of a kind, and pieces of evidence of a condition, are named; the rest is counted.
  package static let namedLimit = 100

  var states: [SourceState]
  /// Which sources still count, by their place, at the sample that is being taken in.
  var isFresh: [Bool]
  var fleet = FleetModel()
  var sessions: [SessionID: SessionRecord] = [:]
  var tallies = Tallies()
  var versions: [String: Assessment.Sessions.Counts] = [:]
  var countedSessions: [String: Int] = [:]
  var named = NamedSessions()
  var cutover = CutoverPoint()
  var latencies = LatencyBook()
  var durations = DurationBook()
  var outgoing = OutgoingList()
  var troubles = Troubles()
  var work = WorkLists()
  var coverage = Coverage()
  /// The time of the sample that is being taken in, and its number.
  var now: Timestamp
  var sequence = 0
  /// When a condition first failed; nil: none has.
  var failedAt: Timestamp?
  /// Where conditions have failed, by region, nil for the whole fleet: `failed` is final.
  var failures: [RegionName?: [Int: Standing]] = [:]

  /// A verifier that has seen nothing.
  package init(rollout: Rollout, sources: [SourceTraits], policy: Policy) {
    self.rollout = rollout
    self.sources = sources
    self.policy = policy
    states = sources.map(SourceState.init)
    isFresh = sources.map { _ in false }
    now = rollout.began
    assessment = Assessment(of: rollout, timesOutAt: policy.deadline(of: rollout))
    assessment.conditions = Assessment.Condition.Kind.allCases.map {
      Assessment.Condition(
        id: $0, title: $0.title, state: .pending, basis: .none, reason: "no sample yet", evidence: [])
    }
  }

  /// Takes in the next sample and says where the three conditions stand after it.
  ///
  /// Samples come in the order of their sequence; one that was taken in before is not taken in again. A reading of a
  /// source that was not declared is left out.
  package mutating func ingest(_ sample: Sample) -> Assessment {
    guard sample.sequence > sequence else { return assessment }
    let cadence = sequence == 0 ? Duration.zero : max(now, sample.at) - now
    sequence = sample.sequence
    now = max(now, sample.at)
    let changes = read(sample, cadence)
    for (source, change) in changes { takeInstances(change, from: source) }
    refreshInstances()
    for (source, change) in changes { takeSessions(change, from: source) }
    attributeWaiting()
    settleSessions()
    decideEnds()
    findCutover()
    takeRises()
    watchInstances()
    watchCoverage()
    fold()
    assess()
    return assessment
  }

  /// Reads the sample's answers and returns what changed, in the order of the sources.
  private mutating func read(_ sample: Sample, _ cadence: Duration) -> [(source: Int, changes: ObservationChanges)] {
    for place in states.indices { states[place].beginSample() }
    var result: [(source: Int, changes: ObservationChanges)] = []
    for place in states.indices {
      for reading in sample.readings where reading.source == sources[place].id {
        if let changes = states[place].take(reading) { result.append((place, changes)) }
      }
    }
    for place in states.indices { isFresh[place] = states[place].isFresh(at: now, cadence: cadence, policy) }
    return result
  }

  /// How a watch can end other than by its verdict.
  package enum Interruption: String, Codable, Sendable {
    /// Somebody stopped it; the run can be resumed.
    case interrupted
    /// A later rollout of the same target took its place.
    case superseded
    /// The incoming generation did not serve in time; it was withdrawn where sluice drains, and nothing was told to drain.
    case neverServed = "never-served"
    /// No instance of the incoming generation can ever serve; it was withdrawn where sluice drains, and nothing was told
    /// to drain.
    case unservable
  }

  /// The last assessment as the end of a watch that was stopped before its verdict.
  package func ended(as interruption: Interruption, at: Timestamp) -> Assessment {
    var ended = assessment
    ended.at = max(ended.at, at)
    ended.isFinal = true
    ended.window.endedAt = ended.at
    switch interruption {
    case .interrupted:
      ended.verdict = .interrupted
      ended.reason = "the watch was stopped before its verdict"
    case .superseded:
      ended.verdict = .superseded
      ended.reason = "a later rollout of \(rollout.target.rawValue.harmless) took its place"
    case .neverServed:
      let reason = "\(rollout.incoming.version.rawValue.harmless) did not serve in time; \(undrained)"
      ended.verdict = .timedOut
      ended.reason = reason
      for place in ended.conditions.indices where ended.conditions[place].state == .pending {
        ended.conditions[place].state = .timedOut
        ended.conditions[place].reason = reason
      }
    case .unservable:
      ended.verdict = .failed
      ended.reason =
        "no instance of \(rollout.incoming.version.rawValue.harmless) can serve; \(undrained)"
      for place in ended.conditions.indices where ended.conditions[place].id == .newSessionsLand {
        ended.conditions[place].state = .failed
        ended.conditions[place].reason = ended.reason
      }
    }
    ended.recommendedAction = Recommendation.afterStop(interruption, rollout: rollout)
    return ended
  }

  private var undrained: String {
    switch rollout.drainedBy {
    case .sluice: "nothing was told to drain"
    case .platform: "the platform keeps the old instances until it does"
    }
  }

  mutating func publish(_ next: Assessment) { assessment = next }
}

extension Policy {
  /// When the watch of a rollout gives up: its own timeout, else warm-up + effective drain window + tail after it began.
  ///
  /// A drain that nothing limits (or of which no clock is known) is given `Policy.unlimitedDrain`, the longest window
  /// that LiveKit Cloud gives: a watch without an end would hide a drain that never ends.
  package func deadline(of rollout: Rollout) -> Timestamp {
    if let timeout { return rollout.began + timeout }
    return rollout.began + warmUp + (rollout.window.effective ?? Policy.unlimitedDrain) + rollout.window.tail
  }

  /// The drain that is waited for where nothing limits it: an hour, the rollout window of LiveKit Cloud.
  package static let unlimitedDrain: Duration = .seconds(3_600)
}

extension Assessment.Condition.Kind {
  /// What the condition says, for people.
  package var title: String {
    switch self {
    case .newSessionsLand: "new sessions land on the new version"
    case .oldStopsReceiving: "old instances stop receiving new sessions"
    case .oldDrains: "sessions on old drain to zero"
    }
  }
}
