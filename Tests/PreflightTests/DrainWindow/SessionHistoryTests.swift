import Cutover
import Testing
import Vocabulary

@testable import Preflight

struct SessionHistoryTests {
  private func session(_ id: SessionID, startedAt: Int, end: SessionObservation.End? = nil) -> SessionObservation {
    SessionObservation(
      id: id, startedAt: moment(startedAt), agent: end == nil ? .present : .absent, person: .present, end: end)
  }

  private func moment(_ seconds: Int) -> Timestamp { Timestamp(milliseconds: Int64(seconds) * 1_000) }

  private func sample(_ number: Int, at seconds: Int, _ answer: Reading.Answer) -> Sample {
    Sample(
      sequence: number, at: moment(seconds),
      readings: [Reading(source: "rooms", takenAt: moment(seconds), answer: answer)])
  }

  @Test func aSessionThatEndedByItselfHasALengthAndACutOneAtLeastItsAge() {
    var history = SessionHistory()
    history.take(
      sample(
        1, at: 100,
        .snapshot(
          Observation(sessions: [
            session("a", startedAt: 10), session("b", startedAt: 20), session("c", startedAt: 30),
            session("d", startedAt: 40),
          ]))))
    history.take(
      sample(
        2, at: 200,
        .changes(
          ObservationChanges(
            sessions: [
              session("a", startedAt: 10, end: .init(at: moment(150), sign: .personLeft)),
              session("b", startedAt: 20, end: .init(at: moment(160), sign: .drainTimedOut)),
            ], sessionsGone: ["c"]))))
    history.take(sample(3, at: 300, .failure(SourceFailure(kind: .timeout, detail: "x"))))
    history.finish()
    #expect(history.lengths.count == 1 && history.lengths.largest == 140)
    #expect(history.leastLengths.count == 3 && history.leastLengths.largest == 260)
  }

  @Test func onlyHoursThatWereWatchedAreKnownAndASourceThatFailsCountsNothing() {
    var history = SessionHistory()
    let hour = 3_600
    history.take(sample(1, at: 3 * hour, .snapshot(Observation(sessions: [session("a", startedAt: 1)]))))
    history.take(sample(2, at: 3 * hour + 60, .snapshot(Observation(sessions: []))))
    history.note(live: 40, at: moment(25 * hour))
    #expect(history.hoursWatched.map(\.hour) == [1, 3] && history.hoursWatched.map(\.live) == [40, 0.5])
    var silent = SessionHistory()
    silent.take(sample(1, at: hour, .failure(SourceFailure(kind: .denied, detail: "x"))))
    #expect(silent.hoursWatched.isEmpty)
  }
}
