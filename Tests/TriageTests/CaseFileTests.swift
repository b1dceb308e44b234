import Cutover
import Documents
import Machine
import Preflight
import TestSupport
import Testing
import Vocabulary

@testable import Triage

struct CaseFileTests {
  /// A case that has something in every part.
  private func full() throws -> CaseFile {
    let now = try #require(Timestamp("2026-11-22T00:00:00Z"))
    var file = CaseFile()
    file.gatheredAt = now
    let shell = SignalRouteTests.process(10, below: 1, "sh", "-c", "python agent.py start; true", caught: 0x1_0002)
    var tree = SignalRouteTests.tree([shell] + SignalRouteTests.worker(11, below: 10), signaled: 10)
    tree.instance = "v1#1-1"
    tree.version = "v1"
    tree.takenAt = now
    file.trees = [tree]
    file.fleet = OnCallTests.fleet(now)
    file.run = OnCallTests.run(now)
    file.project = OnCallTests.project
    file.gaps = [CaseFile.Gap(what: "the weather", why: "no window", remedy: "look out")]
    return file
  }

  @Test func aCaseReadBackGivesTheSameFindingsByteForByte() throws {
    let file = try full()
    let bytes = try CanonicalJSON.encode(file)
    let again = try CanonicalJSON.decode(CaseFile.self, from: bytes)
    #expect(again == file)
    #expect(try CanonicalJSON.encode(again) == bytes)
    let diagnosis = try CanonicalJSON.encode(Diagnosis(of: file))
    #expect(try CanonicalJSON.encode(Diagnosis(of: again)) == diagnosis)
    #expect(Diagnosis(of: file).findings.first?.code == "SIG-001")
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func aCaseOfEveryCapturedLogReadBackGivesTheSameFindings() async throws {
    let folder = try #require(Corpus.folder)
    for name in ["livekit-logs", "adk-logs", "openrtc-logs", "livekit-server"] {
      let file = try await LogGathering.read([name], in: folder)
      let again = try CanonicalJSON.decode(CaseFile.self, from: try CanonicalJSON.encode(file))
      #expect(try CanonicalJSON.encode(Diagnosis(of: again)) == CanonicalJSON.encode(Diagnosis(of: file)), "\(name)")
    }
  }

  @Test func aCaseOfAnEarlierFormIsRead() throws {
    let file = try CanonicalJSON.decode(CaseFile.self, from: Array(#"{"schema":"sluice.case/1","later":1}"#.utf8))
    #expect(file == CaseFile())
    #expect(Diagnosis(of: file).questions == nil)
  }

  @Test(arguments: [
    (#"{"schema":"sluice.case/2"}"#, "this sluice reads 'sluice.case/1'"), (#"{"logs":[]}"#, "'schema' is missing"),
    (#"{"schema":"sluice.case/1","gaps":[{"what":"x"}]}"#, "gaps[0]"), ("no JSON", "not the JSON that is expected"),
  ])
  func aKeptCaseThatCannotBeReadWholeIsRefusedInThreeLines(text: String, why: String) throws {
    let failure = try #require(throws: RunFailure.self) {
      try KeptCase.decode(Array(text.utf8), from: "runs/r/case.json")
    }
    #expect(failure.what.contains("runs/r/case.json") && failure.exitStatus == .badInput)
    #expect(failure.why?.contains(why) == true, "\(failure)")
    #expect(failure.remedy != nil)
  }

  @Test func whatCannotBeReadBesideAFleetIsSaidToBeMissing() async throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("FROM scratch\nCMD [\"a\"", to: "Dockerfile")
    let home = folder.file(".sluice")
    let clock = WallClock.steady
    var files = EntryFiles()
    files.dockerfile = folder.file("missing")
    var gathering = TargetGathering(
      target: "here", home: home, directory: folder.path, window: DrainWindowCheck(), clock: ContinuousClock(),
      wallClock: clock)
    gathering.entry = files
    let file = try await gathering.gather()
    #expect(file.project?.entry == nil)
    #expect(file.gaps.contains { $0.what.contains("start the agent") && !$0.why.isEmpty }, "\(file.gaps)")
  }
}
