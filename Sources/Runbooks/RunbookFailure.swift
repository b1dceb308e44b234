package import Cutover
package import Vocabulary

/// What keeps a procedure from its end.
package enum RunbookFailure: Failure, Hashable {
  /// A step took longer than it may.
  case stepTimedOut(StepID, after: Duration)
  /// The incoming version did not serve within the warm-up; the old ones were not told to drain.
  /// `instances` are those that do not serve, each in words.
  case neverServed(
    VersionName, after: Duration, keeps: [VersionName], drainedBy: Rollout.Drainer = .sluice, instances: [String] = [])
  /// The verdict was there before the outgoing versions were told to drain: the incoming one fails its first sessions.
  case endedBeforeDrain(Assessment.Verdict, keeps: [VersionName])
  /// The version to go back to serves already.
  case alreadyServing(VersionName)
  /// The platform does not have the version to go back to.
  case unknownVersion(VersionName, known: [VersionName])
  /// There is no version to go back to.
  case noEarlierVersion(TargetName)
  /// No sample was taken.
  case nothingWatched

  package var what: String {
    switch self {
    case .stepTimedOut(let step, let limit): "step '\(step)' took longer than \(limit.text)"
    case .neverServed(let version, let limit, _, _, _): "version '\(name(version))' did not serve within \(limit.text)"
    case .endedBeforeDrain(let verdict, _): "the verdict was \(verdict.rawValue) before anything was told to drain"
    case .alreadyServing(let version): "version '\(name(version))' serves already"
    case .unknownVersion(let version, _): "version '\(name(version))' is not one that can be put back"
    case .noEarlierVersion(let target): "target '\(target.rawValue.harmless)' has no earlier version to go back to"
    case .nothingWatched: "the run ended before anything was watched"
    }
  }

  package var why: String? {
    switch self {
    case .stepTimedOut: nil
    case .neverServed(_, _, let keeps, let drainer, let instances):
      ([instances.isEmpty ? "none of its instances became able to take a session" : shortened(instances)]
        + whatStays(keeps, drainer)).joined(separator: "; ")
    case .endedBeforeDrain(_, let keeps):
      "\(keeps.isEmpty ? "nothing" : keeps.map(name).joined(separator: ", ")) goes on serving; the new instances were "
        + "told to stop"
    case .alreadyServing: "a rollback to it would drain its calls for nothing"
    case .unknownVersion(_, let known):
      known.isEmpty ? "the platform knows no version" : "the platform has \(known.map(name).joined(separator: ", "))"
    case .noEarlierVersion: "only one version was ever started"
    case .nothingWatched: nil
    }
  }

  package var remedy: String? {
    switch self {
    case .stepTimedOut: "look at the run with 'sluice runs show' and try again"
    case .neverServed, .endedBeforeDrain: "read the logs of its instances, named by 'sluice runs show'"
    case .alreadyServing, .unknownVersion: "name another version with --to"
    case .noEarlierVersion: "deploy a version with 'sluice deploy --version V'"
    case .nothingWatched: "run the command again"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .stepTimedOut: .actionFailed
    case .neverServed: .timedOut
    case .endedBeforeDrain(let verdict, _):
      switch verdict {
      case .failed: .failed
      case .timedOut: .timedOut
      case .passed, .inconclusive, .pending, .interrupted, .superseded: .inconclusive
      }
    case .alreadyServing, .unknownVersion, .noEarlierVersion: .actionFailed
    case .nothingWatched: .inconclusive
    }
  }

  var isTimeout: Bool {
    switch self {
    case .stepTimedOut, .neverServed: true
    default: false
    }
  }

  private func shortened(_ instances: [String]) -> String {
    instances.prefix(3).joined(separator: ", ") + (instances.count > 3 ? " and \(instances.count - 3) more" : "")
  }

  private func whatStays(_ keeps: [VersionName], _ drainer: Rollout.Drainer) -> [String] {
    guard !keeps.isEmpty else { return [] }
    let names = keeps.map(name).joined(separator: ", ")
    switch drainer {
    case .sluice: return ["\(names) was not told to drain and goes on serving", "the new instances were told to stop"]
    case .platform: return ["the platform keeps \(names) until it serves; nothing was taken back"]
    }
  }

  private func name(_ version: VersionName) -> String { version.rawValue.harmless }
}
