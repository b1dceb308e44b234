import CCurl
import Machine
import Vocabulary

/// The thread behind an HTTP client: it alone touches libcurl's multi handle and the transfers in it.
@safe final class HTTPClientDriver: Sendable {
  /// Who gets what a transfer brings. Every closure is called exactly once.
  enum Sink: Sendable {
    /// The whole answer.
    case whole(@Sendable (Result<HTTPResponse, WebFailure>) -> Void)
    /// The head as soon as it is there, and the body through a buffer.
    case lines(HTTPLineBuffer, head: @Sendable (Result<HTTPResponse, WebFailure>) -> Void)

    /// Ends a transfer that never ran.
    func refuse(_ failure: WebFailure) {
      switch self {
      case .whole(let done): done(.failure(failure))
      case .lines(let buffer, let head):
        head(.failure(failure))
        buffer.finish(.failure(failure))
      }
    }

    var isStream: Bool {
      if case .lines = self { return true }
      return false
    }
  }

  private enum Command: Sendable {
    case start(UInt64, HTTPClient.Request, Sink)
    case cancel(UInt64)
    case resume(UInt64)
  }

  private enum Phase {
    case idle
    case running
    case stopping
    case stopped
  }

  private struct State {
    var phase = Phase.idle
    var commands: [Command] = []
    var isNudged = false
    var lastNumber: UInt64 = 0
    var atEnd: [CheckedContinuation<Void, Never>] = []
    /// The multi handle's address while the thread runs: for `curl_multi_wakeup`, which any thread may call.
    var multi: UInt = 0
  }

  private let configuration: HTTPClient.Configuration
  private let state = Locked(State())

  init(_ configuration: HTTPClient.Configuration) { self.configuration = configuration }

  /// What is wrong with the library; loaded by whoever asks first.
  private static let libraryProblem: String? = problem(loading: "libcurl.so.4")

  /// Loads a library, and says what keeps it from being used.
  static func problem(loading name: String) -> String? {
    guard let words = unsafe cc_load(name) else { return nil }
    // The words are valid until the next call of the loader.
    return unsafe String(cString: words).harmless
  }

  // MARK: From any thread

  /// A number for a transfer, so that it can be cancelled before it is started.
  func newNumber() -> UInt64 {
    state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
  }

  /// Starts a transfer in its turn, or refuses it at once.
  func start(_ id: UInt64, _ request: HTTPClient.Request, _ sink: Sink) {
    if let problem = HTTPClientDriver.libraryProblem { return sink.refuse(.libraryMissing(reason: problem)) }
    let refusal: WebFailure? = state.withLock { state in
      // Cancellation sets its flag before it calls `cancel`, and both look under this lock.
      if Task.isCancelled { return .cancelled }
      if state.phase == .idle, let failure = begin(&state) { return failure }
      guard state.phase == .running else { return .shutDown }
      state.commands.append(.start(id, request, sink))
      HTTPClientDriver.nudge(&state)
      return nil
    }
    if let refusal { sink.refuse(refusal) }
  }

  /// Aborts a transfer; nothing happens when it is over.
  func cancel(_ id: UInt64) { submit(.cancel(id)) }

  /// Goes on with a transfer whose reader was behind.
  func resume(_ id: UInt64) { submit(.resume(id)) }

  /// Ends every transfer and the thread.
  func shutDown() async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        switch state.phase {
        case .idle, .stopped:
          state.phase = .stopped
          return true
        case .running, .stopping:
          state.phase = .stopping
          state.atEnd.append(continuation)
          HTTPClientDriver.nudge(&state)
          return false
        }
      }
      if isOver { continuation.resume() }
    }
  }

  private func submit(_ command: Command) {
    state.withLock { state in
      guard state.phase == .running else { return }
      state.commands.append(command)
      HTTPClientDriver.nudge(&state)
    }
  }

  /// Starts the thread; what keeps it from starting.
  private func begin(_ state: inout State) -> WebFailure? {
    guard let multi = unsafe cc_multi_init() else { return .libraryMissing(reason: "curl_multi_init failed") }
    unsafe cc_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maximumRequests + configuration.maximumStreams)
    state.multi = UInt(bitPattern: multi)
    do throws(MachineFailure) {
      try BackgroundThread.start(named: "http") { self.run() }
      state.phase = .running
      return nil
    } catch {
      unsafe cc_multi_cleanup(multi)
      state.multi = 0
      return .system(operation: "start a thread", reason: error.why ?? error.what, at: "HTTP client")
    }
  }

  /// Wakes the thread once for any number of commands.
  private static func nudge(_ state: inout State) {
    guard !state.isNudged, let multi = unsafe UnsafeMutableRawPointer(bitPattern: state.multi) else { return }
    state.isNudged = true
    // The address is cleared under the lock before the handle goes.
    unsafe cc_multi_wakeup(multi)
  }

  // MARK: The thread

  private func run() {
    guard let multi = unsafe UnsafeMutableRawPointer(bitPattern: state.withLock { $0.multi }) else { return }
    let transfers = unsafe HTTPTransfers(multi: multi, configuration: configuration)
    while let commands = takeCommands() {
      for command in commands {
        switch command {
        case .start(let id, let request, let sink): transfers.add(id, request, sink)
        case .cancel(let id): transfers.cancel(id)
        case .resume(let id): transfers.resume(id)
        }
      }
      transfers.advance()
      transfers.wait()
    }
    finish(transfers)
  }

  /// What to do; nil when the thread shall end.
  private func takeCommands() -> [Command]? {
    state.withLock { state in
      guard state.phase == .running else { return nil }
      state.isNudged = false
      defer { state.commands = [] }
      return state.commands
    }
  }

  private func finish(_ transfers: HTTPTransfers) {
    transfers.end()
    let (commands, atEnd) = state.withLock { state in
      state.phase = .stopped
      state.multi = 0
      defer {
        state.commands = []
        state.atEnd = []
      }
      return (state.commands, state.atEnd)
    }
    transfers.release()
    for case .start(_, _, let sink) in commands { sink.refuse(.cancelled) }
    for continuation in atEnd { continuation.resume() }
  }
}
