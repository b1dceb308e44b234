package import Vocabulary

/// Findings as GitHub's workflow commands, which the runner turns into annotations of the lines concerned.
package enum GitHubAnnotations {
  /// The commands as lines without their ends.
  package static func lines(_ findings: [Finding], in root: ReportRoot = ReportRoot()) -> [String] {
    commands(findings, in: root).map(\.line)
  }

  /// One command a finding, those that are ruled out left out.
  ///
  /// - Parameters:
  ///   - findings: The findings.
  ///   - root: Where locators start, and the repository's root.
  /// - Returns: The commands, in the order of the findings.
  package static func commands(_ findings: [Finding], in root: ReportRoot = ReportRoot()) -> [WorkflowCommand] {
    findings.filter { $0.status != .ruledOut }.map { finding in
      let command =
        switch finding.severity {
        case .critical: "error"
        case .warning: "warning"
        case .info: "notice"
        }
      var properties: [(name: String, value: String)] = []
      if let place = finding.places(in: root).first {
        properties.append(("file", place.path))
        if let line = place.line { properties.append(("line", "\(line)")) }
        if let column = place.column { properties.append(("col", "\(column)")) }
      }
      properties.append(
        ("title", [finding.code.rawValue, finding.code.title].compactMap(\.self).joined(separator: " ")))
      let text = [finding.summary, finding.remedy.summary].filter { !$0.isEmpty }.joined(separator: "\n")
      return WorkflowCommand(command, properties, text)
    }
  }
}
