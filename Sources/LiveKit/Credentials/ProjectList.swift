import Documents
import Machine
import Vocabulary

/// The projects that lk knows: `~/.livekit/cli-config.yaml`.
struct ProjectList {
  struct Project {
    let name: String
    let url: String
    let apiKey: String
    let secret: Secret
  }

  let path: String
  let projects: [Project]
  let defaultName: String
  /// Set when others may read the secrets in it.
  let warning: LiveKitCredentials.Warning?

  /// Reads the file of a home folder; nil when there is none.
  ///
  /// Throws `DocumentFailure`, or what reading the file threw. Neither quotes a value of the file.
  static func find(home: String) throws -> ProjectList? {
    let path = ProjectList.path(home: home)
    guard Files.kind(of: path) != nil else { return nil }
    let root = try YAML.parse(try Files.read(path, limit: YAML.limits.bytes), file: path, exitStatus: .configuration)
    let projects = (root["projects"]?.sequence ?? []).map { node in
      func text(_ key: String) -> String { node[key]?.text ?? "" }
      return Project(
        name: text("name"), url: text("url"), apiKey: text("api_key"), secret: Secret(text("api_secret")))
    }
    let mode = Files.permissions(of: path).flatMap { $0 & 0o077 == 0 ? nil : $0 }
    return ProjectList(
      path: path, projects: projects, defaultName: root["default_project"]?.text ?? "",
      warning: mode.map { .readableByOthers(file: path, mode: $0) })
  }

  static func path(home: String) -> String { "\(home)/.livekit/cli-config.yaml" }

  func project(named name: String) -> Project? { projects.first { $0.name == name } }

  func project(ofSubdomain subdomain: String) -> Project? {
    projects.first { LiveKitServer($0.url)?.subdomain?.lowercased() == subdomain.lowercased() }
  }

  func project(at server: LiveKitServer) -> Project? {
    projects.first { LiveKitServer($0.url)?.url.lowercased() == server.url.lowercased() }
  }
}
