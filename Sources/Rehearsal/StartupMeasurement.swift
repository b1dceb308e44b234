package import Machine
import Platforms
package import Vocabulary

/// Starts a real worker several times, one after the other, and measures how long it takes until it can take calls.
///
/// The worker registers at the embedded dispatch server, which offers it nothing, and is ended as soon as its idle processes
/// are initialized or one has failed. Everything that is started ends with this program, however that ends.
package struct StartupMeasurement: Sendable {
  /// What is started, and how.
  package struct Options: Sendable {
    /// The worker's command.
    package var agent: [String]
    /// Where it starts.
    package var directory: String
    /// Its variables; the server's are added.
    package var environment: [String: String]
    /// How often it is started.
    package var starts = 5
    /// After this long a start is ended, whatever is known of it by then.
    package var startLimit = Duration.seconds(90)
    /// CPUs that it may use; nil: all.
    package var cpus: Double?
    /// Bytes of memory that it may use; nil: all.
    package var memory: Int?
    /// The file whose imports are measured, and the interpreter's command; nil: they are not.
    package var imports: (interpreter: [String], file: String)?
    /// The program's hidden subcommand that keeps a worker.
    package var keeperCommand: [String]
    /// Where logs are kept while it runs; must exist.
    package var home: String

    /// Five starts of a command.
    package init(
      agent: [String], directory: String, environment: [String: String], keeperCommand: [String], home: String
    ) {
      self.agent = agent
      self.directory = directory
      self.environment = environment
      self.keeperCommand = keeperCommand
      self.home = home
    }
  }

  private let options: Options
  private let wallClock: WallClock

  /// A measurement that has not begun.
  package init(_ options: Options, wallClock: WallClock) {
    self.options = options
    self.wallClock = wallClock
  }

  /// Measures; `report` gets a line when something is known. Throws when the command cannot be started at all, or the task
  /// is cancelled: then nothing that was started is left.
  package func run(report: @escaping @Sendable (String) -> Void) async throws -> StartupFigures {
    let limits = try StartupLimits(cpus: options.cpus, memory: options.memory, environment: options.environment)
    defer { limits.end() }
    var figures = StartupFigures(limits: limits.words, omissions: limits.omissions)
    if let imports = options.imports {
      report("measuring the imports of \(imports.file.harmless)")
      do {
        figures.imports = try await ImportMeasurement.run(
          interpreter: limits.wrapped(imports.interpreter), file: imports.file, directory: options.directory,
          environment: options.environment)
        if figures.imports == nil {
          figures.omissions.append("imports: the agent's module raised when it was imported")
        }
      } catch let failure as MachineFailure {
        figures.omissions.append("imports: \(failure.what)")
      }
    } else {
      figures.omissions.append("imports: the command names no Python interpreter with a file")
    }
    let server = try DispatchServer(wallClock: wallClock)
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      defer {
        group.cancelAll()
        server.stop()
      }
      for number in 1...options.starts {
        try Task.checkCancellation()
        let (start, sdk, isLimited) = try await one(number, server, limits)
        if !isLimited {
          figures.omissions.append("start \(number) ran without the limits: the kernel did not take it in")
        }
        figures.starts.append(start)
        figures.sdk = figures.sdk ?? sdk
        report(words(start))
      }
      return figures
    }
  }

  private func words(_ start: StartupFigures.Start) -> String {
    let registered = start.registeredSeconds.map { "registered after \(seconds($0))" } ?? "not registered"
    let slowest = start.initializedSeconds.max().map { ", the slowest in \(seconds($0))" } ?? ""
    let failed = start.failures.first.map { "; \($0.text)" } ?? ""
    return
      "start \(start.number) of \(options.starts): \(registered), \(start.initializedSeconds.count) initialized processes"
      + "\(slowest)\(failed)"
  }

  private func seconds(_ value: Double) -> String { "\((value * 100).rounded() / 100) s" }

  /// One start, from the first process to the last one's end.
  private func one(
    _ number: Int, _ server: DispatchServer, _ limits: StartupLimits
  ) async throws -> (StartupFigures.Start, sdk: String?, isLimited: Bool) {
    let base = "\(options.home)/start-\(number)"
    let specification = KeeperSpecification(
      command: limits.wrapped(options.agent), stateFile: base + ".state", outputFile: base + ".log",
      errorFile: base + ".errors", guardian: Host.process)
    var environment = options.environment.filter { $0.key != "LIVEKIT_WORKER_TOKEN" }
      .merging(server.environment) { $1 }.merging(limits.variables) { $1 }
    // The agent's own port may be taken by a worker that serves on this machine.
    environment = try PortHook.install(in: "\(options.home)/hook", into: environment)
    let process = try await specification.start(
      keeper: options.keeperCommand, environment: environment, directory: options.directory)
    let isLimited = limits.take(process.identity)
    let known = await server.dispatcher.registrations.map(\.id)
    var log = StartupLog(number: number, output: base + ".log", errors: base + ".errors")
    let watched: Result<Void, any Error>
    do {
      let began = ContinuousClock.now
      let isComplete = try await repeating(every: .milliseconds(20), within: options.startLimit) { () -> Bool? in
        let registrations = await server.dispatcher.registrations.map(\.id)
        if log.start.registeredSeconds == nil, registrations.contains(where: { !known.contains($0) }) {
          log.start.registeredSeconds = (ContinuousClock.now - began).seconds
        }
        let hasEnded = !process.identity.isAlive
        try log.read()
        return log.isComplete(hasEnded: hasEnded) ? true : nil
      }
      log.start.seconds = (ContinuousClock.now - began).seconds
      log.finish(isComplete: isComplete == true, limit: options.startLimit)
      watched = .success(())
    } catch {
      watched = .failure(error)
    }
    // It ends in any case: a task of its own is not cancelled with this one.
    await Task { await end(process.identity, specification) }.value
    try watched.get()
    return (log.start, log.sdk, isLimited)
  }

  /// Asks the worker to go, and kills what is left of its session after two seconds.
  private func end(_ process: ProcessIdentity, _ specification: KeeperSpecification) async {
    process.send(.terminate)
    // What cannot be killed hangs in the kernel, and no more can be done; its keeper goes on trying.
    _ = try? await repeating(every: .milliseconds(20), within: .seconds(2)) { process.isAlive ? nil : true }
    _ = try? await repeating(every: .milliseconds(20), within: .seconds(5)) { () -> Bool? in
      let left = ProcessTable.members(ofSession: process.pid)
      for member in left { ProcessIdentity(pid: member.pid)?.send(.kill) }
      return left.isEmpty ? true : nil
    }
    _ = try? await withDeadline(.seconds(10)) { _ = try await KeptProcess.waitForEnd(specification.stateFile) }
  }
}
