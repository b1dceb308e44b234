import Vocabulary

/// The lines of a run's log: what the narrator says, each step folded where a CI system does that, and a sign of life.
///
/// Pure: the same events at the same times make the same lines.
struct PlainLog {
  private let style: TextStyle
  private let sections: LogSections?
  private var narrator = PlainNarrator()
  private var open: String?
  private var step: (name: String, since: Timestamp)?
  private var lastLine: Timestamp?

  /// How long a run says nothing until it says that it goes on.
  static let longestSilence = Duration.seconds(60)

  init(style: TextStyle, sections: LogSections?) {
    self.style = style
    self.sections = sections
  }

  /// What one event gives to print, at the moment at which it is printed.
  mutating func lines(for event: ProgressEvent, at now: Timestamp) -> [String] {
    let notes = narrator.lines(for: event).map { style.plainLine($0).withoutRunnerCommands() }
    if !notes.isEmpty { lastLine = now }
    guard case .step(let step) = event, !notes.isEmpty else { return notes }
    guard step.state == .running else {
      self.step = nil
      return notes + (open == step.name ? [end(at: now)].compactMap(\.self) : [])
    }
    self.step = (step.name, step.startedAt ?? now)
    let closing = end(at: now)
    open = sections == nil ? nil : step.name
    return [closing, sections?.begin(step.name, at: now)].compactMap(\.self) + notes
  }

  /// The line that says that the run goes on, when nothing has said so for a minute.
  mutating func heartbeat(at now: Timestamp) -> String? {
    guard let lastLine, now - lastLine >= PlainLog.longestSilence else { return nil }
    self.lastLine = now
    let text = step.map { "still at step \($0.name), for \((now - $0.since).inWholeSeconds)" } ?? "still running"
    return style.plainLine(ProgressNote(at: now, tone: .dim, text: text)).withoutRunnerCommands()
  }

  /// The line that ends the section in which the log is; nil: it is in none.
  mutating func end(at now: Timestamp) -> String? {
    defer { open = nil }
    guard let open else { return nil }
    return sections?.end(open, at: now)
  }
}
