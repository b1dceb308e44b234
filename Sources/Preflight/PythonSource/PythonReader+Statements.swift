extension PythonReader {
  /// One statement; a compound one with its blocks.
  mutating func statement() throws(Unread) -> PythonStatement {
    let decorators = try self.decorators()
    let first = token.line
    if let compound = try compound() {
      return PythonStatement(kind: compound.kind, lines: first...max(first, compound.headEnd), decorators: decorators)
    }
    let kind = try simple()
    return PythonStatement(kind: kind, lines: lines(from: first), decorators: [])
  }

  private mutating func decorators() throws(Unread) -> [PythonExpression] {
    var decorators: [PythonExpression] = []
    while take("@") {
      decorators.append(try expression())
      guard isAtNewline, !isAtEnd else { throw Unread() }
      advance()
    }
    return decorators
  }

  // MARK: Simple statements

  private mutating func simple() throws(Unread) -> PythonStatement.Kind {
    switch token.text {
    case "import", "from": return .imports(try imports())
    case "return":
      advance()
      return .returns(try optionalExpressions())
    case "raise":
      advance()
      let value = try optionalExpressions()
      if take("from") { _ = try expression() }
      return .raises(value)
    case "assert":
      advance()
      let condition = try expression()
      if take(",") { _ = try expression() }
      return .asserts(condition)
    case "pass", "break", "continue":
      defer { advance() }
      return .keyword(token.text)
    case "global", "nonlocal", "del",
      "type" where token.text != "type" || peek(1).first?.isLetter == true:
      defer { while !isAtNewline, token.text != ";" { advance() } }
      return .keyword(token.text)
    default: return try assignmentOrExpression()
    }
  }

  private mutating func optionalExpressions() throws(Unread) -> PythonExpression? {
    isAtNewline || token.text == ";" || token.text == "from" ? nil : try expressions()
  }

  private static let augmentations: Set<String> = [
    "+=", "-=", "*=", "/=", "//=", "%=", "**=", "@=", "&=", "|=", "^=", ">>=", "<<=",
  ]

  private mutating func assignmentOrExpression() throws(Unread) -> PythonStatement.Kind {
    let first = try expressions()
    if take(":") {
      let annotation = try expression()
      return .assignment(targets: [first], annotation: annotation, value: take("=") ? try expressions() : nil)
    }
    if PythonReader.augmentations.contains(token.text) {
      let sign = token.text
      advance()
      return .augmented(target: first, operator: sign, value: try expressions())
    }
    var values = [first]
    while take("=") { values.append(try expressions()) }
    guard let value = values.popLast(), !values.isEmpty else { return .expression(first) }
    return .assignment(targets: values, annotation: nil, value: value)
  }

  // MARK: Imports

  private mutating func imports() throws(Unread) -> [PythonImport] {
    let line = token.line
    guard !take("import") else { return try plainImports(line: line) }
    advance()
    var module = ""
    while token.text == "." || token.text == "..." {
      module += token.text
      advance()
    }
    if token.text != "import" { module += try dotted() }
    try expect("import")
    if take("*") { return [PythonImport(module: module, member: "*", name: nil, line: line)] }
    let isBracketed = take("(")
    var imports: [PythonImport] = []
    repeat {
      if isBracketed, token.text == ")" { break }
      let line = token.line
      let member = try identifier()
      let alias = take("as") ? try identifier() : member
      imports.append(PythonImport(module: module, member: member, name: alias, line: line))
    } while take(",")
    if isBracketed { try expect(")") }
    return imports
  }

  private mutating func plainImports(line: Int) throws(Unread) -> [PythonImport] {
    var imports: [PythonImport] = []
    repeat {
      let module = try dotted()
      let name = take("as") ? try identifier() : String(module.prefix { $0 != "." })
      imports.append(PythonImport(module: module, member: nil, name: name, line: line))
    } while take(",")
    return imports
  }

  private mutating func dotted() throws(Unread) -> String {
    var name = try identifier()
    while take(".") { name += "." + (try identifier()) }
    return name
  }

  // MARK: Compound statements

  private typealias Compound = (kind: PythonStatement.Kind, headEnd: Int)

  private mutating func compound() throws(Unread) -> Compound? {
    switch token.text {
    case "if": return try branches()
    case "for": return try loop()
    case "while":
      advance()
      let condition = try expression()
      let end = token.line
      return (.condition(condition, body: try block(), otherwise: try otherwise()), end)
    case "with": return try with()
    case "try": return try attemptStatement()
    case "def": return try function(isAsync: false)
    case "class": return try type()
    case "async" where ["def", "for", "with"].contains(peek(1)):
      advance()
      return token.text == "def" ? try function(isAsync: true) : try compound()
    case "match" where isHead(ofBlockThatBeginsWith: "case"): return try match()
    default: return nil
    }
  }

  private mutating func otherwise() throws(Unread) -> [PythonStatement] {
    take("else") ? try block() : []
  }

  private mutating func branches() throws(Unread) -> Compound {
    var branches: [PythonBranch] = []
    var end = token.line
    while token.text == "if" && branches.isEmpty || token.text == "elif" {
      let line = token.line
      advance()
      let condition = try expression()
      if branches.isEmpty { end = token.line }
      branches.append(PythonBranch(condition: condition, body: try block(), line: line))
    }
    if token.text == "else" {
      let line = token.line
      advance()
      branches.append(PythonBranch(condition: nil, body: try block(), line: line))
    }
    return (.branches(branches), end)
  }

  private mutating func loop() throws(Unread) -> Compound {
    advance()
    let target = try targets()
    try expect("in")
    let iterable = try expressions()
    let end = token.line
    return (.loop(target: target, iterable: iterable, body: try block(), otherwise: try otherwise()), end)
  }

  private mutating func with() throws(Unread) -> Compound {
    advance()
    let items: [PythonWithItem]
    if let bracketed = attempt({ reader throws(Unread) in try reader.bracketedItems() }) {
      items = bracketed
    } else {
      items = try withItems(end: ":")
    }
    let end = token.line
    return (.with(items, body: try block()), end)
  }

  private mutating func bracketedItems() throws(Unread) -> [PythonWithItem] {
    try expect("(")
    let items = try withItems(end: ")")
    try expect(")")
    guard token.text == ":" else { throw Unread() }
    return items
  }

  private mutating func withItems(end: String) throws(Unread) -> [PythonWithItem] {
    var items: [PythonWithItem] = []
    repeat {
      if token.text == end { break }
      items.append(PythonWithItem(value: try expression(), target: take("as") ? try target() : nil))
    } while take(",")
    return items
  }

  private mutating func attemptStatement() throws(Unread) -> Compound {
    let end = token.line
    advance()
    let body = try block()
    var handlers: [PythonBranch] = []
    while token.text == "except" {
      let line = token.line
      advance()
      _ = take("*")
      let taken = token.text == ":" ? nil : try expressions()
      if take("as") { _ = try identifier() }
      handlers.append(PythonBranch(condition: taken, body: try block(), line: line))
    }
    let otherwise = try self.otherwise()
    return (
      .attempt(body: body, handlers: handlers, otherwise: otherwise, finally: take("finally") ? try block() : []), end
    )
  }

  private mutating func function(isAsync: Bool) throws(Unread) -> Compound {
    advance()
    let name = try identifier()
    if token.text == "[" { try passBrackets() }
    try expect("(")
    let parameters = try self.parameters(end: ")", annotated: true)
    try expect(")")
    if take("->") { _ = try expressions() }
    let end = token.line
    let body = try block()
    return (.function(PythonFunction(name: name, isAsync: isAsync, parameters: parameters, body: body)), end)
  }

  private mutating func type() throws(Unread) -> Compound {
    advance()
    let name = try identifier()
    if token.text == "[" { try passBrackets() }
    let arguments = take("(") ? try self.arguments() : []
    let end = token.line
    return (.type(name: name, arguments: arguments, body: try block()), end)
  }

  private mutating func match() throws(Unread) -> Compound {
    advance()
    let subject = try expressions()
    let end = token.line
    try expect(":")
    advance()
    advance()
    var cases: [[PythonStatement]] = []
    while take("case") {
      try passToColon()
      cases.append(try block())
    }
    try endOfBlock()
    return (.match(subject, cases: cases), end)
  }
}
