import Logs
import TestSupport
import Testing
import Vocabulary

struct LogEnvelopeTests {
  private static func open(_ line: String) -> LogEnvelope { LogEnvelope.open(ArraySlice(line.utf8)) }

  /// A line in a wrapping, with what must be found.
  struct Case: Sendable, CustomTestStringConvertible {
    var line: String
    var wrapping: LogEnvelope.Wrapping
    var content: String
    var origin: String?
    var at: String?
    var pid: Int32?
    var isPartial = false
    var testDescription: String { "\(wrapping) \(line.prefix(40))" }
  }

  static let own = #"{"message": "draining worker", "level": "INFO", "id": "AW_1"}"#

  static let cases: [Case] = [
    Case(
      line: #"{"log":"draining worker\n","stream":"stdout","time":"2026-11-21T00:09:48.668123456Z"}"#,
      wrapping: .docker,
      content: "draining worker", at: "2026-11-21T00:09:48.668123456Z"),
    Case(
      line:
        #"{"log":"the first sixteen kibibytes","stream":"stderr","time":"2026-11-21T00:09:48.6Z","attrs":{"tag":"x"}}"#,
      wrapping: .docker, content: "the first sixteen kibibytes", at: "2026-11-21T00:09:48.6Z", isPartial: true),
    Case(
      line: "2026-11-21T00:09:48.668123456Z stdout F \(own)", wrapping: .cri, content: own,
      at: "2026-11-21T00:09:48.668123456Z"),
    Case(
      line: "2026-11-21T01:09:48.668123456+01:00 stderr P half a line", wrapping: .cri, content: "half a line",
      at: "2026-11-21T00:09:48.668123456Z", isPartial: true),
    Case(
      line: "2026-11-21T00:09:48.668123456Z \(own)", wrapping: .timestamps, content: own,
      at: "2026-11-21T00:09:48.668123456Z"),
    Case(
      line: "[pod/agent-7d9f-x2x/agent] \(own)", wrapping: .kubectlPrefix, content: own, origin: "agent-7d9f-x2x/agent"),
    Case(
      line: "[pod/agent-7d9f-x2x/agent] 2026-11-21T00:09:48.668123456Z \(own)", wrapping: .kubectlPrefix, content: own,
      origin: "agent-7d9f-x2x/agent", at: "2026-11-21T00:09:48.668123456Z"),
    Case(line: "agent-old-1  | \(own)", wrapping: .compose, content: own, origin: "agent-old-1"),
    Case(
      line: "agent-1  | 2026-11-21T00:09:48.668123456Z \(own)", wrapping: .compose, content: own, origin: "agent-1",
      at: "2026-11-21T00:09:48.668123456Z"),
    Case(
      line: "Nov 21 00:09:48 host-7 agent[4711]: \(own)", wrapping: .syslog, content: own, origin: "agent", pid: 4711),
    Case(
      line: "<13>Nov  1 00:09:48 host-7 agent[4711]: \(own)", wrapping: .syslog, content: own, origin: "agent",
      pid: 4711),
    Case(
      line: #"<134>1 2026-11-21T00:09:48.668Z host agent 4711 - [x@1 k="a\"]b"][y] draining worker"#, wrapping: .syslog,
      content: "draining worker", origin: "agent", at: "2026-11-21T00:09:48.668Z", pid: 4711),
    Case(
      line: "<134>1 2026-11-21T00:09:48.668Z host - - - - \(own)", wrapping: .syslog, content: own,
      at: "2026-11-21T00:09:48.668Z"),
    Case(
      line: "2026-11-21T00:09:48+0000 host-7 agent[4711]: \(own)", wrapping: .syslog, content: own, origin: "agent",
      at: "2026-11-21T00:09:48Z", pid: 4711),
    Case(
      line:
        #"{"MESSAGE":"draining worker","__REALTIME_TIMESTAMP":"1795219788668123","_PID":"4711","_SYSTEMD_UNIT":"agent.service"}"#,
      wrapping: .journal, content: "draining worker", origin: "agent.service", at: "2026-11-21T00:09:48.668123Z",
      pid: 4711),
    Case(
      line: #"{"MESSAGE":[100,114,255],"__REALTIME_TIMESTAMP":"1795219788668123","SYSLOG_IDENTIFIER":"agent"}"#,
      wrapping: .journal, content: "dr\u{FFFD}", origin: "agent", at: "2026-11-21T00:09:48.668123Z"),
    Case(
      line: #"{"insertId":"a","logName":"projects/p/logs/run.googleapis.com%2Fstdout","jsonPayload":\#(own),"#
        + #""resource":{"type":"cloud_run_revision","labels":{"revision_name":"agent-00007-abc"}},"timestamp":"2026-11-21T00:09:48.668Z"}"#,
      wrapping: .cloudLogging, content: own, origin: "agent-00007-abc", at: "2026-11-21T00:09:48.668Z"),
    Case(
      line: #"{"insertId":"a","textPayload":"INFO:     Shutting down","timestamp":"2026-11-21T00:09:48.668Z"}"#,
      wrapping: .cloudLogging, content: "INFO:     Shutting down", at: "2026-11-21T00:09:48.668Z"),
    Case(
      line: #"{"insertId":"a","jsonPayload":{"message":"draining worker"},"timestamp":"2026-11-21T00:09:48.668Z"}"#,
      wrapping: .cloudLogging, content: "draining worker", at: "2026-11-21T00:09:48.668Z"),
    Case(
      line:
        #"{"logStreamName":"agent/agent/0a1b","timestamp":1795219788668,"message":"draining worker\n","ingestionTime":1795219789000,"eventId":"3"}"#,
      wrapping: .cloudWatch, content: "draining worker", origin: "agent/agent/0a1b", at: "2026-11-21T00:09:48.668Z"),
    Case(
      line: #"{"@timestamp":"2026-11-21 00:09:48.668","@message":"draining worker","@logStream":"s"}"#,
      wrapping: .cloudWatch, content: "draining worker", origin: "s", at: "2026-11-21T00:09:48.668Z"),
    Case(
      line:
        #"{"id":"AQ","type":"log","attributes":{"timestamp":"2026-11-21T00:09:48.668Z","host":"h","service":"agent","message":"draining worker","attributes":{"level":"INFO","id":"AW_1"}}}"#,
      wrapping: .datadog, content: #"{"message":"draining worker","level":"INFO","id":"AW_1"}"#, origin: "h",
      at: "2026-11-21T00:09:48.668Z"),
  ]

  @Test(arguments: cases)
  func aWrappingIsOpenedToTheLineInside(sample: Case) throws {
    let envelope = Self.open(sample.line)
    #expect(envelope.wrapping == sample.wrapping)
    #expect(String(decoding: envelope.content, as: UTF8.self) == sample.content)
    #expect(envelope.origin == sample.origin)
    #expect(envelope.at == (try sample.at.map { try #require(Timestamp($0)) }))
    #expect(envelope.pid == sample.pid)
    #expect(envelope.isPartial == sample.isPartial)
  }

  @Test(arguments: [
    own, "", " ", "plain text", "INFO:     Shutting down", "Traceback (most recent call last):",
    "2026-11-21 00:09:48,668 - DEBUG asyncio - Using selector",
    "2026-11-21T00:09:48.668Z\tINFO\tlivekit\tx.go:1\tworker\t{}",
    "a | b", "| x", "what it says | is not a name", "[pod] x", "[pod/a] x", "[INFO] pod/a/b", "<x>1 y", "<134",
    #"{"log":"x"}"#, #"{"log":"x","time":"y"}"#,
    #"{"level":30,"time":1795219788668,"pid":7,"msg":"registered worker"}"#,
    #"{"message":"x","timestamp":"2026-11-21T00:09:48.668Z"}"#, "Nov 21 something else that is long enough",
    "ERROR worker: it broke", "2026-11-21T00:09:48.668Z",
  ])
  func aProgramsOwnLineStaysAsItIs(line: String) {
    let envelope = Self.open(line)
    #expect(envelope.wrapping == nil)
    #expect(String(decoding: envelope.content, as: UTF8.self) == line)
  }

  @Test func anOriginCannotCarryControls() {
    #expect(Self.open("[pod/a\u{1B}[2J/b] x").origin?.contains("\u{1B}") == false)
  }

  @Test(arguments: 0..<300)
  func whateverIsCutOrChangedCanBeOpened(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var bytes = Array(try #require(Self.cases.randomElement(using: &random)).line.utf8)
    for _ in 0..<3 where !bytes.isEmpty {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
    }
    bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
    #expect(LogEnvelope.open(bytes[...]).content.count <= bytes.count + 16)
  }
}
