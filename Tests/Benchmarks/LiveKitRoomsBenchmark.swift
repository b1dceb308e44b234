import Cutover
import LiveKit
import Machine
import SessionSources
import Vocabulary
import Web

/// 2,000 rooms of which 50 come and 50 go between two polls: requests and time for each of 500 polls, and the memory
/// of this process along them.
///
/// Registered as `rooms`. The project is served by a process of its own on the same cores, which takes 20 ms for each
/// answer. Time stands still but for five seconds from poll to poll, so that ended sessions are forgotten as in life.
func liveKitRoomsBenchmark() async throws {
  guard ProcessEnvironment.current["SLUICE_BENCH_SERVER"] == nil else { return try await serveRooms() }
  let folder = "/tmp/sluice-bench-\(Host.process.pid)"
  try Files.makeDirectory(folder)
  defer { try? Files.removeTree(folder) }
  var environment = ProcessEnvironment.current
  environment["SLUICE_BENCH_SERVER"] = "1"
  let server = try Invocation([Program.own, "rooms"], environment: environment).start(
    output: .append(to: folder + "/port"), errors: .inherit)
  defer { server.send(.kill) }
  let port = try await repeating(every: .milliseconds(20), within: .seconds(10)) { () -> String? in
    let text = String(decoding: try Files.read(folder + "/port", limit: 1_000), as: UTF8.self)
    return text.split(separator: "\n").last { UInt16($0) != nil }.map(String.init)
  }
  guard let port, let address = LiveKitServer("http://127.0.0.1:\(port)") else {
    return print("the server did not start")
  }

  let http = HTTPClient()
  let now = Locked(Timestamp(milliseconds: 1_790_000_000_000))
  let clock = WallClock { now.withLock { $0 } }
  let credentials = LiveKitCredentials(
    server: address, apiKey: "key", secret: Secret("a secret of the benchmark alone"))
  var settings = LiveKitRooms.Settings()
  settings.requestsPerMinute = 1_000_000
  let source = LiveKitRooms(
    client: LiveKitClient(credentials, http: http, clock: clock), clock: clock, settings: settings)
  await source.expect(
    Rollout(
      target: "bench", run: "bench", kind: .observed, began: clock.now, incoming: Generation(version: "v2"),
      outgoing: [], window: DrainWindow(clocks: [])))

  func requests() async throws -> Int {
    Int(String(decoding: try await http.send(HTTPClient.Request(.get, address.url)).body, as: UTF8.self)) ?? 0
  }
  var before = try await requests()
  var most = (requests: 0, time: Duration.zero)
  var total = Duration.zero
  for poll in 0...500 {
    let began = ContinuousClock.now
    let reading = await source.reading(within: .seconds(60))
    let took = ContinuousClock.now - began
    guard case .snapshot(let observation) = reading.answer else { return print("poll \(poll): \(reading.answer)") }
    let asked = try await requests() - before
    before += asked
    if poll == 0 {
      print("first sweep: \(asked) requests, \(took.seconds) s, \(observation.sessions.count) sessions")
    } else {
      most = (max(most.requests, asked), max(most.time, took))
      total += took
    }
    if [1, 50, 250, 500].contains(poll) {
      let status = String(decoding: try Files.read("/proc/self/status", limit: 65_536), as: UTF8.self)
      let memory = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") } ?? "VmRSS unknown"
      print("poll \(poll): \(asked) requests, \(took.seconds) s, \(observation.sessions.count) sessions, \(memory)")
    }
    now.withLock { $0 = $0 + .seconds(5) }
  }
  print(
    "polls 1 to 500: at most \(most.requests) requests, \((total / 500).seconds) s on average, at most \(most.time.seconds) s"
  )
  await http.shutDown()
}

/// A project whose window of 2,000 rooms moves on by 50 with each listing, until it is killed.
private func serveRooms() async throws {
  let state = Locked((listings: 0, requests: 0))
  var limits = HTTPServer.Limits()
  limits.connections = 8_192
  let server = try HTTPServer(at: .loopback(), limits: limits) { request in
    if request.method == .get { return .response(.text("\(state.withLock { $0.requests })")) }
    let first = state.withLock { state in
      state.requests += 1
      if request.path.hasSuffix("/ListRooms") { state.listings += 1 }
      return (state.listings - 1) * 50
    }
    try? await ContinuousClock().sleep(for: .milliseconds(20))
    if request.path.hasSuffix("/ListRooms") {
      let rooms = (first..<first + 2_000).map {
        #"{"sid":"RM_\#($0)","name":"room-\#($0)","empty_timeout":300,"creation_time":"1789999999","num_participants":1,"#
          + #""num_publishers":2,"turn_password":"pc5ZzyJ0ZG9mP1FvTgJX2YyYbqYkV3Jd","metadata":""}"#
      }
      return .response(.json(Array(#"{"rooms":[\#(rooms.joined(separator: ","))]}"#.utf8)))
    }
    let room = String(decoding: request.body, as: UTF8.self).filter(\.isNumber)
    let agent =
      #"{"sid":"PA_\#(room)","identity":"agent-AJ_\#(room)","state":"ACTIVE","kind":"AGENT","joined_at":"1789999999","#
      + #""attributes":{"app.version":"v2","lk.agent_name":"concierge"}}"#
    let caller = #"{"sid":"PA_c\#(room)","identity":"caller","state":"ACTIVE","kind":"STANDARD","attributes":{}}"#
    return .response(.json(Array(#"{"participants":[\#(caller),\#(agent)]}"#.utf8)))
  }
  _ = try StandardStream.output.write("\(server.port)\n")
  await server.run()
}
