import Cutover
import Testing
import Vocabulary

/// The rows of the table of conditions, and what stands around it.
@Suite struct ConditionTests {
  // A

  @Test func aSessionThatLandsOnOldAfterTheGraceFailsAAndBAndIsNamedWithItsPlace() {
    var story = Story()
    story.serve("v1-1", "v1")
    story.instance("v1-1") {
      $0.region = "eu"
      $0.sdk = "livekit-agents 1.3.12"
    }
    story.serve("v2-1", "v2")
    story.polls(2)
    story.drain("v1-1")
    story.polls(8)
    story.call("late", on: "v1-1")
    let last = story.polls(2)
    #expect(last.a == .failed && last.b == .failed)
    let late = last.sessions.late.first
    #expect(late?.id == "late" && late?.instance == "v1-1" && late?.region == "eu")
    #expect(late?.sdk == "livekit-agents 1.3.12")
    #expect(last.has("RTE-002"))
    #expect(last.regions.first?.name == "eu" && last.regions.first?.verdict == .failed)
    let end = story.watch(30)
    #expect(end.isFinal && end.recommendedAction?.command == "sluice runs show 20261121-140511-123-k3v9q2")
  }

  @Test func aSessionThatStartsWithinTheGraceIsLegitimate() {
    var story = Story()
    story.serve("v1-1", "v1")
    story.serve("v2-1", "v2")
    story.polls(2)
    story.drain("v1-1")
    story.polls(2)
    story.call("in-flight", on: "v1-1")
    #expect(story.polls(3).sessions.lateCount == 0)
    #expect(story.last.verdict == .pending)
  }

  @Test func aPersonWithoutAnAgentFailsAAndRollsBack() {
    var story = Story()
    story.rollOver(calls: 0)
    let now = story.now
    story.session("alone") {
      $0.agent = .absent
      $0.room = "room-7"
      $0.createdAt = now
    }
    let end = story.watch(60)
    #expect(end.a == .failed && end.isFinal)
    #expect(end.sessions.unserved.map(\.id) == ["alone"])
    #expect(end.recommendedAction?.command == "sluice rollback --target kitchen --to v1")
    #expect(end.recommendedAction?.summary.contains("drains again") == true)
  }

  @Test func aCutOnTheNewVersionFailsAAndIsNotTheDrains() {
    var story = Story()
    story.rollOver(calls: 0)
    story.newCalls(2)
    story.end("new-0", .crashed)
    let end = story.watch(30)
    #expect(end.a == .failed && end.c == .holds, "\(end.reason)")
    #expect(end.reason.contains("not by the drain"))
    #expect(end.recommendedAction?.command?.contains("rollback") == true)
  }

  @Test func sessionsOfUnknownVersionMakeAInconclusiveAndTimeNeverProves() {
    var story = Story { $0.timeout = .seconds(90) }
    story.rollOver(calls: 0)
    story.newCalls(3)
    story.session("nameless") {
      $0.version = "v2"
      $0.basis = .time
    }
    let last = story.polls(3)
    #expect(last.a == .inconclusive && last.has("OBS-001"))
    #expect(story.watch(200).verdict == .inconclusive)
  }

  @Test func aWorkerIdThatIsExplainedLaterAttributesItsSessions() {
    var story = Story()
    story.rollOver(calls: 0)
    story.session("early") { $0.worker = "AW_fresh" }
    #expect(story.poll().a == .inconclusive)
    story.instance("v2-1") { $0.workers.append("AW_fresh") }
    #expect(story.polls(2).sessions.byVersion["v2"]?.active == 1)
    #expect(story.last.a == .pending)
  }

  @Test func anInstanceWhoseVersionIsLearnedLaterCountsItsEndedSessionsUnderIt() {
    var story = Story()
    story.rollOver(calls: 0)
    story.instance("v2-2") { $0.workers = ["AW_v2-2"] }
    story.call("early", on: "v2-2")
    story.polls(2)
    story.end("early", .personLeft)
    #expect(story.polls(2).sessions.byVersion["unattributed"]?.ended == 1)
    story.instance("v2-2") { $0.version = "v2" }
    let counts = story.polls(2).sessions.byVersion
    #expect(counts["unattributed"]?.ended == 0 && counts["unattributed"]?.started == 0)
    #expect(counts["v2"]?.ended == 1 && counts["v2"]?.started == 1)
  }

  @Test func aFleetOfWhichNothingWasSeenIsInconclusiveAndItsVersionOnlySuspected() {
    var story = Story([Story.http]) {
      $0.warmUp = .seconds(2)
      $0.timeout = .seconds(8)
    }
    story.fail("http")
    let end = story.watch(20)
    #expect(end.verdict == .inconclusive && end.isFinal, "\(end.reason)")
    #expect(end.conditions.allSatisfy { $0.state == .inconclusive })
    #expect(end.reason.contains("http has said nothing that can be used yet (no answer)"))
    #expect(end.findings.first { $0.code == "PLT-001" }?.status == .suspected)
  }

  @Test func whatAnEndpointAnsweredInsteadIsInTheReason() {
    var story = Story([Story.http]) { $0.timeout = .seconds(8) }
    for (id, version, note): (InstanceID, VersionName, String) in [
      ("v1-1", "v1", "/worker answered an HTML page"), ("v2-1", "v2", "/worker answered 500\u{1B}[2J"),
    ] {
      story.instance(id, by: "http") { ($0.version, $0.phase, $0.note) = (version, .unreachable, note) }
    }
    let end = story.watch(20)
    #expect(end.verdict == .inconclusive, "\(end.reason)")
    #expect(end.reason.contains("v1-1 (/worker answered an HTML page) cannot be reached"), "\(end.reason)")
    #expect(end.reason.contains("v2-1 (/worker answered 500") && !end.reason.contains("\u{1B}"))
  }

  @Test func aVersionThatIsUpAndCannotInitializeDoesNotServe() {
    var story = Story { $0.warmUp = .seconds(20) }
    story.serve("v1-1", "v1")
    let began = story.now
    story.instance("v1-1") { $0.initializedAt = began }
    story.polls(2)
    story.serve("v2-1", "v2")
    story.instance("v2-1") { $0.registeredAt = began }
    let last = story.polls(30)
    #expect(last.window.servingAt == nil && last.has("PLT-005"))
    #expect(last.a == .pending)
  }

  @Test func theLeakBoundIsEnforcedWhenItIsSet() {
    var story = Story { $0.leakBound = 0.3 }
    story.rollOver(calls: 0)
    story.newCalls(6)
    #expect(story.last.a == .pending)
    story.newCalls(6, prefix: "more")
    #expect(story.polls(2).a == .holds)
    #expect((story.last.exposure?.excludedShare ?? 1) < 0.25)
  }

  // B

  @Test func bNeedsExposureOrNobodyLeft() {
    var story = Story()
    story.rollOver(calls: 1)
    #expect(story.polls(30).b == .pending)
    story.newCalls(2)
    #expect(story.poll().b == .holds)
  }

  @Test func aDrainThatNothingConfirmsIsAFindingAtOnceAndKeepsBFromHolding() {
    var story = Story()
    story.rollOver(calls: 1, isConfirmed: false)
    story.newCalls(16)
    #expect(story.last.has("SIG-001"))
    #expect(story.last.b == .pending)
    #expect(story.last.findings.first { $0.code == "SIG-001" }?.summary.contains("v1-1") == true)
  }

  @Test func aDrainThatNothingConfirmsIsHeldForOneOnceSoManyCallsLandElsewhereThatALeakIsExcluded() {
    var story = Story { $0.settle = .seconds(1) }
    story.rollOver(calls: 1, isConfirmed: false)
    story.newCalls(58)
    #expect(story.last.b == .pending)
    story.newCalls(6, prefix: "more")
    #expect(story.last.b == .holds)
    story.call("stray", on: "v1-1")
    #expect(story.polls(2).verdict == .failed)
  }

  @Test func aListingThatIsOlderThanTheCountsMakesNoGhosts() {
    var story = Story([Story.rooms, Story.http], kind: .observed) { $0.timeout = .seconds(120) }
    story.datesBack["rooms"] = .seconds(3)
    story.instance("v2-1", by: "http") { ($0.version, $0.sessions) = ("v2", 2) }
    for number in 0..<2 {
      let now = story.now
      story.session(SessionID("new-\(number)"), by: "rooms") {
        ($0.room, $0.version, $0.basis, $0.startedAt) = ("room-\(number)", "v2", .attribute, now)
      }
    }
    story.polls(8)
    story.instance("v2-1", by: "http") { $0.sessions = 1 }
    story.polls(9)
    story.session("new-0", by: "rooms") { ($0.agent, $0.person) = (.absent, .absent) }
    story.polls(40)
    #expect(story.last.sessions.unclearCount == 0, "\(story.last.sessions.unclear)")
  }

  @Test func aVersionWhoseSessionsNobodyEverCountedHasNoGhosts() {
    var story = Story([Story.rooms, Story.http], kind: .observed) { $0.timeout = .seconds(120) }
    story.instance("v2-1", by: "http") { ($0.version, $0.sessions) = ("v2", 0) }
    let now = story.now
    story.session("old-0", by: "rooms") {
      ($0.room, $0.version, $0.basis, $0.startedAt) = ("room-0", "v1", .attribute, now)
    }
    story.polls(30)
    story.session("old-0", by: "rooms") { ($0.agent, $0.person) = (.absent, .absent) }
    story.polls(40)
    #expect(story.last.sessions.unclearCount == 0, "\(story.last.sessions.unclear)")
  }

  @Test func whatAServerRestartBreaksIsUnclearAndKeepsTheVerdictFromPassing() {
    var story = Story { $0.timeout = .seconds(120) }
    story.rollOver(calls: 2)
    story.newCalls()
    for id in ["old-0", "old-1", "new-0"] as [SessionID] { story.end(id, .serverRestarted) }
    story.exit("v1-1", cause: .drained)
    story.newCalls(4, prefix: "after")
    let assessment = story.watch()
    #expect(assessment.verdict == .inconclusive)
    #expect(assessment.a == .inconclusive && assessment.c == .inconclusive)
    #expect(assessment.sessions.cutCount == 0 && assessment.sessions.unclearCount == 3)
    #expect(assessment.conditions[2].reason.contains("server restarted under 2"))
  }

  @Test func aCountThatRisesAfterTheDrainIsALateArrivalEvenIfItFallsAgain() {
    var story = Story([Story.platform, Story.http])
    story.serve("v1-1", "v1")
    story.serve("v2-1", "v2")
    story.instance("v1-1", by: "http") { $0.sessions = 1 }
    story.polls(3)
    story.drain("v1-1")
    story.polls(10)
    story.instance("v1-1", by: "http") { $0.sessions = 2 }
    story.polls(2)
    story.instance("v1-1", by: "http") { $0.sessions = 0 }
    let end = story.watch(30)
    #expect(end.verdict == .failed && end.b == .failed && end.c == .failed)
    #expect(end.conditions[1].basis == .counts)
  }

  @Test func anInstanceAtZeroThatLivesOnIsAFinding() {
    var story = Story()
    story.rollOver(calls: 0)
    #expect(story.polls(20).has("DRN-007"))
  }

  // C

  @Test func anInstanceKilledAtItsDeadlineWithoutHavingBeenAtZeroFails() {
    var story = Story([Story.platform, Story.http])
    story.serve("v1-1", "v1")
    story.serve("v2-1", "v2")
    story.instance("v1-1", by: "http") { $0.sessions = 1 }
    story.polls(3)
    story.drain("v1-1")
    story.polls(8)
    story.exit("v1-1", signal: 9, cause: .deadline)
    story.dropInstance("v1-1", by: "http")
    #expect(story.polls(2).c == .failed)
  }

  @Test func sessionsThatAreStillThereAtTheTimeoutTimeItOut() {
    var story = Story { $0.timeout = .seconds(60) }
    story.rollOver()
    story.newCalls()
    let end = story.watch(200)
    #expect(end.verdict == .timedOut && end.c == .timedOut && end.isFinal)
    #expect(end.recommendedAction?.summary.contains("rolling back will not help") == true)
  }

  // Generations, restarts, stops

  @Test func theSameVersionAgainIsAnotherGeneration() {
    var story = Story(
      incoming: Generation(id: "g3", version: "v1"),
      outgoing: [Generation(id: "g2", version: "v2"), Generation(id: "g1", version: "v1")], kind: .rollback)
    story.serve("first", "v1")
    story.instance("first") { $0.generation = "g1" }
    story.serve("second", "v2")
    story.instance("second") { $0.generation = "g2" }
    story.polls(2)
    story.serve("third", "v1")
    story.instance("third") { $0.generation = "g3" }
    story.polls(2)
    story.drain("first")
    story.drain("second")
    story.polls(8)
    story.call("late", on: "first")
    let last = story.polls(2)
    #expect(last.sessions.late.map(\.instance) == ["first"])
  }

  @Test func aWorkerThatReconnectsIsNotANewOne() {
    var story = Story()
    story.rollOver(calls: 1)
    story.instance("v1-1") { $0.workers.append("AW_again") }
    story.session("old-0") { $0.worker = "AW_again" }
    let last = story.polls(3)
    #expect(last.instances.map(\.id) == ["v1-1"] && last.sessions.lateCount == 0)
    #expect(last.instances.first?.sessions == 1)
  }

  @Test func aWatchThatIsStoppedSaysHowToGoOn() {
    var story = Story()
    story.rollOver()
    let end = story.verifier.ended(as: .interrupted, at: story.now)
    #expect(end.verdict == .interrupted && end.isFinal)
    #expect(end.recommendedAction?.command?.hasSuffix("--resume 20261121-140511-123-k3v9q2") == true)
    #expect(story.verifier.ended(as: .superseded, at: story.now).verdict == .superseded)
  }

  @Test func aTargetsNameNeverBecomesMoreThanOneWordOfACommand() {
    var story = Story()
    story.rollout = Rollout(
      target: "it's; rm -rf", run: "r", kind: .deploy, began: Story.start, incoming: Generation(version: "v2"),
      outgoing: [], window: DrainWindow(clocks: []))
    story.verifier = CutoverVerifier(rollout: story.rollout, sources: story.sources, policy: story.policy)
    let command = story.verifier.ended(as: .superseded, at: story.now).recommendedAction?.command
    #expect(command == "sluice verify-cutover --target 'it'\\''s; rm -rf'")
  }

  @Test func latencyIsMeasuredByVersionAndNeverMixedWithDrainTime() {
    var story = Story()
    story.rollOver(calls: 0)
    for number in 0..<4 {
      let now = story.now
      story.session(SessionID(rawValue: "slow-\(number)")) {
        $0.worker = "AW_v2-1"
        $0.createdAt = now - .seconds(2)
        $0.startedAt = now
      }
      story.poll()
    }
    let assignment = story.last.latency["v2"]?.assignment
    #expect(assignment?.count == 4 && assignment?.p50Seconds == 2)
  }

  @Test func aDayOfCallsIsFoldedIntoCounters() {
    var story = Story()
    story.rollOver(calls: 0)
    for number in 0..<3_000 {
      let id = SessionID(rawValue: "call-\(number)")
      story.call(id, on: "v2-1")
      if number > 5 { story.end(SessionID(rawValue: "call-\(number - 5)"), .personLeft) }
      if number > 7 { story.dropSession(SessionID(rawValue: "call-\(number - 7)")) }
      story.poll()
    }
    #expect(story.last.sessions.byVersion["v2"]?.started == 3_000)
    #expect((story.last.sessions.byVersion["v2"]?.ended ?? 0) > 2_980)
  }
}
