import TestSupport
import Testing
import Triage
import Vocabulary

/// Causes that look alike, told apart.
struct RivalCauseTests {
  /// Lines of one log, each so many seconds after the same moment.
  struct Log {
    var lines: [String] = []
    var pid = 100
    var offset = 0.0

    private func time(_ seconds: Double) -> String {
      (Timestamp(nanoseconds: 1_795_219_200_000_000_000) + .seconds(seconds + offset)).description
    }

    mutating func say(
      _ seconds: Double, _ message: String, level: String = "INFO", pid: Int? = nil, _ fields: String = ""
    ) {
      lines.append(
        "{\"message\": \"\(message)\", \"level\": \"\(level)\", \"name\": \"livekit.agents\", "
          + (fields.isEmpty ? "" : fields + ", ") + "\"pid\": \(pid ?? self.pid), \"timestamp\": \"\(time(seconds))\"}")
    }

    mutating func server(_ seconds: Double, _ message: String, _ fields: String) {
      let moment = 1_795_219_200 + seconds
      lines.append(
        "{\"level\": \"info\", \"ts\": \(moment), \"logger\": \"livekit\", \"msg\": \"\(message)\", \(fields)}")
    }

    /// A worker that has started and is registered.
    static func worker(_ id: String, pid: Int, version: String = "1.8.9", at start: Double = 0) -> Log {
      var log = Log(pid: pid)
      log.say(start, "starting worker", "\"version\": \"\(version)\"")
      log.say(start + 1, "registered worker", "\"id\": \"\(id)\", \"agent_name\": \"a\"")
      return log
    }

    mutating func call(_ seconds: Double, _ job: String) {
      say(seconds, "received job request", "\"job_id\": \"\(job)\", \"room\": \"\(job)-room\"")
    }

    mutating func drain(_ seconds: Double, _ id: String, timeout: Int = 3_600) {
      say(seconds, "draining worker", "\"id\": \"\(id)\", \"timeout\": \(timeout)")
    }
  }

  static func diagnosis(_ files: [String: [String]]) async throws -> Diagnosis {
    let folder = try TemporaryFolder()
    var paths: [String] = []
    for (name, lines) in files.sorted(by: { $0.key < $1.key }) {
      paths.append(try folder.write(lines.joined(separator: "\n") + "\n", to: name))
    }
    return Diagnosis(of: try await LogGathering.read(paths, in: folder.path))
  }

  static func codes(_ diagnosis: Diagnosis) -> [String] {
    diagnosis.findings.filter { $0.severity != .info }.map(\.code.rawValue)
  }

  /// A server's log of one worker with one call, and how the worker's connection ended.
  private static func server(_ id: String, fullAt: Double?, closedAt: Double, _ closing: String) -> [String] {
    var log = Log()
    log.server(1, "worker registered", "\"workerID\": \"\(id)\", \"agentName\": \"a\"")
    log.server(
      2, "assigned job to worker", "\"jobID\": \"AJ_1\", \"workerID\": \"\(id)\", \"room\": \"r\", \"roomID\": \"RM_1\""
    )
    log.server(2, "starting RTC session", "\"room\": \"r\", \"roomID\": \"RM_1\", \"participant\": \"ann\"")
    log.server(2.1, "starting RTC session", "\"room\": \"r\", \"roomID\": \"RM_1\", \"participant\": \"agent-AJ_1\"")
    if let fullAt { log.server(fullAt, "worker status changed", "\"workerID\": \"\(id)\", \"status\": \"WS_FULL\"") }
    log.server(
      closedAt, "worker closed WS connection", "\"workerID\": \"\(id)\", \"wsError\": \"websocket: close \(closing)\"")
    log.server(closedAt, "closing worker", "\"workerID\": \"\(id)\"")
    return log.lines
  }

  @Test func aKillAtAPlatformsDeadlineNamesItsClock() async throws {
    var worker = Log.worker("AW_1", pid: 7)
    worker.call(2, "AJ_1")
    worker.drain(10, "AW_1")
    let diagnosis = try await Self.diagnosis([
      "worker": worker.lines, "server": Self.server("AW_1", fullAt: 10, closedAt: 40.4, "1006 (abnormal closure)"),
    ])
    #expect(Self.codes(diagnosis) == ["CLK-001"])
    let stop = try #require(diagnosis.clocks?.stops.first)
    #expect(stop.outcome == .killed && stop.clock == "Kubernetes, ECS")
    #expect(diagnosis.clocks?.suspects.isEmpty == true)
    #expect(diagnosis.ruledOut.contains { $0.code == "SIG-001" })
  }

  @Test func aKillAtNoUsualTimeNamesTheThreeSuspects() async throws {
    var worker = Log.worker("AW_1", pid: 7)
    worker.call(2, "AJ_1")
    worker.drain(10, "AW_1")
    let diagnosis = try await Self.diagnosis([
      "worker": worker.lines, "server": Self.server("AW_1", fullAt: 10, closedAt: 57, "1006 (abnormal closure)"),
    ])
    #expect(Self.codes(diagnosis) == ["RUN-005"])
    #expect(diagnosis.clocks?.stops.first?.clock == nil)
    #expect(diagnosis.clocks?.suspects.count == 3)
  }

  @Test func clocksThatDisagreeAreSaidAndTakenOut() async throws {
    var worker = Log.worker("AW_1", pid: 7)
    worker.offset = -40
    worker.lines = []
    worker.say(0, "starting worker", "\"version\": \"1.8.9\"")
    worker.say(1, "registered worker", "\"id\": \"AW_1\", \"agent_name\": \"a\"")
    worker.call(2, "AJ_1")
    worker.drain(10, "AW_1")
    let diagnosis = try await Self.diagnosis([
      "worker": worker.lines, "server": Self.server("AW_1", fullAt: 10, closedAt: 40.4, "1006 (abnormal closure)"),
    ])
    #expect(Self.codes(diagnosis) == ["CLK-001"])
    #expect(diagnosis.findings.contains { $0.code == "OBS-004" && $0.summary.contains("40s behind") })
    #expect(diagnosis.clocks?.stops.first?.seconds.map { abs($0 - 30.4) < 0.1 } == true)
  }

  private static func failing(_ log: inout Log, _ seconds: Double, _ job: String, _ error: String) {
    log.say(
      seconds, "unhandled exception while running the job task", level: "ERROR",
      "\"exc_info\": \"Traceback (most recent call last):\\n  x\\n\(error)\", \"job_id\": \"\(job)\"")
  }

  @Test func errorsThatBeginBesideANewerVersionAreABrokenContract() async throws {
    var (old, new) = (Log.worker("AW_1", pid: 7), Log.worker("AW_2", pid: 8, at: 60))
    old.call(5, "AJ_1")
    new.call(70, "AJ_2")
    for (second, job) in [(80.0, "AJ_3"), (85, "AJ_4")] {
      old.call(second, job)
      Self.failing(&old, second + 1, job, "KeyError: 'customer_ref'")
    }
    let broken = try await Self.diagnosis(["old": old.lines, "new": new.lines])
    #expect(Self.codes(broken) == ["RUN-009"])
    Self.failing(&new, 90, "AJ_2", "KeyError: 'customer_ref'")
    let alike = try await Self.diagnosis(["old": old.lines, "new": new.lines])
    #expect(Self.codes(alike).allSatisfy { $0 == "RUN-006" } && !Self.codes(alike).isEmpty)
    #expect(alike.ruledOut.contains { $0.code == "RUN-009" })
  }

  @Test(arguments: [(0.2, "SIG-003"), (3.0, "DRN-002")])
  func aSecondSignalAtOnceIsAForwarders(gap: Double, code: String) async throws {
    var worker = Log.worker("AW_1", pid: 7)
    worker.call(2, "AJ_1")
    worker.drain(10, "AW_1")
    worker.say(10 + gap, "exiting forcefully", level: "WARNING", "\"signal\": 15")
    #expect(Self.codes(try await Self.diagnosis(["worker": worker.lines])) == [code])
  }

  @Test func anOldDrainThatTimesOutSaysSoInItsStandardErrorsOnly() async throws {
    var worker = Log.worker("AW_1", pid: 7, version: "1.3.12")
    worker.call(2, "AJ_1")
    worker.drain(10, "AW_1", timeout: 5)
    let diagnosis = try await Self.diagnosis([
      "w.jsonl": worker.lines,
      "w.stderr": ["Traceback (most recent call last):", "  File \"worker.py\", line 7, in drain", "TimeoutError"],
    ])
    #expect(Self.codes(diagnosis) == ["DRN-001", "DRN-007"])
  }

  @Test func theFirstEndThatEndsADrainIsTheOldSDKs() async throws {
    var worker = Log.worker("AW_1", pid: 7, version: "1.3.6")
    worker.call(2, "AJ_1")
    worker.call(3, "AJ_2")
    worker.drain(10, "AW_1")
    worker.say(20, "process exiting", pid: 71, "\"reason\": \"caller left\", \"job_id\": \"AJ_1\"")
    worker.say(20.3, "shutting down worker", "\"id\": \"AW_1\"")
    let diagnosis = try await Self.diagnosis(["worker": worker.lines])
    #expect(Self.codes(diagnosis) == ["DRN-009"])
    #expect(diagnosis.findings.first?.appliesTo == "livekit-agents < 1.3.9")
  }

  /// Newer SDKs refuse such jobs; what was on its way when the drain began is answered after it.
  @Test(arguments: [("1.3.12", 0.5, ["RTE-002"]), ("1.8.9", 0.5, []), ("1.8.9", 3, ["RTE-002"])])
  func aJobThatADrainingWorkerTookIsLate(version: String, gap: Double, codes: [String]) async throws {
    var worker = Log.worker("AW_1", pid: 7, version: version)
    worker.drain(10, "AW_1")
    worker.call(10 + gap, "AJ_1")
    worker.say(14, "process exiting", pid: 71, "\"reason\": \"caller left\", \"job_id\": \"AJ_1\"")
    worker.say(14.1, "shutting down worker", "\"id\": \"AW_1\"")
    #expect(Self.codes(try await Self.diagnosis(["worker": worker.lines])) == codes)
  }

  @Test func aSignalThatWasLostOnceIsTheRootThoughALaterOneDrained() async throws {
    var worker = Log.worker("AW_1", pid: 7, version: "1.6.4")
    worker.say(
      10, "error in memory monitor", level: "ERROR",
      "\"exc_info\": \"Traceback (most recent call last):\\n  x\\nlivekit.agents.cli.cli._ExitCli\"")
    worker.call(20, "AJ_1")
    worker.say(30, "process exiting", pid: 71, "\"reason\": \"caller left\", \"job_id\": \"AJ_1\"")
    worker.drain(50, "AW_1")
    worker.say(50.1, "shutting down worker", "\"id\": \"AW_1\"")
    #expect(Self.codes(try await Self.diagnosis(["worker": worker.lines])) == ["SIG-010"])
  }

  @Test func aScaleOutIsNoRollout() async throws {
    var (old, new) = (Log.worker("AW_1", pid: 7), Log.worker("AW_2", pid: 8, at: 60))
    var twin = Log.worker("AW_3", pid: 9)
    for (second, job) in [(5.0, "AJ_1"), (80, "AJ_3"), (90, "AJ_5")] { old.call(second, job) }
    twin.call(6, "AJ_7")
    new.call(70, "AJ_2")
    new.say(75, "process exiting", pid: 81, "\"reason\": \"caller left\", \"job_id\": \"AJ_2\"")
    new.drain(100, "AW_2")
    new.say(100.1, "shutting down worker", "\"id\": \"AW_2\"")
    #expect(Self.codes(try await Self.diagnosis(["a": old.lines, "b": new.lines, "c": twin.lines])).isEmpty)
  }

  @Test func aDrainWhoseSessionsEndHasNoClock() async throws {
    var worker = Log.worker("AW_1", pid: 7)
    worker.call(2, "AJ_1")
    worker.drain(10, "AW_1")
    worker.say(25, "process exiting", pid: 71, "\"reason\": \"caller left\", \"job_id\": \"AJ_1\"")
    worker.say(25.1, "shutting down worker", "\"id\": \"AW_1\"")
    let diagnosis = try await Self.diagnosis(["worker": worker.lines])
    #expect(Self.codes(diagnosis).isEmpty)
    let stop = try #require(diagnosis.clocks?.stops.first)
    #expect(stop.outcome == .drained && stop.clock == nil && stop.limitSeconds == 3_600)
  }

  @Test func failedStartsHaveTheGuidesWholeRemedy() async throws {
    var worker = Log.worker("AW_1", pid: 7)
    worker.say(
      5, "error initializing process", level: "ERROR",
      "\"exc_info\": \"Traceback (most recent call last):\\n  x\\nTimeoutError\"")
    let diagnosis = try await Self.diagnosis(["worker": worker.lines])
    let finding = try #require(diagnosis.findings.first { $0.code == "INI-001" })
    #expect(finding.remedy.summary.contains("initialize_process_timeout = "))
    #expect(finding.remedy.commands == ["sluice check startup --explain INI-001"])
    #expect(!diagnosis.summary.contains("Settings:"))
  }

  @Test(arguments: [("1.3.12", "SIG-010"), ("1.8.9", "SIG-012")])
  func aSignalToTheAgentItselfThatChangesNothingIsNoWrappers(version: String, code: String) async throws {
    let worker = Log.worker("AW_1", pid: 7, version: version)
    let diagnosis = try await Self.diagnosis([
      "w.jsonl": worker.lines,
      "w.txt": [
        "00:00:00.000 started python agent.py start env {} pid 7", "00:00:05.000 send SIGTERM to 7",
        "00:00:45.000 exit STILL RUNNING",
      ],
    ])
    #expect(Self.codes(diagnosis) == [code])
  }

  @Test func aLoopThatStoodForSecondsIsNamedAndOneThatImportedIsNot() async throws {
    for (seconds, codes) in [(0.4, []), (6.5, ["RUN-002"])] {
      var worker = Log.worker("AW_1", pid: 7)
      worker.say(
        5, "event loop blocked for \(Int(seconds * 1_000))ms at \\\"agent.py\\\", line 3, in request", level: "WARNING",
        "\"duration\": \(seconds)")
      worker.drain(12, "AW_1")
      worker.say(12.1, "shutting down worker", "\"id\": \"AW_1\"")
      #expect(Self.codes(try await Self.diagnosis(["worker": worker.lines])) == codes)
    }
  }

  /// Whatever stands in files beside the logs: it is read or left, and never trapped on.
  @Test(arguments: 0..<20) func anyNotesAreRead(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let pieces = [
      "send SIGTERM to ", "SIGTERM to PID1 ", "exit ", "STILL RUNNING", "started ", " pid ", "12", "-9",
      "99999999999999999999",
      "kill -s ", "kill -", "PID1:", "comm=", "child=", "NSpid:", "SigCgt:\t", "Name:\t", "== ", "ppid=", " :: ",
      "PID PPID CMD",
      "\n", " ", "{\"rc\": ", "\"exited_at\": 1e300}", "alive=yes", "listen=1", "00:00:00.000 ", "\u{1B}]0;x",
      "::error::", "ff",
    ]
    let text = (0..<300).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
    let diagnosis = try await Self.diagnosis(["notes": [text]])
    for finding in diagnosis.findings {
      #expect(!(finding.summary + finding.evidence.map(\.excerpt).joined()).unicodeScalars.contains { $0.value < 0x20 })
    }
  }
}
