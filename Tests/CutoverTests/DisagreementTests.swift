import Cutover
import Testing
import Vocabulary

/// Sources that differ, come late or are dated by their own clocks: what is decided of a session and what stays unclear.
@Suite struct DisagreementTests {
  /// Rooms that stamp versions, and name the workers where that is asked for.
  private func enter(_ story: inout Story, _ id: SessionID, _ version: VersionName, worker: WorkerID? = nil) {
    story.session(id, by: "rooms") {
      $0.room = "room-\(id.rawValue)"
      ($0.version, $0.basis, $0.worker) = (version, .attribute, worker)
    }
  }

  @Test func theStrongestWordOnASessionsVersionCounts() {
    var story = Story([Story.rooms, Story.platform, Story.server])
    story.serve("v1-1", "v1")
    story.serve("v2-1", "v2")
    enter(&story, "call", "v1")
    story.call("call", on: "v2-1")
    story.session("call") { ($0.version, $0.basis) = ("v2", .agentName) }
    story.polls(3)
    #expect(story.last.sessions.byVersion["v1"]?.active == 1, "\(story.last.sessions.byVersion)")
    #expect(story.last.sessions.byVersion["v2"]?.active != 1, "\(story.last.sessions.byVersion)")
    #expect(story.last.findings.contains { $0.summary.contains("another version than their instance: call") })
  }

  @Test func oneWorkerThatFinishedItsDrainDoesNotVouchForAnotherWhoseDrainTimedOut() {
    var story = Story([Story.platform, Story.rooms])
    story.serve("v1-1", "v1")
    story.serve("v1-2", "v1")
    enter(&story, "cut", "v1")
    story.serve("v2-1", "v2")
    story.polls(2)
    story.drain("v1-1")
    story.drain("v1-2")
    let told = story.now
    story.instance("v1-1") { $0.drain?.finishedAt = told }
    story.exit("v1-1")
    story.polls(10)
    story.instance("v1-2") { $0.drain?.timedOutAt = told + .seconds(5) }
    story.polls(5)
    story.session("cut", by: "rooms") { $0.agent = .absent }
    story.poll()
    story.exit("v1-2")
    for number in 0..<4 {
      enter(&story, SessionID(rawValue: "new-\(number)"), "v2")
      story.polls(4)
    }
    #expect(story.watch(60).verdict == .inconclusive, "\(story.last.reason)")
    #expect(story.last.sessions.unclear.map(\.id) == ["cut"])
  }

  @Test func anAgentThatLeavesJustBeforeItsWorkerMayHaveBeenCutWithIt() {
    var story = Story([
      SourceTraits(id: "platform", kind: "cloud", sees: [.instances]), Story.rooms,
    ])
    story.serve("v1-1", "v1")
    enter(&story, "last", "v1")
    story.serve("v2-1", "v2")
    story.polls(20)
    for number in 0..<4 { enter(&story, SessionID(rawValue: "new-\(number)"), "v2") }
    story.polls(10)
    story.session("last", by: "rooms") { $0.agent = .absent }
    story.poll()
    story.instance("v1-1") { $0.phase = .ended }
    #expect(story.watch(60).verdict == .inconclusive, "\(story.last.reason)")
    #expect(story.last.sessions.unclear.map(\.id) == ["last"])
  }

  @Test func anAgentThatHungUpBeforeItsWorkerWasKilledIsNotCutByThat() {
    var story = Story([Story.platform, Story.rooms])
    story.rollOver(calls: 0)
    enter(&story, "over", "v2", worker: "AW_v2-1")
    story.polls(10)
    story.session("over", by: "rooms") { $0.agent = .absent }
    story.poll()
    story.exit("v2-1", signal: 9)
    #expect(story.polls(40).sessions.cutCount == 0)
    #expect(story.last.sessions.unclear.map(\.id) == ["over"])
  }

  @Test func aListingThatIsDatedAheadDoesNotBringADeadWorkerBackToLife() {
    var server = Story.server
    server.datesItself = true
    var story = Story([Story.platform, server])
    story.rollOver(calls: 0)
    story.exit("v1-1")
    story.newCalls(2)
    story.datesBack["server"] = .milliseconds(300)
    story.serve("v2-1", "v2", by: "server")
    story.exit("v2-1", signal: 9)
    story.newCalls(2, prefix: "more")
    #expect(story.polls(2).verdict == .pending, "\(story.last.reason)")
    for id in ["new-0", "new-1", "more-0", "more-1"] { story.end(SessionID(rawValue: id), .workerGone) }
    #expect(story.polls(4).a == .failed)
  }

  @Test func aLogThatWasReadBeforeAKillDoesNotSayThatACallRanWhenItCame() {
    let logs = SourceTraits(id: "server", kind: "worker-logs", sees: [.sessions, .endings, .drains])
    var story = Story([Story.platform, logs])
    story.rollOver(calls: 2)
    let seen = story.now
    story.fail("server")
    story.poll()
    story.exit("v1-1", signal: 9)
    #expect(story.poll().sessions.cutCount == 0)
    story.fail("server", false)
    story.session("old-0") {
      $0.agent = .absent
      $0.end = SessionObservation.End(at: seen + .milliseconds(500), sign: .roomClosed)
    }
    #expect(story.polls(4).sessions.cut.map(\.id) == ["old-1"])
  }

  @Test func failedIsFinalWhateverIsSeenLater() {
    var story = Story([Story.platform, Story.http])
    story.serve("v1-1", "v1")
    story.serve("v2-1", "v2")
    story.instance("v1-1", by: "http") { $0.sessions = 1 }
    story.polls(3)
    story.drain("v1-1")
    story.polls(8)
    story.exit("v1-1", signal: 9)
    story.dropInstance("v1-1", by: "http")
    let failed = story.poll()
    #expect(failed.verdict == .failed)
    story.instance("v1-1", by: "http") { $0.sessions = 1 }
    #expect(story.poll().verdict == .failed && story.last.conditions[2] == failed.conditions[2])
    #expect(story.watch(20).isFinal)
  }

  @Test func aPersonWhoNeverGotAnAgentDidNotLandAnywhere() {
    var story = Story()
    story.rollOver(calls: 0, isConfirmed: false)
    story.session("alone") {
      ($0.agent, $0.room, $0.worker) = (.absent, "room-7", "AW_v1-1")
    }
    story.polls(2)
    story.end("alone", .personLeft)
    #expect(story.polls(3).sessions.lateCount == 0)
    #expect(story.last.sessions.byVersion["v1"]?.started ?? 0 == 0)
  }

  @Test func anOldInstanceThatComesBackAfterTheCutoverTakesSessionsLate() {
    var story = Story()
    story.serve("v1-1", "v1")
    story.serve("v2-1", "v2")
    story.drain("v1-1")
    story.exit("v1-1", cause: .drained)
    story.clock += .seconds(3)
    story.serve("v1-2", "v1")
    story.polls(10)
    story.call("late", on: "v1-2")
    #expect(story.polls(2).sessions.late.map(\.id) == ["late"])
  }

  @Test func whatWasOverBeforeAnythingWasRolledIsNotChargedToTheRollout() {
    var story = Story([Story.rooms, Story.http])
    let before = story.at(-9)
    enter(&story, "before", "v1")
    story.session("before", by: "rooms") { ($0.agent, $0.startedAt) = (.absent, before) }
    story.instance("v1-1", by: "http") { ($0.version, $0.sessions) = ("v1", 0) }
    #expect(story.polls(40).sessions.unclearCount == 0)
  }

  @Test func nothingIsDecidedFromListingsWhileWhoeverSeesWorkersIsAway() {
    var story = Story([Story.platform, Story.rooms])
    story.rollOver(calls: 0)
    enter(&story, "cut", "v2", worker: "AW_v2-1")
    story.polls(3)
    story.fail("platform")
    story.exit("v2-1", signal: 9)
    story.polls(12)
    story.session("cut", by: "rooms") { $0.person = .absent }
    story.polls(3)
    story.dropSession("cut", by: "rooms")
    story.polls(40)
    story.fail("platform", false)
    #expect(story.polls(3).sessions.cut.map(\.id) == ["cut"], "\(story.last.reason)")
  }

  @Test func aCallThatMayHaveEndedBeforeItsWorkersDrainTimedOutIsNotCalledCut() {
    var story = Story([Story.platform, Story.rooms])
    story.serve("v1-1", "v1")
    enter(&story, "unseen", "v1", worker: "AW_v1-1")
    story.serve("v2-1", "v2")
    story.polls(2)
    story.drain("v1-1")
    story.polls(8)
    story.fail("rooms")
    let timedOut = story.now + .seconds(2)
    story.polls(3)
    story.instance("v1-1") { $0.drain?.timedOutAt = timedOut }
    story.dropSession("unseen", by: "rooms")
    story.fail("rooms", false)
    story.poll()
    story.exit("v1-1")
    #expect(story.polls(40).sessions.cutCount == 0)
    #expect(story.last.sessions.unclear.map(\.id) == ["unseen"])
  }

  @Test func aCallThatOneSourceSawEndIsNotServedBecauseAnotherStillListsIt() {
    var story = Story([Story.platform, Story.server, Story.rooms])
    story.rollOver(calls: 0)
    story.newCalls(3)
    story.call("cut", on: "v2-1")
    enter(&story, "cut", "v2")
    story.end("old-0", .personLeft)
    story.exit("v1-1", cause: .drained)
    story.polls(2)
    story.end("cut", .workerGone)
    story.exit("v1-1", cause: .drained)
    #expect(story.polls(2).a == .pending, "\(story.last.reason)")
  }

  @Test func aNewInstanceThatDiesIsNotPassedOverWhileItsCallsMayStillBeListed() {
    var story = Story([Story.platform, Story.rooms])
    story.rollOver(calls: 0)
    story.serve("v2-2", "v2")
    story.exit("v1-1", cause: .drained)
    for number in 0..<4 { enter(&story, SessionID(rawValue: "new-\(number)"), "v2") }
    story.polls(2)
    story.exit("v2-2", signal: 9)
    #expect(story.polls(10).verdict == .pending, "\(story.last.reason)")
    #expect(story.last.reason.contains("an instance of v2 ended"))
  }

  @Test func twoAgentsThatHangUpBeforeTheirWorkerExitsByItselfAreNotCalledCut() {
    var story = Story([Story.platform, Story.rooms])
    story.serve("v1-1", "v1")
    for id: SessionID in ["one", "two"] { enter(&story, id, "v1", worker: "AW_v1-1") }
    story.serve("v2-1", "v2")
    story.polls(2)
    story.drain("v1-1", isConfirmed: false)
    story.polls(8)
    for id: SessionID in ["one", "two"] { story.session(id, by: "rooms") { $0.agent = .absent } }
    story.exit("v1-1", code: 143)
    #expect(story.polls(40).sessions.cutCount == 0)
    #expect(story.last.sessions.unclearCount == 2)
  }
}
