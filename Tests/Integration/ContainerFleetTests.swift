import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// The platform `docker`, on a real engine: every rollout is one of real containers.
  @Suite(.serialized, .enabled(if: Containers.folder != nil, "\(Containers.reason)"))
  struct ContainerFleetTests {
    @Test func aCleanRolloutPassesAndARollbackPutsTheImageBack() async throws {
      try await LocalFleet.with { fleet in
        try await fleet.configureContainers()
        try await fleet.deployFirst("v1")
        let (deployed, run) = try await fleet.roll("deploy", "--version", "v2", "--yes", status: .passed)
        #expect(deployed.states == [.holds, .holds, .holds], "\(run)")
        #expect(deployed.sessions.cutCount == 0)
        #expect(deployed.instances.filter { $0.version == "v1" }.allSatisfy { $0.end == "exit 0" }, "\(run)")
        let refused = try await fleet.sluice("rollback", "--to", "v9", "--yes")
        #expect(refused.ended(with: .actionFailed) && refused.errors.contains("v9"), "\(refused)")
        // The tag moves to something that could never serve: the version's own image is what comes back.
        try await Containers.docker("tag", "sluice-test:empty", "\(fleet.image):v1")
        let (back, rollback) = try await fleet.roll("rollback", "--yes", status: .passed)
        #expect(back.incoming == "v1" && back.outgoing == ["v2"], "\(rollback)")
        #expect(rollback.errors.contains("v1#2"), "a turn of its own\n\(rollback)")
      }
    }

    @Test func aStopTimeoutThatIsTooShortCutsCallsAndIsNamed() async throws {
      try await LocalFleet.with(LocalFleet.Callers(length: "20s..25s")) { fleet in
        try await fleet.configureContainers(stopTimeout: "2s")
        try await fleet.deployFirst()
        let (assessment, run) = try await fleet.roll("deploy", "--version", "v2", "--yes", status: .failed)
        #expect(try assessment.condition(.oldDrains).state == .failed, "\(run)")
        #expect(!assessment.sessions.cut.isEmpty && assessment.sessions.cut.allSatisfy { $0.version == "v1" }, "\(run)")
      }
    }

    @Test func aWrapperThatSwallowsTheSignalAsProcessOneFails() async throws {
      try await LocalFleet.with { fleet in
        let worker = LocalFleet.exampleWorker.joined(separator: " ")
        try await fleet.configureContainers(["/bin/sh", "-c", "\(worker); echo done"])
        try await fleet.deployFirst()
        let (assessment, run) = try await fleet.roll(
          "deploy", "--version", "v2", "--yes", "--timeout", "20s", status: .failed)
        #expect(try assessment.condition(.oldStopsReceiving).state == .failed, "\(run)")
        #expect(assessment.findings.contains { $0.code == "RTE-001" }, "\(run)")
      }
    }

    @Test func anEngineThatIsAwayInTheMiddleIsWaitedForAndNothingIsTakenForGone() async throws {
      try await LocalFleet.with { fleet in
        try await fleet.configureContainers()
        try await fleet.deployFirst()
        let socket = "\(try #require(Containers.folder))/docker.sock"
        let (assessment, run) = try await fleet.roll(
          "deploy", "--version", "v2", "--yes", status: .passed, atStep: "verify"
        ) { _ in
          try Files.rename(socket, to: socket + ".away")
          try await Task.sleep(for: .seconds(1.5))
          try Files.rename(socket + ".away", to: socket)
        }
        #expect(assessment.states == [.holds, .holds, .holds], "\(run)")
        #expect(assessment.sessions.cutCount == 0)
      }
    }

    @Test func aRunThatIsKilledGoesOn() async throws {
      try await LocalFleet.with { fleet in
        try await fleet.configureContainers()
        try await fleet.deployFirst()
        let killed = try await fleet.roll(["deploy", "--version", "v2", "--yes"], atStep: "verify") { $0.send(.kill) }
        #expect(killed.run.end == .signaled(.kill), "\(killed)")
        let id = try #require(try Files.list("\(fleet.folder)/.sluice/runs").max())
        let (assessment, run) = try await fleet.roll("deploy", "--resume", id, status: .passed)
        #expect(assessment.run.rawValue == id && assessment.states == [.holds, .holds, .holds], "\(run)")
        #expect(try await fleet.sessions().filter(\.isLost).isEmpty, "\(run)")
      }
    }

    @Test func whatCannotBeStartedLeavesTheOldVersionServing() async throws {
      try await LocalFleet.with { fleet in
        try await fleet.configureContainers()
        try await fleet.deployFirst()
        let missing = try await fleet.sluice("deploy", "--version", "nowhere", "--yes")
        #expect(missing.ended(with: .actionFailed), "\(missing)")
        #expect(missing.errors.contains("there is no image '\(fleet.image):nowhere'"), "\(missing)")
        // Many times the memory it may have, once its engine knows it.
        try await fleet.configureContainers(
          ["/bin/bash", "-c", "sleep 0.5; x=$(head -c 300000000 /dev/zero | tr '\\0' a)"], options: ["--memory=40m"])
        let killed = try await fleet.sluice("deploy", "--version", "v2", "--yes")
        #expect(killed.ended(with: .actionFailed), "\(killed)")
        #expect(killed.errors.contains("the kernel killed it for want of memory"), "\(killed)")
        // What ended in the first two seconds is removed; what ended later stays, with its log, until it is old.
        let left = try await Containers.docker(
          "ps", "--quiet", "--filter", "label=sluice.version=v2", "--filter", "label=sluice.target=here")
        #expect(left.isEmpty, "what failed still runs: \(left)")
        let old = try await Containers.docker("ps", "--quiet", "--filter", "label=sluice.version=v1")
        #expect(!old.isEmpty, "the version that serves was told to stop")
      }
    }

    @Test(.enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"))
    func realWorkersAreRolled() async throws {
      try await LocalFleet.with { fleet in
        let python = try #require(BuiltProgram.python)
        try await fleet.configureContainers(
          [python, "\(Fixtures.folder)/agents/stamped_agent.py", "start"], replicas: 1)
        try await fleet.deployFirst()
        let (assessment, run) = try await fleet.roll("deploy", "--version", "v2", "--yes", status: .passed)
        #expect(assessment.states == [.holds, .holds, .holds], "\(run)")
        #expect(assessment.instances.allSatisfy { $0.version != "v1" || $0.end == "exit 0" }, "\(run)")
      }
    }
  }
}

extension LocalFleet {
  /// The name of the fleet's image, without a tag.
  var image: String {
    "sluice-test/\(folder.split(separator: "/").last.map { $0.lowercased().filter { $0.isLetter || $0.isNumber } } ?? "fleet")"
  }

  /// Writes sluice.yaml for containers, and gives the image its versions.
  func configureContainers(
    _ command: [String] = exampleWorker, replicas: Int = 1, stopTimeout: String = "60s", options: [String] = []
  ) async throws {
    for version in ["v1", "v2"] { try await Containers.docker("tag", Containers.image, "\(image):\(version)") }
    let words = { (words: [String]) in words.map { "'\($0)'" }.joined(separator: ", ") }
    let shell = command.map { $0.replacing("'", with: "''") }
    try write(
      """
      version: 1
      targets:
        here:
          platform:
            docker:
              image: \(image)
              command: [\(words(shell))]
              replicas: \(replicas)
              stop-timeout: \(stopTimeout)
              options: [\(words(["--network=host"] + options + Containers.mounts))]
              environment: { LIVEKIT_URL: "\(url)", LIVEKIT_API_KEY: devkey, LIVEKIT_API_SECRET: env:LIVEKIT_API_SECRET }
          sessions:
            - dispatch-server: { url: "http\(url.dropFirst(2))", api-key: devkey, api-secret: env:LIVEKIT_API_SECRET }
          cutover: \(Self.policy())

      """)
  }
}
