import Documents
import Machine
package import Vocabulary

/// Looks into a container through the program that runs it, docker or podman; changes nothing.
package struct ContainerGathering: Sendable {
  private let environment: [String: String]

  /// Looks with the programs and settings (DOCKER_HOST) of this environment.
  package init(environment: [String: String]) { self.environment = environment }

  private static let limit = Duration.seconds(20)

  /// The tree of a running container, from its process 1 on.
  ///
  /// Of a container on this machine all is read from `/proc`; of one elsewhere what `top` tells, which is no sockets.
  /// Throws `ContainerFailure`.
  package func tree(of container: String, now: Timestamp) async throws -> ProcessTree {
    let program = try program()
    let inspected = try await ask([
      program, "inspect", "--type", "container", "--format", "{{.State.Pid}} {{.Id}} {{.State.Status}}", container,
    ])
    let words = inspected.split { $0 == " " || $0 == "\n" }.map(String.init)
    guard words.count == 3, let pid = Int32(words[0]), pid > 0 else {
      throw ContainerFailure.notRunning(container, status: words.count == 3 ? words[2] : "not known")
    }
    let name = "container \(container)"
    // The engine may be on another machine, where the same id is somebody else's.
    if let group = try? Files.read("/proc/\(pid)/cgroup", limit: 1 << 20),
      String(decoding: group, as: UTF8.self).contains(words[1])
    {
      return try ProcessGathering.tree(of: pid, name: name, isSignaled: true, now: now)
    }
    let listing = try await ask([
      program, "top", container, "-eo", "pid,ppid,pgid,stat,blocked,ignored,caught,args",
    ])
    guard var tree = ProcessListing.read(listing, name: name, source: "\(program) top") else {
      throw ContainerFailure.notUnderstood(program)
    }
    tree.signaled = tree.processes.contains { $0.pid == pid } ? pid : tree.processes.first?.pid
    if let index = tree.processes.firstIndex(where: { $0.pid == tree.signaled }) { tree.processes[index].innerPID = 1 }
    tree.takenAt = now
    return tree
  }

  private func program() throws -> String {
    if let found = ["docker", "podman"].first(where: { Program.find($0, searching: environment["PATH"]) != nil }) {
      return found
    }
    throw ContainerFailure.noProgram
  }

  private func ask(_ arguments: [String]) async throws -> String {
    let run = try await Invocation(arguments, environment: environment).run(within: Self.limit)
    guard run.succeeded else {
      let words = run.errorText.split(separator: "\n").first.map { String($0.prefix(300)).harmless }
      throw ContainerFailure.refused(arguments[0], words ?? "\(run.end)")
    }
    return run.text
  }
}

/// Why a container could not be looked into.
package enum ContainerFailure: Failure {
  case noProgram
  case refused(String, String)
  case notRunning(String, status: String)
  case notUnderstood(String)

  package var what: String {
    switch self {
    case .noProgram: "neither docker nor podman was found"
    case .refused(let program, _): "\(program) did not show the container"
    case .notRunning(let name, let status): "container '\(name.harmless)' does not run: it is \(status.harmless)"
    case .notUnderstood(let program): "what '\(program) top' printed is no list of processes"
    }
  }
  package var why: String? {
    switch self {
    case .noProgram: "no such program on PATH"
    case .refused(_, let words): words
    case .notRunning, .notUnderstood: nil
    }
  }
  package var remedy: String? {
    switch self {
    case .noProgram: "give the agent's pid on this machine with --pid"
    case .refused(let program, _): "look for its name with '\(program) ps'"
    case .notRunning: "read how it ended: give its log with --logs"
    case .notUnderstood: "give the agent's pid on this machine with --pid"
    }
  }
  package var exitStatus: ExitStatus {
    switch self {
    case .noProgram, .notUnderstood: .unavailable
    case .refused, .notRunning: .missingInput
    }
  }
}
