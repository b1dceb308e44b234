/// Makes broken inputs from good ones: flips, cuts, repeats, splices and numbers at their limits.
struct Mutator {
  private var state: UInt64

  /// The same seed makes the same inputs.
  init(seed: UInt64) { state = seed }

  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  private mutating func number(below limit: Int) -> Int { limit <= 0 ? 0 : Int(next() % UInt64(limit)) }

  /// One to eight changes of a seed.
  mutating func mutate(_ seeds: [[UInt8]]) -> [UInt8] {
    var bytes = seeds[number(below: seeds.count)]
    for _ in 0...number(below: 8) { change(&bytes, seeds) }
    if bytes.count > 1 << 18 { bytes.removeLast(bytes.count - 1 << 18) }
    return bytes
  }

  private static let pieces: [[UInt8]] =
    [
      "\u{0}", "\"", "'", "{", "[", "}", "]", ":", ",", "\n", "\r\n", " ", "\t", "-", "&a", "*a", "<<", "0x", "1e999",
      "9223372036854775808", "-1", "null", "\\ud800", "\u{FEFF}", "=", ";", "..", "\u{1B}[31m", "\n::error::",
      "##[add-mask]", "\\",
    ].map { Array($0.utf8) } + [
      [0xFF], [0x80], [0xED, 0xA0, 0x80], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ]

  private mutating func change(_ bytes: inout [UInt8], _ seeds: [[UInt8]]) {
    let at = number(below: bytes.count + 1)
    let end = min(bytes.count, at + 1 + number(below: 16))
    switch number(below: 8) {
    case 0 where at < bytes.count: bytes[at] ^= 1 << UInt8(number(below: 8))
    case 1 where at < bytes.count: bytes[at] = UInt8(truncatingIfNeeded: next())
    case 2: bytes.removeSubrange(at..<end)
    case 3: bytes.insert(contentsOf: bytes[at..<end], at: at)
    case 4: bytes.insert(contentsOf: Self.pieces[number(below: Self.pieces.count)], at: at)
    case 5: bytes.removeSubrange(at...)
    case 6:
      let other = seeds[number(below: seeds.count)]
      let from = number(below: other.count + 1)
      bytes.insert(contentsOf: other[from..<min(other.count, from + 64)], at: at)
    default:
      let piece = Self.pieces[number(below: Self.pieces.count)]
      for _ in 0..<number(below: 200) { bytes.insert(contentsOf: piece, at: at) }
    }
  }
}
