import Machine

extension Container {
  /// Runs a builtin; false when the command is none.
  mutating func builtin(_ call: Call, _ shell: inout ShellMachine, _ id: Int) -> Bool {
    let arguments = call.arguments
    var status: Int32? = 0
    switch call.name {
    case ":", "true", "umask", "ulimit", "alias", "unalias", "shopt", "setopt", "unsetopt", "emulate", "bind",
      "complete",
      "enable", "times", "bg", "caller", "autoload", "zmodload", "stty":
      break
    case "false": status = 1
    case "hash": status = arguments.allSatisfy { $0.hasPrefix("-") } ? 0 : nil
    case "echo", "printf", "print": say(call, &shell, id)
    case "pwd": keep((shell.workingDirectory ?? Word.unknown.text) + "\n", id)
    case "cd", "pushd": changeFolder(arguments, &shell)
    case "popd": shell.workingDirectory = nil
    case "export", "readonly", "local", "declare", "typeset": declare(call, &shell, id)
    case "unset":
      for name in arguments where !name.hasPrefix("-") {
        shell.variables[name] = nil
        shell.exported.remove(name)
        shell.functions[name] = nil
      }
    case "set": set(arguments, &shell)
    case "shift":
      let count = arguments.first.flatMap { Int($0) } ?? 1
      let left = shell.arguments
      if count > left.count {
        // An error of a special builtin ends these shells.
        if [.dash, .ksh, .mksh].contains(shell.shell) {
          leave(&shell, id, .status(2))
          return true
        }
        status = 1
      } else {
        shell.arguments = Array(left.dropFirst(max(count, 0)))
      }
    case "getopts": status = getOptions(arguments, &shell)
    case "let":
      for text in arguments {
        let value = ShellArithmetic.value(of: shell.arithmetic(text), variables: &shell.variables)
        status = value.map { $0 == 0 ? 1 : 0 }
      }
    case "read", "mapfile", "readarray": return read(call, &shell)
    case "test", "[":
      var reader = ShellTest(words: call.name == "[" && arguments.last == "]" ? arguments.dropLast() : arguments)
      let answer = reader.evaluate(in: self, shell)
      let place = place(of: shell, line: call.line)
      status = decide(answer, place, arguments.joined(separator: " ")) ? 0 : 1
    case "trap": status = trap(arguments, &shell)
    case "kill": status = kill(arguments, &shell, id)
    case "wait": return wait(arguments, &shell, id)
    case "jobs":
      let alive = shell.jobs.filter { processes[$0]?.ending == nil }
      if arguments.contains("-p") || arguments.contains("-rp") || arguments.contains("-pr") {
        keep(alive.map { "\($0)\n" }.joined(), id)
      } else {
        keep(alive.isEmpty ? "" : Word.unknown.text, id)
      }
    case "disown": if shell.shell != .dash { shell.jobs = [] }
    case "fg":
      guard let job = shell.jobs.last, processes[job]?.ending == nil else {
        status = 1
        break
      }
      shell.waiting = .foreground([job])
      return true
    case "eval":
      let text = arguments.joined(separator: " ")
      guard Word(holed: text).isKnown else {
        doubts.insert("\(place(of: shell, line: call.line)): what eval runs is not known")
        status = nil
        break
      }
      push(text, at: place(of: shell, line: call.line), kind: .text, arguments: [], &shell)
      return true
    case ".", "source": return source(call, &shell, id)
    case "exec":
      execute(call, &shell, id)
      return true
    case "command", "builtin", "noglob", "nocorrect":
      return command(call, &shell, id)
    case "type", "whence": status = nil
    case "exit", "logout", "bye":
      leave(&shell, id, .status(arguments.first.flatMap { Int32($0) }.map { $0 & 255 } ?? exitStatus(shell)))
      return true
    case "return":
      let status = arguments.first.flatMap { Int32($0) }.map { $0 & 255 } ?? shell.status
      leaveFunction(&shell, id, status)
      return true
    case "break", "continue":
      jumpOut(of: max(arguments.first.flatMap { Int($0) } ?? 1, 1), again: call.name == "continue", &shell)
      return true
    case "suspend": break
    default: return false
    }
    shell.status = status
    checkStatus(&shell, id)
    return true
  }

  /// The status of an `exit` without one: in a trap, the status that the trap interrupted.
  private func exitStatus(_ shell: ShellMachine) -> Int32? {
    for frame in shell.frames.reversed() {
      switch frame.kind {
      case .trap(_, let status): return status
      case .exitTrap(let ending): return ending.shellStatus
      default: continue
      }
    }
    return shell.status
  }

  private func push(
    _ text: String, at place: Place, kind: ShellMachine.Frame.Kind, arguments: [String], _ shell: inout ShellMachine
  ) {
    guard shell.frames.count < 100 else { return }
    let script = ShellParser.parse(text, dialect: shell.shell)
    let code = ShellCompiler.compile(script, shell: shell.shell, origin: place, lastIsLast: false)
    shell.frames.append(ShellMachine.Frame(code: code, kind: kind, arguments: arguments))
  }

  private func leaveFunction(_ shell: inout ShellMachine, _ id: Int, _ status: Int32?) {
    shell.status = status
    while let frame = shell.frames.last {
      switch frame.kind {
      case .text where shell.frames.count > 1:
        shell.frames.removeLast()
        continue
      default: break
      }
      // The frame ends as if it had come to its last instruction.
      shell.frames[shell.frames.count - 1].next = frame.code.instructions.count
      return
    }
  }

  private func jumpOut(of count: Int, again: Bool, _ shell: inout ShellMachine) {
    var left = count
    shell.status = 0
    while let top = shell.frames.indices.last {
      if shell.frames[top].loops.isEmpty {
        // `break` in a trap or an eval reaches the loop around it.
        guard case .text = shell.frames[top].kind, top > 0 else { return }
        shell.frames.removeLast()
        continue
      }
      left = min(left, shell.frames[top].loops.count)
      for _ in 1..<max(left, 1) {
        shell.frames[top].loops.removeLast()
        _ = shell.frames[top].iterators.popLast()
      }
      guard let loop = shell.frames[top].loops.last else { return }
      shell.frames[top].next = again ? loop.again : loop.exit
      shell.exempt = 0
      return
    }
  }

  // MARK: Output

  /// Keeps what a shell prints, for the substitution that asked for it.
  private mutating func keep(_ text: String, _ id: Int) { processes[id]?.printed += text }

  private mutating func say(_ call: Call, _ shell: inout ShellMachine, _ id: Int) {
    let isAside = call.redirections.contains { ($0.descriptor ?? "1") == "1" && $0.kind != .input }
    guard !isAside else { return }
    guard call.name != "printf" else {
      let format = call.arguments.first ?? ""
      return keep(format.contains("%") ? call.arguments.dropFirst().joined(separator: " ") : format, id)
    }
    var arguments = call.arguments[...]
    var end = "\n"
    while let option = arguments.first, ["-n", "-e", "-ne", "-en", "-E", "-r"].contains(option) {
      if option.contains("n") { end = "" }
      arguments.removeFirst()
    }
    keep(arguments.joined(separator: " ") + end, id)
  }

  // MARK: Variables and folders

  private func changeFolder(_ arguments: [String], _ shell: inout ShellMachine) {
    let target = arguments.first { !$0.hasPrefix("-") || $0 == "-" } ?? shell.variables["HOME"]?.text ?? "/root"
    guard Word(holed: target).isKnown, target != "-" else { return shell.workingDirectory = nil }
    if target.hasPrefix("/") {
      shell.workingDirectory = Launch.normalized(target)
    } else {
      shell.workingDirectory = shell.workingDirectory.map { Launch.normalized($0 + "/" + target) }
    }
  }

  private func declare(_ call: Call, _ shell: inout ShellMachine, _ id: Int) {
    let exports = call.name == "export" || call.arguments.contains { $0.hasPrefix("-") && $0.contains("x") }
    let isLocal = call.name == "local" || ["declare", "typeset"].contains(call.name)
    for argument in call.arguments where !argument.hasPrefix("-") {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = String(parts[0])
      if isLocal, let top = shell.frames.indices.last, case .function = shell.frames[top].kind,
        shell.frames[top].hidden[name] == nil
      {
        shell.frames[top].hidden[name] = .some(shell.variables[name])
        if parts.count == 1 { shell.variables[name] = nil }
      }
      if parts.count > 1 { shell.variables[name] = .text(String(parts[1])) }
      if exports { shell.exported.insert(name) }
    }
  }

  private func set(_ arguments: [String], _ shell: inout ShellMachine) {
    var rest = arguments[...]
    while let argument = rest.first {
      if argument == "--" || argument == "-" {
        if argument == "--" || rest.count > 1 { shell.arguments = Array(rest.dropFirst()) }
        return
      }
      guard argument.hasPrefix("-") || argument.hasPrefix("+"), argument.count > 1 else {
        shell.arguments = Array(rest)
        return
      }
      rest.removeFirst()
      let on = argument.hasPrefix("-")
      for letter in argument.dropFirst() {
        if letter == "o" {
          if let name = rest.popFirst() { shell.options.set(named: name, to: on) }
        } else {
          // Without a terminal dash and busybox have no job control.
          let hasJobs = ![.dash, .busybox].contains(shell.shell)
          if letter != "m" || hasJobs { shell.options.set(letter, to: on) }
        }
      }
    }
  }

  private func getOptions(_ arguments: [String], _ shell: inout ShellMachine) -> Int32? {
    guard arguments.count >= 2 else { return 1 }
    let wanted = arguments[0]
    let words = arguments.count > 2 ? Array(arguments.dropFirst(2)) : shell.arguments
    let index = Int(shell.variables["OPTIND"]?.text ?? "1") ?? 1
    guard index >= 1, index <= words.count else { return 1 }
    let word = words[index - 1]
    guard word.hasPrefix("-"), word.count > 1, word != "--" else { return 1 }
    let letter = word[word.index(after: word.startIndex)]
    shell.variables[arguments[1]] = .text(wanted.contains(letter) ? String(letter) : "?")
    var next = index + 1
    if let place = wanted.firstIndex(of: letter), wanted.index(after: place) < wanted.endIndex,
      wanted[wanted.index(after: place)] == ":"
    {
      if word.count > 2 {
        shell.variables["OPTARG"] = .text(String(word.dropFirst(2)))
      } else {
        shell.variables["OPTARG"] = .text(index < words.count ? words[index] : "")
        next += 1
      }
    }
    shell.variables["OPTIND"] = .text("\(next)")
    return 0
  }

  private mutating func read(_ call: Call, _ shell: inout ShellMachine) -> Bool {
    let names = call.arguments.filter { !$0.hasPrefix("-") }
    func give(_ text: String) {
      let words = text.split(maxSplits: max(names.count - 1, 0), whereSeparator: { " \t".contains($0) })
      for (index, name) in names.enumerated() {
        shell.variables[name] = .text(index < words.count ? String(words[index]) : "")
      }
    }
    switch shell.input {
    case .nothing: shell.status = 1
    case .lines(var lines):
      guard !lines.isEmpty else {
        shell.status = 1
        break
      }
      give(lines.removeFirst())
      shell.input = .lines(lines)
      shell.status = 0
    case .unknown:
      for name in names { shell.variables[name] = .text(Word.unknown.text) }
      shell.input = .nothing
      shell.status = 0
    case .pipe(let pipe):
      for name in names { shell.variables[name] = .text(Word.unknown.text) }
      shell.input = .nothing
      shell.status = 0
      if hasWriters(pipe) { shell.waiting = .read(pipe: pipe) }
    }
    return true
  }

  // MARK: Sourcing and command

  private mutating func source(_ call: Call, _ shell: inout ShellMachine, _ id: Int) -> Bool {
    guard let name = call.arguments.first.map({ Word(holed: $0) })?.known, shell.frames.count < 60,
      let launch = processes[id]?.launch
    else {
      shell.status = nil
      return true
    }
    let path = name.hasPrefix("/") ? name : shell.workingDirectory.map { "\($0)/\(name)" }
    guard let path, case .file(let file) = launch.files.lookUp(Launch.normalized(path)) else {
      // A virtual environment's activate, a file of the image: it is supposed to set variables.
      shell.status = nil
      return true
    }
    let script = ShellParser.parse(file.text, dialect: shell.shell)
    let code = ShellCompiler.compile(script, shell: shell.shell, origin: file.origin, lastIsLast: false)
    let arguments =
      call.arguments.count > 1 && shell.shell != .dash ? Array(call.arguments.dropFirst()) : shell.arguments
    shell.frames.append(ShellMachine.Frame(code: code, kind: .sourced, arguments: arguments))
    return true
  }

  /// `command NAME …`: past functions; `command -v NAME` asks for it.
  private mutating func command(_ call: Call, _ shell: inout ShellMachine, _ id: Int) -> Bool {
    var rest = call.arguments[...]
    while let option = rest.first, option.hasPrefix("-"), option != "--" {
      rest.removeFirst()
      if option.contains("v") || option.contains("V") {
        let name = rest.first ?? ""
        keep(name + "\n", id)
        let isKnown =
          shell.functions[name] != nil || ["sh", "cd", "echo", "exec", "test", "true"].contains(name)
          || name == "bash" && processes[id]?.launch.image.hasBash == true
        shell.status = isKnown ? 0 : nil
        return true
      }
    }
    if rest.first == "--" { rest.removeFirst() }
    guard let name = rest.first else {
      shell.status = 0
      return true
    }
    var inner = call
    inner.name = Word(holed: name).known ?? ""
    inner.arguments = Array(rest.dropFirst())
    if builtin(inner, &shell, id) { return true }
    external(Array(rest), inner, &shell, id)
    return true
  }
}

extension ShellMachine.Options {
  /// `set -e`, `sh -m`.
  mutating func set(_ letter: Character, to on: Bool) {
    switch letter {
    case "e": errexit = on
    case "m": monitor = on
    case "u": nounset = on
    case "a": allexport = on
    default: break
    }
  }

  /// `set -o pipefail`.
  mutating func set(named name: String, to on: Bool) {
    switch name.lowercased().filter({ $0 != "_" }) {
    case "errexit": errexit = on
    case "monitor": monitor = on
    case "nounset": nounset = on
    case "allexport": allexport = on
    case "pipefail": pipefail = on
    default: break
    }
  }
}
