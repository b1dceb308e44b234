/// Redacts one file piece by piece, in memory that does not grow with it.
///
/// A stream looks 16 KiB ahead, so what it writes is that much behind what it reads. After an error nothing of the file may be
/// released. One stream belongs to one task at a time.
package struct RedactionStream {
  /// How much is dealt with at a time, and how far is looked ahead and back, in bytes.
  private static let window = 256 << 10
  static let ahead = 16 << 10
  private static let back = 8 << 10

  private let file: String
  private var pass: Pass
  private var hidden: [Int]
  private var isBegun = false
  private var hasStepped = false

  /// The names that the stream has learned, with those that it began with.
  package var names: LearnedNames { pass.names }

  /// How often each rule has hidden something up to now.
  package var counts: RedactionCounts {
    var counts = RedactionCounts()
    for (rule, count) in hidden.enumerated() { counts.add(count, to: pass.plan.rules[rule].name) }
    return counts
  }

  init(_ file: String, pass: Pass) {
    self.file = file
    self.pass = pass
    hidden = [Int](repeating: 0, count: pass.plan.rules.count)
  }

  /// Takes the next bytes and appends what is redacted of the file by now to `output`; a learning stream appends nothing.
  package mutating func redact(_ chunk: some Collection<UInt8>, into output: inout [UInt8]) throws(RedactionFailure) {
    var rest = chunk[...]
    while !rest.isEmpty {
      let part = rest.prefix(Self.window)
      rest = rest.dropFirst(part.count)
      pass.bytes.append(contentsOf: part)
      try begin()
      while pass.bytes.count - pass.start >= Self.window + Self.ahead { try step(into: &output) }
    }
  }

  /// Takes the end of the file and appends the rest of what is redacted.
  package mutating func finish(into output: inout [UInt8]) throws(RedactionFailure) {
    pass.isLast = true
    try begin()
    while pass.start < pass.bytes.count { try step(into: &output) }
  }

  /// Refuses what is not text of single bytes.
  private mutating func begin() throws(RedactionFailure) {
    guard !isBegun, pass.bytes.count >= 8 || pass.isLast else { return }
    isBegun = true
    let head = pass.bytes.prefix(8)
    for (magic, what) in Self.magics where head.starts(with: magic) { throw .notText(file: file, what: what) }
    let zeros = pass.bytes.prefix(512).count { $0 == 0 }
    guard zeros * 4 < min(512, pass.bytes.count) || zeros == 0 else {
      throw .notText(file: file, what: "binary, or in an encoding of two bytes")
    }
  }

  private static let magics: [([UInt8], String)] = [
    ([0x1F, 0x8B], "compressed by gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "compressed by zstd"),
    ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed by xz"), ([0x42, 0x5A, 0x68, 0x31], "compressed by bzip2"),
    ([0x50, 0x4B, 0x03, 0x04], "a zip archive"), ([0xFF, 0xFE], "in UTF-16"), ([0xFE, 0xFF], "in UTF-16"),
    ([0x7F, 0x45, 0x4C, 0x46], "a program"),
  ]

  private mutating func step(into output: inout [UInt8]) throws(RedactionFailure) {
    pass.limit = pass.isLast ? pass.bytes.count : cut()
    pass.dropped = nil
    if !hasStepped { pass.beginTable() }
    hasStepped = true
    pass.run()
    if let rule = pass.abandoned { throw .abandoned(file: file, rule: rule) }
    if pass.names.count > LearnedNames.most { throw .tooManyNames(limit: LearnedNames.most) }
    write(into: &output)
    let surplus = pass.start - Self.back
    if surplus > Self.window / 2 || surplus > 0 && pass.start == pass.bytes.count {
      pass.bytes.removeFirst(surplus)
      pass.start -= surplus
    }
  }

  /// Writes the stretch with its hidden places, and moves `start` behind it.
  private mutating func write(into output: inout [UInt8]) {
    var place = pass.dropped?.upperBound ?? pass.start
    for match in pass.matches where match.range.upperBound > place {
      let from = max(match.range.lowerBound, place)
      hidden[match.rule] += 1
      if !pass.isLearning {
        output.append(contentsOf: pass.bytes[place..<from])
        output += match.quote
        pass.pseudonyms.append(
          for: pass.bytes[from..<match.range.upperBound], rule: match.rule, kind: pass.plan.rules[match.rule].kind,
          to: &output)
        output += match.quote
      }
      place = match.range.upperBound
    }
    let end = max(place, min(pass.reached, pass.bytes.count))
    if !pass.isLearning { output.append(contentsOf: pass.bytes[place..<end]) }
    pass.start = end
  }

  /// Where the next stretch ends: behind the last line that leaves enough to look ahead to; in a long line, between words.
  private func cut() -> Int {
    let last = pass.bytes.count - Self.ahead
    let first = last - Self.window / 2
    var place = last
    while place > first, pass.bytes[place - 1] != Bytes.newline { place -= 1 }
    if place > first { return place }
    place = last
    while place > first, !Bytes.isSpace(pass.bytes[place - 1]), pass.bytes[place - 1] != UInt8(ascii: ",") {
      place -= 1
    }
    return place > first ? place : last
  }
}
