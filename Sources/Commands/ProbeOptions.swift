import CommandLine
import Configuration
import Cutover
import Journal
import LiveKit
import Runbooks
import SessionSources
import Vocabulary

/// Options that ask for sessions of sluice's own.
struct ProbeOptions {
  let isProbing: Bool
  private let deployment: DeploymentName

  init(_ arguments: inout Arguments) {
    arguments.beginGroup("Probe options")
    defer { arguments.endGroup() }
    isProbing = arguments.flag(
      "--probe",
      help: "Make the new sessions that are missing to the minimum: rooms of sluice's own, removed at once.")
    let name = arguments.option(
      "--probe-deployment", value: .text("NAME"), otherwise: "production",
      help: "The deployment that probes are dispatched to, as your own dispatches name it.")
    deployment = name.map { DeploymentName($0) } ?? .production
    arguments.require("--probe-deployment", with: "--probe")
  }

  /// What makes the probes; nil where none are asked for. Throws where the target has no rooms to make them in.
  func prober(
    _ environment: TargetEnvironment, policy: Policy, journal: JournalWriter, in context: Context
  ) throws -> Prober? {
    guard isProbing else { return nil }
    let configured = environment.configuration.sources.lazy.compactMap { source in
      if case .liveKitRooms(let rooms) = source { rooms } else { nil }
    }
    guard let rooms = configured.first else { throw NothingToProbe(target: environment.configuration.name) }
    let client = LiveKitClient(try rooms.credentials(in: context), http: environment.http, clock: context.wallClock)
    return Prober(
      rooms: LiveKitProbeRooms(
        client: client, agentName: rooms.agentName, deployment: deployment,
        releaseAttribute: rooms.releaseAttribute ?? InitCommand.defaultAttribute),
      policy: policy, journal: journal, clock: context.clock, wallClock: context.wallClock)
  }
}

/// A target without rooms cannot be probed.
struct NothingToProbe: Failure {
  let target: TargetName
  var what: String { "target '\(target.rawValue.harmless)' cannot be probed" }
  var why: String? { "a probe is a room with a dispatch, and the target has no 'livekit-rooms' among its sessions" }
  var remedy: String? { "add it under 'sessions', with the agent's name: livekit-rooms: { agent-name: NAME }" }
  var exitStatus: ExitStatus { .configuration }
}
