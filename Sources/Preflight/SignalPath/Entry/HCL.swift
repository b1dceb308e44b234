import Documents

/// The part of HashiCorp's language that job files are written in: blocks, attributes, strings, lists and objects.
///
/// Expressions are kept as text with their place; `${…}` in strings stays as it is written.
package struct HCL: Sendable {
  /// A block: `task "agent" { … }`.
  struct Block: Sendable {
    let type: String
    let labels: [String]
    let line: Int
    var attributes: [(name: String, value: Value, line: Int)] = []
    var blocks: [Block] = []

    /// The value of an attribute, the last of its name.
    func attribute(_ name: String) -> (value: Value, line: Int)? {
      attributes.last { $0.name == name }.map { ($0.value, $0.line) }
    }

    /// The blocks of a type below this one.
    func blocks(_ type: String) -> [Block] { blocks.filter { $0.type == type } }
  }

  /// A value as it is written.
  indirect enum Value: Sendable {
    case text(String)
    case list([Value])
    case object([(String, Value)])
    /// A number, a truth value, or an expression that is not evaluated.
    case expression(String)

    /// The text of a string, number or truth value.
    var text: String? {
      switch self {
      case .text(let text), .expression(let text): text
      case .list, .object: nil
      }
    }
  }

  /// The file as one block without a type.
  let root: Block

  static let limit = 1 << 20

  /// Reads a file; throws `DocumentFailure` with the first problem.
  package init(_ bytes: [UInt8], file: String) throws {
    var reader = Reader(scalars: Array(String(decoding: bytes, as: UTF8.self).unicodeScalars))
    do throws(Problem) {
      if bytes.contains(0) { throw Problem(what: "it is not text: a zero byte is in it", line: 1) }
      var root = Block(type: "", labels: [], line: 1)
      try reader.body(of: &root, depth: 0)
      self.root = root
    } catch {
      throw DocumentFailure([DocumentProblem(file: file, at: Mark(line: error.line, column: 1), error.what)])
    }
  }

  private struct Problem: Error {
    let what: String
    let line: Int
  }

  private struct Reader {
    let scalars: [Unicode.Scalar]
    var position = 0
    var line = 1

    var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    func problem(_ what: String) -> Problem { Problem(what: what, line: line) }

    mutating func advance() {
      if current == "\n" { line += 1 }
      position += 1
    }

    func starts(with text: String) -> Bool {
      scalars[min(position, scalars.count)...].starts(with: text.unicodeScalars)
    }

    /// Skips blanks and comments; line ends too where they mean nothing.
    mutating func skip(lineEnds: Bool = true) {
      while let scalar = current {
        if scalar == "#" || starts(with: "//") {
          while let scalar = current, scalar != "\n" { _ = scalar; advance() }
        } else if starts(with: "/*") {
          while current != nil, !starts(with: "*/") { advance() }
          advance()
          advance()
        } else if scalar.properties.isWhitespace, lineEnds || scalar != "\n" {
          advance()
        } else {
          return
        }
      }
    }

    mutating func body(of block: inout Block, depth: Int) throws(Problem) {
      guard depth < 64 else { throw problem("blocks are nested more than 64 deep") }
      while true {
        skip()
        guard let scalar = current else {
          if depth > 0 { throw problem("a block does not end") }
          return
        }
        if scalar == "}" {
          guard depth > 0 else { throw problem("a '}' too many") }
          advance()
          return
        }
        let start = line
        let name = scalar == "\"" ? try string() : self.name()
        guard !name.isEmpty else { throw problem("a name is expected, not '\(scalar)'") }
        skip(lineEnds: false)
        if current == "=" || current == ":" {
          advance()
          skip(lineEnds: false)
          let value = try self.value(depth: depth)
          block.attributes.append((name, value, start))
          skip(lineEnds: false)
          if current == "," { advance() }
          continue
        }
        var labels: [String] = []
        while current != "{" {
          switch current {
          case "\"": labels.append(try string())
          default:
            let label = self.name()
            guard !label.isEmpty else { throw problem("'{' or '=' is expected after '\(name)'") }
            labels.append(label)
          }
          skip(lineEnds: false)
        }
        advance()
        var inner = Block(type: name, labels: labels, line: start)
        try body(of: &inner, depth: depth + 1)
        block.blocks.append(inner)
      }
    }

    mutating func name() -> String {
      var name = String.UnicodeScalarView()
      while let scalar = current,
        scalar == "_" || scalar == "-" || scalar == "." || scalar.properties.isAlphabetic
          || scalar.properties.numericType == .decimal
      {
        name.append(scalar)
        advance()
      }
      return String(name)
    }

    mutating func value(depth: Int) throws(Problem) -> Value {
      guard depth < 64 else { throw problem("values are nested more than 64 deep") }
      switch current {
      case "\"": return .text(try string())
      case "[":
        advance()
        var values: [Value] = []
        while true {
          skip()
          if current == "]" {
            advance()
            return .list(values)
          }
          guard current != nil else { throw problem("a list does not end") }
          values.append(try value(depth: depth + 1))
          skip()
          if current == "," { advance() } else if current != "]" { throw problem("',' or ']' is expected in a list") }
        }
      case "{":
        advance()
        var block = Block(type: "", labels: [], line: line)
        try body(of: &block, depth: depth + 1)
        return .object(block.attributes.map { ($0.name, $0.value) })
      case "<" where starts(with: "<<"): return .text(try heredoc())
      case nil: throw problem("a value is missing")
      default:
        var text = String.UnicodeScalarView()
        var open = 0
        while let scalar = current, scalar != "\n",
          !(open == 0 && (scalar == "," || scalar == "]" || scalar == "}" || scalar == "#"))
        {
          if scalar == "(" || scalar == "[" { open += 1 }
          if scalar == ")" || scalar == "]" { open -= 1 }
          text.append(scalar)
          advance()
        }
        let expression = String(text).trimmed
        guard !expression.isEmpty else { throw problem("a value is missing") }
        return .expression(expression)
      }
    }

    mutating func string() throws(Problem) -> String {
      let start = line
      advance()
      var result = String.UnicodeScalarView()
      var depth = 0
      while let scalar = current {
        advance()
        if depth == 0, scalar == "\"" { return String(result) }
        if scalar == "$", current == "{" { depth += 1 }
        if scalar == "}", depth > 0 { depth -= 1 }
        guard scalar == "\\", let next = current, depth == 0 else {
          if scalar == "\n", depth == 0 { break }
          result.append(scalar)
          continue
        }
        advance()
        switch next {
        case "n": result.append("\n")
        case "t": result.append("\t")
        case "r": result.append("\r")
        default: result.append(next)
        }
      }
      throw Problem(what: "a string does not end", line: start)
    }

    mutating func heredoc() throws(Problem) -> String {
      let start = line
      advance()
      advance()
      let isIndented = current == "-"
      if isIndented { advance() }
      let name = self.name()
      guard !name.isEmpty else { throw problem("a here-document needs a name") }
      while let scalar = current, scalar != "\n" { _ = scalar; advance() }
      advance()
      var lines: [String] = []
      while current != nil {
        var text = String.UnicodeScalarView()
        while let scalar = current, scalar != "\n" {
          text.append(scalar)
          advance()
        }
        if String(text).trimmed == name { return Self.joined(lines, isIndented: isIndented) }
        advance()
        lines.append(String(text))
      }
      throw Problem(what: "the here-document '\(name)' does not end", line: start)
    }

    static func joined(_ lines: [String], isIndented: Bool) -> String {
      let indent =
        isIndented ? lines.filter { !$0.trimmed.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0 : 0
      return lines.map { String($0.dropFirst(min(indent, $0.count))) + "\n" }.joined()
    }
  }
}
