import Machine
import Vocabulary

/// A command that SIGINT or SIGTERM stopped.
struct Interruption: Failure {
  let status: ExitStatus
  /// What it leaves behind.
  var leaves = "nothing was changed, and nothing is left of it"

  var what: String { "interrupted: \(leaves)" }
  var why: String? { nil }
  var remedy: String? { nil }
  var exitStatus: ExitStatus { status }

  init(_ signal: Signal) { status = signal == .terminate ? .terminated : .interrupted }
}

/// Runs a body that a first SIGINT or SIGTERM cancels and then waits for; a second one ends the program at once.
func interruptible<Value: Sendable>(
  in context: Context, _ body: @escaping @Sendable () async throws -> Value
) async -> Result<Result<Value, Interruption>, any Error> {
  let signals = context.stopSignals()
  let leave = context.leave
  let stopped = Locked<Signal?>(nil)
  let task = Task { try await body() }
  let watch = Task {
    for await signal in signals {
      if stopped.withLock({ $0 }) != nil { leave(signal) }
      stopped.withLock { $0 = signal }
      task.cancel()
    }
  }
  let result = await task.result
  watch.cancel()
  if let signal = stopped.withLock({ $0 }) { return .success(.failure(Interruption(signal))) }
  return result.map { .success($0) }
}

extension Context {
  /// Asks the person at the terminal; nil at the end of input. A signal is an answer too: the program ends, and `leaves` says
  /// what has become of what was asked about.
  func answer(to question: String, leaves: String = "nothing was changed") async throws -> String? {
    // Before the question is seen: whoever reads it may press Ctrl-C at once.
    let (signals, leave, errors, readLine) = (stopSignals(), leave, errors, readLine)
    errors.write(Array(question.utf8))
    let watch = Task {
      for await signal in signals {
        errors.line("\ninterrupted: \(leaves)")
        leave(signal)
      }
    }
    defer { watch.cancel() }
    // Nothing can wake a thread that waits for a person, so it is none of those that tasks need.
    let (lines, continuation) = AsyncStream.makeStream(of: String?.self)
    try BackgroundThread.start(named: "question") {
      continuation.yield(readLine())
      continuation.finish()
    }
    return await lines.first { _ in true } ?? nil
  }
}
