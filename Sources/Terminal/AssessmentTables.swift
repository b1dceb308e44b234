package import Cutover
import Vocabulary

/// The three conditions: a line each with state and basis, under it why, and what shows it.
enum ConditionTable {
  /// What stands under a condition's line.
  struct Detail {
    var reasons: Bool
    /// How many pieces of evidence of a condition that does not hold.
    var evidence: Int
  }

  static func lines(
    _ conditions: [Assessment.Condition], _ detail: Detail, _ width: Int, _ style: TextStyle
  ) -> [Line] {
    // Where there is no room for a column of its own the basis stands before the reason.
    let isNarrow = width < 60
    var table = Table(
      [
        Table.Column("", .identifier), Table.Column("condition", .text(minimum: 20)),
        Table.Column("state", .identifier), Table.Column("basis", .identifier),
      ], header: .hidden)
    table.rows = conditions.map { condition in
      let mark = condition.state.mark
      return Table.Row(
        [
          Table.Cell(style.text(mark).padding(to: style.markWidth), mark.tone),
          Table.Cell("\(condition.id.letter) \(condition.title)", .bold),
          Table.Cell(condition.state.word, mark.tone),
          Table.Cell(isNarrow ? "" : condition.basis.words, .dim),
        ], notes: notes(condition, detail, isNarrow ? "\(condition.basis.words): " : ""))
    }
    table.dropEmptyColumns()
    return table.lines(width: width, style: style)
  }

  private static func notes(_ condition: Assessment.Condition, _ detail: Detail, _ basis: String) -> [Table.Cell] {
    guard detail.reasons else { return [] }
    var notes = [Table.Cell(basis + condition.reason)]
    guard condition.state != .holds, detail.evidence > 0 else { return notes }
    let shown = condition.evidence.prefix(detail.evidence)
    notes += shown.map { evidence in
      Table.Cell((evidence.at.map { "\($0.timeOfDay) " } ?? "") + "\(evidence.source): \(evidence.excerpt)", .dim)
    }
    let omitted = condition.evidence.count - shown.count + condition.evidenceOmitted
    if omitted > 0, detail.evidence > 1 { notes.append(Table.Cell("and \(omitted) more", .dim)) }
    return notes
  }
}

extension Assessment.Condition.EvidenceBasis {
  /// What a state rests on, in words.
  package var words: String { self == .none ? "nothing seen" : "by \(rawValue)" }
}

/// The cells of session counts.
enum SessionsTable {
  /// Live sessions; a number that no source knows is said to be unknown, never zero.
  static func active(_ counts: Assessment.Sessions.Counts?) -> Table.Cell {
    guard let active = counts?.active else { return Table.Cell("unknown", .warn) }
    return Table.Cell("\(active)", .bold)
  }

  /// A count; one that should be zero is shown in the tone given when it is not.
  static func number(_ number: Int?, alarming tone: TextStyle.Tone = .plain) -> Table.Cell {
    guard let number else { return Table.Cell("-", .dim) }
    return Table.Cell("\(number)", number > 0 ? tone : .dim)
  }
}

/// Outgoing instances: what is wrong first, then what still drains, then what is done.
enum InstanceTable {
  static func lines(
    _ instances: [Assessment.OutgoingInstance], limit: Int, _ width: Int, _ style: TextStyle
  ) -> [Line] {
    var table = Table([
      Table.Column("old instance", .name(minimum: 18)), Table.Column("version", .name(), dropped: 2),
      Table.Column("region", .name(minimum: 10), dropped: 3), Table.Column("sessions", .number),
      Table.Column("state", .text(minimum: 18)), Table.Column("confirmed by", .identifier),
      Table.Column("told", .identifier, dropped: 1), Table.Column("gone", .identifier, dropped: 4),
    ])
    // Of one version they all are, the title names it.
    let versions = Set(instances.lazy.map(\.version))
    let ordered = (0...3).lazy.flatMap { urgency in instances.lazy.filter { $0.urgency == urgency } }
    table.rows = ordered.prefix(limit).map { instance in
      Table.Row([
        Table.Cell(instance.id.rawValue), Table.Cell(versions.count > 1 ? instance.version?.rawValue ?? "?" : ""),
        Table.Cell(instance.region?.rawValue ?? ""), sessions(instance), instance.standing, instance.confirmation,
        Table.Cell(instance.drainRequestedAt?.timeOfDay ?? "", .dim),
        Table.Cell(instance.endedAt?.timeOfDay ?? "", .dim),
      ])
    }
    table.dropEmptyColumns()
    return table.lines(width: width, style: style) + rest(Array(ordered.dropFirst(limit)), width, style)
  }

  private static func sessions(_ instance: Assessment.OutgoingInstance) -> Table.Cell {
    guard let sessions = instance.sessions else {
      return instance.hasEnded ? Table.Cell("-", .dim) : Table.Cell("unknown", .warn)
    }
    return Table.Cell("\(sessions)", sessions > 0 ? .bold : .dim)
  }

  private static func rest(
    _ instances: [Assessment.OutgoingInstance], _ width: Int, _ style: TextStyle
  ) -> [Line] {
    guard !instances.isEmpty else { return [] }
    let gone = instances.count { $0.hasEnded }
    let unconfirmed = instances.count { $0.drainConfirmedBy == nil }
    var text = "and \(instances.count) more: \(gone) gone, \(instances.count - gone) still there"
    if unconfirmed > 0 { text += ", \(unconfirmed) not confirmed" }
    return style.line(text, unconfirmed > 0 ? .warn : .dim).wrapped(to: width)
  }
}

/// Regions, a line each with the states of the three conditions: what is wrong first.
enum RegionTable {
  static func lines(_ regions: [Assessment.Region], limit: Int, _ width: Int, _ style: TextStyle) -> [Line] {
    guard !regions.isEmpty else { return [] }
    var table = Table([
      Table.Column("region", .name()), Table.Column("A", .identifier), Table.Column("B", .identifier),
      Table.Column("C", .identifier), Table.Column("verdict", .identifier),
    ])
    let ordered = regions.enumerated().sorted {
      ($0.element.verdict.urgency, $0.offset) < ($1.element.verdict.urgency, $1.offset)
    }
    table.rows = ordered.prefix(limit).map { _, region in
      let marks = Assessment.Condition.Kind.allCases.map { kind in
        region.conditions.first { $0.id == kind }?.state.mark ?? .unknown
      }
      return Table.Row(
        [Table.Cell(region.name.rawValue)] + marks.map { Table.Cell(style.text($0), $0.tone) }
          + [Table.Cell(region.verdict.word, region.verdict.mark.tone)])
    }
    let omitted = regions.count - table.rows.count
    return table.lines(width: width, style: style)
      + (omitted > 0 ? style.line("and \(omitted) more", .dim).wrapped(to: width) : [])
  }
}

extension Assessment.Verdict {
  /// What a reader looks at first.
  var urgency: Int {
    switch self {
    case .failed: 0
    case .timedOut: 1
    case .inconclusive: 2
    case .interrupted, .superseded: 3
    case .pending: 4
    case .passed: 5
    }
  }
}

extension String {
  /// The text with spaces after it, up to so many characters; for marks, whose characters are one cell wide.
  func padding(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }
}
