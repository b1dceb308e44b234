import CommandLine
import Testing
import Vocabulary

struct UsageFailureTests {
  /// A line and all that is printed for it.
  static let messages: [(line: String, text: String)] = [
    (
      "deploy --tarket prod",
      "error: unknown option '--tarket'\ntry: did you mean '--target'? see 'sluice deploy --help'"
    ),
    (
      "deploy --timeout 5x --format jsn --zzzzzz",
      """
      error: option '--timeout': '5x' is not a duration
      try: a duration is like 1h30m, 5s or 250ms
      error: option '--format': 'jsn' is not one of text, json, jsonl, github
      try: did you mean 'json'?
      error: unknown option '--zzzzzz'
      try: 'sluice deploy --help'
      """
    ),
    ("deply", "error: unknown command 'deply'\ntry: did you mean 'deploy'? see 'sluice --help'"),
    (
      "runs lst", "error: unknown command 'lst' after 'sluice runs'\ntry: did you mean 'list'? see 'sluice runs --help'"
    ),
    ("runs", "error: no command is given after 'sluice runs'\ntry: one of list, show; see 'sluice runs --help'"),
    (
      "--target x deploy",
      """
      error: option '--target' stands before a command
      because: options belong to the command they follow
      try: 'sluice COMMAND --target'; see 'sluice --help'
      """
    ),
    ("deploy --target", "error: option '--target' needs a value\ntry: '--target NAME'; see 'sluice deploy --help'"),
    (
      "deploy --target --plan",
      """
      error: option '--target' needs a value
      because: '--plan' is not taken for one, because it begins with a hyphen
      try: '--target=NAME' where the value begins with a hyphen; see 'sluice deploy --help'
      """
    ),
    (
      "deploy --plan=yes",
      "error: option '--plan' takes no value\ntry: '--plan' alone; see 'sluice deploy --help'"
    ),
    (
      "deploy --target a --target b",
      """
      error: option '--target' is given twice
      because: it has one value
      try: '--target' once; see 'sluice deploy --help'
      """
    ),
    (
      "deploy --plan --apply p.json",
      "error: '--plan' and '--apply' exclude each other\ntry: one of them; see 'sluice deploy --help'"
    ),
    ("deploy extra", "error: unexpected argument 'extra'\ntry: 'sluice deploy --help'"),
    (
      "deploy -target prod", "error: unknown option '-target'\ntry: did you mean '--target'? see 'sluice deploy --help'"
    ),
    (
      "deploy -yx",
      "error: unknown option '-x'\nbecause: it stands in '-yx'\ntry: 'sluice deploy --help'"
    ),
    (
      "rollback",
      """
      error: option '--target' is required
      try: '--target NAME' or SLUICE_TARGET=NAME; see 'sluice rollback --help'
      """
    ),
    ("runs show", "error: argument RUN is missing\ntry: 'sluice runs show --help'"),
    (
      "guard npm start",
      "error: unexpected argument 'npm'\ntry: '-- COMMAND' after the options; see 'sluice guard --help'"
    ),
    ("guard", "error: COMMAND is missing\ntry: '-- COMMAND' after the options; see 'sluice guard --help'"),
    (
      "check --fail-on never contracts",
      """
      error: unexpected argument 'contracts'
      try: 'sluice check contracts' with the options after it; see 'sluice check --help'
      """
    ),
    (
      "verify-cutover --strict",
      "error: option '--strict' needs '--since' or '--once'\ntry: 'sluice verify-cutover --help'"
    ),
    (
      "verify-cutover --once --hold 6",
      """
      error: '--hold 6' cannot be reached with '--once'
      try: '--hold 5' or less; see 'sluice verify-cutover --help'
      """
    ),
    (
      "verify-cutover --hold many",
      """
      error: option '--hold': 'many' is not a whole number
      try: a whole number from 1 to 10; see 'sluice verify-cutover --help'
      """
    ),
    (
      "deploy --leak-bound nan",
      "error: option '--leak-bound': 'nan' is not a number\ntry: a number from 0.0 to 1.0; see 'sluice deploy --help'"
    ),
    ("help nothing", "error: unknown command 'nothing'\ntry: 'sluice --help'"),
  ]

  @Test(arguments: messages) func aWrongLineIsAnsweredWithWhatAndWhatToTry(line: String, text: String) throws {
    let failure = #expect(throws: UsageFailure.self) { try parse(line) }
    #expect(failure?.description == text)
    #expect(failure?.exitStatus == .usage)
  }

  @Test func problemsComeInTheOrderOfTheLineAndMissingThingsLast() throws {
    let failure = #expect(throws: UsageFailure.self) { try parse("rollback one --bogus --to two --to three") }
    #expect(
      failure?.problems.map(\.what) == [
        "unexpected argument 'one'", "unknown option '--bogus'", "option '--to' is given twice",
        "option '--target' is required",
      ])
  }

  @Test func textOfTheLineIsMadeHarmless() throws {
    let failure = #expect(throws: UsageFailure.self) { try parse(["deploy", "--\u{1B}[31mred\n", "\u{202E}x"]) }
    let text = try #require(failure?.description)
    #expect(text.contains("'--\\u{1b}[31mred\\n'"))
    #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 32 && $0.value != 0x202E })
  }

  @Test func hiddenThingsAreNotSuggested() throws {
    for line in ["keepr", "deploy --inject-fautl"] {
      let failure = #expect(throws: UsageFailure.self) { try parse(line) }
      #expect(failure?.problems.first?.remedy == nil, "\(line)")
    }
  }

  @Test func nothingAtAllNamesTheCommands() throws {
    let failure = #expect(throws: UsageFailure.self) { try parse("") }
    #expect(failure?.problems.first?.remedy == "one of deploy, rollback, verify-cutover, triage, check, runs, guard")
  }
}
