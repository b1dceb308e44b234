import Cutover
package import Vocabulary

/// `sluice check observability`: whether the configured sources can tell what a cutover is decided by.
package struct ObservabilityCheck: Check {
  package let id = "observability"
  package let title = "Can assignment, active sessions and stops be seen by version?"

  private let polls: Int
  private let interval: Duration

  /// A check that looks so many times, with so much time between two looks.
  package init(polls: Int = 3, interval: Duration = .seconds(5)) {
    self.polls = polls
    self.interval = interval
  }

  /// Throws `NobodyAnswered` when no source could be asked at all.
  package func run(in context: CheckContext) async throws -> CheckResult {
    guard let look = context.look, !context.sources.isEmpty else {
      return CheckResult(.notChecked("no target is configured, so there is no source to ask"))
    }
    var survey = StampSurvey()
    for poll in 0..<polls {
      if poll > 0 { try await context.clock.sleep(for: interval, tolerance: nil) }
      survey.take(await look(max(interval, .seconds(10))))
    }
    let seen = survey.result
    guard seen.wasAnswered else { throw NobodyAnswered(sources: seen.sources) }
    let questions = ObservabilityQuestion.allCases.map { $0.answer(sources: context.sources, seen: seen) }
    let findings = seen.findings + questions.compactMap(\.finding)
    let status =
      seen.sessions == 0
      ? .inconclusive("no live session was seen; no traffic shows nothing") : CheckResult(findings: findings).status
    return CheckResult(
      status, findings: findings, lines: ObservabilityCheck.lines(seen, questions),
      object: ObservabilityObject(seen, questions, findings))
  }

  private static func lines(_ seen: StampSurvey.Result, _ questions: [ObservabilityAnswer]) -> [CheckLine] {
    func list(_ counts: [String: Int]) -> String {
      counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
    var lines: [CheckLine] = []
    if seen.sessions == 0 {
      lines.append("inconclusive: no live session was seen; no traffic shows nothing")
    } else if seen.isStamped {
      lines.append(.text("observable: each of \(seen.sessions) live sessions says which version serves it"))
    } else {
      lines.append(
        .text("not observable: \(seen.unattributed) of \(seen.sessions) live sessions have no known version"))
    }
    if !seen.byBasis.isEmpty { lines.append(.text("by basis: \(list(seen.byBasis))")) }
    if !seen.byVersion.isEmpty { lines.append(.text("by version: \(list(seen.byVersion))")) }
    var table = CheckTable(["what must be seen", "source", "tells", "why"])
    for question in questions {
      for (place, answer) in question.bySource.enumerated() {
        table.rows.append([place == 0 ? question.question.title : "", answer.source, answer.tells.rawValue, answer.why])
      }
      if question.bySource.isEmpty { table.rows.append([question.question.title, "none", "no", "no source"]) }
    }
    lines.append(.table(table))
    for source in seen.sources {
      let failed = source.lastFailure.map { ": \($0)" } ?? ""
      lines.append(
        .text("\(source.id): \(source.answers) of \(source.answers + source.failures) polls answered\(failed)"))
    }
    lines.append(.text(Probes.blindness))
    return lines
  }
}

/// One of the three things that a cutover is decided by.
package enum ObservabilityQuestion: String, CaseIterable, Sendable {
  case assignment, active, stops

  var title: String {
    switch self {
    case .assignment: "assignment by version"
    case .active: "active sessions by version"
    case .stops: "stops and their reasons"
    }
  }

  /// How each source answers it, by what its listings hold and by what they held.
  func answer(sources: [SourceTraits], seen: StampSurvey.Result) -> ObservabilityAnswer {
    ObservabilityAnswer(
      question: self,
      bySource: sources.map { source in
        let (tells, why) = tells(source, seen)
        return .init(source: source.id.rawValue.harmless, tells: tells, why: why)
      })
  }

  private func tells(_ source: SourceTraits, _ seen: StampSurvey.Result) -> (ObservabilityAnswer.Tells, String) {
    let sees = source.sees
    switch self {
    case .assignment:
      guard sees.contains(.sessions) else {
        return (.no, sees.contains(.counts) ? "numbers only, no session by its identity" : "lists no sessions")
      }
      if seen.sessions == 0 { return (.unknown, "lists sessions; none was live to see whether they say their version") }
      return seen.unattributed == 0
        ? (.yes, "every session says its version")
        : (.no, "\(seen.unattributed) of \(seen.sessions) sessions say no version")
    case .active:
      if sees.contains(.sessions) {
        if seen.sessions == 0 { return (.unknown, "lists sessions; none was live") }
        return seen.unattributed == 0
          ? (.yes, "counts the sessions that it lists") : (.no, "its sessions say no version")
      }
      return sees.contains(.counts)
        ? (.yes, "a number for each instance whose version is configured") : (.no, "counts no sessions")
    case .stops:
      if sees.contains(.endings) { return (.yes, "how sessions ended") }
      if sees.contains(.instances) { return (.yes, "how instances ended") }
      return (.no, "what is gone is only no longer listed")
    }
  }
}

/// How one of the three can be seen.
package struct ObservabilityAnswer: Hashable, Encodable, Sendable {
  /// The question.
  let question: ObservabilityQuestion
  /// Each source's part, in the order of the sources.
  let bySource: [Part]

  /// What one source tells of it.
  struct Part: Hashable, Encodable {
    let source: String
    let tells: Tells
    let why: String
  }

  /// Whether a source tells it.
  enum Tells: String, Encodable { case yes, no, unknown }

  private enum Key: String, CodingKey { case question, bySource, answer }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(question.rawValue, forKey: .question)
    try values.encode(answer, forKey: .answer)
    try values.encode(bySource, forKey: .bySource)
  }

  /// The best that any source tells.
  var answer: Tells {
    if bySource.contains(where: { $0.tells == .yes }) { return .yes }
    return bySource.contains { $0.tells == .unknown } ? .unknown : .no
  }

  /// What is missing and how to get it; nil where it can be seen, or where only the traffic is missing.
  var finding: Finding? {
    guard answer == .no else { return nil }
    let evidence = bySource.map { Evidence(source: SourceID($0.source), at: nil, excerpt: $0.why) }
    switch question {
    case .assignment:
      // Sessions that are listed and say no version are a finding of the survey's own.
      guard !bySource.contains(where: { $0.why.contains("say no version") }) else { return nil }
      return Finding(
        code: "OBS-001", status: .confirmed, severity: .critical,
        summary: "no source lists sessions, so none can be attributed to a version", evidence: evidence,
        remedy: Finding.Remedy(
          "stamp the release on the agent, and list the rooms: add 'livekit-rooms' under 'sessions' in sluice.yaml",
          commands: ["sluice init --stamp python"]))
    case .active:
      guard !bySource.contains(where: { $0.why.contains("say no version") }) else { return nil }
      return Finding(
        code: "OBS-002", status: .confirmed, severity: .warning,
        summary: "no source counts active sessions by version", evidence: evidence,
        remedy: "add 'worker-http' with each instance's version, or 'livekit-rooms', under 'sessions' in sluice.yaml")
    case .stops:
      return Finding(
        code: "OBS-003", status: .confirmed, severity: .warning,
        summary: "no source tells how sessions or instances end", evidence: evidence,
        remedy:
          "add 'livekit-server-log' with the workers' logs under 'sessions', or a platform that keeps exit statuses")
    }
  }
}

/// No source of a target could be asked.
package struct NobodyAnswered: Failure {
  /// Who was asked.
  package let sources: [StampSurvey.Result.Source]

  package var what: String { "no source of the target could be asked" }
  package var why: String? {
    sources.map { "\($0.id): \($0.lastFailure ?? "no answer")" }.joined(separator: "\n         ")
  }
  package var remedy: String? { "check addresses and keys in sluice.yaml" }
  package var exitStatus: ExitStatus { .unavailable }
}

/// The answer for machines: `sluice.observability/1`.
private struct ObservabilityObject: Encodable, Sendable {
  let schema: String
  let isStamped: Bool?
  let sessions: Int
  let byBasis: [String: Int]
  let byVersion: [String: Int]
  let unattributed: Int
  let questions: [ObservabilityAnswer]
  let sources: [StampSurvey.Result.Source]
  let findings: [Finding]

  init(_ seen: StampSurvey.Result, _ questions: [ObservabilityAnswer], _ findings: [Finding]) {
    schema = seen.schema
    // Nothing seen is neither.
    isStamped = seen.sessions == 0 ? nil : seen.isStamped
    sessions = seen.sessions
    byBasis = seen.byBasis
    byVersion = seen.byVersion
    unattributed = seen.unattributed
    self.questions = questions
    sources = seen.sources
    self.findings = findings
  }
}
