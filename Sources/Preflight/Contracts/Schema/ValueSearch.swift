import Documents

/// Looks for a value for which several formulas hold at once, or proves that there is none.
///
/// The search is a tableau: the goal is split by the kind of the value and by the branches of its formulas until only atoms
/// are left, which the part for that kind decides; members and elements are goals of their own. JSON values are finite, so a
/// goal that comes up again inside of itself is closed there: a smallest value for it holds no smaller one.
final class ValueSearch {
  /// What a search came to.
  enum Outcome {
    /// Such a value; every formula of the goal was evaluated for it.
    case found(JSONValue)
    /// There is none: proved.
    case none
    /// Not known, for the reasons of these numbers.
    case open(Set<Int>)

    var isNone: Bool { if case .none = self { true } else { false } }
    var value: JSONValue? { if case .found(let value) = self { value } else { nil } }
  }

  let pool: FormulaPool
  let compilers: SchemaCompilers
  let reasons: ReasonBook
  let patterns = PatternBook()
  /// Why formulas could not be evaluated since it was emptied.
  var evaluationReasons: Set<Int> = []
  /// What is left of the work that the search may do.
  private(set) var budget: Int
  private var closed: [[Formula]: Outcome] = [:]
  /// Goals that have no value if the goals above them, down to the depth given, have none.
  private var provisional: [[Formula]: Int] = [:]
  private var provisionalOrder: [[Formula]] = []
  private var open: [[Formula]: Int] = [:]
  /// The shallowest open goal that was taken as closed since it was set.
  private var shallowest = Int.max
  private let deepest = 64
  /// How many branches are open within each other, over all goals: what the stack must hold.
  private var frames = 0
  let tooMuch: Int
  let notFound: Int

  init(
    pool: FormulaPool, compilers: SchemaCompilers, reasons: ReasonBook, root: SchemaPlace,
    budget: Int
  ) {
    self.pool = pool
    self.compilers = compilers
    self.reasons = reasons
    self.budget = budget
    tooMuch = reasons.number(
      side: nil, place: root, "the schemas are too large or too entangled to decide within the work allowed")
    notFound = reasons.number(
      side: nil, place: root, "neither a proof nor a value that shows the opposite was found")
  }

  /// Takes from the budget; whether there was enough.
  func spend(_ amount: Int = 1) -> Bool {
    budget -= amount
    return budget >= 0
  }

  /// Gives new work to do, and forgets what stayed open for want of it.
  func refill(_ amount: Int) {
    budget = amount
    closed = closed.filter { if case .open(let why) = $0.value { !why.contains(tooMuch) } else { true } }
  }

  /// A value for which all formulas hold.
  func solve(_ formulas: [Formula]) -> Outcome {
    let goal = FormulaPool.normal(formulas)
    if goal.contains(.never) { return .none }
    for (one, next) in zip(goal, goal.dropFirst()) where one.node == next.node { return .none }
    if let outcome = closed[goal] { return outcome }
    if let depth = provisional[goal] ?? open[goal] {
      shallowest = min(shallowest, depth)
      return .none
    }
    let depth = open.count
    guard spend(8), depth < deepest else { return .open([tooMuch]) }
    open[goal] = depth
    let above = shallowest
    let before = provisionalOrder.count
    shallowest = .max
    let outcome = decide(goal)
    open[goal] = nil
    let reached = shallowest
    shallowest = above
    guard outcome.isNone, reached < depth else {
      // Nothing above was assumed: what was closed below is closed for good, if this is.
      for inner in provisionalOrder[before...] {
        provisional[inner] = nil
        if outcome.isNone { closed[inner] = Outcome.none }
      }
      provisionalOrder.removeSubrange(before...)
      if !outcome.isNone, case .open(let why) = outcome, why.contains(tooMuch), budget >= 0 { return outcome }
      closed[goal] = outcome
      return outcome
    }
    provisional[goal] = reached
    provisionalOrder.append(goal)
    shallowest = min(above, reached)
    return .none
  }

  private func decide(_ goal: [Formula]) -> Outcome {
    var why: Set<Int> = []
    for kind in ValueKind.allCases {
      switch expand(Branch(kind: kind, pending: goal), goal) {
      case .found(let value): return .found(value)
      case .none: continue
      case .open(let reasons): why.formUnion(reasons)
      }
    }
    return why.isEmpty ? .none : .open(why)
  }
}

/// The compilers of the two schemas that are compared.
struct SchemaCompilers {
  let one: SchemaCompiler
  let other: SchemaCompiler

  subscript(side: Side) -> SchemaCompiler { side == .one ? one : other }
}

// MARK: Branches

/// One branch of the tableau: what has been taken as true, and what is still to be split.
struct Branch {
  let kind: ValueKind
  var pending: [Formula]
  var asserted: Set<Formula> = []
  /// Atoms that say something about values of this kind.
  var literals: [(atom: Atom, holds: Bool)] = []
  /// The names that the value must have.
  var required: Set<ExactText> = []
  /// Of each list of formulas one must hold.
  var choices: [[Formula]] = []
}

extension ValueSearch {
  private func expand(_ start: Branch, _ goal: [Formula]) -> Outcome {
    frames += 1
    defer { frames -= 1 }
    guard frames < 1_000 else { return .open([tooMuch]) }
    var branch = start
    repeat {
      while let formula = branch.pending.popLast() {
        guard spend() else { return .open([tooMuch]) }
        guard assume(formula, &branch) else { return .none }
      }
      // Choices of which only one is left are taken; those that hold already are dropped.
      var left: [[Formula]] = []
      for choice in branch.choices {
        guard spend(choice.count) else { return .open([tooMuch]) }
        var possible: [Formula] = []
        var holds = false
        for formula in choice {
          switch status(formula, branch) {
          case true?: holds = true
          case false?: continue
          case nil: possible.append(formula)
          }
          if holds { break }
        }
        if holds { continue }
        switch possible.count {
        case 0: return .none
        case 1: branch.pending.append(possible[0])
        default: left.append(possible)
        }
      }
      branch.choices = left
    } while !branch.pending.isEmpty

    guard let smallest = branch.choices.indices.min(by: { branch.choices[$0].count < branch.choices[$1].count }) else {
      return leaf(branch, goal)
    }
    let choice = branch.choices.remove(at: smallest)
    var why: Set<Int> = []
    for formula in choice {
      guard spend(branch.asserted.count / 16) else { return .open(why.union([tooMuch])) }
      var next = branch
      next.pending = [formula]
      switch expand(next, goal) {
      case .found(let value): return .found(value)
      case .none: continue
      case .open(let reasons):
        why.formUnion(reasons)
        if budget < 0 { return .open(why) }
      }
    }
    return why.isEmpty ? .none : .open(why)
  }

  /// Takes a formula as true; whether the branch is still open.
  private func assume(_ formula: Formula, _ branch: inout Branch) -> Bool {
    if formula == .always || branch.asserted.contains(formula) { return true }
    if formula == .never || branch.asserted.contains(!formula) { return false }
    branch.asserted.insert(formula)
    switch pool.nodes[formula.node] {
    case .always: return !formula.isNegated
    case .all(let parts):
      if formula.isNegated { branch.choices.append(parts.map { !$0 }) } else { branch.pending += parts }
    case .exactlyOne(let parts):
      let pairs = overlaps(parts)
      if formula.isNegated {
        branch.choices.append([pool.all(parts.map { !$0 })] + pairs)
      } else {
        branch.choices.append(parts)
        branch.pending += pairs.map { !$0 }
      }
    case .reference(let side, let site):
      let inner = compilers[side].formula(site)
      branch.pending.append(formula.isNegated ? !inner : inner)
    case .atom(let atom): return assume(atom, holds: !formula.isNegated, &branch)
    }
    return true
  }

  private func assume(_ atom: Atom, holds: Bool, _ branch: inout Branch) -> Bool {
    if let status = status(atom, holds: holds, branch) { return status }
    if case .required(let names) = atom {
      if holds {
        branch.required.formUnion(names)
      } else if names.count > 1 {
        // One of them is missing, and it is none that must be there.
        branch.choices.append(names.subtracting(branch.required).sorted().map { !pool.atom(.required([$0])) })
        return true
      }
    }
    branch.literals.append((atom, holds))
    return true
  }

  /// Whether a formula is known to hold, or known not to, in a branch; nil when neither is seen at once.
  private func status(_ formula: Formula, _ branch: Branch, depth: Int = 0) -> Bool? {
    if formula == .always || branch.asserted.contains(formula) { return true }
    if formula == .never || branch.asserted.contains(!formula) { return false }
    switch pool.nodes[formula.node] {
    case .atom(let atom): return status(atom, holds: !formula.isNegated, branch)
    case .all(let parts) where depth < 3:
      var isOpen = false
      for part in parts {
        switch status(part, branch, depth: depth + 1) {
        case false?: return formula.isNegated
        case nil: isOpen = true
        case true?: break
        }
      }
      return isOpen ? nil : !formula.isNegated
    default: return nil
    }
  }

  private func status(_ atom: Atom, holds: Bool, _ branch: Branch) -> Bool? {
    if case .kind(let kind) = atom { return (kind == branch.kind) == holds }
    if let kind = atom.kind, kind != branch.kind { return holds }
    if case .required(let names) = atom, names.isSubset(of: branch.required) { return holds }
    return nil
  }

  /// The pairs of branches that a value can be valid for at once; all others are dropped. Once the work allowed is used up
  /// the rest is missing: the caller's next step ends there.
  private func overlaps(_ parts: [Formula]) -> [Formula] {
    var pairs: [Formula] = []
    for (place, one) in parts.enumerated() {
      for other in parts[(place + 1)...] {
        guard spend() else { return pairs }
        if !solve([one, other]).isNone { pairs.append(pool.all([one, other])) }
      }
    }
    return pairs
  }

  private func leaf(_ branch: Branch, _ goal: [Formula]) -> Outcome {
    guard spend(4) else { return .open([tooMuch]) }
    // Values that are listed are tried one by one.
    let listed = branch.literals.compactMap { literal -> Set<JSONValue>? in
      if literal.holds, case .among(let values) = literal.atom { values } else { nil }
    }
    let candidates: [JSONValue]?
    if let shortest = listed.min(by: { $0.count < $1.count }) {
      // What another list rules out need not be put in order, nor be tried.
      let possible = shortest.filter { value in
        value.kind == branch.kind
          && branch.literals.allSatisfy { literal in
            if case .among(let values) = literal.atom { values.contains(value) == literal.holds } else { true }
          }
      }
      candidates = possible.map { (text: $0.text, value: $0) }.sorted { $0.text < $1.text }.map(\.value)
    } else {
      switch branch.kind {
      case .null: candidates = [.null]
      case .boolean: candidates = [.boolean(true), .boolean(false)]
      default: candidates = nil
      }
    }
    if let candidates { return first(of: candidates.flatMap(Self.writings), goal, isComplete: true) }
    // What stands on opaque ground is only closed where the rest closes it.
    let opaque = Set(
      branch.literals.compactMap { literal -> Int? in if case .opaque(let reason) = literal.atom { reason } else { nil }
      })
    let outcome: Outcome
    switch branch.kind {
    case .string: outcome = text(branch)
    case .number: outcome = number(branch)
    default: outcome = collection(branch)
    }
    switch outcome {
    case .none: return .none
    case .open(let why): return .open(why.union(opaque))
    case .found(let value): return opaque.isEmpty ? first(of: [value], goal, isComplete: false) : .open(opaque)
    }
  }

  /// An array or object; where the one found is ruled out by name, a longer one, or one of other parts.
  private func collection(_ branch: Branch) -> Outcome {
    func outcome(_ branch: Branch) -> Outcome { branch.kind == .array ? array(branch) : object(branch) }
    let excluded = excluded(branch).filter { $0.kind == branch.kind }
    let first = outcome(branch)
    guard case .found(let value) = first, excluded.contains(value) else { return first }
    var parts: Set<JSONValue> = []
    var longest = 0
    for case .array(let elements) in excluded {
      parts.formUnion(elements)
      longest = max(longest, elements.count)
    }
    for case .object(let members) in excluded {
      parts.formUnion(members.values)
      longest = max(longest, members.count)
    }
    func atLeast(_ count: Int) -> Atom { branch.kind == .array ? .minItems(count) : .minProperties(count) }
    let isEmpty = value == .array([]) || value == .object([:])
    let others = !pool.atom(.among(parts))
    let other: Atom =
      branch.kind == .array ? .items(ItemRule(prefix: [], rest: others)) : .members(MemberRule(rest: others))
    for literals in [[atLeast(1)], [atLeast(longest + 1)], [other, atLeast(1)]] {
      var next = branch
      next.literals += literals.map { ($0, true) }
      let second = outcome(next)
      if case .found(let value) = second, excluded.contains(value) { continue }
      // There is only one that is empty: when it is ruled out, and all others are, nothing is left.
      if isEmpty, literals == [atLeast(1)] { return second }
      if case .found = second { return second }
    }
    return .open([notFound])
  }

  /// A number that is whole can be written in two ways, and draft-04 tells them apart.
  private static func writings(_ value: JSONValue) -> [JSONValue] {
    guard case .number(let number) = value, number.isIntegral else { return [value] }
    return [true, false].map {
      .number(ExactNumber(number.coefficient, exponent: number.exponent, isWrittenAsInteger: $0))
    }
  }

  /// The first value for which the goal holds. When all that there can be are given, their refusal is a proof.
  func first(of values: [JSONValue], _ goal: [Formula], isComplete: Bool) -> Outcome {
    var why: Set<Int> = []
    for value in values {
      evaluationReasons = []
      switch holds(goal, for: value) {
      case true?: return .found(value)
      case false?: continue
      case nil: why.formUnion(evaluationReasons.isEmpty ? [notFound] : evaluationReasons)
      }
    }
    if !why.isEmpty { return .open(why) }
    return isComplete ? .none : .open([notFound])
  }
}

extension JSONValue {
  var kind: ValueKind {
    switch self {
    case .null: .null
    case .boolean: .boolean
    case .number: .number
    case .string: .string
    case .array: .array
    case .object: .object
    }
  }
}
