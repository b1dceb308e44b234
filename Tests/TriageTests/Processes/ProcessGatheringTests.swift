import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Triage

/// Real processes, looked at through `/proc`.
struct ProcessGatheringTests {
  /// Starts a command, waits until its tree is as it should be, and ends all of it.
  private func with(
    _ arguments: [String], in folder: TemporaryFolder, _ isReady: @escaping (ProcessTree) -> Bool,
    _ body: (ProcessTree) throws -> Void
  ) async throws {
    let child = try Invocation(arguments, directory: folder.path, isolation: .session).start()
    defer {
      for process in ProcessTable.members(ofSession: child.pid) { ProcessIdentity(pid: process.pid)?.send(.kill) }
    }
    var tree: ProcessTree?
    let wasReady = await Patience.until(.seconds(30)) {
      tree = try? ProcessGathering.tree(of: child.pid, name: "agent", now: WallClock.live.now)
      return tree.map(isReady) ?? false
    }
    try #require(wasReady, "\(String(describing: tree))")
    try body(try #require(tree))
  }

  /// A stand-in for an agent: it has a handler for SIGTERM and is started like one.
  private func agent(in folder: TemporaryFolder) throws -> String {
    _ = try folder.write(
      "import signal, time\nsignal.signal(signal.SIGTERM, lambda *_: exit(0))\ntime.sleep(300)\n", to: "agent.py")
    return "python3 agent.py start"
  }

  /// Whether the stand-in has its handler.
  private func serves(_ tree: ProcessTree) -> Bool {
    tree.processes.contains { $0.program.hasPrefix("python") && $0.reaction == .catches }
  }

  private static let python = Program.find("python3") != nil

  @Test(.enabled(if: python, "python3 is not installed")) func aShellsWrapperSwallowsAndExecDoesNot() async throws {
    let folder = try TemporaryFolder()
    let agent = try agent(in: folder)
    try await with(["sh", "-c", "\(agent); true"], in: folder, serves) { tree in
      let route = SignalRoute(in: tree)
      #expect(route.outcome == .swallowed && route.chain.map(\.program) == ["sh"], "\(route.why)")
      var file = CaseFile()
      file.trees = [tree]
      #expect(Diagnosis(of: file).findings.map(\.code) == ["SIG-001"])
    }
    try await with(["sh", "-c", "exec \(agent)"], in: folder, serves) { tree in
      #expect(SignalRoute(in: tree).outcome == .reaches)
      var file = CaseFile()
      file.trees = [tree]
      #expect(Diagnosis(of: file).findings.isEmpty)
    }
  }

  @Test(.enabled(if: python, "python3 is not installed")) func aTrapThatForwardsIsReadInItsScript() async throws {
    let folder = try TemporaryFolder()
    let agent = try agent(in: folder)
    for (trap, outcome): (String, SignalRoute.Outcome) in [
      ("trap 'kill -TERM $child; wait $child' TERM", .reaches), ("trap 'echo no' TERM", .swallowed),
    ] {
      _ = try folder.write("\(trap)\n\(agent) & child=$!\nwait $child\nwait $child\n", to: "wrap.sh")
      try await with(["bash", "wrap.sh"], in: folder, serves) { tree in
        let route = SignalRoute(in: tree)
        // A trap that only speaks ends the first wait, and the second one goes on: the agent is never told.
        #expect(route.outcome == outcome, "\(trap): \(route.why) \(String(describing: tree.entry))")
      }
    }
  }

  @Test(.enabled(if: python && Program.find("tini") != nil, "tini is not installed"))
  func anInitThatWaitsForSignalsPassesThemOn() async throws {
    let folder = try TemporaryFolder()
    let words = try agent(in: folder).split(separator: " ").map(String.init)
    try await with(["tini", "-s", "--"] + words, in: folder, serves) { tree in
      #expect(SignalRoute(in: tree).outcome == .reaches, "\(SignalRoute(in: tree).why)")
    }
  }

  /// Whether this user may make namespaces.
  private static let hasNamespaces: Bool = {
    guard let child = try? Invocation(["unshare", "-pf", "--mount-proc", "true"]).start() else { return false }
    while child.ended == nil { Patience.pause(.milliseconds(5)) }
    return child.ended == .exited(0)
  }()

  @Test(.enabled(if: python && hasNamespaces, "no right to make namespaces"))
  func processOneOfAContainerIsFoundFromTheAgent() async throws {
    let folder = try TemporaryFolder()
    let agent = try agent(in: folder)
    let command = ["unshare", "-pf", "--mount-proc", "sh", "-c", "\(agent); true"]
    try await with(command, in: folder, serves) { outer in
      let inside = try #require(outer.processes.first { $0.program.hasPrefix("python") })
      let tree = try ProcessGathering.tree(of: inside.pid, name: "agent", now: WallClock.live.now)
      #expect(tree.processes.first?.innerPID == 1 && tree.processes.first?.program == "sh")
      let route = SignalRoute(in: tree)
      #expect(route.outcome == .swallowed && route.why.contains("the kernel drops the signal"), "\(route.why)")
    }
  }

  @Test(.enabled(if: python, "python3 is not installed")) func anIgnoredSignalIsSeenBeforeItIsSent() async throws {
    let folder = try TemporaryFolder()
    let script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
    try await with(["python3", "-c", script, "start"], in: folder, { $0.processes.first?.reaction == .ignores }) {
      tree in
      #expect(SignalRoute(in: tree).outcome == .deaf)
    }
    let blocking = """
      import signal, time, threading; signal.signal(signal.SIGTERM, print); \
      signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM}); \
      threading.Thread(target=time.sleep, args=(300,)).start(); time.sleep(300)
      """
    try await with(["python3", "-c", blocking, "start"], in: folder, { $0.processes.first?.reaction == .waits }) {
      tree in
      #expect(SignalRoute(in: tree).outcome == .deaf)
    }
  }

  @Test func aProcessThatIsNotThereIsAnError() {
    #expect(throws: ProcessFailure.self) {
      try ProcessGathering.tree(of: 4_194_304, name: "x", now: WallClock.live.now)
    }
  }

  @Test(.enabled(if: Python.isThere && hasNamespaces, "no uvicorn in SLUICE_VENV, or no right to make namespaces"))
  func aServersWebSocketsAreCountedAlsoInAnotherNetwork() async throws {
    let folder = try TemporaryFolder()
    let python = try #require(Python.interpreter)
    _ = try folder.write(
      """
      async def app(scope, receive, send):
          if scope["type"] == "websocket":
              await receive(); await send({"type": "websocket.accept"})
              while (await receive())["type"] != "websocket.disconnect": pass
      """, to: "app.py")
    _ = try folder.write(
      """
      import asyncio, websockets
      async def one():
          while True:
              try: return await websockets.connect("ws://127.0.0.1:8000/x")
              except OSError: await asyncio.sleep(.05)
      async def main():
          await asyncio.gather(*[(await one()).wait_closed() for _ in range(3)])
      asyncio.run(main())
      """, to: "client.py")
    let script = "ip link set lo up; \(python) client.py & exec \(python) -m uvicorn app:app --port 8000"
    let command = ["unshare", "-n", "sh", "-c", script]
    try await with(command, in: folder, { $0.serverConnections == 3 }) { tree in
      let server = try #require(AgentProcess(in: tree))
      #expect(server.kind == .server && server.process.listening == [8_000] && server.process.connections == 3)
      // The client's own ends of the connections are not sessions.
      #expect(tree.processes.filter { $0.pid != server.process.pid }.allSatisfy { $0.connections == 0 })
      var file = CaseFile()
      file.trees = [tree]
      #expect(Diagnosis(of: file).findings.first?.code == "DRN-011")
    }
  }
}
