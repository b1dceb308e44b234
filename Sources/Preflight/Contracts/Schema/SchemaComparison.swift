/// Whether every value that a writer's schema allows is one that a reader's schema allows.
package enum SchemaComparison {
  /// The answer; anything but a proof or a counterexample is undecided.
  package enum Decision: Hashable, Sendable {
    /// Every value valid for the writer is valid for the reader: proved.
    case compatible
    /// Some value valid for the writer is not valid for the reader.
    ///
    /// The witness is such a whole document, checked with `SchemaValidator` against both schemas. The changes are in the
    /// reader's order; never none.
    case breaking([SchemaChange], witness: JSONValue)
    /// Neither could be shown, for these reasons; never none. The changes are those that are known to narrow a part.
    case undecided([UndecidedReason], changes: [SchemaChange])
  }

  /// Compares by the sets of valid values: `format`, `content*` and `default` are annotations, descriptions are ignored.
  ///
  /// `effort` bounds the work, in steps of well under a microsecond to a few of them: what was not decided by then is
  /// undecided. Same schemas, same answer.
  package static func compare(writer: JSONSchema, reader: JSONSchema, effort: Int = 300_000) -> Decision {
    decide(writer, reader) { $0.decision(from: .one, effort) }
  }

  /// Whether every value of the writer is one of the reader, proved; as `compare` finds, without looking for what changed.
  static func isCompatible(writer: JSONSchema, reader: JSONSchema, effort: Int = 300_000) -> Bool {
    let decision = decide(writer, reader) { $0.decision(from: .one, effort, findsChanges: false) }
    if case .compatible = decision { return true }
    return false
  }

  /// Compares in both directions, for about the price of one: `backward` is the new reader of what the old writer wrote,
  /// `forward` the old reader of what the new writer wrote.
  package static func compareBothWays(
    old: JSONSchema, new: JSONSchema, effort: Int = 300_000
  ) -> (backward: Decision, forward: Decision) {
    let pair = SchemasTogether(old, new, readsDependencies: false)
    let (backward, forward) = (pair.decision(from: .one, effort), pair.decision(from: .other, effort))
    guard old.hasOldDependencies || new.hasOldDependencies else { return (backward, forward) }
    let strict = SchemasTogether(old, new, readsDependencies: true)
    return (
      agreed(backward, strict.decision(from: .one, effort), at: new),
      agreed(forward, strict.decision(from: .other, effort), at: old)
    )
  }

  private static func decide(
    _ writer: JSONSchema, _ reader: JSONSchema, _ decision: (SchemasTogether) -> Decision
  ) -> Decision {
    let first = decision(SchemasTogether(writer, reader, readsDependencies: false))
    guard writer.hasOldDependencies || reader.hasOldDependencies else { return first }
    return agreed(first, decision(SchemasTogether(writer, reader, readsDependencies: true)), at: reader)
  }

  /// Some validators of newer dialects still obey `dependencies`, others ignore it: only what holds for both is decided.
  private static func agreed(_ without: Decision, _ with: Decision, at reader: JSONSchema) -> Decision {
    switch (without, with) {
    case (.compatible, .compatible): return .compatible
    case (.breaking, .breaking), (.undecided, _): return without
    case (_, .undecided): return with
    case (.compatible, .breaking), (.breaking, .compatible):
      let reason = UndecidedReason(
        party: nil, place: reader.place(of: 0),
        sentence: "it depends on whether validators still obey 'dependencies' in this dialect")
      return .undecided([reason], changes: without.changes + with.changes)
    }
  }
}

/// Two schemas with their formulas, which both directions share.
private struct SchemasTogether {
  private let search: ValueSearch
  private let reasons: ReasonBook
  private let readsDependencies: Bool

  init(_ one: JSONSchema, _ other: JSONSchema, readsDependencies: Bool) {
    let pool = FormulaPool()
    let reasons = ReasonBook()
    self.reasons = reasons
    self.readsDependencies = readsDependencies
    func compiler(_ schema: JSONSchema, _ side: Side) -> SchemaCompiler {
      SchemaCompiler(schema, side, pool: pool, reasons: reasons, readsDependencies: readsDependencies)
    }
    let compilers = SchemaCompilers(one: compiler(one, .one), other: compiler(other, .other))
    search = ValueSearch(pool: pool, compilers: compilers, reasons: reasons, root: other.place(of: 0), budget: 0)
  }

  func decision(from side: Side, _ effort: Int, findsChanges: Bool = true) -> SchemaComparison.Decision {
    let otherSide: Side = side == .one ? .other : .one
    let (writing, reading) = (search.compilers[side], search.compilers[otherSide])
    let (writer, reader) = (writing.schema, reading.schema)
    search.refill(effort)
    let outcome = search.solve([writing.formula(0), !reading.formula(0)])
    let witness: JSONValue
    let changes: () -> [SchemaChange] = {
      guard findsChanges else { return [] }
      search.refill(effort)
      return ChangeFinder(search, writer: writing, reader: reading).changes()
    }
    switch outcome {
    case .none: return .compatible
    case .found(let value): witness = value
    case .open(let why):
      let stated = why.sorted().map { number in
        let reason = reasons.all[number]
        return UndecidedReason(
          party: reason.side.map { $0 == side ? .writer : .reader }, place: reason.place, sentence: reason.sentence)
      }
      return .undecided(stated, changes: changes())
    }
    // With `dependencies` obeyed where the dialect ignores them, the validator is no judge; nothing is shown of it either.
    guard
      readsDependencies
        || SchemaValidator(writer).isValid(witness) == true && SchemaValidator(reader).isValid(witness) == false
    else {
      let reason = UndecidedReason(
        party: nil, place: reader.place(of: 0),
        sentence: "a counterexample was found that the validator does not confirm: \(witness.text)")
      return .undecided([reason], changes: changes())
    }
    return .breaking(changes(), witness: witness)
  }
}

extension SchemaComparison.Decision {
  /// The changes that come with the answer.
  package var changes: [SchemaChange] {
    switch self {
    case .compatible: []
    case .breaking(let changes, _), .undecided(_, let changes): changes
    }
  }
}

/// Why a comparison stays open.
package struct UndecidedReason: Hashable, Sendable {
  /// Whose schema stands in the way; nil when it is both, as when the work was too much.
  package let party: Party?
  /// The keyword in that party's file, or the reader's root.
  package let place: SchemaPlace
  /// Why, as a sentence without its full stop.
  package let sentence: String

  /// Who wrote or reads the value.
  package enum Party: Hashable, Sendable { case writer, reader }
}
