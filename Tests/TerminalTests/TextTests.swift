import Cutover
import Testing
import Vocabulary

@testable import Terminal

struct DisplayWidthTests {
  /// Cells as tmux 3.3 and Unicode's EastAsianWidth.txt have them.
  @Test(arguments: [
    ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("版本", 4), ("한국", 4), ("ᄒ\u{1161}\u{11AB}", 2), ("ﾊﾝ", 2),
    ("ＡＢ", 4),
    ("🚀", 2), ("🇩🇪", 2), ("❤️", 2), ("✓", 1), ("→", 1), ("▁█", 2), ("𠀋", 2), ("नि", 2), ("…", 1),
  ])
  func textTakesTheCellsThatTerminalsGiveIt(text: String, cells: Int) {
    #expect(text.displayWidth == cells)
  }
}

struct LineTests {
  let style = TextStyle(color: .none, characters: .unicode)

  @Test(arguments: [
    (5, "ag…-7"), (8, "agen…k-7"), (11, "agent…ork-7"), (12, "agent-work-7"), (1, "a"), (0, ""),
  ])
  func namesAreCutInTheirMiddle(width: Int, expected: String) {
    #expect(style.line("agent-work-7").cutInMiddle(to: width, style).rendered(style) == expected)
  }

  @Test func aWideCharacterIsNotCutInHalf() {
    let line = style.line("版本一二三四五").cutInMiddle(to: 8, style)
    #expect(line.width <= 8)
    #expect(line.rendered(style) == "版本…五" || line.rendered(style) == "版本…四五")
  }

  @Test(arguments: [(11, "seen at …"), (12, "seen at …"), (13, "seen at 12345"), (20, "seen at 12345")])
  func linesEndAfterAWholeWord(width: Int, expected: String) {
    #expect(style.line("seen at 12345").cutAtEnd(to: width, style).rendered(style) == expected)
  }

  @Test func wordsWrapAndLongOnesBreakWithoutLoss() {
    let lines = style.line("one two threeandmoreandmore four").wrapped(to: 8).map { $0.rendered(style) }
    #expect(lines == ["one two", "threeand", "moreandm", "ore four"])
  }

  @Test func aNumberStaysWithItsUnit() {
    let lines = style.line("excluded at 95\u{A0}%").wrapped(to: 14).map { $0.rendered(style) }
    #expect(lines == ["excluded at", "95 %"])
  }

  @Test func colourIsSwitchedOffAtTheEndOfEachLine() {
    let coloured = TextStyle(color: .ansi, characters: .unicode)
    let line = coloured.line("a", .fail) + coloured.line("b") + coloured.line("c", .dim)
    #expect(line.rendered(coloured) == "\u{1B}[1;31ma\u{1B}[0mb\u{1B}[2mc\u{1B}[0m")
    #expect(line.rendered(style) == "abc")
  }

  @Test func textFromOutsideCannotSteerTheTerminal() {
    #expect(style.visible("a\u{1B}[31m\r\nb\u{202E}") == "a\\u{1b}[31m\\r\\nb\\u{202e}")
    #expect(style.visible("e\u{301}\u{301}\u{301}\u{301}\u{301}") == "e\u{301}\u{301}\u{301}\\u{301}\\u{301}")
  }

  @Test func asciiSpellsOutWhatItCannotShow() {
    #expect(TextStyle.plain.visible("v1 → v2 … né 版") == "v1 -> v2 ... n\\u{e9} \\u{7248}")
  }
}

struct TextStyleTests {
  typealias Environment = [String: String]

  @Test(arguments: [
    (ColorChoice.auto, true, ["TERM": "xterm-256color"], true), (.auto, false, ["TERM": "xterm"], false),
    (.auto, true, ["TERM": "dumb"], false), (.auto, true, [:], false),
    (.auto, true, ["TERM": "xterm", "NO_COLOR": "1"], false), (.auto, true, ["TERM": "xterm", "NO_COLOR": ""], true),
    (.always, false, ["NO_COLOR": "1", "TERM": "dumb"], true), (.never, true, ["TERM": "xterm"], false),
  ])
  func colourFollowsTheFlagThenTheEnvironment(
    choice: ColorChoice, isTerminal: Bool, environment: Environment, isColored: Bool
  ) {
    let style = TextStyle.decide(color: choice, isTerminal: isTerminal, environment: environment)
    #expect(style.color == (isColored ? .ansi : .none))
  }

  @Test(arguments: [
    ([:], TextStyle.Characters.ascii), (["LANG": "C.UTF-8"], .unicode), (["LANG": "de_DE.utf8"], .unicode),
    (["LANG": "C.UTF-8", "LC_ALL": "C"], .ascii), (["LANG": "C", "LC_CTYPE": "C.UTF-8"], .unicode),
    (["LANG": "C.UTF-8", "LC_ALL": ""], .unicode), (["LANG": "de_DE.ISO-8859-1"], .ascii),
  ])
  func charactersFollowTheLocale(environment: Environment, characters: TextStyle.Characters) {
    #expect(TextStyle.decide(color: .auto, isTerminal: true, environment: environment).characters == characters)
  }

  @Test(arguments: [
    (ProgressChoice.auto, true, ["TERM": "xterm"], ProgressMode.live), (.auto, false, ["TERM": "xterm"], .plain),
    (.auto, true, ["TERM": "dumb"], .plain), (.live, true, ["TERM": "dumb"], .plain), (.live, false, [:], .plain),
    (.plain, true, ["TERM": "xterm"], .plain), (.none, true, ["TERM": "xterm"], .none),
  ])
  func progressIsLiveOnlyWhereItCanBe(
    choice: ProgressChoice, isTerminal: Bool, environment: Environment, mode: ProgressMode
  ) {
    #expect(ProgressMode.decide(choice, isTerminal: isTerminal, environment: environment) == mode)
  }

  @Test func marksDifferWithoutColour() {
    for style in [TextStyle.plain, TextStyle(color: .none, characters: .unicode)] {
      #expect(Set(TextStyle.Mark.allCases.map(style.text)).count == TextStyle.Mark.allCases.count)
      #expect(TextStyle.Mark.allCases.allSatisfy { style.text($0).displayWidth <= style.markWidth })
    }
  }
}

struct TrendTests {
  let style = TextStyle(color: .none, characters: .unicode)

  @Test func zeroLowAndUnknownLookDifferent() {
    let trend = Trend([0, 1, nil, 100])
    #expect(trend.sparkline(width: 10, maximum: 100, style: style) == "▁▂?█")
    #expect(trend.sparkline(width: 10, maximum: 100, style: .plain) == "_.?#")
  }

  @Test func memoryIsBoundedAndTheNewestIsShown() {
    var trend = Trend()
    for number in 0..<100_000 { trend.append(number) }
    trend.append(7)
    #expect(trend.points.count <= 128)
    #expect(trend.points.last == 7)
    #expect(trend.sparkline(width: 20, maximum: 100_000, style: style).count == 20)
  }

  @Test func nothingIsDrawnOfNothing() {
    #expect(Trend().sparkline(width: 20, maximum: 0, style: style).isEmpty)
  }
}

struct WordingTests {
  @Test(arguments: [(0.2209, "22\u{A0}%"), (0.63, "63\u{A0}%"), (0.0299, "3.0\u{A0}%"), (0.003, "0.30\u{A0}%")])
  func sharesAreAsExactAsTheyAreSmall(share: Double, text: String) {
    #expect(percent(share) == text)
  }

  @Test(arguments: [
    (
      12, 12,
      "with 12 of 12 new sessions on v20260224201212, old instances taking more than 22\u{A0}% of the traffic are excluded at 95\u{A0}%"
    ),
    (12, 11, "11 of 12 new sessions on v20260224201212"),
  ])
  func exposureExcludesOnlyWhenAllLanded(sessions: Int, landed: Int, sentence: String) {
    var assessment = Scene.assessment()
    assessment.exposure = .init(sessions: sessions, onIncoming: landed, excludedShare: 0.2209)
    #expect(assessment.exposureSentence == sentence)
  }

  @Test func aCountThatNobodyKnowsIsNotZero() {
    #expect(SessionsTable.active(Scene.counts(active: nil)).text == "unknown")
    #expect(SessionsTable.active(nil).text == "unknown")
    #expect(SessionsTable.active(Scene.counts(active: 0)).text == "0")
  }
}
