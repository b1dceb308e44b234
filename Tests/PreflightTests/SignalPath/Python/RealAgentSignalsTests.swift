import Documents
import Glibc
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Preflight

/// Agents of the real SDK whose own code has to do with signals, run as process 1, against what their text is judged to do.
struct RealAgentSignalsTests {
  @Test(
    .enabled(
      if: Python.isThere && getuid() == 0 && Files.kind(of: "/usr/bin/unshare") != nil,
      "needs root, unshare and livekit-agents in SLUICE_VENV or .venv-tests"))
  func whatTakesTheSignalIsWhatKeepsTheAgentFromDraining() async throws {
    let lines = Self.agents.map { agent in
      let text = (Self.head + agent.text).flatMap { $0 == "\n" ? "\\n" : $0 == "\"" ? "\\\"" : String($0) }
      let arguments = agent.text.contains("cli.run_app") ? #"["start"]"# : "[]"
      return #"{"name":"\#(agent.name)","arguments":\#(arguments),"text":"\#(String(text))"}"#
    }
    let answers = try await Python.judge("agent_signals.py", lines: lines, within: .seconds(400))
    let verdicts = try answers.map { try JSON.parse(Array($0.utf8), file: "answer")["verdict"]?.string ?? "" }
    #expect(verdicts.count == Self.agents.count)
    for (agent, ran) in zip(Self.agents, verdicts) {
      let judged = judge(Self.head + agent.text)
      #expect(judged.outcome.rawValue == ran, "\(agent.name)")
      #expect(judged.findings.contains { $0.code == "SIG-012" } == agent.isNamed, "\(agent.name)")
    }
  }

  private func judge(_ text: String) -> SignalVerdict {
    let entry = EntryCommand(
      arguments: ["python", "launch.py"] + (text.contains("cli.run_app") ? ["start"] : []),
      origin: Place(file: "Dockerfile", line: 3), image: ImageFacts(shell: .dash), workingDirectory: "/app",
      files: TextFiles(["/app/launch.py": text]))
    return SignalPath.judge(entry, programs: Programs())
  }

  private static let head = """
    import asyncio, os, signal, sys, threading
    from livekit.agents import AgentServer, JobContext, cli
    server = AgentServer(ws_url="ws://127.0.0.1:1", api_key="k", api_secret="s" * 32, num_idle_processes=0, port=0)
    @server.rtc_session()
    async def entry(ctx: JobContext):
        await ctx.connect()

    """

  private static let agents: [(name: String, isNamed: Bool, text: String)] = [
    ("plain", false, "cli.run_app(server)\n"),
    ("handler before", false, "signal.signal(signal.SIGTERM, lambda *_: os._exit(7))\ncli.run_app(server)\n"),
    ("ignored before", false, "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ncli.run_app(server)\n"),
    ("broad except", false, "try:\n    cli.run_app(server)\nexcept BaseException:\n    pass\n"),
    (
      "handler after the start", true,
      """
      @server.on("worker_started")
      def started(*_):
          signal.signal(signal.SIGTERM, lambda *_: os._exit(7))
      cli.run_app(server)
      """
    ),
    (
      "loop handler after the start", true,
      """
      @server.on("worker_started")
      def started(*_):
          asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: None)
      cli.run_app(server)
      """
    ),
    ("own loop", true, "asyncio.run(server.run())\n"),
    (
      "own loop with a drain", false,
      """
      async def main():
          stop = asyncio.Event()
          asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
          task = asyncio.create_task(server.run())
          await stop.wait()
          await server.drain()
          print("drained", flush=True)
          await server.aclose()
      asyncio.run(main())
      """
    ),
    ("thread", true, "t = threading.Thread(target=cli.run_app, args=(server,))\nt.start()\nt.join()\n"),
  ]
}
