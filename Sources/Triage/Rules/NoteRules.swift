import Logs
import Preflight
import Vocabulary

/// What transcripts and records beside the logs show of a stop signal's way.
extension Opinion {
  mutating func judgeNotes(_ file: CaseFile) {
    for log in Set(file.notes.map(\.mention.log)).sorted() {
      let notes = file.notes.filter { $0.mention.log == log }
      for (index, note) in notes.enumerated() where note.kind == .signalled && Self.asksToStop(note) {
        judgeSignal(note, after: Array(notes[(index + 1)...]), notes, file)
      }
      judgeShells(notes, file)
    }
  }

  private static func asksToStop(_ note: Note) -> Bool { note.signal == "SIGTERM" || note.signal == "SIGINT" }

  /// A signal, and what the process did that it was sent to.
  private mutating func judgeSignal(_ signal: Note, after: [Note], _ notes: [Note], _ file: CaseFile) {
    let next = after.first { $0.kind == .running || $0.kind == .ended || $0.kind == .signalled }
    guard let next, !hasReacted(to: signal, file) else { return }
    let target = command(of: signal, notes)
    let isKilled = next.kind == .signalled && next.signal == "SIGKILL"
    guard next.kind != .signalled || isKilled else { return }
    let survives = next.kind == .running || isKilled
    if survives, let target, !Self.isShell(target), !notes.contains(where: { $0.kind == .initial }) {
      return judgeDeafAgent(signal, next, target, file)
    }
    // A wrapper that dies takes nothing along: what it started listens on, or writes on.
    let isOrphaned =
      next.isListening == true
      || (target.map(Self.isShell) ?? false) && (next.status.map { $0 == -15 || $0 == 143 } ?? false)
        && file.workers.contains { $0.pid != nil && $0.pid != signal.pid }
    guard survives || isOrphaned else { return }
    let who = [signal.pid.map { "process \($0)" } ?? "the namespace's first process", target.map { "(\($0))" }]
      .compactMap { $0 }.joined(separator: " ")
    add(
      Finding(
        code: "SIG-001", status: .confirmed, severity: .critical,
        summary: survives
          ? "\(signal.signal ?? "the stop signal") was sent to \(who), and nothing stopped: the signal never reached the agent"
          : "\(signal.signal ?? "the stop signal") ended \(who) alone: the agent behind it was never told and goes on",
        cause: survives
          ? "the first process of a pid namespace does not get a signal that it does not catch" : nil,
        evidence: (notes.filter { $0.kind == .initial || $0.kind == .started }.prefix(2) + [signal, next])
          .map { evidence($0.mention) },
        remedy: Finding.Remedy(
          "exec the agent in the wrapper, or use the exec form of CMD, so that the agent is the process that gets the signal",
          commands: ["sluice check signals"])))
  }

  /// A signal to the agent itself, which went on.
  private mutating func judgeDeafAgent(_ signal: Note, _ next: Note, _ target: String, _ file: CaseFile) {
    let old = file.workers.first { WorkerView(story: $0, logs: logs).isOlder(than: "1.8.0") }
    add(
      Finding(
        code: old == nil ? "SIG-012" : "SIG-010", status: .suspected, severity: .critical,
        summary: "\(signal.signal ?? "the stop signal") was sent to the agent itself ('\(target)'), and it went on",
        cause: old.map {
          "livekit-agents \($0.sdkVersion ?? "") can lose a stop signal in whatever runs at that moment"
        }
          ?? "nothing of it is in the log: the agent's own code can have taken the signal, or it was blocked (SIG-007)",
        evidence: [evidence(signal.mention), evidence(next.mention)],
        remedy: old == nil
          ? "look for signal.signal, add_signal_handler and a broad except in the agent (sluice check signals)"
          : "upgrade livekit-agents to 1.8.0 or later; a second SIGTERM forces it to leave",
        appliesTo: old == nil ? nil : "livekit-agents < 1.8.0"))
  }

  /// What was started as the process that a signal went to.
  private func command(of signal: Note, _ notes: [Note]) -> String? {
    notes.last { $0.kind == .started && ($0.pid == signal.pid || $0.pid == nil) }?.command
      ?? notes.last { $0.kind == .initial }?.command
  }

  /// Whether a worker or server reacted to a signal within the seconds that a blocked loop may take.
  private func hasReacted(to signal: Note, _ file: CaseFile) -> Bool {
    let reactions = file.workers.flatMap { worker in
      [worker.drain.begun, worker.drain.withoutSignal, worker.events[.shuttingDown]?.first].compactMap { $0 }
    }
    // A blocked loop lets the agent itself take the signal three seconds later; what is relayed comes at once.
    let isDirect = file.workers.contains { $0.pid != nil && $0.pid == signal.pid }
    if reactions.contains(where: { Self.isAtOnce($0, signal.mention, isDirect ? 5 : 2) }) { return true }
    // uvicorn writes no times: a server that has stopped was told at some time, and if its pid is the target, by this.
    return file.webServers.contains { $0.stopping != nil && ($0.pid == signal.pid || $0.started == nil) }
  }

  /// Whether something happened right after a signal. A transcript may show the time of a day in a zone that is not
  /// known: zones differ by quarters of an hour.
  private static func isAtOnce(_ event: Mention, _ signal: Mention, _ seconds: Double) -> Bool {
    let limits = Duration.seconds(-0.5)...Duration.seconds(seconds)
    if let gap = event.since(signal) { return limits.contains(gap) }
    guard let at = event.at ?? event.localTime, let noted = signal.localTime else { return false }
    let quarter: Int64 = 900_000_000_000
    var gap = (at.nanoseconds - noted.nanoseconds) % quarter
    if gap > quarter / 2 { gap -= quarter }
    if gap < -quarter / 2 { gap += quarter }
    return limits.contains(.nanoseconds(gap))
  }

  /// A shell that was started and stayed before the agent, though nobody sent it a signal.
  private mutating func judgeShells(_ notes: [Note], _ file: CaseFile) {
    for start in notes where start.kind == .started {
      guard let pid = start.pid, let command = start.command, Self.isShell(command) else { continue }
      let isTold = notes.contains { $0.kind == .signalled && $0.pid == pid && hasReacted(to: $0, file) }
      guard !isTold, !findings.contains(where: { $0.code == "SIG-001" }),
        let worker = file.workers.first(where: { $0.pid != nil && $0.pid != pid }),
        !file.workers.contains(where: { $0.pid == pid })
      else { continue }
      add(
        Finding(
          code: "SIG-001", status: .suspected, severity: .critical,
          summary: "a shell stands before the agent: '\(command)' is process \(pid), the agent is process "
            + "\(worker.pid.map { "\($0)" } ?? "?"), and a signal to the first does not reach the second",
          evidence: [evidence(start.mention)] + (worker.events[.starting].map { [evidence($0.first)] } ?? []),
          remedy: Finding.Remedy(
            "exec the agent in the wrapper, or use the exec form of CMD", commands: ["sluice check signals"])))
    }
  }

  /// Whether a command is run by a shell; `unshare … sh -c` too.
  static func isShell(_ command: String) -> Bool {
    let words = command.split(separator: " ")
    let shells: Set<Substring> = ["sh", "bash", "dash", "ash", "zsh", "ksh", "busybox"]
    guard let first = words.first else { return false }
    return shells.contains(first.split(separator: "/").last ?? first)
      || words.contains { $0 == "-c" } && words.contains { shells.contains($0.split(separator: "/").last ?? $0) }
  }
}
