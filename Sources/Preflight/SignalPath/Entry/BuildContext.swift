import Machine

/// The folder that a build copies from. Nothing outside of it is ever read: links are followed as the build would, with the
/// folder as their root.
struct BuildContext: Sendable {
  /// The folder, as the program reaches it.
  let root: String
  /// What the user calls it, before the names of its files; empty for the working directory.
  let prefix: String
  /// Texts that stand for files, by what the user calls them.
  private let replacements: [String: String]
  /// What is kept out of it.
  let ignored: IgnoreRules

  /// The largest file that is read whole: what is longer is no entry script.
  static let fileLimit = 1 << 20
  private static let linkLimit = 40
  private static let listLimit = 20_000

  /// The context of a folder; the rules are those of `<dockerfile>.dockerignore`, else of `.dockerignore`.
  init(_ root: String, calledAs prefix: String? = nil, dockerfile: String? = nil, replacing: [String: String] = [:]) {
    self.root = root
    replacements = replacing
    self.prefix = prefix ?? (root == "." ? "" : root)
    let rules = [dockerfile.map { $0 + ".dockerignore" }, root + "/.dockerignore"].lazy.compactMap { $0 }
      .compactMap { BuildContext.text(of: $0) }.first
    ignored = rules.map { IgnoreRules($0) } ?? .none
  }

  /// What the user calls a file of the context.
  func name(_ path: [String]) -> String {
    let path = path.joined(separator: "/")
    return prefix.isEmpty ? path : prefix.hasSuffix("/") ? prefix + path : prefix + "/" + path
  }

  /// Whether a path is kept out of the build.
  func excludes(_ path: [String]) -> Bool { ignored.excludes(path) }

  /// Where the first link on a path stands and leads: the path up to and with it, and its target; nil without a link.
  func firstLink(on path: [String], from start: Int = 0) -> (depth: Int, target: String)? {
    var current = root
    for (depth, component) in path.enumerated() {
      current += "/" + component
      if depth >= start, let target = Files.link(at: current) { return (depth, target) }
    }
    return nil
  }

  /// The path with its links followed inside the context; nil for a circle.
  func resolved(_ path: [String]) -> [String]? {
    var path = path
    for _ in 0..<Self.linkLimit {
      guard let (depth, target) = firstLink(on: path) else { return path }
      let folder = "/" + path.prefix(depth).joined(separator: "/")
      path =
        ImagePath.resolve(target, in: folder).split(separator: "/").map(String.init) + path.dropFirst(depth + 1)
    }
    return nil
  }

  /// What is at a path without links; nil when there is nothing.
  func kind(of path: [String]) -> Files.Kind? { Files.kind(of: file(path)) }

  /// The names in a folder of the context, sorted; nil when it cannot be listed.
  func names(in path: [String]) -> [String]? {
    guard let names = try? Files.list(file(path)), names.count <= Self.listLimit else { return nil }
    return names
  }

  /// Whether a file may be executed.
  func isExecutable(_ path: [String]) -> Bool? { Files.permissions(of: file(path)).map { $0 & 0o111 != 0 } }

  /// The text of a regular file; of one that is not text its first bytes only.
  func text(_ path: [String]) -> String? { replacements[name(path)] ?? Self.text(of: file(path)) }

  /// The text of a regular file of at most 1 MiB; the first bytes of one that is longer or no text; nil without a file.
  static func text(of path: String) -> String? {
    guard Files.kind(of: path) == .file, let reader = try? FileReader(path),
      let bytes = try? reader.read(fileLimit + 1, at: 0)
    else { return nil }
    let isText = bytes.count <= fileLimit && !bytes.contains(0)
    return String(decoding: isText ? bytes[...] : bytes.prefix { $0 != 0 }.prefix(64), as: UTF8.self)
  }

  private func file(_ path: [String]) -> String { path.isEmpty ? root : root + "/" + path.joined(separator: "/") }
}
