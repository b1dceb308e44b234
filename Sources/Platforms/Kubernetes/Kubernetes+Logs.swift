import Machine
import Vocabulary

extension Kubernetes {
  /// The logs of the pods that run, those of terminating ones first: each is followed until its container has ended, since
  /// a pod's log goes with the pod.
  package func logs() async throws -> [InstanceLog] {
    let picture = try await picture()
    let namespace = try await namespace()
    let container = settings.container ?? picture.podSpec?.containers.first?.name
    let isReused = if case .statefulSet = settings.workload { true } else { false }
    let running = try await pods(of: picture).pods.values.filter { $0.isAlive && $0.standing.isRunning }
    let ordered = running.sorted { (($0.deletion == nil ? 1 : 0), $0.name) < (($1.deletion == nil ? 1 : 0), $1.name) }
    return ordered.map { pod in
      let invocation = kubectl.invocation(
        ["--namespace=\(namespace)", "logs", pod.name, "--follow", "--tail=5000"]
          + (container.map { ["--container=\($0)"] } ?? []))
      return InstanceLog(
        name: pod.currentID(isReused: isReused).rawValue,
        origin: .stream { piece in try await self.follow(invocation, of: pod.name, piece) })
    }
  }

  /// Reads one log to its end, or until the task is cancelled; of lines that come faster than they are taken, the newest
  /// beyond 20,000 are lost.
  private nonisolated func follow(
    _ invocation: Invocation, of pod: String, _ piece: ([UInt8]) async throws -> Void
  ) async throws {
    let (lines, arrived) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(20_000))
    let running = Task {
      defer { arrived.finish() }
      let run = try await invocation.run(
        within: .seconds(604_800), stop: StopPolicy(grace: .seconds(1)), keeping: 65_536,
        onLine: { if $0.stream == .output { arrived.yield($0.line.bytes + [0x0A]) } })
      guard run.cause != .finished || run.end == .exited(0) else {
        throw KubernetesFailure.refused(KubectlFault(run.errorText), doing: "reading the log of \(pod.harmless)")
      }
    }
    try await withTaskCancellationHandler {
      for await line in lines { try await piece(line) }
      try await running.value
    } onCancel: {
      running.cancel()
    }
  }
}
