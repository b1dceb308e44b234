import CMachine
import Glibc

/// What tells a process from every other one that had or will have its id.
package struct ProcessIdentity: Hashable, Codable, Sendable {
  /// The process's id.
  package let pid: Int32
  /// When it started, in clock ticks since the system's start (`/proc/PID/stat`, field 22).
  package let startTime: UInt64
  /// The system start that both belong to (`/proc/sys/kernel/random/boot_id`).
  package let bootID: String

  // `boot-id` in the journal, not `boot-i-d`.
  private enum CodingKeys: String, CodingKey {
    case pid, startTime
    case bootID = "bootId"
  }

  /// An identity that was written down.
  package init(pid: Int32, startTime: UInt64, bootID: String) {
    self.pid = pid
    self.startTime = startTime
    self.bootID = bootID
  }

  /// The identity of what has this id at this moment, a zombie included; nil when nothing has.
  package init?(pid: Int32) {
    guard let status = ProcessStatus(pid: pid) else { return nil }
    self.init(pid: pid, startTime: status.startTime, bootID: Host.bootID)
  }

  /// Whether exactly this process runs on this machine; a zombie does not.
  package var isAlive: Bool {
    guard bootID == Host.bootID, let status = ProcessStatus(pid: pid) else { return false }
    return status.startTime == startTime && status.isAlive
  }

  /// Sends a signal to this process and no other; false when it has ended.
  @discardableResult
  package func send(_ signal: Signal) -> Bool {
    guard let handle = opened() else { return false }
    return cm_pidfd_signal(handle.descriptor, signal.rawValue) == 0
  }

  /// Sends a signal to the process group that this process leads; false when the process has ended.
  @discardableResult
  package func sendToGroup(_ signal: Signal) -> Bool {
    guard isAlive else { return false }
    return kill(-pid, signal.rawValue) == 0
  }

  /// Waits until this process has ended; how it ended only its parent learns. Throws `CancellationError` alone.
  package func waitForEnd() async throws {
    guard let handle = opened() else { return }
    try await Readiness.reading(handle)
  }

  /// A handle of this process, which no later process with its id can take over; nil when it has ended.
  private func opened() -> OpenFile? {
    let descriptor = cm_pidfd_open(pid)
    guard descriptor >= 0 else { return nil }
    let handle = OpenFile(owning: descriptor)
    // Looked at after the handle was opened: what is alive now is what the handle is of.
    return isAlive ? handle : nil
  }
}
