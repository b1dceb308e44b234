import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// Rollouts of the built-in worker: what needs no real one is far faster with it.
  @Suite struct RolloutTests {
    @Test func aCleanRolloutPassesAndARollbackIsVerifiedByTheSameRules() async throws {
      try await LocalFleet.with { fleet in
        try fleet.configure()
        try await fleet.deployFirst("v1")
        let (deployed, run) = try await fleet.roll("deploy", "--version", "v2", "--yes", status: .passed)
        #expect(deployed.verdict == .passed, "\(run)")
        #expect(deployed.states == [.holds, .holds, .holds])
        #expect(deployed.conditions.map(\.basis) == [.identities, .identities, .identities])
        #expect(deployed.sessions.cutCount == 0)

        let refused = try await fleet.sluice("rollback", "--to", "v2", "--yes")
        #expect(refused.ended(with: .actionFailed), "\(refused)")
        #expect(refused.errors.contains("version 'v2' serves already"), "\(refused)")

        let (back, rollback) = try await fleet.roll("rollback", "--yes", status: .passed)
        #expect(back.kind == .rollback)
        #expect(back.incoming == "v1", "\(rollback)")
        #expect(back.outgoing == ["v2"])
        #expect(back.states == [.holds, .holds, .holds])
        #expect(rollback.errors.contains("v1#2"), "a turn of its own\n\(rollback)")
        #expect(try fleet.workers(ofGeneration: 3).allSatisfy { $0.identity.isAlive })
        try await fleet.expectCleanEnd(ofGeneration: 2)

        let unknown = try await fleet.sluice("rollback", "--to", "v9", "--yes")
        #expect(unknown.ended(with: .actionFailed), "\(unknown)")
        #expect(unknown.errors.contains("v9"), "\(unknown)")
      }
    }

    @Test func noTrafficIsInconclusive() async throws {
      try await LocalFleet.with(LocalFleet.Callers(every: nil)) { fleet in
        try fleet.configure()
        try await fleet.deployFirst(isCalled: false)
        let (assessment, run) = try await fleet.roll(
          "deploy", "--version", "v2", "--yes", "--timeout", "8s", status: .inconclusive)
        #expect(assessment.verdict == .inconclusive)
        #expect(try assessment.condition(.newSessionsLand).state == .inconclusive, "\(run)")
        #expect(assessment.sessions.byVersion["v2"]?.started ?? 0 == 0)
        #expect(assessment.recommendedAction != nil, "\(run)")
        let okay = try await fleet.sluice(
          "verify-cutover", "--replay", fleet.journal(of: assessment), "--ok-on", "inconclusive", "--format", "json")
        #expect(okay.ended(with: .passed), "\(okay)")
      }
    }

    @Test func aDrainTimeoutShorterThanTheCallsFailsAndNamesThem() async throws {
      try await LocalFleet.with(LocalFleet.Callers(length: "6s..9s")) { fleet in
        try fleet.configure(LocalFleet.exampleWorker + ["--drain-timeout", "2s"])
        try await fleet.deployFirst()
        let (assessment, run) = try await fleet.roll("deploy", "--version", "v2", "--yes", status: .failed)
        #expect(try assessment.condition(.oldDrains).state == .failed, "\(run)")
        try await expectCutNames(of: assessment, in: fleet, run)
      }
    }

    @Test func anOldWorkerKilledInItsCallsFailsAndNamesThem() async throws {
      try await LocalFleet.with(LocalFleet.Callers(length: "8s..12s")) { fleet in
        try fleet.configure()
        try await fleet.deployFirst()
        // A call that has begun lasts longer than the steps before the kill; which worker has it is chance, so both die.
        #expect(try await Patience.until { try await fleet.sessions().contains { $0.agent == .present } })
        let old = try fleet.workers(ofGeneration: 1)
        let (assessment, run) = try await fleet.roll(
          "deploy", "--version", "v2", "--yes", status: .failed, atStep: "verify"
        ) { _ in old.forEach(LocalFleet.kill) }
        #expect(try assessment.condition(.oldDrains).state == .failed, "\(run)")
        try await expectCutNames(of: assessment, in: fleet, run)
      }
    }
  }
}

/// That the sessions an assessment names as cut are those of the old version that the dispatch server saw lost.
func expectCutNames(of assessment: Assessment, in fleet: LocalFleet, _ run: SluiceRun) async throws {
  let old = try fleet.workerIDs(ofGeneration: 1)
  let lost = try await fleet.sessions().filter { $0.isLost && $0.worker.map(old.contains) ?? false }
  #expect(!lost.isEmpty, "nobody was cut\n\(run)")
  #expect(Set(assessment.sessions.cut.map(\.id)) == Set(lost.map(\.id)), "\(run)")
  #expect(assessment.sessions.cutCount == lost.count)
  #expect(assessment.sessions.cut.allSatisfy { $0.version == "v1" && $0.instance != nil })
}

extension SessionObservation {
  /// Whether the dispatch server saw it end under its person. Who leaves a dead call leaves no call.
  var isLost: Bool {
    guard let end else { return false }
    return end.sign == .workerGone || end.personLeftAt == nil
  }
}
