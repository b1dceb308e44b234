package import Vocabulary

/// An error as a person reads it: three lines, of which only the labels are coloured.
package enum FailureText {
  /// What happened, why, and what to do; no line feed at the end. Lines are not wrapped: a command in them can be copied.
  package static func render(_ failure: some Failure, style: TextStyle) -> String {
    var lines = [style.line("error:", .fail) + style.line(" \(failure.what)")]
    if let why = failure.why { lines.append(style.line("because:", .dim) + style.line(" \(why)")) }
    if let remedy = failure.remedy { lines.append(style.line("try:", .ok) + style.line(" \(remedy)")) }
    return lines.map { $0.rendered(style) }.joined(separator: "\n")
  }
}
