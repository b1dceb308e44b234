import CMachine
import Glibc

/// A child of this process.
///
/// Its id stays reserved until `wait` has told its end, so a signal never reaches another process.
package final class ChildProcess: Sendable {
  /// The child's id.
  package let pid: Int32
  /// What makes the process findable by other programs, and after this one has ended.
  package let identity: ProcessIdentity
  let isolation: Invocation.Isolation
  let handle: OpenFile
  private let end = Locked<ProcessEnd?>(nil)

  /// Whom a signal is for.
  package enum Addressee: Sendable {
    /// The process alone.
    case process
    /// The process and every other one in its group; the process alone when it has no group of its own.
    case group
  }

  init(started pid: Int32, isolation: Invocation.Isolation) throws(MachineFailure) {
    let descriptor = cm_pidfd_open(pid)
    guard descriptor >= 0, let identity = ProcessIdentity(pid: pid) else {
      let error = SystemError()
      kill(pid, SIGKILL)
      throw .system("watching a child (Linux 5.3 or later is needed)", error)
    }
    self.pid = pid
    self.identity = identity
    self.isolation = isolation
    handle = OpenFile(owning: descriptor)
  }

  deinit {
    // A child that nobody waits for any more is reaped when it ends, so that no zombie stays.
    if end.withLock({ $0 }) == nil { Readiness.once(handle) { [pid] in _ = ChildProcess.state(of: pid, reap: true) } }
  }

  /// Waits for the child's end; any number of tasks may wait. Throws `CancellationError` alone, and then the child runs on.
  package func wait() async throws -> ProcessEnd {
    try await Readiness.reading(handle)
    return reap()
  }

  /// How the child ended; nil while it runs. Does not wait.
  package var ended: ProcessEnd? { end.withLock { $0 } ?? (peek() == nil ? nil : reap()) }

  /// Sends a signal; false when the process has ended and been waited for.
  @discardableResult
  package func send(_ signal: Signal, to addressee: Addressee = .process) -> Bool {
    end.withLock { end in
      // Under the lock the child cannot be reaped, so the id is still its own.
      guard end == nil else { return false }
      return kill(addressee == .group && isolation != .shared ? -pid : pid, signal.rawValue) == 0
    }
  }

  /// How the child ended, leaving it a zombie so that its group's id stays reserved; nil while it runs.
  func peek() -> ProcessEnd? { ChildProcess.state(of: pid, reap: false) }

  /// Takes the child's end from the system, which frees its id; only after `peek` or the handle said that it ended.
  func reap() -> ProcessEnd {
    end.withLock { end in
      if let end { return end }
      let state = ChildProcess.state(of: pid, reap: true) ?? .unknown
      end = state
      return state
    }
  }

  private static func state(of pid: Int32, reap: Bool) -> ProcessEnd? {
    var signaled: Int32 = 0
    var value: Int32 = 0
    // Both results are written during the call.
    switch unsafe cm_ended(pid, reap ? 1 : 0, &signaled, &value) {
    case 0: return nil
    case 1: return signaled != 0 ? .signaled(Signal(rawValue: value)) : .exited(value)
    default: return .unknown
    }
  }
}
