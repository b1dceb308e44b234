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
