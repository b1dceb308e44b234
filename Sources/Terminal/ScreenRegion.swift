/// The lines at the cursor that are drawn over and over: which escape sequences replace what stands there.
///
/// Pure: it returns what is to be written. The cursor rests at the end of the region's last line.
struct ScreenRegion {
  /// The cells that each drawn line takes.
  private var drawn: [Int] = []
  private var hidesCursor = false
  private var isClosed = false

  /// What replaces the region by other lines, and prints lines above it that stay.
  mutating func replace(with lines: [String], above: [String], size: ScreenSize) -> String {
    guard !isClosed, !(lines.isEmpty && above.isEmpty && drawn.isEmpty) else { return "" }
    var output = ""
    if !lines.isEmpty, !hidesCursor {
      hidesCursor = true
      output += "\u{1B}[?25l"
    }
    output += toTop(columns: size.columns)
    if !above.isEmpty {
      output += "\u{1B}[J" + above.map { $0 + "\r\n" }.joined()
    }
    // Without wrapping, a character that is wider here than we think cannot push the region out of place.
    // Each place is cleared before it is written: after a line of the full width the cursor stands on its last character.
    output += "\u{1B}[?7l"
    for line in lines.dropLast() { output += "\u{1B}[2K" + line + "\r\n" }
    output += "\u{1B}[J" + (lines.last ?? "") + "\u{1B}[?7h"
    drawn = lines.map(ScreenRegion.cells)
    return output
  }

  /// What leaves the region as it stands and gives the cursor back, on a line of its own; nothing the second time.
  mutating func close() -> String {
    guard !isClosed else { return "" }
    isClosed = true
    return (hidesCursor ? "\u{1B}[?25h" : "") + (drawn.isEmpty ? "" : "\r\n")
  }

  /// Moves to the first cell of the region, whose lines a narrower terminal has folded.
  private func toTop(columns: Int) -> String {
    let rows = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / max(1, columns)) }
    return rows > 1 ? "\r\u{1B}[\(rows - 1)A" : "\r"
  }

  /// The cells of a rendered line: what is left without its colour sequences.
  static func cells(_ line: String) -> Int {
    var width = 0
    var isInSequence = false
    for scalar in line.unicodeScalars {
      if isInSequence {
        if scalar == "m" { isInSequence = false }
      } else if scalar == "\u{1B}" {
        isInSequence = true
      } else {
        width += scalar.displayWidth
      }
    }
    return width
  }
}
