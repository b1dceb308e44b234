import Configuration
import Cutover
import Journal
import LiveKit
import Machine
import Platforms
import Rehearsal
import SessionSources
import Vocabulary
import Web

/// A target with everything that is needed to act on it: its platform, its sources, its journal's home.
struct TargetEnvironment {
  let configuration: TargetConfiguration
  /// sluice.yaml; nil: options describe the target.
  let file: String?
  let home: String
  let platform: (any Platform)?
  let sources: [any SessionSource]
  let http: HTTPClient

  /// Reads sluice.yaml and makes what the target names.
  init(_ options: TargetOptions, _ project: ProjectOptions? = nil, in context: Context) throws {
    guard let file = try ConfigurationFile.find(named: options.configuration, from: context.directory) else {
      throw ConfigurationFailure.fileMissing(searchedFrom: context.directory)
    }
    let target = try file.target(options.target)
    try self.init(
      try project?.applied(to: target) ?? target, file: file.path, home: Home.path(beside: file.folder, in: context),
      in: context)
  }

  /// Makes the target that options describe, or that sluice.yaml does where they describe none and there is one.
  init(_ options: TargetOptions, _ rooms: RoomsOptions, in context: Context) throws {
    let file =
      rooms.isGiven ? nil : try ConfigurationFile.find(named: options.configuration, from: context.directory)
    var target = try file?.target(options.target) ?? rooms.target(named: options.target, in: context)
    if let window = rooms.drainWindow { (target.drainWindow, target.drainWindowOrigin) = (window, "--drain-window") }
    try self.init(target, file: file?.path, home: Home.path(beside: file?.folder, in: context), in: context)
  }

  /// Makes what a target names.
  init(_ target: TargetConfiguration, file: String? = nil, home: String, in context: Context) throws {
    configuration = target
    self.file = file
    self.home = home
    let client = HTTPClient()
    http = client
    // Platform and sources mostly have the same credentials.
    var said: Set<String> = []
    func warn(_ credentials: LiveKitCredentials) {
      for warning in credentials.warnings where said.insert(warning.text).inserted {
        context.errors.line("warning: \(warning.text)")
      }
    }
    let platform = try target.platform.map {
      try Self.platform($0, target: target.name, home: home, client: client, in: context, warn)
    }
    self.platform = platform
    sources = try target.sources.enumerated().map { index, source in
      try Self.source(source, number: index, of: target, platform: platform, http: client, in: context, warn)
    }
    guard platform != nil || !sources.isEmpty else { throw ConfigurationFailure.nothingToSee(target.name) }
  }

  /// Who tells others of the target's runs; nil: nobody is named.
  func notifier(in context: Context) -> RunNotifier? {
    let receivers = configuration.notifications
    return receivers.isEmpty ? nil : RunNotifier(receivers: receivers, http: http, context: context)
  }

  /// The platform, or the error of a target that somebody else deploys.
  func platform(to action: String) throws -> any Platform {
    guard let platform else { throw ConfigurationFailure.noPlatform(configuration.name, action: action) }
    return platform
  }

  private static func platform(
    _ configuration: PlatformConfiguration, target: TargetName, home: String, client: HTTPClient,
    in context: Context, _ warn: (LiveKitCredentials) -> Void
  ) throws -> any Platform {
    switch configuration {
    case .livekitCloud(let cloud):
      var search = CredentialSearch(directory: cloud.directory, environment: context.environment)
      (search.project, search.url, search.apiKey) = (cloud.project, cloud.url, cloud.apiKey)
      let credentials = try search.resolve()
      warn(credentials)
      return LiveKitCloud(
        LiveKitCloudSettings(cloud, credentials: credentials, inherited: context.environment), client: client,
        clock: context.wallClock)
    case .kubernetes(let kubernetes):
      return Kubernetes(
        KubernetesSettings(
          kubernetes, target: target, holder: "\(Host.name)-\(Host.process.pid)", inherited: context.environment),
        clock: context.wallClock)
    case .localProcesses(let local):
      let added = try local.environment.mapValues { try $0.resolved(in: context.environment) }
      var settings = LocalProcessesSettings(
        target: target, command: local.command, directory: local.directory, replicas: local.replicas,
        environment: added, home: home, keeperCommand: [context.program, KeepProcessCommand.name],
        inherited: context.environment)
      settings.stopTimeout = local.stopTimeout
      return try LocalProcesses(settings, client: client, clock: context.wallClock)
    case .docker(let docker):
      var settings = DockerSettings(target: target, image: docker.image, home: home, inherited: context.environment)
      settings.contexts = docker.contexts
      settings.program = docker.program.rawValue
      settings.replicas = docker.replicas
      settings.command = docker.command
      settings.options = docker.options
      settings.environment = try docker.environment.mapValues { try $0.resolved(in: context.environment) }
      settings.stopTimeout = docker.stopTimeout
      return try Docker(settings, clock: context.wallClock)
    }
  }

  private static func source(
    _ source: SourceConfiguration, number: Int, of target: TargetConfiguration, platform: (any Platform)?,
    http: HTTPClient, in context: Context, _ warn: (LiveKitCredentials) -> Void
  ) throws -> any SessionSource {
    let isOnly = target.sources.count { $0.kind == source.kind } == 1
    let id = SourceID(isOnly ? source.kind : "\(source.kind)-\(number + 1)")
    switch source {
    case .workerHTTP(let instances):
      guard !instances.isEmpty else {
        switch platform {
        case let local as LocalProcesses:
          return WorkerHTTP(id: id, client: http, clock: context.wallClock) { try await local.workerEndpoints() }
        case let docker as Docker:
          return WorkerHTTP(id: id, client: http, clock: context.wallClock) { try await docker.workerEndpoints() }
        case let kubernetes as Kubernetes:
          return WorkerHTTP(id: id, client: http, clock: context.wallClock) { try await kubernetes.workerEndpoints() }
        default: throw ConfigurationFailure.noEndpoints(target.name)
        }
      }
      let endpoints = instances.map { WorkerEndpoint(name: $0.name, url: $0.url, version: $0.version) }
      return WorkerHTTP(id: id, client: http, clock: context.wallClock) { endpoints }
    case .dispatchServer(let url, let key, let secret):
      return RemoteDispatchServer(
        id: id, url: url, apiKey: try key.resolved(in: context.environment),
        apiSecret: Secret(try secret.resolved(in: context.environment)), client: http, wallClock: context.wallClock)
    case .liveKitServerLog(let log):
      return LiveKitServerLog(id: id, LiveKitServerLog.Settings(log), clock: context.wallClock)
    case .liveKitRooms(let rooms):
      var settings = LiveKitRooms.Settings()
      settings.releaseAttribute = rooms.releaseAttribute ?? settings.releaseAttribute
      settings.agentName = rooms.agentName
      settings.requestsPerMinute = rooms.requestsPerMinute ?? settings.requestsPerMinute
      settings.looksUpWorkers = platform != nil || target.sources.contains { $0.kind == "livekit-server-log" }
      let credentials = try rooms.credentials(in: context)
      warn(credentials)
      let client = LiveKitClient(credentials, http: http, clock: context.wallClock)
      return LiveKitRooms(id: id, client: client, clock: context.wallClock, settings: settings)
    }
  }
}

extension LiveKitServerLog.Settings {
  /// What sluice.yaml says of a server's log.
  fileprivate init(_ log: LiveKitServerLogConfiguration) {
    self.init(log.files.isEmpty ? .command(log.command, directory: log.directory) : .files(log.files))
    agentName = log.agentName
    isComplete = log.isComplete
    workers = log.workers.map { WorkerLogFiles(name: $0.name, version: $0.version, files: $0.files) }
  }
}

extension LiveKitCloudSettings {
  /// What sluice.yaml says of a hosted agent, with the credentials that were found.
  fileprivate init(
    _ cloud: LiveKitCloudConfiguration, credentials: LiveKitCredentials, inherited: [String: String]
  ) {
    self.init(credentials: credentials, directory: cloud.directory, inherited: inherited)
    agent = cloud.agent.map { AgentID($0) }
    deployment = cloud.deployment.map { DeploymentName($0) } ?? .production
    versionAttribute = cloud.versionAttribute ?? versionAttribute
  }
}

extension KubernetesSettings {
  /// What sluice.yaml says of a workload.
  fileprivate init(
    _ kubernetes: KubernetesConfiguration, target: TargetName, holder: String, inherited: [String: String]
  ) {
    let workload: Workload =
      switch kubernetes.workload {
      case .deployment(let name): .deployment(name)
      case .statefulSet(let name): .statefulSet(name)
      }
    self.init(target: target, workload: workload, holder: holder, inherited: inherited)
    context = kubernetes.context
    namespace = kubernetes.namespace
    container = kubernetes.container
    image = kubernetes.image
    manifest = kubernetes.manifest
    workerPort = kubernetes.workerPort ?? workerPort
    takesLease = kubernetes.takesLease
  }
}

extension LiveKitRoomsConfiguration {
  /// The credentials that are written, else those that lk would use.
  func credentials(in context: Context) throws -> LiveKitCredentials {
    var search = CredentialSearch(directory: context.directory, environment: context.environment)
    search.project = project
    search.url = try url?.resolved(in: context.environment)
    search.apiKey = try apiKey?.resolved(in: context.environment)
    search.secret = try apiSecret.map { Secret(try $0.resolved(in: context.environment)) }
    return try search.resolve()
  }
}

extension SourceConfiguration {
  /// Its key in sluice.yaml.
  var kind: String {
    switch self {
    case .workerHTTP: "worker-http"
    case .dispatchServer: "dispatch-server"
    case .liveKitServerLog: "livekit-server-log"
    case .liveKitRooms: "livekit-rooms"
    }
  }
}

/// Where journals lie.
enum Home {
  /// `.sluice` beside the configuration in use, else in the working directory; SLUICE_HOME replaces it.
  static func path(beside folder: String?, in context: Context) -> String {
    if let home = context.environment["SLUICE_HOME"], !home.isEmpty {
      return home.hasPrefix("/") ? home : "\(context.directory)/\(home)"
    }
    return "\(folder ?? context.directory)/.sluice"
  }

  /// The home for commands that need no configuration: beside one if there is one.
  static func path(_ options: TargetOptions, in context: Context) throws -> String {
    if let home = context.environment["SLUICE_HOME"], !home.isEmpty { return path(beside: nil, in: context) }
    return path(
      beside: try ConfigurationFile.find(named: options.configuration, from: context.directory)?.folder, in: context)
  }
}
