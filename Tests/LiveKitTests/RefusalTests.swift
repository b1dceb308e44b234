import LiveKit
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

/// How calls fail, and what a person is told.
struct RefusalTests {
  static func twirp(_ status: Int, _ code: String, _ message: String, headers: HTTPHeaders = [:]) -> HTTPResponse {
    HTTPResponse(status: status, headers: headers, body: Array(#"{"code":"\#(code)","msg":"\#(message)"}"#.utf8))
  }

  @Test func overloadSaysHowLongToWait() async throws {
    for (field, delay) in [("7", Duration.seconds(7)), ("99999", .seconds(3_600)), ("0", .zero)] {
      let response = Self.twirp(429, "resource_exhausted", "too many", headers: ["Retry-After": field])
      let failure = try await APIServer.failure(of: response) { _ = try await $0.listAgents() }
      #expect(failure?.isOverload == true && failure?.isTransient == true && failure?.retryAfter == delay)
    }
    // A date is measured from the server's own, by whatever clock that goes.
    let dates = [("Wed, 21 Oct 2026 07:28:09 GMT", Duration.seconds(9)), ("Wed, 21 Oct 2026 07:27:00 GMT", .zero)]
    for (field, delay) in dates {
      let headers: HTTPHeaders = ["Retry-After": field, "Date": "Wed, 21 Oct 2026 07:28:00 GMT"]
      let response = HTTPResponse(status: 503, headers: headers, body: Array("<html>".utf8))
      let failure = try await APIServer.failure(of: response) { _ = try await $0.listRooms() }
      #expect(failure?.retryAfter == delay)
    }
    for field in ["-1", "2026-10-21T07:28:00Z", "soon"] {
      let response = HTTPResponse(status: 503, headers: ["Retry-After": field], body: Array("<html>".utf8))
      let failure = try await APIServer.failure(of: response) { _ = try await $0.listRooms() }
      #expect(failure?.isOverload == true && failure?.retryAfter == nil)
    }
  }

  @Test func successFalseIsAFailure() async throws {
    for body in [#"{"success":false,"message":"version not found"}"#, #"{"message":"version not found"}"#] {
      let failure = try await APIServer.failure(of: .json(Array(body.utf8))) { try await $0.rollBack("CA_x", to: "v1") }
      #expect(failure?.reason == .unsuccessful(message: "version not found") && failure?.exitStatus == .actionFailed)
    }
    let bare = try await APIServer.failure(of: .json(Array("{}".utf8))) { try await $0.restart("CA_x") }
    #expect(bare?.reason == .unsuccessful(message: ""))
    let done = try await APIServer.failure(of: .json(Array(#"{"success":true}"#.utf8))) { try await $0.restart("CA_x") }
    #expect(done == nil)
  }

  @Test func aPlanThatForbidsRollbackIsExplained() async throws {
    let response = Self.twirp(412, "failed_precondition", "rollback is not available on your plan")
    let failure = try #require(
      try await APIServer.failure(of: response) { try await $0.rollBack("CA_x", to: "v1") })
    let lines = "\(failure)".split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0].hasPrefix("error: RollbackAgent failed at http://127.0.0.1:"))
    #expect(lines[1] == "because: failed_precondition: rollback is not available on your plan")
    #expect(lines[2] == "try: rollback needs a paid plan; without one, deploy the earlier source again")
    #expect(failure.exitStatus == .actionFailed && !failure.isTransient)
  }

  @Test(arguments: [
    (500, "internal", true), (408, "deadline_exceeded", true), (501, "unimplemented", false),
    (403, "permission_denied", false), (409, "already_exists", false), (418, "a_new_code", false),
  ])
  func whatMayPassIsToldFromWhatMayNot(status: Int, code: String, isTransient: Bool) async throws {
    let failure = try await APIServer.failure(of: Self.twirp(status, code, "why")) { _ = try await $0.listRooms() }
    #expect(failure?.isTransient == isTransient)
    #expect(failure?.why?.hasPrefix("\(code): why") == true)
  }

  @Test(arguments: [(502, true), (404, false), (301, false), (403, false)])
  func whatIsNotTwirpIsToldByItsStatus(status: Int, isTransient: Bool) async throws {
    let page = HTTPResponse(status: status, body: Array("<html>eyJhbGciOiJIUzI1NiJ9.e30.AAAA</html>".utf8))
    let failure = try await APIServer.failure(of: page) { _ = try await $0.listRooms() }
    #expect(failure?.reason == .status(status) && failure?.isTransient == isTransient)
  }

  @Test(arguments: [
    ("permissions denied", LiveKitFailure.Denial.missingGrant), ("invalid API key: x", .unknownKey),
    ("token is expired", .expired), ("go away", .unclear), ("", .unclear),
  ])
  func aTokenThatIsRefusedIsExplainedInEitherForm(words: String, denial: LiveKitFailure.Denial) async throws {
    let responses = [Self.twirp(401, "unauthenticated", words), HTTPResponse.text(words, status: 401)]
    for response in responses {
      let failure = try #require(try await APIServer.failure(of: response) { _ = try await $0.listRooms() })
      #expect(failure.reason == .denied(denial) && failure.exitStatus == .configuration && !failure.isTransient)
      #expect(failure.remedy != nil && !"\(failure)".contains("go away"))
    }
  }

  @Test func noWordsOfAServerCarryATokenOrASecretOut() async throws {
    try await APIServer.serving({ request in
      let token = request.bearerToken ?? ""
      let message =
        "token \(token), '\(token)' of \(APIServer.secret.exposed) and Bearer:\(token.dropLast(4)) \\u001b[31m\\nerror: x"
      return Self.twirp(400, "invalid_argument", "twirp error unknown: \(message)")
    }) { server in
      let failure = try #require(await APIServer.failure { try await server.client.listRooms() })
      let shown = APIServer.everything(failure)
      let token = try #require(server.requests.first?.bearerToken)
      for part in token.split(separator: ".") { #expect(!shown.contains(part)) }
      #expect(!shown.contains(APIServer.secret.exposed) && !"\(failure)".contains("\u{1b}"))
      #expect("\(failure)".split(separator: "\n").count == 2)
      #expect(failure.why?.hasPrefix("invalid_argument: token (secret), '(secret)' of (secret) and (token)") == true)
    }
  }

  @Test func aServerThatIsNotThereIsNamed() async throws {
    let http = HTTPClient()
    let server = try #require(LiveKitServer("ws://127.0.0.1:1/", agentsOverride: nil))
    let client = LiveKitClient(
      LiveKitCredentials(server: server, apiKey: "devkey", secret: APIServer.secret), http: http)
    let failure = try #require(await APIServer.failure { try await client.listRooms() })
    #expect(failure.isTransient && failure.exitStatus == .unavailable)
    #expect(failure.what == "ListRooms has no answer from http://127.0.0.1:1")
    let agents = try #require(await APIServer.failure { try await client.listAgents() })
    #expect(agents.remedy?.contains("LK_AGENTS_URL") == true)
    await http.shutDown()
    let late = await APIServer.failure { try await client.listRooms() }
    #expect(late?.reason == .transport(.shutDown) && late?.isTransient == false)
  }

  @Test func anAnswerOfAnyLengthIsBounded() async throws {
    try await APIServer.serving({ _ in
      .streamed { writer in
        let piece = [UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)
        for _ in 0..<40 { try await writer.write(piece) }
      }
    }) { server in
      let failure = await APIServer.failure { try await server.client.listRooms() }
      guard case .transport(.tooLarge)? = failure?.reason else {
        Issue.record("\(String(describing: failure))")
        return
      }
    }
  }

  @Test func waitsGrowAndKeepToWhatTheServerAskedFor() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<200 {
      var backoff = Backoff(base: .seconds(1), cap: .seconds(60))
      for round in 0..<40 {
        let limit = min(Duration.seconds(60), .seconds(1 << min(round, 10)))
        let wait = backoff.next(using: &random)
        #expect(wait >= .zero && wait <= limit)
        #expect(backoff.failures == round + 1)
      }
      let asked = backoff.next(retryAfter: .seconds(100), using: &random)
      #expect(asked >= .seconds(100) && asked <= .seconds(160))
      backoff.reset()
      #expect(backoff.next(using: &random) <= .seconds(1))
    }
  }
}
