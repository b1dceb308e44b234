extension TOMLReader {
  /// Reads a value, which stands so many levels deep.
  mutating func value(depth: Int) throws(Problem) -> Node {
    let start = position
    let mark = mark(at: start)
    try count(start, depth: current == UInt8(ascii: "[") || current == UInt8(ascii: "{") ? depth : 0)
    switch current {
    case UInt8(ascii: "\""): return text(isAtThree("\"") ? try multilineBasicString() : try basicString(), at: mark)
    case UInt8(ascii: "'"): return text(isAtThree("'") ? try multilineLiteralString() : try literalString(), at: mark)
    case UInt8(ascii: "["): return Node(.sequence(try array(depth: depth)), at: mark)
    case UInt8(ascii: "{"):
      let table = TOMLTable(.inline, depth: depth, at: mark)
      try inlineTable(table)
      return table.node
    default: return Node(.scalar(try plain()), at: mark)
    }
  }

  private func text(_ text: String, at mark: Mark) -> Node {
    Node(.scalar(Scalar(text: text, style: .quoted, kind: .string)), at: mark)
  }

  private mutating func array(depth: Int) throws(Problem) -> [Node] {
    position += 1
    var elements: [Node] = []
    while true {
      try skipLines()
      if skip("]") { return elements }
      elements.append(try value(depth: depth + 1))
      try skipLines()
      guard skip(",") || current == UInt8(ascii: "]") else {
        throw Problem(offset: position, what: "',' or ']' is expected")
      }
    }
  }

  private mutating func skipLines() throws(Problem) {
    repeat {
      skipSpace()
      try skipComment()
    } while skipLineEnd()
  }

  private mutating func inlineTable(_ table: TOMLTable) throws(Problem) {
    position += 1
    skipSpace()
    if skip("}") { return }
    repeat {
      try assignment(in: table)
      skipSpace()
    } while skip(",")
    guard skip("}") else {
      throw Problem(
        offset: position, what: "',' or '}' is expected", hint: "a table in braces stands on one line")
    }
  }

  // MARK: Plain values

  private mutating func plain() throws(Problem) -> Scalar {
    let start = position
    while let byte = current, TOMLReader.isPlain(byte) { position += 1 }
    // A date and a time may be parted by a space.
    if position - start == 10, current == 0x20, TOMLDate.isTime(bytes[(position + 1)...]) {
      position += 1
      while let byte = current, TOMLReader.isPlain(byte) { position += 1 }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    switch text {
    case "true", "false": return Scalar(text: text, style: .plain, kind: .boolean)
    case "": throw Problem(offset: start, what: "a value is expected")
    default: break
    }
    if TOMLDate.isDate(text.utf8) { return Scalar(text: text, style: .plain, kind: .string) }
    if let number = TOMLNumber(text) { return Scalar(text: number.text, style: .plain, kind: number.kind) }
    position = start
    throw Problem(
      offset: start, what: "'\(text.prefix(40))' is no value",
      hint: text.first?.isNumber == true ? "a number of at most 64 bits, a date or a time" : "text stands in quotes")
  }

  /// What numbers, truth values, dates and times are written in.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
      UInt8(ascii: "."), UInt8(ascii: ":"):
      true
    default: false
    }
  }
}

/// A number of TOML with its text as `Node` reads it.
struct TOMLNumber {
  let text: String
  let kind: Scalar.Kind

  /// nil for what is no number, and for integers outside 64 bits.
  init?(_ written: String) {
    let unsigned = written.first == "+" || written.first == "-" ? written.dropFirst() : written[...]
    if unsigned == "inf" || unsigned == "nan" {
      text = written
      kind = .number
      return
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where written.hasPrefix(prefix) {
      guard let digits = TOMLNumber.digits(written.dropFirst(2), radix), let value = Int64(digits, radix: radix) else {
        return nil
      }
      text = radix == 2 ? String(value) : prefix + digits
      kind = .integer
      return
    }
    let sign = String(written.dropLast(unsigned.count))
    let whole = unsigned.prefix { $0.isASCII && $0.isNumber || $0 == "_" }
    guard let digits = TOMLNumber.digits(whole, 10), digits == "0" || digits.first != "0" else { return nil }
    var rest = unsigned.dropFirst(whole.count)
    guard !rest.isEmpty else {
      guard Int64(sign + digits) != nil else { return nil }
      text = sign + digits
      kind = .integer
      return
    }
    var result = sign + digits
    if rest.first == "." {
      let fraction = rest.dropFirst().prefix { $0 != "e" && $0 != "E" }
      guard let digits = TOMLNumber.digits(fraction, 10) else { return nil }
      result += "." + digits
      rest = rest.dropFirst(1 + fraction.count)
    }
    if let mark = rest.first {
      guard mark == "e" || mark == "E" else { return nil }
      rest = rest.dropFirst()
      let sign = rest.first == "+" || rest.first == "-" ? rest.prefix(1) : ""
      guard let digits = TOMLNumber.digits(rest.dropFirst(sign.count), 10) else { return nil }
      result += "e" + sign + digits
    }
    text = result
    kind = .number
  }

  /// Digits without the underscores between them; nil where an underscore has no digit on both sides, or there is no digit.
  private static func digits(_ text: Substring, _ radix: Int) -> String? {
    var result = ""
    var wasDigit = false
    for character in text {
      if character == "_" {
        guard wasDigit else { return nil }
        wasDigit = false
      } else {
        guard character.isASCII, let value = character.hexDigitValue, value < radix else { return nil }
        result.append(character)
        wasDigit = true
      }
    }
    return wasDigit ? result : nil
  }
}

/// Dates and times of TOML: RFC 3339, or its date or time alone.
enum TOMLDate {
  /// Whether a text is a date, a time, or both, of any calendar day there is.
  static func isDate(_ text: String.UTF8View) -> Bool {
    var rest = Array(text)[...]
    guard let year = number(&rest, 4), skip(&rest, "-") else { return isTime(Array(text)[...], toEnd: true) }
    guard let month = number(&rest, 2), 1...12 ~= month, skip(&rest, "-"), let day = number(&rest, 2),
      1...days(inMonth: month, of: year) ~= day
    else { return false }
    guard skip(&rest, "T") || skip(&rest, "t") || skip(&rest, " ") else { return rest.isEmpty }
    guard time(&rest) else { return false }
    if rest.isEmpty || skip(&rest, "Z") || skip(&rest, "z") { return rest.isEmpty }
    guard skip(&rest, "+") || skip(&rest, "-"), let hour = number(&rest, 2), hour < 24, skip(&rest, ":"),
      let minute = number(&rest, 2), minute < 60
    else { return false }
    return rest.isEmpty
  }

  /// Whether a text begins with a time of day, or is one.
  static func isTime(_ text: ArraySlice<UInt8>, toEnd: Bool = false) -> Bool {
    var rest = text
    return time(&rest) && (!toEnd || rest.isEmpty)
  }

  private static func time(_ rest: inout ArraySlice<UInt8>) -> Bool {
    guard let hour = number(&rest, 2), hour < 24, skip(&rest, ":"), let minute = number(&rest, 2), minute < 60,
      skip(&rest, ":"), let second = number(&rest, 2), second < 60
    else { return false }
    guard skip(&rest, ".") else { return true }
    let digits = rest.prefix { 0x30...0x39 ~= $0 }
    rest = rest.dropFirst(digits.count)
    return !digits.isEmpty
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, _ count: Int) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private static func skip(_ rest: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }
}
