import Cutover
import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// Fleets of real livekit-agents workers.
  @Suite(
    .enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"))
  struct RealWorkerTests {
    private static let callers = LocalFleet.Callers(every: "700ms", length: "8s..11s")

    @Test func aFleetWithCallsInFlightRollsWithoutCuttingOne() async throws {
      let python = try #require(BuiltProgram.python)
      try await LocalFleet.with(Self.callers) { fleet in
        try fleet.configure(LocalFleet.agent(python))
        try await fleet.deployFirst()
        let (assessment, run) = try await fleet.roll("deploy", "--version", "v2", "--yes", status: .passed)
        #expect(assessment.states == [.holds, .holds, .holds], "\(run)")
        #expect(assessment.conditions.map(\.basis) == [.identities, .identities, .identities])
        try await expectEverySessionIsAccountedFor(assessment, in: fleet, run)
        try await fleet.expectCleanEnd(ofGeneration: 1)
      }
    }

    /// Counts of the assessment against the dispatch server's own list, which no part of the verdict has touched.
    private func expectEverySessionIsAccountedFor(
      _ assessment: Assessment, in fleet: LocalFleet, _ run: SluiceRun
    ) async throws {
      let old = try fleet.workerIDs(ofGeneration: 1)
      let new = try fleet.workerIDs(ofGeneration: 2)
      #expect(old.count == 2 && new.count == 2 && old.isDisjoint(with: new))
      let sessions = try await fleet.sessions()
      let told = try #require(assessment.window.drainRequestedAt)
      let inFlight = sessions.filter { session in
        guard let worker = session.worker, old.contains(worker), let start = session.startedAt else { return false }
        return start <= told && session.end.map { $0.at > told } ?? true
      }
      #expect(inFlight.count >= 8, "\(inFlight.count) sessions in flight")
      #expect(inFlight.allSatisfy { $0.end != nil && !$0.isLost }, "a call was cut: \(inFlight)")

      let v1 = try #require(assessment.sessions.byVersion["v1"])
      let v2 = try #require(assessment.sessions.byVersion["v2"])
      #expect((v1.active, v1.cut, v1.unclear) == (0, 0, 0), "\(run)")
      #expect((v2.cut, v2.unclear) == (0, 0), "\(run)")
      let began = assessment.window.began
      let onOld = sessions.filter { session in session.worker.map(old.contains) ?? false }
      #expect(v1.ended == onOld.count { $0.end.map { $0.at >= began } ?? false }, "\(run)")
      // The last listing was taken within the last poll; what started in between may be missing in it.
      let onNew = sessions.filter { session in session.worker.map(new.contains) ?? false }.compactMap(\.startedAt)
      let counted = onNew.count { $0 <= assessment.at - .seconds(2) }...onNew.count { $0 <= assessment.at }
      #expect(counted.contains(v2.started), "\(v2.started) of \(counted)\n\(run)")
      #expect(assessment.sessions.lateCount + assessment.sessions.unservedCount == 0, "\(run)")
    }

    @Test func aWrapperWithoutExecKeepsTheOldVersionAndIsNamed() async throws {
      let python = try #require(BuiltProgram.python)
      try await LocalFleet.with(Self.callers) { fleet in
        try fleet.configure(
          ["\(Fixtures.folder)/agents/wrapper-without-exec.sh"] + LocalFleet.agent(python), replicas: 1)
        try await fleet.deployFirst()
        try fleet.configure(LocalFleet.agent(python), replicas: 1)
        let run = try await fleet.roll(["deploy", "--version", "v2", "--yes", "--timeout", "30s"])
        let assessment = try run.assessment
        try await fleet.expectReplay(of: run)
        #expect([.failed, .timedOut].contains(assessment.verdict), "\(run)")
        let unconfirmed = assessment.instances.filter { $0.drainConfirmedAt == nil }.map(\.id)
        #expect(unconfirmed == ["v1#1-1"], "\(run)")
        #expect(assessment.sessions.late.allSatisfy { $0.instance.map(unconfirmed.contains) ?? false })
      }
    }

    @Test func aDrainTimeoutShorterThanTheCallsCutsThemByName() async throws {
      let python = try #require(BuiltProgram.python)
      try await LocalFleet.with(LocalFleet.Callers(every: "900ms", length: "14s..18s")) { fleet in
        try fleet.configure(LocalFleet.agent(python, "--drain-timeout", "4"), replicas: 1)
        try await fleet.deployFirst()
        let (assessment, run) = try await fleet.roll("deploy", "--version", "v2", "--yes", status: .failed)
        #expect(try assessment.condition(.oldDrains).state == .failed, "\(run)")
        try await expectCutNames(of: assessment, in: fleet, run)
      }
    }

    @Test(.enabled(if: BuiltProgram.oldPython != nil, "no Python with livekit-agents 1.3.12 in SLUICE_VENV_OLD"))
    func aWorkerThatAcceptsWhileItDrainsIsALateArrival() async throws {
      let python = try #require(BuiltProgram.python)
      let oldPython = try #require(BuiltProgram.oldPython)
      try await LocalFleet.with(LocalFleet.Callers(every: "1500ms", length: "10s..14s", offersToFull: true)) { fleet in
        try fleet.configure(["/usr/bin/env", "AGENT_EXECUTOR=thread"] + LocalFleet.agent(oldPython), replicas: 1)
        try await fleet.deployFirst()
        try fleet.configure(LocalFleet.agent(python), replicas: 1)
        let (assessment, run) = try await fleet.roll("deploy", "--version", "v2", "--yes", status: .failed)
        let old = try fleet.workerIDs(ofGeneration: 1)
        let told = try #require(assessment.window.drainRequestedAt)
        let taken = try await fleet.sessions().filter { session in
          guard let worker = session.worker, let start = session.startedAt else { return false }
          return old.contains(worker) && start > told
        }
        #expect(!assessment.sessions.late.isEmpty, "\(run)")
        #expect(Set(assessment.sessions.late.map(\.id)).isSubset(of: taken.map(\.id)), "\(run)")
        #expect(assessment.sessions.late.allSatisfy { $0.sdk == "livekit-agents 1.3.12" && $0.version == "v1" })
      }
    }

    @Test func anOldWorkerKilledInItsCallsFailsAndNamesThem() async throws {
      let python = try #require(BuiltProgram.python)
      try await LocalFleet.with(LocalFleet.Callers(every: "900ms", length: "12s..15s")) { fleet in
        try fleet.configure(LocalFleet.agent(python), replicas: 1)
        try await fleet.deployFirst()
        let old = try fleet.workers(ofGeneration: 1)
        let (assessment, run) = try await fleet.roll(
          "deploy", "--version", "v2", "--yes", status: .failed, atStep: "verify"
        ) { _ in LocalFleet.kill(old[0]) }
        #expect(try assessment.condition(.oldDrains).state == .failed, "\(run)")
        try await expectCutNames(of: assessment, in: fleet, run)
      }
    }

    @Test func aPortThatIsTakenIsNamedAsSuch() async throws {
      let python = try #require(BuiltProgram.python)
      try await LocalFleet.with { fleet in
        // Isolated Python does not load the hook, so the worker asks for the SDK's default port.
        try fleet.configure([python, "-I", "\(Fixtures.folder)/agents/agent.py", "start"])
        try await occupyingDefaultPort {
          let run = try await fleet.sluice("deploy", "--version", "v1", "--yes", "--format", "json")
          #expect(run.ended(with: .actionFailed), "\(run)")
          #expect(run.errors.contains("CON-004") && run.errors.contains("-I"), "\(run)")
          #expect(try run.object["schema"]?.text != nil)
        }
      }
    }
  }
}

/// Runs the body while something listens on 8081, this test or whoever was first.
private func occupyingDefaultPort(_ body: () async throws -> Void) async throws {
  let script = """
    import socket, time
    try:
        listener = socket.create_server(("0.0.0.0", 8081))
    except OSError:
        pass
    print("taken", flush=True)
    time.sleep(600)
    """
  let (lines, said) = AsyncStream.makeStream(of: Void.self)
  let listener = Task {
    try await Invocation([BuiltProgram.python ?? "python3", "-c", script]).run(
      within: .seconds(600), stop: StopPolicy(grace: .seconds(1)), onLine: { _ in said.yield() })
  }
  for await _ in lines { break }
  do {
    try await body()
    listener.cancel()
    _ = try await listener.value
  } catch {
    listener.cancel()
    throw error
  }
}
