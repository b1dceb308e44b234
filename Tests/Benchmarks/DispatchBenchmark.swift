import Cutover
import Documents
import Glibc
import LiveKit
import Machine
import Rehearsal
import Vocabulary
import Web

/// 500 workers on the dispatch server: its memory while they report every 2.5 s and are given sessions, and how long it
/// takes from a call to its assignment.
///
/// Registered as `dispatch`. The workers are connections of a process of their own, so that the memory is the server's.
func dispatchBenchmark() async throws {
  if let url = ProcessEnvironment.current["SLUICE_BENCH_DISPATCH"] { return try await work(at: url) }
  Host.raiseDescriptorLimit()
  let server = try DispatchServer(wallClock: .live)
  var environment = ProcessEnvironment.current.merging(server.environment) { $1 }
  environment["SLUICE_BENCH_DISPATCH"] = server.url
  let workers = try Invocation([Program.own, "dispatch"], environment: environment).start(
    output: .inherit, errors: .inherit)
  defer { workers.send(.kill) }
  async let running: Void = server.run()
  let clock = ContinuousClock()
  let began = clock.now
  let dispatcher = server.dispatcher
  let all = try await repeating(every: .milliseconds(20), within: .seconds(60)) {
    await dispatcher.workerCount == 500 ? true : nil
  }
  guard all != nil else { return print("only \(await dispatcher.workerCount) of 500 workers registered") }
  print("500 workers registered after \((clock.now - began).text)")
  try await clock.sleep(for: .seconds(10))
  try printMemory("after 10 s of reports")

  let calls = 5_000
  let start = clock.now
  let times = await withTaskGroup(of: Duration.self) { group in
    var times: [Duration] = []
    for number in 0..<calls {
      if number >= 50, let time = await group.next() { times.append(time) }
      group.addTask {
        let asked = clock.now
        _ = await dispatcher.hold(room: "bench-\(number)", length: .zero, clock: clock)
        return clock.now - asked
      }
    }
    for await time in group { times.append(time) }
    return times.sorted()
  }
  let took = clock.now - start
  let sessions = await dispatcher.observation.sessions
  print(
    "\(calls) sessions, 50 at once: \(Int(Double(calls) / took.seconds)) a second; offer, answer, assignment and "
      + "termination: median \(times[calls / 2].text), 95 % \(times[calls * 95 / 100].text), longest \(times[calls - 1].text)"
  )
  print("\(sessions.count { $0.startedAt != nil }) were taken")
  try printMemory("after the sessions")
  server.stop()
  await running
}

private func printMemory(_ when: String) throws {
  let status = String(decoding: try Files.read("/proc/self/status", limit: 65_536), as: UTF8.self)
  let lines = status.split(separator: "\n").filter { $0.hasPrefix("VmHWM") || $0.hasPrefix("VmRSS") }
  print("\(when): \(lines.joined(separator: "  "))")
}

/// 500 connections that register, report every 2.5 s and take every session, until the process is killed.
private func work(at url: String) async throws {
  Host.raiseDescriptorLimit()
  let environment = ProcessEnvironment.current
  var grants = VideoGrants()
  grants.agent = true
  var token = AccessToken(
    apiKey: environment["LIVEKIT_API_KEY"] ?? "", validFrom: WallClock.live.now, for: .seconds(3_600))
  token.video = grants
  let signed = try token.signed(with: Secret(environment["LIVEKIT_API_SECRET"] ?? ""))
  let client = WebSocketClient()
  try await withThrowingTaskGroup(of: Void.self) { group in
    for _ in 0..<500 {
      let socket = try await client.connect(
        url + "/agent", headers: ["Authorization": "Bearer \(signed.exposed)"], timeout: .seconds(60))
      try await say(.register(RegisterWorkerRequest()), on: socket)
      group.addTask { try await serve(socket) }
      group.addTask {
        while true {
          try await Task.sleep(for: .milliseconds(2_500))
          var update = UpdateWorkerStatus()
          update.status = .available
          update.load = 0.1
          try await say(.updateWorker(update), on: socket)
        }
      }
    }
    try await group.waitForAll()
  }
}

private func serve(_ socket: WebSocket) async throws {
  while case .binary(let bytes)? = try await socket.receive() {
    switch try Wire.decode(ServerMessage.self, from: bytes).content {
    case .availability(let request):
      var response = AvailabilityResponse()
      response.jobID = request.job?.id ?? ""
      response.isAvailable = true
      response.participantIdentity = "agent-\(response.jobID)"
      try await say(.availability(response), on: socket)
    case .assignment(let assignment): try await report(assignment.job?.id ?? "", .running, on: socket)
    case .termination(let termination): try await report(termination.jobID, .success, on: socket)
    case .register, .pong, .goAway, nil: break
    }
  }
}

private func report(_ job: String, _ status: JobStatus, on socket: WebSocket) async throws {
  var update = UpdateJobStatus()
  update.jobID = job
  update.status = status
  try await say(.updateJob(update), on: socket)
}

private func say(_ content: WorkerMessage.Content, on socket: WebSocket) async throws {
  try await socket.send(.binary(try Wire.encode(WorkerMessage(content))))
}
