import CommandLine
import Commands
import Cutover
import Documents
import Machine
import Runbooks
import TestSupport
import Testing
import Vocabulary

struct ProgramTests {
  @Test func everyDeclarationIsWithoutFault() {
    #expect(DeclarationFaults.all(root: SluiceProgram.self) == [])
  }

  /// `swift run sluice generate completions` makes them current.
  @Test func theCommittedCompletionsAndManualAreCurrent() throws {
    let folder = "\(Fixtures.package)/completions"
    for (name, text) in GeneratedFiles.all {
      let committed = String(decoding: try Files.read("\(folder)/\(name)", limit: 1 << 20), as: UTF8.self)
      #expect(committed == text, "\(name) is stale: run 'swift run sluice generate completions'")
    }
    #expect(try Files.list(folder).sorted() == GeneratedFiles.all.map(\.name).sorted())
  }

  @Test func theExitStatusesOfTheReadmeAreThoseOfTheProgram() throws {
    let readme = String(decoding: try Files.read("\(Fixtures.package)/README.md", limit: 1 << 20), as: UTF8.self)
    for status in ExitStatus.allCases {
      #expect(readme.contains("| \(status.rawValue) | \(status.meaning) |"), "exit status \(status.rawValue)")
    }
  }

  @Test func theDeployRunbookNamesTheStepsThatTheProgramCarriesOut() throws {
    let path = "\(Fixtures.package)/runbooks/deploy.yaml"
    let page = try YAML.parse(try Files.read(path, limit: 1 << 20), file: "deploy.yaml")
    let steps = RolloutSteps.all(.deploy, policy: .init(), watchLimit: .seconds(1))
    let listed = try #require(page["steps"]?.sequence)
    #expect(listed.compactMap { $0["id"]?.string } == steps.map(\.id.rawValue))
    #expect(listed.map { $0["mutates"]?.boolean ?? false } == steps.map(\.mutates))
    for (node, step) in zip(listed, steps) where step.id != RolloutSteps.verify {
      #expect(node["timeout"]?.string.flatMap { Duration(text: $0) } == step.timeout, "\(step.id)")
    }
  }

  private func parse(_ line: String...) throws -> Parsed {
    try Parser(root: SluiceProgram.self).parse(line, environment: [:], now: Timestamp(nanoseconds: 0))
  }

  @Test(arguments: [
    ["rehearse", "--agent", "python agent.py start", "--calls-every", "1s"],
    ["deploy", "--target", "here", "--version", "v2", "--yes", "--format", "json"],
    ["deploy", "--resume", "20261121-140511-123-k3v9q2"], ["rollback", "--to", "v1"],
    ["verify-cutover", "--to", "v2", "--from", "v1", "--since", "10m"], ["verify-cutover", "--once"],
    ["verify-cutover", "--replay", "journal.ndjson"], ["runs"], ["runs", "list"], ["runs", "show", "2026"],
    ["rehearse", "--server", "ws://127.0.0.1:7880", "--agent", "python agent.py start"], ["rehearse", "--embedded"],
    ["deploy", "--probe", "--probe-deployment", "green"], ["verify-cutover", "--to", "v2", "--probe"],
    ["check", "observability", "--polls", "2", "--fail-on", "warning"], ["init", "--stamp", "node"],
  ])
  func theDocumentedLinesAreRead(_ line: [String]) throws {
    let parsed = try Parser(root: SluiceProgram.self).parse(line, environment: [:], now: Timestamp(nanoseconds: 0))
    guard case .command = parsed else {
      Issue.record("\(line) is no command")
      return
    }
  }

  @Test func aMisspeltOptionIsSuggestedAndEndsWith64() {
    #expect {
      try parse("deploy", "--tarket", "here")
    } throws: { error in
      let failure = error as? UsageFailure
      return failure?.exitStatus == .usage && failure?.description.contains("--target") == true
    }
  }

  @Test func optionsThatExcludeEachOtherAreRefused() {
    #expect(throws: UsageFailure.self) { try parse("deploy", "--version", "v2", "--resume", "x") }
    #expect(throws: UsageFailure.self) { try parse("verify-cutover", "--from", "v1") }
    #expect(throws: UsageFailure.self) { try parse("rehearse", "--no-calls", "--calls-every", "1s") }
    #expect(throws: UsageFailure.self) { try parse("rehearse", "--server", "ws://127.0.0.1:7880") }
    #expect(throws: UsageFailure.self) { try parse("verify-cutover", "--probe", "--once") }
  }
}
