/// Makes instructions of a script's commands.
struct ShellCompiler {
  let rules: LastCommandRules
  let origin: Place
  private var code: [ShellCode.Instruction] = []

  private init(_ shell: ShellKind, origin: Place) {
    rules = LastCommandRules(shell: shell)
    self.origin = origin
  }

  /// A whole script, or the text of `-c`, `eval`, a trap.
  static func compile(
    _ script: ShellScript, shell: ShellKind, origin: Place, lastIsLast: Bool, ofCommandString: Bool = false
  ) -> ShellCode {
    var compiler = ShellCompiler(shell, origin: origin)
    let last: Last = lastIsLast && script.failure == nil ? (ofCommandString ? .commandString : .yes) : .no
    compiler.body(script.statements, last)
    if let failure = script.failure { compiler.code.append(.broken(line: failure.line, reason: failure.reason)) }
    return ShellCode(compiler.code, origin: origin)
  }

  /// What a command inherits from the one around it.
  private enum Last {
    case no
    /// The shell has nothing to do after it.
    case yes
    /// The same, in the text of `-c` or of a substitution, where bash looks harder.
    case commandString
    /// The same, for the one command of a subshell, of `&` or of a pipeline's element.
    case only
  }

  // MARK: Lists

  private mutating func body(_ statements: ShellScript.Body, _ last: Last) {
    for (index, statement) in statements.enumerated() {
      guard index == statements.count - 1, !statement.isBackground else {
        self.statement(statement, .no)
        continue
      }
      var inherited = last
      if statements.count > 1, inherited == .only { inherited = rules.passesThroughLists ? .yes : .no }
      // bash optimizes the last of a list on one line only where it is simple and no `&` stands before it.
      if rules.shell == .bash, index > 0, inherited != .no, statements[index - 1].isOnLine(of: statement),
        statements[index - 1].isBackground || !statement.command.isSimple
      {
        inherited = .no
      }
      self.statement(statement, inherited)
    }
  }

  private mutating func statement(_ statement: ShellScript.Statement, _ last: Last) {
    if statement.isBackground, case .pipeline(let commands) = statement.command {
      // Each element is a child of the shell, and the last one is `$!`.
      pipeline(commands, isBackground: true)
      return
    }
    if statement.isBackground {
      forked(.background) { $0.command(statement.command, $0.childLast(statement.command)) }
      return
    }
    command(statement.command, last)
  }

  /// What the one command of a forked child inherits.
  private func childLast(_ command: ShellCommand) -> Last {
    switch command {
    case .simple, .subshell: .only
    case .redirected(.subshell, _): .only
    default: rules.passesThroughCompounds ? .yes : .no
    }
  }

  private mutating func forked(_ kind: ShellCode.Fork, _ inner: (inout ShellCompiler) -> Void) {
    let start = code.count
    code.append(.fork(kind, end: 0))
    inner(&self)
    code.append(.leave)
    code[start] = .fork(kind, end: code.count)
  }

  // MARK: Commands

  private mutating func command(_ command: ShellCommand, _ last: Last) {
    switch command {
    case .simple(let simple): self.simple(simple, last)
    case .pipeline(let commands): pipeline(commands, isBackground: false)
    case .not(let inner):
      exempt { $0.command(inner, .no) }
      code.append(.negate)
    case .timed(let inner): self.command(inner, .no)
    case .and(let left, let right), .or(let left, let right):
      exempt { $0.command(left, .no) }
      let jump = code.count
      code.append(.jump(0))
      self.command(right, rules.shell == .bash && !right.isSimple ? .no : rightLast(last))
      if case .and = command { code[jump] = .jumpIfFalse(code.count) } else { code[jump] = .jumpIfTrue(code.count) }
    case .group(let inner): body(inner, rules.passesThroughCompounds ? through(last) : .no)
    case .subshell(let inner): subshell(inner, last)
    case .redirected(let inner, let redirections):
      substitutions(in: redirections)
      code.append(.beginRedirection(redirections))
      self.command(inner, last)
      code.append(.endRedirection)
    case .conditional(let branches, let otherwise): conditional(branches, otherwise, last)
    case .loop(let until, let condition, let inner): loop(until: until, condition, inner)
    case .each(let name, let words, let inner): each(name, words, inner)
    case .arithmeticLoop(let start, let condition, let step, let inner):
      code.append(.arithmetic(start))
      arithmeticLoop(condition, step, inner)
    case .choice(let subject, let alternatives): choice(subject, alternatives, last)
    case .function(let name, let inner):
      var compiler = ShellCompiler(rules.shell, origin: origin)
      compiler.command(inner, .no)
      code.append(.define(name, ShellCode(compiler.code, origin: origin)))
    case .test(let tokens, let line):
      for case .word(let word) in tokens { substitutions(in: word) }
      code += [.test(tokens, line: line), .check(line: line)]
    case .arithmetic(let text): code += [.arithmetic(text), .check(line: 0)]
    case .coprocess(let inner): forked(.background) { $0.command(inner, $0.childLast(inner)) }
    }
  }

  private func through(_ last: Last) -> Last { last == .no ? .no : .yes }

  private func rightLast(_ last: Last) -> Last {
    last == .only ? (rules.passesThroughLists ? .yes : .no) : last
  }

  private mutating func exempt(_ inner: (inout ShellCompiler) -> Void) {
    code.append(.exempt(1))
    inner(&self)
    code.append(.exempt(-1))
  }

  private mutating func simple(_ simple: SimpleCommand, _ last: Last) {
    for assignment in simple.assignments {
      switch assignment.value {
      case .word(let word): substitutions(in: word)
      case .list(let words): for word in words { substitutions(in: word) }
      }
    }
    for word in simple.words { substitutions(in: word) }
    substitutions(in: simple.redirections)
    let isLast = last == .only || last != .no && (rules.allowsRedirections || simple.redirections.isEmpty)
    code.append(.simple(simple, isLast: isLast))
  }

  private mutating func pipeline(_ commands: [ShellCommand], isBackground: Bool) {
    for (index, element) in commands.enumerated() {
      let isLast = index == commands.count - 1
      if isLast, rules.lastElementStays, !isBackground {
        self.command(element, .no)
      } else {
        forked(.pipelineElement(first: index == 0, last: isLast, isBackground: isBackground)) {
          $0.command(element, $0.childLast(element))
        }
      }
    }
    code += isBackground ? [.leavePipeline] : [.awaitPipeline, .check(line: 0)]
  }

  private mutating func subshell(_ inner: ShellScript.Body, _ last: Last) {
    let isOne = inner.count == 1 && !inner[0].isBackground
    let innerLast: Last = isOne && inner[0].command.isSimple ? .only : rules.passesThroughLists ? .yes : .no
    if last == .only || (last != .no && rules.mergesSubshells) {
      body(inner, innerLast)
      code.append(.leave)
      return
    }
    forked(.subshell) { $0.body(inner, innerLast) }
    code.append(.check(line: 0))
  }

  private mutating func conditional(
    _ branches: [(condition: ShellScript.Body, body: ShellScript.Body)], _ otherwise: ShellScript.Body, _ last: Last
  ) {
    let inner = rules.passesThroughCompounds ? through(last) : .no
    var ends: [Int] = []
    for branch in branches {
      exempt { $0.body(branch.condition, .no) }
      let jump = code.count
      code.append(.jump(0))
      body(branch.body, inner)
      ends.append(code.count)
      code.append(.jump(0))
      code[jump] = .jumpIfFalse(code.count)
    }
    code.append(.setStatus(0))
    body(otherwise, inner)
    for end in ends { code[end] = .jump(code.count) }
  }

  private mutating func loop(until: Bool, _ condition: ShellScript.Body, _ inner: ShellScript.Body) {
    let enter = code.count
    code.append(.jump(0))
    let again = code.count
    exempt { $0.body(condition, .no) }
    let jump = code.count
    code.append(.jump(0))
    body(inner, .no)
    code.append(.jump(again))
    code[jump] = until ? .jumpIfTrue(code.count) : .jumpIfFalse(code.count)
    code.append(.setStatus(0))
    code[enter] = .enterLoop(exit: code.count, again: again)
    code.append(.leaveLoop)
  }

  private mutating func arithmeticLoop(_ condition: String, _ step: String, _ inner: ShellScript.Body) {
    let enter = code.count
    code += [.jump(0), .jump(0)]
    let again = code.count
    code.append(.arithmetic(step))
    code[enter + 1] = .jump(code.count)
    code.append(.arithmetic(condition.allSatisfy(\.isWhitespace) ? "1" : condition))
    let jump = code.count
    code.append(.jump(0))
    body(inner, .no)
    code.append(.jump(again))
    code[jump] = .jumpIfFalse(code.count)
    code.append(.setStatus(0))
    code[enter] = .enterLoop(exit: code.count, again: again)
    code.append(.leaveLoop)
  }

  private mutating func each(_ name: String, _ words: [ShellWord]?, _ inner: ShellScript.Body) {
    for word in words ?? [] { substitutions(in: word) }
    code.append(.beginEach(words: words))
    let enter = code.count
    code.append(.jump(0))
    let again = code.count
    code.append(.nextEach(name: name, exit: 0))
    body(inner, .no)
    code.append(.jump(again))
    let exit = code.count
    code[enter] = .enterLoop(exit: exit, again: again)
    code[again] = .nextEach(name: name, exit: exit)
    code += [.leaveLoop, .endEach]
  }

  private mutating func choice(_ subject: ShellWord, _ alternatives: [ShellCommand.Alternative], _ last: Last) {
    let inner = rules.passesThroughCompounds ? through(last) : .no
    substitutions(in: subject)
    code.append(.subject(subject))
    var ends: [Int] = []
    var falls: Int?
    code.append(.setStatus(0))
    for alternative in alternatives {
      let test = code.count
      code.append(.jump(0))
      if let falls { code[falls] = .jump(code.count) }
      falls = nil
      body(alternative.body, inner)
      switch alternative.goesOn {
      case .ends:
        ends.append(code.count)
        code.append(.jump(0))
      case .falls:
        falls = code.count
        code.append(.jump(0))
      case .tests: break
      }
      code[test] = .pattern(alternative.patterns, otherwise: code.count)
    }
    if let falls { code[falls] = .jump(code.count) }
    for end in ends { code[end] = .jump(code.count) }
    code.append(.endSubject)
  }

  // MARK: Substitutions

  private mutating func substitutions(in redirections: [Redirection]) {
    for redirection in redirections { substitutions(in: redirection.target) }
  }

  private mutating func substitutions(in word: ShellWord) {
    for part in word.parts {
      switch part {
      case .command(let substitution, _):
        code.append(.substitute(substitution, inner(substitution)))
      case .process(let substitution, let isInput):
        code.append(.beside(substitution, inner(substitution), isInput: isInput))
      case .parameter(let parameter, _):
        switch parameter.operation {
        case .fallback(let word, _), .assign(let word, _), .alternative(let word, _), .fail(let word, _),
          .removePrefix(let word, _), .removeSuffix(let word, _):
          substitutions(in: word)
        case .replace(let pattern, let replacement, _, _):
          substitutions(in: pattern)
          substitutions(in: replacement)
        default: break
        }
      default: break
      }
    }
  }

  private func inner(_ substitution: ShellWord.Substitution) -> ShellCode {
    ShellCompiler.compile(
      ShellScript(statements: substitution.body, failure: nil), shell: rules.shell, origin: origin,
      lastIsLast: rules.passesThroughLists || substitution.body.count == 1)
  }
}

extension ShellCommand {
  var isSimple: Bool {
    if case .simple = self { true } else { false }
  }

  /// The line of its first word, where that is cheap to tell.
  fileprivate var line: Int? {
    switch self {
    case .simple(let simple): simple.line
    case .and(let left, _), .or(let left, _), .not(let left), .timed(let left), .redirected(let left, _): left.line
    case .pipeline(let commands): commands.first?.line
    case .test(_, let line): line
    case .group(let body), .subshell(let body): body.first?.command.line
    default: nil
    }
  }
}

extension ShellScript.Statement {
  fileprivate func isOnLine(of other: ShellScript.Statement) -> Bool {
    command.line == nil || other.command.line == nil || command.line == other.command.line
  }
}
