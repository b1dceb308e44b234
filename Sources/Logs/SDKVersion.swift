/// A version of livekit-agents for Python: `1.8.9`, `1.6.0rc1`.
package struct SDKVersion: Hashable, Comparable, Sendable {
  /// Major, minor and patch.
  package let numbers: [Int]

  /// Reads a version; what follows the third number (`rc1`, `.dev0`) is not compared. Nil for anything else.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let major = Int(parts[0]), let minor = Int(parts[1]),
      let patch = Int(parts[2].prefix { $0.isASCII && $0.isNumber }), [major, minor, patch].allSatisfy({ $0 >= 0 })
    else { return nil }
    numbers = [major, minor, patch]
  }

  private init(_ major: Int, _ minor: Int, _ patch: Int) { numbers = [major, minor, patch] }

  package static func < (left: SDKVersion, right: SDKVersion) -> Bool {
    left.numbers.lexicographicallyPrecedes(right.numbers)
  }

  /// `drain_timeout` where nobody sets it.
  ///
  /// 3600 s since 1.6.5, 1800 s from 1.0.21, 60 s before (the command line's default of the time).
  package var defaultDrainTimeout: Duration {
    if self >= SDKVersion(1, 6, 5) { return .seconds(3_600) }
    return self >= SDKVersion(1, 0, 21) ? .seconds(1_800) : .seconds(60)
  }
}
