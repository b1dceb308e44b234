package import Cutover
package import Machine
package import Platforms
package import Preflight
package import SessionSources
package import Vocabulary
import Journal

/// Looks at the fleet of a target: its platform, its sources, its logs and processes, its files and its last run. Changes
/// nothing, and ends within half a minute beside the reading of logs.
package struct TargetGathering: Sendable {
  /// The target.
  package let target: TargetName
  /// What runs it; nil: somebody else deploys it.
  package var platform: (any Platform)?
  /// Where sessions are seen; the platform not among them.
  package var sources: [any SessionSource] = []
  /// Where its runs lie.
  package var home: String
  /// The folder of its source.
  package var directory: String
  /// The files that say how its agent is started; nil: what the folder has.
  package var entry: EntryFiles?
  /// The clocks of its drain.
  package var window: DrainWindowCheck
  /// How a source is asked.
  package var look: @Sendable (any SessionSource) async -> Reading = { await $0.reading(within: limit) }
  /// Waiting, and the time of day.
  package var clock: any Clock<Duration>
  package var wallClock: WallClock

  /// What is looked at.
  package init(
    target: TargetName, home: String, directory: String, window: DrainWindowCheck, clock: any Clock<Duration>,
    wallClock: WallClock
  ) {
    self.target = target
    self.home = home
    self.directory = directory
    self.window = window
    self.clock = clock
    self.wallClock = wallClock
  }

  /// How long each question may take; how many instances' processes are looked at.
  static let (limit, treeLimit) = (Duration.seconds(10), 64)

  /// Looks once. What cannot be looked at is in the case as a gap; throws only when it is cancelled.
  package func gather() async throws -> CaseFile {
    var file = CaseFile()
    var fleet = FleetState(target: target)
    fleet.platform = platform?.traits.kind
    fleet.drainedBy = platform?.drainedBy
    let all = (platform.map { [$0 as any SessionSource] } ?? []) + sources
    fleet.sources = all.map(\.traits)
    fleet.readings = await readings(of: all)
    for reading in fleet.readings {
      guard case .failure(let failure) = reading.answer else { continue }
      file.gaps.append(
        CaseFile.Gap(
          what: "what \(reading.source.rawValue.harmless) sees", why: failure.detail,
          remedy: "bring the source back and look again: what it sees is unknown, not zero"))
    }
    if let platform {
      fleet.current = await ask("which versions run", &file) { try await platform.current() }
      fleet.serving = await ask("which versions take new sessions", &file) { try await platform.serving() }
      let change = await ask("the platform's last change", &file) { try await platform.lastChange() } ?? nil
      fleet.change = change.map { FleetState.Change(incoming: $0.incoming, outgoing: $0.outgoing, began: $0.began) }
    }
    try Task.checkCancellation()
    try await lookAtProcesses(&file)
    file.fleet = fleet
    addRun(&file, fleet)
    file.project = await project(&file)
    file.gatheredAt = wallClock.now
    try Task.checkCancellation()
    return file
  }

  private func readings(of sources: [any SessionSource]) async -> [Reading] {
    await withTaskGroup(of: (Int, Reading).self) { group in
      for (index, source) in sources.enumerated() {
        group.addTask { [look] in (index, await look(source)) }
      }
      var readings: [(Int, Reading)] = []
      for await reading in group { readings.append(reading) }
      return readings.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  private func ask<Answer: Sendable>(
    _ what: String, _ file: inout CaseFile, _ question: @escaping @Sendable () async throws -> Answer
  ) async -> Answer? {
    do {
      return try await withDeadline(Self.limit, clock: ContinuousClock(), question)
    } catch {
      file.gaps.append(
        CaseFile.Gap(what: what, why: Self.reason(error), remedy: "see that the platform answers, and look again"))
      return nil
    }
  }

  static func reason(_ error: any Error) -> String {
    guard let failure = error as? any Failure else { return "it could not be asked" }
    return [failure.what, failure.why].compactMap(\.self).joined(separator: ": ")
  }

  // MARK: Processes and logs

  private func lookAtProcesses(_ file: inout CaseFile) async throws {
    if let docker = platform as? Docker { return try await lookAtContainers(of: docker, &file) }
    guard let local = platform as? LocalProcesses else {
      guard let platform else { return }
      file.gaps.append(
        CaseFile.Gap(
          what: "logs of the instances", why: "\(platform.traits.kind) does not hand them over here",
          remedy: platform.traits.kind == "livekit-cloud"
            ? "lk agent logs, into sluice triage --target \(target.rawValue.harmless) --logs -"
            : "give them with --logs"))
      return
    }
    let instances = await ask("the processes of the instances", &file) { try await local.liveProcesses() } ?? []
    if instances.count > Self.treeLimit {
      file.gaps.append(
        CaseFile.Gap(
          what: "the processes of \(instances.count - Self.treeLimit) instances",
          why: "those of \(Self.treeLimit) are looked at", remedy: "sluice triage --pid PID, for one of them"))
    }
    for instance in instances.prefix(Self.treeLimit) { addTree(of: instance, &file) }
    var paths: [String] = []
    do {
      for generation in try await local.current() {
        if let id = generation.id { paths += try await local.logFiles(of: id) }
      }
      guard !paths.isEmpty else { return }
      file.add(try await LogGathering.read(paths, in: home).shortened(by: home))
    } catch {
      if error is CancellationError { throw error }
      file.gaps.append(
        CaseFile.Gap(what: "logs of the instances", why: Self.reason(error), remedy: "give them with --logs"))
    }
  }

  private func addTree(of instance: InstanceProcesses, _ file: inout CaseFile) {
    let name = "instance \(instance.id)"
    do {
      var tree: ProcessTree
      if instance.isMainAlive {
        tree = try ProcessGathering.tree(of: instance.main, name: name, isSignaled: true, now: wallClock.now)
      } else {
        // Whoever was told has gone; what it left behind drains, or was never told.
        guard let first = instance.survivors.first, !instance.isDrainConfirmed else { return }
        tree = try ProcessGathering.tree(of: first, name: name, isSignaled: true, now: wallClock.now)
        tree.signaled = instance.main
      }
      tree.instance = instance.id
      tree.version = instance.version
      file.trees.append(tree)
    } catch {
      file.gaps.append(
        CaseFile.Gap(
          what: "the processes of \(name)", why: Self.reason(error), remedy: "look again: it may have ended meanwhile"))
    }
  }

  // MARK: The last run

  private func addRun(_ file: inout CaseFile, _ fleet: FleetState) {
    do {
      let (found, damaged) = try RunGathering.last(of: target, in: home)
      file.gaps += damaged.map {
        CaseFile.Gap(what: "a run of this target", why: Self.reason($0), remedy: "sluice runs list")
      }
      guard let (run, replay) = found else { return }
      file.run = run
      guard run.recorded?.isFinal != true, var verifier = replay.verifier else { return }
      // The rollout has no verdict: what is seen at this moment counts too.
      let names = Set(verifier.sources.map(\.id))
      let readings = fleet.readings.filter { names.contains($0.source) }
      guard !readings.isEmpty else { return }
      file.run?.assessment = verifier.ingest(
        Sample(sequence: replay.samples + 1, at: wallClock.now, readings: readings))
    } catch {
      file.gaps.append(
        CaseFile.Gap(what: "the last run", why: Self.reason(error), remedy: "look at it with 'sluice runs list'"))
    }
  }

  // MARK: The project's files

  private func project(_ file: inout CaseFile) async -> ProjectFacts {
    let layers = await window.clocks(in: directory)
    var facts = ProjectFacts(
      clocks: layers.layers.map(ProjectFacts.Clock.init), tailSeconds: layers.tail?.worst.seconds)
    // What starts local processes is the target's own command, which their trees show.
    guard !(platform is LocalProcesses) || entry != nil else { return facts }
    do {
      let report = try SignalReport.judge(entry ?? EntryFiles(), in: directory, programs: Programs())
      facts.entry = ProjectFacts.Entry(
        subject: report.subject, outcome: report.verdict.outcome.rawValue, sentence: report.sentence,
        command: report.command, place: report.commandPlace?.description, findings: report.findings)
    } catch {
      file.gaps.append(
        CaseFile.Gap(
          what: "how the project's files start the agent", why: Self.reason(error),
          remedy: "say which file does: 'entrypoint' in sluice.yaml, or sluice check signals --help"))
    }
    return facts
  }
}

extension ProjectFacts.Clock {
  fileprivate init(_ layer: DrainLayer) {
    let (state, why): (State, String?) =
      switch layer.window {
      case .limit: (.limit, nil)
      case .unlimited: (.unlimited, nil)
      case .unknown(let why): (.unknown, why.harmless)
      }
    self.init(
      name: layer.name.harmless, state: state, seconds: layer.window.limit?.seconds, reason: why,
      controls: layer.controls.harmless, origin: layer.origin.harmless, isAgents: layer.side == .agent)
  }
}

extension CaseFile {
  /// The same with logs named from a folder on.
  fileprivate func shortened(by folder: String) -> CaseFile {
    var file = self
    file.logs = logs.map { log in
      LogFile(
        name: log.name.hasPrefix(folder + "/") ? String(log.name.dropFirst(folder.count + 1)) : log.name,
        bytes: log.bytes, lines: log.lines, hits: log.hits, cutLines: log.cutLines, failure: log.failure)
    }
    return file
  }
}
