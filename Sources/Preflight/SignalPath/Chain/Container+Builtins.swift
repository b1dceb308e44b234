import Machine

extension Container {
  // MARK: Words

  func expand(_ words: [ShellWord], _ shell: inout ShellMachine, _ id: Int) -> [String] {
    words.flatMap { word in
      let fields = shell.fields(of: word, process: id)
      return fields.flatMap { paths(matching: $0, word, shell) }
    }
  }

  /// The files that an unquoted pattern matches; the pattern itself when there are none.
  private func paths(matching field: String, _ word: ShellWord, _ shell: ShellMachine) -> [String] {
    let isPattern = word.parts.contains {
      if case .text(let text, quoted: false) = $0 { text.contains { "*?[".contains($0) } } else { false }
    }
    guard isPattern, let slash = field.lastIndex(of: "/"), let files = processes[1]?.launch.files else {
      return [field]
    }
    let folder = String(field[..<slash])
    guard !folder.contains(where: { "*?[".contains($0) }), Word(holed: folder).isKnown,
      let names = files.names(in: folder.isEmpty ? "/" : folder)
    else { return [field] }
    let pattern = WordPattern(String(field[field.index(after: slash)...]))
    let matching = names.filter { !$0.hasPrefix(".") && pattern.matches($0) }
    return matching.isEmpty ? [field] : matching.map { "\(folder)/\($0)" }
  }

  func text(of word: ShellWord, _ shell: inout ShellMachine, _ id: Int) -> String {
    shell.text(of: word, process: id)
  }

  mutating func matches(_ subject: String, _ patterns: [ShellWord], _ shell: inout ShellMachine, _ id: Int) -> Bool {
    var isUnknown = false
    for pattern in patterns {
      let text = shell.text(of: pattern, process: id, asPattern: true)
      if text.allSatisfy({ $0 == "*" }), !text.isEmpty { return true }
      guard Word(holed: subject).isKnown, Word(holed: text).isKnown else {
        isUnknown = true
        continue
      }
      if WordPattern(text).matches(subject) { return true }
    }
    guard isUnknown, let first = patterns.first else { return false }
    return decide(nil, place(of: shell, line: first.line), "case")
  }

  func testTokens(_ tokens: [ShellCommand.TestToken], _ shell: inout ShellMachine, _ id: Int) -> [ShellTest.Token] {
    tokens.map { token in
      switch token {
      case .and: return .and
      case .or: return .or
      case .not: return .not
      case .open: return .open
      case .close: return .close
      case .less: return .less
      case .greater: return .greater
      case .word(let word):
        return .word(
          shell.text(of: word, process: id), pattern: shell.text(of: word, process: id, asPattern: true))
      }
    }
  }

  // MARK: Simple commands

  mutating func simple(_ command: SimpleCommand, isLast: Bool, _ shell: inout ShellMachine, _ id: Int) {
    let words = expand(command.words, &shell, id)
    let isDeclaration = words.first.map { ShellParser.declarations.contains($0) } ?? false
    guard let name = words.first else {
      // `$?` in an assignment is the status before it; assignments alone keep the status of their substitutions.
      for assignment in command.assignments { assign(assignment, &shell, id, isExported: shell.options.allexport) }
      if !command.assignments.contains(where: { hasSubstitution($0) }) { shell.status = 0 }
      for redirection in command.redirections { redirect(redirection, &shell, id) }
      return checkStatus(&shell, id)
    }
    let known = Word(holed: name).known ?? ""
    if isDeclaration {
      let exports = known == "export" || words.contains { $0.hasPrefix("-") && $0.contains("x") }
      for assignment in command.assignments { assign(assignment, &shell, id, isExported: exports) }
    }
    let input = shell.input
    for redirection in command.redirections where known != "exec" { redirect(redirection, &shell, id) }
    let prefix = isDeclaration ? [] : command.assignments
    if let code = shell.functions[known] {
      for assignment in prefix { assign(assignment, &shell, id, isExported: true) }
      guard shell.frames.count < 100 else { return leave(&shell, id, .status(1)) }
      shell.frames.append(ShellMachine.Frame(code: code, kind: .function, arguments: Array(words.dropFirst())))
      shell.input = input
      return
    }
    let call = Call(
      name: known, arguments: Array(words.dropFirst()), line: command.line, prefix: prefix,
      redirections: command.redirections, isLast: isLast)
    if builtin(call, &shell, id) {
      if known != "exec" { shell.input = input }
      return
    }
    external(words, call, &shell, id)
    if processes[id]?.ending == nil { shell.input = input }
  }

  /// A command as a builtin sees it.
  struct Call {
    var name: String
    var arguments: [String]
    let line: Int
    let prefix: [SimpleCommand.Assignment]
    let redirections: [Redirection]
    var isLast: Bool
  }

  private func hasSubstitution(_ assignment: SimpleCommand.Assignment) -> Bool {
    guard case .word(let word) = assignment.value else { return false }
    return word.parts.contains { if case .command = $0 { true } else { false } }
  }

  private func assign(
    _ assignment: SimpleCommand.Assignment, _ shell: inout ShellMachine, _ id: Int, isExported: Bool
  ) {
    let old = shell.variables[assignment.name]
    switch assignment.value {
    case .word(let word):
      let text = text(of: word, &shell, id)
      if let index = assignment.index.flatMap({ Int(shell.text(of: $0, process: id)) }), index >= 0, index < 1_000 {
        var list = old?.list ?? []
        while list.count <= index { list.append("") }
        list[index] = assignment.appends ? list[index] + text : text
        shell.variables[assignment.name] = .list(list)
      } else if assignment.index != nil {
        shell.variables[assignment.name] = .list((old?.list ?? []) + [text])
      } else {
        shell.variables[assignment.name] = .text(assignment.appends ? (old?.text ?? "") + text : text)
      }
    case .list(let words):
      let list = expand(words, &shell, id)
      shell.variables[assignment.name] = .list(assignment.appends ? (old?.list ?? []) + list : list)
    }
    if isExported { shell.exported.insert(assignment.name) }
  }

  mutating func redirect(_ redirection: Redirection, _ shell: inout ShellMachine, _ id: Int) {
    guard redirection.descriptor == nil || redirection.descriptor == "0" else { return }
    switch redirection.kind {
    case .hereDocument, .hereString:
      let text = text(of: redirection.target, &shell, id)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      shell.input = .lines(redirection.kind == .hereString ? lines : lines.dropLast())
    case .input, .readWrite:
      let path = text(of: redirection.target, &shell, id)
      if path == "/dev/null" {
        shell.input = .nothing
      } else if let pipe = path.split(separator: "/").last.flatMap({ Int($0) }), path.hasPrefix("/dev/fd/") {
        shell.input = .pipe(pipe)
      } else if let folder = shell.workingDirectory, let files = processes[1]?.launch.files,
        case .file(let file) = files.lookUp(Launch.normalized(path.hasPrefix("/") ? path : folder + "/" + path))
      {
        shell.input = .lines(file.text.split(separator: "\n").prefix(1_000).map(String.init))
      } else {
        shell.input = .unknown
      }
    default: break
    }
  }

  // MARK: Programs

  /// Starts a program, in the shell's own place where nothing is left to do.
  mutating func external(_ words: [String], _ call: Call, _ shell: inout ShellMachine, _ id: Int) {
    guard let process = processes[id] else { return }
    var environment = shell.environment
    for assignment in call.prefix {
      if case .word(let word) = assignment.value {
        environment[assignment.name] = Word(holed: text(of: word, &shell, id))
      }
    }
    var launch = process.launch
    launch.arguments = words.map { Word(holed: $0) }
    launch.environment = environment
    launch.workingDirectory = shell.workingDirectory
    launch.ignored.formUnion(shell.ignoredSignals)
    launch.place = place(of: shell, line: call.line)
    let shellKind = shell.shell
    if call.isLast, shell.allowsReplacement {
      processes[id]?.launch = launch
      processes[id]?.program = .nothing
      start(id, by: .shell(shellKind))
      return
    }
    if let known = processCommand(words, &shell, id) { return known }
    let input: Int? = if case .pipe(let pipe) = shell.input { pipe } else { nil }
    let outputs = outputs(of: process, call.redirections, &shell, id)
    let child = makeProcess(parent: id, launch: launch, ownGroup: shell.options.monitor, input: input, outputs: outputs)
    if case .lines(let lines) = shell.input { processes[child]?.inputLines = lines }
    start(child, by: .shell(shellKind))
    if let ending = processes[child]?.ending {
      shell.status = ending.shellStatus
      checkStatus(&shell, id)
    } else {
      shell.waiting = .foreground([child])
    }
  }

  /// The pipes that a child keeps open, given where its output goes.
  private func outputs(
    of process: ContainerProcess, _ redirections: [Redirection], _ shell: inout ShellMachine, _ id: Int
  ) -> Set<Int> {
    var outputs = process.outputs
    for redirection in redirections {
      switch redirection.kind {
      case .output, .append, .clobber, .both, .bothAppend:
        guard redirection.descriptor == nil || redirection.descriptor == "1" else { continue }
        let target = text(of: redirection.target, &shell, id)
        outputs = []
        if target.hasPrefix("/dev/fd/"), let pipe = Int(target.dropFirst(8)) { outputs = [pipe] }
      default: break
      }
    }
    return outputs
  }

  /// `exec`: replaces the shell, or changes where it reads and writes.
  mutating func execute(_ call: Call, _ shell: inout ShellMachine, _ id: Int) {
    var words = call.arguments[...]
    while let option = words.first, option.hasPrefix("-") {
      words.removeFirst()
      if option == "--" { break }
      if option == "-a" { words = words.dropFirst() }
    }
    guard !words.isEmpty else {
      for redirection in call.redirections { redirect(redirection, &shell, id) }
      shell.status = 0
      return
    }
    guard let process = processes[id] else { return }
    for redirection in call.redirections { redirect(redirection, &shell, id) }
    var launch = process.launch
    launch.environment = shell.environment
    for assignment in call.prefix {
      if case .word(let word) = assignment.value {
        launch.environment[assignment.name] = Word(holed: text(of: word, &shell, id))
      }
    }
    launch.arguments = words.map { Word(holed: $0) }
    launch.workingDirectory = shell.workingDirectory
    launch.ignored.formUnion(shell.ignoredSignals)
    launch.place = place(of: shell, line: call.line)
    processes[id]?.launch = launch
    let outputs = outputs(of: process, call.redirections, &shell, id)
    processes[id]?.outputs = outputs
    if case .pipe(let pipe) = shell.input { processes[id]?.input = pipe }
    if case .lines(let lines) = shell.input { processes[id]?.inputLines = lines }
    let shellKind = shell.shell
    processes[id]?.program = .nothing
    start(id, by: .shell(shellKind))
  }
}

extension ShellMachine {
  /// What its children inherit as ignored.
  var ignoredSignals: Set<Signal> {
    Set(
      traps.compactMap { trap, action in
        if case .signal(let signal) = trap, action.isEmpty { signal } else { nil }
      })
  }
}
