import Glibc

/// A file, a pipe or standard input that is read once, from its beginning on.
///
/// One task at a time reads from it.
package final class ByteStream: Sendable {
  /// What errors call it.
  package let name: String
  private let file: OpenFile?

  /// Opens a file or a FIFO; throws `MachineFailure`, with `isMissing` when it is not there.
  package init(_ path: String) throws(MachineFailure) {
    name = path
    file = try OpenFile(path, O_RDONLY, for: .read)
  }

  /// Opens a file, or a FIFO that nobody may ever write: its writer is waited for by `read`, a quarter of a second at a time.
  package init(unhurried path: String) throws(MachineFailure) {
    name = path
    file = try OpenFile(path, O_RDONLY | O_NONBLOCK, for: .read)
  }

  private init(standardInput name: String) {
    self.name = name
    file = nil
  }

  /// Standard input, which stays open.
  package static let standardInput = ByteStream(standardInput: "standard input")

  /// What a read gave.
  package enum Piece: Hashable, Sendable {
    /// So many bytes, at least one.
    case bytes(Int)
    /// Nothing within a quarter of a second: time to look whether the reader is still wanted.
    case nothingYet
    /// The end.
    case end
  }

  /// Reads into `buffer` from `place` on, as much as is there and fits.
  package func read(into buffer: inout [UInt8], at place: Int) throws(MachineFailure) -> Piece {
    let descriptor = file?.descriptor ?? 0
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    // One entry, valid for the call.
    if unsafe poll(&wait, 1, 250) == 0 { return .nothingYet }
    // The pointer covers what is left of the buffer for the call.
    let count = unsafe buffer.withUnsafeMutableBytes { bytes in
      let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[place...])
      return unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
    }
    if count > 0 { return .bytes(count) }
    if count == 0 { return .end }
    guard errno == EINTR || errno == EAGAIN else { throw .file(.read, path: name, SystemError()) }
    return .nothingYet
  }
}
