import Dispatch

/// Waiting for a descriptor without a thread.
enum Readiness {
  /// Returns when the descriptor is readable (a pidfd: when its process has ended); throws `CancellationError` alone.
  static func reading(_ file: OpenFile) async throws {
    try Task.checkCancellation()
    let waiting = Waiting(file)
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiting.begin($0) }
    } onCancel: {
      waiting.finish()
    }
    try Task.checkCancellation()
  }

  /// One wait: its source lives in a stored property, because a local one is released early in release builds.
  private final class Waiting: Sendable {
    private struct State {
      var source: (any DispatchSourceRead)?
      var continuation: CheckedContinuation<Void, Never>?
      var isFinished = false
    }

    private let state = Locked(State())
    private let file: OpenFile

    init(_ file: OpenFile) { self.file = file }

    func begin(_ continuation: CheckedContinuation<Void, Never>) {
      let isFinished = state.withLock { state in
        guard !state.isFinished else { return true }
        let source = DispatchSource.makeReadSource(fileDescriptor: file.descriptor, queue: .global())
        source.setEventHandler { @Sendable in self.finish() }
        // The descriptor stays open until the system watches it no longer.
        source.setCancelHandler { @Sendable [file] in withExtendedLifetime(file) {} }
        state.source = source
        state.continuation = continuation
        source.resume()
        return false
      }
      if isFinished { continuation.resume() }
    }

    func finish() {
      let continuation = state.withLock { state in
        state.isFinished = true
        state.source?.cancel()
        state.source = nil
        defer { state.continuation = nil }
        return state.continuation
      }
      continuation?.resume()
    }
  }
}
