import Cutover
import Testing
import Vocabulary

/// The situations that were recorded on a real LiveKit server, each rebuilt as a script with the verdict it must get.
@Suite struct RecordedSituationsTests {
  /// From within: the platform that started the workers, and the server that gives them sessions.
  static let inside: [SimulatedSource.Kind] = [.exactPlatform, .dispatchServer(namesInstances: true)]
  /// From outside: rooms and the workers' HTTP.
  static let outside: [SimulatedSource.Kind] = [.rooms(stamps: true, namesWorkers: false), .workerHTTP]
  /// From outside with the workers' logs.
  static let withLogs: [SimulatedSource.Kind] = outside + [.exactPlatform, .workerLogs]
  static let views = [inside, outside, withLogs]

  struct Named {
    var cut: [String] = []
    var late: [String] = []
    var unserved: [String] = []
  }

  func verdict(
    _ script: Script, seen kinds: [SimulatedSource.Kind], _ location: SourceLocation = #_sourceLocation
  ) throws -> Assessment {
    let history = script.history(kinds)
    var verifier = history.verifier()
    var last: Assessment?
    for sample in history.samples() {
      let assessment = verifier.ingest(sample)
      last = assessment
      if assessment.isFinal { break }
    }
    return try #require(last, sourceLocation: location)
  }

  func expectPassed(
    _ script: Script, seen kinds: [SimulatedSource.Kind], _ location: SourceLocation = #_sourceLocation
  ) throws {
    let last = try verdict(script, seen: kinds, location)
    #expect(last.verdict == .passed, words(last), sourceLocation: location)
    #expect(last.isFinal, sourceLocation: location)
  }

  func expectFailed(
    _ script: Script, seen kinds: [SimulatedSource.Kind], _ named: Named,
    _ location: SourceLocation = #_sourceLocation
  ) throws {
    let last = try verdict(script, seen: kinds, location)
    #expect(last.verdict == .failed, words(last), sourceLocation: location)
    #expect(last.sessions.cut.map(\.id.rawValue).sorted() == named.cut, words(last), sourceLocation: location)
    #expect(last.sessions.late.map(\.id.rawValue).sorted() == named.late, words(last), sourceLocation: location)
    #expect(last.sessions.unserved.map(\.id.rawValue).sorted() == named.unserved, words(last), sourceLocation: location)
    #expect(last.recommendedAction != nil, sourceLocation: location)
  }

  /// Where the sources do not suffice for a proof: anything but passed.
  func expectNotPassed(
    _ script: Script, seen kinds: [SimulatedSource.Kind], _ location: SourceLocation = #_sourceLocation
  ) throws {
    let last = try verdict(script, seen: kinds, location)
    #expect([.failed, .inconclusive, .timedOut].contains(last.verdict), words(last), sourceLocation: location)
    #expect(last.isFinal, sourceLocation: location)
  }

  func words(_ assessment: Assessment) -> Comment {
    let conditions = assessment.conditions.map { "\($0.id.rawValue) \($0.state.rawValue): \($0.reason)" }
    return Comment(
      rawValue: ([assessment.verdict.rawValue, assessment.reason] + conditions).joined(separator: "\n  "))
  }

  // MARK: Rolling

  @Test(arguments: views) func rollingCleanPasses(_ view: [SimulatedSource.Kind]) throws {
    try expectPassed(Script(), seen: view)
  }

  @Test func nodeWorkersPassAlthoughTheyLogNoDrainAndExitWith143() throws {
    var script = Script()
    for name in ["v1-1", "v1-2", "v2-1", "v2-2"] { script.instance(name) { $0.logsDrain = false } }
    try expectPassed(script, seen: RecordedSituationsTests.inside)
    try expectPassed(script, seen: RecordedSituationsTests.outside)
  }

  @Test(arguments: views) func aWrapperThatSwallowsTheSignalFailsByItsLateArrivals(
    _ view: [SimulatedSource.Kind]
  ) throws {
    var script = Script()
    for name in ["v1-1", "v1-2"] { script.instance(name) { $0.takes = nil } }
    for (number, name) in ["v1-1", "v1-2", "v1-1", "v1-2"].enumerated() {
      script.call("late-\(number + 1)", on: name, from: 16 + 3 * Double(number), length: 20)
    }
    let late = ["late-1", "late-2", "late-3", "late-4"]
    let last = try verdict(script, seen: view)
    #expect(last.verdict == .failed, words(last))
    let named = last.sessions.late.map(\.id.rawValue).sorted()
    #expect(!named.isEmpty && named.allSatisfy(late.contains), words(last))
    #expect(last.sessions.cut.isEmpty, words(last))
  }

  @Test(arguments: views) func anOldSDKThatIgnoresTheSignalOnOneWorkerFailsByOneLateArrival(
    _ view: [SimulatedSource.Kind]
  ) throws {
    var script = Script()
    script.instance("v1-2") { $0.takes = nil }
    script.call("late", on: "v1-2", from: 25, length: 30)
    try expectFailed(script, seen: view, Named(late: ["late"]))
  }

  @Test func aCallThatLandsWithinTheGraceIsNotLate() throws {
    var script = Script()
    script.call("in-flight", on: "v1-2", from: 6.05, length: 12)
    for view in RecordedSituationsTests.views { try expectPassed(script, seen: view) }
  }

  @Test func aWorkerThatAcceptsWhileItDrainsFailsByItsLateArrival() throws {
    var script = Script()
    script.call("late", on: "v1-1", from: 24, length: 30)
    script.instance("v1-1") { $0.acceptsWhileDraining = true }
    for view in RecordedSituationsTests.views { try expectFailed(script, seen: view, Named(late: ["late"])) }
  }

  // MARK: Cuts

  func drainTimeoutCut() -> Script {
    var script = Script()
    script.instance("v1-1") { $0.drainTimeout = 8_000 }
    script.instance("v1-2") { $0.drainTimeout = 8_000 }
    script.session("old-2") { ($0.endedAt, $0.personLeftAt) = (60_000, 60_000) }
    script.session("old-3") { ($0.endedAt, $0.personLeftAt) = (70_000, 70_000) }
    script.session("old-1") { ($0.endedAt, $0.personLeftAt, $0.agentListedUntil) = (12_000, 11_500, 12_000) }
    script.session("old-4") { ($0.endedAt, $0.personLeftAt, $0.agentListedUntil) = (13_000, 12_500, 13_000) }
    return script
  }

  @Test func aDrainTimeoutShorterThanTheCallsFailsByTheCutOnes() throws {
    let cut = Named(cut: ["old-2", "old-3"])
    try expectFailed(drainTimeoutCut(), seen: RecordedSituationsTests.inside, cut)
    try expectFailed(drainTimeoutCut(), seen: RecordedSituationsTests.withLogs, cut)
    try expectNotPassed(drainTimeoutCut(), seen: RecordedSituationsTests.outside)
  }

  @Test(arguments: [World.Cut.kill, .deadline, .outOfMemory, .preempted, .groupTerminated])
  func anOldWorkerThatDiesInItsCallsFailsByThem(_ cause: World.Cut) throws {
    var script = Script()
    script.instance("v1-1") { $0.killing = (12_000, cause) }
    let cut = Named(cut: ["old-1", "old-2"])
    try expectFailed(script, seen: RecordedSituationsTests.inside, cut)
    try expectFailed(script, seen: RecordedSituationsTests.withLogs, cut)
    try expectNotPassed(script, seen: RecordedSituationsTests.outside)
  }

  @Test(arguments: [World.Cut.kill, .outOfMemory, .scaledDown, .preempted])
  func aNewWorkerThatDiesInItsCallsFailsByThem(_ cause: World.Cut) throws {
    var script = Script()
    // At 30 s it serves the call that began at 20 s.
    script.instance("v2-1") { $0.killing = (30_000, cause) }
    for number in 4...16 where number % 2 == 0 { script.remove("new-\(number)") }
    try expectFailed(script, seen: RecordedSituationsTests.inside, Named(cut: ["new-2"]))
  }

  @Test func peopleWhoGiveUpOnADeadAgentDoNotHideTheCut() throws {
    var script = Script()
    script.instance("v1-1") { $0.killing = (12_000, .kill) }
    for view in RecordedSituationsTests.views { try expectNotPassed(script, seen: view) }
  }

  @Test func anAgentThatHangsUpEndsItsCallNormally() throws {
    var script = Script()
    script.agentLeaves("old-4")
    script.agentLeaves("new-1")
    try expectPassed(script, seen: RecordedSituationsTests.inside)
    try expectPassed(script, seen: RecordedSituationsTests.withLogs)
  }

  @Test func anAgentThatHangsUpInItsWorkersLastCallIsUnclearFromOutsideUnlessItIsExpected() throws {
    var script = Script()
    script.agentLeaves("old-2")
    try expectPassed(script, seen: RecordedSituationsTests.inside)
    let last = try verdict(script, seen: RecordedSituationsTests.outside)
    #expect(last.verdict == .inconclusive, words(last))
    #expect(last.sessions.unclear.map(\.id.rawValue) == ["old-2"], words(last))
    script.policy { $0.agentHangsUp = .expected }
    try expectPassed(script, seen: RecordedSituationsTests.outside)
  }

  @Test func anAgentThatRaisesInACallFailsByItsLog() throws {
    var script = Script()
    script.agentLeaves("new-1", as: .cut(.raised))
    try expectFailed(script, seen: RecordedSituationsTests.withLogs, Named(cut: ["new-1"]))
  }

  @Test func sessionsThatAreEndedByTheAPIEndNormally() throws {
    var script = Script()
    for name in ["old-2", "old-3", "new-2"] { script.session(name) { $0.ending = .roomClosed } }
    for view in RecordedSituationsTests.views { try expectPassed(script, seen: view) }
  }

  // MARK: Nobody there

  @Test func aCallThatNoWorkerTakesIsUnservedAndFails() throws {
    var script = Script()
    script.unserved("lost", on: nil, from: 14, until: 60)
    try expectFailed(script, seen: RecordedSituationsTests.inside, Named(unserved: ["lost"]))
    try expectFailed(script, seen: RecordedSituationsTests.outside, Named(unserved: ["lost"]))
  }

  @Test func aFrozenWorkerThatSwallowsCallsFailsByThem() throws {
    var script = Script()
    script.remove("new-6")
    script.remove("new-8")
    for name in ["new-10", "new-12", "new-14", "new-16"] { script.remove(name) }
    script.instance("v2-1") { $0.frozenAt = 53_000 }
    script.unserved("swallowed-1", on: "v2-1", from: 56, until: 90)
    script.unserved("swallowed-2", on: "v2-1", from: 58, until: 95)
    // More than land before it freezes, so that the watch is still on.
    script.policy { $0.minimumNewSessions = 8 }
    try expectFailed(
      script, seen: RecordedSituationsTests.inside, Named(unserved: ["swallowed-1", "swallowed-2"]))
  }

  @Test func aVersionThatCrashesOnEachCallIsNotNoTraffic() throws {
    var script = Script(traffic: false)
    let names = (1...5).map { "crashed-\($0)" }
    for (number, name) in names.enumerated() {
      script.unserved(name, on: "v2-1", from: 14 + 4 * Double(number), until: 45 + 4 * Double(number))
    }
    for view in [RecordedSituationsTests.inside, RecordedSituationsTests.outside] {
      let last = try verdict(script, seen: view)
      #expect(last.verdict == .failed, words(last))
      #expect(!last.sessions.unserved.isEmpty)
      #expect(last.sessions.unserved.allSatisfy { names.contains($0.id.rawValue) })
    }
  }

  @Test(arguments: views) func noTrafficIsInconclusive(_ view: [SimulatedSource.Kind]) throws {
    let last = try verdict(Script(traffic: false), seen: view)
    #expect(last.verdict == .inconclusive, words(last))
    #expect(last.conditions.first?.state == .inconclusive, words(last))
    #expect(last.recommendedAction != nil)
  }

  @Test func sessionsWithoutPeopleAreSessions() throws {
    var script = Script()
    for name in ["old-2", "old-3", "new-1", "new-2"] { script.session(name) { $0.personLeftAt = -1_000_000 } }
    try expectPassed(script, seen: RecordedSituationsTests.withLogs)
  }

  // MARK: Sources

  @Test func aListingThatKeepsDeadAgentsNeverPassesACut() throws {
    var script = Script()
    script.instance("v1-1") { $0.killing = (12_000, .kill) }
    let finished = script.history(RecordedSituationsTests.outside)
    var sources = finished.sources
    sources[0].faults.keepsGhosts = true
    let history = History(seed: 0, world: finished.world, sources: sources, dice: Dice(seed: 2))
    var verifier = history.verifier()
    for sample in history.samples() { #expect(verifier.ingest(sample).verdict != .passed) }
  }

  @Test func aFleetThatNeverServesTimesOutAndIsNotFailed() throws {
    var script = Script(traffic: false)
    for name in ["v1-1", "v1-2"] { script.instance(name) { ($0.told, $0.takes) = (nil, nil) } }
    for name in ["v2-1", "v2-2"] { script.makeUnable(name) }
    let last = try verdict(script, seen: RecordedSituationsTests.inside)
    #expect(last.verdict == .timedOut, words(last))
  }
}
