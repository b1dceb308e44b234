import Cutover
import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// `sluice triage --term-test` on servers with WebSockets, on one running instance, and interrupted.
  @Suite(.serialized) struct TermTestServerTests {
    /// Python with google-adk; nil: tests that need it are skipped.
    static let adk: String? = {
      let folder = ProcessEnvironment.current["SLUICE_VENV_ADK"] ?? "\(Fixtures.package)/.venv-adk"
      return Files.kind(of: "\(folder)/bin/adk") == nil ? nil : "\(folder)/bin/adk"
    }()

    private static let agents = "\(Fixtures.folder)/agents"

    private func codes(_ run: SluiceRun) throws -> [String] {
      try #require(try run.object["findings"]?.sequence, "\(run)").compactMap { $0["code"]?.text }
    }

    private func sessions(_ run: SluiceRun) throws -> [Node] {
      try #require(try run.object["term-test"]?["endings"]?.sequence?.first?["sessions"]?.sequence, "\(run)")
    }

    private func state(_ id: String, _ run: SluiceRun) throws -> String? {
      try run.object["term-test"]?["expectations"]?.sequence?.first { $0["id"]?.text == id }?["state"]?.text
    }

    @Test(.enabled(if: BuiltProgram.python != nil, "no Python with uvicorn in SLUICE_VENV or .venv-tests"))
    func uvicornCutsItsWebSocketsAndLetsRequestsEnd() async throws {
      let python = try #require(BuiltProgram.python)
      let folder = try TemporaryFolder()
      let run = try await BuiltProgram.run(
        [
          "triage", "--term-test", "--agent", "\(python) -m uvicorn calls_server:app --port 0", "--context",
          Self.agents,
          "--url", "/live", "--request", "/sse", "--session-length", "20s", "--format", "json",
        ], in: folder.path)
      #expect(run.ended(with: .passed), "\(run)")
      #expect(try codes(run).first == "DRN-011", "\(run)")
      let sessions = try sessions(run)
      let cut = sessions.filter { $0["kind"]?.text == "web-socket" }
      #expect(cut.count == 2 && cut.allSatisfy { $0["detail"]?.text == "close 1012" && $0["end"]?.text == "cut" })
      #expect(sessions.first { $0["kind"]?.text == "request" }?["end"]?.text == "completed", "\(run)")
      #expect(try state("no-new-sessions", run) == "met", "\(run)")
      #expect(try state("sessions-complete", run) == "not-met", "\(run)")
      #expect(try state("exits", run) == "met", "\(run)")
    }

    @Test(.enabled(if: BuiltProgram.python != nil, "no Python with uvicorn in SLUICE_VENV or .venv-tests"))
    func aShellInFrontOfAServerSwallowsTheSignal() async throws {
      let python = try #require(BuiltProgram.python)
      let folder = try TemporaryFolder()
      let run = try await BuiltProgram.run(
        [
          "triage", "--term-test", "--agent", "sh -c '\(python) -m uvicorn calls_server:app --port 0; true'",
          "--context",
          Self.agents, "--url", "/live", "--session-length", "1s", "--patience", "4s", "--format", "json",
        ], in: folder.path)
      #expect(try codes(run).first == "SIG-001", "\(run)")
      // Nobody was cut: their own clients left.
      #expect(try sessions(run).allSatisfy { $0["end"]?.text == "completed" }, "\(run)")
    }

    @Test(.enabled(if: adk != nil, "no google-adk in SLUICE_VENV_ADK or .venv-adk"))
    func anADKServerCutsItsLiveSessions() async throws {
      let adk = try #require(Self.adk)
      let folder = try TemporaryFolder()
      // Its sessions are kept in a file beside the agents.
      try Files.makeDirectory(folder.file("agents/toy"))
      for name in ["__init__.py", "agent.py"] {
        let text = try Files.read("\(Self.agents)/adk/toy/\(name)", limit: 1 << 20)
        _ = try folder.write(String(decoding: text, as: UTF8.self), to: "agents/toy/\(name)")
      }
      let run = try await BuiltProgram.run(
        [
          "triage", "--term-test", "--agent", "\(adk) api_server --port 0 --no-reload --auto_create_session .",
          "--context", "agents", "--url", "/run_live?app_name=toy&user_id=u&session_id=s{n}&modalities=TEXT",
          "--session-length", "20s", "--format", "json",
        ], in: folder.path)
      #expect(run.ended(with: .passed), "\(run)")
      #expect(try codes(run).first == "DRN-011", "\(run)")
      let sessions = try sessions(run)
      #expect(sessions.count == 2 && sessions.allSatisfy { $0["detail"]?.text == "close 1012" }, "\(run)")
    }

    // MARK: One running instance

    @Test func aRunningInstanceIsToldToStopOnlyWhenThatIsConfirmed() async throws {
      try await LocalFleet.with(LocalFleet.Callers(every: "300ms", length: "2s..3s")) { fleet in
        try fleet.configure()
        try await fleet.deployFirst()
        let refused = try await fleet.sluice("triage", "--term-test", "--target", "here", "--instance", "v1#1-1")
        #expect(refused.ended(with: .usage) && refused.errors.contains("--yes"), "\(refused)")
        #expect(try fleet.workers(ofGeneration: 1).allSatisfy { $0.identity.isAlive })
        let missing = try await fleet.sluice(
          "triage", "--term-test", "--target", "here", "--instance", "v9#9-9", "--yes")
        #expect(missing.ended(with: .missingInput) && missing.errors.contains("v1#1-1"), "\(missing)")
        // Each of the two serves several, so that the one that is told has sessions to complete.
        let areServing = try await Patience.until {
          let live = try await fleet.sessions().filter { $0.agent == .present && $0.end == nil }
          let counts = Dictionary(grouping: live) { $0.worker }.values.map(\.count)
          return counts.count == 2 && counts.allSatisfy { $0 > 2 }
        }
        #expect(areServing)

        let run = try await fleet.sluice(
          "triage", "--term-test", "--target", "here", "--instance", "v1#1-1", "--yes", "--format", "json")
        #expect(run.ended(with: .passed), "\(run)")
        #expect(try codes(run).isEmpty, "\(run)")
        for id in ["signal-arrives", "drain-begins", "sessions-complete", "exits", "nothing-left"] {
          #expect(try state(id, run) == "met", "\(id): \(run)")
        }
        let alive = try fleet.workers(ofGeneration: 1).map(\.identity.isAlive)
        #expect(alive == [false, true], "the other one serves on")
        let again = try await fleet.sluice(
          "triage", "--term-test", "--target", "here", "--instance", "v1#1-1", "--yes")
        #expect(again.ended(with: .missingInput), "\(again)")
      }
    }

    @Test func aTargetInProductionIsRefusedBeforeAnythingElse() async throws {
      let folder = try TemporaryFolder()
      // Its secret is not there: nobody has looked for it when it is refused.
      _ = try folder.write(
        """
        version: 1
        targets:
          calls:
            production: true
            platform:
              local-processes: { command: [sleep, "1"], environment: { S: "env:NOT_SET" } }

        """, to: "sluice.yaml")
      let run = try await BuiltProgram.run(
        ["triage", "--term-test", "--target", "calls", "--instance", "v1#1-1", "--yes"], in: folder.path)
      #expect(run.ended(with: .configuration), "\(run)")
      #expect(run.output.isEmpty && run.errors.split(separator: "\n").count == 3, "\(run)")
      #expect(run.errors.contains("production: true"))
    }

    // MARK: Interrupted

    @Test(arguments: [Signal.interrupt, .terminate, .kill])
    func nothingIsLeftWhateverEndsTheTest(signal: Signal) async throws {
      let folder = try TemporaryFolder()
      let mark = "term-test-\(UInt64.random(in: 0 ... .max))"
      let child = Locked<ChildProcess?>(nil)
      let isTold = Locked(false)
      async let running = BuiltProgram.run(
        [
          "triage", "--term-test", "--agent", "sh -c '\(BuiltProgram.path) example-worker --port 0; true'",
          "--session-length", "60s",
        ], in: folder.path, with: ["TERM_TEST_MARK": mark],
        onLine: { line in
          if String(decoding: line.line.bytes, as: UTF8.self).hasPrefix("SIGTERM to") { isTold.withLock { $0 = true } }
        }, onStart: { started in child.withLock { $0 = started } })
      #expect(await Patience.until(.seconds(60)) { isTold.withLock { $0 } })
      child.withLock { _ = $0?.send(signal) }
      let run = try await running
      switch signal {
      case .interrupt: #expect(run.ended(with: .interrupted), "\(run)")
      case .terminate: #expect(run.ended(with: .terminated), "\(run)")
      default: #expect(run.run.end == .signaled(.kill), "\(run)")
      }
      #expect(
        await Patience.until(.seconds(30)) {
          !ProcessTable.all().contains {
            $0.isAlive && ProcessTable.environment(of: $0.pid)?["TERM_TEST_MARK"] == mark
          }
        }, "\(run)")
    }
  }
}
