extension PythonReader {
  /// A name, a literal, or what stands in brackets.
  mutating func atom() throws(Unread) -> PythonExpression {
    let start = token
    func made(_ kind: PythonExpression.Kind) -> PythonExpression {
      PythonExpression(kind, line: start.line, column: start.column)
    }
    switch token.kind {
    case .number:
      advance()
      return made(.number(start.text))
    case .string: return made(strings())
    case .name:
      if ["True", "False", "None"].contains(token.text) {
        advance()
        return made(.constant(start.text))
      }
      return made(.name(try identifier()))
    case .symbol:
      advance()
      switch start.text {
      case "(": return try nested { reader throws(Unread) in try reader.parenthesized(start) }
      case "[":
        let elements = try nested { reader throws(Unread) in try reader.elements(end: "]") }
        return made(PythonExpression.Kind.list(elements).flattened)
      case "{": return made(try nested { reader throws(Unread) in try reader.braces() }.flattened)
      case "...": return made(.constant("..."))
      default: throw Unread()
      }
    case .newline, .indent, .dedent, .end: throw Unread()
    }
  }

  /// Adjacent strings, joined.
  private mutating func strings() -> PythonExpression.Kind {
    var parts: [PythonTextPart] = []
    var isBytes = false
    while case .string(let text) = token.kind {
      isBytes = isBytes || text.isBytes
      for part in text.parts {
        if case .text(let more) = part, case .text(let before)? = parts.last {
          parts[parts.count - 1] = .text(before + more)
        } else {
          parts.append(part)
        }
      }
      advance()
    }
    guard parts.count < 2, parts.first?.isText != false else { return .formatted(parts) }
    let text = parts.first?.text ?? ""
    return isBytes ? .bytes(text) : .string(text)
  }

  private mutating func parenthesized(_ start: PythonToken) throws(Unread) -> PythonExpression {
    if take(")") { return PythonExpression(.tuple([]), line: start.line, column: start.column) }
    let value = try expressions()
    let kind = try comprehension(of: [value])
    try expect(")")
    return kind.map { PythonExpression($0, line: start.line, column: start.column) } ?? value
  }

  /// The elements of a set whose first is read.
  private mutating func elements(after first: PythonExpression, at start: PythonToken) throws(Unread)
    -> [PythonExpression]
  {
    if let clauses = try comprehension(of: [first]) {
      try expect("}")
      return [PythonExpression(clauses, line: start.line, column: start.column)]
    }
    guard take(",") else {
      try expect("}")
      return [first]
    }
    return [first] + (try elements(end: "}"))
  }

  /// Elements up to and with the closing bracket; a comprehension is the only element.
  private mutating func elements(end: String) throws(Unread) -> [PythonExpression] {
    var elements: [PythonExpression] = []
    while token.text != end {
      let start = token
      let element = try starred()
      let clauses = elements.isEmpty ? try comprehension(of: [element]) : nil
      elements.append(clauses.map { PythonExpression($0, line: start.line, column: start.column) } ?? element)
      guard clauses == nil, take(",") else { break }
    }
    try expect(end)
    return elements
  }

  private mutating func braces() throws(Unread) -> PythonExpression.Kind {
    var entries: [PythonEntry] = []
    repeat {
      if token.text == "}" { break }
      if take("**") {
        entries.append(PythonEntry(key: nil, value: try expression()))
        continue
      }
      let start = token
      let key = try starred()
      if entries.isEmpty, token.text != ":" { return .set(try elements(after: key, at: start)) }
      try expect(":")
      let value = try expression()
      if let kind = try comprehension(of: [key, value]) {
        try expect("}")
        return kind
      }
      entries.append(PythonEntry(key: key, value: value))
    } while take(",")
    try expect("}")
    return .dictionary(entries)
  }

  /// The clauses behind what a comprehension makes; nil when there are none.
  private mutating func comprehension(of made: [PythonExpression]) throws(Unread) -> PythonExpression.Kind? {
    var clauses: [PythonExpression] = []
    var isThere = false
    while token.text == "for" || token.text == "async" && peek(1) == "for" {
      isThere = true
      _ = take("async")
      advance()
      _ = try targets()
      try expect("in")
      clauses.append(try condition())
      while take("if") { clauses.append(try condition()) }
    }
    return isThere ? .comprehension(made, clauses: clauses) : nil
  }

  /// An expression whose `if` belongs to a comprehension around it.
  private mutating func condition() throws(Unread) -> PythonExpression {
    try nested { reader throws(Unread) in try reader.operation(above: 0) }
  }

  // MARK: Arguments and parameters

  /// Arguments up to and with the closing parenthesis.
  mutating func arguments() throws(Unread) -> [PythonArgument] {
    var arguments: [PythonArgument] = []
    repeat {
      if token.text == ")" { break }
      arguments.append(try argument())
    } while take(",")
    try expect(")")
    return arguments
  }

  private mutating func argument() throws(Unread) -> PythonArgument {
    for star in ["**", "*"] where take(star) {
      return PythonArgument(name: nil, spread: star, value: try expression())
    }
    if case .name = token.kind, peek(1) == "=" {
      let name = try identifier()
      advance()
      return PythonArgument(name: name, spread: nil, value: try expression())
    }
    let start = token
    let value = try expression()
    let made = try comprehension(of: [value]).map { PythonExpression($0, line: start.line, column: start.column) }
    return PythonArgument(name: nil, spread: nil, value: made ?? value)
  }

  /// Parameters up to the word that ends them.
  mutating func parameters(end: String, annotated: Bool) throws(Unread) -> [PythonFunction.Parameter] {
    var parameters: [PythonFunction.Parameter] = []
    repeat {
      if token.text == end { break }
      let isStarred = take("*") || take("**")
      if isStarred && token.text == "," || take("/") { continue }
      let name = try identifier()
      if annotated, take(":") { _ = try expression() }
      parameters.append(PythonFunction.Parameter(name: name, value: take("=") ? try expression() : nil))
    } while take(",")
    return parameters
  }

  /// Passes `[…]`: type parameters.
  mutating func passBrackets() throws(Unread) {
    advance()
    var depth = 1
    while depth > 0 {
      guard !isAtNewline else { throw Unread() }
      if token.text == "[" { depth += 1 }
      if token.text == "]" { depth -= 1 }
      advance()
    }
  }
}

extension PythonTextPart {
  var isText: Bool { text != nil }

  /// The text; nil for a hole.
  package var text: String? {
    guard case .text(let text) = self else { return nil }
    return text
  }
}

extension PythonExpression.Kind {
  /// A list or set whose only element is a comprehension is that comprehension.
  fileprivate var flattened: PythonExpression.Kind {
    switch self {
    case .list(let elements), .set(let elements):
      if elements.count == 1, case .comprehension = elements[0].kind { return elements[0].kind }
      return self
    default: return self
    }
  }
}
