import Cutover
import Machine
import SessionSources
import TestSupport
import Testing
import Vocabulary
import Web

@testable import Platforms

/// Real livekit-agents workers, unchanged, on this machine.
@Suite(.serialized) struct LiveKitWorkerTests {
  /// A Python environment with livekit-agents.
  enum SDK: String, CaseIterable, CustomTestStringConvertible {
    case current = "SLUICE_VENV"
    case old = "SLUICE_VENV_OLD"

    var interpreter: String? {
      let folder =
        ProcessEnvironment.current[rawValue] ?? Fixtures.package + (self == .old ? "/.venv-tests-old" : "/.venv-tests")
      return Files.kind(of: folder + "/bin/python") == nil ? nil : folder + "/bin/python"
    }

    var testDescription: String { rawValue }

    static var areThere: Bool { allCases.allSatisfy { $0.interpreter != nil } }
    static let missing: Comment = "no Python with livekit-agents: set SLUICE_VENV and SLUICE_VENV_OLD"
  }

  /// A fleet of `plain_agent.py`, and the stub that its workers register with.
  private func withWorkers(
    _ sdk: SDK, options: [String] = [], replicas: Int, _ body: (LocalFleet) async throws -> Void
  ) async throws {
    let stub = try #require(SDK.current.interpreter)
    let python = try #require(sdk.interpreter)
    let agents = Fixtures.folder + "/agents"
    let folder = try TemporaryFolder()
    let server = try Invocation([stub, agents + "/dispatch_stub.py"], isolation: .session).start(
      output: .append(to: folder.file("stub.log")), errors: .append(to: folder.file("stub.errors")))
    defer { server.send(.kill) }
    var port: Substring?
    #expect(
      try await Patience.until(.seconds(60)) {
        let text = String(decoding: try Files.read(folder.file("stub.log"), limit: 65_536), as: UTF8.self)
        port = text.contains("\n") ? text.split(separator: "\n").first : nil
        return port != nil
      })
    try await withFleet("true", replicas: replicas) { fleet in
      fleet.settings.command = [python] + options + [agents + "/plain_agent.py", "start"]
      fleet.settings.startWatch = .seconds(60)
      fleet.settings.environment = [
        "LIVEKIT_URL": "ws://127.0.0.1:\(try #require(port))", "LIVEKIT_API_KEY": "devkey",
        "LIVEKIT_API_SECRET": "a-secret-of-thirty-two-bytes-or-more",
      ]
      try fleet.reload()
      try await body(fleet)
    }
  }

  @Test(.enabled(if: SDK.areThere, SDK.missing), arguments: SDK.allCases)
  func agentsThatSetNoPortShareAMachineAndDrain(_ sdk: SDK) async throws {
    try await withWorkers(sdk, replicas: 2) { fleet in
      let generation = try await fleet.platform.start("v1", isReturning: false)
      var all: [InstanceObservation] = []
      #expect(
        try await Patience.until(.seconds(90)) {
          all = try await fleet.instances()
          return all.allSatisfy { $0.phase == .serving }
        }, "\(all)")
      #expect(all.allSatisfy { $0.sdk == (sdk == .current ? "livekit-agents 1.8.9" : "livekit-agents 1.3.12") })
      #expect(Set(all.flatMap(\.workers)).count == 2)
      for instance in all {
        #expect(try #require(instance.startedAt) < (try #require(instance.registeredAt)))
        #expect(instance.servingAt == max(try #require(instance.registeredAt), try #require(instance.initializedAt)))
      }

      let endpoints = try await fleet.platform.workerEndpoints()
      #expect(Set(endpoints.map(\.url)).count == 2 && !endpoints.contains { $0.url.hasSuffix(":8081") })
      let platform = fleet.platform
      let source = WorkerHTTP(client: fleet.client) { try await platform.workerEndpoints() }
      guard case .snapshot(let counts) = await source.reading(within: .seconds(10)).answer else {
        Issue.record("the workers did not answer")
        return
      }
      #expect(counts.instances.map(\.sessions) == [0, 0])
      #expect(counts.instances.map(\.id) == all.map(\.id))

      let window = platform.window
      #expect(window.clocks.contains { $0.limit == .seconds(sdk == .current ? 3_600 : 1_800) })
      try await platform.drain([generation])
      #expect(
        try await Patience.until(.seconds(60)) {
          all = try await fleet.instances()
          return all.allSatisfy { $0.drain?.finishedAt != nil && (sdk == .old || $0.phase == .ended) }
        }, "\(all)")
      #expect(all.allSatisfy { $0.drain?.confirmedBy == .log && $0.drain?.timedOutAt == nil })
      // 1.3.12 may stay after its drain (DRN-007).
      if sdk == .current { #expect(all.allSatisfy { $0.end?.cause == .drained && $0.end?.exitCode == 0 }) }
    }
  }

  @Test(.enabled(if: SDK.areThere, SDK.missing))
  func aPortInUseIsAClearErrorWhereTheHookCannotWork() async throws {
    // Held for the test, unless somebody else holds it.
    let holder = try? HTTPServer(at: .loopback(port: 8081)) { _ in .response(.text("mine")) }
    defer { withExtendedLifetime(holder) {} }
    try await withWorkers(.current, options: ["-I"], replicas: 1) { fleet in
      let generation = try await fleet.platform.start("v1", isReturning: false)
      let id = try #require(generation.id)
      var failure: (any Failure)?
      #expect(
        try await Patience.until(.seconds(60)) {
          failure = try await fleet.platform.startFailure(of: id)
          return failure != nil
        })
      #expect(failure?.what == "v1#1-1 ended because its HTTP port is in use (CON-004)")
      #expect(failure?.exitStatus == .actionFailed)
      let ended = try await fleet.only()
      #expect(ended.end?.exitCode == 0 && ended.end?.cause == .crashed)
    }
  }
}
