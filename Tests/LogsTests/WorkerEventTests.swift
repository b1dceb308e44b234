import Logs
import Testing

struct WorkerEventTests {
  private static func event(_ message: String, _ more: String = "") -> WorkerEvent? {
    WorkerEvent(LogLine(Array(#"{"message": "\#(message)", "level": "INFO", "name": "livekit.agents"\#(more)}"#.utf8)))
  }

  @Test(arguments: [
    ("process is unresponsive", WorkerEvent.unresponsive),
    ("process is unresponsive, killing process", .unresponsiveKilled),
    ("received assignment", .jobAssigned), ("received assignment for an unknown job", .assignmentUnknown),
    ("HTTP server listening on :8081", .listening), ("process exited with non-zero exit code -10", .processEnded),
    ("event loop blocked for 104ms at x", .loopBlocked), ("draining worker", .draining),
  ])
  func theLongestWordingThatBeginsAMessageCounts(message: String, expected: WorkerEvent) {
    #expect(Self.event(message) == expected)
  }

  @Test func aStopSignalInsideOfAnotherErrorIsTheEvent() {
    let trace = #", "exc_info": "Traceback (most recent call last):\n  …\nlivekit.agents.cli.cli._ExitCli""#
    #expect(Self.event("Error in memory monitoring task", trace) == .stopSignalSwallowed)
    #expect(Self.event("Error in memory monitoring task") == nil)
  }

  @Test(arguments: ["", "worker", "a draining worker", "Draining worker", "hello"])
  func anythingElseIsNoEvent(message: String) {
    #expect(Self.event(message) == nil)
  }

  @Test func aLineOfTheNodeSDKIsReadByTheSameWords() {
    let line = LogLine(Array(#"{"level":30,"time":1795219788668,"pid":7,"msg":"registered worker","id":"AW_1"}"#.utf8))
    #expect(WorkerEvent(line) == .registered)
  }

  @Test func textThatOnlyLooksLikeAnEventIsNone() {
    #expect(WorkerEvent(LogLine(Array("draining worker".utf8))) == nil)
  }

  @Test func everyEventButTheStopSignalHasAWording() {
    #expect(WorkerEvent.literals.count >= WorkerEvent.allCases.count)
    #expect(WorkerEvent.literals.allSatisfy { $0.utf8.count >= 4 && !$0.contains("\"") && !$0.contains("\\") })
  }
}
