import Documents
import Vocabulary

/// Which version of a package a project's files name, and where.
package struct PackagePin: Hashable, Sendable {
  /// The package, in the spelling of its registry.
  package let package: String
  /// The version or versions.
  package let version: SDKVersionKnowledge
  /// How binding the file is.
  package let strength: Strength
  /// `uv.lock:120`, below the project's folder; an installed package has its folder.
  package let locator: String

  /// How binding a file is for what will be deployed, the least first.
  package enum Strength: Int, Comparable, Sendable {
    /// Installed on this machine: what is deployed may have another.
    case installed
    /// Required within a range.
    case required
    /// Required, and there is only one such version.
    case pinned
    /// Written down by a resolver.
    case locked

    package static func < (left: Strength, right: Strength) -> Bool { left.rawValue < right.rawValue }
  }
}

/// Reads the files in which package managers write versions down.
package struct PackagePins: Sendable {
  /// The packages that matter to a drain.
  package static let names = [AgentSDK.python.rawValue, AgentSDK.node.rawValue, "openrtc"]

  /// What was found, in the order of the files.
  package private(set) var pins: [PackagePin] = []
  /// Files that should say it and could not be read, with the reason.
  package private(set) var unreadable: [String] = []

  /// Reads a project: the folder's own files, those below where it has none, and what is installed beside them.
  package init(_ files: ProjectFiles) {
    let own = files.paths.filter { !$0.contains("/") }
    for path in own { read(path, files) }
    if pins.isEmpty { for path in files.paths where path.contains("/") { read(path, files) } }
    pins += Installed.pins(files)
  }

  /// What is known of a package's version: by the most binding files, joined where those differ; nil: nothing.
  package func version(of package: String) -> (version: SDKVersionKnowledge, pins: [PackagePin])? {
    let mine = pins.filter { $0.package == package }
    guard let strongest = mine.map(\.strength).max() else { return nil }
    let binding = mine.filter { $0.strength == strongest }
    let exact = binding.compactMap { if case .exact(let version) = $0.version { version } else { nil } }
    if exact.count == binding.count, let least = exact.min(), let most = exact.max() {
      let isOne = least == most
      return (isOne ? .exact(least) : .range(VersionRange(from: least, below: most.raised(at: 2))), binding)
    }
    let ranges = binding.compactMap { if case .range(let range) = $0.version { range } else { nil } }
    // Requirements of one project hold together; those that contradict each other belong to different programs.
    let joined = ranges.dropFirst().reduce(ranges.first) { $0?.intersection($1) }
    return (.range(joined ?? .all), binding)
  }

  private mutating func read(_ path: String, _ files: ProjectFiles) {
    guard let reader = PackagePins.reader(of: path) else { return }
    guard let bytes = files.bytes(path) else {
      unreadable.append("\(path): it cannot be read, or is longer than 32 MiB")
      return
    }
    do {
      pins += try reader(bytes, path)
    } catch {
      unreadable.append((error as? any Failure).map { $0.what } ?? "\(path): \(error)".harmless)
    }
  }

  /// One file name of each kind that is read.
  package static let fileNames = [
    "uv.lock", "Pipfile.lock", "pyproject.toml", "package-lock.json", "package.json", "pnpm-lock.yaml", "yarn.lock",
    "bun.lock", "requirements.txt", "Dockerfile",
  ]

  /// What the bytes of one file name; nothing where they cannot be read.
  package static func read(_ bytes: [UInt8], as path: String) -> [PackagePin] {
    (try? reader(of: path)?(bytes, path)) ?? []
  }

  typealias Reader = @Sendable ([UInt8], String) throws -> [PackagePin]

  private static func reader(of path: String) -> Reader? {
    let name = ProjectFiles.name(of: path)
    return switch name {
    case "uv.lock", "poetry.lock", "pdm.lock", "pylock.toml": LockText.tables
    case "Pipfile.lock": JSONPins.pipfileLock
    case "pyproject.toml", "Pipfile": TOMLPins.read
    case "package-lock.json", "npm-shrinkwrap.json": JSONPins.packageLock
    case "package.json": JSONPins.package
    case "pnpm-lock.yaml", "yarn.lock", "bun.lock": LockText.node
    case _ where name.hasSuffix(".txt") && (path.contains("requirements") || path.contains("constraints")):
      RequirementLines.read
    case _ where name.hasPrefix("Dockerfile") || name.hasSuffix(".dockerfile") || name.hasPrefix("Containerfile"):
      RequirementLines.dockerfile
    default: nil
    }
  }

  /// A pin of one of the packages that matter; nil for any other.
  static func pin(
    _ name: some StringProtocol, _ version: some StringProtocol, _ locator: String, locked: Bool, npm: Bool = false
  ) -> PackagePin? {
    let normal = npm ? String(name) : PackagePins.normal(name)
    guard names.contains(normal) else { return nil }
    if locked {
      guard let version = PackageVersion(version) else { return nil }
      return PackagePin(package: normal, version: .exact(version), strength: .locked, locator: locator)
    }
    let requirement = VersionRequirement(version, npm: npm)
    return PackagePin(
      package: normal, version: requirement.exact.map { .exact($0) } ?? .range(requirement.range),
      strength: requirement.exact == nil ? .required : .pinned, locator: locator)
  }

  /// A Python package's name as registries compare it (PEP 503).
  static func normal(_ name: some StringProtocol) -> String {
    name.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
  }
}

/// Requirements as pip reads them, a line each.
enum RequirementLines {
  static func read(_ bytes: [UInt8], _ path: String) -> [PackagePin] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .compactMap { number, line in pin(line, at: "\(path):\(number + 1)") }
  }

  /// What a Dockerfile installs by name: `RUN pip install 'livekit-agents[openai]~=1.2'`.
  static func dockerfile(_ bytes: [UInt8], _ path: String) -> [PackagePin] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .flatMap { number, line -> [PackagePin] in
        guard !line.trimmed.hasPrefix("#") else { return [] }
        return line.split { " \t\"'".contains($0) }.compactMap { word in
          guard let at = word.dropFirst().lastIndex(of: "@"), word.hasPrefix("@") else {
            return pin(word, at: "\(path):\(number + 1)")
          }
          return PackagePins.pin(
            word[..<at], word[word.index(after: at)...], "\(path):\(number + 1)", locked: false, npm: true)
        }
      }
  }

  /// One requirement: `livekit-agents[openai,silero]~=1.2 ; python_version < "3.14"  # why`.
  static func pin(_ line: some StringProtocol, at locator: String) -> PackagePin? {
    let text = line.prefix { $0 != "#" && $0 != ";" && $0 != "\\" }.trimmed
    guard text.first?.isLetter == true else { return nil }
    let name = text.prefix { $0.isLetter || $0.isNumber || "-_.".contains($0) }
    var rest = text.dropFirst(name.count).trimmed
    if rest.first == "[" { rest = rest.drop { $0 != "]" }.dropFirst().trimmed }
    if rest.first == "(" { rest = rest.dropFirst().prefix { $0 != ")" } }
    if let options = rest.firstRange(of: " --") { rest = rest[..<options.lowerBound] }
    guard rest.isEmpty || "=<>~!@".contains(rest[rest.startIndex]) else { return nil }
    // A requirement by address names no version that can be told.
    return PackagePins.pin(name, rest.first == "@" ? "" : rest, locator, locked: false)
  }
}

/// pyproject.toml and Pipfile.
enum TOMLPins {
  static func read(_ bytes: [UInt8], _ path: String) throws -> [PackagePin] {
    let root = try TOML.parse(bytes, file: path)
    var lists: [Node?] = [root["project"]?["dependencies"]]
    for groups in [root["project"]?["optional-dependencies"], root["dependency-groups"]] {
      lists += groups?.mapping?.entries.map(\.value) ?? []
    }
    var pins = lists.compactMap(\.self).flatMap { $0.sequence ?? [] }.compactMap { node in
      node.string.flatMap { RequirementLines.pin($0, at: "\(path):\(node.mark.line)") }
    }
    let poetry = root["tool"]?["poetry"]
    var tables: [Node?] = [poetry?["dependencies"], root["packages"]]
    tables += poetry?["group"]?.mapping?.entries.map { $0.value["dependencies"] } ?? []
    for entry in tables.compactMap(\.self).flatMap({ $0.mapping?.entries ?? [] }) {
      let version = entry.value.string ?? entry.value["version"]?.string ?? ""
      if let pin = PackagePins.pin(entry.key, version, "\(path):\(entry.keyMark.line)", locked: false) {
        pins.append(pin)
      }
    }
    return pins
  }
}

/// The files of npm and pipenv.
enum JSONPins {
  static func pipfileLock(_ bytes: [UInt8], _ path: String) throws -> [PackagePin] {
    let root = try JSON.parse(bytes, file: path)
    return ["default", "develop"].flatMap { root[$0]?.mapping?.entries ?? [] }.compactMap { entry in
      entry.value["version"]?.string.flatMap {
        PackagePins.pin(entry.key, $0.drop { $0 == "=" }, "\(path):\(entry.keyMark.line)", locked: true)
      }
    }
  }

  static func packageLock(_ bytes: [UInt8], _ path: String) throws -> [PackagePin] {
    let root = try JSON.parse(bytes, file: path, limits: DocumentLimits(bytes: 32 << 20))
    let entries = ["packages", "dependencies"].flatMap { root[$0]?.mapping?.entries ?? [] }
    let pins = entries.compactMap { entry -> PackagePin? in
      let name =
        entry.key.ranges(of: "node_modules/").last.map { entry.key[$0.upperBound...] } ?? entry.key[...]
      return entry.value["version"]?.string.flatMap {
        PackagePins.pin(name, $0, "\(path):\(entry.keyMark.line)", locked: true, npm: true)
      }
    }
    return Array(pins.prefix(8))
  }

  static func package(_ bytes: [UInt8], _ path: String) throws -> [PackagePin] {
    let root = try JSON.parse(bytes, file: path)
    return ["dependencies", "peerDependencies", "optionalDependencies", "devDependencies"]
      .flatMap { root[$0]?.mapping?.entries ?? [] }.compactMap { entry in
        entry.value.string.flatMap {
          PackagePins.pin(entry.key, $0, "\(path):\(entry.keyMark.line)", locked: false, npm: true)
        }
      }
  }
}

/// Lock files that a program wrote in a fixed layout, read line by line: they may be long.
enum LockText {
  /// `[[package]]` tables of uv, poetry, pdm and PEP 751.
  static func tables(_ bytes: [UInt8], _ path: String) -> [PackagePin] {
    var pins: [PackagePin] = []
    var name: Substring?
    for (number, line) in lines(bytes) {
      if line.hasPrefix("[") { name = nil }
      if let value = value(of: "name", in: line) { name = value }
      guard let version = value(of: "version", in: line), let package = name else { continue }
      if let pin = PackagePins.pin(package, version, "\(path):\(number)", locked: true) { pins.append(pin) }
      name = nil
    }
    return pins
  }

  /// `'@livekit/agents@1.2.3(zod@3)':` of pnpm, `"@livekit/agents@^1.2.0":` and `version "1.2.3"` of yarn, bun's
  /// entries.
  static func node(_ bytes: [UInt8], _ path: String) -> [PackagePin] {
    let name = AgentSDK.node.rawValue
    var pins: [PackagePin] = []
    var isOpen = false
    for (number, line) in lines(bytes) {
      let text = line.trimmed
      if isOpen, text.hasPrefix("version") {
        isOpen = false
        let version = text.dropFirst("version".count).drop { ": \"".contains($0) }.prefix { $0 != "\"" }
        if let pin = PackagePins.pin(name, version, "\(path):\(number)", locked: true, npm: true) { pins.append(pin) }
      }
      guard let found = path.hasSuffix("bun.lock") ? text.ranges(of: name).last : text.firstRange(of: name) else {
        isOpen = isOpen && !text.isEmpty
        continue
      }
      let before = text[..<found.lowerBound]
      guard before.allSatisfy({ "'\"/".contains($0) }) || before.hasSuffix("[\"") else { continue }
      let after = text[found.upperBound...]
      guard let mark = after.first, mark == "@" || mark == "/" else { continue }
      let version = after.dropFirst().prefix { !"('\":,_ ".contains($0) }
      if let pin = PackagePins.pin(name, version, "\(path):\(number)", locked: true, npm: true) {
        // A range that yarn resolves below names no version yet.
        if version.first?.isNumber == true, !path.hasSuffix("yarn.lock") { pins.append(pin) }
      }
      isOpen = path.hasSuffix("yarn.lock")
    }
    var seen: Set<SDKVersionKnowledge> = []
    return pins.filter { seen.insert($0.version).inserted }
  }

  private static func lines(_ bytes: [UInt8]) -> [(number: Int, text: Substring)] {
    String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { ($0.offset + 1, $0.element) }
  }

  private static func value(of key: String, in line: Substring) -> Substring? {
    guard line.hasPrefix(key) else { return nil }
    let rest = line.dropFirst(key.count).trimmed
    guard rest.first == "=" else { return nil }
    let quoted = rest.dropFirst().trimmed
    guard let quote = quoted.first, quote == "\"" || quote == "'" else { return nil }
    return quoted.dropFirst().prefix { $0 != quote }
  }
}
