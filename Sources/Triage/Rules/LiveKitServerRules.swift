import Logs
import Vocabulary

/// What only a LiveKit server's log shows: workers that do not answer, calls without an agent, workers that vanish.
extension Opinion {
  mutating func judge(_ server: LiveKitServerStory, beside workers: [WorkerStory]) {
    let silent = judgeSilence(server)
    let known = Set(workers.flatMap { $0.registrations.map(\.worker.rawValue) })
    for (id, worker) in server.workers.sorted(by: { $0.key < $1.key }) where !silent.contains(id) {
      judgeEnd(of: worker, id, server, hasLog: known.contains(id))
    }
    judgeRestarts(server)
  }

  /// Workers that are registered and answer nothing; gives their ids.
  private mutating func judgeSilence(_ server: LiveKitServerStory) -> Set<String> {
    let silent = server.workers.filter { $0.value.unanswered != nil }
    for (id, worker) in silent.sorted(by: { $0.key < $1.key }) {
      guard let unanswered = worker.unanswered else { continue }
      let alone = server.rooms.values.filter { $0.hadPeople && !$0.hadAgent }.count
      let others = server.workers.contains { $0.key != id && $0.value.unanswered == nil && $0.value.registered != nil }
      let lines = [worker.registered, unanswered.first, unanswered.count > 1 ? unanswered.last : nil]
      add(
        Finding(
          code: "RTE-007", status: unanswered.count > 1 ? .confirmed : .suspected, severity: .critical,
          summary: "worker \(id.harmless) is registered and does not answer: "
            + "\(counted(unanswered.count, "call")) given to it got no agent",
          cause: alone > 0
            ? "\(counted(alone, "room")) had people in \(alone == 1 ? "it" : "them") and never an agent"
              + (others ? ", though another worker was there" : "") : nil,
          evidence: lines.compactMap { $0.map(evidence) },
          remedy:
            "stop that worker's process (kill -9 if it is stopped or hangs): a hung process keeps its registration for ever"
        ))
      exclude("RTE-004", "workers were there: worker \(id.harmless) did not answer")
    }
    return Set(silent.keys)
  }

  /// People who waited for an agent longer than a cold start takes, where no cause of that was found.
  mutating func judgeUnserved(_ server: LiveKitServerStory) {
    let causes: Set<FindingCode> = [
      "RTE-007", "CON-001", "CON-002", "CON-003", "CON-004", "INI-001", "INI-002", "INI-003", "RUN-006",
    ]
    guard !findings.contains(where: { causes.contains($0.code) && $0.severity != .info }) else { return }
    let limit = Duration.seconds(10)
    var waits: [(room: String, joined: Mention, served: Mention?)] = []
    for room in server.rooms.values {
      let people = room.stays.values.filter { !$0.isAgent }
      guard let joined = people.compactMap(\.joined).min(by: { $0.isBefore($1) }) else { continue }
      let end =
        room.stays.values.filter(\.isAgent).compactMap(\.joined).min { $0.isBefore($1) }
        ?? people.compactMap(\.left).max { $0.isBefore($1) }
      guard let end, end.since(joined).map({ $0 >= limit }) ?? false else { continue }
      // A room that asked for no agent is not unserved.
      let isAsked = server.jobs.values.contains { $0.room == room.name } || room.unserved != nil
      guard isAsked else { continue }
      waits.append((room.name, joined, room.hadAgent ? end : nil))
    }
    waits.sort { $0.joined.isBefore($1.joined) }
    // Rooms that come back after their server started anew are that incident's.
    waits.removeAll { wait in
      server.restarts.contains { restart in
        server.rooms.values.contains { room in
          room.name == wait.room && room.stays.values.contains { $0.joined.map { $0.isBefore(restart) } ?? false }
        }
      }
    }
    guard let first = waits.first else { return }
    let registered = server.workers.values.compactMap(\.registered).min { $0.isBefore($1) }
    let late = registered.map { first.joined.isBefore($0) } ?? true
    let never = waits.count { $0.served == nil }
    add(
      Finding(
        code: "RTE-004", status: .confirmed, severity: .critical,
        summary: never > 0
          ? "\(counted(never, "call")) got no agent"
          : "\(counted(waits.count, "call")) waited for more than 10 s until an agent came",
        cause: late
          ? "no worker was registered when the person came; a dispatch that finds none is not made again" : nil,
        evidence: waits.prefix(5).flatMap { [evidence($0.joined)] + ($0.served.map { [evidence($0)] } ?? []) }
          + (late ? registered.map { [evidence($0)] } ?? [] : []),
        remedy:
          Finding.Remedy(
            "keep workers registered through the rollout, look at cold starts and at entrypoints that raise before they connect; "
              + "a lost dispatch must be made again")))
  }

  /// A worker whose connection closed while it had jobs.
  private mutating func judgeEnd(
    of worker: LiveKitServerStory.Worker, _ id: String, _ server: LiveKitServerStory, hasLog: Bool
  ) {
    guard let closed = worker.closed else { return }
    let own = server.jobs.values.filter { $0.worker == id }
    let live = own.filter { job in
      guard let assigned = job.assigned, assigned.isBefore(closed) else { return false }
      return job.ended.map { closed.isBefore($0) } ?? true && hasPerson(job, at: closed, in: server)
    }
    guard !live.isEmpty else { return }
    let lines = live.compactMap(\.assigned).prefix(3) + [worker.full, closed].compactMap { $0 }
    let elapsed = worker.full.flatMap { closed.since($0) }
    if worker.closing != nil, !worker.hasLeft, let elapsed,
      let clock = StopClock.usual.first(where: { $0.matches(elapsed) })
    {
      add(
        Finding(
          code: "CLK-001", status: .suspected, severity: .critical,
          summary: "worker \(id.harmless) was killed \(elapsed.text) into its drain with "
            + "\(counted(live.count, "live session")): the deadline of \(clock.layer)",
          evidence: lines.map(evidence),
          remedy: Finding.Remedy(
            "raise it above drain_timeout and its tail: \(clock.controls)", commands: ["sluice check drain-window"])))
    } else if worker.closing != nil, !worker.hasLeft {
      add(
        Finding(
          code: "RUN-005", status: worker.full == nil ? .confirmed : .suspected, severity: .critical,
          summary:
            "worker \(id.harmless) vanished with \(counted(live.count, "live session")): it was killed from outside",
          cause: worker.full == nil
            ? "its connection broke (\(worker.closing ?? "")) and it had not said that it drains" : nil,
          evidence: lines.map(evidence),
          remedy:
            Finding.Remedy(
              "look for SIGKILL after a stop deadline, the out-of-memory killer (dmesg, OOMKilled) and a wrapper that takes the "
                + "agent along when it dies (SIG-002)")))
    } else if worker.full != nil, worker.hasLeft, !hasLog {
      add(
        Finding(
          code: "DRN-001", status: .suspected, severity: .critical,
          summary:
            "worker \(id.harmless) left its drain with \(counted(live.count, "live session")): its limit was reached",
          evidence: lines.map(evidence),
          remedy:
            "raise drain_timeout above the longest session, with every clock around it; the worker's own log tells for sure"
        ))
    }
  }

  /// Whether somebody was in a job's room with its agent; a session whose person has left is over.
  private func hasPerson(_ job: LiveKitServerStory.Job, at moment: Mention, in server: LiveKitServerStory) -> Bool {
    guard let room = job.roomID.flatMap({ server.rooms[$0] }) else { return false }
    func isThere(_ stay: LiveKitServerStory.Stay) -> Bool {
      stay.joined.map { $0.isBefore(moment) } ?? true && stay.left.map { moment.isBefore($0) } ?? true
    }
    return room.stays.values.contains { !$0.isAgent && isThere($0) }
      && room.stays.values.contains { $0.isAgent && isThere($0) }
  }

  /// A server that was started anew under live calls.
  private mutating func judgeRestarts(_ server: LiveKitServerStory) {
    for restart in server.restarts {
      let live = server.jobs.values.filter { job in
        guard let assigned = job.assigned, assigned.isBefore(restart) else { return false }
        return job.ended.map { restart.isBefore($0) } ?? true && hasPerson(job, at: restart, in: server)
      }
      guard !live.isEmpty else { continue }
      add(
        Finding(
          code: "CON-005", status: .confirmed, severity: .warning,
          summary: "the LiveKit server was started anew under \(counted(live.count, "call")): workers came back, "
            + "the agents in calls did not",
          evidence: live.compactMap(\.assigned).prefix(3).map(evidence) + [evidence(restart)],
          remedy:
            Finding.Remedy(
              "an incident of the LiveKit server, not of a rollout: look at its own log; calls that lost their agent must be "
                + "dispatched again")))
    }
  }
}

extension Mention {
  /// Whether this was before another, as far as both times are known; what cannot be compared was not.
  func isBefore(_ other: Mention) -> Bool { since(other).map { $0 < .zero } ?? (log == other.log && line < other.line) }
}
