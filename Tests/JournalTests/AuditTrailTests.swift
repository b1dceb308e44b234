import Cutover
import Journal
import Machine
import TestSupport
import Testing
import Vocabulary

/// Who did what, from journals alone.
struct AuditTrailTests {
  private let store: RunStore
  private let folder: TemporaryFolder
  private let began = Timestamp(milliseconds: 1_795_000_000_000)

  init() throws {
    folder = try TemporaryFolder()
    store = RunStore(home: folder.path)
  }

  private func run(_ command: String, _ events: [JournalEvent]) async throws -> RunFolder {
    let run = try store.create(at: began)
    let writer = try await JournalWriter(run, clock: WallClock { [began] in began })
    var performer = Performer()
    (performer.user, performer.commit) = ("ada", "c0ffee")
    let started = RunStarted(run: run.id, target: "kitchen", command: [command], host: "h", performer: performer)
    for event in [.runStarted(started)] + events { try await writer.append(event) }
    return run
  }

  private func plan(_ kind: Rollout.Kind, by drainer: Rollout.Drainer = .sluice) -> JournalEvent {
    let rollout = Rollout(
      target: "kitchen", run: "r", kind: kind, began: began, incoming: Generation(version: "v2"),
      outgoing: [Generation(version: "v1")], window: DrainWindow(clocks: []), drainedBy: drainer)
    return .plan(WatchPlan(rollout: rollout, policy: Policy(), sources: []))
  }

  private func end(_ verdict: Assessment.Verdict?, _ status: Vocabulary.ExitStatus) -> JournalEvent {
    .runFinished(RunFinished(verdict: verdict, exitStatus: status, at: began + .seconds(9)))
  }

  @Test(arguments: [("deploy", Rollout.Kind.deploy, "completed"), ("rollback", .rollback, "rolled_back")])
  func aRolloutIsStartedDrainedAndEnded(_ command: String, _ kind: Rollout.Kind, _ last: String) async throws {
    let drain = ActionRecord(name: "drain", phase: .done, detail: "v1#1")
    let intended = ActionRecord(name: "drain", phase: .intended, detail: "v1#1")
    let trail = try AuditTrail(
      try await run(command, [plan(kind), .action(intended), .action(drain), end(.failed, .failed)]))
    #expect(trail.records.map(\.event) == ["deployment.started", "deployment.drain_started", "deployment.\(last)"])
    #expect(trail.records.map(\.result) == [nil, "ok", "failed"])
    #expect(trail.records.map(\.line) == [1, 4, 5])
    #expect(trail.records.allSatisfy { $0.version == "v2" && $0.fromVersions == ["v1"] && $0.actor == "ada" })
    #expect(trail.records.allSatisfy { $0.commit == "c0ffee" && $0.host == "h" && $0.target == "kitchen" })
  }

  @Test func aRunThatAnotherHeldUpIsRejected() async throws {
    let trail = try AuditTrail(
      try await run("deploy", [.lock(LockRecord(target: "kitchen", event: .refused)), end(nil, .locked)]))
    #expect(trail.records.map(\.event) == ["deployment.started", "deployment.rejected", "deployment.completed"])
    #expect(trail.records.map(\.result) == [nil, "locked", "none"])
  }

  @Test func aRunWithoutAnEndIsNeverCompleted() async throws {
    let trail = try AuditTrail(try await run("deploy", [plan(.deploy)]))
    #expect(trail.records.map(\.event) == ["deployment.started", "deployment.unfinished"])
    let resumed = try await run("deploy", [plan(.deploy), end(.interrupted, .interrupted), plan(.deploy)])
    #expect(try AuditTrail(resumed).records.map(\.event) == ["deployment.started", "deployment.interrupted"])
  }

  @Test func damageIsARecordBehindWhatStandsBeforeIt() async throws {
    let run = try await run("deploy", [plan(.deploy), end(.passed, .passed)])
    var bytes = try Files.read(run.journal, limit: 1 << 20)
    let second = try #require(bytes.firstIndex(of: 0x0A)) + 100
    bytes[second] = bytes[second] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
    try Files.write(bytes, to: run.journal)
    let trail = try AuditTrail(run)
    #expect(trail.records.map(\.event) == ["deployment.started", "journal.damaged"])
    #expect(trail.records.last?.line == 2)
    guard case .unreadable(_, 2, _) = trail.damage else {
      Issue.record("\(String(describing: trail.damage))")
      return
    }
  }

  @Test func aRunThatIsWrittenIsNotRemovedAndOneThatIsGoneIsNotListed() async throws {
    let done = try await run("deploy", [end(.passed, .passed)])
    let live = try store.create(at: began)
    let writer = try await JournalWriter(live)
    #expect(try !store.remove(live))
    #expect(try store.remove(done))
    #expect(try store.list().map(\.folder.id) == [live.id])
    #expect(try Files.list(folder.path) == ["runs"])
    withExtendedLifetime(writer) {}
  }
}
