import Testing
import Vocabulary

struct FindingCatalogueTests {
  @Test(arguments: FindingCatalogue.families.map(\.letters))
  func theCodesOfAFamilyAreNumberedFromOneWithoutAGap(letters: String) throws {
    let family = try #require(FindingCatalogue.families.first { $0.letters == letters })
    let expected = family.entries.indices.map { index in
      let number = String(index + 1)
      return letters + "-" + String(repeating: "0", count: 3 - number.count) + number
    }
    #expect(family.entries.map(\.code.rawValue) == expected)
  }

  @Test func everyEntrySaysWhatItIsWhatShowsItAndWhatHelps() {
    let entries = FindingCatalogue.families.flatMap(\.entries)
    #expect(entries.count > 70)
    for entry in entries {
      #expect(!entry.title.isEmpty && !entry.signs.isEmpty && !entry.remedy.isEmpty, "\(entry.code)")
      #expect(!entry.remedy.hasSuffix("."), "\(entry.code)")
      #expect(entry.code.title == entry.title)
    }
  }

  @Test func aCodeFromTheFutureHasNoTitle() {
    #expect(FindingCode("SIG-999").title == nil)
  }

  @Test func confidenceFollowsFromTheStatusUnlessItIsGiven() {
    func finding(_ status: Finding.Status, _ confidence: Finding.Confidence? = nil) -> Finding {
      Finding(
        code: "SIG-001", status: status, severity: .info, confidence: confidence, summary: "s", evidence: [],
        remedy: "r")
    }
    #expect(finding(.confirmed).confidence == .high)
    #expect(finding(.suspected).confidence == .medium)
    #expect(finding(.unknown).confidence == .low)
    #expect(finding(.suspected, .high).confidence == .high)
  }
}
