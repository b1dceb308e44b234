import Cutover
import Testing
import Vocabulary

/// Fleets in several regions: what two show says nothing of a third.
@Suite struct RegionTests {
  /// v1 in eu and us with v2 beside it in the regions that have it; every v1 is told to drain but those kept.
  private func fleet(
    _ sources: [SourceTraits] = [Story.platform, Story.server], new: [RegionName], kept: [String] = []
  )
    -> Story
  {
    var story = Story(sources) { $0.timeout = .seconds(90) }
    for region: RegionName in ["eu", "us"] { place("v1", in: region, &story) }
    story.polls(2)
    for region in new { place("v2", in: region, &story) }
    story.polls(2)
    for region in ["eu", "us"] where !kept.contains(region) { story.drain(InstanceID("v1-\(region)")) }
    story.polls(7)
    for region in ["eu", "us"] where !kept.contains(region) { story.exit(InstanceID("v1-\(region)")) }
    return story
  }

  private func place(_ version: VersionName, in region: RegionName, _ story: inout Story) {
    let id = InstanceID("\(version)-\(region)")
    story.serve(id, version)
    story.instance(id) { $0.region = region }
  }

  private func calls(_ count: Int = 4, on instance: InstanceID, _ story: inout Story) {
    for number in 0..<count {
      story.call(SessionID("\(instance)-\(number)"), on: instance)
      story.poll()
    }
  }

  private func verdicts(_ assessment: Assessment) -> [Assessment.Verdict] { assessment.regions.map(\.verdict) }

  @Test func aRegionInWhichTheNewVersionServesNeedsNoTrafficOfItsOwn() throws {
    var story = fleet(new: ["eu", "us"])
    calls(on: "v2-eu", &story)
    let end = story.watch(20)
    #expect(end.verdict == .passed, "\(end.reason)")
    #expect(end.regions.map(\.name) == ["eu", "us"] && verdicts(end) == [.passed, .passed])
    let quiet = try #require(end.regions.last?.conditions.first)
    #expect(quiet.reason == "v2 serves, and no session has started since the cutover and its grace")
  }

  @Test func aRegionThatHasLostTheOldVersionAndNotGotTheNewOneKeepsTheVerdictFromPassing() {
    var story = fleet(new: ["eu"])
    calls(on: "v2-eu", &story)
    story.polls(20)
    #expect(story.last.a == .pending && story.last.b == .holds && story.last.c == .holds)
    #expect(story.last.reason == "in us: no instance of v2 serves")
    #expect(verdicts(story.last) == [.passed, .pending])
    #expect(
      story.last.conditions.first?.evidence.first?.excerpt.hasPrefix("us: no instance of v2 seen serving") == true)
    var late = story
    place("v2", in: "us", &late)
    #expect(late.watch(3).verdict == .passed)
    let end = story.watch()
    #expect(end.verdict == .timedOut && end.a == .timedOut && end.recommendedAction != nil)
  }

  @Test func aRegionThatStillServesTheOldVersionIsNamed() {
    var story = fleet(new: ["eu", "us"], kept: ["us"])
    calls(on: "v2-eu", &story)
    story.call("held", on: "v1-us")
    story.polls(5)
    #expect(story.last.b == .pending && story.last.c == .pending)
    #expect(story.last.reason.contains("v1-us (us)"), "\(story.last.reason)")
    #expect(story.watch().verdict == .timedOut)
  }

  @Test func aLateSessionIsChargedToItsRegionAlone() {
    var story = fleet(new: ["eu", "us"])
    story.instance("v1-us") { ($0.phase, $0.end) = (.draining, nil) }
    calls(on: "v2-eu", &story)
    story.call("late", on: "v1-us")
    story.polls(2)
    #expect(verdicts(story.last) == [.passed, .failed] && story.last.b == .failed)
    #expect(story.last.reason.contains("after the cutover and its grace in us"), "\(story.last.reason)")
  }

  @Test func aRowThatShowsTheOldVersionKeepsTheVerdictFromPassing() {
    // As a hosted service lists it: one row for each version and region, no sessions.
    var story = fleet([Story.platform, Story.rooms], new: ["eu", "us"])
    story.instance("v2-us") {
      $0.phase = .starting
      $0.note = "its row shows v1 (Running)"
    }
    for number in 0..<4 { join(SessionID("new-\(number)"), "v2", in: "oashburn1a", &story) }
    story.polls(15)
    #expect(story.last.verdict == .pending && story.last.reason.hasPrefix("in us: "), "\(story.last.reason)")
    story.instance("v2-us") { $0.phase = .serving }
    #expect(story.watch(3).verdict == .passed, "\(story.last.reason)")
  }

  private func join(_ id: SessionID, _ version: VersionName, in region: RegionName, _ story: inout Story) {
    story.call(id, on: "unlisted", by: "rooms")
    story.session(id, by: "rooms") {
      ($0.worker, $0.region, $0.version, $0.basis) = (nil, region, version, .attribute)
    }
  }

  private func seenByRoomsAlone() -> Story {
    var story = Story([Story.rooms]) {
      $0.timeout = .seconds(120)
      $0.agentHangsUp = .expected
    }
    story.poll()
    for region: RegionName in ["eu", "us"] { join(SessionID("old-\(region)"), "v1", in: region, &story) }
    story.polls(2)
    for number in 0..<2 { join(SessionID("first-\(number)"), "v2", in: "eu", &story) }
    story.polls(3)
    for region in ["eu", "us"] {
      story.session(SessionID("old-\(region)"), by: "rooms") { $0.person = .absent }
    }
    story.poll()
    for region in ["eu", "us"] { story.dropSession(SessionID("old-\(region)"), by: "rooms") }
    story.polls(10)
    for number in 0..<4 { join(SessionID("new-\(number)"), "v2", in: "eu", &story) }
    story.polls(40)
    return story
  }

  @Test func aRegionThatOnlyItsSessionsNameNeedsANewOne() {
    var story = seenByRoomsAlone()
    #expect(story.last.a == .pending, "\(story.last.reason)")
    #expect(story.last.reason.hasPrefix("in us: no session has started since the cutover"), "\(story.last.reason)")
    var seen = story
    join("new-us", "v2", in: "us", &seen)
    #expect(seen.watch(5).verdict == .passed, "\(seen.last.reason)")
    #expect(story.watch().verdict == .inconclusive)
    #expect(story.last.reason.contains("us"))
  }

  @Test func anInstanceWhoseRegionIsLearnedLaterIsCountedThereAlone() {
    var story = Story { $0.timeout = .seconds(90) }
    story.serve("v1-1", "v1")
    story.call("old", on: "v1-1")
    story.polls(2)
    story.instance("v1-1") { $0.region = "eu" }
    story.serve("v2-1", "v2")
    story.instance("v2-1") { $0.region = "eu" }
    story.polls(2)
    #expect(story.last.regions.first?.conditions.last?.reason == "1 session left on v1-1")
    story.end("old", .personLeft)
    story.drain("v1-1")
    story.polls(7)
    story.exit("v1-1")
    story.newCalls()
    let end = story.watch(20)
    #expect(end.verdict == .passed && verdicts(end) == [.passed], "\(end.reason)")
    #expect(end.regions.first?.conditions.last?.reason == "1 outgoing instance drained to zero")
  }

  @Test func aCountThatRoseForLessThanItsLagLeavesItOpenWhereASessionLanded() {
    let slow = SourceTraits(id: "http", kind: "worker-http", sees: [.counts], arrivalLag: .seconds(2.5))
    var story = Story([Story.platform, slow]) { $0.timeout = .seconds(90) }
    func count(_ id: InstanceID, _ version: VersionName, _ sessions: Int, _ story: inout Story) {
      story.instance(id, by: "http") { ($0.version, $0.sessions) = (version, sessions) }
    }
    story.serve("v1-1", "v1")
    count("v1-1", "v1", 1, &story)
    story.polls(4)
    story.serve("v2-1", "v2")
    count("v2-1", "v2", 0, &story)
    story.polls(2)
    story.drain("v1-1")
    story.polls(12)
    for sessions in 1...4 {
      count("v2-1", "v2", sessions, &story)
      story.polls(4)
    }
    let before = story.last
    for sessions in [0, 1, 0] {
      count("v1-1", "v1", sessions, &story)
      story.poll()
    }
    story.exit("v1-1")
    story.dropInstance("v1-1", by: "http")
    #expect(before.b == .holds, "\(before.conditions.map(\.reason))")
    let end = story.watch()
    #expect(
      end.verdict == .inconclusive && end.reason.contains("a count rose on an outgoing instance"), "\(end.reason)")
  }
}
