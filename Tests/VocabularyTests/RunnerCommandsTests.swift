import Testing
import Vocabulary

struct RunnerCommandsTests {
  @Test(arguments: [
    ("::error::boom", #"\u{3a}:error::boom"#),
    ("  \u{A0}::set-output name=a::b", "  \u{A0}" + #"\u{3a}:set-output name=a::b"#),
    ("a ::error::b", "a ::error::b"), ("std::error::Error", "std::error::Error"), ("fe80::1", "fe80::1"),
    ("x ##[add-mask]y", #"x #\u{23}[add-mask]y"#), ("###[group]", ###"##\u{23}[group]"###),
    ("##vso[task.setvariable]", #"#\u{23}vso[task.setvariable]"#), ("## a heading [link]", "## a heading [link]"),
    ("one\n::debug::two\nthree", "one\n" + #"\u{3a}:debug::two"# + "\nthree"), ("", ""), ("\n\n", "\n\n"),
  ])
  func commandsOfRunnersAreDisarmedAndNothingElseIs(text: String, expected: String) {
    #expect(text.withoutRunnerCommands() == expected)
  }

  @Test func inJSONTheTextStaysTheSame() {
    let text = ###"{"a":"##[error] ::x::"}"###
    #expect(text.withoutRunnerCommands(inJSON: true) == ###"{"a":"#\u0023[error] ::x::"}"###)
  }
}
