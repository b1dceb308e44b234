import Cutover
import Documents
import Machine
package import Vocabulary

/// A sluice.yaml that was read and checked.
package struct ConfigurationFile: Sendable {
  /// Its path, absolute.
  package let path: String
  /// Its targets, in the file's order; at least one.
  package let targets: [TargetConfiguration]
  /// What it says of redaction.
  package let redaction: RedactionConfiguration
  /// Where its secrets stand: redaction hides their values wherever they are.
  package let secrets: [ConfiguredValue]

  /// The folder it lies in, beside which `.sluice` lies.
  package var folder: String { Files.folder(of: path) }

  /// The longest file that is read.
  static let limit = 1 << 20

  /// Reads the file that is named, or the nearest `sluice.yaml` in a folder or above it; nil when none is named or found.
  ///
  /// Throws `ConfigurationFailure`, `DocumentFailure` with every problem of the file, or what reading threw.
  package static func find(named name: String?, from folder: String) throws -> ConfigurationFile? {
    if let name {
      let path = name.hasPrefix("/") ? name : "\(folder)/\(name)"
      guard Files.kind(of: path) != nil else { throw ConfigurationFailure.namedFileMissing(name) }
      return try ConfigurationFile(path: path)
    }
    var folder = folder
    while true {
      let path = folder == "/" ? "/sluice.yaml" : "\(folder)/sluice.yaml"
      if Files.kind(of: path) == .file { return try ConfigurationFile(path: path) }
      guard folder != "/", !folder.isEmpty else { return nil }
      folder = Files.folder(of: folder)
    }
  }

  /// Reads and checks a file.
  package init(path: String) throws {
    let bytes = try Files.read(path, limit: ConfigurationFile.limit)
    self = try ConfigurationFile(path: path, bytes: bytes)
  }

  /// Checks the content of a file.
  package init(path: String, bytes: [UInt8]) throws {
    self.path = path
    let folder = Files.folder(of: path)
    let name = String(path[path.index(after: path.lastIndex(of: "/") ?? path.startIndex)...])
    let root = try YAML.parse(bytes, file: name, exitStatus: .configuration)
    var redaction = RedactionConfiguration()
    targets = try DocumentReader.read(root, file: name) { file in
      if let version = file.required("version", { file.integer($0) }), version != 1 {
        file.report("version \(version) is not known; this program reads version 1")
      }
      let targets = file.required("targets") { key in
        file.mappings(key) { name, target in TargetReader(folder: folder).target(TargetName(name), target) }
      }
      redaction = file.mapping("redaction") { RedactionConfiguration($0) } ?? redaction
      if let targets, targets.isEmpty, file.node("targets")?.mapping?.entries.isEmpty == true {
        file.report("'targets' names no target")
      }
      return targets
    }
    self.redaction = redaction
    secrets = SecretReferences.all(in: root, folder: folder)
  }

  /// The target of a name, or the only one when none is given.
  package func target(_ name: TargetName?) throws -> TargetConfiguration {
    let known = targets.map(\.name)
    guard let name else {
      guard targets.count == 1 else { throw ConfigurationFailure.targetNotNamed(known: known, file: path) }
      return targets[0]
    }
    guard let target = targets.first(where: { $0.name == name }) else {
      let nearest = nearestName(to: name.rawValue, among: known.map(\.rawValue))
      throw ConfigurationFailure.unknownTarget(
        name, known: known, nearest: nearest.map { TargetName($0) }, file: path)
    }
    return target
  }
}
