package import Logs
package import Machine
package import Vocabulary

/// One instance by itself, for a test that ends it on purpose.
extension LocalProcesses {
  /// What is known of one instance at one moment.
  package struct InstanceState: Sendable {
    /// Its main process, with when it was started; nil: it never was.
    package let process: KeptProcess?
    /// Whether it or anything that it started lives.
    package let isAlive: Bool
    /// What its log has said so far.
    package let log: WorkerLog
    /// The files of its log.
    package let files: [String]
    /// How its main process ended; nil: it has not, or its keeper is about to record it.
    package let end: KeptProcess.End?
    /// When it was told to stop; nil: it was not.
    package let stopRequestedAt: Timestamp?

    /// The jobs of which its log has not told the end.
    package var openJobs: [SessionID] { log.jobs.filter { $0.end == nil }.map(\.id) }
  }

  /// The instances that live, by name.
  package func liveInstances() throws -> [InstanceID] {
    try refresh().filter { instances[$0]?.isAlive == true }.sorted()
  }

  /// One instance; nil where the fleet has none of that name.
  package func state(of id: InstanceID) throws -> InstanceState? {
    guard try refresh().contains(id), let instance = instances[id] else { return nil }
    var end: KeptProcess.End?
    if case .ended(let how, let at) = instance.main { end = KeptProcess.End(how, at: at ?? clock.now) }
    return InstanceState(
      process: instance.process, isAlive: instance.isAlive, log: instance.log,
      files: [instance.folder.output, instance.folder.errors], end: end, stopRequestedAt: instance.stop?.requestedAt)
  }

  /// Tells one live instance to stop, as a drain of its generation does: SIGTERM to its main process, once in its life.
  package func drain(_ id: InstanceID) throws {
    _ = try refresh()
    guard let instance = instances[id], instance.isAlive, instance.stop == nil else { return }
    try tellToStop(instance)
  }

  /// How long after that it is killed.
  package nonisolated var stopTimeout: Duration { settings.stopTimeout }
}
