import Machine
package import Vocabulary

/// Whether an agent's processes start reliably and in time: what its source says, and what starts of it showed.
package struct StartupCheck: Check {
  package let id = "startup"
  package let title = "Do the agent's processes start in time?"

  /// The file that is started; nil: it is looked for.
  package var source: String?
  /// How many connections the agent's database takes; nil when nobody said.
  package var databaseLimit: Int?
  /// What was measured; nil when nothing was started.
  package var figures: StartupFigures?
  /// What is asked of the starts.
  package var goal = StartupGoal()

  /// The check of the source alone.
  package init() {}

  package func run(in context: CheckContext) async throws -> CheckResult {
    let entries = try source.map { [$0] } ?? StartupCheck.entries(in: context.directory)
    guard !entries.isEmpty || figures != nil else {
      return CheckResult(
        .notChecked("no Python file below \(context.directory.harmless) starts a livekit-agents worker"))
    }
    var surveys: [(String, StartupSurvey)] = []
    for entry in entries {
      try Task.checkCancellation()
      let source = try AgentSource(entry: entry, directory: context.directory)
      surveys.append((entry, StartupSurvey(source, databaseLimit: databaseLimit)))
    }
    var goal = goal
    if let setting = surveys.first?.1.settings.first(where: { $0.name == "initialize_process_timeout" }),
      let found = setting.found
    {
      goal.timeoutSeconds = setting.isKnown ? Double(found) : nil
    }
    let judgement = figures.flatMap { StartupJudgement($0, goal: goal) }
    var findings: [Finding] = []
    for finding in surveys.flatMap(\.1.findings) where !findings.contains(finding) { findings.append(finding) }
    if let figures, let judgement {
      findings = StartupCheck.merged(judgement.findings(figures), into: findings)
    }
    findings = findings.map(context.located)
    let answer = StartupAnswer(surveys: surveys, figures: figures, judgement: judgement, findings: findings)
    return CheckResult(findings: findings, lines: answer.lines + context.folderLine, object: answer)
  }

  /// What was measured first; where the source shows the same, it is further evidence of it.
  private static func merged(_ measured: [Finding], into read: [Finding]) -> [Finding] {
    let codes = Set(measured.map(\.code))
    return measured.map { finding in
      let more = read.filter { $0.code == finding.code }.flatMap(\.evidence)
      guard !more.isEmpty else { return finding }
      return Finding(
        code: finding.code, status: finding.status, severity: finding.severity, confidence: finding.confidence,
        summary: finding.summary, cause: finding.cause, evidence: finding.evidence + more, remedy: finding.remedy,
        appliesTo: finding.appliesTo)
    } + read.filter { !codes.contains($0.code) }
  }

  /// The most entry files that are looked at.
  private static let entryLimit = 8

  /// The files below a folder that start a worker when they are run.
  package static func entries(in directory: String) throws -> [String] {
    var found: [String] = []
    for path in ProjectFiles(directory).paths where path.hasSuffix(".py") && found.count < entryLimit {
      try Task.checkCancellation()
      // A file that cannot be read is none that an agent could be started with.
      guard let bytes = try? Files.read("\(directory)/\(path)", limit: 2 << 20) else { continue }
      let text = String(decoding: bytes, as: UTF8.self)
      guard text.contains("livekit") || text.contains("agents"),
        text.contains("run_app") || text.contains("rtc_session")
      else { continue }
      let module = PythonModule(bytes)
      let starts = module.allCalls.contains { call in
        let name = module.qualifiedName(of: call) ?? ""
        return name.hasSuffix("cli.run_app") || name.hasSuffix("agents.AgentServer")
      }
      if starts { found.append(path) }
    }
    return found
  }
}

/// The command line of an agent, as far as its measurement needs it.
package struct AgentCommand: Hashable, Sendable {
  /// The file of Python that it starts; nil when it names none.
  package let file: String?
  /// The words that start the interpreter, without its options; nil when none is named.
  package let interpreter: [String]?

  /// Reads `.venv/bin/python agent.py start`, `uv run python -m livekit.agents start agent.py` and the like.
  package init(_ words: [String]) {
    file = words.dropFirst().first { $0.hasSuffix(".py") } ?? words.first.flatMap { $0.hasSuffix(".py") ? $0 : nil }
    let place = words.firstIndex { word in
      let name = word.split(separator: "/").last ?? ""
      return name.hasPrefix("python") && name.dropFirst(6).allSatisfy { $0.isNumber || $0 == "." }
    }
    interpreter = place.map { Array(words[...$0]) }
  }
}
