import Cutover
import Testing
import Vocabulary

/// The laws of the verdict, each in its own words.
@Suite struct LawTests {
  @Test func `a clean rollout with traffic passes`() {
    var story = Story()
    story.rollOver()
    story.newCalls()
    story.end("old-0", .personLeft)
    story.end("old-1", .terminated)
    story.poll()
    story.exit("v1-1")
    let end = story.watch(20)
    #expect(end.verdict == .passed, "\(end.reason)")
    #expect(end.isFinal)
    #expect(end.conditions.allSatisfy { $0.basis == .identities })
    #expect(end.sessions.byVersion["v1"]?.ended == 2)
    #expect(end.sessions.cutCount == 0)
    #expect(end.recommendedAction == nil)
  }

  @Test func `missing data is never zero`() {
    var story = Story([Story.platform, Story.server, Story.http])
    story.rollOver()
    story.newCalls()
    story.fail("server")
    story.fail("http")
    story.polls(40)
    #expect(story.last.verdict == .inconclusive, "\(story.last.reason)")
    #expect(story.last.c == .inconclusive)
    #expect(story.last.sessions.byVersion["v1"]?.active == nil)
    #expect(story.last.has("OBS-004"))
    #expect(!story.last.isFinal)
  }

  @Test func `a failed reading is not an empty one`() {
    var story = Story()
    story.rollOver(calls: 1)
    story.fail("server")
    story.polls(2)
    story.fail("server", false)
    story.poll()
    #expect(story.last.sessions.byVersion["v1"]?.active == 1)
    #expect(story.last.sessions.byVersion["v1"]?.ended == 0)
  }

  @Test func `no traffic makes the first condition inconclusive, never passed and never failed`() {
    var story = Story { $0.timeout = .seconds(60) }
    story.rollOver(calls: 0)
    story.exit("v1-1")
    #expect(story.poll().a == .pending)
    let end = story.watch(100)
    #expect(end.verdict == .inconclusive)
    #expect(end.a == .inconclusive)
    #expect(end.b == .holds)
    #expect(end.c == .holds, "\(end.conditions[2].reason)")
    #expect(end.at >= end.window.timesOutAt)
    #expect(end.recommendedAction?.command?.contains("--resume 20261121-140511-123-k3v9q2") == true)
  }

  @Test func `gone is not drained`() {
    var story = Story([Story.platform, Story.http])
    story.serve("v1-1", "v1")
    story.serve("v2-1", "v2")
    story.instance("v1-1", by: "http") { $0.sessions = 2 }
    story.instance("v2-1", by: "http") { $0.sessions = 0 }
    story.polls(3)
    story.drain("v1-1")
    story.polls(10)
    for number in 1...4 {
      story.instance("v2-1", by: "http") { $0.sessions = number }
      story.poll()
    }
    story.dropInstance("v1-1")
    story.instance("v1-1", by: "http") {
      $0.phase = .unreachable
      $0.sessions = nil
    }
    let end = story.watch(60)
    #expect(end.verdict == .inconclusive, "\(end.reason)")
    #expect(end.c == .inconclusive)
    #expect(end.reason.contains("v1-1"))
  }

  @Test func `cut sessions fail the verdict and are named`() {
    var story = Story()
    story.rollOver()
    story.newCalls()
    story.exit("v1-1", signal: 9, cause: .killed)
    story.end("old-0", .workerGone)
    story.end("old-1", .connectionLost)
    let end = story.watch(60)
    #expect(end.verdict == .failed)
    #expect(end.c == .failed)
    #expect(end.sessions.cut.map(\.id) == ["old-0", "old-1"])
    #expect(end.sessions.cut.allSatisfy { $0.instance == "v1-1" && $0.version == "v1" })
    #expect(end.has("SES-001"))
    #expect(end.conditions[2].evidence.contains { $0.excerpt.contains("old-1") })
  }

  @Test func `unknown words are carried as unknown, never taken as success`() {
    var story = Story()
    story.rollOver(calls: 1)
    story.newCalls()
    story.end("old-0", .unknown("vaporised"))
    story.exit("v1-1", cause: .unknown("evicted-by-moon"))
    let end = story.watch(200)
    #expect(end.verdict == .inconclusive, "\(end.reason)")
    #expect(end.sessions.unclear.map(\.id) == ["old-0"])
  }

  @Test func `a verdict has its evidence, its basis and its age`() {
    var story = Story()
    story.rollOver(calls: 0)
    story.newCalls()
    let last = story.polls(12)
    let condition = last.conditions[0]
    #expect(condition.state == .holds)
    #expect(condition.basis == .identities)
    #expect(condition.evidence.first?.source == "server")
    #expect(condition.evidence.first?.at != nil)
  }

  @Test func `text from outside is made harmless`() {
    var story = Story()
    story.rollOver(calls: 0)
    story.session("bad\u{1B}[2J") {
      $0.room = "room\nwith lines"
      $0.worker = "AW_v1-1"
      $0.agent = .present
    }
    let last = story.polls(2)
    #expect(last.verdict == .failed)
    #expect(last.sessions.late.first?.room == "room\\nwith lines")
    #expect(!last.conditions.contains { $0.evidence.contains { $0.excerpt.contains("\u{1B}") } })
  }

  @Test func `the same samples give the same assessments`() {
    var story = Story()
    story.rollOver(calls: 5)
    story.newCalls(6)
    for number in 0..<5 { story.end(SessionID(rawValue: "old-\(number)"), number == 2 ? .connectionLost : .personLeft) }
    story.polls(10)
    var again = CutoverVerifier(rollout: story.rollout, sources: story.sources, policy: story.policy)
    var shuffled = again
    var byChanges = again
    var generator = SystemRandomNumberGenerator()
    var trackers: [SourceID: ObservationTracker] = [:]
    for sample in story.samples {
      let first = again.ingest(sample)
      let permuted = sample.mapped { observation, _ in
        .snapshot(
          Observation(
            instances: observation.instances.shuffled(using: &generator),
            sessions: observation.sessions.shuffled(using: &generator)))
      }
      #expect(shuffled.ingest(permuted) == first)
      let changes = sample.mapped { observation, source in
        .changes(trackers[source, default: ObservationTracker()].changes(to: observation))
      }
      #expect(byChanges.ingest(changes) == first)
    }
    #expect(again.assessment == story.last)
  }
}

extension Sample {
  /// The sample with each listing told in another way.
  func mapped(_ change: (Observation, SourceID) -> Reading.Answer) -> Sample {
    Sample(
      sequence: sequence, at: at,
      readings: readings.map { reading in
        guard case .snapshot(let observation) = reading.answer else { return reading }
        return Reading(
          source: reading.source, takenAt: reading.takenAt, asOf: reading.asOf,
          answer: change(observation, reading.source))
      })
  }
}
