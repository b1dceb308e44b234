import CommandLine
import Documents
import Preflight
import Terminal
import Triage
import Vocabulary

/// `sluice triage`.
struct TriageCommand: RunnableCommand {
  static let name = "triage"
  static let summary = "Find the root cause in the logs of workers."
  static let discussion = """
    Reads logs of livekit-agents workers, whole or in part, several workers mixed, plain or gzip, and in what docker, kubectl, \
    compose, syslog, journald, Cloud Logging, CloudWatch or Datadog put around their lines. The first line is the most likely \
    root cause and what to do now; then the findings with the lines that show them, what is ruled out, and what could not be \
    looked at. Nothing is changed, and nothing is asked of any server.
    """
  static let examples = [
    Example("sluice triage --logs worker.log", "Read one log."),
    Example("kubectl logs -l app=agent --prefix --timestamps | sluice triage --logs -", "Read standard input."),
    Example("sluice triage --logs incident/*.gz --format json", "Read several, and print one object."),
  ]
  static let exits = [
    Exit(.passed, "the logs were read"), Exit(.failed, "there is a finding at or above --fail-on"),
    Exit(.missingInput, "a log is not there"),
  ]

  private let logs: [String]
  private let chosen: CheckFormat?
  private let color: ColorChoice
  private let failOn: FailOn

  init(_ arguments: inout Arguments) {
    logs = arguments.listOption(
      "--logs", value: .file(), help: "Logs: files, folders with everything below them, or - for standard input.")
    arguments.atLeastOne(of: "--logs")
    arguments.beginGroup("Output options")
    chosen = arguments.option(
      "--format", value: .choice, otherwise: "text, or github under GITHUB_ACTIONS", help: "How the result is printed.")
    color = arguments.option("--color", value: .choice, default: .auto, help: "When to use colour.")
    failOn = arguments.option(
      "--fail-on", value: .choice, default: .never, help: "The least severity that makes the exit status 1.")
    arguments.endGroup()
  }

  var format: OutputFormat { chosen == .json ? .json : .text }

  func run(in context: Context) async throws -> ExitStatus {
    let diagnosis = Diagnosis(of: try await LogGathering.read(logs, in: context.directory))
    let format =
      chosen ?? (context.environment["GITHUB_ACTIONS"] == "true" && !context.output.isTerminal ? .github : .text)
    if format == .json {
      context.output.write(try CanonicalJSON.encode(diagnosis) + [0x0A])
    } else {
      let text = DiagnosisText(
        diagnosis: diagnosis, width: max(40, context.output.size()?.columns ?? 100),
        style: context.style(color, of: context.output))
      context.output.line(text.text)
    }
    if format == .github {
      for line in GitHubAnnotations.lines(diagnosis.findings) { context.output.line(line) }
    }
    return diagnosis.findings.contains { failOn.includes($0) } ? .failed : .passed
  }
}

/// A diagnosis as people read it.
struct DiagnosisText {
  let diagnosis: Diagnosis
  let width: Int
  let style: TextStyle

  /// The page; no line feed at the end.
  var text: String {
    let page = FindingText(width: width, style: style)
    let isWrong = diagnosis.findings.contains { $0.severity != .info }
    var sections = [page.wrap(diagnosis.summary, isWrong ? .fail : .ok)]
    sections += diagnosis.findings.map { page.text($0) }
    if !diagnosis.ruledOut.isEmpty {
      sections.append(
        (["ruled out:"]
          + diagnosis.ruledOut.map { cause in
            page.wrap("\(cause.code) \(cause.code.title ?? ""): \(cause.why)", .dim, indent: 2)
          }).joined(separator: "\n"))
    }
    if !diagnosis.notLookedAt.isEmpty {
      sections.append(
        (["not looked at:"]
          + diagnosis.notLookedAt.map { page.wrap("\($0.what): \($0.why); try: \($0.remedy)", .dim, indent: 2) })
          .joined(separator: "\n"))
    }
    return sections.joined(separator: "\n\n")
  }
}
