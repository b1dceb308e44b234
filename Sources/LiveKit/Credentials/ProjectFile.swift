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
  package static func find(in folder: String, name: String = "livekit.toml") throws -> ProjectFile? { fatalError() }
}
