import Documents
import TestSupport
import Testing

/// Python's tomllib, which shares no code with this reader, reads the same values out of the same documents.
@Suite(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
struct TOMLJudgeTests {
  static let documents = [
    "# TOML\ntitle = \"Example\"\n[owner]\nname = 'Tom'\ndob = 1979-05-27T07:32:00-08:00\n[servers.alpha]\nip = \"10.0.0.1\"\n",
    "[project]\n  subdomain = \"my-proj\"\n\n[agent]\n  id = \"CA_xxx\"\n",
    "project_subdomain = \"x\"\n[agent]\nname='a'\ncpu = 1\n",
    "a = \"\"\"\nRoses \\\n   are red\\\n\n  Violets\"\"\"\nb = '''\nraw \\ '' text'''\nc = \"\"\"a \"\"quoted\"\" b\"\"\"\"\n",
    "a = \"tab\\t quote\\\" \\u00e9 \\U0001F600 \\\\ \\b\\f\\r\\n\"\n",
    "\"quoted key\" = 1\n'lit' = 2\n\"\" = 3\n3.14 = 'pi'\nbare-key_1 = true\n",
    "a.b.c = 1\na.b.d = 2\na . e = 3\n",
    "[fruit]\napple.color = 'red'\napple.taste.sweet = true\n[fruit.apple.texture]\nsmooth = true\n",
    "[[products]]\nname = 'Hammer'\n[[products]]\n[[products]]\nname = 'Nail'\n[products.size]\nx = 1\n[[products.tags]]\nt = 1\n",
    "[x.y.z.w]\n[x]\nb = 1\n", "a = [ [1, 2], ['a', \"b\"], {c = 1}, ]\nb = [\n  1, # one\n  2\n  ,\n]\n",
    "p = { x = 1, y.z = 2, 'q r' = {} }\n",
    "a = 0xDEADBEEF\nb = 0o755\nc = 0b1101\nd = 1_000_000\ne = +99\nf = -17\ng = 0\nh = -0\n",
    "a = 3.14\nb = 5e+22\nc = 6.626e-34\nd = 224_617.445_991\ne = inf\nf = -inf\ng = nan\nh = -0.0\ni = 1e06\n",
    "a = 1979-05-27T07:32:00Z\nb = 1979-05-27 07:32:00.999999-07:00\nc = 1979-05-27T07:32:00\nd = 1979-05-27\ne = 07:32:00.5\nf = 2000-02-29\n",
    "a = 9223372036854775807\nb = -9223372036854775808\n", "[a]\r\nb = 1\r\n\r\n[c]\r\nd = '''x\r\ny'''\r\n", "",
    "\n\n# only\n", "a = true#c",
    "[a.b]\nx=1\n[a.c]\nx=1\n[a]\nx=1\n", "[a.b.c]\n z=9\n[a]\nb.d = 1\n", "[[a.b]]\nx = 1\n[a]\ny = 2\n",
    "a.b = 1\n[a.c]\nx=1\n",
    "[ a . 'b' ]\nc = 1\n", "a = \"\"\"\"\"\"\nb = ''''''\nc = \"\"\n", "a = \"\"\"\\\n   \"\"\"\n",
    "[[ a ]]\n[ a.b ]\n",
    // What must be refused.
    "a = 1\na = 2\n", "[a]\n[a]\n", "[a]\nb = 1\n[a.b]\n", "a = []\n[[a]]\n", "[[a]]\n[a]\n", "[a]\n[[a]]\n",
    "a.b = 1\na = 2\n",
    "a = {x=1}\na.y = 2\n", "a = {b.c=1}\n[a.b]\n", "[a.b.c]\nz=9\n[a]\nb.c.t = 1\n",
    "[a.b.c.d]\nz=9\n[a]\nb.c.d.k.t = 1\n", "[[a.b]]\n[a]\nb.y = 2\n",
    "[fruit]\napple.color=1\n[fruit.apple]\n", "a = 01\n", "a = 1_\n", "a = _1\n", "a = 1__0\n", "a = 0x\n",
    "a = +0x1\n", "a = .5\n", "a = 5.\n", "a = 1e\n",
    "a = 1.e5\n", "a = True\n", "a = 1979-02-30\n", "a = 24:00:00\n", "a = 12:00\n", "a = 1979-05-27T\n",
    "a = 1979-05-27 \n", "a = {\nb=1}\n",
    "a = {b=1,}\n", "a = [1 2]\n", "a = [,]\n", "a = 'x\n", "a = \"\\x\"\n", "a = \"\\u12\"\n", "[a\n", "[]\n",
    "[a.]\n", "[[a]\n", "= 1\n", "a b = 1\n", "a = 1 2\n",
    "a = '''x''''''\n", "a = \"\"\"x\n", "a.b.c\n", "a = \"\\U00110000\"\n", "a\n= 1\n", "a =\n1\n",
    "\"\"\"a\"\"\" = 1\n", "a = 1\r", "a = 1.0_\n", "a = 1e_5\n",
  ]

  @Test func tomllibReadsTheSameValues() async throws {
    var random = SeededGenerator(seed: 11)
    var documents = Self.documents.map { Array($0.utf8) }
    for _ in 0..<6_000 { documents.append(Self.mutated(Self.documents.randomElement(using: &random) ?? "", &random)) }
    for _ in 0..<1_500 { documents.append(Array(Self.generated(&random).utf8)) }
    let answers = try await Python.judge("toml_judge.py", lines: documents.map(\.hexadecimal))
    #expect(answers.count == documents.count)
    var accepted = 0
    for (document, answer) in zip(documents, answers) {
      let own = (try? TOML.parse(document, file: "")).map(Self.show) ?? "reject"
      accepted += own == "reject" ? 0 : 1
      #expect(own == answer, "\(String(decoding: document, as: UTF8.self).debugDescription)")
    }
    #expect(accepted > 1_500)
    #expect(documents.count - accepted > 1_500)
  }

  @Test func everyShortScalarIsReadAlike() async throws {
    var random = SeededGenerator(seed: 12)
    let alphabet = Array("0123456789__..eE+-:xobinfatruTZ ")
    var texts: Set<String> = []
    while texts.count < 15_000 {
      let count = Int.random(in: 1...7, using: &random)
      texts.insert(String((0..<count).map { _ in alphabet.randomElement(using: &random) ?? "0" }))
    }
    let seeds = ["1979-05-27T07:32:00Z", "2024-02-29", "23:59:59.123456", "1979-05-27 00:32:00.999-07:00"]
    for seed in seeds {
      for _ in 0..<1_000 {
        var text = Array(seed)
        text[Int.random(in: 0..<text.count, using: &random)] = alphabet.randomElement(using: &random) ?? "0"
        texts.insert(String(text))
      }
    }
    let plain = texts.sorted()
    let answers = try await Python.judge("toml_judge.py", lines: plain.map { Array("a = \($0)".utf8).hexadecimal })
    var kinds: [String: Int] = [:]
    for (text, answer) in zip(plain, answers) {
      let own = (try? TOML.parse(Array("a = \(text)".utf8), file: "")).map(Self.show) ?? "reject"
      #expect(own == answer, "\(text)")
      kinds[String(own.dropFirst(4).prefix { $0 != "/" }), default: 0] += 1
    }
    for kind in ["integer", "number", "date"] { #expect(kinds[kind, default: 0] > 50, "\(kind)") }
  }

  static func show(_ node: Node) -> String {
    switch node.content {
    case .scalar(let scalar):
      switch scalar.kind {
      case .string where scalar.style == .plain: return "date/\(isoformat(scalar.text))"
      case .string: return "string/\(Array(scalar.text.utf8).hexadecimal)"
      case .integer: return "integer/\(node.integer.map { "\($0)" } ?? "none")"
      case .number:
        guard let value = Double(scalar.text) else { return "number/none" }
        let bits = String(value.bitPattern, radix: 16)
        return value.isNaN ? "number/nan" : "number/" + String(repeating: "0", count: 16 - bits.count) + bits
      default: return "\(scalar.kind)/\(scalar.text)"
      }
    case .sequence(let elements): return "[" + elements.map(show).joined(separator: ",") + "]"
    case .mapping(let mapping):
      let entries = mapping.entries.map { "\(Array($0.key.utf8).hexadecimal)=\(show($0.value))" }
      return "{" + entries.sorted().joined(separator: ",") + "}"
    }
  }

  /// A date or time as Python shows it: `T` between them, six digits of a second or none, an offset in figures.
  static func isoformat(_ written: String) -> String {
    var text = written.uppercased().replacing(" ", with: "T").replacing("Z", with: "+00:00")
    if let dot = text.firstIndex(of: ".") {
      let start = text.index(after: dot)
      let digits = text[start...].prefix { $0.isNumber }
      let six = (digits + "000000").prefix(6)
      text = text[..<dot] + (six == "000000" ? "" : "." + six) + text[digits.endIndex...]
    }
    return text.replacing("-00:00", with: "+00:00", subrange: text.dropFirst(10).startIndex..<text.endIndex)
  }

  /// Cuts, doubles and swaps scalars of a document, and puts TOML's signs into it.
  static func mutated(_ document: String, _ random: inout SeededGenerator) -> [UInt8] {
    var scalars = Array(document.unicodeScalars)
    let signs = Array("[]{}=.,\"'\\#\n\r\t _-+0179eTZ:abé\u{1}".unicodeScalars)
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0...scalars.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: scalars.insert(signs.randomElement(using: &random) ?? " ", at: place)
      case 1 where place < scalars.count: scalars.remove(at: place)
      case 2 where place < scalars.count: scalars[place] = signs.randomElement(using: &random) ?? " "
      default: break
      }
    }
    return Array(String(String.UnicodeScalarView(scalars)).utf8)
  }

  /// Headers and keys from few names, so that they meet in every way that is allowed and many that are not.
  static func generated(_ random: inout SeededGenerator) -> String {
    func path() -> String {
      (0..<Int.random(in: 1...3, using: &random)).map { _ in ["a", "b", "c"].randomElement(using: &random) ?? "a" }
        .joined(separator: ".")
    }
    let values = ["1", "{}", "{a = 1}", "{a.b = 1}", "[]", "[{}]", "'x'", "{a = {b = 1}, c = 2}"]
    return (0..<Int.random(in: 1...5, using: &random)).map { _ in
      switch Int.random(in: 0..<4, using: &random) {
      case 0: "[\(path())]"
      case 1: "[[\(path())]]"
      default: "\(path()) = \(values.randomElement(using: &random) ?? "1")"
      }
    }.joined(separator: "\n")
  }
}
