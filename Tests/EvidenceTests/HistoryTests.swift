import Testing

@testable import Evidence

@Suite struct HistoryTests {
  @Test func somethingMissingMakesAnItemPartial() {
    #expect(Completeness(missing: []) == .complete)
    #expect(Completeness(missing: ["a", "b"]) == .partial("a; b"))
  }
}
