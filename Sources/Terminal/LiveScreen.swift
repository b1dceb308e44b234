import Machine
import Vocabulary

/// The writer of the live view: draws it in place on the error stream's terminal, over and over, until it is finished.
///
/// It uses no alternate screen: the last picture stays in the scrollback. The cursor is hidden from the first picture to
/// `finish`, and by nothing else.
package final class LiveScreen: ProgressDisplay {
  /// Pictures are at least this far apart.
  package static let shortestPause = Duration.milliseconds(100)

  /// Gives a terminal back at any moment, whatever was being drawn: colours off, lines wrap, cursor shown, a new line.
  package static let restoration = "\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\r\n"

  private let output: ProgressOutput
  private let style: TextStyle
  private let pacer: Pacer
  private let state = Locked(State())
  /// Held while a picture is written, so that two writers never mix theirs; `show` does not take it.
  private let region = Locked(ScreenRegion())

  private struct State {
    var view = LiveState()
    var narrator = PlainNarrator()
    /// Lines that stay; printed above the picture.
    var lasting = LineQueue()
    /// All lines; printed where the terminal is too narrow for a picture.
    var told = LineQueue()
    var isChanged = true
    var isFinished = false
  }

  /// A screen; nothing is written before `run` or `finish`.
  package init(output: ProgressOutput, style: TextStyle, clock: any Clock<Duration> = ContinuousClock()) {
    self.output = output
    self.style = style
    pacer = Pacer(clock)
  }

  package func show(_ event: ProgressEvent) {
    state.withLock { state in
      guard !state.isFinished else { return }
      state.view.apply(event)
      for note in state.narrator.lines(for: event) { state.told.append(style.plainLine(note)) }
      if case .noted(let note) = event, note.stay == .lasting { state.lasting.append(style.plainLine(note)) }
      state.isChanged = true
    }
  }

  package func run() async {
    var pausesSinceDrawn = 0
    while !state.withLock({ $0.isFinished }) {
      let isDue = pausesSinceDrawn >= 10 || state.withLock { $0.isChanged }  // Ten pauses: the clock has ticked.
      if isDue {
        draw()
        pausesSinceDrawn = 0
      }
      guard await pacer.pause(LiveScreen.shortestPause) else { break }
      pausesSinceDrawn += 1
    }
  }

  package func finish() {
    let isFirst = state.withLock { state in
      defer { state.isFinished = true }
      return !state.isFinished
    }
    guard isFirst else { return }
    draw()
    region.withLock { region in output.write(region.close()) }
  }

  private func draw() {
    let size = output.size() ?? .standard
    let now = output.now.now
    region.withLock { region in
      let (view, lasting, told) = state.withLock { state in
        state.isChanged = false
        return (state.view, state.lasting.drain(), state.told.drain())
      }
      if size.columns < LiveView.leastWidth {
        output.write(region.replace(with: [], above: told, size: size))
      } else {
        let frame = LiveView.frame(view, at: now, width: size.columns, height: max(1, size.rows - 1), style: style)
        output.write(region.replace(with: frame, above: lasting, size: size))
      }
    }
  }
}
