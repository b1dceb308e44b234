import Libraries
import Machine
import Vocabulary

/// A `kubectl proxy` on a Unix socket that only this user can reach, and that lets GETs of the workers' two addresses through.
///
/// One program for any number of pods; the cluster's credentials stay in it. It ends when this is let go of, and with this program.
final class PodProxy: Sendable {
  /// Where it listens.
  let socket: String
  private let folder: String
  private let state = Locked<KubernetesFailure?>(nil)
  private let task: Locked<Task<Void, Never>?> = Locked(nil)

  /// Why it has ended; nil: it has not.
  var failure: KubernetesFailure? { state.withLock { $0 } }

  init(_ kubectl: Kubectl, namespace: String, port: Int) throws {
    let name = Hashing.randomBytes(8).map { String($0, radix: 36) }.joined()
    folder = "/tmp/sluice-proxy-\(name)"
    try Files.makeDirectory(folder, mode: 0o700)
    socket = folder + "/socket"
    let pods = "^/api/v1/namespaces/\(namespace)/pods/[a-z0-9.-]+:\(port)/proxy/(worker)?$"
    let invocation = kubectl.invocation([
      "proxy", "--unix-socket=\(socket)", "--accept-paths=\(pods)", "--reject-methods=^(POST|PUT|PATCH|DELETE)$",
    ])
    let (state, folder) = (state, folder)
    let running = BackgroundTasks.start {
      let failure: KubernetesFailure
      do {
        let run = try await invocation.run(within: .seconds(604_800), stop: StopPolicy(grace: .seconds(1)))
        failure = .refused(KubectlFault(run.errorText), doing: "proxying to the pods")
      } catch {
        failure = .malformed(what: "kubectl proxy could not be run: \("\(error)".harmless)")
      }
      state.withLock { $0 = failure }
      // What stays of an empty folder in /tmp harms nobody.
      try? Files.removeTree(folder)
    }
    task.withLock { $0 = running }
  }

  deinit { task.withLock { $0?.cancel() } }

  /// Returns once it listens.
  func started(within limit: Duration) async throws {
    let isThere = try await repeating(every: .milliseconds(20), within: limit) { () -> Bool? in
      if let failure { throw failure }
      return Files.kind(of: socket) != nil ? true : nil
    }
    if isThere == nil { throw KubernetesFailure.silent(doing: "starting kubectl proxy", after: limit) }
  }
}
