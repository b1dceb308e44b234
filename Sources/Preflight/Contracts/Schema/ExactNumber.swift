/// A decimal number as JSON writes it, exactly.
package struct ExactNumber: Sendable {
  /// The digits, without zeros at their end, and the sign.
  let coefficient: BigInteger
  /// The power of ten that the coefficient is multiplied by; 0 for zero.
  let exponent: Int
  /// Written without fraction and exponent: what draft-04 calls an integer. Two numbers that differ only here are equal.
  let isWrittenAsInteger: Bool

  /// The longest number that is computed with, in digits; longer ones leave a comparison undecided.
  static let longest = 4_096

  /// A number by its parts.
  init(_ coefficient: BigInteger, exponent: Int = 0, isWrittenAsInteger: Bool? = nil) {
    let zeros = coefficient.trailingZeros
    self.coefficient = zeros == 0 ? coefficient : coefficient.divided(by: .powerOfTen(zeros)).quotient
    self.exponent = coefficient.isZero ? 0 : exponent + zeros
    self.isWrittenAsInteger = isWrittenAsInteger ?? (self.exponent >= 0)
  }

  /// An integer.
  package init(_ value: Int) { self.init(BigInteger(value)) }

  /// The number that JSON's grammar reads from a text; nil for any other text and for what is longer than 4,096 digits or has
  /// an exponent beyond ±100,000.
  package init?(_ text: String) {
    var rest = Substring(text).utf8
    guard rest.count <= Self.longest + 16 else { return nil }
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest.removeFirst() }
    let whole = rest.prefix { (0x30...0x39).contains($0) }
    rest.removeFirst(whole.count)
    var digits = Array(whole)
    var exponent = 0
    var isInteger = true
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      let fraction = rest.prefix { (0x30...0x39).contains($0) }
      rest.removeFirst(fraction.count)
      guard !fraction.isEmpty else { return nil }
      digits += fraction
      exponent = -fraction.count
      isInteger = false
    }
    if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
      guard let power = Int(Substring(rest.dropFirst())), power.magnitude <= 100_000 else { return nil }
      rest = Substring().utf8
      exponent += power
      isInteger = false
    }
    guard rest.isEmpty, !whole.isEmpty else { return nil }
    self.init(BigInteger(digits: digits, isNegative: isNegative), exponent: exponent, isWrittenAsInteger: isInteger)
  }

  /// Whether it has no fraction, however it is written.
  var isIntegral: Bool { exponent >= 0 }

  /// Whether it is a whole multiple of a number above zero.
  func isMultiple(of divisor: Self) -> Bool {
    if coefficient.isZero { return true }
    // The coefficient does not end with 0, so nothing that is a multiple of ten divides it.
    guard exponent >= divisor.exponent else { return false }
    let modulus = divisor.coefficient
    var power = BigInteger(10).divided(by: modulus).remainder
    var result = coefficient.magnitude.divided(by: modulus).remainder
    var rest = exponent - divisor.exponent
    while rest > 0 {
      if rest & 1 == 1 { result = (result * power).divided(by: modulus).remainder }
      power = (power * power).divided(by: modulus).remainder
      rest >>= 1
    }
    return result.isZero
  }

  /// The integer that this is in units of ten to a power that is not above `exponent`.
  func scaled(to power: Int) -> BigInteger {
    coefficient.isZero ? coefficient : coefficient * .powerOfTen(exponent - power)
  }

  /// Shortest plain text for numbers of usual length, `1e400` for others.
  package var text: String {
    let sign = coefficient.isNegative ? "-" : ""
    let digits = coefficient.digits
    if exponent >= 0, exponent + digits.utf8.count <= 40 || isWrittenAsInteger {
      return sign + digits + String(repeating: "0", count: exponent) + (isWrittenAsInteger ? "" : ".0")
    }
    guard exponent < 0, -exponent <= 40 else { return "\(sign)\(digits)e\(exponent)" }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.utf8.count)) + digits
    return sign + padded.dropLast(-exponent) + "." + padded.suffix(-exponent)
  }
}

extension ExactNumber: Hashable, Comparable {
  package static func == (left: Self, right: Self) -> Bool {
    left.coefficient == right.coefficient && left.exponent == right.exponent
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(coefficient)
    hasher.combine(exponent)
  }

  package static func < (left: Self, right: Self) -> Bool {
    let (leftNegative, rightNegative) = (left.coefficient.isNegative, right.coefficient.isNegative)
    guard leftNegative == rightNegative else { return leftNegative }
    if left.coefficient.isZero { return !right.coefficient.isZero }
    if right.coefficient.isZero { return false }
    let size = left.coefficient.digitCount + left.exponent
    let otherSize = right.coefficient.digitCount + right.exponent
    guard size == otherSize else { return leftNegative ? size > otherSize : size < otherSize }
    let power = min(left.exponent, right.exponent)
    return left.scaled(to: power) < right.scaled(to: power)
  }
}
