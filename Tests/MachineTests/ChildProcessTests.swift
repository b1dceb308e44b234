import Machine
import TestSupport
import Testing
import Vocabulary

@Suite struct ChildProcessTests {
  @Test func everyTaskThatWaitsLearnsTheEnd() async throws {
    let child = try Invocation(["bash", "-c", "sleep 0.2; exit 5"]).start()
    #expect(child.identity.isAlive && child.ended == nil)
    try await withThrowingTaskGroup(of: ProcessEnd.self) { group in
      for _ in 0..<20 { group.addTask { try await child.wait() } }
      for try await end in group { #expect(end == .exited(5)) }
    }
    #expect(child.ended == .exited(5))
    #expect(!child.identity.isAlive)
    #expect(!child.send(.terminate))
  }

  @Test func aCancelledWaitLeavesTheChildRunning() async throws {
    let child = try Invocation(["sleep", "300"]).start()
    let waiting = Task { try await child.wait() }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    #expect(child.identity.isAlive)
    child.send(.kill)
    #expect(try await child.wait() == .signaled(.kill))
  }

  @Test func aSignalForTheProcessSparesItsChildrenAndOneForTheGroupDoesNot() async throws {
    let folder = try TemporaryFolder()
    let script = "sleep 300 & echo $! > \(folder.file("pid")); wait"
    for addressee in [ChildProcess.Addressee.process, .group] {
      let child = try Invocation(["bash", "-c", script]).start()
      let grandchild = try #require(await pid(in: folder.file("pid")))
      child.send(.kill, to: addressee)
      #expect(try await child.wait() == .signaled(.kill))
      if addressee == .process {
        #expect(grandchild.isAlive)
        grandchild.send(.kill)
      }
      #expect(await Patience.until { !grandchild.isAlive })
      try Files.remove(folder.file("pid"))
    }
  }

  @Test func aChildNobodyWaitsForLeavesNoZombie() async throws {
    let pid = try Invocation(["true"]).start().pid
    #expect(await Patience.until { ProcessStatus(pid: pid) == nil })
  }

  @Test func theEndOfAStrangerCanBeWaitedFor() async throws {
    let folder = try TemporaryFolder()
    // The outer shell ends at once, so the sleeper is not our child.
    _ = try await Invocation(["bash", "-c", "sleep 300 >/dev/null 2>&1 & echo $! > \(folder.file("pid"))"])
      .run(within: .seconds(20))
    let stranger = try #require(await pid(in: folder.file("pid")))
    let waiting = Task { try await stranger.waitForEnd() }
    let cancelled = Task { try await stranger.waitForEnd() }
    cancelled.cancel()
    await #expect(throws: CancellationError.self) { try await cancelled.value }
    #expect(stranger.isAlive)
    #expect(stranger.send(.terminate))
    try await waiting.value
    #expect(await Patience.until { !stranger.isAlive })
    #expect(!stranger.send(.terminate))
  }

  @Test func anotherProcessWithTheSameIdIsNotTaken() throws {
    let own = Host.process
    #expect(own.isAlive)
    #expect(!ProcessIdentity(pid: own.pid, startTime: own.startTime + 1, bootID: own.bootID).isAlive)
    #expect(!ProcessIdentity(pid: own.pid, startTime: own.startTime, bootID: "another boot").isAlive)
    #expect(!ProcessIdentity(pid: own.pid, startTime: own.startTime + 1, bootID: own.bootID).send(.kill))
  }

  @Test func aChildOfItsOwnSessionLeadsIt() async throws {
    let child = try Invocation(["sleep", "300"], isolation: .session).start()
    let status = try #require(ProcessStatus(pid: child.pid))
    #expect(status.session == child.pid && status.group == child.pid)
    #expect(ProcessTable.members(ofSession: child.pid).map(\.pid) == [child.pid])
    child.send(.kill)
    _ = try await child.wait()
  }
}

/// The process whose id a script writes into a file.
func pid(in file: String) async -> ProcessIdentity? {
  var found: ProcessIdentity?
  _ = await Patience.until {
    guard let bytes = try? Files.read(file, limit: 100), bytes.last == 10,
      let pid = Int32(String(decoding: bytes.dropLast(), as: UTF8.self))
    else { return false }
    found = ProcessIdentity(pid: pid)
    return true
  }
  return found
}
