import Machine
import Vocabulary

/// What a platform's file says of how one container or process is started and stopped; what it leaves open is the image's.
struct PlatformStart: Sendable {
  /// Words with the place that they are written at.
  struct Command: Sendable {
    var words: [Word]
    var place: Place
  }

  /// How its image is built.
  struct Build: Sendable {
    /// The context's folder, as the program reaches it.
    var context: String
    /// The Dockerfile, as the program reaches it; nil for the context's own.
    var dockerfile: String?
    /// The Dockerfile's text when it is written in the platform's file.
    var inline: String?
    var stage: String?
    var arguments: [String: String] = [:]
  }

  /// What the platform's file calls it: `agent`.
  var name: String
  /// What kind of thing has that name: `compose service`, `container`, `unit`.
  var kind: String
  /// Where it is written.
  var place: Place
  /// Replaces the image's entrypoint, and empties its command; nil leaves it.
  var entrypoint: Command?
  /// Replaces the image's command; nil leaves it.
  var command: Command?
  /// What is set beside the image's environment.
  var environment: [String: Word] = [:]
  var workingDirectory: String?
  var stopSignal: (text: String, place: Place)?
  /// When the platform kills what is left.
  var deadline: Deadline?
  var hasInit = false
  var delivery = EntryCommand.Delivery.mainProcess
  var preStop: EntryCommand.PreStop?
  /// The image's name.
  var image: String?
  var build: Build?
  /// Whether nothing of an image is used: the command runs on the host.
  var isOnHost = false
  /// How the platform's way of stopping outranks what the processes would do; nil where it does not.
  var override: Override?
  var notes: [String] = []
  var findings: [Finding] = []

  /// When a platform kills what is left.
  enum Deadline: Sendable {
    case known(DrainClock)
    /// It is set to what only the platform knows: `${GRACE}`, `{{ .Values.grace }}`. The clock's name, and what is written.
    case unknown(String, written: String, place: Place)
  }

  /// A file that the command needs and that the context may not have.
  var file: (at: String, file: ImageFile)?

  /// A way of stopping that decides by itself.
  struct Override: Sendable {
    let outcome: SignalVerdict.Outcome
    let why: String
    let place: Place
  }

  /// How likely this is the agent, among its neighbours: what is built here and is called or started like one.
  var likeness: Int {
    var points = 0
    let name = name.lowercased()
    if ["agent", "worker", "bot", "voice"].contains(where: name.contains) { points += 4 }
    let line = ((entrypoint?.words ?? []) + (command?.words ?? [])).commandLine.lowercased()
    if line.contains("agent") { points += 4 }
    if line.hasSuffix(" start") || line.contains(" start ") { points += 2 }
    if build != nil || isOnHost { points += 3 }
    if let image {
      let base = BaseImages.split(image).name
      if Self.others.contains(where: { base == $0 || base.hasSuffix("/" + $0) }) { points -= 10 }
      if base.contains("agent") { points += 3 }
    }
    return points
  }

  /// Images that are surely not a user's agent.
  private static let others: Set = [
    "redis", "postgres", "mysql", "mariadb", "mongo", "nginx", "traefik", "caddy", "rabbitmq", "livekit-server",
    "egress",
    "ingress", "sip", "grafana", "prometheus", "otel-collector", "opentelemetry-collector-contrib", "jaeger",
    "valkey", "memcached", "envoy", "cloud-sql-proxy", "fluent-bit", "datadog-agent", "agent:datadog", "minio",
    "qdrant",
  ]
}

extension [PlatformStart] {
  /// The one of a name, or the one that looks most like an agent; the others' names when several look alike.
  ///
  /// Throws when there is none of the name, or none at all.
  func chosen(named name: String?, in file: String) throws(EntryFailure) -> PlatformStart {
    if let name {
      guard let start = first(where: { $0.name == name }) else {
        throw .noSuchService(name, file: file, names: map(\.name))
      }
      return start
    }
    guard var best = self.max(by: { $0.likeness < $1.likeness }) else { throw .nothingToStart(file: file) }
    // Of equals the first that is written.
    best = first { $0.likeness == best.likeness } ?? best
    let others = filter { $0.name != best.name }.map(\.name)
    if !others.isEmpty {
      best.notes.append(
        "'\(best.name)' is taken for the agent among \(count) in \(file); --service names another: "
          + others.prefix(8).joined(separator: ", "))
    }
    return best
  }
}

/// Files that say nothing of an entry command.
enum EntryFailure: Failure, Equatable {
  case nothingFound(folder: String)
  case noSuchService(String, file: String, names: [String])
  case nothingToStart(file: String)
  case circle(file: String, names: [String])
  case notText(file: String)
  case unknownManifest(file: String)
  case noEntry(file: String, image: String?)
  case missingFile(String, from: String)

  package var what: String {
    switch self {
    case .nothingFound(let folder): "there is no Dockerfile and no platform's file in '\(folder.harmless)'"
    case .noSuchService(let name, let file, _): "there is no '\(name.harmless)' in \(file.harmless)"
    case .nothingToStart(let file): "\(file.harmless) starts nothing"
    case .circle(let file, let names):
      "\(file.harmless): these extend each other in a circle: \(names.map(\.harmless).joined(separator: ", "))"
    case .notText(let file): "\(file.harmless) is not text"
    case .unknownManifest(let file): "\(file.harmless) is no manifest that is known"
    case .noEntry(let file, let image):
      "\(file.harmless) starts what the image \(image.map { "'\($0.harmless)' " } ?? "")brings along, and that is not known"
    case .missingFile(let path, let from): "'\(path.harmless)', which \(from.harmless) names, is not there"
    }
  }

  package var why: String? {
    guard case .noSuchService(_, _, let names) = self, !names.isEmpty else { return nil }
    return "there are: \(names.map(\.harmless).joined(separator: ", "))"
  }

  package var remedy: String? {
    switch self {
    case .nothingFound: "name one: --dockerfile, --compose, --manifest, --unit, --procfile or --supervisord"
    case .noSuchService, .circle, .notText: nil
    case .nothingToStart: "name the file that starts the agent"
    case .unknownManifest:
      "Kubernetes YAML, a Nomad job, fly.toml and an ECS task definition are read"
    case .noEntry: "name the image's Dockerfile with --dockerfile"
    case .missingFile: "check the path; it is taken from the file that names it"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .nothingFound, .missingFile: .missingInput
    case .noSuchService: .usage
    case .nothingToStart, .circle, .notText, .unknownManifest, .noEntry: .badInput
    }
  }
}
