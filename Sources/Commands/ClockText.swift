import Terminal
import Triage
import Vocabulary

/// The clocks of a stop and what was observed of them, as people read it.
struct ClockText {
  let clocks: ClockTable
  let width: Int
  let style: TextStyle

  /// The table, then each stop in a line; no line feed at the end.
  var text: String {
    let page = FindingText(width: width, style: style)
    var table = Table(
      [
        .init("layer", .text(minimum: 20)), .init("window", .number),
        .init("controlled by", .text(minimum: 20), dropped: 1),
        .init("observed", .text(minimum: 12)),
      ], indent: 2)
    table.rows = clocks.layers.map { layer in
      Table.Row([
        .init(layer.layer, layer.observed == nil ? .dim : .plain), .init(Duration.seconds(layer.windowSeconds).text),
        .init(layer.controls, .dim), .init(layer.observed ?? "-", layer.observed == nil ? .dim : .warn),
      ])
    }
    // Where everything ended by itself no clock matters.
    let isBound = clocks.stops.contains { $0.outcome != .drained && $0.outcome != .forced }
    var lines = ["clocks:"] + (isBound ? [table.render(width: width, style: style)] : [])
    lines += clocks.stops.prefix(20).map { page.wrap("\($0.worker): \($0.explanation)", indent: 2) }
    if clocks.stops.count > 20 { lines.append("  and \(clocks.stops.count - 20) more") }
    if !clocks.suspects.isEmpty {
      lines.append(page.wrap("none of these clocks fits; look for:", indent: 2))
      lines += clocks.suspects.map { page.wrap("- \($0)", indent: 4) }
    }
    return lines.joined(separator: "\n")
  }
}
