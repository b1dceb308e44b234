import Testing
import Vocabulary

@testable import Cutover

/// Each row of the table of signs that was seen on a real server.
@Suite struct EndDecisionTests {
  struct Row: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var expected: String
    var signs: EndSigns

    init(_ name: String, _ expected: String, _ change: (inout EndSigns) -> Void) {
      testDescription = name
      self.expected = expected
      signs = EndSigns()
      signs.lingering = .seconds(21.2)
      signs.isOver = true
      change(&signs)
    }
  }

  static let rows = [
    Row("caller hangs up", "normal") { ($0.order, $0.worker, $0.outlived) = (.personFirst, .aliveAfter, .seconds(2)) },
    Row("agent hangs up first, its worker lives on", "normal") { ($0.order, $0.worker) = (.agentFirst, .aliveAfter) },
    Row("drain timeout by the log", "cut") { $0.sign = .drainTimedOut },
    Row("drain timeout from outside", "cut") {
      ($0.order, $0.worker, $0.pastWindow) = (.agentFirst, .aliveAfter, .yes)
    },
    Row("connection lost after kill -9", "cut") { $0.sign = .connectionLost },
    Row("job process dies", "cut") { $0.sign = .crashed },
    Row("listed for 15 s on a worker that is dead", "cut") {
      ($0.worker, $0.order, $0.listedAfterDeath) = (.ended, .agentFirst, .seconds(15))
    },
    Row("person gives up on a dead agent, as the server's sign says", "cut") {
      ($0.sign, $0.worker, $0.listedAfterDeath) = (.personLeft, .ended, .seconds(15))
    },
    Row("person gives up on an agent of a worker that is gone", "cut") {
      ($0.order, $0.worker, $0.outlived) = (.personFirst, .ended, .seconds(12))
    },
    Row("person leaves an agent that is listed when no worker of its version is left", "unclear") {
      ($0.order, $0.worker, $0.isPerhapsLost, $0.hasOutlastedWorkers) = (.personFirst, .unknown, true, true)
    },
    Row("person leaves, their worker killed before or after: nobody looked", "unclear") {
      ($0.order, $0.worker, $0.workerKill, $0.isKillSudden, $0.isPerhapsOfTheDead) = (
        .personFirst, .ended, "killed", true, true
      )
    },
    Row("person leaves, then their worker is killed", "normal") {
      ($0.order, $0.worker, $0.workerKill, $0.isKillSudden) = (.personFirst, .ended, "killed", true)
    },
    Row("agent outlives its person by 12 s, worker alive", "unclear") {
      ($0.order, $0.worker, $0.outlived) = (.personFirst, .aliveAfter, .seconds(12))
    },
    Row("its worker did not count it for 15 s", "cut") { ($0.worker, $0.ghostFor) = (.aliveAfter, .seconds(15)) },
    Row("room deleted", "normal") { $0.sign = .roomClosed },
    Row("ended through the server", "normal") { $0.sign = .terminated },
    Row("worker's connection closed, worker killed", "cut") {
      ($0.sign, $0.worker, $0.workerKill) = (.workerGone, .ended, "killed by signal 9")
    },
    Row("worker's connection closed after its drain, the session running", "cut") {
      ($0.sign, $0.worker, $0.isWorkerDrained) = (.workerGone, .ended, true)
    },
    Row("worker's connection closed after its drain, the person gone before", "normal") {
      ($0.sign, $0.worker, $0.isWorkerDrained, $0.order) = (.workerGone, .ended, true, .personFirst)
    },
    Row("person and agent gone together, then their worker killed", "normal") {
      ($0.order, $0.worker, $0.workerKill, $0.isKillSudden, $0.isGoneAtOnce) = (.together, .ended, "killed", true, true)
    },
    Row("person and agent gone together as its worker's drain timed out", "cut") {
      ($0.order, $0.worker, $0.workerKill, $0.pastWindow) = (.together, .ended, "its drain timed out", .yes)
    },
    Row("worker's connection closed, worker reconnected", "unclear") {
      ($0.sign, $0.worker) = (.workerGone, .aliveAfter)
    },
    Row("agent gone in the poll of its worker", "unclear") { ($0.order, $0.worker) = (.agentFirst, .ended) },
    Row("agent gone in the poll of its worker, log says drained", "normal") {
      ($0.order, $0.worker, $0.isWorkerDrained) = (.agentFirst, .ended, true)
    },
    Row("agent gone in the poll of its worker, hang-ups expected", "normal") {
      ($0.order, $0.worker, $0.agentHangsUp) = (.agentFirst, .ended, .expected)
    },
    Row("two gone with their worker, people left behind", "cut") {
      ($0.order, $0.worker, $0.vanishedTogether) = (.agentFirst, .ended, 2)
    },
    Row("two gone with their worker, hang-ups expected", "unclear") {
      ($0.order, $0.worker, $0.vanishedTogether, $0.agentHangsUp) = (.agentFirst, .ended, 2, .expected)
    },
    Row("nothing is known of its worker", "unclear") { ($0.order, $0.worker) = (.agentFirst, .unknown) },
    Row("a sign nobody knows, worker gone", "unclear") { ($0.sign, $0.worker) = (.unknown("x"), .ended) },
  ]

  @Test(arguments: rows) func eachRowOfTheTableOfSignsIsDecidedAsItWasSeen(_ row: Row) {
    let word =
      switch row.signs.decision {
      case .normal: "normal"
      case .cut: "cut"
      case .unclear: "unclear"
      case nil: "undecided"
      }
    #expect(word == row.expected, "\(row.signs.decision.debugDescription)")
  }

  @Test func whatIsUnclearStaysUndecidedWhileEvidenceMayStillArrive() {
    for row in EndDecisionTests.rows where row.expected == "unclear" {
      var signs = row.signs
      signs.isOver = false
      #expect(signs.decision == nil, "\(row.testDescription)")
    }
  }

  @Test func aClockThatIsOffIsMeasuredByWhatIsSeenToBegin() {
    var clock = ClockOffset()
    let now = Story.start
    clock.narrow(now - .seconds(3), after: now - .seconds(1), notAfter: now)
    let bounds = clock.bounds(of: now)
    #expect(bounds.earliest >= now + .seconds(1) && bounds.latest <= now + .seconds(3))
  }
}
