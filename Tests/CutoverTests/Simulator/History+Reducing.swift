extension History {
  /// The smallest history found that still breaks the property: without each call, source, fault or idle instance that it
  /// does not need.
  func reduced(breaking property: Judge.Property) -> History {
    func breaks(_ history: History) -> Bool {
      Judge.outcome(of: history, thoroughly: property == .isDeterministic).violations
        .contains { $0.property == property }
    }
    var smallest = self
    func attempt(_ world: World, _ sources: [SimulatedSource]) {
      let candidate = smallest.with(world, sources)
      if breaks(candidate) { smallest = candidate }
    }
    for index in sources.indices.reversed() {
      var fewer = smallest.sources
      fewer[index].faults = SimulatedSource.Faults()
      attempt(smallest.world, fewer)
      guard smallest.sources.count > 1 else { continue }
      fewer = smallest.sources
      fewer.remove(at: index)
      attempt(smallest.world, fewer)
    }
    for index in world.sessions.indices.reversed() {
      var world = smallest.world
      world.sessions.remove(at: index)
      attempt(world.finishedAgain(), smallest.sources)
    }
    for index in world.instances.indices.reversed() {
      guard let world = smallest.world.without(instance: index) else { continue }
      attempt(world, smallest.sources)
    }
    return smallest
  }
}

extension World {
  /// The world with the ends of its instances worked out again, after calls were taken out.
  fileprivate func finishedAgain() -> World {
    var world = self
    for index in world.instances.indices {
      world.instances[index].exit = nil
      world.instances[index].finishedAt = nil
      world.instances[index].timedOutAt = nil
    }
    return WorldMaker.finishing(world, dice: Dice(seed: 1))
  }

  /// The world without an instance that has no call; nil where it has one, or is the last of its side.
  fileprivate func without(instance index: Int) -> World? {
    let side = instances[index].isIncoming
    guard !sessions.contains(where: { $0.instance == index }), instances.count(where: { $0.isIncoming == side }) > 1
    else { return nil }
    var world = self
    world.instances.remove(at: index)
    world.sessions = sessions.map { $0.onInstance($0.instance.map { $0 > index ? $0 - 1 : $0 }) }
    return world
  }
}

extension World.Session {
  fileprivate func onInstance(_ instance: Int?) -> World.Session {
    World.Session(
      id: id, room: room, instance: instance, createdAt: createdAt, startedAt: startedAt, endedAt: endedAt,
      ending: ending, personLeftAt: personLeftAt, agentListedUntil: agentListedUntil, arrivalLag: arrivalLag,
      worker: worker)
  }
}
