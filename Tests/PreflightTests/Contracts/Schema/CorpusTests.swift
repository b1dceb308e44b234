import Documents
import Machine
import TestSupport
import Testing

@testable import Preflight

/// The cases of corpus/compat, both directions of each.
@Suite(.enabled(if: Corpus.folder != nil, "no corpus in SLUICE_CORPUS"))
struct CorpusTests {
  /// Where Apicurio's verdict is not what the sets of valid values say.
  ///
  /// Formats and `content*` are annotations (13, 14, 100…104), a pattern that everything matches asks for nothing (10, 11,
  /// 124…126), `type` and `const` can exclude everything (96), every text or non-text has some branch (108, 117 forward),
  /// and overlapping branches of `oneOf` refuse (117, 119: Apicurio's verdicts are wrong by counterexample).
  static let byMeaning: [String: String] = [
    "10 forward": "compatible", "11 backward": "compatible", "11 forward": "compatible", "13 forward": "compatible",
    "14 backward": "compatible", "14 forward": "compatible", "96 backward": "compatible", "96 forward": "compatible",
    "100 forward": "compatible", "101 backward": "compatible", "101 forward": "compatible",
    "103 forward": "compatible", "104 backward": "compatible", "104 forward": "compatible",
    "108 forward": "compatible", "117 backward": "breaking", "117 forward": "compatible", "119 backward": "breaking",
    "124 backward": "compatible", "124 forward": "compatible", "125 forward": "compatible",
    "126 forward": "compatible",
  ]

  @Test func apicurioCasesAreDecidedByMeaning() throws {
    let cases = try #require(try Corpus.read("apicurio/jsonschema-compatibility-test-data.json")["tests"]?.sequence)
    #expect(cases.count == 145)
    for (index, entry) in cases.enumerated() {
      let old = JSONSchema(try #require(entry["original"]))
      let new = JSONSchema(try #require(entry["updated"]))
      let stated = entry["compatibility"]?.string
      for (direction, writer, reader) in [("backward", old, new), ("forward", new, old)] {
        let decision = SchemaComparison.compare(writer: writer, reader: reader)
        let said = (direction == "backward" ? stated != "none" : stated == "both") ? "compatible" : "breaking"
        #expect(decision.word == Self.byMeaning["\(index) \(direction)"] ?? said, "\(index) \(direction): \(decision)")
        if case .breaking(let changes, _) = decision { #expect(!changes.isEmpty, "\(index) \(direction)") }
      }
    }
  }

  @Test func toolContractsAreDecidedAsLabelled() throws {
    let cases = try #require(try Corpus.read("tool-contracts/cases.json")["cases"]?.sequence)
    for entry in cases {
      guard let old = entry["old"]?["inputSchema"], let new = entry["new"]?["inputSchema"] else { continue }
      guard entry["old"]?["name"]?.string == entry["new"]?["name"]?.string else { continue }
      let everything = Node(.scalar(Scalar(text: "true", style: .plain, kind: .boolean)), at: Mark(line: 1, column: 1))
      let oldOut = entry["old"]?["outputSchema"] ?? everything
      let newOut = entry["new"]?["outputSchema"] ?? everything
      for (label, writer, reader) in [
        ("args_old_caller_new_tool", old, new), ("args_new_caller_old_tool", new, old),
        ("result_new_tool_old_reader", newOut, oldOut), ("result_old_tool_new_reader", oldOut, newOut),
      ] {
        let decision = SchemaComparison.compare(writer: JSONSchema(writer), reader: JSONSchema(reader))
        let expected = entry["expected"]?[label]?.boolean == true ? "compatible" : "breaking"
        #expect(decision.word == expected, "\(entry["id"]?.string ?? "") \(label): \(decision)")
      }
    }
  }
}

extension SchemaComparison.Decision {
  /// `compatible`, `breaking` or `undecided`.
  var word: String {
    switch self {
    case .compatible: "compatible"
    case .breaking: "breaking"
    case .undecided: "undecided"
    }
  }
}

/// The corpora that SLUICE_CORPUS names.
enum Corpus {
  static let folder = ProcessEnvironment.current["SLUICE_CORPUS"]

  /// A JSON document of corpus/compat.
  static func read(_ path: String) throws -> Node {
    let file = "\(folder ?? "")/compat/\(path)"
    return try JSON.parse(Files.read(file, limit: 8 << 20), file: file)
  }
}
