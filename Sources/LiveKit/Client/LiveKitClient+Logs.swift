import Machine
import Vocabulary
package import Web

extension LiveKitClient {
  /// Which log of an agent.
  package enum LogKind: String, Sendable {
    /// What the newest instance writes; does not end by itself. Draining instances are not in it.
    case deploy
    /// What the newest build wrote; ends.
    case build
  }

  /// A log of an agent, line by line while it is written, at the log server of a region (`CloudAgent.Row.serverRegion`).
  ///
  /// Ends when the service closes it or the task that reads is cancelled. Lines that nobody takes hold the sender back; a
  /// line longer than the limit comes cut and marked. Grant: `agent.admin`.
  package func logs(
    of agent: AgentID, _ kind: LogKind = .deploy, deployment: DeploymentName = .production, serverRegion: String? = nil,
    lineLimit: Int = 1 << 20
  ) async throws(LiveKitFailure) -> HTTPLines {
    guard let base = credentials.server.logsURL(region: serverRegion) else {
      throw Exchange("logs", at: credentials.server.agentsURL).failure(.invalidRegion)
    }
    var exchange = Exchange("logs", at: base)
    // The stream outlives its token, which is looked at once.
    let token = try token(allowing: .agents, for: &exchange)
    var query = "agent_id=\(agent.rawValue.inQuery)&log_type=\(kind.rawValue)"
    if deployment != .production { query += "&deployment=\(deployment.rawValue.inQuery)" }
    var request = HTTPClient.Request("\(base)/logs?\(query)", headers: ["Authorization": "Bearer \(token.exposed)"])
    request.timeout = timeout
    let lines: HTTPLines
    do {
      lines = try await http.lines(request, limit: lineLimit)
    } catch {
      throw exchange.failure(.transport(error))
    }
    guard lines.status == 200 else {
      let body = await firstWords(of: lines)
      throw exchange.refusal(HTTPResponse(status: lines.status, headers: lines.headers, body: body), from: .agents)
    }
    return lines
  }

  /// What a refusal says, as far as it comes within five seconds; its status says enough where nothing comes.
  private func firstWords(of lines: HTTPLines) async -> [UInt8] {
    let limit = 65_536
    let body = try? await withDeadline(.seconds(5)) {
      var body: [UInt8] = []
      for try await line in lines {
        body += line.bytes.prefix(limit - body.count)
        if body.count == limit { break }
      }
      return body
    }
    return body ?? []
  }
}

extension String {
  /// The text as a value in a query.
  fileprivate var inQuery: String {
    utf8.map { byte in
      let isPlain = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || 0x30...0x39 ~= byte || byte == 0x5F
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }
}
