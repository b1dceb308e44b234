import Cutover
import LiveKit
import Vocabulary

/// What ListAgents and ListAgentVersions say at one moment of one deployment of an agent.
///
/// The release name of a version is its attribute `nameKey` where it has one, which is what its sessions are stamped with;
/// else LiveKit's own string (`v20260224201212`). That string is always the generation's id, so two deploys of one release
/// are two generations.
struct CloudPicture: Hashable, Sendable {
  let deployment: DeploymentName
  let nameKey: String
  /// The deployment's rows, by region.
  let rows: [CloudAgent.Row]
  /// The versions that can be this deployment's, the last deployed first.
  let versions: [AgentVersion]
  private let servingName: VersionName?

  init(_ agent: CloudAgent, _ versions: [AgentVersion], deployment: DeploymentName, nameKey: String) {
    self.deployment = deployment
    self.nameKey = nameKey
    rows = agent.rows.filter { $0.deployment == deployment }.sorted { $0.region < $1.region }
    let own = Set(rows.compactMap(\.version))
    // Of a version the service does not say which deployment it is of; the rows of others do.
    let others = Set(agent.rows.filter { $0.deployment != deployment }.compactMap(\.version)).subtracting(own)
    self.versions = versions.filter { !others.contains($0.name) }.sorted { ($0.rank, $0.name) > ($1.rank, $1.name) }
    servingName =
      deployment == .production
      ? versions.first(where: \.isCurrent)?.name ?? agent.version
      : self.versions.first { own.contains($0.name) }?.name
  }

  /// The version that serves.
  var serving: AgentVersion? { servingName.flatMap { name in versions.first { $0.name == name } } }

  /// The versions with live replicas, as far as the service says: the serving one, then the last deployed first.
  var live: [AgentVersion] { [serving].compactMap(\.self) + versions.filter { $0.name != servingName && isLive($0) } }

  /// Whether a version that does not serve still has replicas.
  private func isLive(_ version: AgentVersion) -> Bool {
    guard deployment == .production else { return rows.contains { $0.version == version.name } }
    return version.isDraining == true || version.isActive == true
  }

  func version(_ id: GenerationID?) -> AgentVersion? {
    id.flatMap { id in versions.first { $0.name.rawValue == id.rawValue } }
  }

  /// The generation that a version is.
  func generation(_ version: AgentVersion) -> Generation {
    let name = version.attributes[nameKey].flatMap { $0.isEmpty ? nil : VersionName($0) }
    return Generation(id: GenerationID(version.name.rawValue), version: name ?? version.name)
  }

  /// The latest moment at which a version's successor can have begun to serve, and so the version have been told to drain;
  /// nil: nothing was deployed after it.
  func toldBy(_ version: AgentVersion) -> Timestamp? {
    versions.last { $0.name != version.name && $0.rank > version.rank }?.deployedAt.map {
      $0 + CloudPicture.healthLimit
    }
  }

  /// How long LiveKit Cloud waits for a new version's health check; old instances take sessions until it passes.
  static let healthLimit: Duration = .seconds(300)
}

extension AgentVersion {
  /// When it was last deployed.
  fileprivate var rank: Timestamp { deployedAt ?? createdAt ?? Timestamp(nanoseconds: 0) }
}

/// What must be kept from one picture to the next.
struct CloudMemory: Sendable {
  /// When an instance was first seen to serve, and to drain.
  var serving: [InstanceID: Timestamp] = [:]
  var draining: [InstanceID: Timestamp] = [:]
  /// Every region that a row was seen of.
  var regions: Set<RegionName> = []

  static func first(_ moment: Timestamp, of id: InstanceID, in known: inout [InstanceID: Timestamp]) -> Timestamp {
    let first = known[id] ?? moment
    known[id] = first
    return first
  }
}

/// Which rollout a reading is for.
struct CloudRollout: Hashable, Sendable {
  /// LiveKit's string of the incoming version; nil: that which serves.
  var incoming: GenerationID?
  /// Those of the outgoing ones.
  var outgoing: Set<GenerationID> = []
  /// When it began by this machine's clock.
  var began: Timestamp?
  /// Whether incoming and outgoing are the same version: a restart, or an update of secrets.
  var isOfOneVersion = false
}

extension CloudPicture {
  /// The instances as a reading lists them: one for each version that matters and each region.
  ///
  /// They stand for all replicas of a version in a region, so they have no session count, no worker and no way to have
  /// ended: the service shows none of that.
  func instances(of rollout: CloudRollout, _ memory: inout CloudMemory, at now: Timestamp) -> [InstanceObservation] {
    // Replicas from before a restart look like those after it.
    guard !rollout.isOfOneVersion else { return [] }
    memory.regions.formUnion(rows.map(\.region))
    let incoming = version(rollout.incoming) ?? (rollout.incoming == nil ? serving : nil)
    var listed = live
    for version in versions where !listed.contains(where: { $0.name == version.name }) {
      let isMeant = version.name == incoming?.name || rollout.outgoing.contains(GenerationID(version.name.rawValue))
      if isMeant { listed.append(version) }
    }
    return memory.regions.sorted().flatMap { region in
      listed.map { version in
        version.name == incoming?.name
          ? coming(version, region, rollout, &memory, now) : going(version, region, &memory, now)
      }
    }
  }

  static func instance(_ version: VersionName, in region: RegionName) -> InstanceID {
    InstanceID("\(region.rawValue)/\(version.rawValue)")
  }

  private func blank(_ version: AgentVersion, _ region: RegionName) -> InstanceObservation {
    let generation = generation(version)
    return InstanceObservation(
      id: CloudPicture.instance(version.name, in: region), version: generation.version, generation: generation.id,
      region: region, phase: .starting)
  }

  /// The version that should serve: by the region's own row, never by the flags alone.
  private func coming(
    _ version: AgentVersion, _ region: RegionName, _ rollout: CloudRollout, _ memory: inout CloudMemory,
    _ now: Timestamp
  ) -> InstanceObservation {
    var instance = blank(version, region)
    guard let row = rows.first(where: { $0.region == region }) else {
      instance.note = "LiveKit Cloud has no row for the region"
      return instance
    }
    guard row.version == version.name else {
      instance.note =
        "its row shows \(row.version.map { "\($0.rawValue.harmless)" } ?? "no version") (\(row.status.text.harmless))"
      return instance
    }
    instance.phase = row.status.phase
    instance.note = [row.status.note, row.eventNote].compactMap(\.self).joined(separator: "; ")
    if case .running = row.status.meaning {
      let least = (rollout.began ?? version.deployedAt ?? now).wholeSecond
      if row.replicas == nil || row.replicas == 0 {
        instance.note = "Running without a replica"
      } else if row.lastScrapedAt.map({ $0 >= least }) != true {
        instance.note = "its row is older than the rollout"
      } else {
        instance.phase = .serving
        let first = CloudMemory.first(now, of: instance.id, in: &memory.serving)
        instance.servingAt = min(first, version.deployedAt.map { $0 + CloudPicture.healthLimit } ?? first)
      }
    }
    if instance.note?.isEmpty == true { instance.note = nil }
    return instance
  }

  /// A version that should drain: by the flags, and as long as its region shows it, by that.
  private func going(
    _ version: AgentVersion, _ region: RegionName, _ memory: inout CloudMemory, _ now: Timestamp
  ) -> InstanceObservation {
    var instance = blank(version, region)
    let row = rows.first { $0.region == region }
    if version.name == serving?.name {
      instance.phase = .serving
    } else if version.isDraining == true {
      if row?.version == version.name, deployment == .production {
        instance.phase = .serving
        instance.note = "its region has not changed over"
      } else {
        instance.phase = .draining
        let first = CloudMemory.first(now, of: instance.id, in: &memory.draining)
        instance.drain = InstanceObservation.Drain(requestedAt: min(first, toldBy(version) ?? first))
      }
    } else if version.isActive == true {
      instance.phase = .unknown("active")
      instance.note = "LiveKit Cloud lists it as active, neither serving nor draining"
    } else if version.isActive == nil || version.isDraining == nil, deployment == .production {
      instance.phase = .unknown("not said")
      instance.note = "LiveKit Cloud does not say whether it has replicas"
    } else {
      instance.phase = .ended
      instance.note = "LiveKit Cloud lists no replica of it any more; how they ended it does not say"
    }
    return instance
  }
}

extension Timestamp {
  /// The same moment without its fraction of a second: the service's times have none.
  fileprivate var wholeSecond: Timestamp { Timestamp(nanoseconds: nanoseconds - nanoseconds % 1_000_000_000) }
}
