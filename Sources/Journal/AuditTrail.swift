import Cutover
package import Vocabulary

/// One thing that was done to a fleet, for those who must be able to say later who did what: `sluice.audit/1`.
package struct AuditRecord: Hashable, Encodable, Sendable {
  /// `sluice.audit/1`.
  package let schema = "sluice.audit/1"
  /// When it happened.
  package var at: Timestamp
  /// What happened: `deployment.started`, `deployment.drain_started`, `deployment.completed`, `deployment.rolled_back`,
  /// `deployment.rejected`, `deployment.withdrawn`, `deployment.interrupted`, `deployment.unfinished`, `journal.damaged`; the
  /// same of a `verification`, a `rehearsal` or a `test`.
  package var event: String
  /// Who asked for it; nil: not known.
  package var actor: String?
  /// From which machine.
  package var host: String?
  /// From which git commit; nil: not known.
  package var commit: String?
  /// In which pipeline; nil: in none.
  package var pipeline: String?
  /// The fleet.
  package var target: TargetName?
  /// The run, and the line of its journal that says so.
  package var run: RunID
  package var line: Int
  /// The version that it is about, and those that it takes the place of.
  package var version: VersionName?
  package var fromVersions: [VersionName] = []
  /// What came of it: a verdict, `ok`, `failed`, `locked`, `none`; nil: nothing can be said yet.
  package var result: String?
  /// Why, one line.
  package var reason: String?
}

/// The audit records of one run, made from its journal alone.
package struct AuditTrail {
  /// The records in their order.
  package private(set) var records: [AuditRecord] = []
  /// Why the journal could not be read to its end; nil: it was.
  package private(set) var damage: JournalFailure?

  private let run: RunID
  private var started: RunStarted?
  private var rollout: Rollout?
  private var assessment: Assessment?
  private var hasDrained = false
  private var isOpen = true
  private var last: Timestamp?

  /// Reads a run's journal; damage is a record of its own, behind what stands before it.
  ///
  /// Throws `MachineFailure` where the journal cannot be read at all.
  package init(_ folder: RunFolder) throws {
    run = folder.id
    var reader = try JournalReader(folder.journal)
    do {
      while let record = try reader.next() { take(record) }
    } catch let failure as JournalFailure {
      damage = failure
      if let last { add("journal.damaged", at: last, line: reader.line + 1, result: "failed", failure.why) }
    }
    // A run that a process still writes is not told from one that was cut off here: neither has ended.
    if damage == nil, isOpen, let last {
      add("\(family).unfinished", at: last, line: reader.line, nil)
    }
    for index in records.indices where records[index].version == nil {
      records[index].version = rollout?.incoming.version
      records[index].fromVersions = rollout?.outgoing.map(\.version) ?? []
    }
  }

  private mutating func take(_ record: JournalRecord) {
    last = record.time
    switch record.event {
    case .runStarted(let started):
      self.started = started
      add("\(family).started", at: record.time, line: record.sequence, nil)
    case .plan(let plan): rollout = plan.rollout
    case .lock(let lock) where lock.event == .refused:
      add(
        "\(family).rejected", at: record.time, line: record.sequence, result: "locked",
        lock.other.map { "the target is locked by run \($0.run.rawValue.harmless) on \($0.host.harmless)" })
    case .action(let action) where action.phase != .intended && ["drain", "withdraw"].contains(action.name):
      let isDrain = action.name == "drain"
      hasDrained = hasDrained || isDrain
      add(
        "\(family).\(isDrain ? "drain_started" : "withdrawn")", at: record.time, line: record.sequence,
        result: action.phase == .done ? "ok" : "failed", action.detail)
    case .verdict(let verdict):
      assessment = verdict.assessment
      // A platform that drains by itself is not told to: when it began is what was seen.
      if !hasDrained, rollout?.drainedBy == .platform, let at = verdict.assessment.window.drainRequestedAt {
        hasDrained = true
        add("\(family).drain_started", at: at, line: record.sequence, result: "ok", "the platform drains by itself")
      }
    case .runFinished(let finished):
      isOpen = false
      let isInterrupted = finished.verdict == .interrupted
      let event = isInterrupted ? "interrupted" : rollout?.kind == .rollback ? "rolled_back" : "completed"
      add(
        "\(family).\(event)", at: finished.at, line: record.sequence, result: finished.verdict?.rawValue ?? "none",
        finished.verdict == nil ? "ended with exit status \(finished.exitStatus)" : assessment?.reason)
    // Written on after its end: it was resumed.
    case .sample, .stepStarted: isOpen = true
    default: break
    }
  }

  /// What the run is about, by its command.
  private var family: String {
    switch started?.command.first {
    case "deploy", "rollback": "deployment"
    case "verify-cutover": "verification"
    case "rehearse": "rehearsal"
    default: "test"
    }
  }

  private mutating func add(
    _ event: String, at moment: Timestamp, line: Int, result: String? = nil, _ reason: String?
  ) {
    records.append(
      AuditRecord(
        at: moment, event: event, actor: started?.performer?.name, host: started?.host,
        commit: started?.performer?.commit, pipeline: started?.performer?.pipeline, target: started?.target, run: run,
        line: line, result: result, reason: reason?.harmless))
  }
}
