import CommandLine
import TestSupport
import Testing
import Vocabulary

struct RandomLineTests {
  /// Words that mean something to the sample, words that nearly do, and words that mean nothing.
  static let words = [
    "deploy", "rollback", "verify-cutover", "triage", "check", "contracts", "runs", "list", "show", "guard", "keeper",
    "help", "--help", "-h", "--version", "--", "-", "---", "--=", "-=", "--target", "--target=", "--target=prod", "-t",
    "-tprod",
    "-yq", "-vvv", "-vt", "--plan", "--plan=1", "--apply", "--timeout", "5s", "-1", "--hold", "3", "99", "--logs", "a",
    "b",
    "--out", "--from", "--since", "10m", "2026-02-24T20:12:12Z", "--format", "json", "jsn", "--strict", "--once",
    "__complete", "", " ", "é", "\u{0}", "\n", "\u{1B}[2J", "\u{202E}", "👩‍👩‍👧", "-é", "-👩‍👩‍👧x", "--té=x", "dep", "--tar",
    String(repeating: "-", count: 300), String(repeating: "deploy", count: 200),
  ]

  @Test(arguments: 0..<20) func noLineTrapsAndEachIsReadOrAnswered(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let line = (0..<Int.random(in: 0...8, using: &random)).map { _ in
        Self.words.randomElement(using: &random) ?? ""
      }
      do throws(UsageFailure) {
        _ = try parse(line)
      } catch {
        #expect(!error.problems.isEmpty, "\(line), seed \(seed)")
        for shown in error.description.split(separator: "\n", omittingEmptySubsequences: false) {
          #expect(["error: ", "because: ", "try: "].contains { shown.hasPrefix($0) }, "\(line), seed \(seed)")
          #expect(String(shown) == String(shown).harmless, "\(line), seed \(seed)")
        }
      }
    }
  }

  @Test(arguments: 0..<20) func everyWayToWriteAnOptionGivesTheSameValue(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let target = ["prod", "a=b", "x y", "=", "ü", "0"].randomElement(using: &random) ?? ""
      let seconds = Int.random(in: 1...9_999, using: &random)
      let isPlan = Bool.random(using: &random)
      var groups: [[String]] = []
      let forms = [["-t", target], ["--target", target], ["--target=\(target)"], ["-t=\(target)"], ["-yt", target]]
      groups.append(forms.randomElement(using: &random) ?? [])
      groups.append([["--timeout", "\(seconds)s"], ["--timeout=\(seconds)s"]].randomElement(using: &random) ?? [])
      if isPlan { groups.append(["--plan"]) }
      let line = ["deploy"] + groups.shuffled(using: &random).flatMap(\.self)
      guard case .command(let command) = try parse(line) else { throw Unread(line: "\(line)") }
      let deploy = try #require(command as? Deploy)
      #expect(deploy.target.rawValue == target, "\(line), seed \(seed)")
      #expect(deploy.timeout == .seconds(seconds), "\(line), seed \(seed)")
      #expect(deploy.isPlan == isPlan, "\(line), seed \(seed)")
    }
  }
}
