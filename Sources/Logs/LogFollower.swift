package import Machine

/// Reads what was added to a file since the last time, when it is asked to.
///
/// Nothing is open between two reads, so thousands of files can be followed. A file that got shorter, or another file
/// under the same name, is read from its beginning; what was added to the old one after the last read is looked for under
/// the name that log rotation gives it (`PATH.1`), and `isComplete` says whether it was found.
package struct LogFollower: Sendable {
  /// The file.
  package let path: String
  /// Where the next read begins, in bytes.
  package private(set) var offset = 0
  /// Whether everything that was written has been read or still can be; false after a rotation that lost bytes.
  package private(set) var isComplete = true
  private var file: FileReader.FileID?

  /// Follows a file from its beginning; it need not exist yet.
  package init(_ path: String) { self.path = path }

  /// What one read brought.
  package struct Progress: Hashable, Sendable {
    /// How many bytes were handed out.
    package var bytes = 0
    /// Whether the end of the file was reached; if not, the limit was, and there is more.
    package var isAtEnd = true
    /// Whether the file began anew: a line that was torn before has no end.
    package var beganAnew = false
  }

  /// Hands out what was added, in pieces of at most 64 KiB, at most `limit` bytes in all.
  ///
  /// A file that is not there has nothing to read. `beginsAnew` is called before the first bytes of a new file.
  package mutating func read(
    limit: Int = 8 << 20, beginsAnew: () -> Void = {}, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(MachineFailure) -> Progress {
    var progress = Progress()
    let reader: FileReader
    do throws(MachineFailure) {
      reader = try FileReader(path)
    } catch {
      guard case .file(_, _, let cause) = error, cause.isMissing else { throw error }
      return progress
    }
    let size = try reader.size()
    if let file, file != reader.id || size < offset {
      if file != reader.id { try readRotated(file, limit: limit, &progress, body) } else { isComplete = false }
      progress.beganAnew = true
      offset = 0
      beginsAnew()
    }
    file = reader.id
    try read(reader, limit: limit, &progress, body)
    return progress
  }

  /// Reads what was added to the file before it was renamed; the name is the one that logrotate gives first.
  private mutating func readRotated(
    _ old: FileReader.FileID, limit: Int, _ progress: inout Progress, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(MachineFailure) {
    guard let rotated = try? FileReader(path + ".1"), rotated.id == old else {
      isComplete = false
      return
    }
    try read(rotated, limit: limit, &progress, body)
    // The rest of a rotated file is not come back to.
    if !progress.isAtEnd { isComplete = false }
    progress.isAtEnd = true
  }

  private mutating func read(
    _ reader: FileReader, limit: Int, _ progress: inout Progress, _ body: (ArraySlice<UInt8>) -> Void
  ) throws(MachineFailure) {
    while progress.bytes < limit {
      let wanted = min(65_536, limit - progress.bytes)
      let bytes = try reader.read(wanted, at: offset)
      if !bytes.isEmpty { body(bytes[...]) }
      offset += bytes.count
      progress.bytes += bytes.count
      if bytes.count < wanted { return }
    }
    progress.isAtEnd = offset >= (try reader.size())
  }
}
