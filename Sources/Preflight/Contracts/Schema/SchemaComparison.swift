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
    let decision = compare(writer, reader, effort, readsDependencies: false)
    guard writer.hasOldDependencies || reader.hasOldDependencies else { return decision }
    // Some validators of newer dialects still obey `dependencies`, others ignore it: only what holds for both is decided.
    switch (decision, compare(writer, reader, effort, readsDependencies: true)) {
    case (.compatible, .compatible): return .compatible
    case (.breaking, .breaking), (.undecided, _): return decision
    case (.compatible, let other), (.breaking, let other):
      if case .undecided = other { return other }
      let reason = UndecidedReason(
        party: nil, place: reader.place(of: 0),
        sentence: "it depends on whether validators still obey 'dependencies' in this dialect")
      return .undecided([reason], changes: decision.changes + other.changes)
    }
  }

  private static func compare(
    _ writer: JSONSchema, _ reader: JSONSchema, _ effort: Int, readsDependencies: Bool
  ) -> Decision {
    let pool = FormulaPool()
    let reasons = ReasonBook()
    let compilers = [
      UndecidedReason.Party.writer: SchemaCompiler(
        writer, .writer, pool: pool, reasons: reasons, readsDependencies: readsDependencies),
      .reader: SchemaCompiler(reader, .reader, pool: pool, reasons: reasons, readsDependencies: readsDependencies),
    ]
    guard let writing = compilers[.writer], let reading = compilers[.reader] else { return .compatible }
    let search = ValueSearch(
      pool: pool, compilers: compilers, reasons: reasons, root: reader.place(of: 0), budget: effort)
    let outcome = search.solve([writing.formula(0), !reading.formula(0)])
    if case .none = outcome { return .compatible }
    search.refill(effort)
    let changes = ChangeFinder(search, writer: writing, reader: reading).changes()
    switch outcome {
    case .none: return .compatible
    case .open(let why): return .undecided(why.sorted().map { reasons.all[$0] }, changes: changes)
    case .found(let witness):
      guard
        readsDependencies
          || SchemaValidator(writer).isValid(witness) == true && SchemaValidator(reader).isValid(witness) == false
      else {
        let reason = UndecidedReason(
          party: nil, place: reader.place(of: 0),
          sentence: "a counterexample was found that the validator does not confirm: \(witness.text)")
        return .undecided([reason], changes: changes)
      }
      return .breaking(changes, witness: witness)
    }
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
