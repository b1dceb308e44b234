import Documents
import Machine

/// The credentials that lk works with, found in its order.
struct LKProject {
  let url: String
  let apiKey: String
  let apiSecret: String
  /// How it says where they are from.
  let notice: String?

  /// Flags and environment (all three), then `--project`, then the project of livekit.toml, then the default project.
  static func find(
    _ arguments: LKArguments, _ environment: [String: String], subdomain: String?
  ) throws(LKFailure) -> LKProject {
    let configured = projects(environment)
    if let name = arguments.value("project") {
      guard let project = configured.all.first(where: { $0.name == name }) else {
        throw LKFailure("project not found")
      }
      return project.details
    }
    let given = [("url", "LIVEKIT_URL"), ("api-key", "LIVEKIT_API_KEY"), ("api-secret", "LIVEKIT_API_SECRET")]
      .map { flag, variable in (flag, arguments.value(flag), environment[variable].flatMap { $0.isEmpty ? nil : $0 }) }
    let found = given.compactMap { $0.1 ?? $0.2 }
    if found.count == 3 {
      let names = given.filter { $0.1 == nil }.map(\.0).joined(separator: ", ")
      return LKProject(
        url: found[0], apiKey: found[1], apiSecret: found[2],
        notice: names.isEmpty ? nil : "Using \(names) from environment")
    }
    if let project = configured.all.first(where: { $0.details.subdomain == subdomain && subdomain != nil }) {
      return project.details
    }
    guard let project = configured.all.first(where: { $0.name == configured.defaultName }) else {
      throw LKFailure(
        "no projects configured; run `lk cloud auth` in an interactive terminal or set --project")
    }
    return project.details
  }

  /// The first label of the URL: `my-proj` of `wss://my-proj.livekit.cloud`.
  var subdomain: String? {
    for scheme in ["https://", "http://", "wss://", "ws://"] where url.hasPrefix(scheme) {
      let rest = url.dropFirst(scheme.count)
      guard let dot = rest.firstIndex(of: "."), dot > rest.startIndex else { return nil }
      return String(rest[..<dot])
    }
    return nil
  }

  /// `~/.livekit/cli-config.yaml`.
  private static func projects(
    _ environment: [String: String]
  ) -> (all: [(name: String, details: LKProject)], defaultName: String?) {
    let path = (environment["HOME"] ?? "") + "/.livekit/cli-config.yaml"
    guard Files.kind(of: path) == .file, let bytes = try? Files.read(path, limit: 1 << 20),
      let root = try? YAML.parse(bytes, file: path)
    else { return ([], nil) }
    let all = (root["projects"]?.sequence ?? []).compactMap { node -> (String, LKProject)? in
      guard let name = node["name"]?.text, let url = node["url"]?.text else { return nil }
      let project = LKProject(
        url: url, apiKey: node["api_key"]?.text ?? "", apiSecret: node["api_secret"]?.text ?? "",
        notice: "Using project [\(name)]")
      return (name, project)
    }
    return (all, root["default_project"]?.text)
  }
}

/// `livekit.toml`, as much of it as lk reads.
struct LKAgentFile {
  var subdomain: String?
  var agentID: String?

  /// nil when there is none.
  init?(in folder: String, named name: String) {
    let path = name.hasPrefix("/") ? name : folder + "/" + name
    guard Files.kind(of: path) == .file, let bytes = try? Files.read(path, limit: 1 << 20) else { return nil }
    var section = ""
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let text = line.filter { $0 != " " }
      if text.hasPrefix("[") {
        section = String(text.dropFirst().dropLast())
      } else if let equals = text.firstIndex(of: "=") {
        let value = text[text.index(after: equals)...].filter { $0 != "\"" && $0 != "'" }
        switch (section, text[..<equals]) {
        case ("project", "subdomain"): subdomain = value
        case ("agent", "id"): agentID = value
        default: break
        }
      }
    }
  }
}

/// What lk says on standard error before it ends with 1.
struct LKFailure: Error {
  let words: String

  init(_ words: String) { self.words = words }
}
