import Cutover
import Journal
import Vocabulary

/// Takes samples in as the run did and keeps what the verifier tells of sessions and instances before it forgets them.
struct StoryGathering {
  private(set) var verifier: CutoverVerifier
  private(set) var sources: [SourceHistory]
  private var sessions: [SessionID: SessionStory] = [:]
  private var instances: [Int: InstanceStory] = [:]
  private var lookedAt: Timestamp

  /// Half the time for which the verifier remembers what has ended.
  private static let lookEvery: Duration = .seconds(30)

  init(_ plan: WatchPlan) {
    verifier = CutoverVerifier(rollout: plan.rollout, sources: plan.sources, policy: plan.policy)
    sources = plan.sources.map(SourceHistory.init)
    lookedAt = plan.rollout.began
  }

  /// Takes in a sample and says how the fleet stands after it.
  mutating func take(_ sample: Sample, line: Int) -> FleetPoint {
    if sample.at - lookedAt >= Self.lookEvery {
      look()
      lookedAt = sample.at
    }
    for reading in sample.readings {
      guard let place = sources.firstIndex(where: { $0.traits.id == reading.source }) else { continue }
      sources[place].take(reading, line: line)
    }
    let assessment = verifier.ingest(sample)
    return FleetPoint(
      at: assessment.at, line: line,
      versions: assessment.sessions.byVersion.sorted { $0.key < $1.key }.map {
        FleetPoint.VersionCount(version: $0.key, counts: $0.value)
      },
      states: assessment.conditions.map(\.state), verdict: assessment.verdict)
  }

  /// Keeps what is known at this moment.
  mutating func look() {
    for id in verifier.knownSessions {
      guard var story = verifier.story(of: id) else { continue }
      // An instance that has ended may be forgotten before its last session is.
      if story.version == nil, let old = sessions[id] {
        (story.version, story.basis, story.role) = (old.version, old.basis, old.role)
      }
      story.instance = story.instance ?? sessions[id]?.instance
      sessions[id] = story
    }
    for life in verifier.knownInstances { instances[life] = verifier.story(ofLife: life) }
    for life in instances.keys where verifier.isAlias(life: life) { instances[life] = nil }
  }

  var sortedSessions: [SessionStory] {
    sessions.values.sorted { ($0.moment, $0.id) < ($1.moment, $1.id) }
  }

  var sortedInstances: [InstanceStory] {
    instances.values.sorted { ($0.id, $0.life) < ($1.id, $1.life) }
  }
}

extension SessionStory {
  /// When it started, or was asked for.
  fileprivate var moment: Timestamp { start?.at ?? askedAt ?? Timestamp(nanoseconds: .max) }
}
