import CommandLine
import Cutover
import Terminal
import Vocabulary

/// How results are printed.
enum OutputFormat: String, CaseIterable, Sendable {
  /// For people.
  case text
  /// One object.
  case json
  /// The journal's records as they are made, one a line.
  case jsonl
}

/// Options that say how results and progress are shown.
struct OutputOptions {
  private let chosen: Format?
  let color: ColorChoice
  let progress: ProgressChoice
  let isQuiet: Bool
  let isOkOnInconclusive: Bool

  init(_ arguments: inout Arguments) {
    arguments.beginGroup("Output options")
    defer { arguments.endGroup() }
    chosen = arguments.option(
      "--format", value: .choice, otherwise: "text, or github under GITHUB_ACTIONS", help: "How the result is printed.")
    color = arguments.option("--color", value: .choice, default: .auto, help: "When to use colour.")
    progress = arguments.option("--progress", value: .choice, default: .auto, help: "How progress is shown.")
    isQuiet = arguments.flag("-q", "--quiet", help: "Show no progress.")
    isOkOnInconclusive =
      arguments.option("--ok-on", value: ValueKind<OkOn>.choice, help: "Make this verdict exit with 0 too.") != nil
  }

  private enum OkOn: String, CaseIterable, Sendable { case inconclusive }

  private enum Format: String, CaseIterable, Sendable { case text, json, jsonl, github }

  /// What the result itself is printed as: for GitHub's log that is text too.
  var format: OutputFormat {
    switch chosen {
    case .json: .json
    case .jsonl: .jsonl
    case .text, .github, nil: .text
    }
  }

  /// The CI system whose log standard error and output become: that of the environment, unless another format is asked for.
  func sections(in context: Context) -> LogSections? {
    switch chosen {
    case .github: .github
    case .text: nil
    case .json, .jsonl, nil: context.errors.isTerminal ? nil : LogSections.of(context.environment)
    }
  }

  /// Whether annotations stand below the result.
  func annotates(in context: Context) -> Bool {
    format == .text && sections(in: context) == .github
  }
}

/// Options that tell pipelines and people of a run's end.
struct PipelineOptions {
  /// Where JUnit's XML is written.
  let junit: String?

  init(_ arguments: inout Arguments) {
    arguments.beginGroup("Pipeline options")
    defer { arguments.endGroup() }
    junit = arguments.option(
      "--junit", value: .file(extensions: ["xml"]),
      help: "Write JUnit's XML to a file too: a case for each condition, step and finding.")
  }
}

/// Options that say which fleet is meant.
struct TargetOptions {
  let configuration: String?
  let target: TargetName?

  init(_ arguments: inout Arguments) {
    arguments.beginGroup("Target options")
    defer { arguments.endGroup() }
    target = arguments.option(
      "-t", "--target",
      value: ValueKind<String>.name("target").map(sample: TargetName("x"), back: \.rawValue, { TargetName($0) }),
      otherwise: "the only one in sluice.yaml", help: "The fleet, by its name in sluice.yaml.")
    configuration = arguments.option(
      "--config", value: .file(extensions: ["yaml", "yml"]), otherwise: "sluice.yaml here or above",
      help: "The configuration to use.")
  }
}

/// Options that replace numbers of the target's policy.
struct PolicyOptions {
  private let interval: Duration?
  private let warmUp: Duration?
  private let grace: Duration?
  private let quiet: Duration?
  private let hold: Int?
  private let minimumNewSessions: Int?
  private let joinTimeout: Duration?
  private let settle: Duration?
  private let timeout: Duration?

  init(_ arguments: inout Arguments) {
    arguments.beginGroup("Policy options, instead of the target's 'cutover'")
    defer { arguments.endGroup() }
    interval = arguments.option(
      "--interval", value: .duration(atLeast: .milliseconds(100)), help: "Time between two polls.")
    warmUp = arguments.option("--warm-up", value: .duration, help: "How long the new version may take to serve.")
    grace = arguments.option(
      "--grace", value: .duration, help: "How long after the cutover a session may still start on the old version.")
    quiet = arguments.option(
      "--quiet-period", value: .duration, help: "How long no session may have started on the old version.")
    hold = arguments.option("--hold", value: .integer(1...1_000), help: "How many samples in a row must show zero.")
    minimumNewSessions = arguments.option(
      "--minimum-new-sessions", value: .integer(1...1_000_000),
      help: "How many sessions must have landed on the new version.")
    joinTimeout = arguments.option(
      "--join-timeout", value: .duration(atLeast: .seconds(1)), help: "How long a session may wait for an agent.")
    settle = arguments.option(
      "--settle", value: .duration, help: "How long to watch on after the first failure.")
    timeout = arguments.option(
      "--timeout", value: .duration(atLeast: .seconds(1)), help: "Give up watching after this long.")
  }

  func applied(to policy: Policy) -> Policy {
    var policy = policy
    policy.interval = interval ?? policy.interval
    policy.warmUp = warmUp ?? policy.warmUp
    policy.grace = grace ?? policy.grace
    policy.quiet = quiet ?? policy.quiet
    policy.hold = hold ?? policy.hold
    policy.minimumNewSessions = minimumNewSessions ?? policy.minimumNewSessions
    policy.joinTimeout = joinTimeout ?? policy.joinTimeout
    policy.settle = settle ?? policy.settle
    policy.timeout = timeout ?? policy.timeout
    return policy
  }
}

extension ValueKind where Value == String {
  /// A version, completed with those that a target knows.
  static var version: ValueKind<VersionName> {
    ValueKind<String>.name("version").map(sample: VersionName("x"), back: \.rawValue, { VersionName($0) })
  }

  /// A run, completed with those in the journal.
  static var run: ValueKind<RunID> {
    ValueKind<String>.name("run").map(sample: RunID("x"), back: \.rawValue, { RunID($0) })
  }
}
