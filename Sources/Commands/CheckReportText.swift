import Preflight
import Terminal
import Vocabulary

/// A report of checks as text: problems first, then what was not looked at and why, then the rest.
struct CheckReportText {
  let report: CheckReport
  let width: Int
  /// How wide drawings are: they get no better by much width.
  let drawingWidth: Int
  let style: TextStyle

  /// The report; no line feed at the end.
  var text: String {
    let sections = report.entries.count == 1 ? single(report.entries[0]) : several
    return sections.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  private func single(_ entry: CheckReport.Entry) -> [String] {
    var sections = [lines(entry.result.lines)]
    if case .notChecked(let reason) = entry.result.status {
      sections.insert(wrap("not checked: \(reason)", .warn), at: 0)
    }
    let isSaid = entry.result.lines.contains { line in
      if case .inconclusive(let reason) = entry.result.status, case .text(let text) = line {
        text.contains(reason.harmless)
      } else {
        false
      }
    }
    if case .inconclusive(let reason) = entry.result.status, !isSaid {
      sections.append(wrap("inconclusive: \(reason)", .warn))
    }
    return sections + CheckReportText.sorted(entry.result.findings).map { finding($0) }
  }

  private var several: [String] {
    var sections: [String] = []
    let problems = report.entries.flatMap { entry in entry.result.findings.filter(\.isProblem).map { (entry.id, $0) } }
    let notes = report.findings.filter { !$0.isProblem && $0.status != .ruledOut }
    for problem in CheckReportText.sorted(problems.map(\.1)) { sections.append(finding(problem)) }
    let rows = report.entries.map { entry -> Table.Row in
      let status = entry.result.status
      return Table.Row([
        Table.Cell(status.word, CheckReportText.tone(status)), Table.Cell(entry.id),
        Table.Cell(summary(of: entry)),
      ])
    }
    // What was not looked at stands before what was, and never looks like it.
    let order = ["problems", "not-checked", "inconclusive", "passed"]
    let sorted = order.flatMap { word in rows.filter { $0.cells[0].text == word } }
    sections.append(
      Table([.init("answer", .identifier), .init("check", .identifier), .init("what", .text())], rows: sorted)
        .render(width: width, style: style))
    for note in notes { sections.append(finding(note)) }
    sections.append(wrap(total(problems.map(\.1)), problems.isEmpty ? .plain : .bold))
    return sections
  }

  private func summary(of entry: CheckReport.Entry) -> String {
    if let reason = entry.result.status.reason { return reason }
    let problems = entry.result.findings.count(where: \.isProblem)
    let first = entry.result.lines.lazy.compactMap { if case .text(let text) = $0 { text } else { nil } }.first
    return [problems > 0 ? "\(problems) problem\(problems == 1 ? "" : "s")" : nil, first].compactMap(\.self)
      .joined(separator: ": ")
  }

  private func total(_ problems: [Finding]) -> String {
    let critical = problems.count { $0.severity == .critical }
    let unseen = report.entries.count { $0.result.status.reason != nil }
    let found =
      problems.isEmpty
      ? "no problem found" : "\(problems.count) problem\(problems.count == 1 ? "" : "s"), \(critical) critical"
    return found + (unseen == 0 ? "" : "; \(unseen) of \(report.entries.count) checks could not answer")
  }

  // MARK: Parts

  private func lines(_ lines: [CheckLine]) -> String {
    lines.map { line in
      switch line {
      case .text(let text): return wrap(text)
      case .verbatim(let lines): return lines.map(\.harmless).joined(separator: "\n")
      case .chain(let drawing): return drawing.lines(width: drawingWidth).map(\.harmless).joined(separator: "\n")
      case .table(let table):
        let last = table.columns.count - 1
        let columns = table.columns.enumerated().map { place, title in
          Table.Column(title, place == 0 || place == last ? .text() : .text(minimum: 8))
        }
        let drawn = Table(columns, rows: table.rows.map { Table.Row($0.map { Table.Cell($0) }) }, indent: 2)
        return "\n" + drawn.render(width: width, style: style) + "\n"
      }
    }.joined(separator: "\n")
  }

  private func finding(_ finding: Finding) -> String { FindingText(width: width, style: style).text(finding) }

  private func wrap(_ text: String, _ tone: TextStyle.Tone = .plain, indent: Int = 0) -> String {
    FindingText(width: width, style: style).wrap(text, tone, indent: indent)
  }

  private static func sorted(_ findings: [Finding]) -> [Finding] {
    let order: [Finding.Severity] = [.critical, .warning, .info]
    return order.flatMap { severity in findings.filter { $0.severity == severity && $0.status != .ruledOut } }
  }

  private static func tone(_ status: CheckResult.Status) -> TextStyle.Tone {
    switch status {
    case .passed: .ok
    case .problems: .fail
    case .notChecked, .inconclusive: .warn
    }
  }
}
