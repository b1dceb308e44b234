import Cutover
import Documents
import Machine
import Vocabulary

/// Reads one target of a sluice.yaml.
struct TargetReader {
  /// The folder that relative paths start at.
  let folder: String

  func target(_ name: TargetName, _ reader: MappingReader) -> TargetConfiguration? {
    let platform = self.platform(reader)
    let sources = reader.elements("sessions") { node, name in reader.read(node, called: name, source) } ?? []
    var policy = Policy()
    var window: Duration?
    reader.mapping("cutover") { (cutover: MappingReader) -> Void? in
      read(cutover, into: &policy)
      window = cutover.duration("drain-window", in: .seconds(1) ... .seconds(604_800))
      return ()
    }
    var target = TargetConfiguration(
      name: name, platform: platform, sources: sources, policy: policy, drainWindow: window,
      contracts: reader.mapping("contracts", contracts))
    target.entrypoint = reader.mapping("entrypoint", entrypoint)
    target.notifications = notifications(reader)
    target.isProduction = reader.boolean("production") ?? false
    return target
  }

  // MARK: Platforms

  private func platform(_ reader: MappingReader) -> PlatformConfiguration? {
    guard let node = reader.node("platform") else {
      reader.report(
        "\(reader.name) lacks the key 'platform'", hint: "write 'platform: none' for one that others deploy")
      return nil
    }
    if node.text == "none" { return nil }
    return reader.read(node, called: "'platform'") { platform in
      let local = platform.mapping("local-processes", localProcesses)
      let cloud = platform.mapping("livekit-cloud", livekitCloud)
      let docker = platform.mapping("docker", docker)
      let kubernetes = platform.mapping("kubernetes", kubernetes)
      if platform.mapping.entries.isEmpty { platform.report("'platform' names no platform") }
      if platform.mapping.entries.count > 1 { platform.report("'platform' names more than one platform") }
      return local.map { .localProcesses($0) } ?? cloud.map { .livekitCloud($0) } ?? docker.map { .docker($0) }
        ?? kubernetes.map { .kubernetes($0) }
    }
  }

  private func livekitCloud(_ reader: MappingReader) -> LiveKitCloudConfiguration? {
    let directory = reader.string("directory") ?? "."
    return LiveKitCloudConfiguration(
      agent: reader.string("agent"),
      directory: directory.hasPrefix("/") ? directory : directory == "." ? folder : "\(folder)/\(directory)",
      project: reader.string("project"), deployment: reader.string("deployment"),
      versionAttribute: reader.string("version-attribute"))
  }

  private func localProcesses(_ reader: MappingReader) -> LocalProcessesConfiguration? {
    let command = reader.required("command", reader.strings)
    if command?.isEmpty == true { reader.report("'command' names no program") }
    let directory = reader.string("directory") ?? "."
    let replicas = reader.integer("replicas", in: 1...1_000) ?? 1
    let environment = reader.texts("environment") ?? [:]
    let stopTimeout = reader.duration("stop-timeout", in: .seconds(1) ... .seconds(604_800)) ?? .seconds(3_900)
    guard let command, !command.isEmpty else { return nil }
    return LocalProcessesConfiguration(
      command: command, directory: directory.hasPrefix("/") ? directory : "\(folder)/\(directory)",
      replicas: Int(replicas), environment: environment.mapValues { ConfiguredValue($0, in: folder) },
      stopTimeout: stopTimeout)
  }

  private func docker(_ reader: MappingReader) -> DockerConfiguration? {
    let image = reader.required("image", reader.string)
    let directory = reader.string("directory") ?? "."
    let docker = DockerConfiguration(
      image: image ?? "", contexts: reader.strings("contexts") ?? [],
      program: reader.choice("program", ContainerProgram.self) ?? .docker,
      replicas: reader.integer("replicas", in: 1...100).map(Int.init) ?? 1,
      command: reader.strings("command") ?? [], options: reader.strings("options") ?? [],
      environment: (reader.texts("environment") ?? [:]).mapValues { ConfiguredValue($0, in: folder) },
      stopTimeout: reader.duration("stop-timeout", in: .seconds(1) ... .seconds(604_800)) ?? .seconds(3_900),
      directory: directory.hasPrefix("/") ? directory : directory == "." ? folder : "\(folder)/\(directory)")
    return image == nil ? nil : docker
  }

  // MARK: Session sources

  private func source(_ reader: MappingReader) -> SourceConfiguration? {
    let http = reader.mapping("worker-http") { source in
      SourceConfiguration.workerHTTP(
        source.elements("instances") { node, name in source.read(node, called: name, endpoint) } ?? [])
    }
    let dispatch = reader.mapping("dispatch-server", dispatchServer)
    let serverLog = reader.mapping("livekit-server-log", serverLog)
    let rooms = reader.mapping("livekit-rooms", liveKitRooms)
    if reader.mapping.entries.count != 1 {
      reader.report("each entry of 'sessions' names exactly one source")
      return nil
    }
    return http ?? dispatch ?? serverLog ?? rooms
  }

  private func endpoint(_ reader: MappingReader) -> WorkerHTTPConfiguration? {
    let name = reader.required("name", reader.text)
    let url = reader.required("url", reader.string)
    let version = reader.text("version")
    if let url, !url.hasPrefix("http://"), !url.hasPrefix("https://") {
      reader.report("'url' must begin with http:// or https://")
    }
    guard let name, let url else { return nil }
    return WorkerHTTPConfiguration(name: InstanceID(name), url: url, version: version.map { VersionName($0) })
  }

  private func dispatchServer(_ reader: MappingReader) -> SourceConfiguration? {
    guard let url = reader.required("url", reader.string), let key = reader.required("api-key", reader.string),
      let secret = reader.required("api-secret", reader.string)
    else { return nil }
    return .dispatchServer(
      url: url, apiKey: ConfiguredValue(key, in: folder), apiSecret: ConfiguredValue(secret, in: folder))
  }

  private func liveKitRooms(_ reader: MappingReader) -> SourceConfiguration? {
    func value(_ key: String) -> ConfiguredValue? { reader.string(key).map { ConfiguredValue($0, in: folder) } }
    var rooms = LiveKitRoomsConfiguration()
    rooms.url = value("url")
    rooms.apiKey = value("api-key")
    rooms.apiSecret = value("api-secret")
    rooms.project = reader.string("project")
    rooms.releaseAttribute = reader.string("release-attribute")
    rooms.agentName = reader.string("agent-name")
    rooms.requestsPerMinute = reader.integer("requests-per-minute", in: 10...100_000).map(Int.init)
    if case .literal? = rooms.apiSecret {
      reader.report("'api-secret' must not be written here", hint: "write env:LIVEKIT_API_SECRET or file:PATH")
    }
    return .liveKitRooms(rooms)
  }

  // MARK: The policy

  private func read(_ reader: MappingReader, into policy: inout Policy) {
    let day = Duration.seconds(86_400)
    set(&policy.interval, reader.duration("interval", in: .milliseconds(100) ... .seconds(600)))
    set(&policy.warmUp, reader.duration("warm-up", in: .seconds(1)...day))
    set(&policy.grace, reader.duration("grace", in: .zero...day))
    set(&policy.quiet, reader.duration("quiet", in: .zero...day))
    set(&policy.hold, reader.integer("hold", in: 1...1_000).map(Int.init))
    set(&policy.minimumNewSessions, reader.integer("minimum-new-sessions", in: 1...1_000_000).map(Int.init))
    set(&policy.joinTimeout, reader.duration("join-timeout", in: .seconds(1)...day))
    set(&policy.settle, reader.duration("settle", in: .zero...day))
    set(&policy.agentHangsUp, reader.choice("agent-hangs-up", Policy.AgentHangsUp.self))
    policy.timeout = reader.duration("timeout", in: .seconds(1) ... .seconds(604_800)) ?? policy.timeout
    policy.leakBound = reader.number("leak-bound", in: 0...1) ?? policy.leakBound
  }

  private func set<Value>(_ property: inout Value, _ value: Value?) {
    if let value { property = value }
  }
}
