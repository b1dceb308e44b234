import Documents
import TestSupport
import Testing

struct JSONMembersTests {
  private static func members(_ text: String) -> [JSONMembers.Member]? { JSONMembers(ArraySlice(text.utf8)).all }

  @Test func everyKindOfValueIsReadAsItIsWritten() throws {
    let members = try #require(
      Self.members(#" {"a":"x","b": -1.5e3 ,"c":true,"d":null,"e":{"f":["}",1]},"g":[{"h":"]"}],"a":false} "#))
    #expect(members.map(\.name) == ["a", "b", "c", "d", "e", "g", "a"])
    #expect(members.map(\.value.kind) == [.string, .number, .truth, .null, .object, .array, .truth])
    #expect(members[0].value.text == "x")
    #expect(members[1].value.number == -1_500)
    #expect(members[2].value.truth == true && members[6].value.truth == false)
    #expect(String(decoding: members[4].value.bytes, as: UTF8.self) == #"{"f":["}",1]}"#)
    #expect(String(decoding: members[5].value.bytes, as: UTF8.self) == #"[{"h":"]"}]"#)
  }

  @Test(arguments: [
    (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"), (#"é😀"#, "é😀"), (#"\ud83d"#, "\u{FFFD}"),
    (#"\ud83dA"#, "\u{FFFD}A"), (#"\u12"#, "\u{FFFD}12"), (#"\x"#, "\u{FFFD}"), ("grün", "grün"),
  ])
  func escapesAreReadAndWhatIsNoneBecomesTheReplacement(written: String, text: String) throws {
    #expect(try #require(Self.members("{\"k\":\"\(written)\"}"))[0].value.text == text)
  }

  @Test(arguments: [
    "", "[]", "1", "{", "{]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{,}", "{\"a\":01}",
    "{\"a\":1.}",
    "{\"a\":+1}", "{\"a\":nul}", "{\"a\":\"x}", "{\"a\":[1}", "{\"a\":1} x", "{\"a\":\"\n\"}", "{'a':1}", "{a:1}",
  ])
  func whatIsNoObjectHasNoMembers(text: String) {
    #expect(Self.members(text) == nil)
  }

  @Test func whatPythonWritesForNumbersThatAreNoneHasNoValue() throws {
    let members = try #require(Self.members(#"{"a":NaN,"b":-Infinity,"c":1e999}"#))
    #expect(members.map(\.value.kind) == [.number, .number, .number])
    #expect(members.allSatisfy { $0.value.number == nil })
  }

  @Test func aMillionBracketsAreFollowedWithoutAStack() throws {
    let deep = String(repeating: "[", count: 1_000_000)
    #expect(Self.members("{\"a\":\(deep)}") == nil)
    #expect(try #require(Self.members("{\"a\":\(deep)\(String(repeating: "]", count: 1_000_000))}")).count == 1)
  }

  @Test(arguments: 0..<200)
  func whatTheTreeReadsIsReadAlike(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let text = Self.object(&random, depth: 0)
    let tree = try JSON.parse(Array(text.utf8), file: "made")
    let members = try #require(Self.members(text))
    let mapping = try #require(tree.mapping)
    #expect(members.map(\.name) == mapping.entries.map(\.key))
    for (member, entry) in zip(members, mapping.entries) {
      switch entry.value.content {
      case .mapping: #expect(member.value.kind == .object)
      case .sequence: #expect(member.value.kind == .array)
      case .scalar(let scalar):
        switch scalar.kind {
        case .string: #expect(member.value.text == scalar.text)
        case .null: #expect(member.value.kind == .null)
        case .boolean: #expect(member.value.truth.map { "\($0)" } == scalar.text)
        case .integer, .number: #expect(String(decoding: member.value.bytes, as: UTF8.self) == scalar.text)
        }
      }
    }
  }

  private static func object(_ random: inout SeededGenerator, depth: Int) -> String {
    let members = (0..<Int.random(in: 0...5, using: &random)).map { "\"k\($0)\" : \(value(&random, depth: depth + 1))" }
    return "{\(members.joined(separator: ","))}"
  }

  private static func value(_ random: inout SeededGenerator, depth: Int) -> String {
    let texts = ["\"\"", "\"a\\\"b\"", "\"\\u00fc\\n\"", "\"}]{[,:\"", "\"\\\\\""]
    switch Int.random(in: 0...(depth > 3 ? 3 : 5), using: &random) {
    case 0: return texts.randomElement(using: &random) ?? "0"
    case 1:
      return ["0", "-0", "12.5", "1e9", "-3E-2", "123456789012345678901234567890"].randomElement(using: &random) ?? "0"
    case 2: return "true"
    case 3: return "null"
    case 4: return object(&random, depth: depth)
    default: return "[\((0..<3).map { _ in value(&random, depth: depth + 1) }.joined(separator: ", "))]"
    }
  }
}
