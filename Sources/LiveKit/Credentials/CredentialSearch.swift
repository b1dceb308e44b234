package import Vocabulary

/// Finds the credentials that a user of lk already has, in lk's order.
///
/// 1. a project that is named, in the lk configuration; 2. a subdomain that is named, there; 3. address, key and secret, each
/// given or else from LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, when all three are there; 4. the project of a given
/// address, in the lk configuration; 5. the project of livekit.toml's subdomain, there; 6. its default project.
package struct CredentialSearch: Sendable {
  /// A project's name in the lk configuration.
  package var project: String?
  /// The first label of a project's address.
  package var subdomain: String?
  /// An address that is given; `ws`, `wss`, `http` or `https`.
  package var url: String?
  /// A key that is given.
  package var apiKey: String?
  /// A secret that is given.
  package var secret: Secret?
  /// The folder in which `livekit.toml` may lie.
  package var directory: String
  /// The variables: LIVEKIT_*, LK_AGENTS_URL and HOME.
  package var environment: [String: String]

  /// A search for what nobody named.
  package init(directory: String, environment: [String: String]) {
    self.directory = directory
    self.environment = environment
  }

  /// What is found first.
  ///
  /// Throws `CredentialFailure`, or `DocumentFailure` for a livekit.toml or an lk configuration that cannot be read.
  package func resolve() throws -> LiveKitCredentials { fatalError() }
}
