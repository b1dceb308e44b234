/// Where one version's contracts are, as `--from` and `--to` name them.
package enum ContractReference: Hashable, Sendable {
  /// A file or a folder.
  case path(String)
  /// A file or folder at a git revision; the path is from the repository's root, empty for all of it.
  case git(revision: String, path: String)

  /// Reads `git:REV:PATH`, or a path.
  package init(_ text: String) throws(ContractFailure) {
    guard text.hasPrefix("git:") else {
      self = .path(text)
      return
    }
    let parts = text.dropFirst(4).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let revision = String(parts[0])
    guard parts.count == 2, Self.isPlain(revision) else { throw .revision(text) }
    var path = String(parts[1])
    while path.hasPrefix("./") { path.removeFirst(2) }
    while path.hasSuffix("/") { path.removeLast() }
    guard !path.hasPrefix("/"), !path.split(separator: "/").contains(".."), !path.utf8.contains(0) else {
      throw .revision(text)
    }
    self = .git(revision: revision, path: path == "." ? "" : path)
  }

  /// Whether a text can be a revision and nothing else: no option, no range, nothing that git's syntax for paths needs.
  static func isPlain(_ revision: String) -> Bool {
    guard let first = revision.utf8.first, first != UInt8(ascii: "-"), !revision.contains("..") else { return false }
    return revision.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "._/-@^~{}+#%=".utf8.contains(byte)
      }
    }
  }

  /// As it is named.
  package var label: String {
    switch self {
    case .path(let path): path
    case .git(let revision, let path): "git:\(revision):\(path)"
    }
  }
}
