import Cutover
import Journal
import Terminal
import Vocabulary

/// What the chart shows, by time alone: nothing in it knows of pixels.
struct ChartData {
  let from: Timestamp
  let to: Timestamp
  let series: [Series]
  /// Versions that are not drawn, because there are too many.
  let omitted: [String]
  /// Where some version's number was not known.
  let unknown: [Range<Timestamp>]
  let marks: [Mark]
  let rows: [Row]
  let lanes: [Lane]
  /// From the cutover's drain request to the end of the binding clock, as far as it is within the chart.
  let drain: Range<Timestamp>?
  let highest: Int

  /// One version's active sessions; nil where they were not known.
  struct Series {
    let name: String
    let role: String
    let values: [(at: Timestamp, active: Int?)]
  }

  /// A moment of the rollout.
  struct Mark {
    let name: String
    let at: Timestamp
  }

  /// Events of one kind: the signs in a row under the plot.
  struct Row {
    let kind: Kind
    let moments: [Timestamp]

    enum Kind: String { case late, cut, stops, lost = "stops, unclean" }
  }

  /// How one condition stood over time.
  struct Lane {
    let kind: Assessment.Condition.Kind
    let spans: [(from: Timestamp, to: Timestamp, state: Assessment.Condition.State)]
  }

  /// How many versions are drawn.
  static let seriesLimit = 6

  /// The chart of a run; nil: there is no sample to draw.
  init?(_ run: RunHistory) {
    guard let assessment = run.assessment, let rollout = run.plan?.rollout, let first = run.points.first,
      let last = run.points.last
    else { return nil }
    from = min(rollout.began, first.at)
    let to = max(last.at, from + .seconds(1))
    self.to = to
    var peaks: [String: Int] = [:]
    for point in run.points {
      for entry in point.versions { peaks[entry.version] = max(peaks[entry.version] ?? 0, entry.counts.active ?? 0) }
    }
    let shown = assessment.shownVersions.filter { peaks[$0.name] != nil }
    let others = shown.dropFirst(2).filter { (peaks[$0.name] ?? 0) > 0 }
      .sorted { (peaks[$0.name] ?? 0, $1.name) > (peaks[$1.name] ?? 0, $0.name) }
    let drawn = Array(shown.prefix(2)) + others.prefix(Self.seriesLimit - 2)
    omitted = others.dropFirst(Self.seriesLimit - 2).map(\.name)
    series = drawn.map { version in
      Series(
        name: version.name, role: version.role,
        values: run.points.map { point in
          (point.at, point.versions.first { $0.version == version.name }?.counts.active)
        })
    }
    highest = max(1, series.flatMap { $0.values.compactMap(\.active) }.max() ?? 1)
    var unknown: [Range<Timestamp>] = []
    for (place, point) in run.points.enumerated() where point.isUnknown {
      let until = place + 1 < run.points.count ? run.points[place + 1].at : to
      if let open = unknown.last, open.upperBound == point.at {
        unknown[unknown.count - 1] = open.lowerBound..<max(open.lowerBound, until)
      } else {
        unknown.append(point.at..<max(point.at, until))
      }
    }
    self.unknown = unknown
    let window = assessment.window
    let moments: [(String, Timestamp?)] = [
      (rollout.kind == .observed ? "rollout" : rollout.kind == .rollback ? "rollback" : "deploy", rollout.began),
      ("serving", window.servingAt), ("drain", window.drainRequestedAt), ("cutover", window.cutoverAt),
      (assessment.verdict.word, window.endedAt),
    ]
    let (from, end) = (self.from, to)
    marks = moments.compactMap { name, at in
      at.flatMap { $0 >= from && $0 <= end + .seconds(1) ? Mark(name: name, at: min($0, end)) : nil }
    }
    func within(_ moment: Timestamp?) -> Timestamp? { moment.flatMap { $0 >= from ? min($0, end) : nil } }
    let ended = run.instances.filter { !$0.isPast }
    rows = [
      Row(kind: .late, moments: run.sessions.filter(\.isLate).compactMap { within($0.start?.at) }),
      Row(kind: .cut, moments: run.sessions.filter { $0.ending == .cut }.compactMap { within($0.end?.at) }),
      Row(kind: .stops, moments: ended.filter(\.endedCleanly).compactMap { within($0.end?.at) }),
      Row(kind: .lost, moments: ended.filter { !$0.endedCleanly }.compactMap { within($0.end?.at) }),
    ].map { Row(kind: $0.kind, moments: $0.moments.sorted()) }
    lanes = Assessment.Condition.Kind.allCases.enumerated().map { place, kind in
      var spans: [(from: Timestamp, to: Timestamp, state: Assessment.Condition.State)] = []
      var state = Assessment.Condition.State.pending
      var since = from
      for point in run.points where point.states.indices.contains(place) && point.states[place] != state {
        if point.at > since { spans.append((since, point.at, state)) }
        (state, since) = (point.states[place], point.at)
      }
      // How the watch ended is the verdict's word, which samples alone may not have reached.
      let last = assessment.conditions.first { $0.id == kind }?.state ?? state
      spans.append((since, to, run.isVerdictRecorded ? last : state))
      return Lane(kind: kind, spans: spans)
    }
    drain = window.drainRequestedAt.flatMap { told in
      guard let limit = window.drain.effective, told < end else { return nil }
      return max(told, from)..<min(end, max(told, from) + limit)
    }
  }

  /// The chart in one sentence, for those who do not see it.
  var sentence: String {
    let ends = series.map { series in
      let values = series.values.map { $0.active.map(String.init) ?? "not known" }
      return
        "\(series.name) (\(series.role)) from \(values.first ?? "?") to \(values.last ?? "?"), at most \((series.values.compactMap(\.active).max() ?? 0))"
    }
    let moments = marks.map { "\($0.name) at \($0.at.timeOfDay)" }
    let counts = rows.map { "\($0.moments.count) \($0.kind.rawValue)" }
    return "Active sessions from \(from.timeOfDay) to \(to.timeOfDay) UTC: \(ends.joined(separator: "; ")). "
      + "\(moments.joined(separator: ", ")). \(counts.joined(separator: ", "))."
  }
}

extension InstanceStory {
  /// Whether its end is known to have been its own: status 0, or the end of its drain.
  var endedCleanly: Bool { end != nil && (exit?.exitCode == 0 || endPhrase == "drained") }
}
