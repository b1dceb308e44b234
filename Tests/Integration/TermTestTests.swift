import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// `sluice triage --term-test`: real agents brought into the situations that it must name, and what it leaves behind.
  @Suite(.serialized) struct TermTestTests {
    private static let agents = "\(Fixtures.folder)/agents"

    /// Runs a test in a folder of its own and looks whether anything of it is left.
    private func test(
      _ arguments: [String], length: String = "2s", with variables: [String: String] = [:],
      in folder: TemporaryFolder? = nil
    ) async throws -> SluiceRun {
      let folder = try folder ?? TemporaryFolder()
      let mark = "term-test-\(UInt64.random(in: 0 ... .max))"
      let run = try await BuiltProgram.run(
        ["triage", "--term-test", "--format", "json", "--session-length", length, "--patience", "5s"] + arguments,
        in: folder.path, with: variables.merging(["TERM_TEST_MARK": mark]) { $1 })
      #expect(Self.processes(mark).isEmpty, "processes outlive the test: \(run)")
      return run
    }

    /// The live processes that were started with a mark in their environment.
    private static func processes(_ mark: String) -> [Int32] {
      ProcessTable.all().filter(\.isAlive).map(\.pid)
        .filter { ProcessTable.environment(of: $0)?["TERM_TEST_MARK"] == mark }
    }

    private func codes(_ run: SluiceRun) throws -> [String] {
      try #require(try run.object["findings"]?.sequence, "\(run)").compactMap { $0["code"]?.text }
    }

    /// The codes of findings that are more than a remark.
    private func causes(_ run: SluiceRun) throws -> [String] {
      try #require(try run.object["findings"]?.sequence, "\(run)").filter { $0["severity"]?.text != "info" }
        .compactMap { $0["code"]?.text }
    }

    /// What was expected, by name, in one of the endings.
    private func states(_ run: SluiceRun, _ ending: String = "sessions-end") throws -> [String: String] {
      let rows = try #require(try run.object["term-test"]?["expectations"]?.sequence, "\(run)")
      return Dictionary(
        rows.filter { $0["ending"]?.text == ending }.map { ($0["id"]?.text ?? "", $0["state"]?.text ?? "") },
        uniquingKeysWith: { $1 })
    }

    // MARK: Workers

    @Test(.enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"))
    func aHealthyAgentMeetsEveryExpectationInBothEndings() async throws {
      let python = try #require(BuiltProgram.python)
      let run = try await test(["--agent", "\(python) \(Self.agents)/agent.py start", "--drain-timeout", "2s"])
      #expect(run.ended(with: .passed), "\(run)")
      // A call that waits for a process to be made is worth a remark, and no more.
      #expect(try causes(run).isEmpty, "\(run)")
      let first = try states(run)
      #expect(first.count == 6 && first.values.allSatisfy { $0 == "met" }, "\(run)")
      let second = try states(run, "drain-timeout")
      #expect(second.count == 4 && second.values.allSatisfy { $0 == "met" }, "\(run)")
      #expect(try run.object["summary"]?.text?.hasPrefix("told to stop, the agent does all that it should") == true)
    }

    /// A situation, how it is brought about, and what is to be found first; `log` is what its log alone must show, nil where
    /// no log can.
    struct Situation: CustomTestStringConvertible {
      let name: String
      var script = "troubled_agent.py"
      var prefix: [String] = []
      var variables: [String: String] = [:]
      var command = "start"
      var options: [String] = []
      var length = "2s"
      let code: String
      let log: String?
      var states: [String: String] = [:]

      var testDescription: String { name }
    }

    static let situations = [
      Situation(
        name: "a wrapper that does not exec", script: "agent.py", prefix: ["\(agents)/wrapper-without-exec.sh"],
        code: "SIG-001", log: nil,
        states: ["signal-arrives": "not-met", "no-new-sessions": "not-met", "exits": "not-met"]),
      Situation(
        name: "a handler of the agent's own", script: "deaf_agent.py", code: "SIG-012", log: nil,
        states: ["signal-arrives": "met", "drain-begins": "not-met", "exits": "not-met"]),
      Situation(
        name: "a session longer than the drain's limit", command: "start --drain-timeout 2",
        length: "60s", code: "DRN-001", log: "DRN-001",
        states: ["drain-begins": "met", "sessions-complete": "not-met", "exits": "met"]),
      Situation(
        name: "a job that never ends", variables: ["AGENT_CASE": "endless"], command: "start --drain-timeout 2",
        length: "60s", code: "DRN-005", log: "DRN-005",
        states: ["drain-begins": "met", "sessions-complete": "not-met"]),
      Situation(
        name: "a second signal", options: ["--twice"], length: "20s", code: "DRN-002", log: "DRN-002",
        states: ["sessions-complete": "not-met"]),
      Situation(
        name: "a signal to the whole group", options: ["--to", "group"], length: "20s", code: "SIG-004",
        log: "SIG-004", states: ["drain-begins": "met", "sessions-complete": "not-met"]),
      Situation(name: "development mode", command: "dev --no-reload", code: "SIG-011", log: "SIG-011"),
      Situation(
        name: "an initialization that takes too long", variables: ["AGENT_CASE": "slow-prewarm"],
        options: ["--start-limit", "15s"], code: "INI-001", log: "INI-001"),
      Situation(
        name: "a prewarm that raises", variables: ["AGENT_CASE": "failing-prewarm"],
        options: ["--start-limit", "15s"], code: "INI-002", log: "INI-002"),
      Situation(
        name: "a crash when it is imported", variables: ["AGENT_CASE": "crash-at-import"], code: "SIG-006", log: nil,
        states: ["signal-arrives": "not-seen", "drain-begins": "not-seen", "exits": "not-seen"]),
      Situation(
        name: "full of load", variables: ["AGENT_CASE": "full"], code: "RUN-001", log: "RUN-001",
        states: ["drain-begins": "met", "sessions-complete": "not-seen"]),
      Situation(
        name: "a job that somebody kills", variables: ["AGENT_CASE": "killed"], length: "8s",
        code: "RUN-005", log: "RUN-005"),
      Situation(
        name: "an entrypoint that raises", variables: ["AGENT_CASE": "raises"], code: "RUN-006", log: "RUN-006",
        states: ["drain-begins": "met", "sessions-complete": "not-seen", "exits": "met"]),
    ]

    @Test(
      .enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"),
      arguments: situations)
    func theRootCauseOfASituationIsFoundFirst(situation: Situation) async throws {
      let python = try #require(BuiltProgram.python)
      let folder = try TemporaryFolder()
      let command = (situation.prefix + [python, "\(Self.agents)/\(situation.script)", situation.command])
        .joined(separator: " ")
      let run = try await test(
        ["--one-ending", "--agent", command] + situation.options, length: situation.length,
        with: situation.variables, in: folder)
      #expect(run.ended(with: .passed), "\(run)")
      #expect(try codes(run).first == situation.code, "\(run)")
      let states = try states(run)
      for (id, state) in situation.states { #expect(states[id] == state, "\(id): \(run)") }
      guard let code = situation.log else { return }
      let logs = try await BuiltProgram.run(
        ["triage", "--format", "json", "--logs", folder.file(".sluice/term-tests")], in: folder.path)
      #expect(try codes(logs).first == code, "\(logs)")
    }

    @Test(.enabled(if: BuiltProgram.oldPython != nil, "no Python with livekit-agents 1.3.12 in SLUICE_VENV_OLD"))
    func anOldWorkerAcceptsWhileItDrains() async throws {
      let python = try #require(BuiltProgram.oldPython)
      let run = try await test(["--agent", "\(python) \(Self.agents)/agent.py start", "--drain-timeout", "2s"])
      #expect(try codes(run).first == "RTE-002", "\(run)")
      #expect(try states(run)["no-new-sessions"] == "not-met", "\(run)")
      #expect(try states(run, "drain-timeout")["drain-times-out"] == "met", "\(run)")
    }

    @Test(
      .enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"),
      arguments: [
        ("CMD python agent.py start", "SIG-001"), (#"CMD ["python", "/app/agent.py", "start"]"#, nil),
        (#"CMD ["sh", "-c", "cd /app && exec python agent.py start"]"#, nil),
      ])
    func anImagesCommandIsProcessOne(command: String, code: String?) async throws {
      let python = try #require(BuiltProgram.python)
      let folder = try TemporaryFolder()
      let agent = try Files.read("\(Self.agents)/agent.py", limit: 1 << 20)
      _ = try folder.write(String(decoding: agent, as: UTF8.self), to: "agent.py")
      _ = try folder.write("FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\n\(command)\n", to: "Dockerfile")
      let path = "\(Files.folder(of: python)):\(BuiltProgram.environment["PATH"] ?? "")"
      let run = try await test(
        ["--dockerfile", "Dockerfile", "--one-ending"], with: ["PATH": path], in: folder)
      #expect(try causes(run).first == code, "\(run)")
      let first = try #require(
        try run.object["term-test"]?["endings"]?.sequence?.first?["processes"]?.sequence?.first, "\(run)")
      #expect(first["is-signalled"]?.boolean == true)
      // Where no namespace can be made the report says so, and process 1 is not claimed.
      let omissions = try run.object["term-test"]?["omissions"]?.sequence ?? []
      #expect((first["is-first"]?.boolean == true) == omissions.isEmpty, "\(run)")
    }
  }
}
