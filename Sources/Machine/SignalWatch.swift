import CMachine
import Glibc

/// The signals of this process as a stream; while it lives they have no other effect.
///
/// A C handler writes each one's number into a pipe, a thread reads it from there: nothing of Swift runs in a handler, no
/// thread needs a signal mask, and children get every signal's default action.
package final class SignalWatch: Sendable {
  /// The signals, in the order in which they came; ends with `stop`.
  package let arrivals: AsyncStream<Signal>
  private let id: Int

  /// Watches some signals from here on; several watches may watch the same one.
  package init(_ signals: Set<Signal>) throws(MachineFailure) {
    let (stream, continuation) = AsyncStream.makeStream(of: Signal.self)
    arrivals = stream
    id = try SignalHub.shared.add(signals, continuation)
  }

  deinit { SignalHub.shared.remove(id) }

  /// Ends the watch; signals that nobody else watches have their default action again.
  package func stop() { SignalHub.shared.remove(id) }
}

/// What the process has once: its handlers, their pipe and the thread that reads it.
private final class SignalHub: Sendable {
  static let shared = SignalHub()

  private struct State {
    var watches: [Int: (signals: Set<Signal>, continuation: AsyncStream<Signal>.Continuation)] = [:]
    var nextID = 0
    // Never closed: a handler may run at any time.
    var pipe: (reading: OpenFile, writing: OpenFile)?
  }

  private let state = Locked(State())

  func add(
    _ signals: Set<Signal>, _ continuation: AsyncStream<Signal>.Continuation
  ) throws(MachineFailure) -> Int {
    try state.withLock { (state) throws(MachineFailure) in
      if state.pipe == nil {
        let pipe = try OpenFile.pipe(blocking: .reading)
        try BackgroundThread.start(named: "signals") { [self] in
          var buffer = [UInt8](repeating: 0, count: 64)
          while true {
            switch pipe.reading.read(into: &buffer) {
            case .bytes(let count): buffer[..<count].forEach { deliver(Signal(rawValue: Int32($0))) }
            case .nothingYet: continue
            case .end, .error: return
            }
          }
        }
        cm_signals_to(pipe.writing.descriptor)
        state.pipe = pipe
      }
      state.nextID += 1
      state.watches[state.nextID] = (signals, continuation)
      for signal in signals where cm_catch(signal.rawValue) != 0 {
        throw .system("catching \(signal)", SystemError())
      }
      return state.nextID
    }
  }

  func remove(_ id: Int) {
    let continuation = state.withLock { state in
      guard let watch = state.watches.removeValue(forKey: id) else {
        return nil as AsyncStream<Signal>.Continuation?
      }
      for signal in watch.signals where !state.watches.values.contains(where: { $0.signals.contains(signal) }) {
        cm_default(signal.rawValue)
      }
      return watch.continuation
    }
    continuation?.finish()
  }

  private func deliver(_ signal: Signal) {
    let receivers = state.withLock { $0.watches.values.filter { $0.signals.contains(signal) }.map(\.continuation) }
    receivers.forEach { $0.yield(signal) }
  }
}
