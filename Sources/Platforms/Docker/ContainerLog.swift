import Logs
import Machine
import Vocabulary

/// A container's log, read again and again from where the last reading ended.
///
/// `--since` takes whole seconds on some engines and leaves out what has just that moment on others, so each reading begins a
/// little before the second of the last line and passes over as many lines as were taken from there before.
struct ContainerLog: Sendable {
  /// What it says.
  private(set) var log = WorkerLog()
  /// Whether nothing of it was missed.
  private(set) var isComplete = true

  private var since: Timestamp?
  private var streams: [OutputLine.Stream: Progress] = [:]

  private struct Progress: Sendable {
    /// Lines after `since` that were taken before.
    var taken = 0
    /// Lines of this reading.
    var seen = 0
    /// Moments of the lines of the last two seconds, and the newest of them.
    var recent: [Timestamp] = []
  }

  /// The arguments of the next reading, without the program.
  func arguments(of container: String) -> [String] {
    ["logs", "--timestamps"] + (since.map { ["--since", "\($0)"] } ?? []) + [container]
  }

  /// Begins a reading with those arguments.
  mutating func begin() {
    for stream in streams.keys {
      streams[stream]?.seen = 0
      streams[stream]?.recent = []
    }
  }

  /// Takes in the next line of a reading.
  mutating func take(_ line: OutputLine, readAt: Timestamp) {
    let bytes = line.line.bytes
    let space = bytes.firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
    // A line without a moment is the program's own, on standard error.
    guard let at = Timestamp(String(decoding: bytes[..<space], as: UTF8.self)) else { return }
    var progress = streams[line.stream] ?? Progress()
    progress.seen += 1
    progress.recent.append(at)
    if let newest = progress.recent.max(), progress.recent.count > 64 {
      progress.recent.removeAll { newest - $0 > .seconds(2) }
    }
    let isNew = progress.seen > progress.taken
    streams[line.stream] = progress
    guard isNew else { return }
    log.append(
      bytes[min(space + 1, bytes.endIndex)...] + [10], from: line.stream == .output ? .output : .errors, readAt: readAt)
  }

  /// Ends a reading; one that did not succeed may have been cut short.
  mutating func end(succeeded: Bool) {
    let newest = streams.values.flatMap(\.recent).max()
    for (stream, progress) in streams where progress.seen < progress.taken {
      // Fewer lines than before: the engine has thrown old ones away.
      guard succeeded else { return }
      isComplete = false
      streams[stream]?.taken = progress.seen
    }
    guard let newest else { return }
    let second = Timestamp(nanoseconds: newest.nanoseconds - newest.nanoseconds % 1_000_000_000)
    let start = max(since ?? second - .milliseconds(1), second - .milliseconds(1))
    for (stream, progress) in streams {
      streams[stream]?.taken =
        start == since ? max(progress.taken, progress.seen) : progress.recent.count { $0 > start }
    }
    since = start
  }
}
