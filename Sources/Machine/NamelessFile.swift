import CMachine
import Glibc

/// A file that no name leads to until it is given one, complete: whatever becomes of the program, nobody finds a part of it.
///
/// Where the file system has no files without a name (O_TMPFILE), one that is to be named has a temporary one from the start,
/// which is removed with this object; a kill can leave it.
package final class NamelessFile: Sendable {
  /// Whether the file will have a name in the end.
  package enum Purpose: Sendable { case toBeNamed, scratch }

  private let folder: String
  private let file: OpenFile
  private let temporaryName: Locked<String?>

  /// Makes an empty file of mode 0600 in a folder, which must exist.
  package init(in folder: String, for purpose: Purpose) throws(MachineFailure) {
    self.folder = folder
    // The path lives for the call.
    let descriptor = unsafe cm_open_nameless(folder)
    if descriptor >= 0 {
      file = OpenFile(owning: descriptor)
      temporaryName = Locked(nil)
      return
    }
    let name = NamelessFile.temporaryName(in: folder)
    file = try OpenFile(name, O_RDWR | O_CREAT | O_EXCL, for: .create)
    if purpose == .scratch { try Files.remove(name) }
    temporaryName = Locked(purpose == .scratch ? nil : name)
  }

  deinit {
    // Nobody else knows the name; what cannot be removed was removed by somebody.
    if let name = temporaryName.withLock({ $0 }) { try? Files.remove(name) }
  }

  private static func temporaryName(in folder: String) -> String {
    "\(folder)/.sluice-\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
  }

  /// The size in bytes.
  package func size() throws(MachineFailure) -> Int {
    var status = stat()
    // The pointer is valid for the call.
    guard unsafe fstat(file.descriptor, &status) == 0 else { throw .file(.read, path: folder, SystemError()) }
    return Int(status.st_size)
  }

  /// Appends bytes; after an error an unknown part of them is there.
  package func append(_ bytes: [UInt8]) throws(MachineFailure) {
    var written = 0
    while written < bytes.count {
      switch file.write(bytes, from: written) {
      case .success(let count): written += count
      case .failure(let error) where error.code == EINTR: continue
      case .failure(let error): throw .file(.write, path: folder, error)
      }
    }
  }

  /// Up to `count` bytes from an offset on; fewer only at the end.
  package func read(_ count: Int, at offset: Int) throws(MachineFailure) -> [UInt8] {
    try file.read(count, at: offset, path: folder)
  }

  /// Puts the content on the disk, then gives the file its name, in its folder, in place of what may have had it.
  ///
  /// Others see what was there before or this file, whole.
  package func name(_ path: String) throws(MachineFailure) {
    guard fsync(file.descriptor) == 0 else { throw .file(.write, path: path, SystemError()) }
    var temporary = temporaryName.withLock { $0 }
    if temporary == nil {
      // A link replaces nothing, a rename does.
      let name = NamelessFile.temporaryName(in: folder)
      guard unsafe cm_link(file.descriptor, name) == 0 else { throw .file(.create, path: path, SystemError()) }
      temporaryName.withLock { $0 = name }
      temporary = name
    }
    try Files.rename(temporary ?? path, to: path)
    temporaryName.withLock { $0 = nil }
    try Files.synchronizeFolder(of: path)
  }
}

extension OpenFile {
  /// Up to `count` bytes from an offset on; fewer only at the file's end.
  func read(_ count: Int, at offset: Int, path: String) throws(MachineFailure) -> [UInt8] {
    var failure: SystemError?
    let descriptor = descriptor
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count {
        // No more than what is left of the buffer is written, and `filled` says how much of it was.
        let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        let read = unsafe pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
        if read == 0 { break }
        if read > 0 {
          filled += read
        } else if errno != EINTR {
          failure = SystemError()
          break
        }
      }
    }
    if let failure { throw .file(.read, path: path, failure) }
    return bytes
  }
}

extension Files {
  /// How many bytes the user can still write to the file system that a folder lies on; nil when it does not say.
  package static func freeSpace(at folder: String) -> Int? {
    var status = statvfs()
    // The pointer is valid for the call.
    guard unsafe statvfs(folder, &status) == 0 else { return nil }
    let (free, overflow) = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    return overflow ? .max : free
  }

  /// What a path itself is, links not followed; nil when there is nothing.
  package static func ownKind(of path: String) -> Kind? {
    var status = stat()
    // The pointer is valid for the call.
    guard unsafe lstat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .directory
    default: return .other
    }
  }
}
