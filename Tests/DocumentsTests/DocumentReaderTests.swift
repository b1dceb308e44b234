import Documents
import Testing
import Vocabulary

struct DocumentReaderTests {
  enum Color: String, CaseIterable { case red, green }
  struct Policy: Equatable {
    var grace: Duration
    var minimum: Int64
  }

  static func problems(_ text: String, _ body: (MappingReader) throws -> Int?) throws -> [String] {
    do {
      _ = try DocumentReader.read(YAML.parse(Array(text.utf8), file: "s.yaml"), file: "s.yaml", body)
      return []
    } catch let failure as DocumentFailure {
      return failure.problems.map { $0.line + ($0.hint.map { " [\($0)]" } ?? "") }
    }
  }

  @Test func goodDocumentsBecomeValues() throws {
    let text =
      "cutover: { grace: 1h30m, minimum-new-sessions: 3 }\ncolor: green\nnames: [a, b]\nenvironment: { PORT: 8080, on: yes }"
    let value = try DocumentReader.read(YAML.parse(Array(text.utf8), file: "s.yaml"), file: "s.yaml") { reader in
      #expect(reader.choice("color", Color.self) == .green)
      #expect(reader.strings("names") == ["a", "b"])
      #expect(reader.texts("environment") == ["PORT": "8080", "on": "yes"])
      #expect(reader.duration("absent") == nil)
      return reader.mapping("cutover") {
        Policy(grace: $0.duration("grace") ?? .zero, minimum: $0.integer("minimum-new-sessions", in: 1...100) ?? 0)
      }
    }
    #expect(value == Policy(grace: .seconds(5_400), minimum: 3))
  }

  @Test func everyProblemIsFoundAndSortedByPlace() throws {
    let text = """
      cutover: { grce: 30s, quiet: 5 minutes, minimum: 0 }
      color: gren
      name: 12
      names: [a, [b]]
      flag: no
      zzz: 1
      """
    let found = try Self.problems(text) { reader in
      _ = reader.required("url", reader.string)
      _ = reader.boolean("flag")
      _ = reader.strings("names")
      _ = reader.string("name")
      _ = reader.choice("color", Color.self)
      return reader.mapping("cutover") {
        _ = $0.duration("grace")
        _ = $0.duration("quiet")
        _ = $0.integer("minimum", in: 1...10)
        return 1
      }
    }
    #expect(
      found == [
        "s.yaml:1:1: the document lacks the key 'url'",
        "s.yaml:1:12: unknown key 'grce' in 'cutover' [did you mean 'grace'?]",
        "s.yaml:1:30: 'quiet' must be a duration like 1h30m, 5s or 250ms, not '5 minutes'",
        "s.yaml:1:50: 'minimum' is 0, less than 1",
        "s.yaml:2:8: 'color' must be one of 'green', 'red', not 'gren' [did you mean 'green'?]",
        "s.yaml:3:7: 'name' must be text, not '12' [put it in quotes: \"12\"]",
        "s.yaml:4:12: 'names[1]' must be text, not a list",
        "s.yaml:5:7: 'flag' must be true or false, not 'no'",
        "s.yaml:6:1: unknown key 'zzz' in the document [known keys: 'color', 'cutover', 'flag', 'name', 'names', 'url']",
      ])
  }

  @Test func aDefaultNeverHidesABadValue() throws {
    let found = try Self.problems("timeout: soon") { reader in
      _ = reader.duration("timeout") ?? .seconds(60)
      return 1
    }
    #expect(found == ["s.yaml:1:10: 'timeout' must be a duration like 1h30m, 5s or 250ms, not 'soon'"])
  }

  @Test func aDocumentThatIsNoMappingIsAProblemOfItsOwn() throws {
    #expect(
      try Self.problems("- a") { _ in 1 } == [
        "s.yaml:1:1: the document must be a mapping of keys to values, not a list"
      ])
    #expect(try Self.problems("a:") { $0.mapping("a") { _ in 1 } }.first?.hasSuffix("not nothing") == true)
  }

  @Test func aFailureReadsWellForPeople() throws {
    let failure = #expect(throws: DocumentFailure.self) {
      try DocumentReader.read(YAML.parse(Array("grce: 1\n\"\\e[1m\": 2".utf8), file: "s.yaml"), file: "s.yaml") {
        $0.duration("grace") ?? .zero
      }
    }
    #expect(failure?.exitStatus == .configuration)
    #expect(failure?.what == "2 problems in s.yaml")
    #expect(failure?.why?.contains("\n") == false, "an error is three lines")
    #expect(
      failure?.description == """
        error: s.yaml:1:1: unknown key 'grce' in the document
        try: did you mean 'grace'?
        error: s.yaml:2:1: unknown key '\\u{1b}[1m' in the document
        try: known keys: 'grace'
        """)
  }
}
