import Cutover
import LiveKit
import LiveKitStandIn
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

@testable import Platforms

/// A hosted agent of a stand-in, the folder that it is deployed from, and an `lk` in PATH that stands in for the real one.
struct HostedAgent: Sendable {
  let standIn: StandIn
  let folder: TemporaryFolder
  let client = HTTPClient()
  /// What the platform said, in order.
  let notes = Locked<[PlatformNote]>([])
  var settings: LiveKitCloudSettings

  /// Everything fast, sessions stamped with the attribute `version`, and one version that serves: v1.
  static var scenario: Scenario {
    var scenario = Scenario()
    scenario.pace = .brisk
    scenario.stampSource = "version"
    scenario.versions = [Scenario.Version("v20260224201212", attributes: ["version": "v1"])]
    return scenario
  }

  /// Serves a scenario while the body runs.
  static func with(
    _ scenario: Scenario = scenario, _ body: @Sendable (HostedAgent) async throws -> Void
  ) async throws {
    try await StandIn.serving(scenario) { standIn in
      let agent = try HostedAgent(standIn)
      try await body(agent)
      await agent.client.shutDown()
    }
  }

  private init(_ standIn: StandIn) throws {
    self.standIn = standIn
    folder = try TemporaryFolder()
    try Files.makeDirectory(folder.file("bin"))
    try Files.makeDirectory(folder.file("agent"))
    let server = try #require(LiveKitServer(standIn.url, agentsOverride: standIn.url))
    let credentials = LiveKitCredentials(
      server: server, apiKey: standIn.scenario.apiKey, secret: Secret(standIn.scenario.apiSecret))
    settings = LiveKitCloudSettings(
      credentials: credentials, directory: folder.file("agent"),
      inherited: ["PATH": folder.file("bin"), "LK_AGENTS_URL": standIn.url, "HOME": folder.path])
    settings.listingLimit = .seconds(3) * Patience.factor
    settings.lookInterval = .milliseconds(50)
    for name in ["agent.py", "Dockerfile", "pyproject.toml"] { _ = try folder.write("", to: "agent/\(name)") }
    try writeProjectFile(of: standIn.scenario.agentID)
    try installLK()
  }

  func writeProjectFile(of agent: String) throws {
    _ = try folder.write(
      "[project]\n  subdomain = \"127\"\n[agent]\n  id = \"\(agent)\"\n", to: "agent/livekit.toml")
  }

  /// Puts the stand-in's lk into PATH, of the newest version or of another.
  func installLK(version: String? = nil) throws {
    let line = version.map { "LK_STAND_IN_VERSION=\($0) exec" } ?? "exec"
    _ = try folder.write(
      "#!/bin/sh\n\(line) \(Products.folder)/sluice-stand-in lk \"$@\"\n", to: "bin/lk", mode: 0o700)
  }

  /// A platform whose words are kept.
  func platform() async -> LiveKitCloud {
    let platform = LiveKitCloud(settings, client: client)
    await platform.listen { note in notes.withLock { $0.append(note) } }
    return platform
  }

  /// Everything that was said, a line each.
  var said: [String] { notes.withLock { $0.map { "\($0.source): \($0.text)" } } }
}

extension LiveKitCloud {
  func instances() async throws -> [InstanceObservation] {
    switch await reading(within: .seconds(5)).answer {
    case .snapshot(let observation): return observation.instances
    case .failure(let failure): throw failure
    case .changes: throw SourceFailure(kind: .malformed, detail: "changes")
    }
  }

  /// The phases by instance, in words; versions by their release's name.
  func phases() async throws -> [String: String] {
    Dictionary(
      try await instances().map { ("\($0.region?.rawValue ?? "")/\($0.version?.rawValue ?? "")", $0.phase.word) }
    ) { "\($0) and \($1)" }
  }

  /// Is told of a deploy as a procedure does.
  func expect(_ incoming: Generation, outgoing: [Generation], began: Timestamp) async {
    await expect(
      Rollout(
        target: "production", run: "r", kind: .deploy, began: began, incoming: incoming, outgoing: outgoing,
        window: window, drainedBy: drainedBy))
  }

  /// Deploys as a procedure does, and returns what came.
  @discardableResult
  func roll(to version: VersionName, isReturning: Bool = false) async throws -> Generation {
    let outgoing = try await current()
    let began = WallClock.live.now
    let incoming = try await start(version, isReturning: isReturning)
    await expect(incoming, outgoing: outgoing.filter { $0.id != incoming.id }, began: began)
    return incoming
  }
}
