package import Machine

/// An agent's own Python: the file that is started and the files beside it that it imports.
///
/// Files are read when something asks for them, each once, and no more than a bounded number; installed packages are not
/// followed.
package struct AgentSource: Sendable {
  /// The file that is started, as it was named.
  package let entry: String
  /// Every file that was read, in that order, with its module.
  package private(set) var files: [File] = []
  /// Whether more was imported than is read.
  package private(set) var isCut = false

  /// One file of the agent.
  package struct File: Sendable {
    /// Its path, below the agent's folder where it lies there.
    package let path: String
    /// What is in it.
    package let module: PythonModule
    /// The dotted name of the package that it belongs to; empty at the top.
    let package: String
  }

  /// The most files that are read.
  static let fileLimit = 400
  /// The most bytes of one file that are read.
  static let byteLimit = 2 << 20

  private let roots: [String]
  private let read: @Sendable (String) -> [UInt8]?
  private var known: [String: Int?] = [:]

  /// The agent that is started with a file; imports are looked for beside it and in `directory`.
  ///
  /// Throws `MachineFailure` when the file cannot be read.
  package init(entry: String, directory: String) throws(MachineFailure) {
    let path = entry.hasPrefix("/") ? entry : "\(directory)/\(entry)"
    let bytes = try Files.read(path, limit: AgentSource.byteLimit)
    self.init(entry: entry, bytes: bytes, roots: [Files.folder(of: path), directory]) { path in
      guard Files.kind(of: path) == .file else { return nil }
      // A file that is there and cannot be read is as good as an installed package: it is not followed.
      return try? Files.read(path, limit: AgentSource.byteLimit)
    }
  }

  /// The agent of a file that is read already.
  init(entry: String, bytes: [UInt8], roots: [String], read: @escaping @Sendable (String) -> [UInt8]?) {
    self.entry = entry
    self.read = read
    self.roots = roots.count == 2 && roots[0] == roots[1] ? [roots[0]] : roots
    files = [File(path: entry, module: PythonModule(bytes), package: "")]
    if let root = roots.first { known["\(root)/\(entry.split(separator: "/").last ?? "")"] = 0 }
  }

  /// The number of the file that a module's dotted name stands for; nil when it is not the agent's own.
  mutating func file(ofModule name: String) -> Int? {
    guard !name.isEmpty else { return nil }
    let path = name.split(separator: ".").joined(separator: "/")
    for root in roots {
      for (candidate, isPackage) in [("\(path)/__init__.py", true), ("\(path).py", false)] {
        let full = "\(root)/\(candidate)"
        if let number = known[full] {
          if let number { return number }
          continue
        }
        guard let bytes = files.count < AgentSource.fileLimit ? read(full) : nil else {
          isCut = isCut || files.count >= AgentSource.fileLimit
          known[full] = .some(nil)
          continue
        }
        known[full] = files.count
        let parent = isPackage ? name : name.split(separator: ".").dropLast().joined(separator: ".")
        let shown = root == roots.last ? candidate : Self.below(roots.last, full)
        files.append(File(path: shown, module: PythonModule(bytes), package: parent))
        return files.count - 1
      }
    }
    return nil
  }

  private static func below(_ root: String?, _ path: String) -> String {
    guard let root, path.hasPrefix(root + "/") else { return path }
    return String(path.dropFirst(root.count + 1))
  }

  /// A name with the leading dots of a relative import made absolute for a file.
  func absolute(_ name: String, in file: Int) -> String {
    let dots = name.prefix { $0 == "." }.count
    guard dots > 0 else { return name }
    let parents = files[file].package.split(separator: ".").dropLast(dots - 1)
    let rest = name.dropFirst(dots)
    return (parents.map(String.init) + (rest.isEmpty ? [] : [String(rest)])).joined(separator: ".")
  }

  /// The definition that a full dotted name stands for: a function or class of the agent, and the file that it is in.
  mutating func definition(of name: String, in file: Int) -> (statement: PythonStatement, file: Int)? {
    let words = name.split(separator: ".").map(String.init)
    guard let last = words.last else { return nil }
    if words.count == 1 || words.count == 2 && (words[0] == "self" || words[0] == "cls") {
      return files[file].module.definition(of: last).map { ($0, file) }
    }
    let owner = words.dropLast().joined(separator: ".")
    guard let other = self.file(ofModule: owner) else { return nil }
    if let found = files[other].module.definition(of: last) { return (found, other) }
    // A package hands on what its own modules define.
    guard let handedOn = files[other].module.bindings[last] else { return nil }
    let target = absolute(handedOn, in: other)
    guard target != name,
      let next = self.file(ofModule: String(target.prefix(upTo: target.lastIndex(of: ".") ?? target.endIndex)))
    else { return nil }
    return files[next].module.definition(of: String(target.split(separator: ".").last ?? "")).map { ($0, next) }
  }
}

extension PythonModule {
  /// The first function or class of that name.
  func definition(of name: String) -> PythonStatement? {
    allStatements.first { statement in
      switch statement.kind {
      case .function(let function): function.name == name
      case .type(let type, _, _): type == name
      default: false
      }
    }
  }
}
