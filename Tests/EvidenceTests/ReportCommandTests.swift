import Machine
import TestSupport
import Testing

/// `sluice runs report`, as it is called.
@Suite struct ReportCommandTests {
  private func report(_ arguments: [String], in folder: TemporaryFolder) async throws -> CompletedRun {
    try await Invocation(["\(Products.folder)/sluice", "runs", "report"] + arguments, directory: folder.path)
      .run(within: .seconds(60) * Patience.factor)
  }

  @Test func thePageIsWrittenBesideItsJournalAndItsPathIsPrinted() async throws {
    let folder = try TemporaryFolder()
    try Files.write(try RecordedJournal.passed.bytes(), to: folder.file("journal.ndjson"))
    let run = try await report(["./journal.ndjson"], in: folder)
    #expect(run.succeeded)
    #expect(run.text.hasSuffix("/report.html\n"))
    let page = String(decoding: try Files.read(folder.file("report.html"), limit: 1 << 22), as: UTF8.self)
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    #expect(Files.permissions(of: folder.file("report.html")) == 0o600)
    let piped = try await report(["./journal.ndjson", "--out", "-"], in: folder)
    #expect(piped.text == page)
  }

  @Test func aTornJournalGivesAPageAndAWarning() async throws {
    let folder = try TemporaryFolder()
    let bytes = try RecordedJournal.cut.bytes()
    try Files.write(Array(bytes.prefix(bytes.count / 2)), to: folder.file("journal.ndjson"))
    let run = try await report(["./journal.ndjson", "--format", "json"], in: folder)
    #expect(run.succeeded)
    #expect(run.errorText.contains("warning: line"))
    #expect(run.text.contains("\"schema\":\"sluice.report/1\""))
  }

  @Test func whatIsNoJournalGivesNoPage() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("hello\n", to: "journal.ndjson")
    let run = try await report([path], in: folder)
    #expect(run.end == .exited(65))
    #expect(Files.kind(of: folder.file("report.html")) == nil)
  }
}
