import Logs
import Vocabulary

/// Tracebacks in logs that no worker writes into.
extension Opinion {
  mutating func judgeTracebacks(_ file: CaseFile) {
    // Standard errors of a worker whose own log is here are looked at with it.
    guard file.workers.isEmpty, file.webServers.isEmpty, let last = file.loose.last else { return }
    let status = file.notes.last { $0.kind == .ended && $0.mention.log == last.mentions.last.log }
    if status?.status == 0 { return }
    add(
      Finding(
        code: "SIG-006", status: status == nil ? .suspected : .confirmed, severity: .critical,
        summary: "the command ended with an exception before an agent started: \(last.cause)",
        evidence: ([last.mentions.last] + [status?.mention].compactMap { $0 }).map(evidence),
        remedy:
          "mend what the exception names (an import that fails, a package of another version); nothing of a worker was logged"
      ))
  }
}
