import Documents
import FoundationEssentials
import LiveKit
import Vocabulary
import Web

/// How a request is answered.
extension Desk {
  /// The answer, spoilt by a fault where one is meant for it.
  func answer(_ request: HTTPRequest) async -> HTTPServer.Answer {
    let name = Self.name(of: request)
    let claims: AccessToken?
    do {
      claims = try Admission.claims(of: request, scenario, at: now)
    } catch {
      _ = note(name, nil)
      return .response(error.response)
    }
    let fault = note(name, claims.map { AskedToken(name, $0) })
    switch fault {
    case .reset: return .raw { $0.reset() }
    case .page:
      let page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
      return .response(HTTPResponse(status: 200, headers: ["Content-Type": "text/html"], body: Array(page.utf8)))
    case .status(let status, let retryAfter): return .response(Self.refusal(status, retryAfter))
    case .slow(let delay):
      // Cancelled when the server stops: nobody waits for the answer then.
      try? await Task.sleep(for: delay)
      return .response(await response(to: request, claims))
    case .truncated: return Self.truncated(await response(to: request, claims))
    case nil: return .response(await response(to: request, claims))
    }
  }

  /// What a request is counted as: the method of a Twirp call, else the last part of the path.
  private static func name(of request: HTTPRequest) -> String {
    request.path.split(separator: "/").last.map(String.init) ?? "/"
  }

  private static func refusal(_ status: Int, _ retryAfter: Int?) -> HTTPResponse {
    let error: (code: String, words: String) =
      switch status {
      case 403: ("permission_denied", "permissions denied")
      case 429: ("resource_exhausted", "too many requests")
      case 503: ("unavailable", "service unavailable")
      default: ("internal", "internal error")
      }
    var response = HTTPResponse.json(
      Array("{\"code\":\"\(error.code)\",\"msg\":\"\(error.words)\"}".utf8), status: status)
    if let retryAfter { response.headers["Retry-After"] = "\(retryAfter)" }
    return response
  }

  /// The head and half of the body, then nothing more.
  private static func truncated(_ response: HTTPResponse) -> HTTPServer.Answer {
    .raw { connection in
      let type = response.headers["Content-Type"] ?? "application/json"
      let head =
        "HTTP/1.1 \(response.status) OK\r\nContent-Type: \(type)\r\nContent-Length: \(response.body.count)\r\n\r\n"
      // A client that is gone misses nothing.
      try? await connection.write(Array(head.utf8) + response.body.prefix(response.body.count / 2))
    }
  }

  private func response(to request: HTTPRequest, _ claims: AccessToken?) async -> HTTPResponse {
    // A double slash before `twirp` is tolerated.
    let path = "/" + request.path.drop { $0 == "/" }
    let isCloud = scenario.server == .cloud
    switch path {
    case "/": return .text("OK")
    case "/rtc/validate" where claims == nil: return .text("no permissions to access the room", status: 401)
    case "/upload" where isCloud && request.method == .post: return HTTPResponse(status: 204)
    case "/build" where isCloud && request.method == .post: return build(request, claims)
    case "/logs" where isCloud && request.method == .get: return logs(request, claims)
    case _ where path.hasPrefix("/twirp/livekit."):
      let method = String(path.dropFirst("/twirp/livekit.".count))
      guard isCloud || !method.hasPrefix("CloudAgent/") else { return Self.notFound }
      do {
        let call = try TwirpCall(request, path: method)
        try Admission.check(call, claims)
        return call.response(try await answer(call, host: request.headers["Host"] ?? ""))
      } catch {
        return (error as? TwirpError)?.response ?? .text("internal error", status: 500)
      }
    default: return Self.notFound
    }
  }

  private static var notFound: HTTPResponse { .text("404 page not found\n", status: 404) }

  private func answer(_ call: TwirpCall, host: String) async throws -> Message {
    let request = call.request
    if call.method.name == "ListDispatch" {
      if let found = withFleet({ $0.listDispatch(request) }) { return found }
      // A room that is not there has no node that could answer.
      try await Task.sleep(for: scenario.pace.absence)
      throw TwirpError(.unavailable, "twirp error unknown: no response from servers")
    }
    return try withFleet { (fleet) throws(TwirpError) in
      switch call.method.name {
      case "ListRooms": fleet.listRooms(request)
      case "CreateRoom": fleet.createRoom(request)
      case "DeleteRoom": try fleet.deleteRoom(request)
      case "ListParticipants": fleet.listParticipants(request)
      case "GetParticipant": try fleet.getParticipant(request)
      case "RemoveParticipant": try fleet.removeParticipant(request)
      case "CreateDispatch": try fleet.createDispatch(request)
      case "DeleteDispatch": try fleet.deleteDispatch(request)
      case "ListAgents": fleet.listAgents(request)
      case "ListAgentVersions": try fleet.listAgentVersions(request)
      case "GetClientSettings": fleet.clientSettings()
      case "DeployAgentV2": try fleet.deployAgent(request, uploadTo: "http://\(host)/upload")
      case "RollbackAgent": try fleet.rollbackAgent(request)
      case "RestartAgent", "UpdateAgentSecrets": try fleet.restartAgent(request)
      case "ListAgentSecrets": try fleet.listAgentSecrets(request)
      default: throw TwirpError(.internal, "\(call.method.name) is listed and not answered")
      }
    }
  }

  // MARK: Streams

  /// The build's output, line by line, as long as it takes; a failure is a line of its own.
  private func build(_ request: HTTPRequest, _ claims: AccessToken?) -> HTTPResponse {
    guard claims?.administersAgents == true else { return TwirpError.denied.response }
    let rollout = withFleet { $0.scenario.rollout }
    let attributes = request.headers["X-LIVEKIT-AGENT-VERSION-ATTRIBUTES"].flatMap { Data(base64Encoded: $0) }
      .flatMap { try? JSON.parse(Array($0), file: "") }?.mapping
      .map { $0.entries.reduce(into: [String: String]()) { $0[$1.key] = $1.value.string } }
    guard withFleet({ $0.startBuild(deployment: request.query("deployment") ?? "", attributes: attributes) }) else {
      return .json(Array(#"{"msg":"no deploy was announced","meta":{}}"#.utf8), status: 404)
    }
    guard rollout.buildStatus == 200 else {
      return .text(HTTPResponse.reason(rollout.buildStatus), status: rollout.buildStatus)
    }
    return .streamed { writer in
      func log(_ text: String) async throws {
        let data = Data(text.utf8).base64EncodedString()
        try await writer.write(Array("{\"logs\":[{\"data\":\"\(data)\"}]}\n".utf8))
      }
      try await log("#1 [1/4] FROM python:3.13-slim\n")
      // Cancelled when the server stops: the stream then ends without its end.
      try await Task.sleep(for: rollout.build)
      try await log("#1 DONE 2.0s\n")
      if rollout.hasLongLine { try await log(String(repeating: "x", count: 80_000) + "\n") }
      if let error = rollout.buildError { try await writer.write(Array("BUILD ERROR: \(error)\n".utf8)) }
    }
  }

  /// The workers' lines: the last ones first, then each as it comes, without an end.
  private func logs(_ request: HTTPRequest, _ claims: AccessToken?) -> HTTPResponse {
    guard claims?.administersAgents == true else { return TwirpError.denied.response }
    guard request.query("log_type") != "build" else {
      return .text("#1 [1/4] FROM python:3.13-slim\n#1 DONE 2.0s\n")
    }
    guard !withFleet({ $0.rows.allSatisfy { $0.status == "Sleeping" } }) else {
      return .json(Array(#"{"msg":"The agent has shut down due to inactivity.","meta":{}}"#.utf8), status: 404)
    }
    return .streamed(headers: ["Content-Type": "text/plain; charset=utf-8"]) { writer in
      var next = max(0, self.withFleet { $0.lines.count } - 20)
      while true {
        let (lines, end) = self.withFleet { $0.logLines(from: next) }
        next = end
        for line in lines { try await writer.write(Array((line + "\n").utf8)) }
        // Cancelled when the server stops.
        try await Task.sleep(for: .milliseconds(20))
      }
    }
  }
}
