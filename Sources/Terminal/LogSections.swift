import Vocabulary

/// How a pipeline's log is folded: the lines that begin and end a section, as each system publishes them.
package enum LogSections: Hashable, Sendable, CaseIterable {
  /// GitHub's workflow commands.
  case github
  /// GitLab's markers.
  case gitlab

  /// What runs the program, by the variables that such systems set; nil: neither of the two.
  package static func of(_ environment: [String: String]) -> LogSections? {
    if environment["GITHUB_ACTIONS"] == "true" { return .github }
    return environment["GITLAB_CI"] == "true" ? .gitlab : nil
  }

  /// The line that begins a section.
  func begin(_ name: String, at moment: Timestamp) -> String {
    switch self {
    case .github: WorkflowCommand("group", [], name).line
    case .gitlab: marker("start", name, at: moment) + name.harmless
    }
  }

  /// The line that ends it.
  func end(_ name: String, at moment: Timestamp) -> String {
    switch self {
    case .github: WorkflowCommand("endgroup", [], "").line
    case .gitlab: marker("end", name, at: moment)
    }
  }

  private func marker(_ kind: String, _ name: String, at moment: Timestamp) -> String {
    let id = String(
      name.unicodeScalars.map { $0.isASCII && ($0.properties.isAlphabetic || "0"..."9" ~= $0) ? Character($0) : "_" })
    return "\u{1B}[0Ksection_\(kind):\(moment.nanoseconds / 1_000_000_000):\(id)\r\u{1B}[0K"
  }
}
