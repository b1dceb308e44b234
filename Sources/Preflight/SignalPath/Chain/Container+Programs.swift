import Machine
import Vocabulary

extension Container {
  /// Who starts a program: the kernel runs only what it knows, `execvp` gives an unknown text to `/bin/sh`, a shell to itself.
  enum Starter { case kernel, execvp, shell(ShellKind) }

  /// Puts into a process the program that its launch names. False when there is none: the caller says what follows.
  @discardableResult
  mutating func start(_ id: Int, by starter: Starter) -> Bool {
    guard var launch = processes[id]?.launch else { return false }
    launch.isFirst = id == 1
    var starter = starter
    for _ in 0..<20 {
      processes[id]?.launch = launch
      guard launch.arguments.first?.isKnown == true else {
        return take(.candidate(AgentBehaviour()), named: "?", launch, id, because: nil)
      }
      if launch.arguments.first?.known == "" { return fail(id, launch.place, "an empty word names no program") }
      if let name = launch.arguments.first?.known, !name.contains("/"), name.contains(where: \.isWhitespace) {
        return fail(id, launch.place, "there is no program '\(name.harmless)': its words are one")
      }
      if let shell = shell(of: launch) {
        guard isThere(shell, launch) else {
          return fail(id, launch.place, "there is no bash in \(launch.image.name ?? "the image")")
        }
        return startShell(id, launch, shell)
      }
      if let path = path(of: launch), case .file(let file) = launch.files.lookUp(path) {
        switch interpret(file, at: path, launch, starter) {
        case .script(let next):
          (launch, starter) = (next, .kernel)
          continue
        case .fails(let place, let reason): return fail(id, place, reason)
        case .binary: break
        }
      } else if let path = path(of: launch), case .missing = launch.files.lookUp(path) {
        return fail(id, launch.place, "'\(path)' is not in the image")
      }
      let model = programs.model(for: launch) ?? CommonPrograms.model(for: launch)
      guard let model else {
        return take(.candidate(AgentBehaviour()), named: launch.name, launch, id, because: nil)
      }
      findings += model.findings
      if case .execs(let next) = model.reaction {
        note(id, model, launch)
        launch = next
        launch.isFirst = id == 1
        starter = .execvp
        continue
      }
      return take(model.reaction, named: model.name, launch, id, because: model)
    }
    return fail(id, launch.place, "it starts itself over and over")
  }

  private mutating func note(_ id: Int, _ model: ProgramModel, _ launch: Launch) {
    processes[id]?.images.append(
      ContainerProcess.Image(
        name: model.name, text: launch.arguments.commandLine.harmless, place: model.place ?? launch.place,
        explanation: model.explanation))
  }

  private mutating func take(
    _ reaction: Reaction, named name: String, _ launch: Launch, _ id: Int, because model: ProgramModel?
  ) -> Bool {
    let isBackground = processes[id]?.isBackground ?? false
    processes[id]?.images.append(
      ContainerProcess.Image(
        name: name, text: launch.arguments.commandLine.harmless, place: model?.place ?? launch.place,
        explanation: model?.explanation ?? ""))
    switch reaction {
    case .agent(let behaviour): serve(id, behaviour)
    case .candidate(let behaviour):
      return consider(id, launch, behaviour, isBackground, doubt: nil)
    case .ends(let status): end(id, .status(status))
    case .filter:
      processes[id]?.program = .filter
      if let pipe = processes[id]?.input, hasWriters(pipe) { return true }
      end(id, .status(0))
    case .runs(let duration, let handled):
      processes[id]?.program = .runs(handled: handled)
      if let duration { schedule(id, after: Int(duration.seconds * 1_000)) }
    case .execs: break
    case .supervises(let supervision): supervise(id, supervision)
    case .daemonizes(let launches):
      for launch in launches {
        let child = makeProcess(parent: id, launch: launch, ownGroup: true)
        start(child, by: .execvp)
      }
      end(id, .status(0))
    case .neverStarts(let why): return fail(id, model?.place ?? launch.place, why)
    case .unknown(let why):
      doubts.insert("\(launch.place): \(why)")
      return consider(id, launch, AgentBehaviour(), isBackground, doubt: why)
    }
    return true
  }

  /// A program that may be the agent: it is when it was chosen; else what stands in the background stays, and the rest ends.
  private mutating func consider(
    _ id: Int, _ launch: Launch, _ behaviour: AgentBehaviour, _ isBackground: Bool, doubt: String?
  ) -> Bool {
    let candidate = Candidate(text: launch.arguments.commandLine, place: launch.place, doubt: doubt)
    let index = candidates.firstIndex(of: candidate) ?? candidates.count
    if index == candidates.count { candidates.append(candidate) }
    if index == chosenCandidate {
      serve(id, behaviour)
    } else if isBackground {
      processes[id]?.program = .runs(handled: [.terminate, .interrupt])
    } else {
      starts[index, default: 0] += 1
      // Started over and over, it is a loop around the agent: nothing new comes of it.
      if starts[index, default: 0] > 2 { giveUp() }
      end(id, .status(nil))
    }
    return true
  }

  private mutating func serve(_ id: Int, _ behaviour: AgentBehaviour) {
    processes[id]?.program = .agent(behaviour)
    agents.append(id)
  }

  /// A program that cannot be started ends with 127, or 126.
  private mutating func fail(_ id: Int, _ place: Place, _ reason: String) -> Bool {
    failures.append(Failure(place: place, reason: reason))
    end(id, .status(127))
    return false
  }

  /// Where in the image a program lies that the context may know.
  private func path(of launch: Launch) -> String? {
    guard let name = launch.arguments.first?.known else { return nil }
    if name.contains("/") { return launch.absolute(name) }
    let folders = launch.environment["PATH"]?.known ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    for folder in folders.split(separator: ":").prefix(20) where folder.hasPrefix("/") {
      if case .file = launch.files.lookUp("\(folder)/\(name)") { return "\(folder)/\(name)" }
    }
    return nil
  }

  /// What becomes of a file that is started.
  private enum Interpretation {
    /// Its interpreter is started.
    case script(Launch)
    /// It is no text.
    case binary
    case fails(Place, String)
  }

  private func interpret(
    _ file: ImageFile, at path: String, _ launch: Launch, _ starter: Starter
  ) -> Interpretation {
    if file.isExecutable == false { return .fails(file.origin, "'\(path)' may not be executed") }
    let first = file.text.utf8.prefix { $0 != UInt8(ascii: "\n") }
    let arguments = launch.arguments.dropFirst()
    guard first.starts(with: "#!".utf8) else {
      guard !file.text.utf8.prefix(512).contains(0) else { return .binary }
      switch starter {
      case .kernel: return .fails(file.origin, "'\(path)' has no #! line, and nothing but a shell starts it")
      case .execvp: return .script(launch.with([Word("/bin/sh"), Word(path)] + arguments, at: file.origin))
      case .shell(let shell):
        return .script(launch.with([Word(shell.program), Word(path)] + arguments, at: file.origin))
      }
    }
    if first.last == UInt8(ascii: "\r") {
      return .fails(file.origin, "the #! line of '\(path)' ends with a carriage return: there is no such interpreter")
    }
    let line = String(decoding: first.dropFirst(2), as: UTF8.self).withoutBlanks
    let interpreter = line.prefix { !$0.isWhitespace }
    let rest = line.dropFirst(interpreter.count).withoutBlanks
    // The kernel hands the rest over as one word; env alone splits it, when -S asks for that.
    var words = [Word(interpreter)]
    if interpreter.hasSuffix("/env"), rest.hasPrefix("-S") {
      words = rest.dropFirst(2).split(whereSeparator: \.isWhitespace).map { Word($0) }
    } else if interpreter.hasSuffix("/env"), !rest.isEmpty {
      words = [Word(rest)]
    } else if !rest.isEmpty {
      words.append(Word(rest))
    }
    let name = launch.arguments.first?.known ?? path
    return .script(launch.with(words + [Word(name.contains("/") ? name : path)] + arguments, at: file.origin))
  }

  // MARK: Shells

  /// The shell that a launch starts; nil when it starts none.
  private func shell(of launch: Launch) -> ShellKind? {
    switch launch.name {
    case "sh": launch.image.shell
    case "bash", "rbash": .bash
    case "dash": .dash
    case "ash": .busybox
    case "zsh": .zsh
    case "ksh", "ksh93": .ksh
    case "mksh": .mksh
    case "busybox" where ["sh", "ash"].contains(launch.arguments.dropFirst().first?.known): .busybox
    default: nil
    }
  }

  /// Whether an image has the shell that is asked for, as far as that is known.
  private func isThere(_ shell: ShellKind, _ launch: Launch) -> Bool {
    guard shell == .bash, launch.name != "sh", launch.image.hasBash == false else { return true }
    return path(of: launch).map { if case .file = launch.files.lookUp($0) { true } else { false } } ?? false
  }

  private mutating func startShell(_ id: Int, _ launch: Launch, _ shell: ShellKind) -> Bool {
    let shell = resolve(shell, launch)
    var arguments = launch.arguments[...]
    var options = ShellMachine.Options()
    var takesText = false
    arguments = arguments.dropFirst(launch.name == "busybox" ? 2 : 1)
    let program = launch.name == "busybox" ? "sh" : launch.name
    options: while let argument = arguments.first?.known, argument.hasPrefix("-") || argument.hasPrefix("+") {
      if argument == "-" || argument == "--" {
        arguments.removeFirst()
        break
      }
      arguments.removeFirst()
      if argument.hasPrefix("--") {
        if ["--rcfile", "--init-file", "--emulate"].contains(argument) { arguments = arguments.dropFirst() }
        continue
      }
      for letter in argument.dropFirst() {
        switch letter {
        case "c": takesText = true
        case "o", "O":
          if let name = arguments.popFirst()?.known { options.set(named: name, to: argument.hasPrefix("-")) }
        default: options.set(letter, to: argument.hasPrefix("-"))
        }
      }
    }
    let code: ShellCode
    var name = program
    if takesText {
      guard let text = arguments.popFirst() else { return fail(id, launch.place, "'\(program) -c' without a command") }
      guard text.isKnown else { return takeUnknownText(id, launch, program) }
      let script = ShellParser.parse(text.text, dialect: shell)
      let rules = LastCommandRules(shell: shell)
      code = ShellCompiler.compile(
        script, shell: shell, origin: launch.place, lastIsLast: rules.appliesToCommandString(text.text))
      if let given = arguments.popFirst() { name = given.text }
    } else {
      let found: (text: String, origin: Place)
      if let file = arguments.popFirst() {
        name = file.text
        guard let path = file.known.flatMap({ launch.absolute($0) }), case .file(let script) = launch.files.lookUp(path)
        else { return takeUnknownText(id, launch, program) }
        found = (script.text, script.origin)
      } else if let lines = processes[id]?.inputLines {
        found = (lines.joined(separator: "\n"), launch.place)
      } else {
        return fail(id, launch.place, "'\(program)' without a script reads its input, which is empty, and ends")
      }
      code = ShellCompiler.compile(
        ShellParser.parse(found.text, dialect: shell), shell: shell, origin: found.origin,
        lastIsLast: LastCommandRules(shell: shell).appliesToFiles)
    }
    let frame = ShellMachine.Frame(code: code, kind: .script, arguments: arguments.map(\.text))
    var machine = ShellMachine(
      shell: shell, process: id, name: name, frames: [frame],
      variables: launch.environment.mapValues { .text($0.text) }, exported: Set(launch.environment.keys),
      workingDirectory: launch.workingDirectory)
    machine.options = options
    if let pipe = processes[id]?.input { machine.input = .pipe(pipe) }
    processes[id]?.program = .shell(machine)
    processes[id]?.images.append(
      ContainerProcess.Image(
        name: program, text: launch.arguments.commandLine.harmless, place: launch.place, explanation: ""))
    makeReady(id)
    return true
  }

  /// `/bin/sh` where it is not known which: dash, the one that never replaces itself, and a doubt.
  private mutating func resolve(_ shell: ShellKind, _ launch: Launch) -> ShellKind {
    guard shell == .unknown else { return shell }
    doubts.insert("\(launch.place): which shell /bin/sh is in this image is not known; dash is supposed")
    return .dash
  }

  private mutating func takeUnknownText(_ id: Int, _ launch: Launch, _ name: String) -> Bool {
    take(
      .unknown(why: "what '\(launch.arguments.commandLine.harmless)' runs is not known"), named: name, launch, id,
      because: nil)
  }
}

extension ShellKind {
  /// The name that starts it.
  var program: String { self == .busybox || self == .unknown ? "sh" : rawValue }
}

extension StringProtocol {
  var withoutBlanks: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text = text.dropFirst() }
    while let last = text.last, last.isWhitespace { text = text.dropLast() }
    return String(text)
  }
}
