import Vocabulary

extension CutoverVerifier {
  /// What is wrong or worth knowing, by code.
  mutating func findings(_ next: Assessment) -> [Finding] {
    var found: [Finding] = []
    found += drainFindings()
    found += sessionFindings(next)
    found += sourceFindings(next)
    found += instanceFindings()
    for state in states { found += state.findings }
    if let slow = coldStart(next.latency) { found.append(slow) }
    if let cuts = next.forecast?.expectedCuts, cuts > 0 {
      found.append(
        Finding(
          code: "CLK-002", status: .suspected, severity: .warning,
          summary: "about \(counted(cuts, "session")) will outlast the drain window", evidence: [],
          remedy: "resume or checkpoint long sessions, lengthen the window, or roll out at another hour"))
    }
    return found.sorted { ($0.code, $0.summary) < ($1.code, $1.summary) }
  }

  /// Outgoing instances that were told to drain and show nothing of it, or have drained and do not leave.
  private func drainFindings() -> [Finding] {
    var silent = Troubles.Note<InstanceID>()
    var swallowing: [Evidence] = []
    for index in work.unconfirmed.sorted() {
      guard let record = fleet[index], record.told != nil, record.confirmedSeenAt == nil,
        let told = record.told?.latest,
        now - told >= policy.drainConfirmation
      else { continue }
      silent.add(record.id, at: told)
      swallowing.append(
        Evidence(
          source: witness(.drains, .instances), at: told,
          excerpt: "\(record.id.rawValue.harmless) was told to drain \((now - told).text) ago and shows nothing of it"))
    }
    var found: [Finding] = []
    // Where no source could see a confirmation, that there is none says nothing.
    if silent.count > 0, isDeclared(.drains) || (cutover.isToldKnown && rollout.drainedBy == .sluice) {
      found.append(
        Finding(
          code: "SIG-001", status: .suspected, severity: .critical,
          summary: "the stop signal may not reach \(silent.text)",
          evidence: swallowing.sorted { $0.excerpt < $1.excerpt }.prefixed(10),
          remedy:
            "exec the agent in its entry point so that it gets SIGTERM itself (an SDK below 1.8.0 can swallow it: SIG-010)"
        ))
    }
    var idle = Troubles.Note<InstanceID>()
    for index in work.idle.sorted() {
      guard let record = fleet[index], let zero = record.zero?.since, let told = record.toldAt,
        now - max(zero, told) >= policy.drainConfirmation
      else { continue }
      idle.add(record.id, at: max(zero, told))
    }
    if idle.count > 0 {
      found.append(
        Finding(
          code: "DRN-007", status: .suspected, severity: .warning,
          summary: "\(idle.text) has had no session for \(policy.drainConfirmation.text) or more and lives on",
          evidence: [
            Evidence(
              source: witness(.instances, .counts), at: idle.first, excerpt: "a drained worker exits within 0.5 s")
          ],
          remedy: "check that the stop signal reaches it; stop it, since its sessions are gone"))
    }
    if let overdue = overdueDrains() { found.append(overdue) }
    return found
  }

  /// Instances that have been draining for longer than every clock lets them.
  func overdueDrains() -> Finding? {
    guard let limit = rollout.window.effective.map({ $0 + rollout.window.tail }) else { return nil }
    // What a platform drains by itself can have been told long before the rollout began.
    guard rollout.drainedBy == .platform || cutover.firstToldAt.map({ now - $0 > limit }) == true else { return nil }
    var late = Troubles.Note<InstanceID>()
    for entry in outgoing.entries where entry.endedAt == nil {
      if let told = entry.drainRequestedAt, now - told > limit { late.add(entry.id, at: told) }
    }
    guard late.count > 0 else { return nil }
    return Finding(
      code: "DRN-008", status: .confirmed, severity: .critical,
      summary: "\(late.text) has been draining for longer than every clock, \(limit.text)",
      evidence: [Evidence(source: witness(.drains, .instances), at: late.first, excerpt: "told to drain by then")],
      remedy: Finding.Remedy(
        rollout.drainedBy == .platform
          ? "exec the agent in its entry point so that the next drain reaches it (SIG-001); no command is known that ends "
            + "this one but the platform's support"
          : "find out whether the stop signal reaches it (SIG-001), and stop it once its sessions are gone"))
  }

  private mutating func sessionFindings(_ next: Assessment) -> [Finding] {
    var found: [Finding] = []
    let scope = Scope(tally: tallies.whole)
    func add(
      _ code: FindingCode, _ list: [Assessment.Sessions.Named], _ total: Int, _ summary: String, _ remedy: String,
      _ status: Finding.Status = .confirmed, _ severity: Finding.Severity = .critical
    ) {
      guard total > 0 else { return }
      found.append(
        Finding(
          code: code, status: status, severity: severity, summary: summary,
          evidence: evidence(list, total, in: scope).shown, remedy: Finding.Remedy(remedy)))
    }
    let sessions = next.sessions
    add(
      "SES-001", sessions.cut, sessions.cutCount, "\(counted(sessions.cutCount, "session")) were cut",
      "read what cut them, by name, and lengthen the window or fix the version that crashed")
    let draining = sessions.late.filter { late in outgoing.isConfirmed(late.instance) }
    if draining.isEmpty {
      add(
        "RTE-001", sessions.late, sessions.lateCount,
        "\(counted(sessions.lateCount, "session")) landed on an outgoing instance after the cutover",
        "find out whether the stop signal reached it (SIG-001), or pin sessions by agent name or deployment")
    } else {
      add(
        "RTE-002", draining, sessions.lateCount, "a draining worker accepted \(counted(sessions.lateCount, "session"))",
        "upgrade the SDK: livekit-agents 1.4.2 or @livekit/agents 1.2.3 and later refuse jobs while they drain")
    }
    add(
      "RTE-004", sessions.unserved, sessions.unservedCount,
      "\(counted(sessions.unservedCount, "session")) got no agent",
      "check capacity, cold starts and the entrypoint's errors")
    add(
      "OBS-003", sessions.unclear, sessions.unclearCount,
      "how \(counted(sessions.unclearCount, "session")) ended cannot be told",
      "add a source that sees ends: exit statuses, the worker's log or the server's log", .confirmed, .warning)
    let unattributed = scope[.newUnattributed] + scope[.liveUnattributed]
    add(
      "OBS-001", [], unattributed, "\(counted(unattributed, "session")) cannot be attributed to a version",
      rollout.isOfOneVersion
        ? "a stamp is the same on both turns: add the LiveKit server's log, which says when each worker registered"
        : "stamp the release on the agent as an attribute", .confirmed, .warning)
    return found
  }

  private func sourceFindings(_ next: Assessment) -> [Finding] {
    var found: [Finding] = []
    if !seesSessions {
      found.append(
        Finding(
          code: "OBS-002", status: .confirmed, severity: .warning, summary: "no source sees sessions", evidence: [],
          remedy: "add one under 'sessions' in sluice.yaml: what the platform lists says nothing of calls"))
    }
    for place in states.indices where !isFresh[place] {
      let name = sources[place].id
      let why = states[place].failure.map { ": \($0.detail.harmless)" } ?? ""
      let age = states[place].describes.map { "for \((now - $0).text)" } ?? "since the watch began"
      found.append(
        Finding(
          code: "OBS-004", status: .confirmed, severity: .warning,
          summary: "\(name.rawValue.harmless) has said nothing that can be used \(age)\(why)",
          evidence: [Evidence(source: name, at: states[place].describes, excerpt: "its last answer")],
          remedy: "bring the source back: what it sees is unknown, not zero"))
    }
    for kind in Troubles.Contradiction.allCases {
      guard let note = troubles.contradictions[kind], note.count > 0 else { continue }
      let summary =
        switch kind {
        case .listing: "sources differ on whether sessions run: \(note.text)"
        case .staleListing: "sessions are listed longer on dead workers than any dead agent is (RTE-005): \(note.text)"
        case .version: "sessions say another version than their instance: \(note.text)"
        }
      found.append(
        Finding(
          code: "OBS-004", status: .confirmed, severity: .warning, summary: summary,
          evidence: [Evidence(source: witness(.sessions), at: note.first, excerpt: counted(note.count, "session"))],
          remedy: "trust participants over dispatches, and fix the source that differs"))
    }
    let since = troubles.contested.filter { now - $0.value >= policy.interval * 2 }.keys.sorted()
    if !since.isEmpty {
      let names = since.prefix(10).map { $0.rawValue.harmless }.joined(separator: ", ")
      found.append(
        Finding(
          code: "OBS-004", status: .confirmed, severity: .warning,
          summary: "one source says that \(names) ended, another goes on seeing it alive",
          evidence: [
            Evidence(source: witness(.instances), at: now, excerpt: "a wrapper that died can leave its agent behind")
          ],
          remedy: "look for the agent that outlived its wrapper, and stop it"))
    }
    return found
  }

  private func instanceFindings() -> [Finding] {
    var found: [Finding] = []
    let tally = tallies.whole
    let incoming = rollout.incoming.version.rawValue.harmless
    if cutover.servingAt == nil, now > rollout.began + policy.warmUp {
      let isUp = work.registeredUninitialized(fleet, states, rollout)
      found.append(
        Finding(
          code: isUp ? "PLT-005" : "PLT-001", status: isUp || seesIncoming ? .confirmed : .suspected,
          severity: .critical,
          summary: isUp
            ? "\(incoming) is up, and none of its processes has been initialized"
            : "no instance of \(incoming) has served within the warm-up of \(policy.warmUp.text)",
          evidence: [], remedy: "read the log of its start (INI)"))
    }
    if tally[InstanceMarks.other] > 0 {
      found.append(
        Finding(
          code: "PLT-002", status: .confirmed, severity: .warning,
          summary: "\(counted(tally[InstanceMarks.other], "instance")) of a version that is neither new nor old serves",
          evidence: [], remedy: "name it as outgoing, or keep it out of this fleet"))
    }
    if troubles.restarts.count > 0 {
      found.append(
        Finding(
          code: "PLT-004", status: .confirmed, severity: .warning, summary: "restarted: \(troubles.restarts.text)",
          evidence: [
            Evidence(source: witness(.instances), at: troubles.restarts.first, excerpt: "the same name started anew")
          ],
          remedy: "read why: exit status, memory limit, probes"))
    }
    return found
  }

  /// Whether the new version is clearly slower at its first sessions than the old one is: a cold start, not a drain problem.
  private func coldStart(_ latency: [String: Assessment.Latency]) -> Finding? {
    guard let new = latency[rollout.incoming.version.rawValue] else { return nil }
    for old in knownVersions.dropFirst() {
      guard let before = latency[old.rawValue] else { continue }
      for (what, slow, usual) in [
        ("assignment", new.assignment, before.assignment), ("start-up", new.startUp, before.startUp),
      ] {
        guard let slow, let usual, slow.count >= 3, usual.count >= 3 else { continue }
        guard slow.p50Seconds > usual.p50Seconds * 3, slow.p50Seconds - usual.p50Seconds > 2 else { continue }
        return Finding(
          code: "INI-005", status: .suspected, severity: .warning,
          summary:
            "\(what) on \(rollout.incoming.version.rawValue.harmless) takes \(Duration(seconds: slow.p50Seconds).text), on \(old.rawValue.harmless) \(Duration(seconds: usual.p50Seconds).text)",
          evidence: [], remedy: "keep warm processes: a cold start is not a drain problem")
      }
    }
    return nil
  }
}

extension WorkLists {
  /// Whether an incoming instance is registered while none of its processes was initialized, by a source that tells.
  func registeredUninitialized(_ fleet: FleetModel, _ states: [SourceState], _ rollout: Rollout) -> Bool {
    guard states.contains(where: { $0.tellsInitialization }) else { return false }
    return fleet.records.values.contains { record in
      record.role == .incoming
        && record.views.contains {
          $0.isListed && ($0.observation.registeredAt != nil || $0.observation.phase == .serving)
            && $0.observation.initializedAt == nil
        }
    }
  }
}

extension OutgoingList {
  /// Whether an instance has confirmed that it drains.
  func isConfirmed(_ name: InstanceID?) -> Bool {
    guard let name else { return false }
    return entries.contains { $0.id == name && $0.drainConfirmedAt != nil }
  }
}

extension Array {
  /// The first few.
  func prefixed(_ limit: Int) -> [Element] { Array(prefix(limit)) }
}
