import Documents
import Machine
import Vocabulary

/// Node's runners, watchers and process managers.
extension ProgramCall {
  func nodeRunner() -> ProgramModel? {
    switch launch.name {
    case "tsx": typeScript()
    case "ts-node", "ts-node-esm", "swc-node":
      inProcessFile(["-P", "--project", "-O", "-r", "--require", "-C", "--cwd"])
    case "ts-node-dev", "tsnd":
      keeps(
        runFile(["-P", "--project", "-O", "-r", "--require", "--watch", "--ignore-watch"]),
        "TERM: send, leave 0; ignores INT",
        "ts-node-dev stops its child and leaves at once.")
    case "zx": zx()
    case "fastify":
      made(
        .agent(AgentBehaviour(first: [.terminate: .ends, .interrupt: .ends])),
        "fastify leaves when its own server is closed, whatever else runs in the process.")
    case "nodemon": nodemon()
    case "pm2-runtime", "pm2-docker": pm2Runtime(launch.words)
    case "pm2", "pm2-dev": pm2()
    case "forever": forever()
    case "concurrently", "conc": concurrently()
    case "run-p", "run-s", "npm-run-all", "npm-run-all2": runScripts()
    case "wireit": wireit()
    case "turbo": turbo()
    case "nx": nx()
    default: nil
    }
  }

  // MARK: One file

  private func parsed(_ valued: Set<String>, after count: Int = 0) -> ProgramArguments? {
    var grammar = ArgumentGrammar()
    grammar.valued = valued
    return ProgramArguments(launch.words.dropFirst(count), grammar)
  }

  private func runFile(_ valued: Set<String>, after count: Int = 0) -> [Launch] {
    guard let command = parsed(valued, after: count)?.command, !command.isEmpty else { return [] }
    return [launch.with(["node"] + command)]
  }

  private func inProcessFile(_ valued: Set<String>) -> ProgramModel? {
    guard let command = parsed(valued)?.command, let file = command.first else { return made(.ends(status: 0)) }
    return nodeFile(file, Array(command.dropFirst()))
  }

  private func typeScript() -> ProgramModel {
    guard launch.words.first == "watch" else {
      return keeps(runFile(["--tsconfig"]), "TERM INT: send", "tsx relays the signal to its node and waits.")
    }
    return keeps(
      runFile(["--tsconfig", "--include", "--exclude"], after: 1), "TERM INT: send, pause 5s, send KILL, leave 0",
      "tsx watch forwards the signal and kills after 5 s.")
  }

  private func zx() -> ProgramModel? {
    guard let path = parsed(["--shell", "--prefix", "--postfix", "--cwd", "--env"])?.command.first,
      let file = path.known.flatMap({ launch.file($0) })
    else { return made(.unknown(why: "The script of zx is not in the context.")) }
    let launcher = NodeScript(file.text, path: path.text, arguments: []).launcher
    let launches = launcher.launches(below: launch, origin: file.origin)
    return keeps(
      launches, "", order: .oneAfterAnother, "zx waits for its commands and has no handler for signals.",
      place: launches.last?.place)
  }

  /// nodemon starts its file with node, or what `--exec` says through a shell.
  private func nodemon() -> ProgramModel {
    let arguments = parsed([
      "-x", "--exec", "-e", "--ext", "-w", "--watch", "-i", "--ignore", "-d", "--delay", "-s", "--signal", "--config",
    ])
    var launches: [Launch] = []
    if let line = arguments?.value("-x", "--exec") {
      let more = (arguments?.command ?? []).map { " " + $0.text }.joined()
      launches = [launch.shell(Word(holed: line.text + more))]
    } else if let command = arguments?.command, let file = command.first {
      let program: Word = file.text.hasSuffix(".py") ? "python" : file.text.hasSuffix(".ts") ? "ts-node" : "node"
      launches = [launch.with([program] + command)]
    }
    return keeps(
      launches, "then stays; TERM INT: send TERM, send INT, await, leave 143",
      "nodemon sends its child two signals, and the second one ends the agent at once.")
  }

  private func forever() -> ProgramModel {
    let words = launch.words.drop { $0.text.hasPrefix("-") }
    if words.first == "start" { return made(.daemonizes([launch.with(["node"] + words.dropFirst()).asChild])) }
    return keeps(
      words.isEmpty ? [] : [launch.with(["node"] + words)], "then stays", "forever has no handler for signals.")
  }

  // MARK: pm2

  private static let pm2Options: Set<String> = [
    "-n", "--name", "-i", "--instances", "--kill-timeout", "--interpreter", "--node-args", "--max-memory-restart",
    "--env",
    "-o", "--output", "-e", "--error", "-l", "--log", "--cwd", "--only", "--delay", "--restart-delay",
    "--listen-timeout",
    "--exp-backoff-restart-delay", "-u", "--user", "--interpreter-args", "--stop-exit-codes", "-f", "--secret",
    "--public",
    "--machine-name", "--format", "--uid", "--gid", "--cron-restart", "-c",
  ]

  private func pm2Apps(_ words: some Collection<Word>) -> (
    apps: [(app: ManagedApp, place: Place)], options: ProgramArguments
  )? {
    var grammar = ArgumentGrammar()
    grammar.valued = ProgramCall.pm2Options
    grammar.optionsFollow = true
    grammar.operands = 1
    guard let parsed = ProgramArguments(words, grammar), let script = parsed.operands.first?.known else { return nil }
    let isFile = ["json", "yml", "yaml", "config.js", "config.cjs", "config.mjs"].contains {
      script.hasSuffix("." + $0)
    }
    if isFile, let file = launch.file(script) {
      let apps = ManagedApp.apps(file, path: script).map { app in
        (app: app, place: file.origin.advanced(by: app.line - 1))
      }
      return apps.isEmpty ? nil : (apps: apps, options: parsed)
    }
    var app = ManagedApp()
    app.script = script
    app.arguments = parsed.command
    app.interpreter = parsed.value("--interpreter")?.known
    app.killTimeout = parsed.value("--kill-timeout").map { $0.known.flatMap(Int64.init) } ?? app.killTimeout
    app.treekill = !parsed.has("--no-treekill")
    return (apps: [(app: app, place: launch.place)], options: parsed)
  }

  private func launches(of apps: [(app: ManagedApp, place: Place)]) -> [Launch] {
    apps.compactMap { app, place in
      app.words.map { words in
        var started = launch.with(words, at: place).asChild
        if let folder = app.folder { started.workingDirectory = launch.absolute(folder) }
        return started
      }
    }
  }

  /// pm2-runtime sends INT, kills after kill_timeout (1.6 s), and after some 10 s calls its kill again, with a second INT.
  private func pm2Runtime(_ words: some Collection<Word>) -> ProgramModel? {
    let rest = words.first == "start" ? Array(words.dropFirst()) : Array(words)
    guard let (apps, options) = pm2Apps(rest) else {
      return made(.unknown(why: "What pm2-runtime starts is not in the context."))
    }
    let app = apps[0].app
    guard let kill = app.killTimeout else {
      return made(.unknown(why: "kill_timeout of pm2 is computed: when it kills is not known"), place: apps[0].place)
    }
    if app.isToldByMessage {
      return keeps(
        launches(of: apps), "TERM INT: pause \(kill)ms, send KILL, leave 0",
        "pm2-runtime sends a message instead of a signal, and kills after kill_timeout.", place: apps[0].place)
    }
    guard !app.treekill || launch.image.hasPs != nil else {
      return made(.unknown(why: "pm2-runtime finds what it started by ps, and whether the image has that is not known"))
    }
    let target = app.treekill && launch.image.hasPs == true ? "descendants" : "children"
    let stays = options.has("--no-auto-exit")
    let steps =
      kill <= 9500 || stays
      ? "send INT to \(target), pause \(kill)ms, send KILL to \(target), leave 0"
      : "send INT to \(target), pause 9700ms, send INT to \(target), pause \(kill - 9700)ms, send KILL to \(target), leave 0"
    let explanation =
      kill <= 9500 || stays
      ? "pm2-runtime sends INT and kills after kill_timeout, \(kill) ms."
      : "pm2-runtime sends INT, and a second INT some 10 s later, when its auto-exit finds no process online."
    return keeps(
      launches(of: apps), "own-group; then stays; TERM INT QUIT: \(steps)", explanation, place: apps[0].place)
  }

  private func pm2() -> ProgramModel? {
    let words = launch.words.drop { $0.text.hasPrefix("-") }
    switch words.first {
    case "start", "restart":
      guard let (apps, options) = pm2Apps(words.dropFirst()) else { return made(.daemonizes([])) }
      if options.has("--no-daemon") || launch.words.contains("--no-daemon") {
        return keeps(
          launches(of: apps), "then stays", "pm2 --no-daemon has no handler for signals.", place: apps[0].place)
      }
      return made(
        .daemonizes(launches(of: apps)), "pm2 leaves its processes to a daemon that nobody tells of signals.",
        place: apps[0].place)
    case "logs", "log", "monit": return made(.runs(nil, handled: []), "It shows logs until it is killed.")
    case "runtime": return pm2Runtime(words.dropFirst())
    default: return made(.ends(status: nil))
    }
  }

  // MARK: Several at once

  private static let shortcuts: Set<Substring> = ["npm", "pnpm", "yarn", "bun", "node", "deno"]

  /// Lines, each by a shell; `npm:NAME` is `npm run NAME`, with `*` for many.
  private func concurrently() -> ProgramModel {
    let arguments = parsed([
      "-n", "--names", "-c", "--prefix-colors", "-p", "--prefix", "-l", "--prefix-length", "-s", "--success",
      "--kill-signal",
      "--ks", "--kill-timeout", "-m", "--max-processes", "--restart-tries", "--restart-after", "-t",
      "--timestamp-format",
      "--name-separator", "--hide", "-P", "--default-input-target", "--cwd",
    ])
    let launches = (arguments?.command ?? []).flatMap { line -> [Launch] in
      let parts = line.text.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, ProgramCall.shortcuts.contains(parts[0]), !parts[1].contains(" ") || parts[0] == "npm"
      else {
        return [launch.shell(line)]
      }
      let run: [Word] =
        parts[0] == "node" ? ["node", "--run"] : parts[0] == "deno" ? ["deno", "task"] : [Word(parts[0]), "run"]
      return names(String(parts[1])).map { launch.with(run + [Word($0)]) }
    }
    guard let hasPs = launch.image.hasPs else {
      return made(
        .unknown(why: "concurrently finds what it started by ps, and whether the image has that is not known."))
    }
    guard hasPs else {
      return keeps(
        launches, "TERM INT HUP: leave 1",
        "concurrently needs ps to find what it started; without it, it crashes on a signal.")
    }
    let kills = arguments?.has("-k", "--kill-others", "--kill-others-on-fail") ?? false
    if kills, launches.count > 1 {
      return keeps(
        launches, "then descendants; TERM INT HUP: send to descendants, send TERM to descendants",
        "concurrently -k signals everything a second time when the first command ends.")
    }
    let isRaw = arguments?.has("-r", "--raw") ?? false
    return keeps(
      launches, "then \(isRaw ? "all" : "descendants"); TERM INT HUP: send to descendants",
      "concurrently sends the signal to every process below it and waits for their output to end.")
  }

  /// Scripts by name, `*` and `**` for parts; the order of package.json.
  private func names(_ pattern: String) -> [String] {
    let name = String(pattern.split(separator: " ").first ?? "")
    guard name.contains("*") else { return [name] }
    let prefix = name.prefix { $0 != "*" }
    return PackageFile(near: launch.workingDirectory, launch)?.scriptNames.filter {
      $0.hasPrefix(prefix) && $0.count > prefix.count
    } ?? []
  }

  private func runScripts() -> ProgramModel {
    let command = parsed(["--max-parallel", "--npm-path", "-n"])?.command ?? []
    let flags = launch.words.filter { $0.text.hasPrefix("-") }.map(\.text)
    let isParallel = launch.name == "run-p" || flags.contains { ["-p", "--parallel"].contains($0) }
    let scripts =
      (command + launch.words.filter { flags.contains("-p") && !$0.text.hasPrefix("-") && !command.contains($0) })
      .filter { !$0.text.hasPrefix("-") }.flatMap { names($0.text) }
    return keeps(
      scripts.map { launch.with(["npm", "run", Word($0)]) }, "then all",
      order: isParallel ? .together : .oneAfterAnother,
      "\(launch.name) waits for its scripts and has no handler for signals.")
  }

  /// wireit's own table in package.json says what the script that called it runs.
  private func wireit() -> ProgramModel {
    let package = PackageFile(near: launch.workingDirectory, launch)
    let script = launch.environment["npm_lifecycle_event"]?.known ?? "start"
    guard let package, let entry = package.tree["wireit"]?[script], let line = entry["command"]?.string else {
      return made(.neverStarts(why: "package.json has no wireit entry '\(script.harmless)'."))
    }
    let place = package.file.origin.advanced(by: entry.mark.line - 1)
    return keeps(
      [launch.shell(Word(line), at: place)], "own-group; TERM INT: send INT to groups",
      "wireit sends INT to its script's whole group and waits.", place: place)
  }

  // MARK: Monorepos

  private func turbo() -> ProgramModel {
    let command =
      (parsed(["--filter", "-F", "--concurrency", "--cwd", "--env-mode", "--log-order", "--ui"])?.command ?? [])
      .filter { $0 != "run" && !$0.text.hasPrefix("-") }
    guard let task = command.first?.known, let root = PackageFile(near: launch.workingDirectory, launch) else {
      return made(.neverStarts(why: "turbo is given no task of this package."))
    }
    let name = root.tree["packageManager"]?.string?.split(separator: "@").first.map(String.init)
    let manager = name ?? (launch.file(root.folder + "/pnpm-lock.yaml") != nil ? "pnpm" : "npm")
    let workspaces = root.workspaces(launch)
    let packages = (workspaces.isEmpty ? [root] : workspaces).filter { $0.script(task) != nil }
    let launches = packages.map { package in
      var started = launch.with([Word(manager), "run", Word(task)], at: package.script(task)?.place)
      started.workingDirectory = package.folder
      return started
    }
    return keeps(
      launches, "own-group; then all; TERM: send INT to groups; ignores INT",
      "turbo sends INT to the group of its package manager, which sends the agent another one.")
  }

  private func nx() -> ProgramModel {
    let command = (parsed(["-c", "--configuration", "--projects", "--targets", "-t", "-p"])?.command ?? []).map(\.text)
    var project: String?
    var target = command.first ?? ""
    if command.first == "run", command.count > 1 {
      let parts = command[1].split(separator: ":").map(String.init)
      project = parts.first
      target = parts.count > 1 ? parts[1] : ""
    } else if command.count > 1, !command[1].hasPrefix("-") {
      project = command[1]
    }
    for folder in projectFolders {
      guard let file = launch.file(folder + "/project.json"), let tree = UserDocument.json(file),
        project == nil || tree["name"]?.string == project || folder.hasSuffix("/" + (project ?? "")),
        let entry = tree["targets"]?[target]
      else { continue }
      let options = entry["options"]
      let lines =
        (entry["command"]?.string ?? options?["command"]?.string).map { [$0] }
        ?? (options?["commands"]?.sequence ?? []).compactMap { $0.string ?? $0["command"]?.string }
      let place = file.origin.advanced(by: entry.mark.line - 1)
      let launches = lines.map { line in
        var started = launch.shell(Word(line), at: place)
        if let cwd = options?["cwd"]?.string { started.workingDirectory = launch.absolute(cwd) }
        return started
      }
      return nxKeeps(launches, place)
    }
    if let root = PackageFile(near: launch.workingDirectory, launch) {
      let packages = [root] + root.workspaces(launch)
      if let package = packages.first(where: { (project == nil || $0.name == project) && $0.script(target) != nil }) {
        var started = launch.with(["npm", "run", Word(target)], at: package.script(target)?.place)
        started.workingDirectory = package.folder
        return nxKeeps([started], started.place)
      }
    }
    return made(.unknown(why: "No project.json of the context has the target '\(target.harmless)'."))
  }

  private func nxKeeps(_ launches: [Launch], _ place: Place) -> ProgramModel {
    keeps(
      launches, "TERM INT: send, pause 5s, leave 130", "nx forwards the signal and gives up after 5 s.", place: place)
  }

  private var projectFolders: [String] {
    let root = launch.workingDirectory ?? "/"
    let below = ["apps", "packages", "libs", "services"].flatMap { folder in
      (launch.files.names(in: "\(root)/\(folder)") ?? []).map { "\(root)/\(folder)/\($0)" }
    }
    return [root] + below.prefix(200)
  }
}
