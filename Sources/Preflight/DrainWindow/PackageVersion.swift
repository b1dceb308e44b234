/// A release of a package: `1.8.9`, `1.6.0rc1`, `0.8.1.dev3`, `1.0.0-next.2`.
///
/// Compared as PEP 440 and SemVer agree to: by the numbers, a missing one being zero, and a pre-release below its
/// release.
package struct PackageVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The text as it was written.
  package let description: String
  /// Its numbers without zeros at their end.
  private let numbers: [Int]
  /// What ranks it among those with the same numbers: pre-releases below zero, the release 0, a post-release above.
  private let stage: Stage

  private struct Stage: Hashable, Comparable {
    let rank: Int
    let number: Int
    static let release = Stage(rank: 0, number: 0)
    static func < (left: Stage, right: Stage) -> Bool { (left.rank, left.number) < (right.rank, right.number) }
  }

  /// Reads a version, a leading `v` or `=` and a local part (`+cpu`) left out; nil for anything else.
  package init?(_ text: some StringProtocol) {
    description = String(text)
    let start = text.drop { $0 == "v" || $0 == "=" || $0 == " " }
    let main = start.prefix { $0 != "+" }
    var rest = Substring(main)
    var numbers: [Int] = []
    while true {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let number = Int(digits) else { break }
      numbers.append(number)
      rest = rest.dropFirst(digits.count)
      guard rest.first == ".", let next = rest.dropFirst().first, next.isASCII, next.isNumber else { break }
      rest = rest.dropFirst()
    }
    guard !numbers.isEmpty, let stage = PackageVersion.stage(of: rest) else { return nil }
    while numbers.count > 1, numbers.last == 0 { numbers.removeLast() }
    self.numbers = numbers
    self.stage = stage
  }

  private static func stage(of text: Substring) -> Stage? {
    let bare = text.drop { $0 == "." || $0 == "-" || $0 == "_" }.lowercased()
    guard !bare.isEmpty else { return text.isEmpty ? .release : nil }
    let word = bare.prefix { $0.isLetter }
    let number = bare.drop { !$0.isNumber }.prefix { $0.isNumber }
    let ranks = [
      "dev": -4, "canary": -4, "a": -3, "alpha": -3, "next": -3, "b": -2, "beta": -2, "c": -1, "rc": -1, "pre": -1,
      "post": 1, "r": 1, "rev": 1,
    ]
    guard let rank = ranks[String(word)] else { return nil }
    return Stage(rank: rank, number: Int(number) ?? 0)
  }

  package static func < (left: PackageVersion, right: PackageVersion) -> Bool {
    left.numbers == right.numbers
      ? left.stage < right.stage : left.numbers.lexicographicallyPrecedes(right.numbers)
  }
  package static func == (left: PackageVersion, right: PackageVersion) -> Bool {
    left.numbers == right.numbers && left.stage == right.stage
  }
  package func hash(into hasher: inout Hasher) {
    hasher.combine(numbers)
    hasher.combine(stage)
  }

  /// The least version whose first `count` numbers are these with the last of them raised by one: what `~=` and `^`
  /// exclude.
  func raised(at place: Int) -> PackageVersion {
    var next = Array((numbers + [0, 0, 0]).prefix(place + 1))
    next[place] += 1
    return PackageVersion(numbers: next)
  }

  /// How many numbers are written.
  var written: Int { description.prefix { $0.isNumber || $0 == "." || $0 == "v" }.split(separator: ".").count }

  /// The first of its numbers that is not zero, counted from 0; nil when all are.
  var firstNonZero: Int? { numbers.firstIndex { $0 != 0 } }

  private init(numbers: [Int]) {
    description = numbers.map(String.init).joined(separator: ".")
    var bare = numbers
    while bare.count > 1, bare.last == 0 { bare.removeLast() }
    self.numbers = bare
    stage = .release
  }
}

extension PackageVersion: ExpressibleByStringLiteral {
  /// A version that the program's own tables name; one that is none is a mistake in the table, which a test finds.
  package init(stringLiteral value: String) { self = PackageVersion(value) ?? PackageVersion(numbers: [0]) }
}

/// The versions from one on, up to but without another; open ends are nil.
package struct VersionRange: Hashable, Sendable, CustomStringConvertible {
  /// The least version in it; nil: no lower bound.
  package var from: PackageVersion?
  /// The least version above it; nil: no upper bound.
  package var below: PackageVersion?

  /// A range.
  package init(from: PackageVersion? = nil, below: PackageVersion? = nil) {
    self.from = from
    self.below = below
  }

  /// Every version.
  package static let all = VersionRange()

  /// Whether a version lies in it.
  package func contains(_ version: PackageVersion) -> Bool {
    from.map { $0 <= version } ?? true && below.map { version < $0 } ?? true
  }

  /// Whether all of another range lies in it.
  package func contains(_ other: VersionRange) -> Bool {
    let start = from.map { mine in other.from.map { mine <= $0 } ?? false } ?? true
    return start && below.map { mine in other.below.map { $0 <= mine } ?? false } ?? true
  }

  /// What both have; nil: nothing.
  package func intersection(_ other: VersionRange) -> VersionRange? {
    let start = [from, other.from].compactMap(\.self).max()
    let end = [below, other.below].compactMap(\.self).min()
    if let start, let end, start >= end { return nil }
    return VersionRange(from: start, below: end)
  }

  package var description: String {
    switch (from, below) {
    case (let from?, let below?): "from \(from), below \(below)"
    case (let from?, nil): "\(from) or later"
    case (nil, let below?): "below \(below)"
    case (nil, nil): "any version"
    }
  }
}

/// Which versions a requirement lets in, in the spellings of pip, poetry and npm.
///
/// `==1.8.9`, `~=1.2`, `>=1.0,<2`, `^1.2.3`, `~1.2`, `1.x`, `*`. A part that is not understood lets everything in, and
/// an exclusion (`!=`) changes no bound: the range is never narrower than what is meant.
package struct VersionRequirement: Hashable, Sendable {
  /// The versions that it lets in.
  package let range: VersionRange
  /// The only one, where it names one.
  package let exact: PackageVersion?

  /// Reads a requirement without the package's name.
  package init(_ text: some StringProtocol, npm: Bool = false) {
    var range = VersionRange.all
    var exact: PackageVersion?
    // npm's alternatives (`^1 || ^2`) are not joined: they let everything in.
    let parts = text.contains("||") ? [] : VersionRequirement.parts(of: text)
    for part in parts {
      let comparator = part.prefix { "=<>~^!".contains($0) }
      let name = part.dropFirst(comparator.count).trimmed
      let bare = name.hasSuffix(".*") ? name.dropLast(2) : name.hasSuffix(".x") ? name.dropLast(2) : name
      guard let version = PackageVersion(bare) else { continue }
      let isOpen = bare.count < name.count
      let bound: VersionRange?
      switch comparator {
      case "==", "===", "=", "":
        // npm takes `1` and `1.2` for all that begin so; pip takes them for 1.0.0 and 1.2.0.
        let isPrefix = isOpen || (npm && comparator.count < 2 && version.written < 3)
        if !isPrefix { exact = version }
        bound = isPrefix ? VersionRange(from: version, below: version.raised(at: version.written - 1)) : nil
      case "~=": bound = VersionRange(from: version, below: version.raised(at: max(0, version.written - 2)))
      case "~": bound = VersionRange(from: version, below: version.raised(at: version.written > 1 ? 1 : 0))
      case "^":
        bound = VersionRange(
          from: version, below: version.raised(at: version.firstNonZero ?? max(0, version.written - 1)))
      case ">=", ">": bound = VersionRange(from: version)
      case "<": bound = VersionRange(below: version)
      case "<=": bound = VersionRange(below: version.raised(at: max(2, version.written - 1)))
      default: bound = nil
      }
      range = bound.flatMap { range.intersection($0) } ?? range
    }
    self.range = range
    self.exact = exact
  }

  /// The comparisons of a requirement: by commas, and in npm's words by spaces where a comparator begins.
  private static func parts(of text: some StringProtocol) -> [Substring] {
    var parts: [Substring] = []
    for part in Substring(text).split(separator: ",") {
      var rest = part.trimmed
      while let next = rest.dropFirst().indices.first(where: {
        "=<>~^!".contains(rest[$0]) && !"=<>~^! ".contains(rest[rest.index(before: $0)]) || isNewWord(rest, $0)
      }) {
        parts.append(rest[..<next].trimmed)
        rest = rest[next...].trimmed
      }
      parts.append(rest)
    }
    return parts.filter { !$0.isEmpty }
  }

  private static func isNewWord(_ text: Substring, _ place: Substring.Index) -> Bool {
    let before = text[..<place]
    guard before.last == " ", "=<>~^!".contains(text[place]) else { return false }
    return before.contains { $0.isNumber }
  }
}

extension StringProtocol {
  /// The text without white space at its ends.
  var trimmed: Substring {
    var rest = Substring(self)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return rest
  }
}
