import Documents
import Evidence
import Journal
import Machine
import TestSupport
import Testing
import Vocabulary

/// What a window of time leaves of logs and of a journal.
struct LogWindowTests {
  private static func lines(_ text: String, within window: TimeWindow?) async throws -> [Substring] {
    let folder = try TemporaryFolder()
    var collector = LogCollector([try folder.write(text, to: "a.log")], in: folder.path)
    collector.window = window
    let bundle = try await BundlerTests.bundle([collector], in: folder)
    let top = try await BundlerTests.unpack(bundle, in: folder)
    return String(decoding: try Files.read("\(top)/logs/a.log", limit: 1 << 20), as: UTF8.self).split(separator: "\n")
  }

  private static func time(_ text: String) throws -> Timestamp { try #require(Timestamp(text)) }

  @Test func linesOutsideAreLeftOutWhateverTheirZoneAndThoseWithoutATimeGoWithTheOneBefore() async throws {
    let log = """
      no time yet
      {"message": "before", "level": "INFO", "timestamp": "2026-11-22T03:00:00.000000+00:00"}
      Traceback of before
      {"message": "first", "level": "INFO", "timestamp": "2026-11-22T08:30:00.000000+05:30"}
      2026-11-22T03:10:00.123456789Z {"message": "in", "level": "INFO", "timestamp": "2026-11-22T03:10:00+00:00"}
      Traceback of in
        File "agent.py", line 1
      {"message": "after", "level": "INFO", "timestamp": "2026-11-21T22:30:01.000000-05:00"}
      Traceback of after

      """
    let window = TimeWindow(
      since: try Self.time("2026-11-22T03:00:00.000001Z"), until: try Self.time("2026-11-22T03:30:00Z"))
    // 08:30 at +05:30 is 03:00 in UTC, and lies before as well.
    let kept = try await Self.lines(log, within: window)
    #expect(
      kept.map { $0.contains("\"in\"") ? "in" : String($0) } == [
        "no time yet", "in", "Traceback of in", "  File \"agent.py\", line 1",
      ])
    let open = try await Self.lines(log, within: TimeWindow(since: nil, until: try Self.time("2026-11-22T03:00:00Z")))
    #expect(open.count == 4 && open.last?.contains("first") == true, "\(open)")
    #expect(try await Self.lines(log, within: nil).count == 9)
    #expect(TimeWindow(since: nil, until: nil) == nil)
  }

  @Test func aJournalIsWholeUpToTheEndOfTheWindowAndGivesTheVerdictOfThatMoment() async throws {
    let path = RecordedJournal.cut.path
    var reader = try JournalReader(path)
    var times: [Timestamp] = []
    while let record = try reader.next() { times.append(record.time) }
    let until = times[times.count / 2]
    let folder = try TemporaryFolder()
    let window = TimeWindow(since: times[times.count / 4], until: until)
    let bundle = try await BundlerTests.bundle([FileCollector.journal(path, within: window)], in: folder)
    let top = try await BundlerTests.unpack(bundle, in: folder)
    var cut = try JournalReader("\(top)/journal.ndjson")
    var count = 0
    while let record = try cut.next() {
      count += 1
      #expect(record.time <= until)
    }
    #expect(count == times.count { $0 <= until } && count < times.count)
    let history = try RunHistory(JournalReader(path), path: path, until: until)
    #expect(history.finished == nil && !history.points.isEmpty && history.points.allSatisfy { $0.at <= until })
  }
}
