import Glibc

/// How a program that is run to its end is stopped before it.
package struct StopPolicy: Hashable, Sendable {
  /// The polite signal.
  package var signal: Signal
  /// Whom it is for; a shell that does not pass it on needs `.group`.
  package var addressee: ChildProcess.Addressee
  /// How long the program may take to end after it, until its whole group is killed.
  package var grace: Duration

  /// A way to stop; without arguments SIGTERM to the group, then five seconds.
  package init(
    signal: Signal = .terminate, addressee: ChildProcess.Addressee = .group, grace: Duration = .seconds(5)
  ) {
    self.signal = signal
    self.addressee = addressee
    self.grace = grace
  }
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
    stop: StopPolicy = StopPolicy(), keeping: Int = 1 << 20, onLine: (@Sendable (OutputLine) -> Void)? = nil,
    onStart: (@Sendable (ChildProcess) -> Void)? = nil
  ) async throws -> CompletedRun {
    let cancellation = try OpenFile.pipe()
    let loop = try begin(
      input: input, output: output, errors: errors, cancellation: cancellation.reading,
      settings: RunLoop.Settings(deadline: deadline, stop: stop, keeping: keeping, onLine: onLine))
    let child = loop.child
    // The thread takes the loop out of the box: a copy that stayed here would hold the child's standard input open.
    let box = Locked<RunLoop?>(consume loop)
    onStart?(child)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        do {
          try BackgroundThread.start(named: "child \(child.pid)") {
            guard var loop = box.withLock({ $0.take() }) else { return }
            continuation.resume(returning: loop.run())
          }
        } catch {
          child.send(.kill, to: .group)
          continuation.resume(throwing: error)
        }
      }
    } onCancel: {
      _ = cancellation.writing.write([1])
    }
  }

  /// Starts the child; its ends of the pipes are closed here when this returns.
  private func begin(
    input: Input, output: Redirection?, errors: Redirection?, cancellation: OpenFile, settings: RunLoop.Settings
  ) throws(MachineFailure) -> RunLoop {
    let outputPipe = output == nil ? try OpenFile.pipe() : nil
    let errorPipe = errors == nil ? try OpenFile.pipe() : nil
    var inputPipe: (reading: OpenFile, writing: OpenFile)?
    var given: [UInt8] = []
    let childInput: OpenFile?
    switch input {
    case .inherit: childInput = nil
    case .null: childInput = try OpenFile("/dev/null", O_RDONLY, for: .read)
    case .bytes(let bytes):
      let pipe = try OpenFile.pipe(blocking: .reading)
      (inputPipe, given, childInput) = (pipe, bytes, pipe.reading)
    }
    let childOutput = try output.map { (redirection) throws(MachineFailure) in try redirection.opened() }
    let childErrors = try errors.map { (redirection) throws(MachineFailure) in try redirection.opened() }
    let child = try spawn(
      input: childInput, output: outputPipe?.writing ?? childOutput ?? nil,
      errors: errorPipe?.writing ?? childErrors ?? nil)
    return RunLoop(
      child: child, input: inputPipe?.writing, given: given, output: outputPipe?.reading, errors: errorPipe?.reading,
      cancellation: cancellation, settings: settings)
  }
}
