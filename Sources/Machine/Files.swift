package import Vocabulary

import Glibc

/// Files and folders. Every error is a `MachineFailure` that names the path.
package enum Files {
  /// What a path leads to.
  package enum Kind: Sendable { case file, directory, other }

  /// What a path leads to, links followed; nil when it leads to nothing.
  package static func kind(of path: String) -> Kind? { status(of: path).map { kind(ofMode: $0.st_mode) } }

  /// Where a symbolic link leads, as it is written; nil when the path itself is no link.
  package static func link(at path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    // The path lives for the call; no more than the buffer holds is written.
    let length = unsafe readlink(path, &buffer, buffer.count)
    return length >= 0 ? String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
  }

  /// The size in bytes; nil when there is no file.
  package static func size(of path: String) -> Int? { status(of: path).map { Int($0.st_size) } }

  /// The permission bits, `0o600`; nil when there is no file.
  package static func permissions(of path: String) -> UInt32? { status(of: path).map { UInt32($0.st_mode) & 0o7777 } }

  /// When the content last changed; nil when there is no file.
  package static func modified(_ path: String) -> Timestamp? {
    status(of: path).map {
      Timestamp(nanoseconds: Int64($0.st_mtim.tv_sec) * 1_000_000_000 + Int64($0.st_mtim.tv_nsec))
    }
  }

  /// The whole content of a file of at most `limit` bytes; a larger one is an error, never cut.
  package static func read(_ path: String, limit: Int) throws(MachineFailure) -> [UInt8] {
    let file = try OpenFile(path, O_RDONLY, for: .read)
    var content: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: min(limit + 1, 65_536))
    while true {
      switch file.read(into: &buffer) {
      case .bytes(let count):
        guard content.count + count <= limit else { throw .tooLarge(path: path, limit: limit) }
        content += buffer[..<count]
      case .end: return content
      case .nothingYet: continue
      case .error(let error): throw .file(.read, path: path, error)
      }
    }
  }

  /// Replaces a file's content as one step: others see the old or the new, whole.
  ///
  /// Written to a temporary name in the same folder and renamed. `durably`: on the disk when this returns.
  package static func write(
    _ bytes: [UInt8], to path: String, mode: UInt32 = 0o600, durably: Bool = true
  ) throws(MachineFailure) {
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
    do throws(SystemError) {
      try fill(temporary, with: bytes, mode: mode, durably: durably)
      guard unsafe Glibc.rename(temporary, path) == 0 else { throw SystemError() }
    } catch {
      unsafe unlink(temporary)
      throw .file(.write, path: path, error)
    }
    if durably { try synchronizeFolder(of: path) }
  }

  private static func fill(
    _ path: String, with bytes: [UInt8], mode: UInt32, durably: Bool
  ) throws(SystemError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw SystemError() }
    let file = OpenFile(owning: descriptor)
    var written = 0
    while written < bytes.count {
      switch file.write(bytes, from: written) {
      case .success(let count): written += count
      case .failure(let error) where error.code == EINTR: continue
      case .failure(let error): throw error
      }
    }
    // open's mode is cut by the umask; a mode that was asked for is meant.
    guard fchmod(descriptor, mode) == 0, !durably || fsync(descriptor) == 0 else { throw SystemError() }
  }

  /// Makes a folder and those above it; one that exists is left as it is.
  package static func makeDirectory(_ path: String, mode: UInt32 = 0o700) throws(MachineFailure) {
    // Paths live for their calls, here and below.
    guard unsafe mkdir(path, mode) != 0 else { return }
    let error = SystemError()
    if error.code == EEXIST, kind(of: path) == .directory { return }
    let parent = folder(of: path)
    guard error.code == ENOENT, parent != path, kind(of: parent) == nil else {
      throw .file(.create, path: path, error)
    }
    try makeDirectory(parent, mode: mode)
    guard unsafe mkdir(path, mode) == 0 || kind(of: path) == .directory else {
      throw .file(.create, path: path, SystemError())
    }
  }

  /// Makes a folder that must not exist; false when something of that name does. Its parent must exist.
  package static func makeNewDirectory(_ path: String, mode: UInt32 = 0o700) throws(MachineFailure) -> Bool {
    if unsafe mkdir(path, mode) == 0 { return true }
    guard errno == EEXIST else { throw .file(.create, path: path, SystemError()) }
    return false
  }

  /// The names in a folder, sorted, without `.` and `..`.
  package static func list(_ path: String) throws(MachineFailure) -> [String] {
    guard let directory = unsafe opendir(path) else { throw .file(.list, path: path, SystemError()) }
    // The stream is closed once, after its last entry was copied.
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Removes a file; one that is not there is no error.
  package static func remove(_ path: String) throws(MachineFailure) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .file(.remove, path: path, SystemError()) }
  }

  /// Removes a folder with all that is in it, links themselves and not what they lead to; missing ones are no error.
  package static func removeTree(_ path: String) throws(MachineFailure) {
    var status = stat()
    // The pointer is valid for the call.
    guard unsafe lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw .file(.remove, path: path, SystemError())
    }
    guard kind(ofMode: status.st_mode) == .directory else { return try remove(path) }
    for name in try list(path) { try removeTree(path + "/" + name) }
    guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw .file(.remove, path: path, SystemError()) }
  }

  /// Removes an empty folder, or a control group, whose files are the kernel's; one that is not there is no error.
  package static func removeFolder(_ path: String) throws(MachineFailure) {
    guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw .file(.remove, path: path, SystemError()) }
  }

  /// Renames a file or folder over what may be there.
  package static func rename(_ path: String, to other: String) throws(MachineFailure) {
    guard unsafe Glibc.rename(path, other) == 0 else { throw .file(.rename, path: path, SystemError()) }
  }

  /// Puts a folder's entries on the disk: what was made or renamed in it survives a power cut.
  package static func synchronizeFolder(of path: String) throws(MachineFailure) {
    let directory = try OpenFile(folder(of: path), O_RDONLY | O_DIRECTORY, for: .write)
    guard fsync(directory.descriptor) == 0 else { throw .file(.write, path: path, SystemError()) }
  }

  /// The folder that a path lies in: `a` of `a/b`, `.` of `b`, `/` of `/b`.
  package static func folder(of path: String) -> String {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? path.dropLast() : path[...]
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
  }

  /// The path from the root, links and `..` left as they are.
  package static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : Host.workingDirectory + "/" + path
  }

  static func status(of path: String) -> stat? {
    var status = stat()
    // The pointer is valid for the call.
    return unsafe stat(path, &status) == 0 ? status : nil
  }

  private static func kind(ofMode mode: mode_t) -> Kind {
    switch mode & S_IFMT {
    case S_IFREG: .file
    case S_IFDIR: .directory
    default: .other
    }
  }
}
