import Libraries
package import Machine
import Vocabulary

/// Appends records to the journal of one run; at most one writer a run lives, in all processes.
package actor JournalWriter {
  /// What was found after the last whole record when a journal was opened, and put aside.
  package struct Repair: Hashable, Sendable {
    /// Its line's number.
    package let line: Int
    /// How many bytes it had.
    package let size: Int
    /// The file to which it was appended.
    package let movedTo: String
  }

  /// The run whose journal it is.
  package nonisolated let run: RunFolder
  /// What was repaired when the journal was opened; nil: nothing.
  package nonisolated let repair: Repair?

  private let file: AppendFile
  private let clock: WallClock
  private var sequence: Int
  private var lastHash: String
  private var size: Int
  private var broken: String?
  private var isFolderFlushed = false

  /// Opens a run's journal to append to it, the first time or again after the run was interrupted.
  ///
  /// The whole journal is checked. A torn last line is moved to `journal.torn` beside it. Throws `JournalFailure`: the run
  /// is being written by another process, or its chain is broken, which no one repairs.
  package init(_ run: RunFolder, clock: WallClock = .live) async throws {
    self.run = run
    self.clock = clock
    let file = try AppendFile(run.journal)
    // `runs list` takes the lock for an instant to see whether the run is being written.
    let isLocked = try await repeating(every: .milliseconds(5), within: .milliseconds(500)) {
      file.lock() ? true : nil
    }
    guard isLocked != nil else { throw JournalFailure.runIsBeingWritten(run.id) }
    self.file = file
    var reader = try JournalReader(run.journal)
    let torn = try JournalWriter.readToEnd(&reader)
    repair = try torn.map { try JournalWriter.putAside($0, after: reader.end, of: file, in: run) }
    sequence = reader.line
    lastHash = reader.lastHash
    size = reader.end
  }

  /// How many records the journal holds.
  package var count: Int { sequence }

  /// Appends a record by one write and returns its sequence.
  ///
  /// `durably`: it and all before it are on the disk when this returns; so it must be before an action is taken and after a
  /// verdict. Whole or not at all: throws `MachineFailure` when the disk is full, and the record may be tried again;
  /// `JournalFailure.writerFailed` once the disk can no longer be trusted.
  @discardableResult
  package func append(_ event: JournalEvent, durably: Bool = false) throws -> Int {
    if let broken { throw JournalFailure.writerFailed(path: run.journal, reason: broken) }
    let record = JournalRecord(sequence: sequence + 1, time: clock.now, event: event, previous: lastHash)
    let line = try JournalLine.encode(record)
    guard line.count <= JournalReader.lineLimit else {
      throw JournalFailure.lineTooLong(path: run.journal, line: sequence + 1, limit: JournalReader.lineLimit)
    }
    do {
      try file.append(line + [UInt8(ascii: "\n")])
    } catch {
      if try file.size() != size { broken = "a record was cut: \(error.why ?? error.what)" }
      throw error
    }
    sequence += 1
    lastHash = JournalLine.hash(line)
    size += line.count + 1
    if durably { try flush() }
    return sequence
  }

  /// Puts every record on the disk.
  package func flush() throws {
    do {
      try file.synchronize()
      if !isFolderFlushed {
        for path in [run.journal, run.path, Files.folder(of: run.path)] { try Files.synchronizeFolder(of: path) }
        isFolderFlushed = true
      }
    } catch {
      // After a failed flush the system forgets what it could not write: nothing later can be believed.
      broken = error.why ?? error.what
      throw error
    }
  }

  /// Checks every record and returns where the torn tail begins, if there is one.
  private static func readToEnd(_ reader: inout JournalReader) throws -> Int? {
    do {
      while try reader.next() != nil {}
      return reader.torn?.line
    } catch let failure as JournalFailure {
      guard case .unreadable(_, let line, _) = failure, try reader.isAtEnd() else { throw failure }
      return line
    }
  }

  private static func putAside(
    _ line: Int, after end: Int, of file: AppendFile, in run: RunFolder
  ) throws -> Repair {
    let size = try file.size() - end
    let tail = try FileReader(run.journal).read(size, at: end)
    let torn = try AppendFile(run.path + "/journal.torn")
    try torn.append(tail.last == UInt8(ascii: "\n") ? tail : tail + [UInt8(ascii: "\n")])
    try torn.synchronize()
    try file.truncate(to: end)
    try file.synchronize()
    return Repair(line: line, size: size, movedTo: torn.path)
  }
}
