import Cutover
import FoundationEssentials
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import SessionSources

/// Recordings of a real server, written to files again as they grew, and judged by the verifier against what really happened.
struct LiveKitServerLogTests {
  private static let logs = Fixtures.folder + "/livekit-server/logs"

  /// What really happened in a recording.
  private struct Truth: Decodable {
    struct Call: Decodable {
      let version: String?
      let agent_gone_seen_by_caller: Double?
      let caller_joined: Double?
    }
    struct Mark: Decodable {
      let at: Double
      let what: String
    }
    struct Worker: Decodable { let id: String }
    let calls: [String: Call]
    let marks: [Mark]
    let workers: [String: Worker]

    init(_ story: String) throws {
      let data = Data(try Files.read("\(logs)/\(story).truth.json", limit: 1 << 20))
      self = try JSONDecoder().decode(Truth.self, from: data)
    }

    func moment(_ what: String) throws -> Timestamp {
      let mark = try #require(marks.first { $0.what == what })
      return Timestamp(milliseconds: Int64(mark.at * 1_000))
    }
  }

  private static let policy: Policy = {
    var policy = Policy()
    policy.interval = .seconds(1)
    policy.grace = .seconds(2)
    policy.quiet = .seconds(6)
    policy.settle = .seconds(30)
    policy.timeout = .seconds(120)
    return policy
  }()

  /// Writes a recording's files line by line as their times come, polls every second, and returns the last assessment.
  private func follow(_ story: String, joined: Bool = true) async throws -> Assessment {
    let truth = try Truth(story)
    let folder = try TemporaryFolder()
    let clock = ManualClock(at: try truth.moment("incoming serves") - .seconds(10))
    var growing = [try Growing("\(Self.logs)/\(story).server.jsonl", to: folder.file("server.log"))]
    var settings = LiveKitServerLog.Settings(.files([folder.file("server.log")]))
    settings.agentName = "concierge"
    settings.isComplete = true
    if joined {
      for name in truth.workers.keys.sorted() {
        growing.append(try Growing("\(Self.logs)/\(story).\(name).jsonl", to: folder.file(name)))
        let version = VersionName(name.prefix(2))
        settings.workers.append(
          WorkerLogFiles(name: InstanceID(name), version: version, files: [folder.file(name)]))
      }
    }
    let source = LiveKitServerLog(settings, clock: clock.wallClock)
    let rollout = Rollout(
      target: "kitchen", run: "r", kind: .observed, began: clock.timestamp, incoming: Generation(version: "v2"),
      outgoing: [Generation(version: "v1")], window: DrainWindow(clocks: []))
    var verifier = CutoverVerifier(rollout: rollout, sources: [source.traits], policy: Self.policy)
    let end = try truth.moment("end") + .seconds(15)
    var sequence = 0
    while clock.timestamp < end, !verifier.assessment.isFinal {
      for index in growing.indices { try growing[index].write(until: clock.timestamp) }
      sequence += 1
      let reading = await source.reading(within: .seconds(1))
      if case .failure(let failure) = reading.answer { throw failure }
      _ = verifier.ingest(Sample(sequence: sequence, at: clock.timestamp, readings: [reading]))
      clock.advance(by: .seconds(1))
    }
    return verifier.assessment
  }

  @Test func aCleanRolloutPassesWithoutAnyStamp() async throws {
    let assessment = try await follow("story-clean")
    #expect(assessment.verdict == .passed, "\(assessment.reason)")
    #expect(assessment.conditions.allSatisfy { $0.basis == .identities })
  }

  @Test func callsThatADrainTimeoutCutFailItByName() async throws {
    let assessment = try await follow("story-drain-cut")
    #expect(assessment.verdict == .failed)
    let cut = Set(assessment.sessions.cut.compactMap(\.room))
    let truth = try Truth("story-drain-cut").calls.filter { $0.value.agent_gone_seen_by_caller != nil }
    #expect(cut == Set(truth.keys))
  }

  @Test func callsThatASwallowedSignalLetsInFailItByName() async throws {
    let assessment = try await follow("story-wrapper")
    let truth = try Truth("story-wrapper")
    let told = try truth.moment("outgoing told to drain")
    let late = truth.calls.filter {
      $0.value.version == "v1"
        && ($0.value.caller_joined ?? 0) > Double((told + Self.policy.grace).nanoseconds) / 1e9 + 1
    }
    #expect(!late.isEmpty)
    // Nothing of a swallowed signal is in any log, so no moment is known from which on old may take no call: never passed.
    #expect(assessment.verdict != .passed)
  }

  @Test func withoutTheWorkersLogsNoSessionHasAVersionAndNothingPasses() async throws {
    let assessment = try await follow("story-clean", joined: false)
    #expect(assessment.verdict != .passed && assessment.verdict != .failed)
  }

  @Test func peopleWhomAHungWorkerSwallowedAreListedAsWaiting() async throws {
    let folder = try TemporaryFolder()
    var growing = try Growing("\(Self.logs)/frozen-worker.server.jsonl", to: folder.file("server.log"))
    let truth = try Truth("frozen-worker")
    let joined = try #require(truth.calls["frozen-worker-002"]?.caller_joined)
    try growing.write(until: Timestamp(milliseconds: Int64((joined + 5) * 1_000)))
    let source = LiveKitServerLog(LiveKitServerLog.Settings(.files([folder.file("server.log")])))
    let observation = try await listing(source)
    let waiting = try #require(observation.sessions.first { $0.room == "frozen-worker-002" })
    #expect(waiting.agent == .absent && waiting.person == .present && waiting.end == nil)
    let hung = try #require(observation.instances.first)
    #expect(hung.note?.contains("RTE-007") == true)
    let finding = try #require(observation.findings?.first)
    #expect(finding.code == "RTE-007" && finding.summary.contains("AW_CKAvpMenCuVK"))
    // The log begins in the middle of the server's life.
    #expect(!source.traits.sees.contains(.sessions))
  }

  @Test func theWorkersOwnLogTellsACrashFromAHangUp() async throws {
    let folder = try TemporaryFolder()
    let name = "agent-crashes-in-call"
    var settings = LiveKitServerLog.Settings(.files(["\(Self.logs)/\(name).server.jsonl"]))
    settings.workers = [WorkerLogFiles(name: "v1-1", version: "v1", files: ["\(Self.logs)/\(name).v1.jsonl"])]
    let session = try #require(try await listing(LiveKitServerLog(settings)).sessions.first)
    #expect(session.end?.sign == .crashed)
    #expect(session.version == "v1" && session.basis == .workerLog && session.instance == "v1-1")
    withExtendedLifetime(folder) {}
  }

  @Test func aLogThatBeginsWithTheServersStartIsTheWholeTruth() throws {
    let folder = try TemporaryFolder()
    let start = #"{"ts":1795242974.5,"msg":"starting LiveKit server","portHttp":7880}"#
    let path = try folder.write(start + "\n", to: "server.log")
    let source = LiveKitServerLog(LiveKitServerLog.Settings(.files([path])))
    #expect(source.traits.sees.contains(.sessions))
  }

  @Test func aLogThatIsNotThereIsMissingAndNotEmpty() async throws {
    let folder = try TemporaryFolder()
    let reading = await LiveKitServerLog(.init(.files([folder.file("none")]))).reading(within: .seconds(1))
    guard case .failure(let failure) = reading.answer else { throw Unexpected() }
    #expect(failure.kind == .missing && failure.detail.contains("none"))
  }

  @Test func aCommandsOutputIsReadLikeAFile() async throws {
    let settings = LiveKitServerLog.Settings(.command(["cat", "\(Self.logs)/one-call.server.jsonl"], directory: "/"))
    let source = LiveKitServerLog(settings)
    for _ in 0..<2 { #expect(try await listing(source).sessions.count == 1) }
  }

  @Test(arguments: [
    (["sh", "-c", "echo no such container >&2; exit 1"], "no such container", SourceFailure.Kind.missing),
    (["sluice-is-not-a-program"], "sluice-is-not-a-program", .missing),
    (["sleep", "1000"], "following", .timeout),
  ])
  func aCommandThatFailsOrDoesNotEndIsAFailureWithItsWords(
    _ command: [String], _ word: String, _ kind: SourceFailure.Kind
  ) async throws {
    let source = LiveKitServerLog(LiveKitServerLog.Settings(.command(command, directory: "/")))
    let reading = await source.reading(within: kind == .timeout ? .milliseconds(200) : .seconds(30))
    guard case .failure(let failure) = reading.answer else { throw Unexpected() }
    #expect(failure.detail.contains(word), "\(failure.detail)")
    #expect(failure.kind == kind)
  }

  private struct Unexpected: Error {}

  private func listing(_ source: LiveKitServerLog) async throws -> Observation {
    switch await source.reading(within: .seconds(30)).answer {
    case .snapshot(let observation): return observation
    case .failure(let failure): throw failure
    case .changes: throw Unexpected()
    }
  }
}

/// A recorded log whose lines are written to a file when their times have come.
private struct Growing {
  private var lines: ArraySlice<(at: Timestamp, text: String)>
  private let path: String
  private var written = ""

  init(_ source: String, to path: String) throws {
    let text = String(decoding: try Files.read(source, limit: 1 << 20), as: UTF8.self)
    var at = Timestamp(nanoseconds: 0)
    var lines: [(at: Timestamp, text: String)] = []
    for line in text.split(separator: "\n") {
      at = max(at, Growing.moment(line) ?? at)
      lines.append((at, String(line)))
    }
    self.lines = lines[...]
    self.path = path
    try Files.write([], to: path, durably: false)
  }

  mutating func write(until moment: Timestamp) throws {
    var added = ""
    while let line = lines.first, line.at <= moment {
      added += line.text + "\n"
      lines.removeFirst()
    }
    guard !added.isEmpty else { return }
    let file = try AppendFile(path)
    try file.append(Array(added.utf8))
  }

  private static func moment(_ line: Substring) -> Timestamp? {
    if let range = line.split(separator: "\"ts\": ").last, line.contains("\"ts\": ") {
      return Double(range.prefix { $0.isNumber || $0 == "." }).map { Timestamp(milliseconds: Int64($0 * 1_000)) }
    }
    guard line.contains("\"timestamp\": \"") else { return nil }
    return line.split(separator: "\"timestamp\": \"").last.flatMap { Timestamp($0.prefix { $0 != "\"" }) }
  }
}
