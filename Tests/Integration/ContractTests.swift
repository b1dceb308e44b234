import Cutover
import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// `sluice check contracts` as a person or a pipeline runs it.
  @Suite struct ContractTests {
    private static func tools(_ type: String) -> String {
      #"{"tools":[{"name":"find","inputSchema":{"type":"object","properties":{"id":{"type":"\#(type)"}}}}]}"#
    }

    @Test func aBreakEndsWithOneAndSaysWhereAndWhy() async throws {
      let folder = try TemporaryFolder()
      _ = try folder.write(Self.tools("string"), to: "old.json")
      _ = try folder.write(Self.tools("integer"), to: "new.json")
      let run = try await BuiltProgram.run(
        ["check", "contracts", "--from", "old.json", "--to", "new.json"], in: folder.path)
      #expect(run.ended(with: .failed), "\(run)")
      for words in ["breaking", "CMP-017", "old.json:1:", "args-old-caller-new-tool", "refused: "] {
        #expect(run.output.contains(words), "\(words)\n\(run)")
      }
      let json = try await BuiltProgram.run(
        ["check", "contracts", "--from", "old.json", "--to", "new.json", "--format", "json"], in: folder.path)
      let node = try JSON.parse(Array(json.output.utf8), file: "report")
      #expect(node["schema"]?.string == "sluice.contracts/1" && node["overlap"]?.string == "breaking", "\(json)")
      let same = try await BuiltProgram.run(
        ["check", "contracts", "--from", "old.json", "--to", "old.json"], in: folder.path)
      #expect(same.ended(with: .passed) && same.output.contains("compatible"), "\(same)")
    }

    @Test func whatCannotBeComparedIsOneErrorWithItsPlace() async throws {
      let folder = try TemporaryFolder()
      _ = try folder.write("{\n  \"type\": \n}", to: "broken.json")
      _ = try folder.write("{}", to: "fine.json")
      _ = try folder.write("{}", to: "folder.json")
      func run(_ from: String, _ to: String) async throws -> SluiceRun {
        try await BuiltProgram.run(["check", "contracts", "--from", from, "--to", to], in: folder.path)
      }
      let broken = try await run("broken.json", "fine.json")
      #expect(broken.ended(with: .badInput) && broken.errors.contains("broken.json:3:1"), "\(broken)")
      let missing = try await run("nowhere.json", "fine.json")
      #expect(missing.ended(with: .missingInput) && missing.errors.contains("'nowhere.json'"), "\(missing)")
      let mixed = try await run(".", "fine.json")
      #expect(mixed.ended(with: .usage) && mixed.errors.contains("folder"), "\(mixed)")
      let option = try await run("git:--output=x:a", "fine.json")
      #expect(option.ended(with: .usage), "\(option)")
      let half = try await BuiltProgram.run(["check", "contracts", "--to", "fine.json"], in: folder.path)
      #expect(half.ended(with: .usage) && half.errors.contains("--from"), "\(half)")
    }

    @Test func aTargetIsComparedWithWhatItsLastVerifiedDeployCarried() async throws {
      try await LocalFleet.with { fleet in
        try fleet.configure()
        let plain = try Files.read("\(fleet.folder)/sluice.yaml", limit: 1 << 20)
        let undeclared = try await fleet.sluice("check", "contracts")
        #expect(undeclared.ended(with: .passed) && undeclared.output.contains("not checked"), "\(undeclared)")

        try fleet.write(String(decoding: plain, as: UTF8.self) + "    contracts: { files: [contracts/*.json] }\n")
        try Files.makeDirectory("\(fleet.folder)/contracts")
        let file = "\(fleet.folder)/contracts/tools.json"
        try Files.write(Array(Self.tools("string").utf8), to: file)
        let never = try await fleet.sluice("check", "contracts")
        #expect(never.ended(with: .passed) && never.output.contains("no verified deploy"), "\(never)")

        try await fleet.deployFirst()
        let (deployed, run) = try await fleet.roll("deploy", "--version", "v2", "--yes", status: .passed)
        #expect(deployed.verdict == .passed, "\(run)")
        let same = try await fleet.sluice("check", "contracts")
        #expect(same.ended(with: .passed) && same.output.contains("deployed v2"), "\(same)")

        try Files.write(Array(Self.tools("integer").utf8), to: file)
        let broken = try await fleet.sluice("check", "contracts")
        #expect(broken.ended(with: .failed) && broken.output.contains("CMP-017"), "\(broken)")
      }
    }
  }
}
