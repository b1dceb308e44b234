import Documents
import LiveKit
import TestSupport
import Testing
import Vocabulary
import Web

/// What is made of answers, however they are written.
struct AnswerTests {
  static func read<Value: Sendable>(
    _ answer: String, _ call: @Sendable (LiveKitClient) async throws -> Value
  ) async throws -> Value {
    try await APIServer.serving({ _ in .json(Array(answer.utf8)) }) { try await call($0.client) }
  }

  @Test(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
  func whatProtobufWritesIsReadInBothForms() async throws {
    let lines = try await Python.judge("api_judge.py", ["answers", "7", "120"])
    #expect(lines.count == 480)
    for line in lines {
      let sample = try JSON.parse(Array(line.utf8), file: "")
      let says = try #require(sample["says"]?.string)
      for form in ["full", "short"] {
        let answer = try #require(sample[form]?.string)
        let read = try await Self.read(answer) { client in
          switch sample["method"]?.string {
          case "ListRooms":
            let rooms = try await client.listRooms()
            return (Self.list(rooms.map(Self.show)), APIServer.everything(rooms))
          case "ListParticipants":
            let participants = try await client.listParticipants(of: "a")
            return (Self.list(participants.map(Self.show)), APIServer.everything(participants))
          case "ListDispatch":
            let dispatches = try await client.listDispatches(of: "a")
            return (Self.list(dispatches.map(Self.show)), APIServer.everything(dispatches))
          default:
            let agents = try await client.listAgents()
            return (Self.list(agents.map(Self.show)), APIServer.everything(agents))
          }
        }
        #expect(read.0 == says, "\(answer)")
        #expect(!read.1.contains("hidden-turn-password") && !read.1.contains("HIDDEN_SECRET_NAME"))
      }
    }
  }

  @Test(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
  func wordsHaveTheNumbersOfTheProtocol() async throws {
    func lines<Word: APIWord>(_ name: String, _: Word.Type) -> [String] {
      Word.words.map { "\(name) \($0.word) \($0.number ?? -1)" }
    }
    let own =
      lines("ListedParticipant.State", ListedParticipant.State.self)
      + lines("ListedParticipant.Kind", ListedParticipant.Kind.self)
      + lines("ListedParticipant.EndReason", ListedParticipant.EndReason.self)
      + lines("AgentJob.Status", AgentJob.Status.self) + lines("CloudAgent.Event.Kind", CloudAgent.Event.Kind.self)
    let protocols = try await Python.judge("api_judge.py", ["words"])
    #expect(own == protocols.filter { !$0.hasSuffix("AGENT_EVENT_TYPE_UNKNOWN 0") })
  }

  // MARK: What is missing is not zero

  @Test func anAnswerThatLacksItsListIsNoEmptyList() async throws {
    #expect(try await Self.read("{}") { try await $0.listRooms() }.isEmpty)
    #expect(try await Self.read(#"{"rooms":null}"#) { try await $0.listRooms() }.isEmpty)
    for answer in [
      #"{"error":"maintenance"}"#, #"{"rooms":{}}"#, #"{"rooms":[1]}"#, "[]", "", "<html>", "{\"rooms\":[", "null",
    ] {
      let failure = await APIServer.failure { try await Self.read(answer) { try await $0.listRooms() } }
      guard case .malformed? = failure?.reason else {
        Issue.record("\(answer) was read")
        continue
      }
      #expect(failure?.isTransient == false && failure?.exitStatus == .unavailable)
    }
  }

  @Test func aRowThatWasNotScrapedHasNoNumbers() async throws {
    let rows = try await Self.read(
      """
      {"agents":[{"agent_id":"CA_x","agent_deployments":[
        {"region":"us-east","status":"Running","replicas":0,"version":"","last_scraped_at":null},
        {"region":"eu-central","status":"Sleeping","version":"v2","last_scraped_at":"2026-11-21T05:51:04.5Z"}]}]}
      """
    ) { try await $0.listAgents("CA_x") }[0].rows
    #expect(rows[0].replicas == nil && rows[0].version == nil && rows[0].lastScrapedAt == nil)
    #expect(rows[1].replicas == 0 && rows[1].version == "v2")
    #expect(rows[1].lastScrapedAt == Timestamp("2026-11-21T05:51:04.5Z"))
  }

  @Test func aFlagThatTheServiceDoesNotKnowIsUnknown() async throws {
    func versions(_ text: String) async throws -> [AgentVersion] {
      try await Self.read(#"{"versions":[\#(text)]}"#) { try await $0.listAgentVersions(of: "CA_x") }
    }
    let short = try await versions(#"{"version":"v2","current":true,"active":true},{"version":"v1","draining":true}"#)
    #expect(short[0].isCurrent && short[0].isDraining == false && short[0].isActive == true)
    #expect(!short[1].isCurrent && short[1].isDraining == true && short[1].isActive == false)
    // This one writes what is false, and yet has no `active`: it was made before there was one.
    let old = try await versions(
      #"{"version":"v2","current":true,"draining":false},{"version":"v1","current":false,"draining":true}"#)
    #expect(old[0].isActive == nil && old[0].isDraining == false && old[1].isActive == nil)
  }

  @Test(
    arguments: [
      ("1795242875", "2026-11-21T06:34:35Z"), ("\"1795242875\"", "2026-11-21T06:34:35Z"),
      ("1795242875764", "2026-11-21T06:34:35.764Z"), ("1795242875764000", "2026-11-21T06:34:35.764Z"),
      ("\"1795242875764000001\"", "2026-11-21T06:34:35.764000001Z"),
      ("\"2026-11-21T07:34:35.764+01:00\"", "2026-11-21T06:34:35.764Z"),
      ("99999999999", "2262-04-11T23:47:16.854775807Z"), ("99999999999999999", "2262-04-11T23:47:16.854775807Z"),
      ("0", nil), ("\"0\"", nil), ("-5", nil), ("null", nil), ("\"1970-01-01T00:00:00Z\"", nil), ("\"\"", nil),
      ("\"soon\"", nil), ("\"0001-01-01T00:00:00Z\"", nil),
    ] as [(String, String?)])
  func timesAreToldApartByMagnitude(written: String, moment: String?) async throws {
    let dispatch = try await Self.read(#"{"id":"AD_x","state":{"createdAt":\#(written)}}"#) {
      try await $0.createDispatch(DispatchRequest(room: "a", agentName: "b"))
    }
    #expect(dispatch.createdAt?.description == moment.flatMap { Timestamp($0)?.description ?? $0 })
  }

  @Test func wordsThatAreNotKnownAreCarriedOn() async throws {
    let participants = try await Self.read(
      #"{"participants":[{"identity":"x","kind":"AVATAR","state":9,"joinedAt":1795242875},{"identity":"agent-AJ_1","kind":4,"state":"ACTIVE"}]}"#
    ) { try await $0.listParticipants(of: "a") }
    #expect(participants[0].kind == .unknown("AVATAR") && participants[0].state == .unknown("9"))
    #expect(participants[0].jobID == nil)
    #expect(participants[1].kind == .agent && participants[1].state == .active && participants[1].jobID == "AJ_1")
    let agents = try await Self.read(#"{"agents":[{"agentDeployments":[{"status":"running"},{}]}]}"#) {
      try await $0.listAgents()
    }
    #expect(agents[0].rows.map(\.status) == [.unknown("running"), .unknown("")])
  }

  @Test(arguments: [
    (#"{"rooms":[{"name":1}]}"#, "'rooms[0].name' is not text"),
    (#"{"rooms":[{},{"num_participants":-1}]}"#, "'rooms[1].num_participants' is not a count"),
    (#"{"rooms":[{"numParticipants":"many"}]}"#, "'rooms[0].num_participants' is not a whole number"),
    (#"{"rooms":[{"creation_time":[]}]}"#, "'rooms[0].creation_time' is not a time"),
    (#"{"rooms":1}"#, "'rooms' is not a list"), ("{\"rooms\":\n[", "it is not JSON (at 2:2)"),
  ])
  func whatDoesNotFitIsSaidByItsPath(answer: String, reason: String) async throws {
    let failure = await APIServer.failure { try await Self.read(answer) { try await $0.listRooms() } }
    #expect(failure?.reason == .malformed(reason))
  }

  // MARK: Values in the judge's words

  static func list(_ parts: [String]) -> String { "[" + parts.joined(separator: "|") + "]" }
  static func list(_ parts: any CustomStringConvertible...) -> String { list(parts.map(\.description)) }
  static func time(_ moment: Timestamp?) -> Int64 { moment?.nanoseconds ?? 0 }
  static func number<Word: APIWord>(_ word: Word) -> Int64 { Word.words.first { $0.value == word }?.number ?? 0 }
  static func pairs(_ texts: [String: String]) -> String {
    list(texts.map { "\($0.key)=\($0.value)" }.sorted())
  }

  static func show(_ room: ListedRoom) -> String {
    list(
      room.sid, room.name, time(room.createdAt), room.people, room.metadata,
      room.emptyTimeout.components.seconds, room.departureTimeout.components.seconds)
  }

  static func show(_ one: ListedParticipant) -> String {
    list(
      one.sid, one.identity, number(one.state), number(one.kind), time(one.joinedAt), one.name,
      pairs(one.attributes), one.region?.rawValue ?? "", number(one.disconnectReason), one.metadata)
  }

  static func show(_ dispatch: AgentDispatch) -> String {
    let jobs = dispatch.jobs.map { job in
      list(
        job.id, job.agentName, job.deployment, job.room.map(show) ?? "", number(job.status), job.error,
        time(job.startedAt), time(job.endedAt), job.participantIdentity, job.workerID?.rawValue ?? "",
        job.agentID?.rawValue ?? "")
    }
    return list(
      dispatch.id, dispatch.agentName, dispatch.room, dispatch.metadata, dispatch.deployment, list(jobs),
      time(dispatch.createdAt), time(dispatch.deletedAt))
  }

  static func show(_ agent: CloudAgent) -> String {
    let rows = agent.rows.map { row in
      let status = CloudAgent.Status.words.first { $0.value == row.status }?.word
      let unknown: String? = if case .unknown(let word) = row.status { word } else { nil }
      return list(
        row.region, row.deployment, status ?? unknown ?? "?", row.replicas ?? -1, row.minimumReplicas ?? -1,
        row.maximumReplicas ?? -1, row.version?.rawValue ?? "", time(row.lastScrapedAt), row.serverRegion ?? "",
        row.currentCPU ?? "", list(row.events.map { list(number($0.kind), $0.count, time($0.at)) }))
    }
    return list(agent.id, agent.name, agent.version?.rawValue ?? "", time(agent.deployedAt), list(rows))
  }
}
