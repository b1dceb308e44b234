import Vocabulary

/// What a dollar sign or a backquote begins.
extension ShellParser {
  mutating func dollar(quoted: Bool) throws(Failure) -> ShellWord.Part {
    position += 1
    guard let byte = peek else { return .text("$", quoted: quoted) }
    switch byte {
    case UInt8(ascii: "("):
      if peek(1) == UInt8(ascii: "("), let text = arithmeticText() { return .arithmetic(text, quoted: quoted) }
      position += 1
      return .command(try substitution(), quoted: quoted)
    case UInt8(ascii: "{"):
      position += 1
      return .parameter(try braced(), quoted: quoted)
    case UInt8(ascii: "'") where !quoted && dialect != .dash:
      return .text(try escapedQuoted(), quoted: true)
    case UInt8(ascii: "\"") where !quoted && hasExtensions:
      return .text("", quoted: true)
    case _ where "@*#?-$!0123456789".utf8.contains(byte):
      position += 1
      return .parameter(Parameter(name: String(UnicodeScalar(byte))), quoted: quoted)
    default:
      guard let name = name() else { return .text("$", quoted: quoted) }
      return .parameter(Parameter(name: name), quoted: quoted)
    }
  }

  /// The commands up to the closing parenthesis of `$( )`, `<( )`.
  mutating func substitution() throws(Failure) -> ShellWord.Substitution {
    let outer = documentsEnd
    documentsEnd = nil
    let statements = try body(until: [], orParenthesis: true)
    documentsEnd = outer
    position += 1
    return ShellWord.Substitution(statements)
  }

  mutating func backquoted() throws(Failure) -> ShellWord.Substitution {
    let start = line
    position += 1
    var inner: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "`") {
      position += 1
      if byte == UInt8(ascii: "\n") { line += 1 }
      if byte == UInt8(ascii: "\\"), let next = peek, "$`\\".utf8.contains(next) {
        inner.append(next)
        position += 1
      } else {
        inner.append(byte)
      }
    }
    guard peek != nil else { throw fail("unterminated `") }
    position += 1
    guard depth < 200 else { throw fail("nested too deeply") }
    var parser = ShellParser(inner, dialect: dialect, line: start)
    parser.depth = depth + 1
    var statements: ShellScript.Body = []
    while true {
      try parser.skipNewlines()
      guard parser.position < inner.count else { break }
      statements += try parser.completeCommand()
    }
    return ShellWord.Substitution(statements)
  }

  /// The text of `(( ))` from its first parenthesis; nil, and nothing read, when it is not one.
  mutating func arithmeticText() -> String? {
    var level = 0
    var index = position
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "("): level += 1
      case UInt8(ascii: ")"):
        level -= 1
        if level == 1 {
          guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: ")") else {
            // `((a); b)` is a subshell in a subshell; `(( (a) + b ))` closes an inner one.
            break
          }
        }
        if level == 0 {
          guard bytes[index - 1] == UInt8(ascii: ")") else { return nil }
          let inner = text((position + 2)..<(index - 1))
          line += bytes[position..<index].count { $0 == UInt8(ascii: "\n") }
          position = index + 1
          return inner
        }
      default: break
      }
      index += 1
    }
    return nil
  }

  /// `$'…'`, its escapes read.
  private mutating func escapedQuoted() throws(Failure) -> String {
    position += 1
    var result: [UInt8] = []
    while let byte = peek, byte != UInt8(ascii: "'") {
      position += 1
      if byte == UInt8(ascii: "\n") { line += 1 }
      guard byte == UInt8(ascii: "\\"), let next = peek else {
        result.append(byte)
        continue
      }
      position += 1
      switch next {
      case UInt8(ascii: "n"): result.append(10)
      case UInt8(ascii: "t"): result.append(9)
      case UInt8(ascii: "r"): result.append(13)
      case UInt8(ascii: "a"): result.append(7)
      case UInt8(ascii: "b"): result.append(8)
      case UInt8(ascii: "f"): result.append(12)
      case UInt8(ascii: "v"): result.append(11)
      case UInt8(ascii: "e"), UInt8(ascii: "E"): result.append(27)
      case UInt8(ascii: "x"): result.append(UInt8(truncatingIfNeeded: digits(radix: 16, limit: 2)))
      case UInt8(ascii: "u"), UInt8(ascii: "U"):
        let value = digits(radix: 16, limit: next == UInt8(ascii: "u") ? 4 : 8)
        result += Array(String(UnicodeScalar(value) ?? "\u{FFFD}").utf8)
      case UInt8(ascii: "0")...UInt8(ascii: "7"):
        position -= 1
        result.append(UInt8(truncatingIfNeeded: digits(radix: 8, limit: 3)))
      default: result.append(next)
      }
    }
    guard peek != nil else { throw fail("unterminated $'") }
    position += 1
    return Word(String(decoding: result, as: UTF8.self)).text
  }

  private mutating func digits(radix: Int, limit: Int) -> UInt32 {
    var value: UInt32 = 0
    var count = 0
    while count < limit, let byte = peek, let digit = Character(UnicodeScalar(byte)).hexDigitValue, digit < radix {
      value = value &* UInt32(radix) &+ UInt32(digit)
      position += 1
      count += 1
    }
    return value
  }

  /// The rest of `${`.
  private mutating func braced() throws(Failure) -> Parameter {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else { throw fail("nested too deeply") }
    var parameter = Parameter(name: "")
    if peek == UInt8(ascii: "#"), let next = peek(1), next != UInt8(ascii: "}"), !":-=?+%#/".utf8.contains(next) {
      position += 1
      parameter.operation = .length
    } else if peek == UInt8(ascii: "!"), hasExtensions, let next = peek(1), isNameByte(next) {
      position += 1
      parameter.operation = .indirect
    }
    if let name = name() {
      parameter.name = name
    } else if let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      let start = position
      while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
      parameter.name = text(start..<position)
    } else if let byte = peek, "@*#?-$!".utf8.contains(byte) {
      position += 1
      parameter.name = String(UnicodeScalar(byte))
    } else {
      throw fail("bad substitution")
    }
    if peek == UInt8(ascii: "[") {
      guard let end = bytes[position...].prefix(200).firstIndex(of: UInt8(ascii: "]")) else {
        throw fail("bad substitution")
      }
      parameter.index = text((position + 1)..<end)
      position = end + 1
    }
    if case .indirect = parameter.operation, parameter.index != nil { parameter.operation = .keys }
    if take("}") { return parameter }
    switch parameter.operation {
    case .value: parameter.operation = try operation()
    default: _ = try operand()
    }
    guard take("}") else { throw fail("'}' expected") }
    return parameter
  }

  private mutating func operation() throws(Failure) -> Parameter.Operation {
    let colon = peek == UInt8(ascii: ":") && (peek(1).map { "-=?+".utf8.contains($0) } ?? false)
    if colon { position += 1 }
    guard let byte = peek else { throw fail("'}' expected") }
    position += 1
    switch byte {
    case UInt8(ascii: "-"): return .fallback(try operand(), whenEmpty: colon)
    case UInt8(ascii: "="): return .assign(try operand(), whenEmpty: colon)
    case UInt8(ascii: "?"): return .fail(try operand(), whenEmpty: colon)
    case UInt8(ascii: "+"): return .alternative(try operand(), whenEmpty: colon)
    case UInt8(ascii: "#"):
      let longest = take("#")
      return .removePrefix(try operand(), longest: longest)
    case UInt8(ascii: "%"):
      let longest = take("%")
      return .removeSuffix(try operand(), longest: longest)
    case UInt8(ascii: "^"): return .upperCase(all: try casing("^"))
    case UInt8(ascii: ","): return .lowerCase(all: try casing(","))
    case UInt8(ascii: ":"):
      let parts = try operand().constant?.split(separator: ":", maxSplits: 1).map(String.init) ?? []
      guard let offset = parts.first else { return .other }
      return .slice(offset: offset, length: parts.count > 1 ? parts[1] : nil)
    case UInt8(ascii: "/"):
      let all = take("/")
      var anchor: Character?
      if !all, take("#") { anchor = "#" } else if !all, take("%") { anchor = "%" }
      let pattern = try operand(until: UInt8(ascii: "/"))
      let replacement = take("/") ? try operand() : ShellWord(parts: [], line: line)
      return .replace(pattern, with: replacement, all: all, anchor: anchor)
    default:
      _ = try operand()
      return .other
    }
  }

  private mutating func casing(_ sign: String) throws(Failure) -> Bool {
    let all = take(sign)
    _ = try operand()
    return all
  }

  /// The word inside `${ }` up to its brace, or up to a slash.
  private mutating func operand(until stop: UInt8? = nil) throws(Failure) -> ShellWord {
    var word = ShellWord(parts: [], line: line)
    var plain: [UInt8] = []
    func flush(_ word: inout ShellWord, _ plain: inout [UInt8]) {
      guard !plain.isEmpty else { return }
      word.parts.append(.text(Word(String(decoding: plain, as: UTF8.self)).text, quoted: false))
      plain = []
    }
    while let byte = peek, byte != UInt8(ascii: "}"), byte != stop {
      switch byte {
      case UInt8(ascii: "\\"):
        position += 1
        guard let next = peek else { break }
        flush(&word, &plain)
        word.parts.append(.text(String(decoding: [next], as: UTF8.self), quoted: true))
        position += 1
      case UInt8(ascii: "'"):
        flush(&word, &plain)
        word.parts.append(.text(try singleQuoted(), quoted: true))
      case UInt8(ascii: "\""):
        flush(&word, &plain)
        position += 1
        word.parts += try quotedParts(until: byte)
      case UInt8(ascii: "$"):
        flush(&word, &plain)
        word.parts.append(try dollar(quoted: false))
      case UInt8(ascii: "`"):
        flush(&word, &plain)
        word.parts.append(.command(try backquoted(), quoted: false))
      default:
        if byte == UInt8(ascii: "\n") { line += 1 }
        plain.append(byte)
        position += 1
      }
    }
    guard peek != nil else { throw fail("'}' expected") }
    flush(&word, &plain)
    return word
  }
}
