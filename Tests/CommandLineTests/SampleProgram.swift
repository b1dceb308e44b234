import CommandLine
import Vocabulary

// A program with the shapes that sluice's own surface has.

enum Sample: CommandGroup {
  static let name = "sluice"
  static let summary = "Take a fleet of live sessions from one version to the next, and prove it."
  static let discussion = """
    Results go to standard output, progress and diagnostics to standard error.

    A line of a configuration:
      targets: { production: … }
    """
  static let sections = [
    CommandSection("Changing a fleet", [Deploy.self, Rollback.self]),
    CommandSection("Watching a fleet", [VerifyCutover.self, Triage.self, Check.self, Runs.self]),
    CommandSection("On their own", [Guard.self, Keeper.self]),
  ]
  static let examples = [Example("sluice deploy --target production", "Deploy production.")]
  static let exits = [
    Exit(.passed, "Done; the verdict passed."), Exit(.failed, "The verdict failed."),
    Exit(.usage, "Wrong usage: an unknown option, a missing value."),
  ]
}

enum Format: String, CaseIterable, Sendable { case text, json, jsonl, github }
enum Severity: String, CaseIterable, Sendable { case critical, warning, never }

struct OutputOptions: Sendable, Hashable {
  let format: Format
  let isQuiet: Bool
  let verbosity: Int

  init(_ arguments: inout Arguments) {
    arguments.beginGroup("Output options")
    defer { arguments.endGroup() }
    format = arguments.option(
      "--format", value: .choice, default: .text, environment: "SLUICE_FORMAT", help: "How results are written.")
    isQuiet = arguments.flag("-q", "--quiet", help: "Say nothing but the result.")
    verbosity = arguments.count("-v", "--verbose", help: "Say more; twice: say all.")
    arguments.atMostOne(of: "--quiet", "--verbose")
  }
}

struct Deploy: Command {
  static let name = "deploy"
  static let summary = "Take a target from its version to the next and prove the cutover."
  static let discussion = """
    Checks, records what runs, deploys, waits until the new version serves, and verifies the cutover. The plan is
    printed first, and asked about on a terminal.
    """
  static let examples = [
    Example("sluice deploy --target production --version v2", "Deploy v2 and watch until it is proved."),
    Example("sluice deploy --plan", "Print what would be done; it's \"safe\" & costs $0 [really]: nothing changes."),
  ]
  static let exits = [Exit(.passed, "The cutover is proved."), Exit(.inconclusive, "Data is missing; nothing failed.")]

  let target: TargetName
  let version: VersionName?
  let timeout: Duration
  let leakBound: Double
  let isPlan: Bool
  let apply: String?
  let isConfirmed: Bool
  let output: OutputOptions

  init(_ arguments: inout Arguments) {
    target = arguments.option(
      "-t", "--target", value: .name("target", placeholder: "name"), default: "default", environment: "SLUICE_TARGET",
      help: "The fleet, by its name in sluice.yaml.")
    version = arguments.option(
      "--version", value: .name("version"), otherwise: "the git commit", help: "The version to deploy.")
    timeout = arguments.option(
      "--timeout", value: .duration(atLeast: .seconds(1)), default: .seconds(3900), help: "Give up after this long.")
    leakBound = arguments.option(
      "--leak-bound", value: .number(0...1), default: 0.05,
      help: "It's \"odd\" text: a [bracket], $HOME, `tick`, 100% & a back\\slash; (paren) <angle> *star* #hash ~tilde.")
    isPlan = arguments.flag("--plan", help: "Print what would be done and change nothing.")
    apply = arguments.option("--apply", value: .file("plan", extensions: ["json"]), help: "Do what a plan says.")
    isConfirmed = arguments.flag("-y", "--yes", help: "Do not ask.")
    _ = arguments.flag("--inject-fault", isHidden: true, help: "For tests.")
    arguments.atMostOne(of: "--plan", "--apply")
    output = OutputOptions(&arguments)
  }
}

struct Rollback: Command {
  static let name = "rollback"
  static let aliases = ["revert"]
  static let summary = "Go back to a version that has served before."

  let version: VersionName?
  let target: TargetName

  init(_ arguments: inout Arguments) {
    target = arguments.requiredOption(
      "-t", "--target", value: .name("target", placeholder: "name"), environment: "SLUICE_TARGET",
      help: "The fleet, by its name in sluice.yaml.")
    version = arguments.option("--to", value: .name("version"), help: "The version to go back to.")
  }
}

struct VerifyCutover: Command {
  static let name = "verify-cutover"
  static let summary = "Watch the last rollout until its verdict."

  let since: Timestamp?
  let last: Int
  let isOnce: Bool
  let replay: String?
  let from: [String]
  let isStrict: Bool

  init(_ arguments: inout Arguments) {
    since = arguments.option("--since", value: .time, help: "When the rollout began.")
    last = arguments.option("-n", "--hold", value: .integer(1...10), default: 3, help: "Samples that must agree.")
    isOnce = arguments.flag("--once", help: "Assess once.")
    replay = arguments.option(
      "--replay", value: .file("journal", extensions: ["ndjson"]), help: "Decide again from a journal.")
    from = arguments.repeatedOption("--from", value: .text("version"), help: "A version that is replaced.")
    isStrict = arguments.flag("--strict", environment: "SLUICE_STRICT", help: "Enforce the leak bound.")
    arguments.require("--strict", with: "--since", "--once")
    arguments.refuse(
      if: last > 5 && isOnce, "'--hold \(last)' cannot be reached with '--once'", remedy: "'--hold 5' or less")
  }
}

struct Triage: Command {
  static let name = "triage"
  static let summary = "Say what is wrong with a fleet, a process, a bundle or log files."

  let logs: [String]
  let output: String
  let bundles: [String]

  init(_ arguments: inout Arguments) {
    logs = arguments.listOption(
      "--logs", value: .file("path", extensions: ["log"]), help: "Log files; '-' is standard input.")
    output = arguments.option("-o", "--out", value: .directory(), default: ".", help: "Where to write.")
    bundles = arguments.positionals(value: .file("bundle"), help: "Bundles to read.")
  }
}

enum Check: CommandGroup {
  static let name = "check"
  static let summary = "Run the checks before a deploy, alone or all."
  static let sections = [CommandSection([CheckContracts.self, CheckSignals.self])]
  static let fallback: (any Command.Type)? = CheckAll.self
}

struct CheckAll: Command {
  static let name = "all"
  static let summary = "All checks."
  let severity: Severity
  init(_ arguments: inout Arguments) {
    severity = arguments.option("--fail-on", value: .choice, default: .critical, help: "What ends with status 1.")
  }
}

struct CheckContracts: Command {
  static let name = "contracts"
  static let summary = "Compare the contracts of both versions."
  init(_ arguments: inout Arguments) {}
}

struct CheckSignals: Command {
  static let name = "signals"
  static let summary = "Follow a signal from the container's start to the worker."
  init(_ arguments: inout Arguments) {}
}

enum Runs: CommandGroup {
  static let name = "runs"
  static let summary = "What has run on this machine."
  static let sections = [CommandSection([List.self, Show.self])]

  struct List: Command {
    static let name = "list"
    static let aliases = ["ls"]
    static let summary = "List runs, the latest first."
    let limit: Int
    init(_ arguments: inout Arguments) {
      limit = arguments.option("--limit", value: .integer(1...), default: 20, help: "How many.")
    }
  }

  struct Show: Command {
    static let name = "show"
    static let summary = "Show one run."
    let run: RunID
    let format: Format?
    init(_ arguments: inout Arguments) {
      run = arguments.positional(value: .name("run"), help: "The run, by its id.")
      format = arguments.optionalPositional(value: .choice("FORMAT"), help: "How to write it.")
    }
  }
}

struct Guard: Command {
  static let name = "guard"
  static let summary = "Hold SIGTERM back until the sessions of a server have ended."
  let timeout: Duration
  let command: [String]
  init(_ arguments: inout Arguments) {
    timeout = arguments.option("--timeout", value: .duration, default: .seconds(3600), help: "How long at most.")
    command = arguments.rest(help: "The server and its arguments.")
  }
}

struct Keeper: Command {
  static let name = "keeper"
  static let summary = "Keep a worker process."
  static let isHidden = true
  let pid: Int
  init(_ arguments: inout Arguments) {
    pid = arguments.requiredOption("--pid", value: .integer(1...), help: "The process.")
  }
}
