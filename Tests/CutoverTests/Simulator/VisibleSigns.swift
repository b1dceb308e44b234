import Cutover
import Vocabulary

/// What the samples of a history showed of one bad session, so that a verdict is never blamed for what nobody could see.
///
/// It reads the samples, not the world, and counts a sign only when the design's table of signs leaves no way to take
/// the session for a good one.
struct VisibleSigns {
  let history: History
  let samples: [Sample]

  /// Whether a cut shows.
  func shows(cut number: Int) -> Bool {
    let session = history.world.sessions[number]
    guard let index = session.instance, case .cut(let cut) = session.ending else { return false }
    let instance = history.world.instances[index]
    if showsBadEnd(of: session) { return true }
    if !cut.isOfOneJob {
      // The platform saw the instance die while a source had the session on it, or on one of its version.
      let isAlone = history.world.instances.count { $0.isIncoming } == 1
      if wasListed(number), !instance.isIncoming || isAlone || isPlaced(number), platformSawDeath(of: instance) {
        return true
      }
      if !instance.isIncoming, !drainedByLog(instance), lastCount(of: instance) ?? 0 > 0, !hasSessionSource {
        return true
      }
    }
    guard !instance.isIncoming else { return false }
    if wasListedAfterDeath(number, of: instance) || outnumbersCounts(session, of: instance) { return true }
    // A log that tells of a finished drain settles the unclear ends on its instance: by the table of signs they are normal.
    let suspects = isPlaced(number) ? [instance] : history.world.instances.filter { !$0.isIncoming }
    if suspects.allSatisfy(drainedByLog) { return false }
    // A frozen process is alive for its platform, and an agent that leaves a worker alive has hung up.
    let livesOn = cut == .frozen && history.sources.contains { $0.traits.sees.contains(.instances) }
    return agentOutlivedPerson(session)
      || (!cut.isOfOneJob && !livesOn && history.world.policy.agentHangsUp == .unexpected && agentLeftFirst(session))
  }

  /// Whether it shows that a server has lost a session, by a source that says which version it was on.
  func shows(lost number: Int) -> Bool {
    identity(of: number).contains { source in
      appearances(history.world.sessions[number], in: source).contains { $0.1.end?.sign == .serverRestarted }
    }
  }

  /// Whether a start on an outgoing instance shows.
  func shows(late number: Int) -> Bool {
    let session = history.world.sessions[number]
    guard let index = session.instance else { return false }
    if wasListed(number), !identity(of: number).isEmpty { return true }
    return !hasSessionSource && countRose(on: history.world.instances[index], around: session)
  }

  /// Whether it shows that a session still runs on an outgoing instance.
  func showsRunning(_ number: Int) -> Bool {
    let session = history.world.sessions[number]
    guard let index = session.instance else { return false }
    if wasListed(number), !identity(of: number).isEmpty { return true }
    return !hasSessionSource && lastCount(of: history.world.instances[index]) ?? 0 > 0
  }

  /// Whether it shows that the outgoing version was in a region: by its instances where these name regions, else by calls.
  func shows(region: RegionName) -> Bool {
    let listed = history.sources.flatMap { snapshots(of: $0).flatMap(\.observation.instances) }
    guard listed.allSatisfy({ $0.region == nil }) else {
      let old = Set(history.world.instances.filter { !$0.isIncoming && $0.region == region }.map(\.id))
      return listed.contains { $0.region == region && old.contains($0.id) }
    }
    return history.world.sessions.indices.contains { number in
      guard let index = history.world.sessions[number].instance else { return false }
      let instance = history.world.instances[index]
      return !instance.isIncoming && instance.region == region && wasListed(number) && !identity(of: number).isEmpty
    }
  }

  /// Whether a source that sees who drains listed an instance last as one that does not.
  func showsUntold(_ instance: World.Instance) -> Bool {
    history.sources.contains { source in
      guard source.traits.sees.contains(.drains), let last = snapshots(of: source).last else { return false }
      return last.observation.instances.contains {
        $0.id == instance.id && $0.phase == .serving && $0.drain == nil
      }
    }
  }

  private var hasSessionSource: Bool { history.sources.contains(where: \.seesSessions) }

  /// The sources that say which generation serves a session, by themselves or with another source's worker ids.
  private func identity(of number: Int) -> [SimulatedSource] {
    let kinds = history.sources.map(\.kind)
    let maps =
      kinds.contains(.exactPlatform) || kinds.contains(.workerLogs)
      || kinds.contains(.dispatchServer(namesInstances: true))
    return history.sources.filter { source in
      switch source.kind {
      case .rooms(let stamps, let namesWorkers):
        (stamps && !history.world.isVersionAmbiguous) || (namesWorkers && maps)
      case .dispatchServer(let named): named || maps
      case .workerLogs: true
      default: false
      }
    }
  }

  /// Whether a source says on which instance a session is, not only on which version.
  private func isPlaced(_ number: Int) -> Bool {
    identity(of: number).contains { source in
      if case .rooms(_, let namesWorkers) = source.kind { return namesWorkers }
      return true
    }
  }

  /// Whether the instances of a version counted fewer sessions than were listed on it for longer than any lag.
  private func outnumbersCounts(_ session: World.Session, of instance: World.Instance) -> Bool {
    guard
      let counts = history.sources.first(where: { $0.kind == .workerHTTP && $0.faults.isNone }),
      let rooms = history.sources.first(where: { $0.kind == .rooms(stamps: true, namesWorkers: false) }),
      rooms.faults.isNone, !history.world.isVersionAmbiguous
    else { return false }
    var since: Timestamp?
    for (counted, listed) in zip(snapshots(of: counts), snapshots(of: rooms)) {
      let own = listed.observation.sessions.filter { $0.version == instance.version && $0.agent == .present }
      let answering = counted.observation.instances.filter { $0.version == instance.version }
      let sum = answering.compactMap(\.sessions).reduce(0, +)
      if own.contains(where: { $0.id == session.id }), own.count > sum {
        if counted.reading.takenAt - (since ?? counted.reading.takenAt) > .seconds(9) { return true }
        since = since ?? counted.reading.takenAt
      } else {
        since = nil
      }
    }
    return false
  }

  private func snapshots(of source: SimulatedSource) -> [(reading: Reading, observation: Observation)] {
    samples.flatMap(\.readings).compactMap { reading in
      guard reading.source == source.traits.id, case .snapshot(let observation) = reading.answer else { return nil }
      return (reading, observation)
    }
  }

  private func appearances(_ session: World.Session, in source: SimulatedSource) -> [(
    at: Timestamp, SessionObservation
  )] {
    snapshots(of: source).compactMap { reading, observation in
      observation.sessions.first { $0.id == session.id }.map { (reading.describes, $0) }
    }
  }

  private func wasListed(_ number: Int) -> Bool {
    identity(of: number).contains { source in
      appearances(history.world.sessions[number], in: source).contains { $0.1.agent == .present }
    }
  }

  private func showsBadEnd(of session: World.Session) -> Bool {
    history.sources.contains { source in
      appearances(session, in: source).contains {
        [.crashed, .workerGone, .drainTimedOut, .connectionLost].contains($0.1.end?.sign)
      }
    }
  }

  private func platformSawDeath(of instance: World.Instance) -> Bool {
    history.sources.contains { source in
      source.kind == .exactPlatform
        && snapshots(of: source).contains { _, observation in
          observation.instances.contains {
            $0.id == instance.id && ($0.end?.signal == 9 || $0.drain?.timedOutAt != nil)
          }
        }
    }
  }

  /// Whether the platform's last word of an instance is that it waited for its last session and exited by itself.
  private func drainedByLog(_ instance: World.Instance) -> Bool {
    history.sources.contains { source in
      guard source.kind == .exactPlatform, let last = snapshots(of: source).last else { return false }
      return last.observation.instances.contains {
        $0.id == instance.id && $0.drain?.finishedAt != nil && $0.drain?.timedOutAt == nil && $0.end?.exitCode == 0
      }
    }
  }

  /// Whether an agent was listed well after its own instance was known to be gone.
  private func wasListedAfterDeath(_ number: Int, of instance: World.Instance) -> Bool {
    guard
      isPlaced(number), let exit = instance.exit,
      history.sources.contains(where: { $0.kind == .exactPlatform && $0.faults.isNone })
    else { return false }
    let session = history.world.sessions[number]
    return history.sources.contains { source in
      guard case .rooms(_, true) = source.kind, source.faults.isNone else { return false }
      return appearances(session, in: source).contains {
        $0.1.agent == .present && $0.at > World.timestamp(exit.at) + .seconds(10)
      }
    }
  }

  private func lastCount(of instance: World.Instance) -> Int? {
    history.sources.filter { $0.kind == .workerHTTP }.compactMap { source in
      snapshots(of: source).compactMap { _, observation in
        observation.instances.first { $0.id == instance.id }?.sessions
      }.last
    }.last
  }

  private func countRose(on instance: World.Instance, around session: World.Session) -> Bool {
    guard let started = session.startedAt else { return false }
    return history.sources.filter { $0.kind == .workerHTTP }.contains { source in
      let counts = snapshots(of: source).compactMap { reading, observation in
        observation.instances.first { $0.id == instance.id }?.sessions.map { (reading.describes, $0) }
      }
      return zip(counts, counts.dropFirst()).contains { before, after in
        after.1 > before.1 && after.0 > World.timestamp(started + source.faults.skew)
          && before.0 > World.timestamp(started + source.faults.skew) - .seconds(3)
      }
    }
  }

  /// Whether the agent was listed without its person for longer than a polite end takes.
  private func agentOutlivedPerson(_ session: World.Session) -> Bool {
    history.sources.contains { source in
      guard case .rooms = source.kind else { return false }
      let alone = appearances(session, in: source).filter { $0.1.agent == .present && $0.1.person == .absent }
      guard let first = alone.first, let last = alone.last else { return false }
      return last.at - first.at > .seconds(6)
    }
  }

  /// Whether the person was listed without the agent after the agent had been there.
  private func agentLeftFirst(_ session: World.Session) -> Bool {
    history.sources.contains { source in
      guard case .rooms = source.kind else { return false }
      let seen = appearances(session, in: source)
      guard let joined = seen.firstIndex(where: { $0.1.agent == .present }) else { return false }
      return seen[joined...].contains { $0.1.agent == .absent && $0.1.person == .present }
    }
  }
}
