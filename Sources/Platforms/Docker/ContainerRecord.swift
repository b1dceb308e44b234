package import Machine
package import Vocabulary

import Documents

/// What `docker inspect` or `podman inspect` says of one container.
package struct ContainerRecord: Hashable, Sendable {
  /// The engine's id of it, and its name.
  package let id, name: String
  /// The id of its image, by which the same can be started again when its tag has moved.
  package let image: String
  let labels: [String: String]
  let createdAt: Timestamp?
  /// The command of its process 1, with its arguments.
  package let command: [String]
  /// The engine's word: `running`, `exited`, …
  package let status: String
  /// Its process 1 as the engine's machine counts; 0: none runs.
  package let pid: Int32
  /// How its process 1 ended, 128 and the number by a signal; 0 also while it runs.
  package let exitCode: Int32?
  /// Whether the kernel killed a process of it for want of memory: any process, not only the first.
  package let isOutOfMemory: Bool
  /// The most memory that it may have, in bytes; nil: all.
  package let memoryLimit: Int64?
  /// Why the engine could not start it; empty: nothing was wrong.
  package let error: String
  /// When its process 1 was last started and ended; nil: it was not.
  package let startedAt, finishedAt: Timestamp?
  /// The word of its health check; nil: the image has none.
  let health: String?
  /// The signal that stops it.
  package let stopSignal: Signal
  /// How long `docker stop` waits; the engine's default is 10 s.
  package let stopTimeout: Duration
  /// How often the engine has started it again; nil: it does not say.
  package let restarts: Int?
  /// The options of `docker run` that give another container its files, user and memory.
  package let likeness: [String]
  /// Its variables; may hold secrets.
  package let environment: [String: String]
  let usesHostNetwork: Bool
  /// Its addresses in the engine's networks.
  let addresses: [String]

  /// The records of an answer: one array; throws `DockerFailure` where it is none.
  ///
  /// What is not as it should be is as if it were not there: labels decide what is sluice's.
  package static func read(_ bytes: [UInt8], from source: String) throws -> [ContainerRecord] {
    let limits = DocumentLimits(bytes: 64 << 20, nodes: 4_000_000)
    guard let all = try? JSON.parse(bytes, file: source, limits: limits).sequence else {
      throw DockerFailure.notUnderstood(source)
    }
    return all.compactMap(ContainerRecord.init)
  }

  /// The stop signal of an image, in an answer about one.
  static func stopSignal(ofImage bytes: [UInt8], from source: String) throws -> Signal {
    guard let image = try? JSON.parse(bytes, file: source).sequence?.first else {
      throw DockerFailure.notUnderstood(source)
    }
    return signal(image["Config"]?["StopSignal"])
  }

  private init?(_ node: Node) {
    guard let id = node["Id"]?.string, !id.isEmpty, let state = node["State"], let status = state["Status"]?.string
    else { return nil }
    self.id = id
    self.status = status
    let name = node["Name"]?.string ?? id
    self.name = name.hasPrefix("/") ? String(name.dropFirst()) : name
    image = node["Image"]?.string ?? ""
    let config = node["Config"]
    labels = Dictionary(
      (config?["Labels"]?.mapping?.entries ?? []).compactMap { entry in
        entry.value.string.map { (entry.key, $0) }
      }, uniquingKeysWith: { first, _ in first })
    createdAt = Self.moment(node["Created"])
    let path = node["Path"]?.string.map { [$0] } ?? []
    command = path + (node["Args"]?.sequence ?? []).compactMap(\.string)
    memoryLimit = node["HostConfig"]?["Memory"]?.integer.flatMap { $0 > 0 ? $0 : nil }
    restarts = node["RestartCount"]?.integer.flatMap { Int(exactly: $0) }
    pid = state["Pid"]?.integer.flatMap { Int32(exactly: $0) } ?? 0
    exitCode = state["ExitCode"]?.integer.flatMap { Int32(exactly: $0) }
    isOutOfMemory = state["OOMKilled"]?.boolean ?? false
    error = state["Error"]?.string ?? ""
    startedAt = Self.moment(state["StartedAt"])
    finishedAt = Self.moment(state["FinishedAt"])
    // podman writes an empty word where there is no check, docker nothing at all or `none`.
    let health = (state["Health"] ?? state["Healthcheck"])?["Status"]?.string
    self.health = health.flatMap { $0.isEmpty || $0 == "none" ? nil : $0 }
    stopSignal = Self.signal(config?["StopSignal"])
    stopTimeout = config?["StopTimeout"]?.integer.map { .seconds($0) } ?? .seconds(10)
    environment = Dictionary(
      (config?["Env"]?.sequence ?? []).compactMap(\.string).compactMap { pair in
        pair.firstIndex(of: "=").map { (String(pair[..<$0]), String(pair[pair.index(after: $0)...])) }
      }, uniquingKeysWith: { $1 })
    likeness = Self.likeness(node)
    usesHostNetwork = node["HostConfig"]?["NetworkMode"]?.string == "host"
    let networks = node["NetworkSettings"]
    let inner = (networks?["Networks"]?.mapping?.entries ?? []).compactMap { $0.value["IPAddress"]?.string }
    addresses = (inner + [networks?["IPAddress"]?.string].compactMap(\.self)).filter { !$0.isEmpty }
  }

  private static func likeness(_ node: Node) -> [String] {
    var options = (node["Mounts"]?.sequence ?? []).compactMap { mount -> String? in
      guard let place = mount["Destination"]?.string else { return nil }
      let isVolume = mount["Type"]?.string == "volume"
      guard let source = mount[isVolume ? "Name" : "Source"]?.string, !source.isEmpty else { return nil }
      return "--volume=\(source):\(place)\(mount["RW"]?.boolean == false ? ":ro" : "")"
    }
    if let user = node["Config"]?["User"]?.string, !user.isEmpty { options.append("--user=\(user)") }
    if let folder = node["Config"]?["WorkingDir"]?.string, !folder.isEmpty { options.append("--workdir=\(folder)") }
    if let memory = node["HostConfig"]?["Memory"]?.integer, memory > 0 { options.append("--memory=\(memory)") }
    return options
  }

  /// Whether its processes run, or may: a word that is not known is no sign of an end.
  package var isAlive: Bool {
    switch status {
    case "created", "configured", "exited", "stopped", "dead": false
    // podman's word between its two steps of a start, and docker's for one whose processes are just being ended.
    case "initialized", "removing": pid > 0
    default: true
    }
  }

  /// Whether it was made and not started, and may still be.
  var isBeforeStart: Bool { ["created", "configured", "initialized"].contains(status) && error.isEmpty && pid == 0 }

  /// The year 1 is how Go writes that there is no moment.
  private static func moment(_ node: Node?) -> Timestamp? {
    guard let text = node?.string, !text.hasPrefix("0001-") else { return nil }
    return Timestamp(text)
  }

  /// `SIGQUIT`, `QUIT`, 3 or "3"; SIGTERM where nothing is said.
  private static func signal(_ node: Node?) -> Signal {
    guard let text = node?.text, !text.isEmpty else { return .terminate }
    if let number = Int32(text) { return number > 0 ? Signal(rawValue: number) : .terminate }
    let name = text.hasPrefix("SIG") ? text : "SIG" + text
    return (1...64).map { Signal(rawValue: Int32($0)) }.first { "\($0)" == name } ?? .terminate
  }
}

extension ContainerRecord {
  /// The labels by which containers are found again.
  enum Label {
    static let target = "sluice.target"
    static let version = "sluice.version"
    static let generation = "sluice.generation"
    static let number = "sluice.number"
    static let instance = "sluice.instance"
  }

  /// The turn that it belongs to; nil: its labels are not sluice's.
  var generation: DockerGeneration? {
    guard let version = labels[Label.version], let id = labels[Label.generation],
      let number = labels[Label.number].flatMap({ Int($0) }), labels[Label.instance] != nil
    else { return nil }
    return DockerGeneration(number: number, id: GenerationID(id), version: VersionName(version))
  }
}

/// One turn of a version as containers, kept nowhere but in their labels.
struct DockerGeneration: Hashable, Sendable {
  /// Its place in the order of starts.
  let number: Int
  /// `v1#2`: the version and the turn.
  let id: GenerationID
  /// The release.
  let version: VersionName
}
