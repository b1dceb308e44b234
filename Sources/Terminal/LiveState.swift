package import Cutover

/// Everything that the live view shows, folded from a run's events; bounded, however long the run lasts.
package struct LiveState: Hashable, Sendable {
  /// What the run is; nil: no event has said it yet.
  package private(set) var title: RunTitle?
  /// The latest assessment; nil before the first sample.
  package private(set) var assessment: Assessment?
  /// Active sessions over the run by version, keyed as `Assessment.Sessions.byVersion`.
  package private(set) var trends: [String: Trend] = [:]
  /// The procedure's steps, in its order.
  package private(set) var steps: [StepProgress] = []
  /// What happened last, the oldest first; at most 50.
  package private(set) var events: [ProgressNote] = []
  /// What a person at the keyboard can do.
  package private(set) var hints: [String] = []

  private static let eventLimit = 50
  private static let versionLimit = 64

  /// Nothing has happened yet.
  package init() {}

  /// Takes one event in.
  package mutating func apply(_ event: ProgressEvent) {
    switch event {
    case .titled(let title): self.title = title
    case .planned(let steps): self.steps = steps
    case .step(let step): set(step)
    case .assessed(let next): take(next)
    case .noted(let note): append(note)
    case .hinted(let hints): self.hints = hints
    }
  }

  private mutating func set(_ step: StepProgress) {
    if let index = steps.firstIndex(where: { $0.name == step.name }) {
      steps[index] = step
    } else {
      steps.append(step)
    }
  }

  private mutating func take(_ next: Assessment) {
    for change in AssessmentChanges.notes(from: assessment, to: next) { append(change) }
    for (version, counts) in next.sessions.byVersion where trends[version] != nil || trends.count < Self.versionLimit {
      trends[version, default: Trend()].append(counts.active)
    }
    assessment = next
  }

  private mutating func append(_ note: ProgressNote) {
    events.append(note)
    if events.count > Self.eventLimit { events.removeFirst(events.count - Self.eventLimit) }
  }
}
