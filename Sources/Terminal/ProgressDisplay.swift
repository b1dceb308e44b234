package import Machine

/// Whoever shows a run's progress: the live screen, plain lines, or nobody.
///
/// An engine calls `show`, which never waits; `run` does the writing, in a task beside the engine's; `finish` ends it.
package protocol ProgressDisplay: Sendable {
  /// Takes an event in; never writes and never waits, so that a terminal that stands still cannot hold up a rollout.
  func show(_ event: ProgressEvent)
  /// Writes what is to be shown, at most ten times a second, until its task is cancelled or `finish` is called.
  func run() async
  /// Writes the last state, gives the terminal back as it was, and writes nothing more; may be called again.
  ///
  /// The path of a first signal calls it too. It can wait for a terminal that stands still: whoever must leave at once writes
  /// `LiveScreen.restoration` by himself.
  func finish()
}

/// How progress is shown.
package enum ProgressMode: Hashable, Sendable {
  /// A picture that is redrawn in place.
  case live
  /// Lines.
  case plain
  /// Nothing.
  case none

  /// What `--progress` and the error stream call for: live only on a terminal that understands escape sequences.
  package static func decide(
    _ choice: ProgressChoice, isTerminal: Bool, environment: [String: String]
  ) -> ProgressMode {
    switch choice {
    case .none: .none
    case .plain: .plain
    case .auto, .live: isTerminal && !TextStyle.isDumb(environment) ? .live : .plain
    }
  }
}

/// What a user asks for with `--progress`.
package enum ProgressChoice: String, CaseIterable, Sendable {
  case auto, live, plain, none
}

/// How many character cells a terminal has.
package struct ScreenSize: Hashable, Sendable {
  /// Cells in a line.
  package var columns: Int
  /// Lines.
  package var rows: Int

  /// A size.
  package init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// What a terminal that does not tell its size is taken for.
  package static let standard = ScreenSize(columns: 80, rows: 24)
}

/// Where progress is written, and what it needs to know of the place.
package struct ProgressOutput: Sendable {
  let write: @Sendable (String) -> Void
  let size: @Sendable () -> ScreenSize?
  let now: WallClock

  /// A place.
  ///
  /// - Parameters:
  ///   - now: the time of day.
  ///   - size: the terminal's size, asked anew for each frame, so that a resize needs no signal; nil: it does not tell.
  ///   - write: writes all of the text to the error stream; its errors are nobody's: progress is not a result.
  package init(
    now: WallClock, size: @escaping @Sendable () -> ScreenSize? = { nil }, write: @escaping @Sendable (String) -> Void
  ) {
    self.now = now
    self.size = size
    self.write = write
  }
}

extension ProgressOutput {
  /// A stream of the program's own: standard error, where progress belongs.
  package init(stream: StandardStream, now: WallClock) {
    self.init(
      now: now, size: { stream.size.map { ScreenSize(columns: $0.columns, rows: $0.rows) } },
      // A reader that has gone or a full disk costs the progress, never the run: results and the journal go elsewhere.
      write: { text in _ = try? stream.write(text) })
  }
}

extension ProgressMode {
  /// The display of this mode; lines are folded as the CI system does that prints them.
  package func display(
    on output: ProgressOutput, style: TextStyle, sections: LogSections? = nil,
    clock: any Clock<Duration> = ContinuousClock()
  ) -> any ProgressDisplay {
    switch self {
    case .live: LiveScreen(output: output, style: style, clock: clock)
    case .plain: PlainProgress(output: output, style: style, sections: sections, clock: clock)
    case .none: NoProgress()
    }
  }
}

/// Shows nothing.
package struct NoProgress: ProgressDisplay {
  /// A display that shows nothing.
  package init() {}
  package func show(_ event: ProgressEvent) {}
  package func run() async {}
  package func finish() {}
}
