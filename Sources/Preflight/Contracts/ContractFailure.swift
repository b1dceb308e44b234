package import Vocabulary

/// Contracts that cannot be compared as they were named.
package enum ContractFailure: Failure, Hashable {
  /// Nothing is there.
  case missing(String)
  /// `git:` without a revision or a path that can be used.
  case revision(String)
  /// git said no; its own words.
  case git(String, String)
  /// The contracts are too many or too large.
  case tooMuch(String)
  /// A file was named that holds no contract.
  case noContract(String)
  /// A file was named on one side and a folder on the other.
  case notAPair(String, String)

  package var what: String {
    switch self {
    case .missing(let path): "'\(path.harmless)' is not there"
    case .revision(let text): "'\(text.harmless)' names no file at a git revision"
    case .git(let reference, _): "'\(reference.harmless)' cannot be read"
    case .tooMuch(let path): "'\(path.harmless)' holds too much to compare"
    case .noContract(let path): "'\(path.harmless)' holds no contract"
    case .notAPair(let old, let new): "'\(old.harmless)' and '\(new.harmless)' cannot be compared"
    }
  }
  package var why: String? {
    switch self {
    case .missing, .revision: nil
    case .git(_, let words): words.harmless
    case .tooMuch: "more than \(ContractLoader.fileLimit) files, or \(ContractLoader.byteLimit >> 20) MiB"
    case .noContract: "it is neither a JSON Schema nor tools, protobuf or a folder of these"
    case .notAPair: "one is a file and the other a folder"
    }
  }
  package var remedy: String? {
    switch self {
    case .missing: "check the path"
    case .revision: "write git:REVISION:PATH, the path from the repository's root"
    case .git: "check the revision and the path, and that this is the repository"
    case .tooMuch: "name the folder of the contracts alone"
    case .noContract: "see 'sluice check contracts --help' for what can be compared"
    case .notAPair: "name two files or two folders"
    }
  }
  package var exitStatus: ExitStatus {
    switch self {
    case .missing, .git: .missingInput
    case .revision, .notAPair: .usage
    case .tooMuch, .noContract: .badInput
    }
  }
}
