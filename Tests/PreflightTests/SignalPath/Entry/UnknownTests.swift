import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Preflight

/// What nobody can know from the files is said, and never taken for the better or the worse.
struct UnknownTests {
  private func report(_ files: [String: String], _ change: (inout EntryFiles) -> Void = { _ in }) throws -> SignalReport
  {
    let fixture = try ImageFixture(files)
    var named = EntryFiles()
    change(&named)
    return try SignalReport.judge(named.below(fixture.folder.path), in: fixture.folder.path, programs: Programs())
  }

  private static let base = "FROM registry.example.com/base:1\nWORKDIR /app\nCOPY . .\n"

  @Test(
    arguments: [
      ("CMD python agent.py start", .unknown), ("CMD exec python agent.py start", .drains),
      ("CMD python agent.py start; true", .swallowed), (#"CMD ["python", "agent.py", "start"]"#, .drains),
      (#"CMD ["concurrently", "node agent.js"]"#, .unknown), (#"CMD ["bun", "run", "start"]"#, .unknown),
      (#"CMD ["pm2-runtime", "agent.js", "--kill-timeout", "3600000", "--no-auto-exit"]"#, .drains),
      (#"CMD ["pm2-runtime", "agent.js"]"#, .aborts), (#"CMD ["sh", "/opt/start.sh"]"#, .unknown),
      ("SHELL [\"/bin/bash\", \"-c\"]\nCMD python agent.py start", .drains),
    ] as [(String, SignalVerdict.Outcome)])
  func ofAnUnknownImageTheVerdictIsTheOneThatHoldsInAnyImage(_ lines: String, _ outcome: SignalVerdict.Outcome) throws {
    let files = [
      "agent.js":
        "import { cli, ServerOptions } from '@livekit/agents';\ncli.runApp(new ServerOptions({ agent: 'a' }));\n",
      "Dockerfile": Self.base + lines,
      "agent.py": "from livekit.agents import cli\n",
      "package.json": #"{ "scripts": { "start": "node agent.js" } }"#,
    ]
    let report = try report(files)
    #expect(report.verdict.outcome == outcome, "\(report.sentence)")
    #expect((outcome == .unknown) == report.findings.contains { $0.code == "SIG-009" })
    #expect(outcome != .unknown || !report.findings.contains { $0.severity == .critical })
  }

  @Test func itSaysWhatTheVerdictDependsOn() throws {
    let shell = try report(["Dockerfile": Self.base + "CMD python agent.py start"])
    #expect(
      shell.sentence.hasSuffix(
        "it depends on what is not known of registry.example.com/base:1: with dash as /bin/sh it never hears of the signal, "
          + "with busybox as /bin/sh it drains, with bash as /bin/sh it drains"))
    // What drains whatever the image is may be offered all the same.
    #expect(shell.correction?.after == #"CMD ["python", "agent.py", "start"]"#)
    let ps = try report(["Dockerfile": Self.base + #"CMD ["concurrently", "node agent.js"]"#])
    #expect(ps.sentence.hasSuffix("with ps it drains, without ps it is cut off"))
  }

  @Test(
    arguments: [
      ("", .neverStarts), ("RUN apk add --no-cache bash", .drains), ("RUN apk add $TOOLS", .drains),
      ("COPY setup.sh /\nRUN /setup.sh", .drains),
    ] as [(String, SignalVerdict.Outcome)])
  func alpineHasNoBashUnlessSomethingMayHaveInstalledIt(_ lines: String, _ outcome: SignalVerdict.Outcome) throws {
    let report = try report([
      "Dockerfile": "FROM python:3.12-alpine\n\(lines)\nCOPY start.sh /\nENTRYPOINT [\"/start.sh\"]\n",
      "start.sh": "#!/usr/bin/env bash\nexec python agent.py start\n", "setup.sh": "#!/bin/sh\ncurl x | sh\n",
    ])
    #expect(report.verdict.outcome == outcome, "\(report.sentence)")
  }

  @Test(
    arguments: [
      (
        "k8s.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: { name: agent }\nspec:\n  terminationGracePeriodSeconds: ${GRACE}\n"
          + "  containers: [{ name: agent, image: 'registry.example.com/agent:1' }]\n"
      ),
      ("compose.yaml", "services:\n  agent:\n    build: .\n    stop_grace_period: ${GRACE}\n"),
      ("fly.toml", "app = 'a'\nkill_timeout = 'forever'\n"),
      (
        "agent.nomad",
        "job \"a\" {\n  group \"a\" {\n    task \"agent\" {\n      driver = \"docker\"\n      kill_timeout = var.grace\n"
          + "      config { image = \"registry.example.com/agent:1\" }\n    }\n  }\n}\n"
      ),
      (
        "task-def.json", #"{ "containerDefinitions": [{ "name": "agent", "image": "a:1", "stopTimeout": "${stop}" }] }"#
      ),
    ])
  func aDeadlineThatIsFilledInLaterIsUnknownAndNoDefault(_ name: String, _ text: String) throws {
    let report = try report([
      "Dockerfile": "FROM python:3.12-slim\nCMD [\"python\", \"agent.py\", \"start\"]\n", name: text,
    ])
    #expect(report.verdict.outcome == .drains && report.deadline == nil && report.deadlines.isEmpty)
    #expect(report.notes.contains { $0.hasPrefix("how long it has got is not known") }, "\(report.notes)")
    let folder = try ImageFixture([name: text]).folder
    let layers = PlatformDeadlines(ProjectFiles(folder.path)).layers
    #expect(layers.count == 1)
    #expect(layers.allSatisfy { if case .unknown = $0.window { true } else { false } }, "\(layers)")
  }

  @Test(arguments: ["kill_timeout: Number(process.env.GRACE)", "kill_timeout: minutes * 60000"])
  func aKillTimeoutThatIsComputedIsUnknown(_ setting: String) throws {
    let report = try report([
      "Dockerfile": "FROM node:22\nWORKDIR /app\nCOPY . .\nCMD [\"pm2-runtime\", \"ecosystem.config.js\"]\n",
      "ecosystem.config.js": "module.exports = { apps: [{ name: 'agent', script: 'agent.js', \(setting) }] }\n",
    ])
    #expect(report.verdict.outcome == .unknown, "\(report.sentence)")
  }

  // MARK: supervisord

  private static let program = "[program:agent]\ncommand=python agent.py start\n"

  @Test(
    arguments: [("stopwaitsecs=3600", .drains), ("", .aborts), ("stopwaitsecs=%(ENV_GRACE)s", .unknown)]
      as [(String, SignalVerdict.Outcome)])
  func aSupervisordConfigurationIsJudgedAlone(_ setting: String, _ outcome: SignalVerdict.Outcome) throws {
    let files = ["supervisord.conf": "[supervisord]\nnodaemon=true\n" + Self.program + setting + "\n"]
    #expect(try report(files).verdict.outcome == outcome)
    let named = try report(files) { $0.supervisord = "supervisord.conf" }
    #expect(named.verdict.outcome == outcome && named.subject == "supervisord 'supervisord.conf' (supervisord.conf)")
    #expect(named.verdict.chain.last?.place == Place(file: "supervisord.conf", line: 3))
  }

  @Test(arguments: ["conf.d/*.conf", "%(here)s/conf.d/*.conf"])
  func whatItIncludesIsFoundFromItsOwnFolder(_ pattern: String) throws {
    let report = try report([
      "Dockerfile":
        "FROM python:3.12-slim\nCOPY ops /etc/supervisor\nCMD [\"supervisord\", \"-n\", \"-c\", \"/etc/supervisor/supervisord.conf\"]\n",
      "ops/supervisord.conf": "[include]\nfiles = \(pattern)\n",
      "ops/conf.d/agent.conf": Self.program + "stopwaitsecs=7200\n",
    ])
    #expect(report.verdict.outcome == .drains)
    #expect(report.verdict.chain.last?.place == Place(file: "ops/conf.d/agent.conf", line: 1))
  }

  @Test func aConfigurationWithoutAProgramStartsNothing() throws {
    #expect(throws: EntryFailure.nothingToStart(file: "supervisord.conf")) {
      try SupervisordConfiguration.start(
        Array("[supervisord]\n".utf8), file: "supervisord.conf", context: "/", hasImage: false)
    }
  }
}
