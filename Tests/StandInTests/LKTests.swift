import Documents
import LiveKitStandIn
import Machine
import TestSupport
import Testing
import Vocabulary

/// The program that stands in for lk beside what lk 2.18.3 printed, asked and ended with.
struct LKTests {
  /// One recorded run of the real lk.
  struct Run: Sendable, CustomTestStringConvertible {
    let name: String
    let words: [String]
    let status: Int32
    let output: String
    let errors: String
    /// Methods and paths that it asked, how often.
    let calls: [String: Int]

    var testDescription: String { name }
  }

  /// Left out: what is not played (`promote`), and logs, which were another service's and ended.
  private static let leftOut: Set = ["promote", "logs", "logs-build"]

  static let runs: [Run] = {
    let bytes = (try? Files.read(Fixtures.folder + "/lk/runs.jsonl", limit: 1 << 20)) ?? []
    return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard let node = try? JSON.parse(Array(line), file: "runs"), let name = node["case"]?.string,
        !leftOut.contains(name)
      else { return nil }
      let paths = (node["requests"]?.sequence ?? []).compactMap { $0["path"]?.string }
        .map { String($0.prefix { $0 != "?" }.split(separator: "/").last ?? "") }
      return Run(
        name: name, words: (node["command"]?.string ?? "").split(separator: " ").dropFirst().map(String.init),
        status: Int32(node["exit"]?.integer ?? -1), output: node["stdout"]?.string ?? "",
        errors: node["stderr"]?.string ?? "", calls: paths.reduce(into: [:]) { $0[$1, default: 0] += 1 })
    }
  }()

  @Test func theRecordingsAreThere() { #expect(Self.runs.count == 29) }

  @Test(arguments: runs)
  func everyRunPrintsAsksAndEndsAsTheRealOneDid(run: Run) async throws {
    try await LKFixture.serving(Self.scenario(for: run.name)) { fixture in
      if ["restart-unsuccessful", "logs-sleeping"].contains(run.name) {
        fixture.standIn.perform(.status(version: "v20260224201212", status: "Sleeping"))
      }
      let done = try await fixture.lk(run.words)
      #expect(done.end == .exited(run.status))
      #expect(Self.withoutTimes(done.text) == Self.withoutTimes(run.output))
      #expect(done.errorText == run.errors)
      #expect(fixture.standIn.calls == run.calls)
      #expect(fixture.standIn.tokens.allSatisfy { $0.lifetime == .seconds(21_600) && $0.grants == ["agent.admin"] })
    }
  }

  /// What the recorded service was made to answer.
  private static func scenario(for name: String) -> Scenario {
    var scenario = LKFixture.scenario
    switch name {
    case "deploy-build-503": scenario.rollout.buildStatus = 503
    case "deploy-build-error":
      scenario.rollout.buildError = "process \"/bin/sh -c uv sync\" did not complete successfully: exit code: 1"
    case "deploy-build-longline": scenario.rollout.hasLongLine = true
    case "deploy-exhausted": scenario.faults = [Fault("DeployAgentV2", .status(429))]
    case "deploy-unsuccessful": scenario.refusesDeploy = "quota exceeded"
    case "status-denied": scenario.faults = [Fault("ListAgents", .status(403))]
    case "status-empty", "versions-notfound": scenario.agentID = "CA_other"
    case "rollback-plan": scenario.refusesRollback = "rollback is not available on your plan"
    default: break
    }
    return scenario
  }

  /// Times are the service's own.
  private static func withoutTimes(_ text: String) -> String {
    text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/, with: "TIME")
  }

  @Test func aDeployIsFoundByItsAttribute() async throws {
    try await LKFixture.serving { fixture in
      let deployed = try await fixture.lk(["agent", "deploy", "--silent", "--attribute", "release=r-2"])
      #expect(deployed.succeeded && deployed.text.isEmpty && deployed.errorText.hasPrefix("#1"))
      let listed = try await fixture.lk(["agent", "versions", "--attribute", "release=r-2", "--json"])
      let version = try JSON.parse(listed.output, file: "lk")["versions"]?[0]
      #expect(version?["attributes"]?["release"]?.string == "r-2")
      #expect(version?["version"]?.string?.hasPrefix("v20") == true)
    }
  }

  @Test func aBuildGoesOnThatLkGaveUp() async throws {
    var scenario = LKFixture.scenario
    scenario.rollout.hasLongLine = true
    try await LKFixture.serving(scenario) { fixture in
      let deployed = try await fixture.lk(["agent", "deploy", "--attribute", "release=r-2"])
      #expect(deployed.end == .exited(1))
      #expect(await Patience.until { fixture.standIn.activeVersions.count == 3 })
    }
  }

  @Test func anOldLkKnowsNoAttributes() async throws {
    try await LKFixture.serving { fixture in
      let old = ["LK_STAND_IN_VERSION": "2.10.0"]
      let version = try await fixture.lk(["--version"], adding: old)
      #expect(version.succeeded && version.text == "lk version 2.10.0\n")
      let deployed = try await fixture.lk(["agent", "deploy", "--attribute", "release=r-2"], adding: old)
      #expect(deployed.end == .exited(1) && deployed.errorText.contains("flag provided but not defined: -attribute"))
      #expect(fixture.standIn.calls.isEmpty)
    }
  }

  @Test func withoutCredentialsItSaysHowToGetThem() async throws {
    try await LKFixture.serving { fixture in
      let run = try await fixture.lk(["agent", "status"], adding: ["LIVEKIT_API_KEY": ""])
      #expect(run.end == .exited(1))
      #expect(
        run.errorText
          == "no projects configured; run `lk cloud auth` in an interactive terminal or set --project\n")
    }
  }

  @Test func anotherProjectsFolderIsRefused() async throws {
    try await LKFixture.serving { fixture in
      _ = try fixture.folder.write("[project]\nsubdomain = \"other\"\n[agent]\nid = \"CA_x\"\n", to: "livekit.toml")
      let run = try await fixture.lk(["agent", "deploy"])
      #expect(run.end == .exited(1) && run.errorText.hasSuffix("project does not match agent subdomain [other]\n"))
    }
  }

  @Test func logLinesArePrintedAsTheyCome() async throws {
    try await LKFixture.serving { fixture in
      let seen = Locked<[String]>([])
      let invocation = fixture.invocation(["agent", "logs"])
      let run = Task {
        try await invocation.run(
          within: .seconds(30) * Patience.factor, onLine: { line in seen.withLock { $0.append(line.line.text) } })
      }
      // It is endless: it is ended from here.
      #expect(await Patience.until { seen.withLock { $0.contains { $0.contains("\"registered worker\"") } } })
      fixture.standIn.perform(.restart)
      #expect(await Patience.until { seen.withLock { $0.count { $0.contains("\"registered worker\"") } >= 3 } })
      run.cancel()
      let ended = try await run.value
      #expect(ended.cause == .cancelled)
    }
  }
}

/// A folder with an agent in it, `lk` before it on PATH, and a stand-in that it talks to.
struct LKFixture {
  let standIn: StandIn
  let folder: TemporaryFolder

  static var scenario: Scenario {
    var scenario = Scenario()
    scenario.pace = .brisk
    scenario.regions = ["us-east", "eu-central"]
    scenario.replicas = 1
    scenario.versions = [
      .init("v20260218090000", age: .seconds(90_000), isDraining: true),
      .init("v20260224201212", attributes: ["release": "r-1"]),
    ]
    return scenario
  }

  static func serving(_ scenario: Scenario = scenario, _ body: (LKFixture) async throws -> Void) async throws {
    try await StandIn.serving(scenario) { standIn in
      let folder = try TemporaryFolder()
      _ = try folder.write("[project]\nsubdomain = \"127\"\n[agent]\nid = \"CA_test123\"\n", to: "livekit.toml")
      _ = try folder.write("[project]\nname = \"agent\"\n", to: "pyproject.toml")
      _ = try folder.write("#!/bin/sh\nexec '\(Products.folder)/sluice-stand-in' lk \"$@\"\n", to: "lk", mode: 0o700)
      try await body(LKFixture(standIn: standIn, folder: folder))
    }
  }

  func lk(_ words: [String], adding variables: [String: String] = [:]) async throws -> CompletedRun {
    try await invocation(words, adding: variables).run(within: .seconds(30) * Patience.factor)
  }

  func invocation(_ words: [String], adding variables: [String: String] = [:]) -> Invocation {
    var environment = standIn.environment
    environment["PATH"] = folder.path + ":/usr/bin:/bin"
    environment["HOME"] = folder.path
    environment.merge(variables) { $1 }
    return Invocation(["lk"] + words, environment: environment, directory: folder.path)
  }
}
