import Cutover
import Vocabulary

/// A run told in lines: one a change of state, and between them at most one a second that says where it stands.
///
/// Pure: times come from the events, so the same events make the same lines.
struct PlainNarrator {
  private var title: RunTitle?
  private var assessment: Assessment?
  private var steps: [String: StepProgress.State] = [:]
  private var lastStatus: (text: String, at: Timestamp)?

  /// How long the fleet may stand still before the line that says so is said again.
  private static let heartbeat = Duration.seconds(30)
  private static let leastPause = Duration.seconds(1)

  /// What one event gives to say.
  mutating func lines(for event: ProgressEvent) -> [ProgressNote] {
    switch event {
    case .titled(let next):
      guard next != title else { return [] }
      title = next
      return [ProgressNote(at: next.began, tone: .bold, text: next.sentence)]
    case .planned(let planned):
      for step in planned { steps[step.name] = step.state }
      return []
    case .step(let step):
      guard steps.updateValue(step.state, forKey: step.name) != step.state else { return [] }
      return note(step).map { [$0] } ?? []
    case .assessed(let next):
      let changes = AssessmentChanges.notes(from: assessment, to: next)
      assessment = next
      return next.isFinal ? changes : changes + status(next)
    case .noted(let note): return [note]
    case .hinted: return []
    }
  }

  private func note(_ step: StepProgress) -> ProgressNote? {
    guard let at = step.endedAt ?? step.startedAt else { return nil }
    var text = "step \(step.name): \(step.state == .running ? "started" : step.state.rawValue)"
    if let started = step.startedAt, let ended = step.endedAt { text += " in \((ended - started).text)" }
    if let outcome = step.outcome { text += ": \(outcome)" }
    return ProgressNote(at: at, tone: step.state == .running ? .plain : step.state.mark.tone, text: text)
  }

  private mutating func status(_ next: Assessment) -> [ProgressNote] {
    let text = PlainNarrator.status(next)
    if let last = lastStatus {
      let pause = next.at - last.at
      guard pause >= PlainNarrator.leastPause, text != last.text || pause >= PlainNarrator.heartbeat else { return [] }
    }
    lastStatus = (text, next.at)
    var line = text
    if let end = next.windowEnd, end > next.at {
      line += ", \((end - next.at).inWholeSeconds) of the drain window left"
    }
    return [ProgressNote(at: next.at, tone: .dim, text: line)]
  }

  /// Where the sessions and the conditions stand, in one line.
  static func status(_ assessment: Assessment) -> String {
    let versions = assessment.shownVersions.prefix(6).map { version in
      let active = assessment.sessions.byVersion[version.name]?.active
      return "\(version.name) \(active.map { "\($0) active" } ?? "unknown")"
    }
    let conditions = assessment.shownConditions.map { "\($0.id.letter) \($0.state.word)" }
    return versions.joined(separator: ", ") + "; " + conditions.joined(separator: ", ")
  }
}

extension RunTitle {
  /// What the run is, in one line.
  var sentence: String {
    var text = "\(kind) \(target)"
    if let incoming {
      let old = outgoing.map(\.rawValue).joined(separator: ", ")
      text += old.isEmpty ? ": \(incoming)" : ": \(old) → \(incoming)"
    }
    return text + ", run \(run)"
  }
}

extension TextStyle {
  /// A note as a plain line: the time of day in UTC, then what happened.
  func plainLine(_ note: ProgressNote) -> String {
    (line("\(note.at.timeOfDay) ", .dim) + line(note.text, note.tone)).rendered(self)
  }
}
