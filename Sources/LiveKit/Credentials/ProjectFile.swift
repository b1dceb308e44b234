import Documents
import Machine
import Vocabulary

/// A livekit.toml: which project and which agent a folder belongs to.
package struct ProjectFile: Hashable, Sendable {
  /// Its path.
  package let path: String
  /// The first label of the project's address; a scheme before it, as some tools write it, is dropped. nil where none is named.
  package let subdomain: String?
  /// The agent; nil where none is named.
  package let agent: AgentID?

  /// Reads the livekit.toml of a folder; nil when there is none.
  ///
  /// Throws `DocumentFailure` when it cannot be read as TOML, or what reading the file threw.
  package static func find(in folder: String, name: String = "livekit.toml") throws -> ProjectFile? {
    let path = name.hasPrefix("/") ? name : "\(folder)/\(name)"
    guard Files.kind(of: path) != nil else { return nil }
    let bytes = try Files.read(path, limit: TOML.limits.bytes)
    return ProjectFile(path: path, try TOML.parse(bytes, file: path, exitStatus: .configuration))
  }

  /// `project_subdomain` at the top is how lk wrote it before.
  private init(path: String, _ root: Node) {
    self.path = path
    let subdomain = root["project"]?["subdomain"]?.string ?? root["project_subdomain"]?.string
    self.subdomain = subdomain.flatMap { text in
      let label = text.split(separator: "://").last.map(String.init)
      return label?.isEmpty == false ? label : nil
    }
    agent = root["agent"]?["id"]?.string.flatMap { $0.isEmpty ? nil : AgentID($0) }
  }
}
