package import Vocabulary

/// Findings as GitHub's workflow commands, which the runner turns into annotations of the lines concerned.
package enum GitHubAnnotations {
  /// One command a finding, those that are ruled out left out; each a line without its end.
  ///
  /// - Parameters:
  ///   - findings: The findings.
  ///   - root: Where locators start, and the repository's root.
  /// - Returns: The commands, in the order of the findings.
  package static func lines(_ findings: [Finding], in root: ReportRoot = ReportRoot()) -> [String] {
    findings.filter { $0.status != .ruledOut }.map { finding in
      let command =
        switch finding.severity {
        case .critical: "error"
        case .warning: "warning"
        case .info: "notice"
        }
      var properties: [String] = []
      if let place = finding.places(in: root).first {
        properties.append("file=\(property(place.path))")
        if let line = place.line { properties.append("line=\(line)") }
        if let column = place.column { properties.append("col=\(column)") }
      }
      let title = [finding.code.rawValue, finding.code.title].compactMap(\.self).joined(separator: " ")
      properties.append("title=\(property(title))")
      let text = [finding.summary, finding.remedy.summary].filter { !$0.isEmpty }.joined(separator: "\n")
      return "::\(command) \(properties.joined(separator: ","))::\(data(text.withoutRunnerCommands()))"
    }
  }

  /// A text as a command's data: with it no line of a report can be another command.
  package static func data(_ text: some StringProtocol) -> String {
    escape(text, "%\r\n")
  }

  /// A text as a command's property.
  package static func property(_ text: some StringProtocol) -> String {
    escape(text, "%\r\n:,")
  }

  private static func escape(_ text: some StringProtocol, _ characters: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      guard characters.unicodeScalars.contains(scalar) else {
        result.unicodeScalars.append(scalar)
        continue
      }
      let digits = String(scalar.value, radix: 16, uppercase: true)
      result += "%" + (digits.count < 2 ? "0" : "") + digits
    }
    return result
  }
}
