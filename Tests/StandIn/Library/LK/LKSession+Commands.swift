import Machine
import Vocabulary
import Web

extension LKSession {
  func status() async throws {
    let id = try await agent()
    let listed = try await ask("ListAgents", ["agent_id": .text(id)], orFail: "unable to list agents")
    guard !listed.messages("agents").isEmpty else { throw LKFailure("no agents found") }
    guard !arguments.asksForJSON else { return print(listed.json(as: "ListAgentsResponse", style: .cli)) }
    let rows = listed.messages("agents").flatMap { agent in
      agent.messages("agent_deployments").map { row in
        [
          id, row.text("agent_name"), row.text("version"), row.text("region"),
          row.flag("deployment_enabled") ? or(row.text("deployment"), "production") : "--", row.text("status"),
          "\(row.text("cur_cpu")) / \(row.text("cpu_limit"))", "0.5 / 4GB",
          "\(row.number("replicas")) / \(row.number("min_replicas")) / \(row.number("max_replicas"))",
          agent.moment("deployed_at"), row.moment("last_scraped_at"),
        ]
      }
    }
    print(
      LKTable.text(
        [
          "ID", "Name", "Version", "Region", "Deployment", "Status", "CPU", "Mem", "Replicas", "Deployed At",
          "Last Observed",
        ], rows))
  }

  func list() async throws {
    let listed = try await ask(
      "ListAgents", ["agent_id": .text(arguments.value("id") ?? "")], orFail: "unable to list agents")
    guard !arguments.asksForJSON else { return print(listed.json(as: "ListAgentsResponse", style: .cli)) }
    let rows = listed.messages("agents").map { agent in
      let deployments = agent.messages("agent_deployments")
      return [
        agent.text("agent_id"), agent.text("agent_name"), deployments.map { $0.text("region") }.joined(separator: ","),
        Set(deployments.map { or($0.text("deployment"), "production") }).sorted().joined(separator: ","),
        agent.text("version"), agent.moment("deployed_at"),
      ]
    }
    print(LKTable.text(["ID", "Dispatch Name", "Regions", "Deployments", "Version", "Deployed At"], rows))
  }

  /// Newest first, filtered by attributes here, not by the service.
  func versions() async throws {
    let id = try await agent()
    var listed = try await ask("ListAgentVersions", ["agent_id": .text(id)], orFail: "unable to list agent versions")
    let wanted = try attributes()
    let versions = listed.messages("versions")
      .filter { version in wanted.allSatisfy { version.texts("attributes")[$0.key] == $0.value } }
      .sorted { $0.moment("created_at") > $1.moment("created_at") }
    listed["versions"] = .messages(versions)
    guard !arguments.asksForJSON else { return print(listed.json(as: "ListAgentVersionsResponse", style: .cli)) }
    let mark = { (isSet: Bool) in isSet ? "✓" : "--" }
    let rows = versions.map { version in
      let attributes = version.texts("attributes").sorted { $0.key < $1.key }
        .map { "\(Message.quoted($0)):\(Message.quoted($1))" }
      return [
        version.text("version"), mark(version.flag("current")), mark(version.flag("draining")),
        mark(version.flag("active")), version.text("status"),
        attributes.isEmpty ? "--" : "{\(attributes.joined(separator: ","))}", version.moment("created_at"),
        version.moment("deployed_at"),
      ]
    }
    print(
      LKTable.text(
        ["Version", "Production", "Draining", "Active", "Status", "Attributes", "Created At", "Deployed At"], rows))
  }

  /// No question, no wait; `latest` goes to the service as it is.
  func rollback() async throws {
    let id = try await agent()
    let version = arguments.value("version") ?? ""
    note("Rolling back agent [\(id)]")
    let answer = try await ask(
      "RollbackAgent", ["agent_id": .text(id), "version": .text(version)], orFail: "unable to rollback agent")
    guard answer.flag("success") else { throw LKFailure("failed to rollback agent \(answer.text("message"))") }
    note("Rolled back agent [\(id)] to version [\(version)]")
  }

  func restart() async throws {
    let id = try await agent()
    let answer = try await ask("RestartAgent", ["agent_id": .text(id)], orFail: nil)
    guard answer.flag("success") else { throw LKFailure("failed to restart agent: \(answer.text("message"))") }
    note("Restarted agent [\(id)]")
  }

  func secrets() async throws {
    let id = try await agent()
    let listed = try await ask("ListAgentSecrets", ["agent_id": .text(id)], orFail: "unable to list secrets")
    guard !arguments.asksForJSON else { return print(listed.json(as: "ListAgentSecretsResponse", style: .cli)) }
    let rows = listed.messages("secrets").map { [$0.text("name"), $0.moment("created_at"), $0.moment("updated_at")] }
    print(LKTable.text(["Name", "Created At", "Updated At"], rows))
  }

  func updateSecrets() async throws {
    let id = try await agent()
    let secrets = arguments.all("secrets").map { pair -> Message in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return ["name": .text(String(parts[0])), "value": .bytes(Array(parts.dropFirst().joined().utf8)), "kind": 1]
    }
    let answer = try await ask(
      "UpdateAgentSecrets",
      ["agent_id": .text(id), "overwrite": .flag(arguments.has("overwrite")), "secrets": .messages(secrets)],
      orFail: "unable to update agent secrets")
    guard answer.flag("success") else { throw LKFailure("failed to update agent secrets: \(answer.text("message"))") }
    note("Updated agent secrets")
  }

  /// Endless for `deploy`, of the first region's server.
  func logs() async throws {
    let id = try await agent()
    let listed = try await ask("ListAgents", ["agent_id": .text(id)], orFail: nil)
    guard !listed.messages("agents").isEmpty else { throw LKFailure("no agent deployments found") }
    let type = arguments.value("log-type") ?? "deploy"
    var request = HTTPClient.Request("\(agentsURL(for: "logs"))/logs?agent_id=\(id)&log_type=\(type)")
    request.headers = ["Authorization": "Bearer \(try token())", "X-LIVEKIT-CLI-VERSION": "2.18.1"]
    request.timeout = .seconds(86_400)
    let answer = try await lines(request)
    for try await line in answer {
      guard answer.status == 200 else {
        throw LKFailure("failed to get logs: \(line.text.between("\"msg\":\"", "\"")) - map[]")
      }
      guard !line.isCut else { throw LKFailure("bufio.Scanner: token too long") }
      print(line.text + "\n")
    }
  }

  private func or(_ text: String, _ other: String) -> String { text.isEmpty ? other : text }
}

extension Message {
  /// A moment as lk prints it; `--` when it is absent.
  func moment(_ name: String) -> String {
    if case .moment(let moment)? = values[name] { Message.protobufText(of: moment.wholeSecond) } else { "--" }
  }
}

extension String {
  fileprivate func between(_ left: String, _ right: Character) -> String {
    guard let start = firstRange(of: left)?.upperBound else { return self }
    return String(self[start...].prefix { $0 != right })
  }
}

/// A table as lk draws it.
enum LKTable {
  static func text(_ headers: [String], _ rows: [[String]]) -> String {
    let widths = headers.indices.map { column in ([headers] + rows).map { $0[column].count }.max() ?? 0 }
    func rule(_ left: String, _ middle: String, _ right: String) -> String {
      left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: middle) + right + "\n"
    }
    func line(_ cells: [String]) -> String {
      "│"
        + zip(cells, widths).map { " " + $0 + String(repeating: " ", count: $1 - $0.count) + " " }.joined(
          separator: "│")
        + "│\n"
    }
    return rule("┌", "┬", "┐") + line(headers) + rule("├", "┼", "┤") + rows.map(line).joined() + rule("└", "┴", "┘")
  }
}
