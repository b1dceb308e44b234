import Vocabulary

/// One setting of an agent's server, as its source or command line gives it.
package struct ServerSetting: Hashable, Sendable {
  /// Which.
  package let name: Name
  /// Its value.
  package let value: Value
  /// Where it is written.
  package let place: Place
  /// What sets it: `AgentServer`, `--drain-timeout`.
  package let setBy: String

  /// A setting.
  package init(_ name: Name, _ value: Value, at place: Place, setBy: String) {
    self.name = name
    self.value = value
    self.place = place
    self.setBy = setBy
  }

  /// The settings that bear on a drain.
  package enum Name: String, Hashable, Sendable, CaseIterable {
    case drainTimeout = "drain_timeout"
    case shutdownProcessTimeout = "shutdown_process_timeout"
    case sessionEndTimeout = "session_end_timeout"
  }

  /// A value in the source.
  package enum Value: Hashable, Sendable {
    /// A number that the source gives; zero or `None` is no limit.
    case seconds(Double)
    /// Something that only running the program tells, as it is written.
    case notLiteral(String)
  }

  /// The clock that it sets.
  var window: DrainLayer.Window {
    switch value {
    case .seconds(let seconds) where seconds > 0: .limit(Duration(seconds: seconds))
    case .seconds: .unlimited
    case .notLiteral(let text): .unknown("'\(text.prefix(60))' is known only when it runs")
    }
  }

  /// The value as a duration; nil where it is not known or unlimited.
  var duration: Duration? { window.limit }
}

/// What the source of an agent says of its server.
package struct ServerSettings: Sendable {
  /// The settings found, in the order of the files.
  package internal(set) var settings: [ServerSetting] = []
  /// Where an agent's server is made, and with what: `AgentServer`, `WorkerOptions`, `AgentPool`, `ServerOptions`.
  package internal(set) var servers: [(name: String, sdk: AgentSDK, place: Place)] = []
  /// What could not be read.
  package internal(set) var troubles: [String] = []

  /// Reads the Python, JavaScript and TypeScript of a project; tests are passed over.
  package init(_ files: ProjectFiles) {
    for path in files.paths where !ServerSettings.isTest(path) {
      let suffix = ProjectFiles.name(of: path).split(separator: ".").last.map(String.init) ?? ""
      let isPython = suffix == "py"
      guard isPython || ["js", "mjs", "cjs", "ts", "mts", "cts"].contains(suffix), let bytes = files.bytes(path) else {
        continue
      }
      guard bytes.count <= ServerSettings.longest else {
        troubles.append("\(path.harmless) is longer than 1 MiB and was not read")
        continue
      }
      // Only a file that names one of these can set anything.
      let text = String(decoding: bytes, as: UTF8.self)
      let words = isPython ? PythonServerSettings.words : NodeServerSettings.words
      guard words.contains(where: { text.contains($0) }) else { continue }
      let found = isPython ? PythonServerSettings.read(bytes, path) : NodeServerSettings.read(text, path)
      settings += found.settings
      servers += found.servers
    }
  }

  /// Reads one file of JavaScript or TypeScript.
  package init(javaScript bytes: [UInt8], file: String) {
    let found = NodeServerSettings.read(String(decoding: bytes, as: UTF8.self), file)
    (settings, servers) = (found.settings, found.servers)
  }

  private static let longest = 1 << 20

  private static func isTest(_ path: String) -> Bool {
    path.split(separator: "/").contains { $0 == "tests" || $0 == "test" || $0 == "__tests__" || $0.hasPrefix("test_") }
  }

  /// Whether an OpenRTC pool is made.
  package var usesOpenRTC: Bool { servers.contains { $0.name == "AgentPool" } }
}

/// What one file says.
struct FileSettings {
  var settings: [ServerSetting] = []
  var servers: [(name: String, sdk: AgentSDK, place: Place)] = []
}

/// Settings in Python: arguments of the calls that make or change a server, and assignments to its attributes.
enum PythonServerSettings {
  static let words = ["AgentServer", "WorkerOptions", "AgentPool", "ServerOptions", "drain_timeout"]

  private static let makers: Set<String> = ["AgentServer", "WorkerOptions", "ServerOptions", "AgentPool"]

  static func read(_ bytes: [UInt8], _ path: String) -> FileSettings {
    let module = PythonModule(bytes)
    var found = FileSettings()
    for call in module.allCalls {
      let name = (module.qualifiedName(of: call) ?? "").split(separator: ".").last.map(String.init) ?? ""
      let isMaker = makers.contains(name)
      if isMaker { found.servers.append((name, .python, Place(file: path, line: call.line))) }
      var isSet = false
      for argument in call.arguments {
        guard let setting = argument.name.flatMap(ServerSetting.Name.init) else { continue }
        isSet = isSet || setting == .drainTimeout
        found.settings.append(
          ServerSetting(
            setting, value(of: argument.value, in: module), at: Place(file: path, line: argument.value.line),
            setBy: name))
      }
      // `WorkerOptions(**options)`: whether it sets the timeout cannot be seen.
      if isMaker, !isSet, call.hasSpread {
        found.settings.append(
          ServerSetting(
            .drainTimeout, .notLiteral(module.excerpt(call.line)), at: Place(file: path, line: call.line), setBy: name))
      }
    }
    for statement in module.allStatements {
      guard case .assignment(let targets, _, let value?) = statement.kind else { continue }
      for case .attribute(_, let name) in targets.map(\.kind) {
        guard let setting = ServerSetting.Name(rawValue: name) else { continue }
        found.settings.append(
          ServerSetting(
            setting, self.value(of: value, in: module), at: Place(file: path, line: statement.line),
            setBy: "an attribute"))
      }
    }
    return found
  }

  private static func value(of expression: PythonExpression, in module: PythonModule) -> ServerSetting.Value {
    if let number = module.number(of: expression) { return .seconds(number) }
    if case .constant("None") = expression.kind { return .seconds(0) }
    // `ServerEnvOption(dev_default=0, prod_default=1800)`: production is what is deployed.
    if let call = expression.call, call.function.dottedName?.hasSuffix("ServerEnvOption") == true,
      let number = call.argument("prod_default").flatMap({ module.number(of: $0) })
    {
      return .seconds(number)
    }
    return .notLiteral(module.excerpt(expression.line))
  }
}
