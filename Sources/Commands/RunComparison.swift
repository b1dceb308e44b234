import Cutover
import Evidence
import Journal
import Terminal
import Vocabulary

/// Two runs beside each other: `sluice.runs-diff/1`.
struct RunComparison: Encodable {
  let schema = "sluice.runs-diff/1"
  /// The two runs.
  let a: RunID
  let b: RunID
  /// What can be said of both, in the order of reading.
  let rows: [Row]
  /// What only one of them found, by code and summary.
  let findingsOnlyInA: [String]
  let findingsOnlyInB: [String]

  /// One figure or word of both; nil: that run does not say.
  struct Row: Encodable {
    let name: String
    let a: String?
    let b: String?
    let differs: Bool
  }

  init(_ a: RunHistory, _ b: RunHistory) {
    (self.a, self.b) = (a.id, b.id)
    let (left, right) = (Self.facts(of: a), Self.facts(of: b))
    let names = left.map(\.name) + right.map(\.name).filter { name in !left.contains { $0.name == name } }
    rows = names.compactMap { name in
      let values = [left, right].map { facts in facts.first { $0.name == name }?.value }
      guard values.contains(where: { $0 != nil }) else { return nil }
      return Row(name: name, a: values[0], b: values[1], differs: values[0] != values[1])
    }
    let found = [a, b].map { $0.assessment?.findings.map { "\($0.code) \($0.status.rawValue): \($0.summary)" } ?? [] }
    findingsOnlyInA = found[0].filter { !found[1].contains($0) }
    findingsOnlyInB = found[1].filter { !found[0].contains($0) }
  }

  private static func facts(of run: RunHistory) -> [(name: String, value: String?)] {
    let performer = run.started.performer
    var facts: [(name: String, value: String?)] = [
      ("command", run.started.command.joined(separator: " ")), ("target", run.started.target?.rawValue),
      ("by", performer?.name), ("machine", run.started.host),
      ("commit", performer?.commit.map { String($0.prefix(12)) }),
      ("began", run.began.dateAndTime), ("sluice", run.started.version),
    ]
    guard let assessment = run.assessment else { return facts + [("verdict", nil)] }
    let window = assessment.window
    func elapsed(_ moment: Timestamp?) -> String? { moment.map { max(.zero, $0 - window.began).rounded.text } }
    let new = assessment.incoming.rawValue
    facts += [
      ("outgoing", assessment.outgoing.map(\.rawValue).joined(separator: ", ")), ("incoming", new),
      ("verdict", assessment.verdict.rawValue), ("reason", assessment.reason),
    ]
    facts += assessment.shownConditions.map { ("\($0.id.letter) \($0.title)", $0.state.word) }
    facts += [
      ("until it served", elapsed(window.servingAt)), ("until the cutover", elapsed(window.cutoverAt)),
      ("until the verdict", elapsed(window.endedAt)), ("drain clock", assessment.bindingClock),
      ("sessions cut", "\(assessment.sessions.cutCount)"), ("sessions late", "\(assessment.sessions.lateCount)"),
      ("sessions unserved", "\(assessment.sessions.unservedCount)"),
      ("sessions ended unclear", "\(assessment.sessions.unclearCount)"),
      ("new sessions", assessment.exposure.map { "\($0.onIncoming) of \($0.sessions) on new" }),
      ("assignment p95", assessment.latency[new]?.assignment.map { Duration(seconds: $0.p95Seconds).rounded.text }),
      ("start-up p95", assessment.latency[new]?.startUp.map { Duration(seconds: $0.p95Seconds).rounded.text }),
    ]
    return facts
  }

  /// The comparison as text: a table, what differs marked, then what only one of them found.
  func text(width: Int, style: TextStyle) -> String {
    var table = Table([
      Table.Column("", .identifier), Table.Column("", .text(minimum: 10)), Table.Column("\(a)", .text(minimum: 14)),
      Table.Column("\(b)", .text(minimum: 14)),
    ])
    table.rows = rows.map { row in
      let tone: TextStyle.Tone = row.differs ? .bold : .dim
      return Table.Row([
        Table.Cell(row.differs ? "*" : "", .warn), Table.Cell(row.name, .dim), Table.Cell(row.a ?? "not known", tone),
        Table.Cell(row.b ?? "not known", tone),
      ])
    }
    let page = FindingText(width: width, style: style)
    let found = [(a, findingsOnlyInA), (b, findingsOnlyInB)].flatMap { run, findings in
      findings.isEmpty ? [] : ["", page.wrap("only in \(run):", .bold)] + findings.map { page.wrap($0, indent: 2) }
    }
    return ([table.render(width: width, style: style)] + found).joined(separator: "\n")
  }
}

extension Duration {
  /// To the hundredth of a second, for people.
  fileprivate var rounded: Duration { .milliseconds((nanoseconds + 5_000_000) / 10_000_000 * 10) }
}
