import Cutover
import Journal
import Terminal
import Triage
import Vocabulary

/// What happened, in a few lines of Markdown: for a step summary of GitHub's, or the channel of an incident.
package struct Summary {
  let dossier: Dossier
  let items: [EvidenceItem]

  /// A summary of what is known, with the items that were made of it.
  package init(_ dossier: Dossier, items: [EvidenceItem]) {
    self.dossier = dossier
    self.items = items
  }

  /// The Markdown, in UTF-8; below 8 KiB whatever the size of the fleet.
  package var markdown: [UInt8] {
    let blocks = [head, action, conditions, sessions, chart, findings, evidence, gaps, origin].filter { !$0.isEmpty }
    return Array((blocks.joined(separator: "\n\n") + "\n").utf8)
  }

  private var assessment: Assessment? { dossier.run?.assessment }

  private var head: String {
    guard let assessment else {
      return "## No verdict\n\n\(safe(dossier.diagnosis?.summary ?? "the run ended before anything was watched", 400))"
    }
    let title = "\(assessment.verdict.style.sign) \(safe(assessment.target.rawValue, 60)): \(assessment.verdict.word)"
    return "## \(title), \(safe(assessment.change, 120))\n\n\(safe(assessment.reason, 400))"
  }

  private var action: String {
    guard let action = assessment?.recommendedAction else { return "" }
    return "**Do now:** \(safe(action.summary, 300))"
      + (action.command.map { "\n\n    \($0.harmless.prefix(400))" } ?? "")
  }

  private var conditions: String {
    guard let assessment else { return "" }
    let rows = assessment.shownConditions.map { condition in
      "| \(condition.id.letter) | \(safe(condition.title, 80)) | \(condition.state.sign) \(condition.state.word) | \(safe(condition.reason, 240)) |"
    }
    return (["| | condition | state | why |", "|---|---|---|---|"] + rows).joined(separator: "\n")
  }

  private var sessions: String {
    guard let assessment else { return "" }
    let versions = assessment.shownVersions.prefix(6)
    let rows = versions.map { version in
      let own = assessment.sessions.byVersion[version.name]
      let numbers = [own?.active, own?.started, own?.ended, own?.cut, own?.unclear].map {
        $0.map(\.grouped) ?? "unknown"
      }
      return "| \(safe(version.name, 60)) (\(safe(version.role, 12))) | \(numbers.joined(separator: " | ")) |"
    }
    let more = assessment.shownVersions.count - versions.count
    return
      (["| sessions | active | started | ended | cut | unclear |", "|---|--:|--:|--:|--:|--:|"] + rows
      + (more > 0 ? ["", "and \(count(more, "version")) more"] : [])).joined(separator: "\n")
  }

  private var findings: String {
    let all = ReportPage(dossier, items: items).sortedFindings.filter { $0.severity != .info }
    let lines = all.prefix(5).map { finding in
      "- **\(safe(finding.code.rawValue, 12))** \(finding.status.rawValue): \(safe(finding.summary, 240)). Remedy: \(safe(finding.remedy.summary, 200))"
    }
    return (lines + (all.count > 5 ? ["- and \(all.count - 5) more"] : [])).joined(separator: "\n")
  }

  private var evidence: String {
    let lines = items.map { item in
      "\(item.number). `\(item.name)` \(item.completeness.word)\(item.completeness.why.map { ": \(safe($0, 160))" } ?? "")"
    }
    return lines.isEmpty ? "" : "Evidence:\n\n" + lines.joined(separator: "\n")
  }

  private var gaps: String {
    let all = dossier.file?.gaps ?? []
    let lines = all.prefix(5).map { "- \(safe($0.what, 120)): \(safe($0.why, 200))" }
    let more = all.count > 5 ? ["- and \(all.count - 5) more"] : []
    return lines.isEmpty ? "" : "Could not be looked at:\n\n" + (lines + more).joined(separator: "\n")
  }

  private var origin: String {
    guard let run = dossier.run else { return "" }
    let damage = run.damage.map { " The journal could not be read to its end: \(safe($0, 200))." } ?? ""
    let end = run.finished == nil ? " The run has not ended." : ""
    return
      "Run `\(run.id.rawValue.filter { $0 != "`" }.harmless)`, \(run.began.dateAndTime) UTC, \(count(run.points.count, "sample")).\(end)\(damage)"
  }

  /// Text from outside as Markdown text: nothing in it is markup, a link, a mention or a cell's end.
  private func safe(_ text: String, _ limit: Int) -> String {
    var result = ""
    for character in text.harmless.shortened(to: limit) {
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "@": result += "&#64;"
      case ":" where result.hasSuffix("http") || result.hasSuffix("https"): result += "&#58;"
      case "\\", "`", "*", "_", "{", "}", "[", "]", "#", "|", "~", "!", "$": result += "\\\(character)"
      default: result.append(character)
      }
    }
    return result
  }
}

extension Assessment.Condition.State {
  /// Its sign.
  fileprivate var sign: String {
    switch self {
    case .holds: "✓"
    case .failed: "✗"
    case .inconclusive: "?"
    case .timedOut: "!"
    case .pending: "…"
    }
  }
}
