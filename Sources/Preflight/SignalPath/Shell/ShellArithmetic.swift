/// Reads and computes what stands in `$(( ))`, `(( ))` and `let`; nil where a value is not known.
struct ShellArithmetic {
  private let characters: [Character]
  private var position = 0
  private var depth = 0
  var variables: [String: ShellMachine.Value]

  private init(_ text: String, _ variables: [String: ShellMachine.Value]) {
    characters = Array(text.prefix(1000))
    self.variables = variables
  }

  /// The value of an expression, and the variables after it.
  static func value(
    of text: String, variables: inout [String: ShellMachine.Value]
  ) -> Int? {
    var reader = ShellArithmetic(text, variables)
    var value: Int?
    repeat { value = reader.assignment() } while reader.take(",")
    reader.blanks()
    variables = reader.variables
    return reader.position == reader.characters.count ? value : nil
  }

  private mutating func blanks() {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
  }

  private func starts(_ text: String) -> Bool { characters[position...].starts(with: text) }

  private mutating func take(_ text: String) -> Bool {
    blanks()
    guard starts(text) else { return false }
    position += text.count
    return true
  }

  private mutating func name() -> String? {
    blanks()
    if position < characters.count, characters[position] == "$" { position += 1 }
    var end = position
    while end < characters.count,
      characters[end].isLetter || characters[end] == "_" || end > position && characters[end].isNumber
    {
      end += 1
    }
    guard end > position else { return nil }
    defer { position = end }
    return String(characters[position..<end])
  }

  private func value(_ name: String) -> Int? {
    guard let text = variables[name]?.text else { return 0 }
    return text.isEmpty ? 0 : Int(text)
  }

  private mutating func assignment() -> Int? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 50 else { return nil }
    let start = position
    if let name = name() {
      for sign in ["=", "+=", "-=", "*="] where take(sign) {
        if sign == "=", position < characters.count, characters[position] == "=" { break }
        let right = assignment()
        let result: Int? =
          switch sign {
          case "=": right
          case "+=": add(value(name), right)
          case "-=": add(value(name), right.map { 0 &- $0 })
          default: multiply(value(name), right)
          }
        variables[name] = .text(result.map(String.init) ?? Word.unknown.text)
        return result
      }
    }
    position = start
    let condition = binary(0)
    guard take("?") else { return condition }
    let yes = assignment()
    _ = take(":")
    let no = assignment()
    return condition.flatMap { $0 != 0 ? yes : no }
  }

  private func add(_ left: Int?, _ right: Int?) -> Int? { left.flatMap { left in right.map { left &+ $0 } } }
  private func multiply(_ left: Int?, _ right: Int?) -> Int? { left.flatMap { left in right.map { left &* $0 } } }

  private static let levels: [[String]] = [
    ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<=", ">=", "<", ">"], ["<<", ">>"], ["+", "-"],
    ["*", "/", "%"],
  ]

  private mutating func binary(_ level: Int) -> Int? {
    guard level < ShellArithmetic.levels.count else { return unary() }
    var left = binary(level + 1)
    while true {
      blanks()
      let longer = ["||", "&&", "<<", ">>", "<=", ">="]
      guard
        let sign = ShellArithmetic.levels[level].first(where: { sign in
          starts(sign) && (sign.count == 2 || !longer.contains { $0.hasPrefix(sign) && starts($0) })
        })
      else { return left }
      position += sign.count
      let right = binary(level + 1)
      guard let a = left, let b = right else {
        left = nil
        continue
      }
      left =
        switch sign {
        case "||": a != 0 || b != 0 ? 1 : 0
        case "&&": a != 0 && b != 0 ? 1 : 0
        case "|": a | b
        case "^": a ^ b
        case "&": a & b
        case "==": a == b ? 1 : 0
        case "!=": a != b ? 1 : 0
        case "<=": a <= b ? 1 : 0
        case ">=": a >= b ? 1 : 0
        case "<": a < b ? 1 : 0
        case ">": a > b ? 1 : 0
        case "<<": a << min(max(b, 0), 62)
        case ">>": a >> min(max(b, 0), 62)
        case "+": a &+ b
        case "-": a &- b
        case "*": a &* b
        case "/": b == 0 || b == -1 ? nil : a / b
        default: b == 0 || b == -1 ? nil : a % b
        }
    }
  }

  private mutating func unary() -> Int? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 50 else { return nil }
    for sign in ["++", "--"] where take(sign) {
      guard let name = name() else { return nil }
      return step(name, by: sign == "++" ? 1 : -1)
    }
    if take("!") { return unary().map { $0 == 0 ? 1 : 0 } }
    if take("-") { return unary().map { 0 &- $0 } }
    if take("+") { return unary() }
    if take("~") { return unary().map { ~$0 } }
    if take("(") {
      let value = assignment()
      return take(")") ? value : nil
    }
    blanks()
    let start = position
    while position < characters.count, characters[position].isNumber { position += 1 }
    if position > start { return Int(String(characters[start..<position])) }
    guard let name = name() else { return nil }
    let value = value(name)
    for sign in ["++", "--"] where take(sign) { step(name, by: sign == "++" ? 1 : -1) }
    return value
  }

  @discardableResult
  private mutating func step(_ name: String, by amount: Int) -> Int? {
    let result = add(value(name), amount)
    variables[name] = .text(result.map(String.init) ?? Word.unknown.text)
    return result
  }
}
