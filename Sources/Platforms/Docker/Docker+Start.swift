package import Cutover
package import Vocabulary

import Logs
import Machine

extension Docker {
  /// How many turns keep their ended containers.
  static let keptTurns = 5

  /// Starts a turn of a version beside what runs, the same number on each engine; a returning one from the image it last ran.
  ///
  /// Returns when every container has given a first sign of life in its log, or has run for the time of `startWatch`. When one
  /// cannot be started or ends before that, the others of the turn are removed again.
  package func start(_ version: VersionName, isReturning: Bool) async throws -> Generation {
    try await look()
    let reference = try settings.reference(of: version)
    let earlier = generations.last { $0.version == version }
    guard !isReturning || earlier != nil else {
      throw DockerFailure.versionUnknown(version, known: try await versions().map(\.version))
    }
    let number = (generations.last?.number ?? 0) + 1
    // A turn of which no container is left gave its number to nobody else.
    let turn = 1 + (generations.filter { $0.version == version }.compactMap(\.turn).max() ?? 0)
    let generation = DockerGeneration(
      number: number, id: GenerationID("\(version.rawValue)#\(turn)"), version: version)
    do {
      try await startContainers(of: generation) { engine in
        guard isReturning else { return reference }
        let last = self.instances.values.first { $0.generation == earlier && $0.engine == engine }
        return last.map(\.record.image).flatMap { $0.isEmpty ? nil : $0 } ?? reference
      }
      try await watchStart(of: generation)
    } catch {
      // Removed even when this task is cancelled: nobody else knows of what was started.
      await Task { await self.remove(number) }.value
      throw error
    }
    await removeOld()
    return generation.asGeneration
  }

  private func startContainers(of generation: DockerGeneration, _ image: (String?) -> String) async throws {
    var runs: [(engine: String?, instance: InstanceID, arguments: [String])] = []
    for engine in self.settings.engines {
      for replica in 1...self.settings.replicas {
        let place = engine.map { self.settings.engines.count > 1 ? "\($0)-" : "" } ?? ""
        let id = InstanceID("\(generation.id.rawValue)-\(place)\(replica)")
        runs.append((engine, id, self.settings.run(generation, id, replica: replica, image: image(engine))))
      }
    }
    let (program, settings) = (program, settings)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (index, run) in runs.enumerated() {
        if index >= 8 { try await group.next() }
        group.addTask {
          var variables = settings.environment
          variables["SLUICE_VERSION"] = generation.version.rawValue
          variables["SLUICE_INSTANCE"] = run.instance.rawValue
          let lines = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
          let started = try await program.attempt(
            run.arguments, on: run.engine, input: .bytes(Array(lines.utf8)), within: settings.startLimit)
          guard !started.succeeded else { return }
          let failure = try program.failure(
            of: started, on: run.engine, to: "starting \(run.instance.rawValue.harmless)", after: settings.startLimit)
          // docker says so in a line before the one that says why it could not be had.
          if case .refused(_, let line) = failure,
            started.errorText.contains("Unable to find image")
              || started.errorText.lowercased().contains("no such image")
          {
            throw DockerFailure.imageMissing(image: run.arguments, settings, line: line)
          }
          throw failure
        }
      }
      try await group.waitForAll()
    }
  }

  /// Waits until each container has said that it is starting, or `startWatch` is over; throws when one has ended.
  private func watchStart(of generation: DockerGeneration) async throws {
    _ = try await repeating(every: .milliseconds(100), within: settings.startWatch) { () -> Bool? in
      try await look()
      let all = instances.values.filter { $0.generation == generation }.sorted { $0.id < $1.id }
      if let dead = all.first(where: { !$0.isAlive }) { throw dead.failureOfStart }
      return !all.isEmpty && all.allSatisfy { $0.log.log.startingAt != nil } ? true : nil
    }
  }

  /// Removes all that a turn has, running or not; an engine that does not answer keeps it.
  private func remove(_ number: Int) async {
    for engine in settings.engines {
      _ = try? await program.remove(
        ["\(ContainerRecord.Label.target)=\(settings.target.rawValue)", "\(ContainerRecord.Label.number)=\(number)"],
        on: engine, within: settings.callLimit)
    }
    instances = instances.filter { $0.value.generation.number != number }
  }

  /// Removes every container of the target, running or not: for tests, which leave nothing behind.
  package func cleanUp() async throws {
    for engine in settings.engines {
      try await program.remove(
        ["\(ContainerRecord.Label.target)=\(settings.target.rawValue)"], on: engine, within: settings.callLimit)
    }
    instances = [:]
  }

  /// Removes ended containers of turns that are long over; what cannot be removed is removed by the next start.
  private func removeOld() async {
    let kept = Set(generations.suffix(Self.keptTurns))
    let old = instances.values.filter { !$0.isAlive && !kept.contains($0.generation) }
    for engine in self.settings.engines {
      let ids = old.filter { $0.engine == engine }.map(\.record.id).sorted()
      guard !ids.isEmpty else { continue }
      _ = try? await program.attempt(["rm"] + ids, on: engine, within: settings.callLimit)
    }
  }

  package func failureToServe(_ generation: Generation) async throws -> (any Failure)? {
    let all = instances.values.filter { $0.generation.id == generation.id }.sorted { $0.id < $1.id }
    guard !all.isEmpty, all.allSatisfy({ !$0.isAlive && !$0.hasServed && $0.log.log.registrations.isEmpty }) else {
      return nil
    }
    return all.first?.failureOfServing
  }
}

extension DockerProgram {
  /// Removes every container that has these labels, running or not.
  fileprivate func remove(_ labels: [String], on engine: String?, within limit: Duration) async throws {
    let filters = labels.flatMap { ["--filter", "label=\($0)"] }
    let listing = try await run(
      ["ps", "--all", "--quiet", "--no-trunc"] + filters, on: engine, to: "listing its containers", within: limit)
    let ids = String(decoding: listing, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
    guard !ids.isEmpty else { return }
    // podman's `rm --force` waits for the stop timeout; one that runs no more cannot be killed, and need not be.
    _ = try await attempt(["kill", "--signal", "SIGKILL"] + ids, on: engine, within: limit)
    _ = try await run(["rm", "--force"] + ids, on: engine, to: "removing them", within: limit)
  }
}

extension DockerGeneration {
  /// The turn of its version: 2 of `v1#2`.
  fileprivate var turn: Int? {
    id.rawValue.lastIndex(of: "#").flatMap { Int(id.rawValue[id.rawValue.index(after: $0)...]) }
  }
}

extension DockerSettings {
  /// The arguments that start one container; its variables come on standard input.
  func run(_ generation: DockerGeneration, _ id: InstanceID, replica: Int, image: String) -> [String] {
    let labels = [
      (ContainerRecord.Label.target, target.rawValue), (ContainerRecord.Label.version, generation.version.rawValue),
      (ContainerRecord.Label.generation, generation.id.rawValue),
      (ContainerRecord.Label.number, "\(generation.number)"),
      (ContainerRecord.Label.instance, id.rawValue),
    ]
    let name =
      "sluice-\(target.rawValue.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })-\(generation.number)-\(replica)"
    return ["run", "--detach", "--name", name, "--stop-timeout", "\(Int(stopTimeout.seconds.rounded(.up)))"]
      + labels.flatMap { ["--label", "\($0)=\($1)"] } + ["--env-file", "/dev/stdin"] + options + [image] + command
  }
}

extension DockerFailure {
  fileprivate static func imageMissing(image arguments: [String], _ settings: DockerSettings, line: String) -> Self {
    let place = arguments.count - settings.command.count - 1
    return .imageMissing(arguments.indices.contains(place) ? arguments[place] : settings.image, line: line)
  }
}

extension DockerInstance {
  private var ending: String {
    if record.isOutOfMemory { return "the kernel killed it for want of memory" }
    if !record.error.isEmpty { return String(record.error.harmless.prefix(300)) }
    return record.exitCode.map { "exit code \($0)" } ?? "how is not known"
  }

  fileprivate var failureOfStart: DockerFailure {
    .endedAtOnce(id, container: record.name, end: ending, lines: log.log.lastLines(6))
  }

  fileprivate var failureOfServing: DockerFailure {
    let words = log.log.failure?.summary ?? log.log.lastLines(3).joined(separator: " | ")
    return .neverServed(
      generation.id, reason: "\(ending)\(words.isEmpty ? "; its log is empty" : "; it logged: \(words)")",
      container: record.name)
  }
}
