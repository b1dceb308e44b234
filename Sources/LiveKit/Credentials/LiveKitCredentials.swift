package import Vocabulary

/// A project's address with the key that opens it, and where they were found. The secret shows in no description.
package struct LiveKitCredentials: Hashable, Sendable {
  /// The project.
  package let server: LiveKitServer
  /// The key's name.
  package let apiKey: String
  /// The key's secret.
  package let secret: Secret
  /// Where they were found.
  package let origin: Origin
  /// What is worth knowing about where they were found.
  package let warnings: [Warning]

  /// Credentials from somewhere.
  package init(
    server: LiveKitServer, apiKey: String, secret: Secret, origin: Origin = .given, warnings: [Warning] = []
  ) {
    self.server = server
    self.apiKey = apiKey
    self.secret = secret
    self.origin = origin
    self.warnings = warnings
  }

  /// Where credentials were found.
  package enum Origin: Hashable, Sendable {
    /// Options or the configuration.
    case given
    /// Some of LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, the rest given.
    case environment
    /// A project of the lk configuration.
    case project(name: String, file: String)
  }

  /// What is worth knowing about where credentials were found.
  package enum Warning: Hashable, Sendable {
    /// A file with secrets can be read by others; `mode` are its permission bits.
    case readableByOthers(file: String, mode: UInt32)
    /// Some of LIVEKIT_* are set and others not: none was used.
    case environmentIncomplete(missing: [String])
    /// livekit.toml names another project than the credentials: lk refuses to deploy from its folder.
    case otherSubdomain(file: String, wanted: String, found: String)
  }
}
