import CommandLine
import Testing
import Vocabulary

/// Reads a line of the sample program, as a shell would split it at spaces.
func parse(_ line: String, environment: [String: String] = [:]) throws(UsageFailure) -> Parsed {
  try parse(line.split(separator: " ").map(String.init), environment: environment)
}

func parse(_ words: [String], environment: [String: String] = [:]) throws(UsageFailure) -> Parsed {
  try Parser(root: Sample.self).parse(words, environment: environment, now: sampleNow, width: 80)
}

let sampleNow = Timestamp(milliseconds: 1_700_000_000_000)

func read<Value: Command>(
  _ type: Value.Type, _ line: String, environment: [String: String] = [:]
) throws -> Value {
  guard case .command(let command) = try parse(line, environment: environment) else {
    throw Unread(line: line)
  }
  return try #require(command as? Value)
}

struct Unread: Error { let line: String }

struct ParsingTests {
  @Test func longOptionsTakeTheirValueAsAWordOrAfterEquals() throws {
    for line in ["deploy --target prod", "deploy --target=prod", "deploy -t prod", "deploy -tprod", "deploy -t=prod"] {
      #expect(try read(Deploy.self, line).target == "prod", "\(line)")
    }
  }

  @Test func whatIsNotGivenHasItsDefault() throws {
    let deploy = try read(Deploy.self, "deploy")
    #expect(deploy.target == "default")
    #expect(deploy.timeout == .seconds(3900))
    #expect(deploy.version == nil)
    #expect(!deploy.isPlan)
    #expect(deploy.output.format == .text)
  }

  @Test func shortFlagsMayStandInOneWord() throws {
    let deploy = try read(Deploy.self, "deploy -yqt prod")
    #expect(deploy.isConfirmed && deploy.output.isQuiet)
    #expect(deploy.target == "prod")
    #expect(try read(Deploy.self, "deploy -vvyv").output.verbosity == 3)
  }

  @Test func theLineOutranksTheEnvironmentAndTheEnvironmentTheDefault() throws {
    let environment = ["SLUICE_TARGET": "staging", "SLUICE_FORMAT": "json"]
    #expect(try read(Deploy.self, "deploy", environment: environment).target == "staging")
    #expect(try read(Deploy.self, "deploy", environment: environment).output.format == .json)
    #expect(try read(Deploy.self, "deploy -t prod", environment: environment).target == "prod")
    #expect(try read(Deploy.self, "deploy", environment: ["SLUICE_TARGET": ""]).target == "default")
    #expect(try read(Rollback.self, "rollback", environment: environment).target == "staging")
  }

  @Test func flagsAreReadFromTheEnvironmentAsYesOrNo() throws {
    #expect(try read(VerifyCutover.self, "verify-cutover", environment: ["SLUICE_STRICT": "1"]).isStrict)
    #expect(try !read(VerifyCutover.self, "verify-cutover", environment: ["SLUICE_STRICT": "no"]).isStrict)
    let failure = #expect(throws: UsageFailure.self) {
      try read(VerifyCutover.self, "verify-cutover", environment: ["SLUICE_STRICT": "perhaps"])
    }
    #expect(failure?.what == "environment variable SLUICE_STRICT: 'perhaps' is neither yes nor no")
  }

  @Test func listsTakeWordsUpToTheNextOptionAndMayBeRepeated() throws {
    let triage = try read(Triage.self, "triage --logs a b - --out x --logs c bundle")
    #expect(triage.logs == ["a", "b", "-", "c", "bundle"])
    #expect(triage.output == "x")
    #expect(try read(Triage.self, "triage --logs=a bundle").bundles == ["bundle"])
    #expect(try read(Triage.self, "triage --logs a -- bundle --out").bundles == ["bundle", "--out"])
  }

  @Test func repeatedOptionsKeepTheirOrder() throws {
    #expect(try read(VerifyCutover.self, "verify-cutover --from v1 --once --from v0").from == ["v1", "v0"])
  }

  @Test func timesAreMomentsOrAges() throws {
    let given = try read(VerifyCutover.self, "verify-cutover --since 2026-02-24T20:12:12Z").since
    #expect(given == Timestamp("2026-02-24T20:12:12Z"))
    #expect(try read(VerifyCutover.self, "verify-cutover --since 10m").since == sampleNow - .seconds(600))
  }

  @Test func groupsLeadToTheirCommandsByNameOrAlias() throws {
    #expect(try read(Runs.List.self, "runs list --limit 5").limit == 5)
    #expect(try read(Runs.List.self, "runs ls").limit == 20)
    #expect(try read(Runs.Show.self, "runs show 2026 json").format == .json)
    #expect(try read(Rollback.self, "revert -t prod").target == "prod")
  }

  @Test func aGroupWithAFallbackRunsItWhenNoWordFollows() throws {
    #expect(try read(CheckAll.self, "check").severity == .critical)
    #expect(try read(CheckAll.self, "check --fail-on never").severity == .never)
    _ = try read(CheckContracts.self, "check contracts")
  }

  @Test func aCommandLineAfterTwoHyphensIsTakenAsItIs() throws {
    let command = try read(Guard.self, "guard --timeout 5s -- npm start -- --help --timeout x")
    #expect(command.command == ["npm", "start", "--", "--help", "--timeout", "x"])
    #expect(command.timeout == .seconds(5))
  }

  @Test func hiddenCommandsAndOptionsCanBeCalled() throws {
    #expect(try read(Keeper.self, "keeper --pid 7").pid == 7)
    _ = try read(Deploy.self, "deploy --inject-fault")
  }

  @Test func negativeNumbersAreValuesAndNotOptions() throws {
    let failure = #expect(throws: UsageFailure.self) { try parse("verify-cutover --hold -1") }
    #expect(failure?.what == "option '--hold': '-1' is out of range")
  }

  @Test func versionAndHelpAreAskedForInEveryUsualWay() throws {
    guard case .version = try parse("--version") else { throw Unread(line: "--version") }
    for line in [
      "--help", "-h", "help", "deploy --help", "deploy --tarket -h", "help deploy", "runs -h", "help runs ls",
    ] {
      guard case .help = try parse(line) else { throw Unread(line: line) }
    }
    // A command may have a `--version` of its own.
    #expect(try read(Deploy.self, "deploy --version v2").version == "v2")
  }

  @Test func aShellsQuestionCarriesTheLine() throws {
    let words = ["__complete", "run", "2026", "runs", "show", "--config=x.yaml", "--config", "y.yaml"]
    guard case .completion(let request) = try parse(words) else { throw Unread(line: "__complete") }
    #expect(request.kind == "run" && request.prefix == "2026")
    #expect(request.value(of: "--config") == "y.yaml")
    #expect(request.value(of: "--target") == nil)
  }
}
