import Cutover
import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// `sluice triage` on real containers: what their engine, their processes and their logs show, and what SIGTERM does to a copy.
  @Suite(.serialized, .enabled(if: Containers.folder != nil, "\(Containers.reason)"))
  struct ContainerTriageTests {
    /// Makes a container, runs the body with its name, and removes it.
    private func with(
      _ action: String..., options: [String] = [], command: [String], _ body: (String) async throws -> Void
    ) async throws {
      let name = "sluice-test-\(UInt32.random(in: 0 ... .max))"
      let failure: (any Error)?
      do {
        try await Containers.docker(
          action + ["--name", name, "--network=host"] + Containers.mounts + options + [Containers.image] + command)
        try await body(name)
        failure = nil
      } catch {
        failure = error
      }
      // One that runs no more cannot be killed.
      _ = try? await Containers.docker("kill", "--signal", "SIGKILL", name)
      try await Containers.docker("rm", "--force", name)
      if let failure { throw failure }
    }

    private func triage(_ arguments: String...) async throws -> SluiceRun {
      let folder = try TemporaryFolder()
      let run = try await BuiltProgram.run(["triage", "--format", "json"] + arguments, in: folder.path)
      let left = try await Containers.docker("ps", "--all", "--quiet", "--filter", "label=sluice.term-test")
      #expect(left.isEmpty, "containers outlive the test: \(run)")
      return run
    }

    private func codes(_ run: SluiceRun) throws -> [String] {
      try #require(try run.object["findings"]?.sequence, "\(run)").compactMap { $0["code"]?.text }
    }

    @Test func aContainerKilledForWantOfMemoryIsNamed() async throws {
      // An engine may not know a container that ends while it is being started.
      let command = ["/bin/bash", "-c", "sleep 1; x=$(head -c 300000000 /dev/zero | tr '\\0' a)"]
      try await with("run", "--detach", options: ["--memory=40m"], command: command) { name in
        try #require(
          await Patience.until(.seconds(20)) {
            try await Containers.docker("inspect", "--format", "{{.State.Status}}", name) == "exited\n"
          })
        let run = try await triage("--container", name)
        #expect(try codes(run).first == "RUN-005", "\(run)")
        #expect(try run.object["summary"]?.text?.contains("its limit is 40 MiB") == true, "\(run)")
      }
    }

    @Test func aStopTimeoutThatCutsCallsIsNamed() async throws {
      try await LocalFleet.with(LocalFleet.Callers(length: "60s..70s")) { fleet in
        let secret = try #require(BuiltProgram.environment["LIVEKIT_API_SECRET"])
        let variables = ["LIVEKIT_URL=\(fleet.url)", "LIVEKIT_API_KEY=devkey", "LIVEKIT_API_SECRET=\(secret)"]
        try await with(
          "run", "--detach", options: ["--stop-timeout=2"] + variables.flatMap { ["--env", $0] },
          command: LocalFleet.exampleWorker
        ) { name in
          try #require(await Patience.until { try await fleet.sessions().contains { $0.agent == .present } })
          let before = try await triage("--container", name)
          #expect(try codes(before) == ["DRN-001"], "what will happen\n\(before)")
          try await Containers.docker("stop", name)
          let run = try await triage("--container", name)
          #expect(try codes(run).first == "DRN-001", "\(run)")
          #expect(try run.object["findings"]?[0]?["status"]?.text == "confirmed", "\(run)")
          #expect(try run.object["findings"]?[0]?["cause"]?.text?.contains("stop timeout is 2s") == true, "\(run)")
        }
      }
    }

    @Test(.enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"))
    func aRealWorkerInAContainerDrainsWhenItIsTold() async throws {
      let python = try #require(BuiltProgram.python)
      let command = [python, "\(Fixtures.folder)/agents/agent.py", "start"]
      try await with("create", command: command) { name in
        let run = try await triage(
          "--term-test", "--container", name, "--session-length", "2s", "--drain-timeout", "2s")
        let rows = try #require(try run.object["term-test"]?["expectations"]?.sequence, "\(run)")
        #expect(rows.count == 10 && rows.allSatisfy { $0["state"]?.text == "met" }, "\(run)")
      }
    }

    @Test(.enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"))
    func aWrapperAsProcessOneThatSwallowsTheSignalIsNamed() async throws {
      let python = try #require(BuiltProgram.python)
      let command = ["/bin/sh", "-c", "\(python) \(Fixtures.folder)/agents/agent.py start; echo done"]
      try await with("create", command: command) { name in
        let run = try await triage("--term-test", "--container", name, "--session-length", "2s", "--patience", "5s")
        #expect(try codes(run).first == "SIG-001", "\(run)")
      }
    }

    @Test func whatIsNotThereIsAnErrorWithItsRemedy() async throws {
      let missing = try await triage("--container", "nosuch")
      #expect(
        missing.ended(with: .missingInput) && missing.errors.contains("there is no container 'nosuch'"), "\(missing)")
      let image = try await triage("--term-test", "--container", "nosuch:v1")
      #expect(image.ended(with: .actionFailed) && image.errors.contains("there is no image 'nosuch:v1'"), "\(image)")
    }
  }
}
