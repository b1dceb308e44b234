/// A set of signals, as `/proc/PID/status` writes it: 16 hexadecimal digits, bit n − 1 for signal n.
package struct SignalSet: RawRepresentable, Hashable, Codable, Sendable, CustomStringConvertible {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Reads hexadecimal digits, with or without `0x`; nil when they are none.
  package init?(_ text: some StringProtocol) {
    guard let value = UInt64(text.hasPrefix("0x") ? text.dropFirst(2) : text[...], radix: 16) else { return nil }
    rawValue = value
  }

  /// Whether a signal is in it.
  package func contains(_ signal: Signal) -> Bool {
    (1...64).contains(signal.rawValue) && rawValue & (1 << UInt64(signal.rawValue - 1)) != 0
  }

  package func intersection(_ other: SignalSet) -> SignalSet { SignalSet(rawValue: rawValue & other.rawValue) }

  package var description: String {
    let digits = String(rawValue, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  // Digits: a number of 64 bits is more than most readers of JSON keep.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let set = SignalSet(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no set of signals")
    }
    self = set
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
