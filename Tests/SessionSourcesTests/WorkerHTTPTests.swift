import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

@testable import SessionSources

/// Against a real server that answers, and misbehaves, as it is told by the path.
@Suite(.serialized) struct WorkerHTTPTests {
  static let worker = #"{"worker_type": "JT_ROOM", "active_jobs": 2.0, "sdk_version": "1.8.9"}"#

  /// Limits that only a worker which never answers reaches, whatever else this machine does.
  private static let patient = {
    var limits = WorkerHTTP.Limits()
    limits.request = .seconds(30) * Patience.factor
    return limits
  }()

  /// Asks endpoints with these paths once; each instance has its path as its name.
  private func poll(
    _ paths: [String], within limit: Duration = .seconds(60) * Patience.factor,
    limits: WorkerHTTP.Limits = WorkerHTTPTests.patient, generation: GenerationID? = nil,
    _ handler: @escaping HTTPServer.Handler
  ) async throws -> Reading {
    let server = try HTTPServer(handler: handler)
    let client = HTTPClient()
    async let running: Void = server.run()
    let port = server.port
    let source = WorkerHTTP(client: client, limits: limits) {
      paths.map {
        WorkerEndpoint(
          name: InstanceID($0), url: "http://127.0.0.1:\(port)\($0)", version: "v1", generation: generation)
      }
    }
    #expect(source.traits.sees == [.counts])
    let reading = await source.reading(within: limit)
    server.stop()
    await running
    await client.shutDown()
    return reading
  }

  private func instances(_ reading: Reading) throws -> [InstanceObservation] {
    switch reading.answer {
    case .snapshot(let observation): return observation.instances
    case .failure(let failure): throw failure
    case .changes: throw SourceFailure(kind: .malformed, detail: "changes")
    }
  }

  /// A healthy worker at every path that no other case names.
  private static func answer(_ request: HTTPRequest) -> HTTPServer.Answer {
    if request.path.hasSuffix("/worker") {
      let prefix = request.path.dropLast("/worker".count)
      switch prefix {
      case "/html": return .response(HTTPResponse(status: 200, body: Array("<!doctype html><p>hello".utf8)))
      case "/broken": return .response(.text("oh no", status: 500))
      case "/moved": return .response(HTTPResponse(status: 302, headers: ["Location": "/worker"]))
      case "/denied": return .response(.text("who are you", status: 401))
      case "/huge": return .response(.json([UInt8](repeating: 32, count: 1 << 20)))
      case "/endless":
        return .response(
          .streamed { writer in while true { try await writer.write([UInt8](repeating: 32, count: 1 << 16)) } })
      case "/half":
        return .raw { try? await $0.write(Array("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\(worker)".utf8)) }
      case "/halfchunk":
        return .raw {
          try? await $0.write(Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n\(worker)".utf8))
        }
      case "/reset": return .raw { $0.reset() }
      case "/stranger": return .response(.json(Array(#"{"active_jobs": 0}"#.utf8)))
      case "/empty": return .response(HTTPResponse(status: 200))
      case "/idle":
        return .response(.json(Array(#"{"worker_type": "JT_ROOM", "sdk_version": "1.8.9", "worker_load": 0.1}"#.utf8)))
      default: return .response(.json(Array(worker.utf8)))
      }
    }
    return .response(request.path == "/sick/" ? .text("inference process not running", status: 503) : .text("OK"))
  }

  @Test func aWholeAnswerGivesACountAndThePathOfTheURLIsKept() async throws {
    let seen = Locked<[String]>([])
    let reading = try await poll(["", "/", "/a/b", "/a/b/", "/idle"]) { request in
      seen.withLock { $0.append(request.path) }
      return Self.answer(request)
    }
    let all = try instances(reading)
    #expect(all.map(\.sessions) == [2, 2, 2, 2, 0])
    #expect(all.allSatisfy { $0.phase == .serving && $0.sdk == "livekit-agents 1.8.9" && $0.version == "v1" })
    #expect(
      Set(seen.withLock { $0 }) == ["/worker", "/", "/a/b/", "/a/b/worker", "/idle/", "/idle/worker"])
  }

  @Test(arguments: [
    ("/html", "/worker answered an HTML page"), ("/broken", "/worker answered 500"),
    ("/moved", "/worker answered a redirect (302)"), ("/denied", "/worker answered 401"),
    ("/huge", "sends more than"), ("/endless", "sends more than"), ("/half", "sent half an answer"),
    ("/halfchunk", "sent half an answer"), ("/reset", ""), ("/stranger", "without any key that a LiveKit worker has"),
    ("/empty", "/worker answered no JSON"),
  ])
  func missingDataIsNeverZero(_ path: String, _ reason: String) async throws {
    let all = try instances(try await poll(["/good", path]) { Self.answer($0) })
    #expect(all[0].sessions == 2 && all[0].note == nil)
    #expect(all[1].phase == .unreachable)
    #expect(all[1].sessions == nil)
    #expect(all[1].note?.contains(reason) == true)
  }

  @Test func aPollInWhichNobodyAnswersIsAFailure() async throws {
    let reading = try await poll(["/broken", "/html", "/half", "/empty"]) { Self.answer($0) }
    guard case .failure(let failure) = reading.answer else {
      Issue.record("no failure: \(reading.answer)")
      return
    }
    #expect(failure.kind == .malformed)
    #expect(failure.detail.hasPrefix("no worker answered: /broken: /worker answered 500; "))
    #expect(failure.detail.hasSuffix("; and 1 more"))
  }

  @Test func aPlatformWithoutWorkersHasAnEmptyListing() async throws {
    #expect(try instances(try await poll([]) { Self.answer($0) }).isEmpty)
  }

  @Test func aListThatCannotBeMadeIsAFailure() async throws {
    let client = HTTPClient()
    let source = WorkerHTTP(client: client) { throw SourceFailure(kind: .missing, detail: "x") }
    guard case .failure = await source.reading(within: .seconds(1)).answer else {
      Issue.record("no failure")
      return
    }
    await client.shutDown()
  }

  @Test func aWorkerThatSaysItIsUnhealthyIsNotServingAndKeepsItsCount() async throws {
    let only = try #require(try instances(try await poll(["/sick"]) { Self.answer($0) }).first)
    #expect(only.phase == .unknown("unhealthy (503: inference process not running)"))
    #expect(only.sessions == 2)
  }

  @Test func anInstanceOfAPlatformIsOnlyAnswering() async throws {
    let reading = try await poll(["/a"], generation: "v1#1") { Self.answer($0) }
    #expect(try instances(reading).first?.phase == .unknown("answering"))
  }

  @Test func aSilentWorkerTakesNoLongerThanItsLimitAndHidesNoOther() async throws {
    var limits = WorkerHTTP.Limits()
    limits.request = .seconds(4) * Patience.factor
    let all = try instances(
      try await poll(["/silent", "/good"], limits: limits) { request in
        guard request.path == "/silent/worker" else { return Self.answer(request) }
        return .raw { connection in while let _ = try? await connection.read() {} }
      })
    #expect(all.map(\.sessions) == [nil, 2])
    #expect(all[0].phase == .unreachable)
    #expect(all[0].note?.contains("waited 4s for the first byte of an answer") == true || Patience.factor != 1)
  }

  @Test func whatCouldNotBeAskedInTimeIsUnreachableAndNotZero() async throws {
    var limits = WorkerHTTP.Limits()
    limits.width = 1
    limits.request = .seconds(60) * Patience.factor
    let all = try instances(
      try await poll(["/good", "/silent", "/good2"], within: .seconds(5) * Patience.factor, limits: limits) { request in
        guard request.path == "/silent/worker" else { return Self.answer(request) }
        return .raw { connection in while let _ = try? await connection.read() {} }
      })
    #expect(all.map(\.sessions) == [2, nil, nil])
    #expect(all.map(\.phase) == [.serving, .unreachable, .unreachable])
  }

  @Test func manyWorkersAreAskedAtOnceAndListedInTheirOrder() async throws {
    let paths = (0..<500).map { "/\($0)" }
    let all = try instances(try await poll(paths) { Self.answer($0) })
    #expect(all.map(\.id) == paths.map { InstanceID($0) })
    #expect(all.allSatisfy { $0.sessions == 2 })
  }
}
