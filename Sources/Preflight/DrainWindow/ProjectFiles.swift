import Machine

/// The files of one project folder that a check may read: found once, bounded, by their paths below the folder.
///
/// What installs and builds leave behind is not walked into; neither are hidden folders. A link that leads round is cut
/// off by the depth.
package struct ProjectFiles: Sendable {
  /// The folder, absolute.
  package let root: String
  /// The files' paths below it, those of the folder itself first, each folder's sorted.
  package let paths: [String]
  /// Whether there are more than were listed.
  package let isCut: Bool

  /// How many files are listed, how deep, and how long a file may be that is read.
  static let limit = (files: 10_000, depth: 8, bytes: 32 << 20)

  private static let passedOver: Set<String> = [
    "node_modules", "venv", "env", "__pycache__", "site-packages", "dist", "build", "target", "vendor",
  ]

  /// Lists a folder; one that cannot be listed is empty.
  package init(_ root: String) {
    self.root = root
    var found: [String] = []
    var folders = [(path: "", depth: 0)]
    var next = 0
    while next < folders.count, found.count < ProjectFiles.limit.files {
      let (folder, depth) = folders[next]
      next += 1
      // A folder that may not be read holds nothing that an agent's image could be given from here.
      for name in ((try? Files.list(folder.isEmpty ? root : "\(root)/\(folder)")) ?? []).sorted() {
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        switch Files.kind(of: "\(root)/\(path)") {
        case .file?: found.append(path)
        case .directory? where !name.hasPrefix(".") && !ProjectFiles.passedOver.contains(name):
          if depth < ProjectFiles.limit.depth { folders.append((path, depth + 1)) }
        default: break
        }
      }
    }
    paths = Array(found.prefix(ProjectFiles.limit.files))
    isCut = next < folders.count || found.count > paths.count
  }

  /// The text of a file below the folder, bytes that are no UTF-8 replaced; nil when it cannot be read or is too long.
  package func text(_ path: String) -> String? { bytes(path).map { String(decoding: $0, as: UTF8.self) } }

  /// The bytes of a file below the folder; nil when it cannot be read or is too long.
  package func bytes(_ path: String) -> [UInt8]? { try? Files.read("\(root)/\(path)", limit: ProjectFiles.limit.bytes) }

  /// The last part of a path.
  static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
