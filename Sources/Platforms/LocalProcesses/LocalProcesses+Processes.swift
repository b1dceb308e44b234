import Logs
import Machine
package import Vocabulary

/// The processes of one live instance.
package struct InstanceProcesses: Hashable, Sendable {
  /// The instance.
  package let id: InstanceID
  /// The release it runs.
  package let version: VersionName
  /// The process that is told to stop.
  package let main: Int32
  /// Whether that runs.
  package let isMainAlive: Bool
  /// What outlived it.
  package let survivors: [Int32]
  /// Whether its log says that it took the stop signal.
  package let isDrainConfirmed: Bool
}

extension LocalProcesses {
  /// The processes of every live instance, the oldest generation first.
  package func liveProcesses() throws -> [InstanceProcesses] {
    try refresh().compactMap { instances[$0] }.filter(\.isAlive).compactMap { instance in
      instance.process.map { process in
        InstanceProcesses(
          id: instance.id, version: instance.generation.version, main: process.identity.pid,
          isMainAlive: process.identity.isAlive, survivors: instance.survivors.map(\.pid),
          isDrainConfirmed: instance.log.drain.confirmedAt != nil)
      }
    }
  }
}
