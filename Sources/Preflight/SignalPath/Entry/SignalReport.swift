import Documents
import Machine
package import Vocabulary

/// What `sluice check signals` says of one entry command.
package struct SignalReport: Sendable {
  /// What is judged, in words.
  package let subject: String
  package let verdict: SignalVerdict
  /// One sentence that says it all.
  package let sentence: String
  /// The command's words, for people; nil where there is none.
  package let command: String?
  package let commandPlace: Place?
  /// The signal, without `SIG`.
  package let signal: String
  package let signalPlace: Place?
  /// Every clock that is known, the platform's and those of programs in between.
  package let deadlines: [DrainClock]
  package let findings: [Finding]
  package let notes: [String]
  /// A change of one line that makes it drain: judged before it is shown; nil where none is known.
  package let correction: SignalCorrection?

  /// The least of the deadlines; nil when nothing limits the drain or nothing is known of it.
  package var deadline: DrainClock? {
    deadlines.filter { $0.limit != nil }.min { ($0.limit ?? .zero) < ($1.limit ?? .zero) }
  }

  /// Judges the entry that files name or a folder has.
  ///
  /// Paths are shown as from the folder of the call. Throws for files that are missing or cannot be read; a command that
  /// cannot be judged is a verdict.
  package static func judge(
    _ files: EntryFiles, in folder: String, called: String? = nil, programs: any ProgramCatalogue
  ) throws -> SignalReport {
    let question = try SignalQuestion.read(files, in: folder)
    let verdict = question.verdict(programs)
    let correction =
      verdict.outcome == .drains
      ? nil : SignalCorrection.find(for: verdict, of: question, files: files, in: folder, programs: programs)
    return SignalReport(question, verdict, correction, in: called ?? folder)
  }

  /// Judges a Dockerfile by its text alone, as if its context were empty.
  package static func judge(
    dockerfile text: String, named name: String = "Dockerfile", programs: any ProgramCatalogue = Programs()
  ) throws -> SignalReport {
    var files = EntryFiles()
    files.dockerfile = name
    // A path that has nothing below it.
    files.context = "/dev/null"
    let question = try SignalQuestion.read(files, in: "/dev/null", replacing: [name: text])
    return SignalReport(question, question.verdict(programs), nil, in: "/dev/null")
  }

  private init(
    _ question: SignalQuestion, _ verdict: SignalVerdict, _ correction: SignalCorrection?, in folder: String
  ) {
    let shown = ShownPaths(folder: folder)
    subject = shown.text(question.subject)
    self.verdict = shown.verdict(verdict)
    self.correction = correction.map { $0.at(shown.place($0.place)) }
    let entry = question.entry
    command = entry.map { $0.arguments.commandLine.harmless }
    commandPlace = entry.map { shown.place($0.origin) }
    signal = (entry?.stopSignal ?? .terminate).shortName
    signalPlace = entry?.stopSignalOrigin.map(shown.place)
    deadlines =
      [
        verdict.ownDeadline.map { DrainClock(name: $0.program, limit: $0.after, origin: "its own") },
        entry?.stopDeadline,
      ]
      .compactMap(\.self).map { DrainClock(name: $0.name, limit: $0.limit, origin: shown.text($0.origin)) }
    notes = (question.notes + verdict.notes).filter { !$0.isEmpty }.map(shown.text)
    let sentence = Self.sentence(question, verdict, signal: signal)
    self.sentence = shown.text(sentence)
    findings = Self.findings(question, verdict, sentence: sentence).map(shown.finding)
  }

  private static func sentence(_ question: SignalQuestion, _ verdict: SignalVerdict, signal: String) -> String {
    let agent = verdict.chain.last?.text ?? "the agent"
    let first = verdict.chain.first { !$0.passesOn }
    let culprit = first.map { link in link.program + (link.place.map { " (\($0))" } ?? "") } ?? "the entry command"
    if let fault = question.fault { return "\(fault.what) (\(fault.place))" }
    if let override = question.override, verdict.outcome == override.outcome {
      return "\(override.why) (\(override.place))"
    }
    switch verdict.outcome {
    case .drains: return "SIG\(signal) reaches '\(agent)' once, and its sessions may end"
    case .swallowed: return "SIG\(signal) never reaches the agent: \(culprit) \(first?.reaction ?? "keeps it")"
    case .aborts:
      if let own = verdict.ownDeadline {
        return "sessions longer than \(own.after.text) are cut: \(own.program) kills the agent after that"
      }
      return "sessions are cut at once: \(culprit) \(first?.reaction ?? "ends before the agent has drained")"
    case .neverStarts: return "the entry command does not start the agent: \(first?.explanation ?? culprit)"
    case .unknown:
      let doubt = verdict.findings.first { $0.status == .unknown }?.summary
      return
        "it cannot be judged whether SIG\(signal) reaches the agent: \(doubt ?? first?.explanation ?? culprit)"
    }
  }

  private static func findings(
    _ question: SignalQuestion, _ verdict: SignalVerdict, sentence: String
  ) -> [Finding] {
    var findings = verdict.findings + question.findings
    let isSaid = findings.contains { $0.severity == .critical || verdict.outcome == .unknown && $0.status == .unknown }
    if !isSaid, verdict.outcome != .drains {
      findings.insert(question.finding(for: verdict, sentence: sentence), at: 0)
    }
    if let clock = question.entry?.stopDeadline, let limit = clock.limit, limit < .seconds(600),
      verdict.outcome == .drains
    {
      findings.append(
        Finding(
          code: "CLK-001", status: .suspected, severity: .warning,
          summary: "\(clock.name) kills the agent \(limit.text) after the signal: longer sessions are cut",
          evidence: [
            Evidence(source: "files", locator: clock.origin, at: nil, excerpt: "\(clock.name) \(limit.text)")
          ],
          remedy:
            "set it to the longest session and the agent's drain timeout; 'sluice check drain-window' names all clocks")
      )
    }
    return findings
  }
}

extension SignalQuestion {
  /// The verdict: what starts nothing and what the platform decides are judged without the processes.
  func verdict(_ programs: any ProgramCatalogue) -> SignalVerdict {
    guard let entry else {
      return SignalVerdict(outcome: fault?.outcome ?? .unknown, chain: [])
    }
    let judged = SignalPath.judge(entry, programs: programs)
    // An agent whose arguments are a shell's command line has been given another command than it knows.
    if let shellForm, judged.outcome != .neverStarts, let agent = judged.chain.last,
      agent.text.hasSuffix(" " + shellForm.commandLine), entry.arguments.first != shellForm.first
    {
      let what = "the shell form of CMD is passed to '\(agent.program)' as arguments: \(shellForm.commandLine)"
      return SignalVerdict(
        outcome: .neverStarts,
        chain: judged.chain.dropLast() + [
          ChainLink(
            program: agent.program, text: agent.text, place: agent.place, reaction: "does not start",
            explanation: what.harmless, passesOn: false)
        ], notes: judged.notes)
    }
    guard let override, judged.outcome != .neverStarts else { return judged }
    return SignalVerdict(
      outcome: override.outcome, chain: judged.chain, ownDeadline: judged.ownDeadline, findings: [], notes: judged.notes
    )
  }

  /// The finding of a verdict that brought none along.
  fileprivate func finding(for verdict: SignalVerdict, sentence: String) -> Finding {
    let (code, status, remedy): (FindingCode, Finding.Status, Finding.Remedy) =
      switch verdict.outcome {
      case .swallowed: ("SIG-001", .confirmed, "exec the agent: the list form of CMD, or exec before its command")
      case .aborts where verdict.ownDeadline != nil:
        ("SIG-008", .confirmed, "raise that deadline, or exec the agent without the program that has it")
      case .aborts where override != nil:
        ("SIG-003", .confirmed, "let the platform signal the agent once: remove ExecStop")
      case .aborts: ("SIG-002", .confirmed, "exec the agent, so that nothing ends before it")
      case .neverStarts: ("SIG-006", .confirmed, "fix the command")
      case .unknown, .drains:
        ("SIG-009", .unknown, "name the Dockerfile and the platform's file, or run 'sluice triage --term-test'")
      }
    let place = fault?.place ?? override?.place ?? verdict.chain.first { !$0.passesOn }?.place ?? entry?.origin
    return Finding(
      code: code, status: status, severity: verdict.outcome == .unknown ? .warning : .critical, summary: sentence,
      evidence: [
        Evidence(
          source: "files", locator: place?.description, at: nil,
          excerpt: (verdict.chain.first { !$0.passesOn }?.text ?? entry?.arguments.commandLine ?? subject).harmless)
      ], remedy: remedy)
  }
}

/// Paths below a folder as they are shown: from that folder on.
private struct ShownPaths {
  let folder: String

  func text(_ text: String) -> String { text.replacing(folder + "/", with: "") }

  func place(_ place: Place) -> Place { Place(file: text(place.file), line: place.line) }

  func finding(_ finding: Finding) -> Finding {
    Finding(
      code: finding.code, status: finding.status, severity: finding.severity, confidence: finding.confidence,
      summary: text(finding.summary), cause: finding.cause.map(text),
      evidence: finding.evidence.map {
        Evidence(source: $0.source, locator: $0.locator.map(text), at: $0.at, excerpt: text($0.excerpt))
      }, remedy: Finding.Remedy(text(finding.remedy.summary), commands: finding.remedy.commands.map(text)),
      appliesTo: finding.appliesTo)
  }

  func verdict(_ verdict: SignalVerdict) -> SignalVerdict {
    SignalVerdict(
      outcome: verdict.outcome,
      chain: verdict.chain.map {
        ChainLink(
          program: $0.program, text: $0.text, place: $0.place.map(place), reaction: $0.reaction,
          explanation: text($0.explanation), passesOn: $0.passesOn)
      }, ownDeadline: verdict.ownDeadline, findings: verdict.findings.map(finding), notes: verdict.notes.map(text))
  }
}
