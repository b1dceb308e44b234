package import Cutover

/// What a journal tells of its watch, in order: enough to decide again, with the same result.
package struct JournalWatch: Sendable {
  /// One thing that a verifier needs.
  package enum Step: Hashable, Sendable {
    /// A watch begins: build a verifier from it.
    case plan(WatchPlan)
    /// Take it in, exactly as the run did.
    case sample(Sample)
    /// What the run said at its end.
    case verdict(VerdictRecord)
  }

  private var reader: JournalReader
  private let path: String
  private var hasPlan = false

  /// The torn last line of the journal; nil before the end, and when there is none.
  package var torn: JournalReader.Torn? { reader.torn }

  /// Opens a journal to replay it; throws `MachineFailure` when it cannot be read.
  package init(_ path: String) throws {
    self.init(try JournalReader(path), path: path)
  }

  /// A watch in a journal that is open already; the path is for errors.
  package init(_ reader: JournalReader, path: String) {
    self.reader = reader
    self.path = path
  }

  /// The next step; nil at the end. Samples come only after a plan.
  ///
  /// Throws `JournalFailure` when the journal is damaged, or holds no plan.
  package mutating func next() throws -> Step? {
    while let record = try reader.next() {
      switch record.event {
      case .plan(let plan):
        hasPlan = true
        return .plan(plan)
      case .sample(let sample) where hasPlan: return .sample(sample)
      case .verdict(let verdict): return .verdict(verdict)
      default: continue
      }
    }
    guard hasPlan else { throw JournalFailure.noPlan(path: path) }
    return nil
  }
}
