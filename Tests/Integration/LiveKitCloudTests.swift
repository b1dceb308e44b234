import Cutover
import LiveKitStandIn
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// The built program against a stand-in for LiveKit Cloud, with nothing but the platform to look at.
  @Suite struct LiveKitCloudTests {
    @Test func withoutASessionSourceADeployIsInconclusiveHoweverWellItWent() async throws {
      try await LiveKitCloudFleet.with { fleet in
        let (assessment, run) = try await fleet.assessed("deploy", "--version", "v2", "--yes", status: .inconclusive)
        #expect(assessment.incoming == "v2" && assessment.outgoing == ["v1"], "\(run)")
        #expect(assessment.states == [.inconclusive, .inconclusive, .inconclusive], "\(run)")
        #expect(assessment.findings.contains { $0.code == "OBS-002" })
        #expect(!assessment.findings.contains { $0.code == "SIG-001" }, "\(run)")
        #expect(assessment.recommendedAction?.summary.contains("add a source") == true, "\(run)")
        #expect(run.errors.contains("lk: Completed deployment of agent concierge to production"), "\(run)")
        #expect(run.errors.contains("the platform tells v1 (\(LiveKitCloudFleet.first)) to drain"), "\(run)")
        #expect(try fleet.journals().contains("Completed deployment of agent concierge"), "lk's words are evidence")
      }
    }

    @Test func aVersionThatCrashesFailsAndARollbackIsAdvised() async throws {
      var scenario = LiveKitCloudFleet.scenario
      scenario.rollout.status = "CrashLoop"
      try await LiveKitCloudFleet.with(scenario) { fleet in
        let (assessment, run) = try await fleet.assessed("deploy", "--version", "v2", "--yes", status: .actionFailed)
        #expect(assessment.verdict == .failed, "\(run)")
        #expect(assessment.recommendedAction?.command == "sluice rollback --target production --to v1", "\(run)")
        #expect(run.errors.contains("error: version 'v2' cannot serve in us-east: CrashLoop"), "\(run)")
        #expect(!run.errors.contains("told to stop"), "nothing can be withdrawn\n\(run)")
      }
    }

    @Test func aRegionThatLagsKeepsTheDeployFromPassing() async throws {
      var scenario = LiveKitCloudFleet.scenario
      scenario.regions = ["us-east", "eu-central", "ap-south"]
      scenario.rollout.lags = ["eu-central": .seconds(900)]
      try await LiveKitCloudFleet.with(scenario) { fleet in
        try fleet.configure(warmUp: .seconds(4))
        let (assessment, run) = try await fleet.assessed("deploy", "--version", "v2", "--yes", status: .timedOut)
        #expect(assessment.verdict == .timedOut, "\(run)")
        #expect(run.errors.contains("eu-central/"), "\(run)")
        #expect(assessment.recommendedAction?.command == "sluice rollback --target production --to v1", "\(run)")
        #expect(assessment.regions.map(\.name) == ["ap-south", "eu-central", "us-east"])
      }
    }

    @Test func anLKThatIsMissingOrTooOldChangesNothing() async throws {
      try await LiveKitCloudFleet.with { fleet in
        try fleet.installLK(version: "2.10.0")
        let old = try await fleet.sluice("deploy", "--version", "v2", "--yes")
        #expect(old.ended(with: .unavailable), "\(old)")
        #expect(old.errors.contains("because: it does not know --attribute"), "\(old)")
        try Files.remove(fleet.folder.file("bin/lk"))
        let missing = try await fleet.sluice("deploy", "--version", "v2", "--yes")
        #expect(missing.ended(with: .unavailable), "\(missing)")
        #expect(missing.errors.contains("error: program 'lk' is not found"), "\(missing)")
        #expect(fleet.standIn.calls["DeployAgentV2"] == nil)
      }
    }

    @Test func aDeployThatGoesOnAfterLKFailedIsFollowed() async throws {
      var scenario = LiveKitCloudFleet.scenario
      scenario.rollout.hasLongLine = true
      scenario.rollout.goesOn = true
      try await LiveKitCloudFleet.with(scenario) { fleet in
        let (assessment, run) = try await fleet.assessed("deploy", "--version", "v2", "--yes", status: .inconclusive)
        #expect(run.errors.contains("lk: unable to deploy agent: bufio.Scanner: token too long"), "\(run)")
        #expect(assessment.window.servingAt != nil, "\(run)")
      }
    }

    @Test func aBuildThatFailsIsAFailureOfTheAction() async throws {
      var scenario = LiveKitCloudFleet.scenario
      scenario.rollout.buildError = "exit code: 1"
      try await LiveKitCloudFleet.with(scenario) { fleet in
        let run = try await fleet.sluice("deploy", "--version", "v2", "--yes")
        #expect(run.ended(with: .actionFailed), "\(run)")
        #expect(run.errors.contains("Build Failed"), "\(run)")
        #expect(fleet.standIn.activeVersions == [LiveKitCloudFleet.first])
      }
    }

    @Test func aRollbackThatCannotBeSaysWhyAndAsksForNothing() async throws {
      var scenario = LiveKitCloudFleet.scenario
      scenario.versions.insert(
        Scenario.Version("v20260101000000", attributes: ["version": "v0"], age: .seconds(200_000)), at: 0)
      scenario.refusesRollback = "rollback is not available on your plan"
      try await LiveKitCloudFleet.with(scenario) { fleet in
        let missing = try await fleet.sluice("rollback", "--to", "v9", "--yes")
        #expect(missing.ended(with: .actionFailed), "\(missing)")
        #expect(missing.errors.contains("version 'v9' is not one that can be put back"), "\(missing)")
        #expect(missing.errors.contains("v0"), "the candidates are named\n\(missing)")
        let serving = try await fleet.sluice("rollback", "--to", LiveKitCloudFleet.first, "--yes")
        #expect(serving.ended(with: .actionFailed), "\(serving)")
        #expect(serving.errors.contains("version 'v1' serves already"), "\(serving)")
        #expect(fleet.standIn.calls["RollbackAgent"] == nil)
        let plan = try await fleet.sluice("rollback", "--yes")
        #expect(plan.ended(with: .actionFailed), "\(plan)")
        #expect(plan.errors.contains("rollback needs a paid plan"), "\(plan)")
      }
    }

    @Test func anotherDeploymentThanProductionIsAskedAbout() async throws {
      try await LiveKitCloudFleet.with { fleet in
        try fleet.configure(platform: "{ deployment: staging }", timeout: .seconds(5))
        let asked = try await fleet.sluice("deploy", "--version", "s1")
        #expect(asked.ended(with: .usage), "\(asked)")
        #expect(asked.errors.contains("its sessions are disconnected at once"), "\(asked)")
        #expect(fleet.standIn.calls["DeployAgentV2"] == nil)
        let done = try await fleet.sluice("deploy", "--version", "s1", "--yes")
        #expect(done.ended(with: .inconclusive), "\(done)")
        #expect(fleet.standIn.activeVersions.count == 2, "production goes on beside it")
      }
    }

    @Test func noSecretLeavesTheProgram() async throws {
      try await LiveKitCloudFleet.with(LiveKitCloudFleet.busy) { fleet in
        let secret = fleet.standIn.scenario.apiSecret
        let seen = Locked<Set<String>>([])
        let watching = Task {
          while !Task.isCancelled {
            for process in ProcessTable.all() {
              let line = ProcessTable.arguments(of: process.pid)?.joined(separator: " ") ?? ""
              if line.contains(secret) || line.contains("eyJ") { seen.withLock { _ = $0.insert(line) } }
            }
            try await Task.sleep(for: .milliseconds(10))
          }
        }
        let good = try await fleet.sluice("deploy", "--version", "v2", "--yes", "--progress", "plain")
        #expect(good.ended(with: .inconclusive), "\(good)")
        // A server refuses a wrong secret by sending the whole token back.
        let wrong = "wrongwrongwrongwrongwrongwrongwrongwrong"
        let refused = try await fleet.sluice("verify-cutover", "--once", variables: ["LIVEKIT_API_SECRET": wrong])
        #expect(refused.ended(with: .configuration), "\(refused)")
        watching.cancel()
        _ = await watching.result
        #expect(seen.withLock { $0 } == [])
        let written = [good.output, good.errors, refused.output, refused.errors, try fleet.journals()]
        for text in written {
          #expect(!text.contains(secret) && !text.contains(wrong))
          #expect(!text.contains("eyJ"), "a token")
          #expect(!text.contains("turn_password") && !text.contains("turn-password"))
        }
      }
    }

    @Test func aChangeThatSomebodyElseMadeIsFoundByThePlatformAlone() async throws {
      var scenario = LiveKitCloudFleet.scenario
      scenario.versions.insert(
        Scenario.Version(
          "v20260218090000", attributes: ["version": "v0"], age: .seconds(6 * 86_400), isDraining: true), at: 0)
      try await LiveKitCloudFleet.with(scenario) { fleet in
        let (assessment, run) = try await fleet.assessed("verify-cutover", "--once", status: .inconclusive)
        #expect(assessment.kind == .observed)
        #expect(assessment.incoming == "v1" && assessment.outgoing == ["v0"], "\(run)")
        let finding = try #require(assessment.findings.first { $0.code == "DRN-008" }, "\(run)")
        #expect(finding.summary.contains("us-east/v20260218090000"), "\(finding)")
      }
    }
  }
}
