package import Cutover
package import Vocabulary

/// Runs, one a line, as `runs list` prints them.
package enum RunsTable {
  /// One run.
  package struct Row: Hashable, Sendable {
    /// Its id.
    package var run: RunID
    /// What was done: `deploy`, `rehearse`.
    package var kind: String
    /// The fleet; nil: the run has none.
    package var target: TargetName?
    /// The versions that went.
    package var outgoing: [VersionName]
    /// The version that came; nil: not known.
    package var incoming: VersionName?
    /// When it began.
    package var began: Timestamp
    /// When it ended; nil: it has not, or was cut off.
    package var endedAt: Timestamp?
    /// Its verdict; nil: it reached none.
    package var verdict: Assessment.Verdict?
    /// What is to be said of a run without a verdict: `running`, `cut off`.
    package var standing: String
    /// Who asked for it; nil: not known.
    package var performer: String?

    /// A run.
    package init(
      run: RunID, kind: String, target: TargetName?, outgoing: [VersionName] = [], incoming: VersionName? = nil,
      began: Timestamp, endedAt: Timestamp? = nil, verdict: Assessment.Verdict? = nil, standing: String = "",
      performer: String? = nil
    ) {
      self.run = run
      self.kind = kind
      self.target = target
      self.outgoing = outgoing
      self.incoming = incoming
      self.began = began
      self.endedAt = endedAt
      self.verdict = verdict
      self.standing = standing
      self.performer = performer
    }
  }

  /// The runs in the order given, no line wider than the width, no line feed at the end; empty for no run.
  package static func render(_ rows: [Row], width: Int, style: TextStyle) -> String {
    var table = Table([
      Table.Column("run", .identifier), Table.Column("", .identifier, dropped: 5), Table.Column("verdict", .identifier),
      Table.Column("target", .name(minimum: 8)), Table.Column("kind", .identifier, dropped: 3),
      Table.Column("versions", .name(minimum: 10), dropped: 4), Table.Column("began (UTC)", .identifier, dropped: 1),
      Table.Column("took", .number, dropped: 2), Table.Column("by", .name(minimum: 4), dropped: 1),
    ])
    table.rows = rows.map { row in
      let mark = row.verdict?.mark ?? .waiting
      let old = row.outgoing.map(\.rawValue).joined(separator: ", ")
      let new = row.incoming?.rawValue ?? "?"
      return Table.Row([
        Table.Cell(row.run.rawValue), Table.Cell(style.text(mark), mark.tone),
        Table.Cell(row.verdict?.word ?? row.standing, mark.tone), Table.Cell(row.target?.rawValue ?? ""),
        Table.Cell(row.kind), Table.Cell(old.isEmpty ? new : "\(old) \(style.arrow) \(new)"),
        Table.Cell(row.began.dateAndTime, .dim),
        Table.Cell(row.endedAt.map { max(.zero, $0 - row.began).inWholeSeconds } ?? ""),
        Table.Cell(row.performer ?? "", .dim),
      ])
    }
    if rows.allSatisfy({ $0.performer == nil }) { table.drop("by") }
    return table.render(width: width, style: style)
  }
}

extension Timestamp {
  /// `2026-11-21 14:05:11`, in UTC.
  package var dateAndTime: String { "\(description.prefix(10)) \(timeOfDay)" }
}
