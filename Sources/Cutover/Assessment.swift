package import Vocabulary

/// The state of the three conditions after a sample, with everything that a person or a machine needs to act on it.
///
/// Machine output is this value as JSON, `sluice.assessment/1`; keys are only ever added.
package struct Assessment: Hashable, Codable, Sendable {
  /// `sluice.assessment/1`.
  package var schema = "sluice.assessment/1"
  /// The fleet.
  package var target: TargetName
  /// The run that journals it.
  package var run: RunID
  /// What was done to the fleet.
  package var kind: Rollout.Kind
  /// The version that should take all new sessions.
  package var incoming: VersionName
  /// The versions that should drain, in the order the rollout names them.
  package var outgoing: [VersionName]
  /// The sample that it follows; 0 before the first.
  package var sample: Int
  /// The time of that sample.
  package var at: Timestamp
  /// The worst of the conditions, or how the watch ended.
  package var verdict: Verdict
  /// Whether watching on can change nothing that the policy asks for: the command ends here.
  package var isFinal: Bool
  /// One sentence that says why the verdict is what it is.
  package var reason: String
  /// A, B and C, in this order.
  package var conditions: [Condition]
  /// The same per region, where sources name regions; empty otherwise; sorted by region.
  package var regions: [Region]
  /// Sessions by version, and by name where they matter.
  package var sessions: Sessions
  /// Each outgoing instance and how its drain went, by id.
  package var instances: [OutgoingInstance]
  /// Assignment and start-up latency by version.
  package var latency: [String: Latency]
  /// What the new sessions seen so far exclude; nil before the first.
  package var exposure: Exposure?
  /// When zero is expected and who will be cut; nil when nothing is left or nothing is known.
  package var forecast: Forecast?
  /// What is wrong or worth knowing, by code.
  package var findings: [Finding]
  /// The one thing to do now; nil for a verdict that passed or is pending.
  package var recommendedAction: RecommendedAction?
  /// When things happened, and the clocks of the drain.
  package var window: Window

  /// How a watch stands or ended.
  package enum Verdict: String, Codable, Sendable, CaseIterable {
    case passed, failed, inconclusive, pending, interrupted, superseded
    case timedOut = "timed-out"
  }

  /// One of the three conditions.
  package struct Condition: Hashable, Codable, Sendable {
    /// Which one.
    package var id: Kind
    /// What it says, for people.
    package var title: String
    /// Where it stands.
    package var state: State
    /// What the state rests on.
    package var basis: EvidenceBasis
    /// Why it stands there, one sentence.
    package var reason: String
    /// What shows it, the strongest first; bounded, `evidenceOmitted` counts the rest.
    package var evidence: [Evidence]
    /// How many pieces of evidence were left out.
    package var evidenceOmitted: Int

    /// A condition's state with what it rests on.
    package init(
      id: Kind, title: String, state: State, basis: EvidenceBasis, reason: String, evidence: [Evidence],
      evidenceOmitted: Int = 0
    ) {
      self.id = id
      self.title = title
      self.state = state
      self.basis = basis
      self.reason = reason
      self.evidence = evidence
      self.evidenceOmitted = evidenceOmitted
    }

    /// The three conditions.
    package enum Kind: String, Codable, Sendable, CaseIterable {
      /// A. New sessions land on the new version.
      case newSessionsLand = "new-sessions-land-on-new"
      /// B. Old instances stop receiving new sessions.
      case oldStopsReceiving = "old-stops-receiving"
      /// C. Sessions on old drain to zero.
      case oldDrains = "old-drains-to-zero"
    }

    /// Where a condition stands.
    package enum State: String, Codable, Sendable {
      case pending, holds, failed, inconclusive
      case timedOut = "timed-out"
    }

    /// What kind of sight a state rests on.
    package enum EvidenceBasis: String, Codable, Sendable {
      /// Sessions were seen one by one.
      case identities
      /// Only numbers of sessions were seen.
      case counts
      /// Nothing was seen that could decide.
      case none
    }
  }

  /// The conditions of one region.
  package struct Region: Hashable, Codable, Sendable {
    /// The region.
    package var name: RegionName
    /// Its own verdict, by the same rules.
    package var verdict: Verdict
    /// Its conditions, A to C.
    package var conditions: [Condition]

    /// A region's conditions.
    package init(name: RegionName, verdict: Verdict, conditions: [Condition]) {
      self.name = name
      self.verdict = verdict
      self.conditions = conditions
    }
  }

  /// Sessions by version and by name.
  package struct Sessions: Hashable, Codable, Sendable {
    /// Counts by version; `unattributed` for sessions whose version is not known.
    package var byVersion: [String: Counts] = [:]
    /// Sessions that were cut, on either version; bounded, `cutCount` counts all.
    package var cut: [Named] = []
    /// Sessions that started on an outgoing instance after the grace.
    package var late: [Named] = []
    /// Sessions whose end is unclear.
    package var unclear: [Named] = []
    /// Sessions in which a person waits without an agent.
    package var unserved: [Named] = []
    /// How many were cut.
    package var cutCount = 0
    /// How many were late.
    package var lateCount = 0
    /// How many ended unclear.
    package var unclearCount = 0
    /// How many are or were unserved.
    package var unservedCount = 0

    /// Nothing seen yet.
    package init() {}

    /// What became of one version's sessions.
    package struct Counts: Hashable, Codable, Sendable {
      /// Live at this moment; nil: not known.
      package var active: Int?
      /// Started since the rollout began.
      package var started = 0
      /// Of those, sluice's own probes.
      package var probes = 0
      /// Ended normally since the rollout began, whenever they had started.
      package var ended = 0
      /// Cut.
      package var cut = 0
      /// Ended, how is unclear.
      package var unclear = 0

      /// No session.
      package init() {}
    }

    /// A session that matters by itself.
    package struct Named: Hashable, Codable, Sendable {
      /// The session.
      package var id: SessionID
      /// Its room, made harmless.
      package var room: String?
      /// Its version.
      package var version: VersionName?
      /// Its instance.
      package var instance: InstanceID?
      /// The worker that took it, by the id with which that was registered.
      package var worker: WorkerID?
      /// Its region.
      package var region: RegionName?
      /// The SDK of its instance.
      package var sdk: String?
      /// When that which matters happened.
      package var at: Timestamp
      /// What happened, one sentence; for an unclear end also what would settle it.
      package var detail: String

      /// A session with what happened to it.
      package init(
        id: SessionID, room: String? = nil, version: VersionName? = nil, instance: InstanceID? = nil,
        worker: WorkerID? = nil, region: RegionName? = nil, sdk: String? = nil, at: Timestamp, detail: String
      ) {
        self.id = id
        self.room = room
        self.version = version
        self.instance = instance
        self.worker = worker
        self.region = region
        self.sdk = sdk
        self.at = at
        self.detail = detail
      }
    }
  }

  /// How the drain of one outgoing instance went.
  package struct OutgoingInstance: Hashable, Codable, Sendable {
    /// The instance.
    package var id: InstanceID
    /// Its version.
    package var version: VersionName?
    /// Its region.
    package var region: RegionName?
    /// Its last known phase, in one word.
    package var phase: String
    /// Its live sessions; nil: not known.
    package var sessions: Int?
    /// When it was told to drain.
    package var drainRequestedAt: Timestamp?
    /// What confirmed that it drains; nil: nothing has.
    package var drainConfirmedBy: InstanceObservation.Drain.Confirmation?
    /// When that was seen.
    package var drainConfirmedAt: Timestamp?
    /// When it was gone.
    package var endedAt: Timestamp?
    /// How it ended, one short phrase: `exit 0`, `killed by signal 9`, `gone, how is not known`.
    package var end: String?

    /// An outgoing instance of which only the phase is known.
    package init(id: InstanceID, phase: String) {
      self.id = id
      self.phase = phase
    }
  }

  /// Latency of one version: never mixed with drain time.
  package struct Latency: Hashable, Codable, Sendable {
    /// Session asked for → an agent took it.
    package var assignment: Distribution?
    /// Instance started → its first process initialized (or registered, where that is all that is known).
    package var startUp: Distribution?

    /// Two distributions; nil: nothing measured.
    package init(assignment: Distribution? = nil, startUp: Distribution? = nil) {
      self.assignment = assignment
      self.startUp = startUp
    }

    /// A summary of measured durations.
    package struct Distribution: Hashable, Codable, Sendable {
      /// How many were measured.
      package var count: Int
      /// Median, in seconds.
      package var p50Seconds: Double
      /// 95th percentile, in seconds.
      package var p95Seconds: Double
      /// The largest, in seconds.
      package var maxSeconds: Double

      /// A summary.
      package init(count: Int, p50Seconds: Double, p95Seconds: Double, maxSeconds: Double) {
        self.count = count
        self.p50Seconds = p50Seconds
        self.p95Seconds = p95Seconds
        self.maxSeconds = maxSeconds
      }
    }
  }

  /// What the new sessions seen so far exclude.
  package struct Exposure: Hashable, Codable, Sendable {
    /// New sessions after the cutover point and grace whose version is known.
    package var sessions: Int
    /// Of these, on the incoming version.
    package var onIncoming: Int
    /// The share of traffic that old instances could take unseen, at 95 % confidence, 0 to 1: 1 − 0.05^(1/n).
    package var excludedShare: Double

    /// An exposure figure.
    package init(sessions: Int, onIncoming: Int, excludedShare: Double) {
      self.sessions = sessions
      self.onIncoming = onIncoming
      self.excludedShare = excludedShare
    }
  }

  /// When the old version is expected to be empty, and who will not make it.
  package struct Forecast: Hashable, Codable, Sendable {
    /// Sessions still on outgoing instances; nil: not known.
    package var remaining: Int?
    /// When the last one is expected to end by itself; nil: there is no ground for a forecast.
    package var zeroExpectedAt: Timestamp?
    /// When the first drain window ends; nil: nothing limits it, or that is not known.
    package var windowEndsAt: Timestamp?
    /// How many are expected to be cut by the window; nil: no ground for a forecast.
    package var expectedCuts: Int?
    /// What the forecast rests on, one sentence.
    package var ground: String

    /// A forecast.
    package init(
      remaining: Int?, zeroExpectedAt: Timestamp?, windowEndsAt: Timestamp?, expectedCuts: Int?, ground: String
    ) {
      self.remaining = remaining
      self.zeroExpectedAt = zeroExpectedAt
      self.windowEndsAt = windowEndsAt
      self.expectedCuts = expectedCuts
      self.ground = ground
    }
  }

  /// The one thing to do now.
  package struct RecommendedAction: Hashable, Codable, Sendable {
    /// What to do and why, one sentence.
    package var summary: String
    /// The exact command; nil when it is not a command.
    package var command: String?

    /// An action.
    package init(summary: String, command: String?) {
      self.summary = summary
      self.command = command
    }
  }

  /// When things happened, and the clocks of the drain.
  package struct Window: Hashable, Codable, Sendable {
    /// When the rollout began.
    package var began: Timestamp
    /// When the incoming generation was first seen serving; nil: not yet.
    package var servingAt: Timestamp?
    /// When the outgoing generation was told to drain; nil: not yet, or not known.
    package var drainRequestedAt: Timestamp?
    /// The later of the two; nil: not reached.
    package var cutoverAt: Timestamp?
    /// When the verdict became final; nil: it is not.
    package var endedAt: Timestamp?
    /// When the watch gives up.
    package var timesOutAt: Timestamp
    /// Every clock of the drain, and the tail.
    package var drain: DrainWindow

    /// A window of a rollout that has begun.
    package init(began: Timestamp, timesOutAt: Timestamp, drain: DrainWindow) {
      self.began = began
      self.timesOutAt = timesOutAt
      self.drain = drain
    }
  }
}

extension Assessment {
  /// An assessment before the first sample: nothing is known, so everything is pending.
  package init(of rollout: Rollout, timesOutAt: Timestamp) {
    target = rollout.target
    run = rollout.run
    kind = rollout.kind
    incoming = rollout.incoming.version
    outgoing = rollout.outgoing.map(\.version)
    sample = 0
    at = rollout.began
    verdict = .pending
    isFinal = false
    reason = "no sample yet"
    conditions = []
    regions = []
    sessions = Sessions()
    instances = []
    latency = [:]
    exposure = nil
    forecast = nil
    findings = []
    recommendedAction = nil
    window = Window(began: rollout.began, timesOutAt: timesOutAt, drain: rollout.window)
  }
}
