import Documents
import Machine

/// What is installed beside a project on this machine.
enum Installed {
  /// Packages of the project's virtual environment and its node_modules.
  static func pins(_ files: ProjectFiles) -> [PackagePin] {
    var pins: [PackagePin] = []
    for environment in [".venv", "venv", "env"] {
      let library = "\(files.root)/\(environment)/lib"
      for python in list(library) where python.hasPrefix("python3") {
        let packages = "\(environment)/lib/\(python)/site-packages"
        for name in list("\(files.root)/\(packages)") where name.hasSuffix(".dist-info") {
          // `livekit_agents-1.8.9.dist-info`
          let parts = name.dropLast(".dist-info".count).split(separator: "-")
          guard parts.count == 2, let version = PackageVersion(parts[1]) else { continue }
          let package = PackagePins.normal(parts[0])
          guard PackagePins.names.contains(package) else { continue }
          pins.append(
            PackagePin(package: package, version: .exact(version), strength: .installed, locator: "\(packages)/\(name)")
          )
        }
      }
    }
    let path = "node_modules/\(AgentSDK.node.rawValue)/package.json"
    if let bytes = files.bytes(path), let root = try? JSON.parse(bytes, file: path), let node = root["version"],
      let version = node.string.flatMap({ PackageVersion($0) })
    {
      pins.append(
        PackagePin(
          package: AgentSDK.node.rawValue, version: .exact(version), strength: .installed,
          locator: "\(path):\(node.mark.line)"))
    }
    return pins
  }

  /// Nothing is installed where there is no such folder.
  private static func list(_ folder: String) -> [String] { ((try? Files.list(folder)) ?? []).sorted() }
}
