import CMachine
import Glibc

/// A file descriptor that is closed when nobody refers to it.
package final class OpenFile: Sendable {
  /// The descriptor's number; valid as long as this object lives.
  package let descriptor: Int32

  /// Takes over an open descriptor.
  package init(owning descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Opens a file with Glibc's flags, closed on exec; `path` names it in errors.
  convenience init(
    _ path: String, _ flags: Int32, mode: mode_t = 0o600, for operation: MachineFailure.FileOperation
  ) throws(MachineFailure) {
    var descriptor: Int32
    // The path lives for the call.
    repeat { descriptor = unsafe open(path, flags | O_CLOEXEC, mode) } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw .file(operation, path: path, SystemError()) }
    self.init(owning: descriptor)
  }

  /// The end of a pipe that blocks, because it is the child's or a thread's that has nothing else to do.
  enum End { case reading, writing }

  /// A pipe with one end that blocks; the other returns at once.
  static func pipe(blocking end: End = .writing) throws(MachineFailure) -> (reading: OpenFile, writing: OpenFile) {
    var ends: [Int32] = [-1, -1]
    // The array holds the two descriptors that the call writes.
    guard unsafe cm_pipe(&ends) == 0 else { throw .system("pipe", SystemError()) }
    let pipe = (reading: OpenFile(owning: ends[0]), writing: OpenFile(owning: ends[1]))
    (end == .writing ? pipe.reading : pipe.writing).unblock()
    return pipe
  }

  /// Makes reads and writes return at once.
  func unblock() { _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK) }

  /// What a read from a descriptor gave.
  enum Chunk { case bytes(Int), end, nothingYet, error(SystemError) }

  /// Reads once into the front of a buffer.
  func read(into buffer: inout [UInt8]) -> Chunk {
    let descriptor = descriptor
    // The pointer covers the whole buffer for the call.
    let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
    if count > 0 { return .bytes(count) }
    if count == 0 { return .end }
    return errno == EAGAIN || errno == EINTR ? .nothingYet : .error(SystemError())
  }

  /// Writes once from an offset on; returns how many bytes were taken.
  func write(_ bytes: [UInt8], from offset: Int = 0) -> Result<Int, SystemError> {
    let descriptor = descriptor
    // The pointer covers the whole array for the call, and the offset lies within it.
    let count = unsafe bytes.withUnsafeBytes { buffer in
      let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[min(offset, buffer.count)...])
      return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
    }
    return count >= 0 ? .success(count) : .failure(SystemError())
  }
}
