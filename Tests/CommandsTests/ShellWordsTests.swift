import Documents
import Machine
import TestSupport
import Testing

struct ShellWordsTests {
  @Test(arguments: [
    ("python agent.py start", ["python", "agent.py", "start"]), ("  a\t b\n", ["a", "b"]), ("", []),
    ("a 'b c' \"d e\"", ["a", "b c", "d e"]), (#"a\ b "c\"d" 'e\f'"#, ["a b", "c\"d", "e\\f"]), ("'' \"\"", ["", ""]),
    (#""$HOME" `x`"#, ["$HOME", "`x`"]),
  ])
  func wordsAreSplitAsAShellDoes(_ line: String, _ words: [String]) { #expect(ShellWords.split(line) == words) }

  @Test(arguments: ["'a", "\"a", "a\\"]) func anOpenQuoteIsRefused(_ line: String) {
    #expect(ShellWords.split(line) == nil)
  }

  /// Python's shlex, in its POSIX mode, is the judge over lines of a small alphabet; without `$`, before which it keeps a
  /// backslash in double quotes and a shell does not.
  @Test func pythonAgreesOnRandomLines() async throws {
    var generator = SeededGenerator(seed: 20_261_121)
    let alphabet = Array("ab '\"\\")
    let lines = (0..<3_000).map { _ in
      String(
        (0..<Int.random(in: 0...12, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? "a" })
    }
    let program = """
      import json, shlex, sys
      for line in json.load(sys.stdin):
          try: print(json.dumps(shlex.split(line)))
          except ValueError: print("null")
      """
    let python = Program.find("python3") ?? "/usr/bin/python3"
    let run = try await Invocation([python, "-c", program])
      .run(input: .bytes(try CanonicalJSON.encode(lines)), within: .seconds(60) * Patience.factor, keeping: 1 << 22)
    try #require(run.succeeded, "\(run.errorText)")
    let answers = run.text.split(separator: "\n")
    #expect(answers.count == lines.count)
    for (line, answer) in zip(lines, answers) {
      let judged = try CanonicalJSON.decode([String]?.self, from: Array(answer.utf8))
      #expect(ShellWords.split(line) == judged, "\(line)")
    }
  }
}
