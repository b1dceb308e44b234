package import Cutover
package import Machine
package import Vocabulary

import Logs
import SessionSources

/// Versions as containers of one or several engines, through the `docker` or `podman` of PATH and its contexts.
///
/// What is known of a fleet is in the labels of its containers, so any machine that reaches the engines finds it again. What
/// was ordered is kept beside the journal, and an instance whose log says that it drains is told nothing again, whoever
/// told it. Ended containers stay until five newer turns exist: how they ended is read from them. Nothing is killed by
/// itself: whoever drains calls `tend` at each poll, which ends what has passed its deadline. A reading changes nothing.
package actor Docker: Platform {
  package nonisolated let traits: SourceTraits

  /// The clocks as of the last look; before the first, the stop timeout and what the command says.
  package nonisolated var window: DrainWindow { knownWindow.withLock { $0 } }
  package nonisolated var startLimit: Duration { settings.startLimit }

  let settings: DockerSettings
  let program: DockerProgram
  let clock: WallClock
  /// Every container of the target, by its id.
  var instances: [String: DockerInstance] = [:]
  private let knownWindow: Locked<DrainWindow>
  private var looking: Task<Void, any Error>?

  /// Looks at nothing yet; throws `DockerFailure` for settings that cannot be meant.
  package init(
    _ settings: DockerSettings, id: SourceID = "docker", clock: WallClock = .live
  ) throws(DockerFailure) {
    try settings.check()
    traits = SourceTraits(id: id, kind: "docker", sees: [.instances, .drains])
    self.settings = settings
    self.clock = clock
    program = DockerProgram(name: settings.program, environment: settings.inherited)
    knownWindow = Locked(settings.window(of: []))
  }

  package func reading(within limit: Duration) async -> Reading {
    let answer: Reading.Answer
    do {
      try await look(within: limit)
      answer = .snapshot(Observation(instances: listed.map(\.observation)))
    } catch let failure as DockerFailure {
      answer = .failure(SourceFailure(kind: failure.asReading.kind, detail: failure.asReading.detail))
    } catch let failure as any Failure {
      let detail = [failure.what, failure.why].compactMap(\.self).joined(separator: ": ")
      answer = .failure(SourceFailure(kind: .malformed, detail: detail))
    } catch {
      answer = .failure(SourceFailure(kind: .timeout, detail: "the asking was given up"))
    }
    return Reading(source: traits.id, takenAt: clock.now, answer: answer)
  }

  package func current() async throws -> [Generation] {
    try await look()
    let live = Set(instances.values.filter(\.isAlive).map(\.generation))
    return live.sorted { $0.number > $1.number }.map(\.asGeneration)
  }

  package func versions() async throws -> [Generation] {
    try await look()
    var seen: Set<VersionName> = []
    return generations.reversed().filter { seen.insert($0.version).inserted }.map(\.asGeneration)
  }

  package nonisolated func cautions(of kind: Rollout.Kind) -> [String] {
    kind == .rollback ? ["the image that the version ran with is started again, even if its tag has moved since"] : []
  }

  /// Every turn of which a container is left, the oldest first.
  var generations: [DockerGeneration] {
    Set(instances.values.map(\.generation)).sorted { $0.number < $1.number }
  }

  /// The newest turn, and every container that ran when it was started; the oldest turn first.
  private var listed: [DockerInstance] {
    let newest = generations.last
    let began = instances.values.filter { $0.generation == newest }.compactMap(\.record.createdAt).min()
    return instances.values.filter { instance in
      if instance.generation == newest || instance.isAlive { return true }
      guard let began, let end = instance.record.finishedAt else { return false }
      return end >= began
    }.sorted { ($0.generation.number, $0.id) < ($1.generation.number, $1.id) }
  }

  // MARK: Looking

  /// Where orders are kept: one folder a container.
  nonisolated var store: String { "\(settings.home)/docker/\(LocalStore.fileName(settings.target.rawValue))" }

  /// Looks at every engine; when one does not answer there is no answer, since what it runs is unknown and not gone.
  ///
  /// Two that ask at once share one look.
  func look(within limit: Duration? = nil) async throws {
    while let looking {
      let result = await looking.result
      // Whoever began it was cancelled: that is not this one's end.
      if case .failure(is CancellationError) = result {
        try Task.checkCancellation()
        continue
      }
      return try result.get()
    }
    let task = Task { try await self.lookAround(until: .now + (limit ?? settings.callLimit)) }
    looking = task
    defer { looking = nil }
    try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  private func lookAround(until deadline: ContinuousClock.Instant) async throws {
    let (program, target) = (program, settings.target)
    let records = try await withThrowingTaskGroup(of: (String?, [ContainerRecord]).self) { group in
      for engine in settings.engines {
        group.addTask { (engine, try await program.containers(of: target, on: engine, until: deadline)) }
      }
      var all: [(engine: String?, record: ContainerRecord)] = []
      for try await (engine, found) in group { all += found.map { (engine, $0) } }
      return all
    }
    var found: [String: DockerInstance] = [:]
    for (engine, record) in records {
      guard var instance = instances[record.id] ?? DockerInstance(record, on: engine, store: store) else { continue }
      instance.record = record
      found[record.id] = instance
    }
    instances = found
    try await readLogs(until: deadline)
    for id in instances.keys { try instances[id]?.readOrders() }
    let logs = listed.filter(\.isAlive).map(\.log.log)
    knownWindow.withLock { $0 = settings.window(of: logs) }
  }

  /// Takes in what the logs of live and just ended containers have to add, at most eight at once.
  private func readLogs(until deadline: ContinuousClock.Instant) async throws {
    let wanted = instances.values.filter { !$0.isLogRead && $0.record.startedAt != nil }.sorted { $0.id < $1.id }
    let (program, clock) = (program, clock)
    try await withThrowingTaskGroup(of: (DockerInstance, isRead: Bool).self) { group in
      for (index, instance) in wanted.enumerated() {
        if index >= 8, let read = try await group.next() { keep(read) }
        group.addTask {
          var instance = instance
          let isRead = try await program.readLog(of: &instance, until: deadline, clock)
          return (instance, isRead)
        }
      }
      for try await read in group { keep(read) }
    }
  }

  private func keep(_ read: (instance: DockerInstance, isRead: Bool)) {
    let id = read.instance.record.id
    instances[id]?.log = read.instance.log
    if read.isRead, !read.instance.isAlive { instances[id]?.isLogRead = true }
  }
}

extension DockerProgram {
  /// The containers of a target on one engine, ended ones included.
  fileprivate func containers(
    of target: TargetName, on engine: String?, until deadline: ContinuousClock.Instant
  ) async throws -> [ContainerRecord] {
    // What is removed between the two questions is not there to be inspected: then both are asked again.
    for isLast in [false, true] {
      let listing = try await run(
        [
          "ps", "--all", "--quiet", "--no-trunc", "--filter",
          "label=\(ContainerRecord.Label.target)=\(target.rawValue)",
        ],
        on: engine, to: "listing its containers", within: deadline - .now)
      let ids = String(decoding: listing, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
      guard !ids.isEmpty else { return [] }
      let limit = deadline - .now
      let run = try await attempt(["inspect", "--type", "container"] + ids, on: engine, within: limit)
      if run.succeeded { return try ContainerRecord.read(run.output, from: "'\(name) inspect'") }
      if isLast { throw try failure(of: run, on: engine, to: "looking at its containers", after: limit) }
    }
    return []
  }

  /// Takes in what an instance's log has to add; whether it was read to its present end.
  fileprivate func readLog(
    of instance: inout DockerInstance, until deadline: ContinuousClock.Instant, _ clock: WallClock
  ) async throws -> Bool {
    let limit = deadline - .now
    var begun = instance.log
    begun.begin()
    let log = Locked(begun)
    let run = try await attempt(begun.arguments(of: instance.record.id), on: instance.engine, within: limit) { line in
      log.withLock { $0.take(line, readAt: clock.now) }
    }
    log.withLock { $0.end(succeeded: run.succeeded) }
    instance.log = log.withLock { $0 }
    if run.succeeded { return true }
    let failure = try failure(of: run, on: instance.engine, to: "reading its log", after: limit)
    // Removed meanwhile, or a log driver that keeps none: the container itself is still as it was seen.
    if case .refused = failure { return true }
    throw failure
  }
}

extension DockerGeneration {
  /// The turn as the rest of the program knows it.
  var asGeneration: Generation { Generation(id: id, version: version) }
}

extension DockerSettings {
  /// The clocks of containers with these logs.
  func window(of logs: [WorkerLog]) -> DrainWindow {
    DrainWindow(
      under: DrainClock(name: "stop-timeout", limit: stopTimeout, origin: "docker"), of: logs, started: command)
  }
}
