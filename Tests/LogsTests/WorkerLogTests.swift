import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Logs

/// Logs of real workers, in `Tests/Fixtures/livekit-logs`; the names say what was done to them.
@Suite struct WorkerLogTests {
  static let readAt = Timestamp(milliseconds: 9_000_000_000_000)

  static func bytes(_ name: String) throws -> [UInt8] {
    try Files.read("\(Fixtures.folder)/livekit-logs/\(name).jsonl", limit: 1 << 20)
  }

  static func log(_ name: String) throws -> WorkerLog {
    var log = WorkerLog()
    log.append(try bytes(name)[...], readAt: readAt)
    return log
  }

  @Test func aCleanDrainIsConfirmedAndFinished() throws {
    let log = try Self.log("normal-drain")
    #expect(log.sdkVersion == "1.8.9")
    #expect(log.startingAt == Timestamp("2026-11-21T00:06:03.041374Z"))
    #expect(log.http == WorkerLog.HTTPAddress(host: "", port: 8001))
    #expect(log.initializedAt == Timestamp("2026-11-21T00:06:04.139918Z"))
    #expect(log.registrations.map(\.worker) == ["AW_stub0001"])
    #expect(log.drain.confirmedAt == Timestamp("2026-11-21T00:06:06.265875Z"))
    #expect(log.drain.timeout == .seconds(3600))
    #expect(log.drain.finishedAt == Timestamp("2026-11-21T00:06:17.312558Z"))
    #expect(log.drain.timedOutAt == nil)
    #expect(log.drain.forcedAt == nil)
    #expect(log.failure == nil)
    #expect(log.jobs.map(\.id) == ["AJ_0001", "AJ_0002"])
    #expect(log.jobs.map(\.room) == ["room-1", "room-2"])
    #expect(log.jobs.allSatisfy { $0.end?.reason == "session finished" && $0.end?.isCrash == false && !$0.isLate })
  }

  @Test func anOlderVersionsWordsAreKnown() throws {
    let log = try Self.log("1.4.6-normal-drain")
    #expect(log.sdkVersion == "1.4.6")
    #expect(log.http?.port == 7441)
    #expect(log.drain.timeout == .seconds(1800))
    #expect(log.drain.finishedAt != nil)
    #expect(log.jobs.map { $0.end?.reason } == ["session finished"])
  }

  @Test func aDrainThatTimedOutIsNotFinished() throws {
    let log = try Self.log("drain-timeout-exceeded")
    #expect(log.drain.confirmedAt != nil)
    #expect(log.drain.timeout == .seconds(4))
    #expect(log.drain.timedOutAt != nil)
    #expect(log.drain.finishedAt == nil)
    #expect(log.jobs.allSatisfy { $0.end?.reason == "parent process shutdown" })
  }

  @Test func aSecondSignalIsAForcedEnd() throws {
    let log = try Self.log("second-sigterm-during-drain")
    #expect(log.drain.forcedAt != nil)
    #expect(log.drain.finishedAt == nil)
    #expect(log.jobs.allSatisfy { $0.end == nil })
  }

  @Test(arguments: ["port-in-use", "connect-401"])
  func aWorkerThatFailsIsNotDrainingAlthoughItSaysSo(_ name: String) throws {
    let log = try Self.log(name)
    #expect(log.failure != nil)
    #expect(log.registrations.isEmpty)
    #expect(log.drain == WorkerLog.Drain())
    let expected = name == "port-in-use" ? "Errno 98" : "failed to connect to livekit after"
    #expect(log.failure?.summary.contains(expected) == true)
  }

  @Test func aWorkerToldToStopBeforeItRegisteredConfirmsNothing() throws {
    let log = try Self.log("sigterm-during-startup")
    #expect(log.drain.confirmedAt == nil)
    #expect(log.drain.finishedAt == nil)
    #expect(log.isInitializing)
    #expect(log.initializedAt == nil)
  }

  @Test func processesThatAreNeverReadyAreCounted() throws {
    let log = try Self.log("init-raise")
    #expect(log.isInitializing)
    #expect(log.initializedAt == nil)
    #expect(log.initializationFailures > 5)
    #expect(log.errors.contains { $0.summary.contains("process initialization failed") && $0.count > 5 })
    #expect(try Self.log("1.3.10-init-timeout").initializationFailures > 0)
  }

  @Test func aWorkerThatRegistersWithoutAReadyProcessIsNotReady() {
    var log = WorkerLog()
    let lines = """
      {"message": "timed out waiting for idle processes to initialize", "name": "livekit.agents", "level": "WARNING"}
      {"message": "registered worker", "name": "livekit.agents", "id": "AW_1"}

      """
    log.append(Array(lines.utf8)[...], readAt: Self.readAt)
    #expect(log.isInitializing && log.initializedAt == nil)
  }

  @Test func aReconnectIsANewRegistrationInTheSameDrain() throws {
    let log = try Self.log("reconnect-while-job-running")
    #expect(log.registrations.map(\.worker) == ["AW_stub0001", "AW_stub0002", "AW_stub0003"])
    #expect(log.registrations.map(\.at) == log.registrations.map(\.at).sorted())
    #expect(log.drain.finishedAt != nil)
    #expect(log.failure == nil)
  }

  @Test(arguments: ["entrypoint-crash", "job-sigkill"])
  func aJobWhoseCodeRaisedOrWhoseProcessDiedIsACrash(_ name: String) throws {
    let log = try Self.log(name)
    #expect(log.jobs.map { $0.end?.isCrash } == [true])
    #expect(!log.errors.isEmpty)
  }

  @Test func devModeEndsWithoutADrainAndItsLinesHaveTheTimeTheyWereRead() throws {
    let log = try Self.log("dev-mode-term")
    #expect(log.sdkVersion == "1.8.9")
    #expect(log.http?.port == 7603)
    #expect(log.registrations == [WorkerLog.Registration(worker: "AW_stub0001", at: Self.readAt)])
    #expect(log.drain == WorkerLog.Drain())
  }

  @Test func bytesMayArriveInAnyPieces() throws {
    let bytes = try Self.bytes("normal-drain")
    let whole = try Self.log("normal-drain")
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<20 {
      var log = WorkerLog()
      var index = 0
      while index < bytes.count {
        let next = min(bytes.count, index + Int.random(in: 1...900, using: &generator))
        log.append(bytes[index..<next], readAt: Self.readAt)
        index = next
      }
      #expect(log.jobs == whole.jobs)
      #expect(log.drain == whole.drain)
      #expect(log.registrations == whole.registrations)
    }
  }

  @Test func aTornLastLineWaitsForItsEndAndThenCounts() throws {
    let line = Array(
      #"{"message": "registered worker", "level": "INFO", "name": "livekit.agents", "id": "AW_1"}"#.utf8)
    var log = WorkerLog()
    log.append(line[...40], readAt: Self.readAt)
    log.append(line[41...], readAt: Self.readAt)
    #expect(log.registrations.isEmpty)
    log.append([10], readAt: Self.readAt)
    #expect(log.registrations.count == 1)
    log.append(line[...40], readAt: Self.readAt)
    log.finishLines(readAt: Self.readAt)
    #expect(log.registrations.count == 1)
    #expect(log.lastLines(1) == [String(decoding: line[...40], as: UTF8.self)])
  }

  @Test func theTwoStreamsDoNotTearEachOthersLines() throws {
    let bytes = try Self.bytes("normal-drain")
    var log = WorkerLog()
    log.append(bytes[..<500], readAt: Self.readAt)
    log.append(Array("Traceback (most".utf8)[...], from: .errors, readAt: Self.readAt)
    log.append(bytes[500...], readAt: Self.readAt)
    #expect(log.jobs == (try Self.log("normal-drain")).jobs)
  }

  @Test func anUncaughtTimeoutOfAnOldVersionIsADrainThatTimedOut() throws {
    var log = WorkerLog()
    let start =
      #"{"message": "draining worker", "name": "livekit.agents", "level": "INFO", "id": "AW_1", "timeout": 4}"#
    log.append(Array("TimeoutError\n".utf8)[...], from: .errors, readAt: Self.readAt)
    #expect(log.drain.timedOutAt == nil)
    log.append(Array((start + "\n").utf8)[...], readAt: Self.readAt)
    log.append(Array("Traceback\nTimeoutError\n".utf8)[...], from: .errors, readAt: Self.readAt)
    #expect(log.drain.timedOutAt == Self.readAt)
    #expect(log.drain.finishedAt == nil)
  }

  @Test func aJobOfferedWhileDrainingIsLate() throws {
    var log = WorkerLog()
    let lines = """
      {"message": "draining worker", "name": "livekit.agents", "id": "AW_1", "timeout": 0}
      {"message": "received job request", "name": "livekit.agents", "job_id": "AJ_9", "room_name": "r"}

      """
    log.append(Array(lines.utf8)[...], readAt: Self.readAt)
    #expect(log.jobs.map(\.isLate) == [true])
    #expect(log.jobs.map(\.room) == ["r"])
    #expect(log.drain.timeout == .zero)
  }

  @Test func whatTheAgentItselfLogsIsNotTakenForTheSDKs() throws {
    var log = WorkerLog()
    let lines = """
      {"message": "draining worker", "name": "my.livekit.agents", "id": "AW_1", "timeout": 0}
      {"message": "I say livekit.agents is draining worker", "name": "livekit.agents", "id": "AW_1"}
      draining worker livekit.agents

      """
    log.append(Array(lines.utf8)[...], readAt: Self.readAt)
    #expect(log.drain == WorkerLog.Drain())
  }

  @Test func memoryStaysBoundedWhateverIsLogged() throws {
    var log = WorkerLog()
    for index in 0..<1_500 {
      let line = """
        {"message": "received job request", "name": "livekit.agents", "job_id": "AJ_\(index)", "room": "r"}
        {"message": "failure \(index)", "level": "ERROR", "name": "app"}
        {"message": "registered worker", "name": "livekit.agents", "id": "AW_\(index)"}

        """
      log.append(Array(line.utf8)[...], readAt: Self.readAt)
    }
    #expect(log.jobs.count == WorkerLog.jobLimit)
    #expect(log.jobs.last?.id == "AJ_1499")
    #expect(log.errors.count == WorkerLog.errorLimit)
    #expect(log.registrations.count == 64)
    #expect(log.registrations.first?.worker == "AW_0")
    #expect(log.registrations.last?.worker == "AW_1499")
    #expect(log.lastLines(100).count == 24)
  }

  @Test(arguments: [
    (":8081", "http://127.0.0.1:8081"), ("127.0.0.1:1", "http://127.0.0.1:1"), (":::80", "http://[::1]:80"),
    ("0.0.0.0:80", "http://127.0.0.1:80"), ("localhost:80", "http://localhost:80"),
  ])
  func theAddressOfItsServerIsReadFromTheLog(_ text: String, _ url: String) {
    #expect(WorkerLog.HTTPAddress(text)?.localURL == url)
  }

  @Test(arguments: ["", ":", ":0", ":65536", ":-1", "8081", ":80a"])
  func whatIsNoAddressIsNone(_ text: String) { #expect(WorkerLog.HTTPAddress(text) == nil) }
}
