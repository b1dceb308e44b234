import Cutover
import LiveKitStandIn
import Machine
import TestSupport
import Testing
import Vocabulary

/// A hosted agent of a stand-in for LiveKit Cloud, a folder with sluice.yaml, and an `lk` in PATH that stands in for the
/// real one: what a person has who deploys to LiveKit Cloud.
struct LiveKitCloudFleet: Sendable {
  let standIn: StandIn
  let folder: TemporaryFolder

  /// The string that LiveKit Cloud has for the version that serves at the start; its release is v1.
  static let first = "v20260224201212"

  /// Everything fast, sessions stamped with their release, v1 serving.
  static var scenario: Scenario {
    var scenario = Scenario()
    scenario.pace = .brisk
    scenario.stampSource = "version"
    scenario.versions = [Scenario.Version(first, attributes: ["version": "v1"])]
    return scenario
  }

  /// A call every 200 ms.
  static var busy: Scenario {
    var scenario = scenario
    scenario.traffic = Scenario.Traffic(every: .milliseconds(200), length: .seconds(1))
    return scenario
  }

  /// Serves a scenario while the body runs, with sluice.yaml written.
  static func with(_ scenario: Scenario = scenario, _ body: @Sendable (LiveKitCloudFleet) async throws -> Void)
    async throws
  {
    try await StandIn.serving(scenario) { standIn in
      let fleet = LiveKitCloudFleet(standIn: standIn, folder: try TemporaryFolder())
      try Files.makeDirectory(fleet.folder.file("bin"))
      for name in ["agent.py", "Dockerfile", "pyproject.toml"] { _ = try fleet.folder.write("", to: name) }
      _ = try fleet.folder.write(
        "[project]\n  subdomain = \"127\"\n[agent]\n  id = \"\(scenario.agentID)\"\n", to: "livekit.toml")
      try fleet.installLK()
      try fleet.configure()
      try await body(fleet)
    }
  }

  /// Writes sluice.yaml: short times, and without sessions unless they are given.
  func configure(
    platform: String = "{}", sessions: String = "", warmUp: Duration = .seconds(20), timeout: Duration = .seconds(30),
    more: String = ""
  ) throws {
    let stretched = { (duration: Duration) in "\(Int((duration * Patience.factor).seconds))s" }
    _ = try folder.write(
      """
      version: 1
      targets:
        production:
          platform: { livekit-cloud: \(platform) }
          \(sessions.isEmpty ? "" : "sessions: [ \(sessions) ]")
          cutover: { interval: 250ms, warm-up: \(stretched(warmUp)), grace: \(Int(1_000 * Patience.factor))ms, quiet: 1s, \
      hold: 2, minimum-new-sessions: 3, join-timeout: 5s, settle: 1s, timeout: \(stretched(timeout))\(more) }

      """, to: "sluice.yaml")
  }

  /// Puts the stand-in's lk into PATH, of the newest version or of another.
  func installLK(version: String? = nil) throws {
    let line = version.map { "LK_STAND_IN_VERSION=\($0) exec" } ?? "exec"
    _ = try folder.write("#!/bin/sh\n\(line) \(Products.folder)/sluice-stand-in lk \"$@\"\n", to: "bin/lk", mode: 0o700)
  }

  /// The variables of a person with credentials in the environment.
  var variables: [String: String] {
    var variables = standIn.environment
    variables["PATH"] = "\(folder.file("bin")):/usr/bin:/bin"
    variables["HOME"] = folder.path
    return variables
  }

  /// Runs `sluice` in the folder.
  func sluice(
    _ arguments: String..., variables: [String: String] = [:], onLine: (@Sendable (OutputLine) -> Void)? = nil
  ) async throws -> SluiceRun {
    try await BuiltProgram.run(
      arguments, in: folder.path, with: self.variables.merging(variables) { $1 }, onLine: onLine)
  }

  /// Runs a command that prints an assessment, and looks at what every run must keep: its status, and a journal that
  /// gives the same object again.
  func assessed(_ arguments: String..., status: ExitStatus) async throws -> (assessment: Assessment, run: SluiceRun) {
    let run = try await BuiltProgram.run(
      arguments + ["--format", "json", "--progress", "plain", "--no-collect"], in: folder.path, with: variables)
    #expect(run.ended(with: status), "\(run)")
    let assessment = try run.assessment
    let path = ".sluice/runs/\(assessment.run.rawValue)/journal.ndjson"
    let replay = try await BuiltProgram.run(
      ["verify-cutover", "--replay", path, "--format", "json"], in: folder.path, with: variables)
    #expect(replay.run.output == run.run.output, "the journal gives another object\n\(run)\n\(replay)")
    return (assessment, run)
  }

  /// Everything that is on disk of the runs.
  func journals() throws -> String {
    let runs = folder.file(".sluice/runs")
    guard Files.kind(of: runs) != nil else { return "" }
    return try Files.list(runs).map {
      String(decoding: try Files.read("\(runs)/\($0)/journal.ndjson", limit: 64 << 20), as: UTF8.self)
    }.joined()
  }
}
