import Cutover
import Journal
import Libraries
import Machine
import Preflight
import Vocabulary

/// The contracts that deploys recorded, in the journals of one home.
struct DeployedContracts {
  let home: String

  /// Keeps the contracts of a version with the run that deploys it: files beside the journal first, then their digests in it.
  static func record(_ side: ContractSide, of version: VersionName, in journal: JournalWriter) async throws {
    let folder = journal.run.path + "/contracts"
    for file in side.files {
      let path = "\(folder)/\(file.name)"
      try Files.makeDirectory(Files.folder(of: path))
      try Files.write(file.bytes, to: path)
    }
    try await journal.append(
      .contracts(
        ContractsRecord(
          version: version,
          files: side.files.map {
            ContractsRecord.File(name: $0.name, sha256: Hashing.hexadecimal(.sha256, of: $0.bytes))
          })), durably: true)
  }

  /// The contracts of the version that the target's last verified rollout left running; nil where none was recorded.
  ///
  /// After a rollback they are those that the deploy of that version recorded. Throws where a file is gone or is not what
  /// the journal says.
  func last(of target: TargetName) throws -> ContractSide? {
    var wanted: VersionName?
    for run in try RunStore(home: home).list() {
      guard run.started?.target == target, case .finished(let end) = run.state, end.verdict == .passed else { continue }
      let kind = run.started?.command.first
      if kind == Rollout.Kind.rollback.rawValue, wanted == nil {
        wanted = try RecordedRun(run.folder).plan?.rollout.incoming.version
      }
      guard kind == Rollout.Kind.deploy.rawValue else { continue }
      guard let record = try Self.record(of: run.folder) else {
        // The version that runs was deployed without contracts: those of an older one are not its.
        if wanted == nil { return nil }
        continue
      }
      guard wanted == nil || record.version == wanted else { continue }
      return try side(record, in: run.folder)
    }
    return nil
  }

  private static func record(of folder: RunFolder) throws -> ContractsRecord? {
    guard Files.kind(of: folder.path + "/contracts") == .directory else { return nil }
    var reader = try JournalReader(folder.journal)
    while let record = try reader.next() {
      if case .contracts(let contracts) = record.event { return contracts }
    }
    return nil
  }

  private func side(_ record: ContractsRecord, in folder: RunFolder) throws -> ContractSide {
    let label = "deployed \(record.version.rawValue)"
    let files = try record.files.map { file in
      guard !file.name.hasPrefix("/"), !file.name.split(separator: "/").contains("..") else {
        throw AlteredContract(name: file.name, run: folder.id)
      }
      let bytes = try Files.read("\(folder.path)/contracts/\(file.name)", limit: 256 << 20)
      guard Hashing.hexadecimal(.sha256, of: bytes) == file.sha256 else {
        throw AlteredContract(name: file.name, run: folder.id)
      }
      return ContractFile(name: file.name, shown: "\(label): \(file.name)", bytes: bytes)
    }
    return ContractSide(label: label, files: files)
  }
}

/// A recorded contract that is no longer what was recorded.
struct AlteredContract: Failure {
  let name: String
  let run: RunID
  var what: String { "the contract '\(name.harmless)' of run '\(run)' is not what its journal says" }
  var why: String? { "the file was changed after the deploy" }
  var remedy: String? { "compare with a git revision: --from git:REVISION:PATH --to PATH" }
  var exitStatus: ExitStatus { .badInput }
}
