import CMachine
import Glibc

/// A file that only grows, one whole record at a time.
package final class AppendFile: Sendable {
  /// The file's path, as it was given.
  package let path: String
  private let file: OpenFile

  /// Opens a file to append to it, making it with mode 0600 when it is missing; its folder must exist.
  package init(_ path: String) throws(MachineFailure) {
    self.path = path
    file = try OpenFile(path, O_RDWR | O_CREAT | O_APPEND, for: .write)
  }

  // As with `FileLock`: closing alone may leave the lock to a child that was just forked.
  deinit { _ = cm_unlock(file.descriptor) }

  /// Takes the file's lock for as long as this object lives; false when another process or object has it.
  package func lock() -> Bool { cm_lock(file.descriptor) == 0 }

  /// The size in bytes.
  package func size() throws(MachineFailure) -> Int {
    var status = stat()
    // The pointer is valid for the call.
    guard unsafe fstat(file.descriptor, &status) == 0 else { throw .file(.read, path: path, SystemError()) }
    return Int(status.st_size)
  }

  /// Appends a record by one write. Whole or not at all: what a full disk took of it is cut off again.
  package func append(_ record: [UInt8]) throws(MachineFailure) {
    let before = try size()
    var error = SystemError(code: ENOSPC)
    switch file.write(record) {
    case .success(record.count): return
    case .success: break
    case .failure(let failure): error = failure
    }
    try truncate(to: before)
    throw .file(.write, path: path, error)
  }

  /// Puts everything appended so far on the disk.
  package func synchronize() throws(MachineFailure) {
    guard fdatasync(file.descriptor) == 0 else { throw .file(.write, path: path, SystemError()) }
  }

  /// Cuts the file to a size.
  package func truncate(to size: Int) throws(MachineFailure) {
    guard ftruncate(file.descriptor, size) == 0 else { throw .file(.write, path: path, SystemError()) }
  }
}
