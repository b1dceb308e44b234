/// The languages of patterns, as regular expressions with intersection and complement; their derivatives by a scalar are
/// the states of an automaton that is built as far as it is asked for (Brzozowski).
final class PatternLanguages {
  /// The number of an expression; equal expressions have the same.
  typealias Expression = Int

  private enum Node: Hashable {
    case nothing
    case emptyText
    case everything
    case scalar(ScalarSet)
    case sequence(Expression, Expression)
    case star(Expression)
    case any([Expression])
    case all([Expression])
    case not(Expression)
  }

  /// Thrown when more expressions would be needed than are allowed.
  private struct TooMany: Error {}

  private let dialect: PatternDialect
  private var nodes: [Node] = []
  private var acceptsEmpty: [Bool] = []
  private var numbers: [Node: Expression] = [:]
  private var derivatives: [Step: Expression] = [:]
  private var patterns: [String: Expression?] = [:]
  private let limit = 20_000

  private struct Step: Hashable {
    let expression: Expression
    let scalar: UInt32
  }

  private let nothing = 0
  private let emptyText = 1
  private let everything = 2

  init(_ dialect: PatternDialect) {
    self.dialect = dialect
    for (node, isEmpty) in [(Node.nothing, false), (.emptyText, true), (.everything, true)] {
      numbers[node] = nodes.count
      nodes.append(node)
      acceptsEmpty.append(isEmpty)
    }
  }

  /// Whether a text has a match of a pattern; nil when that cannot be said.
  func matches(_ pattern: String, _ text: String) -> Bool? {
    guard var state = language(pattern) else { return nil }
    do {
      for scalar in text.unicodeScalars where state != nothing && state != everything {
        state = try derivative(state, scalar.value)
      }
      return acceptsEmpty[state]
    } catch { return nil }
  }

  /// A shortest text, of a length within bounds, that matches all of some patterns and none of others, and is none of some.
  func text(
    matching: [String], notMatching: [String], length: ClosedRange<Int>, except: Set<String>
  ) -> TextSearch {
    var parts: [Expression] = []
    for pattern in matching {
      guard let language = language(pattern) else { return .open }
      parts.append(language)
    }
    do {
      for pattern in notMatching {
        guard let language = language(pattern) else { return .open }
        parts.append(try not(language))
      }
      for text in except {
        parts.append(
          try not(
            try text.unicodeScalars.reversed().reduce(emptyText) { rest, scalar in
              try sequence(try make(.scalar(ScalarSet(scalar)), false), rest)
            }))
      }
      return try shortest(try all(parts), length: length)
    } catch { return .open }
  }
}

/// What a search for a text came to.
enum TextSearch {
  case found(String)
  /// There is none.
  case none
  /// It is not known.
  case open
}

// MARK: Building

extension PatternLanguages {
  private func make(_ node: Node, _ isEmpty: @autoclosure () -> Bool) throws -> Expression {
    if let known = numbers[node] { return known }
    guard nodes.count < limit else { throw TooMany() }
    numbers[node] = nodes.count
    nodes.append(node)
    acceptsEmpty.append(isEmpty())
    return nodes.count - 1
  }

  private func sequence(_ first: Expression, _ second: Expression) throws -> Expression {
    if first == nothing || second == nothing { return nothing }
    if first == emptyText { return second }
    if second == emptyText { return first }
    if first == everything, second == everything { return everything }
    if case .sequence(let head, let rest) = nodes[first] { return try sequence(head, try sequence(rest, second)) }
    return try make(.sequence(first, second), acceptsEmpty[first] && acceptsEmpty[second])
  }

  private func any(_ parts: [Expression]) throws -> Expression {
    var flat: Set<Expression> = []
    for part in parts {
      if case .any(let inner) = nodes[part] { flat.formUnion(inner) } else { flat.insert(part) }
    }
    flat.remove(nothing)
    if flat.contains(everything) { return everything }
    guard flat.count > 1 else { return flat.first ?? nothing }
    let sorted = flat.sorted()
    return try make(.any(sorted), sorted.contains { acceptsEmpty[$0] })
  }

  private func all(_ parts: [Expression]) throws -> Expression {
    var flat: Set<Expression> = []
    for part in parts {
      if case .all(let inner) = nodes[part] { flat.formUnion(inner) } else { flat.insert(part) }
    }
    flat.remove(everything)
    for part in flat { if case .not(let inner) = nodes[part], flat.contains(inner) { return nothing } }
    if flat.contains(nothing) { return nothing }
    if flat.contains(emptyText) { return flat.allSatisfy { acceptsEmpty[$0] } ? emptyText : nothing }
    guard flat.count > 1 else { return flat.first ?? everything }
    let sorted = flat.sorted()
    return try make(.all(sorted), sorted.allSatisfy { acceptsEmpty[$0] })
  }

  private func not(_ part: Expression) throws -> Expression {
    if part == nothing { return everything }
    if part == everything { return nothing }
    if case .not(let inner) = nodes[part] { return inner }
    return try make(.not(part), !acceptsEmpty[part])
  }

  private func star(_ part: Expression) throws -> Expression {
    switch nodes[part] {
    case .nothing, .emptyText: return emptyText
    case .everything, .star: return part
    case .scalar(let set) where set == .everything: return everything
    default: return try make(.star(part), true)
    }
  }

  /// The texts in which a pattern has a match; nil when it cannot be read or is too large.
  private func language(_ pattern: String) -> Expression? {
    if let known = patterns[pattern] { return known }
    var result: Expression?
    if let tree = PatternReader.read(pattern, dialect) {
      result = try? {
        let atStart = try compile(tree, everything, isAtStart: true)
        let later = try compile(tree, everything, isAtStart: false)
        return try any([atStart, try sequence(everything, later)])
      }()
    }
    patterns[pattern] = .some(result)
    return result
  }

  private struct Unsupported: Error {}

  /// The texts that begin with a match of a tree and go on with one of `rest`. `isAtStart` is whether nothing stands before.
  private func compile(_ tree: PatternTree, _ rest: Expression, isAtStart: Bool) throws -> Expression {
    switch tree {
    case .set(let set): return try sequence(try make(set.ranges.isEmpty ? .nothing : .scalar(set), false), rest)
    case .choice(let branches): return try any(try branches.map { try compile($0, rest, isAtStart: isAtStart) })
    case .start: return isAtStart ? rest : nothing
    case .end:
      let lineEnd = try make(.scalar(ScalarSet("\n")), false)
      return try all([rest, dialect == .ecma ? emptyText : try any([emptyText, lineEnd])])
    case .ahead(let inner, let isNegated):
      let ahead = try compile(inner, everything, isAtStart: isAtStart)
      return try all([rest, isNegated ? try not(ahead) : ahead])
    case .sequence(let parts):
      // Whether each part stands at the start: only while nothing before it can take a scalar.
      var starts: [Bool] = []
      var isStill = isAtStart
      for part in parts {
        starts.append(isStill)
        if isStill, takesScalars(part) {
          if hasStart(parts[starts.count...]), canBeEmpty(part) { throw Unsupported() }
          isStill = false
        }
      }
      return try zip(parts, starts).reversed().reduce(rest) { rest, part in
        try compile(part.0, rest, isAtStart: part.1)
      }
    case .repeated(let inner, let least, let most):
      guard !isContextual(inner) else { throw Unsupported() }
      guard least <= 1_000, most ?? 0 <= 1_000 else { throw TooMany() }
      let body = try compile(inner, emptyText, isAtStart: false)
      var result = rest
      if let most {
        for _ in least..<most { result = try any([rest, try sequence(body, result)]) }
      } else {
        result = try sequence(try star(body), rest)
      }
      for _ in 0..<least { result = try sequence(body, result) }
      return result
    }
  }

  private func takesScalars(_ tree: PatternTree) -> Bool {
    switch tree {
    case .set: true
    case .sequence(let parts), .choice(let parts): parts.contains(where: takesScalars)
    case .repeated(let inner, _, let most): most != 0 && takesScalars(inner)
    case .start, .end, .ahead: false
    }
  }

  private func canBeEmpty(_ tree: PatternTree) -> Bool {
    switch tree {
    case .set: false
    case .sequence(let parts): parts.allSatisfy(canBeEmpty)
    case .choice(let parts): parts.contains(where: canBeEmpty)
    case .repeated(let inner, let least, _): least == 0 || canBeEmpty(inner)
    case .start, .end, .ahead: true
    }
  }

  private func hasStart(_ trees: ArraySlice<PatternTree>) -> Bool {
    trees.contains { tree in
      switch tree {
      case .start: true
      case .set, .end: false
      case .sequence(let parts), .choice(let parts): hasStart(parts[...])
      case .repeated(let inner, _, _), .ahead(let inner, _): hasStart([inner])
      }
    }
  }

  /// Whether what a tree matches depends on what stands around it.
  private func isContextual(_ tree: PatternTree) -> Bool {
    switch tree {
    case .start, .end, .ahead: true
    case .set: false
    case .sequence(let parts), .choice(let parts): parts.contains(where: isContextual)
    case .repeated(let inner, _, _): isContextual(inner)
    }
  }
}

// MARK: Reading

extension PatternLanguages {
  /// What may follow a scalar.
  private func derivative(_ expression: Expression, _ scalar: UInt32) throws -> Expression {
    let step = Step(expression: expression, scalar: scalar)
    if let known = derivatives[step] { return known }
    let result: Expression
    switch nodes[expression] {
    case .nothing, .emptyText: result = nothing
    case .everything: result = everything
    case .scalar(let set): result = set.contains(scalar) ? emptyText : nothing
    case .sequence(let first, let second):
      let head = try sequence(try derivative(first, scalar), second)
      result = acceptsEmpty[first] ? try any([head, try derivative(second, scalar)]) : head
    case .star(let inner): result = try sequence(try derivative(inner, scalar), expression)
    case .any(let parts): result = try any(try parts.map { try derivative($0, scalar) })
    case .all(let parts): result = try all(try parts.map { try derivative($0, scalar) })
    case .not(let inner): result = try not(try derivative(inner, scalar))
    }
    guard derivatives.count < limit * 8 else { throw TooMany() }
    derivatives[step] = result
    return result
  }

  /// Scalars of which each stands for all that no set in an expression tells apart; readable ones where there are such.
  private func representatives(of root: Expression) -> [UInt32] {
    var sets: Set<ScalarSet> = []
    var seen: Set<Expression> = [root]
    var rest = [root]
    while let next = rest.popLast() {
      var parts: [Expression] = []
      switch nodes[next] {
      case .nothing, .emptyText, .everything: break
      case .scalar(let set): sets.insert(set)
      case .sequence(let first, let second): parts = [first, second]
      case .star(let inner), .not(let inner): parts = [inner]
      case .any(let inner), .all(let inner): parts = inner
      }
      for part in parts where seen.insert(part).inserted { rest.append(part) }
    }
    var bounds: Set<UInt32> = []
    for range in sets.flatMap(\.ranges) { bounds.formUnion([range.lowerBound, range.upperBound + 1]) }
    let readable: [UInt32] =
      Array(0x61...0x7A) + Array(0x41...0x5A) + Array(0x30...0x39) + [0x5F, 0x2D] + Array(0x20...0x7E)
    let candidates = readable + bounds.sorted() + [0, 0xE000]
    var signatures: Set<[Bool]> = []
    let ordered = sets.sorted { $0.ranges.first?.lowerBound ?? 0 < $1.ranges.first?.lowerBound ?? 0 }
    return candidates.filter { scalar in
      Unicode.Scalar(scalar) != nil && signatures.insert(ordered.map { $0.contains(scalar) }).inserted
    }
  }

  /// Breadth first, so the first text found is a shortest; below the least length each layer is kept apart.
  private func shortest(_ root: Expression, length: ClosedRange<Int>) throws -> TextSearch {
    guard length.lowerBound <= 2_000 else { return .open }
    let alphabet = representatives(of: root)
    var layers: [[Expression: (before: Expression, scalar: UInt32)]] = [[root: (root, 0)]]
    var seen: Set<Expression> = []
    var work = 0
    while true {
      let count = layers.count - 1
      guard count <= length.upperBound else { return .none }
      let layer = layers[count]
      if count >= length.lowerBound {
        if let end = layer.keys.sorted().first(where: { acceptsEmpty[$0] }) { return .found(spelled(end, layers)) }
        seen.formUnion(layer.keys)
      }
      var next: [Expression: (before: Expression, scalar: UInt32)] = [:]
      for state in layer.keys.sorted() {
        for scalar in alphabet {
          work += 1
          guard work < 100_000 else { return .open }
          let following = try derivative(state, scalar)
          if following != nothing, next[following] == nil, count < length.lowerBound || !seen.contains(following) {
            next[following] = (state, scalar)
          }
        }
      }
      if next.isEmpty { return .none }
      layers.append(next)
    }
  }

  private func spelled(
    _ end: Expression, _ layers: [[Expression: (before: Expression, scalar: UInt32)]]
  ) -> String {
    var scalars: [Unicode.Scalar] = []
    var state = end
    for layer in layers.dropFirst().reversed() {
      guard let step = layer[state] else { break }
      Unicode.Scalar(step.scalar).map { scalars.append($0) }
      state = step.before
    }
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars.reversed())
    return String(text)
  }
}
