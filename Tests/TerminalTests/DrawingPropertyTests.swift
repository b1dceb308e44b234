import Cutover
import Terminal
import TestSupport
import Testing
import Vocabulary

@testable import Terminal

/// What every picture and report keeps to, whatever they show; a failing seed is printed and can be run alone.
struct DrawingPropertyTests {
  static let styles = GoldenTests.styles.map(\.1)

  /// What a terminal shows of a line: everything but the colours.
  static func visible(_ line: some StringProtocol) -> String {
    var result = ""
    var isInSequence = false
    for scalar in line.unicodeScalars {
      if isInSequence {
        isInSequence = scalar != "m"
      } else if scalar == "\u{1B}" {
        isInSequence = true
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  @Test(arguments: 0..<60) func picturesStayInsideTheirScreen(seed: Int) {
    var scenes = RandomScenes(seed: UInt64(seed))
    let state = scenes.state()
    let now = scenes.at()
    let width = scenes.number(20...200)
    let height = scenes.number(1...60)
    for style in DrawingPropertyTests.styles {
      let frame = LiveView.frame(state, at: now, width: width, height: height, style: style)
      #expect(frame.count <= height, "seed \(seed)")
      for line in frame {
        let text = DrawingPropertyTests.visible(line)
        #expect(text.displayWidth <= width, "seed \(seed), width \(width): \(text)")
        #expect(text.harmless == text, "seed \(seed)")
        if style.color == .none { #expect(!line.contains("\u{1B}"), "seed \(seed)") }
        if style.characters == .ascii { #expect(text.utf8.allSatisfy { $0 < 0x80 }, "seed \(seed): \(text)") }
      }
    }
    let style = DrawingPropertyTests.styles[seed % 4]
    #expect(
      LiveView.frame(state, at: now, width: width, height: height, style: style)
        == LiveView.frame(state, at: now, width: width, height: height, style: style), "seed \(seed)")
  }

  @Test(arguments: 0..<60) func reportsStayInsideTheirWidth(seed: Int) throws {
    var scenes = RandomScenes(seed: UInt64(seed))
    let assessment = scenes.assessment()
    let width = scenes.number(20...200)
    for style in DrawingPropertyTests.styles {
      let text = ReportText.render(assessment, style: style, width: width)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      for line in lines {
        let shown = DrawingPropertyTests.visible(line)
        #expect(shown.displayWidth <= max(24, width), "seed \(seed), width \(width): \(shown)")
        #expect(shown.harmless == shown, "seed \(seed)")
        if style.color == .none { #expect(!line.contains("\u{1B}"), "seed \(seed)") }
        if style.characters == .ascii { #expect(shown.utf8.allSatisfy { $0 < 0x80 }, "seed \(seed): \(shown)") }
      }
      #expect(try #require(lines.last) == "verdict: \(assessment.verdict.rawValue)", "seed \(seed)")
    }
  }

  @Test(arguments: 0..<60) func tablesStayInsideTheirWidthAndKeepNumbersAndIdsWhole(seed: Int) {
    var scenes = RandomScenes(seed: UInt64(seed))
    let id = "AJ_\(scenes.number(1...1_000_000_000))x"
    let number = "\(scenes.number(0...1_000_000_000))"
    var table = Table([
      Table.Column("name", .name(minimum: 4)), Table.Column("id", .identifier), Table.Column("number", .number),
      Table.Column("sentence", .text(minimum: 4), dropped: 1),
    ])
    table.rows = (0..<scenes.number(1...5)).map { _ in
      Table.Row([Table.Cell(scenes.name()), Table.Cell(id), Table.Cell(number), Table.Cell(scenes.sentence())])
    }
    let width = scenes.number(20...120)
    for style in DrawingPropertyTests.styles {
      let text = DrawingPropertyTests.visible(table.render(width: width, style: style))
      for line in text.split(separator: "\n") {
        #expect(line.displayWidth <= width, "seed \(seed), width \(width): \(line)")
      }
      #expect(text.contains(id), "seed \(seed), width \(width)")
      #expect(text.contains(number), "seed \(seed), width \(width)")
    }
  }
}
