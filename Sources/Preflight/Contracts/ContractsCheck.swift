import Documents
import Vocabulary

/// Whether the contracts of two versions are compatible while both run.
package struct ContractsCheck: Check {
  package let id = "contracts"
  package let title = "Contracts between the old and the new version"

  /// The two sides as they were named; nil: what the declaration says.
  private let sides: (from: ContractReference, to: ContractReference)?
  private let declaration: ContractDeclaration?
  private let use: ProtobufUse?
  private let deployed: @Sendable () async throws -> ContractSide?

  /// A check of two sides that are named, or of what a target declares.
  ///
  /// `deployed` gives what the last verified deploy recorded, nil where none did. `use` says what protobuf messages are written
  /// in where the declaration does not count.
  package init(
    from: ContractReference? = nil, to: ContractReference? = nil, declaration: ContractDeclaration? = nil,
    use: ProtobufUse? = nil, deployed: @escaping @Sendable () async throws -> ContractSide? = { nil }
  ) {
    if let from, let to { sides = (from, to) } else { sides = nil }
    self.declaration = declaration
    self.use = use
    self.deployed = deployed
  }

  package func run(in context: CheckContext) async throws -> CheckResult {
    let report = try await report(in: context)
    if report.overlap == "not-checked", let why = report.changes.first?.what {
      return CheckResult(
        .notChecked(why), findings: report.findings, lines: ContractText.lines(report), object: report)
    }
    return CheckResult(findings: report.findings, lines: ContractText.lines(report), object: report)
  }

  /// The whole comparison.
  ///
  /// Throws `ContractFailure` or `MachineFailure` for what is not there, `DocumentFailure` for files that cannot be read.
  package func report(in context: CheckContext) async throws -> ContractReport {
    if let sides {
      let loader = ContractLoader(directory: context.directory, environment: context.environment)
      let (old, new) = (try await loader.load(sides.from), try await loader.load(sides.to))
      guard old.isSingle == new.isSingle else { throw ContractFailure.notAPair(old.label, new.label) }
      return try await compare(old, new, shared: [], in: context)
    }
    guard let declaration, !declaration.isEmpty else {
      return notChecked("no contract is declared: what the two versions share is not known")
    }
    let new = try declaration.workingTree(from: context.called)
    guard let old = try await baseline(declaration, in: context) else {
      return notChecked(
        "no verified deploy has recorded its contracts yet", phase: "the next deploy that passes records them")
    }
    return try await compare(old, new, shared: declaration.shared, in: context)
  }

  private func baseline(
    _ declaration: ContractDeclaration, in context: CheckContext
  ) async throws -> ContractSide? {
    let loader = ContractLoader(directory: declaration.root, environment: context.environment)
    switch declaration.baseline {
    case .deployed: return try await deployed()
    case .git(let revision):
      return try await GitTree(loader, revision: revision).side(declaration.selection, in: declaration.root)
    case .folder(let folder):
      return try loader.load(declaration.selection, in: folder, label: folder, called: context.called)
    }
  }

  private func compare(
    _ old: ContractSide, _ new: ContractSide, shared: [ContractDeclaration.Shared], in context: CheckContext
  ) async throws -> ContractReport {
    let compiler = ProtoCompiler(environment: context.environment)
    var comparison = ContractComparison(
      old: old, new: new, use: use ?? declaration?.protobuf ?? .wireJSON, shared: shared)
    comparison.compiled = (try await compiler.compile(old.files), try await compiler.compile(new.files))
    let results = try await comparison.results(atOnce: 8)
    if old.isSingle, !results.contains(where: { $0.kind != nil }), let file = [old, new].flatMap(\.files).first,
      file.ending != "proto"
    {
      throw ContractFailure.noContract(file.shown)
    }
    guard !results.isEmpty else {
      return notChecked("no contract is in '\(old.label)' or '\(new.label)'", from: old.label, to: new.label)
    }
    return ContractReport(from: old.label, to: new.label, results: results)
  }

  private func notChecked(
    _ why: String, phase: String? = nil, from: String? = nil, to: String? = nil
  ) -> ContractReport {
    ContractReport(
      from: from, to: to,
      results: [
        ContractResult(
          name: "contracts", kind: nil, directions: [:],
          changes: [ContractChange(.notChecked, .undecided, contract: "contracts", why, phase: phase)])
      ])
  }
}
