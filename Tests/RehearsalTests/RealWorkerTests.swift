import Cutover
import Machine
import Platforms
import SessionSources
import TestSupport
import Testing
import Vocabulary
import Web

@testable import Rehearsal

/// Unchanged workers of livekit-agents 1.8.9 on the dispatch server.
@Suite(.serialized, .enabled(if: Python.isThere, Comment(rawValue: Python.isMissing))) struct RealWorkerTests {
  /// A fleet of one worker of `agents/agent.py`, serving.
  private func withWorker(
    _ dispatch: Dispatch, environment: [String: String] = [:],
    _ body: (LocalProcesses, Generation) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let client = HTTPClient()
    var settings = LocalProcessesSettings(
      target: "real", command: [try #require(Python.interpreter), Fixtures.folder + "/agents/agent.py", "start"],
      directory: folder.path, replicas: 1, home: folder.file("state"),
      keeperCommand: [Products.folder + "/sluice", "keep-process"], inherited: ProcessEnvironment.current)
    settings.environment = dispatch.server.environment.merging(environment) { $1 }
    settings.startWatch = .seconds(90)
    let platform = try LocalProcesses(settings, client: client)
    let outcome: Result<Void, any Error>
    do {
      let generation = try await platform.start("v1", isReturning: false)
      var phase: InstanceObservation.Phase?
      let serves = try await Patience.until(.seconds(180)) {
        phase = try await instance(of: platform)?.phase
        return phase == .serving
      }
      try #require(serves, "\(String(describing: phase))")
      outcome = .success(try await body(platform, generation))
    } catch {
      outcome = .failure(error)
    }
    try await platform.cleanUp(grace: .zero)
    await client.shutDown()
    try outcome.get()
  }

  private func instance(of platform: LocalProcesses) async throws -> InstanceObservation? {
    guard case .snapshot(let observation) = await platform.reading(within: .seconds(30)).answer else { return nil }
    return observation.instances.first
  }

  @Test func aSessionEndsByTermination() async throws {
    try await Dispatch.serving { dispatch in
      try await withWorker(dispatch) { platform, _ in
        let call = dispatch.call()
        let session = try await dispatch.session { $0.isRunning }
        #expect(try await instance(of: platform)?.workers == [try #require(session.worker)])
        await call.hangUp()
        try await dispatch.session { $0.end?.sign == .personLeft && !$0.isRunning }
      }
    }
  }

  @Test func aSessionThatItsAgentEndsWasLeftByTheAgent() async throws {
    try await Dispatch.serving { dispatch in
      try await withWorker(dispatch, environment: ["AGENT_SESSION_SECONDS": "0.5"]) { _, _ in
        let call = dispatch.call()
        try await dispatch.session { $0.end?.sign == .agentLeft && $0.personLeftAt == nil }
        await call.hangUp()
      }
    }
  }

  @Test func onTERMItSaysThatItIsFullAndLeavesAfterItsLastSession() async throws {
    try await Dispatch.serving { dispatch in
      try await withWorker(dispatch) { platform, generation in
        let call = dispatch.call()
        try await dispatch.session { $0.isRunning }
        try await platform.drain([generation])
        #expect(await Patience.until(.seconds(60)) { await dispatch.dispatcher.fullCount == 1 })
        let late = dispatch.call("late")
        try await dispatch.session(in: "late") { !$0.isRunning && $0.end == nil }
        await late.hangUp()
        #expect(await dispatch.dispatcher.offers.count == 1)
        #expect(await dispatch.dispatcher.runningCount == 1)
        await call.hangUp()
        try await dispatch.session { $0.end?.sign == .personLeft }
        var last: InstanceObservation?
        #expect(
          try await Patience.until(.seconds(120)) {
            last = try await instance(of: platform)
            return last?.phase == .ended
          })
        #expect(last?.end?.cause == .drained && last?.end?.exitCode == 0, "\(String(describing: last))")
      }
    }
  }
}
