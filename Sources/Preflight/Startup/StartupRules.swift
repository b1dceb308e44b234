import Vocabulary

/// From what runs when to what is wrong with it: INI-006 to INI-011.
struct StartupRules {
  private let agent: StartupReading
  private let databaseLimit: Int?

  init(_ agent: StartupReading, databaseLimit: Int?) {
    self.agent = agent
    self.databaseLimit = databaseLimit
  }

  /// What is wrong, by code.
  var findings: [Finding] {
    [heavyImport, sharedEngine, lateModels, slowConnect, settings, cleanup].compactMap(\.self)
  }

  private typealias Hit = (step: PythonRun.Step, words: String)

  /// One finding of many places; nil without any. What is done on a condition only is suspected.
  private func finding(
    _ code: FindingCode, _ hits: [Hit], suspected: Bool = false, _ summary: String, _ remedy: Finding.Remedy
  ) -> Finding? {
    guard !hits.isEmpty else { return nil }
    let isSure = !suspected && hits.contains { !$0.step.isConditional }
    var evidence = hits.prefix(40).map { hit in
      let through = hit.step.through.isEmpty ? "" : " (through \(hit.step.through.joined(separator: ", ").harmless))"
      return Evidence(
        source: "source", locator: agent.place(of: hit.step), at: nil,
        excerpt: "\(hit.words)\(through): \(agent.excerpt(of: hit.step))")
    }
    if hits.count > evidence.count {
      evidence.append(Evidence(source: "source", at: nil, excerpt: "and \(hits.count - evidence.count) more"))
    }
    return Finding(
      code: code, status: isSure ? .confirmed : .suspected, severity: .warning, summary: summary, evidence: evidence,
      remedy: remedy)
  }

  private func hits(_ steps: [PythonRun.Step], _ kinds: Set<StartupWork>) -> [Hit] {
    var seen: Set<String> = []
    return steps.compactMap { step in
      guard let (kind, name) = agent.kind(of: step), kinds.contains(kind) else { return nil }
      // One line for each package, however often it is imported.
      let key = kind == .heavyImport ? String(name.prefix { $0 != "." }) : agent.place(of: step) + name
      guard seen.insert(key).inserted else { return nil }
      return (step, "\(kind.words), \(name.harmless)")
    }
  }

  // MARK: INI-006

  private var heavyImport: Finding? {
    let hits = hits(agent.importing, [.engine, .model, .network, .process, .wait, .heavyImport])
    let isOnlyImports = hits.allSatisfy { agent.kind(of: $0.step)?.0 == .heavyImport }
    return finding(
      "INI-006", hits, suspected: isOnlyImports,
      "importing the agent does \(hits.count == 1 ? "work" : "\(hits.count) pieces of work") that every process repeats "
        + "within its initialize_process_timeout",
      Finding.Remedy(
        isOnlyImports
          ? "measure the imports; import what is slow where it is used, or name it in preload_modules"
          : "move it into the setup function, and hand it on in proc.userdata",
        commands: ["sluice check startup --explain INI-006"]))
  }

  // MARK: INI-007

  private var sharedEngine: Finding? {
    let pools = agent.importing.filter { agent.kind(of: $0)?.0 == .engine && !isLocalFile($0) }
    let preloaded = preloadedFiles
    let isForked = pools.contains { preloaded.contains($0.file) }
    let sizes = pools.compactMap(poolSize)
    let limit = databaseLimit ?? 100
    let limitWords = "\(limit)\(databaseLimit == nil ? " connections, PostgreSQL's default" : " connections")"
    var summary = "the database client at module level is made anew in the worker and in each of its processes"
    var isOver = false
    if let most = sizes.max(), most > 0 {
      summary += ": up to \(most) connections each, so that \(limit / most) processes fill \(limitWords)"
      if let idle = agent.source.number("num_idle_processes"), idle * Double(most) > Double(limit) {
        isOver = true
        summary += ", and \(Int(idle)) are kept idle alone"
      }
    }
    if isForked {
      summary = "preload_modules imports the database client before the fork, so that all processes share its sockets"
    }
    guard
      let found = finding(
        "INI-007", pools.map { ($0, "one for each process") }, summary,
        Finding.Remedy(
          "make one engine in each process's setup function, with pool_size 1 or 2: a process serves one call",
          commands: ["sluice check startup --explain INI-007"]))
    else { return nil }
    guard isForked || isOver else { return found }
    return Finding(
      code: found.code, status: isForked ? .confirmed : .suspected, severity: isForked ? .critical : .warning,
      summary: found.summary, evidence: found.evidence, remedy: found.remedy)
  }

  /// A database in a file has no limit of connections.
  private func isLocalFile(_ step: PythonRun.Step) -> Bool {
    guard case .call(let call, let name?) = step.what else { return false }
    if name.hasPrefix("sqlite3.") || name.hasPrefix("aiosqlite.") { return true }
    let url = call.argument(at: 0).flatMap { agent.source.files[step.file].module.text(of: $0) }
    return url?.hasPrefix("sqlite") == true
  }

  private var preloadedFiles: Set<Int> {
    guard let setting = agent.source.foundSettings["preload_modules"] else { return [] }
    var source = agent.source
    let names = source.files[setting.file].module.texts(of: setting.value) ?? []
    return Set(names.compactMap { source.file(ofModule: $0) })
  }

  /// How many connections a pool may open; nil when the source does not say.
  private func poolSize(_ step: PythonRun.Step) -> Int? {
    guard case .call(let call, let name?) = step.what, !call.hasSpread else { return nil }
    let module = agent.source.files[step.file].module
    /// The keyword's number, or what holds without it; nil when it is set to what is not to be known.
    func number(_ keyword: String, _ usual: Int) -> Int? {
      guard let value = call.argument(keyword) else { return usual }
      return module.number(of: value).flatMap { Int(exactly: $0) }
    }
    switch name.split(separator: ".").last {
    case "create_engine", "create_async_engine":
      if let kind = call.argument("poolclass")?.dottedName {
        return kind.hasSuffix("NullPool") || kind.hasSuffix("StaticPool") ? 1 : nil
      }
      // SQLAlchemy's defaults are 5 and 10.
      guard let size = number("pool_size", 5), let overflow = number("max_overflow", 10) else { return nil }
      return size + max(overflow, 0)
    case "create_pool": return number(name.hasPrefix("asyncpg") ? "max_size" : "maxsize", 10)
    case "ConnectionPool", "AsyncConnectionPool":
      guard name.hasPrefix("psycopg_pool") else { return nil }
      return number("max_size", number("min_size", 4) ?? 4)
    default: return nil
    }
  }

  // MARK: INI-008

  private var lateModels: Finding? {
    var found: [Hit] = []
    for steps in agent.entrypoints {
      found += hits(steps, [.model]).map { ($0.step, "loaded in the entrypoint, \($0.words)") }
      found += steps.filter(hasNoVAD).map { ($0, "a session without VAD") }
    }
    if let idle = agent.source.foundSettings["num_idle_processes"], agent.source.number("num_idle_processes") == 0 {
      let step = PythonRun.Step(
        file: idle.file, line: idle.line, what: .raises, through: [], isInBackground: false, isGuarded: false,
        isHandled: false, isConditional: false)
      found.append((step, "no process is warm when a call comes"))
    }
    return finding(
      "INI-008", found, "a call waits for what could be ready before it",
      Finding.Remedy(
        "load models in the setup function, take them from ctx.proc.userdata, and keep an idle process",
        commands: ["sluice check startup --explain INI-008"]))
  }

  /// Whether a session is made with `vad=None`, in so many words or through a name that is nothing else.
  private func hasNoVAD(_ step: PythonRun.Step) -> Bool {
    guard case .call(let call, let name) = step.what,
      let last = name?.split(separator: ".").last, ["AgentSession", "VoicePipelineAgent", "Agent"].contains(last),
      let value = call.argument("vad")
    else { return false }
    if case .constant("None") = value.kind { return true }
    guard let variable = value.name else { return false }
    let values = agent.source.files[step.file].module.allStatements.compactMap { statement -> PythonExpression? in
      guard case .assignment(let targets, _, let value?) = statement.kind else { return nil }
      return targets.contains { $0.name == variable } ? value : nil
    }
    return !values.isEmpty
      && values.allSatisfy { if case .constant("None") = $0.kind { true } else { false } }
  }

  // MARK: INI-009

  /// Clients that connect when they are first used.
  private static let lazy: Set<String> = [
    "create_engine", "create_async_engine", "Redis", "StrictRedis", "from_url", "ConnectionPool", "MongoClient",
    "AsyncMongoClient", "AsyncIOMotorClient", "Elasticsearch", "AsyncElasticsearch", "Database",
  ]

  private var slowConnect: Finding? {
    var found: [Hit] = []
    for steps in agent.entrypoints {
      guard let connect = agent.connectIndex(steps) else { continue }
      let before = steps[..<connect].filter { step in
        guard case .call(_, let name?) = step.what, !step.isInBackground else { return false }
        return !StartupRules.lazy.contains(name.split(separator: ".").last.map(String.init) ?? "")
      }
      found += hits(Array(before), [.engine, .model, .network, .process, .wait])
    }
    return finding(
      "INI-009", found, "the entrypoint does slow work before the room is connected, and the caller hears nothing",
      Finding.Remedy(
        "call await ctx.connect() first, and do the rest beside it",
        commands: ["sluice check startup --explain INI-009"]))
  }

  // MARK: INI-010

  private var settings: Finding? {
    let found = agent.importing.compactMap { step -> Hit? in
      guard !step.isHandled else { return nil }
      switch step.what {
      case .variable(let name): return (step, "raises KeyError where \(name.harmless) is not set")
      case .raises: return (step, "raises while it is imported")
      case .call(_, let name?):
        if ["sys.exit", "exit", "quit", "os._exit"].contains(name) { return (step, "ends the process") }
        return agent.kind(of: step)?.0 == .settings ? (step, "settings that are validated") : nil
      default: return nil
      }
    }
    return finding(
      "INI-010", found,
      "a wrong or missing setting makes the import fail, in the worker or in every process alike, again and again",
      Finding.Remedy(
        "validate settings once before cli.run_app, under if __name__ == \"__main__\"",
        commands: ["sluice check startup --explain INI-010"]))
  }

  // MARK: INI-011

  private static let clients: Set<String> = ["aiohttp.ClientSession", "httpx.AsyncClient", "httpx.Client"]

  private var cleanup: Finding? {
    var found: [Hit] = []
    for steps in agent.entrypoints {
      let registers = steps.contains { step in
        guard case .call(let call, _) = step.what else { return false }
        return call.function.memberName == "add_shutdown_callback"
      }
      guard !registers else { continue }
      let start = steps.firstIndex { step in
        guard case .call(let call, _) = step.what else { return false }
        return call.function.memberName == "start" && call.argument("room") != nil
      }
      let waits = start.map { start in
        steps[start...].contains { step in
          guard case .call(let call, let name) = step.what else { return false }
          let last = call.function.memberName ?? name ?? ""
          return last.hasPrefix("wait") || last == "sleep" || last.hasPrefix("run_") || last == "join"
        }
      }
      for step in steps where acquires(step) {
        if !step.isGuarded {
          found.append((step, "nothing closes it"))
        } else if let start, steps[start].isGuarded, waits == false {
          found.append((step, "closed as soon as session.start() returns, while the call goes on"))
        }
      }
    }
    return finding(
      "INI-011", found, suspected: true,
      "what the entrypoint opens is not closed when the call ends or its start fails",
      Finding.Remedy(
        "register its close with ctx.add_shutdown_callback right after it is opened",
        commands: ["sluice check startup --explain INI-011"]))
  }

  /// Whether a step opens what must be closed: a client, a pool, or a session of a factory.
  private func acquires(_ step: PythonRun.Step) -> Bool {
    guard case .call(let call, let name?) = step.what, !step.isInBackground else { return false }
    if agent.kind(of: step)?.0 == .engine || StartupRules.clients.contains(name) { return true }
    guard let factory = call.function.dottedName, !factory.contains(".") || name != factory else { return false }
    var source = agent.source
    let module = source.files[step.file].module
    let made: PythonExpression?
    var home = module
    if let constant = module.constants[factory] {
      made = constant
    } else if let owner = name.lastIndex(of: ".").map({ String(name[..<$0]) }), let file = source.file(ofModule: owner)
    {
      home = source.files[file].module
      made = home.constants[String(name.split(separator: ".").last ?? "")]
    } else {
      made = nil
    }
    guard let maker = made?.call.flatMap({ home.qualifiedName(of: $0) }) else { return false }
    return ["sessionmaker", "async_sessionmaker", "scoped_session"].contains(maker.split(separator: ".").last ?? "")
  }
}
