import Cutover
import Vocabulary

/// What changed between two assessments that is worth a line: conditions, named sessions, findings, the verdict.
enum AssessmentChanges {
  /// One note a change, in the order in which a reader wants them; all changes of the first when there is none before.
  static func notes(from last: Assessment?, to next: Assessment) -> [ProgressNote] {
    conditions(last, next) + sessions(last, next) + findings(last, next) + verdict(last, next)
  }

  private static func conditions(_ last: Assessment?, _ next: Assessment) -> [ProgressNote] {
    next.conditions.compactMap { condition in
      let before = last?.conditions.first { $0.id == condition.id }?.state ?? .pending
      guard condition.state != before else { return nil }
      return ProgressNote(
        at: next.at, tone: condition.state.mark.tone,
        text: "\(condition.id.letter) \(condition.title): \(condition.state.word): \(condition.reason)")
    }
  }

  private static func sessions(_ last: Assessment?, _ next: Assessment) -> [ProgressNote] {
    typealias Sessions = Assessment.Sessions
    let kinds: [(word: String, tone: TextStyle.Tone, list: KeyPath<Sessions, [Sessions.Named]>)] = [
      ("cut", .fail, \.cut), ("late", .fail, \.late), ("unserved", .fail, \.unserved),
      ("unclear end", .warn, \.unclear),
    ]
    return kinds.flatMap { kind in
      let known = Set(last?.sessions[keyPath: kind.list].map(\.id) ?? [])
      return next.sessions[keyPath: kind.list].filter { !known.contains($0.id) }.map { session in
        ProgressNote(
          at: next.at, tone: kind.tone,
          text: "\(kind.word) at \(session.at.timeOfDay): \(session.place): \(session.detail)")
      }
    }
  }

  private static func findings(_ last: Assessment?, _ next: Assessment) -> [ProgressNote] {
    // A summary may hold a number that moves; only one more finding of a kind is news.
    func count(_ assessment: Assessment?, like finding: Finding) -> Int {
      assessment?.findings.count { $0.code == finding.code && $0.status == finding.status } ?? 0
    }
    let known = Set(last?.findings.map(\.summary) ?? [])
    return next.findings.filter {
      !known.contains($0.summary) && count(next, like: $0) > count(last, like: $0)
    }.map { finding in
      ProgressNote(
        at: next.at, tone: finding.severity.mark.tone,
        text: "\(finding.code) \(finding.status.rawValue): \(finding.summary)")
    }
  }

  private static func verdict(_ last: Assessment?, _ next: Assessment) -> [ProgressNote] {
    guard next.verdict != (last?.verdict ?? .pending) || next.isFinal && last?.isFinal != true else { return [] }
    let word = next.isFinal ? "verdict" : "so far"
    return [
      ProgressNote(at: next.at, tone: next.verdict.mark.tone, text: "\(word): \(next.verdict.word): \(next.reason)")
    ]
  }
}
