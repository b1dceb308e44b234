import LogScan
import TestSupport
import Testing

struct LiteralScannerTests {
  /// The lines that hold a literal, found by looking at each place.
  private static func naive(_ literals: [[UInt8]], in bytes: [UInt8]) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start = 0
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let holds = literals.contains { literal in
        line.indices.contains { line[$0...].starts(with: literal) }
      }
      if holds { found.append(start..<(start + line.count)) }
      start += line.count + 1
    }
    return found
  }

  @Test(arguments: 0..<400)
  func findsWhatLookingAtEachPlaceFinds(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    // Few letters, so that literals overlap, hashes repeat and almost-matches are common.
    let letters = Array("ab\"".utf8)
    func word(_ length: ClosedRange<Int>) -> [UInt8] {
      (0..<Int.random(in: length, using: &random)).map { _ in letters.randomElement(using: &random) ?? 0x61 }
    }
    let literals = (0..<Int.random(in: 1...12, using: &random)).map { _ in word(4...24) }
    var bytes: [UInt8] = []
    let size = seed % 4 == 0 ? 20_000 : Int.random(in: 0...600, using: &random)
    while bytes.count < size {
      bytes += word(0...40)
      if random.next() % 4 == 0 { bytes += literals.randomElement(using: &random) ?? [] }
      if random.next() % 3 == 0 { bytes.append(0x0A) }
    }
    #expect(LiteralScanner(literals).lines(in: bytes) == Self.naive(literals, in: bytes))
  }

  @Test func aMatchAtTheVeryEndAndAtTheVeryStartIsFound() {
    let scanner = LiteralScanner(["draining worker", "exit"])
    #expect(scanner.lines(in: Array("draining worker".utf8)) == [0..<15])
    #expect(scanner.lines(in: Array("x\nexit\n".utf8)) == [2..<6])
    #expect(scanner.lines(in: Array("exi".utf8)) == [])
    #expect(scanner.lines(in: []) == [])
  }

  @Test func aLiteralThatIsBrokenByANewlineIsNoMatch() {
    #expect(LiteralScanner(["draining worker"]).lines(in: Array("draining\nworker".utf8)) == [])
  }

  @Test func aLineOfAMegabyteIsOneLine() {
    let long = [UInt8](repeating: 0x78, count: 1 << 20)
    let bytes = long + Array("draining worker".utf8) + long + [0x0A] + long
    #expect(LiteralScanner(["draining worker"]).lines(in: bytes) == [0..<(2 << 20) + 15])
  }

  @Test func bytesThatAreNoTextAreSearchedAlike() {
    let bytes: [UInt8] = [0xFF, 0x00, 0xC3] + Array("shutting down worker".utf8) + [0xFF, 0x0A, 0x00]
    #expect(LiteralScanner(["shutting down"]).lines(in: bytes) == [0..<24])
  }
}
