/// The expressions of `test`, `[ ]` and `[[ ]]`.
struct ShellTest {
  enum Token {
    /// A word as it is, and as a pattern.
    case word(String, pattern: String)
    case and, or, not, open, close, less, greater
  }

  private let tokens: [Token]
  private var position = 0
  private var depth = 0

  init(tokens: [Token]) { self.tokens = tokens }

  /// The words between `[` and `]`.
  init(words: [String]) {
    tokens = words.map { word in
      switch word {
      case "!" where words.count > 1: .not
      case "(" where words.count > 1: .open
      case ")" where words.count > 1: .close
      case "-a" where words.count > 3: .and
      case "-o" where words.count > 3: .or
      default: .word(word, pattern: WordPattern.quoted(word))
      }
    }
  }

  /// Whether it holds; nil when that cannot be known.
  mutating func evaluate(in container: borrowing Container, _ shell: ShellMachine) -> Bool? {
    disjunction(container, shell)
  }

  private mutating func disjunction(_ container: borrowing Container, _ shell: ShellMachine) -> Bool? {
    var left = conjunction(container, shell)
    while case .or? = next {
      position += 1
      let right = conjunction(container, shell)
      left = left == true || right == true ? true : left == nil || right == nil ? nil : false
    }
    return left
  }

  private mutating func conjunction(_ container: borrowing Container, _ shell: ShellMachine) -> Bool? {
    var left = primary(container, shell)
    while case .and? = next {
      position += 1
      let right = primary(container, shell)
      left = left == false || right == false ? false : left == nil || right == nil ? nil : true
    }
    return left
  }

  private var next: Token? { position < tokens.count ? tokens[position] : nil }

  private mutating func word() -> (text: String, pattern: String)? {
    guard case .word(let text, let pattern)? = next else { return nil }
    position += 1
    return (text, pattern)
  }

  private mutating func primary(_ container: borrowing Container, _ shell: ShellMachine) -> Bool? {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { return nil }
    switch next {
    case .not?:
      position += 1
      return primary(container, shell).map { !$0 }
    case .open?:
      position += 1
      let value = disjunction(container, shell)
      if case .close? = next { position += 1 }
      return value
    case .word(let first, _)?:
      position += 1
      if let sign = comparison {
        position += 1
        guard let right = word() else { return nil }
        return compare(first, sign, right)
      }
      if first.count == 2, first.hasPrefix("-"), let operand = word() {
        return unary(first, operand.text, container, shell)
      }
      return Word(holed: first).known.map { !$0.isEmpty } ?? (first.count > 1 ? true : nil)
    default: return false
    }
  }

  private var comparison: String? {
    switch next {
    case .less?: return "<"
    case .greater?: return ">"
    case .word(let text, _)?:
      let signs = ["=", "==", "!=", "=~", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef", "<", ">"]
      return signs.contains(text) ? text : nil
    default: return nil
    }
  }

  private func compare(_ left: String, _ sign: String, _ right: (text: String, pattern: String)) -> Bool? {
    guard Word(holed: left).isKnown, Word(holed: right.text).isKnown else { return nil }
    switch sign {
    case "=", "==": return WordPattern(right.pattern).matches(left)
    case "!=": return !WordPattern(right.pattern).matches(left)
    case "<": return left < right.text
    case ">": return left > right.text
    case "-eq", "-ne", "-lt", "-le", "-gt", "-ge":
      guard let a = Int(left.withoutBlanks), let b = Int(right.text.withoutBlanks) else { return false }
      switch sign {
      case "-eq": return a == b
      case "-ne": return a != b
      case "-lt": return a < b
      case "-le": return a <= b
      case "-gt": return a > b
      default: return a >= b
      }
    case "=~":
      // Only plain text between anchors is compared; other expressions are not known.
      var pattern = right.text[...]
      let isStart = pattern.hasPrefix("^")
      let isEnd = pattern.hasSuffix("$")
      if isStart { pattern = pattern.dropFirst() }
      if isEnd { pattern = pattern.dropLast() }
      guard !pattern.contains(where: { "\\^$.|?*+()[]{}".contains($0) }) else { return nil }
      if isStart, isEnd { return left == pattern }
      return isStart ? left.hasPrefix(pattern) : isEnd ? left.hasSuffix(pattern) : left.contains(pattern)
    default: return nil
    }
  }

  private func unary(
    _ sign: String, _ operand: String, _ container: borrowing Container, _ shell: ShellMachine
  ) -> Bool? {
    let word = Word(holed: operand)
    switch sign {
    case "-n": return word.known.map { !$0.isEmpty } ?? (operand.count > 1 ? true : nil)
    case "-z": return word.known.map(\.isEmpty) ?? (operand.count > 1 ? false : nil)
    case "-t": return false
    case "-v": return word.known.map { shell.variables[$0] != nil }
    case "-o": return nil
    case "-e", "-f", "-d", "-x", "-r", "-s", "-w", "-h", "-L", "-p", "-S", "-b", "-c", "-a", "-O", "-G":
      guard let path = word.known, !path.isEmpty else { return word.isKnown ? false : nil }
      return container.fileTest(sign, path, shell)
    default: return nil
    }
  }
}

extension Container {
  /// What a file test says; nil when it is not known.
  func fileTest(_ sign: String, _ path: String, _ shell: ShellMachine) -> Bool? {
    guard let folder = path.hasPrefix("/") ? "" : shell.workingDirectory else { return nil }
    let path = Launch.normalized(path.hasPrefix("/") ? path : folder + "/" + path)
    if path.hasPrefix("/proc/"), let process = Int(path.dropFirst(6).prefix { $0 != "/" }) {
      return processes[process].map { $0.ending == nil } ?? false
    }
    switch path {
    case "/", "/tmp", "/etc", "/usr", "/bin", "/var", "/proc", "/dev", "/root", "/home":
      return ["-e", "-d", "-x", "-r", "-w"].contains(sign)
    case "/bin/sh", "/usr/bin/env", "/dev/null": return sign != "-d"
    default: break
    }
    guard let files = processes[1]?.launch.files else { return nil }
    switch files.lookUp(path) {
    case .file(let file):
      switch sign {
      case "-e", "-f", "-r", "-a", "-O", "-G", "-w": return true
      case "-s": return !file.text.isEmpty
      case "-x": return file.isExecutable
      default: return false
      }
    case .folder: return ["-e", "-d", "-x", "-r", "-w", "-a", "-O", "-G"].contains(sign)
    case .missing: return false
    case .unknown: return nil
    }
  }
}
