import Cutover
import Evidence
import Journal
import Preflight
import Terminal
import Vocabulary

extension RunHistory {
  /// The run as JUnit's XML: a case for each of the three conditions, each region's, each step and each finding.
  ///
  /// What does not hold fails; what nobody could see is an error, never passed.
  var junit: [UInt8] {
    let name = started.command.first ?? "run"
    var document = JUnitDocument("sluice \(name)")
    document.add(conditions)
    for region in assessment?.regions ?? [] {
      var suite = JUnitDocument.Suite("region \(region.name)", classname: "sluice.cutover.\(region.name)")
      for condition in region.conditions { suite.add(condition) }
      document.add(suite)
    }
    document.add(steps)
    var findings = JUnitDocument.Suite("findings", classname: "sluice.findings")
    for finding in assessment?.findings ?? [] where finding.status != .ruledOut {
      findings.add(finding, failOn: .critical)
    }
    document.add(findings)
    return document.bytes
  }

  private var conditions: JUnitDocument.Suite {
    var suite = JUnitDocument.Suite("cutover", classname: "sluice.cutover")
    guard let assessment else {
      suite.add("verdict", .unknown(type: "none", "the run ended before anything was watched"))
      return suite
    }
    for condition in assessment.shownConditions { suite.add(condition) }
    // All three can hold, and the run still have been interrupted or superseded.
    let title = "verdict of the \(assessment.kind.words) to \(assessment.incoming)"
    let took = (assessment.window.endedAt ?? lastRecordAt) - assessment.window.began
    switch assessment.verdict {
    case .passed: suite.add(title, .passed(assessment.reason), took: took)
    case .failed, .timedOut:
      let action = assessment.recommendedAction.map { [$0.summary, $0.command].compactMap(\.self) } ?? []
      suite.add(
        title,
        .failed(
          type: assessment.verdict.rawValue, message: assessment.reason,
          text: (["do now:"] + action).joined(separator: "\n")), took: took)
    case .inconclusive, .pending, .interrupted, .superseded:
      suite.add(title, .unknown(type: assessment.verdict.rawValue, assessment.reason), took: took)
    }
    return suite
  }

  private var steps: JUnitDocument.Suite {
    var suite = JUnitDocument.Suite("steps", classname: "sluice.step")
    var begins: [String: Timestamp] = [:]
    for record in records {
      switch record.event {
      case .stepStarted(let step): begins[step.name] = record.time
      case .stepFinished(let step):
        let took = begins.removeValue(forKey: step.name).map { record.time - $0 } ?? .zero
        suite.add(step.name, step.result, took: took)
      default: break
      }
    }
    for step in begins.keys.sorted() { suite.add(step, .unknown(type: "unfinished", "the run was cut off in it")) }
    return suite
  }
}

extension StepFinished {
  fileprivate var result: JUnitDocument.Result {
    switch outcome {
    case .passed: .passed(detail.isEmpty ? nil : detail)
    case .failed, .timedOut: .failed(type: outcome.rawValue, message: detail, text: detail)
    case .skipped: .skipped(detail)
    case .inconclusive, .interrupted: .unknown(type: outcome.rawValue, detail)
    }
  }
}

extension JUnitDocument.Suite {
  fileprivate mutating func add(_ condition: Assessment.Condition) {
    let title = "\(condition.id.letter) \(condition.title)"
    let evidence = condition.evidence.map { "\($0.source): \($0.excerpt)" }.joined(separator: "\n")
    switch condition.state {
    case .holds: add(title, .passed(condition.reason))
    case .failed, .timedOut:
      add(title, .failed(type: condition.state.rawValue, message: condition.reason, text: evidence))
    case .inconclusive, .pending: add(title, .unknown(type: condition.state.rawValue, condition.reason))
    }
  }
}
