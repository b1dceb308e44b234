import Vocabulary

/// What CloudAgent answers.
extension Fleet {
  /// Whether a request means the agent that is hosted here.
  private func means(_ request: Message) -> Bool {
    let id = request.text("agent_id")
    let name = request.text("agent_name")
    return (id.isEmpty || id == scenario.agentID) && (name.isEmpty || name == scenario.agentName)
  }

  /// Agents of a project; an id that is not there gives none, not an error.
  func listAgents(_ request: Message) -> Message {
    guard means(request) else { return [:] }
    let current = versions.last(where: \.isCurrent)
    return [
      "agents": .messages([
        [
          "agent_id": .text(scenario.agentID), "agent_name": .text(scenario.agentName),
          "version": .text(current?.name ?? "--"), "agent_deployments": .messages(rows.map(message)),
          "secrets": .messages([["name": "OPENAI_API_KEY"]]),
          "deployed_at": .moment(current?.deployedAt.wholeSecond ?? start),
        ]
      ])
    ]
  }

  private func message(_ row: Row) -> Message {
    let looked = staleSince ?? now
    let since = looked - start
    let interval = scenario.pace.scrape
    let scrapedAt = start + interval * Int(since / interval)
    let replicas = workers.values.count {
      $0.region == row.region && $0.deployment == row.deployment && $0.version == row.version && $0.rollout == nil
    }
    let seen = events.filter { $0.region == row.region }.map { event -> Message in
      ["type": .number(event.type), "count": 1, "timestamp": .moment(event.at)]
    }
    return [
      "region": .text(row.region), "agent_id": .text(scenario.agentID), "status": .text(row.status),
      "replicas": .number(row.status == "Sleeping" ? 0 : Int64(replicas)), "min_replicas": 1, "max_replicas": 10,
      "cpu_req": "1", "cur_cpu": "120m", "cur_mem": "512Mi", "mem_req": "2Gi", "mem_limit": "4Gi", "cpu_limit": "2",
      "server_region": "local1a", "events": .messages(seen), "deployment": .text(row.deployment),
      "version": .text(row.version), "agent_name": .text(scenario.agentName),
      "deployment_enabled": .flag(rows.contains { !$0.deployment.isEmpty }), "last_scraped_at": .moment(scrapedAt),
    ]
  }

  mutating func listAgentVersions(_ request: Message) throws(TwirpError) -> Message {
    guard means(request) else { throw TwirpError(.notFound, "agent not found") }
    var listed = versions.enumerated().sorted { ($0.element.createdAt, $0.offset) > ($1.element.createdAt, $1.offset) }
      .map(\.element)
    switch scenario.order {
    case .newestFirst: break
    case .oldestFirst: listed.reverse()
    case .shuffled: listed.shuffle(using: &random)
    }
    return [
      "versions": .messages(
        listed.map { version in
          [
            "version": .text(version.name), "current": .flag(version.isCurrent),
            "created_at": .moment(version.createdAt), "deployed_at": .moment(version.deployedAt),
            "attributes": .texts(version.attributes), "status": .text(version.status),
            "draining": .flag(!version.isCurrent && isDraining(version.name)),
            "active": .flag(workers.values.contains { $0.version == version.name }),
          ]
        })
    ]
  }

  /// lk does not deploy without the SDK versions in these settings.
  func clientSettings() -> Message {
    [
      "params": .messages([
        ["name": "python-min-sdk-version", "value": "1.0.0"], ["name": "node-min-sdk-version", "value": "1.0.0"],
        ["name": "available_regions", "value": .text(scenario.regions.joined(separator: ","))],
      ])
    ]
  }

  /// Announces a deploy; `address` is where the source is to be uploaded to.
  mutating func deployAgent(_ request: Message, uploadTo address: String) throws(TwirpError) -> Message {
    guard means(request) else { throw TwirpError(.notFound, "agent not found") }
    if let words = scenario.refusesDeploy { return ["success": false, "message": .text(words)] }
    let announcement = announce(
      name: nil, attributes: request.texts("attributes"), deployment: request.text("deployment"))
    return [
      "success": true, "agent_id": .text(scenario.agentID), "tag": .text(announcement.tag),
      "presigned_req": ["url": .text(address), "values": .texts(["key": "source.tar.gz"])],
      "deployment": .text(announcement.deployment),
    ]
  }

  /// A version that is not there is a failure with HTTP 200.
  mutating func rollbackAgent(_ request: Message) throws(TwirpError) -> Message {
    guard means(request) else { throw TwirpError(.notFound, "agent not found") }
    if let words = scenario.refusesRollback { throw TwirpError(.failedPrecondition, words) }
    let failure = rollBack(to: request.text("version"))
    return ["success": .flag(failure == nil), "message": .text(failure ?? "")]
  }

  mutating func restartAgent(_ request: Message) throws(TwirpError) -> Message {
    guard means(request) else { throw TwirpError(.notFound, "agent not found") }
    guard !rows.allSatisfy({ $0.status == "Sleeping" }) else {
      return ["success": false, "message": "agent is sleeping"]
    }
    restart()
    return ["success": true]
  }

  func listAgentSecrets(_ request: Message) throws(TwirpError) -> Message {
    guard means(request) else { throw TwirpError(.notFound, "agent not found") }
    let at = Value.moment(versions.first?.createdAt.wholeSecond ?? start)
    return ["secrets": .messages([["name": "OPENAI_API_KEY", "created_at": at, "updated_at": at]])]
  }

  /// `/build`: starts what was announced; the last one when several were.
  mutating func startBuild(deployment: String, attributes: [String: String]?) -> Bool {
    guard let announcement = announced.last(where: { $0.deployment == deployment }) else { return false }
    build(announcement, attributes: attributes)
    return true
  }
}

extension Timestamp {
  /// The same moment without a fraction of a second.
  var wholeSecond: Timestamp { Timestamp(nanoseconds: nanoseconds - nanoseconds % 1_000_000_000) }
}
