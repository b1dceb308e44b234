/// One statement of Python.
package struct PythonStatement: Sendable {
  /// What it does.
  package let kind: Kind
  /// Its first and last line, from 1; for a compound statement, those of its head, decorators excluded.
  package let lines: ClosedRange<Int>
  /// The decorators of a function or class.
  package let decorators: [PythonExpression]

  /// Its first line, from 1.
  package var line: Int { lines.lowerBound }

  /// What a statement does.
  package enum Kind: Sendable {
    /// An expression for its effect.
    case expression(PythonExpression)
    /// `targets = value`; a tuple target is one target. An annotated one without value has none.
    case assignment(targets: [PythonExpression], annotation: PythonExpression?, value: PythonExpression?)
    /// `target += value`.
    case augmented(target: PythonExpression, operator: String, value: PythonExpression)
    /// `import` or `from … import`, one entry for each name.
    case imports([PythonImport])
    /// `def` or `async def`.
    case function(PythonFunction)
    /// `class`.
    case type(name: String, arguments: [PythonArgument], body: [PythonStatement])
    /// `if` with its `elif`s and `else`, whose condition is nil.
    case branches([PythonBranch])
    /// `for target in iterable`.
    case loop(
      target: PythonExpression, iterable: PythonExpression, body: [PythonStatement], otherwise: [PythonStatement])
    /// `while`.
    case condition(PythonExpression, body: [PythonStatement], otherwise: [PythonStatement])
    /// `with` or `async with`.
    case with([PythonWithItem], body: [PythonStatement])
    /// `try`; each handler with the exceptions that it takes, nil for all.
    case attempt(
      body: [PythonStatement], handlers: [PythonBranch], otherwise: [PythonStatement], finally: [PythonStatement])
    /// `match`; only the bodies of its cases are kept.
    case match(PythonExpression, cases: [[PythonStatement]])
    /// `return`.
    case returns(PythonExpression?)
    /// `raise`, with what it raises.
    case raises(PythonExpression?)
    /// `assert`, with its condition.
    case asserts(PythonExpression)
    /// `pass`, `break`, `continue`, `global`, `nonlocal`, `del`, `type`.
    case keyword(String)
    /// What could not be read; the block below it was.
    case unread(body: [PythonStatement])
  }

  /// The expressions that stand in the statement itself (not in its blocks), decorators and defaults included, in order.
  package var expressions: [PythonExpression] { decorators + ownExpressions }

  private var ownExpressions: [PythonExpression] {
    switch kind {
    case .expression(let value), .asserts(let value), .condition(let value, _, _), .match(let value, _): [value]
    case .assignment(let targets, let annotation, let value): targets + [annotation, value].compactMap(\.self)
    case .augmented(let target, _, let value): [target, value]
    case .function(let function): function.parameters.compactMap(\.value)
    case .type(_, let arguments, _): arguments.map(\.value)
    case .branches(let branches): branches.compactMap(\.condition)
    case .loop(let target, let iterable, _, _): [target, iterable]
    case .with(let items, _): items.map(\.value)
    case .attempt(_, let handlers, _, _): handlers.compactMap(\.condition)
    case .returns(let value), .raises(let value): [value].compactMap(\.self)
    case .imports, .keyword, .unread: []
    }
  }

  /// Its blocks in order: what is indented below it.
  package var blocks: [[PythonStatement]] {
    switch kind {
    case .function(let function): [function.body]
    case .type(_, _, let body), .with(_, let body), .unread(let body): [body]
    case .branches(let branches): branches.map(\.body)
    case .loop(_, _, let body, let otherwise), .condition(_, let body, let otherwise): [body, otherwise]
    case .attempt(let body, let handlers, let otherwise, let finally):
      [body] + handlers.map(\.body) + [otherwise, finally]
    case .match(_, let cases): cases
    default: []
    }
  }

  /// The statement and all below it, in the order of the text.
  package var withDescendants: [PythonStatement] { [self] + blocks.flatMap { $0.flatMap(\.withDescendants) } }

  /// The calls that stand in the statement itself, in order.
  package var calls: [PythonCall] { expressions.flatMap(\.withDescendants).compactMap(\.call) }

  /// The function that it defines.
  package var function: PythonFunction? {
    guard case .function(let function) = kind else { return nil }
    return function
  }

  /// The imports that it makes; empty for other statements.
  package var imports: [PythonImport] {
    guard case .imports(let imports) = kind else { return [] }
    return imports
  }
}

/// A function's definition.
package struct PythonFunction: Sendable {
  /// Its name.
  package let name: String
  /// Whether it is `async def`.
  package let isAsync: Bool
  /// Its parameters in order, with their defaults.
  package let parameters: [Parameter]
  /// What it does.
  package let body: [PythonStatement]

  /// A parameter; the stars of `*args` and `**more` are not kept.
  package struct Parameter: Sendable {
    /// Its name.
    package let name: String
    /// Its default, evaluated where the function is defined.
    package let value: PythonExpression?
  }
}

/// One branch of `if` or one handler of `try`.
package struct PythonBranch: Sendable {
  /// What it asks or takes; nil for `else` and a bare `except`.
  package let condition: PythonExpression?
  /// What it does.
  package let body: [PythonStatement]
  /// The line of its head.
  package let line: Int
}

/// One item of `with`.
package struct PythonWithItem: Sendable {
  /// What is entered.
  package let value: PythonExpression
  /// What `as` binds.
  package let target: PythonExpression?
}

/// One name of an `import`.
package struct PythonImport: Hashable, Sendable {
  /// The module, with the leading dots of a relative import: `a.b`, `.`, `..c`.
  package let module: String
  /// What is taken from it: nil for `import module`, `*` for all.
  package let member: String?
  /// The name that is bound here: the alias, else the member, else the module's first part; nil for `*`.
  package let name: String?
  /// Its line.
  package let line: Int

  /// The dotted name of what is bound to `name`.
  package var target: String {
    switch (member, name) {
    case (let member?, _): module.hasSuffix(".") ? module + member : "\(module).\(member)"
    case (nil, let name?) where module.hasPrefix("\(name)."): name
    default: module
    }
  }
}
