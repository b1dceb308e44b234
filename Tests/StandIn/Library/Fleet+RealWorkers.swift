import Vocabulary

/// Rooms whose agents are real workers: the fleet only keeps what is listed.
extension Fleet {
  /// The dispatches of every room, which are to be given to workers while they are there.
  var openDispatches: [(room: RoomState, dispatch: Dispatch)] {
    rooms.values.sorted { $0.sid < $1.sid }.flatMap { room in room.dispatches.map { (room, $0) } }
  }

  /// A worker has taken a dispatch: its agent is in the room.
  mutating func joined(
    _ dispatch: String, in sid: String, job: String, worker: String, as identity: String, attributes: [String: String]
  ) {
    let participant = Participant(
      sid: identifier("PA_"), identity: identity, isAgent: true, joinedAt: now, attributes: attributes)
    change(sid) { [now] in
      guard let index = $0.dispatches.firstIndex(where: { $0.id == dispatch }) else { return }
      let record = JobRecord(
        id: job, worker: worker, startedAt: now, metadata: $0.dispatches[index].metadata,
        agentName: $0.dispatches[index].agentName, deployment: $0.dispatches[index].deployment, identity: identity)
      $0.dispatches[index].jobs.append(record)
      $0.participants.append(participant)
    }
    notify("participant_joined", sid, participant)
  }

  /// An agent has gone; one whose worker died stays listed for a while.
  mutating func left(_ sid: String, _ identity: String, listedFor linger: Duration) {
    plan(
      .agentGone(sid: sid, identity: identity, linger == .zero ? .clientInitiated : .connectionTimeout), after: linger)
  }
}
