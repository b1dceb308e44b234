import LogScan
import Logs
import Machine
import TestSupport
import Testing
import Vocabulary

/// Records that are more than a line, or less.
struct RecordTests {
  /// The records of a text, read as a log is: by its literals.
  private static func records(_ text: String, for literals: [String] = ["draining worker", "boom"]) async throws
    -> [LogRecord]
  {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, to: "log")
    let found = Locked<[LogRecord]>([])
    _ = try await LogReading.read(
      LogInput(try ByteStream(path), name: path), for: LiteralScanner(literals), tasks: 1, decode: LogRecord.read,
      deliver: { _, records in found.withLock { $0 += records } })
    return found.withLock { $0 }
  }

  private static let own = #"{"message": "draining worker", "level": "INFO", "id": "AW_1"}"#

  @Test func theContinuationOfALineThatARuntimeCutIsJoined() async throws {
    let text = """
      2026-11-21T00:09:48.1Z stdout F {"message": "other"}
      2026-11-21T00:09:48.2Z stdout P {"message": "draining worker", "lev
      2026-11-21T00:09:48.2Z stdout P el": "INFO", "id":
      2026-11-21T00:09:48.2Z stdout F  "AW_1"}
      2026-11-21T00:09:48.3Z stdout F {"message": "other"}

      """
    let records = try await Self.records(text)
    #expect(records.count == 1)
    #expect(records.first?.line.message == "draining worker" && records.first?.line.text("id") == "AW_1")
    #expect(records.first?.at == Timestamp("2026-11-21T00:09:48.2Z"))
  }

  @Test func whatIsSearchedForMayStandInTheSecondPart() async throws {
    let text = """
      {"log":"{\\"level\\": \\"INFO\\", \\"id\\": \\"AW_1\\",","stream":"stdout","time":"2026-11-21T00:09:48.2Z"}
      {"log":" \\"message\\": \\"draining worker\\"}\\n","stream":"stdout","time":"2026-11-21T00:09:48.2Z"}

      """
    let records = try await Self.records(text)
    #expect(records.map(\.line.message) == ["draining worker"] && records.first?.line.text("id") == "AW_1")
  }

  @Test func anObjectOverSeveralLinesIsOneRecord() async throws {
    let text = """
      [
        {
          "insertId": "a",
          "jsonPayload": {
            "id": "AW_1",
            "message": "draining worker",
            "nested": {
              "x": 1
            }
          },
          "logName": "l",
          "resource": { "labels": { "pod_name": "agent-1" } },
          "timestamp": "2026-11-21T00:09:48.2Z"
        },
        {
          "insertId": "b",
          "textPayload": "other",
          "timestamp": "2026-11-21T00:09:49.2Z"
        }
      ]

      """
    let records = try await Self.records(text)
    #expect(records.map(\.line.message) == ["draining worker"])
    #expect(records.first?.origin == "agent-1" && records.first?.line.text("id") == "AW_1")
    #expect(records.first?.moment == Timestamp("2026-11-21T00:09:48.2Z"))
  }

  @Test func anExportInOneLineIsManyRecords() async throws {
    let event = #"{"logStreamName":"agent/1","timestamp":1795219788668,"message":"draining worker","ingestionTime":1}"#
    for text in ["[\(event),\(event)]\n", "{\"events\": [\(event), \(event)], \"searchedLogStreams\": []}\n"] {
      let records = try await Self.records(text)
      #expect(records.count == 2)
      #expect(records.allSatisfy { $0.origin == "agent/1" && $0.line.message == "draining worker" })
    }
  }

  @Test func aTracebackBelongsToItsLine() async throws {
    let trace = [
      "Traceback (most recent call last):", "  File \"a.py\", line 3, in f", "    g()", "ValueError: boom", "",
      "During handling of the above exception, another exception occurred:", "", "Traceback (most recent call last):",
      "  File \"a.py\", line 9, in h", "RuntimeError: boom twice",
    ]
    let lines = ["ERROR:    Exception in ASGI application: boom"] + trace + ["INFO:     Shutting down", "boom alone"]
    for prefix in ["", "[pod/a/b] ", "2026-11-21T00:09:48.2Z stderr F "] {
      let text = lines.map { prefix + $0 + "\n" }.joined()
      let records = try await Self.records(text)
      #expect(records.count == 2, "\(prefix)")
      #expect(records.first?.line.form == .uvicorn)
      #expect(records.first?.line.exception == "RuntimeError: boom twice")
      #expect(records.last?.line.message == "boom alone")
    }
  }

  @Test func aTracebackOfItsOwnEndsWithItsException() async throws {
    let text = "Traceback (most recent call last):\n  File \"x\"\nasyncio.exceptions.TimeoutError\nboom\n"
    let records = try await Self.records(text, for: ["Traceback (most recent call last)", "boom"])
    #expect(records.count == 2)
    #expect(records.first?.line.exception == "asyncio.exceptions.TimeoutError")
  }

  @Test func aBoxOfRichsIsATraceback() async throws {
    let text = """
      ╭─── Traceback (most recent call last) ───╮
      │ /app/worker.py:7 in drain               │
      ╰─────────────────────────────────────────╯
      TimeoutError
      boom

      """
    let records = try await Self.records(text, for: ["Traceback (most recent call last)", "boom"])
    #expect(records.first?.line.exception == "TimeoutError")
    #expect(records.count == 2)
  }

  @Test func aTimeThatIsAnyNumberIsNoTime() async throws {
    for moment in ["1e300", "-1e300", "9223372036854775807"] {
      let event = "{\"timestamp\":\(moment),\"message\":\"draining worker\",\"ingestionTime\":1}"
      let records = try await Self.records(event + "\n")
      #expect(records.count == 1 && records[0].at == nil)
    }
  }

  /// Cut anywhere, with any bytes between: no trap, and no record longer than its bound.
  @Test(arguments: 0..<40) func anyBytesAreRead(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "{", "}", "[", "]", "\"", "\\", "\n", " ", "{\"log\":\"", "\",\"stream\":\"stdout\"", "draining worker", "\n{\n",
      "2026-11-21T00:09:48.2Z stdout P ", "Traceback (most recent call last)", "  \"message\": ", "\u{1B}[31m",
      "::error",
      "\n  ", "},\n", "boom",
    ]
    let text = (0..<400).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
    for record in try await Self.records(text) { #expect(record.line.summary.count <= 300) }
  }
}
