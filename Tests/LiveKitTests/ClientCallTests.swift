import Documents
import LiveKit
import TestSupport
import Testing
import Vocabulary
import Web

/// What each call asks, and with which token.
struct ClientCallTests {
  struct Call: Sendable {
    let name: String
    let service: String
    let body: String
    let claims: String
    let answer: String
    let make: @Sendable (LiveKitClient) async throws -> Void
  }

  static let room = #""video":{"room":"room é","roomAdmin":true}"#

  static let calls: [Call] = [
    Call(
      name: "ListRooms", service: "RoomService", body: "{}", claims: #""video":{"roomList":true}"#, answer: "{}",
      make: { _ = try await $0.listRooms() }),
    Call(
      name: "ListRooms", service: "RoomService", body: #"{"names":["a","b/ é"]}"#,
      claims: #""video":{"roomList":true}"#, answer: "{}", make: { _ = try await $0.listRooms(named: ["a", "b/ é"]) }),
    Call(
      name: "ListParticipants", service: "RoomService", body: #"{"room":"room é"}"#, claims: room,
      answer: "{}", make: { _ = try await $0.listParticipants(of: "room é") }),
    Call(
      name: "CreateRoom", service: "RoomService",
      body: #"{"departure_timeout":1,"empty_timeout":11,"metadata":"m","name":"room é"}"#,
      claims: #""video":{"roomCreate":true}"#, answer: "{}",
      make: {
        _ = try await $0.createRoom(
          RoomRequest("room é", metadata: "m", emptyTimeout: .milliseconds(10_001), departureTimeout: .zero))
      }),
    Call(
      name: "DeleteRoom", service: "RoomService", body: #"{"room":"room é"}"#,
      claims: #""video":{"roomCreate":true}"#, answer: "{}", make: { try await $0.deleteRoom("room é") }),
    Call(
      name: "ListDispatch", service: "AgentDispatchService", body: #"{"room":"room é"}"#, claims: room,
      answer: "{}", make: { _ = try await $0.listDispatches(of: "room é") }),
    Call(
      name: "CreateDispatch", service: "AgentDispatchService",
      body: #"{"agent_name":"concierge","deployment":"green","metadata":"","room":"room é"}"#, claims: room,
      answer: "{}",
      make: {
        _ = try await $0.createDispatch(
          DispatchRequest(room: "room é", agentName: "concierge", deployment: "green"))
      }),
    Call(
      name: "DeleteDispatch", service: "AgentDispatchService", body: #"{"dispatch_id":"AD_x","room":"room é"}"#,
      claims: room, answer: "{}", make: { try await $0.deleteDispatch("AD_x", in: "room é") }),
    Call(
      name: "ListAgents", service: "CloudAgent", body: "{}", claims: #""agent":{"admin":true}"#,
      answer: "{}", make: { _ = try await $0.listAgents() }),
    Call(
      name: "ListAgentVersions", service: "CloudAgent", body: #"{"agent_id":"CA_x"}"#,
      claims: #""agent":{"admin":true}"#, answer: "{}", make: { _ = try await $0.listAgentVersions(of: "CA_x") }),
    Call(
      name: "RollbackAgent", service: "CloudAgent", body: #"{"agent_id":"CA_x","version":"v1"}"#,
      claims: #""agent":{"admin":true}"#, answer: #"{"success":true}"#,
      make: { try await $0.rollBack("CA_x", to: "v1") }),
    Call(
      name: "RestartAgent", service: "CloudAgent", body: #"{"agent_id":"CA_x"}"#,
      claims: #""agent":{"admin":true}"#, answer: #"{"success":true}"#, make: { try await $0.restart("CA_x") }),
    Call(
      name: "logs", service: "", body: "", claims: #""agent":{"admin":true}"#, answer: "",
      make: { _ = try await $0.logs(of: "CA_x/&", deployment: "b ü") }),
  ]

  @Test(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
  func eachCallAsksOneThingWithTheLeastGrants() async throws {
    for call in Self.calls {
      try await APIServer.serving({ _ in .json(Array(call.answer.utf8)) }) { server in
        try await call.make(server.client)
        try await call.make(server.client)
        #expect(server.requests.count == 2)
        let request = try #require(server.requests.first)
        if call.service.isEmpty {
          #expect(request.method == .get)
          #expect(request.target == "/logs?agent_id=CA_x%2F%26&log_type=deploy&deployment=b%20%C3%BC")
        } else {
          #expect(request.method == .post)
          #expect(request.target == "/twirp/livekit.\(call.service)/\(call.name)")
          #expect(request.headers["Content-Type"] == "application/json")
        }
        #expect(String(decoding: request.body, as: UTF8.self) == call.body, "\(call.name)")
        let token = try #require(request.bearerToken)
        let line = #"{"token":"\#(token)","secret":"\#(APIServer.secret.exposed)"}"#
        let answer = try #require(try await Python.judge("jwt_judge.py", lines: [line]).first)
        let claims = try JSON.parse(Array(answer.utf8), file: "")
        let now = APIServer.now.nanoseconds / 1_000_000_000
        let start = try #require(claims["nbf"]?.integer)
        let end = try #require(claims["exp"]?.integer)
        #expect(start == now - 60 && end == now + 300)
        // Nothing beside these is allowed.
        let grants = try JSON.parse(Array("{\(call.claims)}".utf8), file: "")
        for key in ["video", "agent"] { #expect(Self.plain(claims[key]) == Self.plain(grants[key]), "\(call.name)") }
        #expect(
          Set(claims.mapping?.entries.map(\.key) ?? []) == [
            "iss", "sub", "iat", "nbf", "exp", grants.mapping?.entries.first?.key ?? "",
          ])
      }
    }
  }

  static func plain(_ node: Node?) -> [String: String] {
    Dictionary(uniqueKeysWithValues: (node?.mapping?.entries ?? []).map { ($0.key, $0.value.text ?? "?") })
  }

  @Test func nothingIsAskedOfWhoeverARegionNames() async throws {
    try await APIServer.serving({ _ in .text("") }) { server in
      for region in ["evil.example/", "a.b", "@evil", "a b", "é", String(repeating: "a", count: 64)] {
        let failure = await APIServer.failure { try await server.client.logs(of: "CA_x", serverRegion: region) }
        #expect(failure?.reason == .invalidRegion)
      }
      #expect(server.requests.isEmpty)
    }
  }
}
