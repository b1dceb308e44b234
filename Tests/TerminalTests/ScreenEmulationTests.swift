import TestSupport
import Testing

@testable import Terminal

/// What a terminal does with the sequences that a region writes, for characters of one cell.
struct EmulatedTerminal {
  let columns: Int
  private(set) var lines: [[Character]] = [[]]
  private var row = 0
  private var column = 0
  private var wraps = true
  private(set) var showsCursor = true

  init(columns: Int) { self.columns = columns }

  var text: [String] { lines.map { String($0) } }

  mutating func write(_ text: String) {
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\r": column = 0
      case "\n":
        row += 1
        if row == lines.count { lines.append([]) }
      case "\u{1B}":
        rest = rest.dropFirst()
        let parameters = String(rest.prefix { !$0.properties.isAlphabetic })
        rest = rest.dropFirst(parameters.unicodeScalars.count)
        if let command = rest.popFirst() { obey(command, parameters) }
      default: put(Character(scalar))
      }
    }
  }

  private mutating func obey(_ command: Unicode.Scalar, _ parameters: String) {
    switch (parameters, command) {
    case ("?7", _): wraps = command == "h"
    case ("?25", _): showsCursor = command == "h"
    case ("2", "K"): lines[row] = []
    case ("", "J"):
      lines[row] = Array(lines[row].prefix(min(column, columns - 1)))
      lines.removeSubrange((row + 1)...)
    case (_, "A"): row = max(0, row - (Int(parameters) ?? 1))
    case (_, "m"): break
    default: Issue.record("unexpected sequence \(parameters)\(command)")
    }
  }

  private mutating func put(_ character: Character) {
    if column == columns {
      guard wraps else {
        lines[row][columns - 1] = character
        return
      }
      write("\r\n")
    }
    while lines[row].count < column { lines[row].append(" ") }
    if column < lines[row].count { lines[row][column] = character } else { lines[row].append(character) }
    column += 1
  }
}

struct ScreenEmulationTests {
  @Test(arguments: 0..<100) func theScreenShowsTheLastPictureUnderAllLinesThatStay(seed: Int) {
    var scenes = RandomScenes(seed: UInt64(seed))
    let size = ScreenSize(columns: scenes.number(5...40), rows: 24)
    var terminal = EmulatedTerminal(columns: size.columns)
    var region = ScreenRegion()
    var stayed: [String] = []
    var picture: [String] = []
    for number in 0..<scenes.number(1...12) {
      picture = (0..<scenes.number(1...9)).map { _ in
        // Often the full width: there the cursor waits on the last character.
        let cells = scenes.chance(0.4) ? size.columns : scenes.number(0...size.columns)
        return String(repeating: "\(scenes.number(0...9))", count: cells)
      }
      let above = scenes.chance(0.3) ? ["L\(number)"] : []
      stayed += above
      terminal.write(region.replace(with: picture, above: above, size: size))
      #expect(terminal.text == stayed + picture, "seed \(seed)")
      #expect(!terminal.showsCursor, "seed \(seed)")
    }
    terminal.write(region.close())
    #expect(terminal.text == stayed + picture + [""], "seed \(seed)")
    #expect(terminal.showsCursor, "seed \(seed)")
  }
}
