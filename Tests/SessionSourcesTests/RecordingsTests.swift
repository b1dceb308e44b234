import Cutover
import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

/// Rollouts that were recorded on a real LiveKit server, played back at real speed and watched by the built program as by
/// somebody who has nothing but an address and keys.
@Suite(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing))) struct RecordingsTests {
  private static let grace: Duration = .seconds(2)

  /// A recording's folder with what really happened in it.
  private struct Story {
    let name: String
    let calls: [Call]
    /// When the old workers were told to drain, in seconds from the recording's beginning.
    let told: Double

    struct Call {
      let room: String
      let version: String?
      let joined: Double
      let agentWasGoneFirst: Bool
    }

    init(_ name: String) throws {
      self.name = name
      let folder = "\(Fixtures.folder)/livekit-server/\(name)"
      let truth = try JSON.parse(try Files.read("\(folder)/truth.json", limit: 1 << 20), file: "truth.json")
      let first = try Files.read("\(folder)/api.jsonl", limit: 8 << 20).split(separator: UInt8(ascii: "\n"))[0]
      let began = try #require(try JSON.parse(Array(first), file: "api.jsonl")["at"]?.number)
      let marks = truth["marks"]?.sequence ?? []
      told = try #require(marks.first { $0["what"]?.string == "outgoing told to drain" }?["at"]?.number) - began
      calls = try #require(truth["calls"]?.mapping).entries.map { entry in
        Call(
          room: entry.key, version: entry.value["version"]?.string,
          joined: try #require(entry.value["caller_joined"]?.number) - began,
          agentWasGoneFirst: entry.value["agent_gone_seen_by_caller"] != nil)
      }
    }
  }

  /// Plays a story from shortly after its cutover and returns what `verify-cutover` says of it.
  private func watch(_ story: Story, _ options: [String], polling interval: String = "1s") async throws -> Assessment {
    let folder = try TemporaryFolder()
    return try await Python.serving(
      "livekit-server/replay.py",
      ["\(Fixtures.folder)/livekit-server/\(story.name)", "--from", "\(story.told + 1)"]
    ) { line in
      let replay = try JSON.parse(Array(line.utf8), file: "replay.py")
      let port = try #require(replay["port"]?.integer)
      let start = try #require(replay["start"]?.number)
      let since = Timestamp(milliseconds: Int64((start + story.told) * 1_000))
      let run = try await Invocation(
        [
          "\(Products.folder)/sluice", "verify-cutover", "--to", "v2", "--since", "\(since)", "--interval", interval,
          "--grace", Self.grace.text, "--quiet-period", "6s", "--requests-per-minute", "6000",
          "--format", "json", "--progress", "none",
        ] + options,
        environment: [
          "PATH": ProcessEnvironment.current["PATH"] ?? "", "HOME": folder.path,
          "LIVEKIT_URL": "ws://127.0.0.1:\(port)", "LIVEKIT_API_KEY": "devkey",
          "LIVEKIT_API_SECRET": "secretsecretsecretsecretsecretsecret",
        ], directory: folder.path
      ).run(within: .seconds(110) * Patience.factor)
      #expect(!run.errorText.contains("secretsecret") && !run.text.contains("secretsecret"))
      return try CanonicalJSON.decode(
        Assessment.self, from: try #require(run.output.isEmpty ? nil : run.output, "\(run.errorText)"))
    }
  }

  private func words(_ assessment: Assessment) -> Comment {
    Comment(
      rawValue: assessment.conditions.map { "\($0.id.rawValue) \($0.state.rawValue): \($0.reason)" }
        .joined(separator: "\n"))
  }

  @Test(arguments: ["1s", "5s"]) func aCleanRolloutPasses(_ interval: String) async throws {
    let assessment = try await watch(try Story("story-clean"), ["--timeout", "60s"], polling: interval)
    #expect(assessment.verdict == .passed, words(assessment))
    #expect(assessment.outgoing == ["v1"])
  }

  @Test func aWrapperThatSwallowsTheSignalFailsByEveryCallThatLandedOnOld() async throws {
    let story = try Story("story-wrapper")
    let assessment = try await watch(story, ["--settle", "36s", "--timeout", "75s"])
    let deadline = story.told + Self.grace.seconds
    // The agent joins up to half a second after its caller: a call of the deadline's own half second may be either.
    let old = story.calls.filter { $0.version == "v1" }
    let surely = Set(old.filter { $0.joined > deadline }.map(\.room))
    let possibly = Set(old.filter { $0.joined > deadline - 0.5 }.map(\.room))
    let named = Set(assessment.sessions.late.compactMap(\.room))
    #expect(assessment.verdict == .failed, words(assessment))
    #expect(named.isSuperset(of: surely) && named.isSubset(of: possibly), words(assessment))
    #expect(assessment.sessions.cut.isEmpty, words(assessment))
  }

  @Test func aDrainTimeoutFailsByEveryCallThatItCut() async throws {
    let story = try Story("story-drain-cut")
    let assessment = try await watch(story, ["--drain-window", "8s", "--settle", "5s", "--timeout", "75s"])
    #expect(assessment.verdict == .failed, words(assessment))
    let cut = story.calls.filter(\.agentWasGoneFirst).map(\.room)
    #expect(Set(assessment.sessions.cut.compactMap(\.room)) == Set(cut), words(assessment))
    #expect(assessment.sessions.late.isEmpty, words(assessment))
  }

  @Test func aDrainTimeoutThatNobodyKnowsOfIsUnclearAndNotPassed() async throws {
    let story = try Story("story-drain-cut")
    let assessment = try await watch(story, ["--settle", "5s", "--timeout", "58s"])
    #expect(assessment.verdict == .inconclusive, words(assessment))
    let cut = story.calls.filter(\.agentWasGoneFirst).map(\.room)
    #expect(Set(assessment.sessions.unclear.compactMap(\.room)) == Set(cut), words(assessment))
  }
}
