package import Vocabulary

/// What keeps a configuration from being used.
package enum ConfigurationFailure: Failure, Hashable {
  /// No sluice.yaml in this folder or above it.
  case fileMissing(searchedFrom: String)
  /// The file that was named is not there.
  case namedFileMissing(String)
  /// The file has no such target.
  case unknownTarget(TargetName, known: [TargetName], nearest: TargetName?, file: String)
  /// The file has several targets and none was named.
  case targetNotNamed(known: [TargetName], file: String)
  /// A variable that a value is in is not set.
  case variableMissing(String)
  /// The target has no platform that could do this.
  case noPlatform(TargetName, action: String)
  /// `worker-http` without instances needs a platform that finds them.
  case noEndpoints(TargetName)
  /// Neither a platform nor a session source: nothing can be seen.
  case nothingToSee(TargetName)
  /// Webhooks are asked for and no source takes them.
  case nothingToListenFor(TargetName)

  package var what: String {
    switch self {
    case .fileMissing: "there is no sluice.yaml"
    case .namedFileMissing(let path): "the configuration '\(path.harmless)' is not there"
    case .unknownTarget(let target, _, _, let file):
      "'\(file.harmless)' has no target '\(target.rawValue.harmless)'"
    case .targetNotNamed(_, let file): "'\(file.harmless)' has several targets and none was named"
    case .variableMissing(let name): "the variable '\(name.harmless)' is not set"
    case .noPlatform(let target, let action): "target '\(target.rawValue.harmless)' cannot \(action)"
    case .noEndpoints(let target): "'worker-http' of target '\(target.rawValue.harmless)' lists no instance"
    case .nothingToListenFor(let target): "target '\(target.rawValue.harmless)' has no source that takes webhooks"
    case .nothingToSee(let target): "target '\(target.rawValue.harmless)' has no platform and no session source"
    }
  }

  package var why: String? {
    switch self {
    case .fileMissing(let folder): "looked in '\(folder.harmless)' and every folder above it"
    case .namedFileMissing, .nothingToSee, .nothingToListenFor: nil
    case .unknownTarget(_, let known, _, _), .targetNotNamed(let known, _):
      "its targets are \(known.map { "'\($0.rawValue.harmless)'" }.joined(separator: ", "))"
    case .variableMissing: "a value in sluice.yaml is taken from it"
    case .noEndpoints: "its platform is 'none', which finds none either"
    case .noPlatform: "its platform is 'none': somebody else deploys it"
    }
  }

  package var remedy: String? {
    switch self {
    case .fileMissing: "name one with --config, or try 'sluice rehearse', which needs none"
    case .namedFileMissing: "check the path after --config"
    case .unknownTarget(_, _, let nearest, _):
      nearest.map { "did you mean --target \($0.rawValue.harmless)?" } ?? "name one of them with --target"
    case .targetNotNamed: "name one of them with --target"
    case .variableMissing(let name): "set it: export \(name.harmless)=…"
    case .noPlatform: "follow its rollout with 'sluice verify-cutover --to VERSION'"
    case .noEndpoints: "list them: worker-http: { instances: [ { name, url, version } ] }"
    case .nothingToSee: "add one under 'sessions'"
    case .nothingToListenFor: "add 'livekit-rooms' under 'sessions', or leave out --listen"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .namedFileMissing: .missingInput
    default: .configuration
    }
  }
}
