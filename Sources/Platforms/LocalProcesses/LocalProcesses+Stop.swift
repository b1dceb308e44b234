package import Cutover
package import Vocabulary

import Machine

extension LocalProcesses {
  /// Sends SIGTERM to the main process of every live instance of the generations, once in its life.
  ///
  /// Never to the group, which would end the calls (SIG-004), and never a second time, which would force the worker out
  /// (SIG-003): the order is on disk before the signal is sent. A generation without an id means every turn of its version.
  package func drain(_ generations: [Generation]) async throws {
    _ = try refresh()
    let wanted = instances.values.filter { instance in
      generations.contains {
        $0.id == instance.generation.id || ($0.id == nil && $0.version == instance.generation.version)
      }
    }
    for instance in wanted.sorted(by: { $0.id < $1.id }) where instance.isAlive && instance.stop == nil {
      try tellToStop(instance)
    }
    _ = try refresh()
  }

  func tellToStop(_ instance: LocalInstance) throws {
    let now = clock.now
    var order = StopOrder(requestedAt: now, deadlineAt: now + settings.stopTimeout, isSent: false)
    try instance.folder.save(order)
    // A main process that has ended takes no signal; what lives on of it was never told, which its reading says.
    guard let identity = instance.process?.identity, identity.isAlive else { return }
    order.isSent = identity.send(.terminate)
    guard order.isSent || !identity.isAlive else {
      throw LocalProcessesFailure.notTold(instance.id, pid: identity.pid)
    }
    try instance.folder.save(order)
  }

  /// Kills every instance whose stop deadline has passed, with its whole group and session, and returns their names.
  ///
  /// This is the platform's own deadline, as a container runtime has one; the end has the cause `deadline`. It happens here
  /// and nowhere else: no process of sluice waits for it, so whoever drains calls this at each poll.
  @discardableResult
  package func enforceDeadlines() async throws -> [InstanceID] {
    _ = try refresh()
    let now = clock.now
    let late = instances.values.filter { $0.isAlive && $0.stop.map { $0.deadlineAt <= now } == true }
    for instance in late {
      if instance.kill == nil { try instance.folder.save(KillOrder(at: now, cause: "deadline")) }
      kill(instance)
    }
    if !late.isEmpty { _ = try refresh() }
    return late.map(\.id).sorted()
  }

  package func tend() async throws { try await enforceDeadlines() }

  /// Ends every process that the target ever started, orphans included: SIGTERM to the main processes, SIGKILL to all that
  /// lives after the grace. Returns when nothing of them lives, or throws what still does. For rehearsals, which
  /// leave nothing behind.
  package func cleanUp(grace: Duration = .seconds(2)) async throws {
    for generation in try store.generations() { await end(generation, grace: grace) }
    _ = try refresh()
    if let left = instances.values.filter(\.isAlive).min(by: { $0.id < $1.id }) {
      throw LocalProcessesFailure.notTold(left.id, pid: left.process?.identity.pid ?? left.survivors.first?.pid ?? 0)
    }
  }

  /// Kills every process that the target ever started, at once and without a look at what came of it: the last act of a
  /// program that is made to leave and may leave nothing behind.
  package static func killAll(of target: TargetName, home: String) {
    // What cannot be read now cannot be told to anybody either.
    let generations = (try? LocalStore(home: home, target: target).allGenerations()) ?? []
    let marks = Set(generations.map(\.mark))
    for process in ProcessTable.all() where process.isAlive && process.pid != Host.process.pid {
      guard let mark = ProcessTable.environment(of: process.pid)?["SLUICE_MARK"], marks.contains(mark) else { continue }
      process.identity.send(.kill)
    }
  }

  /// Ends the processes of one generation and waits, at most five seconds after the grace, until they are gone.
  func end(_ generation: LocalGeneration, grace: Duration = .zero) async {
    let members = { [self] () -> [LocalInstance] in
      _ = try? refresh()
      return instances.values.filter { $0.generation.number == generation.number }
    }
    if grace > .zero {
      for instance in members() where instance.isAlive && instance.stop == nil { try? tellToStop(instance) }
      _ = try? await repeating(every: .milliseconds(20), within: grace) {
        members().contains(where: \.isAlive) ? nil : true
      }
    }
    _ = try? await repeating(every: .milliseconds(20), within: .seconds(5)) { () -> Bool? in
      for instance in members() where instance.isAlive {
        if instance.kill == nil { try? instance.folder.save(KillOrder(at: clock.now, cause: "clean-up")) }
        kill(instance)
      }
      // What left its session is known by the mark in its environment.
      let marked = ProcessTable.all().filter {
        $0.isAlive && $0.pid != Host.process.pid
          && ProcessTable.environment(of: $0.pid)?["SLUICE_MARK"] == generation.mark
      }
      // Its keeper has the mark too, and leaves by itself when it has recorded the end.
      let keepers = Set(members().compactMap { $0.process?.keeper.pid })
      for process in marked where !keepers.contains(process.pid) { process.identity.send(.kill) }
      // An instance that no process with the mark stands for was never started.
      return marked.isEmpty && !members().contains { $0.isAlive && $0.process != nil } ? true : nil
    }
  }

  /// SIGKILL to the main process with its group, and to all that lives of its session.
  private func kill(_ instance: LocalInstance) {
    guard let process = instance.process else { return }
    process.identity.sendToGroup(.kill)
    for survivor in process.survivors(among: ProcessTable.all()) { survivor.identity.send(.kill) }
  }
}

extension ProcessStatus {
  /// What tells this process from a later one with its id.
  fileprivate var identity: ProcessIdentity { ProcessIdentity(pid: pid, startTime: startTime, bootID: Host.bootID) }
}
