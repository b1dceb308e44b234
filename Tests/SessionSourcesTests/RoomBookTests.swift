import Cutover
import LiveKit
import Testing
import Vocabulary

@testable import SessionSources

/// The book of rooms by itself: no server and no clock, every moment given in seconds.
@Suite struct RoomBookTests {
  private static let start = Timestamp(milliseconds: 1_790_000_000_000)
  private static func at(_ seconds: Double) -> Timestamp { start + Duration(seconds: seconds) }

  private static func room(_ name: String, sid: String? = nil, people: Int = 0, publishers: Int = 0) -> ListedRoom {
    ListedRoom(
      sid: RoomSID(sid ?? "RM_\(name)"), name: RoomName(name), createdAt: start, people: people,
      publishers: publishers)
  }

  private static func person(_ identity: String = "caller", sid: String = "PA_caller") -> ListedParticipant {
    ListedParticipant(sid: sid, identity: identity, state: .active, kind: .standard, joinedAt: at(0.5))
  }

  private static func agent(
    _ job: String = "AJ_1", version: String? = "v1", sid: String = "PA_agent", joined: Double = 1,
    name: String = "concierge",
    reason: ListedParticipant.EndReason = .notSaid
  ) -> ListedParticipant {
    ListedParticipant(
      sid: sid, identity: "agent-\(job)", state: .active, kind: .agent, joinedAt: at(joined),
      attributes: ["lk.agent_name": name].merging(version.map { ["app.version": $0] } ?? [:]) { $1 },
      disconnectReason: reason)
  }

  private static func rollout(to incoming: String, from outgoing: [String] = []) -> Rollout {
    Rollout(
      target: "t", run: "r", kind: .observed, began: start, incoming: Generation(version: VersionName(incoming)),
      outgoing: outgoing.map { Generation(version: VersionName($0)) }, window: DrainWindow(clocks: []))
  }

  private func book(to incoming: String = "v2", from outgoing: [String] = [], agentName: String? = nil) -> RoomBook {
    var book = RoomBook(stamps: RoomBook.Stamps(agentName: agentName), source: "livekit-rooms")
    book.rollout = RoomBookTests.rollout(to: incoming, from: outgoing)
    return book
  }

  /// A listing and the participants of each of its rooms, all at one moment.
  private func poll(
    _ book: inout RoomBook, _ second: Double, _ rooms: [(ListedRoom, [ListedParticipant])]
  ) {
    let now = RoomBookTests.at(second)
    book.list(rooms.map(\.0), asked: now, at: now)
    for (room, participants) in rooms { book.hear(participants, in: room.sid, asked: now, at: now) }
  }

  private func session(_ book: RoomBook, _ id: SessionID = "AJ_1") throws -> SessionObservation {
    try #require(book.observation.sessions.first { $0.id == id })
  }

  // MARK: Identity

  @Test func aSessionIsItsJobWithTheVersionThatItsAgentCarries() throws {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    let session = try session(book)
    #expect(session.version == "v1" && session.basis == .attribute && session.room == "a")
    #expect(session.startedAt == Self.at(1) && session.createdAt == Self.at(0.5))
    #expect(session.agent == .present && session.person == .present)
  }

  @Test func aReconnectIsNoNewSession() throws {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    poll(&book, 3, [(Self.room("a"), [Self.person(), Self.agent(sid: "PA_again", joined: 2.5)])])
    #expect(book.observation.sessions.count == 1)
    #expect(try session(book).startedAt == Self.at(1))
  }

  @Test func anAgentWithAnIdentityOfItsOwnIsToldApartByItsRoomsLife() throws {
    var book = book()
    var agent = Self.agent()
    agent.identity = "helper"
    poll(&book, 2, [(Self.room("a", sid: "RM_1"), [agent])])
    poll(&book, 3, [(Self.room("a", sid: "RM_2"), [agent])])
    #expect(book.observation.sessions.map(\.id) == ["RM_1/helper", "RM_2/helper"])
    #expect(try session(book, "RM_1/helper").end?.sign == .roomClosed)
    #expect(try session(book, "RM_2/helper").agent == .present)
  }

  @Test func recordersAndFeedsAreNobody() throws {
    var book = book()
    let others = [ListedParticipant.Kind.egress, .ingress].map {
      ListedParticipant(sid: "PA_\($0)", identity: "\($0)", state: .active, kind: $0)
    }
    poll(&book, 2, [(Self.room("a"), others + [Self.agent()])])
    #expect(try session(book).person == .absent)
    var caller = Self.person()
    caller.kind = .sip
    poll(&book, 3, [(Self.room("a"), [caller, Self.agent()])])
    #expect(try session(book).person == .present)
  }

  @Test func agentsOfAnotherFleetAreLeftOut() {
    var book = book(agentName: "concierge")
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent(name: "greeter")])])
    #expect(book.observation.sessions.isEmpty)
  }

  // MARK: Versions

  @Test func aNameStandsForAVersionOnlyWhereTheRolloutUsesSuchNames() throws {
    var plain = book(to: "v2")
    poll(&plain, 2, [(Self.room("a"), [Self.person(), Self.agent(version: nil)])])
    #expect(try session(plain).version == nil)
    var named = book(to: "concierge-2", from: ["concierge"])
    poll(&named, 2, [(Self.room("a"), [Self.person(), Self.agent(version: nil)])])
    #expect(try session(named).version == "concierge")
    #expect(try session(named).basis == .agentName)
  }

  @Test func deploymentAndWorkerComeFromTheDispatch() throws {
    var book = book(to: "green")
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent(version: nil)])])
    #expect(book.dispatchesDue(at: Self.at(2)) == ["RM_a"])
    let job = AgentJob(
      id: "AJ_1", agentName: "concierge", deployment: "green", status: .running, participantIdentity: "agent-AJ_1",
      workerID: "AW_1")
    book.hear(
      [AgentDispatch(id: "AD_1", agentName: "concierge", room: "a", deployment: "green", jobs: [job])], in: "RM_a",
      at: Self.at(3))
    #expect(try session(book).version == "green")
    #expect(try session(book).basis == .deployment)
    #expect(try session(book).worker == "AW_1")
  }

  @Test func aWorkersReleaseIsTheLastResort() throws {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent(version: nil)])])
    let job = AgentJob(id: "AJ_1", agentName: "", status: .running, workerID: "AW_1")
    book.hear([AgentDispatch(id: "AD_1", agentName: "concierge", room: "a", jobs: [job])], in: "RM_a", at: Self.at(3))
    #expect(try session(book).version == nil)
    book.workerVersions = ["AW_1": "v1"]
    #expect(try session(book).version == "v1")
    #expect(try session(book).basis == .workerLog)
  }

  // MARK: Liveness

  @Test func aDispatchThatSaysRunningMakesNoSessionAndIsReported() throws {
    var book = book()
    poll(&book, 20, [(Self.room("a"), [Self.person()])])
    let job = AgentJob(
      id: "AJ_9", agentName: "concierge", status: .running, startedAt: Self.at(1), participantIdentity: "agent-AJ_9")
    book.hear([AgentDispatch(id: "AD_1", agentName: "concierge", room: "a", jobs: [job])], in: "RM_a", at: Self.at(21))
    let observation = book.observation
    #expect(!observation.sessions.contains { $0.id == "AJ_9" })
    #expect(observation.findings?.map(\.code) == ["RTE-005"])
  }

  @Test func whoLeftFirstIsToldByWhoIsStillThere() throws {
    var agentFirst = book()
    poll(&agentFirst, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    poll(&agentFirst, 3, [(Self.room("a"), [Self.person()])])
    #expect(try session(agentFirst).agent == .absent)
    #expect(try session(agentFirst).person == .present)
    #expect(try session(agentFirst).end == nil)
    poll(&agentFirst, 4, [(Self.room("a"), [])])
    #expect(try session(agentFirst).person == .absent)

    var personFirst = book()
    poll(&personFirst, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    poll(&personFirst, 3, [(Self.room("a"), [Self.agent()])])
    #expect(try session(personFirst).agent == .present)
    #expect(try session(personFirst).person == .absent)
    poll(&personFirst, 4, [(Self.room("a"), [])])
    #expect(try session(personFirst).agent == .absent)
    #expect(try session(personFirst).person == .absent)
  }

  @Test func anAgentThatIsAloneAtTheFirstLookHasNobodyWhoCouldBeLeftBehind() throws {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.agent()])])
    #expect(try session(book).agent == .present)
    #expect(try session(book).person == .absent)
  }

  @Test func theNextCallerOfARoomIsNotThePersonThatWasLeftBehind() throws {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    poll(&book, 3, [(Self.room("a"), [])])
    poll(&book, 4, [(Self.room("a"), [Self.person("next", sid: "PA_next")])])
    #expect(try session(book).person == .absent)
  }

  @Test func aRoomThatClosesEndsItsSessionUnlessTheAgentHadOutlivedItsPerson() throws {
    var closed = book()
    poll(&closed, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    poll(&closed, 3, [])
    #expect(try session(closed).end?.sign == .roomClosed)
    #expect(try session(closed).agent == .absent)

    var lingering = book()
    poll(&lingering, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    poll(&lingering, 5, [(Self.room("a"), [Self.agent()])])
    poll(&lingering, 20, [(Self.room("a"), [Self.agent()])])
    poll(&lingering, 25, [])
    let end = try #require(try session(lingering).end)
    #expect(end.sign == .personLeft && end.personLeftAt == Self.at(5) && end.at == Self.at(20))
  }

  @Test func endedSessionsStayListedForTwoMinutesAndAreThenForgotten() {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    poll(&book, 3, [])
    poll(&book, 122, [])
    #expect(book.observation.sessions.count == 1)
    poll(&book, 124, [])
    #expect(book.observation.sessions.isEmpty && book.rooms.isEmpty)
  }

  // MARK: Unserved

  @Test func aPersonIsUnservedOnlyWhereAnAgentOfTheFleetWasSentFor() throws {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person()]), (Self.room("b"), [Self.person()])])
    #expect(book.observation.sessions.isEmpty)
    poll(&book, 5, [(Self.room("a"), [Self.person()]), (Self.room("b"), [Self.person()])])
    #expect(book.dispatchesDue(at: Self.at(5)) == ["RM_a", "RM_b"])
    book.hear([AgentDispatch(id: "AD_1", agentName: "concierge", room: "a")], in: "RM_a", at: Self.at(5))
    // What the server adds to a room made by its API is no order for an agent.
    book.hear([AgentDispatch(id: "AD_2", agentName: "", room: "b")], in: "RM_b", at: Self.at(5))
    let waiting = try #require(book.observation.sessions.first)
    #expect(book.observation.sessions.count == 1 && waiting.room == "a")
    #expect(waiting.agent == .absent && waiting.person == .present && waiting.createdAt == Self.at(0.5))
    poll(&book, 6, [(Self.room("a"), [Self.person(), Self.agent()]), (Self.room("b"), [Self.person()])])
    #expect(book.observation.sessions.map(\.id) == ["AJ_1"])
  }

  // MARK: Incidents

  @Test func roomsThatComeBackUnderOtherIdsAreAnIncidentAndNotCuts() throws {
    var book = book()
    let names = ["a", "b", "c"]
    poll(
      &book, 2,
      names.enumerated().map { (Self.room($1, sid: "RM_old_\($1)"), [Self.person(), Self.agent("AJ_\($0)")]) })
    poll(&book, 4, names.map { (Self.room($0, sid: "RM_new_\($0)"), [Self.person()]) })
    let observation = book.observation
    #expect(observation.sessions.map(\.end?.sign) == [.serverRestarted, .serverRestarted, .serverRestarted])
    let finding = try #require(observation.findings?.first)
    #expect(finding.code == "OBS-004" && finding.summary.contains("restarted") && finding.summary.contains("a, b, c"))
  }

  @Test func callsOfRoomsThatAreAllGoneAtOnceAreTheServersUntilNobodyHasComeBack() throws {
    var book = book()
    let rooms = ["a", "b"].map { (Self.room($0), [Self.person(), Self.agent("AJ_\($0)")]) }
    poll(&book, 2, rooms + [(Self.room("empty"), [Self.agent("AJ_empty")])])
    poll(&book, 4, [])
    #expect(book.observation.sessions.map(\.end?.sign) == [.serverRestarted, .serverRestarted, .roomClosed])
    poll(&book, 6, [(Self.room("a", sid: "RM_new"), [Self.person()])])
    #expect(try session(book, "AJ_a").end?.sign == .serverRestarted)
    #expect(book.observation.findings == nil)
    var other = book
    poll(&book, 7, ["a", "b"].map { (Self.room($0, sid: $0 == "a" ? "RM_new" : "RM_newer"), [Self.person()]) })
    poll(&book, 80, [])
    #expect(try session(book, "AJ_b").end?.sign == .serverRestarted)
    #expect(book.observation.findings?.first?.summary.contains("restarted") == true)
    // One name that is used again is a call of its own: the rooms were closed.
    poll(&other, 30, [(Self.room("a", sid: "RM_new"), [Self.person()])])
    #expect(try session(other, "AJ_a").end?.sign == .roomClosed)
    #expect(other.observation.findings == nil)
  }

  @Test func roomsThatCloseWhileOthersStayAreClosed() throws {
    var book = book()
    let names = ["a", "b", "c"]
    poll(&book, 2, names.map { (Self.room($0), [Self.person(), Self.agent("AJ_\($0)")]) })
    poll(&book, 4, [(Self.room("c"), [Self.person(), Self.agent("AJ_c")])])
    #expect(try session(book, "AJ_a").end?.sign == .roomClosed && session(book, "AJ_b").end?.sign == .roomClosed)
  }

  @Test func dispatchesAreAskedAboutLessAndLess() {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person()])])
    var asked: [Double] = []
    for second in stride(from: 4.0, to: 40, by: 1) where !book.dispatchesDue(at: Self.at(second)).isEmpty {
      asked.append(second)
      book.willAskAboutDispatches(of: ["RM_a"], at: Self.at(second))
    }
    #expect(asked == [4, 6, 10, 18, 34])
  }

  @Test func aNameThatIsUsedAgainAfterItsCallIsNoIncident() {
    var book = book()
    poll(&book, 2, ["a", "b"].map { (Self.room($0, sid: "RM_old_\($0)"), [Self.person(), Self.agent("AJ_\($0)")]) })
    poll(&book, 3, ["a", "b"].map { (Self.room($0, sid: "RM_old_\($0)"), []) })
    poll(&book, 4, ["a", "b"].map { (Self.room($0, sid: "RM_new_\($0)"), [Self.person()]) })
    #expect(book.observation.findings == nil)
  }

  // MARK: What is asked

  @Test func aRoomThatIsListedWithNobodyIsAskedAboutAllTheSame() {
    var book = book()
    book.list([Self.room("a", people: 0)], asked: Self.at(2), at: Self.at(2))
    #expect(book.due(inTurn: 0) == ["RM_a"])
  }

  @Test func afterTheFirstLookOnlyWhatMattersOrChangedIsAskedAbout() {
    var book = book()
    let settled = (0..<200).map { n -> (ListedRoom, [ListedParticipant]) in
      (Self.room("room-\(n)"), [Self.person(), Self.agent("AJ_\(n)", version: "v2")])
    }
    poll(&book, 2, settled)
    #expect(book.due(inTurn: 0).isEmpty && book.due(inTurn: 8).count == 8)
    let old = (Self.room("old"), [Self.person(), Self.agent("AJ_old", version: "v1")])
    let alone = (Self.room("alone"), [Self.person()])
    let leaving = (Self.room("room-0"), [Self.agent("AJ_0", version: "v2")])
    poll(&book, 3, settled.dropFirst() + [old, alone, leaving])
    let changed = settled.map(\.0).map { $0.name == "room-7" ? Self.room("room-7", publishers: 1) : $0 }
    book.list(changed + [old.0, alone.0], asked: Self.at(4), at: Self.at(4))
    #expect(Set(book.due(inTurn: 0)) == ["RM_old", "RM_alone", "RM_room-0", "RM_room-7"])
  }

  @Test func whatIsOwedKeepsItsAge() throws {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    book.list([Self.room("a"), Self.room("b")], asked: Self.at(4), at: Self.at(4))
    let backlog = try #require(book.backlog(before: Self.at(4)))
    #expect(backlog.waiting == 2 && backlog.knownAt == Self.at(2))
    poll(&book, 6, [(Self.room("a"), [Self.person(), Self.agent()]), (Self.room("b"), [])])
    #expect(book.backlog(before: Self.at(6)) == nil)
  }

  // MARK: Webhooks

  private func event(
    _ kind: String, _ room: String = "a", _ participant: ListedParticipant? = nil
  ) throws -> WebhookEvent {
    var fields = [#""event":"\#(kind)","room":{"sid":"RM_\#(room)","name":"\#(room)"}"#]
    if let participant {
      let attributes = participant.attributes.map { #""\#($0)":"\#($1)""# }.joined(separator: ",")
      let kind = participant.kind == .agent ? #","kind":"AGENT""# : ""
      fields.append(
        #""participant":{"sid":"\#(participant.sid)","identity":"\#(participant.identity)","state":"ACTIVE""#
          + #","attributes":{\#(attributes)},"disconnectReason":"\#(participant.disconnectReason.word)"\#(kind)}"#)
    }
    return try WebhookEvent(Array("{\(fields.joined(separator: ","))}".utf8))
  }

  @Test func webhooksAloneTellOfASessionFromItsBeginningToItsEnd() throws {
    var book = book()
    book.list([], asked: Self.at(0), at: Self.at(0))
    book.take(try event("room_started"), at: Self.at(1))
    book.take(try event("participant_joined", "a", Self.person()), at: Self.at(1.1))
    book.take(try event("participant_joined", "a", Self.agent()), at: Self.at(1.3))
    #expect(try session(book).version == "v1")
    #expect(try session(book).person == .present)
    book.take(try event("participant_left", "a", Self.person()), at: Self.at(9))
    book.take(try event("participant_left", "a", Self.agent(reason: .clientInitiated)), at: Self.at(10))
    let end = try #require(try session(book).end)
    #expect(end.sign == .personLeft && end.personLeftAt == Self.at(9) && end.at == Self.at(10))
  }

  @Test func aLostConnectionIsASignOfItsOwn() throws {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    book.take(try event("participant_left", "a", Self.agent(reason: .connectionTimeout)), at: Self.at(23))
    #expect(try session(book).end?.sign == .connectionLost)
  }

  @Test func aPersonWhoHangsUpAfterTheirAgentLeftDoesNotMakeItANormalEnd() throws {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    book.take(try event("participant_left", "a", Self.agent(reason: .clientInitiated)), at: Self.at(10))
    book.take(try event("participant_left", "a", Self.person()), at: Self.at(10.4))
    let end = try #require(try session(book).end)
    #expect(end.sign == .unknown("CLIENT_INITIATED"))
    #expect(end.at == Self.at(10) && end.personLeftAt == Self.at(10.4))
  }

  @Test func theEndOfAConnectionThatWasReplacedIsNotTheEndOfTheSession() throws {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    book.take(try event("participant_joined", "a", Self.agent(sid: "PA_again")), at: Self.at(3))
    book.take(try event("participant_left", "a", Self.agent(reason: .duplicateIdentity)), at: Self.at(3.1))
    #expect(try session(book).agent == .present)
  }

  @Test func aListingThatIsBehindAWebhookClosesNothing() throws {
    var book = book()
    book.take(try event("room_started"), at: Self.at(1))
    book.take(try event("participant_joined", "a", Self.agent()), at: Self.at(1.3))
    book.list([], asked: Self.at(2), at: Self.at(2))
    #expect(try session(book).agent == .present)
    book.list([], asked: Self.at(6), at: Self.at(6))
    #expect(try session(book).agent == .absent)
  }

  @Test func aWebhookThatCameWhileAPollWasOnItsWayKnowsBetter() throws {
    var book = book()
    poll(&book, 2, [(Self.room("a"), [Self.person(), Self.agent()])])
    book.take(try event("participant_left", "a", Self.agent(reason: .clientInitiated)), at: Self.at(3.2))
    book.hear([Self.person(), Self.agent()], in: "RM_a", asked: Self.at(3), at: Self.at(3.3))
    #expect(try session(book).agent == .absent)
  }
}

/// The budget of requests.
@Suite struct RequestBudgetTests {
  @Test(arguments: [10, 60, 300, 1_000]) func noMinuteHasMoreRequestsThanTheBudget(_ perMinute: Int) {
    let start = ContinuousClock.now
    var budget = RequestBudget(perMinute: perMinute, at: start)
    var taken: [Int] = []
    for step in 0..<6_000 where budget.take(at: start + .milliseconds(50 * step)) { taken.append(step) }
    #expect(taken.count > perMinute * 3)
    for first in taken.indices {
      let minute = taken[first...].prefix { $0 - taken[first] < 1_200 }
      #expect(minute.count <= perMinute)
    }
  }
}
