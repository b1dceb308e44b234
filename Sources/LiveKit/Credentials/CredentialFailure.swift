package import Vocabulary

import Web

/// Why there are no credentials; no case holds a secret.
package enum CredentialFailure: Failure, Hashable {
  /// Nothing was found in these places, looked at in this order.
  case notFound(looked: [Place])
  /// Some of address, key and secret are given and the rest is nowhere.
  case incomplete(missing: [String])
  /// A project or subdomain is named and there is no lk configuration.
  case noProjects(wanted: String, file: String)
  /// The lk configuration has no project of the name.
  case unknownProject(String, known: [String], file: String)
  /// The lk configuration has no project whose address begins with the label.
  case unknownSubdomain(String, known: [String], file: String)
  /// The project lacks its key or its secret.
  case projectWithoutKey(String, file: String)
  /// The address is none that can be asked.
  case invalidAddress(String)

  /// A place that was looked at, and what was not there.
  package enum Place: Hashable, Sendable {
    case environment(missing: [String])
    case address(String, file: String)
    case subdomain(String, of: String, file: String)
    case projectFile(String, isThere: Bool)
    case defaultProject(file: String, isThere: Bool)
  }

  package var what: String {
    switch self {
    case .notFound: "there are no LiveKit credentials"
    case .incomplete(let missing): "LiveKit credentials are incomplete: \(missing.joined(separator: ", ")) missing"
    case .noProjects(let wanted, _): "\(wanted) cannot be looked up"
    case .unknownProject(let name, _, _): "lk knows no project '\(name.harmless)'"
    case .unknownSubdomain(let subdomain, _, _): "lk knows no project of the subdomain '\(subdomain.harmless)'"
    case .projectWithoutKey(let name, _): "lk's project '\(name.harmless)' has no key and secret"
    case .invalidAddress(let url): "'\(WebAddress.shown(url))' is no address of a LiveKit project"
    }
  }

  package var why: String? {
    switch self {
    case .notFound(let looked): "looked at " + looked.map(\.words).joined(separator: "; ")
    case .incomplete: "a key and its secret are taken together or not at all"
    case .noProjects(_, let file): "'\(file.harmless)' is not there"
    case .unknownProject(_, let known, let file), .unknownSubdomain(_, let known, let file):
      known.isEmpty
        ? "'\(file.harmless)' has no projects"
        : "'\(file.harmless)' has \(known.map { "'\($0.harmless)'" }.joined(separator: ", "))"
    case .projectWithoutKey(_, let file): "so says '\(file.harmless)'"
    case .invalidAddress: "it does not begin with wss://, ws://, https:// or http:// and a host"
    }
  }

  package var remedy: String? {
    switch self {
    case .notFound, .noProjects: "set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, or run: lk cloud auth"
    case .incomplete(let missing): "set \(missing.joined(separator: " and "))"
    case .unknownProject, .unknownSubdomain: "name one of them, or add it: lk project add"
    case .projectWithoutKey: "add it again: lk cloud auth"
    case .invalidAddress: "write it like wss://my-project.livekit.cloud"
    }
  }

  package var exitStatus: ExitStatus { .configuration }
}

extension CredentialFailure.Place {
  fileprivate var words: String {
    switch self {
    case .environment(let missing): "the environment (\(missing.joined(separator: ", ")) not set)"
    case .address(let url, let file): "'\(file.harmless)' (no project at \(WebAddress.shown(url)))"
    case .subdomain(let subdomain, let source, let file):
      "'\(file.harmless)' (no project of the subdomain '\(subdomain.harmless)' that '\(source.harmless)' names)"
    case .projectFile(let path, let isThere):
      "'\(path.harmless)' (\(isThere ? "names no project" : "not there"))"
    case .defaultProject(let file, let isThere): "'\(file.harmless)' (\(isThere ? "no default project" : "not there"))"
    }
  }
}
