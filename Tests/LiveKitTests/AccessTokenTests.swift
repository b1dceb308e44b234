import Documents
import LiveKit
import Libraries
import Machine
import TestSupport
import Testing
import Vocabulary

struct AccessTokenTests {
  static let now = Timestamp("2026-11-21T14:05:11Z") ?? Timestamp(nanoseconds: 0)
  static let secret = Secret("a-secret-of-at-least-thirty-two-bytes")

  static func sample(_ random: inout SeededGenerator) -> AccessToken {
    var token = AccessToken(
      apiKey: "devkey", validFrom: now, for: .seconds(Int64.random(in: 1...21_600, using: &random)))
    token.identity = ["", "agent-AJ_x", "é😀\"\\/"].randomElement(using: &random) ?? ""
    token.name = ["", "Zoë"].randomElement(using: &random) ?? ""
    token.metadata = ["", "{\"a\":1}"].randomElement(using: &random) ?? ""
    token.kind = ["", "agent", "standard"].randomElement(using: &random) ?? ""
    token.administersAgents = Bool.random(using: &random)
    if Bool.random(using: &random) { token.attributes = ["lk.agent_name": "concierge", "appVersion": "v1"] }
    if Bool.random(using: &random) {
      var grants = VideoGrants()
      grants.roomJoin = Bool.random(using: &random)
      grants.roomList = Bool.random(using: &random)
      grants.agent = Bool.random(using: &random)
      grants.room = ["", "room-1"].randomElement(using: &random) ?? ""
      grants.canPublish = [nil, true, false].randomElement(using: &random) ?? nil
      token.video = grants
    }
    return token
  }

  static func verify(_ text: String, at moment: Timestamp = now) throws(TokenFailure) -> AccessToken {
    try AccessToken.verified(text, at: moment) { $0 == "devkey" ? secret : nil }
  }

  @Test func whatIsSignedIsVerifiedEqual() throws {
    var random = SeededGenerator(seed: 3)
    for _ in 0..<200 {
      let token = Self.sample(&random)
      #expect(try Self.verify(token.signed(with: Self.secret).exposed) == token)
    }
  }

  @Test func timesHoldWithAMinutesLeeway() throws {
    let text = try AccessToken(apiKey: "devkey", validFrom: Self.now, for: .seconds(600)).signed(with: Self.secret)
      .exposed
    let end = Self.now + .seconds(600)
    #expect(throws: Never.self) { try Self.verify(text, at: Self.now - .seconds(60)) }
    #expect(throws: TokenFailure.notYetValid(from: Self.now)) { try Self.verify(text, at: Self.now - .seconds(61)) }
    #expect(throws: Never.self) { try Self.verify(text, at: end + .seconds(59)) }
    #expect(throws: TokenFailure.expired(at: end)) { try Self.verify(text, at: end + .seconds(60)) }
    let endless = try AccessToken(apiKey: "devkey").signed(with: Self.secret).exposed
    #expect(try Self.verify(endless, at: end + .seconds(86_400 * 365)).expiresAt == nil)
  }

  @Test func everyChangedCharacterIsRefused() throws {
    let text = try AccessToken(apiKey: "devkey", validFrom: Self.now, for: .seconds(600)).signed(with: Self.secret)
      .exposed
    for index in text.utf8.indices {
      var bytes = Array(text.utf8)
      let offset = text.utf8.distance(from: text.utf8.startIndex, to: index)
      bytes[offset] = bytes[offset] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(throws: TokenFailure.self) { try Self.verify(String(decoding: bytes, as: UTF8.self)) }
    }
    #expect(throws: TokenFailure.signature) {
      try Self.verify(AccessToken(apiKey: "devkey").signed(with: Secret("another secret of thirty-two bytes!")).exposed)
    }
    #expect(throws: TokenFailure.unknownKey("other")) {
      try Self.verify(AccessToken(apiKey: "other").signed(with: Self.secret).exposed)
    }
  }

  @Test(arguments: [
    "", ".", "..", "a.b", "a.b.c.d", "e30.e30.", "!.!.!", "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9.e30=.e30",
  ])
  func whatIsNoTokenIsMalformed(text: String) {
    #expect(throws: TokenFailure.self) { try Self.verify(text) }
  }

  @Test func theAlgorithmIsLookedAtFirst() {
    // {"alg":"none","typ":"JWT"} . {"iss":"nobody"} . nothing
    #expect(throws: TokenFailure.algorithm) {
      try Self.verify("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJpc3MiOiJub2JvZHkifQ.")
    }
    // The header says HS512.
    #expect(throws: TokenFailure.algorithm) { try Self.verify("eyJhbGciOiJIUzUxMiJ9.eyJpc3MiOiJub2JvZHkifQ.AAAA") }
  }

  @Test func noFailureAndNoDescriptionShowsATokenOrASecret() throws {
    var room = Room()
    room.turnPassword = Secret("hidden-password")
    var assignment = JobAssignment()
    assignment.token = try AccessToken(apiKey: "devkey").signed(with: Self.secret)
    var job = Job()
    job.room = room
    assignment.job = job
    var shown = "\(assignment) \(String(reflecting: ServerMessage(.assignment(assignment)))) \(Self.secret)"
    dump(assignment, to: &shown)
    #expect(!shown.contains("hidden-password"))
    #expect(!shown.contains("eyJ"))
    #expect(!shown.contains(Self.secret.exposed))
    let token = try AccessToken(apiKey: "nobody").signed(with: Self.secret).exposed
    do {
      _ = try Self.verify(token)
      Issue.record("an unknown key was accepted")
    } catch {
      for part in token.split(separator: ".") { #expect(!"\(error)".contains(part)) }
    }
    let back = try Wire.decode(ServerMessage.self, from: Wire.encode(ServerMessage(.assignment(assignment))))
    #expect(back == ServerMessage(.assignment(assignment)))
  }

  @Test(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
  func pyJWTVerifiesWhatIsSignedHere() async throws {
    var random = SeededGenerator(seed: 4)
    let tokens = (0..<300).map { _ in Self.sample(&random) }
    var lines: [String] = []
    for (count, token) in tokens.enumerated() {
      let secret = count % 10 == 9 ? "not the secret, but just as long....." : Self.secret.exposed
      let text = try token.signed(with: Self.secret).exposed
      lines.append("{\"token\":\"\(text)\",\"secret\":\"\(secret)\"}")
    }
    let answers = try await Python.judge("jwt_judge.py", lines: lines)
    #expect(answers.count == tokens.count)
    for (count, (token, answer)) in zip(tokens, answers).enumerated() {
      guard count % 10 != 9 else {
        #expect(answer == "reject")
        continue
      }
      let claims = try JSON.parse(Array(answer.utf8), file: "")
      #expect(claims["iss"]?.string == "devkey")
      #expect(claims["sub"]?.string == token.identity)
      #expect(claims["exp"]?.integer == (token.expiresAt?.nanoseconds ?? 0) / 1_000_000_000)
      #expect(claims["nbf"]?.integer == Self.now.nanoseconds / 1_000_000_000)
      #expect(claims["name"]?.string ?? "" == token.name)
      #expect(claims["video"]?["roomJoin"]?.boolean ?? false == token.video?.roomJoin ?? false)
      #expect(claims["video"]?["canPublish"]?.boolean == token.video?.canPublish)
      #expect(claims["agent"]?["admin"]?.boolean ?? false == token.administersAgents)
      #expect(claims["attributes"]?["appVersion"]?.string == token.attributes["appVersion"])
    }
  }

  @Test(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
  func whatPyJWTSignsIsVerifiedHere() async throws {
    let claims = [
      #"{"iss":"devkey","sub":"","nbf":1795269911,"exp":1795291511,"video":{"agent":true,"canPublish":true}}"#,
      #"{"iss":"devkey","sub":"é😀","name":"n","attributes":{"lk.agent_name":"a"},"agent":{"admin":true},"extra":[1,{}]}"#,
      #"{"iss":"devkey","exp":1795291511.5,"video":{"room":"r","roomJoin":true},"kind":"agent","metadata":"m","name":null}"#,
      #"{"iss":"devkey","video":{"agent":"yes"}}"#,
      #"{"iss":"devkey","exp":1.0}"#,
      #"{"sub":"no issuer"}"#,
    ]
    let secret = Self.secret.exposed
    var lines = claims.map { "{\"claims\":\($0),\"secret\":\"\(secret)\",\"algorithm\":\"HS256\"}" }
    lines.append("{\"claims\":\(claims[0]),\"secret\":\"\(secret)\",\"algorithm\":\"HS512\"}")
    let tokens = try await Python.judge("jwt_judge.py", lines: lines)
    #expect(tokens.count == lines.count)
    let first = try Self.verify(tokens[0])
    #expect(first.video?.agent == true && first.video?.canPublish == true && first.video?.canSubscribe == nil)
    #expect(first.expiresAt == Timestamp(milliseconds: 1_795_291_511_000))
    let second = try Self.verify(tokens[1])
    #expect(second.identity == "é😀" && second.administersAgents && second.attributes == ["lk.agent_name": "a"])
    let third = try Self.verify(tokens[2])
    #expect(third.video?.room == "r" && third.kind == "agent" && third.metadata == "m" && third.name.isEmpty)
    #expect(throws: TokenFailure.malformed) { try Self.verify(tokens[3]) }
    #expect(throws: TokenFailure.expired(at: Timestamp(milliseconds: 1_000))) { try Self.verify(tokens[4]) }
    #expect(throws: TokenFailure.malformed) { try Self.verify(tokens[5]) }
    #expect(throws: TokenFailure.algorithm) { try Self.verify(tokens[6]) }
  }
}
