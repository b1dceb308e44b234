import Documents
import Machine
import Vocabulary

/// The processes of a `fly.toml`.
enum FlyConfiguration {
  /// One start for each process group; one called `app` without any.
  static func starts(_ bytes: [UInt8], file: String) throws -> [PlatformStart] {
    let root = try TOML.parse(bytes, file: file)
    var base = PlatformStart(name: "app", kind: "fly process", place: Place(file: file, line: 1))
    // Fly's own init is process 1 of the machine and passes the signal to the command.
    base.hasInit = true
    base.image = root["build"]?["image"]?.text
    if let build = root["build"], build["image"] == nil, build["dockerfile"] != nil || build["build-target"] != nil {
      let folder = Files.folder(of: file)
      base.build = PlatformStart.Build(
        context: folder, dockerfile: build["dockerfile"]?.text.map { folder == "." ? $0 : folder + "/" + $0 },
        inline: nil, stage: build["build-target"]?.text,
        arguments: (build["args"]?.mapping?.entries ?? []).reduce(into: [:]) { $0[$1.key] = $1.value.text })
    }
    for entry in root["env"]?.mapping?.entries ?? [] { base.environment[entry.key] = entry.value.text.map { Word($0) } }
    if let signal = root["kill_signal"], let text = signal.text {
      base.stopSignal = (text, Place(file: file, line: signal.mark.line))
    } else {
      base.stopSignal = ("SIGINT", Place(file: file))
      base.notes.append("fly.toml names no kill_signal; SIGINT is Fly's default by its reference")
    }
    base.deadline = killTimeout(root["kill_timeout"], file: file)
    func words(_ node: Node?) throws -> PlatformStart.Command? {
      guard let node else { return nil }
      let place = Place(file: file, line: node.mark.line)
      if let list = node.sequence {
        return PlatformStart.Command(words: list.map { Word($0.text ?? "") }, place: place)
      }
      guard let words = ShellWords.split(node.text ?? "") else {
        throw DocumentFailure([DocumentProblem(file: file, at: node.mark, "a quote in this command does not end")])
      }
      return PlatformStart.Command(words: words.map { Word($0) }, place: place)
    }
    base.entrypoint = try words(root["experimental"]?["entrypoint"])
    base.command = try words(root["experimental"]?["cmd"])
    let groups = root["processes"]?.mapping?.entries ?? []
    guard !groups.isEmpty else { return [base] }
    return try groups.map { group in
      var start = base
      start.name = group.key
      start.place = Place(file: file, line: group.keyMark.line)
      if let command = try words(group.value), !command.words.isEmpty { start.command = command }
      return start
    }
  }

  /// `kill_timeout`, a number of seconds or a duration; 5 s without it, 300 s at most.
  private static func killTimeout(_ timeout: Node?, file: String) -> PlatformStart.Deadline {
    let name = "fly kill_timeout"
    guard let timeout else { return .known(DrainClock(name: name, limit: .seconds(5), origin: "default")) }
    let place = Place(file: file, line: timeout.mark.line)
    guard let limit = timeout.integer.map({ .seconds($0) }) ?? timeout.text.flatMap({ Duration(text: $0) }) else {
      return .unknown(name, written: timeout.text ?? "", place: place)
    }
    let origin = place.description + (limit > .seconds(300) ? ", 300 s is the most" : "")
    return .known(DrainClock(name: name, limit: min(limit, .seconds(300)), origin: origin))
  }
}

/// The containers of an ECS task definition.
enum ECSTaskDefinition {
  /// The containers in order, of a task definition or of what `describe-task-definition` prints.
  static func starts(_ root: Node, file: String) -> [PlatformStart] {
    let definition = root["taskDefinition"] ?? root
    let isFargate =
      (definition["requiresCompatibilities"] ?? definition["compatibilities"])?.sequence?.contains {
        $0.text == "FARGATE"
      }
      == true
    return (definition["containerDefinitions"]?.sequence ?? []).map { container in
      func place(_ node: Node) -> Place { Place(file: file, line: node.mark.line) }
      func words(_ key: String) -> PlatformStart.Command? {
        guard let node = container[key], let list = node.sequence, !list.isEmpty else { return nil }
        return PlatformStart.Command(words: list.map { Word($0.text ?? "") }, place: place(node))
      }
      var start = PlatformStart(
        name: container["name"]?.text ?? "container", kind: "ECS container", place: place(container))
      start.image = container["image"]?.text
      start.entrypoint = words("entryPoint")
      start.command = words("command")
      start.workingDirectory = container["workingDirectory"]?.text
      start.hasInit = container["linuxParameters"]?["initProcessEnabled"]?.boolean == true
      for entry in container["environment"]?.sequence ?? [] {
        if let name = entry["name"]?.text { start.environment[name] = Word(entry["value"]?.text ?? "") }
      }
      for entry in container["secrets"]?.sequence ?? [] {
        if let name = entry["name"]?.text { start.environment[name] = .unknown }
      }
      if definition["pidMode"]?.text == "task" { start.hasInit = true }
      start.deadline = stopTimeout(container["stopTimeout"], isFargate: isFargate, file: file)
      return start
    }
  }

  /// `stopTimeout` in seconds; 30 without it, on Fargate 120 at most.
  private static func stopTimeout(_ timeout: Node?, isFargate: Bool, file: String) -> PlatformStart.Deadline {
    let name = "ECS stopTimeout"
    guard let timeout else { return .known(DrainClock(name: name, limit: .seconds(30), origin: "default")) }
    let place = Place(file: file, line: timeout.mark.line)
    guard let seconds = timeout.integer else { return .unknown(name, written: timeout.text ?? "", place: place) }
    return .known(
      DrainClock(
        name: name, limit: .seconds(isFargate ? min(seconds, 120) : seconds),
        origin: place.description + (isFargate && seconds > 120 ? ", 120 s is Fargate's most" : "")))
  }
}
