import CommandLine
import Configuration
import Cutover
import Journal
import Machine
import Platforms
import Preflight
import SessionSources
import Vocabulary

/// The fleet and the folder that checks look at, as options and sluice.yaml name them.
struct CheckTarget {
  let checked: CheckContext
  /// What the target names; nil without a sluice.yaml.
  let environment: TargetEnvironment?
  private let target: TargetName?

  /// Reads sluice.yaml where there is one; without any the checks look at the files alone.
  ///
  /// A configuration that is named, or a target, must be there.
  init(_ options: TargetOptions, directory: String?, in context: Context) throws {
    let file = try ConfigurationFile.find(named: options.configuration, from: context.directory)
    if file == nil, options.target != nil { throw ConfigurationFailure.fileMissing(searchedFrom: context.directory) }
    let environment = try file.map {
      try TargetEnvironment(
        try $0.target(options.target), home: Home.path(beside: $0.folder, in: context), in: context)
    }
    self.environment = environment
    target = environment?.configuration.name
    let given = directory.map { $0.hasPrefix("/") ? $0 : "\(context.directory)/\($0)" }
    if let given, Files.kind(of: given) != .directory { throw CheckFailure.noFolder(directory ?? given) }
    let sources = environment?.allSources ?? []
    var checked = CheckContext(
      directory: given ?? environment?.configuration.platform?.directory ?? file?.folder ?? context.directory,
      root: file?.folder ?? context.directory, called: context.directory, environment: context.environment,
      target: target,
      sources: sources.map(\.traits), clock: context.clock, wallClock: context.wallClock)
    if !sources.isEmpty { checked.look = { limit in await CheckTarget.ask(sources, within: limit) } }
    self.checked = checked
  }

  private static func ask(_ sources: [any SessionSource], within limit: Duration) async -> [Reading] {
    await withTaskGroup(of: Reading.self) { group in
      for source in sources { group.addTask { await source.reading(within: limit) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// The check of what the target declares under `contracts`.
  var contracts: ContractsCheck { contracts(use: nil) }

  /// The same, with what protobuf messages are written in.
  func contracts(use: ProtobufUse?) -> ContractsCheck {
    guard let environment else { return ContractsCheck(use: use) }
    let (home, name) = (environment.home, environment.configuration.name)
    return ContractsCheck(declaration: environment.configuration.contracts, use: use) {
      try DeployedContracts(home: home).last(of: name)
    }
  }

  /// The files that the target's `entrypoint` names; nil where it names none.
  var entrypoint: EntryFiles? { environment?.configuration.entrypoint }

  /// The check of the stop signal's way to the agent.
  var signals: SignalsCheck { SignalsCheck(entrypoint ?? EntryFiles()) }

  /// The check of the drain's clocks, with those of the target's platform and with what past runs of the target recorded.
  var drainWindow: DrainWindowCheck {
    let environment = environment
    return DrainWindowCheck(
      platformClocks: {
        guard let environment else { return [] }
        return await CheckTarget.clocks(of: environment)
      },
      history: { environment.flatMap { CheckTarget.history(of: $0.configuration.name, in: $0.home) } },
      entry: entrypoint ?? EntryFiles())
  }

  /// The clocks outside of the agent that the target is known to have.
  private static func clocks(of environment: TargetEnvironment) async -> [DrainLayer] {
    let cluster = environment.platform as? Kubernetes
    do {
      try await cluster?.look()
    } catch {
      let why = (error as? any Failure)?.what ?? "\(error)".harmless
      return [
        DrainLayer(
          name: "Kubernetes", window: .unknown(why), controls: "terminationGracePeriodSeconds", origin: "the cluster",
          side: .outer)
      ]
    }
    return environment.window.clocks.compactMap { clock in
      // What the live agents' own clock is follows from their version; the files' is listed by itself.
      guard !clock.name.hasSuffix("drain_timeout") else {
        return DrainLayer(
          name: "\(clock.name), live", window: clock.limit.map { .limit($0) } ?? .unlimited,
          controls: "the version that is deployed", origin: clock.origin, side: .agent)
      }
      if clock.name == DrainLayer.cloudName { return .cloud(clock.origin) }
      return DrainLayer(
        name: clock.name, window: clock.limit.map { .limit($0) } ?? .unlimited,
        controls: cluster == nil ? "\(clock.name) in sluice.yaml" : "the pod template of the workload",
        origin: clock.origin, side: .outer)
    }
  }

  /// How many runs are read, the newest first.
  private static let runs = 50

  /// What past runs of a target saw, and which of them cannot be read; nil where there are none.
  ///
  /// A run whose first record is damaged may be of any target: it is among those that cannot be read.
  private static func history(of target: TargetName, in home: String) -> SessionHistory? {
    var history = SessionHistory()
    do {
      let runs = try RunStore(home: home).list()
      for run in runs.filter({ $0.started == nil || $0.started?.target == target }).prefix(CheckTarget.runs) {
        guard !Task.isCancelled else { return nil }
        read(run.folder, into: &history)
      }
    } catch {
      history.unread.append(what(error, in: home))
    }
    return history.grounds.isEmpty && history.unread.isEmpty ? nil : history
  }

  /// Takes in one run as far as it can be read.
  private static func read(_ run: RunFolder, into history: inout SessionHistory) {
    var samples = 0
    do {
      var watch = try JournalWatch(run.journal)
      while let step = try watch.next() {
        guard case .sample(let sample) = step else { continue }
        history.take(sample)
        samples += 1
      }
    } catch JournalFailure.noPlan {
      // A run that watched nothing: a rehearsal, or a deploy that ended before.
    } catch {
      history.unread.append("\(run.id): " + what(error, in: run.journal))
    }
    history.finish()
    if samples > 0 { history.grounds.append(run.id.rawValue) }
  }

  private static func what(_ error: any Error, in path: String) -> String {
    (error as? any Failure)?.what.harmless ?? "'\(path.harmless)' cannot be read"
  }
}

/// What keeps a check from beginning.
enum CheckFailure: Failure {
  case noFolder(String)

  var what: String {
    switch self {
    case .noFolder(let path): "the folder '\(path.harmless)' is not there"
    }
  }
  var why: String? { nil }
  var remedy: String? { "check the path after --context" }
  var exitStatus: ExitStatus { .missingInput }
}
