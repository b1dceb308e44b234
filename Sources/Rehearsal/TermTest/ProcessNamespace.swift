import Machine
import Vocabulary

/// A way to start a command as process 1, as a container does: the kernel then drops signals for which it has no handler.
struct ProcessNamespace: Sendable {
  /// What stands before the command; it stays outside of the namespace, and all within ends with it.
  let prefix: [String]

  /// The way that works here; nil: none does.
  static func find(_ environment: [String: String]) async throws -> ProcessNamespace? {
    let plain = ["unshare", "--pid", "--fork", "--mount-proc", "--kill-child"]
    for prefix in [plain, plain + ["--user", "--map-current-user"]] {
      // Where there is no such program nothing else makes a namespace.
      guard Program.find(prefix[0], searching: environment["PATH"]) != nil else { return nil }
      let trial = try await Invocation(prefix + ["--", "true"], environment: environment).run(within: .seconds(5))
      try Task.checkCancellation()
      if trial.succeeded { return ProcessNamespace(prefix: prefix + ["--"]) }
    }
    return nil
  }
}
