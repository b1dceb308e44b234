import Documents

/// The package.json that a folder belongs to, with what its tools read beside it.
struct PackageFile {
  let file: ImageFile
  let tree: Node
  /// Its folder, absolute.
  let folder: String

  /// The nearest package.json at a folder or above it; at most 16 folders up.
  init?(near folder: String?, _ launch: Launch) {
    guard var folder else { return nil }
    for _ in 0..<16 {
      if let found = PackageFile(in: folder, launch) {
        self = found
        return
      }
      guard folder != "/", let slash = folder.lastIndex(of: "/") else { return nil }
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
    }
    return nil
  }

  /// The package.json of a folder itself.
  init?(in folder: String, _ launch: Launch) {
    guard let file = launch.file(folder + "/package.json"), let tree = UserDocument.json(file) else { return nil }
    (self.file, self.tree, self.folder) = (file, tree, folder)
  }

  /// Its name.
  var name: String? { tree["name"]?.string }

  /// A script with its place.
  func script(_ name: String) -> (line: String, place: Place)? {
    guard let entry = tree["scripts"]?[name], let line = entry.string else { return nil }
    return (line, file.origin.advanced(by: entry.mark.line - 1))
  }

  /// The names of its scripts, in the order of the file.
  var scriptNames: [String] { tree["scripts"]?.mapping?.entries.map(\.key) ?? [] }

  /// The packages of its workspaces and of pnpm's, in the order of their folders; at most 200.
  func workspaces(_ launch: Launch) -> [PackageFile] {
    var patterns = (tree["workspaces"]?.sequence ?? tree["workspaces"]?["packages"]?.sequence ?? []).compactMap(
      \.string)
    if let file = launch.file(folder + "/pnpm-workspace.yaml") {
      patterns += (UserDocument.yaml(file)?["packages"]?.sequence ?? []).compactMap(\.string)
    }
    var folders: [String] = []
    for pattern in patterns where !pattern.hasPrefix("!") {
      let base = Launch.normalized(folder + "/" + pattern.prefix { $0 != "*" })
      if pattern.contains("*") {
        folders += (launch.files.names(in: base) ?? []).map { "\(base)/\($0)" }
      } else {
        folders.append(base)
      }
    }
    return folders.prefix(200).compactMap { PackageFile(in: $0, launch) }
  }
}

/// Settings of `.npmrc`, read as npm reads them: `key=value` lines.
struct RunnerSettings {
  private var values: [String: String] = [:]

  /// The settings of a folder, the environment's `npm_config_…` before the file's.
  init(_ launch: Launch, folder: String?) {
    if let folder, let file = launch.file(folder + "/.npmrc") {
      for line in file.text.split(separator: "\n") {
        guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#"), !line.hasPrefix(";") else { continue }
        values[line[..<equals].trimmedOfBlanks.lowercased()] = String(line[equals...].dropFirst().trimmedOfBlanks)
      }
    }
    for (name, value) in launch.environment where name.lowercased().hasPrefix("npm_config_") {
      let key = name.lowercased().dropFirst("npm_config_".count).map { $0 == "_" ? "-" : $0 }
      values[String(key)] = value.text
    }
    if let folder, let file = launch.file(folder + "/pnpm-workspace.yaml"), let tree = UserDocument.yaml(file) {
      for (key, name) in [("shellEmulator", "shell-emulator"), ("scriptShell", "script-shell")] {
        if let value = tree[key]?.text { values[name] = value }
      }
    }
  }

  /// A setting's text.
  subscript(key: String) -> String? { values[key] }
}
