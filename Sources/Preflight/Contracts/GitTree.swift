import Machine
import Vocabulary

/// The files of a git revision, read by `git` without touching the working tree, the index or the network.
struct GitTree {
  private let loader: ContractLoader
  private let revision: String

  /// A revision, which `ContractReference.isPlain` accepts.
  init(_ loader: ContractLoader, revision: String) {
    self.loader = loader
    self.revision = revision
  }

  private struct Entry {
    let path: String
    let object: String
    let size: Int
  }

  /// A file or folder of the revision.
  func side(path: String) async throws -> ContractSide {
    let label = "git:\(revision):\(path)"
    let entries = try await self.entries(path)
    guard !entries.isEmpty else { throw ContractFailure.git(label, "the revision has no such file or folder") }
    if entries.count == 1, entries[0].path == path {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      let bytes = try await contents(entries, label: label)
      var file = ContractFile(name: name, shown: label, bytes: bytes[0])
      if file.ending == "proto" { file.companions = try await companions(of: path, label: label) }
      return ContractSide(label: label, files: [file], isSingle: true)
    }
    let prefix = path.isEmpty ? "" : path + "/"
    return try await side(
      entries.filter { ContractFile(name: $0.path, shown: "", bytes: []).mayHoldContract }, prefix: prefix, label: label
    )
  }

  /// The files that a selection names, by their paths from a folder of the working tree.
  func side(_ selection: ContractSelection, in root: String) async throws -> ContractSide {
    let prefix = try await text(["rev-parse", "--show-prefix"], in: root).trimmingLineEnd
    let entries = try await self.entries(prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix)
    return try await side(
      entries.filter { $0.path.hasPrefix(prefix) && selection.includes(String($0.path.dropFirst(prefix.count))) },
      prefix: prefix, label: "git:\(revision)")
  }

  private func side(_ entries: [Entry], prefix: String, label: String) async throws -> ContractSide {
    let bytes = try await contents(entries, label: label)
    return ContractSide(
      label: label,
      files: zip(entries, bytes).map { entry, bytes in
        ContractFile(
          name: String(entry.path.dropFirst(prefix.count)), shown: "git:\(revision):\(entry.path)", bytes: bytes)
      })
  }

  private func companions(of path: String, label: String) async throws -> [String: [UInt8]] {
    let folder = path.contains("/") ? Files.folder(of: path) : ""
    let entries = try await self.entries(folder).filter { $0.path.hasSuffix(".proto") }.prefix(500)
    let bytes = try await contents(Array(entries), label: label)
    let start = folder.isEmpty ? 0 : folder.count + 1
    return Dictionary(
      zip(entries, bytes).map { (String($0.path.dropFirst(start)), $1) }, uniquingKeysWith: { first, _ in first })
  }

  /// Every ordinary file below a path; links and submodules are none.
  private func entries(_ path: String) async throws -> [Entry] {
    let commit = try await text(["rev-parse", "--verify", "--quiet", "\(revision)^{commit}"], in: loader.directory)
      .trimmingLineEnd
    // git's own names from here on, which no option can be mistaken for.
    guard commit.count >= 40, commit.allSatisfy(\.isHexDigit) else {
      throw ContractFailure.git("git:\(revision):\(path)", "'\(revision)' is no commit")
    }
    let listing = try await run(
      ["ls-tree", "-r", "-z", "-l", "--full-tree", commit] + (path.isEmpty ? [] : ["--", path]), in: loader.directory)
    return listing.split(separator: 0).compactMap { record in
      guard let tab = record.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
      let fields = String(decoding: record[..<tab], as: UTF8.self).split(separator: " ")
      guard fields.count == 4, fields[1] == "blob", fields[0].hasPrefix("100"), let size = Int(fields[3]) else {
        return nil
      }
      return Entry(
        path: String(decoding: record[(tab + 1)...], as: UTF8.self), object: String(fields[2]), size: size)
    }
  }

  /// The content of each, in the order that is given.
  private func contents(_ entries: [Entry], label: String) async throws -> [[UInt8]] {
    guard !entries.isEmpty else { return [] }
    let total = entries.reduce(0) { $0 + $1.size }
    guard entries.count <= ContractLoader.fileLimit, total <= ContractLoader.byteLimit else {
      throw ContractFailure.tooMuch(label)
    }
    let names = entries.map { $0.object + "\n" }.joined()
    let output = try await run(
      ["cat-file", "--batch"], in: loader.directory, input: Array(names.utf8), keeping: total + entries.count * 128)
    var rest = output[...]
    return try entries.map { entry in
      guard let end = rest.firstIndex(of: 0x0A), rest[..<end].starts(with: entry.object.utf8),
        rest.endIndex - end > entry.size + 1
      else { throw ContractFailure.git(label, "git gave no content for '\(entry.path)'") }
      defer { rest = rest[(end + entry.size + 2)...] }
      return Array(rest[(end + 1)..<(end + 1 + entry.size)])
    }
  }

  private func text(_ arguments: [String], in directory: String) async throws -> String {
    String(decoding: try await run(arguments, in: directory), as: UTF8.self)
  }

  private func run(
    _ arguments: [String], in directory: String, input: [UInt8]? = nil, keeping: Int = 16 << 20
  ) async throws -> [UInt8] {
    var environment = loader.environment
    // Nothing is written, asked or fetched.
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["GIT_NO_LAZY_FETCH"] = "1"
    environment["LC_ALL"] = "C"
    let run = try await Invocation(["git"] + arguments, environment: environment, directory: directory).run(
      input: input.map { .bytes($0) } ?? .null, within: .seconds(60), keeping: keeping)
    guard run.succeeded, !run.isOutputCut else {
      let words = run.errorText.split(separator: "\n").first.map(String.init)
      throw ContractFailure.git(
        "git:\(revision)", run.isOutputCut ? "git's answer is too long" : words ?? "'\(revision)' is no commit here")
    }
    return run.output
  }
}

extension String {
  fileprivate var trimmingLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}
