import Libraries

/// Makes the texts that stand for hidden ones: `redacted-room-k3f9a2bcde`.
///
/// The end is an HMAC-SHA-256 of the hidden text under the bundle's key, of 50 bits in letters and digits: the same text has the
/// same end wherever it stands in a bundle, and nobody without the key can link two bundles or try texts out. Only small
/// letters, digits and hyphens are used, so that JSON, CSV, URLs, Markdown, shells and file names take it as it is.
struct Pseudonyms: Sendable {
  static let beginning = Array("redacted-".utf8)
  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
  static let codeLength = 10
  private static let most = 1 << 16

  private let key: [UInt8]
  private let seed: UInt64
  /// Pseudonyms by the hash of what they stand for.
  private var texts: [UInt64: [UInt8]] = [:]

  init(key: [UInt8]) {
    self.key = key
    seed = Hashing.hmacSHA256(of: Array("seed".utf8), key: key).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Appends what stands for a text of a kind, which is a rule's number and word.
  mutating func append(for text: ArraySlice<UInt8>, rule: Int, kind: String, to output: inout [UInt8]) {
    let hash = Self.finish(hash(of: text) &+ UInt64(rule))
    if let known = texts[hash] {
      output += known
      return
    }
    let pseudonym = pseudonym(of: text, kind: kind)
    if texts.count >= Self.most { texts.removeAll(keepingCapacity: true) }
    texts[hash] = pseudonym
    output += pseudonym
  }

  /// What stands for a text of a kind.
  func pseudonym(of text: ArraySlice<UInt8>, kind: String) -> [UInt8] {
    let bits = Hashing.hmacSHA256(of: Canonical.text(text), key: key).prefix(8).reduce(UInt64(0)) {
      $0 << 8 | UInt64($1)
    }
    let code = (0..<Self.codeLength).map { Self.alphabet[Int(bits >> (5 * UInt64($0)) & 31)] }
    return Self.beginning + Array(kind.utf8) + [UInt8(ascii: "-")] + code
  }

  /// A number for a text that differs in every bundle.
  func hash(of text: ArraySlice<UInt8>) -> UInt64 {
    var hash = seed
    for byte in text { hash = Self.step(hash, byte) }
    return Self.finish(hash)
  }

  var start: UInt64 { seed }
  @inline(__always) static func step(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(byte)) &* 0x9E37_79B9_7F4A_7C15 ^ (hash &>> 29)
  }
  @inline(__always) static func finish(_ hash: UInt64) -> UInt64 { (hash ^ (hash &>> 32)) &* 0xD6E8_FEB8_6659_FD93 }

  /// How long the pseudonym is that begins at a place; nil when none does.
  static func length(at place: Int, in bytes: [UInt8]) -> Int? {
    let end = min(bytes.count, place + 64)
    guard end - place > beginning.count + codeLength, bytes[place..<end].starts(with: beginning) else { return nil }
    var stop = place + beginning.count
    while stop < end, Bytes.isLower(bytes[stop]) || Bytes.isDigit(bytes[stop]) || bytes[stop] == UInt8(ascii: "-") {
      stop += 1
    }
    // The code is the last of the parts between hyphens, and has its length.
    guard let hyphen = bytes[place..<stop].lastIndex(of: UInt8(ascii: "-")), stop - hyphen - 1 == codeLength,
      hyphen > place + beginning.count
    else { return nil }
    return stop - place
  }
}

/// The plain form of a text that may be escaped, so that all its spellings have one pseudonym.
enum Canonical {
  /// Without the escapes of JSON and of URLs, as deep as they go; a telephone number as its digits, other text as it is.
  static func text(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var plain = Array(text.prefix(1 << 16))
    for _ in 0..<3 {
      guard plain.contains(Bytes.backslash) || plain.contains(UInt8(ascii: "%")) else { break }
      let next = unescaped(plain)
      if next == plain { break }
      plain = next
    }
    let digits = plain.filter { Bytes.isDigit($0) }
    let isNumber = digits.count >= 7 && plain.allSatisfy { Bytes.isDigit($0) || " +().-/".utf8.contains($0) }
    return isNumber ? digits : plain
  }

  private static func unescaped(_ text: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var place = 0
    while place < text.count {
      let byte = text[place]
      if byte == UInt8(ascii: "%"), place + 2 < text.count, let code = hex(text[(place + 1)...(place + 2)]) {
        result.append(UInt8(code))
        place += 3
      } else if byte == Bytes.backslash, place + 1 < text.count {
        let next = text[place + 1]
        if next == UInt8(ascii: "u"), place + 5 < text.count, let code = hex(text[(place + 2)...(place + 5)]) {
          if let scalar = Unicode.Scalar(code) { result += Array(String(Character(scalar)).utf8) }
          place += 6
        } else {
          result.append(next == UInt8(ascii: "n") ? Bytes.newline : next == UInt8(ascii: "t") ? 0x09 : next)
          place += 2
        }
      } else {
        result.append(byte)
        place += 1
      }
    }
    return result
  }

  private static func hex(_ digits: ArraySlice<UInt8>) -> UInt32? {
    digits.allSatisfy { Bytes.isHex($0) }
      ? digits.reduce(0) { $0 << 4 | UInt32(Bytes.isDigit($1) ? $1 - 0x30 : ($1 | 0x20) - 0x57) } : nil
  }
}
