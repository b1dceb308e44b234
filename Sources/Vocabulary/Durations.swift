extension Duration {
  /// Whole nanoseconds, saturating at the ends of `Int64` (292 years).
  package var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (sum, overflowing) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return overflowing ? (seconds < 0 ? .min : .max) : sum
  }

  /// Seconds, rounded to the millisecond.
  package var seconds: Double { (Double(nanoseconds) / 1_000_000).rounded() / 1_000 }

  /// A duration from seconds; the ends of the range are 292 years.
  package init(seconds: Double) {
    let nanoseconds = seconds * 1_000_000_000
    self = .nanoseconds(
      nanoseconds >= Double(Int64.max) ? .max : nanoseconds <= Double(Int64.min) ? .min : Int64(nanoseconds.rounded()))
  }

  /// Reads `1h30m`, `5s`, `1.5s`, `250ms`, `1d`; nil for anything else, a bare number included.
  ///
  /// Units come in falling order, each once; only the last amount may have a fraction; its digits past the ninth are cut.
  package init?(text: some StringProtocol) {
    var scanner = DigitScanner(text.utf8)
    var total: Int64 = 0
    var index = 0
    let units: [(name: String, nanoseconds: Int64)] = [
      ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
      ("ms", 1_000_000),
    ]
    guard !scanner.isAtEnd else { return nil }
    while !scanner.isAtEnd {
      guard var amount = scanner.digit() else { return nil }
      while let next = scanner.digit() {
        guard amount < 1_000_000_000_000 else { return nil }
        amount = amount * 10 + next
      }
      let hasFraction = scanner.rest.first == UInt8(ascii: ".")
      guard let fraction = hasFraction ? scanner.fraction() : 0 else { return nil }
      let milliseconds = scanner.rest.starts(with: "ms".utf8)
      let found = units.indices.last {
        milliseconds ? units[$0].name == "ms" : $0 < 4 && scanner.rest.starts(with: units[$0].name.utf8)
      }
      guard let unit = found, unit >= index else { return nil }
      index = unit + 1
      scanner.rest = scanner.rest.dropFirst(units[unit].name.utf8.count)
      guard !hasFraction || scanner.isAtEnd else { return nil }
      let (product, overflow) = amount.multipliedReportingOverflow(by: units[unit].nanoseconds)
      let part = Int64(Int128(units[unit].nanoseconds) * Int128(fraction) / 1_000_000_000)
      let (sum, overflowing) = total.addingReportingOverflow(product)
      let (whole, overflowed) = sum.addingReportingOverflow(part)
      guard !overflow, !overflowing, !overflowed else { return nil }
      total = whole
    }
    self = .nanoseconds(total)
  }

  /// `1h30m`, `5s`, `1.5s`, `250ms`: the shortest text for people; below ten seconds with a tenth, above with whole seconds.
  package var text: String {
    let nanoseconds = self.nanoseconds
    guard nanoseconds >= 0 else { return nanoseconds == .min ? "-292y" : "-" + Duration.nanoseconds(-nanoseconds).text }
    if nanoseconds == 0 { return "0s" }
    if nanoseconds < 999_500_000 { return "\((nanoseconds + 500_000) / 1_000_000)ms" }
    if nanoseconds < 10_000_000_000 {
      let tenths = (nanoseconds + 50_000_000) / 100_000_000
      return tenths % 10 == 0 ? "\(tenths / 10)s" : "\(tenths / 10).\(tenths % 10)s"
    }
    let seconds = (nanoseconds + 500_000_000) / 1_000_000_000
    let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
    return parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
  }
}
