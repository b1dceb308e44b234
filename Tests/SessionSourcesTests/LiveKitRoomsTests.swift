import Cutover
import FoundationEssentials
import Libraries
import LiveKit
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

@testable import SessionSources

/// Against a server that answers as a LiveKit server does, and misbehaves as it is told.
@Suite struct LiveKitRoomsTests {
  private static let key = "devkey"
  private static let secret = Secret("secretsecretsecretsecretsecretsecret")

  /// Rooms by name with who is in them, and what the next calls get instead of an answer.
  private struct Project {
    var rooms: [String: [String]] = [:]
    /// Rooms that are gone for ListParticipants already.
    var closed: Set<String> = []
    var refusals: [String: HTTPResponse] = [:]
    var calls: [String] = []
    var running = 0
    var widest = 0
  }

  private final class Server: Sendable {
    let project: Locked<Project>
    let http: HTTPServer

    init(_ project: Project) throws {
      let state = Locked(project)
      self.project = state
      http = try HTTPServer { request in
        let call = String(request.path.split(separator: "/").last ?? "")
        state.withLock {
          $0.calls.append(call)
          $0.running += 1
          $0.widest = max($0.widest, $0.running)
        }
        defer { state.withLock { $0.running -= 1 } }
        await Task.yield()
        return .response(
          state.withLock { project in
            if let refusal = project.refusals[call] { return refusal }
            let body = String(decoding: request.body, as: UTF8.self)
            let name = project.rooms.keys.first { body.contains(#""\#($0)""#) }
            switch call {
            case "ListRooms":
              let rooms = project.rooms.keys.map { #"{"sid":"RM_\#($0)","name":"\#($0)"}"# }
              return .json(Array(#"{"rooms":[\#(rooms.joined(separator: ","))]}"#.utf8))
            case "ListParticipants":
              // A room that is not there is answered like one that nobody is in.
              guard let name, !project.closed.contains(name) else {
                if let name { project.rooms[name] = nil }
                return .json(Array(#"{"participants":[]}"#.utf8))
              }
              return .json(
                Array(#"{"participants":[\#(project.rooms[name, default: []].joined(separator: ","))]}"#.utf8))
            default: return .json(Array(#"{"agent_dispatches":[]}"#.utf8))
            }
          })
      }
    }

    static func agent(_ job: String, _ version: String) -> String {
      #"{"sid":"PA_\#(job)","identity":"agent-\#(job)","state":"ACTIVE","kind":"AGENT","#
        + #""joined_at_ms":"1790000001000","attributes":{"app.version":"\#(version)"}}"#
    }

    static let person =
      #"{"sid":"PA_p","identity":"caller","state":"ACTIVE","kind":"STANDARD","joined_at_ms":"1790000000000"}"#

    func calls(_ name: String) -> Int { project.withLock { $0.calls.count { $0 == name } } }
  }

  /// A source over a project for as long as the body runs.
  private func watching(
    _ project: Project, _ change: (inout LiveKitRooms.Settings) -> Void = { _ in },
    _ body: (LiveKitRooms, Server) async throws -> Void
  ) async throws {
    let server = try Server(project)
    let address = try #require(LiveKitServer("http://127.0.0.1:\(server.http.port)"))
    let client = LiveKitClient(
      LiveKitCredentials(server: address, apiKey: Self.key, secret: Self.secret), http: HTTPClient())
    var settings = LiveKitRooms.Settings()
    settings.requestsPerMinute = 100_000
    change(&settings)
    let source = LiveKitRooms(client: client, settings: settings)
    async let serving: Void = server.http.run()
    let result: Result<Void, any Error>
    do { result = .success(try await body(source, server)) } catch { result = .failure(error) }
    server.http.stop()
    await serving
    try result.get()
  }

  private func poll(_ source: LiveKitRooms) async -> Observation {
    let reading = await source.reading(within: .seconds(30) * Patience.factor)
    guard case .snapshot(let observation) = reading.answer else {
      Issue.record("no listing: \(reading.answer)")
      return Observation()
    }
    return observation
  }

  private func failure(_ source: LiveKitRooms) async -> SourceFailure {
    let reading = await source.reading(within: .seconds(30) * Patience.factor)
    guard case .failure(let failure) = reading.answer else {
      Issue.record("a listing where none can be: \(reading.answer)")
      return SourceFailure(kind: .missing, detail: "")
    }
    return failure
  }

  @Test func theFirstSweepAsksAboutEveryRoomAFewAtATime() async throws {
    var project = Project()
    for n in 0..<60 { project.rooms["room-\(n)"] = [Server.agent("AJ_\(n)", "v1"), Server.person] }
    try await watching(project) {
      $0.width = 8
    } _: { source, server in
      #expect(await poll(source).sessions.count == 60)
      #expect(server.calls("ListRooms") == 1 && server.calls("ListParticipants") == 60)
      #expect(server.project.withLock { $0.widest } <= 8)
    }
  }

  @Test func anEmptyAnswerOfARoomThatIsClosingIsItsClosingAndNotThatAllLeft() async throws {
    var project = Project()
    project.rooms["a"] = [Server.agent("AJ_1", "v1"), Server.person]
    try await watching(project) { source, server in
      _ = await poll(source)
      server.project.withLock { $0.closed = ["a"] }
      let session = try #require(await poll(source).sessions.first)
      #expect(session.end?.sign == .roomClosed)
      #expect(server.calls("ListRooms") == 3)
    }
  }

  @Test func anEmptyRoomThatIsListedAfterwardsIsEmpty() async throws {
    var project = Project()
    project.rooms["a"] = [Server.agent("AJ_1", "v1"), Server.person]
    try await watching(project) { source, server in
      _ = await poll(source)
      server.project.withLock { $0.rooms["a"] = [] }
      let session = try #require(await poll(source).sessions.first)
      #expect(session.end == nil && session.agent == .absent && session.person == .absent)
    }
  }

  @Test func aListingThatFailsIsNoEmptyListing() async throws {
    var project = Project()
    project.refusals["ListRooms"] = .text("invalid API key: devkey", status: 401)
    try await watching(project) { source, server in
      #expect(await failure(source).kind == .denied)
      server.project.withLock { $0.refusals["ListRooms"] = .text("oh", status: 500) }
      #expect(await failure(source).detail.contains("500"))
    }
  }

  @Test func roomsThatDoNotAnswerLeaveTheFirstLookIncomplete() async throws {
    var project = Project()
    project.rooms = ["a": [Server.agent("AJ_1", "v1")], "b": []]
    project.refusals["ListParticipants"] = .text("oh", status: 500)
    try await watching(project) { source, server in
      _ = await failure(source)
      server.project.withLock { $0.refusals = [:] }
      #expect(await poll(source).sessions.count == 1)
    }
  }

  @Test(arguments: [429, 503]) func aServerThatIsAskedTooMuchIsLeftAlone(_ status: Int) async throws {
    var refusal = HTTPResponse.text("slow down", status: status)
    refusal.headers["Retry-After"] = "60"
    var project = Project()
    project.rooms["a"] = []
    project.refusals["ListRooms"] = refusal
    try await watching(project) { source, server in
      _ = await failure(source)
      #expect(await failure(source).detail.contains("left alone"))
      #expect(server.project.withLock { $0.calls.count } == 1)
    }
  }

  @Test func whatTheBudgetDoesNotAllowIsAskedLaterAndTheReadingSaysHowOldItIs() async throws {
    var project = Project()
    for n in 0..<10 { project.rooms["room-\(n)"] = [Server.agent("AJ_\(n)", "v1"), Server.person] }
    try await watching(project) {
      $0.requestsPerMinute = 60
    } _: { source, server in
      // 12 at once: the listing and ten rooms, and one is left.
      #expect(await poll(source).sessions.count == 10)
      let reading = await source.reading(within: .seconds(30))
      #expect(server.project.withLock { $0.calls.count } <= 13)
      guard case .snapshot(let observation) = reading.answer else {
        // Without even a listing nothing is said.
        return
      }
      #expect(observation.sessions.count == 10)
      #expect(reading.asOf.map { $0 < reading.takenAt } == true)
      #expect(reading.turn.map { $0 >= .seconds(10) } == true)
      #expect(observation.findings?.first?.summary.contains("60 requests a minute") == true)
    }
  }

  @Test func anEmptyRoomIsBelievedByTheNextListingWhereTheBudgetAllowsForNoOtherOne() async throws {
    var project = Project()
    for n in 0..<11 { project.rooms["room-\(n)"] = [Server.agent("AJ_\(n)", "v1"), Server.person] }
    // 12 at once, and one more each second.
    try await watching(project) {
      $0.requestsPerMinute = 60
    } _: { source, server in
      #expect(await poll(source).sessions.count == 11)
      server.project.withLock { project in for name in project.rooms.keys { project.rooms[name] = [] } }
      let isSeen = await Patience.until(.seconds(60)) {
        let reading = await source.reading(within: .seconds(30))
        guard case .snapshot(let observation) = reading.answer else { return false }
        return observation.sessions.contains { $0.agent == .absent }
      }
      #expect(isSeen)
    }
  }

  @Test func sessionsOnTheIncomingVersionAreNotAskedAboutInEveryPoll() async throws {
    var project = Project()
    for n in 0..<40 { project.rooms["room-\(n)"] = [Server.agent("AJ_\(n)", n == 0 ? "v1" : "v2"), Server.person] }
    try await watching(project) {
      $0.roomsInTurn = 3
    } _: { source, server in
      await source.expect(
        Rollout(
          target: "t", run: "r", kind: .observed, began: Timestamp(milliseconds: 0),
          incoming: Generation(version: "v2"), outgoing: [], window: DrainWindow(clocks: [])))
      _ = await poll(source)
      #expect(await poll(source).sessions.count == 40)
      #expect(server.calls("ListParticipants") == 40 + 1 + 3)
    }
  }

  // MARK: Webhooks

  private func deliver(
    _ body: String, signedWith secret: Secret, over signed: String? = nil, to port: UInt16
  ) async throws -> Int {
    var token = AccessToken(apiKey: Self.key, validFrom: WallClock.live.now, for: .seconds(60))
    token.bodyDigest = Data(Hashing.digest(.sha256, of: Array((signed ?? body).utf8))).base64EncodedString()
    var request = HTTPClient.Request(.post, "http://127.0.0.1:\(port)/webhooks", body: Array(body.utf8))
    request.headers["Authorization"] = try token.signed(with: secret).exposed
    request.headers["Content-Type"] = "application/webhook+json"
    return try await HTTPClient().send(request).status
  }

  @Test func aWebhookCountsOnlyWithTheProjectsSignatureOverExactlyItsBody() async throws {
    try await watching(Project()) { source, _ in
      _ = await poll(source)
      let receiver = try WebhookReceiver(at: .loopback(), for: [source])
      async let receiving: Void = receiver.run()
      let port = try #require(receiver.address.port)
      let joined =
        #"{"event":"participant_joined","room":{"sid":"RM_a","name":"a"},"participant":"#
        + Server.agent("AJ_1", "v1") + "}"
      #expect(try await deliver(joined, signedWith: Secret("another secret of 32 characters!"), to: port) == 401)
      #expect(try await deliver(joined, signedWith: Self.secret, over: "{}", to: port) == 401)
      #expect(await poll(source).sessions.isEmpty)
      #expect(try await deliver(joined, signedWith: Self.secret, to: port) == 200)
      receiver.stop()
      await receiving
      let reading = await source.reading(within: .seconds(30))
      guard case .snapshot(let observation) = reading.answer else {
        Issue.record("no listing: \(reading.answer)")
        return
      }
      #expect(observation.sessions.map(\.id) == ["AJ_1"])
      #expect(observation.findings?.first?.summary.hasPrefix("2 webhooks") == true)
    }
  }
}
