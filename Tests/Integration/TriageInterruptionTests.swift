import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// What SIGINT and SIGTERM do to commands that wait: they end at once, say so in one line, and leave nothing behind.
  @Suite struct TriageInterruptionTests {
    @Test(arguments: [Signal.interrupt, .terminate], [["triage"], ["collect", "--out", "bundle.tar.gz"]])
    func aLogThatHasNoEndIsGivenUp(signal: Signal, command: [String]) async throws {
      for hasWriter in [false, true] {
        let folder = try TemporaryFolder()
        let pipe = folder.file("pipe")
        #expect(try await Invocation(["mkfifo", pipe]).run(within: .seconds(30)).succeeded)
        // It stands still until somebody reads.
        let writer =
          hasWriter
          ? try Invocation(["/bin/sh", "-c", "exec sleep 300 > \"$0\"", pipe])
            .start(output: .append(to: "/dev/null"), errors: .append(to: "/dev/null")) : nil
        let run = try await interrupted(command + ["--logs", "pipe"], in: folder, by: signal) { child in
          let files = (try? Files.list("/proc/\(child.pid)/fd")) ?? []
          return files.contains { Files.link(at: "/proc/\(child.pid)/fd/\($0)") == pipe }
        }
        writer?.send(.kill)
        expectEnd(run, by: signal)
        #expect(try Files.list(folder.path) == ["pipe"], "\(run)")
      }
    }

    @Test(arguments: [Signal.interrupt, .terminate])
    func aSourceThatDoesNotAnswerIsGivenUp(signal: Signal) async throws {
      let folder = try TemporaryFolder()
      let silent = try Socket.listener(at: .loopback())
      let port = try #require(silent.localAddress?.port)
      _ = try folder.write(
        """
        version: 1
        targets:
          calls:
            platform: none
            sessions:
              - worker-http: { instances: [ { name: a, url: "http://127.0.0.1:\(port)", version: v1 } ] }

        """, to: "sluice.yaml")
      let asked = Locked<Socket?>(nil)
      let run = try await interrupted(["triage", "--target", "calls"], in: folder, by: signal) { _ in
        asked.withLock { socket in
          socket = socket ?? (try? silent.accept())
          return socket != nil
        }
      }
      expectEnd(run, by: signal)
      #expect(try Files.list(folder.path) == ["sluice.yaml"], "\(run)")
    }

    @Test(.enabled(if: Program.find("python3") != nil, "no python3, which makes the terminals"))
    func controlCAtATerminalEndsALogThatIsTypedAndIsAnAnswerToAQuestion() async throws {
      let folder = try TemporaryFolder()
      let typed = try await controlC(once: "Ctrl-D ends it", ["triage", "--logs", "-"], in: folder.path)
      #expect(typed.contains("interrupted"), "\(typed)")
      try await LocalFleet.with(LocalFleet.Callers(every: nil)) { fleet in
        try fleet.configure(replicas: 1)
        try await fleet.deployFirst(isCalled: false)
        let asked = try await controlC(
          once: "type yes to go on: ", ["triage", "--term-test", "--target", "here", "--instance", "v1#1-1"],
          in: fleet.folder)
        #expect(asked.contains("interrupted: nothing was changed"), "\(asked)")
        #expect(try fleet.workers(ofGeneration: 1).allSatisfy { $0.identity.isAlive }, "\(asked)")
      }
    }

    /// Runs a command and sends it a signal as soon as it waits.
    private func interrupted(
      _ arguments: [String], in folder: TemporaryFolder, by signal: Signal, once waits: (ChildProcess) -> Bool
    ) async throws -> SluiceRun {
      let child = Locked<ChildProcess?>(nil)
      let path = folder.path
      async let run = BuiltProgram.run(
        arguments, in: path, onStart: { started in child.withLock { $0 = started } })
      let hasBegun = await Patience.until { child.withLock { $0 }.map(waits) ?? false }
      #expect(hasBegun, "it never came to wait")
      child.withLock { $0 }?.send(signal)
      return try await run
    }

    private func expectEnd(_ run: SluiceRun, by signal: Signal) {
      #expect(run.ended(with: signal == .terminate ? .terminated : .interrupted), "\(run)")
      #expect(run.output.isEmpty && run.errors.contains("interrupted"), "\(run)")
      #expect(run.errors.split(separator: "\n").count == 1, "\(run)")
    }

    /// What a command shows in a terminal in which Ctrl-C is pressed once a text is there; it must end by that.
    private func controlC(once text: String, _ arguments: [String], in folder: String) async throws -> String {
      let command = ["python3", "\(Fixtures.folder)/agents/in_terminal.py", "80", "24", "1", text, BuiltProgram.path]
      let run = try await Invocation(
        command + arguments, environment: BuiltProgram.environment, directory: folder
      ).run(within: .seconds(190) * Patience.factor, keeping: 1 << 20)
      try #require(run.succeeded, "\(run.errorText)")
      let object = try JSON.parse(run.output, file: "in_terminal.py")
      #expect(object["status"]?.integer == 130 && object["same"]?.boolean == true, "\(run.text)")
      return try #require(object["output"]?.string)
    }
  }
}
