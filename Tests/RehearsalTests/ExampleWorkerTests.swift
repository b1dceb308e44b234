import Cutover
import Documents
import LiveKit
import Logs
import Machine
import SessionSources
import TestSupport
import Testing
import Vocabulary
import Web

@testable import Rehearsal

/// The example worker, held to what a real one of livekit-agents does.
struct ExampleWorkerTests {
  /// A worker that runs in this process, and its log as it is read of real ones.
  final class Running: Sendable {
    let task: Task<Int32, Never>
    private let signals: AsyncStream<Int32>.Continuation
    private let written: Locked<(log: WorkerLog, lines: [String])>

    init(_ options: ExampleWorker.Options) {
      let (numbers, signals) = AsyncStream.makeStream(of: Int32.self)
      let written = Locked((log: WorkerLog(), lines: [String]()))
      let worker = ExampleWorker(options: options, wallClock: .live) { bytes in
        written.withLock { written in
          written.log.append(bytes[...], readAt: WallClock.live.now)
          written.lines.append(String(decoding: bytes, as: UTF8.self))
        }
      }
      self.signals = signals
      self.written = written
      task = Task { await worker.run(stopSignals: numbers) }
    }

    var log: WorkerLog { written.withLock { $0.log } }
    var lines: [String] { written.withLock { $0.lines } }
    func signal() { signals.yield(15) }
  }

  private func options(_ dispatch: Dispatch) -> ExampleWorker.Options {
    var options = ExampleWorker.Options(
      url: dispatch.server.url, apiKey: dispatch.server.options.apiKey, apiSecret: dispatch.server.options.apiSecret)
    options.port = 0
    return options
  }

  private func started(_ options: ExampleWorker.Options) async throws -> Running {
    let worker = Running(options)
    #expect(await Patience.until(.seconds(60)) { !worker.log.registrations.isEmpty }, "\(worker.lines)")
    return worker
  }

  /// What its HTTP server says of its sessions.
  private func count(_ worker: Running) async throws -> (sessions: Int?, sdk: String?) {
    let port = try #require(worker.log.http?.port)
    let client = HTTPClient()
    let source = WorkerHTTP(client: client) { [WorkerEndpoint(name: "w", url: "http://127.0.0.1:\(port)")] }
    let reading = await source.reading(within: .seconds(60))
    await client.shutDown()
    guard case .snapshot(let observation) = reading.answer, let instance = observation.instances.first else {
      Issue.record("\(reading.answer)")
      return (nil, nil)
    }
    return (instance.sessions, instance.sdk)
  }

  @Test func itsLogAndItsEndpointsSayWhatItsServerSays() async throws {
    try await Dispatch.serving { dispatch in
      var options = options(dispatch)
      options.agentName = #"a "quoted" \ name"#
      let worker = try await started(options)
      let idle = try await count(worker)
      #expect(idle.sessions == 0 && idle.sdk == "livekit-agents 1.8.9")
      let call = dispatch.call("blue")
      let session = try await dispatch.session(in: "blue") { $0.isRunning }
      #expect(session.worker == worker.log.registrations.first?.worker)
      #expect(await Patience.until(.seconds(60)) { worker.log.jobs.count == 1 })
      #expect(try await count(worker).sessions == 1)
      await call.hangUp()
      try await dispatch.session(in: "blue") { $0.end?.sign == .personLeft }
      let log = worker.log
      #expect(log.sdkVersion == "1.8.9" && log.startingAt != nil && log.isInitializing && log.initializedAt != nil)
      #expect(log.jobs.map(\.id) == [session.id] && log.jobs.first?.room == "blue")
      #expect(log.jobs.first?.end?.reason == "room disconnected" && log.jobs.first?.end?.isCrash == false)
      #expect(log.errors.isEmpty && log.failure == nil && log.drain.confirmedAt == nil)
      for line in worker.lines {
        let node = try JSON.parse(Array(line.utf8), file: "")
        #expect(node["timestamp"]?.string?.hasSuffix("000+00:00") == true && node["pid"]?.integer != nil)
      }
      worker.signal()
      #expect(await worker.task.value == 0)
    }
  }

  @Test(arguments: [false, true])
  func aDrainingWorkerTakesNoNewSessionAndLeavesAfterItsLast(_ isOffered: Bool) async throws {
    try await Dispatch.serving({ $0.offersToFull = isOffered }) { dispatch in
      let worker = try await started(options(dispatch))
      let last = dispatch.call("last")
      try await dispatch.session(in: "last") { $0.isRunning }
      worker.signal()
      #expect(await Patience.until(.seconds(60)) { worker.log.drain.confirmedAt != nil })
      #expect(await Patience.until(.seconds(60)) { await dispatch.dispatcher.fullCount == 1 })
      let late = dispatch.call("late")
      #expect(
        await Patience.until(.seconds(60)) {
          let offers = await dispatch.dispatcher.offers.dropFirst().map(\.answer)
          return offers == (isOffered ? [.declined] : [])
        })
      #expect(worker.log.jobs.count == 1)
      #expect(try await count(worker).sessions == 1)
      await last.hangUp()
      #expect(await worker.task.value == 0)
      try await dispatch.session(in: "last") { $0.end?.sign == .personLeft }
      let drain = worker.log.drain
      #expect(drain.timeout == .seconds(3_600) && drain.finishedAt != nil && drain.timedOutAt == nil)
      #expect(await Patience.until(.seconds(60)) { await dispatch.dispatcher.workerCount == 0 })
      await late.hangUp()
    }
  }

  @Test func aDrainThatTimesOutCutsItsSessions() async throws {
    try await Dispatch.serving({ $0.reconnectPatience = .milliseconds(50) }) { dispatch in
      var options = options(dispatch)
      options.drainTimeout = .milliseconds(500)
      let worker = try await started(options)
      let call = dispatch.call()
      try await dispatch.session { $0.isRunning }
      worker.signal()
      #expect(await worker.task.value == 0)
      let log = worker.log
      #expect(log.drain.timeout == .milliseconds(500) && log.drain.timedOutAt != nil && log.drain.finishedAt == nil)
      #expect(log.jobs.first?.end?.reason == "parent process shutdown")
      try await dispatch.session { $0.end?.sign == .workerGone && $0.personLeftAt == nil }
      await call.hangUp()
    }
  }

  @Test func aSecondSignalEndsItAtOnceWithOne() async throws {
    try await Dispatch.serving({ $0.reconnectPatience = .milliseconds(50) }) { dispatch in
      let worker = try await started(options(dispatch))
      let call = dispatch.call()
      try await dispatch.session { $0.isRunning }
      worker.signal()
      #expect(await Patience.until(.seconds(60)) { worker.log.drain.confirmedAt != nil })
      worker.signal()
      #expect(await worker.task.value == 1)
      #expect(worker.log.drain.forcedAt != nil && worker.log.drain.finishedAt == nil)
      #expect(!worker.lines.contains { $0.contains("failed to connect") })
      try await dispatch.session { $0.end?.sign == .workerGone }
      await call.hangUp()
    }
  }

  @Test func itSaysWhatTheSDKSaysAndBringsItsJobsAlongWhenItComesBack() async throws {
    let frames = Locked<[(bytes: Int, content: WorkerMessage.Content)]>([])
    let connections = Locked(0)
    let server = try HTTPServer { _ in
      .webSocket { socket in
        let number = connections.withLock { count in
          count += 1
          return count
        }
        while case .binary(let bytes)? = try? await socket.receive() {
          guard let content = try? Wire.decode(WorkerMessage.self, from: bytes).content else { return }
          frames.withLock { $0.append((bytes.count, content)) }
          func say(_ content: ServerMessage.Content) async {
            guard let bytes = try? Wire.encode(ServerMessage(content)) else { return }
            try? await socket.send(.binary(bytes))
          }
          var job = Job()
          job.id = "AJ_vKLtyMYr4BEk"
          switch content {
          case .register:
            var response = RegisterWorkerResponse()
            response.workerID = "AW_\(number)"
            await say(.register(response))
          case .updateWorker where number == 1:
            var request = AvailabilityRequest()
            request.job = job
            await say(.availability(request))
          case .availability:
            var assignment = JobAssignment()
            assignment.job = job
            await say(.assignment(assignment))
          // The server goes away under the job.
          case .updateJob: return socket.reset()
          default: break
          }
        }
      }
    }
    async let running: Void = server.run()
    var options = ExampleWorker.Options(
      url: "ws://127.0.0.1:\(server.port)", apiKey: "k", apiSecret: String(repeating: "s", count: 32))
    options.port = 0
    options.agentName = "concierge"
    options.drainTimeout = .milliseconds(1)
    let worker = Running(options)
    #expect(await Patience.until(.seconds(60)) { frames.withLock { $0.count } >= 7 })
    worker.signal()
    #expect(await worker.task.value == 0)
    server.stop()
    await running

    let said = frames.withLock { $0 }
    let names = said.prefix(7).map { frame in
      switch frame.content {
      case .register: "register"
      case .updateWorker: "status"
      case .availability: "availability"
      case .updateJob: "job"
      case .migrateJob: "migrate"
      case .ping, .simulateJob: "?"
      }
    }
    #expect(names == ["register", "status", "availability", "job", "register", "migrate", "status"])
    // The sizes of the SDK's own frames, as recorded; the second status counts a job.
    #expect([0, 1, 3, 4, 6].map { said[$0].bytes } == [32, 9, 21, 32, 11])
    guard case .migrateJob(let migration) = said[5].content else { return }
    #expect(migration.jobIDs == ["AJ_vKLtyMYr4BEk"])
    #expect(worker.log.registrations.map(\.worker) == ["AW_1", "AW_2"])
    guard case .updateWorker(let full) = said.last?.content else { return }
    #expect(full.status == .full && full.load == 0 && full.jobCount == 1)
  }

  @Test func aServerThatCannotBeReachedIsGivenUpInTheWordsOfTheSDK() async throws {
    var options = ExampleWorker.Options(url: "ws://127.0.0.1:1", apiKey: "k", apiSecret: "s")
    options.port = 0
    options.maximumRetries = 1
    let worker = Running(options)
    #expect(await worker.task.value == 0)
    #expect(worker.log.failure != nil && worker.log.drain.confirmedAt == nil && worker.log.registrations.isEmpty)
    #expect(worker.lines.contains { $0.contains("failed to connect to livekit, retrying in 0s") })
  }

  @Test func aPortInUseIsAFailureOfTheWorker() async throws {
    let holder = try HTTPServer(at: .anywhere(port: 0)) { _ in .response(.text("mine")) }
    var options = ExampleWorker.Options(url: "ws://127.0.0.1:1", apiKey: "k", apiSecret: "s")
    options.port = holder.port
    let worker = Running(options)
    #expect(await worker.task.value == 0)
    #expect(worker.log.failure != nil && worker.log.registrations.isEmpty)
    withExtendedLifetime(holder) {}
  }
}
