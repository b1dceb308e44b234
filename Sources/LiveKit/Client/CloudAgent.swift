package import Vocabulary

/// An agent of LiveKit Cloud as ListAgents shows it. Its secrets' names are dropped while it is read.
package struct CloudAgent: Hashable, Sendable {
  package var id: AgentID
  package var name: String
  /// The version of the production deployment; nil when it was never deployed.
  package var version: VersionName?
  package var deployedAt: Timestamp?
  /// One row for each region and deployment, in the service's order.
  package var rows: [Row]

  /// An agent.
  package init(
    id: AgentID, name: String = "", version: VersionName? = nil, deployedAt: Timestamp? = nil, rows: [Row] = []
  ) {
    self.id = id
    self.name = name
    self.version = version
    self.deployedAt = deployedAt
    self.rows = rows
  }

  /// One deployment in one region, as it was last scraped.
  package struct Row: Hashable, Sendable {
    package var region: RegionName
    package var deployment: DeploymentName
    package var status: Status
    /// nil until the row has been scraped: that an answer has no number is not that there are no replicas.
    package var replicas: Int?
    package var minimumReplicas: Int?
    package var maximumReplicas: Int?
    /// nil until the row has been scraped: a row does not know its version right after a deploy.
    package var version: VersionName?
    /// When the service last looked; nil is never. Everything else in the row is as old as that.
    package var lastScrapedAt: Timestamp?
    /// The host label of the region's log server: `osbxash1a`; nil where the service does not say.
    package var serverRegion: String?
    /// As text with its unit, `120m` and `512Mi`; nil until the row has been scraped.
    package var currentCPU: String?
    package var currentMemory: String?
    package var memoryLimit: String?
    package var cpuLimit: String?
    package var events: [Event]

    /// A row.
    package init(
      region: RegionName, deployment: DeploymentName = .production, status: Status, replicas: Int? = nil,
      minimumReplicas: Int? = nil, maximumReplicas: Int? = nil, version: VersionName? = nil,
      lastScrapedAt: Timestamp? = nil, serverRegion: String? = nil, events: [Event] = []
    ) {
      self.region = region
      self.deployment = deployment
      self.status = status
      self.replicas = replicas
      self.minimumReplicas = minimumReplicas
      self.maximumReplicas = maximumReplicas
      self.version = version
      self.lastScrapedAt = lastScrapedAt
      self.serverRegion = serverRegion
      self.events = events
    }
  }

  /// The documented words for a row's state.
  package enum Status: APIWord {
    case settingUp, building, running, updating, scheduling, deleting
    case sleeping, waking
    case error, crashLoop, buildFailed, serverError, deleted, suspended
    /// A word that is not documented; never to be taken for `running`. Empty where the service says none.
    case unknown(String)

    package static let words: [(word: String, number: Int64?, value: Status)] = [
      ("Setting Up", nil, .settingUp), ("Building", nil, .building), ("Running", nil, .running),
      ("Updating", nil, .updating), ("Scheduling", nil, .scheduling), ("Deleting", nil, .deleting),
      ("Sleeping", nil, .sleeping), ("Waking", nil, .waking), ("Error", nil, .error), ("CrashLoop", nil, .crashLoop),
      ("Build Failed", nil, .buildFailed), ("Server Error", nil, .serverError), ("Deleted", nil, .deleted),
      ("Suspended", nil, .suspended),
    ]
  }

  /// Something that happened to a row's replicas, with how often.
  package struct Event: Hashable, Sendable {
    package var kind: Kind
    package var count: Int
    package var at: Timestamp?

    /// An event.
    package init(kind: Kind, count: Int, at: Timestamp? = nil) {
      self.kind = kind
      self.count = count
      self.at = at
    }

    /// What happened.
    package enum Kind: APIWord {
      case applicationCrashed, restartedForDiskUsage, restartedForMemoryUsage, unknown(String)

      package static let words: [(word: String, number: Int64?, value: Kind)] = [
        ("AGENT_EVENT_TYPE_APPLICATION_CRASHED", 1, .applicationCrashed),
        ("AGENT_EVENT_TYPE_RESTARTED_HIGH_DISK_USAGE", 2, .restartedForDiskUsage),
        ("AGENT_EVENT_TYPE_RESTARTED_HIGH_MEMORY_USAGE", 3, .restartedForMemoryUsage),
      ]
    }
  }
}

/// A version of an agent as ListAgentVersions shows it. The service counts neither replicas nor sessions by version.
package struct AgentVersion: Hashable, Sendable {
  package var name: VersionName
  /// Whether it serves production.
  package var isCurrent: Bool
  /// nil where the service does not know the field: it was added in 2026. So was the next one.
  package var isDraining: Bool?
  /// Not documented; `true` presumably while instances remain.
  package var isActive: Bool?
  /// The service's word, not documented; empty where it says none.
  package var status: String
  package var createdAt: Timestamp?
  package var deployedAt: Timestamp?
  /// What the deploy gave it: `git_commit`, `release` …
  package var attributes: [String: String]
  package var owner: String

  /// A version.
  package init(
    name: VersionName, isCurrent: Bool = false, isDraining: Bool? = nil, isActive: Bool? = nil, status: String = "",
    createdAt: Timestamp? = nil, deployedAt: Timestamp? = nil, attributes: [String: String] = [:], owner: String = ""
  ) {
    self.name = name
    self.isCurrent = isCurrent
    self.isDraining = isDraining
    self.isActive = isActive
    self.status = status
    self.createdAt = createdAt
    self.deployedAt = deployedAt
    self.attributes = attributes
    self.owner = owner
  }
}
