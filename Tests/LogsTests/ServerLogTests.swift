import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Logs

/// On what a real livekit-server 1.13.5 wrote while real calls ended in known ways.
struct ServerLogTests {
  private func log(_ name: String) throws -> ServerLog {
    var log = ServerLog()
    let path = "\(Fixtures.folder)/livekit-server/logs/\(name).server.jsonl"
    for line in try Files.read(path, limit: 1 << 20).split(separator: 0x0A) { log.take(Array(line)) }
    return log
  }

  private func end(_ name: String) throws -> SessionObservation.End? {
    let log = try log(name)
    let job = try #require(log.jobs.values.first)
    return log.end(of: job)
  }

  /// A hang-up, an exception, a drain timeout and a call that the agent ends all leave by `CLIENT_REQUEST_LEAVE`.
  @Test(arguments: [
    ("one-call", SessionObservation.Sign.personLeft), ("cut-drain-timeout", .drainTimedOut),
    ("cut-kill-all", .connectionLost), ("cut-group-term", .crashed), ("agent-hangs-up", .agentLeft),
    // The server cannot see an exception: the worker's own log can.
    ("agent-crashes-in-call", .agentLeft), ("agent-removed", .roomClosed), ("room-deleted", .roomClosed),
    ("dispatch-deleted", .roomClosed),
  ])
  func anEndHasTheSignThatTheServersLinesCarry(_ name: String, _ sign: SessionObservation.Sign) throws {
    #expect(try end(name)?.sign == sign)
  }

  @Test func aHangUpSaysWhenThePersonLeft() throws {
    let end = try #require(try end("one-call"))
    let left = try #require(end.personLeftAt)
    #expect(end.at - left > .milliseconds(600) && end.at - left < .seconds(1))
    #expect(try self.end("agent-hangs-up")?.personLeftAt == nil)
  }

  @Test func jobsThatTheServerCallsFailedBecauseTheirAgentLeftAreNotCrashed() throws {
    let log = try log("probe")
    #expect(log.jobs.values.filter { $0.roomID != nil }.count == 2)
    #expect(log.jobs.values.allSatisfy { !$0.hasDied })
    let signs = log.jobs.values.compactMap { log.end(of: $0)?.sign }
    #expect(signs == [.roomClosed, .roomClosed])
  }

  @Test func fullUntilTheConnectionClosedInOrderIsADrain() throws {
    let clean = try log("one-call")
    let drain = try #require(clean.workers.values.first.flatMap(clean.drain))
    #expect(drain.confirmedBy == .workerStatus)
    #expect(drain.finishedAt != nil && drain.timedOutAt == nil)

    let cut = try log("cut-drain-timeout")
    let timedOut = try #require(cut.workers.values.first.flatMap(cut.drain))
    #expect(timedOut.finishedAt == nil && timedOut.timedOutAt != nil)

    let killed = try log("cut-kill-all")
    #expect(killed.workers.values.allSatisfy { killed.drain(of: $0) == nil && $0.closedAt != nil })
  }

  @Test func fullAloneIsNoDrainAndAnAvailableWorkerIsNotFull() throws {
    var log = ServerLog()
    log.take(Array(#"{"ts":1,"msg":"worker registered","workerID":"AW_1","agentName":"a"}"#.utf8))
    log.take(Array(#"{"ts":2,"msg":"worker status changed","workerID":"AW_1","status":"WS_FULL"}"#.utf8))
    let full = try #require(log.workers["AW_1"])
    #expect(full.fullAt != nil && log.drain(of: full) == nil)
    log.take(Array(#"{"ts":3,"msg":"worker status changed","workerID":"AW_1","status":"WS_AVAILABLE"}"#.utf8))
    #expect(log.workers["AW_1"]?.fullAt == nil)
  }

  @Test func withoutDebugLinesACutByTheDrainIsOnlyAWorkerThatIsGone() throws {
    var log = ServerLog()
    let path = "\(Fixtures.folder)/livekit-server/logs/cut-drain-timeout.server.jsonl"
    for line in try Files.read(path, limit: 1 << 20).split(separator: 0x0A)
    where !String(decoding: line, as: UTF8.self).contains(#""level": "debug""#) { log.take(Array(line)) }
    let job = try #require(log.jobs.values.first)
    #expect(log.end(of: job)?.sign == .workerGone)
  }

  @Test func aHungWorkerIsTheOneWhoseOffersWentUnanswered() throws {
    let log = try log("frozen-worker")
    let hung = try #require(log.workers["AW_CKAvpMenCuVK"])
    #expect(hung.unanswered >= 4)
    #expect(log.workers["AW_2DiBsgfZjyZj"]?.unanswered == 0)
    // Caller 002 was given to it and waited alone; no job of that room was ever assigned.
    let room = try #require(log.rooms.values.first { $0.name == "frozen-worker-002" })
    #expect(room.dispatchedTo == ["concierge"])
    #expect(!log.jobs.values.contains { $0.room == "frozen-worker-002" })
  }

  @Test func aRestartOfTheServerEndsWhatRanAsAnIncidentOfItsOwn() throws {
    #expect(try end("server-restart")?.sign == .serverRestarted)
  }

  @Test func aPersonWaitsFromTheMomentTheyCameUntilTheyLeave() throws {
    var log = ServerLog()
    let join = #"{"ts":10.5,"msg":"starting RTC session","room":"r","roomID":"RM_1","participant":"ann"}"#
    log.take(Array(join.utf8))
    let room = try #require(log.rooms["RM_1"])
    #expect(log.waitingSince(in: room) == Timestamp(milliseconds: 10_500))
    let leave = """
      {"ts":12,"msg":"participant closing","room":"r","roomID":"RM_1","participant":"ann","kind":"STANDARD",\
      "reason":"CLIENT_REQUEST_LEAVE"}
      """
    log.take(Array(leave.utf8))
    #expect(log.waitingSince(in: try #require(log.rooms["RM_1"])) == nil)
  }

  @Test func linesOfSeveralNodesMayComeInAnyOrderAndTwice() throws {
    let path = "\(Fixtures.folder)/livekit-server/logs/story-drain-cut.server.jsonl"
    let lines = try Files.read(path, limit: 1 << 20).split(separator: 0x0A).map { Array($0) }
    var inOrder = ServerLog()
    for line in lines { inOrder.take(line) }
    var twice = ServerLog()
    // The lines about rooms first, then those about workers, as two nodes have them; and all of it again.
    for _ in 0..<2 {
      let (agents, rooms) = (
        lines.filter { String(decoding: $0, as: UTF8.self).contains("livekit.agents") },
        lines.filter { !String(decoding: $0, as: UTF8.self).contains("livekit.agents") }
      )
      for line in rooms + agents { twice.take(line) }
    }
    let ends = inOrder.jobs.mapValues { inOrder.end(of: $0) }
    #expect(ends == twice.jobs.mapValues { twice.end(of: $0) })
    #expect(ends.values.count { $0?.sign == .drainTimedOut } == 4)
  }

  @Test func aLogInColumnsReadsLikeOneInJSON() {
    var log = ServerLog()
    log.take(
      Array(
        "2026-11-21T05:00:00.123Z\tINFO\tlivekit.agents\tservice/agentservice.go:303\tworker registered\t{\"workerID\": \"AW_1\", \"agentName\": \"a\"}"
          .utf8))
    log.take(
      Array("2026-11-21T05:00:01.000+0000\tINFO\tagent/worker.go:488\tclosing worker\t{\"workerID\": \"AW_1\"}".utf8))
    #expect(log.workers["AW_1"]?.registeredAt == Timestamp("2026-11-21T05:00:00.123Z"))
    #expect(log.workers["AW_1"]?.closedAt == Timestamp("2026-11-21T05:00:01Z"))
  }

  @Test func whatIsOverIsForgottenTenMinutesLater() throws {
    var log = try log("one-call")
    #expect(!log.jobs.isEmpty && !log.rooms.isEmpty)
    let last = try #require(log.lastAt)
    let later = Double((last + .seconds(700)).nanoseconds) / 1e9
    log.take(Array(#"{"ts":\#(later),"msg":"worker registered","workerID":"AW_later","agentName":"a"}"#.utf8))
    log.forgetTheOld()
    #expect(log.jobs.isEmpty && log.rooms.isEmpty)
    #expect(log.workers.keys.sorted() == ["AW_later"])
  }

  @Test func aRoomIsKeptForAsLongAsSomebodyIsInIt() {
    var log = ServerLog()
    log.take(
      Array(#"{"ts":1,"msg":"starting RTC session","room":"r","roomID":"RM_1","participant":"agent-AJ_1"}"#.utf8))
    log.take(
      Array(
        #"{"ts":1,"msg":"assigned job to worker","room":"r","roomID":"RM_1","jobID":"AJ_1","workerID":"AW_1"}"#.utf8))
    log.take(Array(#"{"ts":9000,"msg":"worker registered","workerID":"AW_2"}"#.utf8))
    log.forgetTheOld()
    #expect(log.jobs["AJ_1"] != nil && log.rooms["RM_1"] != nil && log.workers["AW_2"] != nil)
  }
}
