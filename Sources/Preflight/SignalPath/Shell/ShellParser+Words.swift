import Vocabulary

extension ShellParser {
  // MARK: Bytes

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
  func peek(_ offset: Int) -> UInt8? { position + offset < bytes.count ? bytes[position + offset] : nil }

  func starts(_ text: String, at index: Int? = nil) -> Bool { bytes[(index ?? position)...].starts(with: text.utf8) }

  mutating func take(_ text: String) -> Bool {
    guard starts(text) else { return false }
    position += text.utf8.count
    return true
  }

  func text(_ range: Range<Int>) -> String { Word(String(decoding: bytes[range], as: UTF8.self)).text }

  func fail(_ reason: String) -> Failure { Failure(line: line, reason: reason) }

  /// What is next, for messages.
  var nextText: String {
    guard position < bytes.count else { return "end of file" }
    let end = bytes[position...].prefix(20).firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: " ") }
    return end == position ? "line end" : text(position..<(end ?? min(position + 20, bytes.count))).harmless
  }

  func isNameByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  /// Whether a word cannot go on with the byte.
  func isBoundary(_ byte: UInt8?) -> Bool {
    guard let byte else { return true }
    return " \t\n;&|()<>".utf8.contains(byte)
  }

  /// Steps over blanks, continued lines and a comment.
  mutating func skipBlanks() {
    while let byte = peek {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): position += 1
      case UInt8(ascii: "\\") where peek(1) == UInt8(ascii: "\n"):
        position += 2
        line += 1
      case UInt8(ascii: "#") where position == 0 || isBoundary(bytes[position - 1]):
        position = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      default: return
      }
    }
  }

  /// Steps over blanks, comments and line ends.
  mutating func skipNewlines() throws(Failure) {
    skipBlanks()
    while peek == UInt8(ascii: "\n") {
      try newline()
      skipBlanks()
    }
  }

  /// The unquoted word that is next, when it is one of the reserved words.
  func reservedWordAhead() -> String? {
    var end = position
    while end < bytes.count, end - position < 9, !isBoundary(bytes[end]) { end += 1 }
    guard end > position, end == bytes.count || isBoundary(bytes[end]) else { return nil }
    let word = bytes[position..<end]
    return ShellParser.reservedWords[word.count]?.first { $0.utf8.elementsEqual(word) }
  }

  private static let reservedWords: [Int: [String]] = Dictionary(
    grouping: [
      "!", "{", "}", "if", "then", "else", "elif", "fi", "do", "done", "case", "esac", "while", "until", "for", "in",
      "select", "time", "[[", "function", "coproc",
    ], by: \.utf8.count)

  mutating func name() -> String? {
    let start = position
    guard let first = peek, isNameByte(first), !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
      return nil
    }
    while let byte = peek, isNameByte(byte) { position += 1 }
    return text(start..<position)
  }

  // MARK: Words

  /// The next word; nil where an operator or the line's end is next.
  mutating func word(
    isPattern: Bool = false, isTest: Bool = false, isExpression: Bool = false
  ) throws(Failure) -> ShellWord? {
    var word = ShellWord(parts: [], line: line)
    let start = position
    var plain: [UInt8] = []
    var parentheses = 0
    func flush(_ word: inout ShellWord, _ plain: inout [UInt8]) {
      guard !plain.isEmpty else { return }
      word.parts.append(.text(Word(String(decoding: plain, as: UTF8.self)).text, quoted: false))
      plain = []
    }
    while let byte = peek {
      switch byte {
      case UInt8(ascii: "("), UInt8(ascii: ")"):
        // Extended patterns, and groups in a regular expression.
        let opens = byte == UInt8(ascii: "(")
        let isExtended = opens && hasExtensions && (plain.last.map { "?*+@!".utf8.contains($0) } ?? false)
        guard isExtended || (isExpression && (opens || parentheses > 0)) || (!opens && parentheses > 0) else {
          flush(&word, &plain)
          return position == start ? nil : word
        }
        parentheses += opens ? 1 : -1
        plain.append(byte)
        position += 1
      case UInt8(ascii: "|") where parentheses > 0 || isExpression && peek(1) != byte:
        plain.append(byte)
        position += 1
      case UInt8(ascii: "<"), UInt8(ascii: ">"):
        guard hasExtensions, peek(1) == UInt8(ascii: "("), !isTest else {
          flush(&word, &plain)
          return position == start ? nil : word
        }
        flush(&word, &plain)
        position += 2
        word.parts.append(.process(try substitution(), isInput: byte == UInt8(ascii: "<")))
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: ";"), UInt8(ascii: "&"),
        UInt8(ascii: "|"):
        if parentheses > 0, byte != UInt8(ascii: "\n") {
          plain.append(byte)
          position += 1
          continue
        }
        flush(&word, &plain)
        return position == start ? nil : word
      case UInt8(ascii: "\\"):
        position += 1
        guard let next = peek else {
          plain.append(byte)
          break
        }
        position += 1
        if next == UInt8(ascii: "\n") {
          line += 1
        } else {
          flush(&word, &plain)
          let end = min(position - 1 + length(of: next), bytes.count)
          word.parts.append(.text(text((position - 1)..<end), quoted: true))
          position = end
        }
      case UInt8(ascii: "'"):
        flush(&word, &plain)
        word.parts.append(.text(try singleQuoted(), quoted: true))
      case UInt8(ascii: "\""):
        flush(&word, &plain)
        position += 1
        let parts = try quotedParts(until: byte)
        word.parts += parts.isEmpty ? [.text("", quoted: true)] : parts
      case UInt8(ascii: "$"):
        flush(&word, &plain)
        word.parts.append(try dollar(quoted: false))
      case UInt8(ascii: "`"):
        flush(&word, &plain)
        word.parts.append(.command(try backquoted(), quoted: false))
      default:
        plain.append(byte)
        position += 1
      }
    }
    flush(&word, &plain)
    return position == start ? nil : word
  }

  func length(of first: UInt8) -> Int { first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4 }

  mutating func singleQuoted() throws(Failure) -> String {
    let start = position + 1
    guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "'")) else { throw fail("unterminated '") }
    line += bytes[start..<end].count { $0 == UInt8(ascii: "\n") }
    position = end + 1
    return text(start..<end)
  }

  /// What stands between double quotes, or in a here-document (nil, to the end).
  mutating func quotedParts(until quote: UInt8?) throws(Failure) -> [ShellWord.Part] {
    var parts: [ShellWord.Part] = []
    var plain: [UInt8] = []
    func flush(_ parts: inout [ShellWord.Part], _ plain: inout [UInt8]) {
      guard !plain.isEmpty else { return }
      parts.append(.text(Word(String(decoding: plain, as: UTF8.self)).text, quoted: true))
      plain = []
    }
    while let byte = peek {
      if byte == quote {
        position += 1
        flush(&parts, &plain)
        return parts
      }
      switch byte {
      case UInt8(ascii: "\\"):
        guard let next = peek(1) else {
          plain.append(byte)
          position += 1
          continue
        }
        position += 2
        if next == UInt8(ascii: "\n") {
          line += 1
        } else if "$`\\".utf8.contains(next) || (next == quote) {
          plain.append(next)
        } else {
          plain += [byte, next]
        }
      case UInt8(ascii: "$"):
        flush(&parts, &plain)
        parts.append(try dollar(quoted: true))
      case UInt8(ascii: "`"):
        flush(&parts, &plain)
        parts.append(.command(try backquoted(), quoted: true))
      default:
        if byte == UInt8(ascii: "\n") { line += 1 }
        plain.append(byte)
        position += 1
      }
    }
    guard quote == nil else { throw fail("unterminated \"") }
    flush(&parts, &plain)
    return parts
  }

  // MARK: Assignments

  /// `name=value` where one is next.
  mutating func assignment(onlyLists: Bool = false) throws(Failure) -> SimpleCommand.Assignment? {
    var ahead = self
    guard let name = ahead.name() else { return nil }
    var index: ShellWord?
    if ahead.peek == UInt8(ascii: "["), hasExtensions,
      let end = ahead.bytes[ahead.position...].prefix(200).firstIndex(of: UInt8(ascii: "]"))
    {
      var inner = ShellParser(Array(ahead.bytes[(ahead.position + 1)..<end]), dialect: dialect, line: line)
      inner.depth = depth + 1
      index = ShellWord(parts: try inner.quotedParts(until: nil), line: line)
      ahead.position = end + 1
    }
    let appends = hasExtensions && ahead.starts("+=")
    if appends { ahead.position += 1 }
    guard ahead.take("=") else { return nil }
    if hasExtensions, ahead.peek == UInt8(ascii: "(") {
      ahead.position += 1
      var list: [ShellWord] = []
      while true {
        try ahead.skipNewlines()
        if ahead.take(")") { break }
        guard let word = try ahead.word() else { throw ahead.fail("unexpected '\(ahead.nextText)' in a list") }
        list.append(word)
      }
      self = ahead
      return SimpleCommand.Assignment(name: name, index: index, appends: appends, value: .list(list))
    }
    guard !onlyLists else { return nil }
    let value = try ahead.word() ?? ShellWord(parts: [], line: line)
    self = ahead
    return SimpleCommand.Assignment(name: name, index: index, appends: appends, value: .word(value))
  }
}
