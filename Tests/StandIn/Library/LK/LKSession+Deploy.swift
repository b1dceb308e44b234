import Documents
import FoundationEssentials
import Machine
import Web

extension LKSession {
  /// Settings, announcement, upload, build, and a last look; the new version is not said.
  func deploy() async throws {
    let id = try await agent()
    let attributes = try attributes()
    guard let language = language else { throw LKFailure(Self.noAgent) }
    note("Detected agent language [\(language)]")
    note("Loading client settings...")
    let settings = try await ask("GetClientSettings", [:], orFail: nil).messages("params").map { $0.text("name") }
    let wanted = language.hasPrefix("python") ? "python-min-sdk-version" : "node-min-sdk-version"
    guard settings.contains(wanted) else { throw LKFailure("no minimum SDK version for \(language)") }
    let deployment = arguments.value("deployment") ?? ""
    if !deployment.isEmpty { note("Using deployment [\(deployment)]") }
    do {
      let announced = try await ask(
        "DeployAgentV2",
        ["agent_id": .text(id), "deployment": .text(deployment), "attributes": .texts(attributes)], orFail: nil)
      guard announced.flag("success") else { throw LKFailure("failed to deploy agent: \(announced.text("message"))") }
      guard case .message(let target)? = announced["presigned_req"] else { throw LKFailure("nowhere to upload to") }
      try await upload(to: target)
      try await build(id, deployment, attributes)
    } catch let failure as LKFailure {
      throw LKFailure("unable to deploy agent: \(failure.words)")
    }
    let name =
      try await ask("ListAgents", ["agent_id": .text(id)], orFail: "unable to list agents")
      .messages("agents").first?.text("agent_name") ?? id
    note("Completed deployment of agent \(name) to \(deployment.isEmpty ? "production" : deployment)")
  }

  /// `--attributes JSON` and `--attribute KEY=VALUE`, which wins.
  func attributes() throws -> [String: String] {
    var result: [String: String] = [:]
    for text in arguments.all("attributes") {
      let bytes = text.hasPrefix("{") ? Array(text.utf8) : try Files.read(text, limit: 1 << 20)
      for entry in try JSON.parse(bytes, file: "attributes").mapping?.entries ?? [] {
        result[entry.key] = entry.value.string
      }
    }
    for pair in arguments.all("attribute") {
      guard let equals = pair.firstIndex(of: "=") else { throw LKFailure("invalid key-value pair: \(pair)") }
      result[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
    }
    return result
  }

  private var language: String? {
    let known = [
      ("uv.lock", "python.uv"), ("pyproject.toml", "python.pip"), ("requirements.txt", "python.pip"),
      ("pnpm-lock.yaml", "node.pnpm"), ("package.json", "node.npm"),
    ]
    return known.first { Files.kind(of: folder + "/" + $0.0) == .file }?.1
  }

  private func upload(to target: Message) async throws {
    let boundary = "stand-in-\(UInt64.random(in: 0 ... .max))"
    var body = ""
    for (name, value) in target.texts("values").sorted(by: { $0.key < $1.key }) {
      body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    body += "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"source.tar.gz\"\r\n\r\n"
    body += "source\r\n--\(boundary)--\r\n"
    var request = HTTPClient.Request(.post, target.text("url"))
    request.headers["Content-Type"] = "multipart/form-data; boundary=\(boundary)"
    request.body = Array(body.utf8)
    let status = try await send(request).status
    guard [200, 201, 204].contains(status) else { throw LKFailure("failed to upload: \(status)") }
  }

  /// Prints the build's output; gives up at a line that its reader finds too long, though the build goes on.
  private func build(_ id: String, _ deployment: String, _ attributes: [String: String]) async throws {
    let suffix = deployment.isEmpty ? "" : "&deployment=\(deployment)"
    var request = HTTPClient.Request(.post, "\(agentsURL(for: "build"))/build?agent_id=\(id)\(suffix)")
    request.headers = ["Authorization": "Bearer \(try token())", "X-LIVEKIT-CLI-VERSION": "2.18.1"]
    request.timeout = .seconds(900)
    request.body = []
    if !attributes.isEmpty {
      let members = attributes.sorted { $0.key < $1.key }.map { "\(Message.quoted($0)):\(Message.quoted($1))" }
      let text = Data("{\(members.joined(separator: ","))}".utf8).base64EncodedString()
      request.headers["X-LIVEKIT-AGENT-VERSION-ATTRIBUTES"] = text
    }
    let answer = try await lines(request)
    guard answer.status == 200 else {
      throw LKFailure("failed to build agent: \(answer.status) \(HTTPResponse.reason(answer.status))")
    }
    for try await line in answer {
      guard !line.isCut else { throw LKFailure("bufio.Scanner: token too long") }
      if line.text.hasPrefix("BUILD ERROR: ") { throw LKFailure(String(line.text.dropFirst("BUILD ERROR: ".count))) }
      let status = try? JSON.parse(line.bytes, file: "")
      for log in status?["logs"]?.sequence ?? [] {
        guard let data = log["data"]?.string.flatMap({ Data(base64Encoded: $0) }) else { continue }
        _ = try? StandardStream.errors.write(Array(data))
      }
    }
  }

  private static let noAgent = """
    no agent project detected in the current directory

    Make sure you are running this command from an agent project directory
    containing one of: pyproject.toml, requirements.txt, uv.lock, package.json, or lock files.

    To get started, see: https://docs.livekit.io/agents/quickstart
    """
}
