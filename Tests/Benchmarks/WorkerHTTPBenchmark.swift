import Cutover
import Glibc
import Machine
import SessionSources
import Vocabulary
import Web

/// 5,000 workers in one poll: the time of each poll, and the memory and descriptors of this process after them.
///
/// Registered as `worker-http`. The workers are 5,000 addresses of one server in a process of its own on the same cores,
/// so no connection serves two of them. To compare: a probe with libcurl alone took 0.49 to 0.68 s for one GET each.
func workerHTTPBenchmark() async throws {
  guard ProcessEnvironment.current["SLUICE_BENCH_SERVER"] == nil else { return try await serveWorkers() }
  let folder = "/tmp/sluice-bench-\(Host.process.pid)"
  try Files.makeDirectory(folder)
  defer { try? Files.removeTree(folder) }
  var environment = ProcessEnvironment.current
  environment["SLUICE_BENCH_SERVER"] = "1"
  let server = try Invocation([Program.own, "worker-http"], environment: environment).start(
    output: .append(to: folder + "/port"), errors: .inherit)
  defer { server.send(.kill) }
  let port = try await repeating(every: .milliseconds(20), within: .seconds(10)) { () -> String? in
    let text = String(decoding: try Files.read(folder + "/port", limit: 1_000), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().last { UInt16($0) != nil }.map(
      String.init)
  }
  guard let port else { return print("the server did not start") }

  let client = HTTPClient()
  let endpoints = (0..<5_000).map {
    WorkerEndpoint(name: InstanceID("worker-\($0)"), url: "http://127.0.\($0 / 250).\($0 % 250 + 1):\(port)")
  }
  let source = WorkerHTTP(client: client) { endpoints }
  for poll in 1...5 {
    let clock = ContinuousClock()
    let began = clock.now
    let reading = await source.reading(within: .seconds(30))
    let took = clock.now - began
    guard case .snapshot(let observation) = reading.answer else { return print("poll \(poll): \(reading.answer)") }
    let counted = observation.instances.filter { $0.sessions == 2 && $0.phase == .serving }.count
    print("poll \(poll): \(took.text) (\(took.seconds) s), \(counted) of \(endpoints.count) counted")
  }
  let status = String(decoding: try Files.read("/proc/self/status", limit: 65_536), as: UTF8.self)
  print(status.split(separator: "\n").filter { $0.hasPrefix("VmHWM") || $0.hasPrefix("VmRSS") }.joined(separator: "  "))
  print("open descriptors: \(try Files.list("/proc/self/fd").count)")
  await client.shutDown()
}

/// Answers like a worker with two sessions, on every address of this machine, until it is killed.
private func serveWorkers() async throws {
  let body = Array(#"{"worker_type": "JT_ROOM", "active_jobs": 2.0, "sdk_version": "1.8.9"}"#.utf8)
  var limits = HTTPServer.Limits()
  limits.connections = 8_192
  Host.raiseDescriptorLimit()
  let server = try HTTPServer(at: .anywhere(), limits: limits) { request in
    .response(request.path == "/worker" ? .json(body) : .text("OK"))
  }
  _ = try StandardStream.output.write("\(server.port)\n")
  await server.run()
}
