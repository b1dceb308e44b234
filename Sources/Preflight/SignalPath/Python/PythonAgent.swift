import Machine
import Vocabulary

/// An agent of LiveKit's SDK in a Python program: what its own code does with the signals that the SDK takes (SIG-012).
///
/// `cli.run_app` installs its handlers when it starts, so what was set before it is gone; what is set later in the worker's
/// own process wins over them. Jobs run in processes of their own.
struct PythonAgent {
  /// What it does; nil when the program runs no agent itself.
  private(set) var model: ProgramModel?

  private let script: PythonScript
  private let launch: Launch
  private let origin: Place

  init(_ script: PythonScript, arguments: [Word], launch: Launch, origin: Place) {
    (self.script, self.launch, self.origin) = (script, launch, origin)
    if let run = script.run {
      if run.context == .otherProcess, !script.launcher.starts.isEmpty { return }
      if let flag = PythonProgram.developmentFlag(arguments) {
        model = PythonProgram.development(launch, flag: flag)
      } else if script.host != nil, run.context != .main {
        model = hosted()
      } else {
        model = running(run.mention, isRepeated: run.isRepeated, isInThread: run.context == .otherThread)
      }
    } else if let run = script.ownRun {
      model = script.host == nil ? own(run) : hosted()
    }
  }

  private func place(_ mention: PythonScript.Mention) -> Place {
    Place(file: mention.file == script.path ? origin.file : mention.file, line: mention.line)
  }

  private func agent(
    _ behaviour: AgentBehaviour, _ explanation: String, _ mention: PythonScript.Mention, _ findings: [Finding] = []
  ) -> ProgramModel {
    ProgramModel(
      name: launch.name, reaction: .agent(behaviour), explanation: explanation, place: place(mention),
      findings: findings)
  }

  private func running(_ mention: PythonScript.Mention, isRepeated: Bool, isInThread: Bool) -> ProgramModel {
    if isInThread {
      let why = "cli.run_app sets signal handlers, which Python allows in the main thread only."
      return ProgramModel(
        name: launch.name, reaction: .neverStarts(why: why), explanation: why, place: place(mention),
        findings: [
          finding(
            "cli.run_app runs outside of the main thread, and fails there", mention, excerpt: excerpt(mention),
            remedy: "run cli.run_app in the main thread, and the rest in others")
        ])
    }
    var behaviour = AgentBehaviour()
    var findings: [Finding] = []
    for installed in script.installed where installed.context == .mainLater {
      for signal in installed.handler.signals where [.terminate, .interrupt].contains(signal) {
        behaviour.first[signal] = installed.handler.actions.contains(.exits) ? .ends : .goesOn
      }
      let at = PythonScript.Mention(name: "", line: installed.handler.line, file: installed.file)
      findings.append(
        finding(
          "a handler that is installed after the worker started takes its stop signal", at, excerpt: installed.excerpt,
          remedy: "remove the handler; do at the end of a job what has to be done then: ctx.add_shutdown_callback"))
    }
    if isRepeated {
      findings.append(
        finding(
          "the worker is started again after its drain, and takes calls again", mention, excerpt: excerpt(mention),
          remedy: "call cli.run_app once, outside of the loop", severity: .warning))
    }
    let explanation =
      findings.isEmpty
      ? "The agent drains on the first TERM or INT, and leaves at once on a second."
      : "The agent's own code takes the signal."
    return agent(behaviour, explanation, mention, findings)
  }

  /// `server.run()` in a loop of the user's own: the SDK's handlers are not there.
  private func own(_ mention: PythonScript.Mention) -> ProgramModel {
    var first: [Signal: AgentBehaviour.Response] = [.interrupt: .ends]
    for installed in script.installed where installed.context != .otherProcess {
      for signal in installed.handler.signals {
        let actions = installed.handler.actions
        first[signal] =
          actions.contains(.drains)
          ? .drains : actions.contains(.exits) ? .ends : actions == [.ignores] ? .goesOn : .ends
      }
    }
    guard first[.terminate] != .drains else {
      return agent(
        AgentBehaviour(first: first, second: .goesOn), "The agent's own handler lets it drain.", mention)
    }
    return agent(
      AgentBehaviour(first: first), "The server runs in a loop of its own, without the SDK's signal handlers.", mention,
      [
        finding(
          "the server runs in a loop of its own, where no handler lets it drain", mention, excerpt: excerpt(mention),
          remedy: "let the SDK run it", replacement: "cli.run_app(server)")
      ])
  }

  /// The server inside another framework's loop, whose signals end it.
  private func hosted() -> ProgramModel? {
    guard let host = script.host else { return nil }
    return agent(
      AgentBehaviour(first: [.terminate: .ends, .interrupt: .ends]),
      "\(host.name) takes the signals of the process, and ends the agent inside of it.", host,
      [
        finding(
          "the agent runs inside \(host.name.harmless), which takes its stop signal", host, excerpt: excerpt(host),
          remedy: "run the agent as a process of its own, with cli.run_app in its main thread")
      ])
  }

  private func excerpt(_ mention: PythonScript.Mention) -> String {
    mention.file == script.path ? script.module.excerpt(mention.line) : ""
  }

  private func finding(
    _ summary: String, _ mention: PythonScript.Mention, excerpt: String, remedy: String, replacement: String? = nil,
    severity: Finding.Severity = .critical
  ) -> Finding {
    let place = place(mention)
    let diff = replacement.map { ["-\(excerpt)", "+\($0)"] } ?? ["-\(excerpt)"]
    return Finding(
      code: "SIG-012", status: .confirmed, severity: severity, summary: summary,
      evidence: [
        Evidence(
          source: SourceID(rawValue: place.file.harmless), locator: place.description.harmless, at: nil,
          excerpt: excerpt)
      ],
      remedy: Finding.Remedy(remedy, commands: excerpt.isEmpty ? [] : diff))
  }
}
