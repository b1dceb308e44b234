import Cutover
import Vocabulary

/// What sources say of sessions.
extension SimulatedSource {
  /// The dispatch server: exact, and ended sessions stay listed with what the server saw of their end.
  func dispatchedSessions(of world: World, at moment: Int, namesInstances: Bool) -> [SessionObservation] {
    world.sessions.filter { $0.createdAt <= moment }.map { session in
      var seen = observation(of: session, in: world, at: moment)
      seen.worker = session.worker
      if namesInstances, let index = session.instance {
        seen.instance = world.instances[index].id
        if session.startedAt != nil {
          seen.version = world.instances[index].version
          seen.basis = .instance
        }
      }
      guard let (at, sign) = endAtServer(session, in: world), at <= moment else { return seen }
      seen.agent = .absent
      seen.end = SessionObservation.End(
        at: stamp(at), sign: sign, personLeftAt: stamp(session.personLeftAt, by: min(at, moment)))
      return seen
    }
  }

  /// When and how the server of a session sees it end.
  private func endAtServer(_ session: World.Session, in world: World) -> (Int, SessionObservation.Sign)? {
    let instance = session.instance.map { world.instances[$0] }
    if let timedOut = instance?.timedOutAt, session.startedAt != nil, session.endedAt > timedOut {
      // The worker closes its connection first and goes on for 15 s.
      return (timedOut, .workerGone)
    }
    switch session.ending {
    case .personLeft: return (session.endedAt, .personLeft)
    case .agentLeft: return (session.endedAt, .agentLeft)
    case .roomClosed: return (session.endedAt, .roomClosed)
    case .lost: return (session.endedAt, .serverRestarted)
    case .unserved: return (session.personLeftAt, .personLeft)
    // An exception in a call is reported as success.
    case .cut(.raised): return (session.endedAt, .agentLeft)
    case .cut(.jobKilled), .cut(.groupTerminated): return (session.endedAt, .crashed)
    case .cut(.frozen): return (session.agentListedUntil, .crashed)
    case .cut: return (session.endedAt, .workerGone)
    }
  }

  /// Rooms: who is in them at this moment, late in arriving, with dead agents that linger; an end is only an absence.
  func roomSessions(of world: World, at moment: Int, stamps: Bool, namesWorkers: Bool) -> [SessionObservation] {
    world.sessions.compactMap { session in
      guard (session.startedAt ?? session.createdAt) + session.arrivalLag <= moment else { return nil }
      var agentUntil = session.agentListedUntil
      if faults.keepsGhosts, session.instance.map({ world.instances[$0].exit != nil }) == true,
        session.id.rawValue.utf8.last.map({ $0 % 2 == 0 }) == true
      {
        agentUntil = .max
      }
      let hasAgent = session.startedAt != nil && moment < agentUntil && !session.isDropped
      let hasPerson = moment < session.personLeftAt && session.ending != .roomClosed
      let isOpen = session.ending == .roomClosed && moment < session.endedAt
      // What a server has lost stays listed for two minutes: its rooms come back under other ids.
      let isLost = session.ending == .lost && session.endedAt <= moment && moment < session.endedAt + 120_000
      guard hasAgent || hasPerson || isOpen || isLost else { return nil }
      var seen = observation(of: session, in: world, at: moment)
      seen.agent = hasAgent ? .present : .absent
      seen.person = hasPerson || isOpen ? .present : .absent
      if session.isDropped {
        seen.startedAt = nil
      } else if session.startedAt != nil {
        if stamps, let index = session.instance {
          seen.version = world.instances[index].version
          seen.basis = .attribute
        }
        if namesWorkers { seen.worker = session.worker }
      }
      if isLost { seen.end = SessionObservation.End(at: stamp(session.endedAt), sign: .serverRestarted) }
      return seen
    }
  }

  /// The workers' logs: each job's start and end as the worker wrote it; a worker that is killed writes nothing.
  func loggedSessions(of world: World, at moment: Int) -> [SessionObservation] {
    world.sessions.compactMap { session in
      guard let started = session.startedAt, started <= moment, let index = session.instance, !session.isDropped else {
        return nil
      }
      let instance = world.instances[index]
      var seen = observation(of: session, in: world, at: moment)
      seen.person = .unknown
      seen.agent = .present
      seen.instance = instance.id
      seen.worker = session.worker
      seen.version = instance.version
      seen.basis = .workerLog
      let sign: SessionObservation.Sign? =
        switch session.ending {
        case .personLeft, .roomClosed: .roomClosed
        case .agentLeft: .agentLeft
        case .cut(.raised), .cut(.jobKilled), .cut(.groupTerminated): .crashed
        case .cut(.drainTimedOut): instance.logsDrain ? .drainTimedOut : .unknown("parent process shutdown")
        case .lost: .unknown("room disconnected")
        case .cut, .unserved: nil
        }
      if let sign, session.endedAt <= moment {
        seen.agent = .absent
        seen.end = SessionObservation.End(at: stamp(session.endedAt), sign: sign)
      }
      return seen
    }
  }

  private func observation(of session: World.Session, in world: World, at moment: Int) -> SessionObservation {
    SessionObservation(
      id: session.id, room: session.room, region: session.instance.flatMap { world.instances[$0].region },
      createdAt: stamp(session.createdAt), startedAt: stamp(session.startedAt, by: moment),
      agent: session.isServed(at: moment) ? .present : .absent,
      person: moment < session.personLeftAt ? .present : .absent)
  }
}
