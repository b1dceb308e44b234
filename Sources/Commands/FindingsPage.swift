import CommandLine
import Vocabulary

/// The catalogue of findings as a page of the manual: `man 7 sluice-findings`.
enum FindingsPage {
  static var page: ManualPage {
    ManualPage.terms(
      name: "sluice-findings", section: 7, summary: "what sluice finds wrong, by code",
      description: """
        A finding is a root cause; its symptoms are its evidence. A code never changes its meaning, and new codes are \
        added at the end of a family.
        """,
      groups: FindingCatalogue.families.map { family in
        (
          "\(family.letters): \(family.subject)",
          family.entries.map { ($0.code.rawValue, $0.title, ["Shown by: \($0.signs).", "Remedy: \($0.remedy)."]) }
        )
      }, footer: "sluice \(Sluice.version)")
  }
}
