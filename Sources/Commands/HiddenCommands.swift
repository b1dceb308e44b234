import CommandLine
import Configuration
import Machine
import Platforms
import Rehearsal
import Vocabulary

/// Stays beside a worker that outlives the command that started it, and writes down how it ended.
struct KeepProcessCommand: RunnableCommand {
  static let name = "keep-process"
  static let summary = "Keep a process and write down how it ends."
  static let isHidden = true

  private let arguments: [String]

  init(_ arguments: inout Arguments) {
    self.arguments = arguments.positionals(value: ValueKind<String>.text("ARGUMENT"), help: "What the platform gives.")
  }

  func run(in context: Context) async throws -> ExitStatus { .usage }
}

/// A worker that behaves like one of livekit-agents.
struct ExampleWorkerCommand: RunnableCommand {
  static let name = "example-worker"
  static let summary = "Work like a livekit-agents worker whose sessions do nothing."
  static let isHidden = true

  private let port: Int
  private let drainTimeout: Duration
  private let agentName: String

  init(_ arguments: inout Arguments) {
    port = arguments.option("--port", value: .integer(0...65_535), default: 8081, help: "The port of its endpoints.")
    drainTimeout = arguments.option(
      "--drain-timeout", value: .duration, default: .seconds(3_600), help: "How long a drain waits for sessions.")
    agentName = arguments.option(
      "--agent-name", value: ValueKind<String>.text("NAME"), default: "", help: "The name it registers under.")
  }

  func run(in context: Context) async throws -> ExitStatus {
    func variable(_ name: String) throws -> String {
      guard let value = context.environment[name], !value.isEmpty else { throw MissingVariable(name: name) }
      return value
    }
    var options = ExampleWorker.Options(
      url: try variable("LIVEKIT_URL"), apiKey: try variable("LIVEKIT_API_KEY"),
      apiSecret: try variable("LIVEKIT_API_SECRET"))
    options.port = UInt16(port)
    options.drainTimeout = drainTimeout
    options.agentName = agentName
    let (numbers, numbered) = AsyncStream.makeStream(of: Int32.self)
    let signals = context.stopSignals()
    let worker = ExampleWorker(options: options, wallClock: context.wallClock) { context.output.write($0) }
    let status = await withTaskGroup(of: Int32?.self) { group in
      group.addTask {
        for await signal in signals { numbered.yield(signal.rawValue) }
        return nil
      }
      group.addTask { await worker.run(stopSignals: numbers) }
      defer { group.cancelAll() }
      for await status in group {
        if let status { return status }
      }
      return 0
    }
    return status == 0 ? .passed : .failed
  }
}

/// A variable that a hidden command needs.
struct MissingVariable: Failure {
  let name: String
  var what: String { "the variable '\(name)' is not set" }
  var why: String? { nil }
  var remedy: String? { "export \(name)=…" }
  var exitStatus: ExitStatus { .configuration }
}

/// The rehearsal's dispatch server by itself, with callers, for fleets that other commands roll.
struct DispatchServerCommand: RunnableCommand {
  static let name = "dispatch-server"
  static let summary = "Serve the worker protocol on loopback, with callers."
  static let isHidden = true

  private let port: Int
  private let interval: Duration?
  private let length: ClosedRange<Duration>
  private let offersToFull: Bool

  init(_ arguments: inout Arguments) {
    port = arguments.option("--port", value: .integer(0...65_535), default: 0, help: "The port; 0: any.")
    interval = arguments.option(
      "--calls-every", value: .duration(atLeast: .milliseconds(10)), otherwise: "nobody calls",
      help: "The time between two calls.")
    length = arguments.option(
      "--call-length", value: .durationRange, default: .seconds(3)...(.seconds(6)), help: "How long a call lasts.")
    offersToFull = arguments.flag("--offer-to-full", help: "Offer sessions to workers that are full first.")
  }

  func run(in context: Context) async throws -> ExitStatus {
    var options = DispatchServer.Options()
    options.apiKey = context.environment["LIVEKIT_API_KEY"] ?? options.apiKey
    options.apiSecret = context.environment["LIVEKIT_API_SECRET"] ?? options.apiSecret
    options.offersToFull = offersToFull
    let server = try DispatchServer(options: options, port: UInt16(port), wallClock: context.wallClock)
    context.output.line(server.url)
    let traffic = SessionTraffic(interval: interval, length: length)
    let signals = context.stopSignals()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      group.addTask {
        // Nobody calls before somebody can answer.
        while await server.dispatcher.workerCount == 0 {
          guard (try? await context.clock.sleep(for: .milliseconds(50))) != nil else { return }
        }
        await traffic.run(on: server.dispatcher, clock: context.clock)
      }
      for await _ in signals { break }
      group.cancelAll()
      server.stop()
    }
    return .passed
  }
}

/// Ends every process of a target's generations: for tests and for giving a machine back.
struct StopFleetCommand: RunnableCommand {
  static let name = "stop-fleet"
  static let summary = "End every local process, or remove every container, of a target."
  static let isHidden = true

  private let target: TargetOptions

  init(_ arguments: inout Arguments) { target = TargetOptions(&arguments) }

  func run(in context: Context) async throws -> ExitStatus {
    let environment = try TargetEnvironment(target, in: context)
    switch environment.platform {
    case let local as LocalProcesses: try await local.cleanUp()
    case let docker as Docker: try await docker.cleanUp()
    default: throw ConfigurationFailure.noPlatform(environment.configuration.name, action: "be stopped")
    }
    return .passed
  }
}

extension ValueKind where Value == ClosedRange<Duration> {
  /// `5s`, or `3s..6s`.
  static var durationRange: ValueKind<ClosedRange<Duration>> {
    ValueKind<ClosedRange<Duration>>(
      "DURATION[..DURATION]", sample: .seconds(1)...(.seconds(1)),
      write: {
        $0.lowerBound == $0.upperBound ? $0.lowerBound.text : "\($0.lowerBound.text)..\($0.upperBound.text)"
      },
      read: { (text, _) throws(ValueProblem) in
        let ends = text.split(separator: ".", omittingEmptySubsequences: true)
        let least = ends.first.flatMap { Duration(text: $0) }
        let most = ends.count == 2 ? Duration(text: ends[1]) : least
        guard ends.count == 1 || (ends.count == 2 && text.contains("..")), let least, let most, least <= most else {
          throw ValueProblem("is neither a duration nor a range of two", remedy: "write 5s or 3s..6s")
        }
        return least...most
      })
  }
}
