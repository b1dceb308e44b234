import Vocabulary

extension LiveKitClient {
  /// The rooms there are, in no order; those of the names only when there are names. Grant: `roomList`.
  package func listRooms(named names: [RoomName] = []) async throws(LiveKitFailure) -> [ListedRoom] { fatalError() }

  /// The participants of a room, in no order. Grant: `roomAdmin` of the room.
  ///
  /// Empty for a room that does not exist, too: only a room that ListRooms shows is empty.
  package func listParticipants(of room: RoomName) async throws(LiveKitFailure) -> [ListedParticipant] { fatalError() }

  /// Makes a room. Grant: `roomCreate`. One that exists is given back as it is.
  package func createRoom(_ request: RoomRequest) async throws(LiveKitFailure) -> ListedRoom { fatalError() }

  /// Closes a room and disconnects everybody in it. Grant: `roomCreate`. A room that is not there fails with `isMissing`.
  package func deleteRoom(_ room: RoomName) async throws(LiveKitFailure) { fatalError() }
}
