import Cutover
import Journal
import Terminal
import Vocabulary

extension RunHistory {
  /// Everything that the journal tells, source by source.
  var events: [TimelineEvent] {
    records.compactMap(event) + rolloutEvents + conditionEvents + sources.flatMap(\.events)
      + instances.lazy.filter { !$0.isPast }.flatMap(\.events) + sessions.flatMap(\.events)
  }

  /// What the program itself did and said.
  private func event(_ record: JournalRecord) -> TimelineEvent? {
    func event(_ kind: String, at: Timestamp? = nil, _ text: String) -> TimelineEvent {
      TimelineEvent(kind, at: at ?? record.time, source: "journal", locator: "journal:\(record.sequence)", text)
    }
    switch record.event {
    case .runStarted(let started):
      return event("run-started", started.command.joined(separator: " ").harmless)
    case .stepStarted(let step): return event("step-started", step.name.harmless)
    case .stepFinished(let step):
      return event("step-finished", "\(step.name): \(step.outcome.rawValue)\(step.detail.prefixed(": "))".harmless)
    case .action(let action):
      return event("action-\(action.phase.rawValue)", "\(action.name)\(action.detail.prefixed(": "))".harmless)
    case .note(let note): return event("note", "\(note.source): \(note.text)".harmless)
    case .lock(let lock): return event("lock-\(lock.event.rawValue)", "the lock of \(lock.target)".harmless)
    case .signal(let signal): return event("signal", "\(signal.signal): \(signal.response)".harmless)
    case .finding(let finding): return event("finding", "\(finding.code): \(finding.summary)".harmless)
    case .verdict(let verdict):
      return event(
        "verdict", at: verdict.assessment.at,
        "\(verdict.assessment.verdict.rawValue): \(verdict.assessment.reason)".harmless)
    case .runFinished(let finished):
      return event("run-finished", at: finished.at, "exit status \(finished.exitStatus)")
    case .notification(let told):
      return event(
        "notification", "\(told.receiver): \(told.event)\((told.failure ?? "").prefixed(": not told: "))".harmless)
    case .contracts: return event("contracts", "the contracts of this version were recorded")
    case .plan, .sample, .assessment, .unknown: return nil
    }
  }

  /// The rollout's own moments, as the verdict has them.
  private var rolloutEvents: [TimelineEvent] {
    guard let rollout = plan?.rollout else { return [] }
    let names = rollout.outgoing.map(\.name).joined(separator: ", ")
    var began = TimelineEvent(
      "rollout-began", at: rollout.began, source: "journal",
      "\(rollout.kind.rawValue): \(names.isEmpty ? "whatever serves" : names) to \(rollout.incoming.name)")
    began.version = rollout.incoming.version
    var events = [began]
    func add(_ kind: String, _ at: Timestamp?, _ text: String) {
      if let at { events.append(TimelineEvent(kind, at: at, source: "verifier", text)) }
    }
    let window = assessment?.window
    add("serving", window?.servingAt, "\(rollout.incoming.name) was first seen to serve")
    add("drain-requested", window?.drainRequestedAt, "the outgoing generation has been told to drain")
    add("cutover", window?.cutoverAt, "new sessions belong on \(rollout.incoming.name)")
    return events
  }

  /// Where a condition came to stand elsewhere: between one sample and the next.
  private var conditionEvents: [TimelineEvent] {
    var last: [Assessment.Condition.State] = [.pending, .pending, .pending]
    var lastAt = plan?.rollout.began
    return points.flatMap { point in
      defer { (last, lastAt) = (point.states, point.at) }
      return zip(Assessment.Condition.Kind.allCases, zip(last, point.states)).compactMap {
        (kind, states) -> TimelineEvent? in
        guard states.0 != states.1 else { return nil }
        return TimelineEvent(
          "condition-changed", MomentRange(point.at, notBefore: lastAt, notAfter: point.at), source: "verifier",
          locator: "journal:\(point.line)", "\(kind.letter), \(kind.title): \(states.1.rawValue)")
      }
    }
  }
}

extension SourceHistory {
  fileprivate var events: [TimelineEvent] {
    turns.map { turn in
      TimelineEvent(
        turn.failure == nil ? "source-answers-again" : "source-failed", at: turn.at, source: traits.id.rawValue,
        locator: "journal:\(turn.line)",
        turn.failure.map { "\($0.kind.rawValue)\($0.detail.prefixed(": "))".harmless } ?? "it answers again")
    }
  }
}

extension InstanceStory {
  /// Its life.
  var events: [TimelineEvent] {
    var events: [TimelineEvent] = []
    func add(_ kind: String, _ moment: MomentRange?, _ text: String) {
      guard let moment else { return }
      var event = TimelineEvent(kind, moment, source: "instance", "\(id): \(text)".harmless)
      (event.instance, event.version) = (id, version)
      events.append(event)
    }
    add("instance-started", startedAt.map { MomentRange($0) }, "started")
    add("instance-registered", registeredAt.map { MomentRange($0) }, "registered with its server")
    add("instance-serving", servingAt.map { MomentRange($0) }, "can serve")
    events += drainEvents
    add("instance-ended", end, endPhrase ?? "gone, how is not known")
    return events
  }

  /// Its drain: told, confirmed, over.
  var drainEvents: [TimelineEvent] {
    var events: [TimelineEvent] = []
    func add(_ kind: String, _ moment: MomentRange?, _ text: String) {
      guard let moment else { return }
      var event = TimelineEvent(kind, moment, source: "instance", "\(id): \(text)".harmless)
      (event.instance, event.version) = (id, version)
      events.append(event)
    }
    add("drain-told", told, "told to drain")
    let by = drain.confirmedBy?.words ?? "an unnamed sign"
    add("drain-confirmed", (drain.confirmedAt ?? confirmedSeenAt).map { MomentRange($0) }, "drains, confirmed by \(by)")
    add("drain-timed-out", drain.timedOutAt.map { MomentRange($0) }, "gave up waiting for its sessions")
    add("drain-forced", drain.forcedAt.map { MomentRange($0) }, "a second signal made it end at once")
    add("drain-finished", drain.finishedAt.map { MomentRange($0) }, "finished its drain")
    return events
  }
}

extension SessionStory {
  fileprivate var events: [TimelineEvent] {
    var events: [TimelineEvent] = []
    func add(_ kind: String, _ moment: MomentRange?, _ text: String) {
      guard let moment else { return }
      var event = TimelineEvent(kind, moment, source: "session", "\(id)\(text)".harmless)
      (event.session, event.instance, event.version) = (id, instance, version)
      events.append(event)
    }
    let place = (version.map { " on \($0)" } ?? " on a version that is not known") + (instance.map { ", \($0)" } ?? "")
    if isUnserved { add("session-unserved", askedAt.map { MomentRange($0) }, " waited for an agent in vain") }
    add(isLate ? "session-late" : "session-started", start, " started\(place)\(isLate ? ", after the grace" : "")")
    switch ending {
    case .normal: add("session-ended", end, " ended: \(why ?? "normally")")
    case .cut: add("session-cut", end, " was cut: \(why ?? "how is not known")")
    case .unclear: add("session-ended-unclear", end, " ended, how is unclear: \(why ?? "nothing tells")")
    case nil: add("session-ending", end, " is gone, how is being found out")
    }
    return events
  }
}

extension InstanceObservation.Drain.Confirmation {
  /// What confirmed a drain, in words.
  var words: String {
    switch self {
    case .log: "its log"
    case .workerStatus: "its worker status"
    case .platform: "the platform"
    }
  }
}

extension String {
  /// The text behind a separator; nothing where there is no text.
  func prefixed(_ separator: String) -> String { isEmpty ? "" : separator + self }
}
