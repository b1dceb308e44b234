import Documents
import Testing
import Vocabulary

struct YAMLTests {
  static func parse(_ text: String) throws -> Node { try YAML.parse(Array(text.utf8), file: "f.yaml") }

  static func problem(_ text: String) -> String? {
    do {
      _ = try parse(text)
      return nil
    } catch let failure as DocumentFailure {
      return failure.problems.map(\.line).joined(separator: "\n")
    } catch {
      return "another error"
    }
  }

  @Test func everyKeyAndValueKnowsItsPlace() throws {
    let node = try Self.parse("# comment\nversion: 1\ntargets:\n  prod: { ä: [x, 'y'] }\n")
    let prod = try #require(node["targets"]?.mapping?.entry("prod"))
    #expect(prod.keyMark == Mark(line: 4, column: 3))
    #expect(prod.value.mark == Mark(line: 4, column: 9))
    #expect(prod.value["ä"]?[1]?.mark == Mark(line: 4, column: 18))
    #expect(prod.value["ä"]?[1]?.scalar?.style == .quoted)
    #expect(node["version"]?.integer == 1)
    #expect(node["none"] == nil)
  }

  @Test(arguments: [
    ("no", Scalar.Kind.string), ("yes", .string), ("on", .string), ("y", .string), ("true", .boolean),
    ("TRUE", .boolean),
    ("tRue", .string), ("'true'", .string), ("0o17", .integer), ("017", .integer), ("0x1F", .integer), ("0b1", .string),
    ("1_000", .string), ("-1", .integer), ("+1", .integer), ("1.", .number), (".5", .number), (".", .string),
    ("1e3", .number), ("1e", .string), ("-.inf", .number), (".nan", .number), ("12:30", .string), ("~", .null),
    ("null", .null), ("nUll", .string), ("", .null), ("2026-11-21", .string), ("0o8", .string), ("0x", .string),
    ("+", .string), ("e5", .string), (".e5", .string), ("1.5.2", .string), ("v1", .string),
    ("+0x1", .string),
  ])
  func scalarsFollowTheCoreSchemaOfYAML12(text: String, kind: Scalar.Kind) throws {
    #expect(try Self.parse("k: \(text)")["k"]?.scalar?.kind == kind)
  }

  @Test func valuesAreReadFromTheirText() throws {
    let node = try Self.parse(
      "a: 0o17\nb: 017\nc: 0x1F\nd: 9223372036854775808\ne: 1.10\nf: .5\ng: -.inf\nh: +3\ni: False")
    #expect(node["a"]?.integer == 15)
    #expect(node["b"]?.integer == 17)
    #expect(node["c"]?.integer == 31)
    #expect(node["d"]?.integer == nil)
    #expect(node["d"]?.text == "9223372036854775808")
    #expect(node["d"]?.number == 9_223_372_036_854_775_808)
    #expect(node["e"]?.text == "1.10")
    #expect(node["e"]?.string == nil)
    #expect(node["f"]?.number == 0.5)
    #expect(node["g"]?.number == nil)
    #expect(node["h"]?.integer == 3)
    #expect(node["i"]?.boolean == false)
  }

  @Test(arguments: [
    ("a: &x 1", "f.yaml:1:4: anchors are not read"),
    ("a: [*x]", "f.yaml:1:5: aliases are not read"),
    ("a:\n  <<: {b: 1}", "f.yaml:2:3: merge keys ('<<') are not read"),
    ("a: !!python/object:os.system x", "f.yaml:1:4: tags are not read"),
    ("a: !!str 1", "f.yaml:1:4: tags are not read"),
    ("? [a]\n: 1", "f.yaml:1:3: a key must be text, not a list or a mapping"),
    ("? {a: b}\n: 1", "f.yaml:1:3: a key must be text, not a list or a mapping"),
    ("?\n: 1", "f.yaml:1:2: a key is missing before ':'"),
    ("a: 1\nb: 2\n'a': 3", "f.yaml:3:1: the key 'a' is there twice; the first is at 1:1"),
    ("a: 1\n---\nb: 1", "f.yaml:2:1: a second document begins"),
    ("a: b\u{0}c", "f.yaml:1:5: control characters are not allowed"),
    ("é: 1\nü: \u{7}", "f.yaml:2:4: control characters are not allowed"),
    ("a:\n\t- b", "f.yaml:2:1: found character that cannot start any token while scanning for the next token"),
    ("a: [1", "f.yaml:2:1: did not find expected ',' or ']' while parsing a flow sequence"),
    ("a: b: c", "f.yaml:1:5: mapping values are not allowed in this context"),
  ])
  func whatIsNotReadIsRefusedAtItsPlace(text: String, expected: String) {
    #expect(Self.problem(text) == expected)
  }

  @Test func brokenUTF8IsRefusedAtItsPlace() {
    let failure = #expect(throws: DocumentFailure.self) {
      try YAML.parse(Array("é: 1\nü: ".utf8) + [0xFF, 0x0A], file: "f.yaml")
    }
    #expect(failure?.problems.first?.mark == Mark(line: 2, column: 4))
    #expect(throws: DocumentFailure.self) { try YAML.parse([0xFF, 0xFE, 0x61, 0x00], file: "utf16.yaml") }
  }

  @Test func aByteOrderMarkIsNoColumnAndAnEmptyDocumentIsNull() throws {
    #expect(try Self.parse("\u{FEFF}a: 1").mapping?.entry("a")?.keyMark == Mark(line: 1, column: 1))
    for text in ["", "\n\n", "# only a comment", "---\n", "---\n...\n"] { #expect(try Self.parse(text).isNull) }
  }

  @Test func depthBytesAndNodesHaveLimits() {
    #expect(Self.problem(String(repeating: "[", count: 64) + String(repeating: "]", count: 64)) == nil)
    #expect(Self.problem(String(repeating: "[", count: 1_000_000)) == "f.yaml:1:65: nested more than 64 deep")
    #expect(Self.problem(String(repeating: "{a: ", count: 65)) == "f.yaml:1:257: nested more than 64 deep")
    #expect(Self.problem(String(repeating: "- 1\n", count: 200_000)) == "f.yaml:200000:3: more than 200000 values")
    #expect(Self.problem(String(repeating: " ", count: 5 << 20))?.contains("bytes long, more than 4194304") == true)
  }

  @Test func tabsGetAHint() {
    let failure = #expect(throws: DocumentFailure.self) { try Self.parse("a:\n\tb: 1") }
    #expect(failure?.remedy == "indent with spaces; YAML allows no tabs there")
  }
}
