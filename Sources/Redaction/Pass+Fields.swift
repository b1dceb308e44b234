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
}
