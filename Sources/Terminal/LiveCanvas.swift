import Cutover
import Vocabulary

/// The sections of the live view.
struct LiveCanvas {
  let state: LiveState
  let now: Timestamp
  let width: Int
  let style: TextStyle

  /// One way to draw one section: what the ladder's details have in common is drawn once.
  enum Section: Hashable {
    case head(steps: Bool), verdict(reasons: Bool), conditions(reasons: Bool, evidence: Bool)
    case regions, sessions, instances(Int), drain, events, hints
  }

  /// The picture with so much detail; `drawn` keeps the sections for the next one.
  func lines(_ detail: LiveDetail, drawn: inout [Section: [Line]]) -> [Line] {
    func section(_ section: Section) -> [Line] {
      if let lines = drawn[section] { return lines }
      let lines = draw(section)
      drawn[section] = lines
      return lines
    }
    let head = [section(.head(steps: detail.steps)), section(.verdict(reasons: detail.reasons))]
    let conditions = section(.conditions(reasons: detail.reasons, evidence: detail.evidence))
    let fleet = [
      detail.regions ? section(.regions) : [], detail.sessions ? section(.sessions) : [],
      section(.instances(detail.instances)), detail.forecast ? section(.drain) : [],
    ]
    let foot = [Array(section(.events).suffix(detail.events)), detail.hints ? section(.hints) : []]
    switch detail.spacing {
    case .all: return LiveCanvas.joined(head + [conditions] + fleet + foot, isSpaced: true)
    case .aroundConditions:
      let groups = [head.flatMap { $0 }, conditions, (fleet + foot).flatMap { $0 }]
      return LiveCanvas.joined(groups, isSpaced: true)
    case .none: return LiveCanvas.joined(head + [conditions] + fleet + foot, isSpaced: false)
    }
  }

  private func draw(_ section: Section) -> [Line] {
    switch section {
    case .head(let withSteps): return title + steps(withSteps)
    case .events: return events
    case .hints: return hints
    default: break
    }
    guard let assessment = state.assessment else { return [] }
    switch section {
    case .verdict(let withReason): return verdict(assessment, withReason)
    case .conditions(let reasons, let evidence):
      let detail = ConditionTable.Detail(reasons: reasons, evidence: evidence ? 1 : 0)
      return ConditionTable.lines(assessment.shownConditions, detail, width, style)
    case .regions: return RegionTable.lines(assessment.regions, limit: 6, width, style)
    case .sessions: return sessions(assessment)
    case .instances(let limit): return instances(assessment, limit)
    case .drain: return drain(assessment)
    case .head, .events, .hints: return []
    }
  }

  private static func joined(_ sections: [[Line]], isSpaced: Bool) -> [Line] {
    Array(sections.filter { !$0.isEmpty }.joined(separator: isSpaced ? [Line.empty] : []))
  }

  // MARK: The head

  private var title: [Line] {
    guard let title = state.title else { return [style.line("starting", .dim)] }
    let elapsed = style.line(max(.zero, now - title.began).inWholeSeconds, .bold)
    let name = style.line("\(title.kind) ", .bold) + style.line(title.target.rawValue, .bold)
    var left = name.cutInMiddle(to: max(8, width - elapsed.width - 2), style)
    var lines: [Line] = []
    if let versions = versions(title, room: width) {
      if left.width + 3 + versions.width + 2 + elapsed.width <= width {
        left += .spaces(3) + versions
      } else {
        lines.append(versions)
      }
    }
    lines.insert(left.padded(to: width - elapsed.width) + elapsed, at: 0)
    return lines + Line.flow([style.line("run \(title.run)", .dim), sample], gap: 3, width: width)
  }

  /// What the picture rests on, and how old that is; an old sample is no small print.
  private var sample: Line {
    guard let assessment = state.assessment, assessment.sample > 0 else { return style.line("no sample yet", .dim) }
    let text = "sample \(assessment.sample) at \(assessment.at.timeOfDay)"
    let age = max(.zero, now - assessment.at)
    guard !assessment.isFinal else { return style.line(text, .dim) }
    return style.line("\(text), \(age.inWholeSeconds) ago", age > LiveCanvas.oldAge ? .warn : .dim)
  }

  /// No source is expected to be silent for longer, but for a Prometheus that scrapes once a minute.
  private static let oldAge = Duration.seconds(90)

  private func versions(_ title: RunTitle, room: Int) -> Line? {
    guard let incoming = title.incoming else { return nil }
    let shown = title.outgoing.prefix(3)
    var old = shown.map(\.rawValue).joined(separator: ", ")
    if title.outgoing.count > shown.count { old += " +\(title.outgoing.count - shown.count)" }
    guard !old.isEmpty else { return style.line(incoming.rawValue).cutInMiddle(to: room, style) }
    let arrow = style.line(" \(style.arrow) ")
    let half = max(1, (room - arrow.width) / 2)
    return style.line(old).cutInMiddle(to: half, style) + arrow
      + style.line(incoming.rawValue).cutInMiddle(to: half, style)
  }

  private func steps(_ withEnded: Bool) -> [Line] {
    let shown = state.steps.filter { withEnded || ![.waiting, .done, .skipped].contains($0.state) }
    let items = shown.map { step in
      var text = " \(step.name)"
      if let started = step.startedAt {
        text += " \(max(.zero, (step.endedAt ?? now) - started).inWholeSeconds)"
      }
      if ![.waiting, .running, .done].contains(step.state) { text += " (\(step.state.rawValue))" }
      let tone: TextStyle.Tone = step.state == .running ? .bold : step.state == .waiting ? .dim : .plain
      return style.line(style.text(step.state.mark), step.state.mark.tone) + style.line(text, tone)
    }
    return Line.flow(items, gap: 2, width: width)
  }

  private func verdict(_ assessment: Assessment, _ withReason: Bool) -> [Line] {
    let mark = assessment.verdict.mark
    let head =
      style.line(style.text(mark), mark.tone)
      + style.line(" \(assessment.verdict.word)", mark.tone == .plain ? .bold : mark.tone)
    guard withReason else { return [head] }
    return (head + style.line(": \(assessment.reason)")).wrapped(to: width, hanging: 2)
  }

  // MARK: The fleet

  private func sessions(_ assessment: Assessment) -> [Line] {
    let trendWidth = width >= 100 ? 40 : width >= 60 ? 20 : 8
    let versions = assessment.shownVersions
    let shown = versions.prefix(8)
    let maximum = shown.flatMap { state.trends[$0.name]?.points ?? [] }.compactMap { $0 }.max() ?? 0
    var table = Table([
      Table.Column("sessions", .name(minimum: 8)), Table.Column("", .identifier, dropped: 4),
      Table.Column("active", .number), Table.Column("trend", .identifier, dropped: 5),
      Table.Column("started", .number, dropped: 3), Table.Column("ended", .number, dropped: 2),
      Table.Column("cut", .number), Table.Column("unclear", .number), Table.Column("probes", .number, dropped: 1),
    ])
    table.rows = shown.map { version in
      let counts = assessment.sessions.byVersion[version.name]
      let trend = state.trends[version.name]?.sparkline(width: trendWidth, maximum: maximum, style: style) ?? ""
      return Table.Row([
        Table.Cell(version.name), Table.Cell(version.role, .dim), SessionsTable.active(counts),
        Table.Cell(trend.padding(to: trendWidth)), SessionsTable.number(counts?.started),
        SessionsTable.number(counts?.ended), SessionsTable.number(counts?.cut, alarming: .fail),
        SessionsTable.number(counts?.unclear, alarming: .warn), SessionsTable.number(counts?.probes),
      ])
    }
    let all = assessment.sessions.byVersion.values
    if all.allSatisfy({ $0.probes == 0 }) { table.drop("probes") }
    if all.allSatisfy({ $0.unclear == 0 }) { table.drop("unclear") }
    return table.lines(width: width, style: style) + more(versions.count - shown.count, "more version")
  }

  private func instances(_ assessment: Assessment, _ limit: Int) -> [Line] {
    guard limit > 0, !assessment.instances.isEmpty else { return [] }
    return InstanceTable.lines(assessment.instances, limit: limit, width, style)
  }

  private func drain(_ assessment: Assessment) -> [Line] {
    var clock = style.line("")
    if let end = assessment.windowEnd {
      let left = end - now
      clock =
        left > .zero
        ? style.line("\(left.inWholeSeconds) left", left < .seconds(60) ? .warn : .bold)
          + style.line(" until \(end.timeOfDay); ")
        : style.line("over since \(end.timeOfDay); ", .warn)
    } else if assessment.window.drainRequestedAt == nil {
      clock = style.line("not asked for yet; ", .dim)
    }
    var lines = labelled("drain", clock + style.line(assessment.bindingClock, .dim))
    if !assessment.isFinal, let sentence = assessment.forecastSentence(at: now) {
      let tone: TextStyle.Tone = (assessment.forecast?.expectedCuts).map { $0 > 0 } == true ? .warn : .plain
      lines += labelled("forecast", style.line(sentence, tone))
    }
    return lines
  }

  private func labelled(_ label: String, _ text: Line) -> [Line] {
    let label = style.line(label, .dim).padded(to: width < 60 ? label.count + 1 : 10)
    return (label + text).wrapped(to: width, hanging: width < 60 ? 2 : label.width)
  }

  // MARK: The foot

  private var events: [Line] {
    state.events.suffix(LiveDetail.mostEvents).map { event in
      (style.line("\(event.at.timeOfDay) ", .dim) + style.line(event.text, event.tone)).cutAtEnd(to: width, style)
    }
  }

  private var hints: [Line] { Line.flow(state.hints.map { style.line($0, .dim) }, gap: 3, width: width) }

  private func more(_ number: Int, _ noun: String) -> [Line] {
    guard number > 0 else { return [] }
    return style.line("and \(count(number, noun))", .dim).wrapped(to: width)
  }
}
