import Machine
import TestSupport
import Testing
import Triage
import Vocabulary

/// Recordings of real programs, read as a user hands them over: by their files.
struct CorpusTests {
  /// Files of one scenario, and the codes that may be found; the first must be the first.
  struct Scenario: CustomTestStringConvertible, Sendable {
    let files: [String]
    let codes: [String]
    var testDescription: String { files.joined(separator: " ") }

    init(_ files: String..., codes: [String] = []) {
      self.files = files
      self.codes = codes
    }
  }

  static func diagnosis(_ files: [String]) async throws -> Diagnosis {
    Diagnosis(of: try await LogGathering.read(files, in: Corpus.folder ?? ""))
  }

  /// Root causes first, nothing that is not justified, and evidence for everything.
  static func check(_ scenario: Scenario) async throws {
    let diagnosis = try await diagnosis(scenario.files)
    let found = diagnosis.findings.filter { $0.severity != .info || scenario.codes.contains($0.code.rawValue) }
    let told = "\(diagnosis.findings.map { "\($0.code.rawValue) \($0.severity) \($0.summary)" })"
    #expect(found.first?.code.rawValue == scenario.codes.first, "\(told)")
    #expect(found.allSatisfy { scenario.codes.contains($0.code.rawValue) }, "\(told)")
    for finding in found { #expect(!finding.evidence.isEmpty && finding.evidence.allSatisfy { $0.locator != nil }) }
  }

  private static func adk(_ name: String, _ codes: String...) -> Scenario {
    Scenario("adk-logs/\(name)", codes: codes)
  }

  static let adk = [
    adk("01-api_server-idle.log"), adk("02-api_server-default-server.log", "DRN-011"),
    adk("10-uvicorn-ws-server.log", "DRN-011"), adk("11-uvicorn-sse-nolimit-server.log"),
    adk("12-uvicorn-sse-graceful3-server.log", "DRN-012"), adk("13-uvicorn-stuck-ws-server.log", "DRN-011"),
    adk("14-uvicorn-bg-server.log"), adk("15-uvicorn-idle-keepalive-server.log"),
    adk("16-uvicorn-force-exit-sse-server.log", "DRN-002"), adk("17-uvicorn-workers2-ws-server.log", "DRN-011"),
    adk("18-uvicorn-ws-websockets-server.log", "DRN-011"), adk("18-uvicorn-ws-websockets-sansio-server.log", "DRN-011"),
    adk("19-drain-wrapper-ws-server.log"), adk("20-netns-server.log", "DRN-011"), adk("21-sh-wrapper-a-server.log"),
    adk("22-pid1-sh-swallows-term-a-noexec-server.log"),
    adk("22-pid1-sh-swallows-term-b-exec-server.log", "DRN-011"),
    Scenario("adk-logs/21-sh-wrapper-a-server.log", "adk-logs/21-sh-wrapper-a.txt", codes: ["SIG-001"]),
    Scenario("adk-logs/21-sh-wrapper-b-server.log", "adk-logs/21-sh-wrapper-b.txt", codes: ["SIG-001"]),
    Scenario(
      "adk-logs/22-pid1-sh-swallows-term-a-noexec-server.log", "adk-logs/22-pid1-sh-swallows-term-a-noexec.txt",
      codes: ["SIG-001"]),
    Scenario(
      "adk-logs/22-pid1-sh-swallows-term-b-exec-server.log", "adk-logs/22-pid1-sh-swallows-term-b-exec.txt",
      "adk-logs/22-pid1-sh-swallows-term-b-exec-client.jsonl",
      "adk-logs/22-pid1-sh-swallows-term-b-exec-procobs.jsonl", codes: ["DRN-011"]),
    Scenario(
      "adk-logs/10-uvicorn-ws-server.log", "adk-logs/10-uvicorn-ws-client.jsonl", "adk-logs/10-uvicorn-ws-exit.json",
      "adk-logs/10-uvicorn-ws-procobs.jsonl", "adk-logs/10-uvicorn-ws-sigterm.json", codes: ["DRN-011"]),
    Scenario(
      "adk-logs/19-drain-wrapper-ws-server.log", "adk-logs/19-drain-wrapper-ws-client.jsonl",
      "adk-logs/19-drain-wrapper-ws-exit.json", "adk-logs/19-drain-wrapper-ws-procobs.jsonl",
      "adk-logs/19-drain-wrapper-ws-sigterm.json"),
  ]

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)), arguments: adk)
  func aServerOfUvicornsHasItsRootCauseFirst(_ scenario: Scenario) async throws { try await Self.check(scenario) }

  static let openRTC = [
    Scenario("openrtc-logs/00-openrtc-cli-typer-0.29.2-crash.txt", codes: ["SIG-006"]),
    Scenario("openrtc-logs/11-worker-sigterm.log"),
    Scenario("openrtc-logs/12-startup-crash-missing-main-guard.log", codes: ["INI-003"]),
    Scenario("openrtc-logs/13-startup-fail-no-LIVEKIT_URL-rc0.log", codes: ["CON-003"]),
    Scenario("openrtc-logs/14-worker-begin_drain.log", codes: ["DRN-010"]),
    Scenario("openrtc-logs/15-worker-drain-timeout.log", codes: ["DRN-001"]),
    Scenario("openrtc-logs/16-worker-second-signal.log", codes: ["DRN-002"]),
    Scenario("openrtc-logs/17-cli-start.log"), Scenario("openrtc-logs/18-worker-process-mode.log"),
  ]

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)), arguments: openRTC)
  func anOpenRTCWorkerHasItsRootCauseFirst(_ scenario: Scenario) async throws { try await Self.check(scenario) }

  private static func folder(_ name: String, _ codes: String...) -> (String, [String]) { (name, codes) }

  static let folders = [
    folder("agent-crashes-in-call", "RUN-006"), folder("agent-hangs-up"), folder("agent-removed"), folder("api-errors"),
    folder("cut-drain-timeout", "DRN-001"), folder("cut-group-term", "SIG-004"), folder("cut-kill-all", "RUN-005"),
    folder("dispatch-deleted"), folder("frozen-worker", "RTE-007"), folder("no-worker", "RTE-004"),
    folder("node-rolling"), folder("one-call"), folder("probe"), folder("redis-api-errors"),
    folder("redis-node-dies", "CON-001"), folder("redis-two-nodes"), folder("rolling-clean"),
    folder("rolling-deployment-names"), folder("rolling-old-sdk", "SIG-010"),
    folder("rolling-wrapper-swallows", "SIG-001"), folder("room-deleted"), folder("server-restart", "CON-005"),
    folder("sessions-without-people"), folder("story-clean"), folder("story-drain-cut", "DRN-001"),
    folder("story-wrapper", "SIG-001"), folder("wire-node"), folder("wire-python"), folder("wire-python-1.3.12"),
  ]

  /// The logs of a folder: a server's and workers'.
  static func logs(of folder: String) throws -> [String] {
    try Files.list("\(Corpus.folder ?? "")/livekit-server/\(folder)").filter {
      $0 == "server.jsonl" || $0.hasSuffix(".stdout") || $0.hasSuffix(".stderr")
    }.sorted().map { "livekit-server/\(folder)/\($0)" }
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)), arguments: folders)
  func aServerWithItsWorkersHasItsRootCauseFirst(name: String, codes: [String]) async throws {
    try await Self.check(Scenario(files: try Self.logs(of: name), codes: codes))
  }

  /// Somebody may hand over the whole folder: what was asked of servers, webhooks and frames are no logs.
  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)), arguments: folders)
  func whatStandsBesideTheLogsChangesNothing(name: String, codes: [String]) async throws {
    try await Self.check(Scenario("livekit-server/\(name)", codes: codes))
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func theMomentsOfAllLogsStandInOneOrder() async throws {
    let diagnosis = try await Self.diagnosis(["livekit-server/cut-drain-timeout"])
    let timeline = try #require(diagnosis.timeline)
    #expect(zip(timeline, timeline.dropFirst()).allSatisfy { $0.at <= $1.at })
    #expect(Set(timeline.map { $0.locator.split(separator: ":").first }).count == 2)
    let drain = try #require(timeline.firstIndex { $0.excerpt.contains("draining worker") })
    let full = try #require(timeline.firstIndex { $0.excerpt.contains("worker status changed") })
    #expect(abs(drain - full) == 1)
  }

  /// The worker's log with everything else that was written down beside it.
  static let transcripts: [(String, [String])] = [
    ("wrapper-no-exec", ["SIG-001"]), ("wrapper-no-exec-clean-masks", ["SIG-001"]), ("sh-c-clean-masks", ["SIG-001"]),
    ("pid1-default-sh-c", ["SIG-001"]), ("wrapper-exec", []), ("normal-drain", []), ("signal-masks-clean", []),
    ("sigint-drain", []), ("prometheus", []), ("sigterm-during-startup", []), ("load-full", ["RUN-001"]),
    ("second-sigterm-during-drain", ["DRN-002"]), ("drain-timeout-exceeded", ["DRN-001"]), ("job-sigkill", ["RUN-005"]),
    ("connect-401", ["CON-002"]), ("dev-mode-term", ["SIG-011"]), ("job-never-shutdown", ["DRN-005"]),
  ]

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)), arguments: transcripts)
  func aTranscriptBesideALogTellsWhoGotTheSignal(name: String, codes: [String]) async throws {
    let endings = ["jsonl", "stderr", "console.txt", "pstree.txt"].map { "livekit-logs/\(name).\($0)" }
    try await Self.check(
      Scenario(files: endings.filter { Files.kind(of: "\(Corpus.folder ?? "")/\($0)") != nil }, codes: codes))
  }
}

extension CorpusTests.Scenario {
  init(files: [String], codes: [String]) {
    self.files = files
    self.codes = codes
  }
}
