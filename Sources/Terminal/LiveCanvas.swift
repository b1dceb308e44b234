import Cutover
import Vocabulary

/// The sections of the live view.
struct LiveCanvas {
  let state: LiveState
  let now: Timestamp
  let width: Int
  let style: TextStyle

  func lines(_ detail: LiveDetail) -> [Line] {
    var sections = [title + (detail.steps ? steps : [])]
    if let assessment = state.assessment {
      sections.append(verdict(assessment, detail))
      sections.append(ConditionTable.lines(assessment.shownConditions, ConditionTable.Detail(detail), width, style))
      if detail.regions { sections.append(RegionTable.lines(assessment.regions, limit: 6, width, style)) }
      if detail.sessions { sections.append(sessions(assessment)) }
      sections.append(instances(assessment, detail))
      if detail.forecast { sections.append(drain(assessment)) }
    }
    sections.append(events(detail))
    if detail.hints { sections.append(hints) }
    let drawn = sections.filter { !$0.isEmpty }
    return Array(drawn.joined(separator: detail.spacing ? [Line.empty] : []))
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
    let sample = state.assessment.map { "sample \($0.sample) at \($0.at.timeOfDay)" } ?? "no sample yet"
    return lines + Line.flow([style.line("run \(title.run)", .dim), style.line(sample, .dim)], gap: 3, width: width)
  }

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

  private var steps: [Line] {
    let items = state.steps.map { step in
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

  private func verdict(_ assessment: Assessment, _ detail: LiveDetail) -> [Line] {
    let mark = assessment.verdict.mark
    let head =
      style.line(style.text(mark), mark.tone)
      + style.line(" \(assessment.verdict.word)", mark.tone == .plain ? .bold : mark.tone)
    guard detail.reasons else { return [head] }
    return (head + style.line(": \(assessment.reason)")).wrapped(to: width, hanging: 2)
  }

  // MARK: The fleet

  private func sessions(_ assessment: Assessment) -> [Line] {
    let trendWidth = width >= 100 ? 40 : 20
    let shown = assessment.shownVersions.prefix(8)
    let maximum = shown.flatMap { state.trends[$0.name]?.points ?? [] }.compactMap { $0 }.max() ?? 0
    var table = Table([
      Table.Column("sessions", .name(minimum: 8)), Table.Column("", .identifier, dropped: 5),
      Table.Column("active", .number), Table.Column("trend", .identifier, dropped: 3),
      Table.Column("started", .number, dropped: 4), Table.Column("ended", .number, dropped: 2),
      Table.Column("cut", .number), Table.Column("unclear", .number), Table.Column("probes", .number, dropped: 1),
    ])
    table.rows = shown.map { version in
      let counts = assessment.sessions.byVersion[version.name]
      let trend = state.trends[version.name]?.sparkline(width: trendWidth, maximum: maximum, style: style) ?? ""
      return Table.Row([
        Table.Cell(version.name), Table.Cell(version.role, .dim), SessionsTable.active(counts), Table.Cell(trend),
        SessionsTable.number(counts?.started), SessionsTable.number(counts?.ended),
        SessionsTable.number(counts?.cut, alarming: .fail), SessionsTable.number(counts?.unclear, alarming: .warn),
        SessionsTable.number(counts?.probes),
      ])
    }
    return table.lines(width: width, style: style)
      + more(assessment.shownVersions.count - shown.count, "more version", indent: 0)
  }

  private func instances(_ assessment: Assessment, _ detail: LiveDetail) -> [Line] {
    guard detail.instances > 0, !assessment.instances.isEmpty else { return [] }
    return InstanceTable.lines(assessment.instances, limit: detail.instances, width, style)
  }

  private func drain(_ assessment: Assessment) -> [Line] {
    var items: [Line] = []
    if let end = assessment.windowEnd {
      let left = end - now
      let tone: TextStyle.Tone = left < .seconds(60) ? .warn : .bold
      items.append(
        left > .zero
          ? style.line("\(left.inWholeSeconds) left", tone) + style.line(" of the drain window, until \(end.timeOfDay)")
          : style.line("drain window over since \(end.timeOfDay)", .warn))
    } else if assessment.window.drainRequestedAt == nil {
      items.append(style.line("drain not asked for yet", .dim))
    }
    items.append(style.line(assessment.bindingClock, .dim))
    let label = style.line("drain     ", .dim)
    var lines = labelled(label, items)
    if let sentence = assessment.forecastSentence(at: now), !assessment.isFinal {
      lines += labelled(
        style.line("forecast  ", .dim),
        [style.line(sentence, (assessment.forecast?.expectedCuts ?? 0) > 0 ? .warn : .plain)])
    }
    return lines
  }

  private func labelled(_ label: Line, _ items: [Line]) -> [Line] {
    guard width >= 50 else { return Line.flow([label.trimmed] + items, gap: 2, width: width, hanging: 2) }
    return Line.flow(items, gap: 3, width: width - label.width).enumerated().map { index, line in
      (index == 0 ? label : .spaces(label.width)) + line
    }
  }

  // MARK: The foot

  private func events(_ detail: LiveDetail) -> [Line] {
    state.events.suffix(detail.events).map { event in
      (style.line("\(event.at.timeOfDay) ", .dim) + style.line(event.text, event.tone)).cutAtEnd(to: width, style)
    }
  }

  private var hints: [Line] { Line.flow(state.hints.map { style.line($0, .dim) }, gap: 3, width: width) }

  private func more(_ number: Int, _ noun: String, indent: Int) -> [Line] {
    guard number > 0 else { return [] }
    return (Line.spaces(indent) + style.line("and \(count(number, noun))", .dim)).wrapped(to: width)
  }
}
