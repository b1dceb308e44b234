import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// `sluice check startup`: what it reads, and real workers that it starts.
  @Suite(.serialized) struct StartupCheckTests {
    private func check(_ arguments: String..., in folder: TemporaryFolder) async throws -> SluiceRun {
      try await BuiltProgram.run(["check", "startup"] + arguments, in: folder.path)
    }

    /// Starts an agent once and returns what was printed.
    private func measure(_ agent: String, _ more: String...) async throws -> SluiceRun {
      let folder = try TemporaryFolder()
      _ = try folder.write(agent, to: "agent.py")
      let python = try #require(BuiltProgram.python)
      return try await BuiltProgram.run(
        ["check", "startup", "--agent", "\(python) agent.py start", "--starts", "1", "--format", "json"] + more,
        in: folder.path, with: ["DATABASE_URL": "sqlite+aiosqlite:///:memory:", "METRICS_PORT": "0"])
    }

    private func codes(_ run: SluiceRun) throws -> [String] {
      try #require(try run.object["findings"]?.sequence).compactMap { $0["code"]?.text }
    }

    private static let head = """
      from livekit.agents import AgentServer, JobContext, cli
      """
    private static let tail = """


      server = AgentServer(setup_fnc=prewarm, num_idle_processes=1, initialize_process_timeout=TIMEOUT)


      @server.rtc_session()
      async def entrypoint(ctx: JobContext) -> None:
          pass


      if __name__ == "__main__":
          cli.run_app(server)
      """

    @Test func aFolderIsReadWithoutRunningAnything() async throws {
      let folder = try TemporaryFolder()
      _ = try folder.write(
        "import torch\n" + Self.head + "\nopen('ran', 'w')\nserver = AgentServer()\ncli.run_app(server)\n",
        to: "agent.py")
      let run = try await check("--format", "json", "--fail-on", "warning", in: folder)
      #expect(run.ended(with: .failed), "\(run)")
      #expect(try run.object["schema"]?.text == "sluice.startup/1")
      #expect(try codes(run) == ["INI-006"])
      #expect(try run.object["measured"] == nil)
      #expect(Files.kind(of: folder.file("ran")) == nil)
    }

    @Test func aQuestionThatNobodyAskedIsNamed() async throws {
      let folder = try TemporaryFolder()
      #expect(try await check("--explain", in: folder).output.contains("code-cleanup"))
      #expect(try await check("--explain", "INI-007", in: folder).output.contains("database.py"))
      #expect(try await check("--explain", "nothing", in: folder).ended(with: .usage))
    }

    @Test(
      .enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"),
      arguments: ["pattern", "database", "failures", "production"])
    func theProgramOfAnAnswerStarts(id: String) async throws {
      let folder = try TemporaryFolder()
      let explained = try await check("--explain", id, "--format", "json", in: folder).object
      let program = try #require(explained["entries"]?.sequence?.first?["example"]?["program"]?.text)
      let run = try await measure(program, "--limit", "10m")
      let measured = try #require(try run.object["measured"], "\(run)")
      let start = try #require(measured["starts"]?.sequence?.first)
      #expect(start["failures"]?.sequence?.isEmpty == true, "\(run)")
      #expect(start["initialized-seconds"]?.sequence?.isEmpty == false && start["registered-seconds"] != nil, "\(run)")
      #expect(measured["sdk"]?.text == "1.8.9")
      #expect(measured["import-seconds"]?.number ?? 0 > 0)
      #expect(try codes(run).isEmpty, "\(run)")
      // One start shows next to nothing, and nothing more is claimed.
      #expect(measured["judgement"]?["rate"]?.text == "not-shown")
      #expect(measured["judgement"]?["failure-chance-below"]?.number == 1)
    }

    @Test(.enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"))
    func aSetupThatTakesTooLongAndOneThatRaisesAreToldApart() async throws {
      let slow =
        Self.head + "\nimport time\nTIMEOUT = 1.0\n\n\ndef prewarm(proc):\n    time.sleep(60)\n" + Self.tail
      let late = try await measure(slow)
      #expect(late.ended(with: .failed), "\(late)")
      #expect(try codes(late).first == "INI-001", "\(late)")
      let broken =
        Self.head + "\nTIMEOUT = 60.0\n\n\ndef prewarm(proc):\n    raise ValueError('no model')\n" + Self.tail
      let raised = try await measure(broken)
      #expect(raised.ended(with: .failed), "\(raised)")
      #expect(try codes(raised).first == "INI-002", "\(raised)")
      #expect(raised.output.contains("no model"))
    }

    @Test(.enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"))
    func anInterruptionLeavesNothingRunning() async throws {
      let folder = try TemporaryFolder()
      let mark = "startup-\(UInt64.random(in: 0 ... .max))"
      _ = try folder.write(
        Self.head + "\nimport time\nTIMEOUT = 60.0\n\n\ndef prewarm(proc):\n    time.sleep(600)\n" + Self.tail,
        to: "\(mark).py")
      let python = try #require(BuiltProgram.python)
      let child = Locked<ChildProcess?>(nil)
      func processes() -> [Int32] {
        ProcessTable.all().map(\.pid).filter { ProcessTable.arguments(of: $0)?.contains("\(mark).py") == true }
      }
      async let running = BuiltProgram.run(
        ["check", "startup", "--agent", "\(python) \(mark).py start", "--starts", "3"], in: folder.path,
        onStart: { started in child.withLock { $0 = started } })
      #expect(await Patience.until(.seconds(90)) { processes().count > 1 })
      child.withLock { _ = $0?.send(.interrupt) }
      let run = try await running
      #expect(run.ended(with: .interrupted), "\(run)")
      #expect(await Patience.until(.seconds(30)) { processes().isEmpty })
    }
  }
}
