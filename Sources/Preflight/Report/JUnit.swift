import Vocabulary

extension CheckReport {
  /// The report as JUnit's XML, which CI servers read: a suite for each check, a case for its answer and one for each
  /// finding.
  ///
  /// A finding that the severity includes is a failure; another is a case that passed with its text. What was not
  /// looked at is skipped, and what saw too little is an error: neither counts as passed.
  package func junit(failOn severity: FailOn) -> [UInt8] {
    let suites = entries.map { JUnitSuite($0, failOn: severity) }
    func sum(_ count: KeyPath<JUnitSuite, Int>) -> Int { suites.map { $0[keyPath: count] }.reduce(0, +) }
    // Readers know no 'skipped' of the whole.
    let counts = #"tests="\#(sum(\.tests))" failures="\#(sum(\.failures))" errors="\#(sum(\.errors))""#
    var text = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n"
    text += #"<testsuites name="sluice check" \#(counts)>"# + "\n"
    for suite in suites { text += suite.text }
    return Array((text + "</testsuites>\n").utf8)
  }
}

/// One check as a suite.
private struct JUnitSuite {
  private(set) var failures = 0
  private(set) var errors = 0
  private(set) var skipped = 0
  private(set) var tests = 0
  private let name: String
  private var cases = ""

  init(_ entry: CheckReport.Entry, failOn severity: FailOn) {
    name = entry.id
    switch entry.result.status {
    case .passed, .problems: add(entry.title, "")
    case .notChecked(let reason):
      skipped += 1
      add(entry.title, #"<skipped message="\#(JUnitSuite.escape(reason))"/>"#)
    case .inconclusive(let reason):
      errors += 1
      add(entry.title, #"<error type="inconclusive" message="\#(JUnitSuite.escape(reason))"/>"#)
    }
    for finding in entry.result.findings where finding.status != .ruledOut {
      let evidence = finding.evidence.map { [$0.locator, $0.excerpt].compactMap(\.self).joined(separator: ": ") }
      let text = JUnitSuite.escape((evidence + ["try: \(finding.remedy.summary)"]).joined(separator: "\n"))
      let title = "\(finding.code) \(finding.summary)"
      guard severity.includes(finding) else {
        add(title, "<system-out>\(text)</system-out>")
        continue
      }
      failures += 1
      let summary = JUnitSuite.escape(finding.summary)
      add(title, #"<failure type="\#(finding.code)" message="\#(summary)">\#(text)</failure>"#)
    }
  }

  private mutating func add(_ title: String, _ content: String) {
    tests += 1
    let head = #"    <testcase classname="sluice.check.\#(name)" name="\#(JUnitSuite.escape(title))" time="0""#
    cases += content.isEmpty ? "\(head)/>\n" : "\(head)>\(content)</testcase>\n"
  }

  var text: String {
    let counts = #"tests="\#(tests)" failures="\#(failures)" errors="\#(errors)" skipped="\#(skipped)""#
    return "  " + #"<testsuite name="\#(name)" \#(counts)>"# + "\n\(cases)  </testsuite>\n"
  }

  /// A text as XML's, which has no place for control characters.
  private static func escape(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(\.harmless).joined(separator: "\n")
    var result = ""
    for character in lines.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n": result += "&#10;"
      case "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
