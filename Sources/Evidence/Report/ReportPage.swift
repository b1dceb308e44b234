import Cutover
import Journal
import Terminal
import Triage
import Vocabulary

/// One self-contained page that tells a run or a case: no script, no font and no picture from elsewhere.
///
/// Text from outside is made harmless and escaped wherever it stands. Long tables are cut, and say at how much and where the
/// rest is: the page of ten thousand instances is one that a browser opens at once.
package struct ReportPage {
  let dossier: Dossier
  let items: [EvidenceItem]

  /// How many rows of a table are shown.
  static let rowLimit = 200
  /// How many of anything that is told at length.
  static let listLimit = 20

  /// A page of what is known, with the items that were made of it.
  package init(_ dossier: Dossier, items: [EvidenceItem]) {
    self.dossier = dossier
    self.items = items
  }

  var run: RunHistory? { dossier.run }
  var assessment: Assessment? { dossier.run?.assessment }

  /// The page, in UTF-8.
  package var html: [UInt8] { Array((document.text + "\n").utf8) }

  private var document: Markup {
    let style = Markup(stringLiteral: Stylesheet.text)
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
      <meta name="generator" content="sluice \(Sluice.version)">
      <title>\(title)</title>
      <link rel="icon" href="data:,">
      <style>
      \(style)
      </style>
      </head>
      <body>
      <a class="skip" href="#content">To the content</a>
      <header>
      \(head)</header>
      <main id="content">
      \(sections)</main>
      <footer>
      <p>Made by sluice \(Sluice.version) from \(origin). All times are UTC. What is not known is said to be unknown, never shown as zero.</p>
      </footer>
      </body>
      </html>
      """
  }

  private var title: String {
    guard let assessment else { return "sluice: \(run.map { "run \($0.id)" } ?? "evidence")" }
    return "\(assessment.target): \(assessment.verdict.word), \(assessment.change)"
  }

  private var origin: Markup {
    guard let run else { return "the logs that were given" }
    let logs: Markup = dossier.file == nil ? "" : " and what triage gathered"
    return "the journal of run <code>\(run.id)</code>\(logs)"
  }

  private var sections: [Markup] {
    [
      section("Sessions over time", "chart", chart), section("The three conditions", "conditions", conditions),
      section("Findings", "findings", findings), section("Review", "review", review),
      section("Drain window", "drain", drainWindow), section("Where sessions landed", "assignments", assignments),
      section("Latency by version", "latency", latency), section("Instances", "instances", instances),
      section("Completeness of the evidence", "completeness", completeness),
      section("What happened", "events", events),
    ]
  }

  private func section(_ title: String, _ id: String, _ content: Markup) -> Markup {
    guard !content.isEmpty else { return .empty }
    return "<section aria-labelledby=\"\(id)\">\n<h2 id=\"\(id)\">\(title)</h2>\n\(content)</section>\n"
  }

  /// Where the rows are that a table leaves out.
  func elsewhere(_ file: String) -> String {
    "All of them are in \(file) of the run's bundle, and in its journal."
  }
}

// MARK: The verdict

extension ReportPage {
  private var head: Markup {
    guard let assessment else { return headWithoutVerdict }
    let style = assessment.verdict.style
    let cause = causes.isEmpty ? Markup.empty : "<p><b>Cause:</b> \(causes)</p>\n"
    return """
      <h1><b>\(assessment.target)</b>, \(assessment.kind.words): \(assessment.change)</h1>
      <div class="verdict \(style.name)">
      <p class="word"><span aria-hidden="true">\(style.sign)</span> \(assessment.verdict.word)</p>
      <p class="why">\(assessment.reason)</p>
      \(cause)\(action)</div>
      \(notices)\(facts)
      """
  }

  private var headWithoutVerdict: Markup {
    let what = run.map { $0.started.command.joined(separator: " ") } ?? count(dossier.file?.logs.count ?? 0, "log")
    let summary: Markup =
      dossier.diagnosis.map { "<p class=\"why\">\($0.summary)</p>\n" }
      ?? "<p class=\"why\">The run ended before anything was watched: there is no verdict.</p>\n"
    return """
      <h1><b>\(what)</b></h1>
      <div class="verdict">
      <p class="word">no verdict</p>
      \(summary)</div>
      \(notices)\(facts)
      """
  }

  /// The root causes that are sure enough to be named beside the verdict.
  private var causes: Markup {
    guard assessment?.verdict != .passed else { return .empty }
    // What triage finds behind the verdict says more than what the verdict names by itself.
    let all = (dossier.diagnosis?.findings ?? []) + sortedFindings
    let critical = all.filter { $0.severity == .critical && $0.status != .ruledOut && !isAfterTheRun($0) }
    let named = critical.enumerated().filter { place, finding in
      !critical[..<place].contains { $0.code == finding.code }
    }.prefix(2).map(\.element)
    return named.map { finding -> Markup in
      "<a href=\"#\(finding.anchor)\">\(finding.code)</a> \(finding.cause ?? finding.summary)"
    }.joined(by: "; ")
  }

  /// Whether all that shows it happened when the run had ended: it cannot be why the run ended so.
  private func isAfterTheRun(_ finding: Finding) -> Bool {
    guard let end = run?.finished?.at else { return false }
    return !finding.evidence.isEmpty && finding.evidence.allSatisfy { $0.at.map { $0 > end } ?? false }
  }

  private var action: Markup {
    guard let action = assessment?.recommendedAction else { return .empty }
    let command = action.command.map { "<pre><code>\($0)</code></pre>\n" as Markup } ?? .empty
    return "<div class=\"act\"><p><b>Do now:</b> \(action.summary)</p>\n\(command)</div>\n"
  }

  /// What a reader must know before trusting the rest.
  private var notices: Markup {
    guard let run else { return .empty }
    var notices: [Markup] = []
    if let damage = run.damage {
      notices.append("The journal could not be read to its end: \(damage). The page shows what stands before.")
    }
    if run.finished == nil {
      notices.append(
        "The run has not ended: it was cut off, or still goes on. Its last record is of \(run.lastRecordAt.dateAndTime)."
      )
    }
    if assessment != nil, !run.isVerdictRecorded {
      notices.append("The run gave no verdict of its own: this one is computed from its samples.")
    }
    return notices.map { "<p class=\"note\"><b>Note.</b> \($0)</p>\n" as Markup }.joined(by: "")
  }

  private var facts: Markup {
    guard let run else { return .empty }
    var facts: [(String, Markup)] = [("run", "<code>\(run.id)</code>")]
    if let window = assessment?.window {
      let end = window.endedAt ?? run.points.last?.at ?? run.lastRecordAt
      facts.append(("rollout began", "\(window.began.dateAndTime)"))
      facts.append(("watched until", "\(end.dateAndTime)"))
      facts.append(("took", "\(max(.zero, end - window.began).text)"))
    } else {
      facts.append(("began", "\(run.began.dateAndTime)"))
    }
    facts.append(("samples", "\(run.points.count.grouped)"))
    facts.append(("sessions seen", "\(run.sessions.count.grouped)"))
    facts.append(("instances seen", "\(run.instances.count { !$0.isPast }.grouped)"))
    facts.append(("host", "\(run.started.host)"))
    let list = facts.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>\n" as Markup }
    return "<dl class=\"facts\">\n\(list)</dl>\n"
  }
}

// MARK: The chart

extension ReportPage {
  private var chart: Markup {
    guard let run, let data = ChartData(run) else { return .empty }
    let legend = data.series.enumerated().map { place, series -> Markup in
      """
      <li><svg viewBox="0 0 32 12" aria-hidden="true"><path class="line v\(place)" d="M0 6H32"/></svg>\(series.name) \
      <span class="quiet">\(series.role.roleWord)</span></li>

      """
    }
    let signs: Markup = """
      <li><span aria-hidden="true">▲</span> late: started on old after the grace</li>
      <li><span aria-hidden="true">✕</span> cut</li>
      <li><span aria-hidden="true">□</span> instance stopped cleanly, <span aria-hidden="true">■</span> otherwise</li>

      """
    let shaded: Markup = data.drain == nil ? "" : " The shaded part is the drain window."
    let dotted: Markup = data.unknown.isEmpty ? "" : " Where it is dotted, nobody told how many sessions were active."
    let omitted: Markup =
      data.omitted.isEmpty ? "" : " Not drawn: \(data.omitted.prefix(10).joined(separator: ", "))."
    return """
      <figure>
      \(Chart(data: data, width: 1040, prefix: "wide").svg)\(Chart(data: data, width: 344, prefix: "narrow").svg)\
      <figcaption><ul class="legend">\(legend)\(signs)</ul>
      <p class="quiet">Active sessions after each sample.\(shaded)\(dotted)\(omitted)</p></figcaption>
      </figure>
      <details><summary>The chart as a table</summary>
      \(chartTable(data))</details>

      """
  }

  /// The samples in which something changed, thinned where they are many.
  private func chartTable(_ data: ChartData) -> Markup {
    guard let run else { return .empty }
    let changed = run.points.indices.filter { place in
      guard place > 0, place < run.points.count - 1 else { return true }
      let (before, point) = (run.points[place - 1], run.points[place])
      return before.states != point.states
        || before.versions.map(\.counts.active) != point.versions.map(\.counts.active)
    }
    let stride = max(1, (changed.count + 59) / 60)
    var table = PageTable(
      "Active sessions by version, and the three conditions",
      [.text("time")] + data.series.map { .number($0.name) } + [.text("A"), .text("B"), .text("C")])
    table.rows = changed.enumerated().filter { $0.offset % stride == 0 || $0.offset == changed.count - 1 }.map {
      let point = run.points[$0.element]
      return ["\(point.at.timeOfDay)"]
        + data.series.map { series -> Markup in
          let active = point.versions.first { $0.version == series.name }?.counts.active
          return active.map { "\($0.grouped)" } ?? "<span class=\"quiet\">unknown</span>"
        } + point.states.map { "\($0.word)" }
    }
    (table.total, table.elsewhere) = (changed.count, elsewhere("sessions-by-version.csv"))
    return table.markup
  }
}

// MARK: Words and signs

extension Assessment {
  /// `v1 → v2`.
  var change: String {
    let old = outgoing.map(\.rawValue).joined(separator: ", ")
    return old.isEmpty ? "to \(incoming)" : "\(old) → \(incoming)"
  }
}

extension Assessment.Verdict {
  /// Its style's name and its sign.
  var style: (name: Markup, sign: String) {
    switch self {
    case .passed: ("ok", "✓")
    case .failed: ("bad", "✗")
    case .inconclusive, .superseded: ("warn", "?")
    case .timedOut, .interrupted: ("warn", "!")
    case .pending: ("wait", "…")
    }
  }
}

extension Assessment.Condition.State {
  /// A word with its sign, coloured.
  var badge: Markup {
    let (style, sign): (Markup, String) =
      switch self {
      case .holds: ("ok", "✓")
      case .failed: ("bad", "✗")
      case .inconclusive: ("warn", "?")
      case .timedOut: ("warn", "!")
      case .pending: ("wait", "…")
      }
    return "<span class=\"badge \(style)\"><span aria-hidden=\"true\">\(sign)</span> \(word)</span>"
  }
}

extension String {
  /// What a version's role is called in the legend.
  fileprivate var roleWord: String { self == "?" ? "version not known" : self }
}
