package import Platforms
package import Vocabulary

import Machine

/// Looks into a container through the program that runs it, docker or podman; changes nothing.
package struct ContainerGathering: Sendable {
  private let program: DockerProgram
  private let engine: String?

  /// Looks with the program and settings (DOCKER_HOST) of this environment; throws `DockerFailure` where there is none.
  package init(environment: [String: String]) throws(DockerFailure) {
    program = try DockerProgram(foundIn: environment)
    engine = nil
  }

  /// Looks at what an instance of a fleet runs in.
  init(_ instance: InstanceContainer) {
    program = instance.program
    engine = instance.engine
  }

  private static let limit = Duration.seconds(20)
  /// How long the copy of a log may take.
  private static let logLimit = Duration.seconds(60)

  /// What its engine says of a container, its log, and, while it runs, its processes; added to a case without logs.
  ///
  /// The log is copied into `folder`, which is there and goes away afterwards. Throws `DockerFailure` when there is no such
  /// container or its engine does not answer.
  package func look(at container: String, into file: inout CaseFile, folder: String, now: Timestamp) async throws {
    let record = try await program.container(container, on: engine, within: Self.limit)
    let log = "\(record.name.replacing("/", with: "-")).log"
    let gap = try await copyLog(of: record, to: "\(folder)/\(log)")
    let isThere = Files.size(of: "\(folder)/\(log)") ?? 0 > 0
    if isThere { file.add(try await LogGathering.read([log], in: folder)) }
    if let gap { file.gaps.append(gap) }
    file.containers.append(facts(of: record, log: isThere ? log : nil))
    guard record.isAlive, record.pid > 0 else {
      file.gaps.append(
        CaseFile.Gap(
          what: "the processes of container \(record.name.harmless)", why: "it is \(record.status.harmless)",
          remedy: "look at one that runs, or see what a signal does: sluice triage --term-test --container IMAGE"))
      return
    }
    file.trees.append(try await tree(of: record, name: "container \(container)", now: now))
  }

  /// What its engine says of a container and its processes, its log being copied to `path`.
  func look(
    at container: String, log path: String, now: Timestamp
  ) async throws -> (facts: ContainerFacts, tree: ProcessTree?, gap: CaseFile.Gap?) {
    let record = try await program.container(container, on: engine, within: Self.limit)
    let gap = try await copyLog(of: record, to: path)
    let isThere = Files.size(of: path) ?? 0 > 0
    let isRunning = record.isAlive && record.pid > 0
    return (
      facts(of: record, log: isThere ? String(path.split(separator: "/").last ?? "") : nil),
      isRunning ? try await tree(of: record, name: "container \(record.name)", now: now) : nil, gap
    )
  }

  private func facts(of record: ContainerRecord, log: String?) -> ContainerFacts {
    var facts = ContainerFacts(record, source: "\(program.name) inspect")
    facts.log = log
    return facts
  }

  /// Copies a log to the end of a file; what keeps it from being whole.
  private func copyLog(of record: ContainerRecord, to path: String) async throws -> CaseFile.Gap? {
    let copied = try await program.attempt(
      ["logs", record.id], on: engine, output: .append(to: path), within: Self.logLimit)
    guard !copied.succeeded else { return nil }
    return CaseFile.Gap(
      what: "the end of the log of container \(record.name.harmless), or all of it",
      why: "\(program.name) did not give it (\(copied.end))", remedy: "give it with --logs")
  }

  /// The tree of a running container, from its process 1 on.
  ///
  /// Of a container on this machine all is read from `/proc`; of one elsewhere what `top` tells, which is no sockets.
  /// Throws `DockerFailure` and `ContainerFailure`.
  package func tree(of container: String, now: Timestamp) async throws -> ProcessTree {
    let record = try await program.container(container, on: engine, within: Self.limit)
    guard record.isAlive, record.pid > 0 else { throw ContainerFailure.notRunning(container, status: record.status) }
    return try await tree(of: record, name: "container \(container)", now: now)
  }

  private func tree(of record: ContainerRecord, name: String, now: Timestamp) async throws -> ProcessTree {
    if record.runsHere { return try ProcessGathering.tree(of: record.pid, name: name, isSignaled: true, now: now) }
    let listing = try await program.run(
      ["top", record.id, "-eo", "pid,ppid,pgid,stat,blocked,ignored,caught,args"], on: engine,
      to: "listing its processes", within: Self.limit)
    let source = "\(program.name) top"
    guard var tree = ProcessListing.read(String(decoding: listing, as: UTF8.self), name: name, source: source) else {
      throw ContainerFailure.notUnderstood(program.name)
    }
    tree.signaled = tree.processes.contains { $0.pid == record.pid } ? record.pid : tree.processes.first?.pid
    if let index = tree.processes.firstIndex(where: { $0.pid == tree.signaled }) { tree.processes[index].innerPID = 1 }
    tree.takenAt = now
    return tree
  }
}

extension ContainerFacts {
  init(_ record: ContainerRecord, source: String) {
    self.init(
      name: record.name.harmless, source: source, command: record.command.withoutSecrets.map(\.harmless),
      status: record.status.harmless, isAlive: record.isAlive,
      exitCode: record.isAlive ? nil : record.exitCode.map(Int.init), isOutOfMemory: record.isOutOfMemory,
      memoryLimit: record.memoryLimit, startedAt: record.startedAt,
      finishedAt: record.isAlive ? nil : record.finishedAt, stopTimeoutSeconds: record.stopTimeout.seconds,
      stopSignal: "\(record.stopSignal)", restarts: record.restarts)
  }
}

/// Why the processes of a container could not be looked at.
package enum ContainerFailure: Failure {
  case notRunning(String, status: String)
  case notUnderstood(String)

  package var what: String {
    switch self {
    case .notRunning(let name, let status): "container '\(name.harmless)' does not run: it is \(status.harmless)"
    case .notUnderstood(let program): "what '\(program) top' printed is no list of processes"
    }
  }
  package var why: String? { nil }
  package var remedy: String? {
    switch self {
    case .notRunning: "read how it ended: give its log with --logs"
    case .notUnderstood: "give the agent's pid on this machine with --pid"
    }
  }
  package var exitStatus: ExitStatus {
    switch self {
    case .notUnderstood: .unavailable
    case .notRunning: .missingInput
    }
  }
}
