package import LiveKit
package import Vocabulary

/// Rooms that can be made to see which version takes a new session.
package protocol ProbeRooms: Sendable {
  /// Makes a room and asks for an agent in it; the room closes by itself after that long, whatever becomes of its maker.
  func open(_ room: RoomName, closingAfter limit: Duration) async throws
  /// The agent in a room; nil: none has joined.
  func agent(in room: RoomName) async throws -> ProbedAgent?
  /// Closes a room; one that has closed already is closed.
  func close(_ room: RoomName) async throws
}

/// An agent that came to a probe.
package struct ProbedAgent: Hashable, Sendable {
  /// The version that it says it is; nil: it does not say.
  package let version: VersionName?

  /// An agent of a version.
  package init(version: VersionName?) { self.version = version }
}

/// Probes in a LiveKit project.
package struct LiveKitProbeRooms: ProbeRooms {
  private let client: LiveKitClient
  private let agentName: String?
  private let deployment: DeploymentName
  private let releaseAttribute: String

  /// Rooms for the agents of a name and deployment; without a name, the project's automatic dispatch sends one.
  package init(
    client: LiveKitClient, agentName: String?, deployment: DeploymentName = .production, releaseAttribute: String
  ) {
    self.client = client
    self.agentName = agentName.flatMap { $0.isEmpty ? nil : $0 }
    self.deployment = deployment
    self.releaseAttribute = releaseAttribute
  }

  package func open(_ room: RoomName, closingAfter limit: Duration) async throws {
    // A room with an agent alone in it counts as empty, so it closes after this time even when nobody deletes it.
    _ = try await client.createRoom(RoomRequest(room, emptyTimeout: limit, departureTimeout: .seconds(1)))
    guard let agentName else { return }
    _ = try await client.createDispatch(DispatchRequest(room: room, agentName: agentName, deployment: deployment))
  }

  package func agent(in room: RoomName) async throws -> ProbedAgent? {
    let participants = try await client.listParticipants(of: room)
    guard let agent = participants.first(where: { $0.kind == .agent && [.joined, .active].contains($0.state) }) else {
      return nil
    }
    let stamp = agent.attributes[releaseAttribute].flatMap { $0.isEmpty ? nil : VersionName($0) }
    return ProbedAgent(version: stamp)
  }

  package func close(_ room: RoomName) async throws {
    do {
      try await client.deleteRoom(room)
    } catch  where error.isMissing {
      // It closed by itself.
    }
  }
}
