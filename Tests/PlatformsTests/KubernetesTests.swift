import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Platforms

/// The platform through the real kubectl against an API server whose controllers and kubelet act by themselves.
@Suite(.enabled(if: KubernetesFleet.isThere, Comment(rawValue: KubernetesFleet.isMissing)), .serialized)
struct KubernetesTests {
  @Test func aDeployIsFollowedUntilEveryOldPodHasDrained() async throws {
    try await KubernetesFleet.with { fleet in
      let platform = fleet.platform()
      let before = try await platform.current()
      #expect(before.map(\.version) == ["v1"])
      let incoming = try await platform.start("v2", isReturning: false)
      #expect(incoming.version == "v2" && incoming.id != before[0].id)
      #expect(try await platform.serving() == [incoming])
      let listed = try await platform.awaited { all in
        all.filter { $0.version == "v1" && $0.end?.cause == .drained }.count == 2
          && all.filter { $0.version == "v2" && $0.phase == .serving }.count == 2
      }
      #expect(listed.filter { $0.version == "v1" }.allSatisfy { $0.end?.cause == .drained }, "\(listed)")
      #expect(listed.filter { $0.version == "v1" }.allSatisfy { $0.drain?.requestedAt != nil })
      #expect(try await platform.current() == [incoming])
      #expect(try await platform.lastChange()?.incoming == incoming)
    }
  }

  @Test func podsThatNeedLongerThanTheirGraceAreKilledAtTheDeadline() async throws {
    try await KubernetesFleet.with(["--drain", "60", "--grace", "1"]) { fleet in
      let platform = fleet.platform()
      _ = try await platform.start("v2", isReturning: false)
      #expect(platform.window.effective == .seconds(1))
      let listed = try await platform.awaited { $0.filter { $0.end?.cause == .deadline }.count == 2 }
      #expect(listed.filter { $0.version == "v1" }.allSatisfy { $0.end?.signal == 9 }, "\(listed)")
    }
  }

  @Test func aRollbackNamesItsVersionByTagOrHashAndNeverByANumber() async throws {
    try await KubernetesFleet.with { fleet in
      let platform = fleet.platform()
      let first = try await platform.current()[0]
      _ = try await platform.start("v2", isReturning: false)
      #expect(try await platform.versions().map(\.version) == ["v2", "v1"])
      let number = await #expect(throws: KubernetesFailure.self) { try await platform.release(named: "1") }
      guard case .bareNumber? = number else { throw Unexpected(number) }
      let unknown = await #expect(throws: KubernetesFailure.self) { try await platform.release(named: "v9") }
      guard case .versionMissing(_, let known)? = unknown else { throw Unexpected(unknown) }
      #expect(known.count == 2)
      #expect(try await platform.release(named: VersionName(first.id?.rawValue ?? "")) == "v1")
      #expect(try await platform.start("v1", isReturning: true) == first)
      #expect(try await platform.serving() == [first])
    }
  }

  @Test func aPausedRolloutIsRefusedAndAVersionThatRunsChangesNothing() async throws {
    try await KubernetesFleet.with { fleet in
      let platform = fleet.platform()
      let same = await #expect(throws: KubernetesFailure.self) { try await platform.start("v1", isReturning: false) }
      guard case .nothingChanged? = same else { throw Unexpected(same) }
      try await fleet.control(#"{"pause": true}"#)
      let paused = await #expect(throws: KubernetesFailure.self) { try await platform.start("v2", isReturning: false) }
      guard case .paused? = paused else { throw Unexpected(paused) }
    }
  }

  @Test(arguments: [("v2-crash", "crashes again and again"), ("v2-quota", "cannot be made")])
  func aVersionThatCanNeverServeIsSaidToBeOne(tag: VersionName, words: String) async throws {
    try await KubernetesFleet.with { fleet in
      let platform = fleet.platform()
      let incoming = try await platform.start(tag, isReturning: false)
      nonisolated(unsafe) var found: (any Failure)?
      let isFound = try await Patience.until(.seconds(20)) {
        unsafe found = try await platform.failureToServe(incoming)
        return unsafe found != nil
      }
      #expect(isFound)
      #expect(unsafe found?.what.contains(words) == true, "\(unsafe String(describing: found))")
      #expect(try await platform.current().contains { $0.version == "v1" }, "the old pods go on")
    }
  }

  @Test func aWatchThatClosesGoesOnWhereItEnded() async throws {
    try await KubernetesFleet.with { fleet in
      let platform = fleet.platform()
      _ = try await platform.awaited { $0.count == 2 && $0.allSatisfy { $0.phase == .serving } }
      for _ in 0..<3 { try await fleet.control(#"{"close-watches": true}"#) }
      _ = try await platform.start("v2", isReturning: false)
      try await fleet.control(#"{"close-watches": true, "cut": 1}"#)
      let listed = try await platform.awaited { $0.filter { $0.end?.cause == .drained }.count == 2 }
      #expect(listed.filter { $0.version == "v1" }.allSatisfy { $0.end?.cause == .drained }, "\(listed)")
    }
  }

  @Test func whatGoesInAGapIsUnclearAndNeverDrained() async throws {
    try await KubernetesFleet.with { fleet in
      let said = Locked<[String]>([])
      let platform = fleet.platform()
      await platform.listen { note in said.withLock { $0.append(note.text) } }
      let pods = try await platform.awaited { $0.count == 2 && $0.allSatisfy { $0.phase == .serving } }
      let victim = try #require(pods.first?.id.rawValue)
      // All that the server kept is gone, and with it the event that tells of the pod's end.
      try await fleet.control(#"{"fault": {"status": 500, "count": 6}, "close-watches": true}"#)
      try await fleet.control(#"{"delete": "\#(victim)", "force": true, "compact": true}"#)
      let listed = try await platform.awaited { all in all.contains { $0.id.rawValue == victim && $0.phase == .ended } }
      let gone = listed.first { $0.id.rawValue == victim }
      #expect(gone?.phase == .ended && gone?.end == nil && gone?.note?.contains("not seen") == true, "\(gone as Any)")
      #expect(said.withLock { $0.contains { $0.contains("watch") } }, "the gap is said")
    }
  }

  @Test func aServerThatIsGoneIsAFailureAndNoEmptyFleet() async throws {
    try await KubernetesFleet.with { fleet in
      let platform = fleet.platform()
      _ = try await platform.awaited { $0.count == 2 }
      try await fleet.control(#"{"down": 2}"#)
      var failures = 0
      var empty = 0
      let isBack = await Patience.until(.seconds(30)) {
        switch await platform.reading(within: .seconds(5)).answer {
        case .failure: failures += 1
        case .snapshot(let listing):
          if listing.instances.isEmpty { empty += 1 }
          return failures > 0
        case .changes: break
        }
        return false
      }
      #expect(isBack && empty == 0 && failures > 0)
    }
  }

  @Test func fiveThousandPodsAreListedInPages() async throws {
    try await KubernetesFleet.with(["--pods", "5000", "--ready", "3600"]) { fleet in
      let platform = fleet.platform()
      let listed = try await platform.awaited(.seconds(60)) { $0.count == 5_000 }
      #expect(listed.count == 5_000)
    }
  }

  struct Unexpected: Error { init(_ found: (any Error)?) { words = "\(String(describing: found))" }; let words: String }
}
