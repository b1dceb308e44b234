import Machine
import Vocabulary

/// Reads the contracts of one side from files, folders and git revisions; follows no link out of a folder, and writes nothing.
package struct ContractLoader: Sendable {
  /// The folder that relative paths start at, absolute.
  let directory: String
  /// The environment that `git` is searched in.
  let environment: [String: String]

  /// The most files, and the most bytes in all, of one side.
  static let fileLimit = 5_000
  static let byteLimit = 256 << 20

  /// A loader.
  package init(directory: String, environment: [String: String]) {
    self.directory = directory
    self.environment = environment
  }

  /// What a reference names. Throws `ContractFailure` or `MachineFailure`.
  package func load(_ reference: ContractReference) async throws -> ContractSide {
    switch reference {
    case .path(let path): try load(path: path)
    case .git(let revision, let path): try await GitTree(self, revision: revision).side(path: path)
    }
  }

  /// The files of `root` that a selection names, by their paths from there, links out of it told of; `called` is the folder
  /// that they are shown from.
  func load(
    _ selection: ContractSelection, in root: String, label: String, called: String
  ) throws -> ContractSide {
    var walk = FolderWalk(root: root)
    for start in selection.starts { try walk.visit(start) { selection.includes($0) } }
    return try side(walk, in: root, label: label) { ImagePath.seen($0, of: root, from: called) }
  }

  private func load(path: String) throws -> ContractSide {
    let absolute = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    switch Files.kind(of: absolute) {
    case nil: throw ContractFailure.missing(path)
    case .directory:
      var walk = FolderWalk(root: absolute)
      try walk.visit("") { ContractFile(name: $0, shown: "", bytes: []).mayHoldContract }
      return try side(walk, in: absolute, label: path) { path == "." ? $0 : "\(path.trimmingSlashes)/\($0)" }
    case .file, .other:
      let name = path.split(separator: "/").last.map(String.init) ?? path
      var file = ContractFile(name: name, shown: path, bytes: try Files.read(absolute, limit: Self.byteLimit))
      if file.ending == "proto" { file.companions = try companions(of: absolute) }
      return ContractSide(label: path, files: [file], isSingle: true)
    }
  }

  private func side(
    _ walk: FolderWalk, in root: String, label: String, shown: (String) -> String
  ) throws -> ContractSide {
    var files: [ContractFile] = []
    var left = Self.byteLimit
    guard walk.names.count <= Self.fileLimit else { throw ContractFailure.tooMuch(label) }
    for name in walk.names.sorted() {
      let path = "\(root)/\(name)"
      guard Files.size(of: path) ?? 0 <= left else { throw ContractFailure.tooMuch(label) }
      let bytes = try Files.read(path, limit: left)
      left -= bytes.count
      files.append(ContractFile(name: name, shown: shown(name), bytes: bytes))
    }
    return ContractSide(label: label, files: files, skipped: walk.skipped)
  }

  /// The `.proto` files beside and below one, which it may import.
  private func companions(of path: String) throws -> [String: [UInt8]] {
    let folder = Files.folder(of: path)
    var walk = FolderWalk(root: folder, limit: 500)
    try walk.visit("") { $0.hasSuffix(".proto") }
    var left = 8 << 20
    var found: [String: [UInt8]] = [:]
    for name in walk.names.sorted() {
      guard let size = Files.size(of: "\(folder)/\(name)"), size <= left else { continue }
      left -= size
      found[name] = try Files.read("\(folder)/\(name)", limit: size + 1)
    }
    return found
  }
}

/// Lists a folder's files, hidden ones and installed packages left out.
struct FolderWalk {
  let root: String
  private let limit: Int
  private let resolvedRoot: String?
  private var seen: Set<String> = []
  /// Paths from the root.
  private(set) var names: [String] = []
  private(set) var skipped: [ContractSide.Skipped] = []

  init(root: String, limit: Int = ContractLoader.fileLimit + 1) {
    self.root = root
    self.limit = limit
    resolvedRoot = Files.resolved(root)
  }

  /// Takes in a file or a folder with all below it, by its path from the root; one that is not there is nothing.
  mutating func visit(_ name: String, where isWanted: (String) -> Bool) throws {
    guard names.count < limit else { return }
    let path = name.isEmpty ? root : "\(root)/\(name)"
    guard let resolved = Files.resolved(path), let resolvedRoot else { return skip(name, isWanted(name)) }
    guard resolved == resolvedRoot || resolved.hasPrefix(resolvedRoot == "/" ? "/" : resolvedRoot + "/") else {
      return skip(name, isWanted(name), "it is a link that leads out of the folder")
    }
    switch Files.kind(of: resolved) {
    case .file where isWanted(name): names.append(name)
    case .directory:
      // A link to a folder above would be walked for ever.
      guard seen.insert(resolved).inserted else { return }
      for entry in try Files.list(path) where !entry.hasPrefix(".") && entry != "node_modules" {
        try visit(name.isEmpty ? entry : "\(name)/\(entry)", where: isWanted)
      }
    default: break
    }
  }

  private mutating func skip(_ name: String, _ isWanted: Bool, _ why: String = "it is a link that leads nowhere") {
    if isWanted { skipped.append(ContractSide.Skipped(name: name, why: why)) }
  }
}

/// The files that `contracts` in sluice.yaml names: patterns with `*`, `**` and `?`, and paths.
package struct ContractSelection: Hashable, Sendable {
  /// The patterns, each from the configuration's folder.
  let patterns: [String]

  /// A selection.
  package init(_ patterns: [String]) {
    self.patterns = patterns.map { $0.hasPrefix("./") ? String($0.dropFirst(2)) : $0 }
  }

  /// The files and folders to look in: each pattern up to its first part with a star.
  var starts: [String] {
    Set(
      patterns.map { pattern in
        pattern.split(separator: "/").prefix { !$0.contains { "*?".contains($0) } }.joined(separator: "/")
      }
    ).sorted()
  }

  /// Whether a path is named.
  func includes(_ name: String) -> Bool {
    let parts = name.split(separator: "/")[...]
    return patterns.contains { Self.matches($0.split(separator: "/")[...], parts) }
  }

  private static func matches(_ pattern: ArraySlice<Substring>, _ name: ArraySlice<Substring>) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    if first == "**" {
      let rest = pattern.dropFirst()
      return (name.startIndex...name.endIndex).contains { matches(rest, name[$0...]) }
    }
    guard let part = name.first, matches(Array(first.unicodeScalars)[...], Array(part.unicodeScalars)[...]) else {
      return false
    }
    return matches(pattern.dropFirst(), name.dropFirst())
  }

  /// One part of a path against one of a pattern, in the time of their product.
  private static func matches(_ pattern: ArraySlice<Unicode.Scalar>, _ text: ArraySlice<Unicode.Scalar>) -> Bool {
    var reached: Set<Int> = [pattern.startIndex]
    func closed(_ positions: Set<Int>) -> Set<Int> {
      var all = positions
      for var position in positions {
        while position < pattern.endIndex, pattern[position] == "*" {
          position += 1
          all.insert(position)
        }
      }
      return all
    }
    reached = closed(reached)
    for scalar in text {
      var next: Set<Int> = []
      for position in reached where position < pattern.endIndex {
        switch pattern[position] {
        case "*": next.insert(position)
        case "?", scalar: next.insert(position + 1)
        default: break
        }
      }
      reached = closed(next)
    }
    return reached.contains(pattern.endIndex)
  }
}

extension String {
  fileprivate var trimmingSlashes: String {
    var text = self
    while text.count > 1, text.hasSuffix("/") { text.removeLast() }
    return text
  }
}
