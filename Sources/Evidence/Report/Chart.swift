import Cutover
import Terminal
import Vocabulary

/// Draws the chart as SVG, for one width: numbers in, markup out.
struct Chart {
  let data: ChartData
  let width: Double
  /// Makes ids of this drawing its own: a page holds one for wide and one for narrow screens.
  let prefix: String

  private var isNarrow: Bool { width < 500 }
  private var left: Double { isNarrow ? 40 : 116 }
  private var right: Double { isNarrow ? 14 : 96 }
  private var markTop: Double { 14 }
  private var plotTop: Double { markTop + Double(markLevels) * 16 + 6 }
  private var plotHeight: Double { isNarrow ? 170 : 230 }
  private var plotBottom: Double { plotTop + plotHeight }
  private var plotWidth: Double { width - left - right }
  private var rowTop: Double { plotBottom + 34 }
  private var rows: [ChartData.Row] { data.rows.filter { !$0.moments.isEmpty || $0.kind == .late || $0.kind == .cut } }
  private var laneTop: Double { rowTop + Double(rows.count) * 20 + 12 }
  private var height: Double { laneTop + Double(data.lanes.count) * 26 + 6 }

  var svg: Markup {
    """
    <svg class="\(prefix)" viewBox="0 0 \(width.short) \(height.short)" role="img" aria-labelledby="\(prefix)-title \(prefix)-text">
    <title id="\(prefix)-title">Active sessions by version over time</title>
    <desc id="\(prefix)-text">\(data.sentence)</desc>
    \(patterns)\(background)\(axes)\(markLines)\(lines)\(markLabels)\(signs)\(lanes)</svg>

    """
  }

  // MARK: Places

  private func x(_ moment: Timestamp) -> Double {
    let whole = (data.to - data.from).seconds
    let part = (max(data.from, min(moment, data.to)) - data.from).seconds
    return left + plotWidth * (whole > 0 ? part / whole : 0)
  }

  private func y(_ active: Int) -> Double { plotBottom - plotHeight * Double(active) / Double(ceiling) }

  /// The step between two lines of the grid, and the highest of them.
  private var step: Int {
    var step = 1
    while Double(data.highest) / Double(step) > 5 {
      let lead = String(step).first
      step = lead == "2" ? step / 2 * 5 : step * 2
    }
    return step
  }
  private var ceiling: Int { (data.highest + step - 1) / step * step }

  // MARK: Ground

  private var patterns: Markup {
    """
    <defs><pattern id="\(prefix)-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
    <path class="hatch" d="M0 0V6"/></pattern>\
    <pattern id="\(prefix)-dots" width="6" height="6" patternUnits="userSpaceOnUse"><circle class="dot" cx="2" cy="2" r="1"/></pattern></defs>

    """
  }

  private var background: Markup {
    var result = Markup.empty
    if let drain = data.drain, x(drain.upperBound) > x(drain.lowerBound) {
      result +=
        "<rect class=\"drain\" x=\"\(x(drain.lowerBound).short)\" y=\"\(plotTop.short)\" width=\"\((x(drain.upperBound) - x(drain.lowerBound)).short)\" height=\"\(plotHeight.short)\"><title>drain window</title></rect>\n"
    }
    for gap in data.unknown.prefix(200) {
      let wide = max(1, x(gap.upperBound) - x(gap.lowerBound))
      result +=
        "<rect fill=\"url(#\(prefix)-dots)\" x=\"\(x(gap.lowerBound).short)\" y=\"\(plotTop.short)\" width=\"\(wide.short)\" height=\"\(plotHeight.short)\"><title>not known</title></rect>\n"
    }
    return result
  }

  private var axes: Markup {
    var result = Markup.empty
    for value in stride(from: 0, through: ceiling, by: step) {
      result += """
        <path class="\(value == 0 ? "axis" : "grid")" d="M\(left.short) \(y(value).short)H\((left + plotWidth).short)"/>\
        <text class="tick end" x="\((left - 7).short)" y="\((y(value) + 4).short)">\(value.grouped)</text>

        """
    }
    for tick in ticks {
      let place = x(tick)
      let text = tickStep < .seconds(60) ? tick.timeOfDay : String(tick.timeOfDay.prefix(5))
      result += """
        <path class="axis" d="M\(place.short) \(plotBottom.short)v5"/>\
        <text class="tick middle" x="\(min(place, width - 27).short)" y="\((plotBottom + 19).short)">\(text)</text>

        """
    }
    return result
  }

  private var tickStep: Duration {
    let steps: [Int64] = [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400, 172_800,
      604_800,
    ]
    let least = (data.to - data.from).seconds / max(1, plotWidth / 84)
    return .seconds(steps.first { Double($0) >= least } ?? steps[steps.count - 1])
  }

  private var ticks: [Timestamp] {
    let step = tickStep.nanoseconds
    var tick = (data.from.nanoseconds / step) * step
    var found: [Timestamp] = []
    while tick <= data.to.nanoseconds, found.count < 100 {
      if tick >= data.from.nanoseconds { found.append(Timestamp(nanoseconds: tick)) }
      tick += step
    }
    return found
  }

  // MARK: Versions

  private var lines: Markup {
    var result = Markup.empty
    var labels: [(y: Double, place: Int)] = []
    for (place, series) in data.series.enumerated() {
      let path = path(of: series)
      result += "<path class=\"line v\(place)\" d=\"\(path)\"><title>\(series.name)</title></path>\n"
      if let last = series.values.last(where: { $0.active != nil })?.active { labels.append((y(last), place)) }
    }
    guard !isNarrow else { return result }
    // Labels at the lines' ends, apart from each other.
    var floor = plotBottom + 4
    for label in labels.sorted(by: { $0.y > $1.y }) {
      let place = min(label.y + 4, floor)
      floor = place - 15
      result +=
        "<text class=\"name v\(label.place)\" x=\"\((left + plotWidth + 8).short)\" y=\"\(place.short)\">\(data.series[label.place].name.shortened(to: 13))</text>\n"
    }
    return result
  }

  /// Steps from sample to sample; where a number was not known the line ends. At most four values a column are drawn.
  private func path(of series: ChartData.Series) -> String {
    var text = ""
    var column: [(x: Double, y: Double)] = []
    var isOpen = false
    func flush() {
      guard let first = column.first, let last = column.last else { return }
      var kept = [first]
      if column.count > 2 {
        kept += [column.min { $0.y < $1.y }, column.max { $0.y < $1.y }].compactMap(\.self)
        kept.append(last)
        kept.sort { $0.x < $1.x }
      } else if column.count == 2 {
        kept.append(last)
      }
      for point in kept {
        text += isOpen ? "H\(point.x.short)V\(point.y.short)" : "M\(point.x.short) \(point.y.short)"
        isOpen = true
      }
      column.removeAll(keepingCapacity: true)
    }
    for value in series.values {
      let place = x(value.at)
      guard let active = value.active else {
        flush()
        if isOpen { text += "H\(place.short)" }
        isOpen = false
        continue
      }
      if let first = column.first, place - first.x >= 1 { flush() }
      column.append((place, y(active)))
    }
    flush()
    return text
  }

  // MARK: Moments

  /// Labels of moments, each in the first line in which it has room.
  private var placedMarks: [(mark: ChartData.Mark, x: Double, level: Int, isLeft: Bool)] {
    var ends: [Double] = []
    return data.marks.sorted { $0.at < $1.at }.map { mark in
      let place = x(mark.at)
      let wide = Double(mark.name.count) * 7 + 16
      let isLeft = place + wide > width
      let begin = isLeft ? place - wide : place - 6
      let level = ends.firstIndex { $0 <= begin } ?? ends.count
      if level == ends.count { ends.append(0) }
      ends[level] = begin + wide
      return (mark, place, level, isLeft)
    }
  }
  private var markLevels: Int { (placedMarks.map(\.level).max() ?? 0) + 1 }

  private var markLines: Markup {
    placedMarks.map { placed -> Markup in
      let top = markTop + Double(placed.level) * 16 + 2
      return "<path class=\"moment\" d=\"M\(placed.x.short) \(top.short)V\(plotBottom.short)\"/>\n"
    }.joined(by: "")
  }

  private var markLabels: Markup {
    placedMarks.map { placed -> Markup in
      let base = markTop + Double(placed.level) * 16
      let start: Markup = placed.isLeft ? " end" : ""
      return """
        <path class="pin" d="M\((placed.x - 4).short) \((base - 7).short)h8l-4 7z"/>\
        <text class="mark\(start)" x="\((placed.x + (placed.isLeft ? -8 : 8)).short)" y="\(base.short)">\(placed.mark.name)\
        <title>\(placed.mark.name) at \(placed.mark.at.description)</title></text>

        """
    }.joined(by: "")
  }

  // MARK: Signs

  private var signs: Markup {
    rows.enumerated().map { place, row -> Markup in
      let middle = rowTop + Double(place) * 20 + 8
      var signs = Markup.empty
      var moments = row.moments[...]
      while let first = moments.first {
        // Signs that would cover each other are one with their number.
        let near = moments.prefix { x($0) - x(first) < 11 }
        moments = moments.dropFirst(near.count)
        let when = near.count == 1 ? first.timeOfDay : "\(first.timeOfDay) to \(near.last?.timeOfDay ?? "")"
        signs += """
          <g class="sign \(row.kind.style)"><title>\(near.count) \(row.kind.rawValue), \(when)</title>\
          <path d="\(row.kind.path(x(first), middle))"/></g>

          """
      }
      let label = isNarrow ? row.kind.short : row.kind.rawValue
      return """
        <path class="grid" d="M\(left.short) \(middle.short)H\((left + plotWidth).short)"/>\
        <text class="lane end" x="\((left - 7).short)" y="\((middle + 4).short)">\(label)\(isNarrow ? "" : " \(row.moments.count.grouped)")</text>
        \(signs)
        """
    }.joined(by: "")
  }

  private var lanes: Markup {
    data.lanes.enumerated().map { place, lane -> Markup in
      let top = laneTop + Double(place) * 26
      let label = isNarrow ? lane.kind.letter : "\(lane.kind.letter) \(lane.kind.inFewWords)"
      let spans = lane.spans.map { span -> Markup in
        let wide = max(4, x(span.to) - x(span.from))
        let begin = min(x(span.from), left + plotWidth - 4)
        let word = span.state.word
        let text: Markup =
          Double(word.count) * 6.8 + 10 > wide
          ? ""
          : "<text class=\"word\" x=\"\((begin + 6).short)\" y=\"\((top + 14).short)\">\(word)</text>"
        let hatch: Markup =
          span.state == .failed || span.state == .timedOut
          ? "<rect fill=\"url(#\(prefix)-hatch)\" x=\"\(begin.short)\" y=\"\(top.short)\" width=\"\(wide.short)\" height=\"20\"/>"
          : ""
        return """
          <g class="span \(span.state.rawValue)"><title>\(lane.kind.letter) \(word), \(span.from.timeOfDay) to \(span.to.timeOfDay)</title>\
          <rect class="fill" x="\(begin.short)" y="\(top.short)" width="\(wide.short)" height="20" rx="2"/>\(hatch)\(text)</g>

          """
      }
      // How it stands at the end is the verdict's, however short it was seen to last.
      let end: Markup =
        isNarrow
        ? ""
        : lane.spans.last.map { span in
          "<g class=\"\(span.state.rawValue)\"><text class=\"word\" x=\"\((left + plotWidth + 8).short)\" y=\"\((top + 14).short)\">\(span.state.word)</text></g>\n"
        } ?? ""
      return
        "<text class=\"lane end\" x=\"\((left - 7).short)\" y=\"\((top + 14).short)\">\(label)</text>\n\(spans)\(end)"
    }.joined(by: "")
  }
}

extension ChartData.Row.Kind {
  fileprivate var style: String {
    switch self {
    case .late: "late"
    case .cut: "cut"
    case .stops: "stop"
    case .lost: "lost"
    }
  }

  fileprivate var short: String { self == .lost ? "lost" : rawValue }

  /// Its sign around a point: a triangle, a cross, a hollow and a filled square.
  fileprivate func path(_ x: Double, _ y: Double) -> String {
    switch self {
    case .late: "M\(x.short) \((y - 6).short)l6 11h-12z"
    case .cut: "M\((x - 5).short) \((y - 5).short)l10 10m0 -10l-10 10"
    case .stops, .lost: "M\((x - 4).short) \((y - 4).short)h8v8h-8z"
    }
  }
}

extension Assessment.Condition.Kind {
  /// What it says in so few words that they fit beside a lane.
  var inFewWords: String {
    switch self {
    case .newSessionsLand: "new on new"
    case .oldStopsReceiving: "none on old"
    case .oldDrains: "old drains"
    }
  }
}

extension Double {
  /// The number with at most one decimal, as SVG takes it.
  var short: String {
    guard isFinite else { return "0" }
    let tenths = Int64((self * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let size = tenths.magnitude
    return size % 10 == 0 ? "\(sign)\(size / 10)" : "\(sign)\(size / 10).\(size % 10)"
  }
}

extension String {
  /// The text with its middle left out where it is longer.
  func shortened(to limit: Int) -> String {
    guard count > limit else { return self }
    let head = (limit - 1) / 2 + (limit - 1) % 2
    return "\(prefix(head))…\(suffix(limit - 1 - head))"
  }
}
