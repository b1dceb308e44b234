/// A regular expression as it was written, as far as its language can be computed.
indirect enum PatternTree {
  case set(ScalarSet)
  case sequence([PatternTree])
  case choice([PatternTree])
  case repeated(PatternTree, least: Int, most: Int?)
  /// `^`.
  case start
  /// `$`.
  case end
  /// `(?=…)` and `(?!…)`.
  case ahead(PatternTree, isNegated: Bool)
}

/// What a pattern means to different validators, where they differ: `\d`, `\w`, `\s`, `.` and `$`.
enum PatternDialect: CaseIterable {
  /// ECMA-262, which JSON Schema names.
  case ecma
  /// Python's `re` and its like: classes of all of Unicode, and `$` before a last line end.
  case unicode

  var digits: ScalarSet {
    let ascii = ScalarSet([0x30...0x39])
    return self == .ecma ? ascii : ascii.union(ScalarSet([0x660...0x669]))
  }

  var wordScalars: ScalarSet {
    let ascii = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    return self == .ecma ? ascii : ascii.union(ScalarSet([0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2C1, 0x660...0x669]))
  }

  var spaces: ScalarSet {
    let common = ScalarSet([
      0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
      0x205F...0x205F, 0x3000...0x3000,
    ])
    return common.union(self == .ecma ? ScalarSet("\u{FEFF}") : ScalarSet([0x1C...0x1F, 0x85...0x85]))
  }

  var lineEnds: ScalarSet {
    self == .ecma ? ScalarSet("\n", "\r", "\u{2028}", "\u{2029}") : ScalarSet("\n")
  }
}

/// Reads the syntax of ECMA-262's patterns; refuses what it does not know.
struct PatternReader {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0
  private let dialect: PatternDialect

  private struct Unreadable: Error {}

  /// The tree of a pattern; nil for syntax that is not known, back references and word boundaries among it.
  static func read(_ pattern: String, _ dialect: PatternDialect) -> PatternTree? {
    var reader = PatternReader(scalars: Array(pattern.unicodeScalars), dialect: dialect)
    guard let tree = try? reader.choice(), reader.position == reader.scalars.count else { return nil }
    return tree
  }

  private init(scalars: [Unicode.Scalar], dialect: PatternDialect) {
    self.scalars = scalars
    self.dialect = dialect
  }

  private var current: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func skip(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func choice() throws -> PatternTree {
    depth += 1
    defer { depth -= 1 }
    guard depth < 50 else { throw Unreadable() }
    var branches = [try sequence()]
    while skip("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .choice(branches)
  }

  private mutating func sequence() throws -> PatternTree {
    var parts: [PatternTree] = []
    while let scalar = current, scalar != "|", scalar != ")" { parts.append(try quantified(try atom())) }
    return parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func atom() throws -> PatternTree {
    guard let scalar = current else { throw Unreadable() }
    position += 1
    switch scalar {
    case "^": return .start
    case "$": return .end
    case ".": return .set(dialect.lineEnds.inverted)
    case "(": return try group()
    case "[": return .set(try bracket())
    case "\\": return .set(try escape(inBracket: false))
    case "*", "+", "?": throw Unreadable()
    default: return .set(ScalarSet(scalar))
    }
  }

  private mutating func group() throws -> PatternTree {
    var isAhead: Bool?
    if skip("?=") {
      isAhead = true
    } else if skip("?!") {
      isAhead = false
    } else if skip("?<") {
      guard let scalar = current, scalar.properties.isAlphabetic else { throw Unreadable() }
      while let scalar = current, scalar != ">" { position += scalar == ")" ? scalars.count : 1 }
      guard skip(">") else { throw Unreadable() }
    } else if !skip("?:"), current == "?" {
      throw Unreadable()
    }
    let inner = try choice()
    guard skip(")") else { throw Unreadable() }
    return isAhead.map { .ahead(inner, isNegated: !$0) } ?? inner
  }

  private mutating func quantified(_ tree: PatternTree) throws -> PatternTree {
    var result = tree
    while let (least, most) = try quantifier() {
      if case .start = tree { throw Unreadable() }
      if case .end = tree { throw Unreadable() }
      if case .ahead = tree { throw Unreadable() }
      if case .repeated = result { throw Unreadable() }
      result = .repeated(result, least: least, most: most)
      // A lazy quantifier has the same language; a possessive one does not.
      _ = skip("?")
      if current == "+" || current == "*" || current == "?" { throw Unreadable() }
    }
    return result
  }

  private mutating func quantifier() throws -> (Int, Int?)? {
    if skip("*") { return (0, nil) }
    if skip("+") { return (1, nil) }
    if skip("?") { return (0, 1) }
    guard current == "{" else { return nil }
    let start = position
    position += 1
    let least = number()
    var most = least
    if skip(",") { most = number() }
    guard skip("}"), let least else {
      // Outside a quantifier a brace is itself to some readers and an error to others.
      position = start
      throw Unreadable()
    }
    if let most, most < least { throw Unreadable() }
    return (least, most)
  }

  private mutating func number() -> Int? {
    let start = position
    while let scalar = current, ("0"..."9").contains(scalar) { position += 1 }
    return Int(String(String.UnicodeScalarView(scalars[start..<position])))
  }

  private mutating func bracket() throws -> ScalarSet {
    let isInverted = skip("^")
    var set = ScalarSet([])
    while !skip("]") {
      let (low, single) = try bracketPart()
      if let single, current == "-", position + 1 < scalars.count, scalars[position + 1] != "]" {
        position += 1
        guard let end = try bracketPart().single, end >= single else { throw Unreadable() }
        set = set.union(ScalarSet([single.value...end.value]))
      } else {
        set = set.union(low)
      }
    }
    return isInverted ? set.inverted : set
  }

  private mutating func bracketPart() throws -> (set: ScalarSet, single: Unicode.Scalar?) {
    guard let scalar = current else { throw Unreadable() }
    position += 1
    // `[` within brackets is set syntax in some dialects.
    if scalar == "[" || scalar == "&" && current == "&" { throw Unreadable() }
    let set = scalar == "\\" ? try escape(inBracket: true) : ScalarSet(scalar)
    let range = set.ranges.count == 1 ? set.ranges[0] : nil
    return (set, range.flatMap { $0.count == 1 ? Unicode.Scalar($0.lowerBound) : nil })
  }

  private mutating func escape(inBracket: Bool) throws -> ScalarSet {
    guard let scalar = current else { throw Unreadable() }
    position += 1
    switch scalar {
    case "d": return dialect.digits
    case "D": return dialect.digits.inverted
    case "w": return dialect.wordScalars
    case "W": return dialect.wordScalars.inverted
    case "s": return dialect.spaces
    case "S": return dialect.spaces.inverted
    case "t": return ScalarSet("\t")
    case "n": return ScalarSet("\n")
    case "r": return ScalarSet("\r")
    case "f": return ScalarSet("\u{C}")
    case "v": return ScalarSet("\u{B}")
    case "0":
      if let next = current, ("0"..."9").contains(next) { throw Unreadable() }
      return ScalarSet("\0")
    case "x": return try hexadecimal(2)
    case "u":
      guard skip("{") else { return try hexadecimal(4) }
      var count = 0
      while position + count < scalars.count, scalars[position + count] != "}" { count += 1 }
      let set = try hexadecimal(count)
      guard skip("}") else { throw Unreadable() }
      return set
    default:
      // Escaped letters and digits that are not listed mean different things to different readers.
      guard scalar.isASCII, !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else { throw Unreadable() }
      return ScalarSet(scalar)
    }
  }

  private mutating func hexadecimal(_ count: Int) throws -> ScalarSet {
    guard (1...6).contains(count), position + count <= scalars.count,
      let value = UInt32(String(String.UnicodeScalarView(scalars[position..<position + count])), radix: 16),
      let scalar = Unicode.Scalar(value)
    else { throw Unreadable() }
    position += count
    return ScalarSet(scalar)
  }
}
