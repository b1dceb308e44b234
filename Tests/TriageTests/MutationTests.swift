import Machine
import TestSupport
import Testing
import Triage
import Vocabulary

/// The same scenarios as somebody else would hand them over.
struct MutationTests {
  private static let scenarios = WorkerRuleTests.scenarios

  private static func lines(_ name: String) throws -> [String] { try Corpus.lines("livekit-logs/\(name).jsonl") }

  /// Two workers that have nothing to do with the one that is looked at, and are well.
  private static func healthy() throws -> [[String]] {
    [
      LogMutation.renamed(try lines("normal-drain"), "b"), LogMutation.renamed(try lines("sigint-drain"), "c"),
    ]
  }

  private static func diagnosis(_ files: [[String]]) async throws -> Diagnosis {
    let folder = try TemporaryFolder()
    var paths: [String] = []
    for (index, lines) in files.enumerated() {
      paths.append(try folder.write(lines.joined(separator: "\n") + "\n", to: "log-\(index)"))
    }
    return Diagnosis(of: try await LogGathering.read(paths, in: folder.path))
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)), arguments: LogMutation.allCases)
  func theRootCauseStaysFirst(mutation: LogMutation) async throws {
    for scenario in Self.scenarios {
      let lines = try Self.lines(scenario.name)
      guard mutation.isFair(to: lines) else { continue }
      let diagnosis = try await Self.diagnosis([mutation.apply(lines, healthy: try Self.healthy())])
      let found = diagnosis.findings.filter { $0.severity != .info || scenario.codes.contains($0.code.rawValue) }
      let told = "\(scenario.name): \(diagnosis.findings.map { "\($0.code.rawValue) \($0.severity) \($0.summary)" })"
      #expect(found.first?.code.rawValue == scenario.codes.first, "\(told)")
      #expect(found.allSatisfy { scenario.codes.contains($0.code.rawValue) }, "\(told)")
    }
  }

  /// What a beginning alone truly shows: the drain's limit was reached (by what, the rest says), memory was high.
  private static let partly = ["job-loop-blocked": "DRN-001", "memory-limit-kill": "RUN-003"]

  /// A part of a log may not show the cause: then it is said what is missing, and nothing else is blamed.
  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)), arguments: [true, false])
  func aPartOfALogBlamesNothingElse(isBeginning: Bool) async throws {
    for scenario in Self.scenarios {
      let lines = try Self.lines(scenario.name)
      let third = lines.count / 3
      let part = Array(isBeginning ? lines.dropLast(third) : lines.dropFirst(third))
      let diagnosis = try await Self.diagnosis([part])
      let found = diagnosis.findings.filter { $0.severity != .info }
      let told = "\(scenario.name): \(diagnosis.findings.map { "\($0.code.rawValue) \($0.severity) \($0.summary)" })"
      let allowed = scenario.codes + [Self.partly[scenario.name]].compactMap { $0 }
      #expect(found.allSatisfy { allowed.contains($0.code.rawValue) }, "\(told)")
      let whole = diagnosis.findings.contains { $0.code.rawValue == scenario.codes.first }
      #expect(scenario.codes.isEmpty || whole || diagnosis.notLookedAt.count > 1, "\(told) \(diagnosis.notLookedAt)")
    }
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)), arguments: CorpusTests.folders)
  func theOrderOfFilesAndLinesDecidesNothing(name: String, codes: [String]) async throws {
    let files = try CorpusTests.logs(of: name).map { try Corpus.lines($0) }
    for order in [Array(files.reversed()), files.map { Array($0.reversed()) }] {
      let diagnosis = try await Self.diagnosis(order)
      let found = diagnosis.findings.filter { $0.severity != .info || codes.contains($0.code.rawValue) }
      let told = "\(diagnosis.findings.map { "\($0.code.rawValue) \($0.severity) \($0.summary)" })"
      #expect(found.first?.code.rawValue == codes.first, "\(told)")
      #expect(found.allSatisfy { codes.contains($0.code.rawValue) }, "\(told)")
    }
  }
}
