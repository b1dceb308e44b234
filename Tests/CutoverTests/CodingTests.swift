import Cutover
import FoundationEssentials
import Testing
import Vocabulary

/// What is journaled comes back as it was, words that nobody knows included.
@Suite struct CodingTests {
  func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
  }

  @Test func samplesComeBackAsTheyWere() throws {
    var story = Story()
    story.rollOver()
    story.instance("v1-1") { $0.phase = .unknown("cordoned") }
    story.end("old-0", .unknown("vaporised"))
    story.exit("v2-1", cause: .unknown("evicted"))
    story.fail("platform")
    story.poll()
    story.fail("platform", false)
    story.poll()
    var tracker = ObservationTracker()
    for sample in story.samples {
      #expect(try roundTrip(sample) == sample)
      let changes = sample.mapped { observation, _ in .changes(tracker.changes(to: observation)) }
      #expect(try roundTrip(changes) == changes)
    }
  }

  @Test func anAssessmentComesBackAsItWas() throws {
    var story = Story()
    story.rollOver()
    story.newCalls()
    story.end("old-0", .connectionLost)
    story.polls(2)
    #expect(try roundTrip(story.last) == story.last)
    #expect(try roundTrip(story.sources) == story.sources)
    #expect(try roundTrip(story.policy) == story.policy)
    #expect(try roundTrip(story.rollout) == story.rollout)
  }

  @Test(arguments: ["phase", "cause", "sign"]) func aWordThatNobodyKnowsIsCarried(_ what: String) throws {
    let word = Data("[\"\(what)-of-tomorrow\"]".utf8)
    switch what {
    case "phase":
      let read = try JSONDecoder().decode([InstanceObservation.Phase].self, from: word)
      #expect(read == [.unknown("phase-of-tomorrow")])
    case "cause":
      let read = try JSONDecoder().decode([InstanceObservation.End.Cause].self, from: word)
      #expect(read == [.unknown("cause-of-tomorrow")])
    default:
      let read = try JSONDecoder().decode([SessionObservation.Sign].self, from: word)
      #expect(read == [.unknown("sign-of-tomorrow")])
    }
  }
}
