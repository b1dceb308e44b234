extension PythonReader {
  /// One or more expressions; a tuple when there is a comma.
  mutating func expressions() throws(Unread) -> PythonExpression {
    let start = token
    let first = try starred()
    guard token.text == "," else { return first }
    var elements = [first]
    while take(",") {
      guard beginsExpression else { break }
      elements.append(try starred())
    }
    return PythonExpression(.tuple(elements), line: start.line, column: start.column)
  }

  /// The targets of a loop: what stands before `in`.
  mutating func targets() throws(Unread) -> PythonExpression {
    let start = token
    var elements: [PythonExpression] = []
    repeat {
      if token.text == "in" { break }
      elements.append(try target())
    } while take(",")
    guard let first = elements.first else { throw Unread() }
    return elements.count == 1 ? first : PythonExpression(.tuple(elements), line: start.line, column: start.column)
  }

  /// One target; `in` does not belong to it.
  mutating func target() throws(Unread) -> PythonExpression {
    _ = take("*")
    return try nested { reader throws(Unread) in try reader.operation(above: PythonReader.comparison) }
  }

  private var beginsExpression: Bool {
    switch token.kind {
    case .newline, .end, .indent, .dedent: return false
    case .name: return !["in", "if", "else", "for", "from", "as", "import", "and", "or", "is"].contains(token.text)
    case .number, .string: return true
    case .symbol: return ["(", "[", "{", "-", "+", "~", "*", "**", "..."].contains(token.text)
    }
  }

  mutating func starred() throws(Unread) -> PythonExpression {
    let start = token
    guard take("*") else { return try expression() }
    return PythonExpression(.prefix("*", try expression()), line: start.line, column: start.column)
  }

  /// One expression, without a comma.
  mutating func expression() throws(Unread) -> PythonExpression {
    try nested { reader throws(Unread) in try reader.anyExpression() }
  }

  private mutating func anyExpression() throws(Unread) -> PythonExpression {
    let start = token
    func made(_ kind: PythonExpression.Kind) -> PythonExpression {
      PythonExpression(kind, line: start.line, column: start.column)
    }
    if take("lambda") {
      let defaults = try parameters(end: ":", annotated: false).compactMap(\.value)
      try expect(":")
      return made(.lambda(defaults: defaults, body: try expression()))
    }
    if take("yield") {
      if take("from") { return made(.prefix("yield from", try expression())) }
      return made(beginsExpression ? .prefix("yield", try expressions()) : .constant("yield"))
    }
    let value = try operation(above: 0)
    if take(":=") {
      guard let name = value.name else { throw Unread() }
      return made(.named(name, try expression()))
    }
    guard take("if") else { return value }
    let condition = try operation(above: 0)
    try expect("else")
    return made(.conditional(value, condition: condition, otherwise: try expression()))
  }

  // MARK: Operators

  /// The rank of comparisons; higher binds closer.
  static let comparison = 4

  private static let ranks: [String: Int] = [
    "or": 1, "and": 2, "in": 4, "is": 4, "not": 4, "<": 4, ">": 4, "<=": 4, ">=": 4, "==": 4, "!=": 4, "<>": 4, "|": 5,
    "^": 6, "&": 7, "<<": 8, ">>": 8, "+": 9, "-": 9, "*": 10, "/": 10, "//": 10, "%": 10, "@": 10,
  ]

  /// Operands and operators of a higher rank than the given one.
  mutating func operation(above rank: Int) throws(Unread) -> PythonExpression {
    let start = token
    var left = try operand(rank)
    while isOperator, let next = PythonReader.ranks[token.text], next > rank {
      var sign = token.text
      advance()
      if sign == "not" {
        try expect("in")
        sign = "not in"
      } else if sign == "is", take("not") {
        sign = "is not"
      }
      let right = try nested { reader throws(Unread) in try reader.operation(above: next) }
      left = PythonExpression(.operation(sign, left, right), line: start.line, column: start.column)
    }
    return left
  }

  private var isOperator: Bool {
    switch token.kind {
    case .symbol: true
    case .name: token.text != "not" || peek(1) == "in"
    default: false
    }
  }

  private mutating func operand(_ rank: Int) throws(Unread) -> PythonExpression {
    let start = token
    if token.text == "not", case .name = token.kind {
      advance()
      let value = try nested { reader throws(Unread) in try reader.operation(above: 3) }
      return PythonExpression(.prefix("not", value), line: start.line, column: start.column)
    }
    if case .symbol = token.kind, ["-", "+", "~"].contains(token.text) {
      advance()
      let value = try nested { reader throws(Unread) in try reader.operand(11) }
      return PythonExpression(.prefix(start.text, value), line: start.line, column: start.column)
    }
    let base = try primary()
    guard take("**") else { return base }
    let power = try nested { reader throws(Unread) in try reader.operand(12) }
    return PythonExpression(.operation("**", base, power), line: start.line, column: start.column)
  }

  private mutating func primary() throws(Unread) -> PythonExpression {
    let start = token
    if case .name = token.kind, take("await") {
      let value = try nested { reader throws(Unread) in try reader.primary() }
      return PythonExpression(.prefix("await", value), line: start.line, column: start.column)
    }
    var value = try atom()
    while case .symbol = token.kind {
      let kind: PythonExpression.Kind
      switch token.text {
      case ".":
        advance()
        kind = .attribute(value, try memberName())
      case "(":
        advance()
        kind = .call(PythonCall(function: value, arguments: try arguments()))
      case "[":
        advance()
        kind = .element(value, try index())
      default: return value
      }
      value = PythonExpression(kind, line: start.line, column: start.column)
    }
    return value
  }

  /// A name after a dot; while somebody still types, even a keyword stands there.
  private mutating func memberName() throws(Unread) -> String {
    guard case .name = token.kind else { throw Unread() }
    defer { advance() }
    return token.text
  }

  /// What stands in `[…]` after a value, up to and with the closing bracket.
  private mutating func index() throws(Unread) -> PythonExpression {
    let start = token
    let plain = attempt { reader throws(Unread) in
      let value = try reader.expressions()
      try reader.expect("]")
      return value
    }
    if let plain { return plain }
    var depth = 1
    while depth > 0 {
      guard !isAtNewline else { throw Unread() }
      if ["(", "[", "{"].contains(token.text) { depth += 1 }
      if [")", "]", "}"].contains(token.text) { depth -= 1 }
      advance()
    }
    return PythonExpression(.unread, line: start.line, column: start.column)
  }
}
