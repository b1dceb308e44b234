import Documents
import Machine
import Vocabulary

/// The services of a compose file: `extends`, anchors, merge keys, override files and `${…}` are resolved.
struct ComposeFile {
  private let file: String
  private let variables: [String: String]

  /// The services of the file at `path`, with its override file when it has one, in their order.
  static func starts(_ path: String) throws -> [PlatformStart] {
    let reader = ComposeFile(file: path, variables: environmentFile(Files.folder(of: path) + "/.env"))
    var services: [(name: String, service: Service)] = []
    for file in [path] + overrides(of: path) {
      for (name, service) in try reader.services(in: file, loading: []) {
        if let index = services.firstIndex(where: { $0.name == name }) {
          services[index].service.merge(service)
        } else {
          services.append((name, service))
        }
      }
    }
    guard !services.isEmpty else { throw EntryFailure.nothingToStart(file: path) }
    return try services.map { try reader.start($0.name, $0.service) }
  }

  private static func overrides(of path: String) -> [String] {
    guard let dot = path.lastIndex(of: ".") else { return [] }
    let names = ["compose", "docker-compose"]
    guard names.contains(ImagePath.name(String(path[..<dot]))) else { return [] }
    return [".override.yml", ".override.yaml"].map { path[..<dot] + $0 }.filter { Files.kind(of: $0) == .file }
  }

  /// `NAME=value` lines, as of `.env`.
  static func environmentFile(_ path: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in (BuildContext.text(of: path) ?? "").split(whereSeparator: \.isNewline) {
      var line = String(line).trimmed
      if line.hasPrefix("export ") { line = String(line.dropFirst(7)).trimmed }
      guard !line.hasPrefix("#"), let equals = line.firstIndex(of: "=") else { continue }
      var value = String(line[line.index(after: equals)...]).trimmed
      if let quote = value.first, quote == "\"" || quote == "'", value.count > 1, value.last == quote {
        value = String(value.dropFirst().dropLast())
      } else if let comment = value.firstRange(of: " #") {
        value = String(value[..<comment.lowerBound]).trimmed
      }
      values[String(line[..<equals]).trimmed] = value
    }
    return values
  }

  /// The values of one service by key; where each is written.
  struct Service {
    var values: [String: (node: Node, file: String)] = [:]
    var mark = Mark(line: 1, column: 1)
    var file = ""

    /// Takes the other's values over these; environments and build settings are joined.
    mutating func merge(_ other: Service) {
      for (key, value) in other.values {
        if let mine = values[key], let left = mine.node.mapping, let right = value.node.mapping {
          let kept = left.entries.filter { right.entry($0.key) == nil }
          values[key] = (Node(.mapping(Mapping(kept + right.entries)), at: value.node.mark), value.file)
        } else if let mine = values[key], key == "environment", let left = mine.node.sequence,
          let right = value.node.sequence
        {
          values[key] = (Node(.sequence(left + right), at: value.node.mark), value.file)
        } else {
          values[key] = value
        }
      }
    }
  }

  private func services(in file: String, loading: [String]) throws -> [(String, Service)] {
    guard loading.count < 16, !loading.contains(file) else {
      throw EntryFailure.circle(file: file, names: loading)
    }
    let documents = try YAML.parseAll(Files.read(file, limit: YAML.limits.bytes), file: file)
    guard let root = documents.first, root.mapping != nil else {
      throw DocumentFailure([
        DocumentProblem(file: file, at: documents.first?.mark, "a compose file is a mapping with 'services'")
      ])
    }
    var result: [(String, Service)] = []
    for included in root["include"]?.sequence ?? [] {
      for path in included["path"]?.sequence?.compactMap(\.text)
        ?? [(included["path"] ?? included).text].compactMap(\.self)
      {
        let path = Self.path(path, from: file)
        guard Files.kind(of: path) == .file else { throw EntryFailure.missingFile(path, from: file) }
        result += try services(in: path, loading: loading + [file])
      }
    }
    guard let services = root["services"]?.mapping else {
      guard result.isEmpty else { return result }
      throw DocumentFailure([DocumentProblem(file: file, at: root.mark, "there are no 'services' in it")])
    }
    for entry in services.entries {
      result.append((entry.key, try service(entry.key, in: services, file: file, extending: [])))
    }
    return result
  }

  /// One service with those that it extends below it.
  private func service(_ name: String, in services: Mapping, file: String, extending: [String]) throws -> Service {
    let id = "\(file):\(name)"
    guard !extending.contains(id), extending.count < 32 else {
      throw EntryFailure.circle(
        file: file, names: extending.map { $0.split(separator: ":").last.map(String.init) ?? $0 })
    }
    guard let entry = services.entry(name) else {
      throw EntryFailure.noSuchService(name, file: file, names: services.entries.map(\.key))
    }
    var service = Service()
    if let base = entry.value["extends"] {
      let other = base.text ?? base["service"]?.text ?? ""
      if let path = base["file"]?.text.map({ Self.path($0, from: file) }) {
        guard Files.kind(of: path) == .file else { throw EntryFailure.missingFile(path, from: file) }
        let root = try YAML.parseAll(Files.read(path, limit: YAML.limits.bytes), file: path).first
        guard let others = root?["services"]?.mapping else { throw EntryFailure.nothingToStart(file: path) }
        service = try self.service(other, in: others, file: path, extending: extending + [id])
      } else {
        service = try self.service(other, in: services, file: file, extending: extending + [id])
      }
    }
    var own = Service()
    for value in entry.value.mapping?.entries ?? [] { own.values[value.key] = (value.value, file) }
    service.merge(own)
    service.mark = entry.keyMark
    service.file = file
    return service
  }

  private static func path(_ path: String, from file: String) -> String {
    path.hasPrefix("/") ? path : Files.folder(of: file) == "." ? path : Files.folder(of: file) + "/" + path
  }

  private func start(_ name: String, _ service: Service) throws -> PlatformStart {
    var start = PlatformStart(
      name: name, kind: "compose service", place: Place(file: service.file, line: service.mark.line))
    func value(_ key: String) -> (node: Node, file: String)? {
      service.values[key].flatMap { $0.node.isNull ? nil : $0 }
    }
    func text(_ key: String) throws -> String? {
      try value(key).flatMap { found in try found.node.text.map { try interpolated($0, at: found) } }
    }
    start.entrypoint = try value("entrypoint").map(command)
    start.command = try value("command").map(command)
    if let signal = value("stop_signal") {
      start.stopSignal = (try text("stop_signal") ?? "", Place(file: signal.file, line: signal.node.mark.line))
    }
    start.deadline = try grace(value("stop_grace_period"))
    start.hasInit = value("init")?.node.boolean == true
    start.workingDirectory = try text("working_dir")
    start.image = try text("image")
    for file in value("env_file").map({ $0.node.sequence ?? [$0.node] }) ?? [] {
      guard let path = file.text ?? file["path"]?.text else { continue }
      for (name, value) in Self.environmentFile(Self.path(path, from: service.file)) {
        start.environment[name] = Word(value)
      }
    }
    if let environment = value("environment") {
      for entry in environment.node.mapping?.entries ?? [] {
        start.environment[entry.key] =
          try entry.value.text.map { Word(try interpolated($0, at: environment)) } ?? .unknown
      }
      for line in environment.node.sequence?.compactMap(\.text) ?? [] {
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        start.environment[String(parts[0])] =
          parts.count == 2 ? Word(try interpolated(String(parts[1]), at: environment)) : .unknown
      }
    }
    start.build = try value("build").map { found in
      let folder = Self.path(
        try interpolated(found.node.text ?? found.node["context"]?.text ?? ".", at: found), from: found.file)
      let dockerfile = try found.node["dockerfile"]?.text.map { try interpolated($0, at: found) }
      var arguments: [String: String] = [:]
      for entry in found.node["args"]?.mapping?.entries ?? [] {
        arguments[entry.key] = try entry.value.text.map { try interpolated($0, at: found) } ?? variables[entry.key]
      }
      for line in found.node["args"]?.sequence?.compactMap(\.text) ?? [] {
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        arguments[parts[0]] = parts.count == 2 ? try interpolated(parts[1], at: found) : variables[parts[0]]
      }
      return PlatformStart.Build(
        context: folder, dockerfile: dockerfile.map { $0.hasPrefix("/") ? $0 : folder + "/" + $0 },
        inline: found.node["dockerfile_inline"]?.text, stage: found.node["target"]?.text, arguments: arguments)
    }
    if let hook = value("pre_stop"), let first = hook.node.sequence?.first, let line = first["command"] {
      start.preStop = EntryCommand.PreStop(
        arguments: try command((line, hook.file)).words, origin: Place(file: hook.file, line: first.mark.line))
    }
    return start
  }

  private func grace(_ found: (node: Node, file: String)?) throws -> PlatformStart.Deadline {
    let name = "compose stop_grace_period"
    guard let found, let text = found.node.text else {
      return .known(DrainClock(name: name, limit: .seconds(10), origin: "default"))
    }
    guard let limit = Duration(text: try interpolated(text, at: found)) else {
      let place = Place(file: found.file, line: found.node.mark.line)
      if text.contains("$") { return .unknown(name, written: text, place: place) }
      throw DocumentFailure([
        DocumentProblem(
          file: found.file, at: found.node.mark, "'\(text)' is no duration", hint: "write 1h, 90s or 1m30s")
      ])
    }
    return .known(DrainClock(name: name, limit: limit, origin: "\(found.file):\(found.node.mark.line)"))
  }

  /// A list as it stands; text split into words as a shell would, run by none.
  private func command(_ found: (node: Node, file: String)) throws -> PlatformStart.Command {
    let place = Place(file: found.file, line: found.node.mark.line)
    if let words = found.node.sequence {
      return PlatformStart.Command(
        words: try words.map { Word(try interpolated($0.text ?? "", at: found)) }, place: place)
    }
    guard let text = found.node.text, let words = ShellWords.split(try interpolated(text, at: found)) else {
      throw DocumentFailure([
        DocumentProblem(file: found.file, at: found.node.mark, "this command is not words: a quote does not end")
      ])
    }
    return PlatformStart.Command(words: words.map { Word($0) }, place: place)
  }

  /// `${NAME:-default}` put in, `$$` made a dollar. A variable that nothing sets is empty, as for compose.
  private func interpolated(_ text: String, at found: (node: Node, file: String)) throws -> String {
    guard text.contains("$") else { return text }
    let dollar = "\u{1}"
    let parts = text.split(separator: "$$", omittingEmptySubsequences: false).joined(separator: dollar)
    do throws(DockerfileWords.Problem) {
      return try DockerfileWords(escape: "\u{0}", environment: variables, keepsQuotes: true).word(parts)
        .split(separator: dollar, omittingEmptySubsequences: false).joined(separator: "$")
    } catch {
      throw DocumentFailure([DocumentProblem(file: found.file, at: found.node.mark, error.what)])
    }
  }
}
