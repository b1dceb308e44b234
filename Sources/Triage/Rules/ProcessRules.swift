import Machine
import Vocabulary

/// What the processes of an agent say will become of the stop signal.
extension Opinion {
  mutating func judge(_ tree: ProcessTree) {
    let route = SignalRoute(in: tree)
    let view = TreeView(tree: tree, route: route)
    if let finding = view.routeFinding { add(finding) }
    if route.outcome == .reaches { exclude("SIG-001", "of \(tree.name.harmless): \(route.why)") }
    for finding in tree.entry?.findings ?? [] where finding.code != view.routeFinding?.code { add(finding) }
    for finding in view.agentFindings where !findings.contains(where: { $0.code == finding.code }) { add(finding) }
  }
}

/// One tree under judgement.
private struct TreeView {
  let tree: ProcessTree
  let route: SignalRoute

  private var name: String { tree.name.harmless }

  /// The finding that the route is; nil where the signal reaches the agent, or nothing in the tree is one.
  var routeFinding: Finding? {
    guard let agent = route.agent else { return nil }
    let exec: Finding.Remedy =
      "exec the agent in its entry point, so that no process stands between the platform and it"
    switch route.outcome {
    case .reaches: return nil
    case .swallowed:
      return finding("SIG-001", .critical, "SIGTERM never reaches the agent of \(name)", cause: route.why, exec)
    case .deaf:
      return finding(
        "SIG-007", .critical, "SIGTERM reaches the agent of \(name) and is not heard", cause: route.why,
        "remove what blocks or ignores the signal before the agent starts: nohup, trap '', a signal mask of the parent")
    case .aborts:
      return finding("SIG-002", .critical, "SIGTERM ends \(name) before its agent has drained", cause: route.why, exec)
    case .dies:
      return finding(
        "SIG-002", agent.kind == .program ? .warning : .critical, status: .suspected,
        "SIGTERM ends the agent of \(name) at once, with every session that it has", cause: route.why,
        "let the agent take SIGTERM and drain; while it still starts it has no handler yet: look again once it serves")
    case .unknown:
      let isPassing = route.culprit == agent.process && agent.process.reaction == .dies
      return finding(
        "SIG-009", isPassing ? .info : .warning, status: .unknown,
        "whether SIGTERM reaches the agent of \(name) cannot be told",
        cause: route.why,
        isPassing
          ? "look again once it serves"
          : "run sluice as root or as the agent's user, or see what happens with 'sluice triage --term-test'")
    }
  }

  /// What the agent itself will do wrong with the signal.
  var agentFindings: [Finding] {
    guard let agent = route.agent, route.outcome == .reaches else { return [] }
    if agent.process.isInDevelopmentMode {
      return [
        finding(
          "SIG-011", .warning, "\(name) runs in development mode, which ends its sessions at once when it is stopped",
          cause: nil, "start it with 'start'")
      ]
    }
    guard let server = agent.process.server, !route.chain.contains(where: \.isGuard) else { return [] }
    let connections = tree.serverConnections
    guard let connections, connections > 0 else { return [] }
    return [
      finding(
        "DRN-011", .warning, status: .suspected,
        "\(server) of \(name) closes its WebSockets with 1012 on SIGTERM: \(connections) connection\(connections == 1 ? " is" : "s are") established",
        cause: "\(server) lets requests end and never waits for a WebSocket",
        Finding.Remedy(
          "let sessions end before SIGTERM reaches it",
          commands: ["sluice guard -- \(agent.process.commandLine)"]))
    ]
  }

  private func finding(
    _ code: FindingCode, _ severity: Finding.Severity, status: Finding.Status = .confirmed, _ summary: String,
    cause: String?, _ remedy: Finding.Remedy
  ) -> Finding {
    var shown = route.chain + (route.agent.map { [$0.process] } ?? [])
    // What it all hangs on stands first.
    if let culprit = route.culprit, let index = shown.firstIndex(of: culprit) {
      shown.insert(shown.remove(at: index), at: 0)
    }
    return Finding(
      code: code, status: status, severity: severity, summary: summary, cause: cause,
      evidence: shown.prefix(8).map { process in
        Evidence(
          source: "processes", locator: tree.source == "/proc" ? "/proc/\(process.pid)/status" : tree.source,
          at: tree.takenAt, excerpt: "\(process.pid) \(process.commandLine): \(process.masks)")
      }, remedy: remedy)
  }
}

extension ProcessTree {
  /// Established connections of the server below the agent; nil where those of one process are not known.
  var serverConnections: Int? {
    let counts = processes.filter { !$0.isZombie }.map(\.connections)
    return counts.contains(nil) ? nil : counts.compactMap(\.self).reduce(0, +)
  }
}

extension ObservedProcess {
  /// Whether it is `sluice guard`, which holds the signal back.
  var isGuard: Bool { program == "sluice" && arguments?.dropFirst().first == "guard" }

  /// What it does with SIGTERM, and the masks that say so.
  var masks: String {
    guard let caught, let ignored, let blocked else { return note ?? "its signal masks are not known" }
    let word =
      switch reaction {
      case .catches: "catches SIGTERM"
      case .ignores: "ignores SIGTERM"
      case .waits: "blocks SIGTERM"
      case .dropped: "no handler for SIGTERM, process 1"
      case .dies, nil: "no handler for SIGTERM"
      }
    return "\(word) (SigCgt \(caught), SigIgn \(ignored), SigBlk \(blocked))" + (note.map { "; \($0)" } ?? "")
  }
}
