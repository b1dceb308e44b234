import Preflight
import Vocabulary

/// What a TERM test shows that no log can: who got the signal, and who did not act on it.
extension Opinion {
  /// Judges after the logs of the same agent: what these explain is not explained again.
  mutating func judge(_ record: TermTestRecord) {
    for ending in record.endings {
      var view = EndingFindings(
        view: EndingView(ending), known: Set(findings.map(\.code)), foretold: record.foretold)
      view.judge()
      for finding in view.found { raise(finding) }
    }
  }
}

/// The findings of one ending.
private struct EndingFindings {
  let view: EndingView
  let known: Set<FindingCode>
  let foretold: [Finding]
  var found: [Finding] = []

  mutating func judge() {
    judgeLoad()
    switch view.reaction {
    case .untested: judgeStart()
    case .none: judgeSilence()
    case .aborts: judgeAbort()
    case .drains: view.isWorker ? judgeDrain() : judgeServer()
    }
  }

  private mutating func add(
    _ code: FindingCode, _ severity: Finding.Severity, status: Finding.Status = .confirmed,
    _ summary: String, cause: String? = nil, _ evidence: [Evidence], _ remedy: Finding.Remedy,
    appliesTo: String? = nil
  ) {
    guard !known.contains(code), !found.contains(where: { $0.code == code }) else { return }
    // What was seen, and what the files had said of it: together they prove it, and the files know the place.
    let told = foretold.first { $0.code == code }
    found.append(
      Finding(
        code: code, status: told == nil ? status : .confirmed, severity: severity, summary: summary,
        cause: told?.summary ?? cause, evidence: evidence + (told?.evidence ?? []), remedy: told?.remedy ?? remedy,
        appliesTo: appliesTo))
  }

  private func evidence(_ text: String, at: Timestamp? = nil) -> Evidence {
    Evidence(source: "term-test", at: at, excerpt: text.harmless)
  }

  /// The signal, who got it, who serves, and what was taken afterwards.
  private var path: [Evidence] {
    let (ending, view) = (view.ending, view)
    return ending.signals.map { evidence("\($0.name) was sent to \($0.to)", at: $0.at) }
      + [view.signalled, view.isAgentSignalled ? nil : view.agent].compactMap { $0.map { evidence(view.words($0)) } }
      + view.accepted.prefix(1).map { evidence("it took a new session \(view.after($0.at))", at: $0.at) }
  }

  private mutating func judgeStart() {
    guard known.isEmpty, let exit = view.ending.exit else { return }
    add(
      "SIG-006", .critical, status: .suspected, "the command ended before it could take sessions (\(exit.how))",
      [evidence("ended \(exit.how)", at: exit.at)], "run the command by hand and read what it says")
  }

  /// It took no session before the signal.
  private mutating func judgeLoad() {
    guard view.isWorker, view.ending.sessions.isEmpty, view.ending.declinedBefore > 0 else { return }
    let sign = view.ending.wasFull ? "it had reported itself full" : "it had not reported itself full"
    found.append(
      Finding(
        code: "RUN-001", status: view.ending.wasFull ? .confirmed : .suspected, severity: .warning,
        summary: "the agent took no session before the stop signal either: it is full of load, not of a drain",
        evidence: [
          evidence("it declined \(view.count(view.ending.declinedBefore, "offer")) before the signal; \(sign)")
        ],
        remedy: "look at load_fnc and load_threshold, or test on a machine with room"))
  }

  /// Nothing happened after the signal.
  private mutating func judgeSilence() {
    guard let agent = view.agent, agent.isSignalled else {
      let wrapper = view.signalled.map { "'\($0.command.shortCommand)'" } ?? "what was started"
      let remedy: Finding.Remedy =
        "start the agent with exec as the last command of the script, or in CMD's list form: CMD [\"python\", \"agent.py\", \"start\"]"
      add(
        "SIG-001", .critical, status: view.agent == nil ? .suspected : .confirmed,
        "\(wrapper) got the stop signal and the agent did not: it serves on", path, remedy)
      return
    }
    let sdk = view.ending.sdk.flatMap { PackageVersion($0) }
    switch agent.disposition {
    case .ignored, .blocked:
      add(
        "SIG-007", .critical,
        "the agent \(agent.disposition == .blocked ? "has SIGTERM blocked" : "ignores SIGTERM"): it serves on",
        path, "remove what blocks or ignores the signal before the agent starts (trap '' TERM, nohup, a signal mask)")
    case .byDefault where agent.isFirst:
      add(
        "SIG-001", .critical, "the agent is process 1 and has no handler for SIGTERM, so nothing happens", path,
        "start it with a handler, or an init in front of it (tini, docker run --init)")
    case .caught, .byDefault, .unknown:
      // From 1.8.0 on the SDK's handler gets through whatever runs in the event loop.
      let isOld = sdk.map { old in old < "1.8.0" } ?? false
      if isOld {
        guard !known.contains("SIG-012"), !foretold.contains(where: { $0.code == "SIG-012" }) else {
          return judgeOwnHandler()
        }
        add(
          "SIG-010", .critical, status: .suspected, "the agent got the stop signal and did not act on it: it serves on",
          path,
          "upgrade livekit-agents to 1.8.0 or later; a second SIGTERM forces it to leave",
          appliesTo: "livekit-agents < 1.8.0")
      } else {
        judgeOwnHandler()
      }
    }
  }

  /// The agent's own code is in the way.
  private mutating func judgeOwnHandler() {
    guard !known.contains("SIG-010") else { return }
    add(
      "SIG-012", .critical, status: .suspected,
      "the agent got the stop signal, and its own code keeps the SDK from acting on it: it serves on", path,
      Finding.Remedy(
        "look for signal.signal, add_signal_handler and a broad except around the server, and remove it",
        commands: ["sluice check signals"]))
  }

  /// It was gone without a drain.
  private mutating func judgeAbort() {
    // Development mode, a failure of its own, a second signal: the log tells.
    guard known.isDisjoint(with: ["SIG-011", "DRN-002", "SIG-004"]), view.isWorker,
      !view.cut.isEmpty || !view.isAgentSignalled
    else { return }
    if !view.isAgentSignalled {
      add(
        "SIG-002", .critical,
        "\(view.signalled.map { "'\($0.command.shortCommand)'" } ?? "the wrapper") ended at the stop signal and took the agent along",
        path, "exec the agent, so that it gets the signal itself")
    } else {
      add(
        "SIG-012", .critical, status: .suspected, "the agent ended at the stop signal without a drain", path,
        "let the SDK's own command line run the server, so that it handles the signal")
    }
  }

  private mutating func judgeDrain() {
    let ending = view.ending
    if let taken = view.accepted.first {
      add(
        "RTE-002", .critical, "the agent was draining and accepted \(view.count(view.accepted.count))",
        [evidence("a session offered \(view.after(taken.at)) was taken", at: taken.at)],
        "upgrade livekit-agents to 1.4.2 or later, @livekit/agents to 1.2.3 or later")
    }
    if ending.kind == .sessionsEnd, !view.cut.isEmpty,
      known.isDisjoint(with: ["SIG-004", "DRN-001", "DRN-002", "DRN-005", "RUN-002", "RUN-006", "RUN-007"])
    {
      let code: FindingCode = view.isGroupSignalled ? "SIG-004" : "SES-001"
      add(
        code, .critical, status: view.isGroupSignalled ? .suspected : .confirmed,
        "\(view.count(view.cut.count, of: view.live.count)) cut after the stop signal",
        view.cut.prefix(5).map {
          evidence("\($0.id): \($0.detail ?? "ended") \(view.after($0.endedAt))", at: $0.endedAt)
        },
        "read the agent's log around the signal")
    }
    judgeStay()
  }

  /// It drained and did not leave.
  private mutating func judgeStay() {
    let ending = view.ending
    guard ending.exit == nil, known.isDisjoint(with: ["DRN-005", "DRN-006", "RUN-002"]) else { return }
    guard ending.timedOutAt != nil || view.lastEnd != nil else { return }
    let since = ending.timedOutAt.map { _ in "its drain timed out" } ?? "its sessions had ended"
    add(
      "DRN-007", .critical, "the agent was still there after \(since), and had to be killed",
      [evidence("alive \(view.text(Duration(seconds: ending.watchedSeconds))) after the signal")],
      "upgrade livekit-agents to 1.5.2 or later; kill it once its sessions are gone",
      appliesTo: "livekit-agents < 1.5.2")
  }

  /// A server that closes its port at the signal.
  private mutating func judgeServer() {
    let sockets = view.cut.filter { $0.kind == .webSocket }
    if !sockets.isEmpty {
      add(
        "DRN-011", .critical,
        "\(view.count(sockets.count, "WebSocket session")) closed by the stop signal while the client was there",
        sockets.prefix(5).map {
          evidence("\($0.id): \($0.detail ?? "closed") \(view.after($0.endedAt))", at: $0.endedAt)
        },
        Finding.Remedy(
          "hold the signal back until the sessions have ended: take the server out of the rotation first, then send SIGTERM"
        ))
    }
    let requests = view.cut.filter { $0.kind == .request }
    if !requests.isEmpty {
      add(
        "DRN-012", .critical, "\(view.count(requests.count, "request")) cut by the stop signal",
        requests.prefix(5).map {
          evidence("\($0.id): \($0.detail ?? "cut") \(view.after($0.endedAt))", at: $0.endedAt)
        },
        "raise --timeout-graceful-shutdown above the longest request")
    }
    judgeStay()
  }
}
