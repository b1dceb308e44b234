package import Cutover

/// A verdict that is computed again from a journal, offline.
package struct Replay: Sendable {
  /// What the samples give; nil: there was none.
  package let assessment: Assessment?
  /// What the run itself said at its end; nil: it did not reach one.
  package let recorded: Assessment?
  /// The last plan.
  package let plan: WatchPlan?
  /// How many samples there were.
  package let samples: Int
  /// The verifier as the last sample left it, to be given a later one; nil: there was no plan.
  package let verifier: CutoverVerifier?

  /// Replays a journal; throws `JournalFailure` when it is damaged or holds no plan.
  package init(journal path: String) throws {
    var watch = try JournalWatch(path)
    var verifier: CutoverVerifier?
    var assessment: Assessment?
    var recorded: Assessment?
    var samples: [Sample] = []
    var last: WatchPlan?
    while let step = try watch.next() {
      switch step {
      case .plan(let plan):
        last = plan
        verifier = CutoverVerifier(rollout: plan.rollout, sources: plan.sources, policy: plan.policy)
        for sample in samples { assessment = verifier?.ingest(sample) }
      case .sample(let sample):
        samples.append(sample)
        assessment = verifier?.ingest(sample)
      case .verdict(let record):
        recorded = record.assessment
        // How a watch was stopped is not in its samples.
        switch record.assessment.verdict {
        case .interrupted: assessment = verifier?.ended(as: .interrupted, at: record.assessment.at)
        case .superseded: assessment = verifier?.ended(as: .superseded, at: record.assessment.at)
        // A verdict that the samples have not reached is that of a version which was withdrawn.
        case .timedOut where assessment?.verdict != .timedOut:
          assessment = verifier?.ended(as: .neverServed, at: record.assessment.at)
        case .failed where assessment?.verdict != .failed && record.assessment.isFinal:
          assessment = verifier?.ended(as: .unservable, at: record.assessment.at)
        default: break
        }
      }
    }
    self.assessment = assessment
    self.recorded = recorded
    self.verifier = verifier
    self.samples = samples.count
    plan = last
  }
}
