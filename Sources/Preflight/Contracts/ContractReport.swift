import Documents
package import Vocabulary

/// Who writes or reads a declared contract.
package enum ContractParty: String, CaseIterable, Codable, Sendable {
  /// The fleet that is deployed: both versions of it during a rollout.
  case agent
  /// Apps that callers use; a deploy of the fleet does not change them.
  case client
  /// Services beside the fleet, such as the one that dispatches; a deploy of the fleet does not change them.
  case backend
}

/// What the comparison of two versions' contracts came to.
package struct ContractReport: Encodable, Sendable {
  package let schema = "sluice.contracts/1"
  /// The two sides as they were named; nil: there was none.
  package var from: String?
  package var to: String?
  /// Every direction that applies with the worst answer of all contracts, by strict set inclusion; its keys are
  /// `ContractDirection`s.
  package var directions: [String: ContractAnswer]
  /// The judgement for a rolling deploy: `compatible`, `breaking`, `undecided` or `not-checked`.
  package var overlap: String
  /// Each contract by itself.
  package var contracts: [Contract]
  /// Every difference, the worst first.
  package var changes: [ContractChange]
  /// The same in the words of the catalogue: one for each kind of change of one contract and tool or message.
  package var findings: [Finding]

  /// One contract.
  package struct Contract: Hashable, Encodable, Sendable {
    /// Its file, or how sluice.yaml calls it.
    package let name: String
    /// `schema`, `tools` or `protobuf`; nil where it could not be looked at.
    package let kind: String?
    /// Who writes and reads it, where that is declared.
    package let writer: ContractParty?
    package let reader: ContractParty?
    /// Its own directions and judgement.
    package let directions: [String: ContractAnswer]
    package let overlap: ContractAnswer
  }

  init(from: String?, to: String?, results: [ContractResult]) {
    self.from = from
    self.to = to
    var directions: [ContractDirection: ContractAnswer] = [:]
    for result in results { directions.merge(result.directions) { max($0, $1) } }
    self.directions = directions.byName
    changes = results.flatMap(\.changes).sorted { $0.effect.severity.rank > $1.effect.severity.rank }
    contracts = results.map {
      Contract(
        name: $0.name.harmless, kind: $0.kind, writer: $0.writer, reader: $0.reader, directions: $0.directions.byName,
        overlap: $0.overlap)
    }
    overlap =
      results.contains { $0.kind != nil } ? (results.map(\.overlap).max() ?? .undecided).rawValue : "not-checked"
    findings = Self.findings(of: changes)
  }

  private static func findings(of changes: [ContractChange]) -> [Finding] {
    struct Cause: Hashable {
      let code: FindingCode
      let contract: String
      let subject: String?
      let effect: ContractChange.Effect
    }
    var order: [Cause] = []
    var groups: [Cause: [ContractChange]] = [:]
    for change in changes {
      let cause = Cause(
        code: change.code, contract: change.contract, subject: change.subject, effect: change.effect)
      if groups[cause] == nil { order.append(cause) }
      groups[cause, default: []].append(change)
    }
    return order.compactMap { cause in groups[cause].flatMap { ContractFinding.make($0) } }
  }
}

/// Makes one finding of changes of one kind.
enum ContractFinding {
  static func make(_ changes: [ContractChange]) -> Finding? {
    guard let first = changes.first else { return nil }
    let more = changes.count > 1 ? ", and \(changes.count - 1) more of this kind" : ""
    let subject = first.subject.map { first.what.contains("'\($0)'") ? "" : " in '\($0)'" } ?? ""
    let directions = Set(changes.flatMap(\.directions)).sorted().map(\.rawValue).joined(separator: ", ")
    let verb = first.effect == .undecided ? "leaves undecided" : "does not hold in"
    return Finding(
      code: first.code, status: first.effect == .undecided ? .unknown : .confirmed, severity: first.effect.severity,
      summary: "\(first.contract):\(subject) \(first.what)\(more)",
      cause: directions.isEmpty ? nil : "it \(verb) \(directions)",
      evidence: changes.prefix(20).flatMap { evidence($0, isOnly: changes.count == 1) },
      remedy: .init(first.phase ?? ""))
  }

  private static func evidence(_ change: ContractChange, isOnly: Bool) -> [Evidence] {
    let places = [("old", change.old), ("new", change.new)].compactMap { name, place in
      place.map {
        let pointer = $0.pointer.isEmpty ? "\(name) version" : "\(name) \($0.pointer)"
        return Evidence(
          source: SourceID(name), locator: $0.locator, at: nil, excerpt: isOnly ? pointer : "\(pointer): \(change.what)"
        )
      }
    }
    guard let witness = change.witness else { return places }
    return places + [
      Evidence(
        source: "witness", at: nil,
        excerpt: "refused: \(witness.count > 300 ? witness.prefix(300) + "…" : witness[...])")
    ]
  }
}

extension [ContractDirection: ContractAnswer] {
  /// With the directions' names for keys.
  var byName: [String: ContractAnswer] {
    Dictionary<String, ContractAnswer>(uniqueKeysWithValues: map { ($0.key.rawValue, $0.value) })
  }
}

/// What one contract came to.
struct ContractResult: Sendable {
  let name: String
  /// Nil where it could not be looked at.
  let kind: String?
  var writer: ContractParty?
  var reader: ContractParty?
  var directions: [ContractDirection: ContractAnswer]
  var changes: [ContractChange]

  /// The judgement: the worst that a change does.
  var overlap: ContractAnswer { changes.map(\.effect.answer).max() ?? .compatible }
}
