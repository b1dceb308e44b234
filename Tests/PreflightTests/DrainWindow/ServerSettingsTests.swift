import TestSupport
import Testing

@testable import Preflight

struct ServerSettingsTests {
  private func drain(_ files: [String: String]) throws -> [ServerSetting] {
    let folder = try Project.folder(files)
    return ServerSettings(ProjectFiles(folder.path)).settings.filter { $0.name == .drainTimeout }
  }

  @Test(arguments: [
    ("server = AgentServer(drain_timeout=2400)", 2_400.0), ("server = AgentServer(drain_timeout=40 * 60)", 2_400),
    ("LIMIT = 1_800\nserver = agents.AgentServer(\n  drain_timeout=LIMIT + 600,\n)", 2_400),
    ("opts = WorkerOptions(entrypoint_fnc=run, drain_timeout=0)", 0),
    ("opts = WorkerOptions(entrypoint_fnc=run, drain_timeout=None)", 0),
    ("server = AgentServer()\nserver.update_options(drain_timeout=90)", 90),
    ("server = AgentServer(drain_timeout=ServerEnvOption(dev_default=0, prod_default=1800))", 1_800),
    ("options.drain_timeout = 60 # WorkerOptions", 60),
  ])
  func pythonsLiteralsAreRead(_ source: String, _ seconds: Double) throws {
    #expect(try drain(["agent.py": source]).map(\.value) == [.seconds(seconds)])
  }

  @Test(arguments: [
    "server = AgentServer(drain_timeout=int(os.environ['DRAIN']))",
    "server = AgentServer(drain_timeout=settings.drain)", "opts = WorkerOptions(**options)",
    "import x\nLIMIT = 5\nLIMIT = 6\nserver = AgentServer(drain_timeout=LIMIT)",
  ])
  func whatOnlyRunningTellsIsUnknown(_ source: String) throws {
    let found = try drain(["agent.py": source])
    #expect(found.count == 1)
    guard case .unknown? = found.first?.window else {
      Issue.record("\(found)")
      return
    }
  }

  @Test func commentsStringsAndTestsSetNothing() throws {
    let source = "# AgentServer(drain_timeout=1)\ntext = 'AgentServer(drain_timeout=2)'\nserver = AgentServer()\n"
    #expect(try drain(["agent.py": source, "tests/test_agent.py": "AgentServer(drain_timeout=3)"]).isEmpty)
  }

  @Test(arguments: [
    ("cli.runApp(new ServerOptions({ agent: x, drainTimeout: 30 * 60 * 1000 }));", 1_800.0),
    ("const DRAIN = 60_000;\ncli.runApp(new WorkerOptions({\n  // drainTimeout: 1,\n  drainTimeout: DRAIN,\n}));", 60),
    ("new ServerOptions({ 'drainTimeout': 0 })", 0),
    ("const drainTimeout = 90 * 1000\nnew ServerOptions({ agent, drainTimeout })", 90),
  ])
  func nodesLiteralsAreRead(_ source: String, _ seconds: Double) throws {
    #expect(try drain(["agent.ts": source]).map(\.value) == [.seconds(seconds)])
  }

  @Test(arguments: [
    "new ServerOptions({ drainTimeout: Number(process.env.DRAIN ?? 1000) })", "new ServerOptions({ ...defaults })",
    "new ServerOptions(options)", "new ServerOptions({ drainTimeout: settings.drain })",
  ])
  func whatOnlyRunningTellsIsUnknownInNodeToo(_ source: String) throws {
    let found = try drain(["agent.ts": source])
    #expect(found.count == 1)
    guard case .notLiteral? = found.first?.value else {
      Issue.record("\(found)")
      return
    }
  }

  @Test func aPropertyOfAnotherObjectIsNoSetting() throws {
    #expect(try drain(["agent.ts": "new ServerOptions({ agent: x });\nconst other = { drainTimeout: 5 };"]).isEmpty)
  }

  @Test func theOptionOfACommandLineIsFoundInEveryFileThatStartsSomething() throws {
    let folder = try Project.folder([
      "Dockerfile": "CMD [\"python\", \"agent.py\", \"start\", \"--drain-timeout\", \"120\"]\n",
      "run.sh": "# --drain-timeout 1\nexec python agent.py start --drain-timeout=90\n",
      "k8s/agent.yaml": "args: [start, --drain-timeout, $DRAIN]\n",
    ])
    let flags = CommandFlags(ProjectFiles(folder.path))
    #expect(flags.drainTimeouts.map(\.value) == [.seconds(120), .seconds(90), .notLiteral("$DRAIN")])
    #expect(flags.drainTimeouts.map(\.place.description) == ["Dockerfile:1", "run.sh:2", "k8s/agent.yaml:1"])
  }
}
