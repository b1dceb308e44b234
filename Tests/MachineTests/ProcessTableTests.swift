import TestSupport
import Testing

@testable import Machine

@Suite struct ProcessTableTests {
  @Test func aNameWithSpacesAndParenthesesIsRead() throws {
    let line = "4242 (we (i) rd) name) S 17 4242 4200 0 -1 4194304 1 0 0 0 2 3 0 0 20 0 7 0 987654 1 2 3"
    let status = try #require(ProcessStatus(line: Array(line.utf8)))
    #expect(status.pid == 4_242 && status.name == "we (i) rd) name" && status.state == "S")
    #expect(status.parent == 17 && status.group == 4_242 && status.session == 4_200 && status.startTime == 987_654)
  }

  @Test(arguments: [
    "", "1", "1 (a", "1 a) S", ") 1 (", "1 (a) S 1 2 3", "x (a) S 1 1 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 5",
  ])
  func whatIsNoStatusLineIsNone(line: String) { #expect(ProcessStatus(line: Array(line.utf8)) == nil) }

  @Test func aZombieIsNotAlive() async throws {
    let child = try Invocation(["true"]).start()
    #expect(await Patience.until { ProcessStatus(pid: child.pid)?.state == "Z" })
    #expect(ProcessStatus(pid: child.pid)?.isAlive == false)
    #expect(!child.identity.isAlive)
    #expect(try await child.wait() == .exited(0))
  }

  @Test func theTreeHoldsGrandchildrenAndTheirArguments() async throws {
    let folder = try TemporaryFolder()
    let child = try Invocation(["bash", "-c", "bash -c 'sleep 301; true' & echo $! > \(folder.file("pid")); wait"])
      .start()
    #expect(await Patience.until { ProcessTable.tree(of: child.pid).count == 3 })
    let tree = ProcessTable.tree(of: child.pid)
    #expect(tree.first?.pid == child.pid)
    #expect(tree.last.flatMap { ProcessTable.arguments(of: $0.pid) } == ["sleep", "301"])
    child.send(.kill, to: .group)
    _ = try await child.wait()
  }

  @Test func socketsAreReadFromTheKernelsTable() {
    let table = """
        sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
         0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12345 1 0000 100 0 0 10 0
         1: 0100007F:1F91 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 12346 1 0000 100 0 0 10 0
        broken
      """
    #expect(
      ProcessSockets.sockets(in: Array(table.utf8)) == [
        12_345: ProcessSocket(port: 8_080, remotePort: 0, state: .listening),
        12_346: ProcessSocket(port: 8_081, remotePort: 80, state: .established),
      ])
  }

  @Test(.enabled(if: Program.find("python3") != nil, "python3 is not installed"))
  func thePortOfAListeningChildIsFound() async throws {
    let script = """
      import socket, time
      s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); print(s.getsockname()[1], flush=True); time.sleep(300)
      """
    let port = Locked<UInt16?>(nil)
    let running = Locked<ChildProcess?>(nil)
    let task = Task {
      try await Invocation(["python3", "-c", script]).run(
        within: .seconds(60), onLine: { line in port.withLock { $0 = UInt16(line.line.text) } },
        onStart: { child in running.withLock { $0 = child } })
    }
    #expect(await Patience.until(.seconds(30)) { port.withLock { $0 } != nil })
    let child = try #require(running.withLock { $0 })
    let tree = ProcessTable.tree(of: child.pid).map(\.pid)
    var sockets = ProcessSockets()
    let listening = try tree.flatMap { try sockets.sockets(of: $0) }.filter { $0.state == .listening }
    #expect(listening.map(\.port) == [port.withLock { $0 }])
    task.cancel()
    _ = try await task.value
  }
}
