import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Platforms

@Suite struct LocalProcessesTests {
  @Test func aVersionIsStartedWithItsNameAndEveryReplicaHasItsOwnLog() async throws {
    try await withFleet("echo $SLUICE_VERSION $SLUICE_INSTANCE; exec sleep 600", replicas: 3) { fleet in
      let generation = try await fleet.platform.start("v1", isReturning: false)
      #expect(generation == Generation(id: "v1#1", version: "v1"))
      let all = try await fleet.instances()
      #expect(all.map(\.id) == ["v1#1-1", "v1#1-2", "v1#1-3"])
      #expect(all.allSatisfy { $0.phase == .starting && $0.generation == "v1#1" && $0.version == "v1" })
      #expect(all.allSatisfy { $0.startedAt != nil && $0.sessions == nil && $0.end == nil && $0.drain == nil })
      let logs = try await fleet.platform.logFiles(of: "v1#1")
      let texts = try logs.map { String(decoding: try Files.read($0, limit: 1_000), as: UTF8.self) }
      #expect(texts.filter { !$0.isEmpty }.sorted() == ["v1 v1#1-1\n", "v1 v1#1-2\n", "v1 v1#1-3\n"])
    }
  }

  @Test func turnsOfAVersionAreToldApart() async throws {
    try await withFleet("exec sleep 600") { fleet in
      for version in ["v1", "v2", "v1"] as [VersionName] {
        _ = try await fleet.platform.start(version, isReturning: false)
      }
      #expect(try await fleet.platform.current().map(\.id) == ["v1#2", "v2#1", "v1#1"])
      #expect(
        try await fleet.platform.versions() == [
          Generation(id: "v1#2", version: "v1"), Generation(id: "v2#1", version: "v2"),
        ])
    }
  }

  @Test func theNextCommandFindsWhatRuns() async throws {
    try await withFleet(LocalFleet.draining()) { fleet in
      _ = try await fleet.platform.start("v1", isReturning: false)
      let before = try await fleet.until { !$0.workers.isEmpty }
      try fleet.reload()
      let after = try await fleet.only()
      #expect(after.id == before.id && after.startedAt == before.startedAt && after.workers == ["AW_1"])
      #expect(try await fleet.platform.current() == [Generation(id: "v1#1", version: "v1")])
    }
  }

  @Test func aDrainIsConfirmedAndFinishedByTheLogAndRecordedBeforeTheSignal() async throws {
    try await withFleet(LocalFleet.draining()) { fleet in
      let generation = try await fleet.platform.start("v1", isReturning: false)
      try await fleet.until { !$0.workers.isEmpty }
      try await fleet.platform.drain([generation])
      let ended = try await fleet.until { $0.phase == .ended }
      let drain = try #require(ended.drain)
      #expect(drain.confirmedBy == .log)
      #expect(try #require(drain.requestedAt) <= (try #require(drain.confirmedAt)))
      #expect(drain.finishedAt != nil && drain.timedOutAt == nil && drain.forcedAt == nil)
      #expect(ended.end?.exitCode == 0 && ended.end?.signal == nil && ended.end?.cause == .drained)
      #expect(ended.note == nil)
      // Ended ones stay listed until the next start, and the next command says the same.
      try fleet.reload()
      let again = try await fleet.only()
      #expect(again.phase == .ended && again.end?.cause == .drained && again.drain?.requestedAt == drain.requestedAt)
      #expect(try await fleet.platform.current().isEmpty)
    }
  }

  @Test func theSignalIsSentOnceHoweverOftenADrainIsAskedFor() async throws {
    let script = "trap 'echo told' TERM; echo up; while true; do sleep 0.02; done"
    try await withFleet(script) { fleet in
      let generation = try await fleet.platform.start("v1", isReturning: false)
      let log = "\(fleet.folder.path)/state/local/here/000001/1/output.log"
      func text() throws -> String { String(decoding: try Files.read(log, limit: 1_000), as: UTF8.self) }
      #expect(try await Patience.until { try text() == "up\n" })
      try await fleet.platform.drain([generation])
      #expect(try await Patience.until { try text() == "up\ntold\n" })
      try await fleet.platform.drain([Generation(version: "v1")])
      try await fleet.anotherCommand().drain([generation])
      // What a second signal would do shows in the log before the process answers this one.
      try fleet.send(.resume, to: try fleet.pid())
      _ = try await fleet.only()
      #expect(try text() == "up\ntold\n")
      let after = try await fleet.only()
      #expect(after.drain?.requestedAt != nil && after.drain?.confirmedAt == nil && after.phase == .starting)
    }
  }

  @Test func onlyTheMainProcessIsToldAndNeverItsChildren() async throws {
    let script = """
      trap 'echo main told; wait; exit 0' TERM
      bash -c 'trap "echo child told" TERM; while [ ! -e done ]; do sleep 0.02; done; echo child done' & wait
      """
    try await withFleet(script) { fleet in
      let generation = try await fleet.platform.start("v1", isReturning: false)
      let log = "\(fleet.folder.path)/state/local/here/000001/1/output.log"
      func text() throws -> String { String(decoding: try Files.read(log, limit: 1_000), as: UTF8.self) }
      try await fleet.platform.drain([generation])
      #expect(try await Patience.until { try text() == "main told\n" })
      try Files.write([], to: fleet.folder.path + "/done")
      try await fleet.until { $0.phase == .ended }
      #expect(try text() == "main told\nchild done\n")
    }
  }

  @Test(arguments: [
    ("exit 0", 0 as Int32?, nil as Int32?, InstanceObservation.End.Cause.crashed),
    ("exit 3", 3, nil, .crashed), ("kill -SEGV $$", nil, 11, .crashed), ("kill -KILL $$", nil, 9, .killed),
    ("kill -TERM $$", nil, 15, .killed),
  ])
  func anEndBeforeItWasToldIsACrashOrAKill(
    _ end: String, _ code: Int32?, _ signal: Int32?, _ cause: InstanceObservation.End.Cause
  ) async throws {
    try await withFleet("\(LocalFleet.echo("starting worker")); while [ ! -e go ]; do sleep 0.02; done; \(end)") {
      fleet in
      _ = try await fleet.platform.start("v1", isReturning: false)
      try Files.write([], to: fleet.folder.path + "/go")
      let ended = try await fleet.until { $0.phase == .ended }
      #expect(ended.end?.exitCode == code && ended.end?.signal == signal && ended.end?.cause == cause)
    }
  }

  @Test func aProcessThatDiesOfTheStopSignalIsNotDrained() async throws {
    try await withFleet("exec sleep 600") { fleet in
      let generation = try await fleet.platform.start("v1", isReturning: false)
      try await fleet.platform.drain([generation])
      let ended = try await fleet.until { $0.phase == .ended }
      #expect(ended.end?.signal == 15 && ended.end?.cause == .unknown("stop-signal"))
      #expect(ended.drain?.confirmedAt == nil)
    }
  }

  @Test func aRegisteredWorkerThatDiesOfTheStopSignalIsKilled() async throws {
    try await withFleet(LocalFleet.echo("registered worker", #""id": "AW_1""#) + "; exec sleep 600") { fleet in
      let generation = try await fleet.platform.start("v1", isReturning: false)
      try await fleet.until { !$0.workers.isEmpty }
      try await fleet.platform.drain([generation])
      let ended = try await fleet.until { $0.phase == .ended }
      #expect(ended.end?.signal == 15 && ended.end?.cause == .killed)
    }
  }

  @Test func aForcedEndIsAKill() async throws {
    let script = """
      \(LocalFleet.echo("registered worker", #""id": "AW_1""#)); \(LocalFleet.echo("draining worker", #""id": "AW_1", "timeout": 0"#))
      \(LocalFleet.echo("exiting forcefully", #""signal": 15"#)); while [ ! -e go ]; do sleep 0.02; done; exit 1
      """
    try await withFleet(script) { fleet in
      _ = try await fleet.platform.start("v1", isReturning: false)
      try Files.write([], to: fleet.folder.path + "/go")
      let ended = try await fleet.until { $0.phase == .ended }
      #expect(ended.end?.cause == .killed && ended.end?.exitCode == 1 && ended.drain?.forcedAt != nil)
    }
  }

  @Test func theDeadlineKillsTheWholeGroupAndIsRecordedAsThat() async throws {
    let fleet = try LocalFleet("trap '' TERM; sleep 600 & echo $!; while true; do sleep 0.02; done")
    fleet.settings.stopTimeout = .milliseconds(50)
    try fleet.reload()
    let generation = try await fleet.platform.start("v1", isReturning: false)
    #expect(try await fleet.platform.enforceDeadlines() == [])
    try await fleet.platform.drain([generation])
    var killed: [InstanceID] = []
    #expect(
      try await Patience.until {
        killed += try await fleet.platform.enforceDeadlines()
        return !killed.isEmpty
      })
    let ended = try await fleet.until { $0.phase == .ended }
    #expect(killed.first == "v1#1-1")
    #expect(ended.end?.signal == 9 && ended.end?.cause == .deadline)
    try await fleet.tearDown()
  }

  @Test func anOrphanOfAWrapperKeepsItsInstanceAlive() async throws {
    // The wrapper dies of TERM at once; what it started lives on in its session.
    let script = "sleep 600 & echo up; wait"
    try await withFleet(script) { fleet in
      let generation = try await fleet.platform.start("v1", isReturning: false)
      try await fleet.platform.drain([generation])
      let orphaned = try await fleet.until { $0.note != nil }
      #expect(orphaned.phase == .starting && orphaned.end == nil)
      #expect(orphaned.note == "main process ended (killed by SIGTERM), 1 process of it lives on")
      #expect(try await fleet.platform.current() == [generation])
      #expect(try await fleet.anotherCommand().current() == [generation])
      try await fleet.platform.cleanUp(grace: .zero)
      let ended = try await fleet.until { $0.phase == .ended }
      #expect(ended.end?.signal == 15)
      #expect(ProcessTable.members(ofSession: try fleet.pid()).isEmpty)
    }
  }

  @Test func cleanUpEndsWhatLeftItsSessionToo() async throws {
    try await withFleet("setsid sleep 601 & echo $! > escaped; exec sleep 600") { fleet in
      _ = try await fleet.platform.start("v1", isReturning: false)
      let path = fleet.folder.path + "/escaped"
      #expect(await Patience.until { (Files.size(of: path) ?? 0) > 0 })
      try await fleet.platform.cleanUp(grace: .zero)
      let arguments = ProcessTable.all().filter(\.isAlive).compactMap { ProcessTable.arguments(of: $0.pid) }
      #expect(!arguments.contains(["sleep", "601"]))
    }
  }

  @Test func aKilledKeeperLeavesAnEndThatNobodyKnows() async throws {
    try await withFleet("exec sleep 600") { fleet in
      _ = try await fleet.platform.start("v1", isReturning: false)
      let record = try KeptProcess.read("\(fleet.folder.path)/state/local/here/000001/1/process")
      #expect(record.keeper.send(.kill))
      try await record.keeper.waitForEnd()
      #expect(try await fleet.only().phase == .starting)
      #expect(record.identity.send(.kill))
      let ended = try await fleet.until { $0.phase == .ended }
      #expect(ended.end?.exitCode == nil && ended.end?.signal == nil && ended.end?.cause == nil)
      #expect(ended.note == "how it ended is not known: its keeper was killed")
    }
  }

  @Test func aReadingChangesNothingOnDisk() async throws {
    try await withFleet(LocalFleet.draining()) { fleet in
      _ = try await fleet.platform.start("v1", isReturning: false)
      try await fleet.until { !$0.workers.isEmpty }
      func listing() async throws -> String {
        let found = try await Invocation(["find", "state", "-printf", "%p %s %T@\\n"], directory: fleet.folder.path)
          .run(
            within: .seconds(10))
        return found.text
      }
      let before = try await listing()
      _ = try await fleet.instances()
      _ = try await fleet.anotherCommand().reading(within: .seconds(1))
      #expect(try await listing() == before)
      #expect(before.contains("generation.json"))
    }
  }

  @Test func nothingOfTheEnvironmentIsWrittenDown() async throws {
    let fleet = try LocalFleet("exec sleep 600")
    fleet.settings.environment = ["LIVEKIT_API_SECRET": "open-sesame-1234"]
    try fleet.reload()
    _ = try await fleet.platform.start("v1", isReturning: false)
    let found = try await Invocation(["grep", "-r", "open-sesame", "state"], directory: fleet.folder.path).run(
      within: .seconds(10))
    #expect(found.end == .exited(1) && found.text.isEmpty)
    #expect(ProcessTable.environment(of: try fleet.pid())?["LIVEKIT_API_SECRET"] == "open-sesame-1234")
    try await fleet.tearDown()
  }

  @Test func aCorruptedStateIsAFailureAndNeverAnEmptyFleet() async throws {
    try await withFleet("exec sleep 600") { fleet in
      _ = try await fleet.platform.start("v1", isReturning: false)
      let path = "\(fleet.folder.path)/state/local/here/000001/generation.json"
      let content = try Files.read(path, limit: 10_000)
      try Files.write(Array("{\"number\": 1".utf8), to: path)
      let reading = try await fleet.anotherCommand().reading(within: .seconds(1))
      guard case .failure(let failure) = reading.answer else {
        Issue.record("no failure: \(reading.answer)")
        return
      }
      #expect(failure.detail.contains("generation.json"))
      await #expect(throws: LocalProcessesFailure.self) { _ = try await fleet.anotherCommand().current() }
      try Files.write(content, to: path)
    }
  }

  @Test func namesBecomeSafeFileNames() {
    #expect(LocalStore.fileName("../a b/ü.x") == "%2E.%2Fa%20b%2F%C3%BC.x")
    #expect(LocalStore.fileName("prod-1_x.y") == "prod-1_x.y")
  }
}
