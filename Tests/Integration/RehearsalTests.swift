import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// `sluice rehearse`, as somebody types it who has just built it, and the journal that it leaves.
  @Suite struct RehearsalTests {
    @Test func aRehearsalPassesAndItsJournalGivesTheVerdictAgain() async throws {
      let folder = try TemporaryFolder()
      let run = try await BuiltProgram.run(["rehearse", "--format", "json"], in: folder.path)
      #expect(run.ended(with: .passed), "\(run)")
      let assessment = try run.assessment
      #expect(assessment.conditions.map(\.basis) == [.identities, .identities, .identities])
      #expect(!run.errors.contains("\u{1B}") && !run.output.contains("\u{1B}"), "colours into a pipe\n\(run)")
      #expect(try left(of: folder).isEmpty)

      let path = folder.file(".sluice/runs/\(assessment.run.rawValue)/journal.ndjson")
      let journal = try Files.read(path, limit: 64 << 20)
      try await expectReplay(of: journal, in: folder, .passed, output: run.run.output)
      try await expectDamageIsNamed(in: journal, folder)
      // The end of the last line never reached the disk: it says only how the command ended.
      try await expectReplay(of: journal.dropLast(9), in: folder, .passed, output: run.run.output)
    }

    @Test func theLastLineOfARehearsalSaysPassed() async throws {
      let folder = try TemporaryFolder()
      let run = try await BuiltProgram.run(["rehearse"], in: folder.path)
      #expect(run.ended(with: .passed), "\(run)")
      #expect(run.output.split(separator: "\n").last?.contains("passed") == true, "\(run)")
      #expect(try left(of: folder).isEmpty)
    }

    @Test(.enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"))
    func aRehearsalOfARealAgentPasses() async throws {
      let folder = try TemporaryFolder()
      let agent = LocalFleet.agent(try #require(BuiltProgram.python)).map { "'\($0)'" }.joined(separator: " ")
      let run = try await BuiltProgram.run(["rehearse", "--agent", agent, "--format", "json"], in: folder.path)
      #expect(run.ended(with: .passed), "\(run)")
      let assessment = try run.assessment
      #expect(assessment.conditions.map(\.basis) == [.identities, .identities, .identities])
      #expect(assessment.sessions.cutCount == 0)
      #expect(try left(of: folder).isEmpty)
      let path = folder.file(".sluice/runs/\(assessment.run.rawValue)/journal.ndjson")
      try await expectReplay(of: try Files.read(path, limit: 64 << 20), in: folder, .passed, output: run.run.output)
    }

    private func expectReplay(
      of journal: some Collection<UInt8>, in folder: TemporaryFolder, _ status: ExitStatus, output: [UInt8]
    ) async throws {
      let copy = folder.file("journal.ndjson")
      try Files.write(Array(journal), to: copy, durably: false)
      let replay = try await BuiltProgram.run(
        ["verify-cutover", "--replay", copy, "--format", "json"], in: folder.path)
      #expect(replay.ended(with: status), "\(replay)")
      #expect(replay.run.output == output, "the journal gives another object\n\(replay)")
    }

    /// One changed byte in the first, a middle and the last line but one.
    private func expectDamageIsNamed(in journal: [UInt8], _ folder: TemporaryFolder) async throws {
      let ends = journal.indices.filter { journal[$0] == UInt8(ascii: "\n") }
      for line in [1, ends.count / 2, ends.count - 1] {
        var damaged = journal
        // A digit of the time: the line stays JSON, and only the chain can tell.
        let start = line == 1 ? 0 : ends[line - 2] + 1
        let digit = try #require(damaged[start..<ends[line - 1]].lastIndex { (48...57).contains($0) })
        damaged[digit] = damaged[digit] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
        let copy = folder.file("damaged.ndjson")
        try Files.write(damaged, to: copy, durably: false)
        let replay = try await BuiltProgram.run(
          ["verify-cutover", "--replay", copy, "--format", "json"], in: folder.path)
        #expect(replay.ended(with: .badInput), "line \(line)\n\(replay)")
        // A chain shows a changed line at the line that follows it, or at the line itself.
        #expect(
          replay.errors.contains("line \(line)\n") || replay.errors.contains("line \(line + 1)\n"),
          "line \(line) is not named\n\(replay)")
      }
    }
  }
}

/// The live processes that a command in a folder has started and left.
func left(of folder: TemporaryFolder) throws -> [ProcessStatus] {
  ProcessTable.all().filter { process in
    process.isAlive && ProcessTable.environment(of: process.pid)?["PYTHONPATH"]?.contains(folder.path) == true
  }
}
