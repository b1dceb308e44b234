import Documents
import Vocabulary

/// Two versions of one schema, each with where it lies.
struct SchemaPair {
  let old: Version
  let new: Version

  /// One version.
  struct Version {
    /// The schema; `true` where there is none, since then anything goes.
    let node: Node
    /// How messages call its file.
    let file: String
    /// The JSON pointer that leads to it.
    let pointer: String

    init(_ node: Node, file: String, pointer: String = "") {
      self.node = node
      self.file = file
      self.pointer = pointer
    }

    func place(_ place: SchemaPlace) -> ContractPlace {
      ContractPlace(file: file, pointer: pointer + place.pointer, mark: place.mark)
    }
  }

  /// What a direction came to.
  struct Outcome {
    let answer: ContractAnswer
    /// Whether it is broken only by values that the writer's schema does not name, which open objects let through.
    let isOnlyUndeclared: Bool
    let decision: SchemaComparison.Decision
  }

  /// Both directions of a pair.
  struct Outcomes {
    private let oldWrites, newWrites: Outcome

    fileprivate init(oldWrites: Outcome, newWrites: Outcome) {
      self.oldWrites = oldWrites
      self.newWrites = newWrites
    }

    /// What the direction came to.
    subscript(_ direction: ContractDirection) -> Outcome { direction.writesOld ? oldWrites : newWrites }
  }

  /// Compares in both directions.
  func outcomes() -> Outcomes {
    let (before, after) = (JSONSchema(old.node), JSONSchema(new.node))
    let (backward, forward) = SchemaComparison.compareBothWays(old: before, new: after)
    return Outcomes(
      oldWrites: Self.outcome(backward, writer: old.node, reader: after),
      newWrites: Self.outcome(forward, writer: new.node, reader: before))
  }

  /// What a decision comes to; a break is looked at again for writers that write only what their schema names.
  private static func outcome(
    _ decision: SchemaComparison.Decision, writer: Node, reader: JSONSchema
  ) -> Outcome {
    let answer = decision.answer
    guard answer == .breaking, let closed = writer.closingOpenObjects else {
      return Outcome(answer: answer, isOnlyUndeclared: false, decision: decision)
    }
    let isOnlyUndeclared = SchemaComparison.isCompatible(writer: JSONSchema(closed), reader: reader)
    return Outcome(answer: answer, isOnlyUndeclared: isOnlyUndeclared, decision: decision)
  }
}

extension SchemaComparison.Decision {
  /// The answer without its reasons.
  var answer: ContractAnswer {
    switch self {
    case .compatible: .compatible
    case .breaking: .breaking
    case .undecided: .undecided
    }
  }
}

/// Makes contract changes of what schema comparisons found in the directions of one pair.
struct SchemaChangeList {
  let pair: SchemaPair
  let contract: String
  let subject: String?
  private(set) var changes: [ContractChange] = []
  private var positions: [Key: Int] = [:]

  /// The same restriction at the same places: one change, however many directions it breaks.
  private struct Key: Hashable {
    let kind: SchemaChange.Kind?
    let old: ContractPlace
    let new: ContractPlace
  }

  init(_ pair: SchemaPair, contract: String, subject: String? = nil) {
    self.pair = pair
    self.contract = contract
    self.subject = subject
  }

  /// Takes in one direction with the effect that its breaks have in the overlap.
  mutating func take(_ outcome: SchemaPair.Outcome, _ direction: ContractDirection, effect: ContractChange.Effect) {
    let oldWrites = direction.writesOld
    func places(_ writer: SchemaPlace, _ reader: SchemaPlace) -> (ContractPlace, ContractPlace) {
      oldWrites
        ? (pair.old.place(writer), pair.new.place(reader)) : (pair.old.place(reader), pair.new.place(writer))
    }
    switch outcome.decision {
    case .compatible: break
    case .breaking(let found, let witness):
      for (index, change) in found.enumerated() {
        let (old, new) = places(change.writer, change.reader)
        let kind = change.kind.rawValue
        add(
          Key(kind: change.kind, old: old, new: new),
          ContractChange(
            oldWrites ? .narrowed(kind) : .widened(kind), effect, [direction], contract: contract, subject: subject,
            old: old, new: new, change.sentence, phase: phase(outcome, direction),
            // The whole document is shown once, with the first change.
            witness: index == 0 ? witness.text : change.witness?.text))
      }
    case .undecided(let reasons, let found):
      for reason in reasons {
        let isOld = reason.party.map { ($0 == .writer) == oldWrites }
        let place = (isOld ?? true) ? pair.old.place(reason.place) : pair.new.place(reason.place)
        let whole = SchemaPlace(pointer: "", mark: ((isOld ?? true) ? pair.new : pair.old).node.mark)
        let other = (isOld ?? true) ? pair.new.place(whole) : pair.old.place(whole)
        let (old, new) = (isOld ?? true) ? (place, other) : (other, place)
        add(
          Key(kind: nil, old: old, new: new),
          ContractChange(
            .undecided, effect == .breaking ? .undecided : effect, [direction], contract: contract, subject: subject,
            old: old, new: new, reason.sentence))
      }
      for change in found {
        let (old, new) = places(change.writer, change.reader)
        let kind = change.kind.rawValue
        add(
          Key(kind: change.kind, old: old, new: new),
          ContractChange(
            oldWrites ? .narrowed(kind) : .widened(kind), effect == .breaking ? .undecided : effect, [direction],
            contract: contract, subject: subject, old: old, new: new, change.sentence))
      }
    }
  }

  private func phase(_ outcome: SchemaPair.Outcome, _ direction: ContractDirection) -> String? {
    guard outcome.isOnlyUndeclared else { return nil }
    return direction.writesOld
      ? "it goes well as long as old writers write nothing that their schema does not name: see that none does"
      : "it goes well as long as new writers write nothing that their schema does not name: see that none does"
  }

  private mutating func add(_ key: Key, _ change: ContractChange) {
    guard let index = positions[key] else {
      positions[key] = changes.count
      changes.append(change)
      return
    }
    changes[index].directions += change.directions
    if change.effect.severity.rank > changes[index].effect.severity.rank || change.effect == .breaking {
      changes[index].effect = change.effect
      changes[index].phase = change.phase
    }
    changes[index].witness = changes[index].witness ?? change.witness
  }
}
