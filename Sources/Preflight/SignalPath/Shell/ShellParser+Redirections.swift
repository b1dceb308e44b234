import Vocabulary

/// Redirections, and the here-documents that wait for the end of their line.
extension ShellParser {
  private static let redirectionOperators: [(text: String, kind: Redirection.Kind)] = [
    ("&>>", .bothAppend), ("&>", .both), ("<<<", .hereString), ("<<-", .hereDocument), ("<<", .hereDocument),
    ("<&", .duplicateInput), ("<>", .readWrite), (">>", .append), (">&", .duplicateOutput), (">|", .clobber),
    ("<", .input), (">", .output),
  ]

  mutating func redirection() throws(Failure) -> Redirection? {
    var index = position
    var descriptor: String?
    while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) { index += 1 }
    if index > position {
      guard index < bytes.count, bytes[index] == UInt8(ascii: "<") || bytes[index] == UInt8(ascii: ">") else {
        return nil
      }
      descriptor = text(position..<index)
    } else if hasExtensions, peek == UInt8(ascii: "{"), let end = bytes[position...].firstIndex(of: UInt8(ascii: "}")),
      end + 1 < bytes.count, bytes[end + 1] == UInt8(ascii: "<") || bytes[end + 1] == UInt8(ascii: ">"),
      end > position + 1, bytes[(position + 1)..<end].allSatisfy(isNameByte)
    {
      descriptor = text((position + 1)..<end)
      index = end + 1
    }
    // `<(` and `>(` are words.
    guard
      let found = ShellParser.redirectionOperators.first(where: {
        starts($0.text, at: index) && (hasExtensions || !["&>>", "&>", "<<<"].contains($0.text))
      })
    else { return nil }
    let after = index + found.text.utf8.count
    if hasExtensions, found.text == "<" || found.text == ">", after < bytes.count,
      bytes[after] == UInt8(ascii: "(")
    {
      return nil
    }
    position = after
    skipBlanks()
    if found.kind == .hereDocument {
      return try hereDocument(descriptor, stripsTabs: found.text == "<<-")
    }
    guard let target = try word() else { throw fail("a word expected after '\(found.text)'") }
    return Redirection(descriptor: descriptor, kind: found.kind, target: target)
  }

  /// Reads a here-document's text ahead: it begins behind the line that is being read.
  private mutating func hereDocument(_ descriptor: String?, stripsTabs: Bool) throws(Failure) -> Redirection {
    let start = position
    guard let word = try word(), let delimiter = word.constant else { throw fail("a word expected after '<<'") }
    let isQuoted = bytes[start..<position].contains { "\"'\\".utf8.contains($0) }
    let newline = documentsEnd?.newline ?? bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
    var next = documentsEnd?.next ?? min(newline + 1, bytes.count)
    let first = documentsEnd?.line ?? line + 1
    var last = first
    var content: [UInt8] = []
    while next < bytes.count {
      let end = bytes[next...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      var row = bytes[next..<end]
      next = min(end + 1, bytes.count)
      last += 1
      if stripsTabs { row = row.drop { $0 == UInt8(ascii: "\t") } }
      if row.elementsEqual(delimiter.utf8) { break }
      content += row + [UInt8(ascii: "\n")]
    }
    documentsEnd = (newline, next, last)
    var target = ShellWord(parts: [.text(String(decoding: content, as: UTF8.self), quoted: true)], line: line)
    if !isQuoted {
      var inner = ShellParser(content, dialect: dialect, line: first)
      inner.depth = depth + 1
      target.parts = try inner.quotedParts(until: nil)
    }
    return Redirection(descriptor: descriptor, kind: .hereDocument, target: target)
  }

  /// Steps over a line's end, and over the here-documents that follow it.
  mutating func newline() throws(Failure) {
    guard position < bytes.count else { return }
    if let documents = documentsEnd, position >= documents.newline {
      (position, line) = (max(position + 1, documents.next), documents.line)
      documentsEnd = nil
    } else {
      position += 1
      line += 1
    }
  }
}
