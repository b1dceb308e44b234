import Cutover
import Testing
import Vocabulary

@testable import Preflight

struct StampSurveyTests {
  private func reading(
    _ sessions: [SessionObservation], instances: [InstanceObservation] = [], from source: SourceID = "rooms"
  ) -> Reading {
    Reading(
      source: source, takenAt: Timestamp(milliseconds: 1_000),
      answer: .snapshot(Observation(instances: instances, sessions: sessions)))
  }

  private func session(
    _ id: SessionID, _ version: VersionName? = nil, _ basis: Basis? = nil, worker: WorkerID? = nil
  ) -> SessionObservation {
    SessionObservation(
      id: id, room: "room-\(id)", worker: worker, version: version, basis: basis, agent: .present, person: .present)
  }

  @Test func aSessionCountsOnceByItsStrongestBasis() {
    var survey = StampSurvey()
    survey.take([reading([session("a", "v1", .workerLog), session("b", "v1", .deployment)])])
    survey.take([reading([session("a", "v1", .attribute), session("b", "v1", .agentName)])])
    #expect(survey.result.sessions == 2)
    #expect(survey.result.byBasis == ["attribute": 1, "deployment": 1])
    #expect(survey.result.byVersion == ["v1": 2])
    #expect(survey.result.isStamped && survey.result.findings.isEmpty)
  }

  @Test func anInstanceOfAnotherSourceTellsByTheWorkerThatItRegistered() {
    var survey = StampSurvey()
    let instance = InstanceObservation(id: "v1-1", version: "v1", workers: ["AW_1"], phase: .serving)
    survey.take([reading([session("a", worker: "AW_1")]), reading([], instances: [instance], from: "platform")])
    #expect(survey.result.byBasis == ["instance": 1] && survey.result.unattributed == 0)
  }

  @Test func whatNobodyCanAttributeIsNamedAndTimeIsNoProof() {
    var survey = StampSurvey()
    survey.take([reading([session("a"), session("b", "v1", .time), session("c", "v1", .attribute)])])
    let result = survey.result
    #expect(result.unattributed == 2 && !result.isStamped)
    #expect(result.examples == ["a in room-a", "b in room-b"])
    #expect(result.findings.map(\.code) == ["OBS-001"] && result.findings[0].severity == .warning)
    var none = StampSurvey()
    none.take([reading([session("a")])])
    #expect(none.result.findings.map(\.severity) == [.critical])
  }

  @Test func endedAndWaitingSessionsAreNotLive() {
    var ended = session("a")
    ended.end = SessionObservation.End(at: Timestamp(milliseconds: 500), sign: .personLeft)
    let waiting = SessionObservation(id: "b", agent: .absent, person: .present)
    var survey = StampSurvey()
    survey.take([reading([ended, waiting])])
    #expect(survey.result.sessions == 0 && !survey.result.isStamped && survey.result.findings.isEmpty)
  }

  @Test func aSourceThatFailsIsNeverAnEmptyFleet() {
    var survey = StampSurvey()
    let failure = SourceFailure(kind: .denied, detail: "ListRooms answered 401")
    survey.take([Reading(source: "rooms", takenAt: Timestamp(milliseconds: 1), answer: .failure(failure))])
    #expect(!survey.result.wasAnswered)
    survey.take([reading([session("a", "v1", .attribute)])])
    let result = survey.result
    #expect(result.wasAnswered && result.sources.map(\.failures) == [1])
    #expect(result.findings.map(\.code) == ["OBS-004"])
  }
}
