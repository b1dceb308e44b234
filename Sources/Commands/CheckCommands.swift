import CommandLine
import Cutover
import Documents
import Preflight
import Runbooks
import SessionSources
import Vocabulary

/// `sluice check`.
struct CheckGroup: CommandGroup {
  static let name = "check"
  static let summary = "Check before a rollout what would keep it from being verified."
  static let sections = [CommandSection("Commands", [CheckObservabilityCommand.self])]
}

/// `sluice check observability`.
struct CheckObservabilityCommand: RunnableCommand {
  static let name = "observability"
  static let summary = "See whether live sessions say which version serves them."
  static let discussion = """
    Asks the target's sources a few times, changing nothing, and counts the live sessions by what tells their version: an \
    attribute, a deployment, an agent name, a worker's log or the instance. Where nothing does (OBS-001) no rollout can be \
    proved. Without any live session the answer is inconclusive: no traffic shows nothing.
    """
  static let examples = [
    Example("sluice check observability --target kitchen", "Look three times at the live fleet."),
    Example("sluice check observability --fail-on warning", "Fail when a single session cannot be attributed."),
  ]
  static let exits = [
    Exit(.passed, "no finding at or above --fail-on"), Exit(.failed, "there is one"),
    Exit(.inconclusive, "no live session was seen"), Exit(.unavailable, "no source could be asked"),
  ]

  private let polls: Int
  private let interval: Duration
  private let failOn: FailOn
  private let target: TargetOptions
  private let output: OutputOptions

  init(_ arguments: inout Arguments) {
    polls = arguments.option("--polls", value: .integer(1...1_000), default: 3, help: "How often to look.")
    interval = arguments.option(
      "--interval", value: .duration(atLeast: .milliseconds(100)), default: .seconds(5), help: "Time between two looks."
    )
    failOn = arguments.option(
      "--fail-on", value: .choice, default: .critical, help: "The least severity that makes the exit status 1.")
    target = TargetOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  /// From which severity on a finding is a failure.
  private enum FailOn: String, CaseIterable, Sendable {
    case critical, warning, never

    func includes(_ severity: Finding.Severity) -> Bool {
      switch self {
      case .critical: severity == .critical
      case .warning: severity != .info
      case .never: false
      }
    }
  }

  func run(in context: Context) async throws -> ExitStatus {
    let environment = try TargetEnvironment(target, in: context)
    let sources = environment.allSources
    var survey = StampSurvey()
    for poll in 0..<polls {
      if poll > 0 { try await context.clock.sleep(for: interval) }
      survey.take(await Self.ask(sources, within: max(interval, .seconds(10))))
    }
    let result = survey.result
    guard result.wasAnswered else { throw NobodyAnswered(sources: result.sources) }
    switch output.format {
    case .text: context.output.line(Self.text(result))
    case .json, .jsonl: context.output.write(try CanonicalJSON.encode(Report(result)) + [0x0A])
    }
    if result.findings.contains(where: { failOn.includes($0.severity) }) { return .failed }
    return result.sessions == 0 && !output.isOkOnInconclusive ? .inconclusive : .passed
  }

  private static func ask(_ sources: [any SessionSource], within limit: Duration) async -> [Reading] {
    await withTaskGroup(of: Reading.self) { group in
      for source in sources { group.addTask { await source.reading(within: limit) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
  }

  /// The result with its findings, for machines.
  private struct Report: Encodable {
    let schema: String
    let isStamped: Bool?
    let sessions: Int
    let byBasis: [String: Int]
    let byVersion: [String: Int]
    let unattributed: Int
    let sources: [StampSurvey.Result.Source]
    let findings: [Finding]

    init(_ result: StampSurvey.Result) {
      schema = result.schema
      // Nothing seen is neither.
      isStamped = result.sessions == 0 ? nil : result.isStamped
      sessions = result.sessions
      byBasis = result.byBasis
      byVersion = result.byVersion
      unattributed = result.unattributed
      sources = result.sources
      findings = result.findings
    }
  }

  private static func text(_ result: StampSurvey.Result) -> String {
    func list(_ counts: [String: Int]) -> String {
      counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
    var lines: [String] = []
    if result.sessions == 0 {
      lines.append("inconclusive: no live session was seen; no traffic shows nothing")
    } else if result.isStamped {
      lines.append("observable: each of \(result.sessions) live sessions says which version serves it")
    } else {
      lines.append("not observable: \(result.unattributed) of \(result.sessions) live sessions have no known version")
    }
    if !result.byBasis.isEmpty { lines.append("  by basis:    \(list(result.byBasis))") }
    if !result.byVersion.isEmpty { lines.append("  by version:  \(list(result.byVersion))") }
    for source in result.sources {
      let failed = source.lastFailure.map { ": \($0)" } ?? ""
      lines.append("  \(source.id): \(source.answers) of \(source.answers + source.failures) polls answered\(failed)")
    }
    for finding in result.findings {
      lines.append("\(finding.code) \(finding.severity.rawValue): \(finding.summary)")
      for evidence in finding.evidence { lines.append("  \(evidence.excerpt)") }
      lines.append("  \(finding.remedy.summary)")
    }
    return lines.joined(separator: "\n")
  }
}

/// No source of a target could be asked.
struct NobodyAnswered: Failure {
  let sources: [StampSurvey.Result.Source]
  var what: String { "no source of the target could be asked" }
  var why: String? {
    sources.map { "\($0.id): \($0.lastFailure ?? "no answer")" }.joined(separator: "\n         ")
  }
  var remedy: String? { "check addresses and keys in sluice.yaml" }
  var exitStatus: ExitStatus { .unavailable }
}
