import Documents

/// What a value must be: a formula over atoms, one number each, so that equal formulas of two files are the same number.
struct Formula: Hashable, Comparable, Sendable {
  /// The node's index times two, plus one when it is negated.
  private let code: Int32

  init(node: Int, isNegated: Bool = false) { code = Int32(node) << 1 | (isNegated ? 1 : 0) }

  /// Holds for every value.
  static let always = Formula(node: 0)
  /// Holds for none.
  static let never = Formula(node: 0, isNegated: true)

  var node: Int { Int(code >> 1) }
  var isNegated: Bool { code & 1 == 1 }
  static prefix func ! (formula: Self) -> Self { Formula(node: formula.node, isNegated: !formula.isNegated) }
  static func < (left: Self, right: Self) -> Bool { left.code < right.code }
}

/// What JSON's values are.
enum ValueKind: Hashable, CaseIterable, Sendable {
  case string, object, array, number, boolean, null
}

/// One thing that is true or not of a value. All but `kind` and `among` hold for every value of another kind.
enum Atom: Hashable, Sendable {
  case kind(ValueKind)
  case among(Set<JSONValue>)
  case integral
  /// Written without fraction and exponent, which is what draft-04 calls an integer.
  case writtenAsInteger
  case minimum(ExactNumber)
  case exclusiveMinimum(ExactNumber)
  case maximum(ExactNumber)
  case exclusiveMaximum(ExactNumber)
  case multipleOf(ExactNumber)
  case minLength(Int)
  case maxLength(Int)
  case pattern(ExactText)
  case minItems(Int)
  case maxItems(Int)
  case uniqueItems
  case items(ItemRule)
  /// At least so many elements are such.
  case containsAtLeast(Formula, Int)
  /// At most so many elements are such.
  case containsAtMost(Formula, Int)
  case required(Set<ExactText>)
  case members(MemberRule)
  case propertyNames(Formula)
  case minProperties(Int)
  case maxProperties(Int)
  /// Something that is not understood; the number is the reason's.
  case opaque(Int)

  /// The only kind of value that it says something about; nil for every kind.
  var kind: ValueKind? {
    switch self {
    case .kind, .among, .opaque: nil
    case .integral, .writtenAsInteger, .minimum, .exclusiveMinimum, .maximum, .exclusiveMaximum, .multipleOf: .number
    case .minLength, .maxLength, .pattern: .string
    case .minItems, .maxItems, .uniqueItems, .items, .containsAtLeast, .containsAtMost: .array
    case .required, .members, .propertyNames, .minProperties, .maxProperties: .object
    }
  }
}

/// What each element of an array must be, by its position.
struct ItemRule: Hashable, Sendable {
  let prefix: [Formula]
  let rest: Formula

  func formula(at position: Int) -> Formula { position < prefix.count ? prefix[position] : rest }
}

/// What each member of an object must be, by its name.
struct MemberRule: Hashable, Sendable {
  var named: [ExactText: Formula] = [:]
  var patterns: [ExactText: Formula] = [:]
  /// What a member must be whose name is not in `named` and matches none of `patterns`.
  var rest = Formula.always
}

/// One of the two schemas that are compared.
enum Side: Hashable, Sendable {
  case one, other
}

/// All formulas of one comparison.
final class FormulaPool {
  enum Node: Hashable {
    case always
    case all([Formula])
    case exactlyOne([Formula])
    case atom(Atom)
    /// A schema whose formula contains itself.
    case reference(Side, site: Int)
  }

  private(set) var nodes: [Node] = [.always]
  private var numbers: [Node: Int] = [.always: 0]

  private func formula(_ node: Node) -> Formula {
    if let known = numbers[node] { return Formula(node: known) }
    numbers[node] = nodes.count
    nodes.append(node)
    return Formula(node: nodes.count - 1)
  }

  func atom(_ atom: Atom) -> Formula { formula(.atom(atom)) }

  func reference(_ side: Side, _ site: Int) -> Formula { formula(.reference(side, site: site)) }

  func all(_ parts: [Formula]) -> Formula {
    let sorted = Self.normal(parts)
    if sorted.count < 2 { return sorted.first ?? .always }
    // A formula and its negation are neighbours.
    for (one, next) in zip(sorted, sorted.dropFirst()) where one.node == next.node { return .never }
    return sorted.contains(.never) ? .never : formula(.all(sorted))
  }

  /// The formulas in order, each once, without those that always hold.
  static func normal(_ parts: [Formula]) -> [Formula] {
    var result: [Formula] = []
    result.reserveCapacity(parts.count)
    for part in parts.sorted() where part != .always && part != result.last { result.append(part) }
    return result
  }

  func any(_ parts: [Formula]) -> Formula { !all(parts.map { !$0 }) }

  func exactlyOne(_ parts: [Formula]) -> Formula {
    let possible = parts.filter { $0 != .never }.sorted()
    switch possible.count {
    case 0: return .never
    case 1: return possible[0]
    case 2: return all([any(possible), !all(possible)])
    default: return formula(.exactlyOne(possible))
    }
  }
}
