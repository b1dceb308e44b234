import Testing
import Vocabulary

@testable import Preflight

struct StartupJudgementTests {
  private func figures(_ starts: [[Double]], failures: [Int: StartupFigures.Failure.Kind] = [:]) -> StartupFigures {
    StartupFigures(
      starts: starts.enumerated().map { number, seconds in
        var start = StartupFigures.Start(number: number + 1)
        start.initializedSeconds = seconds
        start.registeredSeconds = failures[number] == nil ? 2 : nil
        start.failures = failures[number].map { [StartupFigures.Failure($0, "said")] } ?? []
        return start
      })
  }

  @Test func noFailureInNStartsExcludesNoMoreThanThreeOverN() throws {
    for (starts, bound) in [(1, 1.0), (3, 1.0), (5, 0.6), (100, 0.03), (3_000, 0.001)] {
      let judgement = try #require(
        StartupJudgement(figures(Array(repeating: [0.5], count: starts)), goal: StartupGoal()))
      #expect(abs(judgement.failureChanceBelow - bound) < 1e-9)
      #expect(judgement.rate == (starts >= 3_000 ? .met : .notShown))
      #expect(judgement.startsToShow == 3_000 && judgement.limit == .met)
    }
  }

  /// Clopper and Pearson's one-sided bounds, summed exactly with 60 digits.
  @Test(arguments: [
    (1, 5, 0.65741, 0.01021), (2, 10, 0.50690, 0.03677), (5, 5, 1, 0.54928), (3, 1_000, 0.00773, 0.00082),
    (2_000, 5_000, 0.41154, 0.38855),
  ])
  func boundsWithFailuresAreTheExactOnes(failures: Int, trials: Int, upper: Double, lower: Double) {
    #expect(abs(Chance.upperBound(failures: failures, of: trials) - upper) < 2e-5)
    #expect(abs(Chance.lowerBound(failures: failures, of: trials) - lower) < 2e-5)
  }

  @Test func oneFailureInFiveMissesTheTarget() throws {
    let all = figures([[0.5], [0.5], [], [0.5], [0.5]], failures: [2: .timedOut])
    let judgement = try #require(StartupJudgement(all, goal: StartupGoal()))
    #expect(judgement.rate == .missed && judgement.failedStarts == 1)
    let finding = try #require(judgement.findings(all).first)
    #expect(finding.code == "INI-001" && finding.severity == .critical && finding.summary.contains("1 of 5 starts"))
  }

  @Test func aProcessBeyondTheTimeoutOrStillPendingIsAFailure() throws {
    var all = figures([[11], [0.5], [0.5]])
    all.starts[1].pending = 1
    #expect(StartupJudgement(all, goal: StartupGoal())?.failedStarts == 2)
  }

  @Test func theNinetyNinthOfFewIsTheLargest() throws {
    let seconds = (1...10).map { Double($0) / 10 }
    let judgement = try #require(StartupJudgement(figures([seconds]), goal: StartupGoal()))
    #expect(judgement.initialized?.p50 == 0.5 && judgement.initialized?.p99 == 1 && judgement.limit == .met)
    let many = (1...200).map { Double($0) / 100 }
    let other = try #require(StartupJudgement(figures([many]), goal: StartupGoal()))
    #expect(other.initialized?.p99 == 1.98 && other.limit == .missed)
    #expect(StartupJudgement(figures([[], []]), goal: StartupGoal())?.limit == .notShown)
    #expect(StartupJudgement(StartupFigures(), goal: StartupGoal()) == nil)
  }

  @Test func slowImportsAreNamedByPackage() throws {
    let imports = ImportTimes(
      """
      import time: self [us] | cumulative | imported package
      import time:       100 |        100 |     torch._C
      warning: something else
      import time:    900000 |    2900100 |   torch
      import time:     50000 |      50000 |   torch.nn
      import time:      1000 |       1000 | agents
      import time: broken
      """, totalSeconds: 3.1)
    #expect(imports.modules.map(\.name) == ["torch._C", "torch", "torch.nn", "agents"])
    #expect(imports.modules.map(\.depth) == [2, 1, 1, 0])
    #expect(imports.heaviest(3).map(\.name) == ["torch", "agents"])
    #expect(imports.slowest(1).map(\.selfSeconds) == [0.9])
    var all = figures([[3.4, 3.2]])
    all.imports = imports
    let finding = try #require(StartupJudgement(all, goal: StartupGoal())?.findings(all).first)
    #expect(finding.code == "INI-006" && finding.evidence.contains { $0.excerpt == "import torch: 2.90 s" })
  }

  @Test func whatTheSDKImportsIsNotTheAgents() {
    let imports = ImportTimes(
      """
      import time:    100000 |     100000 |     openai
      import time:    200000 |     300000 |   livekit.agents
      import time:     50000 |     350000 | livekit
      import time:    400000 |     400000 |   openai.types
      import time:     10000 |     410000 | helper
      """, totalSeconds: 1)
    let rest = imports.outsideSDK
    #expect(rest.modules.map(\.name) == ["openai.types", "helper"])
    #expect(abs((rest.totalSeconds ?? 0) - 0.65) < 1e-9)
  }

  @Test func figuresAreWrittenForPeople() {
    #expect(
      [0.0004, 0.085, 0.63, 2.9, 12, 140.4].map(StartupJudgement.text) == [
        "0 ms", "85 ms", "0.63 s", "2.90 s", "12 s", "140 s",
      ])
    #expect([0.6, 0.001, 1, 0.0577].map(StartupJudgement.percent) == ["60 %", "0.1 %", "100 %", "5.77 %"])
  }
}
