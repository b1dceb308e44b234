import Logs
import TestSupport
import Testing
import Triage
import Vocabulary

struct WorkerRuleTests {
  /// What is found in logs that are given together.
  static func diagnosis(_ logs: [String: [String]]) -> Diagnosis {
    var stories = WorkerStories()
    let names = logs.keys.sorted()
    for (index, name) in names.enumerated() {
      for (number, text) in (logs[name] ?? []).enumerated() {
        let line = LogLine(Array(text.utf8))
        let mention = Mention(
          log: index, line: number + 1, at: line.at, localTime: line.localTime, excerpt: line.summary)
        stories.take(line, in: name, mention)
      }
    }
    return Diagnosis(
      of: CaseFile(
        logs: names.map { CaseFile.LogFile(name: $0, bytes: 0, lines: 0, hits: 0, cutLines: 0, failure: nil) },
        workers: stories.stories))
  }

  /// A scenario, and the codes that may be found; the first must be the first.
  static let scenarios: [(name: String, codes: [String])] = [
    ("normal-drain", []), ("normal-drain-debug-level", []), ("sigint-drain", []), ("wrapper-exec", []),
    ("prometheus", []), ("signal-masks-clean", []), ("cutover-two-workers.old", []), ("cutover-two-workers.new", []),
    ("load-full", ["RUN-001"]), ("reconnect-while-job-running", ["CON-005"]), ("connect-401", ["CON-002"]),
    ("port-in-use", ["CON-004"]), ("dev-mode-term", ["SIG-011"]), ("drain-timeout-exceeded", ["DRN-001"]),
    ("second-sigterm-during-drain", ["DRN-002"]), ("entrypoint-crash", ["RUN-006"]), ("init-raise", ["INI-002"]),
    ("init-timeout", ["INI-001"]), ("job-loop-blocked", ["RUN-002"]), ("job-never-shutdown", ["DRN-005"]),
    ("job-sigkill", ["RUN-005"]), ("memory-warn", ["RUN-003"]), ("memory-limit-kill", ["RUN-004"]),
    ("old/1.3.10/init-timeout-with-plugin", ["INI-001", "INI-004"]), ("old/1.4.6/normal-drain", []),
  ]

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)), arguments: scenarios)
  func aScenarioHasItsRootCauseFirstAndNothingUnjustified(name: String, codes: [String]) throws {
    let diagnosis = Self.diagnosis([name: try Corpus.lines("livekit-logs/\(name).jsonl")])
    let found = diagnosis.findings.filter { $0.severity != .info || codes.contains($0.code.rawValue) }
    #expect(found.first?.code.rawValue == codes.first, "\(diagnosis.summary)")
    #expect(found.allSatisfy { codes.contains($0.code.rawValue) }, "\(found.map { "\($0.code) \($0.summary)" })")
    for finding in found { #expect(!finding.evidence.isEmpty && finding.evidence.allSatisfy { $0.locator != nil }) }
  }
}
