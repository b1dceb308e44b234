import Documents

// What is left of a branch for objects: which names there must and must not be, what members are by name, and how many.

/// What is asked of an object.
private struct ObjectWish {
  var least = 0
  var most = Int.max
  var required: Set<ExactText>
  var missing: Set<ExactText> = []
  var rules: [MemberRule] = []
  /// What every name is.
  var names: [Formula] = []
  /// Of each of these some member must break what it asks.
  var broken: [Breach] = []

  /// What some member must break: a rule of members, or one of names.
  enum Breach {
    case member(MemberRule)
    case name(Formula)
  }

  init(_ branch: Branch) {
    required = branch.required
    for (atom, holds) in branch.literals {
      switch (atom, holds) {
      case (.minProperties(let count), true): least = max(least, count)
      case (.minProperties(let count), false): most = min(most, count - 1)
      case (.maxProperties(let count), true): most = min(most, count)
      case (.maxProperties(let count), false): least = max(least, count + 1)
      case (.required(let names), false): missing.formUnion(names)
      case (.members(let rule), let holds): if holds { rules.append(rule) } else { broken.append(.member(rule)) }
      case (.propertyNames(let formula), let holds):
        if holds { names.append(formula) } else { broken.append(.name(formula)) }
      default: break
      }
    }
  }

  /// Every name that the wish speaks of.
  var known: Set<ExactText> {
    var all = required.union(missing)
    for rule in rules { all.formUnion(rule.named.keys) }
    for case .member(let rule) in broken { all.formUnion(rule.named.keys) }
    return all
  }

  /// The patterns that tell names apart which the wish does not speak of.
  var patterns: [ExactText] {
    var all = Set(rules.flatMap { Array($0.patterns.keys) })
    for case .member(let rule) in broken { all.formUnion(rule.patterns.keys) }
    return all.sorted()
  }
}

/// A member that an object may have.
private struct Candidate {
  let name: ExactText
  let goal: [Formula]
  /// Whether other names would do as well, so that several such members are possible.
  let isAnyName: Bool
}

/// Names that the wish does not speak of, and that the same patterns match.
private struct NameCell {
  let name: ExactText
  let matching: Set<ExactText>
  let others: [Formula]
}

extension ValueSearch {
  func object(_ branch: Branch) -> Outcome {
    var wish = ObjectWish(branch)
    guard wish.least <= wish.most, wish.required.count <= wish.most, wish.required.isDisjoint(with: wish.missing) else {
      return .none
    }
    wish.least = max(wish.least, wish.required.count)
    var why: Set<Int> = []
    let known = wish.known.subtracting(wish.missing)
    guard spend(known.count / 4 + 1) else { return .open([tooMuch]) }

    // What must be broken comes first: where it cannot be, nothing else matters.
    var choices: [[Candidate]] = []
    var cells: [NameCell]?
    for breach in wish.broken {
      var candidates: [Candidate] = []
      for name in known.sorted() {
        guard spend() else { return .open([tooMuch]) }
        switch breaching(breach, name, wish) {
        case .none: continue
        case .open(let reasons): why.formUnion(reasons)
        case .goal(let goal): candidates.append(Candidate(name: name, goal: goal, isAnyName: false))
        }
      }
      if canBreakElsewhere(breach) {
        switch cells.map({ ($0, []) }) ?? nameCells(wish, known: wish.known) {
        case (let found, let reasons):
          cells = found
          why.formUnion(reasons)
        }
        for cell in cells ?? [] {
          switch breaching(breach, cell, wish) {
          case .none: continue
          case .open(let reasons): why.formUnion(reasons)
          case .goal(let goal): candidates.append(Candidate(name: cell.name, goal: goal, isAnyName: true))
          }
        }
        if case .name(let formula) = breach {
          switch refusedName(formula, wish) {
          case .none: break
          case .open(let reasons): why.formUnion(reasons)
          case .found(let candidate): candidates.append(candidate)
          }
        }
      }
      if candidates.isEmpty { return why.isEmpty ? .none : .open(why) }
      choices.append(candidates)
    }

    var members: [ExactText: [Formula]] = [:]
    for name in wish.required {
      switch goal(of: name, wish) {
      case .none: return .none
      case .open(let reasons): why.formUnion(reasons)
      case .goal(let goal):
        members[name] = goal
        switch solve(goal) {
        case .none: return .none
        case .open(let reasons): why.formUnion(reasons)
        case .found: break
        }
      }
    }
    // A member of unknown worth is in the way of a value, and of a proof.
    if members.count < wish.required.count { return .open(why) }

    var assignment = Assignment(choices: choices.sorted { $0.count < $1.count }, most: wish.most)
    switch assign(&assignment, members, 0) {
    case .none: return why.isEmpty ? .none : .open(why)
    case .open(let reasons): return .open(why.union(reasons))
    case .found: break
    }
    return complete(assignment.members, wish, known: known, cells: cells, why: why)
  }

  // MARK: Single members

  private enum MemberGoal {
    case none
    case open(Set<Int>)
    case goal([Formula])
  }

  private enum NamedMember {
    case none
    case open(Set<Int>)
    case found(Candidate)
  }

  /// What a member of a name must be; none where the name itself is refused.
  private func goal(of name: ExactText, _ wish: ObjectWish) -> MemberGoal {
    evaluationReasons = []
    switch holds(wish.names, for: .string(name)) {
    case false?: return .none
    case nil: return .open(evaluationReasons)
    case true?: break
    }
    var goal: Set<Formula> = []
    for rule in wish.rules {
      guard let formulas = formulas(rule, name) else { return .open(evaluationReasons) }
      goal.formUnion(formulas)
    }
    return .goal(goal.sorted())
  }

  /// What a member of a name must be so that it breaks a rule.
  private func breaching(_ breach: ObjectWish.Breach, _ name: ExactText, _ wish: ObjectWish) -> MemberGoal {
    let base: [Formula]
    switch goal(of: name, wish) {
    case .none: return .none
    case .open(let reasons): return .open(reasons)
    case .goal(let goal): base = goal
    }
    switch breach {
    case .name(let formula):
      evaluationReasons = []
      switch holds([formula], for: .string(name)) {
      case true?: return .none
      case nil: return .open(evaluationReasons)
      case false?: return tried(base)
      }
    case .member(let rule):
      guard let formulas = formulas(rule, name) else { return .open(evaluationReasons) }
      return tried(base, breaking: formulas)
    }
  }

  private func breaching(_ breach: ObjectWish.Breach, _ cell: NameCell, _ wish: ObjectWish) -> MemberGoal {
    guard case .member(let rule) = breach else { return .none }
    let matched = rule.patterns.filter { cell.matching.contains($0.key) }.map(\.value)
    return tried(cell.others, breaking: matched.isEmpty ? [rule.rest] : matched)
  }

  private func tried(_ base: [Formula], breaking formulas: [Formula] = []) -> MemberGoal {
    // What is asked anyway cannot be broken.
    if !formulas.isEmpty, formulas.allSatisfy({ $0 == .always || base.contains($0) }) { return .none }
    let goal = formulas.isEmpty ? base : base + [!pool.all(formulas)]
    switch solve(goal) {
    case .none: return .none
    case .open(let reasons): return .open(reasons)
    case .found: return .goal(goal)
    }
  }

  private func canBreakElsewhere(_ breach: ObjectWish.Breach) -> Bool {
    switch breach {
    case .name: true
    case .member(let rule): rule.rest != .always || rule.patterns.contains { $0.value != .always }
    }
  }

  /// A name that no rule speaks of and that a formula of names refuses.
  private func refusedName(_ formula: Formula, _ wish: ObjectWish) -> NamedMember {
    let unknown = pool.atom(.among(Set(wish.known.map { .string($0) })))
    var why: Set<Int> = []
    for (matching, others) in signs(wish) {
      let member: [Formula] = others
      switch solve(member) {
      case .none: continue
      case .open(let reasons):
        why.formUnion(reasons)
        continue
      case .found: break
      }
      let goal =
        wish.names + [pool.atom(.kind(.string)), !formula] + (wish.known.isEmpty ? [] : [!unknown])
        + wish.patterns.map { matching.contains($0) ? pool.atom(.pattern($0)) : !pool.atom(.pattern($0)) }
      switch solve(goal) {
      case .none: continue
      case .open(let reasons): why.formUnion(reasons)
      case .found(.string(let name)): return .found(Candidate(name: name, goal: member, isAnyName: true))
      case .found: continue
      }
    }
    if wish.patterns.count > Self.mostPatterns { why.insert(tooMuch) }
    return why.isEmpty ? .none : .open(why)
  }

  // MARK: Names that no rule speaks of

  private static let mostPatterns = 6

  /// Which patterns match, in every combination, and what the wish's rules ask of such members.
  private func signs(_ wish: ObjectWish) -> [(matching: Set<ExactText>, others: [Formula])] {
    let patterns = wish.patterns.prefix(Self.mostPatterns)
    return (0..<1 << patterns.count).map { bits in
      let matching = Set(patterns.enumerated().compactMap { bits >> $0.offset & 1 == 1 ? $0.element : nil })
      let goal = wish.rules.flatMap { rule in
        let matched = rule.patterns.filter { matching.contains($0.key) }.map(\.value)
        return matched.isEmpty ? [rule.rest] : matched
      }
      return (matching, Set(goal).sorted())
    }
  }

  /// A name for each combination of patterns that a name can match and a member can have.
  private func nameCells(_ wish: ObjectWish, known: Set<ExactText>) -> (cells: [NameCell], why: Set<Int>) {
    var cells: [NameCell] = []
    var why: Set<Int> = wish.patterns.count > Self.mostPatterns ? [tooMuch] : []
    let named = known.isEmpty ? [] : [!pool.atom(.among(Set(known.map { .string($0) })))]
    for (matching, others) in signs(wish) {
      if pool.all(others) == .never { continue }
      let goal =
        named + wish.names + [pool.atom(.kind(.string))]
        + wish.patterns.map { matching.contains($0) ? pool.atom(.pattern($0)) : !pool.atom(.pattern($0)) }
      switch solve(goal) {
      case .found(.string(let name)): cells.append(NameCell(name: name, matching: matching, others: others))
      case .open(let reasons): why.formUnion(reasons)
      case .none, .found: continue
      }
    }
    return (cells, why)
  }

  // MARK: All members together

  private struct Assignment {
    let choices: [[Candidate]]
    let most: Int
    var members: [ExactText: [Formula]] = [:]
    var tries = 0
    var why: Set<Int> = []
    var isComplete = true
  }

  /// Chooses for every rule that must be broken the member that breaks it.
  private func assign(
    _ state: inout Assignment, _ members: [ExactText: [Formula]], _ place: Int, hasAnyName: Bool = false
  ) -> Outcome {
    guard place < state.choices.count else {
      state.members = members
      return .found(.null)
    }
    for candidate in state.choices[place] {
      state.tries += 1
      guard state.tries < 300, spend() else { return .open([tooMuch]) }
      var next = members
      let goal = Set((next[candidate.name] ?? []) + candidate.goal).sorted()
      next[candidate.name] = goal
      guard next.count <= state.most else {
        // With the first name of no importance one member more is one too many, whatever its name.
        if candidate.isAnyName, hasAnyName { state.why.insert(notFound) }
        continue
      }
      switch solve(goal) {
      case .none:
        // Another name of the same sort might have done.
        if candidate.isAnyName { state.why.insert(notFound) }
        continue
      case .open(let reasons): state.why.formUnion(reasons)
      case .found:
        let outcome = assign(&state, next, place + 1, hasAnyName: hasAnyName || candidate.isAnyName)
        if case .none = outcome { continue }
        return outcome
      }
    }
    return state.why.isEmpty ? .none : .open(state.why)
  }

  /// Adds members until there are enough, and gives each its value.
  private func complete(
    _ chosen: [ExactText: [Formula]], _ wish: ObjectWish, known: Set<ExactText>, cells: [NameCell]?, why: Set<Int>
  ) -> Outcome {
    var members = chosen
    var why = why
    guard wish.least <= 10_000, spend(wish.least) else { return .open([tooMuch]) }
    if members.count < wish.least {
      for name in known.sorted() where members[name] == nil && members.count < wish.least {
        switch goal(of: name, wish) {
        case .none: continue
        case .open(let reasons): why.formUnion(reasons)
        case .goal(let goal):
          switch solve(goal) {
          case .none: continue
          case .open(let reasons): why.formUnion(reasons)
          case .found: members[name] = goal
          }
        }
      }
    }
    if members.count < wish.least {
      let (cells, reasons) = nameCells(wish, known: wish.known)
      why.formUnion(reasons)
      for cell in cells where members.count < wish.least {
        switch solve(cell.others) {
        case .none: continue
        case .open(let reasons): why.formUnion(reasons)
        case .found:
          while members.count < wish.least {
            let taken = pool.atom(.among(Set(wish.known.union(members.keys).map { .string($0) })))
            let patterns = wish.patterns.map {
              cell.matching.contains($0) ? pool.atom(.pattern($0)) : !pool.atom(.pattern($0))
            }
            let outcome = solve(wish.names + [pool.atom(.kind(.string)), !taken] + patterns)
            if case .open(let reasons) = outcome { why.formUnion(reasons) }
            guard case .string(let name)? = outcome.value else { break }
            members[name] = cell.others
          }
        }
      }
      // Every name that can be there is there; the chosen ones do not change how many that are.
      if members.count < wish.least { return why.isEmpty ? .none : .open(why) }
    }
    var values: [ExactText: JSONValue] = [:]
    for (name, goal) in members {
      switch solve(goal) {
      case .found(let value): values[name] = value
      case .none: return .open(why.union([notFound]))
      case .open(let reasons): return .open(why.union(reasons))
      }
    }
    return .found(.object(values))
  }
}
