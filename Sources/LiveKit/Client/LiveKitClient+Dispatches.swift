import Vocabulary

extension LiveKitClient {
  /// The dispatches of a room with their jobs. Grant: `roomAdmin` of the room.
  ///
  /// Ask only about rooms of the newest ListRooms: a self-hosted server answers after 3 s, with `roomUnanswered`, when there
  /// is no such room; LiveKit Cloud fails with `isMissing`.
  package func listDispatches(of room: RoomName) async throws(LiveKitFailure) -> [AgentDispatch] { fatalError() }

  /// Sends an agent into a room. Grant: `roomAdmin` of the room. That it succeeds does not mean that an agent comes.
  package func createDispatch(_ request: DispatchRequest) async throws(LiveKitFailure) -> AgentDispatch { fatalError() }

  /// Takes a dispatch back and its agent out of the room. Grant: `roomAdmin` of the room. One that is not there fails with
  /// `isMissing`.
  package func deleteDispatch(_ id: DispatchID, in room: RoomName) async throws(LiveKitFailure) { fatalError() }
}
