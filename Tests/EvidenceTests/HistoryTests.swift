import Cutover
import Documents
import Journal
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Evidence

@Suite struct HistoryTests {
  @Test func somethingMissingMakesAnItemPartial() {
    #expect(Completeness(missing: []) == .complete)
    #expect(Completeness(missing: ["a", "b"]) == .partial("a; b"))
  }

  @Test(arguments: RecordedJournal.allCases)
  func theVerdictIsTheOneThatTheRunGave(_ journal: RecordedJournal) throws {
    let history = try journal.history()
    #expect(history.damage == nil)
    #expect(history.isVerdictRecorded)
    let verdicts: [RecordedJournal: Assessment.Verdict] = [
      .passed: .passed, .quiet: .inconclusive, .slow: .timedOut, .stopped: .interrupted, .cut: .failed,
      .unclear: .inconclusive,
    ]
    #expect(history.assessment?.verdict == verdicts[journal])
    #expect(history.points.last?.verdict == history.assessment?.verdict || journal == .stopped)
  }

  /// Counts of the stories that are told one by one are those that the verdict was made of.
  @Test(arguments: RecordedJournal.allCases)
  func everySessionThatTheVerdictCountsIsNamed(_ journal: RecordedJournal) throws {
    let history = try journal.history()
    let counts = try #require(history.assessment).sessions
    #expect(history.sessions.count { $0.ending == .cut } == counts.cutCount)
    #expect(history.sessions.count { $0.ending == .unclear } == counts.unclearCount)
    #expect(history.sessions.count(where: \.isLate) == counts.lateCount)
    #expect(history.sessions.count(where: \.isUnserved) == counts.unservedCount)
    for (version, own) in counts.byVersion where version != "unattributed" {
      let named = history.sessions.filter { $0.version?.rawValue == version }
      #expect(named.count { $0.end == nil && $0.start != nil } == own.active ?? -1, "\(version)")
    }
  }

  @Test func aSampleThatNobodyAnsweredIsUnknownAndNotZero() async throws {
    let listing = Observation(
      instances: [InstanceObservation(id: "a", version: "v1", phase: .serving)], sessions: [session("s1")])
    let refused = Reading.Answer.failure(SourceFailure(kind: .unreachable, detail: "refused"))
    let made = try await MadeJournal([.snapshot(listing)] + Array(repeating: refused, count: 6))
    let dossier = Dossier(run: try made.history())
    let items = try dossier.items()
    let rows = String(decoding: items[1].bytes, as: UTF8.self).split(separator: "\r\n").dropFirst()
    #expect(rows.contains { $0.hasSuffix("v2,1,1,0,0,0") })
    #expect(rows.last?.contains("v2,,") == true)
    guard case .partial(let why) = items[1].completeness else {
      Issue.record("\(items[1].completeness)")
      return
    }
    #expect(why.contains("nobody told how many sessions are active"))
    #expect(items[2].completeness.why?.contains("gave no answer in 6 of 7 polls") == true)
  }

  @Test func withoutASourceOfInstancesStopsAreAbsentAndNotNone() throws {
    let items = try Dossier(run: RecordedJournal.cut.history()).items()
    #expect(items[3].completeness.word == "absent")
    #expect(items[4].completeness.word == "absent")
    #expect(items.map(\.number) == [1, 2, 3, 4, 5])
  }

  @Test func aCleanRehearsalLeavesFiveCompleteItems() throws {
    let items = try Dossier(run: RecordedJournal.passed.history()).items()
    for item in items { #expect(item.completeness == .complete, "\(item.name)") }
  }

  /// Whatever is cut off a journal, what stands before the cut is told and the rest is said to be missing.
  @Test func aJournalThatIsTornAnywhereIsReadUpToThere() throws {
    let bytes = try RecordedJournal.slow.bytes()
    let whole = try RecordedJournal.slow.history()
    for cut in stride(from: bytes.count / 20, to: bytes.count - 1, by: bytes.count / 12) {
      let history = try RunHistory(JournalReader(bytes: Array(bytes.prefix(cut))), path: "journal")
      let isAtLineEnd = bytes[cut - 1] == UInt8(ascii: "\n")
      #expect((history.damage == nil) == isAtLineEnd)
      #expect(history.points.count <= whole.points.count)
      let items = try Dossier(run: history).items()
      if !isAtLineEnd { #expect(items.allSatisfy { $0.completeness != .complete }) }
    }
  }

  @Test func aJournalThatWasChangedIsReadUpToTheChange() throws {
    var bytes = try RecordedJournal.passed.bytes()
    bytes[bytes.count / 2] ^= 1
    let history = try RunHistory(JournalReader(bytes: bytes), path: "journal")
    #expect(history.damage?.contains("is damaged") == true)
    #expect(!history.points.isEmpty)
  }

  @Test(arguments: RecordedJournal.allCases)
  func theTimelineIsInOrderAndWithinItsBounds(_ journal: RecordedJournal) throws {
    let events = try Dossier(run: journal.history()).timeline()
    #expect(events.count > 10)
    for (earlier, later) in zip(events, events.dropFirst()) {
      if let before = earlier.at, let after = later.at { #expect(before <= after) }
    }
    for event in events {
      guard let at = event.at else { continue }
      #expect(event.notBefore.map { $0 <= at } ?? true, "\(event)")
      #expect(event.notAfter.map { $0 >= at } ?? true, "\(event)")
    }
    #expect(events.contains { $0.kind == "run-started" })
    #expect(events.contains { $0.kind == "rollout-began" })
  }
}
