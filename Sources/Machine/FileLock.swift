import CMachine
import Glibc

/// A lock that one process at a time has and that no crash leaves behind: `flock` of an open file.
///
/// The file stays when the lock is released; removing it would let two have it.
package final class FileLock: Sendable {
  private let file: OpenFile

  private init(_ file: OpenFile) { self.file = file }

  // Closing alone would leave the lock, for a moment, to a child that another thread has forked and that has not called
  // exec yet.
  deinit { _ = cm_unlock(file.descriptor) }

  /// Takes the lock if it is free; nil when another process or object has it. It is released with the object.
  package static func acquire(_ path: String) throws(MachineFailure) -> FileLock? {
    let file = try OpenFile(path, O_RDWR | O_CREAT, for: .lock)
    guard cm_lock(file.descriptor) != 0 else { return FileLock(file) }
    guard errno == EWOULDBLOCK else { throw .file(.lock, path: path, SystemError()) }
    return nil
  }

  /// Whether somebody has the lock at this moment; false when there is no such file.
  ///
  /// Looking takes the lock for an instant, so whoever wants it should try for longer than that.
  package static func isHeld(_ path: String) -> Bool {
    guard let file = try? OpenFile(path, O_RDONLY, for: .lock) else { return false }
    guard cm_lock(file.descriptor) != 0 else {
      _ = cm_unlock(file.descriptor)
      return false
    }
    return errno == EWOULDBLOCK
  }

  /// Takes the lock as soon as it is free; throws `MachineFailure.locked` when it is not within the limit.
  package static func acquire(
    _ path: String, within limit: Duration, clock: some Clock<Duration> = ContinuousClock()
  ) async throws -> FileLock {
    let lock = try await repeating(every: .milliseconds(5), within: limit, clock: clock) { try acquire(path) }
    guard let lock else { throw MachineFailure.locked(path: path, holder: "") }
    return lock
  }
}
