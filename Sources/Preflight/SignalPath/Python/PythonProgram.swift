import Documents
import Machine
import Vocabulary

/// Python as it is started: its options, and what the file, module or text that it runs does with processes and signals.
struct PythonProgram {
  private let launch: Launch
  /// How deep files lead to files.
  private let depth: Int

  init(_ launch: Launch, depth: Int = 0) {
    self.launch = launch
    self.depth = depth
  }

  /// What it does.
  var model: ProgramModel? {
    var rest = launch.words
    while let option = rest.first {
      let text = option.known ?? ""
      rest = rest.dropFirst()
      if text == "-c" || text.hasPrefix("-c"), text.count == 2 {
        guard let code = rest.first else { return nil }
        guard let text = code.known else { return model(.unknown(why: "The text after -c is not known."), "") }
        return script(text, origin: launch.place, path: "-c", arguments: Array(rest.dropFirst()))
      }
      if text == "-m" || text.hasPrefix("-"), text.hasSuffix("m"), !text.hasPrefix("--") {
        return module(rest.first, Array(rest.dropFirst()))
      }
      if ["-X", "-W", "-Q", "--check-hash-based-pycs"].contains(text) {
        rest = rest.dropFirst()
      } else if text.hasPrefix("-"), text.count > 1 {
        if text == "--version" || text == "-V" || text == "--help" || text == "-h" {
          return model(.ends(status: 0), "")
        }
      } else {
        return file(option, Array(rest))
      }
    }
    return model(.ends(status: 0), "Python without a program reads its input and ends.")
  }

  private func model(
    _ reaction: Reaction, _ explanation: String, place: Place? = nil, findings: [Finding] = []
  ) -> ProgramModel {
    ProgramModel(name: launch.name, reaction: reaction, explanation: explanation, place: place, findings: findings)
  }

  // MARK: What is run

  private func file(_ path: Word, _ arguments: [Word]) -> ProgramModel {
    guard let known = path.known else { return agent(path, arguments) }
    if let file = launch.file(known) {
      return script(file.text, origin: file.origin, path: known, arguments: arguments)
    }
    if let file = launch.file(known + "/__main__.py") {
      return script(file.text, origin: file.origin, path: known + "/__main__.py", arguments: arguments)
    }
    return agent(path, arguments)
  }

  /// Modules that run a program of the table, by the program's name.
  private static let programs: [String: String] = [
    "supervisor.supervisord": "supervisord", "circus.circusd": "circusd", "ddtrace.commands.ddtrace_run": "ddtrace-run",
    "google.adk.cli": "adk", "watchdog.watchmedo": "watchmedo", "newrelic.admin": "newrelic-admin",
    "hypercorn": "hypercorn",
    "opentelemetry.instrumentation.auto_instrumentation": "opentelemetry-instrument",
  ]

  /// Modules of Python's own and of tools that run a file or module within themselves.
  private static let inside: Set<String> = [
    "cProfile", "profile", "trace", "pdb", "debugpy", "scalene", "memray", "coverage",
  ]

  private func module(_ name: Word?, _ arguments: [Word]) -> ProgramModel? {
    guard let name else { return nil }
    guard let module = name.known else { return agent(name, arguments) }
    if module == "livekit.agents" || module.hasPrefix("livekit.agents.") {
      guard arguments.contains("start") || arguments.contains("console") else { return model(.ends(status: nil), "") }
      return agent(name, arguments)
    }
    let path = module.split(separator: ".").joined(separator: "/")
    for prefix in ["", "src/"] {
      for end in [".py", "/__main__.py"] {
        if let file = launch.file(prefix + path + end) {
          return script(file.text, origin: file.origin, path: prefix + path + end, arguments: arguments)
        }
      }
    }
    if PythonProgram.inside.contains(module) { return inside(arguments) }
    let program = PythonProgram.programs[module] ?? module
    if ProgramTable.rows[program] != nil, !["python-inside"].contains(program) {
      return Programs().model(for: launch.with([Word(program)] + arguments))
    }
    if ["http.server", "venv", "pip", "compileall", "json.tool", "timeit", "unittest", "pytest"].contains(module) {
      return model(module == "http.server" ? .runs(nil, handled: []) : .ends(status: nil), "")
    }
    return agent(name, arguments)
  }

  /// A profiler or debugger: the first operand, or what follows `-m`, runs in the same process.
  private func inside(_ arguments: [Word]) -> ProgramModel? {
    if let flag = arguments.firstIndex(of: "-m") {
      return module(arguments.dropFirst(flag + 1).first, Array(arguments.dropFirst(flag + 2)))
    }
    guard let file = arguments.firstIndex(where: { $0.text.hasSuffix(".py") }) else { return nil }
    return self.file(arguments[file], Array(arguments[(file + 1)...]))
  }

  /// A file that is not to be seen: the user's program, and the agent where nothing surer is started.
  private func agent(_ path: Word, _ arguments: [Word]) -> ProgramModel {
    if let flag = PythonProgram.developmentFlag(arguments) { return PythonProgram.development(launch, flag: flag) }
    if let failure = ProgramModel.withShellArguments(launch, arguments) { return failure }
    if let failure = ProgramModel.withVariable(launch, path) { return failure }
    return model(
      .candidate(AgentBehaviour()), "\(path.description) is taken for the agent; its text is not in the context.")
  }

  /// The word among an agent's arguments that has it run for development.
  static func developmentFlag(_ arguments: [Word]) -> String? {
    let flags = ["dev", "console", "connect"]
    if let first = arguments.first(where: { !$0.text.hasPrefix("-") })?.known, flags.contains(first) { return first }
    return arguments.contains("--dev") ? "--dev" : nil
  }

  /// An agent that is run for development: its drain is skipped.
  static func development(_ launch: Launch, flag: String) -> ProgramModel {
    let command = launch.arguments.commandLine.harmless
    return ProgramModel(
      name: launch.name, reaction: .agent(AgentBehaviour(first: [.terminate: .ends, .interrupt: .ends])),
      explanation: "With '\(flag)' the agent runs for development, and leaves at once when it is told to stop.",
      findings: [
        Finding(
          code: "SIG-011", status: .confirmed, severity: .critical,
          summary: "the agent is started with '\(flag)', where a stop signal ends it without a drain",
          evidence: [
            Evidence(source: "entry command", locator: launch.place.description, at: nil, excerpt: command)
          ], remedy: "start it with 'start'")
      ])
  }

  // MARK: Text

  private func script(_ text: String, origin: Place, path: String, arguments: [Word]) -> ProgramModel {
    let script = PythonScript(text, path: path, arguments: arguments, launch: launch)
    let place = origin
    func at(_ line: Int) -> Place { Place(file: place.file, line: line) }
    if let next = script.inProcess, depth < 8 {
      var started = launch
      started.arguments = [launch.arguments[0]] + next.words
      started.place = at(next.line)
      if var inner = PythonProgram(started, depth: depth + 1).model {
        if inner.place == nil { inner.place = at(next.line) }
        return inner
      }
    }
    if let taken = PythonAgent(script, arguments: arguments, launch: launch, origin: place).model { return taken }
    guard !script.launcher.starts.isEmpty else {
      if let host = script.host {
        return ProgramModel.server(
          host.name, at: at(host.line), "\(host.name) takes the signals of the process, and closes its open sessions.")
      }
      return ownProgram(script, at: place)
    }
    if let index = script.launcher.starts.firstIndex(where: { $0.manner == .replaces }),
      index == 0 || script.launcher.starts[..<index].allSatisfy({ $0.manner == .waits })
    {
      let command = script.launcher.launches(below: launch, origin: place)[index]
      return model(
        .execs(command), "\(path) is replaced by its command.", place: at(script.launcher.starts[index].line))
    }
    return launching(script, path: path, origin: place)
  }

  private func launching(_ script: PythonScript, path: String, origin: Place) -> ProgramModel {
    let launcher = script.launcher
    let place = Place(file: origin.file, line: launcher.starts.first?.line)
    if launcher.starts.allSatisfy({ $0.manner == .leaves }) {
      let launches = launcher.launches(below: launch, origin: origin).map(\.asChild)
      return model(
        .daemonizes(launches), "\(path) starts its command and ends, and does not wait for it.", place: place)
    }
    let supervision = launcher.supervision(below: launch, origin: origin, unhandled: [.interrupt: [.leave(130)]])
    guard let handler = launcher.handler(of: .terminate) else {
      return model(
        .supervises(supervision), "\(path) waits for its command and has no handler for signals.", place: place,
        findings: [PythonProgram.launcherFinding(script, origin: origin, handler: nil)])
    }
    let leaves = handler.actions.contains(.exits) && handler.actions.first != .waits
    return model(
      .supervises(supervision),
      leaves ? "\(path) leaves when the signal comes." : "\(path) handles the signal itself and waits for its command.",
      place: Place(file: origin.file, line: handler.line))
  }

  /// The launcher that does not pass the signal on, with its line made one that is replaced by the command.
  static func launcherFinding(_ script: PythonScript, origin: Place, handler: Int?) -> Finding {
    let line = script.launcher.starts.first?.line ?? 1
    let excerpt = script.module.excerpt(line)
    let place = Place(file: origin.file, line: line)
    var commands: [String] = []
    if case .words(let words) = script.launcher.starts.first?.command, words.allSatisfy(\.isKnown) {
      let list = words.map { "\"\($0.text)\"" }.joined(separator: ", ")
      commands = ["-" + excerpt, "+os.execvp(\"\(words[0].text)\", [\(list)])"]
    } else if case .shell(let text, _) = script.launcher.starts.first?.command, text.isKnown {
      commands = ["-" + excerpt, "+os.execvp(\"/bin/sh\", [\"/bin/sh\", \"-c\", \"exec \(text.text)\"])"]
    }
    return Finding(
      code: "SIG-012", status: .confirmed, severity: .critical,
      summary: "the Python launcher \(origin.file.harmless) does not pass the stop signal on to what it starts",
      evidence: [
        Evidence(source: SourceID(rawValue: origin.file), locator: place.description, at: nil, excerpt: excerpt)
      ],
      remedy: Finding.Remedy("let the launcher be replaced by its command", commands: commands.map(\.harmless)))
  }

  /// A program of the user's that starts nothing and runs no agent that can be seen: it may be the agent all the same.
  private func ownProgram(_ script: PythonScript, at origin: Place) -> ProgramModel {
    if let flag = script.importsSDK ? PythonProgram.developmentFlag(script.arguments) : nil {
      return PythonProgram.development(launch, flag: flag)
    }
    guard !script.importsSDK else {
      return model(.candidate(AgentBehaviour()), "It imports LiveKit's SDK, and is taken for the agent.", place: origin)
    }
    var first: [Signal: AgentBehaviour.Response] = [.interrupt: .ends]
    for handler in script.launcher.handlers {
      for signal in handler.signals {
        first[signal] =
          handler.actions.contains(.restoresDefault) ? nil : handler.actions.contains(.exits) ? .ends : .drains
      }
    }
    return model(
      .candidate(AgentBehaviour(first: first, second: .ends)),
      first[.terminate] == nil
        ? "It has no handler for TERM." : "It handles TERM itself.", place: origin)
  }

  /// A command that the project's own pyproject.toml defines: its function's module runs.
  static func consoleScript(_ launch: Launch) -> ProgramModel? {
    guard !launch.name.isEmpty, let file = launch.file("pyproject.toml"), let project = UserDocument.toml(file) else {
      return nil
    }
    let tables = [project["project"]?["scripts"], project["tool"]?["poetry"]?["scripts"]]
    guard let target = tables.lazy.compactMap({ $0?[launch.name]?.string }).first else { return nil }
    let parts = target.split(separator: ":")
    guard parts.count == 2 else { return nil }
    let path = parts[0].split(separator: ".").joined(separator: "/")
    for candidate in ["\(path).py", "src/\(path).py", "\(path)/__init__.py", "src/\(path)/__init__.py"] {
      guard let module = launch.file(candidate) else { continue }
      let text = module.text + "\n\(parts[1])()\n"
      return PythonProgram(launch).script(text, origin: module.origin, path: candidate, arguments: Array(launch.words))
    }
    return PythonProgram(launch).agent(Word(target), Array(launch.words))
  }
}

extension Launch {
  /// Whether the program is a Python.
  var isPython: Bool {
    let name = name
    guard name.hasPrefix("python") || name.hasPrefix("pypy") else { return false }
    return name.drop { $0.isLetter }.allSatisfy { $0.isNumber || $0 == "." }
  }
}
