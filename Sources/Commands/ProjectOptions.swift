import CommandLine
import Configuration
import Vocabulary

/// Options that name the LiveKit project to use, as lk's own do.
struct ProjectOptions {
  let url: String?
  let apiKey: String?
  let project: String?

  init(_ arguments: inout Arguments) {
    url = arguments.option(
      "--url", value: .text("URL"), otherwise: "LIVEKIT_URL, else lk's configuration",
      help: "The address of the LiveKit project.")
    apiKey = arguments.option(
      "--api-key", value: .text("KEY"), otherwise: "LIVEKIT_API_KEY",
      help: "Its key; the secret is taken from LIVEKIT_API_SECRET or lk's configuration, never from an option.")
    project = arguments.option("--project", value: .text("NAME"), help: "A project of lk's configuration, by its name.")
  }

  /// Whether a project is named.
  var isGiven: Bool { [url, apiKey, project].contains { $0 != nil } }

  /// What to type to name the same project again.
  var words: [(String, String?)] { [("--url", url), ("--api-key", apiKey), ("--project", project)] }

  /// The same as text, with a space in front of each.
  var text: String { words.compactMap { name, value in value.map { " \(name) \($0)" } }.joined() }

  /// A target with this project in place of the one that sluice.yaml names.
  ///
  /// Throws where nothing of the target is LiveKit's.
  func applied(to target: TargetConfiguration) throws -> TargetConfiguration {
    guard isGiven else { return target }
    var target = target
    var isUsed = false
    if case .livekitCloud(var cloud)? = target.platform {
      (cloud.project, cloud.url, cloud.apiKey) = (project, url, apiKey)
      target.platform = .livekitCloud(cloud)
      isUsed = true
    }
    for index in target.sources.indices {
      guard case .liveKitRooms(var rooms) = target.sources[index] else { continue }
      rooms.project = project
      if let url { rooms.url = .literal(url) }
      if let apiKey { rooms.apiKey = .literal(apiKey) }
      target.sources[index] = .liveKitRooms(rooms)
      isUsed = true
    }
    guard isUsed else { throw ProjectUnused(target: target.name) }
    return target
  }
}

/// A LiveKit project was named for a target that has none.
struct ProjectUnused: Failure {
  let target: TargetName
  var what: String { "target '\(target.rawValue.harmless)' uses no LiveKit project" }
  var why: String? { "neither its platform nor its sessions are LiveKit's" }
  var remedy: String? { "leave --url, --api-key and --project out" }
  var exitStatus: ExitStatus { .usage }
}
