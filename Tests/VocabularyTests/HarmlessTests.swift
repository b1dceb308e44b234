import Testing
import Vocabulary

struct HarmlessTests {
  @Test(arguments: [
    ("plain text, ünïcode, 語, 😀", "plain text, ünïcode, 語, 😀"),
    ("a\nb\r\tc", "a\\nb\\r\\tc"),
    ("\u{1b}[31mred", "\\u{1b}[31mred"),
    ("\u{9b}31m", "\\u{9b}31m"),
    ("\u{7f}\u{0}", "\\u{7f}\\u{0}"),
    ("abc\u{202e}fdp.exe", "abc\\u{202e}fdp.exe"),
    ("zero\u{200b}width\u{feff}", "zero\\u{200b}width\\u{feff}"),
    ("line\u{2028}and\u{2029}", "line\\u{2028}and\\u{2029}"),
    ("\u{e000}", "\\u{e000}"),
    ("", ""),
  ])
  func whatATerminalCouldTakeForSomethingElseIsShown(text: String, expected: String) {
    #expect(text.harmless == expected)
    #expect(text.harmless.harmless == expected)
  }

  @Test func noControlCharacterIsLeft() {
    for value in UInt32(0)...0x2FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let shown = String(scalar).harmless
      #expect(shown.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) })
    }
  }
}
