/// One expression of Python with its place.
package struct PythonExpression: Sendable {
  /// What it is.
  package let kind: Kind
  /// Its line, from 1.
  package let line: Int
  /// Its column, from 1, in characters.
  package let column: Int
  /// How deep it is; 1 for a name.
  let depth: Int

  /// The depth that is kept: below it an expression is `unread`.
  static let depthLimit = 200

  init(_ kind: Kind, line: Int, column: Int) {
    let depth = 1 + (kind.children.map(\.depth).max() ?? 0)
    let isKept = depth <= PythonExpression.depthLimit
    self.kind = isKept ? kind : .unread
    self.line = line
    self.column = column
    self.depth = isKept ? depth : 1
  }

  /// What an expression is.
  package indirect enum Kind: Sendable {
    /// A name.
    case name(String)
    /// `value.name`.
    case attribute(PythonExpression, String)
    /// `function(arguments)`.
    case call(PythonCall)
    /// A string whose text is known, escapes resolved and adjacent ones joined.
    case string(String)
    /// A string with holes: f-strings.
    case formatted([PythonTextPart])
    /// Bytes.
    case bytes(String)
    /// A number as it is written.
    case number(String)
    /// `True`, `False`, `None`, `...`.
    case constant(String)
    /// `[…]`.
    case list([PythonExpression])
    /// `…, …`, with or without parentheses.
    case tuple([PythonExpression])
    /// `{…}`.
    case set([PythonExpression])
    /// `{key: value}`; the key of `**value` is nil.
    case dictionary([PythonEntry])
    /// `value[index]`; slices are `unread`.
    case element(PythonExpression, PythonExpression)
    /// `lambda …: body`, with the defaults of its parameters.
    case lambda(defaults: [PythonExpression], body: PythonExpression)
    /// A comprehension or generator: what it makes, and the iterables and conditions of its clauses.
    case comprehension([PythonExpression], clauses: [PythonExpression])
    /// `left operator right`: arithmetic, comparison, `and`, `or`.
    case operation(String, PythonExpression, PythonExpression)
    /// `not`, `-`, `+`, `~`, `await`, `yield`, `yield from`, `*`, `**`.
    case prefix(String, PythonExpression)
    /// `value if condition else otherwise`.
    case conditional(PythonExpression, condition: PythonExpression, otherwise: PythonExpression)
    /// `name := value`.
    case named(String, PythonExpression)
    /// What could not be read, and what is empty.
    case unread

    var children: [PythonExpression] {
      switch self {
      case .name, .string, .formatted, .bytes, .number, .constant, .unread: []
      case .attribute(let value, _), .prefix(_, let value), .named(_, let value): [value]
      case .call(let call): [call.function] + call.arguments.map(\.value)
      case .list(let elements), .tuple(let elements), .set(let elements): elements
      case .dictionary(let entries): entries.flatMap { [$0.key, $0.value].compactMap(\.self) }
      case .element(let value, let index): [value, index]
      case .lambda(let defaults, let body): defaults + [body]
      case .comprehension(let made, let clauses): made + clauses
      case .operation(_, let left, let right): [left, right]
      case .conditional(let value, let condition, let otherwise): [value, condition, otherwise]
      }
    }
  }

  /// The expressions that it is made of, in order.
  package var children: [PythonExpression] { kind.children }

  /// The expression and all that it is made of, outermost first.
  package var withDescendants: [PythonExpression] { [self] + children.flatMap(\.withDescendants) }

  /// The call that it is.
  package var call: PythonCall? {
    guard case .call(let call) = kind else { return nil }
    return call
  }

  /// The name that it is.
  package var name: String? {
    guard case .name(let name) = kind else { return nil }
    return name
  }

  /// `a.b.c` as it is written; nil when it is anything but names and dots.
  package var dottedName: String? {
    switch kind {
    case .name(let name): name
    case .attribute(let value, let name): value.dottedName.map { "\($0).\(name)" }
    default: nil
    }
  }
}

/// A call.
package struct PythonCall: Sendable {
  /// What is called.
  package let function: PythonExpression
  /// With what, in order.
  package let arguments: [PythonArgument]
  /// The line on which the called name begins, from 1.
  package var line: Int { function.line }

  /// The argument of a keyword.
  package func argument(_ name: String) -> PythonExpression? { arguments.first { $0.name == name }?.value }

  /// The argument at a position, from 0; nil when there is none, or when a `*` before it hides which it is.
  package func argument(at position: Int) -> PythonExpression? {
    let plain = arguments.prefix { $0.spread == nil && $0.name == nil }
    return plain.indices.contains(position) ? plain[position].value : nil
  }

  /// Whether `*` or `**` passes arguments that are not to be seen here.
  package var hasSpread: Bool { arguments.contains { $0.spread != nil } }
}

/// One argument of a call, or one base of a class.
package struct PythonArgument: Sendable {
  /// Its keyword.
  package let name: String?
  /// `*` or `**`.
  package let spread: String?
  /// Its value.
  package let value: PythonExpression
}

/// One entry of a dictionary.
package struct PythonEntry: Sendable {
  /// The key; nil for `**value`.
  package let key: PythonExpression?
  /// The value.
  package let value: PythonExpression
}

/// A piece of a string.
package enum PythonTextPart: Hashable, Sendable {
  /// Known text.
  case text(String)
  /// A hole with the expression in it, as it is written.
  case hole(String)
}
