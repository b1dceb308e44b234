import Documents
import LiveKit
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

/// What a real livekit-server 1.13.5 answered, alone and with Redis, is understood; and nothing secret in it is kept.
struct RecordedAnswerTests {
  struct Recorded: Sendable {
    let label: String
    let call: String
    let status: Int
    let contentType: String
    let body: [UInt8]
    /// The answer as text, for what must not be shown of it.
    let text: String
  }

  static func recordings(_ name: String) throws -> [Recorded] {
    let bytes = try Files.read("\(Fixtures.folder)/livekit-server/\(name)/api.jsonl", limit: 1 << 20)
    return try bytes.split(separator: 0x0A).compactMap { line in
      let node = try JSON.parse(Array(line), file: name)
      guard let call = node["call"]?.string, let status = node["status"]?.integer else { return nil }
      let body: String
      if let text = node["response"]?.string {
        body = text
      } else {
        // The answer's own text: from behind its key to the key that follows.
        let text = String(decoding: line, as: UTF8.self)
        let start = try #require(text.firstRange(of: "\"response\": ")).upperBound
        let end = text[start...].firstRange(of: ", \"label\": ")?.lowerBound ?? text.index(before: text.endIndex)
        body = String(text[start..<end])
      }
      return Recorded(
        label: node["label"]?.string ?? "", call: call, status: Int(status),
        contentType: node["content_type"]?.string ?? "", body: Array(body.utf8), text: body)
    }
  }

  /// Makes the call of a recording; the value it gave, or nil where the client has no such call.
  static func make(_ call: String, _ client: LiveKitClient) async throws -> (any Sendable)? {
    switch call {
    case "RoomService/ListRooms": try await client.listRooms()
    case "RoomService/ListParticipants": try await client.listParticipants(of: "room-x")
    case "RoomService/CreateRoom": try await client.createRoom(RoomRequest("room-made"))
    case "RoomService/DeleteRoom", "RoomService/RemoveParticipant": try await client.deleteRoom("room-x")
    case "AgentDispatchService/ListDispatch": try await client.listDispatches(of: "room-x")
    case "AgentDispatchService/CreateDispatch":
      try await client.createDispatch(DispatchRequest(room: "room-x", agentName: "nobody"))
    case "AgentDispatchService/DeleteDispatch": try await client.deleteDispatch("AD_none", in: "room-x")
    case "CloudAgent/ListAgents": try await client.listAgents()
    default: try await client.listRooms()
    }
  }

  static let refusals: [(label: String, reason: LiveKitFailure.Reason)] = [
    ("no Authorization header", .denied(.missingGrant)), ("not a token", .denied(.noToken)),
    ("wrong secret", .denied(.wrongSecret)), ("unknown API key", .denied(.unknownKey)),
    ("expired ten minutes ago", .denied(.expired)), ("not valid before ten minutes from now", .denied(.notYetValid)),
    ("alg none", .denied(.wrongSecret)), ("grant missing: roomList", .denied(.missingGrant)),
    ("roomAdmin of another room", .denied(.missingGrant)),
    ("delete an unknown dispatch", .refused(.notFound, message: "dispatch ID not found")),
    ("unknown participant", .refused(.notFound, message: "participant does not exist")),
    ("delete a room that does not exist", .refused(.notFound, message: "requested room does not exist")),
    (
      "deployment name with an underscore",
      .refused(.invalidArgument, message: "deployment contains reserved character '_'")
    ),
    ("body is not JSON", .refused(.malformed, message: "the json request could not be decoded")),
    ("GET", .refused(.badRoute, message: "unsupported method \"GET\" (only POST is allowed)")),
    ("CloudAgent on a self-hosted server", .notCloud),
  ]

  @Test(arguments: ["api-errors", "redis-api-errors"])
  func everyAnswerIsUnderstoodAndShowsNothingSecret(name: String) async throws {
    let recordings = try Self.recordings(name)
    #expect(recordings.count > 30)
    var seen: Set<String> = []
    for recorded in recordings {
      let response = HTTPResponse(
        status: recorded.status, headers: ["Content-Type": recorded.contentType], body: recorded.body)
      let (value, failure) = try await APIServer.serving({ _ in response }) { server in
        do {
          return (
            Optional(APIServer.everything(try await Self.make(recorded.call, server.client) as Any)),
            Optional<LiveKitFailure>.none
          )
        } catch {
          return (nil, error as? LiveKitFailure)
        }
      }
      #expect((value != nil) == (recorded.status == 200), "\(recorded.label): \(String(describing: failure))")
      let shown = (value ?? "") + (failure.map { APIServer.everything($0) + "\($0)" } ?? "")
      for part in Self.secrets(in: recorded.text) { #expect(!shown.contains(part), "\(recorded.label)") }
      #expect(!shown.contains("eyJ"))
      if let expected = Self.refusals.first(where: { $0.label == recorded.label }) {
        #expect(failure?.reason == expected.reason, "\(recorded.label)")
        seen.insert(recorded.label)
      }
      if let failure {
        #expect("\(failure)".split(separator: "\n").count <= 3)
        #expect(
          failure.isMissing
            == (recorded.status == 404 && failure.reason != .notCloud && !recorded.text.contains("bad_route")))
      }
    }
    if name == "api-errors" { #expect(seen.count == Self.refusals.count, "\(seen)") }
  }

  @Test func aRoomThatNoNodeHoldsIsTold() async throws {
    let recorded = try #require(try Self.recordings("api-errors").first { $0.status == 503 })
    #expect(recorded.call == "AgentDispatchService/ListDispatch")
    let response = HTTPResponse(status: 503, body: recorded.body)
    let failure = try await APIServer.failure(of: response) { _ = try await $0.listDispatches(of: "room-none") }
    #expect(failure?.reason == .roomUnanswered && failure?.isOverload == false && failure?.isTransient == false)
    // The same words about rooms are a server that is down.
    let rooms = try await APIServer.failure(of: response) { _ = try await $0.listRooms() }
    #expect(rooms?.isOverload == true && rooms?.isTransient == true)
  }

  @Test(arguments: ["one-call", "probe"])
  func aCallIsSeenAsItWas(name: String) async throws {
    var agents: Set<String> = []
    for recorded in try Self.recordings(name) where recorded.status == 200 {
      let response = HTTPResponse(status: 200, body: recorded.body)
      let value = try await APIServer.serving({ _ in response }) { try await Self.make(recorded.call, $0.client) }
      for part in Self.secrets(in: recorded.text) { #expect(!APIServer.everything(value as Any).contains(part)) }
      for one in value as? [ListedParticipant] ?? [] where one.kind == .agent {
        agents.insert(one.jobID?.rawValue ?? "?")
        #expect(one.attributes["app.version"] == "v1" && one.attributes["lk.agent_name"] == "concierge")
        #expect(one.joinedAt.map { $0 > Timestamp(milliseconds: 1_795_239_892_000) } == true)
      }
      for job in (value as? [AgentDispatch] ?? []).flatMap(\.jobs) {
        #expect(job.status == .running && job.endedAt == nil && agents.contains(job.id.rawValue))
        let joined = Timestamp(milliseconds: 1_795_239_892_000)
        #expect(job.startedAt.map { $0 > joined && $0 < joined + .seconds(86_400) } == true)
        #expect(job.workerID?.rawValue.hasPrefix("AW_") == true && job.agentID == nil)
      }
    }
    #expect(!agents.isEmpty && !agents.contains("?"))
  }

  /// Tokens and passwords of relays in a text.
  static func secrets(in text: String) -> [String] {
    let tokens = text.split { " ,\"".contains($0) }.filter { $0.hasPrefix("eyJ") }.flatMap { $0.split(separator: ".") }
    let passwords = text.components(behind: "turn_password\": \"") + text.components(behind: "turn_password\":\"")
    return (tokens.map(String.init) + passwords).filter { $0.count > 8 }
  }
}

extension String {
  /// What stands between each place of a text and the next quote.
  fileprivate func components(behind mark: String) -> [String] {
    split(separator: mark).dropFirst().map { String($0.prefix { $0 != "\"" }) }
  }
}
