/// Every finding that the program knows, as data: commands show titles from it, and its manual page is made from it.
package enum FindingCatalogue {
  /// What a code means.
  package struct Entry: Sendable {
    /// The code; its number is never used for anything else.
    package let code: FindingCode
    /// What is wrong, in a few words.
    package let title: String
    /// What shows it.
    package let signs: String
    /// What helps, in short.
    package let remedy: String

    /// An entry.
    package init(_ code: FindingCode, _ title: String, signs: String, remedy: String) {
      self.code = code
      self.title = title
      self.signs = signs
      self.remedy = remedy
    }
  }

  /// A family of codes, which share their three letters.
  package struct Family: Sendable {
    /// The letters: `SIG`.
    package let letters: String
    /// What its findings are about.
    package let subject: String
    /// Its entries by number.
    package let entries: [Entry]
  }

  /// All families, in the order of a session's way: the signal, the drain, the route, the start, the run, the rest.
  package static let families = [
    Family(letters: "SIG", subject: "The stop signal's way to the agent", entries: signals),
    Family(letters: "DRN", subject: "The drain", entries: drains),
    Family(letters: "RTE", subject: "Where sessions go", entries: routes),
    Family(letters: "INI", subject: "The start of workers and their processes", entries: starts),
    Family(letters: "RUN", subject: "Running workers", entries: runs),
    Family(letters: "CON", subject: "The connection to LiveKit", entries: connections),
    Family(letters: "CMP", subject: "Contracts between two versions", entries: contracts),
    Family(letters: "CLK", subject: "The clocks of a drain", entries: clocks),
    Family(letters: "OBS", subject: "What can be seen", entries: sights),
    Family(letters: "SES", subject: "Sessions", entries: sessions),
    Family(letters: "PLT", subject: "The platform", entries: platforms),
  ]

  private static let byCode = Dictionary(uniqueKeysWithValues: families.flatMap(\.entries).map { ($0.code, $0) })

  /// What a code means; nil for a code that a newer program wrote.
  package static func entry(_ code: FindingCode) -> Entry? { byCode[code] }
}

extension FindingCode {
  /// The catalogue's title; nil for a code that this program does not know.
  package var title: String? { FindingCatalogue.entry(self)?.title }
}
