/// Values without quotation marks: where they end.
extension Pass {
  mutating func bare(_ start: Int, _ field: Field, _ name: Range<Int>, _ key: Quote?) {
    let end: Int
    switch field {
    case .authorization: end = authorizationEnd(start, name)
    case .cookie: end = cookieEnd(start, name)
    case .metadata, .attributes, .transcript, .chat: end = proseEnd(start, name)
    case .personName where key == nil: end = proseEnd(start, name)
    default: end = key == nil ? wordEnd(start, field, name) : scalarEnd(start)
    }
    var range = start..<max(start, end)
    while !range.isEmpty, bytes[range.upperBound - 1] == UInt8(ascii: " ") {
      range = range.lowerBound..<(range.upperBound - 1)
    }
    guard !range.isEmpty else { return }
    let isNumber = bytes[range].allSatisfy { Bytes.isDigit($0) || ".-".utf8.contains($0) }
    if key != nil {
      // Numbers of JSON: telephone numbers and secrets alone are hidden.
      guard isNumber ? field == .secret || field == .contact && range.count >= 7 : !isEmptyWord(range) else { return }
      return conceal(range, field, quote: key?.text ?? [])
    }
    if field.isLearned || field == .contact || field.isProse {
      guard !isNumber || field == .contact && range.count >= 5, !isStatus(range) else { return }
    } else if field.isSecret, isStatus(range) {
      return
    }
    conceal(range, field)
  }

  /// The end of a number, `true` or a word behind a quoted name.
  private func scalarEnd(_ start: Int) -> Int {
    var end = start
    while end < bytes.count, !Bytes.isSpace(bytes[end]), !",}])\"'".utf8.contains(bytes[end]),
      bytes[end] != Bytes.backslash
    { end += 1 }
    return end
  }

  /// Whether a name begins its line, behind indentation, the dash of a list, `export` and the like; nothing but it and its value
  /// stands in the line then.
  private func beginsLine(_ name: Range<Int>) -> Bool {
    var from = name.lowerBound
    let line = lineStart(from)
    while from > line, bytes[from - 1] == UInt8(ascii: " ") || bytes[from - 1] == 0x09 { from -= 1 }
    if from == line { return true }
    let before = String(decoding: bytes[max(line, from - 12)..<from], as: UTF8.self)
    let words = before.split(separator: " ")
    guard words.count == 1, let word = words.first, from - line <= 12 else { return false }
    return ["export", "set", "setenv", "-", "ENV", "ARG", "env", "-e", "--env", "+", "?"].contains(String(word))
  }

  func wordEnd(_ start: Int, _ field: Field, _ name: Range<Int>) -> Int {
    let isLine = beginsLine(name)
    let isQuery = name.lowerBound > 0 && "?&".utf8.contains(bytes[name.lowerBound - 1])
    var end = start
    while end < bytes.count {
      let byte = bytes[end]
      if Bytes.isNewline(byte) || byte == Bytes.escape { break }
      if Bytes.isSpace(byte) {
        guard isLine, field == .secret, !isFollowedByField(end) else { break }
        let next = skipSpace(end)
        if next >= bytes.count || Bytes.isNewline(bytes[next]) || bytes[next] == UInt8(ascii: "#") { break }
        end = next
        continue
      }
      if Bytes.isQuote(byte) || byte == UInt8(ascii: "<") && end > start { break }
      if byte == Bytes.backslash {
        let next = end + 1 < bytes.count ? bytes[end + 1] : 0
        if Bytes.isQuote(next) || "nrtu\\".utf8.contains(next) && !isLine { break }
      }
      if byte == UInt8(ascii: "&"), isQuery || isNamed(end + 1) { break }
      if byte == UInt8(ascii: "#"), isQuery { break }
      if byte == UInt8(ascii: "%"), field != .room, isEncodedEnd(end) { break }
      if ",;)]}|".utf8.contains(byte) {
        let next = end + 1 < bytes.count ? bytes[end + 1] : Bytes.newline
        let isEnd = Bytes.isSpace(next) || Bytes.isQuote(next) || ",;)]}".utf8.contains(next) || next == Bytes.backslash
        if isEnd && !(isLine && field == .secret) || isNamed(end + 1) || field != .secret && byte != UInt8(ascii: "|") {
          break
        }
      }
      end += 1
    }
    while end > start + 1, bytes[end - 1] == UInt8(ascii: ".") || bytes[end - 1] == UInt8(ascii: ":") { end -= 1 }
    return end
  }

  /// Whether an encoded `&`, `"`, space, comma or bracket stands here.
  private func isEncodedEnd(_ place: Int) -> Bool {
    guard place + 2 < bytes.count else { return false }
    let code = String(decoding: bytes[(place + 1)...(place + 2)].map { Bytes.lower($0) }, as: UTF8.self)
    return ["26", "22", "27", "20", "2c", "7d", "5d", "0a", "3b"].contains(code)
  }

  /// Whether a name with `=` or `:` begins here.
  func isNamed(_ place: Int) -> Bool {
    var end = place
    while end < bytes.count, end - place < 40, Bytes.isName(bytes[end]) { end += 1 }
    return end > place && end < bytes.count && Bytes.isLetter(bytes[place]) && bytes[end] == UInt8(ascii: "=")
  }

  private func isFollowedByField(_ place: Int) -> Bool {
    let next = skipSpace(place)
    return isNamed(next) || next < bytes.count && bytes[next] == UInt8(ascii: "{")
  }

  /// The end of prose: of the string that it stands in, of its line, or the next `name=`.
  private func proseEnd(_ start: Int, _ name: Range<Int>) -> Int {
    let around = enclosing(name.lowerBound)
    var end = start
    if let around, let close = close(around, from: start, to: bytes.count) {
      end = close.value
    } else {
      end = lineEnd(start)
    }
    var place = start
    while place < end {
      if bytes[place] == UInt8(ascii: " "), isNamed(place + 1) { return place }
      place += 1
    }
    return end
  }

  func authorizationEnd(_ start: Int, _ name: Range<Int>) -> Int {
    let limit = proseLimit(start, name)
    var end = start
    while end < limit, !Bytes.isSpace(bytes[end]), !"\"',".utf8.contains(bytes[end]), bytes[end] != Bytes.backslash {
      end += 1
    }
    let scheme = String(decoding: bytes[start..<end].map { Bytes.lower($0) }, as: UTF8.self)
    // These go on over commas, to the end.
    if ["digest", "oauth", "hawk", "signature", "aws4-hmac-sha256", "hmac"].contains(scheme) { return limit }
    guard Self.schemes.contains(scheme) else { return end }
    end = skipSpace(end)
    while end < limit, !Bytes.isSpace(bytes[end]), !"\"',".utf8.contains(bytes[end]), bytes[end] != Bytes.backslash {
      end += 1
    }
    return end
  }

  /// Where what is said in a string or line ends at the latest; an escaped line end ends it too.
  func proseLimit(_ start: Int, _ name: Range<Int>) -> Int {
    var end = lineEnd(start)
    if let around = enclosing(name.lowerBound), let close = close(around, from: start, to: bytes.count) {
      end = close.value
    }
    var place = start
    while place + 1 < end {
      if bytes[place] == Bytes.backslash, "nr".utf8.contains(bytes[place + 1]) { return place }
      place += 1
    }
    return end
  }

  private func cookieEnd(_ start: Int, _ name: Range<Int>) -> Int {
    let limit = proseLimit(start, name)
    var end = start
    while end < limit, !Bytes.isQuote(bytes[end]) {
      // Behind a space another cookie must follow, or an attribute of one.
      if bytes[end] == UInt8(ascii: " "), end > start, bytes[end - 1] != UInt8(ascii: ";"),
        bytes[end - 1] != UInt8(ascii: ",")
      {
        break
      }
      end += 1
    }
    return end
  }
}
