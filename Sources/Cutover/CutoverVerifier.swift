package import Vocabulary

/// Decides from samples whether a fleet's cutover happened: the same samples give the same assessments on any machine.
///
/// It reads no clock: time comes from the samples. The cost of a sample is proportional to what changed in it.
package struct CutoverVerifier: Sendable {
  /// The change that is verified.
  package let rollout: Rollout
  /// What the sources can tell, in the order they were given.
  package let sources: [SourceTraits]
  /// The numbers that decide.
  package let policy: Policy
  /// The assessment after the last sample; everything pending before the first.
  package private(set) var assessment: Assessment

  /// A verifier that has seen nothing.
  package init(rollout: Rollout, sources: [SourceTraits], policy: Policy) {
    self.rollout = rollout
    self.sources = sources
    self.policy = policy
    assessment = Assessment(of: rollout, timesOutAt: policy.deadline(of: rollout))
  }

  /// Takes in the next sample and says where the three conditions stand after it.
  ///
  /// Samples come in the order of their sequence; one that was taken in before is not taken in again.
  package mutating func ingest(_ sample: Sample) -> Assessment {
    assessment.sample = sample.sequence
    assessment.at = sample.at
    return assessment
  }

  /// How a watch can end other than by its verdict.
  package enum Interruption: String, Codable, Sendable {
    /// Somebody stopped it; the run can be resumed.
    case interrupted
    /// A later rollout of the same target took its place.
    case superseded
  }

  /// The last assessment as the end of a watch that was stopped before its verdict.
  package func ended(as interruption: Interruption, at: Timestamp) -> Assessment {
    var ended = assessment
    ended.verdict = interruption == .interrupted ? .interrupted : .superseded
    ended.isFinal = true
    ended.at = at
    ended.window.endedAt = at
    return ended
  }
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
