import Documents

// What is left of a branch for arrays: lengths, what elements are by position, how many are such and such, and repetition.

/// What is asked of an array.
private struct ArrayWish {
  var least = 0
  var most = Int.max
  var rules: [ItemRule] = []
  /// Of each rule some element must break what it asks.
  var broken: [ItemRule] = []
  var containing: [(formula: Formula, count: Int)] = []
  var limiting: [(formula: Formula, count: Int)] = []
  var isUnique = false
  var isRepeating = false

  init(_ branch: Branch) {
    for (atom, holds) in branch.literals {
      switch (atom, holds) {
      case (.minItems(let count), true): least = max(least, count)
      case (.minItems(let count), false): most = min(most, count - 1)
      case (.maxItems(let count), true): most = min(most, count)
      case (.maxItems(let count), false): least = max(least, count + 1)
      case (.items(let rule), true): rules.append(rule)
      case (.items(let rule), false): broken.append(rule)
      case (.containsAtLeast(let formula, let count), true), (.containsAtMost(let formula, let count), false):
        containing.append((formula, holds ? count : count + 1))
      case (.containsAtMost(let formula, let count), true), (.containsAtLeast(let formula, let count), false):
        let count = holds ? count : count - 1
        if count == 0 {
          rules.append(ItemRule(prefix: [], rest: !formula))
        } else {
          limiting.append((formula, count))
        }
      case (.uniqueItems, let holds): if holds { isUnique = true } else { isRepeating = true }
      default: break
      }
    }
  }

  /// The positions that differ from all later ones.
  var prefix: Int { (rules + broken).map(\.prefix.count).max() ?? 0 }

  func goal(at position: Int) -> [Formula] { rules.map { $0.formula(at: position) } }
}

extension ValueSearch {
  func array(_ branch: Branch) -> Outcome {
    var wish = ArrayWish(branch)
    guard wish.least <= wish.most else { return .none }
    let prefix = wish.prefix
    guard spend(prefix) else { return .open([tooMuch]) }
    var why: Set<Int> = []

    // Each rule that must be broken, at each place where it can be; the places after the prefix are all alike.
    var breaking: [[(position: Int, goal: [Formula])]] = []
    for rule in wish.broken {
      var places: [(Int, [Formula])] = []
      for position in 0...max(prefix, rule.prefix.count) where position < wish.most {
        let goal = wish.goal(at: position) + [!rule.formula(at: position)]
        switch solve(goal) {
        case .none: continue
        case .open(let reasons): why.formUnion(reasons)
        case .found: places.append((position, goal))
        }
      }
      if places.isEmpty { return why.isEmpty ? .none : .open(why) }
      breaking.append(places)
    }

    // The first position that no value fits ends every array.
    var values: [JSONValue] = []
    var fits = prefix
    for position in 0...prefix where position < wish.most {
      switch solve(wish.goal(at: position)) {
      case .none:
        wish.most = position
        fits = position
      case .open(let reasons):
        return position < wish.least || !breaking.isEmpty || !wish.containing.isEmpty
          ? .open(why.union(reasons)) : listing(wish, breaking: [], values: values, why: why.union(reasons))
      case .found(let value): values.append(value)
      }
    }
    guard wish.least <= wish.most else { return .none }
    for (place, places) in breaking.enumerated() {
      breaking[place] = places.filter { $0.position < wish.most }
      if breaking[place].isEmpty { return why.isEmpty ? .none : .open(why) }
    }
    for (formula, count) in wish.containing {
      if let outcome = tooFew(formula, count, wish, prefix: min(prefix, fits)) { return outcome }
    }
    if wish.isUnique, let outcome = tooAlike(wish, prefix: prefix) { return outcome }
    if wish.isRepeating { return repeating(wish, prefix: prefix, breaking: breaking, values: values, why: why) }
    return listing(wish, breaking: breaking, values: values, why: why)
  }

  /// Whether fewer elements than needed can be such; nil when enough may be.
  private func tooFew(_ formula: Formula, _ count: Int, _ wish: ArrayWish, prefix: Int) -> Outcome? {
    if count > wish.most { return Outcome.none }
    var places = 0
    for position in 0...prefix where position < wish.most {
      if !solve(wish.goal(at: position) + [formula]).isNone {
        places = position == prefix ? .max : places + 1
      }
    }
    if places < count { return Outcome.none }
    // What must be contained so often may be what must not be.
    for (limited, most) in wish.limiting where most < count {
      let isAlways = (0...prefix).allSatisfy { position in
        position >= wish.most || solve(wish.goal(at: position) + [formula, !limited]).isNone
      }
      if isAlways { return Outcome.none }
    }
    return nil
  }

  /// Whether there are fewer different elements than the array must have; nil when there are enough, or it is not seen.
  private func tooAlike(_ wish: ArrayWish, prefix: Int) -> Outcome? {
    guard prefix == 0, wish.least > 1, wish.least <= 300 else { return nil }
    var values: Set<JSONValue> = []
    while values.count < wish.least {
      let others = values.isEmpty ? [] : [!pool.atom(.among(values))]
      switch solve(wish.goal(at: 0) + others) {
      case .none: return Outcome.none
      case .open: return nil
      case .found(let value): values.insert(value)
      }
    }
    return nil
  }

  /// An array with two equal elements.
  private func repeating(
    _ wish: ArrayWish, prefix: Int, breaking: [[(position: Int, goal: [Formula])]], values: [JSONValue], why: Set<Int>
  ) -> Outcome {
    var why = why
    guard !wish.isUnique, wish.most > 1 else { return .none }
    // Two elements after the prefix are alike most easily.
    var pairs: [(Int, Int)] = [(prefix, prefix + 1)]
    for one in 0..<min(prefix, 12) { for other in (one + 1)...min(prefix, 12) { pairs.append((one, other)) } }
    if prefix > 12 { why.insert(tooMuch) }
    for (one, other) in pairs where other < wish.most {
      switch solve(wish.goal(at: one) + wish.goal(at: other)) {
      case .none: continue
      case .open(let reasons): why.formUnion(reasons)
      case .found(let value):
        let outcome = listing(wish, breaking: breaking, values: values, equal: (one, other, value), why: [])
        guard case .open(let reasons) = outcome else { return outcome }
        why.formUnion(reasons)
      }
    }
    return why.isEmpty ? .none : .open(why)
  }

  /// Builds an array of what was found; it is checked by whoever asked for it.
  private func listing(
    _ wish: ArrayWish, breaking: [[(position: Int, goal: [Formula])]], values: [JSONValue],
    equal: (Int, Int, JSONValue)? = nil, why: Set<Int>
  ) -> Outcome {
    let prefix = wish.prefix
    var goals: [Int: [Formula]] = [:]
    var next = prefix
    // Rules are broken at places of their own where there are enough; an element may break several.
    for places in breaking {
      let free = places.first { goals[$0.position] == nil && $0.position < prefix } ?? places.last
      guard let place = free else { continue }
      if place.position >= prefix, next < wish.most {
        goals[next] = place.goal
        next += 1
      } else if let joined = places.first(where: { !solve((goals[$0.position] ?? []) + $0.goal).isNone }) {
        goals[joined.position, default: []] += joined.goal
      }
    }
    for (formula, count) in wish.containing where count <= 10_000 {
      var missing = count - goals.values.count { $0.contains(formula) }
      let limits = wish.limiting.map { !$0.formula }
      var position = 0
      while missing > 0, position < wish.most, position < 20_000 {
        defer { position += 1 }
        guard goals[position] == nil else { continue }
        let goal = wish.goal(at: position) + [formula]
        let modest = goal + limits.filter { $0 != !formula }
        if solve(modest).value != nil {
          goals[position] = modest
        } else if solve(goal).value != nil {
          goals[position] = goal
        } else {
          continue
        }
        missing -= 1
      }
    }
    let length = max(wish.least, (goals.keys.max() ?? -1) + 1, equal.map { $0.1 + 1 } ?? 0)
    guard length <= min(wish.most, 20_000), spend(length) else {
      return .open(why.union([length > 20_000 ? tooMuch : notFound]))
    }
    var elements: [JSONValue] = []
    var used: Set<JSONValue> = []
    for position in 0..<length {
      var choices = [goals[position] ?? wish.goal(at: position)]
      if goals[position] == nil { choices.insert(choices[0] + wish.limiting.map { !$0.formula }, at: 0) }
      if wish.isUnique, !used.isEmpty { choices = choices.map { $0 + [!pool.atom(.among(used))] } }
      var value = equal.flatMap { position == $0.0 || position == $0.1 ? $0.2 : nil }
      for goal in choices where value == nil { value = solve(goal).value }
      guard let value else { return .open(why.union([notFound])) }
      elements.append(value)
      used.insert(value)
    }
    return .found(.array(elements))
  }
}
