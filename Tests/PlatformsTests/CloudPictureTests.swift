import Cutover
import LiveKit
import TestSupport
import Testing
import Vocabulary

@testable import Platforms

/// What is made of the service's answers, with times that nobody waits for.
@Suite struct CloudPictureTests {
  private static let now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

  private func version(
    _ name: VersionName, deployed ago: Int64, current: Bool = false, draining: Bool? = false, active: Bool? = false
  ) -> AgentVersion {
    let at = Self.now - .seconds(ago)
    return AgentVersion(
      name: name, isCurrent: current, isDraining: draining, isActive: active, createdAt: at, deployedAt: at)
  }

  private func row(
    _ version: VersionName?, _ status: CloudAgent.Status = .running, replicas: Int? = 2, scraped ago: Int64? = 1,
    region: RegionName = "us-east", deployment: DeploymentName = .production
  ) -> CloudAgent.Row {
    CloudAgent.Row(
      region: region, deployment: deployment, status: status, replicas: replicas, version: version,
      lastScrapedAt: ago.map { Self.now - .seconds($0) })
  }

  private func phase(of row: CloudAgent.Row) -> InstanceObservation.Phase? {
    let versions = [version("v2", deployed: 60, current: true)]
    let picture = CloudPicture(
      CloudAgent(id: "CA_x", rows: [row]), versions, deployment: .production, nameKey: "version")
    var memory = CloudMemory()
    return picture.instances(of: CloudRollout(), &memory, at: Self.now).first { $0.version == "v2" }?.phase
  }

  @Test(arguments: CloudAgent.Status.words.map(\.value) + [.unknown("Hibernating"), .unknown("")])
  func onlyRunningServes(status: CloudAgent.Status) {
    let phase = phase(of: row("v2", status))
    #expect((phase == .serving) == (status == .running))
    if case .unknown = status { #expect(phase == .unknown(status.text)) }
  }

  @Test func runningServesOnlyWithAReplicaAFreshScrapeAndTheVersion() {
    #expect(phase(of: row("v2")) == .serving)
    #expect(phase(of: row("v2", replicas: 0)) == .starting)
    #expect(phase(of: row("v2", replicas: nil)) == .starting)
    #expect(phase(of: row("v2", scraped: nil)) == .starting)
    #expect(phase(of: row("v2", scraped: 61)) == .starting, "the row is older than the deploy")
    #expect(phase(of: row("v1")) == .starting)
    #expect(phase(of: row(nil)) == .starting)
  }

  @Test func whatAnOlderServiceDoesNotSayIsNotZero() {
    let versions = [
      version("v2", deployed: 60, current: true, draining: nil, active: nil),
      version("v1", deployed: 600, draining: nil, active: nil),
    ]
    let picture = CloudPicture(
      CloudAgent(id: "CA_x", rows: [row("v2")]), versions, deployment: .production, nameKey: "version")
    var memory = CloudMemory()
    let rollout = CloudRollout(incoming: "v2", outgoing: ["v1"], began: Self.now - .seconds(90))
    let old = picture.instances(of: rollout, &memory, at: Self.now).first { $0.version == "v1" }
    #expect(old?.phase == .unknown("not said"))
  }

  @Test func aVersionOfAnotherDeploymentIsNotOutgoing() {
    let versions = [
      version("v2", deployed: 60, current: true), version("s1", deployed: 30, active: true),
      version("v1", deployed: 600, draining: true, active: true),
    ]
    let agent = CloudAgent(id: "CA_x", rows: [row("v2"), row("s1", deployment: "staging")])
    let picture = CloudPicture(agent, versions, deployment: .production, nameKey: "version")
    #expect(picture.live.map(\.name) == ["v2", "v1"])
    let staging = CloudPicture(agent, versions, deployment: "staging", nameKey: "version")
    #expect(staging.serving?.name == "s1")
  }

  @Test func aVersionIsCalledByItsAttributeWhereItHasOne() {
    var named = version("v20260224201212", deployed: 60, current: true)
    named.attributes = ["git_commit": "0a1b2c3", "version": ""]
    let agent = CloudAgent(id: "CA_x", rows: [row("v20260224201212")])
    func generation(_ key: String) -> Generation? {
      let picture = CloudPicture(agent, [named], deployment: .production, nameKey: key)
      return picture.serving.map(picture.generation)
    }
    #expect(generation("git_commit") == Generation(id: "v20260224201212", version: "0a1b2c3"))
    #expect(generation("version") == Generation(id: "v20260224201212", version: "v20260224201212"))
  }

  @Test func whenServingAndTellingCannotBeSeenTheyAreTakenForTheirLatest() {
    let versions = [
      version("v2", deployed: 7_200, current: true), version("v1", deployed: 600_000, draining: true, active: true),
    ]
    let picture = CloudPicture(
      CloudAgent(id: "CA_x", rows: [row("v2")]), versions, deployment: .production, nameKey: "version")
    var memory = CloudMemory()
    let rollout = CloudRollout(incoming: "v2", outgoing: ["v1"], began: Self.now - .seconds(7_200))
    let latest = Self.now - .seconds(7_200 - 300)
    for later in [0, 3_600] as [Int64] {
      let instances = picture.instances(of: rollout, &memory, at: Self.now + .seconds(later))
      #expect(instances.first { $0.version == "v2" }?.servingAt == latest)
      #expect(instances.first { $0.version == "v1" }?.drain?.requestedAt == latest)
    }
  }

  @Test func replicasOfOneVersionAreNotTakenForTwoGenerations() {
    let picture = CloudPicture(
      CloudAgent(id: "CA_x", rows: [row("v2")]), [version("v2", deployed: 60, current: true)],
      deployment: .production, nameKey: "version")
    var memory = CloudMemory()
    #expect(picture.instances(of: CloudRollout(isOfOneVersion: true), &memory, at: Self.now).isEmpty)
  }
}
