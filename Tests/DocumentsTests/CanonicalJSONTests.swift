import Documents
import TestSupport
import Testing
import Vocabulary

struct CanonicalJSONTests {
  struct Inner: Codable, Equatable {
    var createdAt: String?
    var url: String
    var maxRTTSeconds: Double
  }
  enum Kind: Codable, Equatable { case stillRunning, endedWith(exitCode: Int) }
  struct Outer: Codable, Equatable {
    var zebraCount: Int64
    var byVersion: [String: Int]
    var nestedByName: [String: Inner]
    var inner: [Inner]
    var kind: Kind
    var p95Seconds: Double?
    var absent: Int?
  }

  static let value = Outer(
    zebraCount: .max, byVersion: ["camelCase": 1, "with-hyphen": 2, "UPPER": 3, "": 4],
    nestedByName: ["keepMe": Inner(createdAt: "x/y", url: "http://h/p", maxRTTSeconds: 0.1)],
    inner: [Inner(createdAt: nil, url: "ü\u{1}\"\\", maxRTTSeconds: 1)], kind: .endedWith(exitCode: 3),
    p95Seconds: .leastNonzeroMagnitude,
    absent: nil)

  @Test func keysArePropertyNamesInKebabCaseSortedAndDictionaryKeysStay() throws {
    let text = String(decoding: try CanonicalJSON.encode(Self.value), as: UTF8.self)
    #expect(
      text == #"{"by-version":{"":4,"UPPER":3,"camelCase":1,"with-hyphen":2},"#
        + #""inner":[{"max-r-t-t-seconds":1,"url":"ü\u0001\"\\"}],"kind":{"ended-with":{"exit-code":3}},"#
        + #""nested-by-name":{"keepMe":{"created-at":"x/y","max-r-t-t-seconds":0.1,"url":"http://h/p"}},"#
        + #""p95-seconds":5e-324,"zebra-count":9223372036854775807}"#)
  }

  @Test func whatIsWrittenReadsBackEqual() throws {
    let bytes = try CanonicalJSON.encode(Self.value)
    #expect(try CanonicalJSON.decode(Outer.self, from: bytes) == Self.value)
    #expect(try CanonicalJSON.encode(try CanonicalJSON.decode(Outer.self, from: bytes)) == bytes)
    #expect(try CanonicalJSON.decode(Outer.self, from: CanonicalJSON.encodePretty(Self.value)) == Self.value)
  }

  @Test func everyDoubleAndIntegerReadsBackExactly() throws {
    var random = SeededGenerator(seed: 1)
    var doubles: [Double] = [
      0, -0.0, 1, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0.1 + 0.2, 1e21, 1e-7, 9_007_199_254_740_992,
    ]
    while doubles.count < 20_000 {
      let next = Double(bitPattern: random.next())
      if next.isFinite { doubles.append(next) }
    }
    let doublesBack = try CanonicalJSON.decode([Double].self, from: CanonicalJSON.encode(doubles))
    #expect(doublesBack.map(\.bitPattern) == doubles.map(\.bitPattern))
    let integers = [Int64.min, .max, 0, -1] + (0..<5_000).map { _ in Int64(bitPattern: random.next()) }
    #expect(try CanonicalJSON.decode([Int64].self, from: CanonicalJSON.encode(integers)) == integers)
    let unsigned = [UInt64.max, 1 << 63]
    #expect(try CanonicalJSON.decode([UInt64].self, from: CanonicalJSON.encode(unsigned)) == unsigned)
  }

  @Test func theSameValueHasTheSameBytes() throws {
    var random = SeededGenerator(seed: 2)
    let keys = (0..<200).map { "key\($0)" }
    let first = try CanonicalJSON.encode(Dictionary(uniqueKeysWithValues: keys.map { ($0, 1) }))
    for _ in 0..<20 {
      let shuffled = keys.shuffled(using: &random)
      #expect(try CanonicalJSON.encode(Dictionary(uniqueKeysWithValues: shuffled.map { ($0, 1) })) == first)
    }
  }

  @Test func aFailureNamesThePath() throws {
    let json =
      #"{"by-version":{},"inner":[{"max-r-t-t-seconds":1}],"kind":{"still-running":{}},"nested-by-name":{},"zebra-count":1}"#
    let failure = #expect(throws: CodingFailure.self) { try CanonicalJSON.decode(Outer.self, from: Array(json.utf8)) }
    #expect(failure?.path == "inner[0]")
    #expect(failure?.reason == "the key 'url' is missing")
    let infinite = #expect(throws: CodingFailure.self) { try CanonicalJSON.encode(["a": Double.infinity]) }
    #expect(infinite?.path == "a")
    #expect(throws: CodingFailure.self) { try CanonicalJSON.decode(Outer.self, from: Array("{".utf8)) }
    #expect(throws: CodingFailure.self) {
      try CanonicalJSON.decode([Int64].self, from: Array("[9223372036854775808]".utf8))
    }
    #expect(throws: CodingFailure.self) { try CanonicalJSON.decode([Int64].self, from: Array("[1.5]".utf8)) }
    let time = #expect(throws: CodingFailure.self) {
      try CanonicalJSON.decode([Timestamp].self, from: Array(#"["x"]"#.utf8))
    }
    #expect(time?.path == "[0]")
  }

  @Test func peopleReadTwoSpacesAStep() throws {
    let value: [String: [Int]] = ["a": [1, 2], "b": [], "{,\"": [3]]
    let text = String(decoding: try CanonicalJSON.encodePretty(value), as: UTF8.self)
    #expect(
      text == #"""
        {
          "a": [
            1,
            2
          ],
          "b": [],
          "{,\"": [
            3
          ]
        }
        """#)
  }
}
