package import Cutover
import Vocabulary

/// The end of a run as text on standard output: the verdict first, all that it rests on, what to do now, and the verdict last.
package enum ReportText {
  /// The report of an assessment; no line feed at the end.
  ///
  /// No line is wider than the width (widths below 24 are taken as 24) but the recommended command, which is never broken, so
  /// that it can be copied. The last line is `verdict: ` and the verdict's word as machine output has it, never coloured.
  package static func render(_ assessment: Assessment, style: TextStyle, width: Int) -> String {
    let page = ReportPage(assessment: assessment, width: max(24, width), style: style)
    let sections = page.sections.filter { !$0.isEmpty }
    let body = sections.joined(separator: [Line.empty]).map { $0.trimmed.rendered(style) }
    return (body + ["", "verdict: \(assessment.verdict.rawValue)"]).joined(separator: "\n")
  }
}
