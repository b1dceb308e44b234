import Vocabulary

/// A version of the hosted agent, or of the workers of a self-hosted fleet.
struct VersionState: Sendable {
  let name: String
  var attributes: [String: String]
  let deployment: String
  let createdAt: Timestamp
  var deployedAt: Timestamp
  var status: String
  var isCurrent: Bool
  var stamp: String?
}

/// What ListAgents says of one region of one deployment.
struct Row: Sendable {
  let region: String
  let deployment: String
  var version: String
  var status: String
}

/// One replica.
struct Worker: Sendable {
  let id: String
  let version: String
  let region: String
  let deployment: String
  var drainingSince: Timestamp?
  var rollout: Scenario.Rollout?
  /// The jobs that it has.
  var jobs: Set<String> = []
}

/// A deploy between its announcement and its build.
struct Announcement: Sendable {
  let tag: String
  let attributes: [String: String]
  let deployment: String
}

extension Fleet {
  mutating func setUpVersions() {
    for (index, version) in scenario.versions.enumerated() {
      let isLast = index == scenario.versions.count - 1
      let at = now - version.age
      versions.append(
        VersionState(
          name: version.name, attributes: version.attributes, deployment: "", createdAt: at, deployedAt: at,
          status: isLast ? "Running" : "", isCurrent: isLast,
          stamp: version.stamp ?? stamp(of: version.name, version.attributes)))
      guard version.isDraining, !isLast else { continue }
      var rollout = Scenario.Rollout()
      rollout.drain = .stays
      for region in scenario.regions { drain(startWorkers(version.name, region, ""), rollout) }
    }
    guard let current = versions.last?.name else { return }
    for region in scenario.regions {
      rows.append(Row(region: region, deployment: "", version: current, status: "Running"))
      startWorkers(current, region, "")
    }
  }

  private func stamp(of name: String, _ attributes: [String: String]) -> String? {
    scenario.stampSource.map { attributes[$0] ?? "" } ?? name
  }

  // MARK: Deploying

  /// Notes a new version that is to be built; its name is the time, as the platform's are.
  mutating func announce(name: String?, attributes: [String: String], deployment: String) -> Announcement {
    let digits = now.description.prefix(19).filter { $0.isNumber }
    var tag = name ?? "v\(digits)"
    while name == nil, versions.contains(where: { $0.name == tag }) || announced.contains(where: { $0.tag == tag }) {
      tag += "1"
    }
    let announcement = Announcement(tag: tag, attributes: attributes, deployment: deployment)
    announced.append(announcement)
    return announcement
  }

  /// Begins the build of what was announced; the version is listed from here on.
  mutating func build(_ announcement: Announcement, attributes: [String: String]? = nil) {
    announced.removeAll { $0.tag == announcement.tag }
    let attributes = attributes ?? announcement.attributes
    versions.append(
      VersionState(
        name: announcement.tag, attributes: attributes, deployment: announcement.deployment, createdAt: now,
        deployedAt: now, status: "Building", isCurrent: false, stamp: stamp(of: announcement.tag, attributes)))
    for region in scenario.regions {
      change(region, announcement.deployment, announcement.tag) { $0.status = "Building" }
    }
    let rollout = scenario.rollout
    guard rollout.buildError == nil && rollout.buildStatus == 200 || rollout.goesOn else {
      setStatus(announcement.tag, "Build Failed")
      for region in scenario.regions {
        change(region, announcement.deployment, announcement.tag) { $0.status = "Build Failed" }
      }
      return
    }
    plan(.built(announcement), after: rollout.build)
  }

  mutating func rollOut(_ announcement: Announcement) { rollOut(announcement.tag, announcement.deployment) }

  /// Starts new replicas of a version in every region.
  private mutating func rollOut(_ version: String, _ deployment: String) {
    let rollout = scenario.rollout
    setStatus(version, "Updating")
    for region in scenario.regions {
      change(region, deployment, version) { $0.status = "Updating" }
      plan(
        .serves(version: version, region: region, deployment: deployment, rollout: rollout),
        after: rollout.start + (rollout.lags[region] ?? .zero))
    }
  }

  /// RollbackAgent: the same as a deploy without a build; says why not, when it is refused.
  mutating func rollBack(to version: String) -> String? {
    let known = versions.indices.filter { versions[$0].deployment.isEmpty }
    let found =
      version == "latest"
      ? known.filter { !versions[$0].isCurrent }.max { versions[$0].deployedAt < versions[$1].deployedAt }
      : known.first { versions[$0].name == version }
    guard let found else { return "version not found" }
    versions[found].deployedAt = now
    rollOut(versions[found].name, "")
    return nil
  }

  /// New replicas of the serving version in place of the old ones.
  mutating func restart() {
    guard let current = versions.last(where: \.isCurrent) else { return }
    rollOut(current.name, "")
  }

  /// A region's new replicas arrive: they serve, and the old ones are told to drain; or they do not serve.
  mutating func serves(_ version: String, _ region: String, _ deployment: String, _ rollout: Scenario.Rollout) {
    // A later deploy has overtaken this one.
    guard row(region, deployment)?.version == version || row(region, deployment)?.status != "Running" else { return }
    change(region, deployment, version) {
      $0.version = version
      $0.status = rollout.status
    }
    setStatus(version, rollout.status)
    if rollout.status == "CrashLoop" { events.append((region, 1, now)) }
    guard rollout.status == "Running" else { return }
    let outgoing = workers.values.filter { $0.region == region && $0.deployment == deployment }.map(\.id).sorted()
    if deployment.isEmpty {
      for index in versions.indices where versions[index].deployment.isEmpty {
        versions[index].isCurrent = versions[index].name == version
        if !versions[index].isCurrent { versions[index].status = "" }
      }
    }
    startWorkers(version, region, deployment)
    if deployment.isEmpty {
      plan(.drain(workers: outgoing, rollout: rollout), after: rollout.handover)
    } else {
      // Other deployments do not drain: their sessions are disconnected at once.
      kill(outgoing)
    }
  }

  // MARK: Replicas

  @discardableResult
  private mutating func startWorkers(_ version: String, _ region: String, _ deployment: String) -> [String] {
    (0..<scenario.replicas).map { _ in
      let id = identifier(scenario.server == .cloud ? "CAW_" : "AW_")
      workers[id] = Worker(id: id, version: version, region: region, deployment: deployment)
      log(id, "starting worker", [("version", .text("1.8.9")), ("rtc-version", .text("1.1.21"))])
      log(
        id, "registered worker",
        [
          ("agent_name", .text(scenario.agentName)), ("deployment", .text(deployment)), ("id", .text(id)),
          ("url", .text("ws://localhost:7880")), ("region", .text(region)), ("protocol", 17),
        ])
      return id
    }
  }

  mutating func drain(_ ids: [String], _ rollout: Scenario.Rollout) {
    for id in ids where workers[id] != nil {
      workers[id]?.rollout = rollout
      switch rollout.drain {
      case .withCalls, .stays:
        guard workers[id]?.drainingSince == nil else { continue }
        workers[id]?.drainingSince = now
        log(id, "draining worker", [("id", .text(id)), ("timeout", .number(Int64(rollout.window.seconds)))])
        guard rollout.drain == .withCalls else { continue }
        plan(.drainWindowEnds(worker: id), after: rollout.window)
        plan(.exitIfIdle(worker: id), after: scenario.pace.exit)
      case .swallowed: break
      case .killed: kill([id])
      }
    }
  }

  /// The worker's own clock runs out: it goes, and its calls with it.
  mutating func drainWindowEnds(_ id: String) {
    guard let worker = workers[id] else { return }
    log(id, "drain timed out, forcing shutdown", level: "WARNING")
    log(id, "shutting down worker", [("id", .text(id))])
    for job in worker.jobs.sorted() {
      logJob(id, job, "entrypoint did not exit in time, cancelling", level: "WARNING")
      logJob(id, job, "process exiting", [("reason", "parent process shutdown")])
      end(job, .drainTimeout, listedFor: scenario.pace.drainLinger)
    }
    workers[id] = nil
  }

  /// A draining worker without a call goes.
  mutating func exitIfIdle(_ id: String) {
    guard let worker = workers[id], worker.drainingSince != nil, worker.jobs.isEmpty,
      worker.rollout?.drain == .withCalls
    else { return }
    log(id, "shutting down worker", [("id", .text(id))])
    workers[id] = nil
  }

  /// Workers die without a word.
  mutating func kill(_ ids: [String]) {
    for id in ids {
      for job in (workers[id]?.jobs ?? []).sorted() { end(job, .killed, listedFor: scenario.pace.linger) }
      workers[id] = nil
    }
  }

  // MARK: What is listed

  func row(_ region: String, _ deployment: String) -> Row? {
    rows.first { $0.region == region && $0.deployment == deployment }
  }

  /// Whether a version has been told to drain and still has replicas.
  func isDraining(_ version: String) -> Bool {
    workers.values.contains { $0.version == version && $0.rollout != nil }
  }

  private mutating func setStatus(_ version: String, _ status: String) {
    for index in versions.indices where versions[index].name == version { versions[index].status = status }
  }

  private mutating func change(
    _ region: String, _ deployment: String, _ version: String, _ body: (inout Row) -> Void
  ) {
    if let index = rows.firstIndex(where: { $0.region == region && $0.deployment == deployment }) {
      body(&rows[index])
    } else {
      var row = Row(region: region, deployment: deployment, version: version, status: "Setting Up")
      body(&row)
      rows.append(row)
    }
  }
}
