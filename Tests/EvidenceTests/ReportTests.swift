import Cutover
import Documents
import Journal
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Evidence

@Suite struct ReportTests {
  @Test(.enabled(if: Python.isThere, "\(Python.isMissing)"), arguments: RecordedJournal.allCases)
  func whatThePageSaysIsWhatTheJournalHolds(_ journal: RecordedJournal) async throws {
    let evidence = try WrittenEvidence(Dossier(run: journal.history()))
    let seen = try await judge(journal.path, evidence)
    #expect(seen.parseErrors.isEmpty)
    #expect(seen.scripts.isEmpty && seen.handlers.isEmpty && seen.outside.isEmpty && seen.urlsInStyle.isEmpty)
    #expect(seen.quotedAttributes.isEmpty && seen.doubleIds.isEmpty && seen.dangling.isEmpty)
    #expect(seen.tablesWithoutCaption == 0)
    #expect(seen.wholeRows)
    #expect(seen.assigned == seen.sessions)
    #expect(seen.facts["sessions seen"] == "\(seen.sessions.count)")
    #expect(seen.facts["instances seen"] == "\(seen.instances)")
    #expect(seen.facts["samples"] == "\(seen.samples)")
    #expect(seen.text.contains("The three conditions"))
  }

  @Test(.enabled(if: Python.isThere, "\(Python.isMissing)"))
  func namesFromOutsideStayText() async throws {
    let names = [
      "<script>alert(1)</script>", "</svg><img src=x onerror=alert(1)>", "]]><script>", "\" onload=\"x", "' onload='x",
      "&lt;b&gt;", "</style><script>", "=cmd|' /C calc'!A0", "\u{202E}gpj.exe\u{1B}[31m", "a,\"b\"\nc",
    ]
    let listing = Observation(
      instances: names.map {
        InstanceObservation(id: InstanceID($0), version: VersionName("v1" + $0), phase: .serving)
      },
      sessions: names.map { session($0, room: $0, version: "v1" + $0, instance: $0) })
    let made = try await MadeJournal(
      [.snapshot(listing), .failure(SourceFailure(kind: .malformed, detail: names[0]))], incoming: names[0],
      outgoing: names[1])
    let dossier = Dossier(run: try made.history())
    let evidence = try WrittenEvidence(dossier)
    let seen = try await judge(made.path, evidence)
    #expect(seen.parseErrors.isEmpty)
    #expect(seen.scripts.isEmpty && seen.handlers.isEmpty && seen.quotedAttributes.isEmpty && seen.wholeRows)
    #expect(seen.text.contains("<script>alert(1)</script>"))
    let html = String(decoding: evidence.html, as: UTF8.self)
    #expect(
      !html.contains("<script") && !html.contains("]]>") && !html.contains("\u{202E}") && !html.contains("\u{1B}"))
    #expect(html.components("</svg>") == html.components("<svg"))
    let table = String(decoding: evidence.items[2].bytes, as: UTF8.self)
    #expect(!table.contains("\r\n=") && !table.contains(",="))
    let summary = String(decoding: Summary(dossier, items: evidence.items).markdown, as: UTF8.self)
    #expect(!summary.contains("<script") && !summary.contains("<img"))
  }

  @Test func thousandsOfInstancesAndSessionsKeepThePageSmall() async throws {
    let instances = (0..<10_000).map { number in
      InstanceObservation(
        id: InstanceID("agent-\(number)"), version: number % 2 == 0 ? "v1" : "v2", phase: .serving, sessions: 1,
        startedAt: MadeJournal.began + .seconds(number % 50))
    }
    let sessions = (0..<10_000).map { number in
      session("AJ_\(number)", version: number % 2 == 0 ? "v1" : "v2", instance: "agent-\(number)", after: number % 50)
    }
    let made = try await MadeJournal([
      .snapshot(Observation(instances: instances, sessions: sessions)),
      .changes(ObservationChanges(sessionsGone: sessions.prefix(4_000).map(\.id))),
    ])
    let dossier = Dossier(run: try made.history())
    let items = try dossier.items()
    let html = ReportPage(dossier, items: items).html
    #expect(html.count < 400_000)
    let text = String(decoding: html, as: UTF8.self)
    #expect(text.contains("200 of 10,000 are shown"))
    #expect(text.contains("assignments.csv"))
    #expect(items[2].count == 10_000)
    #expect(Summary(dossier, items: items).markdown.count < 8_192)
  }

  @Test(arguments: RecordedJournal.allCases)
  func theSameJournalGivesTheSameBytes(_ journal: RecordedJournal) throws {
    let first = try WrittenEvidence(Dossier(run: journal.history()))
    let second = try WrittenEvidence(Dossier(run: journal.history()))
    #expect(first.html == second.html)
    #expect(first.items.map(\.bytes) == second.items.map(\.bytes))
  }

  @Test func aRunWithoutAWatchHasAPageToo() async throws {
    let folder = try TemporaryFolder()
    let run = try RunStore(home: folder.path).create(at: MadeJournal.began)
    let writer = try await JournalWriter(run, clock: WallClock { MadeJournal.began })
    try await writer.append(.runStarted(RunStarted(run: run.id, target: nil, command: ["deploy"], host: "here")))
    let history = try RunHistory(JournalReader(run.journal), path: run.journal)
    let dossier = Dossier(run: history)
    let html = String(decoding: ReportPage(dossier, items: try dossier.items()).html, as: UTF8.self)
    #expect(html.contains("no verdict"))
    #expect(html.contains("The run has not ended"))
  }

  @Test(arguments: RecordedJournal.allCases)
  func theSummaryNamesVerdictConditionsAndItems(_ journal: RecordedJournal) throws {
    let dossier = Dossier(run: try journal.history())
    let text = String(decoding: Summary(dossier, items: try dossier.items()).markdown, as: UTF8.self)
    #expect(text.hasPrefix("## "))
    #expect(text.contains("| A | new sessions land on the new version |"))
    #expect(text.contains("5. `drain-evidence.ndjson`"))
    #expect(text.utf8.count < 8_192)
  }
}

/// The page in a real browser.
@Suite(.serialized) struct BrowserTests {
  static let isThere = Python.isThere && Files.kind(of: "/usr/bin/chromium") != nil

  @Test(
    .enabled(if: isThere, "no chromium, or \(Python.isMissing)"),
    arguments: [
      (RecordedJournal.cut, 360, "light"), (.passed, 360, "dark"), (.cut, 1_440, "dark"), (.slow, 1_440, "light"),
    ])
  func thePageFitsItsScreenAndSaysNothingOnTheConsole(_ journal: RecordedJournal, width: Int, scheme: String)
    async throws
  {
    let evidence = try WrittenEvidence(Dossier(run: journal.history()))
    let lines = try await Python.judge("browser_judge.py", [evidence.page, "\(width)", scheme])
    let seen = try CanonicalJSON.decode(BrowserView.self, from: Array(lines.joined().utf8))
    #expect(seen.messages.isEmpty)
    #expect(seen.width <= width && seen.inner == width)
    #expect(seen.wider.isEmpty)
    #expect(seen.chart.count == 1)
    #expect(seen.chart.allSatisfy { $0 > 250 })
    #expect(seen.text.contains("Sessions over time") && seen.text.contains("Completeness of the evidence"))
    #expect((seen.background == "rgb(255, 255, 255)") == (scheme == "light"))
  }
}

private struct BrowserView: Decodable {
  let width: Int
  let inner: Int
  let text: String
  let chart: [Double]
  let background: String
  let wider: [String]
  let messages: [String]
}

private struct PageView: Decodable {
  let sessions: [String]
  let instances: Int
  let samples: Int
  let assigned: [String]
  let wholeRows: Bool
  let facts: [String: String]
  let parseErrors: [String]
  let scripts: [String]
  let handlers: [String]
  let quotedAttributes: [String]
  let doubleIds: [String]
  let outside: [String]
  let urlsInStyle: [String]
  let tablesWithoutCaption: Int
  let dangling: [String]
  let text: String
}

private func judge(_ journal: String, _ evidence: WrittenEvidence) async throws -> PageView {
  let lines = try await Python.judge(
    "report_judge.py",
    [journal, evidence.page, evidence.folder.file("assignments.csv"), evidence.folder.file("sessions-by-version.csv")])
  return try CanonicalJSON.decode(PageView.self, from: Array(lines.joined().utf8))
}

extension String {
  /// How often a text stands in it.
  fileprivate func components(_ part: String) -> Int {
    var count = 0
    var rest = self[...]
    while let place = rest.firstRange(of: part) {
      count += 1
      rest = rest[place.upperBound...]
    }
    return count
  }
}
