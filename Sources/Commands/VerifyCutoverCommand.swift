import Platforms
import Configuration
import CommandLine
import Cutover
import Documents
import Evidence
import Journal
import LiveKit
import Machine
import Runbooks
import SessionSources
import Terminal
import Vocabulary

/// `sluice verify-cutover`.
struct VerifyCutoverCommand: RunnableCommand {
  static let name = "verify-cutover"
  static let summary = "Watch a rollout until its verdict is final; change nothing but what --probe asks for."
  static let discussion = """
    Without --to it attaches to the target's last rollout and goes on watching it. Where the platform itself remembers \
    its last change (LiveKit Cloud), that change is watched, whoever made it. With --to it watches a rollout that somebody \
    else does: versions are what the sessions say, and every other one with live sessions should drain. That needs no \
    sluice.yaml: LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET, or lk's configuration, are enough. With --replay it \
    recomputes the verdict of a journal, offline.
    """
  static let examples = [
    Example("sluice verify-cutover --target here", "Go on watching the last rollout."),
    Example(
      "sluice verify-cutover --to v2 --since 10m", "Watch a rollout of ten minutes ago, knowing LIVEKIT_URL alone."),
    Example(
      "sluice verify-cutover --to v2 --since 10m --url wss://my-project.livekit.cloud --listen :8090",
      "Name the project, and take its webhooks too."),
    Example("sluice verify-cutover --once --format json", "Assess now, and print one object."),
    Example("sluice verify-cutover --replay .sluice/runs/RUN/journal.ndjson", "Recompute a verdict from its journal."),
  ]

  private let target: TargetOptions
  private let to: VersionName?
  private let from: [VersionName]
  private let since: Timestamp?
  private let isOnce: Bool
  private let isFollowing: Bool
  private let listener: SocketAddress?
  private let resumed: RunID?
  private let replayed: String?
  private let rooms: RoomsOptions
  private let probe: ProbeOptions
  private let policy: PolicyOptions
  private let pipeline: PipelineOptions
  private let collection: CollectionOptions
  private let output: OutputOptions

  init(_ arguments: inout Arguments) {
    to = arguments.option("--to", value: ValueKind<String>.version, help: "The version that should serve afterwards.")
    from = arguments.repeatedOption(
      "--from", value: ValueKind<String>.version, help: "A version that should drain; every other one by default.")
    since = arguments.option(
      "--since", value: .time, otherwise: "now",
      help: "The moment from which new sessions belong on --to: a time, or an age like 10m.")
    isOnce = arguments.flag("--once", help: "Assess now and end; a verdict that is pending exits with 3.")
    isFollowing = arguments.flag(
      "--follow", help: "After a failure watch on until the old version is empty, or to the timeout.")
    listener = arguments.option(
      "--listen", value: .address, help: "Take LiveKit's webhooks at this address: new sessions show without polling.")
    resumed = arguments.option("--resume", value: ValueKind<String>.run, help: "Go on watching this run.")
    replayed = arguments.option(
      "--replay", value: .file(extensions: ["ndjson", "gz", "tgz"]),
      help: "Recompute the verdict of a journal, or of a bundle's, offline.")
    arguments.atMostOne(of: "--to", "--resume", "--replay")
    arguments.require("--from", with: "--to")
    arguments.require("--since", with: "--to")
    target = TargetOptions(&arguments)
    rooms = RoomsOptions(&arguments)
    probe = ProbeOptions(&arguments)
    arguments.atMostOne(of: "--probe", "--once")
    arguments.atMostOne(of: "--probe", "--replay")
    collection = CollectionOptions(&arguments)
    policy = PolicyOptions(&arguments)
    pipeline = PipelineOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    if let replayed { return try await replay(replayed, in: context) }
    let environment = try TargetEnvironment(target, rooms, in: context)
    let store = RunStore(home: environment.home)
    if let to {
      return try await observe(try await change(to: to, environment, in: context), environment, store, in: context)
    }
    if let resumed { return try await attach(try store.find(resumed.rawValue), environment, store, in: context) }
    let last = try lastRollout(of: environment.configuration.name, store)
    if let change = try await environment.platform?.lastChange(), !(try isOf(last, change)) {
      return try await observe(change, environment, store, in: context)
    }
    guard let last else { throw RunResumption.noRollout(environment.configuration.name) }
    return try await attach(last, environment, store, in: context)
  }

  /// Whether a run is that of a platform's last change: the same turn, not begun again since.
  private func isOf(_ run: RunFolder?, _ change: PlatformChange) throws -> Bool {
    guard let rollout = try run.map({ try RecordedRun($0) })?.plan?.rollout else { return false }
    // The platform's own begin of a deploy lies behind the run's by the upload at most.
    return rollout.incoming.id == change.incoming.id && change.began - rollout.began < .seconds(1_800)
  }

  /// The change to a version that is named: by the platform's own turns where it drains by itself, else as it is written.
  private func change(
    to version: VersionName, _ environment: TargetEnvironment, in context: Context
  ) async throws -> PlatformChange {
    let now = context.wallClock.now
    guard let platform = environment.platform, platform.drainedBy == .platform, !from.contains(version) else {
      return PlatformChange(
        incoming: Generation(version: version), outgoing: from.map { Generation(version: $0) }, began: since ?? now)
    }
    let known = try await platform.versions()
    func turn(_ name: VersionName) -> Generation {
      known.first { $0.version == name || $0.id?.rawValue == name.rawValue } ?? Generation(version: name)
    }
    let incoming = turn(version)
    let last = try await platform.lastChange()
    let outgoing = from.isEmpty ? try await platform.current().filter { $0 != incoming } : from.map(turn)
    return PlatformChange(
      incoming: incoming, outgoing: outgoing,
      began: since ?? (last?.incoming == incoming ? last?.began : nil) ?? now)
  }

  // MARK: Offline

  private func replay(_ path: String, in context: Context) async throws -> ExitStatus {
    let file = path.hasPrefix("/") ? path : "\(context.directory)/\(path)"
    guard let kind = Files.kind(of: file) else { throw ReplayFailure.missing(path) }
    // A bundle is removed again when it is let go of.
    let isBundle = kind == .directory || path.hasSuffix(".tar.gz") || path.hasSuffix(".tgz")
    let bundle = isBundle ? try await context.unpacked(bundle: file) : nil
    guard let journal = bundle.map({ $0.file(BundlePath.journal) }) ?? file else {
      throw ReplayFailure.nothingWatched(path)
    }
    let replay = try withExtendedLifetime(bundle) { try Replay(journal: journal) }
    guard let assessment = replay.assessment else { throw ReplayFailure.nothingWatched(path) }
    if let recorded = replay.recorded, recorded != assessment {
      context.errors.line(
        "warning: the journal records another verdict (\(recorded.verdict.rawValue)) than its samples give")
    }
    return try ResultPrinter(context: context, options: output).print(assessment)
  }

  // MARK: Live

  private func observe(
    _ change: PlatformChange, _ environment: TargetEnvironment, _ store: RunStore, in context: Context
  ) async throws -> ExitStatus {
    try await environment.checkRooms()
    let target = environment.configuration.name
    var numbers = policy.applied(to: environment.configuration.policy)
    if since == nil {
      // A change that is long over is watched for as long as one that has just begun may take to serve.
      let least = (context.wallClock.now - change.began) + (numbers.timeout ?? numbers.warmUp)
      let whole = numbers.warmUp + (environment.window.effective ?? Policy.unlimitedDrain) + environment.window.tail
      numbers.timeout = max(least, numbers.timeout ?? whole)
    }
    let journal = try await context.newRun(
      target, command: [Self.name, "--to", change.incoming.version.rawValue], in: store)
    let plan = WatchPlan(
      rollout: Rollout(
        target: target, run: journal.run.id, kind: .observed, began: change.began, incoming: change.incoming,
        outgoing: change.outgoing, window: environment.window,
        drainedBy: environment.platform?.drainedBy ?? .sluice, belongsSince: since),
      policy: numbers, sources: environment.allSources.map(\.traits))
    try await journal.append(.plan(plan), durably: true)
    return try await watch(plan, [], journal, environment, in: context)
  }

  private func attach(
    _ run: RunFolder, _ environment: TargetEnvironment, _ store: RunStore, in context: Context
  ) async throws -> ExitStatus {
    let recorded = try RecordedRun(run)
    guard var plan = recorded.plan else { throw RunResumption.nothingToResume(run.id) }
    var numbers = policy.applied(to: plan.policy)
    switch recorded.verdict?.verdict {
    case .passed?, .failed?, .superseded?:
      context.errors.line("run \(run.id) has its verdict; this is what its journal says")
      guard let verdict = recorded.verdict else { break }
      return try ResultPrinter(context: context, options: output).print(verdict)
    case .inconclusive? where recorded.verdict?.isFinal == true, .timedOut?:
      // The watch had given up: it is given as long again from this moment on.
      let now = context.wallClock.now
      numbers.timeout = (now - plan.rollout.began) + (numbers.deadline(of: plan.rollout) - plan.rollout.began)
    default: break
    }
    let journal = try await JournalWriter(run, clock: context.wallClock)
    if numbers != plan.policy {
      plan.policy = numbers
      try await journal.append(.plan(plan), durably: true)
    }
    return try await watch(plan, recorded.samples, journal, environment, in: context)
  }

  private func watch(
    _ plan: WatchPlan, _ samples: [Sample], _ journal: JournalWriter, _ environment: TargetEnvironment,
    in context: Context
  ) async throws -> ExitStatus {
    let title = RunTitle(
      kind: "verify-cutover", target: plan.rollout.target, outgoing: plan.rollout.outgoing.map(\.version),
      incoming: plan.rollout.incoming.version, run: journal.run.id, began: plan.rollout.began)
    let (isOnce, isFollowing) = (isOnce, isFollowing)
    let receiver = try listener.map { try WebhookReceiver(at: $0, for: environment.roomSources) }
    if let receiver { context.errors.line("taking LiveKit's webhooks at http://\(receiver.address)") }
    let name = plan.rollout.target.rawValue.harmless
    return try await JournaledRun(
      context: context, options: output, journal: journal, title: title,
      resumption: "sluice verify-cutover --target \(name)\(rooms.words) --resume \(journal.run.id)",
      prober: try probe.prober(environment, policy: plan.policy, journal: journal, in: context), junit: pipeline.junit,
      evidence: RunEvidence(
        platform: isOnce ? nil : environment.platform, configuration: environment.file,
        collects: collection.collects && !isOnce),
      notifier: isOnce ? nil : environment.notifier(in: context)
    ).perform { report in
      async let _: Void? = receiver?.run()
      let watch = Watch(
        plan: plan, sources: environment.allSources, journal: journal, resuming: samples, clock: context.clock,
        wallClock: context.wallClock, report: report)
      return await hearing(
        environment.platform, journal: journal, wallClock: context.wallClock, report: report
      ) {
        do {
          if isOnce { return .assessed(try await watch.poll()) }
          return .assessed(
            try await watch.run(limit: .seconds(604_800)) { $0.isFinal && !(isFollowing && $0.isWorthFollowing) })
        } catch is CancellationError {
          return .interrupted(await watch.ended(as: .interrupted))
        } catch {
          return .failed(error, await watch.assessment)
        }
      }
    }
  }

  /// The newest run of the target that watched a rollout; a damaged one is no reason to take an older one silently.
  private func lastRollout(of target: TargetName, _ store: RunStore) throws -> RunFolder? {
    for run in try store.list() {
      if case .damaged = run.state { _ = try RecordedRun(run.folder) }
      if run.started?.target == target, try RecordedRun(run.folder).plan != nil { return run.folder }
    }
    return nil
  }
}

extension Assessment {
  /// Whether a verdict that is final can still come to name more: it has failed, and sessions are left on old.
  fileprivate var isWorthFollowing: Bool {
    let oldDrains = conditions.first { $0.id == .oldDrains }?.state
    let isAnythingLeft = sessions.byVersion.contains { version, counts in
      version != incoming.rawValue && counts.active != 0
    }
    return verdict == .failed && at < window.timesOutAt && (isAnythingLeft || oldDrains == .pending)
  }
}

extension TargetEnvironment {
  /// The sources that webhooks are for; an error where there is none.
  var roomSources: [LiveKitRooms] {
    get throws {
      let rooms = sources.compactMap { $0 as? LiveKitRooms }
      guard !rooms.isEmpty else { throw ConfigurationFailure.nothingToListenFor(configuration.name) }
      return rooms
    }
  }

  /// Fails where a project refuses, or where it is all that is looked at and does not answer.
  func checkRooms() async throws {
    for case let rooms as LiveKitRooms in sources {
      do throws(LiveKitFailure) {
        try await rooms.check()
      } catch {
        if !error.isTransient || (allSources.count == 1 && !error.isOverload) { throw error }
      }
    }
  }

  /// The platform as the first source, then the others.
  var allSources: [any SessionSource] { (platform.map { [$0] } ?? []) + sources }

  /// The drain's clocks: the platform's, and the one that only the user knows.
  var window: DrainWindow { DrainWindow(clocks: (platform?.window.clocks ?? []) + ownClocks) }

  /// The one that only the user knows.
  var ownClocks: [DrainClock] {
    configuration.drainWindow.map {
      [DrainClock(name: "drain-window", limit: $0, origin: configuration.drainWindowOrigin)]
    } ?? []
  }
}

/// Why a journal gives no verdict.
enum ReplayFailure: Failure {
  case missing(String)
  case nothingWatched(String)
  case noVerdict(RunID)

  var what: String {
    switch self {
    case .missing(let path): "there is no journal '\(path.harmless)'"
    case .nothingWatched(let path): "'\(path.harmless)' gives no verdict"
    case .noVerdict(let run): "run '\(run)' has no verdict"
    }
  }
  var why: String? {
    switch self {
    case .missing: "no such file or directory"
    case .nothingWatched: "the run ended before anything was watched"
    case .noVerdict: "it has not ended, or was cut off"
    }
  }
  var remedy: String? {
    switch self {
    case .missing: "give the journal of a run, as 'sluice runs list' and 'sluice runs show' name them"
    case .nothingWatched: "look at it with 'sluice runs show'"
    case .noVerdict(let run): "sluice verify-cutover --resume \(run)"
    }
  }
  var exitStatus: ExitStatus { if case .missing = self { .missingInput } else { .badInput } }
}
