import Cutover
import LiveKit
import LiveKitStandIn
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

@testable import Platforms

@Suite struct LiveKitCloudTests {
  // MARK: Deploying

  @Test func aDeployIsFoundByItsMarkAndCalledByItsRelease() async throws {
    try await HostedAgent.with { agent in
      let platform = await agent.platform()
      let incoming = try await platform.roll(to: "abc123")
      #expect(incoming.version == "abc123")
      #expect(incoming.id != nil && incoming.id?.rawValue != "abc123", "the platform's own string is the turn's id")
      #expect(agent.said.contains("lk: Completed deployment of agent concierge to production"), "\(agent.said)")
      let passes = try await Patience.until {
        try await platform.phases() == ["us-east/abc123": "serving", "us-east/v1": "ended"]
      }
      #expect(passes)
      #expect(try await platform.serving() == [incoming])
      #expect(try await platform.versions().map(\.version) == ["abc123", "v1"])
    }
  }

  @Test func aSecondDeployOfTheSameReleaseIsAnotherGeneration() async throws {
    try await HostedAgent.with { agent in
      let platform = await agent.platform()
      let before = try await platform.current()
      let again = try await platform.start("v1", isReturning: false)
      #expect(before.map(\.version) == ["v1"])
      #expect(again.version == "v1" && again.id != before.first?.id)
    }
  }

  @Test func aFailedBuildSaysThatNothingChanged() async throws {
    var scenario = HostedAgent.scenario
    scenario.rollout.buildError = "process \"/bin/sh -c uv sync\" did not complete successfully: exit code: 1"
    try await HostedAgent.with(scenario) { agent in
      let platform = await agent.platform()
      let incoming = try await platform.roll(to: "v2")
      // The service lists the version whose build failed.
      let found = try await failure(of: incoming, on: platform)
      #expect(found?.what == "version 'v2' cannot serve: Build Failed")
      #expect(found?.exitStatus == .actionFailed)
      #expect(try await platform.serving().map(\.version) == ["v1"])
    }
  }

  @Test func anLKThatFailsBeforeAnythingHappenedIsQuotedAndWhatServesIsNamed() async throws {
    try await HostedAgent.with { agent in
      let platform = await agent.platform()
      agent.standIn.perform(.fault(Fault("DeployAgentV2", .status(429))))
      let found = await failure { try await platform.start("v2", isReturning: false) }
      guard case .deployFailed(let end, let line, let serving)? = found as? LiveKitCloudFailure else {
        Issue.record("\(String(describing: found))")
        return
      }
      #expect(end == "ended with exit 1")
      #expect(line?.hasPrefix("unable to deploy agent:") == true)
      #expect(serving == "v1")
      #expect(found?.exitStatus == .actionFailed)
    }
  }

  @Test func aBuildThatGoesOnWithoutLKIsFound() async throws {
    var scenario = HostedAgent.scenario
    scenario.rollout.hasLongLine = true
    scenario.rollout.goesOn = true
    try await HostedAgent.with(scenario) { agent in
      let platform = await agent.platform()
      let incoming = try await platform.roll(to: "v2")
      #expect(agent.said.contains("lk: unable to deploy agent: bufio.Scanner: token too long"), "\(agent.said)")
      let serves = try await Patience.until { try await platform.serving() == [incoming] }
      #expect(serves)
    }
  }

  @Test func withoutAnLKThatCanMarkVersionsNothingIsBegun() async throws {
    try await HostedAgent.with { agent in
      let platform = await agent.platform()
      try agent.installLK(version: "2.17.0")
      let old = await failure { try await platform.start("v2", isReturning: false) }
      #expect(old as? LiveKitCloudFailure == .lkTooOld(path: agent.folder.file("bin/lk")))
      #expect(old?.exitStatus == .unavailable)
      try Files.remove(agent.folder.file("bin/lk"))
      let missing = await failure { try await platform.start("v2", isReturning: false) }
      #expect(missing as? LiveKitCloudFailure == .lkMissing(searched: agent.folder.file("bin")))
      #expect(missing?.exitStatus == .unavailable)
      #expect(agent.standIn.calls["DeployAgentV2"] == nil)
    }
  }

  @Test func aFolderOfAnotherAgentIsNotDeployedFrom() async throws {
    try await HostedAgent.with { agent in
      try agent.writeProjectFile(of: "CA_other")
      var settings = agent.settings
      settings.agent = "CA_test123"
      let platform = LiveKitCloud(settings, client: agent.client)
      let other = await failure { try await platform.start("v2", isReturning: false) }
      let file = "\(settings.directory)/livekit.toml"
      #expect(other as? LiveKitCloudFailure == .otherAgent(file: file, wanted: "CA_test123", found: "CA_other"))
      try Files.remove(file)
      let none = await failure { try await platform.start("v2", isReturning: false) }
      #expect(
        none as? LiveKitCloudFailure == .projectFileMissing(directory: settings.directory, agent: "CA_test123"))
      #expect(agent.standIn.calls["DeployAgentV2"] == nil)
    }
  }

  @Test func neitherSecretNorTokenIsEverSaid() async throws {
    let secret = Secret("secretsecretsecretsecretsecretsecret")
    let line = "invalid token: eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJrIn0.sig, error: \(secret.exposed)\u{1B}[2J"
    #expect(line.withoutSecrets(secret) == "invalid token: (token) error: (secret)\\u{1b}[2J")
  }

  // MARK: Rolling back

  @Test func aRollbackMakesTheNamedVersionServeAgain() async throws {
    try await HostedAgent.with { agent in
      let platform = await agent.platform()
      try await platform.roll(to: "v2")
      #expect(try await Patience.until { try await platform.serving().map(\.version) == ["v2"] })
      let back = try await platform.roll(to: "v1", isReturning: true)
      #expect(back == Generation(id: "v20260224201212", version: "v1"))
      #expect(try await Patience.until { try await platform.phases()["us-east/v1"] == "serving" })
      #expect(try await platform.serving() == [back])
    }
  }

  @Test func aRollbackThatCannotBeSaysWhy() async throws {
    var scenario = HostedAgent.scenario
    scenario.versions.insert(
      Scenario.Version("v20260101000000", attributes: ["version": "v0"], age: .seconds(200_000)), at: 0)
    scenario.refusesRollback = "rollback is not available on your plan"
    try await HostedAgent.with(scenario) { agent in
      let platform = await agent.platform()
      let plan = await failure { try await platform.start("v0", isReturning: true) }
      #expect(plan?.why == "failed_precondition: rollback is not available on your plan")
      #expect(plan?.remedy?.contains("paid plan") == true)
      #expect(plan?.exitStatus == .actionFailed)
      let missing = await failure { try await platform.start("v9", isReturning: true) }
      #expect(missing as? LiveKitCloudFailure == .versionMissing("v9", known: ["v0"]))
      var settings = agent.settings
      settings.deployment = "staging"
      let staging = await failure {
        try await LiveKitCloud(settings, client: agent.client).start("v0", isReturning: true)
      }
      #expect(staging as? LiveKitCloudFailure == .noRollback("staging"))
    }
  }

  // MARK: What is seen

  @Test func aRegionThatLagsDoesNotServe() async throws {
    var scenario = HostedAgent.scenario
    scenario.regions = ["us-east", "eu-central", "ap-south"]
    scenario.rollout.lags = ["eu-central": .seconds(600)]
    scenario.rollout.drain = .stays
    try await HostedAgent.with(scenario) { agent in
      let platform = await agent.platform()
      let incoming = try await platform.roll(to: "v2")
      let expected = [
        "us-east/v2": "serving", "ap-south/v2": "serving", "eu-central/v2": "starting",
        "us-east/v1": "draining", "ap-south/v1": "draining", "eu-central/v1": "serving",
      ]
      #expect(try await Patience.until { try await platform.phases() == expected })
      #expect(try await failure(of: incoming, on: platform) == nil)
    }
  }

  @Test func aVersionThatCrashesIsHopelessAndAnUnknownStatusIsNot() async throws {
    var scenario = HostedAgent.scenario
    scenario.rollout.status = "CrashLoop"
    try await HostedAgent.with(scenario) { agent in
      let platform = await agent.platform()
      let incoming = try await platform.roll(to: "v2")
      agent.standIn.perform(.event(type: 1, region: "us-east"))
      #expect(try await Patience.until { try await self.failure(of: incoming, on: platform) != nil })
      let found = try await failure(of: incoming, on: platform)
      #expect(found?.what == "version 'v2' cannot serve in us-east: CrashLoop")
      #expect(try await platform.phases()["us-east/v2"] == "CrashLoop")
      let version = try #require(incoming.id?.rawValue)
      for status in ["Hibernating", "Sleeping", "Error"] {
        agent.standIn.perform(.status(version: version, status: status))
        #expect(try await platform.phases()["us-east/v2"] == status)
      }
    }
  }

  @Test func aVersionThatHasDrainedForDaysIsOutgoingToo() async throws {
    var scenario = HostedAgent.scenario
    scenario.versions.insert(
      Scenario.Version(
        "v20260218090000", attributes: ["version": "v0"], age: .seconds(6 * 86_400), isDraining: true), at: 0)
    try await HostedAgent.with(scenario) { agent in
      let platform = await agent.platform()
      let change = try #require(try await platform.lastChange())
      #expect(change.incoming.version == "v1")
      #expect(change.outgoing.map(\.version) == ["v0"])
      await platform.expect(change.incoming, outgoing: change.outgoing, began: change.began)
      let old = try #require(try await platform.instances().first { $0.version == "v0" })
      #expect(old.phase == .draining)
      let told = try #require(old.drain?.requestedAt)
      #expect(
        abs((told - change.began).seconds - 300) <= 1, "five minutes after its successor was deployed, at the latest")
      #expect(old.drain?.confirmedAt == nil, "that it is listed as draining confirms nothing")
    }
  }

  @Test func theLogConfirmsADrainWhereItsLinesArrive() async throws {
    var scenario = HostedAgent.scenario
    scenario.logs = .all
    try await HostedAgent.with(scenario) { agent in
      agent.standIn.perform(.call(Call(room: "held", version: "v20260224201212")))
      let platform = await agent.platform()
      try await platform.roll(to: "v2")
      let confirmed = try await Patience.until {
        try await platform.instances().contains { $0.version == "v1" && $0.drain?.confirmedBy == .log }
      }
      #expect(confirmed, "\(agent.said)")
      #expect(agent.said.contains { $0.hasPrefix("log: ") && $0.contains("draining worker") })
    }
  }

  @Test func whoeverDidNotSeeTheReplicasBeforeTakesNoNumberOfThemForAll() async throws {
    var scenario = HostedAgent.scenario
    scenario.logs = .all
    try await HostedAgent.with(scenario) { agent in
      agent.standIn.perform(.call(Call(room: "held", version: "v20260224201212")))
      let deployer = await agent.platform()
      let before = try await deployer.current()
      let began = WallClock.live.now
      let incoming = try await deployer.start("v2", isReturning: false)
      let onlooker = LiveKitCloud(agent.settings, client: agent.client)
      await onlooker.expect(incoming, outgoing: before, began: began)
      let said = try await Patience.until {
        try await onlooker.instances().contains {
          $0.note == "2 of an unknown number of replicas said in the log that it drains"
        }
      }
      #expect(said)
      let old = try #require(try await onlooker.instances().first { $0.version == "v1" })
      #expect(old.drain?.confirmedAt == nil)
    }
  }

  @Test func whereTheLogSaysNothingOfTheOldNothingIsConfirmed() async throws {
    try await HostedAgent.with { agent in
      agent.standIn.perform(.call(Call(room: "held", version: "v20260224201212")))
      let platform = await agent.platform()
      try await platform.roll(to: "v2")
      #expect(try await Patience.until { try await platform.phases()["us-east/v1"] == "draining" })
      let old = try #require(try await platform.instances().first { $0.version == "v1" })
      #expect(old.drain?.confirmedAt == nil)
      #expect(old.note == "no replica said in the log that it drains")
    }
  }

  @Test func aServiceThatDoesNotAnswerIsAFailedReadingNotAnEmptyOne() async throws {
    try await HostedAgent.with { agent in
      let platform = await agent.platform()
      agent.standIn.perform(.fault(Fault("ListAgentVersions", .status(503))))
      let reading = await platform.reading(within: .seconds(5))
      guard case .failure(let failure) = reading.answer else {
        Issue.record("\(reading)")
        return
      }
      #expect(failure.kind == .unreachable)
      #expect(!failure.detail.contains("eyJ"))
    }
  }

  @Test func itSeesNoSessionsAndClaimsNone() async throws {
    try await HostedAgent.with { agent in
      let platform = await agent.platform()
      #expect(platform.traits.sees == [])
      let instances = try await platform.instances()
      #expect(instances.count == 1 && instances[0].sessions == nil && instances[0].end == nil)
      #expect(platform.window.effective == .seconds(3_600))
    }
  }

  @Test func anotherDeploymentThanProductionIsSaidToCutItsSessions() async throws {
    try await HostedAgent.with { agent in
      var settings = agent.settings
      settings.deployment = "staging"
      let platform = LiveKitCloud(settings, client: agent.client)
      #expect(platform.cautions(of: .deploy).first?.contains("disconnected at once") == true)
      #expect(try await platform.current() == [])
      let incoming = try await platform.roll(to: "s1")
      #expect(try await Patience.until { try await platform.phases() == ["us-east/s1": "serving"] })
      #expect(try await platform.serving() == [incoming])
      let production = await agent.platform()
      #expect(try await production.current().map(\.version) == ["v1"], "a version of staging is not production's")
    }
  }

  // MARK: Parts

  private func failure(_ body: () async throws -> some Sendable) async -> (any Failure)? {
    do {
      _ = try await body()
      return nil
    } catch {
      return error as? any Failure
    }
  }

  private func failure(of generation: Generation, on platform: LiveKitCloud) async throws -> LiveKitCloudFailure? {
    try await platform.failureToServe(generation) as? LiveKitCloudFailure
  }
}
