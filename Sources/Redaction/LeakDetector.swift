import FoundationEssentials
import LogScan
package import Vocabulary

/// Looks through what has been written for what should not be in it.
///
/// It shares no rule, no pattern and no scanner with the redactor: lines that hold one of some hundred literals, an at sign or
/// a plus before a digit are cut into words, and each word is judged by its beginning, its length, its mixture, what it decodes
/// to, and the word before it. It is sparing: what it names is a leak, and what it does not name may be one.
package struct LeakDetector: Sendable {
  /// Something that should have been hidden; its text is not told.
  package struct Leak: Hashable, Sendable, CustomStringConvertible {
    /// The file.
    package let file: String
    /// Where it begins, in bytes from 0.
    package let offset: Int
    /// What it seems to be.
    package let kind: String

    /// `logs/a.log: byte 4711: a JSON Web Token`.
    package var description: String { "\(file.harmless): byte \(offset): \(kind)" }
  }

  /// The most that is named of one file.
  package static let most = 100

  private let scanner: LiteralScanner
  private let knownScanner: LiteralScanner?
  let known: [[UInt8]]
  let relaxed: Set<String>

  /// A detector that looks for these secrets too, and not for what these relaxed rules would have hidden.
  package init(known secrets: [Secret] = [], relaxed: [String] = []) {
    self.relaxed = Set(relaxed)
    let texts = secrets.map(\.exposed).flatMap { $0.split(whereSeparator: \.isNewline) }.filter { $0.utf8.count >= 6 }
    var forms: Set<[UInt8]> = []
    for text in texts {
      let bytes = Array(text.utf8)
      forms.insert(bytes)
      for shift in 0..<3 where bytes.count >= 8 {
        // The digits that the bytes before and behind have no part in.
        let digits = Array(Data([UInt8](repeating: 0, count: shift) + bytes).base64EncodedString().utf8)
        let sure = digits[(shift == 0 ? 0 : 4)..<(digits.count - 4)]
        if sure.count >= 8 { forms.insert(Array(sure)) }
      }
    }
    known = relaxed.contains("known-secret") ? [] : forms.sorted { $0.lexicographicallyPrecedes($1) }
    knownScanner = known.isEmpty ? nil : LiteralScanner(known)
    scanner = LiteralScanner(LeakWords.literals.map { Array($0.utf8) } + known)
  }

  /// What leaks in a whole file, in its order.
  package func leaks(in bytes: [UInt8], file: String) -> [Leak] {
    var scan = scan(file)
    scan.read(bytes)
    return scan.finish()
  }

  /// A scan of a file that is read piece by piece.
  package func scan(_ file: String) -> LeakScan { LeakScan(self, file: file) }

  /// The lines of a block that are worth a look, in order.
  func lines(in bytes: [UInt8]) -> [Range<Int>] {
    var lines: [Range<Int>] = []
    var place = 0
    for line in scanner.lines(in: bytes) {
      signs(in: bytes, place..<line.lowerBound, &lines)
      lines.append(line)
      place = line.upperBound
    }
    signs(in: bytes, place..<bytes.count, &lines)
    return lines
  }

  /// Where the lines begin that hold a known secret.
  func knownLines(in bytes: [UInt8]) -> Set<Int> {
    Set(knownScanner?.lines(in: bytes).map(\.lowerBound) ?? [])
  }

  /// The lines with signs that are too short for the scanner.
  private func signs(in bytes: [UInt8], _ part: Range<Int>, _ lines: inout [Range<Int>]) {
    var (place, start) = (part.lowerBound, part.lowerBound)
    while place < part.upperBound {
      let byte = bytes[place]
      if byte == 0x0A {
        start = place + 1
      } else if byte == UInt8(ascii: "@")
        || byte == UInt8(ascii: "+") && place + 1 < bytes.count && bytes[place + 1] &- 0x31 < 9
      {
        while place < part.upperBound, bytes[place] != 0x0A { place += 1 }
        lines.append(start..<place)
        continue
      }
      place += 1
    }
  }
}

/// A search for leaks in one file, in constant memory: lines of more than 64 KiB are looked at in pieces that overlap.
package struct LeakScan {
  private static let block = 256 << 10
  private static let overlap = 4 << 10

  private let detector: LeakDetector
  private let file: String
  private var bytes: [UInt8] = []
  /// The offset of the first byte at hand.
  private var offset = 0
  private var found: [LeakDetector.Leak] = []
  private var seen: Set<Int> = []

  init(_ detector: LeakDetector, file: String) {
    self.detector = detector
    self.file = file
  }

  /// Takes the next bytes.
  package mutating func read(_ chunk: some Collection<UInt8>) {
    bytes.append(contentsOf: chunk)
    guard bytes.count >= Self.block else { return }
    let cut = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    look(upTo: cut > Self.block / 2 ? cut : bytes.count)
    let rest = cut > Self.block / 2 ? cut : bytes.count - Self.overlap
    bytes.removeFirst(rest)
    offset += rest
  }

  /// Takes the end; returns what leaks, in order, at most `LeakDetector.most`.
  package mutating func finish() -> [LeakDetector.Leak] {
    look(upTo: bytes.count)
    bytes = []
    return found.sorted { $0.offset < $1.offset }
  }

  private mutating func look(upTo end: Int) {
    let block = end == bytes.count ? bytes : Array(bytes[..<end])
    let known = detector.knownLines(in: block)
    for line in detector.lines(in: block) where found.count < LeakDetector.most {
      let words = LeakWords(detector, block, line, mayHoldKnown: known.contains(line.lowerBound))
      for (place, kind) in words.leaks() where seen.insert(offset + place).inserted {
        found.append(LeakDetector.Leak(file: file, offset: offset + place, kind: kind))
      }
    }
  }
}
