import Configuration
import Cutover
import Documents
import Machine
import Redaction
import TestSupport
import Testing
import Vocabulary

struct ConfigurationFileTests {
  private func read(_ text: String) throws -> ConfigurationFile {
    try ConfigurationFile(path: "/fleet/sluice.yaml", bytes: Array(text.utf8))
  }

  private func problems(_ text: String) -> [String] {
    do {
      _ = try read(text)
      return []
    } catch {
      return (error as? DocumentFailure)?.problems.map { $0.line + ($0.hint.map { " (\($0))" } ?? "") } ?? ["\(error)"]
    }
  }

  @Test func aFleetOfLocalProcessesIsRead() throws {
    let file = try read(
      """
      version: 1
      targets:
        here:
          platform:
            local-processes:
              command: [.venv/bin/python, agent.py, start]
              directory: agent
              replicas: 2
              environment: { LOG_LEVEL: info, PORT: 8080, LIVEKIT_API_SECRET: env:SECRET }
              stop-timeout: 65m
          sessions:
            - worker-http: {}
          cutover: { interval: 1s, hold: 2, agent-hangs-up: expected, drain-window: 1h, timeout: 10m }
      """)
    let target = try file.target(nil)
    guard case .localProcesses(let local)? = target.platform else {
      Issue.record("no platform")
      return
    }
    #expect(local.command == [".venv/bin/python", "agent.py", "start"])
    #expect(local.directory == "/fleet/agent")
    #expect(local.replicas == 2)
    #expect(local.stopTimeout == .seconds(3_900))
    #expect(local.environment["PORT"] == .literal("8080"))
    #expect(local.environment["LIVEKIT_API_SECRET"] == .environment("SECRET"))
    #expect(target.policy.interval == .seconds(1))
    #expect(target.policy.hold == 2)
    #expect(target.policy.grace == Policy().grace)
    #expect(target.policy.agentHangsUp == .expected)
    #expect(target.policy.timeout == .seconds(600))
    #expect(target.drainWindow == .seconds(3_600))
  }

  @Test func aHostedAgentIsReadAndEveryKeyMayBeLeftOut() throws {
    func cloud(_ keys: String) throws -> LiveKitCloudConfiguration? {
      let file = try read("version: 1\ntargets: { production: { platform: { livekit-cloud: \(keys) } } }")
      guard case .livekitCloud(let cloud)? = try file.target(nil).platform else { return nil }
      return cloud
    }
    let whole = try #require(
      try cloud("{ agent: CA_x, directory: agent, project: p, deployment: staging, version-attribute: git_commit }"))
    #expect(whole.agent == "CA_x" && whole.directory == "/fleet/agent" && whole.project == "p")
    #expect(whole.deployment == "staging" && whole.versionAttribute == "git_commit")
    let none = try #require(try cloud("{}"))
    #expect(none.agent == nil && none.directory == "/fleet" && none.deployment == nil && none.versionAttribute == nil)
    #expect(
      problems("version: 1\ntargets: { a: { platform: { livekit-cloud: { agentt: CA_x } } } }").first?.contains("agent")
        == true)
  }

  @Test func aFleetThatOthersDeployIsRead() throws {
    let file = try read(
      """
      version: 1
      targets:
        kitchen:
          platform: none
          sessions:
            - worker-http: { instances: [ { name: v1-1, url: "http://10.0.0.7:8081/base", version: v1 } ] }
      """)
    let target = try file.target("kitchen")
    #expect(target.platform == nil)
    guard case .workerHTTP(let endpoints)? = target.sources.first else {
      Issue.record("no source")
      return
    }
    #expect(endpoints.map(\.name) == ["v1-1"])
    #expect(endpoints.map(\.url) == ["http://10.0.0.7:8081/base"])
    #expect(endpoints.map(\.version) == ["v1"])
  }

  @Test func aServersLogIsReadWithTheLogsOfItsWorkers() throws {
    let file = try read(
      """
      version: 1
      targets:
        kitchen:
          platform: none
          sessions:
            - livekit-server-log:
                files: [server.log, /var/log/node-2.log]
                agent-name: concierge
                complete: true
                workers: [ { name: v1-1, version: v1, files: [v1.log] } ]
      """)
    guard case .liveKitServerLog(let log)? = try file.target("kitchen").sources.first else {
      Issue.record("no server log")
      return
    }
    let folder = file.folder
    #expect(log.files == ["\(folder)/server.log", "/var/log/node-2.log"] && log.command.isEmpty)
    #expect(log.agentName == "concierge" && log.isComplete == true)
    #expect(log.workers.map(\.name) == ["v1-1"] && log.workers.first?.files == ["\(folder)/v1.log"])
  }

  @Test(arguments: ["{}", "{ files: [a], command: [cat, a] }", "{ files: [] }"])
  func aServersLogIsInFilesOrPrintedByACommand(_ source: String) {
    let found = problems(
      "version: 1\ntargets: { k: { platform: none, sessions: [ { livekit-server-log: \(source) } ] } }")
    #expect(found.contains { $0.contains("either 'files' or a 'command'") }, "\(found)")
  }

  @Test func everyProblemIsNamedWithItsPlaceAndTheNearestName() {
    let found = problems(
      """
      version: 2
      targets:
        here:
          platform: { local-proceses: { command: [a] } }
          cutover: { grce: 30s, hold: 0, interval: soon }
      """)
    #expect(
      found == [
        "sluice.yaml:1:1: version 2 is not known; this program reads version 1",
        "sluice.yaml:4:17: unknown key 'local-proceses' in 'platform' (did you mean 'local-processes'?)",
        "sluice.yaml:5:16: unknown key 'grce' in 'cutover' (did you mean 'grace'?)",
        "sluice.yaml:5:33: 'hold' is 0, less than 1",
        "sluice.yaml:5:46: 'interval' must be a duration like 1h30m, 5s or 250ms, not 'soon'",
      ])
  }

  @Test func rulesOfRedactionAreReadAndTriedWhereTheyStand() throws {
    let file = try read(
      """
      version: 1
      redaction:
        rules: [ { name: ticket, pattern: 'TCK-(\\d{6})' } ]
        relax: [email]
      targets: { here: { platform: none, sessions: [] } }
      """)
    #expect(file.redaction.rules.map(\.name) == ["ticket"] && file.redaction.relaxed == ["email"])
    let found = problems(
      """
      version: 1
      redaction:
        rules:
          - { name: jwt, pattern: 'x' }
          - { name: open, pattern: '(' }
        relax: [emial]
      targets: { here: { platform: none, sessions: [] } }
      """)
    #expect(
      found.map { $0.prefix { $0 != "(" } } == [
        "sluice.yaml:4:7: the redaction rule 'jwt' cannot be used ",
        "sluice.yaml:5:7: the redaction rule 'open' cannot be used ",
        "sluice.yaml:6:10: there is no redaction rule 'emial' ",
      ], "\(found)")
  }

  @Test func secretsAreWhatStandsInFilesAndInVariablesOfSecretKeys() throws {
    let file = try read(
      """
      version: 1
      targets:
        here:
          platform: none
          sessions:
            - livekit-rooms: { url: env:ADDRESS, api-key: env:ID, api-secret: file:keys/secret, agent-name: env:AGENT }
      """)
    #expect(file.secrets == [.environment("ID"), .file("/fleet/keys/secret")])
  }

  @Test func aMissingPlatformIsAProblemAndNotNone() {
    #expect(
      problems("version: 1\ntargets: { here: { sessions: [] } }").first?.contains("lacks the key 'platform'") == true)
  }

  @Test func aConfigurationErrorEndsWith78() {
    #expect(throws: DocumentFailure.self) { try read("version: 1") }
    do { _ = try read("targets: [") } catch { #expect((error as? any Failure)?.exitStatus == .configuration) }
    do { _ = try read("version: 1") } catch { #expect((error as? any Failure)?.exitStatus == .configuration) }
  }

  @Test func anUnknownTargetIsNamedWithTheNearest() throws {
    let file = try read("version: 1\ntargets: { here: { platform: none }, there: { platform: none } }")
    do {
      _ = try file.target("hera")
      Issue.record("an unknown target was found")
    } catch {
      #expect((error as? ConfigurationFailure)?.remedy?.contains("here") == true)
    }
    #expect(throws: ConfigurationFailure.self) { try file.target(nil) }
  }

  @Test func valuesComeFromTheEnvironmentAndFromFilesAndNoErrorHoldsThem() throws {
    let folder = try TemporaryFolder()
    try Files.write(Array("s3cret\n".utf8), to: "\(folder.path)/key")
    #expect(try ConfiguredValue("plain", in: "/").resolved(in: [:]) == "plain")
    #expect(try ConfiguredValue("env:A", in: "/").resolved(in: ["A": "b"]) == "b")
    #expect(try ConfiguredValue("file:key", in: folder.path).resolved(in: [:]) == "s3cret")
    #expect(throws: ConfigurationFailure.variableMissing("A")) {
      try ConfiguredValue("env:A", in: "/").resolved(in: [:])
    }
  }

  @Test func theNearestFileAboveIsFound() throws {
    let folder = try TemporaryFolder()
    try Files.makeDirectory("\(folder.path)/a/b")
    try Files.write(Array("version: 1\ntargets: { here: { platform: none } }\n".utf8), to: "\(folder.path)/sluice.yaml")
    #expect(try ConfigurationFile.find(named: nil, from: "\(folder.path)/a/b")?.folder == folder.path)
    #expect(throws: ConfigurationFailure.namedFileMissing("x.yaml")) {
      try ConfigurationFile.find(named: "x.yaml", from: folder.path)
    }
  }
}
