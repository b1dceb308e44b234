package import Documents
package import Vocabulary

/// A place in a contract's file.
package struct ContractPlace: Hashable, Encodable, Sendable {
  /// The file, as its side calls it, made harmless.
  package let file: String
  /// The JSON pointer in it, `""` for the whole; in protobuf the full name of what is meant.
  package let pointer: String
  /// Line and column from 1; nil where the file is binary.
  package let line: Int?
  package let column: Int?

  /// A place.
  package init(file: String, pointer: String, mark: Mark?) {
    self.file = file.harmless
    self.pointer = pointer.harmless
    line = mark?.line
    column = mark?.column
  }

  /// `old/job.json:14:7`.
  package var locator: String {
    guard let line, let column else { return file }
    return "\(file):\(line):\(column)"
  }
}

/// One difference between two versions of a contract.
package struct ContractChange: Hashable, Encodable, Sendable {
  /// The catalogue's code of its kind.
  package let code: FindingCode
  /// What it does to the time in which both versions run.
  package var effect: Effect
  /// The directions that it breaks, or leaves undecided.
  package var directions: [ContractDirection]
  /// The contract's name: its file, or how sluice.yaml calls it.
  package let contract: String
  /// The tool, message or service it belongs to; nil where the contract is one schema.
  package let subject: String?
  /// Where it is; nil where that version does not have it.
  package let old: ContractPlace?
  package let new: ContractPlace?
  /// What changed, a sentence without its full stop, text from outside made harmless.
  package let what: String
  /// How to bring it in without a break; nil where there is nothing to do.
  package var phase: String?
  /// A value that the writer may write and the reader refuses, as JSON, checked against both; nil where none was built.
  package var witness: String?

  /// What a change does while both versions run.
  package enum Effect: String, Hashable, Codable, Sendable {
    /// Sessions may fail: a value that is written today, or by the new version at once, is refused.
    case breaking
    /// It may break, and it cannot be told.
    case undecided
    /// It breaks nothing as long as its `phase` is kept to.
    case conditional
    /// It breaks nothing.
    case none

    /// How much it matters.
    package var severity: Finding.Severity {
      switch self {
      case .breaking: .critical
      case .undecided, .conditional: .warning
      case .none: .info
      }
    }

    /// What it makes of the overlap.
    package var answer: ContractAnswer {
      switch self {
      case .breaking: .breaking
      case .undecided: .undecided
      case .conditional, .none: .compatible
      }
    }
  }

  init(
    _ kind: ContractChangeKind, _ effect: Effect, _ directions: [ContractDirection] = [], contract: String,
    subject: String? = nil, old: ContractPlace? = nil, new: ContractPlace? = nil, _ what: String,
    phase: String? = nil, witness: String? = nil
  ) {
    code = kind.code
    self.effect = effect
    self.directions = directions
    self.contract = contract.harmless
    self.subject = subject?.harmless
    self.old = old
    self.new = new
    self.what = what.harmless
    self.phase = phase ?? (effect == .none ? nil : kind.remedy)
    self.witness = witness?.harmless
  }
}
