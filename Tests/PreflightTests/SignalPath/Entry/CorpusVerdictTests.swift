import Documents
import TestSupport
import Testing

@testable import Preflight

/// From the files of a case to its verdict, as the command does it; `unknown` is wrong.
struct CorpusVerdictTests {
  @Test(.enabled(if: SignalCorpus.folder != nil, "SLUICE_CORPUS names no corpus"))
  func everyCaseGetsItsVerdict() throws {
    var wrong: [String] = []
    // Its agent has no handlers because of a variable that only the capture's own stand-in for an agent reads.
    for example in SignalCorpus.cases where example.id != "a73-nohandlers-node" {
      var files = EntryFiles()
      files.dockerfile = example.folder + "/Dockerfile"
      let report = try SignalReport.judge(files, in: example.folder, programs: Programs())
      let truth = try #require(example.index["truth"])
      let kind = truth["pid1"]?.string == "never_starts" ? "never-starts" : truth["pid1"]?.string
      // What drained a short session and cut a long one is cut by a deadline in between.
      let wanted = truth["drains"]?.boolean == true ? "drains" : kind == "drains" ? "aborts" : kind
      if report.verdict.outcome.rawValue != wanted {
        wrong.append("\(example.id): \(wanted ?? "?"), not \(report.verdict.outcome.rawValue)")
      }
      // A corrected line is shown only where it helps.
      if report.verdict.outcome == .drains { #expect(report.correction == nil) }
    }
    #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
  }
}
