import Machine
package import Vocabulary

/// What is known of a run without reading all of it.
package struct RunSummary: Hashable, Sendable {
  /// Where it is.
  package let folder: RunFolder
  /// When it began; nil when its first record cannot be read.
  package let began: Timestamp?
  /// What it was asked to do; nil when that cannot be read.
  package let started: RunStarted?
  /// How it stands.
  package let state: State

  /// How a run stands.
  package enum State: Hashable, Sendable {
    /// It ended by itself.
    case finished(RunFinished)
    /// A process is writing it.
    case running
    /// It was interrupted: it can be resumed.
    case unfinished
    /// Its journal cannot be read, and why.
    case damaged(String)
  }

  /// Reads the first and the last record of a run; a damaged one is a state of its own.
  package init(of folder: RunFolder) {
    self.folder = folder
    let isRunning = FileLock.isHeld(folder.journal)
    var first: (time: Timestamp, started: RunStarted)?
    do {
      let file = try FileReader(folder.journal)
      first = try RunSummary.start(of: file)
      state =
        isRunning ? .running : try RunSummary.end(of: file).map { .finished($0) } ?? .unfinished
    } catch {
      let reason =
        switch error {
        case let problem as JournalLine.Problem: problem.reason
        case let failure as any Failure: failure.why ?? failure.what
        default: "it cannot be read"
        }
      state = isRunning ? .running : .damaged(reason)
    }
    began = first?.time
    started = first?.started
  }

  /// The first record, a command line and names: the system lets no command line grow beyond 2 MiB.
  private static func start(of file: FileReader) throws -> (time: Timestamp, started: RunStarted) {
    var head = try file.read(65_536, at: 0)
    if !head.contains(UInt8(ascii: "\n")) { head = try file.read(4 << 20, at: 0) }
    guard let end = head.firstIndex(of: UInt8(ascii: "\n")) else {
      throw JournalLine.Problem(reason: "its journal holds no whole record")
    }
    let record = try JournalLine.decode(Array(head[..<end]))
    guard case .runStarted(let started) = record.event else {
      throw JournalLine.Problem(reason: "its journal does not begin with its start")
    }
    return (record.time, started)
  }

  /// The run's end, which is a small record, if nothing was written after it but who was told of it.
  private static func end(of file: FileReader) throws -> RunFinished? {
    let size = try file.size()
    let tail = try file.read(min(size, 65_536), at: max(0, size - 65_536))
    guard var last = tail.lastIndex(of: UInt8(ascii: "\n")), last == tail.count - 1 else { return nil }
    while let before = tail[..<last].lastIndex(of: UInt8(ascii: "\n")) {
      switch try JournalLine.decode(Array(tail[(before + 1)..<last])).event {
      case .runFinished(let finished): return finished
      case .notification: last = before
      default: return nil
      }
    }
    return nil
  }
}
