/// Names and values without a sign between them: elements, headers, arguments, forms, sentences.
extension Pass {
  /// The text between the two tags of an element.
  mutating func markup(_ start: Int, _ field: Field, _ name: Range<Int>) {
    var end = start
    while end < bytes.count, bytes[end] != UInt8(ascii: "<"), end - start < 8_192 { end += 1 }
    guard bytes[end...].starts(with: Array("</".utf8) + bytes[name]) else { return }
    conceal(start..<end, field)
  }

  /// A quoted name without a separator: a pair of name and value in fields of their own, of headers, or of arguments.
  mutating func paired(_ field: Field, _ name: Range<Int>, key: Quote, at place: Int) {
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
  mutating func spoken(at place: Int, _ field: Field, _ name: Range<Int>) {
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
  mutating func yamlPair(_ field: Field, _ name: Range<Int>) {
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
