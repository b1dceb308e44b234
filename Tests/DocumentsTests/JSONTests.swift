import Documents
import Testing
import Vocabulary

struct JSONTests {
  static func parse(_ text: String) throws -> Node { try JSON.parse(Array(text.utf8), file: "f.json") }

  static func problem(_ bytes: [UInt8]) -> String? {
    do {
      _ = try JSON.parse(bytes, file: "f.json")
      return nil
    } catch let failure as DocumentFailure {
      return failure.problems.map(\.line).joined(separator: "\n")
    } catch {
      return "another error"
    }
  }

  @Test func everyKeyAndValueKnowsItsPlace() throws {
    let node = try Self.parse("{\r\n  \"ä\": [1,\n \"x\", null],\r \"b\": {}}")
    let entry = try #require(node.mapping?.entry("ä"))
    #expect(entry.keyMark == Mark(line: 2, column: 3))
    #expect(entry.value.mark == Mark(line: 2, column: 8))
    #expect(entry.value[1]?.mark == Mark(line: 3, column: 2))
    #expect(entry.value[2]?.isNull == true)
    #expect(node["b"]?.mark == Mark(line: 4, column: 7))
  }

  @Test func numbersKeepTheirText() throws {
    let node = try Self.parse("[123456789012345678901234567890, 1.10, -0, 1e400, -9223372036854775808, 2E3]")
    #expect(
      node.sequence?.map(\.text) == [
        "123456789012345678901234567890", "1.10", "-0", "1e400", "-9223372036854775808", "2E3",
      ])
    #expect(node[0]?.integer == nil)
    #expect(node[3]?.number == nil)
    #expect(node[4]?.integer == .min)
    #expect(node[5]?.integer == nil)
    #expect(node[5]?.number == 2_000)
  }

  @Test(arguments: [
    ("", "1:1: the document ends where a value is expected"),
    ("{\"a\":1,\n \"a\":2}", "2:2: the key 'a' is there twice; the first is at 1:2"),
    ("[1,]", "1:4: a value is expected"),
    ("[1 2]", "1:4: ',' or ']' is expected"),
    ("{a: 1}", "1:2: a key in double quotes is expected"),
    ("{\"a\" 1}", "1:6: ':' is expected"),
    ("01", "1:2: something follows the document's end"),
    ("1.", "1:3: a digit is expected"),
    ("-", "1:2: a digit is expected"),
    ("+1", "1:1: a value is expected"),
    ("NaN", "1:1: 'NaN' is no value"),
    ("nul", "1:1: 'nul' is no value"),
    ("\"a\nb\"", "1:3: a control character in text"),
    ("\"\\x\"", "1:2: an escape that JSON does not have"),
    ("\"\\ud800\"", "1:2: half a surrogate pair"),
    ("\"\\udc00\\ud800\"", "1:2: half a surrogate pair"),
    ("\"\\ud800\\u0061\"", "1:2: half a surrogate pair"),
    ("\"\\u12g4\"", "1:2: four hexadecimal digits are expected"),
    ("\"abc", "1:1: the text has no closing quote"),
    ("{} x", "1:4: something follows the document's end"),
    ("/* c */ 1", "1:1: a value is expected"),
  ])
  func whatTheGrammarDoesNotHaveIsRefusedAtItsPlace(text: String, expected: String) {
    #expect(Self.problem(Array(text.utf8)) == "f.json:" + expected)
  }

  @Test func escapesAndSurrogatePairsBecomeTheirCharacters() throws {
    #expect(try Self.parse(#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000""#).string == "\"\\/\u{8}\u{c}\n\r\té😀\u{0}")
    #expect(try Self.parse("\u{FEFF}[1]")[0]?.mark == Mark(line: 1, column: 2))
    #expect(Self.problem([0x22, 0xED, 0xA0, 0x80, 0x22]) == "f.json:1:1: the text is not UTF-8")
    #expect(Self.problem([0x22, 0xC0, 0x80, 0x22]) == "f.json:1:1: the text is not UTF-8")
  }

  @Test func depthBytesAndNodesHaveLimits() {
    #expect(Self.problem(Array((String(repeating: "[", count: 64) + String(repeating: "]", count: 64)).utf8)) == nil)
    #expect(Self.problem([UInt8](repeating: 0x5B, count: 1_000_000)) == "f.json:1:65: nested more than 64 deep")
    let limits = DocumentLimits(bytes: 100, depth: 2, nodes: 3)
    #expect(throws: DocumentFailure.self) { try JSON.parse(Array("[1,2,3]".utf8), file: "", limits: limits) }
    #expect(throws: Never.self) { try JSON.parse(Array("[1,2]".utf8), file: "", limits: limits) }
    #expect(throws: DocumentFailure.self) {
      try JSON.parse([UInt8](repeating: 0x20, count: 101), file: "", limits: limits)
    }
  }

  @Test func keysDifferByTheirScalars() throws {
    let node = try Self.parse("{\"\\u00e9\":1,\"e\\u0301\":2}")
    #expect(node["\u{e9}"]?.integer == 1)
    #expect(node["e\u{301}"]?.integer == 2)
    let long = try Self.parse("{" + (0..<100).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}")
    #expect(long["k77"]?.integer == 77)
    #expect(long["k100"] == nil)
  }
}
