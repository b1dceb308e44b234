import Documents
import Machine
import Vocabulary

/// Python's runners: what they look up in the project's files, and what they start.
extension ProgramCall {
  /// `uv run [OPTIONS] COMMAND`: a file of Python is run by Python, a name may be the project's own command.
  func uv() -> ProgramModel? {
    var grammar = ArgumentGrammar()
    grammar.valued = [
      "--with", "--with-editable", "--with-requirements", "-p", "--python", "--extra", "--no-extra", "--group",
      "--no-group",
      "--only-group", "--env-file", "--directory", "--project", "--package", "--index", "--default-index", "-i",
      "--index-url",
      "--extra-index-url", "-f", "--find-links", "-P", "--upgrade-package", "--config-file", "--cache-dir", "--color",
      "--resolution", "--prerelease", "--link-mode", "-C", "--config-setting", "--refresh-package",
      "--reinstall-package",
      "--index-strategy", "--keyring-provider", "--allow-insecure-host", "--exclude-newer", "-w", "--from",
      "--python-platform",
    ]
    guard let first = ProgramArguments(launch.words, grammar) else { return nil }
    var rest = first.command[...]
    let subcommand = rest.popFirst()?.known
    if subcommand == "tool" { rest = rest.dropFirst() } else if subcommand != "run" { return made(.ends(status: nil)) }
    guard let parsed = ProgramArguments(rest, grammar) else { return nil }
    var started = launch
    let folder = parsed.value("--directory") ?? first.value("--directory")
    if let folder { started.workingDirectory = folder.known.flatMap(launch.absolute) }
    guard let command = parsed.command.first else { return made(.ends(status: nil)) }
    var words = parsed.command
    if parsed.has("-m", "--module") {
      words = ["python", "-m"] + words
    } else if parsed.has("-s", "--script", "--gui-script") || command.text.hasSuffix(".py") {
      words = ["python"] + words
    }
    return keeps([started.with(words)], "TERM INT HUP QUIT USR1 USR2 ALRM WINCH: send")
  }

  /// poetry, pipenv, pdm, hatch: a script of the project's file, or a command.
  func pythonRunner(_ kind: String) -> ProgramModel {
    let launches = scripted(kind)
    guard let command = launches.first else { return made(.ends(status: nil), "It is given no command.") }
    switch kind {
    case "exec": return launches.count == 1 ? made(.execs(command)) : keeps(launches, "", order: .oneAfterAnother)
    case "pdm": return keeps(launches, "TERM: send; ignores INT", order: .oneAfterAnother)
    default: return keeps(launches, "", order: .oneAfterAnother)
    }
  }

  private func scripted(_ kind: String) -> [Launch] {
    guard let name = arguments.command.first?.known else { return commands }
    let more = Array(arguments.command.dropFirst())
    if launch.name == "pipenv", let file = launch.file("Pipfile"),
      let entry = UserDocument.toml(file)?["scripts"]?[name]
    {
      return (entry.string ?? entry["cmd"]?.string).map { line in
        [launch.with(PlainWords.split(line) + more, at: file.origin.advanced(by: entry.mark.line - 1))]
      } ?? commands
    }
    guard let file = launch.file("pyproject.toml"), let tool = UserDocument.toml(file)?["tool"] else { return commands }
    func place(_ node: Node) -> Place { file.origin.advanced(by: node.mark.line - 1) }
    switch launch.name {
    case "pdm":
      guard let entry = tool["pdm"]?["scripts"]?[name] else { return commands }
      if let line = entry["shell"]?.string { return [launch.shell(Word(line), at: place(entry))] }
      if let parts = entry["composite"]?.sequence {
        return parts.compactMap(\.string).map { launch.with(["pdm", "run"] + PlainWords.split($0), at: place(entry)) }
      }
      let words = (entry["cmd"]?.sequence ?? entry.sequence)?.compactMap { $0.string.map { Word($0) } }
      let line = entry.string ?? entry["cmd"]?.string
      guard let words = words ?? line.map(PlainWords.split) else { return commands }
      return [launch.with(words + more, at: place(entry))]
    case "hatch":
      let parts = name.split(separator: ":").map(String.init)
      let environments = tool["hatch"]?["envs"]
      let environment = parts.count == 2 ? parts[0] : arguments.value("-e", "--env")?.known ?? "default"
      guard let entry = environments?[environment]?["scripts"]?[parts.last ?? name] else { return commands }
      let lines = entry.sequence?.compactMap(\.string) ?? entry.string.map { [$0] } ?? []
      return lines.map { line in
        let words = more.map(\.text).joined(separator: " ")
        return launch.shell(Word(holed: line.replacing("{args}", with: words)), at: place(entry))
      }
    default: return commands
    }
  }

  func newRelic() -> ProgramModel {
    guard arguments.subcommand == "run-python" else { return withCommand { .execs($0) } }
    return made(.execs(launch.with(["python"] + arguments.command)))
  }

  /// `watchfiles LINE`: INT, and a kill after 5 s. Its `--sigint-timeout` counts when a file changes, not at the end
  /// (1.3.0: the last `stop()` is called with the defaults).
  func watchfiles() -> ProgramModel {
    guard let target = arguments.command.first else { return made(.ends(status: nil)) }
    let isLine = target.text.contains(" ")
    let words = isLine ? PlainWords.split(target.text) : ["python", Word("<\(target.text)>")]
    return keeps([launch.with(words)], "TERM INT: send INT, pause 5s, send KILL, leave 0")
  }

  /// `watchmedo auto-restart [OPTIONS] COMMAND`: its own signal, and a kill after `--kill-after`.
  func watchmedo() -> ProgramModel? {
    guard launch.words.first == "auto-restart" else { return made(.unknown(why: "Only auto-restart starts a server.")) }
    var grammar = ArgumentGrammar()
    grammar.valued = [
      "-d", "--directory", "-p", "--pattern", "--patterns", "-i", "--ignore-pattern", "--ignore-patterns", "--interval",
      "--signal", "--kill-after", "--debounce-interval", "--timeout",
    ]
    guard let parsed = ProgramArguments(launch.words.dropFirst(), grammar) else { return nil }
    let signal = parsed.value("--signal")?.known.flatMap { Signal(name: $0) } ?? .interrupt
    let seconds = parsed.value("--kill-after")?.known.flatMap(Double.init) ?? 10
    return keeps(
      parsed.command.isEmpty ? [] : [launch.with(parsed.command)],
      """
      own-group; then stays; TERM INT: send \(signal.shortName) to groups, pause \(Int64(seconds * 1000))ms, \
      send KILL to groups, leave 0
      """)
  }

  /// hupper runs a module in a worker; the worker gets TERM and has a second to go.
  func hupper() -> ProgramModel {
    guard let flag = launch.words.firstIndex(of: "-m"), flag + 1 < launch.arguments.count else {
      return made(.unknown(why: row.explanation))
    }
    return keeps(
      [launch.with(["python"] + launch.arguments[flag...])],
      "then stays; TERM INT: stop, send TERM, pause 1s, send KILL, leave 0")
  }

  /// `coverage run FILE`, `coverage run -m MODULE`.
  func pythonInside() -> ProgramModel? {
    if let module = arguments.value("-m") {
      return PythonProgram(launch.with(["python", "-m", module] + arguments.command)).model
    }
    return PythonProgram(launch.with(["python"] + arguments.command)).model
  }
}
