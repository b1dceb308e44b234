import Documents
import LiveKit
import Machine
import TestSupport
import Testing
import Vocabulary

struct WebhookTests {
  static func recorded() throws -> [(authorization: String, body: String, at: Timestamp)] {
    let bytes = try Files.read("\(Fixtures.folder)/livekit-server/webhooks.jsonl", limit: 1 << 20)
    return try bytes.split(separator: 0x0A).map { line in
      let node = try JSON.parse(Array(line), file: "webhooks")
      let at = try #require(node["at"]?.number)
      return (
        try #require(node["headers"]?["Authorization"]?.string), try #require(node["body"]?.string),
        Timestamp(milliseconds: Int64(at * 1_000))
      )
    }
  }

  static func read(
    _ body: String, _ authorization: String?, at now: Timestamp
  ) throws(WebhookEvent.Refusal) -> WebhookEvent {
    try WebhookEvent(Array(body.utf8), authorization: authorization, at: now) { key in
      key == "devkey" ? APIServer.secret : nil
    }
  }

  @Test func whatARealServerSendsIsReadAndHoldsNoPassword() throws {
    var events: Set<WebhookEvent.Kind> = []
    for (authorization, body, at) in try Self.recorded() {
      let webhook = try Self.read(body, authorization, at: at)
      events.insert(webhook.kind)
      #expect(
        webhook.room?.name.rawValue.isEmpty == false && webhook.createdAt != nil && webhook.room?.createdAt != nil)
      #expect(webhook.participant != nil || ![.participantJoined, .participantLeft].contains(webhook.kind))
      for part in RecordedAnswerTests.secrets(in: body.replacing("turnPassword", with: "turn_password")) {
        #expect(!APIServer.everything(webhook).contains(part))
      }
    }
    #expect(events == [.roomStarted, .roomFinished, .participantJoined, .participantLeft])
  }

  @Test func anotherBodyKeyOrTimeIsRefused() throws {
    let (authorization, body, at) = try #require(try Self.recorded().first)
    #expect(throws: Never.self) { try Self.read(body, "Bearer \(authorization)", at: at) }
    #expect(throws: WebhookEvent.Refusal.otherBody) { try Self.read(body + " ", authorization, at: at) }
    #expect(throws: WebhookEvent.Refusal.unsigned) { try Self.read(body, nil, at: at) }
    #expect(throws: WebhookEvent.Refusal.token(.malformed)) { try Self.read(body, "", at: at) }
    #expect(throws: WebhookEvent.Refusal.self) { try Self.read(body, authorization, at: at + .seconds(86_400)) }
    // A token of the right key that was made for something else: it is of no body.
    let other = try AccessToken(apiKey: "devkey", validFrom: at, for: .seconds(60)).signed(with: APIServer.secret)
    #expect(throws: WebhookEvent.Refusal.otherBody) { try Self.read(body, other.exposed, at: at) }
    let forged = try AccessToken(apiKey: "devkey").signed(with: Secret("another secret of thirty-two bytes!"))
    #expect(throws: WebhookEvent.Refusal.token(.signature)) { try Self.read(body, forged.exposed, at: at) }
    let unknown = try AccessToken(apiKey: "nobody").signed(with: APIServer.secret)
    #expect(throws: WebhookEvent.Refusal.token(.unknownKey("nobody"))) {
      try Self.read(body, unknown.exposed, at: at)
    }
  }

  @Test func eventsThatAreNotKnownAreCarriedOn() throws {
    let job = try WebhookEvent(
      Array(
        #"{"event":"agent_job_ended","id":"EV_x","job":{"id":"AJ_x","state":{"status":"JS_SUCCESS","workerId":"CAW_x"}}}"#
          .utf8))
    #expect(job.kind == .jobEnded && job.job?.status == .success && job.job?.workerID == "CAW_x" && job.room == nil)
    #expect(try WebhookEvent(Array(#"{"event":"track_published"}"#.utf8)).kind == .unknown("track_published"))
    #expect(throws: WebhookEvent.Refusal.self) { try WebhookEvent(Array("[]".utf8)) }
  }
}
