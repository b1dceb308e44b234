import Documents
import Machine
import Vocabulary

/// What a systemd service unit starts, and how it is stopped.
enum SystemdUnit {
  /// The service of a unit file and its drop-ins (`<unit>.d/*.conf`).
  static func start(_ path: String) throws -> PlatformStart {
    var unit = try UnitFile(Files.read(path, limit: UnitFile.limit), file: path)
    let folder = path + ".d"
    if Files.kind(of: folder) == .directory {
      for name in try Files.list(folder).prefix(100) where name.hasSuffix(".conf") {
        let file = folder + "/" + name
        guard Files.kind(of: file) == .file else { continue }
        unit.append(try UnitFile(Files.read(file, limit: UnitFile.limit), file: file))
      }
    }
    return try start(unit, path: path)
  }

  private static func start(_ unit: UnitFile, path: String) throws -> PlatformStart {
    // An empty assignment empties the list so far.
    let commands = unit.settings(of: "Service").filter { $0.name == "ExecStart" }
      .reduce(into: [UnitFile.Setting]()) { list, setting in
        if setting.value.isEmpty { list = [] } else { list.append(setting) }
      }
    guard let command = commands.first else {
      throw DocumentFailure([
        DocumentProblem(
          file: path, at: nil, "no ExecStart in [Service]", hint: "name a .service file that starts the agent")
      ])
    }
    func value(_ name: String) -> UnitFile.Setting? {
      unit.last(name, in: "Service")
    }

    var start = PlatformStart(name: ImagePath.name(path), kind: "systemd unit", place: command.place)
    start.isOnHost = true
    // A service's main process is no process 1: a signal without a handler ends it.
    start.hasInit = true
    for setting in unit.settings(of: "Service") where setting.name == "Environment" {
      for pair in ShellWords.split(setting.value) ?? [] {
        guard let equals = pair.firstIndex(of: "=") else { continue }
        start.environment[String(pair[..<equals])] = Word(pair[pair.index(after: equals)...])
      }
    }
    var text = command.value[...]
    while let first = text.first, "@-:+!|".contains(first) { text = text.dropFirst() }
    guard var words = ShellWords.split(String(text)) else {
      throw DocumentFailure([
        DocumentProblem(
          file: command.place.file, at: command.place.line.map { Mark(line: $0, column: 1) },
          "ExecStart is not words: a quote does not end")
      ])
    }
    if command.value.prefix(while: { "@-:+!|".contains($0) }).contains("@"), words.count > 1 { words.remove(at: 1) }
    start.entrypoint = PlatformStart.Command(
      words: words.flatMap { expand($0, start.environment) }, place: command.place)
    start.workingDirectory = value("WorkingDirectory").map {
      String($0.value.drop { $0 == "-" })
    }
    if let signal = value("KillSignal") { start.stopSignal = (signal.value, signal.place) }
    stop(&start, value: value)
    return start
  }

  /// `KillMode`, `TimeoutStopSec`, `SendSIGKILL` and `ExecStop`.
  private static func stop(_ start: inout PlatformStart, value: (String) -> UnitFile.Setting?) {
    let mode = value("KillMode")
    switch mode?.value ?? "control-group" {
    case "mixed", "process": start.delivery = .mainProcess
    case "none":
      start.override = PlatformStart.Override(
        outcome: .swallowed, why: "KillMode=none sends no signal: the agent is left running when its unit is stopped",
        place: mode?.place ?? start.place)
    default: start.delivery = .everyProcess
    }
    let timeout = value("TimeoutStopSec") ?? value("TimeoutSec")
    if value("SendSIGKILL").map({ ["no", "false", "0", "off"].contains($0.value.lowercased()) }) == true {
      start.deadline = .known(
        DrainClock(name: "systemd SendSIGKILL=no", limit: nil, origin: value("SendSIGKILL")?.place.description ?? ""))
    } else {
      start.deadline = .known(
        DrainClock(
          name: "systemd \(timeout?.name ?? "TimeoutStopSec")",
          limit: timeout.map { duration($0.value) } ?? .seconds(90), origin: timeout?.place.description ?? "default"))
    }
    guard let stop = value("ExecStop") else { return }
    start.preStop = EntryCommand.PreStop(
      arguments: (ShellWords.split(stop.value) ?? []).map { Word($0) }, origin: stop.place)
    let words = ShellWords.split(stop.value) ?? []
    let kills = words.contains { ImagePath.name($0) == "kill" || $0.contains("MAINPID") }
    if kills, mode?.value != "none" {
      start.override = PlatformStart.Override(
        outcome: .aborts,
        why:
          "ExecStop signals the agent and returns, and systemd then sends KillSignal once more: the second ends it at once",
        place: stop.place)
    }
  }

  /// A time span as systemd writes it: `90`, `5min 20s`, `infinity`; nil where there is no limit.
  static func duration(_ text: String) -> Duration? {
    let units: [(String, Double)] = [
      ("usec", 1e-6), ("us", 1e-6), ("msec", 1e-3), ("ms", 1e-3), ("seconds", 1), ("second", 1), ("sec", 1), ("s", 1),
      ("minutes", 60), ("minute", 60), ("min", 60), ("m", 60), ("hours", 3600), ("hour", 3600), ("hr", 3600),
      ("h", 3600),
      ("days", 86_400), ("day", 86_400), ("d", 86_400),
    ]
    if text == "infinity" || text == "0" { return nil }
    var seconds = 0.0
    var rest = text[...]
    while !rest.isEmpty {
      rest = rest.drop { $0 == " " }
      let number = rest.prefix { $0.isNumber || $0 == "." }
      rest = rest.dropFirst(number.count).drop { $0 == " " }
      let unit = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let value = Double(number), let scale = unit.isEmpty ? 1 : units.first(where: { $0.0 == unit })?.1 else {
        return .seconds(90)
      }
      seconds += value * scale
    }
    return Duration(seconds: seconds)
  }

  /// `${NAME}` put in, and a whole word `$NAME` split into words; a specifier or an unknown variable leaves a hole.
  private static func expand(_ word: String, _ environment: [String: Word]) -> [Word] {
    if word.hasPrefix("$"), !word.hasPrefix("${"), !word.hasPrefix("$$"),
      word.dropFirst().allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
    {
      guard let value = environment[String(word.dropFirst())]?.known else { return [.unknown] }
      return value.split(separator: " ").map { Word($0) }
    }
    var result = ""
    var rest = word[...]
    while let character = rest.popFirst() {
      switch character {
      case "%":
        if rest.first == "%" { rest = rest.dropFirst() }
        result += rest.first == nil ? "%" : String(Character(Word.hole))
        rest = rest.dropFirst()
      case "$" where rest.first == "$":
        result += "$"
        rest = rest.dropFirst()
      case "$" where rest.first == "{":
        let name = rest.dropFirst().prefix { $0 != "}" }
        rest = rest.dropFirst(name.count + 2)
        result += environment[String(name)]?.text ?? String(Character(Word.hole))
      default: result.append(character)
      }
    }
    return [Word(holed: result)]
  }
}
