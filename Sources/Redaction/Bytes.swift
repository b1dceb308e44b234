/// What single bytes are.
enum Bytes {
  private static let letter: UInt8 = 1
  private static let digit: UInt8 = 2
  private static let space: UInt8 = 4
  private static let name: UInt8 = 8
  private static let base64: UInt8 = 16
  private static let quote: UInt8 = 32

  private static let classes: [UInt8] = (0...255).map { (byte: Int) -> UInt8 in
    switch UInt8(byte) {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): letter | name | base64
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit | name | base64
    case UInt8(ascii: "_"), UInt8(ascii: "-"): name | base64
    case UInt8(ascii: "."): name
    case UInt8(ascii: "+"), UInt8(ascii: "/"): base64
    case UInt8(ascii: " "), 0x09, 0x0A, 0x0D: space
    case UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"): quote
    default: 0
    }
  }

  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
  static func isLower(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 }
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }
  /// A letter, a digit or a byte of another script.
  static func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte >= 0x80 }
  /// White space and line ends.
  static func isSpace(_ byte: UInt8) -> Bool { classes[Int(byte)] & space != 0 }
  static func isNewline(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
  /// What names of fields are made of: letters, digits, `_`, `-`, `.`.
  static func isName(_ byte: UInt8) -> Bool { classes[Int(byte)] & name != 0 }
  /// The alphabets of Base64 and Base64url, without their padding.
  static func isBase64(_ byte: UInt8) -> Bool { classes[Int(byte)] & base64 != 0 }
  static func isQuote(_ byte: UInt8) -> Bool { classes[Int(byte)] & quote != 0 }
  static func lower(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }

  static let newline = UInt8(ascii: "\n")
  static let backslash = UInt8(ascii: "\\")
  static let escape: UInt8 = 0x1B

  /// Whether text mixes letters of both cases and digits as only generators of keys do.
  ///
  /// What counts is how often one kind follows on another inside of a word: never in `worker`, seldom in `ListRooms2`, at
  /// every second place in random text.
  static func looksRandom(_ text: some Collection<UInt8>) -> Bool {
    var (changes, letters, digits, last) = (0, 0, 0, 0)
    for byte in text {
      let kind = isDigit(byte) ? 1 : isLower(byte) ? 2 : isUpper(byte) ? 3 : 0
      if kind == 1 { digits += 1 } else if kind > 1 { letters += 1 }
      if kind != 0, last != 0, kind != last { changes += 1 }
      last = kind
    }
    let count = letters + digits
    guard count >= 8 else { return false }
    // One long number or one word with a number is no key.
    return changes >= 4 && changes * 6 >= count || count >= 32 && digits >= 2 && changes >= 4
  }

  /// Whether only digits, hyphens and letters a to f stand where a UUID has them.
  static func isUUID(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count == 36 else { return false }
    return text.enumerated().allSatisfy { place, byte in
      [8, 13, 18, 23].contains(place) ? byte == UInt8(ascii: "-") : isHex(byte)
    }
  }
}
