import Machine
import Vocabulary

/// Supervisors and process managers whose programs stand in files.
extension ProgramCall {
  /// The folders of `runsvdir` and the like: what each one's `run` starts.
  private func services(in folder: String) -> [Launch] {
    guard let path = launch.absolute(folder) else { return [] }
    return (launch.files.names(in: path) ?? []).compactMap { name in
      guard case .file(let run) = launch.files.lookUp("\(path)/\(name)/run") else { return nil }
      return service("\(path)/\(name)", place: run.origin)
    }
  }

  private func service(_ folder: String, place: Place) -> Launch {
    var started = launch.with([Word("\(folder)/run")], at: place)
    started.workingDirectory = folder
    return started
  }

  private var folder: String { arguments.operands.first?.known ?? "." }

  private func unreadable(_ what: String) -> ProgramModel {
    made(.unknown(why: "\(launch.name) starts what is in \(what), which the context does not have."))
  }

  func runsvdir() -> ProgramModel {
    let services = services(in: folder)
    guard !services.isEmpty else { return unreadable(folder) }
    return keeps(services, "then stays; TERM: leave 0; HUP: send TERM, leave 111")
  }

  func svscan() -> ProgramModel {
    let services = services(in: folder)
    return services.isEmpty ? unreadable(folder) : keeps(services, "then stays")
  }

  func runsv() -> ProgramModel {
    guard let path = launch.absolute(folder), case .file(let run) = launch.files.lookUp("\(path)/run") else {
      return unreadable(folder)
    }
    return keeps([service(path, place: run.origin)], "then stays; TERM: stop, send, await, leave 0")
  }

  func s6Scan() -> ProgramModel {
    let services = services(in: folder)
    guard !services.isEmpty else { return unreadable(folder) }
    return keeps(services, "then stays; TERM INT HUP QUIT: stop, send TERM, await, leave 0")
  }

  /// One service with its `timeout-kill` (ms) and `down-signal`.
  func s6Supervise() -> ProgramModel {
    guard let path = launch.absolute(folder), case .file(let run) = launch.files.lookUp("\(path)/run") else {
      return unreadable(folder)
    }
    func setting(_ name: String) -> String? {
      launch.file("\(path)/\(name)").map { String($0.text.trimmedOfBlanks) }
    }
    let signal = setting("down-signal").flatMap { Signal(name: $0) } ?? .terminate
    let kill = setting("timeout-kill").flatMap(Int64.init).flatMap { $0 > 0 ? ", pause \($0)ms, send KILL" : nil } ?? ""
    return keeps(
      [service(path, place: run.origin)],
      "own-group; then stays; TERM: stop, send \(signal.shortName)\(kill), await, leave 0; INT: leave 130; HUP: send"
    )
  }

  // MARK: supervisord

  func supervisord() -> ProgramModel {
    let named = arguments.value("-c", "--configuration")?.known
    let places = [
      "supervisord.conf", "etc/supervisord.conf", "/etc/supervisord.conf", "/etc/supervisor/supervisord.conf",
    ]
    guard
      let (path, file) = (named.map { [$0] } ?? places).lazy.compactMap({ path in
        launch.file(path).map { (launch.absolute(path) ?? path, $0) }
      }).first
    else { return unreadable(named ?? "supervisord.conf") }
    let here = ImagePath.resolve("..", in: path)
    var programs: [(section: SectionedText.Section, file: ImageFile)] = []
    let main = SectionedText(file.text)
    for (text, file) in [(main, file)] + included(by: main, here: here) {
      programs += text.sections.filter { $0.name.hasPrefix("program:") || $0.name.hasPrefix("fcgi-program:") }
        .map { ($0, file) }
    }
    let staysInFront = arguments.has("-n", "--nodaemon") || isTrue(main.section("supervisord")?.values["nodaemon"])
    let children = programs.compactMap { program -> SupervisedProgram? in
      guard program.section.values["autostart"].map({ isTrue($0) }) ?? true else { return nil }
      return SupervisedProgram(program.section, in: program.file, launch: launch, here: here)
    }
    guard let judged = children.first(where: \.mayBeAgent) ?? children.first else {
      return unreadable("\(file.origin.file)")
    }
    guard staysInFront else {
      return made(
        .daemonizes(children.map(\.launch)), "supervisord goes to the background unless nodaemon is set.",
        place: file.origin)
    }
    guard let wait = judged.wait else {
      return made(
        .unknown(why: "stopwaitsecs of supervisord comes from its environment: when it kills is not known"),
        place: judged.place)
    }
    let target = judged.asGroup ? "groups" : "children"
    let killed = judged.killsGroup ? "groups" : "children"
    return keeps(
      children.map(\.launch),
      """
      own-group; then stays; TERM INT QUIT: stop, send \(judged.signal.shortName) to \(target), \
      pause \(wait)ms, send KILL to \(killed), await, leave 0
      """,
      "supervisord sends \(judged.signal.shortName) to \(judged.asGroup ? "each program's group" : "each program") and "
        + "kills it after stopwaitsecs, \(wait / 1000) s.", place: judged.place)
  }

  private func isTrue(_ text: String?) -> Bool { ["true", "yes", "on", "1"].contains(text?.lowercased() ?? "") }

  /// The files that `[include] files =` names, from the folder of the file itself, `*` in their last part resolved; at most
  /// 50.
  private func included(by main: SectionedText, here: String) -> [(SectionedText, ImageFile)] {
    let files = main.section("include")?.values["files"] ?? ""
    let patterns = files.replacing("%(here)s", with: here).split(separator: " ").map {
      ImagePath.resolve(String($0), in: here)
    }
    return patterns.flatMap { pattern -> [String] in
      guard let star = pattern.firstIndex(of: "*"), let slash = pattern[..<star].lastIndex(of: "/") else {
        return [pattern]
      }
      let folder = pattern[..<slash]
      let (before, after) = (pattern[slash...].dropFirst().prefix { $0 != "*" }, pattern[star...].dropFirst())
      let names = launch.absolute(folder).flatMap { launch.files.names(in: $0) } ?? []
      return names.filter { $0.hasPrefix(before) && $0.hasSuffix(after) }.map { "\(folder)/\($0)" }
    }.prefix(50).compactMap { path in launch.file(path).map { (SectionedText($0.text), $0) } }
  }

  /// A `[program:…]`.
  private struct SupervisedProgram {
    let launch: Launch
    let signal: Signal
    /// In milliseconds; nil when it is not written out.
    let wait: Int64?
    let asGroup: Bool
    let killsGroup: Bool
    let place: Place

    init?(_ section: SectionedText.Section, in file: ImageFile, launch: Launch, here: String) {
      guard let command = section.values["command"] else { return nil }
      place = file.origin.advanced(by: section.line - 1)
      var started = launch.with(
        PlainWords.split(command.replacing("%(here)s", with: here).replacing("%%", with: "%")), at: place
      ).asChild
      if let folder = section.values["directory"]?.replacing("%(here)s", with: here) {
        started.workingDirectory = launch.absolute(folder)
      }
      self.launch = started
      signal = section.values["stopsignal"].flatMap { Signal(name: $0) } ?? .terminate
      wait = section.values["stopwaitsecs"].map { Int64($0).map { $0 * 1000 } } ?? 10_000
      func isTrue(_ key: String) -> Bool? {
        section.values[key].map { ["true", "yes", "on", "1"].contains($0.lowercased()) }
      }
      asGroup = isTrue("stopasgroup") ?? false
      killsGroup = isTrue("killasgroup") ?? asGroup
    }

    /// Whether it is none of the programs that surely hold no sessions.
    var mayBeAgent: Bool {
      switch Programs().model(for: launch)?.reaction {
      case .runs, .filter, .ends, .neverStarts, .daemonizes: false
      default: true
      }
    }
  }

  func circusd() -> ProgramModel {
    guard let path = launch.words.last(where: { $0.text.hasSuffix(".ini") })?.known, let file = launch.file(path) else {
      return unreadable("its configuration")
    }
    let watchers = SectionedText(file.text).sections.filter { $0.name.hasPrefix("watcher:") }
    let launches = watchers.compactMap { watcher -> Launch? in
      guard let command = watcher.values["cmd"] else { return nil }
      let line = command + (watcher.values["args"].map { " " + $0 } ?? "")
      let place = file.origin.advanced(by: watcher.line - 1)
      var started =
        ["true", "1", "yes"].contains(watcher.values["shell"]?.lowercased())
        ? launch.shell(Word(holed: line), at: place) : launch.with(PlainWords.split(line), at: place)
      if let folder = watcher.values["working_dir"] { started.workingDirectory = launch.absolute(folder) }
      return started
    }
    guard !launches.isEmpty else { return unreadable(path) }
    let timeout = watchers.lazy.compactMap { $0.values["graceful_timeout"].flatMap(Double.init) }.first ?? 30
    let signal = watchers.lazy.compactMap { $0.values["stop_signal"].flatMap { Signal(name: $0) } }.first ?? .terminate
    return keeps(
      launches,
      """
      then stays; TERM INT QUIT: stop, send \(signal.shortName), pause \(Int64(timeout * 1000))ms, send KILL, \
      await, leave 0
      """, "circusd sends \(signal.shortName) to its watchers and kills after graceful_timeout, \(timeout) s.",
      place: file.origin)
  }

  // MARK: Procfiles

  /// `NAME: COMMAND` lines; of a manager's arguments the file, the folder, the processes and the timeout matter.
  func procfile(manager: String) -> ProgramModel {
    var grammar = ArgumentGrammar()
    grammar.valued = [
      "-f", "--procfile", "-d", "--root", "--app-root", "-t", "--timeout", "-m", "--formation", "-c", "--concurrency",
      "-p",
      "--port", "-e", "--env", "-x", "-r", "--shutdown_grace_time", "-basedir", "-rpc-server", "-exit-on-error", "-s",
      "-l",
    ]
    grammar.optionsFollow = true
    grammar.operands = .max
    let after = manager == "hivemind" ? launch.words : launch.words.dropFirst()
    guard let parsed = ProgramArguments(after, grammar) else { return made(.unknown(why: row.explanation)) }
    let folder = parsed.value("-d", "--root", "--app-root", "-basedir")?.known
    let name = parsed.value("-f", "--procfile")?.known ?? (manager == "hivemind" ? parsed.operands.first?.known : nil)
    let path = [folder, name ?? "Procfile"].compactMap(\.self).joined(separator: "/")
    guard let file = launch.file(path) else { return unreadable(path) }
    var wanted = Set(manager == "hivemind" ? [] : parsed.operands.compactMap(\.known))
    for entry in (parsed.value("-m", "--formation", "-l")?.known ?? "").split(separator: ",") {
      wanted.formUnion(entry.split(separator: "=").prefix(1).map(String.init).filter { $0 != "all" })
    }
    let types = Procfile(file.text, file: file.origin.file).types
    let launches = types.filter { wanted.isEmpty || wanted.contains($0.name) }.map { type in
      var started = launch
      if let folder { started.workingDirectory = launch.absolute(folder) }
      return manager == "foreman"
        ? started.line(type.command, at: type.place) : started.shell(Word(type.command), at: type.place)
    }
    guard !launches.isEmpty else { return unreadable(path) }
    let timeout = parsed.value("-t", "--timeout", "-r", "--shutdown_grace_time")?.known.flatMap(Int64.init)
    return keeps(launches, ProcfileManager.pattern(manager, timeout: timeout), place: file.origin)
  }
}

/// The managers of Procfiles.
enum ProcfileManager {
  /// What a manager does with signals; the timeout in seconds, by default its own.
  static func pattern(_ manager: String, timeout: Int64?) -> String {
    func stop(_ signals: String, send: String, _ seconds: Int64) -> String {
      """
      own-group; \(signals): send \(send) to groups, pause \(timeout ?? seconds)s, \
      send KILL to groups, leave 0
      """
    }
    return switch manager {
    case "honcho": "own-group; then descendants; TERM INT: send to groups, await"
    case "nf": "INT: send"
    case "goreman": stop("TERM INT HUP", send: "TERM", 10)
    case "forego": stop("TERM INT", send: "TERM", 3)
    case "hivemind", "overmind": stop("TERM INT HUP", send: "INT", 5)
    default: stop("TERM INT", send: "TERM", 5)
    }
  }
}
