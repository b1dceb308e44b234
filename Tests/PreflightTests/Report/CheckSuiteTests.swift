import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Preflight

struct CheckSuiteTests {
  private struct Fixed: Check {
    let id: String
    let title = "A question?"
    let answer: @Sendable () async throws -> CheckResult
    func run(in context: CheckContext) async throws -> CheckResult { try await answer() }
  }

  private let context = CheckContext(directory: "/", root: "/")

  static func finding(_ severity: Finding.Severity, _ status: Finding.Status = .confirmed) -> Finding {
    Finding(
      code: "CLK-001", status: status, severity: severity, summary: "a \"clock\" <binds> & more",
      evidence: [Evidence(source: "x", locator: "a b/agent.py:14:3", at: nil, excerpt: "drain")], remedy: "raise it")
  }

  @Test func answersStandInTheOrderOfTheChecksHoweverLongEachTakes() async throws {
    let gate = AsyncStream<Void>.makeStream()
    let checks: [any Check] = [
      Fixed(id: "slow") {
        for await _ in gate.stream { break }
        return CheckResult(.passed)
      },
      Fixed(id: "quick") {
        gate.continuation.yield()
        return CheckResult(.notChecked("nothing there"))
      },
    ]
    let report = try await CheckSuite.run(checks, in: context, atOnce: 2)
    #expect(report.entries.map(\.id) == ["slow", "quick"])
  }

  @Test func oneThatThrowsOrNeverEndsIsInconclusiveAndKeepsNobodyElse() async throws {
    let checks: [any Check] = [
      Fixed(id: "throws") { throw DeadlineExceeded(limit: .seconds(1)) },
      Fixed(id: "hangs") {
        try await Task.sleep(for: .seconds(3_600))
        return CheckResult(.passed)
      },
      Fixed(id: "passes") { CheckResult(.passed) },
    ]
    let report = try await CheckSuite.run(checks, in: context, atOnce: 1, within: .milliseconds(50))
    #expect(report.entries.map(\.result.status.word) == ["inconclusive", "inconclusive", "passed"])
    #expect(report.exitStatus(failOn: .critical) == .inconclusive)
  }

  @Test func noMoreRunBesideEachOtherThanAreAllowed() async throws {
    let running = Locked((now: 0, most: 0))
    let checks = (0..<12).map { number in
      Fixed(id: "\(number)") {
        running.withLock { state in
          state.now += 1
          state.most = max(state.most, state.now)
        }
        await Task.yield()
        running.withLock { $0.now -= 1 }
        return CheckResult(.passed)
      }
    }
    _ = try await CheckSuite.run(checks, in: context, atOnce: 3)
    #expect(running.withLock { $0.most } <= 3)
  }

  @Test(arguments: [
    (Finding.Severity.critical, Finding.Status.confirmed, FailOn.critical, Vocabulary.ExitStatus.failed),
    (.warning, .confirmed, .critical, .passed), (.warning, .confirmed, .warning, .failed),
    (.critical, .ruledOut, .warning, .passed), (.critical, .confirmed, .never, .passed),
    (.info, .confirmed, .warning, .passed),
  ])
  func theSeverityDecidesTheExitStatus(
    _ severity: Finding.Severity, _ status: Finding.Status, _ failOn: FailOn, _ exit: Vocabulary.ExitStatus
  ) {
    let report = CheckReport(entries: [
      .init(id: "x", title: "X?", result: CheckResult(findings: [Self.finding(severity, status)]))
    ])
    #expect(report.exitStatus(failOn: failOn) == exit)
  }

  @Test func whatWasNotLookedAtNeverPasses() {
    let report = CheckReport(entries: [.init(id: "x", title: "X?", result: CheckResult(.notChecked("no file")))])
    #expect(report.status == "not-checked" && report.exitStatus(failOn: .critical) == .passed)
  }
}
