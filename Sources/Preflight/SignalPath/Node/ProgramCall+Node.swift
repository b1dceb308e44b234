import Documents
import Machine
import Vocabulary

/// node itself: its options, and the file that it runs.
extension ProgramCall {
  /// Options of node that take the next word as their value.
  static let nodeOptions: Set<String> = [
    "-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions", "--env-file", "-e",
    "--eval",
    "-p", "--print", "--title", "--input-type", "--watch-path", "--run", "--test-name-pattern", "--icu-data-dir",
  ]

  /// `node [OPTIONS] FILE`, `node --run SCRIPT`, `node --watch FILE`.
  func nodeProgram() -> ProgramModel? {
    var grammar = ArgumentGrammar()
    grammar.valued = ProgramCall.nodeOptions
    guard let parsed = ProgramArguments(launch.words, grammar) else { return nil }
    if let script = parsed.value("--run")?.known {
      guard let package = PackageFile(near: launch.workingDirectory, launch), let (line, place) = package.script(script)
      else {
        return made(.neverStarts(why: "package.json has no script '\(script.harmless)'."))
      }
      var started = launch
      started.workingDirectory = package.folder
      return keeps(
        [started.shell(Word(line), at: place)], "", "node --run waits for its script and sends no signal on.",
        place: place)
    }
    if let code = parsed.value("-e", "--eval", "-p", "--print") {
      return nodeText(code.text, path: "-e", origin: launch.place, arguments: parsed.command)
    }
    guard let file = parsed.command.first else { return made(.ends(status: nil)) }
    let arguments = Array(parsed.command.dropFirst())
    if parsed.has("--watch") {
      return keeps(
        [launch.with(["node", file] + arguments)], "then stays; TERM INT: send, await, leave 0",
        "node --watch forwards the signal and waits.")
    }
    return nodeFile(file, arguments)
  }

  /// A file of JavaScript or TypeScript in this very process.
  func nodeFile(_ path: Word, _ arguments: [Word]) -> ProgramModel {
    guard let known = path.known else { return nodeAgent(path, arguments) }
    let tails = ["", ".js", ".mjs", ".cjs", ".ts", "/index.js", "/index.mjs", "/index.ts"]
    if known.contains("node_modules/"), let name = binary(known) {
      return Programs().model(for: launch.with([Word(name)] + arguments)) ?? nodeAgent(path, arguments)
    }
    guard let file = tails.lazy.compactMap({ launch.file(known + $0) }).first else { return nodeAgent(path, arguments) }
    return nodeText(file.text, path: known, origin: file.origin, arguments: arguments)
  }

  /// `node node_modules/.bin/tsx`, `node node_modules/pm2/bin/pm2-runtime`.
  private func binary(_ path: String) -> String? {
    let name = path.split(separator: "/").last.map { String($0.prefix { $0 != "." }) } ?? ""
    return ProgramTable.rows[name] == nil || name == "node" ? nil : name
  }

  /// A file that is not to be seen: the user's program, and the agent where nothing surer is started.
  func nodeAgent(_ path: Word, _ arguments: [Word]) -> ProgramModel {
    if let flag = PythonProgram.developmentFlag(arguments) { return PythonProgram.development(launch, flag: flag) }
    if let failure = ProgramModel.withShellArguments(launch, arguments) { return failure }
    if let failure = ProgramModel.withVariable(launch, path) { return failure }
    return made(
      .candidate(AgentBehaviour()), "\(path.description) is taken for the agent; its text is not in the context.")
  }

  private func nodeText(_ text: String, path: String, origin: Place, arguments: [Word]) -> ProgramModel {
    let script = NodeScript(text, path: path, arguments: arguments)
    let launcher = script.launcher
    if let line = script.agentLine ?? importedAgent(script, path: path, depth: 0), launcher.starts.isEmpty {
      return nodeOwnAgent(script, line: line, origin: origin, arguments: arguments)
    }
    guard !launcher.starts.isEmpty else {
      var first: [Signal: AgentBehaviour.Response] = [:]
      for handler in launcher.handlers {
        for signal in handler.signals { first[signal] = handler.actions.first == .exits ? .ends : .drains }
      }
      return made(
        .candidate(AgentBehaviour(first: first, second: .ends)),
        first[.terminate] == nil ? "\(path) has no handler for TERM." : "\(path) handles TERM itself.", place: origin)
    }
    let supervision = launcher.supervision(below: launch, origin: origin, unhandled: [:])
    let handler = launcher.handler(of: .terminate)
    let place = Place(file: origin.file, line: handler?.line ?? launcher.starts[0].line)
    var explanation = "\(path) handles the signal itself and waits for what it started."
    if case .forwardsAndRaises(let delay) = launcher.starts[0].manner, handler == nil {
      explanation =
        "execa forwards the signal and ends the process by it unless it is process 1"
        + (delay.map { _ in "; it kills after forceKillAfterDelay." } ?? ".")
    } else if handler == nil {
      explanation = "\(path) has no handler for signals, and sends none on."
    } else if handler?.actions.last == .exits, handler?.actions.contains(.waits) != true {
      explanation = "\(path) leaves before what it started has ended."
    }
    return made(.supervises(supervision), explanation, place: place)
  }

  /// An agent of LiveKit's SDK: a handler of the file's own that leaves ends it before it has drained.
  private func nodeOwnAgent(_ script: NodeScript, line: Int, origin: Place, arguments: [Word]) -> ProgramModel {
    if let flag = PythonProgram.developmentFlag(arguments) { return PythonProgram.development(launch, flag: flag) }
    let place = Place(file: origin.file, line: line)
    guard
      let handler = script.launcher.handlers.last(where: {
        $0.signals.contains(.terminate) && $0.actions.contains(.exits)
      })
    else {
      return made(.agent(AgentBehaviour()), "It runs LiveKit's SDK, which drains on the first signal.", place: place)
    }
    let at = Place(file: origin.file, line: handler.line)
    return made(
      .agent(AgentBehaviour(first: [.terminate: .ends, .interrupt: .drains])),
      "Its own handler leaves before the SDK has drained.", place: at,
      findings: [
        Finding(
          code: "SIG-012", status: .confirmed, severity: .critical,
          summary: "a handler in the agent's own code leaves before its sessions have ended",
          evidence: [
            Evidence(
              source: SourceID(rawValue: at.file.harmless), locator: at.description.harmless, at: nil,
              excerpt: "process.on")
          ],
          remedy: "remove the handler; the SDK drains and leaves by itself")
      ])
  }

  /// Whether a local file that is imported runs the agent; the line is the importing file's first.
  private func importedAgent(_ script: NodeScript, path: String, depth: Int) -> Int? {
    guard depth < 4 else { return nil }
    let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
    for name in script.localImports.prefix(16) {
      let base = Launch.relative("\(folder)/\(name)")
      for tail in ["", ".js", ".mjs", ".ts", "/index.js", "/index.ts"] {
        guard let file = launch.file(base + tail) else { continue }
        let inner = NodeScript(file.text, path: base + tail, arguments: [])
        if inner.agentLine != nil || importedAgent(inner, path: base + tail, depth: depth + 1) != nil { return 1 }
        break
      }
    }
    return nil
  }
}
