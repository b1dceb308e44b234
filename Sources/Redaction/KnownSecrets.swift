package import Vocabulary

/// Secrets whose text is known, in every form that they may stand in: as they are, escaped, encoded, inside of Base64.
package struct KnownSecrets: Sendable {
  /// One spelling of a secret.
  package struct Form: Hashable, Sendable {
    /// The bytes to look for.
    package let text: [UInt8]
    /// Whether it is part of a longer encoded text, which is hidden whole.
    package let isEncoded: Bool
    /// Whether it is so short that it must stand as a word of its own.
    package let isShort: Bool
  }

  /// All forms, longest first; none is shorter than four bytes.
  package let forms: [Form]
  /// How many secrets there are.
  package let count: Int
  /// How many of them are shorter than four bytes, and not looked for.
  package let tooShort: Int

  /// The forms of some secrets; a secret of several lines is looked for line by line.
  package init(_ secrets: [Secret]) {
    let texts = Set(secrets.map(\.exposed)).filter { !$0.isEmpty }
    var forms: Set<Form> = []
    for text in texts {
      for line in text.split(whereSeparator: \.isNewline).map({ Array(String($0).utf8) }) where line.count >= 4 {
        let isShort = line.count < 8
        for spelling in Self.spellings(of: line) {
          forms.insert(Form(text: spelling, isEncoded: false, isShort: isShort))
        }
        guard !isShort else { continue }
        for encoded in Self.encodings(of: line) { forms.insert(Form(text: encoded, isEncoded: true, isShort: false)) }
      }
    }
    self.forms = forms.sorted {
      $0.text.count != $1.text.count ? $0.text.count > $1.text.count : $0.text.lexicographicallyPrecedes($1.text)
    }
    count = texts.count
    tooShort = texts.count { $0.utf8.count < 4 }
  }

  /// As it is, and escaped for JSON once and twice, for URLs, for HTML and for shells.
  private static func spellings(of text: [UInt8]) -> Set<[UInt8]> {
    let json = jsonEscaped(text)
    return [
      text, json, jsonEscaped(json), jsonEscaped(text, slashes: true), ascii(text), percentEncoded(text, small: false),
      percentEncoded(text, small: true), percentEncoded(percentEncoded(text, small: false), small: false),
      formEncoded(text), html(text),
    ]
  }

  /// What of the text's Base64 does not depend on its neighbours, at each of the three places it may begin at; its hexadecimal
  /// digits; and the Base64 of its Base64.
  private static func encodings(of text: [UInt8]) -> Set<[UInt8]> {
    var result: Set<[UInt8]> = []
    for shift in 0..<3 {
      let once = inner(text, shift: shift)
      result.formUnion(once)
      for encoded in once where encoded.count >= 12 {
        for shift in 0..<3 { result.formUnion(inner(encoded, shift: shift)) }
      }
    }
    let digits = Array("0123456789abcdef".utf8)
    let hex = text.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    result.formUnion([hex, hex.map { Bytes.isLower($0) ? $0 & ~0x20 : $0 }])
    return result.filter { $0.count >= 8 }
  }

  /// The sure part of the Base64 of a text that `shift` bytes precede, in both alphabets.
  private static func inner(_ text: [UInt8], shift: Int) -> [[UInt8]] {
    let padded = [UInt8](repeating: 0, count: shift) + text
    let encoded = Base64.encode(padded)
    let first = shift == 0 ? 0 : shift + 1
    let last = padded.count * 8 / 6
    guard last - first >= 8 else { return [] }
    let sure = Array(encoded[first..<last])
    return [
      sure, sure.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? UInt8(ascii: "_") : $0 },
    ]
  }

  private static func jsonEscaped(_ text: [UInt8], slashes: Bool = false) -> [UInt8] {
    text.flatMap { byte -> [UInt8] in
      byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || slashes && byte == UInt8(ascii: "/")
        ? [UInt8(ascii: "\\"), byte] : byte == 0x09 ? Array("\\t".utf8) : [byte]
    }
  }

  /// As encoders write that keep to ASCII, and those that escape for HTML.
  private static func ascii(_ text: [UInt8]) -> [UInt8] {
    String(decoding: text, as: UTF8.self).utf16.flatMap { unit -> [UInt8] in
      let isPlain = unit < 0x80 && !"<>&'\"\\".utf16.contains(unit)
      if isPlain { return [UInt8(unit)] }
      if unit == 0x22 || unit == 0x5C { return [UInt8(ascii: "\\"), UInt8(unit)] }
      let digits = String(unit, radix: 16)
      return Array(("\\u" + String(repeating: "0", count: 4 - digits.count) + digits).utf8)
    }
  }

  static func percentEncoded(_ text: [UInt8], small: Bool) -> [UInt8] {
    let digits = Array((small ? "0123456789abcdef" : "0123456789ABCDEF").utf8)
    return text.flatMap { byte -> [UInt8] in
      Bytes.isLetter(byte) || Bytes.isDigit(byte) || "-._~".utf8.contains(byte)
        ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }

  private static func formEncoded(_ text: [UInt8]) -> [UInt8] {
    text.flatMap { $0 == UInt8(ascii: " ") ? [UInt8(ascii: "+")] : percentEncoded([$0], small: false) }
  }

  private static func html(_ text: [UInt8]) -> [UInt8] {
    text.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "&"): Array("&amp;".utf8)
      case UInt8(ascii: "<"): Array("&lt;".utf8)
      case UInt8(ascii: ">"): Array("&gt;".utf8)
      case UInt8(ascii: "\""): Array("&quot;".utf8)
      case UInt8(ascii: "'"): Array("&#39;".utf8)
      default: [byte]
      }
    }
  }
}

/// Base64 in both alphabets.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, byte) in alphabet.enumerated() { values[Int(byte)] = UInt8(value) }
    values[Int(UInt8(ascii: "-"))] = 62
    values[Int(UInt8(ascii: "_"))] = 63
    return values
  }()

  /// The standard alphabet, with padding.
  static func encode(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let bits = part.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - part.count))
      for digit in 0..<4 {
        result.append(digit <= part.count ? alphabet[Int(bits >> UInt32(18 - 6 * digit) & 63)] : UInt8(ascii: "="))
      }
    }
    return result
  }

  /// Whether the twelve digits from a place are the beginning of text.
  static func isTextual(_ bytes: [UInt8], at start: Int) -> Bool {
    guard start + 12 <= bytes.count else { return false }
    var place = start
    while place < start + 12 {
      var bits: UInt32 = 0
      for _ in 0..<4 {
        let value = values[Int(bytes[place])]
        guard value != 0xFF else { return false }
        bits = bits << 6 | UInt32(value)
        place += 1
      }
      guard isText(UInt8(bits >> 16)), isText(UInt8(bits >> 8 & 0xFF)), isText(UInt8(bits & 0xFF)) else { return false }
    }
    return true
  }

  private static func isText(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7F || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte >= 0xC3
  }

  /// What digits of either alphabet stand for; other bytes are skipped, and a rest of less than a byte is left out.
  static func decode(_ digits: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for digit in digits {
      let value = values[Int(digit)]
      guard value != 0xFF else { continue }
      bits = bits << 6 | UInt32(value)
      count += 6
      if count >= 8 {
        count -= 8
        result.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return result
  }
}
