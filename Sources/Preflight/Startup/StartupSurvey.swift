package import Vocabulary

/// What an agent's source says of how its processes start, read without running it.
package struct StartupSurvey: Sendable {
  /// The work that was found, in the order of the moments.
  package let work: [Work]
  /// The table of settings.
  package let settings: [StartupSetting]
  /// What is wrong, in the words of the catalogue.
  package let findings: [Finding]
  /// The files that were read.
  package let files: [String]
  /// What could not be read in them, `FILE:LINE: what`.
  package let unread: [String]

  /// When work is done.
  package enum Moment: String, Codable, Sendable {
    /// When the module is imported: in the worker and again in each of its processes.
    case importing = "import"
    /// In the setup function: once in each process, before it takes a call.
    case prewarm
    /// In the entrypoint, before the room is connected.
    case beforeConnect = "before-connect"
    /// In the entrypoint, after it.
    case inSession = "session"
  }

  /// One piece of work that takes time, memory or connections.
  package struct Work: Hashable, Encodable, Sendable {
    /// When it is done.
    package let moment: Moment
    /// What it is: `engine`, `model`, `network`, `process`, `wait`, `settings`, `heavy-import`.
    package let kind: String
    /// The full name of what is called or imported.
    package let name: String
    /// `FILE:LINE`.
    package let place: String
    /// The line.
    package let excerpt: String
    /// The agent's functions through which it is reached, outermost first.
    package let through: [String]
    /// Whether it is done on a condition only.
    package let isConditional: Bool
    /// Whether a task of its own does it.
    package let isInBackground: Bool
  }

  /// Reads an agent. `databaseLimit` is how many connections its database takes; nil when nobody said.
  package init(_ source: AgentSource, databaseLimit: Int? = nil) {
    let agent = StartupReading(source)
    work = agent.work
    settings = agent.source.settings
    files = agent.source.files.map { $0.path.harmless }
    unread = agent.source.files.flatMap { file in
      file.module.troubles.prefix(20).map { "\(file.path):\($0.line): \($0.what)".harmless }
    }
    findings = StartupRules(agent, databaseLimit: databaseLimit).findings
  }
}

/// The agent with what runs when: what the rules look at.
struct StartupReading: Sendable {
  private(set) var source: AgentSource
  let importing: [PythonRun.Step]
  private(set) var prewarm: [PythonRun.Step] = []
  /// What each entrypoint runs.
  private(set) var entrypoints: [[PythonRun.Step]] = []
  private(set) var work: [StartupSurvey.Work] = []

  init(_ source: AgentSource) {
    var run = PythonRun(source)
    run.importEntry()
    importing = run.steps
    self.source = run.source
    let found = self.source.foundSettings
    if let setup = found["setup_fnc"], let name = setup.value.dottedName {
      prewarm = steps(ofFunction: name, in: setup.file)
    }
    for (file, function) in handlers(found) {
      var run = PythonRun(self.source)
      run.call(function, in: file)
      self.source = run.source
      entrypoints.append(run.steps)
    }
    work = importing.compactMap { makeWork($0, .importing) } + prewarm.compactMap { makeWork($0, .prewarm) }
    for steps in entrypoints {
      let connect = connectIndex(steps)
      work += steps.enumerated().compactMap { number, step in
        makeWork(step, number < connect ?? 0 ? .beforeConnect : .inSession)
      }
    }
  }

  private mutating func steps(ofFunction name: String, in file: Int) -> [PythonRun.Step] {
    let full = source.absolute(source.files[file].module.qualifiedName(ofDotted: name), in: file)
    guard let (statement, other) = source.definition(of: full, in: file), let function = statement.function else {
      return []
    }
    var run = PythonRun(source)
    run.call(function, in: other)
    source = run.source
    return run.steps
  }

  /// The functions that serve a session.
  private mutating func handlers(_ found: [String: FoundSetting]) -> [(Int, PythonFunction)] {
    var handlers: [(Int, PythonFunction)] = []
    for (number, file) in source.files.enumerated() {
      for statement in file.module.allStatements {
        guard let function = statement.function else { continue }
        let isEntry = statement.decorators.contains { decorator in
          let called = decorator.call?.function ?? decorator
          return called.memberName == "rtc_session" || called.name == "rtc_session"
        }
        if isEntry { handlers.append((number, function)) }
      }
    }
    if let entry = found["entrypoint_fnc"], let name = entry.value.dottedName {
      let full = source.absolute(source.files[entry.file].module.qualifiedName(ofDotted: name), in: entry.file)
      if let (statement, other) = source.definition(of: full, in: entry.file), let function = statement.function {
        handlers.append((other, function))
      }
    }
    return handlers
  }

  /// The number of the step that connects the room: `ctx.connect()`, or the start of a session in a room.
  func connectIndex(_ steps: [PythonRun.Step]) -> Int? {
    steps.firstIndex { step in
      guard case .call(let call, _) = step.what, case .attribute(let owner, let member) = call.function.kind else {
        return false
      }
      return member == "connect" && call.arguments.allSatisfy { $0.name != nil } && isContext(owner)
        || member == "start" && call.argument("room") != nil
    }
  }

  private func isContext(_ owner: PythonExpression) -> Bool {
    guard let name = owner.dottedName?.split(separator: ".").last else { return false }
    return ["ctx", "context", "job_ctx", "job_context", "job", "self_ctx", "jobctx", "_ctx"].contains(name)
  }

  private func makeWork(_ step: PythonRun.Step, _ moment: StartupSurvey.Moment) -> StartupSurvey.Work? {
    guard let (kind, name) = kind(of: step) else { return nil }
    return StartupSurvey.Work(
      moment: moment, kind: kind == .heavyImport ? "heavy-import" : kind.rawValue, name: name.harmless,
      place: place(of: step), excerpt: excerpt(of: step), through: step.through.map(\.harmless),
      isConditional: step.isConditional, isInBackground: step.isInBackground)
  }

  /// What a step is of the work that takes time, and its full name.
  func kind(of step: PythonRun.Step) -> (StartupWork, String)? {
    switch step.what {
    case .imports(_, let name): return StartupWork.isHeavy(import: name) ? (.heavyImport, name) : nil
    case .call(let call, let name?):
      if name == "asyncio.sleep" {
        let seconds = call.argument(at: 0).flatMap { source.files[step.file].module.number(of: $0) }
        return (seconds ?? 0) >= 1 ? (.wait, name) : nil
      }
      if isSettings(name, in: step.file) { return (.settings, name) }
      return StartupWork.ofCall(name).map { ($0, name) }
    default: return nil
    }
  }

  /// Whether a class of the agent is one of settings, through its bases.
  private func isSettings(_ name: String, in file: Int) -> Bool {
    var source = source
    var (name, file) = (name, file)
    for _ in 0..<6 {
      guard let (definition, other) = source.definition(of: name, in: file),
        case .type(_, let bases, _) = definition.kind
      else { return false }
      let module = source.files[other].module
      let names = bases.filter { $0.name == nil }.compactMap { module.qualifiedName(of: $0.value) }
      if names.contains(where: { StartupWork.ofCall($0) == .settings }) { return true }
      guard let next = names.first else { return false }
      (name, file) = (source.absolute(next, in: other), other)
    }
    return false
  }

  /// `FILE:LINE` of a step.
  func place(of step: PythonRun.Step) -> String { "\(source.files[step.file].path):\(step.line)".harmless }

  /// The line of a step.
  func excerpt(of step: PythonRun.Step) -> String {
    String(source.files[step.file].module.excerpt(step.line).prefix(120))
  }
}

extension PythonModule {
  /// The full name of a dotted one, imports followed.
  func qualifiedName(ofDotted dotted: String) -> String {
    let first = String(dotted.prefix { $0 != "." })
    return (bindings[first] ?? first) + dotted.dropFirst(first.count)
  }
}
