import Cutover
import Documents
import Glibc
import Journal
import Machine
import SessionSources
import TestSupport
import Testing
import Vocabulary

@testable import Runbooks

/// A home with one run, a scripted fleet and a manual clock.
final class RolloutRun: Sendable {
  let clock: ManualClock
  let folder: TemporaryFolder
  let run: RunFolder
  let events = Locked<[RunEvent]>([])

  static let policy: Policy = {
    var policy = Policy()
    policy.interval = .milliseconds(500)
    policy.warmUp = .seconds(20)
    policy.grace = .seconds(2)
    policy.quiet = .seconds(6)
    policy.settle = .seconds(3)
    policy.timeout = .seconds(90)
    return policy
  }()

  init() throws {
    clock = ManualClock()
    folder = try TemporaryFolder()
    run = try RunStore(home: folder.file("home")).create(at: clock.timestamp)
  }

  func writer() async throws -> JournalWriter {
    let writer = try await JournalWriter(run, clock: clock.wallClock)
    if await writer.count == 0 {
      try await writer.append(
        .runStarted(RunStarted(run: run.id, target: "scripted", command: ["deploy"], host: "here")), durably: true)
    }
    return writer
  }

  func procedure(
    _ fleet: ScriptedFleet, _ journal: JournalWriter, kind: Rollout.Kind = .deploy, version: VersionName = "v2",
    policy: Policy = RolloutRun.policy, sources: [any SessionSource] = []
  ) -> RolloutProcedure {
    RolloutProcedure(
      request: RolloutRequest(target: "scripted", kind: kind, version: version, policy: policy), platform: fleet,
      sources: sources, journal: journal, clock: clock, wallClock: clock.wallClock,
      report: { event in self.events.withLock { $0.append(event) } })
  }

  /// Runs a procedure to its end, the clock moved along.
  func perform(
    _ fleet: ScriptedFleet, kind: Rollout.Kind = .deploy, version: VersionName = "v2",
    policy: Policy = RolloutRun.policy
  ) async throws -> RunOutcome {
    let procedure = procedure(fleet, try await writer(), kind: kind, version: version, policy: policy)
    return try await clock.driving { await procedure.run() }
  }

  /// Makes every further write to the open journal fail as on a full disk: its descriptors become /dev/full.
  func fillDisk() throws {
    let full = unsafe open("/dev/full", O_WRONLY)
    try #require(full >= 0)
    defer { close(full) }
    let journal = try #require(Self.place(of: run.journal))
    var count = 0
    for name in try Files.list("/proc/self/fd") {
      guard let descriptor = Int32(name), Self.place(of: "/proc/self/fd/\(name)") == journal else { continue }
      #expect(dup2(full, descriptor) == descriptor)
      count += 1
    }
    #expect(count > 0)
  }

  private static func place(of path: String) -> [UInt64]? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    return [UInt64(status.st_dev), UInt64(status.st_ino)]
  }

  // MARK: What the journal says

  func records() throws -> [JournalEvent] {
    var reader = try JournalReader(run.journal)
    var events: [JournalEvent] = []
    while let record = try reader.next() { events.append(record.event) }
    return events
  }

  /// The steps and actions in their order: `record started`, `drain intended`, `drain done`, `record passed`.
  func steps() throws -> [String] {
    try records().compactMap { event in
      switch event {
      case .stepStarted(let step): "\(step.name) started"
      case .stepFinished(let step): "\(step.name) \(step.outcome.rawValue)"
      case .action(let action): "[\(action.name) \(action.phase.rawValue)]"
      case .plan: "plan"
      default: nil
      }
    }
  }

  func plan() throws -> WatchPlan {
    try #require(try records().compactMap { if case .plan(let plan) = $0 { plan } else { nil } }.last)
  }

  func samples() throws -> [Sample] {
    try records().compactMap { if case .sample(let sample) = $0 { sample } else { nil } }
  }

  func finished() throws -> Set<StepID> {
    Set(
      try records().compactMap { event in
        if case .stepFinished(let step) = event, step.outcome == .passed { StepID(step.name) } else { nil }
      })
  }

  /// What the journal's samples give, taken in by a verifier that has seen nothing else.
  func replayed(ending: CutoverVerifier.Interruption? = nil, at moment: Timestamp? = nil) throws -> [UInt8] {
    let plan = try plan()
    var verifier = CutoverVerifier(rollout: plan.rollout, sources: plan.sources, policy: plan.policy)
    for sample in try samples() { _ = verifier.ingest(sample) }
    guard let ending else { return try CanonicalJSON.encode(verifier.assessment) }
    return try CanonicalJSON.encode(verifier.ended(as: ending, at: try #require(moment)))
  }
}

extension RunOutcome {
  var assessment: Assessment? {
    switch self {
    case .assessed(let assessment): assessment
    case .failed(_, let assessment), .interrupted(let assessment): assessment
    }
  }

  var error: (any Error)? { if case .failed(let error, _) = self { error } else { nil } }
  var isInterrupted: Bool { if case .interrupted = self { true } else { false } }
}
