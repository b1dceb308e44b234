/// Secrets of Kubernetes: every value under `data` and `stringData`, whatever it is called.
extension Pass {
  /// `data` or `stringData`, of YAML or JSON, whose object says `kind: Secret` before or behind it.
  mutating func secretDataHit(_ place: Int) {
    let name = identifier(around: place)
    let text = bytes[name]
    let isPlain = text.elementsEqual("data".utf8)
    guard isPlain || text.elementsEqual("stringData".utf8) else { return }
    guard let key = quote(at: name.upperBound) else { return secretBlock(name) }
    let colon = skipSpace(key.end)
    guard colon < bytes.count, bytes[colon] == UInt8(ascii: ":") else { return }
    let open = skipSpace(colon + 1, lines: true)
    guard open < bytes.count, bytes[open] == UInt8(ascii: "{"),
      let object = object(around: name.lowerBound, mark: key.quote), let kind = member("kind", of: object),
      bytes[kind].elementsEqual("Secret".utf8)
    else { return }
    var walk = Walk(field: .secret, isWhole: true)
    let end = self.walk(&walk, from: open, to: bytes.count)
    if case .walk = carry { reached = max(reached, end) }
  }

  private mutating func secretBlock(_ name: Range<Int>) {
    let end = skipSpace(name.upperBound + 1)
    guard name.upperBound < bytes.count, bytes[name.upperBound] == UInt8(ascii: ":"), end < bytes.count,
      Bytes.isNewline(bytes[end])
    else { return }
    let line = lineStart(name.lowerBound)
    // The dash of a list stands where spaces would.
    guard bytes[line..<name.lowerBound].allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") }) else {
      return
    }
    let indent = name.lowerBound - line
    guard isOfSecret(line, indent) else { return }
    block(
      Block(field: .secret, indent: indent, isText: false, isFirst: true, isWhole: true), from: lineEnd(end) + 1)
  }

  /// Whether a mapping of YAML says `kind: Secret` in a line as far in as this one.
  private func isOfSecret(_ line: Int, _ indent: Int) -> Bool {
    var place = line
    while place > 0, !isBegin(place, indent) {
      place = lineStart(place - 1)
      if let answer = kind(place, indent) { return answer }
    }
    place = min(bytes.count, lineEnd(line) + 1)
    while place < bytes.count, place - line < RedactionStream.ahead {
      if let answer = kind(place, indent) { return answer }
      if isBegin(place, indent) || depth(of: place) < indent, !isBlank(place) { return false }
      place = lineEnd(place) + 1
    }
    return false
  }

  /// Whether a line says what kind the mapping is; nil where it says nothing.
  private func kind(_ line: Int, _ indent: Int) -> Bool? {
    let end = lineEnd(line)
    guard line + indent < end, bytes[(line + indent)...].starts(with: Array("kind:".utf8)) else { return nil }
    let value = bytes[skipSpace(line + indent + 5)..<end].filter { !Bytes.isSpace($0) && !Bytes.isQuote($0) }
    return value.elementsEqual("Secret".utf8)
  }

  /// Whether a mapping begins with a line: behind the dash of a list, or where a document does.
  private func isBegin(_ line: Int, _ indent: Int) -> Bool {
    if bytes[line...].starts(with: Array("---".utf8)) { return true }
    return indent >= 2 && line + indent <= bytes.count
      && bytes[line..<(line + indent)].contains(UInt8(ascii: "-"))
      && bytes[line..<(line + indent)].allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") }
  }

  private func depth(of line: Int) -> Int {
    var place = line
    while place < bytes.count, bytes[place] == UInt8(ascii: " ") { place += 1 }
    return place - line
  }

  private func isBlank(_ line: Int) -> Bool { bytes[line..<lineEnd(line)].allSatisfy { Bytes.isSpace($0) } }
}
