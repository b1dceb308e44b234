import Machine
import TestSupport
import Testing
import Triage
import Vocabulary

@testable import Evidence

/// Evidence from logs alone, where no run was journaled.
@Suite struct LogEvidenceTests {
  private func dossier(_ logs: [String]) async throws -> Dossier {
    Dossier(file: try await LogGathering.read(logs, in: "\(Fixtures.folder)/livekit-logs"))
  }

  @Test func logsOfACleanDrainProveTheStopSignalAndSayWhatTheyCannot() async throws {
    let dossier = try await dossier(["normal-drain.jsonl"])
    let items = try dossier.items()
    #expect(items.map(\.completeness.word) == ["absent", "absent", "partial", "partial", "partial"])
    #expect(items[2].count > 0)
    let drain = String(decoding: items[4].bytes, as: UTF8.self)
    #expect(drain.contains("\"kind\":\"worker-draining\""))
    #expect(drain.contains("normal-drain.jsonl:"))
  }

  @Test func everyEventOfALogHasItsLineAndIsInOrder() async throws {
    let events = try await dossier(["normal-drain.jsonl", "drain-timeout-exceeded.jsonl"]).timeline()
    #expect(events.contains { $0.kind == "worker-drain-timed-out" })
    #expect(events.allSatisfy { $0.locator?.contains(":") == true })
    for (earlier, later) in zip(events, events.dropFirst()) {
      if let before = earlier.at, let after = later.at { #expect(before <= after) }
    }
  }

  @Test func aPageOfLogsLeadsWithWhatTriageFinds() async throws {
    let dossier = try await dossier(["drain-timeout-exceeded.jsonl"])
    let finding = try #require(dossier.diagnosis?.findings.first)
    let items = try dossier.items()
    let html = String(decoding: ReportPage(dossier, items: items).html, as: UTF8.self)
    #expect(html.contains("no verdict"))
    #expect(html.contains("id=\"finding-\(finding.code)\""))
    #expect(!html.contains("Sessions over time"))
    let summary = String(decoding: Summary(dossier, items: items).markdown, as: UTF8.self)
    #expect(summary.hasPrefix("## No verdict"))
    #expect(summary.contains(finding.code.rawValue))
  }

  @Test func nothingAtAllIsAbsentFiveTimes() throws {
    let items = try Dossier().items()
    #expect(items.allSatisfy { $0.completeness.word == "absent" })
  }
}
