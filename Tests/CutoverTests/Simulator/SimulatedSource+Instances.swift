import Cutover
import Vocabulary

/// What sources say of instances.
extension SimulatedSource {
  /// Local processes: everything that their logs and the kernel tell.
  func exactInstances(of world: World, at moment: Int) -> [InstanceObservation] {
    world.instances.filter { $0.startedAt <= moment }.map { instance in
      var seen = InstanceObservation(
        id: instance.id, version: instance.version, generation: instance.generation, region: instance.region,
        phase: .starting)
      seen.sdk = instance.logsDrain ? "livekit-agents 1.8.9" : "@livekit/agents 1.9.0"
      seen.startedAt = stamp(instance.startedAt)
      seen.registeredAt = stamp(instance.registeredAt, by: moment)
      seen.initializedAt = stamp(instance.initializedAt, by: moment)
      seen.servingAt = stamp(instance.servingAt, by: moment)
      seen.workers = instance.workers.filter { $0.since <= moment }.map(\.id)
      if moment >= instance.servingAt { seen.phase = .serving }
      if let told = instance.told, told <= moment {
        seen.drain = drain(of: instance, at: moment, logs: instance.logsDrain)
        seen.drain?.requestedAt = stamp(told)
        if seen.drain?.confirmedAt != nil { seen.phase = .draining }
      }
      if let exit = instance.exit, exit.at <= moment {
        seen.phase = .ended
        seen.end = InstanceObservation.End(
          at: stamp(exit.at), exitCode: exit.code, signal: exit.signal, cause: exit.cause)
      } else if instance.launcherDiesOnTold, let told = instance.told, told + 50 <= moment {
        seen.phase = .ended
        seen.end = InstanceObservation.End(at: stamp(told + 50), signal: 15)
      }
      return seen
    }
  }

  /// What a log says of a drain.
  private func drain(of instance: World.Instance, at moment: Int, logs: Bool) -> InstanceObservation.Drain {
    var drain = InstanceObservation.Drain()
    guard logs, let takes = instance.takes, takes <= moment, instance.frozenAt.map({ takes < $0 }) ?? true else {
      return drain
    }
    drain.confirmedAt = stamp(takes)
    drain.confirmedBy = .log
    drain.timedOutAt = stamp(instance.timedOutAt, by: moment)
    drain.finishedAt = stamp(instance.finishedAt, by: moment)
    return drain
  }

  /// A platform that lists phases; what has ended stays for twenty seconds, long enough for a listing.
  func poorInstances(of world: World, at moment: Int, saysRequest: Bool) -> [InstanceObservation] {
    world.instances.filter { $0.startedAt <= moment && moment < ($0.exit?.at ?? .max - 20_000) + 20_000 }.map {
      instance in
      var seen = InstanceObservation(
        id: instance.id, version: instance.version, generation: instance.generation, region: instance.region,
        phase: moment < instance.servingAt ? .starting : .serving)
      if saysRequest, let told = instance.told, told <= moment {
        seen.phase = .draining
        seen.drain = InstanceObservation.Drain(requestedAt: stamp(told))
      }
      if let exit = instance.exit, exit.at <= moment { seen.phase = .ended }
      return seen
    }
  }

  /// The instances' own HTTP: an address for each that is known beforehand; each works its count out every 2.5 s.
  func countedInstances(of world: World, at moment: Int) -> [InstanceObservation] {
    world.instances.indices.map { index in
      let instance = world.instances[index]
      let counted = moment - (moment + 10_000_000 + index * 700) % 2_500
      var seen = InstanceObservation(id: instance.id, version: instance.version, phase: .unreachable)
      let answers = instance.isRunning(at: moment - 300) && instance.isRunning(at: moment)
      guard answers, instance.frozenAt.map({ moment < $0 }) ?? true else { return seen }
      seen.phase = .serving
      seen.sessions = world.sessions.count { $0.instance == index && !$0.isDropped && $0.isServed(at: counted) }
      return seen
    }
  }

  /// The dispatch server's view of the workers that are connected.
  func registeredInstances(of world: World, at moment: Int) -> [InstanceObservation] {
    world.instances.filter { $0.registeredAt <= moment && moment < ($0.timedOutAt ?? $0.exit?.at ?? .max) }.map {
      instance in
      var seen = InstanceObservation(
        id: instance.id, version: instance.version, generation: instance.generation, region: instance.region,
        phase: .serving)
      seen.workers = instance.workers.filter { $0.since <= moment }.map(\.id)
      seen.registeredAt = stamp(instance.registeredAt)
      if let takes = instance.takes, takes <= moment, instance.frozenAt.map({ takes < $0 }) ?? true {
        seen.phase = .draining
        seen.drain = InstanceObservation.Drain(confirmedAt: stamp(takes), confirmedBy: .workerStatus)
      }
      return seen
    }
  }

  /// What the workers' logs tell of them: never that a process is gone.
  func loggedInstances(of world: World, at moment: Int) -> [InstanceObservation] {
    world.instances.filter { $0.startedAt <= moment }.map { instance in
      var seen = InstanceObservation(
        id: instance.id, version: instance.version, generation: instance.generation, region: instance.region,
        phase: moment < instance.servingAt ? .starting : .serving)
      seen.sdk = instance.logsDrain ? "livekit-agents 1.8.9" : "@livekit/agents 1.9.0"
      seen.startedAt = stamp(instance.startedAt)
      seen.registeredAt = stamp(instance.registeredAt, by: moment)
      seen.initializedAt = stamp(instance.initializedAt, by: moment)
      seen.servingAt = stamp(instance.servingAt, by: moment)
      seen.workers = instance.workers.filter { $0.since <= moment }.map(\.id)
      let drain = drain(of: instance, at: moment, logs: instance.logsDrain)
      if drain.confirmedAt != nil {
        seen.drain = drain
        seen.phase = .draining
      }
      return seen
    }
  }
}
