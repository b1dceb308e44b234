/// An integer of any length, in limbs of nine decimal digits: what is read from and written as decimals needs no conversion.
struct BigInteger: Hashable, Sendable {
  /// Below zero; never set for zero.
  private(set) var isNegative: Bool
  /// Nine digits each, the least significant first, without leading zeros; empty for zero.
  private(set) var limbs: [UInt32]

  private static let base: UInt64 = 1_000_000_000

  init(_ value: Int) {
    isNegative = value < 0
    limbs = []
    var rest = UInt64(value.magnitude)
    while rest > 0 {
      limbs.append(UInt32(rest % Self.base))
      rest /= Self.base
    }
  }

  /// Decimal digits without a sign, most significant first; the caller has checked that they are digits.
  init(digits: some BidirectionalCollection<UInt8>, isNegative: Bool = false) {
    limbs = []
    var end = digits.endIndex
    while end > digits.startIndex {
      let start = digits.index(end, offsetBy: -9, limitedBy: digits.startIndex) ?? digits.startIndex
      limbs.append(digits[start..<end].reduce(0) { $0 * 10 + UInt32($1 - 0x30) })
      end = start
    }
    self.isNegative = isNegative
    trim()
  }

  private init(limbs: [UInt32], isNegative: Bool) {
    self.limbs = limbs
    self.isNegative = isNegative
    trim()
  }

  static let zero = BigInteger(0)
  static let one = BigInteger(1)

  /// Ten to a power that is not negative.
  static func powerOfTen(_ exponent: Int) -> Self {
    var limbs = [UInt32](repeating: 0, count: exponent / 9)
    limbs.append((0..<exponent % 9).reduce(1) { power, _ in power * 10 })
    return Self(limbs: limbs, isNegative: false)
  }

  var isZero: Bool { limbs.isEmpty }
  var magnitude: Self { Self(limbs: limbs, isNegative: false) }

  /// How many decimal digits the magnitude has; 0 for zero.
  var digitCount: Int {
    guard let last = limbs.last else { return 0 }
    var count = (limbs.count - 1) * 9
    var rest = last
    while rest > 0 {
      count += 1
      rest /= 10
    }
    return count
  }

  /// The magnitude in decimal digits; `0` for zero.
  var digits: String {
    guard let last = limbs.last else { return "0" }
    return limbs.dropLast().reversed().reduce(into: "\(last)") { text, limb in
      let part = "\(limb)"
      text += String(repeating: "0", count: 9 - part.utf8.count) + part
    }
  }

  /// How many zeros the decimal digits end with; 0 for zero.
  var trailingZeros: Int {
    guard let place = limbs.firstIndex(where: { $0 != 0 }) else { return 0 }
    var count = place * 9
    var limb = limbs[place]
    while limb % 10 == 0 {
      count += 1
      limb /= 10
    }
    return count
  }

  /// The value where it fits an `Int`; nil where it does not.
  var small: Int? { Int((isNegative ? "-" : "") + digits) }

  private mutating func trim() {
    while limbs.last == 0 { limbs.removeLast() }
    if limbs.isEmpty { isNegative = false }
  }
}

extension BigInteger: Comparable {
  static func < (left: Self, right: Self) -> Bool {
    guard left.isNegative == right.isNegative else { return left.isNegative }
    let order = compareLimbs(left.limbs, right.limbs)
    return left.isNegative ? order > 0 : order < 0
  }

  private static func compareLimbs(_ left: [UInt32], _ right: [UInt32]) -> Int {
    guard left.count == right.count else { return left.count < right.count ? -1 : 1 }
    for place in left.indices.reversed() where left[place] != right[place] {
      return left[place] < right[place] ? -1 : 1
    }
    return 0
  }

  static prefix func - (value: Self) -> Self { Self(limbs: value.limbs, isNegative: !value.isNegative) }

  static func - (left: Self, right: Self) -> Self { left + -right }

  static func + (left: Self, right: Self) -> Self {
    if left.isNegative == right.isNegative {
      return Self(limbs: sum(left.limbs, right.limbs), isNegative: left.isNegative)
    }
    return compareLimbs(left.limbs, right.limbs) >= 0
      ? Self(limbs: difference(left.limbs, right.limbs), isNegative: left.isNegative)
      : Self(limbs: difference(right.limbs, left.limbs), isNegative: right.isNegative)
  }

  private static func sum(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
    var result: [UInt32] = []
    var carry: UInt32 = 0
    for place in 0..<max(left.count, right.count) {
      let sum = (place < left.count ? left[place] : 0) + (place < right.count ? right[place] : 0) + carry
      carry = sum >= UInt32(base) ? 1 : 0
      result.append(carry == 1 ? sum - UInt32(base) : sum)
    }
    if carry > 0 { result.append(carry) }
    return result
  }

  /// The larger minus the smaller.
  private static func difference(_ larger: [UInt32], _ smaller: [UInt32]) -> [UInt32] {
    var result = larger
    var borrow: UInt32 = 0
    for place in larger.indices {
      let taken = (place < smaller.count ? smaller[place] : 0) + borrow
      borrow = larger[place] < taken ? 1 : 0
      result[place] = larger[place] + borrow * UInt32(base) - taken
    }
    return result
  }

  static func * (left: Self, right: Self) -> Self {
    guard !left.isZero, !right.isZero else { return .zero }
    var result = [UInt32](repeating: 0, count: left.limbs.count + right.limbs.count)
    for (place, limb) in left.limbs.enumerated() {
      var carry: UInt64 = 0
      for (other, factor) in right.limbs.enumerated() {
        let product = UInt64(limb) * UInt64(factor) + UInt64(result[place + other]) + carry
        result[place + other] = UInt32(product % base)
        carry = product / base
      }
      result[place + right.limbs.count] = UInt32(carry)
    }
    return Self(limbs: result, isNegative: left.isNegative != right.isNegative)
  }
}

extension BigInteger {
  /// The quotient rounded down and the remainder, which has the divisor's sign; the divisor is above zero.
  func divided(by divisor: Self) -> (quotient: Self, remainder: Self) {
    let (quotient, remainder) = Self.divide(limbs, divisor.limbs)
    let truncated = Self(limbs: quotient, isNegative: isNegative)
    let rest = Self(limbs: remainder, isNegative: isNegative)
    return rest.isNegative ? (truncated - .one, rest + divisor) : (truncated, rest)
  }

  /// The greatest common divisor of the magnitudes.
  func commonDivisor(with other: Self) -> Self {
    var (left, right) = (magnitude, other.magnitude)
    while !right.isZero { (left, right) = (right, left.divided(by: right).remainder) }
    return left
  }

  /// The least common multiple of two integers above zero.
  func commonMultiple(with other: Self) -> Self { divided(by: commonDivisor(with: other)).quotient * other }

  /// Knuth's algorithm D in base 10⁹: quotient and remainder of magnitudes, the divisor not zero.
  private static func divide(_ dividend: [UInt32], _ divisor: [UInt32]) -> ([UInt32], [UInt32]) {
    guard compareLimbs(dividend, divisor) >= 0 else { return ([], dividend) }
    guard divisor.count > 1 else {
      var quotient = dividend
      var rest: UInt64 = 0
      for place in dividend.indices.reversed() {
        let value = rest * base + UInt64(dividend[place])
        quotient[place] = UInt32(value / UInt64(divisor[0]))
        rest = value % UInt64(divisor[0])
      }
      return (quotient, [UInt32(rest)])
    }
    // Scaled so that the divisor's first limb is at least half the base: a guessed digit is then at most two too large.
    let scale = base / (UInt64(divisor[divisor.count - 1]) + 1)
    var rest = scaled(dividend, by: scale) + [0]
    let divisor = trimmed(scaled(divisor, by: scale))
    while rest.count < dividend.count + 1 { rest.append(0) }
    let length = divisor.count
    let (first, second) = (UInt64(divisor[length - 1]), UInt64(divisor[length - 2]))
    var quotient = [UInt32](repeating: 0, count: max(0, rest.count - length))
    for place in (0..<rest.count - length).reversed() {
      let head = UInt64(rest[place + length]) * base + UInt64(rest[place + length - 1])
      var digit = head / first
      var over = head % first
      while digit >= base || digit * second > over * base + UInt64(rest[place + length - 2]) {
        digit -= 1
        over += first
        if over >= base { break }
      }
      var borrow: Int64 = 0
      var carry: UInt64 = 0
      for offset in 0..<length {
        let product = digit * UInt64(divisor[offset]) + carry
        carry = product / base
        let value = Int64(rest[place + offset]) - borrow - Int64(product % base)
        borrow = value < 0 ? 1 : 0
        rest[place + offset] = UInt32(value + borrow * Int64(base))
      }
      let last = Int64(rest[place + length]) - borrow - Int64(carry)
      if last < 0 {
        // The guess was one too large: the divisor is added back, and its carry cancels the borrow.
        digit -= 1
        var carry: UInt64 = 0
        for offset in 0..<length {
          let value = UInt64(rest[place + offset]) + UInt64(divisor[offset]) + carry
          rest[place + offset] = UInt32(value % base)
          carry = value / base
        }
        rest[place + length] = UInt32(last + Int64(carry))
      } else {
        rest[place + length] = UInt32(last)
      }
      quotient[place] = UInt32(digit)
    }
    return (quotient, divide(trimmed(rest), [UInt32(scale)]).0)
  }

  private static func scaled(_ limbs: [UInt32], by factor: UInt64) -> [UInt32] {
    var carry: UInt64 = 0
    var result = limbs.map { limb in
      let product = UInt64(limb) * factor + carry
      carry = product / base
      return UInt32(product % base)
    }
    if carry > 0 { result.append(UInt32(carry)) }
    return result
  }

  private static func trimmed(_ limbs: [UInt32]) -> [UInt32] {
    var limbs = limbs
    while limbs.last == 0 { limbs.removeLast() }
    return limbs
  }
}
