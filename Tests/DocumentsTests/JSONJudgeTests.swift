import Documents
import TestSupport
import Testing

/// Python's json reads the same documents.
@Suite(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
struct JSONJudgeTests {
  static let seed: UInt64 = 20_261_121

  @Test func pythonsJSONAcceptsAndReadsTheSameDocuments() async throws {
    var maker = JSONMaker(random: SeededGenerator(seed: Self.seed))
    var documents = JSONMaker.awkward.map { Array($0.utf8) }
    for count in 0..<6_000 {
      let document = maker.document()
      documents.append(count % 3 == 0 ? document : maker.mutated(document))
    }
    let answers = try await Python.judge("json_judge.py", lines: documents.map(\.hexadecimal))
    #expect(answers.count == documents.count)
    var accepted = 0
    for (document, answer) in zip(documents, answers) {
      let own = (try? JSON.parse(document, file: "")).map { Self.show($0) } ?? "reject"
      #expect(own == answer, "\(document.hexadecimal), seed \(Self.seed)")
      accepted += own == "reject" ? 0 : 1
    }
    // Both verdicts must be frequent, or nothing was compared.
    #expect(accepted > 1_500)
    #expect(documents.count - accepted > 1_500)
  }

  static func show(_ node: Node) -> String {
    switch node.content {
    case .sequence(let elements): return "[" + elements.map(show).joined(separator: ",") + "]"
    case .mapping(let mapping):
      return "{" + mapping.entries.map { "s\(Array($0.key.utf8).hexadecimal):\(show($0.value))" }.joined(separator: ",")
        + "}"
    case .scalar(let scalar):
      switch scalar.kind {
      case .null: return "n"
      case .boolean: return node.boolean == true ? "t" : "f"
      case .integer, .number: return "d" + scalar.text
      case .string: return "s" + Array(scalar.text.utf8).hexadecimal
      }
    }
  }
}

/// Random JSON documents, and random damage to them.
struct JSONMaker {
  var random: SeededGenerator

  static let awkward = [
    "", " ", "null", "\u{FEFF}null", "\u{FEFF}\u{FEFF}null", "-0", "-0.0e-0", "00", "0x1", ".5", "5.", "1e", "1e+",
    "1E400", "--1", "Infinity",
    "-Infinity", "NaN", "True", "[", "]", "[]]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"\\uD83D\\uDE0\"", "\"\\u00e\"", "\"\t\"", "\"\u{7f}\"",
    "\"\u{2028}\"",
    "\"\\/\"", "\"\\a\"", "'a'", "[1,,2]", "{\"a\":1 \"b\":2}", "\u{a0}1", "1\u{c}", "\u{b}1", "{\"\":1,\"\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "\"\\u0000\"", "nulll", "truefalse", "1 2", "[1]x", "// x\n1", "\"\\U0041\"", "1e5", "1E+05", "9007199254740993",
    "\"\\u+123\"", "\"\\u 123\"",
    "\"\\u１２３４\"",
    String(repeating: "[", count: 64) + String(repeating: "]", count: 64),
    String(repeating: "[", count: 65) + String(repeating: "]", count: 65),
    String(repeating: "{\"a\":", count: 65) + "1" + String(repeating: "}", count: 65),
  ]

  mutating func document() -> [UInt8] { Array(value(depth: 0).utf8) }

  mutating func mutated(_ document: [UInt8]) -> [UInt8] {
    var bytes = document
    let pieces: [[UInt8]] = [
      [0x22], [0x5C], [0x7B], [0x5D], [0x2C], [0x3A], [0x00], [0xFF], [0xC3], [0x80], Array("\\u".utf8),
      Array("1e".utf8), [0x2D], [0x20],
      Array("\\ud800".utf8), Array("null".utf8), [0x0A],
    ]
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
      case 1 where place < bytes.count: bytes.remove(at: place)
      case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 3: bytes.removeLast(min(bytes.count, Int.random(in: 1...4, using: &random)))
      default: break
      }
    }
    return bytes
  }

  private mutating func value(depth: Int) -> String {
    let space = [" ", "", "", "\n", "\t", "\r\n"].randomElement(using: &random) ?? ""
    switch Int.random(in: 0..<(depth < 5 ? 9 : 6), using: &random) {
    case 0: return space + (["null", "true", "false"].randomElement(using: &random) ?? "null")
    case 1: return space + "\(Int64(bitPattern: random.next()))"
    case 2: return "\(Double(Int.random(in: -9_999...9_999, using: &random)) / 64)" + space
    case 3:
      return
        "\(Int.random(in: 0...9, using: &random))e\(["+", "-", ""].randomElement(using: &random) ?? "")\(Int.random(in: 0...400, using: &random))"
    case 4, 5: return text()
    case 6:
      let elements = (0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth + 1) }
      return "[" + space + elements.joined(separator: "," + space) + "]"
    default:
      let entries = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        text() + space + ":" + value(depth: depth + 1)
      }
      return "{" + space + entries.joined(separator: ",") + space + "}"
    }
  }

  private mutating func text() -> String {
    let pieces = [
      "a", "b", "key", "é", "😀", "\\n", "\\\\", "\\\"", "\\u00e9", "\\ud83d\\ude00", "/", "\\/", " ", "\u{7f}",
      "\\u0000", "\u{2028}", "ß",
    ]
    return "\""
      + (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      + "\""
  }
}
