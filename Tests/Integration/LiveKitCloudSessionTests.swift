import Cutover
import LiveKitStandIn
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// The built program against a stand-in for LiveKit Cloud, sessions seen through its rooms.
  @Suite struct LiveKitCloudSessionTests {
    private static let rooms = "{ livekit-rooms: { release-attribute: app.version, requests-per-minute: 12000 } }"

    private func with(
      _ scenario: Scenario = LiveKitCloudFleet.busy, timeout: Duration = .seconds(60),
      _ body: @Sendable (LiveKitCloudFleet) async throws -> Void
    ) async throws {
      try await LiveKitCloudFleet.with(scenario) { fleet in
        try fleet.configure(sessions: Self.rooms, timeout: timeout)
        try await body(fleet)
      }
    }

    @Test func aCleanDeployPassesAndSoDoesTheRollback() async throws {
      try await with { fleet in
        let (assessment, run) = try await fleet.assessed("deploy", "--version", "v2", "--yes", status: .passed)
        #expect(assessment.states == [.holds, .holds, .holds], "\(run)")
        #expect(assessment.sessions.cutCount == 0 && assessment.sessions.lateCount == 0, "\(run)")
        #expect(!assessment.findings.contains { $0.severity == .critical }, "\(run)")
        let (back, rollback) = try await fleet.assessed("rollback", "--yes", status: .passed)
        #expect(back.kind == .rollback && back.incoming == "v1" && back.outgoing == ["v2"], "\(rollback)")
        #expect(fleet.standIn.activeVersions == [LiveKitCloudFleet.first])
        #expect(fleet.standIn.sessions.allSatisfy { $0.end == nil || $0.end == .personLeft })
      }
    }

    @Test func sessionsThatLandOnOldAfterTheCutoverAreNamedWithRoomAndWorker() async throws {
      var scenario = LiveKitCloudFleet.busy
      scenario.rollout.drain = .stays
      scenario.rollout.strays = 0.5
      try await with(scenario) { fleet in
        let (assessment, run) = try await fleet.assessed("deploy", "--version", "v2", "--yes", status: .failed)
        #expect(try assessment.condition(.oldStopsReceiving).state == .failed, "\(run)")
        #expect(assessment.sessions.lateCount > 0, "\(run)")
        let truth = fleet.standIn.sessions
        for late in assessment.sessions.late {
          let session = try #require(truth.first { $0.room == late.room }, "\(late)")
          #expect(session.version == LiveKitCloudFleet.first && late.version == "v1", "\(late)")
          if let worker = late.worker { #expect(worker.rawValue == session.worker, "\(late)") }
        }
        #expect(assessment.sessions.late.contains { $0.worker != nil }, "no late session names its worker\n\(run)")
        #expect(assessment.recommendedAction?.summary.contains("rolling back will not help") == true, "\(run)")
      }
    }

    @Test func aDrainThatIsSwallowedTimesOutAndIsNamed() async throws {
      var scenario = LiveKitCloudFleet.busy
      scenario.versions.insert(
        Scenario.Version(
          "v20260218090000", attributes: ["version": "v0"], age: .seconds(6 * 86_400), isDraining: true), at: 0)
      try await with(scenario, timeout: .seconds(8)) { fleet in
        let (assessment, run) = try await fleet.assessed("verify-cutover", status: .timedOut)
        #expect(assessment.incoming == "v1" && assessment.outgoing == ["v0"], "\(run)")
        let finding = try #require(assessment.findings.first { $0.code == "DRN-008" }, "\(run)")
        #expect(finding.summary.contains("v20260218090000"), "\(finding)")
        #expect(try assessment.condition(.newSessionsLand).state == .holds, "\(run)")
      }
    }

    @Test func noTrafficIsInconclusive() async throws {
      try await with(LiveKitCloudFleet.scenario, timeout: .seconds(8)) { fleet in
        let (assessment, run) = try await fleet.assessed("deploy", "--version", "v2", "--yes", status: .inconclusive)
        #expect(try assessment.condition(.newSessionsLand).state == .inconclusive, "\(run)")
        #expect(assessment.sessions.byVersion["v2"]?.started ?? 0 == 0)
      }
    }

    @Test func sessionsWithoutAStampAreInconclusive() async throws {
      var scenario = LiveKitCloudFleet.busy
      scenario.stamp = nil
      try await with(scenario, timeout: .seconds(10)) { fleet in
        let (assessment, run) = try await fleet.assessed("deploy", "--version", "v2", "--yes", status: .inconclusive)
        #expect(assessment.findings.contains { $0.code == "OBS-001" }, "\(run)")
        #expect(try assessment.condition(.newSessionsLand).state == .inconclusive, "\(run)")
      }
    }

    @Test func aPlainDeployBySomebodyElseIsVerifiedWithNoRunBeforeIt() async throws {
      try await with { fleet in
        fleet.standIn.perform(.deploy(name: nil, attributes: ["version": "v2"]))
        let isCurrent = await Patience.until { fleet.standIn.activeVersions.contains { $0 != LiveKitCloudFleet.first } }
        #expect(isCurrent)
        let (assessment, run) = try await fleet.assessed("verify-cutover", status: .passed)
        #expect(assessment.kind == .observed && assessment.incoming == "v2", "\(run)")
      }
    }

    @Test func callsThatAServerRestartBreaksAreNotTheDrainsAndProveNothing() async throws {
      var scenario = LiveKitCloudFleet.scenario
      scenario.traffic = Scenario.Traffic(every: .milliseconds(200), length: .seconds(20))
      scenario.traffic?.count = 12
      try await with(scenario, timeout: .seconds(12)) { fleet in
        #expect(await Patience.until { fleet.standIn.sessions.count { $0.joinedAt != nil } == 12 })
        fleet.standIn.perform(.deploy(name: nil, attributes: ["version": "v2"]))
        #expect(
          await Patience.until { fleet.standIn.activeVersions.contains { $0 != LiveKitCloudFleet.first } })
        async let watched = fleet.sluice("verify-cutover", "--format", "json", "--progress", "plain")
        // Once the watch has seen who is there.
        #expect(await Patience.until { (try? fleet.journals())?.contains(#""sequence":2}"#) == true })
        fleet.standIn.perform(.serverRestart)
        fleet.standIn.perform(.traffic(Scenario.Traffic(every: .milliseconds(200), length: .seconds(1))))
        let run = try await watched
        #expect(run.ended(with: .inconclusive), "\(run)")
        let assessment = try run.assessment
        #expect(assessment.sessions.cutCount == 0 && assessment.sessions.unclearCount == 12, "\(run)")
        #expect(try assessment.condition(.oldDrains).reason.contains("server restarted under 12"), "\(run)")
        #expect(assessment.findings.contains { $0.summary.contains("the LiveKit server restarted") }, "\(run)")
        #expect(fleet.standIn.sessions.count { $0.end == .serverRestarted } == 12)
      }
    }

    @Test func theReplicasOfARestartAreToldApartAsFarAsTheLogNamesThem() async throws {
      try await with(timeout: .seconds(8)) { fleet in
        let began = WallClock.live.now
        async let watched = fleet.sluice(
          "verify-cutover", "--to", "v1", "--from", "v1", "--since", "\(began)", "--format", "json", "--progress",
          "plain")
        // Once the log is followed: what it said before that, nobody repeats.
        #expect(await Patience.until { (try? fleet.journals())?.contains(#""sequence":2}"#) == true })
        fleet.standIn.perform(.restart)
        let run = try await watched
        // Sessions whose worker was not seen in time stay unattributed.
        #expect(run.ended(with: .passed) || run.ended(with: .inconclusive), "\(run)")
        #expect(run.errors.contains("does not tell the replicas of before a restart"), "\(run)")
        let assessment = try run.assessment
        #expect(assessment.instances.map(\.id) == ["local1a/v1-before"], "\(run)")
        #expect(assessment.instances.first?.drainConfirmedBy == .log, "\(run)")
        #expect(assessment.sessions.lateCount == 0 && assessment.sessions.cutCount == 0, "\(run)")
      }
    }

    @Test func aRestartOfWhichTheLogSaysNothingProvesNothing() async throws {
      var scenario = LiveKitCloudFleet.busy
      scenario.faults = [Fault("logs", .status(503))]
      try await with(scenario, timeout: .seconds(8)) { fleet in
        fleet.standIn.perform(.restart)
        let run = try await fleet.sluice("verify-cutover", "--to", "v1", "--from", "v1", "--since", "1s")
        #expect(run.ended(with: .inconclusive) || run.ended(with: .timedOut), "\(run)")
      }
    }

    @Test func noSecretOfARoomLeavesTheProgram() async throws {
      try await with { fleet in
        let run = try await fleet.sluice("deploy", "--version", "v2", "--yes", "--progress", "plain")
        #expect(run.ended(with: .passed), "\(run)")
        for text in [run.output, run.errors, try fleet.journals()] {
          #expect(!text.contains(fleet.standIn.scenario.apiSecret) && !text.contains("eyJ"))
          for word in ["turn_password", "turnPassword", "turn-password"] { #expect(!text.contains(word)) }
        }
      }
    }
  }
}
