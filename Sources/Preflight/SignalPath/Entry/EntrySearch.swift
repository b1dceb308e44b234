import Documents
import Machine

/// The files that say how the agent is started and stopped: those that are named, else those that a folder has.
package struct EntryFiles: Sendable {
  /// The folder of the build context.
  package var context: String?
  package var dockerfile: String?
  package var compose: String?
  /// Kubernetes, a Nomad job, fly.toml, or an ECS task definition.
  package var manifest: String?
  package var unit: String?
  package var procfile: String?
  /// A supervisord.conf.
  package var supervisord: String?
  /// What runs the Procfile.
  package var runner = Procfile.Runner.heroku
  /// The stage of the Dockerfile; the last one by default.
  package var stage: String?
  /// The service, container, task or process; the one that looks like an agent by default.
  package var service: String?
  /// Values of the Dockerfile's `ARG`s.
  package var buildArguments: [String: String] = [:]

  /// Nothing named: the folder is searched.
  package init() {}

  /// The same with paths that start at a folder.
  package func below(_ folder: String) -> EntryFiles {
    var files = self
    func absolute(_ path: String?) -> String? {
      guard let path, path.first != "/" else { return path }
      return ImagePath.resolve(path, in: folder)
    }
    files.context = absolute(context)
    files.dockerfile = absolute(dockerfile)
    files.compose = absolute(compose)
    files.manifest = absolute(manifest)
    files.unit = absolute(unit)
    files.procfile = absolute(procfile)
    files.supervisord = absolute(supervisord)
    return files
  }

  /// Whether a file is named.
  package var namesAny: Bool { [dockerfile, compose, manifest, unit, procfile, supervisord].contains { $0 != nil } }

  /// The files of a folder, and what else there is that was not taken.
  ///
  /// A manifest for production goes before a compose file, and each of them before a bare Dockerfile; a unit, a Procfile or
  /// a supervisord.conf counts where there is no Dockerfile.
  func found(in folder: String) -> (files: EntryFiles, notes: [String]) {
    var files = self
    func path(_ name: String) -> String { folder == "." ? name : folder + "/" + name }
    func first(_ names: [String]) -> String? { names.map(path).first { Files.kind(of: $0) == .file } }
    files.dockerfile = dockerfile ?? first(["Dockerfile", "Containerfile", "dockerfile"])
    let compose = first(["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"])
    let manifest = Self.manifest(in: folder, path)
    let unit = Self.folders.lazy.map { $0 == "." ? folder : path($0) }.compactMap { folder in
      Self.names(in: folder).first { $0.hasSuffix(".service") }.map { folder == "." ? $0 : folder + "/" + $0 }
    }.first
    let procfile = first(["Procfile"])
    let supervisord = first(["supervisord.conf", "etc/supervisord.conf", "supervisor/supervisord.conf"])
    var others: [String] = []
    func take(_ candidate: String?, _ option: String, _ key: WritableKeyPath<EntryFiles, String?>, unless taken: Bool)
      -> Bool
    {
      guard let candidate else { return taken }
      if taken {
        others.append("\(option) \(candidate)")
      } else {
        files[keyPath: key] = candidate
      }
      return true
    }
    var isTaken = take(manifest, "--manifest", \.manifest, unless: false)
    isTaken = take(compose, "--compose", \.compose, unless: isTaken)
    isTaken = take(unit, "--unit", \.unit, unless: isTaken || files.dockerfile != nil)
    isTaken = take(procfile, "--procfile", \.procfile, unless: isTaken || files.dockerfile != nil)
    // An image's entry command leads to its own.
    if files.dockerfile == nil { _ = take(supervisord, "--supervisord", \.supervisord, unless: isTaken) }
    return (files, others.isEmpty ? [] : ["also there and not judged: \(others.joined(separator: ", "))"])
  }

  /// Where projects keep their manifests and units, below their own folder.
  private static let folders = [
    ".", "k8s", "kubernetes", "deploy", "deployment", "manifests", "infra", "systemd", "ops",
  ]

  private static func names(in folder: String) -> [String] {
    guard Files.kind(of: folder) == .directory, let names = try? Files.list(folder) else { return [] }
    return Array(names.prefix(2_000))
  }

  private static func manifest(in folder: String, _ path: (String) -> String) -> String? {
    for name in folders {
      let folder = name == "." ? folder : path(name)
      for name in names(in: folder) {
        let file = folder == "." ? name : folder + "/" + name
        let isJob = name.hasSuffix(".nomad") || name.hasSuffix(".nomad.hcl")
        let isTask =
          name.hasSuffix(".json")
          && (name.contains("task-def") || name.contains("taskdef") || name.contains("task_def"))
        if name == "fly.toml" || isJob || isTask { return Files.kind(of: file) == .file ? file : nil }
        let isYAML = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
        guard isYAML, Files.kind(of: file) == .file, Files.size(of: file) ?? 0 < YAML.limits.bytes,
          let text = BuildContext.text(of: file), text.contains("containers:"), text.contains("apiVersion:"),
          let documents = try? YAML.parseAll(Array(text.utf8), file: file),
          let starts = try? KubernetesManifest.starts(documents, file: file), !starts.isEmpty
        else { continue }
        return file
      }
    }
    return nil
  }
}

/// Reads the platform's file that is named, whatever kind it is.
enum PlatformFiles {
  /// What the platform starts, or nil where only a Dockerfile is judged.
  static func start(_ files: EntryFiles, in folder: String) throws -> PlatformStart? {
    if let path = files.manifest { return try manifest(path).chosen(named: files.service, in: path) }
    if let path = files.compose {
      return try ComposeFile.starts(try regular(path)).chosen(named: files.service, in: path)
    }
    if let path = files.unit { return try SystemdUnit.start(try regular(path)) }
    if let path = files.procfile {
      let text = String(decoding: try bytes(path), as: UTF8.self)
      return try Procfile(text, file: path).starts(files.runner, file: path).chosen(named: files.service, in: path)
    }
    if let path = files.supervisord {
      return try SupervisordConfiguration.start(
        try bytes(path), file: path, context: files.context ?? folder, hasImage: files.dockerfile != nil)
    }
    return nil
  }

  /// The content of a regular file; a pipe or a device is never read.
  static func bytes(_ path: String, limit: Int = 4 << 20) throws -> [UInt8] {
    let bytes = try Files.read(try regular(path), limit: limit)
    guard !bytes.contains(0) else { throw EntryFailure.notText(file: path) }
    return bytes
  }

  private static func regular(_ path: String) throws -> String {
    switch Files.kind(of: path) {
    case .file, nil: path
    case .directory, .other: throw EntryFailure.notText(file: path)
    }
  }

  private static func manifest(_ path: String) throws -> [PlatformStart] {
    let bytes = try bytes(path)
    let name = ImagePath.name(path)
    if name.hasSuffix(".toml") { return try FlyConfiguration.starts(bytes, file: path) }
    if name.hasSuffix(".nomad") || name.hasSuffix(".hcl") { return try NomadJob.starts(bytes, file: path) }
    if name.hasSuffix(".json") {
      let root = try JSON.parse(bytes, file: path)
      if KubernetesManifest.isManifest(root) { return try KubernetesManifest.starts([root], file: path) }
      return ECSTaskDefinition.starts(root, file: path)
    }
    let documents = try YAML.parseAll(bytes, file: path)
    guard documents.contains(where: KubernetesManifest.isManifest) else {
      guard documents.contains(where: { $0["containerDefinitions"] != nil || $0["taskDefinition"] != nil }) else {
        throw EntryFailure.unknownManifest(file: path)
      }
      return documents.flatMap { ECSTaskDefinition.starts($0, file: path) }
    }
    return try KubernetesManifest.starts(documents, file: path)
  }
}
