import CommandLine
import Vocabulary

extension ValueKind where Value == Int {
  /// A size in bytes: `25MiB`, `1.5GB`, `4096`.
  static var size: Self {
    ValueKind<Int>("SIZE", sample: 1 << 20, write: { "\($0)" }) { (text, _) throws(ValueProblem) in
      let units: [(String, Double)] = [
        ("kib", 1_024), ("mib", 1_048_576), ("gib", 1_073_741_824), ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("k", 1_024),
        ("m", 1_048_576), ("g", 1_073_741_824), ("b", 1), ("", 1),
      ]
      let lower = text.lowercased()
      for (unit, factor) in units where lower.hasSuffix(unit) {
        let digits = lower.dropLast(unit.count)
        guard digits.first?.isNumber == true, let number = Double(digits), number * factor >= 1, number * factor < 1e18
        else { continue }
        return Int(number * factor)
      }
      throw ValueProblem("is not a size", remedy: "a size is like 25MiB, 1.5GB or 4096")
    }
  }
}
