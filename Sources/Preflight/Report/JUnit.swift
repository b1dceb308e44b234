package import Vocabulary

extension CheckReport {
  /// The report as JUnit's XML: a suite for each check, a case for its answer and one for each finding.
  ///
  /// A finding that the severity includes is a failure; another is a case that passed with its text. What was not
  /// looked at is skipped, and what saw too little is an error: neither counts as passed.
  package func junit(failOn severity: FailOn) -> [UInt8] {
    var document = JUnitDocument("sluice check")
    for entry in entries {
      var suite = JUnitDocument.Suite(entry.id, classname: "sluice.check.\(entry.id)")
      switch entry.result.status {
      case .passed, .problems: suite.add(entry.title, .passed())
      case .notChecked(let reason): suite.add(entry.title, .skipped(reason))
      case .inconclusive(let reason): suite.add(entry.title, .unknown(type: "inconclusive", reason))
      }
      for finding in entry.result.findings where finding.status != .ruledOut { suite.add(finding, failOn: severity) }
      document.add(suite)
    }
    return document.bytes
  }
}

extension JUnitDocument.Suite {
  /// Adds a finding: a failure where the severity includes it, else a case that passed with its text.
  package mutating func add(_ finding: Finding, failOn severity: FailOn) {
    let evidence = finding.evidence.map { [$0.locator, $0.excerpt].compactMap(\.self).joined(separator: ": ") }
    let text = (evidence + ["try: \(finding.remedy.summary)"]).joined(separator: "\n")
    let isFailure = severity.includes(finding)
    add(
      "\(finding.code) \(finding.summary)",
      isFailure ? .failed(type: finding.code.rawValue, message: finding.summary, text: text) : .passed(text))
  }
}
