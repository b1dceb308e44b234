import Cutover
import Documents
import Libraries
import Machine
import Notifications
import TestSupport
import Testing
import Vocabulary
import Web

/// Telling a real receiver, which is slow, refuses, cuts the connection or sends elsewhere.
@Suite(.serialized) struct SenderTests {
  private static let evil = "x <!channel> [a](http://b) *bold* &amp; \u{202E}\n@here"

  private static var notification: Notification {
    var notification = Notification(
      event: "deployment.completed", at: Timestamp(milliseconds: 1_795_000_000_000), run: "r", target: "kitchen",
      kind: "deploy")
    notification.incoming = VersionName(evil)
    notification.outgoing = ["v1"]
    notification.verdict = .failed
    notification.reason = evil
    notification.conditions = [.init(letter: "A", title: "new sessions land", state: .failed, reason: evil)]
    notification.activeSessions = ["v1": nil, "v2": 3]
    notification.command = "sluice rollback"
    notification.action = evil
    return notification
  }

  /// A receiver that answers as it is told to, in turn, and what it got.
  private struct Heard: Sendable {
    var requests: [HTTPRequest] = []
  }

  private func telling(
    _ kind: NotificationReceiver.Kind = .webhook, secret: Secret? = nil, timeout: Duration = .seconds(300),
    answers: [HTTPResponse]
  ) async throws -> (NotificationSender.Outcome, [HTTPRequest]) {
    let heard = Locked(Heard())
    let server = try HTTPServer(at: .loopback()) { request in
      let place = heard.withLock { heard in
        heard.requests.append(request)
        return heard.requests.count - 1
      }
      return .response(answers[min(place, answers.count - 1)])
    }
    async let running: Void = server.run()
    let http = HTTPClient()
    var receiver = NotificationReceiver(
      name: "it", kind: kind, url: Secret("http://127.0.0.1:\(server.port)/hook/T0KEN"), secret: secret)
    receiver.timeout = timeout * Patience.factor
    let sender = NotificationSender(
      http: http, wallClock: .live, pause: .milliseconds(10), attemptLimit: .seconds(60) * Patience.factor)
    let outcome = await sender.send(Self.notification, to: receiver)
    server.stop()
    await running
    await http.shutDown()
    return (outcome, heard.withLock { $0.requests })
  }

  private func answer(_ status: Int, _ headers: HTTPHeaders = [:]) -> HTTPResponse {
    HTTPResponse(status: status, headers: headers)
  }

  @Test func aReceiverThatAnswersIsToldOnceAndCanCheckWhoSaysSo() async throws {
    let (outcome, requests) = try await telling(secret: Secret("s3cret"), answers: [answer(204)])
    #expect(outcome.attempts == 1 && outcome.failure == nil)
    let request = try #require(requests.first)
    #expect(request.method == .post && request.headers["Content-Type"] == "application/json")
    #expect(request.headers["Sluice-Event"] == "deployment.completed" && request.headers["Sluice-Delivery"] != nil)
    // The receiver's side of the bargain, with nothing of the sender's.
    let signature = try #require(request.headers["Sluice-Signature"])
    let time = try #require(signature.split(separator: ",").first?.dropFirst(2))
    let digest = Hashing.hmacSHA256(of: Array("\(time).".utf8) + request.body, key: Array("s3cret".utf8))
    #expect(signature == "t=\(time),v1=" + digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
    let body = try JSON.parse(request.body, file: "body")
    #expect(body["schema"]?.text == "sluice.notification/1" && body["verdict"]?.text == "failed")
    #expect(body["incoming"]?.text == Self.evil && body["conditions"]?.sequence?.count == 1)
  }

  @Test func aSignatureIsThatOfAnIndependentProgram() async throws {
    let now = Timestamp(milliseconds: 1_795_000_000_500)
    let made = NotificationReceiver.signature(of: Array("{\"a\":1}".utf8), with: Secret("k"), at: now)
    let script =
      "import hmac; print('t=1795000000,v1=' + hmac.new(b'k', b'1795000000.{\"a\":1}', 'sha256').hexdigest())"
    let python = try await Invocation(["python3", "-c", script]).run(within: .seconds(60))
    #expect(python.text == made + "\n")
  }

  @Test(arguments: [500, 502, 503, 429, 408])
  func aPassingTroubleIsTriedAgain(_ status: Int) async throws {
    let (outcome, requests) = try await telling(answers: [answer(status), answer(status), answer(200)])
    #expect(outcome.attempts == 3 && outcome.failure == nil && requests.count == 3)
    #expect(Set(requests.map { $0.headers["Sluice-Delivery"] }).count == 1, "a repetition can be told")
  }

  @Test func aLastingTroubleIsGivenUp() async throws {
    let (outcome, requests) = try await telling(answers: [answer(500)])
    #expect(outcome.attempts == NotificationSender.attempts && requests.count == NotificationSender.attempts)
    #expect(outcome.failure == "it answered 500")
  }

  @Test(arguments: [301, 302, 307, 308])
  func aRedirectionIsNotFollowed(_ status: Int) async throws {
    let (outcome, requests) = try await telling(answers: [answer(status, ["Location": "/elsewhere"]), answer(200)])
    #expect(requests.map(\.path) == ["/hook/T0KEN"] && outcome.failure?.contains("\(status)") == true)
  }

  @Test func aRefusalIsNotRepeated() async throws {
    let (outcome, requests) = try await telling(answers: [answer(404), answer(200)])
    #expect(requests.count == 1 && outcome.failure == "it answered 404")
  }

  @Test func aReceiverThatAsksForAnHourIsNotWaitedFor() async throws {
    let (outcome, requests) = try await telling(answers: [answer(429, ["Retry-After": "3600"]), answer(200)])
    #expect(requests.count == 1 && outcome.failure == "it answered 429")
  }

  @Test func whoNeverAnswersIsGivenUpWithinTheLimitAndItsAddressIsNotSaid() async throws {
    // It is bound and listens, and never serves.
    let server = try HTTPServer(at: .loopback()) { _ in .response(HTTPResponse(status: 200)) }
    let http = HTTPClient()
    var receiver = NotificationReceiver(name: "it", kind: .slack, url: Secret("http://127.0.0.1:\(server.port)/T0KEN"))
    receiver.timeout = .seconds(1)
    let outcome = await NotificationSender(http: http, wallClock: .live).send(Self.notification, to: receiver)
    await http.shutDown()
    #expect(outcome.failure == "it gave no answer in time")
    withExtendedLifetime(server) {}
  }

  @Test func aConnectionThatIsCutIsTriedAgain() async throws {
    struct Cut: Error {}
    let cut = HTTPResponse.streamed { writer in
      try await writer.write(Array("half".utf8))
      throw Cut()
    }
    let (outcome, requests) = try await telling(answers: [cut, answer(200)])
    #expect(outcome.attempts == 2 && outcome.failure == nil && requests.count == 2)
  }

  @Test func nobodyThereIsSaidWithoutTheAddress() async throws {
    let free = try HTTPServer(at: .loopback()) { _ in .response(HTTPResponse(status: 200)) }
    let url = "http://127.0.0.1:\(free.port)/T0KEN"
    async let running: Void = free.run()
    free.stop()
    await running
    let http = HTTPClient()
    let sender = NotificationSender(
      http: http, wallClock: .live, pause: .milliseconds(1), attemptLimit: .seconds(60) * Patience.factor)
    var receiver = NotificationReceiver(name: "it", kind: .teams, url: Secret(url))
    receiver.timeout = .seconds(300)
    let outcome = await sender.send(Self.notification, to: receiver)
    await http.shutDown()
    #expect(outcome.attempts == NotificationSender.attempts && outcome.failure == "nobody listens there")
  }

  @Test(arguments: [NotificationReceiver.Kind.slack, .teams])
  func chatsTakeNothingFromOutsideForMarkup(_ kind: NotificationReceiver.Kind) async throws {
    let (outcome, requests) = try await telling(kind, answers: [answer(200)])
    #expect(outcome.failure == nil)
    let request = try #require(requests.first)
    #expect(request.headers["Sluice-Signature"] == nil)
    let body = try JSON.parse(request.body, file: "body")
    switch kind {
    case .slack:
      #expect(body["text"]?.text?.contains("<") == false)
      let blocks = try #require(body["blocks"]?.sequence)
      #expect(blocks.first?["type"]?.text == "header" && blocks.count > 3)
      #expect(blocks.allSatisfy { $0["text"]?["type"]?.text == "plain_text" })
      #expect(blocks.allSatisfy { ($0["text"]?["text"]?.text?.count ?? 9_999) <= 3_000 })
    default:
      let card = try #require(body["attachments"]?.sequence?.first)
      #expect(card["contentType"]?.text == "application/vnd.microsoft.card.adaptive")
      #expect(card["content"]?["type"]?.text == "AdaptiveCard" && card["content"]?["$schema"] != nil)
      let blocks = try #require(card["content"]?["body"]?.sequence)
      #expect(blocks.allSatisfy { $0["type"]?.text == "RichTextBlock" })
      #expect(request.body.count < 28_000)
    }
  }
}
