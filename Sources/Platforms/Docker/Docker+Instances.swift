package import SessionSources
package import Vocabulary

import Logs
import Machine

/// One live container of a fleet.
package struct InstanceContainer: Sendable {
  /// The instance.
  package let id: InstanceID
  /// The release it runs.
  package let version: VersionName
  /// The engine's id of it.
  package let container: String
  /// The context of its engine; nil: the current one.
  package let engine: String?
  /// What speaks to its engine.
  package let program: DockerProgram
}

extension Docker {
  /// The live containers, the oldest generation first.
  package func liveContainers() async throws -> [InstanceContainer] {
    try await look()
    return instances.values.filter(\.record.isAlive).sorted {
      ($0.generation.number, $0.id) < ($1.generation.number, $1.id)
    }
    .map {
      InstanceContainer(
        id: $0.id, version: $0.generation.version, container: $0.record.id, engine: $0.engine, program: program)
    }
  }

  /// Where the HTTP servers of live workers are, as far as their logs have said so and this machine can reach them.
  ///
  /// Reached are containers of an engine on this machine: in the machine's own network, or at their address in the engine's.
  package func workerEndpoints() async throws -> [WorkerEndpoint] {
    try await look()
    return instances.values.filter(\.record.isAlive).sorted { $0.id < $1.id }.compactMap { instance in
      guard let http = instance.log.log.http, instance.record.runsHere else { return nil }
      let host = instance.record.usesHostNetwork ? "127.0.0.1" : instance.record.addresses.first
      guard let host else { return nil }
      return WorkerEndpoint(
        name: instance.id, url: "http://\(host):\(http.port)", version: instance.generation.version,
        generation: instance.generation.id)
    }
  }
}

extension ContainerRecord {
  /// Whether its process 1 is a process of this machine: the engine may be on another, where the id is somebody else's.
  package var runsHere: Bool {
    guard pid > 0, let group = try? Files.read("/proc/\(pid)/cgroup", limit: 1 << 20) else { return false }
    return String(decoding: group, as: UTF8.self).contains(id)
  }
}
