import Machine
import Vocabulary

/// What is wrong on one way of the signal, as findings.
struct SignalFindings {
  let entry: EntryCommand
  let way: SignalWay

  var findings: [Finding] {
    var findings = way.container.findings.reduce(into: [Finding]()) { if !$0.contains($1) { $0.append($1) } }
    let known = Set(findings.filter { $0.severity == .critical }.map(\.code.rawValue))
    if let main, !known.contains("SIG-011"), !known.contains("SIG-012"), !known.contains("DRN-011") {
      findings.insert(main, at: 0)
    }
    if !way.container.doubts.isEmpty, way.outcome != .neverStarts {
      findings.append(SignalFindings.undecided(entry, way.container.doubts.sorted().joined(separator: "; ")))
    }
    if entry.delivery != .mainProcess, let second = groupFinding { findings.append(second) }
    return findings
  }

  /// The finding that the outcome is.
  private var main: Finding? {
    let agent = way.agent.flatMap { way.container.processes[$0] }
    let signal = "SIG" + entry.stopSignal.shortName
    switch way.outcome {
    case .drains: return nil
    case .unknown:
      return way.container.isExhausted ? SignalFindings.undecided(entry, "the script does not come to rest") : nil
    case .neverStarts:
      let failure = way.container.failures.last
      return finding(
        "SIG-006", failure?.reason ?? "the command ends without an agent left running", at: failure?.place,
        "start the agent as the last, waited-for program of the entry command")
    case .swallowed, .aborts: break
    }
    let isDeaf = agent?.signalsSeen == 0
    if entry.stopSignal != .terminate, entry.stopSignal != .interrupt {
      return finding(
        "SIG-005", "the container is stopped with \(signal), which the agent does not handle",
        at: entry.stopSignalOrigin, "stop it with SIGTERM")
    }
    if wasBlocked {
      return finding(
        "SIG-007", "\(signal) is blocked when the agent starts, and its handler never sees it", at: culprit?.place,
        "start it without a blocked signal")
    }
    if let agent, agent.signalsSeen > 1, let hook = entry.preStop, signalsByHook {
      return finding(
        "SIG-003",
        "preStop signals the agent and ends, and the platform's own signal is then the second, which ends it",
        at: hook.origin, "let preStop wait until the agent has ended, or take its signal out")
    }
    if let agent, agent.signalsSeen > 1 {
      return finding(
        "SIG-003", "the agent gets the signal twice, and the second ends every session", at: culprit?.place,
        "take the program out that signals twice, or exec the agent")
    }
    if let deadline = way.ownDeadline {
      return finding(
        "SIG-008", "\(deadline.program) ends the agent \(deadline.after.text) after the signal", at: culprit?.place,
        "replace \(deadline.program), or raise its deadline above the longest session")
    }
    guard way.outcome == .aborts else {
      return finding(
        "SIG-001", "\(signal) never reaches the agent\(culprit.map { ": \($0.program) \($0.reaction)" } ?? "")",
        at: culprit?.place, "exec the agent, so that no process stands between the platform and it")
    }
    return finding(
      "SIG-002",
      "the container ends before the agent has drained\(isDeaf ? ", and the agent is never told" : "")"
        + (culprit.map { ": \($0.program) \($0.reaction)" } ?? ""),
      at: culprit?.place, "exec the agent, or wait a second time after the trap has passed the signal on")
  }

  /// Whether the platform's hook sent a signal.
  private var signalsByHook: Bool {
    way.container.events.contains { event in
      if event.process == way.container.hook, case .sent = event.kind { true } else { false }
    }
  }

  private var wasBlocked: Bool {
    way.container.events.contains { event in
      if event.process == way.agent, case .blocked = event.kind { true } else { false }
    }
  }

  /// The first link that does not pass the signal on.
  private var culprit: ChainLink? { way.chain.first { !$0.passesOn } }

  /// What a signal to every process does that one to process 1 does not.
  private var groupFinding: Finding? {
    guard way.outcome != .neverStarts, way.outcome != .unknown else { return nil }
    var container = way.before
    container.events = []
    for id in container.living.reversed() {
      container.send(entry.stopSignal, to: id, from: 0)
    }
    container.run(until: Container.stopTime + 60_000)
    let isTwice = container.agents.contains { (container.processes[$0]?.signalsSeen ?? 0) > 1 }
    if isTwice {
      return finding(
        "SIG-003", "the platform signals every process and a wrapper passes the signal on: the agent gets it twice",
        at: entry.origin, "signal the main process only")
    }
    return finding(
      "SIG-004", "the platform signals every process, the agent's job processes among them", at: entry.origin,
      "signal the main process only")
  }

  private func finding(_ code: String, _ summary: String, at place: Place?, _ remedy: String) -> Finding {
    let links = way.chain.filter { !$0.passesOn }
    let evidence = links.map { link in
      Evidence(
        source: SourceID("signal-path"), locator: link.place?.description, at: nil,
        excerpt: "\(link.program): \(link.explanation)".harmless)
    }
    let first = Evidence(
      source: SourceID("signal-path"), locator: (place ?? entry.origin).description, at: nil,
      excerpt: entry.arguments.commandLine.harmless)
    return Finding(
      code: FindingCode(rawValue: code), status: .confirmed, severity: .critical, summary: summary.harmless,
      evidence: evidence.isEmpty ? [first] : evidence, remedy: Finding.Remedy(remedy))
  }

  /// That something could not be known.
  static func undecided(
    _ entry: EntryCommand, _ what: String,
    _ remedy: Finding.Remedy = "write the command out, or name the files that it takes"
  ) -> Finding {
    Finding(
      code: FindingCode(rawValue: "SIG-009"), status: .unknown, severity: .warning, summary: what.harmless,
      evidence: [
        Evidence(
          source: SourceID("signal-path"), locator: entry.origin.description, at: nil,
          excerpt: entry.arguments.commandLine.harmless)
      ], remedy: remedy)
  }
}
