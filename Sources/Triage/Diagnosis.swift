package import Vocabulary

import Logs

/// What triage makes of a case.
package struct Diagnosis: Encodable, Sendable {
  /// What the JSON form is.
  package let schema = "sluice.triage/1"
  /// The most likely root cause and what to do now, in one sentence.
  package let summary: String
  /// Root causes, the most likely and most severe first.
  package let findings: [Finding]
  /// Rival causes that the evidence excludes.
  package let ruledOut: [RuledOut]
  /// The questions of on-call with their answers; nil where no fleet was looked at.
  package let questions: [OnCallAnswer]?
  /// Processes, and what becomes of the stop signal among them; nil where none were looked at.
  package let processes: [ProcessView]?
  /// The moments that mattered, of all logs in one order; nil where no log was read.
  package let timeline: [TimelineEntry]?
  /// The clocks of a stop beside the times that were observed; nil where no stop was.
  package let clocks: ClockTable?
  /// What could not be looked at, and how to make it visible.
  package let notLookedAt: [CaseFile.Gap]
  /// What the TERM test showed; nil where none was made.
  package let termTest: TermTestResult?

  /// A cause that the evidence excludes.
  package struct RuledOut: Hashable, Codable, Sendable {
    /// Its code.
    package let code: FindingCode
    /// What excludes it, one line.
    package let why: String
  }

  /// Reads a case; the same case gives the same diagnosis.
  package init(of file: CaseFile) {
    var opinion = Opinion(logs: file.logs.map(\.name))
    var file = file
    file.workers = opinion.aligned(file.workers, to: file.liveKit)
    if let server = file.liveKit { opinion.judge(server, beside: file.workers) }
    opinion.judgeFleet(file.workers, file.liveKit)
    opinion.judgeContracts(file.workers, file.liveKit)
    opinion.judgeNotes(file)
    for worker in file.workers { opinion.judge(worker, in: file) }
    // The log of a worker that lives has not ended.
    for worker in file.workers where !file.isAlive(worker) { opinion.noteGaps(worker, file.liveKit) }
    for server in file.webServers { opinion.judge(server) }
    if let server = file.liveKit { opinion.judgeUnserved(server) }
    opinion.judgeTracebacks(file)
    if let test = file.termTest { opinion.judge(test) }
    for tree in file.trees { opinion.judge(tree) }
    for container in file.containers { opinion.judge(container, in: file) }
    // A signal that was seen to be lost, and a tree that loses it, are one cause.
    if !file.notes.isEmpty { opinion.unite("SIG-001") }
    opinion.judgeTarget(of: file)
    let ranked = opinion.findings.filter { $0.isOf(file.since) }.enumerated().sorted {
      ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset)
    }.map(\.element)
    findings = ranked
    ruledOut = opinion.ruledOut
    questions = OnCall(file)?.answers
    processes = file.trees.isEmpty ? nil : file.trees.map(ProcessView.init)
    timeline = file.logs.isEmpty ? nil : file.timeline
    clocks = ClockTable(of: file)
    // What the logs of a test cannot tell the test itself has seen, or says why not.
    notLookedAt = file.termTest == nil ? file.missing + opinion.gaps : []
    termTest = file.termTest.map { TermTestResult($0, findings: ranked) }
    if let first = ranked.first, first.severity != .info {
      summary = "\(first.summary): \(first.remedy.firstStep)"
    } else if let termTest {
      summary = termTest.summary
    } else if file.isEmpty {
      summary = "nothing of an agent was recognized in what was looked at"
    } else {
      let routes = file.trees.map { SignalRoute(in: $0) }.filter { $0.outcome == .reaches }
      summary = ([routes.first?.why].compactMap(\.self) + ["nothing is wrong in what was looked at"])
        .joined(separator: "; ")
    }
  }
}

extension Finding {
  /// Whether something of it happened since a moment, or when it happened is not known.
  fileprivate func isOf(_ since: Timestamp?) -> Bool {
    guard let since else { return true }
    let times = evidence.compactMap(\.at)
    return times.isEmpty || times.contains { $0 >= since }
  }

  /// Where it stands in the list: by severity, then by how sure it is.
  fileprivate var rank: Int {
    let severities: [Severity] = [.critical, .warning, .info]
    let confidences: [Confidence] = [.high, .medium, .low]
    return (severities.firstIndex(of: severity) ?? 3) * 10 + (confidences.firstIndex(of: confidence) ?? 3)
  }
}

/// What is thought of a case so far: rules add to it, one after the other, causes before what they explain.
struct Opinion {
  let logs: [String]
  private(set) var findings: [Finding] = []
  private(set) var ruledOut: [Diagnosis.RuledOut] = []
  private(set) var gaps: [CaseFile.Gap] = []
  /// Failures that a broken contract explains, by what they say.
  var explainedFailures: Set<String> = []

  init(logs: [String]) { self.logs = logs }

  /// Adds a root cause; one that several workers share is one finding with the evidence of all.
  mutating func add(_ finding: Finding) {
    guard let index = findings.firstIndex(where: { $0.code == finding.code && $0.summary == finding.summary }) else {
      findings.append(finding)
      return
    }
    let old = findings[index]
    findings[index] = Finding(
      code: old.code, status: old.status, severity: old.severity, confidence: old.confidence, summary: old.summary,
      cause: old.cause, evidence: Array((old.evidence + finding.evidence).prefix(20)), remedy: old.remedy,
      appliesTo: old.appliesTo)
  }

  /// Adds a root cause that was found before with less weight; the evidence of both is kept.
  mutating func raise(_ finding: Finding) {
    let before = findings.filter { $0.code == finding.code }.flatMap(\.evidence)
    findings.removeAll { $0.code == finding.code }
    findings.append(
      Finding(
        code: finding.code, status: finding.status, severity: finding.severity, confidence: finding.confidence,
        summary: finding.summary, cause: finding.cause, evidence: Array((finding.evidence + before).prefix(20)),
        remedy: finding.remedy, appliesTo: finding.appliesTo))
  }

  /// Makes one finding of all with a code, the first with the evidence of every one.
  mutating func unite(_ code: FindingCode) {
    guard let place = findings.firstIndex(where: { $0.code == code }) else { return }
    let first = findings.remove(at: place)
    raise(first)
    findings.insert(findings.removeLast(), at: place)
  }

  /// Gives a root cause more to stand on.
  mutating func support(_ finding: Finding, with evidence: [Evidence]) {
    guard let index = findings.firstIndex(of: finding) else { return }
    let new = evidence.filter { !finding.evidence.contains($0) }
    findings[index] = Finding(
      code: finding.code, status: finding.status, severity: finding.severity, confidence: finding.confidence,
      summary: finding.summary, cause: finding.cause, evidence: Array((finding.evidence + new).prefix(20)),
      remedy: finding.remedy, appliesTo: finding.appliesTo)
  }

  /// Says what a log cannot tell, and what would.
  mutating func miss(_ what: String, _ why: String, _ remedy: String) {
    let gap = CaseFile.Gap(what: what, why: why, remedy: remedy)
    if !gaps.contains(gap) { gaps.append(gap) }
  }

  func evidence(_ mention: Mention) -> Evidence { Evidence(mention, logs) }

  mutating func exclude(_ code: FindingCode, _ why: String) {
    guard !findings.contains(where: { $0.code == code }), !ruledOut.contains(where: { $0.code == code }) else { return }
    ruledOut.append(Diagnosis.RuledOut(code: code, why: why))
  }
}

extension Evidence {
  /// A line of a log, by the logs' names.
  init(_ mention: Mention, _ logs: [String]) {
    self.init(
      source: SourceID("log"),
      locator: "\(logs.indices.contains(mention.log) ? logs[mention.log] : "log"):\(mention.line)", at: mention.at,
      excerpt: mention.excerpt)
  }
}

/// A number with its word: `1 call`, `3 calls`.
func counted(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
