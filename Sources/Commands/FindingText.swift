import Terminal
import Vocabulary

/// A finding as people read it: what, why, what shows it, what to try.
struct FindingText {
  let width: Int
  let style: TextStyle

  /// The finding; no line feed at the end.
  func text(_ finding: Finding) -> String {
    let tone: TextStyle.Tone =
      switch finding.severity {
      case .critical: .fail
      case .warning: .warn
      case .info: .plain
      }
    let status = finding.status == .confirmed ? "" : " (\(finding.status.rawValue))"
    var parts = [wrap("\(finding.code) \(finding.severity.rawValue)\(status): \(finding.summary)", tone)]
    if let cause = finding.cause { parts.append(wrap("because \(cause)", indent: 2)) }
    for evidence in finding.evidence {
      parts.append(
        wrap([evidence.locator, evidence.excerpt].compactMap(\.self).joined(separator: "  "), .dim, indent: 2))
    }
    if !finding.remedy.summary.isEmpty { parts.append(wrap("try: \(finding.remedy.summary)", indent: 2)) }
    // A command is never broken, so that it can be copied.
    return (parts + finding.remedy.commands.map { "    \($0.harmless)" }).joined(separator: "\n")
  }

  /// Text that is broken at the width.
  func wrap(_ text: String, _ tone: TextStyle.Tone = .plain, indent: Int = 0) -> String {
    Table([.init("", .text())], rows: [.init([.init(text, tone)])], indent: indent, header: .hidden)
      .render(width: width, style: style)
  }
}
