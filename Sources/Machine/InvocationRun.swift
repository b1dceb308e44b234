import Glibc

/// How a program that is run to its end is stopped before it.
package struct StopPolicy: Hashable, Sendable {
  /// The polite signal.
  package var signal: Signal = .terminate
  /// Whom it is for; a shell that does not pass it on needs `.group`.
  package var addressee: ChildProcess.Addressee = .group
  /// How long the program may take to end after it, until its whole group is killed.
  package var grace: Duration = .seconds(5)

  /// SIGTERM to the group, five seconds.
  package init() {}
}

/// What a program did that was run to its end.
package struct CompletedRun: Hashable, Sendable {
  /// How its main process ended.
  package let end: ProcessEnd
  /// Why it ended then. A run that was stopped returns normally: look at both.
  package let cause: Cause
  /// The first bytes of its standard output.
  package let output: [UInt8]
  /// The last bytes of its standard error, where the reason of a failure is.
  package let errors: [UInt8]
  /// Whether standard output was longer than what was kept.
  package let isOutputCut: Bool
  /// Whether standard error was longer than what was kept.
  package let areErrorsCut: Bool

  /// Why a run ended.
  package enum Cause: Hashable, Sendable {
    /// By itself.
    case finished
    /// It was stopped at the deadline.
    case deadline
    /// It was stopped because its task was cancelled.
    case cancelled
  }

  /// Whether it ended by itself with exit code 0.
  package var succeeded: Bool { end == .exited(0) && cause == .finished }
  /// Standard output as text, what is not UTF-8 replaced.
  package var text: String { String(decoding: output, as: UTF8.self) }
  /// Standard error as text, what is not UTF-8 replaced.
  package var errorText: String { String(decoding: errors, as: UTF8.self) }
}

/// One line of a running program.
package struct OutputLine: Hashable, Sendable {
  /// Which of its streams it came on.
  package let stream: Stream
  /// The line.
  package let line: LineSplitter.Line

  /// The two streams of a program.
  package enum Stream: Sendable { case output, errors }
}

extension Invocation {
  /// Runs the program to its end, or stops it: at the deadline, or when the task is cancelled.
  ///
  /// A stream without a redirection is read: kept up to `keeping` bytes and given line by line to `onLine`, on a thread
  /// of the run. Reading goes on to the end of file while the program is being stopped, so that what it prints last
  /// is seen; a descendant that holds a stream open after the program's end holds the run for 200 ms only. When a
  /// run is stopped, what is left of its group after the grace is killed. `onStart` gets the child, to signal it.
  /// Throws `MachineFailure` when the program cannot be started, nothing else.
  package func run(
    input: Input = .null, output: Redirection? = nil, errors: Redirection? = nil, within deadline: Duration,
    stop: StopPolicy = StopPolicy(), keeping: Int = 1 << 20, onStart: (@Sendable (ChildProcess) -> Void)? = nil,
    onLine: (@Sendable (OutputLine) -> Void)? = nil
  ) async throws -> CompletedRun {
    let outputPipe = output == nil ? try OpenFile.pipe() : nil
    let errorPipe = errors == nil ? try OpenFile.pipe() : nil
    let inputPipe =
      if case .bytes = input { try OpenFile.pipe() } else { nil as (reading: OpenFile, writing: OpenFile)? }
    let cancellation = try OpenFile.pipe()
    let childInput =
      switch input {
      case .inherit: nil as OpenFile?
      case .null: try OpenFile("/dev/null", O_RDONLY, for: .read)
      case .bytes: inputPipe?.reading
      }
    fatalError(
      "\(String(describing: childInput)) \(String(describing: outputPipe)) \(String(describing: errorPipe)) \(cancellation)"
    )
  }
}
