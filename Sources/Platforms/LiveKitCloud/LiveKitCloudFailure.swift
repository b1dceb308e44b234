package import LiveKit
import Machine
package import Vocabulary

/// What keeps a hosted agent from being seen, deployed or rolled back.
package enum LiveKitCloudFailure: Failure, Equatable {
  /// The project has no such agent.
  case agentUnknown(AgentID, known: [String])
  /// No agent is named and the project has none, or several.
  case agentNotNamed(known: [String])
  /// There is no lk in PATH.
  case lkMissing(searched: String)
  /// This lk cannot mark a version, so that it could not be told which one a deploy made.
  case lkTooOld(path: String)
  /// lk needs a livekit.toml where it deploys from.
  case projectFileMissing(directory: String, agent: AgentID)
  /// livekit.toml is of another agent.
  case otherAgent(file: String, wanted: AgentID, found: AgentID?)
  /// lk failed or was stopped, and no version came of it; `line` is the last that it printed.
  case deployFailed(end: String, line: String?, serving: VersionName?)
  /// lk ended well and no version came of it.
  case versionNotListed(release: String, after: Duration)
  /// The version to go back to is not listed.
  case versionMissing(VersionName, known: [VersionName])
  /// Only production can be rolled back.
  case noRollback(DeploymentName)
  /// A region's replicas of a version are in a state from which none will serve.
  case cannotServe(VersionName, region: RegionName?, status: String, meaning: String)

  package var what: String {
    switch self {
    case .agentUnknown(let agent, _): "the project has no agent '\(agent.rawValue.harmless)'"
    case .agentNotNamed: "no agent is named"
    case .lkMissing: "program 'lk' is not found"
    case .lkTooOld(let path): "'\(path.harmless)' is too old to deploy with"
    case .projectFileMissing(let directory, _): "'\(directory.harmless)' has no livekit.toml that names the agent"
    case .otherAgent(let file, _, _): "'\(file.harmless)' is of another agent"
    case .deployFailed(let end, _, _): "lk did not deploy: \(end)"
    case .versionNotListed: "lk ended well, and LiveKit Cloud lists no new version"
    case .versionMissing(let version, _): "version '\(version.rawValue.harmless)' is not one that can be put back"
    case .noRollback(let deployment): "deployment '\(deployment.rawValue.harmless)' cannot be rolled back"
    case .cannotServe(let version, let region, let status, _):
      "version '\(version.rawValue.harmless)' cannot serve\(region.map { " in \($0.rawValue.harmless)" } ?? ""): "
        + status.harmless
    }
  }

  package var why: String? {
    switch self {
    case .agentUnknown(_, let known), .agentNotNamed(let known):
      known.isEmpty ? "the project has no agents" : "it has \(known.map(\.harmless).joined(separator: ", "))"
    case .lkMissing(let searched): "it is in no folder of PATH: \(searched.harmless)"
    case .lkTooOld: "it does not know --attribute, by which sluice finds the version that a deploy made"
    case .projectFileMissing: "lk deploys only from a folder whose livekit.toml names the agent"
    case .otherAgent(_, let wanted, let found):
      "it names \(found.map { $0.rawValue.harmless } ?? "none"), sluice.yaml names \(wanted.rawValue.harmless)"
    case .deployFailed(_, let line, let serving):
      [
        line.map { "it said: \($0)" },
        serving.map { "LiveKit Cloud lists no new version; \($0.rawValue.harmless) serves as before" }
          ?? "LiveKit Cloud lists no new version",
      ].compactMap(\.self).joined(separator: "; ")
    case .versionNotListed(let release, let limit):
      "no version has the attribute release=\(release) after \(limit.text)"
    case .versionMissing(_, let known):
      known.isEmpty
        ? "LiveKit Cloud lists no other version"
        : "LiveKit Cloud has \(known.prefix(10).map(\.rawValue.harmless).joined(separator: ", "))"
    case .noRollback: "LiveKit Cloud rolls back production only"
    case .cannotServe(_, _, _, let meaning): meaning
    }
  }

  package var remedy: String? {
    switch self {
    case .agentUnknown: "correct 'agent' of livekit-cloud in sluice.yaml, or use the credentials of its project"
    case .agentNotNamed: "name it in sluice.yaml: livekit-cloud: { agent: CA_… }"
    case .lkMissing: "install it: curl -sSL https://get.livekit.io/cli | bash"
    case .lkTooOld: "install a newer one (2.18 or later): curl -sSL https://get.livekit.io/cli | bash"
    case .projectFileMissing(let directory, let agent):
      "cd '\(directory.harmless)' && lk agent config --id \(agent.rawValue.harmless)"
    case .otherAgent: "set 'directory' of livekit-cloud in sluice.yaml to the folder of that agent"
    case .deployFailed: "read its lines above, or the build's log: lk agent logs --log-type build"
    case .versionNotListed: "look at 'lk agent versions', then follow it with 'sluice verify-cutover'"
    case .versionMissing: "name one of these with --to, or deploy its source again"
    case .noRollback: "deploy the earlier source again"
    case .cannotServe: "read its log: lk agent logs; then roll back, or deploy a version that starts"
    }
  }

  package var exitStatus: ExitStatus {
    switch self {
    case .agentUnknown, .agentNotNamed, .projectFileMissing, .otherAgent: .configuration
    case .lkMissing, .lkTooOld: .unavailable
    case .deployFailed, .versionNotListed, .versionMissing, .noRollback, .cannotServe: .actionFailed
    }
  }
}
