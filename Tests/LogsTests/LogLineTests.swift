import Testing
import Vocabulary

@testable import Logs

@Suite struct LogLineTests {
  @Test func readsAJSONLineOfThePythonWorker() throws {
    let line = LogLine(
      Array(
        #"""
        {"message": "draining worker", "level": "INFO", "name": "livekit.agents", "id": "AW_1", "timeout": 3600, "pid": 7, "timestamp": "2026-11-21T00:06:06.265875+00:00"}
        """#.utf8))
    #expect(line.form == .json)
    #expect(line.message == "draining worker")
    #expect(line.level == .info)
    #expect(line.logger == "livekit.agents")
    #expect(line.text("id") == "AW_1")
    #expect(line.number("timeout") == 3600)
    #expect(line.pid == 7)
    #expect(line.at == Timestamp("2026-11-21T00:06:06.265875Z"))
  }

  @Test func readsAColouredLineWithItsFieldsButNotItsTimeWithoutAZone() {
    let line = LogLine(
      Array(
        "2026-11-21 00:09:53,102 - \u{1B}[32mINFO\u{1B}[0m livekit.agents - registered {x} - worker \u{1B}[90m{\"id\": \"AW_1\"}\u{1B}[0m"
          .utf8))
    #expect(line.form == .coloured)
    #expect(line.message == "registered {x} - worker")
    #expect(line.level == .info)
    #expect(line.logger == "livekit.agents")
    #expect(line.text("id") == "AW_1")
    #expect(line.at == nil)
    #expect(line.localTime == Timestamp("2026-11-21T00:09:53.102Z"))
  }

  @Test func readsALineOfTheNodeSDK() {
    let line = LogLine(
      Array(
        #"{"level":30,"time":1795219788668,"pid":7,"hostname":"h","version":"1.7.0","id":"AW_1","msg":"registered worker"}"#
          .utf8))
    #expect(line.form == .pino)
    #expect(line.message == "registered worker")
    #expect(line.level == .info)
    #expect(line.at == Timestamp("2026-11-21T00:09:48.668Z"))
    #expect(line.text("id") == "AW_1")
    #expect(line.pid == 7)
  }

  @Test(arguments: [
    #"{"level":"info","ts":1795219788.668,"logger":"livekit","caller":"x.go:1","msg":"worker status changed","worker":"AW_1"}"#,
    "2026-11-21T00:09:48.668Z\tINFO\tlivekit\tx.go:1\tworker status changed\t{\"worker\": \"AW_1\"}",
    "2026-11-21T01:09:48.668+0100\tINFO\tx.go:1\tworker status changed\t{\"worker\": \"AW_1\"}",
  ])
  func readsALineOfALiveKitServer(_ text: String) {
    let line = LogLine(Array(text.utf8))
    #expect(line.form == .server)
    #expect(line.message == "worker status changed")
    #expect(line.level == .info)
    #expect(line.text("worker") == "AW_1")
    #expect(line.at == Timestamp("2026-11-21T00:09:48.668Z"))
  }

  @Test(arguments: ["INFO:     Shutting down", "\u{1B}[32mINFO\u{1B}[0m:     Shutting down"])
  func readsALineOfUvicorn(_ text: String) {
    let line = LogLine(Array(text.utf8))
    #expect(line.form == .uvicorn)
    #expect(line.message == "Shutting down")
    #expect(line.level == .info)
    #expect(line.at == nil)
  }

  @Test func readsALineOfTheADK() {
    let line = LogLine(Array("2026-11-21 00:03:46,320 - INFO - api_server.py:1283 - New session created: s1 - x".utf8))
    #expect(line.form == .adk)
    #expect(line.message == "New session created: s1 - x")
    #expect(line.logger == "api_server.py:1283")
    #expect(line.level == .info)
    #expect(line.at == nil)
    #expect(line.localTime == Timestamp("2026-11-21T00:03:46.320Z"))
  }

  @Test(arguments: [
    "Traceback (most recent call last):", "", "{", "{}", #"{"level": "INFO"}"#, "[1]", "2026-11-21 - x",
    "{\"message\": ", "INFO:", "NOTE: x", "ERROR:x", #"{"msg":"x"}"#, "2026-11-21 00:03:46,320 - INFO - only three",
    "2026 \u{1B}[31m", "1 - \u{1B}[1mNOTALEVEL\u{1B}[0m x - y",
  ])
  func anythingElseIsText(_ text: String) {
    let line = LogLine(Array(text.utf8))
    #expect(line.form == .text)
    #expect(line.message == text)
    #expect(line.level == nil)
  }

  @Test func valuesOfOtherKindsAreThereWithoutBeingTaken() {
    let line = LogLine(
      Array(#"{"message": {"a": 1}, "id": ["x"], "timeout": "3600", "level": 30, "timestamp": 5}"#.utf8))
    #expect(line.form == .json)
    #expect(line.message == "")
    #expect(line.text("id") == nil)
    #expect(line.number("timeout") == nil)
    #expect(line.level == nil)
    #expect(line.at == nil)
  }

  @Test func aSummaryIsOneHarmlessLineWithTheExceptionsLastLine() {
    let line = LogLine(
      Array(
        #"{"message": "worker \u001b[31mfailed", "level": "ERROR", "exc_info": "Traceback\n  File\nOSError: no\n"}"#
          .utf8))
    #expect(line.summary == #"ERROR worker \u{1b}[31mfailed (OSError: no)"#)
    #expect(LogLine([UInt8](repeating: 97, count: 1000)).summary.count == 300)
  }

  @Test(arguments: [
    ("1.8.9", 3600), ("1.6.5", 3600), ("1.6.4", 1800), ("1.0.21", 1800), ("1.0.20", 60), ("1.6.5rc1", 3600),
  ])
  func theDrainTimeoutNobodySetDependsOnTheVersion(_ version: String, _ seconds: Int) throws {
    #expect(try #require(SDKVersion(version)).defaultDrainTimeout == .seconds(seconds))
  }

  @Test(arguments: ["", "1", "1.2", "a.b.c", "1.2.", "-1.0.0", "1.x.3"])
  func whatIsNoVersionIsNone(_ text: String) { #expect(SDKVersion(text) == nil) }
}
