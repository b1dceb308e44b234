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
  /// Ends after a bounded amount of work: what was not decided by then is undecided. Same schemas, same answer.
  package static func compare(writer: JSONSchema, reader: JSONSchema) -> Decision {
    .undecided([], changes: [])
  }
}

/// Why a comparison stays open.
package struct UndecidedReason: Hashable, Sendable {
  /// Whose schema stands in the way; nil when it is both, as when the work was too much.
  package let party: Party?
  /// The keyword in that party's file.
  package let place: SchemaPlace
  /// Why, as a sentence without its full stop.
  package let sentence: String

  /// Who wrote or reads the value.
  package enum Party: Hashable, Sendable { case writer, reader }
}
