import Machine
import Redaction
import TestSupport
import Testing
import Triage
import Vocabulary

/// What is found in logs that were handed on through redaction, as a bundle holds them.
struct RedactedLogsTests {
  /// Every scenario of the recordings that is a log, or logs that belong together.
  static let scenarios: [[String]] = {
    guard let corpus = Corpus.folder else { return [] }
    var scenarios: [[String]] = []
    for folder in ["livekit-logs", "adk-logs", "openrtc-logs"] {
      let names = (try? Files.list("\(corpus)/\(folder)")) ?? []
      scenarios += names.sorted().filter { name in
        [".jsonl", ".log", ".console.txt", ".stderr"].contains { name.hasSuffix($0) }
      }.map { ["\(folder)/\($0)"] }
    }
    for folder in ((try? Files.list("\(corpus)/livekit-server")) ?? []).sorted() {
      let logs = (try? CorpusTests.logs(of: folder)) ?? []
      if !logs.isEmpty { scenarios.append(logs) }
    }
    return scenarios
  }()

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func redactionTakesNoRootCauseAway() async throws {
    let corpus = try #require(Corpus.folder)
    #expect(Self.scenarios.count > 100)
    let fresh = try Redactor()
    for scenario in Self.scenarios {
      let folder = try TemporaryFolder()
      // As in a bundle: what any file teaches is hidden in all of them.
      var redactor = fresh
      let files = try scenario.map { (name: $0, bytes: try Files.read("\(corpus)/\($0)", limit: 64 << 20)) }
      for file in files {
        var learner = redactor.learner(file.name)
        var unused: [UInt8] = []
        try learner.redact(file.bytes, into: &unused)
        try learner.finish(into: &unused)
        redactor.add(learner.names)
      }
      for file in files {
        let name = file.name.split(separator: "/").last.map(String.init) ?? file.name
        try Files.write(try redactor.redact(file.bytes, file: file.name).bytes, to: folder.file(name), durably: false)
      }
      let raw = try await CorpusTests.diagnosis(scenario)
      let names = scenario.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
      let redacted = Diagnosis(of: try await LogGathering.read(names, in: folder.path))
      #expect(Self.told(redacted) == Self.told(raw), "\(scenario)")
      #expect(redacted.findings.map(\.code) == raw.findings.map(\.code), "\(scenario)")
    }
  }

  /// The first finding, but for the names in its words.
  private static func told(_ diagnosis: Diagnosis) -> [String] {
    diagnosis.findings.prefix(1).map { "\($0.code) \($0.status) \($0.severity)" }
  }
}
