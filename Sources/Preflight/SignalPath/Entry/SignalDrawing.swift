import Vocabulary

/// The processes from the platform to the agent as a drawing, each below the one that starts it.
package struct SignalDrawing: Hashable, Sendable {
  /// The signal, without `SIG`, and where it is set.
  let signal: String
  let signalPlace: Place?
  let chain: [ChainLink]

  /// The drawing's lines, an empty one first, none longer than the width unless a single word or place is.
  package func lines(width: Int) -> [String] {
    let origin = signalPlace.map { "  (\($0))" } ?? ""
    var lines = ["", "SIG\(signal)\(origin)", "  │"]
    var isTold = true
    for (depth, link) in chain.enumerated() {
      let isLast = depth == chain.count - 1
      let place = link.place?.description ?? ""
      let arrow = isTold ? "  ▼ " : "  ┆ "
      let room = width - arrow.count - 2 - place.count
      lines.append(arrow + padded(middleCut(link.text.harmless, to: max(20, room)), place, width: width - arrow.count))
      let mark = link.passesOn ? "✓" : "✗"
      let bar = isLast ? "    " : isTold && link.passesOn ? "  │ " : "  ┆ "
      let sign = isTold ? mark : "–"
      lines += wrapped("\(sign) \(link.reaction)", width: width, indent: bar)
      if !link.explanation.isEmpty { lines += wrapped(link.explanation, width: width, indent: bar + "  ") }
      isTold = isTold && link.passesOn
      if !isLast { lines.append(bar.trimmedEnd) }
    }
    return lines
  }

  private func padded(_ left: String, _ right: String, width: Int) -> String {
    let gap = width - left.count - right.count
    return right.isEmpty ? left : left + String(repeating: " ", count: max(2, gap)) + right
  }

  /// A text of at most so many cells, its middle left out.
  private func middleCut(_ text: String, to count: Int) -> String {
    guard text.count > count else { return text }
    let head = (count - 1) * 2 / 3
    return text.prefix(head) + "…" + text.suffix(count - 1 - head)
  }

  private func wrapped(_ text: String, width: Int, indent: String = "") -> [String] {
    var lines: [String] = []
    var line = indent
    for word in text.harmless.split(separator: " ") {
      if line.count > indent.count, line.count + 1 + word.count > width {
        lines.append(line)
        line = indent + word
      } else {
        line += (line.count > indent.count ? " " : "") + word
      }
    }
    return lines + [line]
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    var rest = self[...]
    while rest.last == " " { rest = rest.dropLast() }
    return String(rest)
  }
}
