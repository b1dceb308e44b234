package import SessionSources

import Cutover
import Vocabulary

extension Kubernetes {
  /// Where the HTTP servers of the live pods can be asked, those that drain included: through the API server's pod proxy.
  package func workerEndpoints() async throws -> [WorkerEndpoint] {
    let picture = try await picture()
    let book = try await pods(of: picture)
    let socket = try await proxySocket()
    let base = "http://localhost/api/v1/namespaces/\(try await namespace())/pods"
    let isReused = if case .statefulSet = settings.workload { true } else { false }
    return book.pods.values.filter { $0.isAlive && $0.standing.isRunning }.sorted { $0.name < $1.name }.map { pod in
      let turn = picture.turn(pod.labels[label])
      return WorkerEndpoint(
        name: pod.currentID(isReused: isReused), url: "\(base)/\(pod.name):\(settings.workerPort)/proxy",
        version: turn?.generation.version, generation: turn?.generation.id, unixSocket: socket)
    }
  }
}
