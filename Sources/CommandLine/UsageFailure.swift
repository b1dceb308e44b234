package import Vocabulary

/// One thing that is wrong with a command line.
package struct UsageProblem: Sendable, Hashable {
  /// What is wrong; text from the line is in single quotes and harmless.
  package let what: String
  /// Why, where the words do not say it.
  package let why: String?
  /// What to type instead.
  package let remedy: String?

  init(_ what: String, why: String? = nil, remedy: String? = nil) {
    self.what = what
    self.why = why
    self.remedy = remedy
  }
}

/// A command line that cannot be understood: all its problems, in the order of the line, missing things last.
package struct UsageFailure: Failure, Hashable {
  /// The problems; never empty.
  package let problems: [UsageProblem]
  /// The command line that shows how it is meant: `sluice deploy --help`.
  package let help: String

  package var what: String { problems.map(\.what).joined(separator: "; ") }
  package var why: String? { problems.count == 1 ? problems.first?.why : nil }
  package var remedy: String? { problems.count == 1 ? remedy(of: problems[0], isLast: true) : "'\(help)'" }
  package var exitStatus: ExitStatus { .usage }

  /// Each problem on lines of its own: what, why, and what to try.
  package var description: String {
    problems.enumerated().flatMap { index, problem in
      [
        "error: \(problem.what)", problem.why.map { "because: \($0)" },
        remedy(of: problem, isLast: index == problems.count - 1).map { "try: \($0)" },
      ].compactMap { $0 }
    }.joined(separator: "\n")
  }

  private func remedy(of problem: UsageProblem, isLast: Bool) -> String? {
    guard isLast else { return problem.remedy }
    guard let remedy = problem.remedy else { return "'\(help)'" }
    return remedy + (remedy.hasSuffix("?") ? " " : "; ") + "see '\(help)'"
  }
}

extension StringProtocol {
  /// The text in single quotes, harmless, and cut when it is longer than a line can bear.
  var quoted: String {
    let text = harmless
    return text.count <= 80 ? "'\(text)'" : "'\(text.prefix(60))…\(text.suffix(19))'"
  }
}
