package import Vocabulary

/// Grant of every call: `agent.admin`.
extension LiveKitClient {
  /// The hosted agents of the project, or the one that is named; empty when there is none.
  package func listAgents(_ agent: AgentID? = nil) async throws(LiveKitFailure) -> [CloudAgent] {
    struct Request: Encodable { let agentId: AgentID? }
    return try await call(.agents, "ListAgents", Request(agentId: agent), allowing: .agents) {
      answer throws(AnswerReader.Unsound) in try answer.mainList("agents", CloudAgent.init)
    }
  }

  /// The versions of an agent, in the service's order.
  package func listAgentVersions(of agent: AgentID) async throws(LiveKitFailure) -> [AgentVersion] {
    try await call(.agents, "ListAgentVersions", ["agent_id": agent.rawValue], allowing: .agents) {
      answer throws(AnswerReader.Unsound) in
      let writesDefaults = try answer.list("versions") { $0.writesDefaults }.contains(true)
      return try answer.mainList("versions") { version throws(AnswerReader.Unsound) in
        try AgentVersion(version, absentFlag: writesDefaults ? nil : false)
      }
    }
  }

  /// Makes an earlier version serve production again; returns when the service has accepted it, not when it serves.
  package func rollBack(_ agent: AgentID, to version: VersionName) async throws(LiveKitFailure) {
    struct Request: Encodable {
      let agentId: AgentID
      let version: VersionName
    }
    try await act("RollbackAgent", Request(agentId: agent, version: version))
  }

  /// Replaces the agent's instances by new ones of the same version, one after the other.
  package func restart(_ agent: AgentID) async throws(LiveKitFailure) {
    try await act("RestartAgent", ["agent_id": agent.rawValue])
  }

  /// A call that says whether it was done: `success: false` comes with status 200, or is left out.
  private func act(_ method: String, _ body: some Encodable) async throws(LiveKitFailure) {
    let (isDone, message) = try await call(.agents, method, body, allowing: .agents) {
      answer throws(AnswerReader.Unsound) in (try answer.flag("success") ?? false, try answer.text("message"))
    }
    var exchange = Exchange(method, at: credentials.server.agentsURL)
    exchange.hidden = [credentials.secret]
    guard isDone else { throw exchange.failure(.unsuccessful(message: exchange.clean(message))) }
  }
}

extension CloudAgent {
  init(_ answer: AnswerReader) throws(AnswerReader.Unsound) {
    self.init(
      id: AgentID(try answer.text("agent_id")), name: try answer.text("agent_name"),
      version: try answer.version(), deployedAt: try answer.moment("deployed_at"),
      rows: try answer.list("agent_deployments", Row.init))
  }
}

extension CloudAgent.Row {
  init(_ answer: AnswerReader) throws(AnswerReader.Unsound) {
    let lastScrapedAt = try answer.moment("last_scraped_at")
    // Proto3 writes no zero: what is absent from a row that was scraped is zero, and unknown in one that was not.
    let absent: Int? = lastScrapedAt == nil ? nil : 0
    func count(_ key: String) throws(AnswerReader.Unsound) -> Int? {
      let count = try answer.count(key) ?? absent
      return lastScrapedAt == nil && count == 0 ? nil : count
    }
    func text(_ key: String) throws(AnswerReader.Unsound) -> String? {
      let text = try answer.text(key)
      return text.isEmpty ? nil : text
    }
    self.init(
      region: RegionName(try answer.text("region")), deployment: DeploymentName(try answer.text("deployment")),
      status: try answer.word("status") ?? .unknown(""), replicas: try count("replicas"),
      minimumReplicas: try count("min_replicas"), maximumReplicas: try count("max_replicas"),
      version: try answer.version(), lastScrapedAt: lastScrapedAt, serverRegion: try text("server_region"),
      events: try answer.list("events", CloudAgent.Event.init))
    currentCPU = try text("cur_cpu")
    currentMemory = try text("cur_mem")
    memoryLimit = try text("mem_limit")
    cpuLimit = try text("cpu_limit")
  }
}

extension CloudAgent.Event {
  init(_ answer: AnswerReader) throws(AnswerReader.Unsound) {
    self.init(
      kind: try answer.word("type") ?? .unknown("AGENT_EVENT_TYPE_UNKNOWN"), count: try answer.count("count") ?? 0,
      at: try answer.moment("timestamp"))
  }
}

extension AgentVersion {
  /// `absentFlag` is what it means that `draining` or `active` is not there.
  init(_ answer: AnswerReader, absentFlag: Bool?) throws(AnswerReader.Unsound) {
    self.init(
      name: VersionName(try answer.text("version")), isCurrent: try answer.flag("current") ?? false,
      isDraining: try answer.flag("draining") ?? absentFlag, isActive: try answer.flag("active") ?? absentFlag,
      status: try answer.text("status"), createdAt: try answer.moment("created_at"),
      deployedAt: try answer.moment("deployed_at"), attributes: try answer.texts("attributes"),
      owner: try answer.text("owner"))
  }
}

extension AnswerReader {
  /// nil for `--` too, which the service writes for what was never deployed.
  fileprivate func version() throws(Unsound) -> VersionName? {
    let text = try text("version")
    return text.isEmpty || text == "--" ? nil : VersionName(text)
  }
}
