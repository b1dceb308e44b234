package import Cutover
package import Journal
package import Vocabulary

/// One run, read from its journal to the end and decided again sample by sample.
///
/// Memory is proportional to what changed during the run, as its journal is.
package struct RunHistory: Sendable {
  /// What was asked for.
  package let started: RunStarted
  /// When it began, by the first record.
  package let began: Timestamp
  /// The records beside samples and assessments, in their order.
  package private(set) var records: [JournalRecord] = []
  /// The last plan; nil: the run ended before anything was watched.
  package private(set) var plan: WatchPlan?
  /// The fleet after each sample, in order.
  package private(set) var points: [FleetPoint] = []
  /// Every session that was seen, by the moment at which it started or was asked for.
  package private(set) var sessions: [SessionStory] = []
  /// Every life of every instance, by name.
  package private(set) var instances: [InstanceStory] = []
  /// What became of each source that was asked, in the plan's order.
  package private(set) var sources: [SourceHistory] = []
  /// The verdict as the run gave it, else what its samples come to; nil: nothing was watched.
  package private(set) var assessment: Assessment?
  /// Whether the run itself gave that verdict.
  package private(set) var isVerdictRecorded = false
  /// How the run ended; nil: it was cut off, or goes on.
  package private(set) var finished: RunFinished?
  /// When the last record was written.
  package private(set) var lastRecordAt: Timestamp
  /// Why the journal could not be read to its end; nil: it was. What stands before can be trusted.
  package private(set) var damage: String?

  /// Reads and checks a journal.
  ///
  /// Throws `JournalFailure`, or `MachineFailure`, where not even its first record can be read; damage further on is kept in
  /// `damage`.
  ///
  /// With a moment it ends there, as if the run had been looked at then.
  package init(_ reader: JournalReader, path: String, until: Timestamp? = nil) throws {
    var reader = reader
    guard let first = try reader.next() else {
      throw JournalFailure.unreadable(path: path, line: 1, reason: "it holds no whole record")
    }
    guard case .runStarted(let started) = first.event else {
      throw JournalFailure.unreadable(path: path, line: 1, reason: "it does not begin with its run's start")
    }
    (self.started, began, lastRecordAt, records) = (started, first.time, first.time, [first])
    var samples: [(sample: Sample, line: Int)] = []
    do {
      while let record = try reader.next(), until.map({ record.time <= $0 }) ?? true {
        lastRecordAt = max(lastRecordAt, record.time)
        take(record, &samples)
      }
      if let torn = reader.torn { damage = "line \(torn.line) is torn: the program was ended while it wrote" }
    } catch let failure as JournalFailure {
      switch failure {
      case .unreadable(_, let line, let reason), .broken(_, let line, let reason):
        damage = "line \(line) is damaged: \(reason)"
      default: damage = failure.why ?? failure.what
      }
    }
    watch(samples)
  }

  private mutating func take(_ record: JournalRecord, _ samples: inout [(sample: Sample, line: Int)]) {
    switch record.event {
    case .sample(let sample): samples.append((sample, record.sequence))
    case .assessment, .unknown: break
    case .plan(let plan):
      self.plan = plan
      records.append(record)
    case .verdict(let verdict):
      (assessment, isVerdictRecorded) = (verdict.assessment, true)
      records.append(record)
    case .runFinished(let finished):
      self.finished = finished
      records.append(record)
    default: records.append(record)
    }
  }

  /// Decides again what the samples come to, and keeps what is seen on the way.
  private mutating func watch(_ samples: [(sample: Sample, line: Int)]) {
    guard let plan else { return }
    var gathering = StoryGathering(plan)
    for (sample, line) in samples { points.append(gathering.take(sample, line: line)) }
    gathering.look()
    (sessions, instances, sources) = (gathering.sortedSessions, gathering.sortedInstances, gathering.sources)
    if assessment == nil, !points.isEmpty { assessment = gathering.verifier.assessment }
  }

  /// The run.
  package var id: RunID { started.run }
}

/// The fleet after one sample.
package struct FleetPoint: Sendable {
  /// When the sample was complete.
  package let at: Timestamp
  /// Its line in the journal.
  package let line: Int
  /// Sessions by version, sorted by version.
  package let versions: [VersionCount]
  /// A, B and C.
  package let states: [Assessment.Condition.State]
  /// What the three come to.
  package let verdict: Assessment.Verdict

  /// One version's sessions.
  package struct VersionCount: Hashable, Sendable {
    /// The version; `unattributed` where it is not known.
    package let version: String
    /// Its counts; `active` is nil where nobody knows.
    package let counts: Assessment.Sessions.Counts
  }
}

/// What became of one source during a run.
package struct SourceHistory: Sendable {
  /// What it can tell.
  package let traits: SourceTraits
  /// How often it was asked, and how often it gave no answer that can be used.
  package private(set) var readings = 0
  package private(set) var failures = 0
  /// The last failure and when it was.
  package private(set) var lastFailure: (at: Timestamp, failure: SourceFailure)?
  /// When it answered first and last; nil: never.
  package private(set) var firstAnswer: Timestamp?
  package private(set) var lastAnswer: Timestamp?
  /// The longest time between two answers.
  package private(set) var longestGap: Duration = .zero
  /// Where it began to fail or to answer again: the moment, its line, and the failure; nil: it answers.
  package private(set) var turns: [Turn] = []

  /// A source that began to fail, or to answer again.
  package struct Turn: Sendable {
    package let at: Timestamp
    package let line: Int
    package let failure: SourceFailure?
  }

  init(_ traits: SourceTraits) { self.traits = traits }

  mutating func take(_ reading: Reading, line: Int) {
    readings += 1
    if case .failure(let failure) = reading.answer {
      if turns.last.map({ $0.failure == nil }) ?? true {
        turns.append(Turn(at: reading.takenAt, line: line, failure: failure))
      }
      failures += 1
      lastFailure = (reading.takenAt, failure)
      return
    }
    if turns.last?.failure != nil { turns.append(Turn(at: reading.takenAt, line: line, failure: nil)) }
    if let lastAnswer { longestGap = max(longestGap, reading.takenAt - lastAnswer) }
    firstAnswer = firstAnswer ?? reading.takenAt
    lastAnswer = reading.takenAt
  }
}
