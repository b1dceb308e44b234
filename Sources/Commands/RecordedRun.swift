import Cutover
import Journal
import Machine
import Vocabulary

/// A run's journal, read to its end.
struct RecordedRun {
  let folder: RunFolder
  let started: RunStarted
  let began: Timestamp
  /// The last plan; nil: the run ended before anything was watched.
  private(set) var plan: WatchPlan?
  /// The samples, those before a later plan included.
  private(set) var samples: [Sample] = []
  /// The steps that ended, in order.
  private(set) var steps: [StepFinished] = []
  /// The last verdict that was journaled.
  private(set) var verdict: Assessment?

  /// Reads and checks the whole journal; throws `JournalFailure` with the line of what is damaged.
  init(_ folder: RunFolder) throws {
    self.folder = folder
    var reader = try JournalReader(folder.journal)
    guard let first = try reader.next(), case .runStarted(let started) = first.event else {
      throw RunResumption.nothingToResume(folder.id)
    }
    self.started = started
    began = first.time
    while let record = try reader.next() {
      switch record.event {
      case .plan(let plan): self.plan = plan
      case .sample(let sample): samples.append(sample)
      case .stepFinished(let step): steps.append(step)
      case .verdict(let record): verdict = record.assessment
      default: break
      }
    }
  }

  /// The steps that did what they say.
  var finishedSteps: [String] { steps.filter { $0.outcome == .passed }.map(\.name) }
}

/// A verdict that is computed again from a journal, offline.
struct Replay {
  /// What the samples give; nil: there was none.
  let assessment: Assessment?
  /// What the run itself said at its end; nil: it did not reach one.
  let recorded: Assessment?

  /// Replays a journal; throws `JournalFailure` when it is damaged or holds no plan.
  init(journal path: String) throws {
    var watch = try JournalWatch(path)
    var verifier: CutoverVerifier?
    var assessment: Assessment?
    var recorded: Assessment?
    var samples: [Sample] = []
    while let step = try watch.next() {
      switch step {
      case .plan(let plan):
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
  }
}
