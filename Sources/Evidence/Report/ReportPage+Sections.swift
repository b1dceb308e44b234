import Cutover
import Journal
import Terminal
import Triage
import Vocabulary

// MARK: Conditions

extension ReportPage {
  var conditions: Markup {
    guard let assessment else { return .empty }
    let cards = assessment.shownConditions.map { condition -> Markup in
      let shown = condition.evidence.prefix(5)
      let omitted = condition.evidence.count - shown.count + condition.evidenceOmitted
      let rest: Markup = omitted > 0 ? "<li class=\"quiet\">and \(omitted.grouped) more</li>" : ""
      let evidence: Markup =
        shown.isEmpty
        ? ""
        : "<details><summary>\(count(shown.count + omitted, "piece")) of evidence</summary><ul class=\"plain\">\(shown.map(item))\(rest)</ul></details>\n"
      return """
        <li>\(condition.state.badge)
        <h3>\(condition.id.letter). \(condition.title)</h3>
        <p>\(condition.reason)</p>
        <p class="quiet">\(condition.basis.words)</p>
        \(evidence)</li>

        """
    }
    let exposure = assessment.exposureSentence.map { "<p>\($0.capitalizedFirst).</p>\n" as Markup } ?? .empty
    return "<ul class=\"conditions\">\n\(cards)</ul>\n\(exposure)\(regions)"
  }

  private var regions: Markup {
    guard let regions = assessment?.regions, !regions.isEmpty else { return .empty }
    var table = PageTable(
      "The same by region", [.text("region"), .text("A"), .text("B"), .text("C"), .text("verdict")])
    table.rows = regions.prefix(Self.rowLimit).map { region in
      ["\(region.name)"]
        + Assessment.Condition.Kind.allCases.map { kind in
          region.conditions.first { $0.id == kind }?.state.badge ?? "unknown"
        } + ["\(region.verdict.word)"]
    }
    (table.total, table.elsewhere) = (regions.count, "All of them are in the run's journal.")
    return table.markup
  }

  private func item(_ evidence: Evidence) -> Markup {
    let when: Markup = evidence.at.map { "<span class=\"quiet\">\($0.timeOfDay)</span> " } ?? ""
    let place: Markup = evidence.locator.map { " <span class=\"quiet\">\($0)</span>" } ?? ""
    return "<li>\(when)<b>\(evidence.source)</b>\(place): \(evidence.excerpt)</li>\n"
  }
}

// MARK: Findings

extension ReportPage {
  /// The run's findings, those of triage after them, each root cause once; the most severe first.
  var sortedFindings: [Finding] {
    let journaled = (run?.records ?? []).compactMap { record -> Finding? in
      if case .finding(let finding) = record.event { return finding }
      return nil
    }
    var all: [Finding] = []
    for finding in (assessment?.findings ?? []) + (dossier.diagnosis?.findings ?? []) + journaled
    where !all.contains(where: { $0.code == finding.code && $0.summary == finding.summary }) {
      all.append(finding)
    }
    return [Finding.Severity.critical, .warning, .info].flatMap { severity in all.filter { $0.severity == severity } }
  }

  var findings: Markup {
    let all = sortedFindings
    guard !all.isEmpty else { return run == nil ? .empty : "<p>There are no findings beside the verdict.</p>\n" }
    let list = all.prefix(Self.listLimit).enumerated().map { place, finding -> Markup in
      // The first of a code is the one that is linked to.
      let id: Markup = all[..<place].contains { $0.code == finding.code } ? "" : " id=\"\(finding.anchor)\""
      let shown = finding.evidence.prefix(6)
      let omitted = finding.evidence.count - shown.count
      let rest: Markup = omitted > 0 ? "<li class=\"quiet\">and \(omitted) more</li>" : ""
      let evidence: Markup = shown.isEmpty ? "" : "<ul class=\"plain\">\n\(shown.map(item))\(rest)</ul>\n"
      let cause: Markup = finding.cause.map { "<p><b>Cause:</b> \($0)</p>\n" } ?? ""
      let commands = finding.remedy.commands.map { "<pre><code>\($0)</code></pre>\n" as Markup }
      let scope: Markup = finding.appliesTo.map { " <span class=\"quiet\">applies to \($0)</span>" } ?? ""
      let title: Markup = finding.code.title.map { " <span class=\"quiet\">\($0)</span>" } ?? ""
      return """
        <article class="finding"\(id)>
        <p>\(finding.severity.badge) <b>\(finding.code)</b>\(title) <span class="quiet">· \(finding.status.rawValue), confidence \(finding.confidence.rawValue)</span>\(scope)</p>
        <h3>\(finding.summary)</h3>
        \(cause)\(evidence)<p><b>Remedy:</b> \(finding.remedy.summary)</p>
        \(commands)</article>

        """
    }
    let rest: Markup =
      all.count > list.count
      ? "<p class=\"rest\">\(list.count) of \(all.count) are shown. All of them are in findings.json of the run's bundle.</p>\n"
      : ""
    let ruledOut = dossier.diagnosis?.ruledOut ?? []
    let excluded: Markup =
      ruledOut.isEmpty
      ? ""
      : "<h3>Ruled out</h3>\n<ul class=\"plain\">\n\(ruledOut.prefix(Self.listLimit).map { "<li><b>\($0.code)</b>: \($0.why)</li>\n" as Markup })</ul>\n"
    return "\(list)\(rest)\(excluded)"
  }
}

extension Finding {
  /// Its place on the page.
  var anchor: String { "finding-\(code)" }
}

extension Finding.Severity {
  fileprivate var badge: Markup {
    switch self {
    case .critical: "<span class=\"badge bad\"><span aria-hidden=\"true\">✗</span> critical</span>"
    case .warning: "<span class=\"badge warn\"><span aria-hidden=\"true\">!</span> warning</span>"
    case .info: "<span class=\"badge wait\">info</span>"
    }
  }
}

extension String {
  /// The text as the beginning of a sentence.
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

// MARK: Drain window

extension ReportPage {
  var drainWindow: Markup {
    guard let assessment else { return .empty }
    let window = assessment.window.drain
    var sentences = [binding(window)]
    if let told = assessment.window.drainRequestedAt {
      sentences.append(
        "The drain was asked for at \(told.timeOfDay)"
          + (window.effective.map {
            ", so the window \(told + $0 > assessment.at ? "ends" : "ended") at \((told + $0).timeOfDay)."
          }
            ?? "."))
    } else {
      sentences.append("No instance was seen to be told to drain.")
    }
    if ![.passed, .failed].contains(assessment.verdict), let forecast = assessment.forecastSentence(at: assessment.at) {
      sentences.append("Forecast: \(forecast).")
    }
    return "<p>\(sentences.joined(separator: " "))</p>\n\(clocks(window))"
  }

  private func binding(_ window: DrainWindow) -> String {
    guard let clock = window.binding, let limit = clock.limit else {
      return window.clocks.isEmpty ? "No clock of the drain is known." : "No clock of the drain has a limit."
    }
    return "The clock that binds is \(clock.name) with \(limit.text); a tail of \(window.tail.text) may follow it."
  }

  private func clocks(_ window: DrainWindow) -> Markup {
    let longest = window.clocks.compactMap(\.limit).max()?.seconds ?? 0
    let binding = window.binding
    let rows = window.clocks.prefix(Self.listLimit).map { clock -> Markup in
      let share = clock.limit.map { longest > 0 ? max(1, Int($0.seconds / longest * 100)) : 1 } ?? 100
      let binds: Markup = clock == binding ? " <span class=\"badge\">binds</span>" : ""
      let bar: Markup =
        clock.limit == nil
        ? "<span class=\"quiet\">no limit</span>"
        : "<span class=\"bar\" style=\"width:\(share)%\" aria-hidden=\"true\"></span>"
      return """
        <tr\(clock == binding ? " class=\"binds\"" as Markup : "")><th scope="row">\(clock.name)\(binds)</th>\
        <td class="number">\(clock.limit?.text ?? "none")</td><td class="clock">\(bar)</td><td>\(clock.origin)</td></tr>

        """
    }
    guard !rows.isEmpty else { return .empty }
    return """
      <div class="scroll" role="region" aria-label="Clocks of the drain" tabindex="0"><table>
      <caption>Every clock that was found; the least limit binds</caption>
      <thead><tr><th scope="col">clock</th><th scope="col" class="number">limit</th><th scope="col"></th><th scope="col">known from</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>

      """
  }
}

// MARK: Latency

extension ReportPage {
  var latency: Markup {
    guard let assessment else { return .empty }
    var table = PageTable(
      "Assignment: from asked for to agent joined. Start-up: from started to ready.",
      [.text("version"), .text("of"), .number("p50"), .number("p95"), .number("max"), .number("measured")])
    for version in assessment.shownVersions {
      let latency = assessment.latency[version.name]
      for (name, distribution) in [("assignment", latency?.assignment), ("start-up", latency?.startUp)] {
        guard let distribution else { continue }
        func seconds(_ number: Double) -> Markup { number.isFinite ? "\(Duration(seconds: number).text)" : "unknown" }
        table.rows.append([
          "\(version.name) <span class=\"quiet\">\(version.role)</span>", "\(name)", seconds(distribution.p50Seconds),
          seconds(distribution.p95Seconds), seconds(distribution.maxSeconds), "\(distribution.count.grouped)",
        ])
      }
    }
    return table.rows.isEmpty
      ? "<p>Nothing was measured: no source dates when sessions were asked for or when instances started.</p>\n"
      : table.markup
  }
}

// MARK: Completeness

extension ReportPage {
  var completeness: Markup {
    var table = PageTable(
      "The five items of the evidence",
      [.text("item"), .text("file"), .number("entries"), .text("mark"), .text("what is missing")])
    table.rows = items.map { item in
      [
        "\(item.number). \(item.title)", "<code>\(item.name)</code>", "\(item.count.grouped)", item.completeness.badge,
        "\(item.completeness.why ?? "")",
      ]
    }
    return table.markup + sources + gaps
  }

  private var sources: Markup {
    guard let run, !run.sources.isEmpty else { return .empty }
    var table = PageTable(
      "Sources",
      [
        .text("source"), .text("sees"), .number("asked"), .number("failed"), .number("longest gap"),
        .text("last failure"),
      ])
    table.rows = run.sources.prefix(Self.rowLimit).map { source in
      let failure: Markup =
        source.lastFailure.map { "\($0.at.timeOfDay) \($0.failure.kind.rawValue): \($0.failure.detail)" } ?? ""
      return [
        "\(source.traits.id) <span class=\"quiet\">\(source.traits.kind)</span>",
        "\(source.traits.sees.map(\.rawValue).sorted().joined(separator: ", "))", "\(source.readings.grouped)",
        "\(source.failures.grouped)",
        source.firstAnswer == nil ? "never answered" : "\(source.longestGap.text)", failure,
      ]
    }
    return table.markup
  }

  private var gaps: Markup {
    let gaps = dossier.diagnosis?.notLookedAt ?? []
    guard !gaps.isEmpty else { return .empty }
    let list = gaps.prefix(Self.listLimit).map { gap -> Markup in
      "<li><b>\(gap.what)</b>: \(gap.why). <span class=\"quiet\">\(gap.remedy)</span></li>\n"
    }
    return "<h3>What was not looked at</h3>\n<ul class=\"plain\">\n\(list)</ul>\n"
  }
}

extension Completeness {
  fileprivate var badge: Markup {
    switch self {
    case .complete: "<span class=\"badge ok\"><span aria-hidden=\"true\">✓</span> complete</span>"
    case .partial: "<span class=\"badge warn\"><span aria-hidden=\"true\">◐</span> partial</span>"
    case .absent: "<span class=\"badge bad\"><span aria-hidden=\"true\">○</span> absent</span>"
    }
  }
}
