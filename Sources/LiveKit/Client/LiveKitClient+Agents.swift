package import Vocabulary
package import Web

extension LiveKitClient {
  /// The hosted agents of the project, or the one that is named; empty when there is none. Grant: `agent.admin`, for all
  /// calls of this file.
  package func listAgents(_ agent: AgentID? = nil) async throws(LiveKitFailure) -> [CloudAgent] { fatalError() }

  /// The versions of an agent, newest first where the service says when they were made.
  package func listAgentVersions(of agent: AgentID) async throws(LiveKitFailure) -> [AgentVersion] { fatalError() }

  /// Makes an earlier version serve production again; returns when the service has accepted it, not when it serves.
  package func rollBack(_ agent: AgentID, to version: VersionName) async throws(LiveKitFailure) { fatalError() }

  /// Replaces the agent's instances by new ones of the same version, one after the other.
  package func restart(_ agent: AgentID) async throws(LiveKitFailure) { fatalError() }

  /// Which log of an agent.
  package enum LogKind: String, Sendable {
    /// What the newest instance writes; does not end by itself. Draining instances are not in it.
    case deploy
    /// What the newest build wrote; ends.
    case build
  }

  /// A log of an agent, line by line while it is written, at the log server of a region (`CloudAgent.Row.serverRegion`).
  ///
  /// Ends when the service closes it or the task that reads is cancelled. Lines that nobody takes hold the sender back; a
  /// line longer than the limit comes cut and marked.
  package func logs(
    of agent: AgentID, _ kind: LogKind = .deploy, deployment: DeploymentName = .production, serverRegion: String? = nil,
    lineLimit: Int = 1 << 20
  ) async throws(LiveKitFailure) -> HTTPLines { fatalError() }
}
