import Documents
import FoundationEssentials
import Libraries
import LiveKit
import LiveKitStandIn
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

/// Webhooks beside those that livekit-server 1.13.5 sent.
struct WebhookTests {
  @Test func everyWebhookIsSignedAndShapedAsTheRealOnes() async throws {
    let recorded = try String(
      decoding: Files.read(Fixtures.folder + "/livekit-server/one-call/webhooks.jsonl", limit: 1 << 20), as: UTF8.self
    ).split(separator: "\n").map { line in
      let body = try #require(try JSON.parse(Array(line.utf8), file: "webhooks")["body"]?.string)
      return try JSON.parse(Array(body.utf8), file: "body")
    }
    let received = try await received(until: { $0.count >= 5 }) { standIn in
      standIn.perform(.call(Call(room: "room-1", length: .milliseconds(200))))
    }
    #expect(received.count >= 5)
    for (left, right) in zip(recorded, received) { #expect(Difference.all(left, right, .shape) == []) }
    let words = { (hook: Node) in
      "\(hook["event"]?.string ?? "") \(hook["participant"]?["kind"]?.string ?? "")".trimmed
    }
    #expect(received.prefix(5).map(words) == recorded.prefix(5).map(words))
  }

  @Test func aKilledAgentLeavesByTimeoutAndADeletedRoomTakesAllAlong() async throws {
    let received = try await received(until: { $0.contains { $0["event"]?.string == "room_finished" } }) { standIn in
      standIn.perform(.call(Call(room: "r")))
      #expect(await Patience.until { standIn.sessions.first?.joinedAt != nil })
      standIn.perform(.kill(version: "v1"))
      let rooms = RoomCalls(url: standIn.url)
      let isGone = try await Patience.until {
        let listed = try await rooms.call("RoomService/ListParticipants", #"{"room": "r"}"#, "r")
        return listed["participants"]?.sequence?.count == 1
      }
      #expect(isGone)
      _ = try await rooms.call("RoomService/DeleteRoom", #"{"room": "r"}"#, "r")
      await rooms.client.shutDown()
    }
    let reasons = received.filter { $0["event"]?.string == "participant_left" }
      .map { $0["participant"]?["disconnectReason"]?.string }
    #expect(reasons == ["CONNECTION_TIMEOUT", "ROOM_DELETED"])
  }

  /// What arrives while the body runs and until the condition holds, each checked for its signature.
  private func received(
    until isEnough: ([Node]) -> Bool, _ body: (StandIn) async throws -> Void
  ) async throws -> [Node] {
    let hooks = Locked<[Node]>([])
    let listener = try HTTPServer { request in
      let token = try? AccessToken.verified(request.headers["Authorization"] ?? "", at: WallClock.live.now) {
        $0 == "devkey" ? Secret(Scenario().apiSecret) : nil
      }
      #expect(token?.bodyDigest == Data(Hashing.digest(.sha256, of: request.body)).base64EncodedString())
      #expect(request.headers["Content-Type"] == "application/webhook+json")
      if let node = try? JSON.parse(request.body, file: "hook") { hooks.withLock { $0.append(node) } }
      return .response(HTTPResponse(status: 200))
    }
    async let listening: Void = listener.run()
    var scenario = Scenario()
    scenario.server = .selfHosted
    scenario.pace = .brisk
    scenario.versions = [.init("v1")]
    scenario.webhook = "http://127.0.0.1:\(listener.port)/hook"
    let outcome: Result<Void, any Error>
    do {
      try await StandIn.serving(scenario) { standIn in
        try await body(standIn)
        #expect(await Patience.until { hooks.withLock { isEnough($0) } })
      }
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    listener.stop()
    await listening
    try outcome.get()
    return hooks.withLock { $0 }
  }
}

extension String {
  /// Without a space at the end.
  fileprivate var trimmed: Substring { hasSuffix(" ") ? dropLast() : self[...] }
}
