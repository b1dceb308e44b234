package import Vocabulary

/// The contracts of the version that a run deploys, as they were when it began; the files lie in `contracts` beside the journal.
///
/// They are those of a running version once the run's verdict passed.
package struct ContractsRecord: Hashable, Codable, Sendable {
  /// The version that they belong to.
  package var version: VersionName
  /// The files, by name.
  package var files: [File]

  /// A record.
  package init(version: VersionName, files: [File]) {
    self.version = version
    self.files = files
  }

  /// One file.
  package struct File: Hashable, Codable, Sendable {
    /// Its path from the configuration's folder, and from `contracts`.
    package var name: String
    /// The SHA-256 of its content, in lower-case hexadecimal.
    package var sha256: String

    /// A file.
    package init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }
  }
}
