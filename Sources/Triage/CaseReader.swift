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
      log: log, line: line, at: record.moment, localTime: record.line.localTime, excerpt: record.summary)
    let order = moment ?? waiting.last?.order ?? Timestamp(nanoseconds: .min)
    let stream = record.origin.map { "\(name) \($0)" } ?? name
    waiting.append(Waiting(record: record, stream: stream, mention: mention, order: order))
    if waiting.count == Self.window { deliver(Self.window / 2) }
  }

  /// Ends the log that was read.
  package mutating func finishLog() { deliver(waiting.count) }

  private mutating func deliver(_ count: Int) {
    // Lines of one moment stay as they stand, unless the whole log runs backwards.
    if Self.runsBackwards(waiting) { waiting.reverse() }
    // Places are moved about instead of records, which are large.
    let places = waiting.indices.map { (order: waiting[$0].order, place: $0) }.sorted { $0 < $1 }
    for (_, place) in places.prefix(count) {
      let item = waiting[place]
      let line = item.record.line
      liveKit.take(line, item.mention)
      webServers.take(line, in: item.stream, item.mention)
      workers.take(line, item.record.event, in: item.stream, item.mention)
    }
    waiting = places.dropFirst(count).map { waiting[$0.place] }
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
