import Documents
import Testing

struct TOMLTests {
  static func parse(_ text: String, limits: DocumentLimits = TOML.limits) throws -> Node {
    try TOML.parse(Array(text.utf8), file: "a.toml", limits: limits)
  }

  /// The first problem of a document as a person reads it.
  static func problem(_ text: String, limits: DocumentLimits = TOML.limits) -> String? {
    do {
      _ = try parse(text, limits: limits)
      return nil
    } catch {
      return (error as? DocumentFailure)?.what
    }
  }

  @Test func whatLkWritesIsRead() throws {
    let root = try Self.parse("[project]\n  subdomain = \"my-proj\"  # required\n\n[agent]\n  id = \"CA_xxx\"\n")
    #expect(root["project"]?["subdomain"]?.string == "my-proj")
    #expect(root["agent"]?["id"]?.string == "CA_xxx")
  }

  @Test func everythingKnowsItsPlace() throws {
    let root = try Self.parse("'é'.'日本'.x = [1,\n   {a = 2}]\r\n[[t.u]]\n\tk = 'v'\n[[t.u]]\n")
    let entry = try #require(root.mapping?.entries.first)
    #expect(entry.keyMark == Mark(line: 1, column: 1))
    #expect(entry.value["日本"]?.mark == Mark(line: 1, column: 5))
    let array = try #require(entry.value["日本"]?["x"])
    #expect(array.mark == Mark(line: 1, column: 14))
    #expect(array[1]?.mark == Mark(line: 2, column: 4))
    #expect(array[1]?["a"]?.mark == Mark(line: 2, column: 9))
    #expect(root["t"]?.mark == Mark(line: 3, column: 3))
    #expect(root["t"]?["u"]?[0]?["k"]?.mark == Mark(line: 4, column: 6))
    #expect(root["t"]?["u"]?[1]?.mark == Mark(line: 5, column: 5))
  }

  @Test func numbersAreReadAsNodesReadThem() throws {
    let root = try Self.parse("a = 1_000\nb = 0b1010\nc = 0xDEAD_BEEF\nd = -0o17\n".replacing("-0o17", with: "0o17"))
    #expect(root["a"]?.integer == 1_000)
    #expect(root["b"]?.integer == 10)
    #expect(root["c"]?.integer == 0xDEAD_BEEF)
    #expect(root["d"]?.integer == 15)
    let numbers = try Self.parse("a = 6.626e-34\nb = 1e0_6\nc = -inf\nd = 1979-05-27 07:32:00.5Z\n")
    #expect(numbers["a"]?.number == 6.626e-34)
    #expect(numbers["b"]?.number == 1e6)
    #expect(numbers["c"]?.scalar?.kind == .number && numbers["c"]?.number == nil)
    #expect(numbers["d"]?.string == "1979-05-27 07:32:00.5Z" && numbers["d"]?.scalar?.style == .plain)
  }

  @Test(arguments: [
    ("a = 1\na = 2", "a.toml:2:1: the key 'a' is there twice; the first is at 1:5"),
    ("[a]\n[b]\n[a]", "a.toml:3:2: 'a' is there twice; the first is at 1:2"),
    ("[a.b]\nc = 1\n[a]\nb.d = 2", "a.toml:4:1: 'b' cannot be added to here; it is at 1:4"),
    ("a = {b = 1}\n[a.c]", "a.toml:2:2: 'a' has a value that no table can be added to"),
    ("a = \"x\ny\"", "a.toml:1:7: the text does not end on its line"),
    ("a = 99999999999999999999", "a.toml:1:5: '99999999999999999999' is no value"),
    ("a = 1 b = 2", "a.toml:1:7: the line should end here"),
    ("a = {b = 1,}", "a.toml:1:12: a key is expected"),
    ("a = nothing", "a.toml:1:5: 'nothing' is no value"),
    ("a", "a.toml:1:2: '=' is expected after a key"), ("a = ", "a.toml:1:5: a value is expected"),
    ("a = \"\\ud800\"", "a.toml:1:6: no character has this number"),
    ("# \u{1}", "a.toml:1:3: a control character in a comment"),
    ("'é' = '\u{7f}'", "a.toml:1:8: a control character in text"),
  ])
  func problemsAreSaidAtTheirPlace(text: String, problem: String) {
    #expect(Self.problem(text) == problem)
  }

  @Test func limitsHold() throws {
    let limits = DocumentLimits(bytes: 400, depth: 4, nodes: 12)
    #expect(Self.problem("a = [[[1]]]", limits: limits) == nil)
    #expect(Self.problem("a = [[[[1]]]]", limits: limits)?.contains("nested more than 4 deep") == true)
    #expect(Self.problem("a.b.c.d.e = 1", limits: limits)?.contains("nested more than 4 deep") == true)
    #expect(Self.problem("[a.b.c]\nd = {}", limits: limits)?.contains("nested more than 4 deep") == true)
    #expect(Self.problem("[[a]]\n[[a.b]]", limits: limits)?.contains("nested more than 4 deep") == true)
    #expect(Self.problem("a = [1,2,3,4,5,6,7,8,9,10,11]", limits: limits) == nil)
    #expect(Self.problem("a = [1,2,3,4,5,6,7,8,9,10,11,12]", limits: limits)?.contains("more than 12 values") == true)
    let long = "a = '\(String(repeating: "x", count: 400))'"
    #expect(Self.problem(long, limits: limits)?.contains("more than 400") == true)
    let deep = "a = " + String(repeating: "[", count: 100_000)
    #expect(Self.problem(deep)?.contains("nested more than 64 deep") == true)
  }

  @Test func bytesThatAreNoTextAreRefused() {
    for bytes: [UInt8] in [
      [0x61, 0x3D, 0x27, 0xFF, 0x27], [0x23, 0xC0, 0x80], [0x22, 0xED, 0xA0, 0x80, 0x22, 0x3D, 0x31],
    ] {
      #expect(throws: DocumentFailure.self) { try TOML.parse(bytes, file: "a.toml") }
    }
  }
}
