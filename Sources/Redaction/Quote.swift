/// How a text is quoted: a quotation mark behind as many backslashes as its depth needs, or one that is encoded.
///
/// A string of JSON that stands in a string of JSON is quoted by `\"`, one deeper by `\\\"`: the backslashes of a mark tell how
/// deep it is. So the end of a value is found at any depth, in text that is cut or broken too.
struct Quote: Equatable {
  let mark: UInt8
  let slashes: Int
  /// The spelling of an encoded mark, `%22` for example; empty for a plain one.
  let spelling: [UInt8]

  static let encoded: [[UInt8]] = [
    "%22", "%27", "%2522", "%2527", "&quot;", "&#34;", "&#39;", "&#x27;", "&#x22;", "&apos;", "%5C%22",
  ].map { Array($0.utf8) }

  /// The mark as it is written.
  var text: [UInt8] {
    spelling.isEmpty ? [UInt8](repeating: Bytes.backslash, count: slashes) + [mark] : spelling
  }
}

extension Pass {
  /// The quotation mark that begins at a place, and where it ends.
  func quote(at place: Int) -> (quote: Quote, end: Int)? {
    guard place < bytes.count else { return nil }
    var end = place
    while end < bytes.count, bytes[end] == Bytes.backslash, end - place < 64 { end += 1 }
    guard end < bytes.count else { return nil }
    let byte = bytes[end]
    let slashes = end - place
    if Bytes.isQuote(byte) { return (Quote(mark: byte, slashes: slashes, spelling: []), end + 1) }
    if slashes > 0, byte == UInt8(ascii: "u"), end + 5 <= bytes.count {
      let digits = bytes[(end + 1)..<(end + 5)]
      guard digits.elementsEqual("0022".utf8) || digits.elementsEqual("0027".utf8) else { return nil }
      return (Quote(mark: 0, slashes: slashes, spelling: Array(bytes[place..<(end + 5)])), end + 5)
    }
    guard slashes == 0, byte == UInt8(ascii: "%") || byte == UInt8(ascii: "&") else { return nil }
    for spelling in Quote.encoded where bytes[place...].starts(with: spelling) {
      return (Quote(mark: 0, slashes: 0, spelling: spelling), place + spelling.count)
    }
    return nil
  }

  /// Where a quoted text ends: the end of the value, and of its closing mark. Nil when neither mark nor line end is in sight.
  func close(_ quote: Quote, from start: Int, to end: Int) -> (value: Int, end: Int)? {
    guard quote.spelling.isEmpty else { return closeEncoded(quote, from: start, to: end) }
    var place = start
    var slashes = 0
    while place < end {
      let byte = bytes[place]
      if byte == quote.mark {
        // Fewer backslashes than the opening one has: a text around this one ends.
        if slashes < quote.slashes { return (place - slashes, place - slashes) }
        if (slashes - quote.slashes) % (2 * (quote.slashes + 1)) == 0 { return (place - quote.slashes, place + 1) }
      } else if byte == Bytes.newline {
        return lines(quote, from: place, to: end) ?? (place, place)
      }
      slashes = byte == Bytes.backslash ? slashes + 1 : 0
      place += 1
    }
    return isLast || end < bytes.count ? (end, end) : nil
  }

  /// The end of a quoted text of several lines: the first mark of any kind in the next lines is its own, and ends a line.
  private func lines(_ quote: Quote, from newline: Int, to end: Int) -> (value: Int, end: Int)? {
    guard quote.slashes == 0 else { return nil }
    var place = newline
    var count = 0
    while place < end, place - newline < 2_048, count < 8 {
      let byte = bytes[place]
      if byte == Bytes.newline { count += 1 }
      if Bytes.isQuote(byte) {
        guard byte == quote.mark else { return nil }
        let next = place + 1 < bytes.count ? bytes[place + 1] : Bytes.newline
        return Bytes.isNewline(next) || ",;)}]".utf8.contains(next) ? (place, place + 1) : nil
      }
      if byte == UInt8(ascii: "=") || byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { return nil }
      place += 1
    }
    return nil
  }

  private func closeEncoded(_ quote: Quote, from start: Int, to end: Int) -> (value: Int, end: Int)? {
    var place = start
    let first = quote.spelling[0]
    while place < end, !Bytes.isNewline(bytes[place]) {
      if bytes[place] == first, bytes[place...].starts(with: quote.spelling) {
        return (place, place + quote.spelling.count)
      }
      if quote.slashes == 0, Bytes.isQuote(bytes[place]) || bytes[place] == UInt8(ascii: " ") { return (place, place) }
      place += 1
    }
    return place < end || isLast || end < bytes.count ? (place, place) : nil
  }

  /// The string of the line that a place stands in, as a quotation mark; nil outside of all.
  func enclosing(_ place: Int) -> Quote? {
    var open: UInt8?
    var slashes = 0
    var from = lineStart(place)
    while from < place {
      let byte = bytes[from]
      if let mark = open {
        if byte == mark, slashes % 2 == 0 { open = nil }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") && (from == 0 || !Bytes.isWord(bytes[from - 1]))
      {
        open = byte
      }
      slashes = byte == Bytes.backslash ? slashes + 1 : 0
      from += 1
    }
    return open.map { Quote(mark: $0, slashes: 0, spelling: []) }
  }

  /// Behind white space, escape sequences of terminals and encoded spaces; line ends too when asked for.
  func skipSpace(_ place: Int, lines: Bool = false, returns: Bool = false) -> Int {
    var place = place
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: " ") || byte == 0x09 || lines && Bytes.isNewline(byte) {
        place += 1
      } else if byte == Bytes.escape {
        place += 1
        while place < bytes.count, !Bytes.isLetter(bytes[place]), place + 1 < bytes.count { place += 1 }
        place += 1
      } else if byte == UInt8(ascii: "%"), bytes[place...].starts(with: Array("%20".utf8)) {
        place += 3
      } else if byte == Bytes.backslash, lines, place + 1 < bytes.count,
        "nt".utf8.contains(bytes[place + 1]) || returns && bytes[place + 1] == UInt8(ascii: "r")
      {
        place += 2
      } else {
        break
      }
    }
    return min(place, bytes.count)
  }
}
