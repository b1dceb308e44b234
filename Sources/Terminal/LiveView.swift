import Cutover
package import Vocabulary

/// The picture of a run at one moment: a pure function of state, size and style.
package enum LiveView {
  /// Below this width there is no picture worth drawing; `LiveScreen` prints plain lines instead.
  package static let leastWidth = 40

  /// The lines of the picture: none wider than `width` cells, never more than `height`, no line feeds.
  ///
  /// What does not fit is left out in a fixed order: older events and drained instances, hints, evidence, empty lines,
  /// regions, instances, ended steps, events, forecast, reasons, sessions; title, verdict and the conditions' states last.
  package static func frame(
    _ state: LiveState, at now: Timestamp, width: Int, height: Int, style: TextStyle
  ) -> [String] {
    guard width > 0, height > 0 else { return [] }
    let canvas = LiveCanvas(state: state, now: now, width: width, style: style)
    var lines: [Line] = []
    var drawn: [LiveCanvas.Section: [Line]] = [:]
    for detail in LiveDetail.ladder {
      lines = canvas.lines(detail, drawn: &drawn)
      if lines.count <= height { break }
    }
    return lines.prefix(height).map { $0.cutAtEnd(to: width, style).trimmed.rendered(style) }
  }
}

/// How much of each section is drawn.
struct LiveDetail {
  var hints = true
  var events = LiveDetail.mostEvents
  var instances = 12
  var spacing = Spacing.all
  var evidence = true
  var regions = true
  var steps = true
  var forecast = true
  var reasons = true
  var sessions = true

  static let mostEvents = 8

  /// Where empty lines stand.
  enum Spacing { case all, aroundConditions, none }

  /// From everything to almost nothing, in the fixed order in which a shrinking screen loses it.
  static let ladder: [LiveDetail] = {
    let losses: [(inout LiveDetail) -> Void] = [
      { $0.events = 5 }, { $0.instances = 6 }, { $0.hints = false }, { $0.evidence = false }, { $0.events = 3 },
      { $0.spacing = .aroundConditions }, { $0.instances = 4 }, { $0.spacing = .none }, { $0.instances = 3 },
      { $0.events = 2 }, { $0.instances = 2 }, { $0.events = 1 }, { $0.regions = false }, { $0.instances = 0 },
      { $0.steps = false }, { $0.events = 0 }, { $0.forecast = false }, { $0.reasons = false }, { $0.sessions = false },
    ]
    var detail = LiveDetail()
    return [detail]
      + losses.map { lose in
        lose(&detail)
        return detail
      }
  }()
}
