import Machine
import Vocabulary

/// Follows a Python program from its first line through the functions that it calls and the local modules that it imports,
/// and notes what it starts, which signals it takes and what runs inside of it. Nothing is evaluated: both branches of a
/// condition are walked.
struct PythonScript {
  /// Something in the text with its file.
  struct Mention: Sendable {
    let name: String
    let line: Int
    let file: String
  }

  /// What the process runs instead of the rest: `runpy`, a tool in the same process.
  struct Next: Sendable {
    let words: [Word]
    let line: Int
  }

  /// Where a statement runs.
  enum Context: Sendable { case main, otherThread, otherProcess, mainLater }

  /// A handler with where it is installed.
  struct Installed: Sendable {
    var handler: Launcher.Handler
    let context: Context
    let file: String
    let excerpt: String
    /// Whether the loop's own `add_signal_handler` installs it.
    let isOnLoop: Bool
    /// Whether the SDK's worker had been started by then.
    let isAfterRun: Bool
  }

  /// One file.
  struct Unit {
    let module: PythonModule
    let file: String
    let folder: String
    let functions: [String: PythonFunction]
    /// The names of its classes.
    let types: Set<String>
  }

  let path: String
  let arguments: [Word]
  let launch: Launch
  var launcher = Launcher()
  var installed: [Installed] = []
  private(set) var inProcess: Next?
  /// A server of another framework that runs in the main thread.
  private(set) var host: Mention?
  /// `cli.run_app` and its like, and where it runs.
  private(set) var run: (mention: Mention, context: Context, isRepeated: Bool)?
  /// `server.run()` in a loop of the user's own.
  private(set) var ownRun: Mention?
  private(set) var importsSDK = false
  /// The file itself.
  var module: PythonModule { units[0].module }

  private(set) var units: [Unit] = []
  private var unitNames: [String: Int] = [:]
  private var visited: Set<String> = []
  var waits = false
  /// What `except KeyboardInterrupt` of the main program does, and what its `finally`s and `atexit` do.
  private var whenInterrupted: [Launcher.Action] = []
  private var whenLeaving: [Launcher.Action] = []
  var forks = false
  private(set) var signalNames: [String: Set<Signal>] = [:]
  private var budget = 20_000

  init(_ text: String, path: String, arguments: [Word], launch: Launch) {
    (self.path, self.arguments, self.launch) = (path, arguments, launch)
    let folder = path.contains("/") ? String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]) : "."
    add(text, file: path, folder: folder)
    walk(units[0].module.body, in: 0, .main, isRepeated: false, depth: 0)
    walkHandlers()
    if !waits {
      for index in launcher.starts.indices
      where launcher.starts[index].manner == .waits && launcher.starts[index].isPopen {
        launcher.starts[index].manner = .leaves
      }
    }
    for index in installed.indices { installed[index].handler.actions = unwound(installed[index].handler.actions) }
    launcher.handlers = installed.filter { $0.context == .main }.map(\.handler)
  }

  /// What is done when an exception of a handler's ends the program: what `except` does with an interrupt, then each
  /// `finally`.
  private func unwound(_ actions: [Launcher.Action]) -> [Launcher.Action] {
    actions.flatMap { action -> [Launcher.Action] in
      guard case .unwinds(let asInterrupt) = action else { return [action] }
      guard !launcher.starts.isEmpty else { return [.exits] }
      let caught = asInterrupt ? whenInterrupted : []
      return caught.filter { $0 != .exits && $0 != action } + whenLeaving + [.exits]
    }
  }

  private mutating func add(_ text: String, file: String, folder: String) {
    let module = PythonModule(text)
    var functions: [String: PythonFunction] = [:]
    var types: Set<String> = []
    for statement in module.allStatements {
      if let function = statement.function { functions[function.name] = function }
      if case .type(let name, _, _) = statement.kind { types.insert(name) }
    }
    if module.bindings.values.contains(where: { $0.hasPrefix("livekit.agents") || $0.hasPrefix("openrtc") }) {
      importsSDK = true
    }
    units.append(Unit(module: module, file: file, folder: folder, functions: functions, types: types))
  }

  // MARK: Statements

  private mutating func walk(
    _ body: [PythonStatement], in unit: Int, _ context: Context, isRepeated: Bool, depth: Int
  ) {
    guard depth < 40 else { return }
    for statement in body {
      budget -= 1
      guard budget > 0 else { return }
      for item in statement.imports { follow(item, from: unit, depth: depth) }
      var context = context
      switch statement.kind {
      case .function(let function):
        noteDecorators(statement, function, in: unit, depth: depth)
        continue
      case .type: continue
      case .loop(let target, let iterable, _, _):
        if let name = target.name { signalNames[name] = signals(iterable, in: unit) }
      case .condition(let condition, _, _):
        call(in: statement, unit, context, isRepeated, depth)
        let isEndless = units[unit].module.flag(of: condition) == true || isOne(condition)
        // A loop that a handler ends by setting a variable waits as an endless one does.
        if isEndless || isRest(statement) { waits = true }
        for block in statement.blocks {
          walk(block, in: unit, context, isRepeated: isRepeated || isEndless, depth: depth + 1)
        }
        continue
      case .branches(let branches):
        for branch in branches {
          // `if pid == 0:` after a fork is the child.
          let isChild = forks && branch.condition.map(asksForZero) ?? false
          if isChild { context = .otherProcess }
          walk(branch.body, in: unit, context, isRepeated: isRepeated, depth: depth + 1)
        }
        continue
      case .with(let items, let body):
        // `with Popen(…) as p:` waits for it at its end.
        for item in items {
          guard let made = item.value.call else { continue }
          take(made, named: item.target?.dottedName, in: unit, context, isRepeated, depth)
          if units[unit].module.qualifiedName(of: made)?.hasSuffix("Popen") == true { waits = true }
        }
        walk(body, in: unit, context, isRepeated: isRepeated, depth: depth + 1)
        continue
      case .attempt(let body, let handlers, let otherwise, let finally):
        walk(body, in: unit, context, isRepeated: isRepeated, depth: depth + 1)
        for handler in handlers { noteInterrupt(handler, in: unit, context) }
        if context == .main { whenLeaving += actions(finally, in: unit, parameters: [], depth: 0) }
        for block in [otherwise, finally] { walk(block, in: unit, context, isRepeated: isRepeated, depth: depth + 1) }
        continue
      default: break
      }
      call(in: statement, unit, context, isRepeated, depth)
      for block in statement.blocks { walk(block, in: unit, context, isRepeated: isRepeated, depth: depth + 1) }
    }
  }

  /// Whether a loop does little but rest.
  private func isRest(_ loop: PythonStatement) -> Bool {
    loop.withDescendants.flatMap(\.calls).contains { call in
      ["sleep", "wait", "pause", "poll"].contains(call.function.dottedName?.split(separator: ".").last ?? "")
    }
  }

  private func isOne(_ expression: PythonExpression) -> Bool {
    if case .number("1") = expression.kind { true } else { false }
  }

  private func asksForZero(_ expression: PythonExpression) -> Bool {
    guard case .operation("==", _, let right) = expression.kind, case .number("0") = right.kind else { return false }
    return true
  }

  mutating func call(
    in statement: PythonStatement, _ unit: Int, _ context: Context, _ isRepeated: Bool, _ depth: Int
  ) {
    var name: String?
    if case .assignment(let targets, _, _) = statement.kind { name = targets.first?.dottedName }
    for call in statement.calls { take(call, named: name, in: unit, context, isRepeated, depth) }
  }

  /// `except KeyboardInterrupt:` is what INT does.
  private mutating func noteInterrupt(_ branch: PythonBranch, in unit: Int, _ context: Context) {
    let names = branch.condition.map { $0.withDescendants.compactMap(\.name) } ?? []
    guard names.contains("KeyboardInterrupt") else { return }
    let actions = actions(branch.body, in: unit, parameters: [], depth: 0)
    if context == .main { whenInterrupted += actions }
    install(
      Launcher.Handler(signals: [.interrupt], actions: actions + [.exits], line: branch.line), unit, context,
      isOnLoop: false)
  }

  // MARK: Imports

  private mutating func follow(_ item: PythonImport, from unit: Int, depth: Int) {
    var names = [item.module]
    if let member = item.member, member != "*" { names.append(item.module + "." + member) }
    for name in names { load(name, from: unit, depth: depth) }
  }

  private mutating func load(_ name: String, from unit: Int, depth: Int) {
    guard units.count < 24, depth < 12 else { return }
    let folder = units[unit].folder
    let plain = name.drop { $0 == "." }
    let relative = plain.split(separator: ".").joined(separator: "/")
    let ups = name.prefix { $0 == "." }.count
    let base = folder + String(repeating: "/..", count: max(0, ups - 1))
    let key = ups > 0 ? "\(base)/\(relative)" : relative
    guard unitNames[key] == nil else { return }
    for start in ups > 0 ? [base] : [folder, units[0].folder, "."] {
      for end in [".py", "/__init__.py"] {
        let candidate = Launch.relative("\(start)/\(relative)\(end)")
        guard let file = launch.file(candidate) else { continue }
        unitNames[key] = units.count
        let parts = candidate.split(separator: "/")
        add(
          file.text, file: file.origin.file,
          folder: parts.count > 1
            ? (candidate.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/") : ".")
        let new = units.count - 1
        walk(units[new].module.body, in: new, .main, isRepeated: false, depth: depth + 1)
        return
      }
    }
  }

  /// The function that a call's name means, in its own file or in an imported one.
  func function(_ name: String, in unit: Int) -> (unit: Int, function: PythonFunction)? {
    let parts = name.split(separator: ".").map(String.init)
    guard let last = parts.last else { return nil }
    if parts.count == 1 || parts.first == "self" {
      return units[unit].functions[last].map { (unit, $0) }
    }
    // A method of an instance of one of the file's own classes.
    if parts.count == 2, let type = parts[0].hasSuffix("()") ? String(parts[0].dropLast(2)) : made(parts[0], in: unit),
      units[unit].types.contains(type), let method = units[unit].functions[last]
    {
      return (unit, method)
    }
    let key = parts.dropLast().joined(separator: "/")
    if let other = unitNames[key] ?? unitNames.first(where: { $0.key.hasSuffix("/" + key) })?.value {
      return units[other].functions[last].map { (other, $0) }
    }
    return nil
  }

  // MARK: Calls

  private mutating func take(
    _ call: PythonCall, named name: String?, in unit: Int, _ context: Context, _ isRepeated: Bool, _ depth: Int
  ) {
    let module = units[unit].module
    let full = module.qualifiedName(of: call) ?? attributeName(call) ?? ""
    let last = full.split(separator: ".").last.map(String.init) ?? full
    switch full {
    case "os.fork": forks = true
    case "atexit.register":
      if context == .main, let what = call.argument(at: 0) { whenLeaving += handlerActions(what, in: unit) }
    case "os.wait", "os.waitpid", "os.waitid", "signal.pause": waits = true
    case "signal.signal":
      guard let what = call.argument(at: 0), let handler = call.argument(at: 1) else { return }
      install(handler, for: signals(what, in: unit), unit, context, line: call.line, isOnLoop: false)
    case "signal.pthread_sigmask":
      guard call.argument(at: 0).flatMap({ $0.dottedName })?.hasSuffix("SIG_BLOCK") == true,
        let what = call.argument(at: 1)
      else { return }
      install(
        Launcher.Handler(signals: signals(what, in: unit), actions: [.blocks], line: call.line), unit, context,
        isOnLoop: false)
    case "runpy.run_path", "runpy.run_module":
      guard context == .main, inProcess == nil, let target = call.argument(at: 0) else { return }
      let word = word(target, in: unit)
      inProcess = Next(words: (full.hasSuffix("module") ? ["-m", word] : [word]) + arguments, line: call.line)
    case "exec":
      guard
        let opened = call.arguments.first?.value.withDescendants.compactMap(\.call).first(where: {
          $0.function.name == "open"
        }),
        let path = opened.argument(at: 0)
      else { return }
      inProcess = Next(words: [word(path, in: unit)] + arguments, line: call.line)
    case "threading.Thread", "multiprocessing.Process":
      let context = full.hasPrefix("t") ? Context.otherThread : .otherProcess
      if let target = call.argument("target"), let name = module.qualifiedName(of: target),
        name.hasSuffix("cli.run_app")
      {
        run = run ?? (Mention(name: name, line: call.line, file: units[unit].file), context, isRepeated)
      }
      descend(call.argument("target"), in: unit, context, depth)
      if full.hasPrefix("m") { startFunction(call, unit) }
    default:
      if takeAgent(call, full, last, in: unit, context, isRepeated) { return }
      if start(call, full, named: name, in: unit, context) { return }
      if ["wait", "communicate", "poll", "join", "wait_for_termination"].contains(last) { waits = true }
      if last == "add_signal_handler", let what = call.argument(at: 0), let handler = call.argument(at: 1) {
        install(handler, for: signals(what, in: unit), unit, context, line: call.line, isOnLoop: true)
        return
      }
      descendIntoCall(call, full, in: unit, context, isRepeated, depth)
    }
  }

  /// `x().name(…)`: the names that can be seen.
  func attributeName(_ call: PythonCall) -> String? {
    guard case .attribute(let value, let name) = call.function.kind else { return nil }
    return (value.call.flatMap { $0.function.dottedName } ?? "?") + "()." + name
  }

  private mutating func takeAgent(
    _ call: PythonCall, _ full: String, _ last: String, in unit: Int, _ context: Context, _ isRepeated: Bool
  ) -> Bool {
    let mention = Mention(name: full, line: call.line, file: units[unit].file)
    if full.hasSuffix("cli.run_app") || full == "livekit.agents.run_app" || full == "livekit.agents.cli.cli.run_app" {
      run = run ?? (mention, context, isRepeated)
      return true
    }
    if ["uvicorn.run", "hypercorn.run.run", "aiohttp.web.run_app", "granian.Granian().serve"].contains(full)
      || full == "uvicorn.Server().run" || full == "uvicorn.Server().serve"
    {
      if context == .main { host = host ?? mention }
      return true
    }
    guard last == "run" || last == "serve", case .attribute(let base, _) = call.function.kind, let name = base.name,
      let made = made(name, in: unit)
    else { return false }
    switch made {
    case let made where made.hasPrefix("livekit.agents") && (made.hasSuffix("AgentServer") || made.hasSuffix("Worker")):
      ownRun = ownRun ?? mention
    case let made where made.hasPrefix("openrtc") && made.hasSuffix("AgentPool"):
      run = run ?? (mention, context, isRepeated)
    case "uvicorn.Server":
      if context == .main { host = host ?? Mention(name: "uvicorn", line: call.line, file: mention.file) }
    default: return false
    }
    return true
  }

  /// The class whose instance a name is bound to anywhere in the file, by its full name.
  private func made(_ name: String, in unit: Int) -> String? {
    let module = units[unit].module
    for statement in module.allStatements {
      guard case .assignment(let targets, _, let value?) = statement.kind, targets.contains(where: { $0.name == name }),
        let call = value.call
      else { continue }
      return module.qualifiedName(of: call)
    }
    // A server that comes from another file of the project.
    guard let bound = module.bindings[name], let member = bound.split(separator: ".").last else { return nil }
    let key = bound.split(separator: ".").dropLast().joined(separator: "/")
    guard let other = unitNames[key], other != unit else { return nil }
    return made(String(member), in: other)
  }

  /// Functions that a call leads to: its own, and those that it is given where it is no function of the project's.
  private mutating func descendIntoCall(
    _ call: PythonCall, _ full: String, in unit: Int, _ context: Context, _ isRepeated: Bool, _ depth: Int
  ) {
    if let target = function(full, in: unit) {
      enter(target.function, target.unit, context, isRepeated, depth)
      return
    }
    guard !full.hasPrefix("atexit."), !full.hasSuffix(".register") else { return }
    for argument in call.arguments {
      let isServerPart = ["request_fnc"].contains(argument.name ?? "")
      let isJobPart = ["entrypoint_fnc", "prewarm_fnc", "setup_fnc", "session_end_fnc"].contains(argument.name ?? "")
      descend(argument.value, in: unit, isServerPart ? .mainLater : isJobPart ? .otherProcess : context, depth)
    }
    // `app()` of typer, click and the like runs what is decorated with it.
    if case .name(let name) = call.function.kind { descendDecorated(with: name, in: unit, context, depth) }
  }

  private mutating func descend(_ value: PythonExpression?, in unit: Int, _ context: Context, _ depth: Int) {
    guard let value, let name = value.dottedName,
      let target = function(units[unit].module.qualifiedName(of: value) ?? name, in: unit)
    else { return }
    enter(target.function, target.unit, context, false, depth)
  }

  private mutating func descendDecorated(with name: String, in unit: Int, _ context: Context, _ depth: Int) {
    for statement in units[unit].module.body {
      guard let function = statement.function else { continue }
      let isCommand = statement.decorators.contains { decorator in
        (decorator.call?.function ?? decorator).dottedName?.hasPrefix(name + ".") == true
      }
      if isCommand { enter(function, unit, context, false, depth) }
    }
  }

  private mutating func enter(
    _ function: PythonFunction, _ unit: Int, _ context: Context, _ isRepeated: Bool, _ depth: Int
  ) {
    guard visited.insert("\(unit) \(function.name) \(context)").inserted else { return }
    walk(function.body, in: unit, context, isRepeated: isRepeated, depth: depth + 1)
  }

  /// Functions that the SDK calls: jobs in other processes, events of the worker in the main one.
  private mutating func noteDecorators(
    _ statement: PythonStatement, _ function: PythonFunction, in unit: Int, depth: Int
  ) {
    for decorator in statement.decorators {
      let name = (decorator.call?.function ?? decorator).dottedName ?? ""
      if name.hasSuffix(".rtc_session") || name.hasSuffix(".setup") {
        enter(function, unit, .otherProcess, false, depth)
      } else if name.hasSuffix(".on") || name.hasSuffix(".once") || name.hasSuffix(".on_event") {
        enter(function, unit, .mainLater, false, depth)
      }
    }
  }

  /// Functions that set handlers in the worker's own process, by assignment: `server.request_fnc = f`.
  private mutating func walkHandlers() {
    for (index, unit) in units.enumerated() {
      for statement in unit.module.body {
        guard case .assignment(let targets, _, let value?) = statement.kind,
          let target = targets.first?.dottedName, target.hasSuffix(".request_fnc")
        else { continue }
        descend(value, in: index, .mainLater, 0)
      }
    }
  }
}
