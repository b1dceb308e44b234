import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// `check observability` and `init`, as a person would ask before a first rollout.
  @Suite struct ObservabilityTests {
    private static let logs = Fixtures.folder + "/livekit-server/logs"

    /// A fleet seen through the server's log of a recorded rollout, cut off in its middle; the workers' logs beside it or not.
    private func fleet(workers: Bool, text: String? = nil) throws -> TemporaryFolder {
      let folder = try TemporaryFolder()
      let whole = String(
        decoding: try Files.read("\(Self.logs)/story-clean.server.jsonl", limit: 1 << 20), as: UTF8.self)
      let lines = whole.split(separator: "\n")
      _ = try folder.write(text ?? lines.prefix(lines.count / 2).joined(separator: "\n") + "\n", to: "server.log")
      let listed = ["v1-1", "v1-2", "v2-n1", "v2-n2"].map {
        "          - { name: \($0), version: \($0.prefix(2)), files: [\"\(Self.logs)/story-clean.\($0).jsonl\"] }\n"
      }
      _ = try folder.write(
        """
        version: 1
        targets:
          kitchen:
            platform: none
            sessions:
              - livekit-server-log:
                  files: [server.log]
                  agent-name: concierge
                  complete: true
        \(workers ? "          workers:\n" + listed.joined() : "")
        """, to: "sluice.yaml")
      return folder
    }

    private func check(_ folder: TemporaryFolder, _ more: [String] = []) async throws -> SluiceRun {
      try await BuiltProgram.run(
        ["check", "observability", "--polls", "1", "--format", "json"] + more, in: folder.path)
    }

    @Test func aFleetWhoseSessionsAllSayTheirVersionIsObservable() async throws {
      let run = try await check(try fleet(workers: true))
      #expect(run.ended(with: .passed), "\(run)")
      let object = try run.object
      #expect(object["schema"]?.text == "sluice.observability/1" && object["is-stamped"]?.boolean == true)
      #expect(try #require(object["by-basis"]?["worker-log"]?.integer) > 0, "\(run)")
      #expect(object["findings"]?.sequence == [])
    }

    @Test func aFleetWithoutAnyStampIsFoundOutAndFails() async throws {
      let folder = try fleet(workers: false)
      let run = try await check(folder)
      #expect(run.ended(with: .failed), "\(run)")
      #expect(try run.object["findings"]?[0]?["code"]?.text == "OBS-001", "\(run)")
      let text = try await BuiltProgram.run(
        ["check", "observability", "--polls", "1", "--fail-on", "never"], in: folder.path)
      #expect(text.ended(with: .passed) && text.output.contains("sluice init --stamp"), "\(text)")
    }

    @Test func noSessionShowsNothing() async throws {
      let run = try await check(try fleet(workers: false, text: "\n"))
      #expect(run.ended(with: .inconclusive), "\(run)")
      #expect(try run.object["is-stamped"] == nil, "\(run)")
    }

    @Test func aSourceThatIsNotThereIsUnreachableAndNotAnEmptyFleet() async throws {
      let folder = try fleet(workers: false)
      try Files.remove(folder.file("server.log"))
      let run = try await check(folder)
      #expect(run.ended(with: .unavailable), "\(run)")
      #expect(run.errors.contains("server.log"), "\(run)")
    }

    @Test func initPrintsTheStampAndNothingElse() async throws {
      let folder = try TemporaryFolder()
      let run = try await BuiltProgram.run(["init", "--stamp", "python", "--attribute", "release"], in: folder.path)
      #expect(run.ended(with: .passed) && run.errors.isEmpty, "\(run)")
      #expect(run.output.contains(#"attributes={"release": APP_VERSION}"#), "\(run)")
      let odd = try await BuiltProgram.run(["init", "--stamp", "python", "--attribute", "a\"b"], in: folder.path)
      #expect(odd.ended(with: .usage), "\(odd)")
    }
  }
}
