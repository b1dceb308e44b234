import Vocabulary

/// Settings in JavaScript and TypeScript: the properties of the object that makes a server.
enum NodeServerSettings {
  static let words = ["ServerOptions", "WorkerOptions"]

  private static let names: [String: ServerSetting.Name] = [
    "drainTimeout": .drainTimeout, "shutdownProcessTimeout": .shutdownProcessTimeout,
  ]

  static func read(_ text: String, _ path: String) -> FileSettings {
    let tokens = ScriptTokens.read(text)
    let constants = ScriptTokens.constants(tokens)
    var found = FileSettings()
    for (index, token) in tokens.enumerated() {
      guard case .word(let name) = token.kind, words.contains(name), index > 0,
        tokens[index - 1].kind == .word("new"), tokens.at(index + 1)?.kind == .sign("(")
      else { continue }
      found.servers.append((name, .node, Place(file: path, line: token.line)))
      let arguments = ScriptTokens.inside(tokens, from: index + 1)
      found.settings += settings(tokens, arguments, constants, path, maker: name)
    }
    return found
  }

  private static func settings(
    _ tokens: [ScriptTokens.Token], _ range: Range<Int>, _ constants: [String: Double], _ path: String, maker: String
  ) -> [ServerSetting] {
    guard tokens.at(range.lowerBound)?.kind == .sign("{") else {
      // `new ServerOptions(options)`: what is in them is not to be seen.
      guard let first = tokens.at(range.lowerBound), !range.isEmpty else { return [] }
      return [
        ServerSetting(
          .drainTimeout, .notLiteral(first.text), at: Place(file: path, line: first.line), setBy: maker)
      ]
    }
    var settings: [ServerSetting] = []
    var spread: ScriptTokens.Token?
    for property in ScriptTokens.parts(tokens, ScriptTokens.inside(tokens, from: range.lowerBound)) {
      guard let first = tokens.at(property.lowerBound) else { continue }
      if first.kind == .sign("...") { spread = first }
      guard case .word(let name) = first.kind, let setting = names[name] else { continue }
      let isShort = property.count == 1
      let value = isShort ? property : property.dropFirst(2)
      let number = ScriptTokens.number(tokens[value], constants)
      let written = tokens[value].map(\.text).joined(separator: " ")
      settings.append(
        ServerSetting(
          setting, number.map { .seconds($0 / 1_000) } ?? .notLiteral(written),
          at: Place(file: path, line: first.line), setBy: maker))
      spread = setting == .drainTimeout ? nil : spread
    }
    if let spread {
      settings.append(
        ServerSetting(.drainTimeout, .notLiteral("..."), at: Place(file: path, line: spread.line), setBy: maker))
    }
    return settings
  }
}

/// The words, numbers and signs of a script, comments left out: enough to find an object's properties.
enum ScriptTokens {
  struct Token: Hashable {
    let kind: Kind
    let line: Int

    enum Kind: Hashable {
      case word(String), number(Double), text, sign(String)
    }

    var text: String {
      switch kind {
      case .word(let word): word
      case .number(let number): number.rounded() == number && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
      case .text: "'…'"
      case .sign(let sign): sign
      }
    }
  }

  /// Reads a text to its end, whatever it is.
  static func read(_ text: String) -> [Token] {
    let bytes = Array(text.utf8)
    var tokens: [Token] = []
    var line = 1
    var place = 0
    func at(_ offset: Int) -> UInt8? { place + offset < bytes.count ? bytes[place + offset] : nil }
    func isWord(_ byte: UInt8) -> Bool {
      byte == 0x5F || byte == 0x24 || byte >= 0x80 || (0x30...0x39).contains(byte)
        || (0x41...0x5A).contains(byte & 0xDF)
    }
    while let byte = at(0) {
      switch byte {
      case UInt8(ascii: "\n"):
        line += 1
        place += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): place += 1
      case UInt8(ascii: "/") where at(1) == UInt8(ascii: "/"):
        while let next = at(0), next != UInt8(ascii: "\n") { place += 1 }
      case UInt8(ascii: "/") where at(1) == UInt8(ascii: "*"):
        place += 2
        while let next = at(0), !(next == UInt8(ascii: "*") && at(1) == UInt8(ascii: "/")) {
          line += next == UInt8(ascii: "\n") ? 1 : 0
          place += 1
        }
        place += 2
      case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
        let start = line
        place += 1
        var content: [UInt8] = []
        // A quote that nothing closes ends with its line; a template may go on.
        while let next = at(0), next != byte, byte == UInt8(ascii: "`") || next != UInt8(ascii: "\n") {
          if next == UInt8(ascii: "\\") { place += 1 }
          line += at(0) == UInt8(ascii: "\n") ? 1 : 0
          content.append(next)
          place += 1
        }
        if at(0) == byte { place += 1 }
        // A quoted key is a key.
        let isKey = at(0) == UInt8(ascii: ":") && content.allSatisfy(isWord)
        tokens.append(Token(kind: isKey ? .word(String(decoding: content, as: UTF8.self)) : .text, line: start))
      case _ where isWord(byte):
        let start = place
        while let next = at(0), isWord(next) || (next == UInt8(ascii: ".") && (0x30...0x39).contains(byte)) {
          place += 1
        }
        let word = String(decoding: bytes[start..<place], as: UTF8.self)
        tokens.append(Token(kind: (0x30...0x39).contains(byte) ? number(word) : .word(word), line: line))
      case UInt8(ascii: ".") where at(1) == byte && at(2) == byte:
        tokens.append(Token(kind: .sign("..."), line: line))
        place += 3
      default:
        tokens.append(Token(kind: .sign(String(UnicodeScalar(byte))), line: line))
        place += 1
      }
    }
    return tokens
  }

  private static func number(_ text: String) -> Token.Kind {
    let plain = text.filter { $0 != "_" }.lowercased()
    if plain.hasPrefix("0x") { return Int(plain.dropFirst(2), radix: 16).map { .number(Double($0)) } ?? .text }
    return Double(plain).map { .number($0) } ?? .text
  }

  /// What lies between the bracket at a place and the one that closes it.
  static func inside(_ tokens: [Token], from open: Int) -> Range<Int> {
    var depth = 0
    for index in open..<tokens.count {
      guard case .sign(let sign) = tokens[index].kind else { continue }
      if "([{".contains(sign) { depth += 1 }
      if ")]}".contains(sign) { depth -= 1 }
      if depth == 0 { return open + 1..<index }
    }
    return open + 1..<max(open + 1, tokens.count)
  }

  /// The parts of a range between its commas.
  static func parts(_ tokens: [Token], _ range: Range<Int>) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = range.lowerBound
    var depth = 0
    for index in range {
      guard case .sign(let sign) = tokens[index].kind else { continue }
      if "([{".contains(sign) { depth += 1 }
      if ")]}".contains(sign) { depth -= 1 }
      if depth == 0, sign == "," {
        parts.append(start..<index)
        start = index + 1
      }
    }
    parts.append(start..<range.upperBound)
    return parts.filter { !$0.isEmpty }
  }

  /// The numbers that `const` gives a name, where each name is given one once.
  static func constants(_ tokens: [Token]) -> [String: Double] {
    var values: [String: Double] = [:]
    var seen: Set<String> = []
    for (index, token) in tokens.enumerated() where token.kind == .word("const") {
      guard case .word(let name)? = tokens.at(index + 1)?.kind else { continue }
      guard seen.insert(name).inserted else {
        values[name] = nil
        continue
      }
      guard
        var start = tokens[index...].dropFirst(2).firstIndex(where: { $0.kind == .sign("=") || $0.kind == .sign(";") }),
        tokens[start].kind == .sign("=")
      else { continue }
      start += 1
      let line = tokens.at(start)?.line ?? 0
      let end = tokens[start...].firstIndex { $0.kind == .sign(";") || $0.kind == .word("const") || $0.line > line + 4 }
      var expression = tokens[start..<(end ?? tokens.count)]
      // Without a semicolon an expression ends where the next line begins with a word.
      if let next = expression.dropFirst().firstIndex(where: { token in
        if case .word = token.kind { token.line > line } else { false }
      }) {
        expression = expression[..<next]
      }
      values[name] = number(expression, values)
    }
    return values
  }

  /// The value of arithmetic on numbers and constants; nil for anything else.
  static func number(_ tokens: ArraySlice<Token>, _ constants: [String: Double]) -> Double? {
    var arithmetic = Arithmetic(tokens: tokens, constants: constants)
    guard let value = arithmetic.sum(depth: 0), arithmetic.tokens.isEmpty else { return nil }
    return value
  }

  private struct Arithmetic {
    var tokens: ArraySlice<Token>
    let constants: [String: Double]

    mutating func sum(depth: Int) -> Double? {
      guard var value = product(depth: depth) else { return nil }
      while let sign = take("+", "-") {
        guard let next = product(depth: depth) else { return nil }
        value += sign == "+" ? next : -next
      }
      return value
    }

    private mutating func product(depth: Int) -> Double? {
      guard var value = atom(depth: depth) else { return nil }
      while let sign = take("*", "/") {
        guard let next = atom(depth: depth), sign == "*" || next != 0 else { return nil }
        value = sign == "*" ? value * next : value / next
      }
      return value
    }

    private mutating func atom(depth: Int) -> Double? {
      guard depth < 50, let token = tokens.popFirst() else { return nil }
      switch token.kind {
      case .number(let number): return number
      case .word(let name): return constants[name]
      case .sign("("):
        let value = sum(depth: depth + 1)
        return take(")", ")") == nil ? nil : value
      case .sign("-"): return atom(depth: depth + 1).map { -$0 }
      case .sign, .text: return nil
      }
    }

    private mutating func take(_ one: String, _ other: String) -> String? {
      guard case .sign(let sign)? = tokens.first?.kind, sign == one || sign == other else { return nil }
      tokens.removeFirst()
      return sign
    }
  }
}

extension Array {
  /// The element at a place; nil when there is none.
  fileprivate func at(_ place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}
