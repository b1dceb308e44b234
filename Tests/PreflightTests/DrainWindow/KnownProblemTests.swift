import Testing
import Vocabulary

@testable import Preflight

struct KnownProblemTests {
  private static let problems: [(String, [FindingCode])] = [
    ("1.8.9", []), ("1.8.0", []), ("1.7.1", ["SIG-010"]), ("1.5.2", ["SIG-010"]),
    ("1.5.1", ["SIG-010", "DRN-007"]), ("1.4.1", ["SIG-010", "RTE-002", "DRN-007"]),
    ("1.3.10", ["SIG-010", "RTE-002", "DRN-007", "INI-004"]),
    ("1.3.8", ["SIG-010", "RTE-002", "DRN-009", "DRN-007", "INI-004"]),
    ("1.3.9rc1", ["SIG-010", "RTE-002", "DRN-009", "DRN-007", "INI-004"]),
  ]

  @Test(arguments: problems)
  func aVersionOfPythonHasItsProblems(_ text: String, _ codes: [FindingCode]) throws {
    let version = try #require(PackageVersion(text))
    #expect(KnownProblem.of(.python, .exact(version)).map(\.code) == codes)
  }

  @Test func aVersionOfNodeHasItsOwn() {
    #expect(KnownProblem.of(.node, .exact("1.2.2")).map(\.code) == ["RTE-002", "DRN-004"])
    #expect(KnownProblem.of(.node, .exact("1.2.3")).map(\.code) == ["DRN-004"])
  }

  @Test func whatOnlyPartOfARangeHasIsUnknownAndWeighsLess() throws {
    let range = SDKVersionKnowledge.range(VersionRange(from: "1.2", below: "2"))
    let problem = try #require(KnownProblem.of(.python, range).first { $0.code == "RTE-002" })
    let open = problem.finding(range, evidence: [])
    #expect(open.status == .unknown && open.severity == .warning)
    let sure = problem.finding(.exact("1.4.1"), evidence: [])
    #expect(sure.status == .confirmed && sure.severity == .critical)
  }

  @Test(arguments: [
    ("1.0.20", [Duration.seconds(60)]), ("1.0.21", [.seconds(1_800)]), ("1.6.4", [.seconds(1_800)]),
    ("1.6.5rc1", [.seconds(1_800)]), ("1.6.5", [.seconds(3_600)]), ("1.8.9", [.seconds(3_600)]),
  ])
  func theDefaultTimeoutOfPythonFollowsTheVersion(_ text: String, _ limits: [Duration]) throws {
    let version = try #require(PackageVersion(text))
    #expect(AgentSDK.python.defaultTimeouts(.exact(version)).compactMap(\.limit) == limits)
  }

  @Test func aRangeOverAChangeHasBothDefaultsAndNodeHadNone() {
    #expect(AgentSDK.python.defaultTimeouts(.range(VersionRange(from: "1.2"))).count == 2)
    #expect(AgentSDK.node.defaultTimeouts(.exact("1.4.11")).map(\.limit) == [nil])
    #expect(AgentSDK.node.defaultTimeouts(.exact("1.5.0")).map(\.limit) == [.seconds(3_600)])
  }

  @Test func everyCodeOfTheTableIsInTheCatalogue() {
    for problem in KnownProblem.table { #expect(problem.code.title != nil, "\(problem.code)") }
  }
}
