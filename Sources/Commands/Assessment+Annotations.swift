import Cutover
import Preflight
import Terminal
import Vocabulary

extension Assessment {
  /// What GitHub shows beside a workflow: the verdict unless it passed, the conditions that do not hold, and what was found.
  ///
  /// GitHub shows ten of a kind and step, so that which decides comes first.
  var annotations: [WorkflowCommand] {
    guard verdict != .passed else { return findingAnnotations }
    let level = [.failed, .timedOut].contains(verdict) ? "error" : "warning"
    let remedy = recommendedAction.map { ["do now: \($0.summary)", $0.command].compactMap(\.self) } ?? []
    let head = WorkflowCommand(
      level,
      [
        (
          "title",
          "\(kind.words)\(kind == .rehearsal ? "" : " of \(target.rawValue)") to \(incoming.rawValue): \(verdict.word)"
        )
      ],
      ([reason] + remedy).map(\.harmless).joined(separator: "\n"))
    let others = conditions.filter { $0.state != .holds }.map { condition in
      WorkflowCommand(
        [.failed, .timedOut].contains(condition.state) ? "error" : "warning",
        [("title", "\(condition.id.letter) \(condition.title): \(condition.state.word)")], condition.reason.harmless)
    }
    return [head] + others + findingAnnotations
  }

  private var findingAnnotations: [WorkflowCommand] {
    GitHubAnnotations.commands(findings.filter { $0.severity != .info })
  }
}
