import Documents
import Vocabulary

/// The stop deadlines that a project's platform files give the agent.
struct PlatformDeadlines {
  /// One clock for each file that starts something.
  private(set) var layers: [DrainLayer] = []
  /// Files that could not be read, with the reason.
  private(set) var unreadable: [String] = []

  /// Reads compose files, Kubernetes manifests, systemd units, fly.toml, Nomad jobs and ECS task definitions.
  init(_ files: ProjectFiles) {
    for path in files.paths {
      guard let kind = Kind(of: path, files) else { continue }
      do {
        layers += try kind.starts("\(files.root)/\(path)", files, path).flatMap { start in
          start.deadline.map { [PlatformDeadlines.layer($0, of: start, kind, files, path)] } ?? []
        }
      } catch {
        unreadable.append((error as? any Failure)?.what ?? "\(path): \(error)".harmless)
      }
    }
  }

  private static func layer(
    _ found: PlatformStart.Deadline, of start: PlatformStart, _ kind: Kind, _ files: ProjectFiles, _ path: String
  ) -> DrainLayer {
    let name = kind.rawValue + (start.name.isEmpty ? "" : " '\(start.name)'")
    let deadline: DrainClock
    switch found {
    case .known(let clock): deadline = clock
    case .unknown(let controls, let written, let place):
      return DrainLayer(
        name: name, window: .unknown("'\(written)' is filled in when it is deployed"), controls: controls,
        origin: shown(place.description, files), side: .outer)
    }
    let origin = shown(deadline.origin, files)
    let isDefault = origin == "default"
    var window = deadline.limit.map { DrainLayer.Window.limit($0) } ?? .unlimited
    // What the platform fills in when it reads the file is not in the file.
    if let text = line(at: origin, files), text.contains("${") || text.contains("{{") {
      window = .unknown("'\(text.trimmed)' is filled in when it is deployed")
    }
    let place = shown(start.place.description, files)
    let isWaiting = start.preStop != nil && !deadline.name.contains("preStop")
    return DrainLayer(
      name: name, window: window,
      controls: deadline.name + (isWaiting ? ", of which preStop takes its time" : ""),
      origin: isDefault ? "default (\(place))" : origin, side: .outer)
  }

  /// A place below the project's folder.
  private static func shown(_ text: String, _ files: ProjectFiles) -> String {
    text.replacing(files.root + "/", with: "")
  }

  private static func line(at origin: String, _ files: ProjectFiles) -> Substring? {
    guard let place = FindingPlace(locator: String(origin.prefix { $0 != "," })), let number = place.line,
      let text = files.text(place.path)
    else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.indices.contains(number - 1) ? lines[number - 1] : nil
  }

  /// What kind of file a platform reads.
  private enum Kind: String {
    case compose = "Compose"
    case kubernetes = "Kubernetes"
    case cloudRun = "Cloud Run"
    case systemd
    case fly = "Fly.io"
    case nomad = "Nomad"
    case ecs = "ECS"

    init?(of path: String, _ files: ProjectFiles) {
      let name = ProjectFiles.name(of: path)
      let isYAML = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
      switch name {
      case "fly.toml": self = .fly
      case _ where isYAML && (name.hasPrefix("compose.") || name.hasPrefix("docker-compose.")): self = .compose
      case _ where name.hasSuffix(".service"): self = .systemd
      case _ where name.hasSuffix(".nomad") || name.hasSuffix(".nomad.hcl"): self = .nomad
      case _ where isYAML:
        guard let text = files.text(path), text.utf8.count < 4 << 20, text.contains("apiVersion:"),
          text.contains("containers:")
        else { return nil }
        self = text.contains("serving.knative.dev") ? .cloudRun : .kubernetes
      case _ where name.hasSuffix(".json"):
        guard let text = files.text(path), text.utf8.count < 1 << 20, text.contains("\"containerDefinitions\"") else {
          return nil
        }
        self = .ecs
      default: return nil
      }
    }

    /// What looks most like an agent among all that the file starts.
    func starts(_ absolute: String, _ files: ProjectFiles, _ path: String) throws -> [PlatformStart] {
      let bytes = files.bytes(path) ?? []
      switch self {
      case .compose: return [try ComposeFile.starts(absolute).chosen(named: nil, in: path)]
      case .systemd: return [try SystemdUnit.start(absolute)]
      case .fly: return [try FlyConfiguration.starts(bytes, file: path).chosen(named: nil, in: path)]
      case .nomad: return [try NomadJob.starts(bytes, file: path).chosen(named: nil, in: path)]
      case .ecs:
        return [try ECSTaskDefinition.starts(JSON.parse(bytes, file: path), file: path).chosen(named: nil, in: path)]
      case .kubernetes:
        let starts = try KubernetesManifest.starts(YAML.parseAll(bytes, file: path), file: path)
        return starts.isEmpty ? [] : [try starts.chosen(named: nil, in: path)]
      case .cloudRun:
        var start = PlatformStart(name: "", kind: "Cloud Run service", place: Place(file: path, line: 1))
        start.deadline = .known(
          DrainClock(name: "nothing: Cloud Run's own limit", limit: .seconds(10), origin: "default"))
        return [start]
      }
    }
  }
}
