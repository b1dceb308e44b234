import Cutover
import Documents
import LiveKit
import LiveKitStandIn
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

extension Integration {
  /// Rehearsals and probes on a server with rooms: the stand-in for livekit-server, with real workers of livekit-agents.
  @Suite(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing))) struct RoomTests {
    private static let agent = [
      Python.interpreter ?? "", Fixtures.folder + "/agents/stamped_agent.py", "start",
    ]

    /// A folder in which a program of the name livekit-server is found first.
    private func search(_ folder: TemporaryFolder) async throws -> [String: String] {
      let bin = folder.file("bin")
      try Files.makeDirectory(bin)
      let link = try await Invocation(["ln", "-s", Products.folder + "/sluice-stand-in", "\(bin)/livekit-server"])
        .run(within: .seconds(30) * Patience.factor)
      try #require(link.succeeded)
      return ["PATH": bin + ":" + (ProcessEnvironment.current["PATH"] ?? "")]
    }

    private func words(_ command: [String]) -> String { command.map { "'\($0)'" }.joined(separator: " ") }

    @Test func anAgentIsRehearsedOnTheLivekitServerThatIsFound() async throws {
      let folder = try TemporaryFolder()
      let seen = Locked<Set<[String]>>([])
      let run = try await BuiltProgram.run(
        ["rehearse", "--agent", words(Self.agent), "--workers", "1", "--format", "json"], in: folder.path,
        with: try await search(folder),
        onLine: { line in
          guard line.line.text.contains("step drain") else { return }
          for process in ProcessTable.all() {
            let arguments = ProcessTable.arguments(of: process.pid) ?? []
            if arguments.first?.hasSuffix("livekit-server") == true { seen.withLock { _ = $0.insert(arguments) } }
          }
        })
      #expect(run.ended(with: .passed), "\(run)")
      #expect(run.errors.contains("a livekit-server of its own"), "\(run)")
      let assessment = try run.assessment
      #expect(assessment.conditions.map(\.basis) == [.identities, .identities, .identities])
      #expect(assessment.sessions.byVersion["unattributed"]?.started ?? 0 == 0, "\(run)")
      #expect(try left(of: folder).isEmpty)
      // The key that was made for it is in no argument.
      #expect(seen.withLock { $0 } == [["livekit-server", "--node-ip", "127.0.0.1"]])
    }

    @Test func aSwallowedSignalFailsARehearsalWithTheRoomsThatLandedOnOld() async throws {
      let folder = try TemporaryFolder()
      let old = ["\(Fixtures.folder)/agents/wrapper-without-exec.sh"] + Self.agent
      let run = try await BuiltProgram.run(
        [
          "rehearse", "--agent", words(old), "--new-agent", words(Self.agent), "--workers", "1", "--format", "json",
        ], in: folder.path, with: try await search(folder))
      #expect(run.ended(with: .failed), "\(run)")
      let assessment = try run.assessment
      #expect(assessment.sessions.lateCount > 0)
      #expect(assessment.sessions.late.allSatisfy { $0.room?.hasPrefix("sluice-rehearsal-") == true }, "\(run)")
      #expect(try left(of: folder).isEmpty)
    }

    @Test func nothingIsLeftOfARehearsalThatIsKilledWithNineInTheMiddle() async throws {
      let folder = try TemporaryFolder()
      let variables = try await search(folder)
      @Sendable func started() -> [ProcessStatus] {
        ProcessTable.all().filter { process in
          let path = ProcessTable.environment(of: process.pid)?["PATH"]
          return process.isAlive && path?.contains(folder.path) == true
        }
      }
      let child = Locked<ChildProcess?>(nil)
      let before = Locked(0)
      let run = try await BuiltProgram.run(
        ["rehearse", "--agent", words(Self.agent), "--workers", "2", "--progress", "plain"], in: folder.path,
        with: variables,
        onLine: { line in
          guard line.line.text.contains("step drain") else { return }
          before.withLock { $0 = started().count }
          child.withLock { _ = $0?.send(.kill) }
        }, onStart: { started in child.withLock { $0 = started } })
      #expect(run.run.end == .signaled(.kill), "\(run)")
      // The program, its server and a worker, both with a keeper; the others may be on their way.
      #expect(before.withLock { $0 } >= 5)
      #expect(await Patience.until { started().isEmpty }, "\(started())")
    }

    @Test func aServerNeedsAnAgentAndAServerThatIsNotThereIsSaidSo() async throws {
      let folder = try TemporaryFolder()
      let usage = try await BuiltProgram.run(["rehearse", "--server", "ws://127.0.0.1:1"], in: folder.path)
      #expect(usage.ended(with: .usage), "\(usage)")
      let broken = folder.file("bin")
      try Files.makeDirectory(broken)
      _ = try folder.write(
        "#!/bin/sh\necho 'one of key-file or keys must be provided'\n", to: "bin/livekit-server", mode: 0o755)
      let run = try await BuiltProgram.run(
        ["rehearse", "--agent", words(Self.agent)], in: folder.path, with: ["PATH": broken + ":/usr/bin:/bin"])
      #expect(run.ended(with: .unavailable), "\(run)")
      #expect(run.errors.contains("key-file or keys must be provided"), "\(run)")
    }

    // MARK: Probes

    private struct NoAddress: Error {}

    /// A server and a worker of v2, and the body gets the server's address and a way to list its rooms.
    private func withWorker(
      _ body: (_ folder: TemporaryFolder, _ environment: [String: String], _ rooms: LiveKitClient) async throws -> Void
    ) async throws {
      let folder = try TemporaryFolder()
      let secret = String(repeating: "s", count: 32)
      let settings = try ServerSettings(["--port", "0", "--keys", "devkey: \(secret)"], environment: [:])
      let log = Locked<[String]>([])
      let server = try LiveKitStandIn.LiveKitServer(settings) { line in log.withLock { $0.append(line) } }
      let environment = [
        "LIVEKIT_URL": "ws" + server.url.dropFirst(4), "LIVEKIT_API_KEY": "devkey", "LIVEKIT_API_SECRET": secret,
      ]
      let worker = Invocation(
        Self.agent,
        environment: ProcessEnvironment.current.merging(environment) { $1 }.merging(["APP_VERSION": "v2"]) { $1 })
      let http = HTTPClient()
      guard let address = LiveKit.LiveKitServer(server.url) else { throw NoAddress() }
      let client = LiveKitClient(
        LiveKitCredentials(server: address, apiKey: "devkey", secret: Secret(secret)), http: http)
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await server.run() }
        group.addTask {
          _ = try await worker.run(within: .seconds(300) * Patience.factor, stop: StopPolicy(grace: .seconds(1)))
        }
        defer { group.cancelAll() }
        let isRegistered = await Patience.until(.seconds(120)) {
          log.withLock { $0.contains { $0.contains("worker registered") } }
        }
        try #require(isRegistered)
        try await body(folder, environment, client)
        #expect(try await client.listRooms().isEmpty)
      }
      await http.shutDown()
    }

    private static let policy = [
      "--interval", "500ms", "--grace", "1s", "--quiet-period", "3s", "--settle", "1s", "--warm-up", "20s",
      "--join-timeout", "3s", "--progress", "plain", "--format", "json",
    ]

    @Test func aFleetWithoutTrafficEndsWithAVerdictByProbes() async throws {
      try await withWorker { folder, environment, _ in
        let arguments = ["verify-cutover", "--to", "v2", "--from", "v1", "--since", "5s", "--agent-name", "concierge"]
        let run = try await BuiltProgram.run(
          arguments + ["--probe", "--timeout", "90s"] + Self.policy, in: folder.path, with: environment)
        #expect(run.ended(with: .passed), "\(run)")
        let counts = try #require(try run.assessment.sessions.byVersion["v2"])
        #expect(counts.probes == 3 && counts.started == 3, "\(run)")
        #expect(run.errors.contains("probe 1: landed on v2, the new version"), "\(run)")

        let silent = try await BuiltProgram.run(
          arguments + ["--timeout", "6s"] + Self.policy, in: folder.path, with: environment)
        #expect(silent.ended(with: .inconclusive), "\(silent)")
      }
    }

    @Test func aProbeThatNobodyJoinsOrThatLandsElsewhereProvesNothing() async throws {
      try await withWorker { folder, environment, _ in
        let common = ["--since", "5s", "--probe", "--timeout", "12s"] + Self.policy
        let nobody = try await BuiltProgram.run(
          ["verify-cutover", "--to", "v2", "--from", "v1", "--agent-name", "waiter"] + common, in: folder.path,
          with: environment)
        #expect(!nobody.ended(with: .passed), "\(nobody)")
        #expect(nobody.errors.contains("nobody joined within 3s"), "\(nobody)")
        let elsewhere = try await BuiltProgram.run(
          ["verify-cutover", "--to", "v3", "--from", "v2", "--agent-name", "concierge"] + common, in: folder.path,
          with: environment)
        #expect(!elsewhere.ended(with: .passed), "\(elsewhere)")
        #expect(elsewhere.errors.contains("landed on v2, which is not the new version"), "\(elsewhere)")
      }
    }

    @Test func theStampOfALiveSessionIsSeenInItsRoom() async throws {
      try await withWorker { folder, environment, rooms in
        _ = try folder.write(
          """
          version: 1
          targets:
            kitchen: { platform: none, sessions: [ { livekit-rooms: { agent-name: concierge } } ] }

          """, to: "sluice.yaml")
        let check = ["check", "observability", "--polls", "1", "--format", "json"]
        let empty = try await BuiltProgram.run(check, in: folder.path, with: environment)
        #expect(empty.ended(with: .inconclusive), "\(empty)")
        _ = try await rooms.createRoom(RoomRequest("call", emptyTimeout: .seconds(600)))
        _ = try await rooms.createDispatch(DispatchRequest(room: "call", agentName: "concierge"))
        let isServed = try await Patience.until(.seconds(30)) {
          try await rooms.listParticipants(of: "call").contains { $0.kind == .agent }
        }
        try #require(isServed)
        let stamped = try await BuiltProgram.run(check, in: folder.path, with: environment)
        #expect(stamped.ended(with: .passed), "\(stamped)")
        #expect(try stamped.object["by-basis"]?["attribute"]?.integer == 1, "\(stamped)")
        #expect(try stamped.object["by-version"]?["v2"]?.integer == 1, "\(stamped)")
        try await rooms.deleteRoom("call")
      }
    }

    @Test func aTargetWithoutRoomsCannotBeProbed() async throws {
      let folder = try TemporaryFolder()
      _ = try folder.write(
        """
        version: 1
        targets:
          kitchen:
            platform: none
            sessions: [ { worker-http: { instances: [ { name: v1-1, url: "http://127.0.0.1:1", version: v1 } ] } } ]

        """, to: "sluice.yaml")
      let run = try await BuiltProgram.run(["verify-cutover", "--to", "v2", "--probe"], in: folder.path)
      #expect(run.ended(with: .configuration), "\(run)")
      #expect(run.errors.contains("livekit-rooms"), "\(run)")
    }
  }
}
