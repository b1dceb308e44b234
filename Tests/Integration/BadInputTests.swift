import Cutover
import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// What cannot work ends with a clear error, the right status, and nothing lost.
  @Suite struct BadInputTests {
    @Test func anUnknownTargetOrNoConfigurationIsOne() async throws {
      let folder = try TemporaryFolder()
      let missing = try await BuiltProgram.run(["deploy", "--version", "v2", "--format", "json"], in: folder.path)
      try expect(missing, .configuration, "there is no sluice.yaml", "sluice rehearse")
      _ = try folder.write(
        """
        version: 1
        targets: { here: { platform: { local-processes: { command: ["true"] } } } }
        """, to: "sluice.yaml")
      let unknown = try await BuiltProgram.run(
        ["deploy", "--target", "there", "--version", "v2", "--format", "json"], in: folder.path)
      try expect(unknown, .configuration, "no target 'there'", "'here'")
    }

    @Test func wrongUsageIsOne() async throws {
      let folder = try TemporaryFolder()
      let run = try await BuiltProgram.run(["deploy", "--vesion", "v2"], in: folder.path)
      #expect(run.ended(with: .usage) && run.output.isEmpty, "\(run)")
      #expect(run.errors.contains("'--vesion'") && run.errors.contains("'--version'"), "\(run)")
      let asked = try await BuiltProgram.run(["deploy", "--vesion", "v2", "--format", "json"], in: folder.path)
      try expect(asked, .usage, "'--vesion'")
    }

    @Test func aDeployThatNobodyConfirmsChangesNothing() async throws {
      try await LocalFleet.with(LocalFleet.Callers(every: nil)) { fleet in
        try fleet.configure()
        let run = try await fleet.sluice("deploy", "--version", "v1", "--format", "json")
        try expect(run, .usage, "not confirmed", "--yes")
        #expect(Files.kind(of: "\(fleet.folder)/.sluice/local") == nil)
      }
    }

    @Test(arguments: [
      (["/bin/sh", "-c", "echo no such model >&2; exit 7"], "no such model"),
      (["/no/such/program"], "/no/such/program"),
      (["no-such-program-anywhere"], "no-such-program-anywhere"),
    ])
    func anAgentThatDoesNotStayIsAFailedActionAndTheOldVersionServesOn(
      command: [String], words: String
    ) async throws {
      try await LocalFleet.with(LocalFleet.Callers(every: nil)) { fleet in
        try fleet.configure(replicas: 1)
        try await fleet.deployFirst(isCalled: false)
        try fleet.configure(command, replicas: 1)
        let run = try await fleet.sluice("deploy", "--version", "v2", "--yes", "--format", "json")
        try expect(run, .actionFailed, words)
        let old = try fleet.workers(ofGeneration: 1)
        #expect(old.allSatisfy { $0.identity.isAlive }, "\(run)")
        let serving = try await fleet.sluice("rollback", "--to", "v1", "--yes")
        #expect(serving.errors.contains("version 'v1' serves already"), "\(serving)")
      }
    }

    @Test func aVersionThatNeverRegistersIsWithdrawnAndTheOldOneIsNotDrained() async throws {
      try await LocalFleet.with(LocalFleet.Callers(every: nil)) { fleet in
        try fleet.configure(replicas: 1)
        try await fleet.deployFirst(isCalled: false)
        try fleet.configure(replicas: 1, url: "ws://127.0.0.1:9")
        let run = try await fleet.roll(["deploy", "--version", "v2", "--yes", "--warm-up", "3s"])
        #expect(run.ended(with: .timedOut), "\(run)")
        #expect(run.errors.contains("version 'v2' did not serve within 3s"), "\(run)")
        #expect(run.errors.contains("v1 was not told to drain and goes on serving"), "\(run)")
        #expect(try run.assessment.window.drainRequestedAt == nil, "\(run)")
        #expect(try fleet.workers(ofGeneration: 1).allSatisfy { $0.identity.isAlive })
        try #expect(
          await Patience.until { try fleet.workers(ofGeneration: 2).allSatisfy { $0.end != nil } },
          "the new one was not withdrawn")
      }
    }

    @Test func aSecondDeployOfATargetIsLockedOutAndTheFirstGoesOn() async throws {
      try await LocalFleet.with { fleet in
        try fleet.configure(replicas: 1)
        try await fleet.deployFirst()
        let (assessment, first) = try await fleet.roll(
          "deploy", "--version", "v2", "--yes", status: .passed, atStep: "await-serving"
        ) { _ in
          let second = try await fleet.sluice("deploy", "--version", "v3", "--yes", "--format", "json")
          try expect(second, .locked, "target 'here' is locked by run")
          let holder = try Files.list("\(fleet.folder)/.sluice/runs").sorted().dropLast().last
          #expect(second.errors.contains(try #require(holder)), "\(second)")
        }
        #expect(assessment.incoming == "v2", "\(first)")
        #expect(throws: MachineFailure.self, "v3 was started") { try fleet.workers(ofGeneration: 3) }
      }
    }

    @Test func aHomeThatCannotBeWrittenIsOne() async throws {
      try await LocalFleet.with(LocalFleet.Callers(every: nil)) { fleet in
        try fleet.configure(replicas: 1)
        try Files.write(Array("a file".utf8), to: "\(fleet.folder)/home", durably: false)
        for arguments in [["deploy", "--version", "v1", "--yes"], ["rehearse"]] {
          let run = try await BuiltProgram.run(
            arguments + ["--format", "json"], in: fleet.folder, with: ["SLUICE_HOME": "\(fleet.folder)/home"])
          try expect(run, .cannotCreate, "\(fleet.folder)/home")
        }
      }
    }

    @Test(arguments: ["| head -c 1", "| true", "2>&1 | true", "2>&1 >/dev/null | head -c 1"])
    func aReaderThatGoesAwayDoesNotBreakTheRun(reader: String) async throws {
      try await LocalFleet.with { fleet in
        try fleet.configure(replicas: 1)
        try await fleet.deployFirst()
        let line = "\"$0\" deploy --version v2 --yes --format json \(reader); exit \"${PIPESTATUS[0]}\""
        let run = try await Invocation(
          ["bash", "-c", line, BuiltProgram.path], environment: BuiltProgram.environment, directory: fleet.folder
        ).run(within: .seconds(120) * Patience.factor)
        #expect(run.succeeded, "\(run.errorText)")
        try await fleet.expectCleanEnd(ofGeneration: 1)
      }
    }

    /// An error's status, its words on standard error, and the same as the only object on standard output.
    private func expect(_ run: SluiceRun, _ status: ExitStatus, _ words: String...) throws {
      #expect(run.ended(with: status), "\(run)")
      for words in words { #expect(run.errors.contains(words), "\(run)") }
      #expect(run.errors.contains("error: "), "\(run)")
      #expect(try run.object["schema"]?.text == "sluice.error/1", "\(run)")
      #expect(try run.object["exit-status"]?.integer == Int64(status.rawValue), "\(run)")
    }
  }
}
