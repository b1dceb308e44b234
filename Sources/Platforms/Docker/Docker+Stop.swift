package import Cutover
import Vocabulary

import Logs
import Machine

extension Docker {
  /// Sends its stop signal to process 1 of every live container of the generations, once in its life.
  ///
  /// By `docker kill --signal`, never by a waiting `docker stop`: an engine may take the end of the waiting program for the end
  /// of the wait and kill at once. The order is on disk before the signal is sent. A generation without an id means every
  /// turn of its version.
  package func drain(_ generations: [Generation]) async throws {
    try await look()
    let wanted = instances.values.filter { instance in
      generations.contains {
        $0.id == instance.generation.id || ($0.id == nil && $0.version == instance.generation.version)
      }
    }
    var failure: (any Error)?
    for instance in wanted.sorted(by: { $0.id < $1.id }) {
      // One engine that does not answer must not keep the others' from being told.
      do { try await tellToStop(instance) } catch { failure = failure ?? error }
    }
    if let failure { throw failure }
    try await look()
  }

  /// Tells one container, unless it was told and has taken it, or that it was told is certain.
  func tellToStop(_ instance: DockerInstance) async throws {
    let drain = instance.log.log.drain
    guard instance.isAlive, drain.confirmedAt == nil, drain.forcedAt == nil, instance.stop?.isSent != true else {
      return
    }
    let now = clock.now
    var order = instance.stop ?? StopOrder(requestedAt: now, deadlineAt: now + settings.stopTimeout, isSent: false)
    try Files.makeDirectory(instance.folder.path)
    try instance.folder.save(order)
    let run = try await program.attempt(
      ["kill", "--signal", "\(instance.record.stopSignal)", instance.record.id], on: instance.engine,
      within: settings.callLimit)
    guard run.succeeded else {
      let failure = try program.failure(
        of: run, on: instance.engine, to: "telling it to stop", after: settings.callLimit)
      // It may have ended by itself meanwhile, and then nobody is left to be told.
      if case .refused(_, let line) = failure {
        try await look()
        guard instances[instance.record.id]?.isAlive == true else { return }
        throw DockerFailure.notTold(instance.id, line: line)
      }
      throw failure
    }
    order.isSent = true
    try instance.folder.save(order)
  }

  /// Kills every container whose stop deadline has passed: the platform's own deadline, kept by whoever drains.
  package func tend() async throws {
    let now = clock.now
    for instance in instances.values where instance.record.isAlive {
      guard let deadline = instance.stop?.deadlineAt, deadline <= now else { continue }
      if instance.kill == nil { try instance.folder.save(KillOrder(at: now, cause: "deadline")) }
      _ = try await program.attempt(
        ["kill", "--signal", "SIGKILL", instance.record.id], on: instance.engine, within: settings.callLimit)
    }
  }
}
