import CommandLine
import Preflight
import Vocabulary

/// `sluice check contracts`.
struct CheckContractsCommand: RunnableCommand {
  static let name = "contracts"
  static let summary = "See whether the old and the new version understand each other while both run."
  static let discussion = """
    Compares JSON Schemas, tools (MCP's tools/list, OpenAI's function tools) and protobuf of two versions by their meaning, \
    in every direction: whether each value that one version writes is one that the other reads. The answer is compatible \
    (proved), breaking (with a value that shows it, where one can be built) or undecided (with the reason).

    OLD and NEW are files, folders, or git:REVISION:PATH with the path from the repository's root. Without them the target's \
    'contracts' in sluice.yaml says what is compared: its files, and with 'baseline' against what; 'deployed' means \
    what the last verified deploy recorded. A target that declares nothing is not checked. 'sluice init --contracts' prints a \
    program that exports the tools of an agent or of an MCP server.

    Nothing is fetched: a $ref to elsewhere leaves the answer undecided. Files that end in .proto are compiled by protoc where \
    it is installed.
    """
  static let examples = [
    Example(
      "sluice check contracts --from git:main:contracts --to contracts", "Compare the working tree with a branch."),
    Example("sluice check contracts --from tools-v1.json --to tools-v2.json", "Compare the tools of two versions."),
    Example("sluice check contracts --target production", "Compare with what runs, as sluice.yaml declares it."),
  ]
  static let exits = [
    Exit(.passed, "no finding at or above --fail-on"), Exit(.failed, "there is one"),
    Exit(.badInput, "a file cannot be read as a contract"), Exit(.missingInput, "a file or revision is not there"),
  ]

  private let from: String?
  private let to: String?
  private let use: ProtobufUse?
  private let target: TargetOptions
  private let options: CheckOptions

  init(_ arguments: inout Arguments) {
    from = arguments.option(
      "--from", value: .file("OLD"), otherwise: "the target's baseline", help: "The old version's contracts.")
    to = arguments.option(
      "--to", value: .file("NEW"), otherwise: "the target's files; of a git revision, the same path here",
      help: "The new version's contracts.")
    use = arguments.option(
      "--protobuf", value: .choice, otherwise: "what the target declares, else wire-json",
      help: "What protobuf messages are written in: the binary format alone, or JSON somewhere too.")
    target = TargetOptions(&arguments)
    options = CheckOptions(&arguments)
  }

  var format: OutputFormat { options.isForMachines ? .json : .text }

  func run(in context: Context) async throws -> ExitStatus {
    let check: ContractsCheck
    let checked: CheckContext
    if let (old, new) = try sides() {
      check = ContractsCheck(from: old, to: new, use: use)
      checked = CheckContext(
        directory: context.directory, root: context.directory, environment: context.environment, clock: context.clock,
        wallClock: context.wallClock)
    } else {
      let fleet = try CheckTarget(target, directory: nil, in: context)
      check = fleet.contracts(use: use)
      checked = fleet.checked
    }
    let result = try await check.run(in: checked)
    return try options.finish(
      CheckReport(entries: [.init(id: check.id, title: check.title, result: result)]), target: checked.target,
      in: context)
  }

  /// The sides that the line names; nil: what the target declares.
  private func sides() throws -> (ContractReference, ContractReference)? {
    guard let from else {
      if to != nil { throw MissingSide(given: "--to", missing: "--from") }
      return nil
    }
    let old = try ContractReference(from)
    switch (to, old) {
    case (let to?, _): return (old, try ContractReference(to))
    case (nil, .git(_, let path)): return (old, .path(path.isEmpty ? "." : path))
    case (nil, .path): throw MissingSide(given: "--from", missing: "--to")
    }
  }
}

/// One of the two sides is named and the other is not.
struct MissingSide: Failure {
  let given: String
  let missing: String
  var what: String { "\(given) was given without \(missing)" }
  var why: String? { "two versions are compared" }
  var remedy: String? { "name the other one too, or none where sluice.yaml declares 'contracts'" }
  var exitStatus: ExitStatus { .usage }
}
