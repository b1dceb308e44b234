package import Cutover
package import Preflight
package import Vocabulary

/// One fleet as sluice.yaml describes it.
package struct TargetConfiguration: Sendable {
  /// Its name.
  package var name: TargetName
  /// Where its versions run; nil: somebody else deploys it.
  package var platform: PlatformConfiguration?
  /// Where its sessions can be seen, in the file's order.
  package var sources: [SourceConfiguration]
  /// The numbers that decide.
  package var policy: Policy
  /// A clock of the drain that only the user knows: `drain-window`.
  package var drainWindow: Duration?
  /// Where that was said.
  package var drainWindowOrigin = "sluice.yaml"
  /// What versions of it share; nil: nothing is declared.
  package var contracts: ContractDeclaration?
  /// What starts the agent; nil: its files are looked for.
  package var entrypoint: EntryFiles?
  /// Who is told of its runs.
  package var notifications: [NotificationConfiguration] = []
  /// Whether it serves people: no test may end any of it.
  package var isProduction = false

  /// A fleet.
  package init(
    name: TargetName, platform: PlatformConfiguration?, sources: [SourceConfiguration], policy: Policy,
    drainWindow: Duration? = nil, contracts: ContractDeclaration? = nil
  ) {
    self.name = name
    self.platform = platform
    self.sources = sources
    self.policy = policy
    self.drainWindow = drainWindow
    self.contracts = contracts
  }
}

/// Where versions run, as it is written.
package enum PlatformConfiguration: Sendable {
  /// Processes on this machine.
  case localProcesses(LocalProcessesConfiguration)
  /// A hosted agent of LiveKit Cloud.
  case livekitCloud(LiveKitCloudConfiguration)
  /// Containers of one or several engines.
  case docker(DockerConfiguration)
  /// A Deployment or StatefulSet of a Kubernetes cluster.
  case kubernetes(KubernetesConfiguration)

  /// Where the source that is deployed lies; absolute.
  package var directory: String {
    switch self {
    case .localProcesses(let local): local.directory
    case .livekitCloud(let cloud): cloud.directory
    case .docker(let docker): docker.directory
    case .kubernetes(let kubernetes): kubernetes.directory
    }
  }
}

/// `docker: { image, contexts, program, replicas, command, options, environment, stop-timeout, directory }`.
package struct DockerConfiguration: Sendable {
  /// The image without a tag: a version is its tag.
  package var image: String
  /// The contexts of the engines; empty: docker's own current one.
  package var contexts: [String]
  /// The program that speaks to them.
  package var program: ContainerProgram
  /// How many containers a generation has on each engine.
  package var replicas: Int
  /// What is run in place of the image's command; empty: that.
  package var command: [String]
  /// Further options of `docker run`.
  package var options: [String]
  /// Variables of the containers; resolved when they are used.
  package var environment: [String: ConfiguredValue]
  /// How long a drain may take until what is left is killed.
  package var stopTimeout: Duration
  /// Where the source lies whose commit names a version that no `--version` does; absolute.
  package var directory: String
}

/// A program that speaks to an engine of containers.
package enum ContainerProgram: String, CaseIterable, Sendable {
  /// Docker's own.
  case docker
  /// Podman.
  case podman
}

/// `livekit-cloud: { agent, directory, project, deployment, version-attribute }`.
package struct LiveKitCloudConfiguration: Sendable {
  /// The agent's id; nil: that of livekit.toml, or the project's only one.
  package var agent: String?
  /// Where livekit.toml and the agent's source lie; absolute.
  package var directory: String
  /// The project's name in the lk configuration; nil: in lk's own order.
  package var project: String?
  /// An address and a key that a command line names; nil: in lk's own order.
  package var url: String?
  package var apiKey: String?
  /// The deployment; nil: production.
  package var deployment: String?
  /// The attribute of a deployed version that holds its release name; nil: `version`.
  package var versionAttribute: String?
}

/// `local-processes: { command, directory, replicas, environment, stop-timeout }`.
package struct LocalProcessesConfiguration: Sendable {
  /// The worker's argument array.
  package var command: [String]
  /// The folder it starts in, absolute.
  package var directory: String
  /// How many instances a generation has.
  package var replicas: Int
  /// Variables added to the program's own; resolved when they are used.
  package var environment: [String: ConfiguredValue]
  /// How long a drain may take until what is left is killed.
  package var stopTimeout: Duration
}

/// Where sessions can be seen, as it is written.
package enum SourceConfiguration: Sendable {
  /// `worker-http`: the endpoints listed, or those that the platform finds when none is.
  case workerHTTP([WorkerHTTPConfiguration])
  /// `dispatch-server`: the embedded server of another sluice process.
  case dispatchServer(url: String, apiKey: ConfiguredValue, apiSecret: ConfiguredValue)
  /// `livekit-server-log`: the log that a LiveKit server writes itself.
  case liveKitServerLog(LiveKitServerLogConfiguration)
  /// `livekit-rooms`: the rooms of a LiveKit project.
  case liveKitRooms(LiveKitRoomsConfiguration)
}

/// `livekit-rooms: { url, api-key, api-secret, project, release-attribute, agent-name, requests-per-minute }`.
package struct LiveKitRoomsConfiguration: Sendable {
  /// The project's address; nil: where lk would find it.
  package var url: ConfiguredValue?
  /// The key, and its secret; nil: where lk would find them.
  package var apiKey: ConfiguredValue?
  package var apiSecret: ConfiguredValue?
  /// The project's name in the lk configuration; nil: none is named.
  package var project: String?
  /// The attribute that a release stamps on its agents; nil: the default.
  package var releaseAttribute: String?
  /// The name under which the fleet's agents are dispatched; nil: all of the project's are the fleet's.
  package var agentName: String?
  /// Requests in any minute; nil: the default.
  package var requestsPerMinute: Int?

  /// The rooms of the project that lk would use.
  package init() {}
}

/// One worker's HTTP endpoint.
package struct WorkerHTTPConfiguration: Sendable {
  /// The instance.
  package var name: InstanceID
  /// Its address; a path in it is kept.
  package var url: String
  /// The version it runs.
  package var version: VersionName?
}
