import Dispatch

/// Waiting for a descriptor without a thread.
enum Readiness {
  /// Returns when the descriptor is readable (a pidfd: when its process has ended); throws `CancellationError` alone.
  static func reading(_ file: OpenFile) async throws {
    try Task.checkCancellation()
    let waiting = Waiting(file)
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in waiting.begin { continuation.resume() } }
    } onCancel: {
      waiting.finish()
    }
    try Task.checkCancellation()
  }

  /// Runs the body once, on some thread, when the descriptor is readable.
  static func once(_ file: OpenFile, _ body: @escaping @Sendable () -> Void) { Waiting(file).begin(body) }

  /// One wait. It and its source keep each other until it is finished: a source in a local variable is released early in
  /// release builds.
  private final class Waiting: Sendable {
    private struct State {
      var source: (any DispatchSourceRead)?
      var body: (@Sendable () -> Void)?
      var isFinished = false
    }

    private let state = Locked(State())
    private let file: OpenFile

    init(_ file: OpenFile) { self.file = file }

    func begin(_ body: @escaping @Sendable () -> Void) {
      let isFinished = state.withLock { state in
        guard !state.isFinished else { return true }
        let source = DispatchSource.makeReadSource(fileDescriptor: file.descriptor, queue: .global())
        source.setEventHandler { @Sendable in self.finish() }
        // The descriptor stays open until the system watches it no longer.
        source.setCancelHandler { @Sendable [file] in withExtendedLifetime(file) {} }
        state.source = source
        state.body = body
        source.resume()
        return false
      }
      if isFinished { body() }
    }

    func finish() {
      let body = state.withLock { state in
        state.isFinished = true
        state.source?.cancel()
        state.source = nil
        defer { state.body = nil }
        return state.body
      }
      body?()
    }
  }
}
