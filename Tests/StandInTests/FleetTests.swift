import Documents
import TestSupport
import Testing
import Vocabulary

@testable import LiveKitStandIn

/// What the simulated fleet does, on a clock that only these tests move.
struct FleetTests {
  /// A fleet whose moments are counted from its start.
  struct Stage {
    static let start = Timestamp(milliseconds: 1_795_000_000_000)
    var fleet: Fleet

    init(_ change: (inout Scenario) -> Void = { _ in }) {
      var scenario = Scenario()
      scenario.versions = [.init("v1")]
      change(&scenario)
      fleet = Fleet(scenario, at: Self.start)
    }

    /// Advances to so many seconds after the start.
    mutating func at(_ seconds: Double) { fleet.advance(to: Self.start + Duration(seconds: seconds)) }

    mutating func deploy(_ name: String = "v2") { fleet.perform(.deploy(name: name)) }

    mutating func version(_ name: String) throws -> Message {
      try #require(try fleet.listAgentVersions([:]).messages("versions").first { $0.text("version") == name })
    }

    func row(_ region: String = "us-east") throws -> Message {
      let rows = fleet.listAgents([:]).messages("agents").first?.messages("agent_deployments")
      return try #require(rows?.first { $0.text("region") == region })
    }

    mutating func agents(in room: String) -> [Message] {
      fleet.listParticipants(["room": .text(room)]).messages("participants").filter { $0.number("kind") == 4 }
    }

    func truth(_ room: String) throws -> SessionTruth { try #require(fleet.sessions.last { $0.room == room }) }
  }

  // MARK: Calls

  @Test func aCallIsServedStampedAndEndsWithItsPerson() throws {
    var stage = Stage()
    stage.fleet.perform(.call(Call(room: "r", length: .seconds(10))))
    stage.at(0.2)
    #expect(stage.agents(in: "r").isEmpty)
    stage.at(0.4)
    let agent = try #require(stage.agents(in: "r").first)
    #expect(
      agent.texts("attributes") == ["lk.agent.name": "concierge", "lk.agent_name": "concierge", "app.version": "v1"])
    #expect(agent.number("joined_at_ms") == (Stage.start + .milliseconds(300)).nanoseconds / 1_000_000)
    // The count of people is 5 s behind.
    #expect(stage.fleet.listRooms([:]).messages("rooms").first?.number("num_participants") == 0)
    stage.at(6)
    #expect(stage.fleet.listRooms([:]).messages("rooms").first?.number("num_participants") == 1)
    stage.at(10.5)
    #expect(stage.agents(in: "r").count == 1)
    stage.at(11)
    #expect(stage.agents(in: "r").isEmpty)
    #expect(try stage.truth("r").end == .personLeft)
    stage.at(31)
    #expect(stage.fleet.listRooms([:]).messages("rooms").isEmpty)
  }

  @Test func jobsAreListedSecondsAfterTheAgentCame() {
    var stage = Stage()
    stage.fleet.perform(.call(Call(room: "r")))
    func jobs(_ stage: Stage) -> Int {
      let dispatch = stage.fleet.listDispatch(["room": "r"])?.messages("agent_dispatches").first
      if case .message(let state)? = dispatch?["state"] { return state.messages("jobs").count }
      return -1
    }
    stage.at(4.9)
    #expect(jobs(stage) == 0)
    stage.at(5.1)
    #expect(jobs(stage) == 1)
  }

  @Test func aCallThatNobodyServesIsNeverDispatchedAgain() throws {
    var stage = Stage()
    stage.fleet.perform(.kill(version: "v1"))
    stage.fleet.perform(.call(Call(room: "r")))
    stage.fleet.perform(.restart)
    stage.at(60)
    #expect(stage.agents(in: "r").isEmpty)
    #expect(try stage.truth("r").agent == nil)
  }

  @Test func aReconnectIsAnotherParticipantOfTheSameIdentity() throws {
    var stage = Stage()
    stage.fleet.perform(.call(Call(room: "r")))
    stage.at(5)
    let before = try #require(stage.agents(in: "r").first)
    stage.fleet.perform(.reconnect(room: "r"))
    let after = try #require(stage.agents(in: "r").first)
    #expect(after.text("identity") == before.text("identity") && after.text("sid") != before.text("sid"))
    #expect(after.number("joined_at") == before.number("joined_at") + 5)
  }

  @Test func aRoomThatIsMadeAgainHasAnotherSid() {
    var stage = Stage()
    stage.fleet.perform(.call(Call(room: "r")))
    let first = stage.fleet.listRooms([:]).messages("rooms").map { $0.text("sid") }
    stage.fleet.perform(.call(Call(room: "r")))
    let second = stage.fleet.listRooms([:]).messages("rooms").map { $0.text("sid") }
    #expect(first.count == 1 && second.count == 1 && first != second)
    #expect(stage.fleet.sessions.map(\.end) == [.roomDeleted, nil])
  }

  @Test func trafficThatIsReplacedEnds() {
    var stage = Stage { $0.traffic = .init(every: .seconds(1), length: .seconds(1)) }
    stage.at(2.5)
    stage.fleet.perform(.traffic(.init(every: .seconds(1), length: .seconds(1), count: 2)))
    stage.at(60)
    #expect(stage.fleet.sessions.count == 5)
  }

  @Test func trafficComesAtItsRate() {
    var stage = Stage { $0.traffic = .init(every: .seconds(1), length: .seconds(3), count: 5) }
    stage.at(100)
    #expect(stage.fleet.sessions.map { ($0.createdAt - Stage.start).seconds } == [0, 1, 2, 3, 4])
  }

  // MARK: Rollouts

  @Test func aCleanRolloutDrainsWithItsCalls() throws {
    var stage = Stage()
    stage.fleet.perform(.call(Call(room: "old", length: .seconds(60))))
    stage.at(1)
    stage.deploy()
    #expect(try stage.version("v2").text("status") == "Building")
    #expect(try stage.row().text("status") == "Building")
    stage.at(2)
    #expect(try stage.row().text("version") == "v2" && stage.row().number("replicas") == 2)
    #expect(try stage.version("v2").flag("current") && !stage.version("v1").flag("current"))
    #expect(try stage.version("v1").flag("draining") && stage.version("v1").flag("active"))
    #expect(stage.fleet.lines.count { $0.text.contains("\"draining worker\"") } == 2)
    stage.fleet.perform(.call(Call(room: "new")))
    stage.at(3)
    #expect(try stage.truth("new").version == "v2")
    // The idle one is gone, the other one has its call.
    #expect(stage.fleet.workers.values.count { $0.version == "v1" } == 1)
    stage.at(62.5)
    #expect(try !stage.version("v1").flag("draining") && !stage.version("v1").flag("active"))
    #expect(try stage.truth("old").end == .personLeft)
    #expect(stage.fleet.lines.last { $0.version == "v1" }?.text.contains("\"shutting down worker\"") == true)
  }

  @Test func aDrainThatRunsOutCutsItsCallsAndListsThemOn() throws {
    var stage = Stage { $0.rollout.window = .seconds(8) }
    stage.fleet.perform(.call(Call(room: "old")))
    stage.deploy()
    stage.at(10)
    #expect(try stage.truth("old").end == .drainTimeout)
    #expect(stage.fleet.lines.contains { $0.text.contains("drain timed out, forcing shutdown") })
    #expect(stage.agents(in: "old").count == 1)
    #expect(try !stage.version("v1").flag("active"))
    stage.at(24)
    #expect(stage.agents(in: "old").isEmpty)
    #expect(stage.fleet.listParticipants(["room": "old"]).messages("participants").count == 1)
  }

  @Test func killedAgentsStayListedForTwentyOneSeconds() throws {
    var stage = Stage { $0.rollout.drain = .killed }
    stage.fleet.perform(.call(Call(room: "old")))
    stage.deploy()
    stage.at(1)
    let truth = try stage.truth("old")
    #expect(truth.end == .killed)
    stage.at(21)
    #expect(stage.agents(in: "old").count == 1)
    stage.at(22)
    #expect(stage.agents(in: "old").isEmpty)
  }

  @Test func aSwallowedSignalGoesOnTakingCallsForEver() throws {
    var stage = Stage { $0.rollout.drain = .swallowed }
    stage.deploy()
    stage.at(1)
    for number in 0..<40 { stage.fleet.perform(.call(Call(room: "r\(number)"))) }
    let landed = Set(stage.fleet.sessions.map(\.version))
    #expect(landed == ["v1", "v2"])
    stage.at(100_000)
    #expect(try stage.version("v1").flag("draining"))
  }

  @Test func aDrainingVersionCanStayWithoutACall() throws {
    var stage = Stage { $0.rollout.drain = .stays }
    stage.deploy()
    stage.at(1)
    for number in 0..<20 { stage.fleet.perform(.call(Call(room: "r\(number)"))) }
    #expect(Set(stage.fleet.sessions.map(\.version)) == ["v2"])
    stage.at(600_000)
    #expect(try stage.version("v1").flag("draining") && stage.version("v1").flag("active"))
  }

  @Test func straysAndUnservedSessionsComeInTheirShare() throws {
    var stage = Stage {
      $0.rollout.drain = .stays
      $0.rollout.strays = 0.25
    }
    stage.deploy()
    stage.at(1)
    for number in 0..<40 { stage.fleet.perform(.call(Call(room: "r\(number)"))) }
    #expect(stage.fleet.sessions.count { $0.version == "v1" } == 10)
    var crashing = Stage { $0.rollout.unserved = 0.5 }
    crashing.deploy()
    crashing.at(1)
    for number in 0..<40 { crashing.fleet.perform(.call(Call(room: "r\(number)"))) }
    crashing.at(10)
    #expect(crashing.fleet.sessions.count { $0.joinedAt == nil } == 20)
  }

  @Test(arguments: ["CrashLoop", "Sleeping", "Updating"])
  func aVersionThatDoesNotComeUpLeavesTheOldOneServing(status: String) throws {
    var stage = Stage { $0.rollout.status = status }
    stage.deploy()
    stage.at(100)
    #expect(try stage.row().text("status") == status && stage.row().number("replicas") == 0)
    #expect(try stage.version("v1").flag("current") && !stage.version("v1").flag("draining"))
    stage.fleet.perform(.call(Call(room: "r")))
    #expect(try stage.truth("r").version == "v1")
  }

  @Test func oneRegionLags() throws {
    var stage = Stage {
      $0.regions = ["us-east", "eu-central", "ap-south"]
      $0.rollout.lags = ["ap-south": .seconds(60)]
    }
    stage.deploy()
    stage.at(2)
    #expect(try stage.row("eu-central").text("status") == "Running" && stage.row("eu-central").text("version") == "v2")
    #expect(try stage.row("ap-south").text("version") == "v1" && stage.row("ap-south").number("replicas") == 2)
    stage.at(61)
    #expect(try stage.row("ap-south").text("version") == "v2")
  }

  @Test func aFailedBuildChangesNothingUnlessItGoesOn() throws {
    var stage = Stage { $0.rollout.buildError = "exit code: 1" }
    stage.deploy()
    stage.at(100)
    #expect(try stage.version("v2").text("status") == "Build Failed" && stage.version("v1").flag("current"))
    var goingOn = Stage {
      $0.rollout.buildError = "exit code: 1"
      $0.rollout.goesOn = true
    }
    goingOn.deploy()
    goingOn.at(100)
    #expect(try goingOn.version("v2").flag("current"))
  }

  @Test func aRollbackIsARolloutOfAVersionThatIsKnown() throws {
    var stage = Stage()
    stage.deploy()
    stage.at(1)
    #expect(stage.fleet.rollBack(to: "v9") == "version not found")
    #expect(stage.fleet.rollBack(to: "v1") == nil)
    stage.at(3)
    #expect(try stage.version("v1").flag("current") && !stage.version("v2").flag("current"))
    #expect(stage.fleet.workers.values.allSatisfy { $0.version == "v1" })
  }

  @Test func anotherDeploymentIsReplacedAtOnce() throws {
    var stage = Stage()
    var call = Call(room: "r")
    call.deployment = "staging"
    stage.fleet.perform(.deploy(name: "s1", deployment: "staging"))
    stage.at(1)
    stage.fleet.perform(.call(call))
    stage.at(2)
    #expect(try stage.truth("r").version == "s1")
    stage.fleet.perform(.deploy(name: "s2", deployment: "staging"))
    stage.at(3)
    #expect(try stage.truth("r").end == .killed)
    #expect(try stage.version("v1").flag("current"))
  }

  @Test func aStaleScrapeStandsStill() throws {
    var stage = Stage()
    stage.at(12)
    stage.fleet.perform(.scrape(isStale: true))
    stage.at(100)
    guard case .moment(let at)? = try stage.row()["last_scraped_at"] else {
      Issue.record("no moment")
      return
    }
    #expect((at - Stage.start).seconds == 10)
  }

  @Test func aProbesRoomEndsByItselfWithItsAgent() throws {
    var stage = Stage()
    _ = stage.fleet.createRoom(["name": "probe", "empty_timeout": 10])
    _ = try stage.fleet.createDispatch(["room": "probe", "agent_name": "concierge"])
    stage.at(1)
    #expect(stage.agents(in: "probe").count == 1)
    stage.at(11)
    #expect(stage.fleet.listRooms([:]).messages("rooms").isEmpty)
    #expect(try stage.truth("probe").end == .roomDeleted)
  }

  @Test func logsOfDrainingVersionsArriveOnlyWhereTheScenarioSaysSo() {
    for (reach, sees) in [(Scenario.LogReach.newest, false), (.all, true)] {
      var stage = Stage { $0.logs = reach }
      stage.deploy()
      stage.at(2)
      let lines = stage.fleet.logLines(from: 0).lines
      #expect(lines.contains { $0.contains("draining worker") } == sees)
      // The new version's two as well as the old one's.
      #expect(lines.count { $0.contains("registered worker") } == 4)
    }
  }

  @Test func theSameSeedPlaysTheSame() {
    func played(_ seed: UInt64) -> [SessionTruth] {
      var stage = Stage {
        $0.seed = seed
        $0.traffic = .init(every: .milliseconds(500), length: .seconds(4))
      }
      stage.at(5)
      stage.deploy()
      stage.at(30)
      return stage.fleet.sessions
    }
    #expect(played(3) == played(3))
    #expect(played(3) != played(4))
  }
}
