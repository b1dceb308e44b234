import Machine
import Vocabulary

/// Reads a journal record by record and checks each: its own hash, its sequence, and that it follows the one before.
///
/// Memory is bounded by the longest record. A torn last line (the program was killed while it wrote) ends the reading and is
/// kept in `torn`; everything else that is not as it was written is a `JournalFailure` with its line.
package struct JournalReader: Sendable {
  /// What stands after the last whole line.
  package struct Torn: Hashable, Sendable {
    /// Its line's number.
    package let line: Int
    /// How many bytes it has.
    package let size: Int
  }

  private enum Source { case file(FileReader), bytes([UInt8]) }

  /// The longest line that is read: 64 MiB, twenty times the whole listing of 10,000 instances.
  static let lineLimit = 64 << 20

  private let source: Source
  private let path: String
  private var buffer: [UInt8] = []
  private var start = 0
  private var readTo = 0

  /// How many lines were read and found good.
  package private(set) var line = 0
  /// The hash of the last of them, which stands in the next; 64 zeros before the first.
  package private(set) var lastHash = JournalLine.noLine
  /// Where it ends in the file.
  private(set) var end = 0
  /// The torn last line; nil before the end, and when there is none.
  package private(set) var torn: Torn?

  /// Opens a journal; throws `MachineFailure` when it cannot be read.
  package init(_ path: String) throws {
    source = .file(try FileReader(path))
    self.path = path
  }

  /// A journal that is in memory; the name is for errors.
  package init(bytes: [UInt8], name: String = "journal") {
    source = .bytes(bytes)
    path = name
  }

  /// The next record; nil at the end. Throws `JournalFailure`, or `MachineFailure` when the file cannot be read.
  package mutating func next() throws -> JournalRecord? {
    guard torn == nil, let (bytes, isWhole) = try nextLine() else { return nil }
    guard isWhole else {
      torn = Torn(line: line + 1, size: bytes.count)
      return nil
    }
    let record: JournalRecord
    do {
      record = try JournalLine.decode(bytes)
    } catch {
      throw JournalFailure.unreadable(path: path, line: line + 1, reason: error.reason)
    }
    guard record.sequence == line + 1 else {
      throw JournalFailure.broken(
        path: path, line: line + 1, reason: "its sequence is \(record.sequence) where \(line + 1) should be")
    }
    guard record.previous == lastHash else {
      throw JournalFailure.broken(
        path: path, line: line + 1, reason: "it was written after another line than the one before it")
    }
    line += 1
    lastHash = JournalLine.hash(bytes)
    end += bytes.count + 1
    return record
  }

  /// Whether nothing stands after the line that was read last.
  mutating func isAtEnd() throws -> Bool { try start == buffer.count && fill() == false }

  private mutating func nextLine() throws -> (bytes: [UInt8], isWhole: Bool)? {
    var searched = start
    while true {
      if let newline = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = newline + 1 }
        return (Array(buffer[start..<newline]), true)
      }
      guard buffer.count - start <= JournalReader.lineLimit else {
        throw JournalFailure.lineTooLong(path: path, line: line + 1, limit: JournalReader.lineLimit)
      }
      buffer.removeFirst(start)
      start = 0
      searched = buffer.count
      guard try fill() else {
        defer { start = buffer.count }
        return buffer.isEmpty ? nil : (buffer, false)
      }
    }
  }

  /// Takes in the next piece; false at the end.
  private mutating func fill() throws -> Bool {
    let piece: ArraySlice<UInt8>
    switch source {
    case .file(let file): piece = try file.read(1 << 20, at: readTo)[...]
    case .bytes(let bytes): piece = bytes[min(readTo, bytes.count)...].prefix(1 << 20)
    }
    buffer += piece
    readTo += piece.count
    return !piece.isEmpty
  }
}
