import Cutover
import Documents
import Machine
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
}
