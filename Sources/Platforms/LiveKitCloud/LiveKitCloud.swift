package import Cutover
import LiveKit
package import Machine
import SessionSources
package import Vocabulary
package import Web

import Logs

/// Versions as a hosted agent of LiveKit Cloud.
///
/// A version is deployed by `lk`, rolled back by the API, and drained by LiveKit Cloud itself. **What a version is called**:
/// LiveKit's own string (`v20260224201212`) is the id of its generation; its release name is the attribute `version` that
/// `deploy` gives it (another one by `version-attribute`), and without one LiveKit's string again. Sessions that are
/// stamped with the release name so meet the generations that the platform lists.
///
/// As a session source it lists one observation for each version and production region. That is all the service shows: no
/// sessions, no replicas by themselves, no ends. So it sees nothing completely, and without another source a verdict stays
/// inconclusive. That a version is listed as draining is what it was told; only lines of its log confirm it.
package actor LiveKitCloud: Platform {
  package nonisolated let traits: SourceTraits
  package nonisolated let drainedBy = Rollout.Drainer.platform
  package nonisolated var startLimit: Duration { settings.deployLimit + settings.listingLimit + .seconds(60) }
  package nonisolated var window: DrainWindow { knownWindow.withLock { $0 } }

  nonisolated let settings: LiveKitCloudSettings
  let client: LiveKitClient
  let clock: WallClock
  var rollout = CloudRollout()
  /// How many replicas each region had before the change; a region of which that is not known is not in it.
  var replicas: [RegionName: Int] = [:]
  private let knownWindow: Locked<DrainWindow>
  private let listener = Locked<@Sendable (PlatformNote) -> Void>({ _ in })
  private var agent: AgentID?
  private var memory = CloudMemory()
  /// One stream for each log server, and which one is a region's.
  private var logs: [String: CloudLogWatch] = [:]
  private var logServers: [RegionName: String] = [:]
  private var expected: Rollout?
  private var saidThatLogsAreMissing = false

  /// Asks nothing yet.
  package init(
    _ settings: LiveKitCloudSettings, id: SourceID = "livekit-cloud", client: HTTPClient, clock: WallClock = .live
  ) {
    traits = SourceTraits(id: id, kind: "livekit-cloud", sees: [])
    self.settings = settings
    self.client = LiveKitClient(settings.credentials, http: client, clock: clock)
    self.clock = clock
    knownWindow = Locked(LiveKitCloud.window(settings.deployment, []))
  }

  // MARK: What there is

  package func current() async throws -> [Generation] {
    let picture = try await picture()
    return picture.live.map(picture.generation)
  }

  package func serving() async throws -> [Generation] {
    let picture = try await picture()
    return [picture.serving].compactMap(\.self).map(picture.generation)
  }

  package func versions() async throws -> [Generation] {
    let picture = try await picture()
    return picture.versions.map(picture.generation)
  }

  package func lastChange() async throws -> PlatformChange? {
    let picture = try await picture()
    guard let serving = picture.serving, let began = serving.deployedAt else { return nil }
    return PlatformChange(
      incoming: picture.generation(serving),
      outgoing: picture.live.filter { $0.name != serving.name }.map(picture.generation), began: began)
  }

  package nonisolated func cautions(of kind: Rollout.Kind) -> [String] {
    guard settings.deployment != .production else { return [] }
    let name = settings.deployment.rawValue.harmless
    return [
      "LiveKit Cloud does not drain deployment '\(name)': its sessions are disconnected at once",
      "it cannot be rolled back either",
    ]
  }

  package func reading(within limit: Duration) async -> Reading {
    var asking = client
    asking.timeout = min(limit, client.timeout)
    let answer: Reading.Answer
    do {
      let picture = try await picture(by: asking)
      var instances = picture.instances(of: rollout, &memory, at: clock.now)
      if rollout.isOfOneVersion, let serving = picture.serving, let began = rollout.began {
        let version = picture.generation(serving).version
        instances = logs.sorted { $0.key < $1.key }.flatMap { $1.report.turns(of: version, at: $0, since: began) }
      }
      takeLogs(into: &instances)
      answer = .snapshot(Observation(instances: instances))
    } catch {
      answer = .failure(SourceFailure(error))
    }
    return Reading(source: traits.id, takenAt: clock.now, answer: answer)
  }

  package func failureToServe(_ generation: Generation) async throws -> (any Failure)? {
    let picture: CloudPicture
    do {
      picture = try await self.picture()
    } catch let failure as LiveKitFailure where failure.isTransient {
      // Not being told says nothing about the version.
      return nil
    }
    guard let version = picture.version(generation.id) else { return nil }
    let began = rollout.began ?? version.deployedAt
    for row in picture.rows where row.version == version.name {
      guard case .hopeless(let words) = row.status.meaning, let began, let at = row.lastScrapedAt, at >= began else {
        continue
      }
      return LiveKitCloudFailure.cannotServe(
        generation.version, region: row.region, status: row.status.text,
        meaning: [words, row.eventNote].compactMap(\.self).joined(separator: "; "))
    }
    let status = CloudAgent.Status(word: version.status)
    guard case .hopeless(let words) = status.meaning, version.name != picture.serving?.name else { return nil }
    return LiveKitCloudFailure.cannotServe(generation.version, region: nil, status: status.text, meaning: words)
  }

  // MARK: Being told

  package func listen(_ listener: @escaping @Sendable (PlatformNote) -> Void) async {
    self.listener.withLock { $0 = listener }
  }

  package func expect(_ rollout: Rollout) async {
    guard expected != rollout else { return }
    expected = rollout
    let outgoing = Set(rollout.outgoing.compactMap(\.id))
    self.rollout = CloudRollout(
      incoming: rollout.incoming.id, outgoing: outgoing, began: rollout.began,
      isOfOneVersion: rollout.outgoing.contains {
        $0.version == rollout.incoming.version && $0.id == rollout.incoming.id
      })
    if self.rollout.isOfOneVersion {
      say(
        "livekit-cloud",
        "LiveKit Cloud does not tell the replicas of before a restart or an update of secrets from those of after it: only "
          + "those can be told apart whose registration or drain is in the log")
    }
    // Where the service cannot be asked, the readings say so.
    if logs.isEmpty, let picture = try? await picture() { openLogs(of: picture) }
  }

  /// Nothing: LiveKit Cloud does it.
  package func drain(_ generations: [Generation]) async throws {}

  nonisolated func say(_ source: String, _ text: String) {
    listener.withLock { $0 }(PlatformNote(source: source, text: text))
  }

  // MARK: Asking

  func picture() async throws -> CloudPicture { try await picture(by: client) }

  private func picture(by client: LiveKitClient) async throws -> CloudPicture {
    let id = try await agentID()
    async let agents = client.listAgents(id)
    async let versions = client.listAgentVersions(of: id)
    guard let agent = try await agents.first(where: { $0.id == id }) else {
      throw LiveKitCloudFailure.agentUnknown(id, known: try await self.client.listAgents().map(\.id.rawValue))
    }
    return CloudPicture(
      agent, try await versions, deployment: settings.deployment, nameKey: settings.versionAttribute)
  }

  /// The agent that is named in sluice.yaml, else in livekit.toml, else the only one there is.
  func agentID() async throws -> AgentID {
    if let agent { return agent }
    let found: AgentID
    if let named = try settings.agent ?? ProjectFile.find(in: settings.directory)?.agent {
      found = named
    } else {
      let all = try await client.listAgents()
      guard all.count == 1 else { throw LiveKitCloudFailure.agentNotNamed(known: all.map(\.id.rawValue)) }
      found = all[0].id
    }
    agent = found
    return found
  }

  // MARK: Logs

  /// Opens the log stream of every region that has none yet.
  func openLogs(of picture: CloudPicture) {
    guard let agent else { return }
    for row in picture.rows where logServers[row.region] == nil {
      let server = row.serverRegion ?? row.region.rawValue
      logServers[row.region] = server
      guard logs[server] == nil else { continue }
      let (client, deployment) = (client, settings.deployment)
      logs[server] = CloudLogWatch(
        place: row.serverRegion ?? row.region.rawValue, clock: clock, tell: { [weak self] in self?.hand($0) }
      ) { () async throws(LiveKitFailure) -> HTTPLines in
        try await client.logs(of: agent, deployment: deployment, serverRegion: row.serverRegion)
      }
    }
  }

  /// One log for each log server: the service does not tell its instances apart.
  package func logs() async throws -> [InstanceLog] {
    let (picture, agent) = (try await picture(), try await agentID())
    let (client, deployment) = (client, settings.deployment)
    var seen: Set<String> = []
    return picture.rows.compactMap { row in
      guard seen.insert(row.serverRegion ?? row.region.rawValue).inserted else { return nil }
      return InstanceLog(
        name: "\(agent.rawValue)-\(row.serverRegion ?? row.region.rawValue)",
        origin: .stream { piece in
          for try await line in try await client.logs(of: agent, deployment: deployment, serverRegion: row.serverRegion)
          { try await piece(line.bytes + [0x0A]) }
        })
    }
  }

  private nonisolated func hand(_ note: PlatformNote) { say(note.source, note.text) }

  /// Adds what the logs say of the drain of what served last.
  private func takeLogs(into instances: inout [InstanceObservation]) {
    let reports = logs.mapValues(\.report)
    knownWindow.withLock { $0 = LiveKitCloud.window(settings.deployment, reports.values.map(\.log)) }
    guard let began = rollout.began else { return }
    var isSilent = false
    for index in instances.indices {
      guard let generation = instances[index].generation, rollout.outgoing.contains(generation),
        let region = instances[index].region, let told = instances[index].drain?.requestedAt, told >= began
      else { continue }
      let server = logServers[region]
      let report = server.flatMap { reports[$0] }
      let draining = report?.drained(since: began, report?.draining ?? [:]) ?? []
      let counts = logServers.filter { $0.value == server }.map { replicas[$0.key] }
      // How many there were is known only to whoever saw them before the change.
      let wanted = counts.contains(nil) ? nil : counts.reduce(0) { $0 + ($1 ?? 0) }
      guard let wanted, wanted > 0, draining.count >= wanted else {
        let all = wanted.map { "\($0)" } ?? "an unknown number of"
        let counted = draining.isEmpty ? "no replica" : "\(draining.count) of \(all) replicas"
        let why = report?.failure.map { " (\($0.harmless))" } ?? ""
        instances[index].note = "\(counted) said in the log that it drains\(why)"
        isSilent = isSilent || clock.now - told >= .seconds(15)
        continue
      }
      instances[index].drain?.confirmedAt = draining[wanted - 1]
      instances[index].drain?.confirmedBy = .log
      instances[index].drain?.timedOutAt = report?.log.drain.timedOutAt.flatMap { $0 >= began ? $0 : nil }
      let finished = report?.drained(since: began, report?.finished ?? [:]) ?? []
      if finished.count >= wanted { instances[index].drain?.finishedAt = finished[wanted - 1] }
    }
    if isSilent, !saidThatLogsAreMissing {
      saidThatLogsAreMissing = true
      say(
        "livekit-cloud",
        "the log stream carries the newest instance's lines only, so nothing confirms that the old ones drain; forward the "
          + "agent's logs (Datadog, CloudWatch, syslog …) to see their 'draining worker'")
    }
  }

  /// The rollout window of LiveKit Cloud and the SDK's own, as far as the log says which that is.
  private static func window(_ deployment: DeploymentName, _ logs: [WorkerLog]) -> DrainWindow {
    guard deployment == .production else {
      return DrainWindow(
        clocks: [DrainClock(name: "LiveKit Cloud deployment", limit: .zero, origin: "not drained")], tail: .zero)
    }
    var clocks = [DrainClock(name: "LiveKit Cloud rollout window", limit: .seconds(3_600), origin: "livekit-cloud")]
    for log in logs {
      let clock =
        log.drain.timeout.map { timeout in
          DrainClock(
            name: "livekit-agents drain_timeout", limit: timeout > .zero ? timeout : nil, origin: "log: draining worker"
          )
        }
        ?? log.sdkVersion.flatMap { version in
          SDKVersion(version).map {
            DrainClock(
              name: "livekit-agents drain_timeout", limit: $0.defaultDrainTimeout, origin: "default of \(version)")
          }
        }
      if let clock, !clocks.contains(clock) { clocks.append(clock) }
    }
    return DrainWindow(clocks: clocks)
  }
}

extension SourceFailure {
  /// Why a service gave no picture.
  fileprivate init(_ error: any Error) {
    guard let failure = error as? any Failure else {
      self.init(kind: .unreachable, detail: "\(error)".harmless)
      return
    }
    let detail = [failure.what, failure.why].compactMap(\.self).joined(separator: ": ")
    switch (error as? LiveKitFailure)?.reason {
    case .denied?: self.init(kind: .denied, detail: detail)
    case .malformed?, .status?, .refused?, .unsuccessful?, .notCloud?: self.init(kind: .malformed, detail: detail)
    case nil where error is LiveKitCloudFailure: self.init(kind: .missing, detail: detail)
    default: self.init(kind: .unreachable, detail: detail)
    }
  }
}
