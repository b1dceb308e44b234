package import Vocabulary

/// What a container is made from: `registry:5000/team/agent:v2@sha256:…`.
package struct ImageName: Hashable, Sendable {
  /// Without tag and digest: `registry:5000/team/agent`.
  package let repository: String
  /// The tag; nil: none is written.
  package let tag: String?
  /// The digest with its algorithm; nil: none is written.
  package let digest: String?

  /// Takes a name apart as container tools do.
  package init(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1)
    digest = parts.count == 2 ? String(parts[1]) : nil
    let name = String(parts.first ?? "")
    // A colon before the last slash is a registry's port.
    let afterSlash = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
    if let colon = name[afterSlash...].firstIndex(of: ":") {
      repository = String(name[..<colon])
      tag = String(name[name.index(after: colon)...])
    } else {
      repository = name
      tag = nil
    }
  }

  /// What a release of it is called: its tag, else its digest, else `latest`.
  package var version: VersionName { VersionName(tag ?? digest ?? "latest") }

  /// The image that a release is: a whole name, a digest, or a tag of this repository.
  package func named(_ version: VersionName) -> String {
    let name = version.rawValue
    if name.contains("/") { return name }
    if name.contains(":") { return "\(repository)@\(name)" }
    return "\(repository):\(name)"
  }
}
