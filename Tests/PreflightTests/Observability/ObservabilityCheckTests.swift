import Cutover
import Machine
import Testing
import Vocabulary

@testable import Preflight

struct ObservabilityCheckTests {
  private func check(_ sources: [SourceTraits], _ sessions: [SessionObservation]) async throws -> CheckResult {
    var context = CheckContext(directory: "/", root: "/")
    context.sources = sources
    context.look = { _ in
      sources.map {
        Reading(
          source: $0.id, takenAt: Timestamp(milliseconds: 1_000),
          answer: .snapshot(Observation(sessions: $0.sees.contains(.sessions) ? sessions : [])))
      }
    }
    return try await ObservabilityCheck(polls: 1).run(in: context)
  }

  private let rooms = SourceTraits(id: "rooms", kind: "livekit-rooms", sees: [.sessions, .unserved])
  private let log = SourceTraits(id: "log", kind: "livekit-server-log", sees: [.endings])
  private let http = SourceTraits(id: "http", kind: "worker-http", sees: [.counts])

  private func session(_ version: VersionName?) -> SessionObservation {
    SessionObservation(
      id: "a", version: version, basis: version == nil ? nil : .attribute, agent: .present, person: .present)
  }

  @Test func threeSourcesThatCompleteEachOtherAreEnough() async throws {
    let result = try await check([rooms, log, http], [session("v1")])
    #expect(result.status == .passed && result.findings.isEmpty)
  }

  @Test func aSourceOfNumbersAloneCannotTellAssignmentOrStops() async throws {
    let result = try await check([http], [])
    #expect(result.findings.map(\.code) == ["OBS-001", "OBS-003"])
    #expect(result.findings.first?.severity == .critical)
  }

  @Test func withoutTrafficTheAnswerIsInconclusiveWhateverTheSourcesCould() async throws {
    let result = try await check([rooms, log], [])
    #expect(result.status == .inconclusive("no live session was seen; no traffic shows nothing"))
  }

  @Test func aSessionWithoutAStampIsOneFindingAndNotThree() async throws {
    let result = try await check([rooms, log], [session(nil)])
    #expect(result.findings.map(\.code) == ["OBS-001"])
  }

  @Test func whatCannotSeeEndsIsSaid() async throws {
    let result = try await check([rooms], [session("v1")])
    #expect(result.findings.map(\.code) == ["OBS-003"])
  }

  @Test func withoutATargetNothingIsChecked() async throws {
    let result = try await ObservabilityCheck().run(in: CheckContext(directory: "/", root: "/"))
    guard case .notChecked = result.status else {
      Issue.record("\(result.status)")
      return
    }
  }

  @Test func sourcesThatAllFailAreAnErrorAndNoAnswer() async throws {
    var context = CheckContext(directory: "/", root: "/")
    context.sources = [rooms]
    context.look = { _ in
      [
        Reading(
          source: "rooms", takenAt: Timestamp(milliseconds: 1),
          answer: .failure(SourceFailure(kind: .denied, detail: "401")))
      ]
    }
    let asked = context
    await #expect(throws: NobodyAnswered.self) { try await ObservabilityCheck(polls: 1).run(in: asked) }
  }
}
