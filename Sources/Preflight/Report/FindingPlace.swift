package import Vocabulary

/// A place in a file that a finding's evidence names.
package struct FindingPlace: Hashable, Sendable {
  /// The file's path, with `/` between its parts.
  package let path: String
  /// The line, from 1; nil for the file as a whole.
  package let line: Int?
  /// The column, from 1.
  package let column: Int?

  /// Reads a locator, `FILE`, `FILE:LINE` or `FILE:LINE:COLUMN`; nil for what names no file at hand: a journal's sequence, a
  /// git revision's file, one that a deploy recorded.
  package init?(locator: String, in root: ReportRoot = ReportRoot()) {
    var parts = locator.split(separator: ":", omittingEmptySubsequences: false)
    guard !locator.contains("://"), !locator.contains(": "), !locator.hasPrefix("git:") else { return nil }
    var numbers: [Int] = []
    while parts.count > 1, numbers.count < 2, let number = parts.last.flatMap({ Int($0) }), number > 0 {
      numbers.insert(number, at: 0)
      parts.removeLast()
    }
    let file = parts.joined(separator: ":")
    guard !file.isEmpty, Int(file) == nil else { return nil }
    path = root.path(file)
    line = numbers.first
    column = numbers.count > 1 ? numbers[1] : nil
  }
}

extension Finding {
  /// The places in files that its evidence names, the strongest first, each once.
  package func places(in root: ReportRoot) -> [FindingPlace] {
    var seen: Set<FindingPlace> = []
    return evidence.compactMap { $0.locator.flatMap { FindingPlace(locator: $0, in: root) } }
      .filter { seen.insert($0).inserted }
  }
}
