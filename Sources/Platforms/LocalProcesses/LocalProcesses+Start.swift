package import Cutover
package import Vocabulary

import Logs
import Machine

extension LocalProcesses {
  /// Starts a turn of a version; a returning one with the command and directory that it was last started with.
  ///
  /// Returns when every process has given a first sign of life in its log, or has lived for the time of `startWatch`. A
  /// process that ends before that is an error with the end of its log, and the others of the turn are ended again.
  package func start(_ version: VersionName, isReturning: Bool) async throws -> Generation {
    let known = try store.allGenerations()
    let earlier = known.last { $0.version == version && !$0.isAbandoned }
    guard !isReturning || earlier != nil else {
      throw LocalProcessesFailure.versionUnknown(version, known: try await versions().map(\.version))
    }
    let again = isReturning ? earlier : nil
    let number = try store.newNumber()
    let turn = known.filter { $0.version == version }.count + 1
    let generation = LocalGeneration(
      number: number, id: GenerationID("\(version.rawValue)#\(turn)"), version: version, turn: turn,
      command: again?.command ?? settings.command, directory: again?.directory ?? settings.directory,
      replicas: settings.replicas, startedAt: clock.now,
      mark: String(UInt64.random(in: 0 ... .max), radix: 36) + String(UInt64.random(in: 0 ... .max), radix: 36))
    try store.save(generation)
    do {
      try await startProcesses(of: generation)
      try await watchStart(of: generation)
    } catch {
      // Ended even when this task is cancelled: nobody else knows of what was started.
      await Task { await self.end(generation) }.value
      var abandoned = generation
      abandoned.isAbandoned = true
      try store.save(abandoned)
      instances = instances.filter { $0.value.generation.number != number }
      throw error
    }
    return generation.asGeneration
  }

  /// Starts the processes of a generation, at most 16 at once.
  private func startProcesses(of generation: LocalGeneration) async throws {
    let variables = try PortHook.install(
      in: store.hookFolder, into: settings.inherited.merging(settings.environment) { $1 })
    let store = store
    let (keeper, guardian) = (settings.keeperCommand, settings.guardian)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for replica in 1...generation.replicas {
        if replica > 16 { try await group.next() }
        var environment = variables
        environment["SLUICE_VERSION"] = generation.version.rawValue
        environment["SLUICE_INSTANCE"] = generation.instance(replica).rawValue
        environment["SLUICE_MARK"] = generation.mark
        let child = environment
        group.addTask {
          let folder = store.folder(of: generation, replica: replica)
          try Files.makeDirectory(folder.path)
          let specification = KeeperSpecification(
            command: generation.command, stateFile: folder.record, outputFile: folder.output, errorFile: folder.errors,
            guardian: guardian)
          do {
            _ = try await specification.start(keeper: keeper, environment: child, directory: generation.directory)
          } catch let cause as MachineFailure {
            throw LocalProcessesFailure.notStarted(generation.version, cause)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// Waits until each process has said that it is starting, or `startWatch` is over; throws when one has ended.
  private func watchStart(of generation: LocalGeneration) async throws {
    let names = (1...generation.replicas).map { generation.instance($0) }
    _ = try await repeating(every: .milliseconds(20), within: settings.startWatch) { () -> Bool? in
      _ = try refresh()
      let all = names.compactMap { instances[$0] }
      if let dead = all.first(where: { !$0.isAlive }), case .ended(let end, _) = dead.main {
        throw dead.failureOfStart(end)
      }
      return all.allSatisfy { $0.log.startingAt != nil } ? true : nil
    }
  }

  package func failureToServe(_ generation: Generation) async throws -> (any Failure)? {
    try generation.id.flatMap { try startFailure(of: $0) }
  }

  /// Why no process of a generation will ever serve: all have ended and none had served; nil as long as one may.
  ///
  /// For whoever waits until a generation serves: a worker whose credentials or port are refused ends some seconds after
  /// its start, with exit code 0.
  package func startFailure(of id: GenerationID) throws -> (any Failure)? {
    _ = try refresh()
    let all = instances.values.filter { $0.generation.id == id }.sorted { $0.id < $1.id }
    guard !all.isEmpty, all.allSatisfy({ !$0.isAlive && $0.log.registrations.isEmpty }) else { return nil }
    guard let first = all.first(where: { $0.log.failure != nil }) ?? all.first else { return nil }
    return first.failureOfServing()
  }
}

extension LocalInstance {
  private var logFile: String {
    (Files.size(of: folder.errors) ?? 0) > 0 && log.sdkVersion == nil ? folder.errors : folder.output
  }

  fileprivate func failureOfStart(_ end: ProcessEnd) -> LocalProcessesFailure {
    if isPortInUse { return .portInUse(id, command: generation.command, log: logFile) }
    return .endedAtOnce(id, command: generation.command, end: end, lines: log.lastLines(6), log: logFile)
  }

  fileprivate func failureOfServing() -> LocalProcessesFailure {
    if isPortInUse { return .portInUse(id, command: generation.command, log: logFile) }
    let reason = log.failure?.summary ?? startFailure ?? log.lastLines(3).joined(separator: " | ")
    return .neverServed(generation.id, reason: reason.isEmpty ? "their logs are empty" : reason, log: logFile)
  }

  /// Linux's number of EADDRINUSE, as Python writes it; the agent's language does not matter to the system.
  private var isPortInUse: Bool {
    [log.failure?.summary].compactMap(\.self).contains { $0.contains("[Errno 98]") }
      || log.lastLines(24).contains { $0.contains("EADDRINUSE") }
  }
}
