import Machine
import Vocabulary

/// Progress as lines, for pipes, CI logs and terminals that understand no escape sequence.
///
/// No line is silent for longer than a minute while the run goes on: a pipeline would take it for one that hangs. Text from
/// outside is none that a CI system obeys.
package final class PlainProgress: ProgressDisplay {
  private let output: ProgressOutput
  private let pacer: Pacer
  private let state: Locked<State>
  /// Held while lines are written, so that two writers never mix theirs.
  private let writing = Locked(())

  private struct State {
    var log: PlainLog
    var queue = LineQueue()
    var isFinished = false
  }

  /// Lines on an output, each step in a section of its own where a CI system folds them.
  package init(
    output: ProgressOutput, style: TextStyle, sections: LogSections? = nil,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.output = output
    state = Locked(State(log: PlainLog(style: style, sections: sections)))
    pacer = Pacer(clock)
  }

  package func show(_ event: ProgressEvent) {
    let now = output.now.now
    state.withLock { state in
      guard !state.isFinished else { return }
      for line in state.log.lines(for: event, at: now) { state.queue.append(line) }
    }
  }

  package func run() async {
    while !state.withLock({ $0.isFinished }) {
      let now = output.now.now
      state.withLock { state in
        if let line = state.log.heartbeat(at: now) { state.queue.append(line) }
      }
      flush()
      guard await pacer.pause(LiveScreen.shortestPause) else { break }
    }
  }

  package func finish() {
    let now = output.now.now
    state.withLock { state in
      guard !state.isFinished else { return }
      state.isFinished = true
      if let line = state.log.end(at: now) { state.queue.append(line) }
    }
    flush()
  }

  private func flush() {
    writing.withLock { _ in
      let lines = state.withLock { $0.queue.drain() }
      if !lines.isEmpty { output.write(lines.joined(separator: "\n") + "\n") }
    }
  }
}

/// Lines that wait for a slow reader, bounded: the oldest are kept, and what is lost is said.
struct LineQueue {
  private var lines: [String] = []
  private var lost = 0
  private static let limit = 10_000

  mutating func append(_ line: String) {
    if lines.count < LineQueue.limit {
      lines.append(line)
    } else {
      lost += 1
    }
  }

  mutating func drain() -> [String] {
    defer { (lines, lost) = ([], 0) }
    return lost == 0
      ? lines : lines + ["(\(count(lost, "line")) left out: nobody read them in time; the journal has all)"]
  }
}

/// Waits on a clock, whichever it is.
struct Pacer: Sendable {
  /// Waits; returns whether the whole time has passed, which it has not when the task was cancelled.
  let pause: @Sendable (Duration) async -> Bool

  init(_ clock: any Clock<Duration>) {
    pause = { duration in
      do {
        try await clock.sleep(for: duration)
        return true
      } catch {
        return false
      }
    }
  }
}
