import Documents
import FoundationEssentials
import LiveKit
import Machine
import Vocabulary
import Web

/// One run of lk with its credentials.
struct LKSession {
  let arguments: LKArguments
  let project: LKProject
  let folder: String
  let agentFile: LKAgentFile?
  private let environment: [String: String]
  private let client: HTTPClient

  /// Finds the project and the agent's file, and refuses what does not fit together.
  static func start(
    _ arguments: LKArguments, _ environment: [String: String], _ client: HTTPClient
  ) async throws -> LKSession {
    let folder = arguments.positional.first ?? "."
    let file = LKAgentFile(in: folder, named: arguments.value("config") ?? "livekit.toml")
    let project = try LKProject.find(arguments, environment, subdomain: file?.subdomain)
    let session = LKSession(
      arguments: arguments, project: project, folder: folder, agentFile: file, environment: environment, client: client)
    if let notice = project.notice { session.note(notice) }
    if let file {
      guard let subdomain = project.subdomain else { throw LKFailure("invalid project URL [\(project.url)]") }
      guard subdomain == file.subdomain else {
        throw LKFailure("project does not match agent subdomain [\(file.subdomain ?? "")]")
      }
    }
    return session
  }

  /// Does what the command asks for.
  func perform() async throws {
    switch arguments.command {
    case "deploy": try await deploy()
    case "status": try await status()
    case "list": try await list()
    case "versions": try await versions()
    case "rollback": try await rollback()
    case "restart": try await restart()
    case "logs": try await logs()
    case "secrets": try await secrets()
    case "update-secrets": try await updateSecrets()
    default: throw LKFailure("\(arguments.command) is not played here")
    }
  }

  // MARK: Speaking

  /// What is happening, on standard error; `--quiet` leaves it out.
  func note(_ text: String) {
    // A reader that is gone misses nothing; the same for results.
    if !arguments.has("quiet") { _ = try? StandardStream.errors.write(text + "\n") }
  }

  /// A result, on standard output.
  func print(_ text: String) { _ = try? StandardStream.output.write(text) }

  // MARK: Asking

  /// The agent that is meant: `--id`, livekit.toml, or the only one of the project.
  func agent() async throws -> String {
    var id = arguments.value("id") ?? agentFile?.agentID
    if id == nil {
      let agents = try await ask("ListAgents", [:], orFail: "unable to list agents").messages("agents")
      guard agents.count < 2 else { throw LKFailure("non-interactive mode: set --id when multiple agents exist") }
      id = agents.first?.text("agent_id")
    }
    guard let id else { throw LKFailure("no agents found") }
    note("Using agent [\(id)]")
    return id
  }

  /// A call of CloudAgent; `words` stand before what Twirp says of a failure.
  func ask(_ method: String, _ message: Message, orFail words: String?) async throws -> Message {
    guard let types = TwirpCall.methods["CloudAgent/" + method] else { throw LKFailure("no method \(method)") }
    let prefix = words.map { $0 + ": " } ?? ""
    var request = HTTPClient.Request(.post, "\(agentsURL(for: method))/twirp/livekit.CloudAgent/\(method)")
    request.headers = [
      "Authorization": "Bearer \(try token())", "Content-Type": "application/protobuf",
      "Accept": "application/protobuf", "X-LIVEKIT-CLI-VERSION": "2.18.1", "Twirp-Version": "v8.1.3",
      "X-Livekit-Request-Id": "\(UInt64.random(in: 0 ... .max))",
    ]
    request.body = message.protobuf(as: types.request)
    let answer: HTTPResponse
    do { answer = try await client.send(request) } catch { throw LKFailure("\(prefix)failed to do request: \(error)") }
    guard answer.status == 200 else {
      let said = try? JSON.parse(answer.body, file: "")
      throw LKFailure(prefix + (said?["msg"]?.string ?? String(decoding: answer.body, as: UTF8.self)))
    }
    guard let message = Message(protobuf: answer.body[...], as: types.response) else {
      throw LKFailure("\(prefix)failed to unmarshal proto response")
    }
    return message
  }

  /// Six hours, the default of LiveKit's SDK.
  func token() throws -> String {
    var token = AccessToken(apiKey: project.apiKey, validFrom: WallClock.live.now, for: .seconds(21_600))
    token.administersAgents = true
    return try token.signed(with: Secret(project.apiSecret)).exposed
  }

  func send(_ request: HTTPClient.Request) async throws -> HTTPResponse { try await client.send(request) }
  func lines(_ request: HTTPClient.Request) async throws -> HTTPLines { try await client.lines(request, limit: 65_536) }

  /// LK_AGENTS_URL as it is; else the project's host with its first label replaced, which spoils a bare address.
  func agentsURL(for method: String) -> String {
    if let given = environment["LK_AGENTS_URL"] { return given }
    let url = project.url.hasPrefix("ws") ? "http" + project.url.dropFirst(2) : project.url
    let isStream = method == "build" || method == "logs"
    if isStream, url.contains("//localhost") || url.contains("//127.0.0.1") { return url }
    guard let dot = url.firstIndex(of: ".") else { return url }
    return "https://agents." + url[url.index(after: dot)...]
  }
}
