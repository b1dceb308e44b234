package import Logs
import Vocabulary

/// Makes a case of the records of logs, taken in as they are read: one log after the other, each put in the order of time.
package struct CaseReader {
  private var workers = WorkerStories()
  private var webServers = WebServerStories()
  private var liveKit = LiveKitServerStory()
  private var waiting: [Waiting] = []

  /// A record with its place, and when it was written or, where it does not say, when the one before it was.
  private struct Waiting {
    let record: LogRecord
    let stream: String
    let mention: Mention
    let order: Timestamp
  }

  /// How many records wait to be put in order: exports give the newest first, and processes write with clocks of their own.
  static let window = 8_192

  /// What must stand in a line for it to be looked at: what workers and servers say, and errors of anybody.
  static let literals =
    WorkerEvent.literals + WebServerStories.literals + LiveKitServerStory.messages + [
      "\"ERROR\"", "\"CRITICAL\"", "\"level\":50", "\"level\":60", "TimeoutError", "Traceback (most recent call last)",
      "deployment.drain_started",
    ]

  /// No records yet.
  package init() {}

  /// Takes in a record of the log that is being read.
  package mutating func take(_ record: LogRecord, log: Int, name: String, line: Int) {
    let moment = record.moment ?? record.line.localTime
    let mention = Mention(
      log: log, line: line, at: record.moment, localTime: record.line.localTime, excerpt: record.line.summary)
    let order = moment ?? waiting.last?.order ?? Timestamp(nanoseconds: .min)
    let stream = [name, record.origin].compactMap { $0 }.joined(separator: " ")
    waiting.append(Waiting(record: record, stream: stream, mention: mention, order: order))
    if waiting.count == Self.window { deliver(Self.window / 2) }
  }

  /// Ends the log that was read.
  package mutating func finishLog() { deliver(waiting.count) }

  private mutating func deliver(_ count: Int) {
    // Lines of one moment stay as they stand, unless the whole log runs backwards.
    let isReversed = Self.runsBackwards(waiting)
    let sorted = (isReversed ? waiting.reversed() : waiting).enumerated().sorted {
      ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
    }.map(\.element)
    for item in sorted.prefix(count) {
      let line = item.record.line
      liveKit.take(line, item.mention)
      webServers.take(line, in: item.stream, item.mention)
      workers.take(line, in: item.stream, item.mention)
    }
    waiting = Array(sorted.dropFirst(count))
  }

  private static func runsBackwards(_ records: [Waiting]) -> Bool {
    var (rises, falls) = (0, 0)
    for (earlier, later) in zip(records, records.dropFirst()) where earlier.order != later.order {
      if earlier.order < later.order { rises += 1 } else { falls += 1 }
    }
    return falls > rises
  }

  /// What was read of everything.
  package func file(_ logs: [CaseFile.LogFile], notes: [Note], trees: [ProcessTree], gaps: [CaseFile.Gap]) -> CaseFile {
    var file = CaseFile(logs: logs, workers: workers.stories, gaps: gaps)
    file.loose = workers.loose
    file.webServers = webServers.stories
    file.liveKit = liveKit.lines == nil ? nil : liveKit
    file.notes = notes
    file.trees = trees
    return file
  }
}
