import Cutover
import Testing
import Vocabulary

/// A restart, or an update of secrets: a release takes its own place, and only times tell who is of which turn.
@Suite struct SameVersionTests {
  /// A story that begins ten seconds after the release was restarted.
  private func story(_ sources: [SourceTraits]) -> Story {
    var story = Story(sources, outgoing: [Generation(version: "v2")], kind: .observed) { $0.timeout = .seconds(60) }
    let given = story.rollout
    story.rollout = Rollout(
      target: given.target, run: given.run, kind: given.kind, began: given.began, incoming: given.incoming,
      outgoing: given.outgoing, window: given.window, belongsSince: given.began)
    story.verifier = CutoverVerifier(rollout: story.rollout, sources: sources, policy: story.policy)
    story.clock = .seconds(10)
    return story
  }

  /// A call by name with its worker, stamped with the release that both turns have.
  private func call(
    _ story: inout Story, _ id: SessionID, on worker: WorkerID, at started: Timestamp, by source: SourceID
  ) {
    story.session(id, by: source) {
      $0.room = "room-\(id.rawValue)"
      ($0.worker, $0.version, $0.basis) = (worker, "v2", .attribute)
      $0.startedAt = started
    }
  }

  @Test func aWorkerThatServedBeforeIsOfTheTurnThatGoesAndWhatItTakesLaterIsLate() {
    var story = story([Story.rooms])
    call(&story, "early", on: "AW_1", at: story.at(-400), by: "rooms")
    story.polls(6)
    call(&story, "late", on: "AW_1", at: story.now, by: "rooms")
    let assessment = story.polls(2)
    #expect(assessment.verdict == .failed)
    #expect(assessment.sessions.late.map(\.id) == ["late"])
  }

  @Test func aWorkerOfWhichNothingIsKnownIsOfNoTurnAndTheReasonSaysWhatWouldTell() {
    var story = story([Story.rooms])
    call(&story, "early", on: "AW_1", at: story.at(-400), by: "rooms")
    story.polls(6)
    call(&story, "new", on: "AW_2", at: story.now, by: "rooms")
    let assessment = story.polls(3)
    #expect(assessment.a == .inconclusive && assessment.b == .inconclusive)
    #expect(assessment.sessions.byVersion["v2"]?.started == 1)
    #expect(assessment.conditions[0].reason.contains("livekit-server-log"))
  }

  @Test func aWorkerThatCameShortlyBeforeTheMomentThatWasNamedCanBeOfEitherTurn() {
    var story = story([Story.rooms])
    call(&story, "early", on: "AW_1", at: story.at(-20), by: "rooms")
    story.polls(6)
    call(&story, "next", on: "AW_1", at: story.now, by: "rooms")
    let assessment = story.polls(2)
    #expect(assessment.sessions.lateCount == 0 && assessment.a == .inconclusive)
  }

  @Test func whenAWorkerRegisteredTellsItsTurn() {
    let log = SourceTraits(id: "log", kind: "livekit-server-log", sees: [.sessions, .endings, .unserved])
    var story = story([log])
    for (id, registered) in [("AW_1", -600.0), ("AW_2", 4.0)] {
      let at = story.at(registered)
      story.instance(InstanceID(id), by: "log") {
        $0.workers = [WorkerID(id)]
        $0.phase = .unknown("registered")
        ($0.registeredAt, $0.servingAt) = (at, at)
      }
    }
    // One that is named anew may have lost its connection.
    let now = story.now
    story.instance("AW_3", by: "log") { ($0.workers, $0.phase, $0.servingAt) = (["AW_3"], .unknown("registered"), now) }
    call(&story, "early", on: "AW_1", at: story.at(-400), by: "log")
    story.polls(3)
    for number in 0..<4 {
      call(&story, SessionID("new-\(number)"), on: "AW_2", at: story.now, by: "log")
      story.poll()
    }
    story.end("early", .personLeft, by: "log")
    var unknown = story
    #expect(story.watch().verdict == .passed, "\(story.last.reason)")
    call(&unknown, "stray", on: "AW_3", at: unknown.now, by: "log")
    #expect(unknown.polls(2).a == .inconclusive)
  }

  @Test func whatIsThereAtALateFirstLookIsOfNoTurn() {
    var story = story([Story.platform, Story.server])
    story.instance("one") { $0.version = "v2" }
    #expect(story.polls(2).instances.isEmpty)
    story.instance("two") {
      $0.version = "v2"
      $0.startedAt = Story.start - .seconds(60)
    }
    #expect(story.polls(2).instances.map(\.id) == ["two"])
  }
}
