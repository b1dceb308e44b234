import Logs
import Vocabulary

/// What the engine of a container says of its end, and of how long it would let a drain go on.
extension Opinion {
  mutating func judge(_ container: ContainerFacts, in file: CaseFile) {
    let worker = file.workers.first { container.log == $0.origin }
    judgeMemory(container)
    if !container.isAlive, container.exitCode == 137, !container.isOutOfMemory {
      judgeKill(container, worker)
    }
    judgeWindow(container, worker)
  }

  private mutating func judgeMemory(_ container: ContainerFacts) {
    guard container.isOutOfMemory else { return exclude("RUN-004", "the engine saw no want of memory") }
    let isGone = container.exitCode.map { $0 != 0 } ?? false
    let limit = container.memoryLimit.map { " (its limit is \($0 >> 20) MiB)" } ?? ""
    add(
      Finding(
        code: "RUN-005", status: .confirmed, severity: .critical,
        summary: isGone
          ? "the kernel killed container \(container.name) for want of memory\(limit)"
          : "the kernel killed a process of container \(container.name) for want of memory\(limit)",
        cause: isGone ? "every session that it had was cut" : "the session of that process was cut; the others go on",
        evidence: [evidence(container, "OOMKilled true, \(ending(container))", at: container.finishedAt)],
        remedy: "raise the container's memory limit or serve fewer sessions in it, and look for the leak"))
  }

  /// An end by SIGKILL.
  private mutating func judgeKill(_ container: ContainerFacts, _ worker: WorkerStory?) {
    let seen = evidence(container, ending(container), at: container.finishedAt)
    if let told = worker?.drain.begun {
      let waited = container.finishedAt.flatMap { end in told.at.map { (end - $0).seconds } }
      let isDeadline = waited.map { abs($0 - container.stopTimeoutSeconds) < 3 } ?? false
      let time = waited.map { " \(Duration.seconds($0.rounded()).text) after it had begun to drain" } ?? " in its drain"
      let open = worker?.jobs.filter(\.isOpen).count ?? 0
      return add(
        Finding(
          code: "DRN-001", status: .confirmed, severity: .critical,
          summary: "container \(container.name) was killed\(time)"
            + (open > 0 ? ", with \(open) session\(open == 1 ? "" : "s") that had not ended" : ""),
          cause: isDeadline
            ? "its stop timeout is \(Duration.seconds(container.stopTimeoutSeconds).text), and its sessions were longer"
            : "somebody did not wait for it: a shorter 'docker stop -t', or a kill",
          evidence: [seen, Evidence(told, logs)],
          remedy: Finding.Remedy(
            "give it the time that its longest session needs: --stop-timeout, or stop_grace_period of compose",
            commands: ["sluice check drain-window"])))
    }
    // What never said that it serves tells nothing of signals.
    guard let worker, let serving = worker.registrations.last?.mention else { return }
    let line = container.command.joined(separator: " ")
    let isWrapped = Self.isShell(line)
    add(
      Finding(
        code: isWrapped ? "SIG-001" : "RUN-005", status: .suspected, severity: .critical,
        summary: isWrapped
          ? "container \(container.name) was killed, and its agent had heard of no stop signal: a shell is its process 1"
          : "container \(container.name) was killed from outside, and its agent had heard of no stop signal",
        cause: isWrapped
          ? "process 1 is '\(String(line.prefix(200)))', which does not pass SIGTERM on unless it execs" : nil,
        evidence: [seen, Evidence(serving, logs)],
        remedy: isWrapped
          ? Finding.Remedy(
            "exec the agent in the wrapper, or use the exec form of CMD", commands: ["sluice check signals"])
          : "look for who did: 'docker kill', 'docker rm -f', a machine that went down"))
  }

  /// The engine's time for a stop, and the agent's.
  private mutating func judgeWindow(_ container: ContainerFacts, _ worker: WorkerStory?) {
    guard container.isAlive, let worker else { return }
    let known = worker.sdkVersion.flatMap { SDKVersion($0) }.map(\.defaultDrainTimeout.seconds)
    guard let own = worker.drain.limitSeconds ?? known, own == 0 || own > container.stopTimeoutSeconds else { return }
    let whose =
      worker.drain.limitSeconds == nil ? "the default of livekit-agents \(worker.sdkVersion ?? "")" : "its log"
    add(
      Finding(
        code: "DRN-001", status: .suspected, severity: .warning,
        summary: "'docker stop' kills container \(container.name) "
          + (container.stopTimeoutSeconds == 0
            ? "at once, with every call"
            : "after \(Duration.seconds(container.stopTimeoutSeconds).text), with every call that is longer"),
        cause: "its agent would drain \(own == 0 ? "without limit" : "for \(Duration.seconds(own).text)") (\(whose)), "
          + "and its stop timeout is shorter",
        evidence: [
          evidence(
            container, "stop timeout \(Duration.seconds(container.stopTimeoutSeconds).text), \(container.stopSignal)",
            at: container.startedAt)
        ],
        remedy: Finding.Remedy(
          "start it with --stop-timeout, or stop_grace_period of compose, as long as its agent drains",
          commands: ["sluice check drain-window"])))
  }

  private func ending(_ container: ContainerFacts) -> String {
    guard let code = container.exitCode else { return container.status }
    return "\(container.status), exit code \(code)" + (code == 137 ? " (SIGKILL)" : code == 143 ? " (SIGTERM)" : "")
  }

  private func evidence(_ container: ContainerFacts, _ words: String, at: Timestamp?) -> Evidence {
    Evidence(source: SourceID(container.source), locator: container.name, at: at, excerpt: words.harmless)
  }
}
