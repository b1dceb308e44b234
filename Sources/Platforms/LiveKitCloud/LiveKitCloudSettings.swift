package import LiveKit
import Vocabulary

/// A hosted agent of LiveKit Cloud: `livekit-cloud` in `sluice.yaml`.
package struct LiveKitCloudSettings: Sendable {
  /// The project with its key.
  package var credentials: LiveKitCredentials
  /// The agent; nil: that of livekit.toml, or the project's only one.
  package var agent: AgentID?
  /// Which of the agent's deployments; the empty one is production.
  package var deployment = DeploymentName.production
  /// Where livekit.toml and the agent's source lie; an absolute path.
  package var directory: String
  /// The attribute of a deployed version that holds the release name which its sessions are stamped with.
  package var versionAttribute = "version"
  /// The variables that lk gets beside the credentials: PATH, HOME, LK_AGENTS_URL.
  package var inherited: [String: String]
  /// How long upload and build may take until lk is stopped.
  ///
  /// LiveKit Cloud ends a build after 10 minutes, and lk gives up after 15 (livekit-cli 2.18.3).
  package var deployLimit: Duration = .seconds(960)
  /// How long after lk's end the new version may take to be listed.
  package var listingLimit: Duration = .seconds(60)
  /// Time between two looks at the platform while that is waited for.
  package var lookInterval: Duration = .seconds(2)

  /// An agent's production deployment, with the default clocks.
  package init(credentials: LiveKitCredentials, directory: String, inherited: [String: String]) {
    self.credentials = credentials
    self.directory = directory
    self.inherited = inherited
  }
}
