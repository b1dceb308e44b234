import Machine
import TestSupport
import Testing

@Suite struct LineSplitterTests {
  func lines(_ chunks: [[UInt8]], limit: Int = 100) -> [LineSplitter.Line] {
    var splitter = LineSplitter(limit: limit)
    var lines: [LineSplitter.Line] = []
    for chunk in chunks { splitter.feed(chunk[...]) { lines.append($0) } }
    splitter.finish { lines.append($0) }
    return lines
  }

  @Test func howTheBytesArriveMakesNoDifference() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<300 {
      let alphabet: [UInt8] = [10, 13, 65, 66, 0, 255]
      let bytes = (0..<Int.random(in: 0...400, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }
      let limit = Int.random(in: 1...40, using: &random)
      let whole = lines([bytes], limit: limit)
      var rest = bytes[...]
      var chunks: [[UInt8]] = []
      while !rest.isEmpty {
        let count = Int.random(in: 0...9, using: &random)
        chunks.append(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
      }
      #expect(lines(chunks, limit: limit) == whole)
      #expect(whole.allSatisfy { $0.bytes.count <= limit })
    }
  }

  @Test func endsOfLinesAreNotPartOfThem() {
    #expect(lines([Array("a\r\nb\n\nc".utf8)]).map(\.text) == ["a", "b", "", "c"])
    #expect(lines([[]]).isEmpty)
  }

  @Test func aLongLineIsCutAndTheNextIsWhole() {
    let cut = lines([Array("12345678901\n1234567890\n".utf8)], limit: 10)
    #expect(cut.map(\.text) == ["1234567890", "1234567890"])
    #expect(cut.map(\.isCut) == [true, false])
  }
}
