import Documents

// What is left of a branch for texts and numbers: bounds, patterns, multiples, and values that it must not be.

extension ValueSearch {
  /// The values of a branch that are ruled out one by one.
  func excluded(_ branch: Branch) -> Set<JSONValue> {
    branch.literals.reduce(into: []) { values, literal in
      if !literal.holds, case .among(let excluded) = literal.atom { values.formUnion(excluded) }
    }
  }

  func text(_ branch: Branch) -> Outcome {
    var (least, most) = (0, Int.max)
    var matching: [ExactText] = []
    var notMatching: [ExactText] = []
    for (atom, holds) in branch.literals {
      switch (atom, holds) {
      case (.minLength(let count), true): least = max(least, count)
      case (.minLength(let count), false): most = min(most, count - 1)
      case (.maxLength(let count), true): most = min(most, count)
      case (.maxLength(let count), false): least = max(least, count + 1)
      case (.pattern(let pattern), true): matching.append(pattern)
      case (.pattern(let pattern), false): notMatching.append(pattern)
      default: break
      }
    }
    guard least <= most else { return .none }
    let except = excluded(branch).reduce(into: Set<ExactText>()) { texts, value in
      if case .string(let text) = value { texts.insert(text) }
    }
    guard spend(except.count / 8 + (matching.isEmpty && notMatching.isEmpty ? 0 : 50)) else { return .open([tooMuch]) }
    switch patterns.text(matching: matching, notMatching: notMatching, length: least...most, except: except) {
    case .found(let text): return .found(.string(ExactText(text)))
    case .none: return .none
    case .open:
      return .open((matching + notMatching).isEmpty ? [notFound] : Set((matching + notMatching).map(unreadable)))
    }
  }

  func number(_ branch: Branch) -> Outcome {
    var wanted = NumberWish()
    for (atom, holds) in branch.literals {
      switch (atom, holds) {
      case (.minimum(let bound), true): wanted.raise(bound, isStrict: false)
      case (.minimum(let bound), false): wanted.lower(bound, isStrict: true)
      case (.exclusiveMinimum(let bound), true): wanted.raise(bound, isStrict: true)
      case (.exclusiveMinimum(let bound), false): wanted.lower(bound, isStrict: false)
      case (.maximum(let bound), true): wanted.lower(bound, isStrict: false)
      case (.maximum(let bound), false): wanted.raise(bound, isStrict: true)
      case (.exclusiveMaximum(let bound), true): wanted.lower(bound, isStrict: true)
      case (.exclusiveMaximum(let bound), false): wanted.raise(bound, isStrict: false)
      case (.multipleOf(let divisor), true): wanted.multiples.append(divisor)
      case (.multipleOf(let divisor), false): wanted.notMultiples.append(divisor)
      case (.integral, true): wanted.multiples.append(ExactNumber(1))
      case (.integral, false): wanted.notMultiples.append(ExactNumber(1))
      case (.writtenAsInteger, let holds):
        if holds { wanted.multiples.append(ExactNumber(1)) }
        if let before = wanted.isWrittenAsInteger, before != holds { return .none }
        wanted.isWrittenAsInteger = holds
      default: break
      }
    }
    for case .number(let number) in excluded(branch) { wanted.except.insert(number) }
    guard spend(20 + wanted.except.count / 8) else { return .open([tooMuch]) }
    switch wanted.search() {
    case .found(let number): return .found(.number(number))
    case .none: return .none
    case .open: return .open([notFound])
    }
  }
}

/// What is asked of a number.
struct NumberWish {
  /// What the search for a number came to.
  enum Answer {
    case found(ExactNumber)
    case none
    case open
  }

  private var low: (bound: ExactNumber, isStrict: Bool)?
  private var high: (bound: ExactNumber, isStrict: Bool)?
  var multiples: [ExactNumber] = []
  var notMultiples: [ExactNumber] = []
  var except: Set<ExactNumber> = []
  /// Whether it must, or must not, be written without fraction and exponent.
  var isWrittenAsInteger: Bool?

  mutating func raise(_ bound: ExactNumber, isStrict: Bool) {
    if let low, low.bound > bound || low.bound == bound && low.isStrict { return }
    low = (bound, isStrict)
  }

  mutating func lower(_ bound: ExactNumber, isStrict: Bool) {
    if let high, high.bound < bound || high.bound == bound && high.isStrict { return }
    high = (bound, isStrict)
  }

  /// Such a number, simple ones first; or the proof that there is none.
  func search() -> Answer {
    if let low, let high, low.bound > high.bound || low.bound == high.bound && (low.isStrict || high.isStrict) {
      return .none
    }
    // What every number is a multiple of that must be one of all divisors, a divisor that must not be rules out.
    let all = [low?.bound, high?.bound].compactMap(\.self) + multiples + notMultiples
    let finest = all.map(\.exponent).min() ?? 0
    let largest = all.map { $0.exponent + $0.coefficient.digitCount }.max() ?? 0
    guard largest - finest <= ExactNumber.longest else { return .open }
    for number in [0, 1, -1, 2, 10].map({ ExactNumber($0) }) + [low?.bound, high?.bound].compactMap(\.self)
    where isFit(number) { return .found(written(number)) }
    return multiples.isEmpty ? between(finest) : onLattice(finest)
  }

  private func isFit(_ number: ExactNumber) -> Bool {
    if let low, number < low.bound || low.isStrict && number == low.bound { return false }
    if let high, number > high.bound || high.isStrict && number == high.bound { return false }
    return !except.contains(number) && multiples.allSatisfy { number.isMultiple(of: $0) }
      && !notMultiples.contains { number.isMultiple(of: $0) }
  }

  private func written(_ number: ExactNumber) -> ExactNumber {
    ExactNumber(
      number.coefficient, exponent: number.exponent, isWrittenAsInteger: isWrittenAsInteger ?? number.isIntegral)
  }

  /// Numbers that need be no multiple of anything lie everywhere between two bounds.
  private func between(_ finest: Int) -> Answer {
    if let low, let high, low.bound == high.bound { return .none }
    // In units finer than every divisor that must not divide it, a number that does not end with 0 is no multiple of any;
    // and so fine that there are more such units between the bounds than there are exceptions.
    let power = finest - 2 - "\(except.count)".utf8.count
    let tries = 2 * except.count + 20
    var candidate = BigInteger.zero
    if let low {
      candidate = low.bound.scaled(to: power)
    } else if let high {
      candidate = high.bound.scaled(to: power) - BigInteger(tries + 1)
    }
    for _ in 0..<tries {
      candidate = candidate + .one
      let number = ExactNumber(candidate, exponent: power)
      if isFit(number) { return .found(written(number)) }
    }
    return .open
  }

  /// The multiples of the divisors' least common multiple between the bounds.
  private func onLattice(_ finest: Int) -> Answer {
    let divisors = multiples.map { $0.scaled(to: finest) }
    let step = divisors.dropFirst().reduce(divisors[0]) { $0.commonMultiple(with: $1) }
    let forbidden = notMultiples.map { $0.scaled(to: finest) }
    guard step.digitCount <= ExactNumber.longest else { return .open }
    // `count` steps are a multiple of a forbidden divisor when `count` is one of `periods`.
    let periods = forbidden.map { $0.divided(by: $0.commonDivisor(with: step)).quotient }
    if periods.contains(.one) { return .none }

    func first(_ low: (bound: ExactNumber, isStrict: Bool)) -> BigInteger {
      let (quotient, remainder) = low.bound.scaled(to: finest).divided(by: step)
      return remainder.isZero && !low.isStrict ? quotient : quotient + .one
    }
    func last(_ high: (bound: ExactNumber, isStrict: Bool)) -> BigInteger {
      let (quotient, remainder) = high.bound.scaled(to: finest).divided(by: step)
      return remainder.isZero && high.isStrict ? quotient - .one : quotient
    }
    let (from, to) = (low.map(first), high.map(last))
    if let from, let to, from > to { return .none }
    // One step more than a multiple of all periods is a multiple of none.
    let period = periods.reduce(BigInteger.one) { $0.commonMultiple(with: $1) }
    let tries = 1_000 + 2 * except.count
    let isUpwards = from != nil || to == nil
    var count = from ?? to ?? .zero
    for _ in 0..<tries {
      if let to, count > to { return .none }
      if let number = fit(count, step, finest) { return .found(written(number)) }
      count = count + (isUpwards ? .one : -.one)
    }
    if let from, let to, to - from < BigInteger(tries) { return .none }
    count = count.divided(by: period).quotient * period + .one
    for _ in 0...(except.count + 1) {
      count = count + (isUpwards ? period : -period)
      if let to, count > to { break }
      if let number = fit(count, step, finest) { return .found(written(number)) }
    }
    return .open
  }

  private func fit(_ count: BigInteger, _ step: BigInteger, _ power: Int) -> ExactNumber? {
    let number = ExactNumber(count * step, exponent: power)
    return isFit(number) ? number : nil
  }
}
