package import Cutover
import Vocabulary

/// The sections of the report.
struct ReportPage {
  let assessment: Assessment
  let width: Int
  let style: TextStyle

  private static let namedLimit = 10
  private static let instanceLimit = 20
  private static let findingLimit = 10

  var sections: [[Line]] {
    [
      head,
      ConditionTable.lines(assessment.shownConditions, ConditionTable.Detail(reasons: true, evidence: 3), width, style),
      regions, sessions,
      named("cut", assessment.sessions.cut, assessment.sessions.cutCount, .fail),
      named("late", assessment.sessions.late, assessment.sessions.lateCount, .fail),
      named("unserved", assessment.sessions.unserved, assessment.sessions.unservedCount, .fail),
      named("ended unclear", assessment.sessions.unclear, assessment.sessions.unclearCount, .warn),
      instances, latency, drain, findings, action,
    ]
  }

  // MARK: The verdict

  private var head: [Line] {
    let mark = assessment.verdict.mark
    let verdict = style.line("\(style.text(mark)) \(assessment.verdict.word)", mark.tone)
    var lines = (verdict + style.line(": \(assessment.reason)")).wrapped(to: width, hanging: 2)
    let old = assessment.outgoing.map(\.rawValue).joined(separator: ", ")
    let new = assessment.incoming.rawValue
    let window = assessment.window
    let end = window.endedAt ?? assessment.at
    lines += Line.flow(
      [
        style.line(
          assessment.kind == .rehearsal ? "rehearsal" : "\(assessment.kind.words) of \(assessment.target)", .bold),
        style.line(old.isEmpty ? new : "\(old) \(style.arrow) \(new)"),
        style.line(
          "\(window.began.dateAndTime) to \(end.timeOfDay) UTC, \(max(.zero, end - window.began).inWholeSeconds)"),
        style.line("run \(assessment.run), sample \(assessment.sample)", .dim),
      ], gap: 3, width: width, hanging: 2)
    return lines
  }

  private var action: [Line] {
    guard let action = assessment.recommendedAction else { return [] }
    let lines = (style.line("do now: ", .bold) + style.line(action.summary)).wrapped(to: width, hanging: 2)
    return lines + (action.command.map { [.spaces(4) + style.line($0, .bold)] } ?? [])
  }

  // MARK: Sessions

  private var sessions: [Line] {
    var table = Table([
      Table.Column("sessions", .name(minimum: 8)), Table.Column("", .identifier, dropped: 3),
      Table.Column("active", .number), Table.Column("started", .number, dropped: 4),
      Table.Column("ended", .number, dropped: 2), Table.Column("cut", .number), Table.Column("unclear", .number),
      Table.Column("probes", .number, dropped: 1),
    ])
    let versions = assessment.shownVersions
    table.rows = versions.prefix(20).map { version in
      let counts = assessment.sessions.byVersion[version.name]
      return Table.Row([
        Table.Cell(version.name), Table.Cell(version.role, .dim), SessionsTable.active(counts),
        SessionsTable.number(counts?.started), SessionsTable.number(counts?.ended),
        SessionsTable.number(counts?.cut, alarming: .fail), SessionsTable.number(counts?.unclear, alarming: .warn),
        SessionsTable.number(counts?.probes),
      ])
    }
    return table.lines(width: width, style: style) + more(versions.count - table.rows.count)
      + (assessment.exposureSentence.map { style.line($0).wrapped(to: width) } ?? [])
  }

  private func named(
    _ word: String, _ sessions: [Assessment.Sessions.Named], _ total: Int, _ tone: TextStyle.Tone
  ) -> [Line] {
    guard total > 0 || !sessions.isEmpty else { return [] }
    let shown = sessions.prefix(ReportPage.namedLimit)
    let total = max(total, sessions.count)
    return [style.line("\(word): \(count(total, "session"))", tone)]
      + shown.flatMap { session in
        let place = style.line("\(session.at.timeOfDay) ", .dim) + style.line(session.place)
        return (.spaces(2) + place).wrapped(to: width, hanging: 4)
          + (.spaces(4) + style.line(session.detail, .dim)).wrapped(to: width, hanging: 4)
      } + more(total - shown.count, indent: 2)
  }

  // MARK: The fleet

  private var regions: [Line] {
    RegionTable.lines(assessment.regions, limit: 20, width, style)
  }

  private var instances: [Line] {
    guard !assessment.instances.isEmpty else { return [] }
    return InstanceTable.lines(assessment.instances, limit: ReportPage.instanceLimit, width, style)
  }

  private var latency: [Line] {
    var table = Table([
      Table.Column("latency", .name(minimum: 8)), Table.Column("of", .identifier), Table.Column("p50", .number),
      Table.Column("p95", .number), Table.Column("max", .number, dropped: 2),
      Table.Column("measured", .number, dropped: 1),
    ])
    for version in assessment.shownVersions {
      guard let latency = assessment.latency[version.name] else { continue }
      for (name, distribution) in [("assignment", latency.assignment), ("start-up", latency.startUp)] {
        guard let distribution else { continue }
        table.rows.append(
          Table.Row([
            Table.Cell(version.name), Table.Cell(name), Table.Cell(seconds(distribution.p50Seconds)),
            Table.Cell(seconds(distribution.p95Seconds)), Table.Cell(seconds(distribution.maxSeconds)),
            Table.Cell("\(distribution.count)", .dim),
          ]))
      }
    }
    return table.lines(width: width, style: style)
  }

  private func seconds(_ number: Double) -> String { number.isFinite ? Duration(seconds: number).text : "?" }

  private var drain: [Line] {
    let window = assessment.window.drain
    var table = Table([
      Table.Column("drain clock", .text(minimum: 20)), Table.Column("limit", .number), Table.Column("", .identifier),
      Table.Column("known from", .text(minimum: 16), dropped: 1),
    ])
    let binding = window.binding
    table.rows = window.clocks.prefix(20).map { clock in
      Table.Row([
        Table.Cell(clock.name), Table.Cell(clock.limit?.text ?? "none"),
        Table.Cell(clock == binding ? "binds" : "", .bold), Table.Cell(clock.origin, .dim),
      ])
    }
    table.dropEmptyColumns()
    var sentence = "\(assessment.bindingClock); a tail of \(window.tail.text) may follow it"
    if ![.passed, .failed].contains(assessment.verdict),
      let forecast = assessment.forecastSentence(at: assessment.at)
    {
      sentence += "; forecast: \(forecast)"
    }
    return table.lines(width: width, style: style) + more(window.clocks.count - table.rows.count)
      + style.line(sentence).wrapped(to: width)
  }

  // MARK: Findings

  private var findings: [Line] {
    let order: [Finding.Severity] = [.critical, .warning, .info]
    let sorted = order.flatMap { severity in assessment.findings.filter { $0.severity == severity } }
    return sorted.prefix(ReportPage.findingLimit).flatMap { finding in
      let mark = finding.severity.mark
      let head =
        style.line(style.text(mark), mark.tone)
        + style.line(" \(finding.code) \(finding.status.rawValue): ", .bold) + style.line(finding.summary)
      let evidence = finding.evidence.prefix(2).map { piece in
        style.line((piece.at.map { "\($0.timeOfDay) " } ?? "") + "\(piece.source): \(piece.excerpt)", .dim)
      }
      return head.wrapped(to: width, hanging: 2)
        + (evidence + [style.line("remedy: \(finding.remedy.summary)")]).flatMap {
          (.spaces(2) + $0).wrapped(to: width, hanging: 4)
        } + finding.remedy.commands.flatMap { (.spaces(4) + style.line($0)).wrapped(to: width, hanging: 6) }
    } + more(sorted.count - ReportPage.findingLimit)
  }

  /// What was left out, in one line.
  private func more(_ number: Int, indent: Int = 0) -> [Line] {
    number > 0 ? [.spaces(indent) + style.line("and \(number) more", .dim)] : []
  }
}

extension Rollout.Kind {
  /// What was done, as the start of a sentence.
  package var words: String {
    switch self {
    case .deploy: "deploy"
    case .rollback: "rollback"
    case .observed: "observed rollout"
    case .rehearsal: "rehearsal"
    }
  }
}
