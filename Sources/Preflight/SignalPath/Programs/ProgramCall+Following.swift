import Machine
import Vocabulary

/// The programs whose arguments or files say more than a line of the table can.
extension ProgramCall {
  /// The model that code makes; nil when the program is used in a way that is not known.
  func follow(_ what: String) -> ProgramModel? {
    let words = what.split(separator: " ").map(String.init)
    return switch words.first {
    case "dumb-init": dumbInit()
    case "env": env()
    case "su": substituteUser()
    case "capsh": capsh()
    case "timeout": timeout()
    case "busybox": busybox()
    case "strace": tracer()
    case "start-stop-daemon": startStopDaemon()
    case "tmux": tmux()
    case "chamber": chamber()
    case "envconsul": envconsul()
    case "docker-entrypoint": dockerEntrypoint()
    case "procfile": procfile(manager: words[1])
    case "supervisord": supervisord()
    case "circusd": circusd()
    case "runsvdir": runsvdir()
    case "runsv": runsv()
    case "svscan": svscan()
    case "s6-svscan": s6Scan()
    case "s6-supervise": s6Supervise()
    case "make": make()
    case "just": just()
    case "task": task()
    case "uv": uv()
    case "python-runner": pythonRunner(words[1])
    case "newrelic-admin": newRelic()
    case "watchfiles": watchfiles()
    case "watchmedo": watchmedo()
    case "hupper": hupper()
    case "python-inside": pythonInside()
    case "openrtc": openRTC()
    case "node": nodeProgram()
    case "node-tool": nodeTool()
    default: nil
    }
  }

  /// A child in the words of a pattern of the table; the pattern is the code's own and always reads.
  func keeps(
    _ launches: [Launch], _ pattern: String, order: Supervision.Order = .together, _ explanation: String? = nil,
    place: Place? = nil, findings: [Finding] = []
  ) -> ProgramModel {
    guard !launches.isEmpty else {
      return made(.neverStarts(why: "It is given no command."), "It is given no command.")
    }
    let supervision = ProgramTable.pattern(pattern).supervision(of: launches.map(\.asChild), order: order)
    return made(.supervises(supervision), explanation, place: place, findings: findings)
  }

  // MARK: Inits and prefixes

  /// `--single-child`, and `--rewrite FROM:TO`, where 0 drops the signal.
  private func dumbInit() -> ProgramModel {
    let target = arguments.has("-c", "--single-child") ? "children" : "groups"
    var rewritten: [(from: Signal, to: Signal?)] = []
    for option in arguments.options where option.name == "-r" || option.name == "--rewrite" {
      let parts = (option.value?.known ?? "").split(separator: ":")
      guard parts.count == 2, let from = Signal(name: parts[0]) else { continue }
      rewritten.append((from, parts[1] == "0" ? nil : Signal(name: parts[1])))
    }
    var pattern = ProgramTable.pattern("own-group; *: send to \(target)")
    for (from, to) in rewritten {
      guard let to else {
        pattern.handlers[from] = []
        continue
      }
      pattern.handlers[from] = [.send(to, to: target == "groups" ? .childGroups : .children)]
    }
    guard let command = commands.first else { return made(.neverStarts(why: "It is given no command.")) }
    let term = rewritten.last { $0.from == .terminate }
    let explanation =
      term.map { term in
        term.to.map { "dumb-init turns TERM into \($0.shortName)." } ?? "dumb-init drops TERM."
      } ?? (target == "groups" ? nil : "dumb-init sends the signal to its child and leaves when the child leaves.")
    return made(.supervises(pattern.supervision(of: [command.asChild])), explanation)
  }

  private func env() -> ProgramModel? {
    var started = launch
    if arguments.has("-i", "--ignore-environment") || launch.words.first == "-" { started.environment = [:] }
    for option in arguments.options {
      let names = option.value?.known ?? "TERM"
      switch option.name {
      case "-u", "--unset": started.environment[names] = nil
      case "-C", "--chdir": started.workingDirectory = option.value?.known.flatMap(launch.absolute)
      case "--block-signal": started.blocked.formUnion(signals(names))
      case "--ignore-signal": started.ignored.formUnion(signals(names))
      case "--default-signal": started.ignored.subtract(signals(names))
      default: break
      }
    }
    for assignment in arguments.assignments { started.environment[assignment.name] = assignment.value }
    var command = arguments.command
    if command.first == "-" { command.removeFirst() }
    if let split = arguments.value("-S", "--split-string") {
      command = split.text.split(separator: " ").map { Word(holed: String($0)) } + command
      // What -S splits may itself begin with options and assignments.
      if command.first.map({ $0.text.contains("=") || $0.text.hasPrefix("-") }) == true {
        return Programs().model(for: started.with(["env"] + command, at: launch.place))
      }
    }
    guard !command.isEmpty else { return made(.ends(status: 0)) }
    return made(.execs(started.with(command)))
  }

  private func signals(_ names: String) -> [Signal] {
    names.split(separator: ",").compactMap { Signal(name: $0) }
  }

  /// `su [-] [USER] [-c LINE] [ARGUMENTS]`, and `runuser -u USER [--] COMMAND`, which alone starts its command directly.
  private func substituteUser() -> ProgramModel {
    let valued: Set = ["-c", "--command", "-s", "--shell", "-g", "--group", "-G", "--supp-group", "-w", "-u", "--user"]
    var grammar = ArgumentGrammar()
    grammar.valued = valued
    grammar.optionsFollow = true
    grammar.operands = .max
    let pattern = "own-group; TERM: send, pause 2s, send KILL, leave 143; INT QUIT: pause 2s, send KILL, leave 130"
    guard let parsed = ProgramArguments(launch.words, grammar) else { return made(.unknown(why: row.explanation)) }
    if parsed.has("-u", "--user"), launch.name == "runuser" {
      grammar.optionsFollow = false
      grammar.operands = 0
      let command = ProgramArguments(launch.words, grammar)?.command ?? []
      return keeps(command.isEmpty ? [] : [launch.with(command)], pattern)
    }
    let shell = parsed.value("-s", "--shell") ?? "/bin/sh"
    guard let line = parsed.value("-c", "--command") else {
      return made(.neverStarts(why: "It starts a shell that reads commands from its input."))
    }
    return keeps([launch.shell(line, by: shell)], pattern)
  }

  /// `capsh OPTIONS -- [-c LINE]`, which is replaced by bash.
  private func capsh() -> ProgramModel? {
    guard let end = launch.words.firstIndex(of: "--") else { return nil }
    return made(.execs(launch.with(["/bin/bash"] + launch.words[(end + 1)...])))
  }

  private func timeout() -> ProgramModel {
    guard launch.arguments.count > 2 else { return made(.ends(status: 125)) }
    // busybox's forks the watcher and is replaced by its command.
    if launch.image.shell == .busybox { return withCommand { .execs($0) } }
    let kill = arguments.value("-k", "--kill-after")?.known.flatMap(seconds).map { ", pause \($0), send KILL" } ?? ""
    if launch.isFirst || arguments.has("--foreground", "-f") { return keeps(commands, "TERM INT HUP: send\(kill)") }
    return keeps(
      commands, "own-group; TERM INT HUP: send, send to groups\(kill)",
      "timeout sends the signal to its command and to its own group, so the command gets it twice.")
  }

  /// busybox's timeout is replaced by its command; its other applets do what the programs of their names do.
  private func busybox() -> ProgramModel? {
    guard let applet = launch.words.first else { return made(.ends(status: 0)) }
    guard applet == "timeout" else { return made(.execs(launch.with(Array(launch.words)))) }
    var grammar = ArgumentGrammar()
    grammar.valued = ["-s", "-k"]
    grammar.operands = 1
    guard let command = ProgramArguments(launch.words.dropFirst(), grammar)?.command, !command.isEmpty else {
      return nil
    }
    return made(.execs(launch.with(command)))
  }

  /// `90`, `1.5m`, `2h` as the table writes durations.
  private func seconds(_ text: String) -> String? {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Double(unit == nil ? text : String(text.dropLast())), number > 0, number < 1e9 else {
      return nil
    }
    return "\(Int64(number * (unit ?? 1) * 1000))ms"
  }

  /// strace keeps fatal signals from itself where it writes to a file, and with `-I` as told.
  private func tracer() -> ProgramModel {
    let interruptible = arguments.value("-I", "--interruptible")?.known
    let isDeaf =
      interruptible.map { ["3", "4", "never", "never_tstp"].contains($0) } ?? arguments.has("-o", "--output")
    return isDeaf
      ? keeps(commands, "ignores TERM INT HUP QUIT")
      : keeps(
        commands, "TERM INT HUP QUIT: leave 143", "\(launch.name) ends on a signal, and its command with the container."
      )
  }

  /// `--exec PROGRAM -- ARGUMENTS`.
  private func startStopDaemon() -> ProgramModel? {
    var grammar = ArgumentGrammar()
    grammar.valued = [
      "-x", "--exec", "-a", "--startas", "-p", "--pidfile", "-u", "--user", "-c", "--chuid", "-g", "--group", "-n",
      "--name",
      "-d", "--chdir", "-r", "--chroot", "-N", "--nicelevel", "-k", "--umask", "-s", "--signal", "-R", "--retry", "-P",
      "-I",
      "--output",
    ]
    guard let parsed = ProgramArguments(launch.words, grammar),
      let program = parsed.value("-a", "--startas") ?? parsed.value("-x", "--exec")
    else { return nil }
    var started = launch.with([program] + parsed.command)
    // Without --chdir it starts its program in the root.
    started.workingDirectory = parsed.value("-d", "--chdir").map { $0.known.flatMap(launch.absolute) } ?? "/"
    guard parsed.has("-S", "--start") else { return made(.ends(status: nil)) }
    return parsed.has("-b", "--background")
      ? made(.daemonizes([started.asChild]), "start-stop-daemon --background starts its program and leaves.")
      : made(.execs(started))
  }

  private func tmux() -> ProgramModel {
    let line = launch.words.last.map {
      $0.text.contains(" ") ? launch.shell($0) : launch.with(Array(launch.words.suffix(1)))
    }
    return made(.daemonizes(line.map { [$0.asChild] } ?? []))
  }

  /// `chamber exec SERVICE… -- COMMAND`.
  private func chamber() -> ProgramModel? {
    guard let end = launch.words.firstIndex(of: "--"), end + 1 < launch.arguments.count else { return nil }
    return made(.execs(launch.with(Array(launch.arguments[(end + 1)...]))))
  }

  private func envconsul() -> ProgramModel {
    let pause = arguments.value("-kill-timeout")?.known.flatMap(seconds) ?? "30s"
    let signal = arguments.value("-kill-signal")?.known.flatMap { Signal(name: $0) } ?? .terminate
    return keeps(commands, "TERM INT QUIT: send \(signal.shortName), pause \(pause), send KILL, leave 0")
  }

  /// Node's, bun's and deno's images put their program in front of what is no program.
  private func dockerEntrypoint() -> ProgramModel? {
    guard let first = launch.words.first else { return nil }
    let text = first.known ?? ""
    let base = launch.image.name ?? ""
    let interpreter: Word? =
      if base.contains("bun") { "bun" } else if base.contains("deno") { "deno" } else { "node" }
    let extensions = [".js", ".mjs", ".cjs", ".ts"]
    let isFile = text.hasPrefix("-") || extensions.contains { text.hasSuffix($0) }
    let isDenoCommand = interpreter == "deno" && ["run", "task", "serve", "eval", "test"].contains(text)
    guard let interpreter, isFile || isDenoCommand else { return made(.execs(launch.with(Array(launch.words)))) }
    return made(.execs(launch.with([interpreter] + launch.words)))
  }

  /// OpenRTC's pool stops waiting for sessions after its own `drain_timeout`, which the command line cannot change.
  private func openRTC() -> ProgramModel {
    guard let subcommand = launch.words.first?.known, ["start", "dev", "console"].contains(subcommand) else {
      return made(.ends(status: nil))
    }
    guard subcommand == "start" else { return PythonProgram.development(launch, flag: subcommand) }
    return made(.agent(AgentBehaviour()))
  }
}
