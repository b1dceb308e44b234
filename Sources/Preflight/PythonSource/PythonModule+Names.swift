extension PythonModule {
  /// The full dotted name of what an expression names, its imports followed: `sa.create_engine` after
  /// `import sqlalchemy as sa` is `sqlalchemy.create_engine`; nil when it is anything but names and dots.
  ///
  /// A name that no import binds stands for itself.
  package func qualifiedName(of expression: PythonExpression) -> String? {
    guard let dotted = expression.dottedName else { return nil }
    let first = String(dotted.prefix { $0 != "." })
    return (bindings[first] ?? first) + dotted.dropFirst(first.count)
  }

  /// The full dotted name of what a call calls.
  package func qualifiedName(of call: PythonCall) -> String? { qualifiedName(of: call.function) }

  static func bindings(_ body: [PythonStatement]) -> [String: String] {
    var bindings: [String: String] = [:]
    for item in body.flatMap(\.withDescendants).flatMap(\.imports) {
      if let name = item.name { bindings[name] = item.target }
    }
    return bindings
  }

  static func constants(_ body: [PythonStatement]) -> [String: PythonExpression] {
    var values: [String: PythonExpression] = [:]
    var bound: [String: Int] = [:]
    for statement in body.flatMap(\.withDescendants) {
      for name in statement.boundNames { bound[name, default: 0] += 1 }
    }
    for statement in body {
      guard case .assignment(let targets, _, let value?) = statement.kind else { continue }
      for name in targets.compactMap(\.name) where bound[name] == 1 { values[name] = value }
    }
    return values
  }

  // MARK: Values

  /// The text of a string, or of a name that is bound to one exactly once; nil when it is not to be known from the source.
  package func text(of expression: PythonExpression) -> String? { text(of: expression, within: 20) }

  private func text(of expression: PythonExpression, within steps: Int) -> String? {
    guard steps > 0 else { return nil }
    switch expression.kind {
    case .string(let text): return text
    case .name(let name): return constants[name].flatMap { text(of: $0, within: steps - 1) }
    case .operation("+", let left, let right):
      guard let first = text(of: left, within: steps - 1) else { return nil }
      return text(of: right, within: steps - 1).map { first + $0 }
    default: return nil
    }
  }

  /// The texts of a list or tuple whose every element is to be known from the source.
  package func texts(of expression: PythonExpression) -> [String]? {
    switch expression.kind {
    case .list(let elements), .tuple(let elements):
      let texts = elements.compactMap { text(of: $0) }
      return texts.count == elements.count ? texts : nil
    case .name(let name): return constants[name].flatMap { if case .name = $0.kind { nil } else { texts(of: $0) } }
    default: return nil
    }
  }

  /// The value of a number, of arithmetic on numbers, or of a name that is bound to one exactly once; nil when it is not to
  /// be known from the source.
  package func number(of expression: PythonExpression) -> Double? { number(of: expression, within: 20) }

  private func number(of expression: PythonExpression, within steps: Int) -> Double? {
    guard steps > 0 else { return nil }
    switch expression.kind {
    case .number(let text): return PythonModule.number(text)
    case .name(let name): return constants[name].flatMap { number(of: $0, within: steps - 1) }
    case .prefix("-", let value): return number(of: value, within: steps - 1).map { -$0 }
    case .prefix("+", let value): return number(of: value, within: steps - 1)
    case .operation(let sign, let left, let right):
      guard let first = number(of: left, within: steps - 1), let second = number(of: right, within: steps - 1) else {
        return nil
      }
      switch sign {
      case "+": return first + second
      case "-": return first - second
      case "*": return first * second
      case "/": return second == 0 ? nil : first / second
      case "//": return second == 0 ? nil : (first / second).rounded(.down)
      default: return nil
      }
    default: return nil
    }
  }

  static func number(_ text: String) -> Double? {
    let plain = text.filter { $0 != "_" }.lowercased()
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where plain.hasPrefix(prefix) {
      return Int(plain.dropFirst(2), radix: radix).map(Double.init)
    }
    return plain.last?.isNumber == true || plain.last == "." ? Double(plain.last == "." ? plain + "0" : plain) : nil
  }

  /// `True` or `False`, or a name that is bound to one exactly once; nil when it is not to be known from the source.
  package func flag(of expression: PythonExpression) -> Bool? {
    switch expression.kind {
    case .constant("True"): true
    case .constant("False"): false
    case .name(let name): constants[name].flatMap { if case .name = $0.kind { nil } else { flag(of: $0) } }
    default: nil
    }
  }
}

extension PythonStatement {
  /// The names that the statement binds where it stands.
  package var boundNames: [String] {
    switch kind {
    case .assignment(let targets, _, _): targets.flatMap(\.targetNames) + walrusNames
    case .augmented(let target, _, _): target.targetNames
    case .imports(let imports): imports.compactMap(\.name)
    case .function(let function): [function.name] + function.parameters.map(\.name)
    case .type(let name, _, _): [name]
    case .loop(let target, _, _, _): target.targetNames
    case .with(let items, _): items.compactMap(\.target).flatMap(\.targetNames) + walrusNames
    default: walrusNames
    }
  }

  private var walrusNames: [String] {
    expressions.flatMap(\.withDescendants).compactMap { if case .named(let name, _) = $0.kind { name } else { nil } }
  }
}

extension PythonExpression {
  fileprivate var targetNames: [String] {
    switch kind {
    case .name(let name): [name]
    case .tuple(let elements), .list(let elements): elements.flatMap(\.targetNames)
    case .prefix("*", let value): value.targetNames
    default: []
    }
  }
}
