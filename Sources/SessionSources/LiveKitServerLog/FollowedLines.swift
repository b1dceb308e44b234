import Cutover
import Logs
import Machine
import Vocabulary

/// A growing file as lines, from its beginning on; a rotated one goes on where it ended.
struct FollowedLines {
  private var follower: LogFollower
  private var splitter = LineSplitter()

  init(_ path: String) { follower = LogFollower(path) }

  /// Hands out the lines that were added; throws when the file is not there, or not all of it could be read by the deadline.
  ///
  /// What was read counts: the next read goes on where this one stopped.
  mutating func read(
    until deadline: ContinuousClock.Instant, _ body: ([UInt8]) -> Void
  ) throws(SourceFailure) {
    let path = follower.path.harmless
    guard Files.kind(of: follower.path) != nil || follower.offset > 0 else {
      throw SourceFailure(kind: .missing, detail: "there is no '\(path)'")
    }
    var splitter = splitter
    var isAtEnd = false
    do throws(MachineFailure) {
      repeat {
        isAtEnd =
          try follower.read(
            limit: 8 << 20, beginsAnew: { splitter = LineSplitter() },
            { bytes in splitter.feed(bytes) { if !$0.isCut { body($0.bytes) } } }
          ).isAtEnd
      } while !isAtEnd && .now < deadline
    } catch {
      throw SourceFailure(kind: .missing, detail: error.what)
    }
    self.splitter = splitter
    guard isAtEnd else {
      throw SourceFailure(kind: .timeout, detail: "'\(path)' is not read to its end yet")
    }
    guard follower.isComplete else {
      throw SourceFailure(
        kind: .malformed, detail: "a part of '\(path)' is gone: it was rotated or cut before it was read")
    }
  }

  /// Whether a file begins with the start of a LiveKit server: within its first 64 KiB, and before any room or worker.
  static func beginsWithServerStart(_ path: String) -> Bool {
    guard let reader = try? FileReader(path), let bytes = try? reader.read(65_536, at: 0) else { return false }
    var log = ServerLog()
    var splitter = LineSplitter()
    var isFirst = false
    splitter.feed(bytes[...]) { line in
      guard log.startedAt == nil, log.workers.isEmpty, log.rooms.isEmpty else { return }
      log.take(line.bytes)
      isFirst = log.startedAt != nil
    }
    return isFirst
  }
}
