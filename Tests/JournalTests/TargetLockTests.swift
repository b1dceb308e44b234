import Journal
import Machine
import TestSupport
import Testing
import Vocabulary

@Suite struct TargetLockTests {
  let folder: TemporaryFolder
  let time = Locked(Timestamp.example)
  init() throws { folder = try TemporaryFolder() }

  func locks(host: String = "here", space: String = "pid:[1]", process: ProcessIdentity = Host.process) -> TargetLocks {
    TargetLocks(
      home: folder.path, clock: WallClock { [time] in time.withLock { $0 } }, host: host, space: space, process: process
    )
  }

  let gone = ProcessIdentity(pid: Host.process.pid, startTime: 1, bootID: Host.bootID)

  @Test func oneRunHasATargetUntilItGivesItBack() async throws {
    let lock = try await locks().acquire("production", for: "a")
    #expect(lock.takenOverFrom == nil && lock.record.event == .acquired)
    let failure = await #expect(throws: JournalFailure.self) { try await locks().acquire("production", for: "b") }
    #expect(failure?.exitStatus == .locked && failure?.why?.contains("on here") == true)
    _ = try await locks().acquire("kitchen", for: "b")
    #expect(try await lock.release())
    #expect(try locks().owner(of: "production") == nil)
    #expect(try await locks().acquire("production", for: "b").takenOverFrom == nil)
    #expect(try await lock.release() == false)
  }

  @Test func aLockLivesAsLongAsItIsRenewed() async throws {
    let lock = try await locks(host: "far", space: "").acquire("t", for: "a", lifetime: .seconds(60))
    for _ in 0..<5 {
      time.withLock { $0 = $0 + .seconds(59) }
      try await lock.heartbeat()
      await #expect(throws: JournalFailure.self) { try await locks().acquire("t", for: "b") }
    }
    time.withLock { $0 = $0 + .seconds(60) }
    let taken = try await locks().acquire("t", for: "b")
    #expect(taken.takenOverFrom?.run == "a" && taken.record.event == .takenOver)
    let lost = await #expect(throws: JournalFailure.self) { try await lock.heartbeat() }
    #expect(lost?.exitStatus == .locked)
    #expect(try await lock.release() == false)
    #expect(try locks().owner(of: "t")?.run == "b")
  }

  @Test func onlyAProcessThatIsGoneForCertainLosesItsLockEarly() async throws {
    _ = try await locks(process: gone).acquire("t", for: "a")
    // Of a process elsewhere nothing is known, though none of its id runs here.
    for elsewhere in [locks(host: "there"), locks(space: "pid:[2]")] {
      await #expect(throws: JournalFailure.self) { try await elsewhere.acquire("t", for: "b") }
    }
    #expect(try await locks().acquire("t", for: "b").takenOverFrom?.run == "a")
  }

  @Test func aResumedRunTakesItsOwnLockBack() async throws {
    _ = try await locks(process: gone).acquire("t", for: "a")
    #expect(try await locks().acquire("t", for: "a").takenOverFrom == nil)
    // But not from a process of the same run that is alive.
    let child = try Invocation(["sleep", "300"]).start()
    await #expect(throws: JournalFailure.self) {
      try await locks(process: child.identity).acquire("t", for: "a")
    }
    child.send(.kill)
    _ = try await child.wait()
  }

  @Test func ofManyThatWantAnExpiredLockOneGetsIt() async throws {
    _ = try await locks(process: gone).acquire("t", for: "old")
    let winners = try await withThrowingTaskGroup(of: RunID?.self) { group in
      for number in 0..<20 {
        group.addTask {
          do {
            return try await locks().acquire("t", for: RunID("r\(number)")).run
          } catch JournalFailure.targetLocked {
            return nil
          }
        }
      }
      return try await group.reduce(into: [RunID]()) { if let run = $1 { $0.append(run) } }
    }
    #expect(winners.count == 1)
    #expect(try locks().owner(of: "t")?.run == winners.first)
  }

  @Test func aTargetsNameIsNoPath() async throws {
    for name in ["../../x", "a/b", ".", "ü", "a b"] {
      let lock = try await locks().acquire(TargetName(name), for: "a")
      #expect(try locks().owner(of: TargetName(name))?.run == "a")
      try await lock.release()
    }
    #expect(try Files.list(folder.path) == ["locks"])
  }

  @Test func aLockThatCannotBeReadIsAnErrorAndNotFree() async throws {
    _ = try await locks().acquire("t", for: "a")
    try Files.write(Array("noise".utf8), to: folder.file("locks/t.lock"))
    let failure = await #expect(throws: MachineFailure.self) { try await locks().acquire("t", for: "b") }
    #expect(failure?.exitStatus == .badInput && failure?.what.contains("t.lock") == true)
  }
}
