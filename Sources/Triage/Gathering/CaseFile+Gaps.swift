import Logs

extension CaseFile {
  /// Whether a worker's main process was seen alive.
  func isAlive(_ worker: WorkerStory) -> Bool {
    worker.pid.map { pid in
      trees.contains {
        $0.source == "/proc" && $0.processes.contains { ($0.innerPID ?? $0.pid) == pid && !$0.isZombie }
      }
    } ?? false
  }

  /// Whether nothing of an agent is in it.
  var isEmpty: Bool {
    workers.isEmpty && webServers.isEmpty && liveKit == nil && trees.isEmpty && containers.isEmpty && fleet == nil
      && run == nil
  }

  /// What was not looked at: what gathering said, and what nothing in the case is about.
  var missing: [Gap] {
    var missing = gaps
    if trees.isEmpty, containers.isEmpty, termTest == nil, run == nil || fleet != nil {
      missing.append(
        Gap(
          what: "processes and their signal masks", why: "logs do not show whether a stop signal reached the agent",
          remedy: "sluice triage --pid PID where the agent runs, or sluice check signals for the image"))
    }
    return missing
  }
}
