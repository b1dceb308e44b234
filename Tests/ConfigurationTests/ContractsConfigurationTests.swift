import Documents
import Preflight
import Testing
import Vocabulary

@testable import Configuration

struct ContractsConfigurationTests {
  private func read(_ contracts: String) throws -> ContractDeclaration? {
    let text = """
      version: 1
      targets:
        here:
          platform: none
          contracts:
      \(contracts.split(separator: "\n").map { "      \($0)" }.joined(separator: "\n"))
      """
    return try ConfigurationFile(path: "/project/sluice.yaml", bytes: Array(text.utf8)).target(nil).contracts
  }

  @Test func everythingThatCanBeDeclaredIsRead() throws {
    let declared = try #require(
      try read(
        """
        files: [contracts/**/*.json]
        baseline: git:main
        protobuf: wire
        shared-state: [ { name: call, schema: contracts/call.json } ]
        dispatch-metadata: [ { name: job, schema: contracts/job.json } ]
        data-topics: [ { name: captions, schema: contracts/captions.json, writer: agent, reader: client } ]
        rpc-methods:
          - { name: transfer, request: contracts/ask.json, response: contracts/answer.json, caller: client, callee: agent }
        """))
    #expect(declared.root == "/project" && declared.files == ["contracts/**/*.json"])
    #expect(declared.baseline == .git(revision: "main") && declared.protobuf == .wire)
    let parties = declared.shared.map { "\($0.kind.rawValue) \($0.name): \($0.writer.rawValue) \($0.reader.rawValue)" }
    #expect(
      parties == [
        "shared-state call: agent agent", "dispatch-metadata job: backend agent", "data-topic captions: agent client",
        "rpc-request transfer: client agent", "rpc-response transfer: agent client",
      ])
  }

  @Test func withoutABaselineTheLastVerifiedDeployIsIt() throws {
    #expect(try read("files: [a.json]")?.baseline == .deployed)
    #expect(try read("files: [a.json]\nbaseline: ../old")?.baseline == .folder("/project/../old"))
  }

  @Test(
    arguments: [
      ("file: [a.json]", "sluice.yaml:6:7: unknown key 'file'"), ("files: []", "'contracts' declares nothing"),
      ("files: [../a.json]", "below the folder of sluice.yaml"), ("files: [/etc/a.json]", "below the folder"),
      ("files: [a.json]\nbaseline: 'git:--all'", "'baseline' must be"),
      ("files: [a.json]\nprotobuf: json", "'protobuf' must be one of"),
      ("data-topics: [ { name: x, schema: a.json, reader: agent } ]", "lacks the key 'writer'"),
      ("data-topics: [ { name: x, schema: a.json, reader: agent, writer: agents } ]", "did you mean 'agent'?"),
      ("rpc-methods: [ { name: x, caller: agent, callee: client } ]", "neither 'request' nor 'response'"),
    ])
  func whatCannotBeMeantIsToldWithItsPlace(text: String, words: String) {
    let failure = #expect(throws: DocumentFailure.self) { try read(text) }
    #expect(failure?.description.contains(words) == true, "\(failure?.description ?? "")")
    #expect(failure?.exitStatus == .configuration)
  }
}
