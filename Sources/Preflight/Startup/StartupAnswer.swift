import Vocabulary

/// The answer of the startup check, for people and for machines.
struct StartupAnswer: Encodable, Sendable {
  let surveys: [(String, StartupSurvey)]
  let figures: StartupFigures?
  let judgement: StartupJudgement?
  let findings: [Finding]

  // MARK: For machines

  private enum Key: String, CodingKey { case schema, `static`, measured, settings, findings }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode("sluice.startup/1", forKey: .schema)
    try values.encode(surveys.map { Static(entry: $0.0.harmless, survey: $0.1) }, forKey: .static)
    if let figures, let judgement {
      try values.encode(Measured(figures: figures, judgement: judgement), forKey: .measured)
    }
    try values.encode(surveys.first?.1.settings ?? [], forKey: .settings)
    try values.encode(findings, forKey: .findings)
  }

  private struct Static: Encodable {
    let entry: String
    let survey: StartupSurvey

    private enum Key: String, CodingKey { case entry, files, unread, work }

    func encode(to encoder: any Encoder) throws {
      var values = encoder.container(keyedBy: Key.self)
      try values.encode(entry, forKey: .entry)
      try values.encode(survey.files, forKey: .files)
      try values.encode(survey.unread, forKey: .unread)
      try values.encode(survey.work, forKey: .work)
    }
  }

  private struct Measured: Encodable {
    let judgement: StartupJudgement
    let starts: [StartupFigures.Start]
    let sdk: String?
    let limits: [String]
    let omissions: [String]
    let importSeconds: Double?
    let importsByPackage: [Import]
    let importsBySelf: [Import]

    struct Import: Encodable {
      let module: String
      let seconds: Double
    }

    init(figures: StartupFigures, judgement: StartupJudgement) {
      self.judgement = judgement
      starts = figures.starts
      sdk = figures.sdk
      limits = figures.limits
      omissions = figures.omissions
      importSeconds = figures.imports?.totalSeconds
      importsByPackage = (figures.imports?.heaviest(20) ?? []).map {
        Import(module: $0.name, seconds: $0.cumulativeSeconds)
      }
      importsBySelf = (figures.imports?.slowest(20) ?? []).map { Import(module: $0.name, seconds: $0.selfSeconds) }
    }
  }

  // MARK: For people

  var lines: [CheckLine] {
    var lines: [CheckLine] = []
    if let figures, let judgement { lines += measured(figures, judgement) }
    for (entry, survey) in surveys { lines += read(entry, survey) }
    if let settings = surveys.first?.1.settings {
      lines.append(
        .table(
          CheckTable(
            ["setting", "found", "default", "recommended"],
            rows: settings.map { setting in
              let place = setting.place.map { " (\($0))" } ?? ""
              return [setting.name, setting.found.map { $0 + place } ?? "–", setting.usual, setting.recommended]
            })))
    }
    return lines
  }

  private func read(_ entry: String, _ survey: StartupSurvey) -> [CheckLine] {
    let files = survey.files.count == 1 ? "" : " and \(count(survey.files.count - 1, "file")) of its own"
    guard !survey.work.isEmpty else {
      return [.text("\(entry.harmless)\(files): nothing in the source takes long at a wrong moment")]
    }
    let rows = survey.work.prefix(40).map { work in
      let notes = [work.isConditional ? "perhaps" : nil, work.isInBackground ? "in the background" : nil]
      return [
        work.moment.rawValue, ([work.kind] + notes.compactMap(\.self)).joined(separator: ", "), work.name, work.place,
      ]
    }
    var lines: [CheckLine] = [
      .text("\(entry.harmless)\(files): \(count(survey.work.count, "piece")) of work that may take time"),
      .table(CheckTable(["moment", "work", "what", "place"], rows: Array(rows))),
    ]
    if !survey.unread.isEmpty {
      lines.append(.text("not read: \(survey.unread.prefix(5).joined(separator: "; "))"))
    }
    return lines
  }

  private func measured(_ figures: StartupFigures, _ judgement: StartupJudgement) -> [CheckLine] {
    let text = StartupJudgement.text
    let limits = figures.limits.isEmpty ? "" : ", on \(figures.limits.joined(separator: ", "))"
    let sdk = figures.sdk.map { " of livekit-agents \($0)" } ?? ""
    var rows: [[String]] = []
    func row(_ name: String, _ values: StartupJudgement.Quantiles?, goal: String) {
      guard let values else { return rows.append([name, "0", "–", "–", "–", goal]) }
      rows.append([name, "\(values.count)", text(values.p50), text(values.p99), text(values.max), goal])
    }
    row("registered", judgement.registered, goal: "–")
    let timeout = judgement.goal.timeoutSeconds.map { "\(text($0)) at most" } ?? "timeout unknown"
    row("process initialized", judgement.initialized, goal: "\(text(judgement.goal.limitSeconds)); \(timeout)")
    var lines: [CheckLine] = [
      .text("\(count(judgement.starts, "start"))\(sdk)\(limits), \(judgement.failedStarts) failed"),
      .table(CheckTable(["from the start", "seen", "p50", "p99", "max", "goal"], rows: rows)),
      .text(rateText(judgement)),
    ]
    if let all = figures.imports, let total = all.totalSeconds {
      let imports = all.outsideSDK
      let rest = imports.totalSeconds.map { ", \(text($0)) of it besides livekit-agents:" } ?? ":"
      lines.append(.text("importing the agent's module takes \(text(total))\(rest)"))
      let (heaviest, slowest) = (imports.heaviest(10), imports.slowest(10))
      lines.append(
        .table(
          CheckTable(
            ["package, with what it imports", "time", "module by itself", "own time"],
            rows: zip(heaviest, slowest).filter { $0.0.cumulativeSeconds >= 0.001 }.map {
              [$0.name, text($0.cumulativeSeconds), $1.name, text($1.selfSeconds)]
            })))
    }
    return lines + figures.omissions.map { .text("not done: \($0)") }
  }

  private func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

  private func rateText(_ judgement: StartupJudgement) -> String {
    let percent = StartupJudgement.percent
    let bound = judgement.failureChanceBelow
    let excluded =
      bound >= 1
      ? "\(judgement.failedStarts) of \(judgement.starts) starts failed, which excludes no chance of failure"
      : "\(judgement.failedStarts) of \(judgement.starts) starts failed: a chance of failure above \(percent(bound)) is "
        + "excluded at 95 %"
    let target = percent(judgement.goal.targetRate)
    return switch judgement.rate {
    case .met: "\(excluded), and \(target) is shown"
    case .missed: "\(excluded), and \(target) is missed"
    case .notShown:
      "\(excluded); to show \(target) takes \(judgement.startsToShow) starts without a failure: --starts"
    }
  }
}
