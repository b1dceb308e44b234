import Documents
import LiveKit
import LiveKitStandIn
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

/// The program that stands in for livekit-server: its options, and rooms with real workers of livekit-agents.
struct LiveKitServerTests {
  private static let keys = "devkey: \(Scenario().apiSecret)"

  @Test func optionsAndConfigurationAreThoseOfTheRealOne() throws {
    let settings = try ServerSettings(
      ["--port", "7999", "--bind", "127.0.0.1", "--rtc.tcp_port=7998", "--keys", Self.keys], environment: [:])
    #expect(settings.port == 7_999 && settings.keys == ["devkey": Scenario().apiSecret])
    let body =
      "port: 1234\nkeys:\n  k: \(String(repeating: "s", count: 32))\nroom:\n  empty_timeout: 7\nrtc:\n  udp_port: 0\n"
    let configured = try ServerSettings([], environment: ["LIVEKIT_CONFIG": body])
    #expect(configured.port == 1_234 && configured.emptyTimeout == .seconds(7) && configured.keys.count == 1)
    let development = try ServerSettings(["--dev"], environment: [:])
    #expect(development.keys == ["devkey": "secret"])
    let folder = try TemporaryFolder()
    let file = try folder.write(Self.keys, to: "keys.yaml")
    #expect(try ServerSettings(["--key-file", file], environment: [:]).keys.count == 1)
  }

  @Test(arguments: [
    (["--no-such-flag"], "flag provided but not defined: -no-such-flag"),
    ([], "one of key-file or keys must be provided"),
    (["--keys", "devkey:secret"], "exactly, \"key: secret\", including the space"),
    (["--keys", "devkey: secret"], "at least 32 characters"),
    (["--config-body", "prot: 1"], "field prot not found in type config.Config"),
    (["--config", "/nowhere.yaml"], "open /nowhere.yaml: no such file"),
  ])
  func whatTheRealOneRefusesIsRefused(words: [String], refusal: String) {
    #expect {
      try ServerSettings(words, environment: [:])
    } throws: {
      ($0 as? ServerSettings.Refusal)?.words.contains(refusal) == true
    }
  }

  @Test func aRefusalIsPrintedAndTheProgramEnds() async throws {
    let run = try await Invocation([Products.folder + "/sluice-stand-in", "livekit-server"], environment: [:])
      .run(within: .seconds(30) * Patience.factor)
    #expect(run.succeeded && run.text == "one of key-file or keys must be provided\n")
  }

  @Test(.enabled(if: Python.isThere, "\(Python.isMissing)"))
  func roomsGetTheAgentsOfRealWorkersUntilTheyEnd() async throws {
    let log = Locked<[String]>([])
    let settings = try ServerSettings(["--port", "0", "--keys", Self.keys], environment: [:])
    let server = try LiveKitServer(settings) { line in log.withLock { $0.append(line) } }
    let logged = { (text: String) in log.withLock { $0.contains { $0.contains(text) } } }
    let rooms = RoomCalls(url: server.url)
    let running = Task { await server.run() }
    let worker = Task {
      try await Self.worker(server.url)
        .run(within: .seconds(240) * Patience.factor, stop: StopPolicy(grace: .seconds(60) * Patience.factor))
    }
    do {
      #expect(await Patience.until(.seconds(120)) { logged("\"worker registered\"") })
      try await rooms.make("r", emptyTimeout: 600)
      let agent = try await rooms.agent(in: "r")
      #expect(agent["attributes"]?["app.version"]?.string == "v1")
      #expect(agent["attributes"]?["lk.agent_name"]?.string == "concierge")
      #expect(agent["identity"]?.string?.hasPrefix("agent-AJ_") == true)
      #expect(logged("\"assigned job to worker\""))

      // A room ends when it is deleted, or by itself with its agent alone in it.
      try await rooms.make("short", emptyTimeout: 1)
      _ = try await rooms.agent(in: "short")
      #expect(try await Patience.until { try await rooms.names() == ["r"] })
      _ = try await rooms.call("RoomService/DeleteRoom", #"{"room": "r"}"#, "r")
      #expect(try await rooms.names().isEmpty)
      #expect(await Patience.until { log.withLock { $0.count { $0.contains("\"job ended\"") } } == 2 })

      // Nobody serves another name.
      try await rooms.make("other", emptyTimeout: 600, agent: "waiter")
      // A worker that is told to go says that it is full, stays for its session, and goes.
      try await rooms.make("last", emptyTimeout: 600)
      _ = try await rooms.agent(in: "last")
      worker.cancel()
      #expect(await Patience.until { logged("\"WS_FULL\"") })
      _ = try await rooms.call("RoomService/DeleteRoom", #"{"room": "last"}"#, "last")
      let ended = try await worker.value
      #expect(ended.end == .exited(0), "\(ended.errorText)")
      #expect(await Patience.until { logged("\"closing worker\"") })
      let participants = try await rooms.call("RoomService/ListParticipants", #"{"room": "other"}"#, "other")
      #expect(participants["participants"]?.sequence == [])
    } catch {
      Issue.record(error)
    }
    worker.cancel()
    _ = try? await worker.value
    running.cancel()
    await running.value
    await rooms.client.shutDown()
  }

  private static func worker(_ url: String) -> Invocation {
    var environment = ProcessEnvironment.current
    environment["LIVEKIT_URL"] = "ws" + url.dropFirst(4)
    environment["LIVEKIT_API_KEY"] = "devkey"
    environment["LIVEKIT_API_SECRET"] = Scenario().apiSecret
    environment["APP_VERSION"] = "v1"
    return Invocation(
      [Python.interpreter ?? "", Fixtures.folder + "/agents/stamped_agent.py", "start"], environment: environment)
  }
}

/// Calls of a project's services with every grant.
struct RoomCalls {
  let url: String
  let client = HTTPClient()

  /// The answer to a call; throws when its status is not 200.
  func call(_ method: String, _ body: String, _ room: String = "") async throws -> Node {
    var grants = VideoGrants()
    grants.roomList = true
    grants.roomCreate = true
    grants.roomAdmin = true
    grants.room = room
    var token = AccessToken(apiKey: "devkey", validFrom: WallClock.live.now, for: .seconds(60))
    token.video = grants
    var request = HTTPClient.Request(.post, "\(url)/twirp/livekit.\(method)", body: Array(body.utf8))
    request.headers["Content-Type"] = "application/json"
    request.headers["Authorization"] = "Bearer \(try token.signed(with: Secret(Scenario().apiSecret)).exposed)"
    let answer = try await client.send(request)
    try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
    return try JSON.parse(answer.body, file: method)
  }

  /// A room of its own with a dispatch, as a rehearsal makes its sessions.
  func make(_ room: String, emptyTimeout: Int, agent: String = "concierge") async throws {
    _ = try await call("RoomService/CreateRoom", #"{"name": "\#(room)", "empty_timeout": \#(emptyTimeout)}"#)
    _ = try await call(
      "AgentDispatchService/CreateDispatch", #"{"room": "\#(room)", "agent_name": "\#(agent)"}"#, room)
  }

  func names() async throws -> [String] {
    try await call("RoomService/ListRooms", "{}")["rooms"]?.sequence?.compactMap { $0["name"]?.string } ?? []
  }

  /// The agent in a room, as soon as there is one.
  func agent(in room: String) async throws -> Node {
    var found: Node?
    let isThere = try await Patience.until(.seconds(30)) {
      let listed = try await call("RoomService/ListParticipants", #"{"room": "\#(room)"}"#, room)
      found = listed["participants"]?.sequence?.first { $0["kind"]?.string == "AGENT" }
      return found != nil
    }
    #expect(isThere)
    return try #require(found)
  }
}
