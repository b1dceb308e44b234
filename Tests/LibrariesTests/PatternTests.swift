import Libraries
import Testing

/// PCRE2's face.
struct PatternTests {
  private func match(_ pattern: String, _ text: String, from start: Int = 0, anchored: Bool = false) throws -> [Range<
    Int
  >?]? {
    try PatternMatcher().match(
      Pattern(pattern), in: Array(text.utf8), from: start, to: text.utf8.count, anchored: anchored)
  }

  @Test func groupsAreToldWithTheMatch() throws {
    #expect(try match("k=(a)?(b+)", "xx k=bb") == [3..<7, nil, 5..<7])
    #expect(try match("k=(a)?(b+)(c)?", "xx k=bb") == [3..<7, nil, 5..<7, nil])
    #expect(try match("absent", "xx") == nil)
  }

  @Test func anAnchoredMatchBeginsAtItsPlaceAndSeesWhatIsBefore() throws {
    #expect(try match("b", "ab", anchored: true) == nil)
    #expect(try match("(?<=a)b", "ab", from: 1, anchored: true) == [1..<2])
  }

  @Test func bytesThatAreNoTextAreMatchedAsBytes() throws {
    let matcher = PatternMatcher()
    #expect(
      try matcher.match(Pattern(#"\xff\x00b"#), in: [0x61, 0xFF, 0, 0x62], from: 0, to: 4, anchored: false) == [1..<4])
  }

  @Test func aBadPatternIsRefusedWithItsPlace() {
    let fault = #expect(throws: Pattern.Fault.self) { try Pattern("ab(c") }
    #expect(fault?.offset == 4 && fault?.reason.isEmpty == false)
  }

  @Test func aMatchThatTakesTooLongIsAbandonedAndNotMissed() {
    #expect(throws: PatternMatcher.Abandoned.self) {
      try match("(a+)+(b|c)*x(?1)y|(a*)*z(?=q)", String(repeating: "a", count: 60_000) + "!")
    }
  }
}
