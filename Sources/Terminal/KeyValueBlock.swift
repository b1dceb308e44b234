/// Names and what belongs to them, one a line, the values under each other.
package struct KeyValueBlock: Sendable {
  /// The pairs in their order.
  package var pairs: [(key: String, value: Table.Cell)]

  /// A block.
  package init(_ pairs: [(key: String, value: Table.Cell)] = []) { self.pairs = pairs }

  /// Adds a pair at the end.
  package mutating func add(_ key: String, _ value: String, _ tone: TextStyle.Tone = .plain) {
    pairs.append((key, Table.Cell(value, tone)))
  }

  /// The block as text, values wrapped, no line wider than the width, no line feed at the end.
  package func render(width: Int, style: TextStyle) -> String {
    lines(width: width, style: style).map { $0.rendered(style) }.joined(separator: "\n")
  }

  func lines(width: Int, style: TextStyle) -> [Line] {
    let keys = pairs.map { style.line($0.key, .dim) }
    let room = (keys.map(\.width).max() ?? 0) + 2
    return zip(keys, pairs).flatMap { key, pair in
      let value = style.line(pair.value.text, pair.value.tone)
      guard room * 2 <= width else { return (key + .spaces(1) + value).wrapped(to: width, hanging: 2) }
      return value.wrapped(to: width - room).enumerated().map { index, line in
        ((index == 0 ? key.padded(to: room) : .spaces(room)) + line).trimmed
      }
    }
  }
}
