import Machine
import Vocabulary

/// What a program starts, and the handlers that it installs.
extension PythonScript {
  // MARK: Starts

  mutating func startFunction(_ call: PythonCall, _ unit: Int) {
    let name = call.argument("target")?.dottedName ?? "function"
    launcher.starts.append(
      Launcher.Start(command: .words(["python", Word("<\(name)>")]), manner: .waits, line: call.line))
  }

  mutating func start(
    _ call: PythonCall, _ full: String, named name: String?, in unit: Int, _ context: Context
  ) -> Bool {
    guard context != .otherProcess || forks else { return false }
    var manner = Launcher.Manner.waits
    var command: Launcher.Command?
    let first = call.argument(at: 0)
    switch full {
    case "subprocess.run", "subprocess.call", "subprocess.check_call", "subprocess.check_output", "subprocess.Popen",
      "psutil.Popen", "asyncio.subprocess.Process":
      command = (first ?? call.argument("args")).map { value in
        let isShell = call.argument("shell").flatMap { units[unit].module.flag(of: $0) } ?? false
        let shell = call.argument("executable").map { word($0, in: unit) }
        return isShell ? .shell(word(value, in: unit), shell: shell) : .words(words(value, in: unit))
      }
    case "os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput",
      "asyncio.create_subprocess_shell",
      "asyncio.subprocess.create_subprocess_shell":
      command = first.map { .shell(word($0, in: unit), shell: nil) }
    case "asyncio.create_subprocess_exec", "asyncio.subprocess.create_subprocess_exec":
      command = .words(spread(call.arguments, in: unit))
    case "os.execl", "os.execlp", "os.execle", "os.execlpe":
      manner = forks ? .waits : .replaces
      var list = spread(call.arguments, in: unit)
      if list.count > 1 { list.remove(at: 1) }
      if full.hasSuffix("e") || full.hasSuffix("pe") { list = list.dropLast() }
      command = .words(list)
    case "os.execv", "os.execvp", "os.execve", "os.execvpe":
      manner = forks ? .waits : .replaces
      command = .words(replaced(call, from: 0, in: unit))
    case "os.posix_spawn", "os.posix_spawnp": command = .words(replaced(call, from: 0, in: unit))
    case "os.spawnv", "os.spawnvp", "os.spawnve", "os.spawnvpe":
      command = .words(replaced(call, from: 1, in: unit))
    case "os.spawnl", "os.spawnlp", "os.spawnle", "os.spawnlpe":
      var list = spread(Array(call.arguments.dropFirst()), in: unit)
      if list.count > 1 { list.remove(at: 1) }
      command = .words(list)
    case "pty.spawn": command = first.map { .words(words($0, in: unit)) }
    case "sh.bash", "invoke.run": command = first.map { .shell(word($0, in: unit), shell: "/bin/bash") }
    default: return false
    }
    guard let command else { return false }
    var start = Launcher.Start(command: command, manner: manner, name: name, line: call.line)
    start.directory = call.argument("cwd").map { word($0, in: unit) }
    start.isPopen = full.hasSuffix("Popen") || full.hasPrefix("asyncio.") || full.hasPrefix("os.posix_spawn")
    if full.hasPrefix("os.spawn") {
      start.isPopen = call.argument(at: 0)?.dottedName?.hasSuffix("P_WAIT") != true
    }
    let before = call.argument("preexec_fn").flatMap { units[unit].module.qualifiedName(of: $0) } ?? ""
    start.ownGroup =
      call.argument("start_new_session").flatMap { units[unit].module.flag(of: $0) } == true
      || call.argument("process_group") != nil || before == "os.setsid" || before == "os.setpgrp"
    launcher.starts.append(start)
    return true
  }

  /// `execv(path, [name, arguments…])`: the path stands for the name.
  private func replaced(_ call: PythonCall, from position: Int, in unit: Int) -> [Word] {
    guard let path = call.argument(at: position) else { return [.unknown] }
    let list = call.argument(at: position + 1).map { words($0, in: unit) } ?? []
    return [word(path, in: unit)] + list.dropFirst()
  }

  private func spread(_ arguments: [PythonArgument], in unit: Int) -> [Word] {
    arguments.filter { $0.name == nil }.flatMap {
      $0.spread == nil ? [word($0.value, in: unit)] : words($0.value, in: unit)
    }
  }

  // MARK: Handlers

  mutating func install(
    _ value: PythonExpression, for signals: Set<Signal>, _ unit: Int, _ context: Context, line: Int, isOnLoop: Bool
  ) {
    guard !signals.isEmpty else { return }
    let handler = Launcher.Handler(
      signals: signals, actions: handlerActions(value, in: unit), line: line)
    install(handler, unit, context, isOnLoop: isOnLoop)
  }

  mutating func install(_ handler: Launcher.Handler, _ unit: Int, _ context: Context, isOnLoop: Bool) {
    let module = units[unit].module
    installed.append(
      Installed(
        handler: handler, context: context, file: units[unit].file, excerpt: module.excerpt(handler.line),
        isOnLoop: isOnLoop, isAfterRun: run != nil))
  }
}
