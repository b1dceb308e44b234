import Logs
import Machine
import Platforms
import Vocabulary

/// The process that a test starts, and all that it starts itself.
final class TestedProcess: Sendable {
  private let options: TermTest.Options
  private let base: String
  private let namespace: ProcessNamespace?
  private let drainTimeout: Duration?
  private let state = Locked(State())

  private struct State {
    /// What was started; of a container, what copies its log.
    var kept: KeptProcess?
    /// A container's process 1.
    var first: ProcessIdentity?
    var agent: ProcessIdentity?
  }

  init(_ options: TermTest.Options, named name: String, in namespace: ProcessNamespace?, drainTimeout: Duration?) {
    self.options = options
    self.namespace = namespace
    self.drainTimeout = drainTimeout
    base = "\(options.home)/\(name)"
    containerName = "sluice-term-test-\(Host.process.pid)-\(name)-\(UInt32.random(in: 0 ... .max))"
  }

  private let containerName: String

  /// What it writes to standard output and to standard error.
  var logs: [String] { [base + ".log", base + ".errors"] }

  private var specification: KeeperSpecification {
    KeeperSpecification(
      command: options.container.map { $0.program.arguments(following: containerName) }
        ?? (namespace?.prefix ?? []) + options.command, stateFile: base + ".state", outputFile: logs[0],
      errorFile: logs[1], guardian: Host.process)
  }

  /// Starts it with these variables beside its own.
  func start(adding variables: [String: String]) async throws {
    if let container = options.container { return try await start(container, adding: variables) }
    var environment = options.environment.filter { $0.key != "LIVEKIT_WORKER_TOKEN" }.merging(variables) { $1 }
    // The agent's own port may be taken by a worker that serves on this machine.
    environment =
      if let drainTimeout {
        try DrainHook.install(drainTimeout, in: "\(options.home)/drain-hook", into: environment)
      } else {
        try PortHook.install(in: "\(options.home)/hook", into: environment)
      }
    let kept = try await specification.start(
      keeper: options.keeperCommand, environment: environment, directory: options.directory)
    state.withLock { $0.kept = kept }
  }

  private func start(_ container: TestedContainer, adding variables: [String: String]) async throws {
    let hook = "\(options.home)/\(drainTimeout == nil ? "hook" : "drain-hook")"
    _ =
      if let drainTimeout {
        try DrainHook.install(drainTimeout, in: hook, into: [:])
      } else {
        try PortHook.install(in: hook, into: [:])
      }
    let first = try await container.start(containerName, adding: variables, folder: options.home, pythonPath: hook)
    state.withLock { $0.first = first }
    let kept = try await specification.start(
      keeper: options.keeperCommand, environment: options.environment, directory: options.directory)
    state.withLock { $0.kept = kept }
  }

  private var first: ProcessIdentity? { state.withLock { $0.first } }
  private var kept: KeptProcess? { state.withLock { $0.kept } }

  /// Whether what was started runs.
  var isAlive: Bool { first?.isAlive ?? kept?.identity.isAlive ?? false }

  /// Whether what was started and the process that served have both ended.
  var isGone: Bool { !isAlive && state.withLock { $0.agent?.isAlive } != true }

  /// The live processes, the one that the platform would signal first; what only makes the namespace is none of them.
  var processes: [ProcessStatus] {
    // All of a container descend from its process 1, and end with it.
    if let first { return first.isAlive ? ProcessTable.tree(of: first.pid).filter(\.isAlive) : [] }
    guard let kept else { return [] }
    let members = ProcessTable.tree(of: kept.identity.pid).filter(\.isAlive)
    let outside = namespace == nil ? 0 : 1
    let orphans = ProcessTable.members(ofSession: kept.identity.pid).filter { member in
      !members.contains { $0.pid == member.pid } && member.pid != kept.identity.pid
    }
    return Array(members.dropFirst(outside)) + orphans
  }

  /// The processes as a record has them; `port` is where the one that serves listens.
  func look(port: UInt16?) -> [TermTestRecord.Process] {
    let look = ProcessLook(processes, port: port)
    state.withLock { $0.agent = look.agent.flatMap { ProcessIdentity(pid: $0) } }
    return look.records(
      signal: options.signal, isGroup: options.addressee == .group, hasNamespace: namespace != nil || first != nil,
      words: options.words)
  }

  /// The processes that live, as words.
  var leftBehind: [String] {
    processes.map { left in
      "pid \(left.pid) '\(options.words(ProcessTable.arguments(of: left.pid) ?? [left.name]).prefix(120))'"
    }
  }

  /// The ports on which it listens.
  var ports: [UInt16] {
    var sockets = ProcessSockets()
    return processes.flatMap { (try? sockets.sockets(of: $0.pid)) ?? [] }.filter { $0.state == .listening }.map(\.port)
  }

  /// Sends the signal as the platform would; nil: there was nobody to send it to.
  func signal(_ signal: Signal, at now: Timestamp) async -> TermTestRecord.Sent? {
    let all = processes
    if let container = options.container, options.addressee == .main {
      guard let first, await container.send(signal, to: containerName) else { return nil }
      return TermTestRecord.Sent(name: "\(signal)", to: "process 1 (pid \(first.pid))", at: now)
    }
    let addressed = options.addressee == .group ? all : Array(all.prefix(1))
    let sent = addressed.filter { ProcessIdentity(pid: $0.pid)?.send(signal) ?? false }
    guard let first = sent.first else { return nil }
    let to =
      options.addressee == .group
      ? "every process (\(sent.count))" : namespace == nil ? "pid \(first.pid)" : "process 1 (pid \(first.pid))"
    return TermTestRecord.Sent(name: "\(signal)", to: to, at: now)
  }

  /// How what was started ended, as its keeper recorded it.
  func end(by now: Timestamp) async -> TermTestRecord.Exit {
    if let container = options.container { return await container.end(of: containerName, by: now) }
    let specification = specification
    let recorded = try? await withDeadline(.seconds(10)) { try await KeptProcess.waitForEnd(specification.stateFile) }
    // A keeper that recorded nothing leaves unknown how it ended, never that it ended well.
    return TermTestRecord.Exit(recorded?.how ?? .unknown, at: recorded?.at ?? now)
  }

  /// Kills all that is left, and waits until it is gone.
  func stop() async {
    if let container = options.container { await container.remove(containerName) }
    guard let kept else { return }
    // What cannot be killed hangs in the kernel, and no more can be done; its keeper goes on trying.
    _ = try? await repeating(every: .milliseconds(20), within: .seconds(5)) { () -> Bool? in
      let left = ProcessTable.members(ofSession: kept.identity.pid) + (first == nil ? processes : [])
      for member in left { ProcessIdentity(pid: member.pid)?.send(.kill) }
      return left.isEmpty && !kept.identity.isAlive ? true : nil
    }
    if options.container == nil { _ = await end(by: kept.startedAt) }
  }
}

/// What the agent's log says, as it grows.
struct TestedLog {
  private(set) var log = WorkerLog()
  private var files: [(follower: LogFollower, stream: WorkerLog.Stream)]

  init(_ paths: [String]) {
    files = zip(paths, [WorkerLog.Stream.output, .errors]).map { (LogFollower($0), $1) }
  }

  /// Reads what was added.
  mutating func read(at now: Timestamp) throws(MachineFailure) {
    for index in files.indices {
      let stream = files[index].stream
      _ = try files[index].follower.read { bytes in log.append(bytes, from: stream, readAt: now) }
    }
  }
}
