import Foundation
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Preflight

struct ContractLoaderTests {
  private let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  private var loader: ContractLoader {
    ContractLoader(directory: scratch.path, environment: ProcessInfo.processInfo.environment)
  }

  private func write(_ text: String, to name: String) throws {
    let path = "\(scratch.path)/\(name)"
    try Files.makeDirectory(Files.folder(of: path))
    try Files.write(Array(text.utf8), to: path)
  }

  @discardableResult
  private func git(_ arguments: String...) async throws -> CompletedRun {
    try await Invocation(
      ["git", "-c", "user.name=n", "-c", "user.email=e", "-c", "init.defaultBranch=main"] + arguments,
      directory: scratch.path
    ).run(within: .seconds(60))
  }

  @Test func aFolderIsReadWithoutWhatIsNoContract() async throws {
    try write("{}", to: "c/a.json")
    try write("{}", to: "c/deep/b.yaml")
    try write("text", to: "c/notes.md")
    try write("{}", to: "c/.hidden/x.json")
    try write("{}", to: "c/node_modules/y.json")
    let side = try await loader.load(ContractReference("c"))
    #expect(side.files.map(\.name) == ["a.json", "deep/b.yaml"])
    #expect(side.files.map(\.shown) == ["c/a.json", "c/deep/b.yaml"])
    #expect(!side.isSingle)
  }

  @Test func aLinkOutOfTheFolderIsToldAndNotFollowed() async throws {
    try write("{}", to: "outside.json")
    try write("{}", to: "c/a.json")
    try FileManager.default.createSymbolicLink(
      atPath: "\(scratch.path)/c/b.json", withDestinationPath: "../outside.json")
    try FileManager.default.createSymbolicLink(atPath: "\(scratch.path)/c/loop", withDestinationPath: ".")
    let side = try await loader.load(ContractReference("c"))
    #expect(side.files.map(\.name) == ["a.json"])
    #expect(side.skipped.map(\.name) == ["b.json"])
    let report = try Comparing.sides(side, side)
    #expect(report.overlap == "undecided")
  }

  @Test func aGitRevisionIsReadWithoutTheWorkingTree() async throws {
    try write(#"{"type":"string"}"#, to: "contracts/job.json")
    try await git("init", "-q")
    try await git("add", ".")
    try await git("commit", "-qm", "one")
    try write(#"{"type":"integer"}"#, to: "contracts/job.json")
    let folder = try await loader.load(ContractReference("git:main:contracts"))
    #expect(folder.files.map(\.name) == ["job.json"] && !folder.isSingle)
    #expect(folder.files.first?.bytes == Array(#"{"type":"string"}"#.utf8))
    let file = try await loader.load(ContractReference("git:HEAD~0:contracts/job.json"))
    #expect(file.isSingle && file.files.first?.shown == "git:HEAD~0:contracts/job.json")
    let declared = ContractDeclaration(
      root: scratch.path, files: ["contracts/*.json"], baseline: .git(revision: "main"))
    let report = try await ContractsCheck(declaration: declared).report(
      in: CheckContext(
        directory: scratch.path, root: scratch.path, environment: ProcessInfo.processInfo.environment))
    #expect(report.overlap == "breaking")
    #expect(report.contracts.map(\.name) == ["contracts/job.json"])
    #expect(report.findings[0].evidence.map(\.locator).first == "git:main:contracts/job.json:1:2")
    // Files at hand are named from where the command was called.
    let below = try await ContractsCheck(declaration: declared).report(
      in: CheckContext(
        directory: scratch.path, root: scratch.path, called: scratch.path + "/agents/a",
        environment: ProcessInfo.processInfo.environment))
    #expect(below.changes.compactMap(\.new?.locator).first == "../../contracts/job.json:1:2")
  }

  @Test(arguments: ["git:nowhere:contracts", "git:main:missing"])
  func aRevisionOrPathThatIsNotThereIsAnInputThatIsMissing(text: String) async throws {
    try write("{}", to: "a.json")
    try await git("init", "-q")
    try await git("add", ".")
    try await git("commit", "-qm", "one")
    let failure = await #expect(throws: ContractFailure.self) { try await loader.load(ContractReference(text)) }
    #expect(failure?.exitStatus == .missingInput)
  }

  @Test(
    arguments: [
      "git:--output=x:a", "git:-x:a", "git::a", "git:main", "git:a b:c", "git:main:../x", "git:main:/etc", "git:a..b:c",
      "git:$(x):a", "git:main;x:a",
    ])
  func aRevisionThatCouldBeAnOptionOrMoreIsRefused(text: String) {
    #expect(throws: ContractFailure.self) { try ContractReference(text) }
  }

  @Test(
    arguments: [
      ("contracts/**/*.json", "contracts/a.json", true), ("contracts/**/*.json", "contracts/a/b/c.json", true),
      ("contracts/*.json", "contracts/a/b.json", false), ("**/job?.proto", "x/job1.proto", true),
      ("contracts/*.json", "other/a.json", false), ("a.json", "a.json", true), ("./a*z.json", "abcz.json", true),
    ])
  func patternsNameFilesAsShellsDo(pattern: String, name: String, matches: Bool) {
    #expect(ContractSelection([pattern]).includes(name) == matches)
  }

  @Test func aPatternOfManyStarsEnds() {
    let stars = String(repeating: "*a", count: 200)
    #expect(!ContractSelection([stars]).includes(String(repeating: "a", count: 250) + "b"))
  }
}
