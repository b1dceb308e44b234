import TestSupport

/// Random draws of one seed, in the words the simulator needs.
struct Dice: Sendable {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Dice of its own for one part of a history, so that a change there leaves the other parts as they are.
  mutating func split() -> Dice { Dice(seed: generator.next()) }

  /// Whether something of this probability happens.
  mutating func chance(_ probability: Double) -> Bool {
    Double(generator.next() >> 11) / Double(1 << 53) < probability
  }

  /// A whole number of the range, ends included; a range's upper end below its lower one gives the lower one.
  mutating func number(_ low: Int, _ high: Int) -> Int {
    high <= low ? low : low + Int(generator.next() % UInt64(high - low + 1))
  }

  /// One of the values.
  mutating func one<Value>(of values: [Value]) -> Value { values[number(0, values.count - 1)] }

  /// One of the values, by weight.
  mutating func one<Value>(of values: [(Int, Value)]) -> Value {
    var left = number(0, values.reduce(0) { $0 + $1.0 } - 1)
    for (weight, value) in values {
      if left < weight { return value }
      left -= weight
    }
    return values[values.count - 1].1
  }

  /// An exponential draw by its quantiles (every 5 %, straight between them), so that no platform's logarithm is asked.
  mutating func exponential(mean: Int) -> Int {
    let position = number(0, 19_999)
    let index = position / 1_000
    let part = position % 1_000
    return mean * (Dice.quantiles[index] * (1_000 - part) + Dice.quantiles[index + 1] * part) / 1_000_000
  }

  /// Thousandths of the mean.
  private static let quantiles = [
    0, 51, 105, 163, 223, 288, 357, 431, 511, 598, 693, 799, 916, 1_050, 1_204, 1_386, 1_609, 1_897, 2_303, 2_996,
    4_500,
  ]
}
