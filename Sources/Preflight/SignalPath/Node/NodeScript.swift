import Machine
import Vocabulary

/// Reads what a JavaScript or TypeScript file starts and which signals it takes: `child_process`, `cluster`, execa, zx,
/// cross-spawn, `process.on`. Only what is written plainly is seen; nothing is run.
struct NodeScript {
  /// What the file starts and takes.
  private(set) var launcher = Launcher()
  /// Where it runs an agent of LiveKit's SDK itself.
  private(set) var agentLine: Int?
  /// The local files that it imports, as they are written.
  private(set) var localImports: [String] = []
  private var constants: [String: [JavaScriptTree]] = [:]
  private var functions: [String: [JavaScriptTree]] = [:]
  private var processModules: Set<String> = []
  private var processFunctions: [String: String] = [:]
  private var modules: Set<String> = []
  private var loops: [String: [Signal]] = [:]
  private var clusterIsSetUp: Launcher.Start?
  private let arguments: [Word]
  private let path: String

  /// What the file at `path`, started with `arguments`, starts and takes.
  init(_ text: String, path: String, arguments: [Word]) {
    self.arguments = arguments
    self.path = path
    let trees = JavaScriptTree.trees(text)
    declare(trees)
    read(trees)
  }

  // MARK: Declarations

  /// Gathers imports, constants, functions and the names that loops give to lists of signals.
  private mutating func declare(_ trees: [JavaScriptTree]) {
    for (index, tree) in trees.enumerated() {
      if let inside = tree.inside("(") ?? tree.inside("{") ?? tree.inside("[") { declare(inside) }
      switch tree.word {
      case "import": declareImport(trees[index...].dropFirst())
      case "const", "let", "var": declareConstant(trees[index...].dropFirst())
      case "function":
        guard let name = trees.at(index + 1)?.word,
          let body = trees[index...].prefix(6).lazy.compactMap({ $0.inside("{") }).first
        else { break }
        functions[name] = body
      case "for":
        guard let head = trees.at(index + 1)?.inside("("), head.count >= 4, head[2].isWord("of"),
          let name = head[1].word
        else { break }
        loops[name] = signals(Array(head.dropFirst(3)))
      case "forEach":
        guard index >= 2, let call = trees.at(index + 1)?.inside("("), let name = parameter(call) else { break }
        loops[name] = signals([trees[index - 2]])
      default: break
      }
    }
  }

  /// `import { spawn } from 'child_process'`, `import cp from …`, `import * as cp from …`.
  private mutating func declareImport(_ trees: ArraySlice<JavaScriptTree>) {
    let clause = trees.prefix { $0.token?.kind != .text && !$0.isMark(";") }
    guard let module = trees.dropFirst(clause.count).first?.token, module.kind == .text else { return }
    bind(Array(clause.filter { !$0.isWord("from") }), to: module.text)
  }

  /// `const NAME = value`, `const { spawn } = require('child_process')`.
  private mutating func declareConstant(_ trees: ArraySlice<JavaScriptTree>) {
    let declaration = Array(trees.prefix { !$0.isMark(";") })
    guard let equals = declaration.prefix(8).firstIndex(where: { $0.isMark("=") }) else { return }
    let target = Array(declaration[..<equals])
    let value = Array(declaration[(equals + 1)...])
    if value.first?.isWord("require") == true
      || value.first?.isWord("await") == true && value.at(1)?.isWord("import") == true,
      let module = value.lazy.compactMap({ $0.inside("(") }).first?.first?.token, module.kind == .text
    {
      bind(target, to: module.text)
    } else if let name = target.first?.word {
      constants[name] = value
      if let arrow = value.prefix(4).firstIndex(where: { $0.isMark("=>") }), let body = value.at(arrow + 1) {
        functions[name] = body.inside("{") ?? Array(value[(arrow + 1)...])
      }
    }
  }

  private mutating func bind(_ target: [JavaScriptTree], to module: String) {
    let module = module.hasPrefix("node:") ? String(module.dropFirst(5)) : module
    modules.insert(module)
    if module.hasPrefix(".") { localImports.append(module) }
    if module.hasPrefix("@livekit/agents"), agentLine == nil { agentLine = target.first?.line ?? 1 }
    guard ["child_process", "cross-spawn", "execa"].contains(module) else { return }
    for tree in target {
      if let names = tree.inside("{") {
        for entry in names.arguments {
          guard let original = entry.first?.word, let bound = entry.last?.word else { continue }
          processFunctions[bound] = original
        }
      } else if let name = tree.word, name != "as" {
        if module == "cross-spawn" { processFunctions[name] = "spawn" } else { processModules.insert(name) }
        if module == "execa" { processFunctions[name] = "execa" }
      }
    }
  }

  // MARK: Calls

  private mutating func read(_ trees: [JavaScriptTree]) {
    for (index, tree) in trees.enumerated() {
      if let call = tree.inside("("), let name = trees.at(index - 1)?.word {
        readCall(name, call, at: index, in: trees)
      }
      if case .token(let token) = tree, case .template = token.kind, trees.at(index - 1)?.isWord("$") == true {
        addShellLine(token)
      }
      if let inside = tree.inside("(") ?? tree.inside("{") ?? tree.inside("[") { read(inside) }
    }
  }

  private mutating func readCall(_ name: String, _ call: [JavaScriptTree], at index: Int, in trees: [JavaScriptTree]) {
    let base = trees.at(index - 2)?.isMark(".") == true ? trees.at(index - 3) : nil
    switch name {
    case "on", "once", "addListener", "prependListener":
      if base?.isWord("process") == true { readHandler(call, line: trees[index].line) }
    case "setupPrimary", "setupMaster":
      guard let options = call.first?.inside("{"), let script = options.value(of: "exec").flatMap(word) else { return }
      let more = options.value(of: "args").flatMap(words) ?? []
      clusterIsSetUp = Launcher.Start(
        command: .words(["node", Word(script)] + more), manner: .waits, line: trees[index].line)
    case "fork" where base?.isWord("cluster") == true:
      let own = Launcher.Start(
        command: .words(["node", Word(path)] + arguments), manner: .waits, name: "cluster", line: trees[index].line)
      var start = clusterIsSetUp ?? own
      start.name = "cluster"
      if !launcher.starts.contains(start) { launcher.starts.append(start) }
    case "runApp" where base?.isWord("cli") == true: agentLine = trees[index].line
    default:
      guard let function = processFunction(name, base: base) else { return }
      addStart(function, call, at: index, in: trees)
    }
  }

  /// The function of `child_process` that a call means; nil for others of that name.
  private func processFunction(_ name: String, base: JavaScriptTree?) -> String? {
    if base == nil { return processFunctions[name] }
    let isModule = base?.word.map(processModules.contains) ?? (base?.inside("(").map(isProcessModule) ?? false)
    let known = [
      "spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork", "execa", "execaNode", "sync",
    ]
    return isModule && known.contains(name) ? name : nil
  }

  private func isProcessModule(_ inside: [JavaScriptTree]) -> Bool {
    guard let text = inside.first?.token, text.kind == .text else { return false }
    return ["child_process", "node:child_process"].contains(text.text)
  }

  private mutating func addStart(
    _ function: String, _ call: [JavaScriptTree], at index: Int, in trees: [JavaScriptTree]
  ) {
    let parts = call.arguments
    guard let first = parts.first else { return }
    let options = parts.dropFirst().lazy.compactMap { $0.first?.inside("{") }.first
    let line = trees[index].line
    let list = parts.dropFirst().first.flatMap(words) ?? []
    var command: Launcher.Command
    switch function {
    case "exec", "execSync", "execaCommand", "execaCommandSync":
      guard let text = word(first) else { return }
      command = function.hasPrefix("execa") ? .words(PlainWords.split(text)) : .shell(Word(text), shell: nil)
    case "fork", "execaNode": command = .words(["node", named(first)] + list)
    default:
      command = .words([named(first)] + list)
      let shell = options?.value(of: "shell")
      if let shell, !(shell.first?.isWord("false") ?? false) {
        let line = ([named(first)] + list).map(\.text).joined(separator: " ")
        command = .shell(Word(holed: line), shell: word(shell).map { Word($0) })
      }
    }
    var start = Launcher.Start(command: command, manner: .waits, name: assigned(before: index, in: trees), line: line)
    start.directory = options?.value(of: "cwd").map(named)
    start.ownGroup = options?.value(of: "detached")?.first?.isWord("true") == true
    if function.hasPrefix("execa") { start.manner = .forwardsAndRaises(killsAfter: delay(options)) }
    launcher.starts.append(start)
  }

  /// execa's `forceKillAfterDelay`: 5 s, milliseconds, or false.
  private func delay(_ options: [JavaScriptTree]?) -> Duration? {
    guard let value = options?.value(of: "forceKillAfterDelay")?.first?.token else { return .seconds(5) }
    if value.isWord("false") { return nil }
    return Int64(value.text.filter { $0 != "_" }).map { .milliseconds($0) } ?? .seconds(5)
  }

  private mutating func addShellLine(_ token: JavaScriptToken) {
    guard modules.contains("zx") || modules.contains("zx/globals") || !processFunctions.keys.contains("$") else {
      let words = PlainWords.split(holed(token.text))
      launcher.starts.append(
        Launcher.Start(command: .words(words), manner: .forwardsAndRaises(killsAfter: .seconds(5)), line: token.line))
      return
    }
    launcher.starts.append(
      Launcher.Start(command: .shell(Word(holed: holed(token.text)), shell: "bash"), manner: .waits, line: token.line))
  }

  /// The name to which the call that ends at `index` is assigned.
  private func assigned(before index: Int, in trees: [JavaScriptTree]) -> String? {
    var place = index - 1
    while place > 0, index - place < 8, !trees[place].isMark("=") {
      if trees[place].isMark(";") { return nil }
      place -= 1
    }
    return trees[place].isMark("=") ? trees.at(place - 1)?.word : nil
  }

  // MARK: Handlers

  private mutating func readHandler(_ call: [JavaScriptTree], line: Int) {
    let parts = call.arguments
    guard parts.count >= 2, let subject = parts.first else { return }
    let names = signals(subject)
    guard !names.isEmpty, let body = body(parts[1]) else { return }
    launcher.handlers.append(
      Launcher.Handler(
        signals: Set(names), actions: actions(body, own: [parameter(parts[1]), subject.first?.word]), line: line))
  }

  /// What a function's expression does: its block, its expression, or the body of the function that it names.
  private func body(_ trees: [JavaScriptTree]) -> [JavaScriptTree]? {
    if let arrow = trees.firstIndex(where: { $0.isMark("=>") }), let next = trees.at(arrow + 1) {
      return next.inside("{") ?? Array(trees[(arrow + 1)...])
    }
    if trees.contains(where: { $0.isWord("function") }) { return trees.lazy.compactMap { $0.inside("{") }.first }
    return trees.count == 1 ? trees[0].word.flatMap { functions[$0] } : nil
  }

  private func parameter(_ trees: [JavaScriptTree]) -> String? {
    guard let arrow = trees.firstIndex(where: { $0.isMark("=>") }), arrow > 0 else {
      return trees.lazy.compactMap { $0.inside("(") }.first?.first?.word
    }
    return trees[arrow - 1].word ?? trees[arrow - 1].inside("(")?.first?.word
  }

  /// What a handler does, in order. `own` are the names that stand for the signal that came.
  private func actions(_ body: [JavaScriptTree], own: [String?], depth: Int = 0) -> [Launcher.Action] {
    var found: [Launcher.Action] = []
    guard depth < 8 else { return found }
    for (index, tree) in body.enumerated() {
      guard let call = tree.inside("("), let name = body.at(index - 1)?.word else {
        if let block = tree.inside("{"), !isObject(before: index, in: body) {
          found += actions(block, own: own, depth: depth + 1)
        }
        continue
      }
      let base = body.at(index - 2)?.isMark(".") == true ? body.at(index - 3)?.word : nil
      switch (base, name) {
      case ("process", "exit"), ("process", "reallyExit"), ("process", "abort"): found.append(.exits)
      case ("process", "kill"):
        let isGroup = call.first?.isMark("-") ?? false
        if call.contains(where: { $0.isWord("process") }) && !isGroup
          && call.prefix(3).contains(where: { $0.isWord("pid") })
          && call.first?.isWord("process") == true
        {
          found.append(.raises)
        } else {
          found.append(.signal(sent(call.arguments.dropFirst().first, own: own), group: isGroup))
        }
      case (_, "kill"), (_, "destroy"): found.append(.signal(sent(call.arguments.first, own: own), group: false))
      case (_, "setTimeout"): found += later(call, own: own, depth: depth)
      case (_, "on"), (_, "once"), (_, "then"), (_, "finally"):
        // What stands in these is done when something else has happened.
        if actions(call, own: own, depth: depth + 1).contains(.exits) { found.append(.waits) }
      case ("cluster", "disconnect"): break
      case (_, "drain"): found.append(.drains)
      default:
        if let named = functions[name], base == nil {
          found += actions(named, own: own, depth: depth + 1)
        } else {
          found += actions(call, own: own, depth: depth + 1)
        }
      }
      if name == "Promise", body.at(index - 3)?.isWord("await") == true, mentions(["exit", "close"], in: call) {
        found.append(.waits)
      }
      if body.at(index - 2)?.isWord("await") == true || body.at(index - 4)?.isWord("await") == true,
        !["kill", "exit"].contains(name)
      {
        found.append(.waits)
      }
    }
    return found
  }

  /// Whether one of these texts stands anywhere in the trees: the event that a promise waits for.
  private func mentions(_ texts: Set<String>, in trees: [JavaScriptTree]) -> Bool {
    trees.contains { tree in
      switch tree {
      case .token(let token): token.kind == .text && texts.contains(token.text)
      case .group(_, let inner, _): mentions(texts, in: inner)
      }
    }
  }

  private func isObject(before index: Int, in trees: [JavaScriptTree]) -> Bool {
    guard let previous = trees.at(index - 1) else { return false }
    return previous.isMark(":") || previous.isMark("=") || previous.isMark(",")
  }

  private func later(_ call: [JavaScriptTree], own: [String?], depth: Int) -> [Launcher.Action] {
    let parts = call.arguments
    guard let function = parts.first, let body = body(function) else { return [] }
    let inner = actions(body, own: own, depth: depth + 1)
    let time = parts.dropFirst().first.flatMap(milliseconds)
    guard inner.contains(.exits) || inner.contains(where: { if case .signal(.kill, _) = $0 { true } else { false } })
    else {
      return inner
    }
    return time.map { [.killsAfter($0)] } ?? [.killsAfter(.zero)]
  }

  private func milliseconds(_ trees: [JavaScriptTree]) -> Duration? {
    let trees = trees.count == 1 ? trees[0].word.flatMap { constants[$0] } ?? trees : trees
    var product: Int64 = 1
    for tree in trees where !tree.isMark("*") {
      guard let number = tree.token.flatMap({ Int64($0.text.filter { $0 != "_" }) }) else { return nil }
      let (next, overflows) = product.multipliedReportingOverflow(by: number)
      if overflows { return nil }
      product = next
    }
    return .milliseconds(product)
  }

  /// The signal that is sent: a text's, the one that came, or TERM where none is named.
  private func sent(_ trees: [JavaScriptTree]?, own: [String?]) -> Signal? {
    guard let first = trees?.first else { return .terminate }
    if let token = first.token, token.kind == .text || token.kind == .number { return Signal(name: token.text) }
    return nil
  }

  // MARK: Literals

  private func signals(_ trees: [JavaScriptTree]) -> [Signal] {
    guard let first = trees.first else { return [] }
    if let token = first.token, token.kind == .text {
      return token.text.hasPrefix("SIG") ? Signal(name: token.text).map { [$0] } ?? [] : []
    }
    if let list = first.inside("[") { return list.arguments.flatMap { signals($0) } }
    guard trees.count == 1, let name = first.word else { return [] }
    return loops[name] ?? constants[name].map { $0.first?.word == name ? [] : signals(Array($0.prefix(1))) } ?? []
  }

  /// A word that the text says: a literal, `process.execPath`, a constant, a path joined of such.
  private func word(_ trees: [JavaScriptTree]) -> String? { word(trees, depth: 0) }

  /// A template's text with a hole for each substitution.
  private func holed(_ template: String) -> String {
    var result = ""
    var rest = template[...]
    while let open = rest.firstRange(of: "${") {
      result += rest[..<open.lowerBound]
      result.unicodeScalars.append(Word.hole)
      rest = rest[open.upperBound...].drop { $0 != "}" }.dropFirst()
    }
    return result + rest
  }

  /// A word, or one of which nothing is known.
  private func named(_ trees: [JavaScriptTree]) -> Word { word(trees).map { Word($0) } ?? .unknown }

  private func word(_ trees: [JavaScriptTree], depth: Int) -> String? {
    guard let first = trees.first, depth < 8 else { return nil }
    if trees.count == 1, let token = first.token {
      switch token.kind {
      case .text, .number, .template(isWhole: true): return token.text
      case .word where token.text == "__dirname": return "."
      case .word where token.text == "__filename": return path
      case .word: return constants[token.text].flatMap { word($0, depth: depth + 1) }
      default: return nil
      }
    }
    let names = trees.compactMap(\.word)
    if names.first == "process", names.last == "execPath" || names.last == "argv0" { return "node" }
    if names.contains("join") || names.contains("resolve"), let parts = trees.last?.inside("(")?.arguments {
      let words = parts.compactMap { word($0, depth: depth + 1) }
      return words.count == parts.count ? words.filter { $0 != "." }.joined(separator: "/") : nil
    }
    if names.contains("fileURLToPath") || names.first == "new", let inside = trees.last?.inside("(") {
      return inside.arguments.first.flatMap { word($0, depth: depth + 1) }
    }
    return nil
  }

  /// The words of a list literal, with `...process.argv.slice(2)` as the arguments of the script.
  private func words(_ trees: [JavaScriptTree]) -> [Word]? {
    if trees.count == 1, let name = trees[0].word, let value = constants[name] { return words(value) }
    guard let first = trees.first else { return nil }
    if let list = first.inside("[") {
      return list.arguments.flatMap { entry -> [Word] in
        guard entry.prefix(3).allSatisfy({ $0.isMark(".") }), entry.count > 3 else { return [named(entry)] }
        return words(Array(entry.dropFirst(3))) ?? [.unknown]
      }
    }
    let names = trees.compactMap(\.word)
    if names.starts(with: ["process", "argv"]) {
      let position = trees.last?.inside("(")?.first?.token.flatMap { Int($0.text) } ?? 0
      return position == 2 ? arguments : [.unknown]
    }
    return nil
  }
}

extension [JavaScriptTree] {
  /// The tree at a position; nil outside.
  fileprivate func at(_ index: Int) -> JavaScriptTree? { indices.contains(index) ? self[index] : nil }
}
