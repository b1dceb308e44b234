import Cutover
import Documents
import Journal
import Machine
import TestSupport
import Testing
import Vocabulary

/// `sluice runs` on a home of recorded journals, as a person or a pipeline calls it.
struct RunsTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (place, name) in ["passed", "quiet", "cut"].enumerated() {
      let path = "\(folder.path)/.sluice/runs/2026112\(place)-000000-000-\(name)"
      try Files.makeDirectory(path)
      let bytes = try Files.read("\(Fixtures.folder)/journals/\(name).ndjson", limit: 1 << 24)
      try Files.write(bytes, to: "\(path)/journal.ndjson", durably: false)
    }
  }

  private func runs(_ arguments: String...) async throws -> CompletedRun {
    try await Invocation(
      ["\(Products.folder)/sluice", "runs"] + arguments, environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"],
      directory: folder.path
    ).run(within: .seconds(60) * Patience.factor)
  }

  private func ids() throws -> [String] { try Files.list("\(folder.path)/.sluice/runs").sorted() }

  @Test func wholeChainsAreSaidToBeSo() async throws {
    let run = try await runs("verify")
    #expect(run.end == .exited(0), "\(run.errorText)")
    #expect(run.text.split(separator: "\n").count == 3 && run.text.contains(": whole, "), "\(run.text)")
  }

  @Test(arguments: ["changed", "taken out", "exchanged", "torn"])
  func whatWasDoneToAJournalIsNamedWithItsLine(_ damage: String) async throws {
    let path = "\(folder.path)/.sluice/runs/20261120-000000-000-passed/journal.ndjson"
    let text = String(decoding: try Files.read(path, limit: 1 << 24), as: UTF8.self)
    var lines = text.split(separator: "\n").map(String.init)
    switch damage {
    case "changed": lines[6].replace("\"", with: "'", maxReplacements: 9)
    case "taken out": lines.remove(at: 6)
    case "exchanged": lines.swapAt(6, 7)
    default: lines[lines.count - 1].removeLast(5)
    }
    let end = damage == "torn" ? "" : "\n"
    try Files.write(Array((lines.joined(separator: "\n") + end).utf8), to: path)
    let run = try await runs("verify", "20261120")
    if damage == "torn" {
      #expect(run.end == .exited(0) && run.text.contains("line \(lines.count) is torn"), "\(run.text)")
    } else {
      #expect(run.end == .exited(65) && run.text.contains("line 7"), "\(run.text)")
    }
    let json = try JSON.parse(try await runs("verify", "--format", "json").output, file: "verify")
    #expect(json["checks"]?.sequence?.count == 3)
  }

  @Test func theAuditTrailIsOneObjectALineOldestFirst() async throws {
    let run = try await runs("export", "--out", "audit.jsonl")
    #expect(run.end == .exited(0) && run.text.isEmpty, "\(run.errorText)")
    let text = String(decoding: try Files.read(folder.file("audit.jsonl"), limit: 1 << 20), as: UTF8.self)
    let records = try text.split(separator: "\n").map { try JSON.parse(Array($0.utf8), file: "audit") }
    #expect(
      records.compactMap { $0["event"]?.text } == [
        "rehearsal.started", "rehearsal.drain_started", "rehearsal.completed", "rehearsal.started",
        "rehearsal.drain_started", "rehearsal.completed", "verification.started", "verification.completed",
      ])
    #expect(records.allSatisfy { $0["schema"]?.text == "sluice.audit/1" && $0["host"] != nil && $0["at"] != nil })
    #expect(try await runs("export", "--since", "2099-01-01T00:00:00Z").text.isEmpty)
  }

  @Test func twoRunsAreComparedAndWhatOneAloneFoundIsNamed() async throws {
    let text = try await runs("diff", "20261120", "20261122")
    #expect(text.end == .exited(0), "\(text.errorText)")
    #expect(text.text.contains("*  verdict") && text.text.contains("SES-001"), "\(text.text)")
    let json = try JSON.parse(try await runs("diff", "20261120", "20261122", "--format", "json").output, file: "diff")
    let verdict = try #require(json["rows"]?.sequence?.first { $0["name"]?.text == "verdict" })
    #expect(verdict["a"]?.text == "passed" && verdict["b"]?.text == "failed" && verdict["differs"]?.boolean == true)
    let same = try JSON.parse(try await runs("diff", "20261120", "20261120", "--format", "json").output, file: "diff")
    #expect(same["rows"]?.sequence?.allSatisfy { $0["differs"]?.boolean == false } == true)
  }

  @Test func pruningAsksAndNeverTakesARunThatGoesOn() async throws {
    let refused = try await runs("prune", "--keep", "0")
    #expect(refused.end == .exited(64) && refused.errorText.contains("--yes"), "\(refused.errorText)")
    #expect(try await runs("prune").end == .exited(64))
    let dry = try await runs("prune", "--keep", "1", "--dry-run")
    #expect(dry.end == .exited(0) && dry.text.split(separator: "\n").count == 2, "\(dry.text)")
    #expect(try ids().count == 3)
    let live = try await JournalWriter(
      RunFolder(id: "x", path: "\(folder.path)/.sluice/runs/20261121-000000-000-quiet"))
    let run = try await runs("prune", "--keep", "1", "--older-than", "1s", "--yes", "--format", "json")
    #expect(run.end == .exited(0), "\(run.errorText)")
    #expect(try ids() == ["20261121-000000-000-quiet", "20261122-000000-000-cut"])
    withExtendedLifetime(live) {}
  }

  @Test func theLastRolloutOfATargetAndTheLastThatPassedStay() async throws {
    let store = RunStore(home: "\(folder.path)/.sluice")
    var kept: [String] = []
    for (place, verdict) in [Assessment.Verdict.passed, .passed, .failed, .failed].enumerated() {
      let run = try store.create(at: Timestamp(milliseconds: 1_700_000_000_000 + Int64(place) * 60_000))
      let writer = try await JournalWriter(run)
      try await writer.append(.runStarted(RunStarted(run: run.id, target: "k", command: ["deploy"], host: "h")))
      try await writer.append(
        .runFinished(RunFinished(verdict: verdict, exitStatus: .passed, at: Timestamp(milliseconds: 0))))
      if [1, 3].contains(place) { kept.append(run.id.rawValue) }
    }
    let run = try await runs("prune", "--keep", "0", "--yes", "--target", "k", "--config", "none.yaml")
    // Without a configuration the home is that of the folder, and the named one is missing.
    #expect(run.end != .exited(0))
    let done = try await runs("prune", "--keep", "0", "--yes", "--target", "k")
    #expect(done.end == .exited(0), "\(done.errorText)")
    #expect(try ids().filter { $0.hasPrefix("2023") } == kept)
    #expect(try ids().count == 5)
  }

  @Test func waitingForARunEndsWithItsStatusAndItsVerdict() async throws {
    let failed = try await runs("wait", "20261122", "--format", "json")
    #expect(failed.end == .exited(1), "\(failed.errorText)")
    #expect(try JSON.parse(failed.output, file: "wait")["verdict"]?.text == "failed")
    #expect(try await runs("wait", "20261120").end == .exited(0))
  }

  @Test func aRunThatGoesOnIsWaitedForAndOneThatWasCutOffIsNoVerdict() async throws {
    let store = RunStore(home: "\(folder.path)/.sluice")
    let run = try store.create(at: Timestamp(milliseconds: 1_700_000_000_000))
    var writer: JournalWriter? = try await JournalWriter(run)
    try await writer?.append(.runStarted(RunStarted(run: run.id, target: "k", command: ["deploy"], host: "h")))
    let waited = try await runs("wait", run.id.rawValue, "--timeout", "0s")
    #expect(waited.end == .exited(4) && waited.errorText.contains("goes on"), "\(waited.errorText)")
    writer = nil
    let cut = try await runs("wait", run.id.rawValue)
    #expect(cut.end == .exited(3) && cut.errorText.contains("--resume"), "\(cut.errorText)")
  }
}
