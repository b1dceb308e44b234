import CMachine
import Glibc

/// A file that is open for reading at any place, whatever becomes of its name.
package struct FileReader: Sendable {
  /// What tells one file from another that has, or gets, its name.
  package struct FileID: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
  }

  private let path: String
  private let file: OpenFile
  /// Which file it is.
  package let id: FileID

  /// Opens a file; throws `MachineFailure` with `isMissing` when it is not there.
  package init(_ path: String) throws(MachineFailure) {
    self.path = path
    file = try OpenFile(path, O_RDONLY, for: .read)
    let status = try FileReader.status(of: file, path)
    id = FileID(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// The size at this moment, in bytes.
  package func size() throws(MachineFailure) -> Int { Int(try FileReader.status(of: file, path).st_size) }

  /// Up to `count` bytes from an offset on; fewer only at the file's end.
  package func read(_ count: Int, at offset: Int) throws(MachineFailure) -> [UInt8] {
    try file.read(count, at: offset, path: path)
  }

  private static func status(of file: OpenFile, _ path: String) throws(MachineFailure) -> stat {
    var status = stat()
    // The pointer is valid for the call.
    guard unsafe fstat(file.descriptor, &status) == 0 else { throw .file(.read, path: path, SystemError()) }
    return status
  }
}
