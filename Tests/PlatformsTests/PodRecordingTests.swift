import Cutover
import Documents
import TestSupport
import Testing
import Vocabulary

@testable import Platforms

/// What a real control plane's watches said, against the log of the container runtime beneath it.
@Suite struct PodRecordingTests {
  /// Every pod of a recording as it stands at the end of its stream.
  private func book(_ recording: String) throws -> (book: PodBook, end: Timestamp) {
    var book = PodBook(container: nil)
    var end = Timestamp(nanoseconds: 0)
    for line in try Corpus.lines("k8s-api/\(recording)/stream.jsonl") where line.contains("\"kind\":\"Pod\"") {
      let event = try APIObject.decode(RecordedEvent.self, from: Array(line.utf8))
      end = Timestamp(nanoseconds: Int64(event.at * 1_000_000_000))
      let pod = try APIObject.decode(APIObject.Event<APIObject.Pod>.self, from: Array(line.utf8)).object
      book.put(pod, isDeleted: event.type == "DELETED", at: end)
    }
    return (book, end)
  }

  private struct RecordedEvent: Decodable {
    let at: Double
    let type: String
  }

  private func instances(_ recording: String) throws -> [InstanceObservation] {
    let (book, end) = try book(recording)
    return book.pods.values.flatMap {
      $0.instances(as: { _ in nil }, label: "pod-template-hash", isReused: false, at: end)
    }.sorted { $0.id < $1.id }
  }

  private func outgoing(_ recording: String, version: VersionName = "v1") throws -> [InstanceObservation] {
    try instances(recording).filter { $0.version == version }
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func aCleanRolloutDrainsEveryOldPod() throws {
    let old = try outgoing("01-clean-rolling-update")
    #expect(old.count == 3)
    #expect(old.allSatisfy { $0.phase == .ended && $0.end?.cause == .drained && $0.end?.exitCode == 0 })
    #expect(old.allSatisfy { ($0.end?.at ?? .init(nanoseconds: 0)) > ($0.drain?.requestedAt ?? .init(nanoseconds: 0)) })
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func aGraceThatIsTooShortKillsAtTheDeadline() throws {
    for recording in ["02-grace-too-short", "02c-prestop-longer-than-grace"] {
      let old = try outgoing(recording)
      #expect(!old.isEmpty)
      #expect(old.allSatisfy { $0.end?.cause == .deadline && $0.end?.signal == 9 }, "\(recording): \(old)")
    }
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func aPodWhoseImageNeverCameIsNoKill() throws {
    let old = try outgoing("04-image-pull-error", version: "missing").isEmpty
    let all = try instances("04-image-pull-error").filter { $0.version?.rawValue.contains("missing") == true || !old }
    #expect(all.allSatisfy { $0.end?.cause != .deadline && $0.end?.cause != .killed })
    #expect(try instances("04-image-pull-error").contains { $0.phase == .ended && $0.end == nil })
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func aPodThatWentWithItsNodeIsUnclearAndNeverDrained() throws {
    let gone = try instances("07c-node-deleted").filter { $0.phase == .ended && $0.end == nil }
    #expect(!gone.isEmpty)
    #expect(gone.allSatisfy { $0.note?.contains("how its container ended was not seen") == true }, "\(gone)")
  }

  @Test(.enabled(if: Corpus.folder != nil, Comment(rawValue: Corpus.reason)))
  func everyEndIsAsTheRuntimeLoggedIt() throws {
    for recording in [
      "01-clean-rolling-update", "02-grace-too-short", "05-rollout-undo", "07a-evicted", "08b-recreate",
    ] {
      let codes = try Corpus.lines("k8s-api/\(recording)/standin-runtime.jsonl").reduce(into: [String: [Int64]]()) {
        let node = try JSON.parse(Array($1.utf8), file: recording)
        if let pod = node["pod"]?.string, let code = (node["exitCode"] ?? node["code"])?.integer {
          $0[pod, default: []].append(code)
        }
      }
      var judged = 0
      for instance in try instances(recording) where instance.phase == .ended {
        guard let code = codes[instance.id.rawValue]?.last else { continue }
        judged += 1
        switch instance.end?.cause {
        case .drained: #expect(code == 0, "\(recording) \(instance.id)")
        case .deadline, .killed: #expect(code == 137, "\(recording) \(instance.id)")
        default: #expect(instance.end?.exitCode.map(Int64.init) == code || instance.end?.cause == nil)
        }
      }
      #expect(judged > 0, "\(recording): the runtime's log names no pod that ended")
    }
  }
}
