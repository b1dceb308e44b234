import LogScan
import TestSupport
import Testing

/// The scanner for short texts, against looking everywhere.
struct TriggerScannerTests {
  private typealias Trigger = TriggerScanner.Trigger

  private static let triggers = [
    Trigger("@"), Trigger("+4"), Trigger("sk-"), Trigger("eyJ"), Trigger("password", ignoresCase: true),
    Trigger("pass"), Trigger("-----BEGIN "), Trigger("aa"), Trigger("aaa"),
  ]

  private func naive(_ bytes: [UInt8], _ range: Range<Int>) -> Set<TriggerScanner.Hit> {
    var hits: Set<TriggerScanner.Hit> = []
    func fold(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
    for place in range {
      for (index, trigger) in Self.triggers.enumerated() where place + trigger.text.count <= bytes.count {
        let found = bytes[place..<(place + trigger.text.count)]
        let isHit = trigger.ignoresCase ? found.map(fold) == trigger.text : Array(found) == trigger.text
        // A single byte needs a neighbour.
        if isHit, bytes.count > 1 { hits.insert(.init(position: place, trigger: index)) }
      }
    }
    return hits
  }

  @Test func findsWhatLookingEverywhereFinds() {
    let scanner = TriggerScanner(Self.triggers)
    var random = SeededGenerator(seed: 11)
    let pieces = ["@", "+4", "sk-", "eyJ", "PassWord", "pass", "-----BEGIN ", "a", "aa", " ", "x", "\n", "é"]
    for _ in 0..<2_000 {
      let text = (0..<Int.random(in: 1...40, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
        .joined()
      let bytes = Array(text.utf8) + [0x2E]
      let start = Int.random(in: 0..<bytes.count, using: &random)
      let end = Int.random(in: start...bytes.count, using: &random)
      var hits: [TriggerScanner.Hit] = []
      scanner.hits(in: bytes, start..<end, into: &hits)
      #expect(hits.map(\.position) == hits.map(\.position).sorted())
      #expect(Set(hits) == naive(bytes, start..<end), "\(text) \(start)..<\(end)")
      #expect(Set(hits).count == hits.count)
    }
  }

  @Test func watchesForNamesAtTheBeginningsOfWords() {
    var scanner = TriggerScanner(Self.triggers)
    scanner.watch(Array("kitchen".utf8))
    var hits: [TriggerScanner.Hit] = []
    scanner.hits(in: Array("kitchen, akitchen x kitten".utf8), 0..<26, into: &hits)
    #expect(hits.filter { $0.trigger == TriggerScanner.name }.map(\.position) == [0, 20])
  }

  @Test func runsAreFoundWhole() {
    let runs = WordRuns(of: Array("abc".utf8), least: 4)
    var found: [Range<Int>] = []
    runs.runs(in: Array("abc abca xx abcabcabc".utf8), 0..<21, into: &found)
    #expect(found == [4..<8, 12..<21])
  }
}
