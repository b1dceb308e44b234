import Cutover
import TestSupport
import Testing
import Vocabulary

@testable import Rehearsal

/// Who is picked, and what a session's end is, as values.
struct DispatchBoardTests {
  private static let at = Timestamp(milliseconds: 1_795_000_000_000)

  private func board(loads: [Float]) -> DispatchBoard {
    var board = DispatchBoard()
    for (number, load) in loads.enumerated() {
      let id = WorkerID("AW_\(number)")
      board.register(DispatchBoard.Worker(id: id, agentName: "", deployment: "", sdk: "1.8.9", registeredAt: Self.at))
      board.update(id, isFull: nil, load: load)
    }
    return board
  }

  @Test func workersArePickedByWhatIsLeftOfThem() {
    let board = board(loads: [0, 0.5, 0.75, 1])
    var random = SeededGenerator(seed: 7)
    var picks: [WorkerID: Int] = [:]
    for _ in 0..<14_000 { if let id = board.pick(excluding: [], using: &random) { picks[id, default: 0] += 1 } }
    // 1 to 0.5 to 0.25 to nothing: 8,000, 4,000, 2,000, 0; the standard deviation is below 60.
    #expect(abs(picks["AW_0", default: 0] - 8_000) < 300)
    #expect(abs(picks["AW_1", default: 0] - 4_000) < 300)
    #expect(abs(picks["AW_2", default: 0] - 2_000) < 300)
    #expect(picks["AW_3"] == nil)
  }

  @Test func loadsThatAreNoLoadsHarmNobody() {
    for load in [Float.nan, .infinity, -.infinity, -3e38, 3e38] {
      var random = SeededGenerator(seed: 1)
      let board = board(loads: [load, 0])
      for _ in 0..<50 { #expect(board.pick(excluding: [], using: &random) != nil) }
      #expect(self.board(loads: [.nan, .infinity]).pick(excluding: [], using: &random) == nil)
    }
  }

  @Test func nobodyIsPickedTwiceForASessionOrWhenFull() {
    var board = board(loads: [0, 0, 0])
    var random = SeededGenerator(seed: 3)
    board.update("AW_1", isFull: true, load: 0)
    for _ in 0..<50 { #expect(board.pick(excluding: ["AW_0"], using: &random) == "AW_2") }
    #expect(board.pick(excluding: ["AW_0", "AW_2"], using: &random) == nil)
    #expect(board.pick(excluding: ["AW_0", "AW_2"], includingFull: true, using: &random) == "AW_1")
    #expect(board.pick(excluding: ["AW_0", "AW_1"], includingFull: true, using: &random) == "AW_2")
    #expect(DispatchBoard().pick(excluding: [], using: &random) == nil)
  }

  @Test func theFirstEndOfASessionIsItsEnd() {
    var board = board(loads: [0])
    board.create("AJ_1", room: "r", at: Self.at)
    board.assign("AJ_1", to: "AW_0", at: Self.at)
    board.personLeaves("AJ_1", at: Self.at + .seconds(1))
    board.personLeaves("AJ_1", at: Self.at + .seconds(9))
    board.end("AJ_1", .personLeft, at: Self.at + .seconds(2))
    board.end("AJ_1", .workerGone, at: Self.at + .seconds(3))
    let session = board.sessions["AJ_1"]
    #expect(session?.end?.sign == .personLeft && session?.end?.at == Self.at + .seconds(2))
    #expect(session?.end?.personLeftAt == Self.at + .seconds(1))
    board.migrate(["AJ_1"], to: "AW_0")
    #expect(board.runningCount == 0)
  }

  @Test func aSessionThatWasNeverTakenCannotBeMigrated() {
    var board = board(loads: [0])
    board.create("AJ_1", room: "r", at: Self.at)
    board.migrate(["AJ_1"], to: "AW_0")
    #expect(board.sessions["AJ_1"]?.isRunning == false && board.sessions["AJ_1"]?.worker == nil)
  }
}
