package import Vocabulary
import Machine

/// Several checks run beside each other, and what they came to together.
package enum CheckSuite {
  /// Runs the checks, a few at a time, each within the limit; the report has them in the order that is given.
  ///
  /// One that throws or outlasts the limit is `inconclusive` with what it said: it never keeps the others from
  /// answering. Throws only when the task is cancelled.
  package static func run(
    _ checks: [any Check], in context: CheckContext, atOnce: Int = 4, within limit: Duration = .seconds(120)
  ) async throws -> CheckReport {
    var answers: [Int: CheckResult] = [:]
    await withTaskGroup(of: (Int, CheckResult).self) { group in
      for (number, check) in checks.enumerated() {
        if number >= atOnce, let (done, result) = await group.next() { answers[done] = result }
        group.addTask { (number, await answer(of: check, in: context, within: limit)) }
      }
      for await (done, result) in group { answers[done] = result }
    }
    try Task.checkCancellation()
    return CheckReport(
      entries: withoutEchoes(
        checks.enumerated().compactMap { number, check in
          answers[number].map { CheckReport.Entry(id: check.id, title: check.title, result: $0) }
        }))
  }

  /// One cause is one finding: what one check suspects and another has confirmed is left to the one that knows.
  private static func withoutEchoes(_ entries: [CheckReport.Entry]) -> [CheckReport.Entry] {
    entries.map { entry in
      let known = Set(
        entries.filter { $0.id != entry.id }.flatMap(\.result.findings).filter { $0.status == .confirmed }.map(\.code))
      var result = entry.result
      result.findings.removeAll { $0.status == .suspected && known.contains($0.code) }
      if result.status == .problems { result.status = CheckResult(findings: result.findings).status }
      return CheckReport.Entry(id: entry.id, title: entry.title, result: result)
    }
  }

  private static func answer(of check: any Check, in context: CheckContext, within limit: Duration) async -> CheckResult
  {
    do {
      return try await withDeadline(limit, clock: context.clock) { try await check.run(in: context) }
    } catch let failure as any Failure {
      return CheckResult(.inconclusive([failure.what, failure.why].compactMap { $0 }.joined(separator: ": ")))
    } catch {
      return CheckResult(.inconclusive("it was ended: \(error)".harmless))
    }
  }
}

/// What one or several checks came to; renderers and machine formats are made from it.
package struct CheckReport: Sendable {
  /// The checks in the order that they were asked for.
  package let entries: [Entry]

  /// A report of results.
  package init(entries: [Entry]) { self.entries = entries }

  /// One check and its answer.
  package struct Entry: Sendable {
    /// The check's id and title.
    package let id: String
    package let title: String
    /// Its answer.
    package let result: CheckResult

    /// A check's answer.
    package init(id: String, title: String, result: CheckResult) {
      self.id = id
      self.title = title
      self.result = result
    }
  }

  /// Every finding, in the order of the checks.
  package var findings: [Finding] { entries.flatMap(\.result.findings) }

  /// The exit status: failed where a finding reaches the severity, else inconclusive where a check was, else passed.
  ///
  /// A check that was not looked at decides nothing; the report names it.
  package func exitStatus(failOn severity: FailOn) -> ExitStatus {
    if findings.contains(where: { severity.includes($0) }) { return .failed }
    return entries.contains { if case .inconclusive = $0.result.status { true } else { false } }
      ? .inconclusive : .passed
  }
}

/// From which severity on a finding makes a check fail.
package enum FailOn: String, CaseIterable, Sendable {
  case critical, warning, never

  /// Whether the finding makes it fail; one that is ruled out never does.
  package func includes(_ finding: Finding) -> Bool {
    guard finding.status != .ruledOut else { return false }
    switch self {
    case .critical: return finding.severity == .critical
    case .warning: return finding.severity != .info
    case .never: return false
    }
  }
}
