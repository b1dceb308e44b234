package import Cutover
package import Machine
package import SessionSources
package import Vocabulary
package import Web

import Logs

/// Versions as processes on this machine.
///
/// Each process has a keeper that records how it ended, files for its log, and orders on disk; so the processes outlive the
/// command that started them, and the next one finds them again, known by pid, start time and boot id. Nothing is killed
/// by itself: `enforceDeadlines` is what ends a process whose stop deadline has passed, and whoever drains calls it at
/// each poll. A reading changes nothing.
package actor LocalProcesses: Platform {
  package nonisolated let traits: SourceTraits

  /// The clocks as of the last look at the processes; before the first, the stop timeout and what the command says.
  package nonisolated var window: DrainWindow { knownWindow.withLock { $0 } }

  let settings: LocalProcessesSettings
  let store: LocalStore
  let client: HTTPClient
  let clock: WallClock
  var instances: [InstanceID: LocalInstance] = [:]
  private let knownWindow: Locked<DrainWindow>

  /// Looks at nothing yet.
  package init(
    _ settings: LocalProcessesSettings, id: SourceID = "local-processes", client: HTTPClient, clock: WallClock = .live
  ) throws(LocalProcessesFailure) {
    try settings.check()
    traits = SourceTraits(id: id, kind: "local-processes", sees: [.instances, .drains])
    self.settings = settings
    self.client = client
    self.clock = clock
    store = LocalStore(home: settings.home, target: settings.target)
    knownWindow = Locked(settings.window(of: []))
  }

  package func reading(within limit: Duration) async -> Reading {
    let answer: Reading.Answer
    do {
      let listed = try refresh()
      let health = await self.health(within: min(limit, .seconds(2)))
      answer = .snapshot(Observation(instances: listed.compactMap { instances[$0]?.observation(health: health[$0]) }))
    } catch {
      let detail = (error as? any Failure).map { [$0.what, $0.why].compactMap(\.self).joined(separator: ": ") }
      answer = .failure(SourceFailure(kind: .malformed, detail: detail ?? "the state folder cannot be read"))
    }
    return Reading(source: traits.id, takenAt: clock.now, answer: answer)
  }

  package func current() async throws -> [Generation] {
    let live = Set(try refresh().compactMap { instances[$0] }.filter(\.isAlive).map(\.generation))
    return live.sorted { $0.number > $1.number }.map(\.asGeneration)
  }

  package func versions() async throws -> [Generation] {
    var seen: Set<VersionName> = []
    return try store.generations().reversed().filter { seen.insert($0.version).inserted }.map(\.asGeneration)
  }

  /// Where the HTTP servers of the live workers are, as far as their logs have said so.
  package func workerEndpoints() throws -> [WorkerEndpoint] {
    try refresh().compactMap { instances[$0] }.compactMap { instance in
      instance.httpURL.map {
        WorkerEndpoint(
          name: instance.id, url: $0, version: instance.generation.version, generation: instance.generation.id)
      }
    }
  }

  /// The files of a generation's logs, those that exist, in the order of its instances.
  package func logFiles(of generation: GenerationID) throws -> [String] {
    try store.generations().filter { $0.id == generation }.flatMap { generation in
      (1...generation.replicas).map { store.folder(of: generation, replica: $0) }
    }
    .flatMap { [$0.output, $0.errors] }.filter { Files.kind(of: $0) == .file }
  }

  package func logs() async throws -> [InstanceLog] {
    let listed = try refresh().compactMap { instances[$0] }
    return (listed.filter { $0.stop != nil } + listed.filter { $0.stop == nil }).flatMap { instance in
      [("", instance.folder.output), ("-errors", instance.folder.errors)].compactMap { ending, file in
        Files.kind(of: file) == .file ? InstanceLog(name: instance.id.rawValue + ending, origin: .file(file)) : nil
      }
    }
  }

  /// Looks at every process that is listed and returns their names, the oldest generation first.
  ///
  /// Listed is the newest generation, and every other one of which something lived when that started.
  func refresh() throws -> [InstanceID] {
    let now = clock.now
    let generations = try store.generations()
    let scan = ProcessScan()
    var listed: [InstanceID] = []
    for generation in generations {
      var names: [InstanceID] = []
      for replica in 1...generation.replicas {
        let id = generation.instance(replica)
        names.append(id)
        var instance =
          instances[id] ?? LocalInstance(id, of: generation, in: store.folder(of: generation, replica: replica))
        try instance.refresh(at: now, processes: scan.processes)
        instances[id] = instance
      }
      let newest = generations[generations.count - 1]
      if generation.id == newest.id || names.contains(where: { instances[$0]?.lived(at: newest.startedAt) == true }) {
        listed += names
      }
    }
    let live = instances.values.filter(\.isAlive)
    knownWindow.withLock { $0 = settings.window(of: live.map(\.log)) }
    return listed
  }

  /// What `/` of every live worker that has a known address answers, at most 64 asked at once.
  private func health(within limit: Duration) async -> [InstanceID: Health] {
    let urls = instances.compactMapValues(\.httpURL).sorted { $0.key < $1.key }
    let client = client
    let deadline = ContinuousClock.now + limit
    return await withTaskGroup(of: (InstanceID, Health).self) { group in
      var answers: [InstanceID: Health] = [:]
      for (index, (id, url)) in urls.enumerated() {
        if index >= 64, let (id, health) = await group.next() { answers[id] = health }
        group.addTask { (id, await Health(of: url, client: client, until: deadline)) }
      }
      for await (id, health) in group { answers[id] = health }
      return answers
    }
  }
}

extension Health {
  fileprivate init(of url: String, client: HTTPClient, until deadline: ContinuousClock.Instant) async {
    let left = deadline - .now
    guard left > .zero else {
      self = .silent("not asked in time")
      return
    }
    var request = HTTPClient.Request(.get, url)
    request.timeout = left
    request.connectTimeout = left
    request.bodyLimit = 65_536
    do {
      self = .status(try await client.send(request).status)
    } catch {
      self = .silent(error.what)
    }
  }
}

/// The processes of the machine, looked at when first needed.
///
/// Two looks together: in one, a process that forks and ends while the list is read can hide its child.
private final class ProcessScan {
  private lazy var found = Array(
    Dictionary((ProcessTable.all() + ProcessTable.all()).map { ($0.pid, $0) }, uniquingKeysWith: { $1 }).values
  ).sorted { $0.pid < $1.pid }

  func processes() -> [ProcessStatus] { found }
}

extension LocalGeneration {
  /// The generation as the rest of the program knows it.
  var asGeneration: Generation { Generation(id: id, version: version) }
}

extension LocalInstance {
  /// Whether it had not ended at a moment, as far as is known.
  fileprivate func lived(at moment: Timestamp) -> Bool {
    if isAlive { return true }
    guard case .ended(_, let at?) = main else { return false }
    return at >= moment
  }
}

extension LocalProcessesSettings {
  fileprivate func check() throws(LocalProcessesFailure) {
    guard command.first?.isEmpty == false else { throw .settings("'command' of the agent is empty") }
    guard (1...1_000).contains(replicas) else { throw .settings("'replicas' is \(replicas); it must be 1 to 1,000") }
    guard stopTimeout > .zero else { throw .settings("'stop-timeout' must be more than zero") }
  }

  /// The clocks of workers with these logs.
  fileprivate func window(of logs: [WorkerLog]) -> DrainWindow {
    DrainWindow(
      under: DrainClock(name: "stop-timeout", limit: stopTimeout, origin: "local-processes"), of: logs, started: command
    )
  }
}
