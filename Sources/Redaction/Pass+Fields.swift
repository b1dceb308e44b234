/// Fields: a name that says what its value is, and the value behind it, in JSON, YAML, logfmt, environment, headers, URLs,
/// argument lists, code and prose.
extension Pass {
  mutating func fieldHit(_ place: Int) {
    guard place >= nameEnd else { return }
    let name = identifier(around: place)
    guard name.contains(place) || name.lowerBound == place else { return }
    nameEnd = name.upperBound
    var field = field(of: name)
    if field == .none {
      sidHit(name)
      return
    }
    field = spoken(field, name)
    value(of: field, name)
  }

  /// A word that follows on another may be its end: `api key`.
  private func spoken(_ field: Field, _ name: Range<Int>) -> Field {
    guard field == .maybeSecret, name.lowerBound > 4, bytes[name.lowerBound - 1] == UInt8(ascii: " ") else {
      return field
    }
    let before = identifier(around: name.lowerBound - 2)
    guard before.upperBound == name.lowerBound - 1 else { return field }
    let words = bytes[before] + [UInt8(ascii: "_")] + bytes[name]
    return FieldNames.field(of: words[...]) == .secret ? .secret : field
  }

  /// The name that a place stands in: letters, digits, `_`, `-` and `.`, without what belongs to an escape before it.
  func identifier(around place: Int) -> Range<Int> {
    var from = place
    var to = place
    while from > 0, place - from < 64, Bytes.isName(bytes[from - 1]) { from -= 1 }
    while to < bytes.count, to - place < 64, Bytes.isName(bytes[to]) { to += 1 }
    if from > 0, bytes[from - 1] == Bytes.backslash, from < place {
      let isUnicode =
        bytes[from] == UInt8(ascii: "u") && from + 5 <= place
        && bytes[(from + 1)..<(from + 5)].allSatisfy { Bytes.isHex($0) }
      from += isUnicode ? 5 : "nrt".utf8.contains(bytes[from]) ? 1 : 0
    }
    if from > 0, bytes[from - 1] == UInt8(ascii: "%") {
      if from + 4 <= place, bytes[from] == 0x32, bytes[from + 1] == 0x35 {
        from += 4
      } else if from + 2 <= place, Bytes.isHex(bytes[from]), Bytes.isHex(bytes[from + 1]) {
        from += 2
      }
    }
    if from > 0, bytes[from - 1] == UInt8(ascii: "["), from > 1, bytes[from - 2] == Bytes.escape {
      while from < place, Bytes.isDigit(bytes[from]) { from += 1 }
      if from < place, bytes[from] == UInt8(ascii: "m") { from += 1 }
    }
    while from < place, bytes[from] == UInt8(ascii: "-") || bytes[from] == UInt8(ascii: ".") { from += 1 }
    while to > place + 1, bytes[to - 1] == UInt8(ascii: ".") || bytes[to - 1] == UInt8(ascii: "-") { to -= 1 }
    return from..<max(to, place)
  }

  private mutating func field(of name: Range<Int>) -> Field {
    let hash = pseudonyms.hash(of: bytes[name])
    if let known = fields[hash] { return known }
    if fields.count > 4_096 { fields.removeAll(keepingCapacity: true) }
    let field = FieldNames.field(of: bytes[name])
    fields[hash] = field
    return field
  }

  // MARK: From name to value

  private mutating func value(of field: Field, _ name: Range<Int>) {
    var place = skipSpace(name.upperBound)
    var key: Quote?
    if let mark = quote(at: name.upperBound) {
      key = mark.quote
      place = skipSpace(mark.end)
      if place < bytes.count, bytes[place] == UInt8(ascii: "]") || bytes[place] == UInt8(ascii: ")") {
        place = skipSpace(place + 1)
      }
    }
    if let separator = separator(at: place) {
      return value(at: separator.end, of: field, name, key: key, isAssigned: separator.isAssignment)
    }
    guard place < bytes.count else { return }
    if bytes[place] == UInt8(ascii: ">"), key == nil, name.lowerBound > 0,
      bytes[name.lowerBound - 1] == UInt8(ascii: "<")
    {
      return markup(place + 1, field, name)
    }
    if let key { return paired(field, name, key: key, at: place) }
    spoken(at: place, field, name)
  }

  /// The sign between a name and its value, with where it ends.
  private func separator(at place: Int) -> (end: Int, isAssignment: Bool)? {
    guard place < bytes.count else { return nil }
    let next = place + 1 < bytes.count ? bytes[place + 1] : 0
    switch bytes[place] {
    case UInt8(ascii: ":"):
      if next == UInt8(ascii: ":") { return nil }
      return next == UInt8(ascii: "=") ? (place + 2, true) : (place + 1, false)
    case UInt8(ascii: "="):
      return next == UInt8(ascii: ">") || next == UInt8(ascii: "=") ? (place + 2, true) : (place + 1, true)
    case UInt8(ascii: "-"): return next == UInt8(ascii: ">") ? (place + 2, true) : nil
    case UInt8(ascii: "%"), UInt8(ascii: "\\"), UInt8(ascii: "&"):
      for (spelling, isAssignment) in Self.separators where bytes[place...].starts(with: spelling) {
        return (place + spelling.count, isAssignment)
      }
      return nil
    default: return nil
    }
  }

  private static let separators: [([UInt8], Bool)] = [
    ("%3D", true), ("%3d", true), ("%253D", true), ("%3A", false), ("%3a", false), ("%253A", false), ("\\u003d", true),
    ("\\u003D", true), ("\\u003a", false),
    ("\\u003A", false), ("&#61;", true), ("&#x3D;", true), ("\\\\u003d", true), ("\\=", true), ("\\:", false),
  ].map { (Array($0.0.utf8), $0.1) }

  /// Hides the value that begins at a place, behind a name and its separator.
  private mutating func value(at place: Int, of field: Field, _ name: Range<Int>, key: Quote?, isAssigned: Bool) {
    var from = skipSpace(place)
    if from >= bytes.count || Bytes.isNewline(bytes[from]) {
      guard key == nil else { return value(at: skipSpace(from, lines: true), of: field, name, key: key) }
      return isAssigned ? () : openBlock(field, name, from)
    }
    // Tags of YAML, and the letters before strings of Python.
    if bytes[from] == UInt8(ascii: "!") {
      while from < bytes.count, !Bytes.isSpace(bytes[from]) { from += 1 }
      from = skipSpace(from)
    }
    value(at: from, of: field, name, key: key)
  }

  private mutating func value(at place: Int, of field: Field, _ name: Range<Int>, key: Quote?) {
    guard place < bytes.count else { return }
    var from = place
    if "bufrBUFR".utf8.contains(bytes[from]), from + 1 < bytes.count, Bytes.isQuote(bytes[from + 1]) { from += 1 }
    if let mark = quote(at: from) { return quoted(mark.quote, mark.end, field, name, key) }
    switch bytes[from] {
    case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "("): opened(from, field, name, key)
    case UInt8(ascii: "|"), UInt8(ascii: ">"):
      let rest = skipSpace(from + 1)
      let marks = rest < bytes.count && "+-0123456789".utf8.contains(bytes[rest]) ? rest + 1 : rest
      if key == nil, marks >= bytes.count || Bytes.isNewline(bytes[marks]) {
        return openBlock(field, name, marks, isText: true)
      }
      bare(from, field, name, key)
    default: bare(from, field, name, key)
    }
  }

  // MARK: Quoted values

  private mutating func quoted(_ quote: Quote, _ start: Int, _ field: Field, _ name: Range<Int>, _ key: Quote?) {
    // Three quotation marks of Python and TOML.
    if quote.slashes == 0, quote.spelling.isEmpty, start + 1 < bytes.count, bytes[start] == quote.mark,
      bytes[start + 1] == quote.mark
    {
      return triple(quote.mark, start + 2, field)
    }
    guard let close = close(quote, from: start, to: bytes.count) else {
      guard field != .maybeSecret, field != .room else { return }
      matches.append(Match(range: start..<bytes.count, rule: field.builtin.rawValue))
      carry = .dropping(until: .quote(quote))
      return
    }
    let range = start..<close.value
    conceal(range, field)
    if field == .identity || field == .personName, key != nil { siblings(of: name, quote: key) }
  }

  private mutating func triple(_ mark: UInt8, _ start: Int, _ field: Field) {
    var end = start
    while end + 2 < bytes.count, !(bytes[end] == mark && bytes[end + 1] == mark && bytes[end + 2] == mark) { end += 1 }
    let isClosed = end + 2 < bytes.count
    hide(start..<(isClosed ? end : bytes.count), field.builtin.rawValue)
  }

  /// Hides the value of a field, or what of it is to be hidden.
  mutating func conceal(_ range: Range<Int>, _ field: Field, quote: [UInt8] = []) {
    guard !range.isEmpty, !isPseudonym(range), !isEmptyWord(range) else { return }
    switch field {
    case .none: return
    case .secret: if !isPlaceholder(range) { hide(range, field.builtin.rawValue, quote: quote) }
    case .maybeSecret:
      if !isPlaceholder(range), looksSecret(range) { hide(range, field.builtin.rawValue, quote: quote) }
    case .authorization: authorize(range)
    case .cookie: hide(range, field.builtin.rawValue)
    case .room, .identity, .personName:
      guard !isCorrelation(range) else { return }
      hide(range, field.builtin.rawValue, quote: quote)
      learn(range, field.builtin)
    case .contact: if !isCorrelation(range) { hide(range, field.builtin.rawValue, quote: quote) }
    case .metadata, .attributes:
      if let inner = structure(range) {
        var walk = Walk(field: field)
        _ = self.walk(&walk, from: inner, to: range.upperBound)
      } else if !isCorrelation(range) {
        hide(range, field.builtin.rawValue, quote: quote)
      }
    case .transcript, .chat: if !isCorrelation(range) { hide(range, field.builtin.rawValue, quote: quote) }
    }
  }

  /// Where a list or an object begins that a quoted text holds.
  private func structure(_ range: Range<Int>) -> Int? {
    let from = skipSpace(range.lowerBound)
    guard from < range.upperBound, bytes[from] == UInt8(ascii: "{") || bytes[from] == UInt8(ascii: "[") else {
      return nil
    }
    return from
  }

  /// An authorization without its scheme, which is no secret.
  private mutating func authorize(_ range: Range<Int>) {
    var from = range.lowerBound
    while from < range.upperBound, Bytes.isLetter(bytes[from]) || bytes[from] == UInt8(ascii: "-") { from += 1 }
    let scheme = String(decoding: bytes[range.lowerBound..<from].map { Bytes.lower($0) }, as: UTF8.self)
    let isScheme = from < range.upperBound && (bytes[from] == UInt8(ascii: " ") || bytes[from] == UInt8(ascii: "%"))
    let start = isScheme && Self.schemes.contains(scheme) ? skipSpace(from) : range.lowerBound
    guard start < range.upperBound else { return }
    let rest = start..<range.upperBound
    if !isPlaceholder(rest), !isPseudonym(rest) { hide(rest, .authorization) }
  }

  static let schemes: Set<String> = [
    "bearer", "basic", "token", "digest", "apikey", "api-key", "negotiate", "ntlm", "dpop", "key", "aws",
    "aws4-hmac-sha", "hmac", "oauth", "jwt", "bot",
    "sharedaccesssignature", "sharedkey", "hawk", "signature", "genie", "googlelogin", "splunk", "vault", "sso-key",
    "x-api-key",
  ]

  // MARK: Values without quotes

  private mutating func bare(_ start: Int, _ field: Field, _ name: Range<Int>, _ key: Quote?) {
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

  private func wordEnd(_ start: Int, _ field: Field, _ name: Range<Int>) -> Int {
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
  private func isNamed(_ place: Int) -> Bool {
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

  private func authorizationEnd(_ start: Int, _ name: Range<Int>) -> Int {
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
  private func proseLimit(_ start: Int, _ name: Range<Int>) -> Int {
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

  // MARK: Other shapes

  /// The text between the two tags of an element.
  private mutating func markup(_ start: Int, _ field: Field, _ name: Range<Int>) {
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "<"), end - start < 8_192 { end += 1 }
    guard bytes[end...].starts(with: Array("</".utf8) + bytes[name]) else { return }
    conceal(start..<end, field)
  }

  /// A quoted name without a separator: a pair of name and value in fields of their own, of headers, or of arguments.
  private mutating func paired(_ field: Field, _ name: Range<Int>, key: Quote, at place: Int) {
    let isOption = name.lowerBound >= 2 && bytes[name.lowerBound - 1] == UInt8(ascii: "-")
    let opening = name.lowerBound - key.text.count - 1
    let isInTuple =
      opening >= 0 && "([b".utf8.contains(bytes[opening])
      && (field == .authorization || field == .cookie || field == .secret)
    var next = place
    if next < bytes.count, bytes[next] == UInt8(ascii: ",") {
      next = skipSpace(next + 1, lines: true)
      if next < bytes.count, bytes[next] == UInt8(ascii: "b") { next += 1 }
      if isOption || isInTuple, let mark = quote(at: next),
        let close = close(mark.quote, from: mark.end, to: bytes.count)
      {
        let after = skipSpace(close.end, lines: true)
        let isPair = after < bytes.count && ")]".utf8.contains(bytes[after])
        if isOption || isPair { return conceal(mark.end..<close.value, field) }
      }
    }
    if let value = formPart(name, key, place) { return conceal(value, field == .maybeSecret ? .secret : field) }
    guard let value = sibling(valueOf: name, key: key) else { return }
    conceal(value, field == .maybeSecret ? .secret : field)
  }

  /// The value of `name="password"` in a form of several parts: behind an empty line, up to the next line end.
  private func formPart(_ name: Range<Int>, _ key: Quote, _ place: Int) -> Range<Int>? {
    let before = name.lowerBound - key.text.count - 5
    guard before >= 0, bytes[before...].starts(with: Array("name=".utf8)), place < bytes.count else { return nil }
    let from = skipSpace(place, lines: true, returns: true)
    guard bytes[place..<from].count(where: { Bytes.isNewline($0) || $0 == Bytes.backslash }) >= 2 else { return nil }
    var end = from
    while end < bytes.count, !Bytes.isNewline(bytes[end]), bytes[end] != Bytes.backslash { end += 1 }
    return from..<end
  }

  /// The value that stands beside a name in `{"name": "API_KEY", "value": "…"}`, before or after it.
  private func sibling(valueOf name: Range<Int>, key: Quote) -> Range<Int>? {
    if let open = object(around: name.lowerBound, mark: key),
      let value = member("value", of: open) ?? member("Value", of: open)
    {
      return value
    }
    // In YAML, and in attributes of XML.
    var place = name.upperBound + key.text.count
    let end = min(bytes.count, place + 80)
    while place + 5 < end {
      if bytes[place] == UInt8(ascii: "v"), bytes[place...].starts(with: Array("value".utf8)) {
        var next = skipSpace(place + 5)
        guard next < bytes.count, bytes[next] == UInt8(ascii: ":") || bytes[next] == UInt8(ascii: "=") else {
          return nil
        }
        next = skipSpace(next + 1)
        if let mark = quote(at: next) {
          return close(mark.quote, from: mark.end, to: bytes.count).map { mark.end..<$0.value }
        }
        return next..<lineEnd(next)
      }
      guard Bytes.isSpace(bytes[place]) || ",\"'".utf8.contains(bytes[place]) || bytes[place] == Bytes.backslash else {
        return nil
      }
      place += 1
    }
    return nil
  }

  /// A name and a value with nothing but space between them: options of commands, files of passwords, sentences.
  private mutating func spoken(at place: Int, _ field: Field, _ name: Range<Int>) {
    guard place > name.upperBound else { return yamlPair(field, name) }
    if place >= bytes.count || Bytes.isNewline(bytes[place]) { return yamlPair(field, name) }
    let isOption = name.lowerBound >= 2 && bytes[name.lowerBound - 1] == UInt8(ascii: "-")
    guard isOption || !field.isProse else { return }
    var from = place
    if !isOption {
      let word = identifier(around: from)
      if ["is", "was", "of", "to", "set", "value", "named"].contains(String(decoding: bytes[word], as: UTF8.self)) {
        from = skipSpace(word.upperBound)
        if from < bytes.count, ":=".utf8.contains(bytes[from]) { from = skipSpace(from + 1) }
      }
    }
    if from < bytes.count, let mark = quote(at: from) {
      // The mark that ends the sentence begins nothing.
      guard let close = close(mark.quote, from: mark.end, to: bytes.count), close.value > mark.end,
        close.end > close.value, !Bytes.isNewline(bytes[close.value - 1]),
        !bytes[mark.end..<close.value].contains(Bytes.newline)
      else { return }
      let range = mark.end..<close.value
      if mark.quote.slashes == 0, let around = enclosing(name.lowerBound), around == mark.quote { return }
      let isWord = !bytes[range].contains(UInt8(ascii: " ")) && !bytes[range].contains(UInt8(ascii: ","))
      if isWord, field.isLearned || field.isSecret || field == .contact {
        conceal(range, field == .maybeSecret ? .maybeSecret : field)
      }
      return
    }
    let end = wordEnd(from, .secret, from..<from)
    let range = from..<max(from, end)
    guard !range.isEmpty else { return }
    if isOption {
      if bytes[from] != UInt8(ascii: "-") || field == .secret && range.count > 8 { conceal(range, field) }
    } else if field == .authorization {
      authorize(from..<authorizationEnd(from, name))
    } else if field.isSecret, Bytes.looksRandom(bytes[range]), !isIdentifier(range) {
      conceal(range, .secret)
    } else if field == .secret, looksMixed(range), !isCorrelation(range) {
      conceal(range, .secret)
    }
  }

  /// `- name: API_KEY` with `value: …` in the next line.
  private mutating func yamlPair(_ field: Field, _ name: Range<Int>) {
    guard name.upperBound < bytes.count, Bytes.isNewline(bytes[name.upperBound]) else { return }
    let line = lineStart(name.lowerBound)
    let head = String(decoding: bytes[line..<name.lowerBound], as: UTF8.self).split(separator: " ")
    guard let word = head.last, word == "name:" || word == "key:", head.count <= 2 else { return }
    let next = skipSpace(name.upperBound, lines: true)
    guard bytes[next...].starts(with: Array("value:".utf8)) else { return }
    let from = skipSpace(next + 6)
    if let mark = quote(at: from), let close = close(mark.quote, from: mark.end, to: bytes.count) {
      conceal(mark.end..<close.value, field == .maybeSecret ? .secret : field)
    } else {
      conceal(from..<lineEnd(from), field == .maybeSecret ? .secret : field)
    }
  }
}
