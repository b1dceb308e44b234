import Vocabulary

extension SignalReport {
  /// The report for people, but for its findings: the verdict, the chain of processes, the deadlines, the corrected line.
  package var lines: [CheckLine] {
    var lines: [CheckLine] = [.text("\(verdict.outcome.rawValue): \(sentence)".harmless)]
    lines.append(.verbatim(["", subject.harmless]))
    if !verdict.chain.isEmpty {
      lines.append(.chain(SignalDrawing(signal: signal, signalPlace: signalPlace, chain: verdict.chain)))
    }
    if !deadlines.isEmpty {
      lines.append(
        .table(
          CheckTable(
            ["time it has got", "by", "where"],
            rows: deadlines.map { clock in
              [clock.limit?.text ?? "no limit", clock.name, clock.origin + (clock == deadline ? "  (binds)" : "")]
            })))
    }
    if let correction {
      lines.append(
        .verbatim(["", "judged with this line changed, it drains:"] + correction.diff.map { "  " + $0.harmless }))
    }
    // What the first line has said is not said again.
    let more = notes.filter { !sentence.contains($0) }
    if !more.isEmpty { lines.append("") }
    return lines + more.map { .text("note: \($0)".harmless) }
  }
}

/// A report for machines: `sluice.signals/1`.
package struct SignalDocument: Encodable, Sendable {
  private let schema = "sluice.signals/1"
  private let verdict: String
  private let summary: String
  private let subject: String
  private let command: String?
  private let commandAt: String?
  private let signal: String
  private let chain: [Link]
  private let deadlineSeconds: Double?
  private let deadlines: [DrainClock]
  private let findings: [Finding]
  private let notes: [String]
  private let correction: Correction?

  private struct Link: Encodable {
    let program: String
    let command: String
    let at: String?
    let reaction: String
    let explanation: String
    let passesOn: Bool
  }

  private struct Correction: Encodable {
    let at: String
    let before: String
    let after: String
  }

  /// The report with every text as it is in the files, but harmless.
  package init(_ report: SignalReport) {
    verdict = report.verdict.outcome.rawValue
    summary = report.sentence.harmless
    subject = report.subject.harmless
    command = report.command
    commandAt = report.commandPlace?.description.harmless
    signal = "SIG" + report.signal
    chain = report.verdict.chain.map {
      Link(
        program: $0.program.harmless, command: $0.text.harmless, at: $0.place?.description.harmless,
        reaction: $0.reaction.harmless, explanation: $0.explanation.harmless, passesOn: $0.passesOn)
    }
    deadlineSeconds = report.deadline?.limit?.seconds
    deadlines = report.deadlines
    findings = report.findings
    notes = report.notes.map(\.harmless)
    correction = report.correction.map {
      Correction(at: $0.place.description.harmless, before: $0.before.harmless, after: $0.after.harmless)
    }
  }
}

/// The check of the entry command's way to the agent.
package struct SignalsCheck: Check {
  package let id = "signals"
  package let title = "Does the stop signal reach the agent, and may it drain?"
  /// What is judged.
  package let files: EntryFiles
  private let programs: any ProgramCatalogue

  /// A check of the files that are named, or of those that the context's folder has.
  package init(_ files: EntryFiles = EntryFiles(), programs: any ProgramCatalogue = Programs()) {
    (self.files, self.programs) = (files, programs)
  }

  package func run(in context: CheckContext) async throws -> CheckResult {
    do {
      let report = try SignalReport.judge(files, in: context.directory, called: context.called, programs: programs)
      guard report.verdict.outcome == .unknown else {
        return CheckResult(findings: report.findings, lines: report.lines, object: SignalDocument(report))
      }
      return CheckResult(
        .inconclusive(report.sentence), findings: report.findings, lines: report.lines, object: SignalDocument(report))
    } catch EntryFailure.nothingFound where !files.namesAny {
      return CheckResult(.notChecked("there is no Dockerfile and no platform's file in '\(context.folderName)'"))
    }
  }
}
