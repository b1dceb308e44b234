import Machine
package import Vocabulary

/// Finds the credentials that a user of lk already has, in lk's order.
///
/// 1. a project that is named, in the lk configuration; 2. a subdomain that is named, there; 3. address, key and secret, each
/// given or else from LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, when all three are there; 4. the project of a given
/// address, in the lk configuration; 5. the project of livekit.toml's subdomain, there; 6. its default project. What is given
/// is never passed over: an address, key or subdomain that leads nowhere is an error.
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
  /// Throws `CredentialFailure`, `DocumentFailure` for a livekit.toml or an lk configuration that cannot be read, or what
  /// reading them threw.
  package func resolve() throws -> LiveKitCredentials {
    if let project {
      let list = try namedList(for: "project '\(project.harmless)'")
      guard let found = list.project(named: project) else {
        throw CredentialFailure.unknownProject(project, known: list.projects.map(\.name), file: list.path)
      }
      return try credentials(of: found, in: list)
    }
    if let subdomain {
      let list = try namedList(for: "subdomain '\(subdomain.harmless)'")
      guard let found = list.project(ofSubdomain: subdomain) else {
        throw CredentialFailure.unknownSubdomain(subdomain, known: list.projects.map(\.name), file: list.path)
      }
      return try credentials(of: found, in: list)
    }
    let all = [
      ("LIVEKIT_URL", url ?? variable("LIVEKIT_URL")), ("LIVEKIT_API_KEY", apiKey ?? variable("LIVEKIT_API_KEY")),
      ("LIVEKIT_API_SECRET", secret?.exposed ?? variable("LIVEKIT_API_SECRET")),
    ]
    let missing = all.filter { $0.1?.isEmpty != false }.map(\.0)
    if missing.isEmpty, let url = all[0].1, let key = all[1].1, let secret = all[2].1 {
      let isGiven = self.url != nil && apiKey != nil && self.secret != nil
      return try credentials(url, key, Secret(secret), isGiven ? .given : .environment, [])
    }
    if apiKey != nil || secret != nil { throw CredentialFailure.incomplete(missing: missing) }
    return try fromProjects(missing: missing)
  }

  /// The last three steps, each of which needs the lk configuration.
  private func fromProjects(missing: [String]) throws -> LiveKitCredentials {
    var looked: [CredentialFailure.Place] = [.environment(missing: missing)]
    let warnings: [LiveKitCredentials.Warning] = missing.count < 3 ? [.environmentIncomplete(missing: missing)] : []
    let list = try home.flatMap { try ProjectList.find(home: $0) }
    if let url {
      let server = try server(url)
      if let list, let found = list.project(at: server) { return try credentials(of: found, in: list, warnings) }
      throw CredentialFailure.notFound(looked: looked + [.address(server.url, file: configuration)])
    }
    let file = try ProjectFile.find(in: directory)
    if let file, let subdomain = file.subdomain {
      if let list, let found = list.project(ofSubdomain: subdomain) {
        return try credentials(of: found, in: list, warnings)
      }
      looked.append(.subdomain(subdomain, of: file.path, file: configuration))
      // lk goes on to its default project here and then refuses it, because the folder is another project's.
      throw CredentialFailure.notFound(looked: looked)
    }
    looked.append(.projectFile("\(directory)/livekit.toml", isThere: file != nil))
    if let list, let found = list.project(named: list.defaultName) {
      return try credentials(of: found, in: list, warnings)
    }
    throw CredentialFailure.notFound(looked: looked + [.defaultProject(file: configuration, isThere: list != nil)])
  }

  private func namedList(for what: String) throws -> ProjectList {
    guard let list = try home.flatMap({ try ProjectList.find(home: $0) }) else {
      throw CredentialFailure.noProjects(wanted: what, file: configuration)
    }
    return list
  }

  private func credentials(
    of project: ProjectList.Project, in list: ProjectList, _ warnings: [LiveKitCredentials.Warning] = []
  ) throws -> LiveKitCredentials {
    guard !project.apiKey.isEmpty, !project.secret.isEmpty else {
      throw CredentialFailure.projectWithoutKey(project.name, file: list.path)
    }
    return try credentials(
      project.url, project.apiKey, project.secret, .project(name: project.name, file: list.path),
      warnings + [list.warning].compactMap { $0 })
  }

  private func credentials(
    _ url: String, _ key: String, _ secret: Secret, _ origin: LiveKitCredentials.Origin,
    _ warnings: [LiveKitCredentials.Warning]
  ) throws -> LiveKitCredentials {
    let server = try server(url)
    var warnings = warnings
    // Credentials are complete without livekit.toml: one that cannot be read is its reader's to report.
    if let file = try? ProjectFile.find(in: directory), let wanted = file.subdomain,
      wanted.lowercased() != server.subdomain?.lowercased()
    {
      warnings.append(.otherSubdomain(file: file.path, wanted: wanted, found: server.subdomain ?? server.url))
    }
    return LiveKitCredentials(server: server, apiKey: key, secret: secret, origin: origin, warnings: warnings)
  }

  private func server(_ url: String) throws(CredentialFailure) -> LiveKitServer {
    guard let server = LiveKitServer(url, agentsOverride: variable("LK_AGENTS_URL")) else {
      throw .invalidAddress(url)
    }
    return server
  }

  /// The keys and secrets of every project in the lk configuration: what must not be shown, whichever is in use.
  ///
  /// Throws what reading it threw; a machine without one has none.
  package func allSecrets() throws -> [Secret] {
    try home.flatMap { try ProjectList.find(home: $0) }?.projects.flatMap { [Secret($0.apiKey), $0.secret] } ?? []
  }

  private var home: String? { variable("HOME") }

  /// Where the lk configuration is looked for, also where HOME is not known.
  private var configuration: String { ProjectList.path(home: home ?? "~") }

  private func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
}
