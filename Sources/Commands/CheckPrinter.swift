import CommandLine
import Documents
import Machine
import Preflight
import Terminal
import Vocabulary

/// How the result of checks is printed.
enum CheckFormat: String, CaseIterable, Sendable {
  /// For people.
  case text
  /// One object.
  case json
  /// For people, and below it a workflow command for each finding, which GitHub shows at its line.
  case github
}

/// The options that every check has.
struct CheckOptions {
  private let chosen: CheckFormat?
  private let color: ColorChoice
  private let failOn: FailOn
  private let isOkOnInconclusive: Bool
  private let sarif: String?
  private let junit: String?

  init(_ arguments: inout Arguments) {
    arguments.beginGroup("Output options")
    defer { arguments.endGroup() }
    chosen = arguments.option(
      "--format", value: .choice, otherwise: "text, or github under GITHUB_ACTIONS", help: "How the result is printed.")
    color = arguments.option("--color", value: .choice, default: .auto, help: "When to use colour.")
    failOn = arguments.option(
      "--fail-on", value: .choice, default: .critical, help: "The least severity that makes the exit status 1.")
    isOkOnInconclusive =
      arguments.option("--ok-on", value: ValueKind<OkOn>.choice, help: "Make this answer exit with 0 too.") != nil
    sarif = arguments.option(
      "--sarif", value: .file(extensions: ["sarif", "json"]), help: "Write SARIF 2.1.0 to a file too.")
    junit = arguments.option("--junit", value: .file(extensions: ["xml"]), help: "Write JUnit's XML to a file too.")
  }

  private enum OkOn: String, CaseIterable, Sendable { case inconclusive }

  /// Whether errors are objects too.
  var isForMachines: Bool { chosen == .json }

  private func format(in context: Context) -> CheckFormat {
    chosen ?? (context.environment["GITHUB_ACTIONS"] == "true" && !context.output.isTerminal ? .github : .text)
  }

  /// Prints the report, writes the files that were asked for, and returns the exit status.
  ///
  /// A report of one check is shown whole, and is its own object for machines; of several the problems come first.
  func finish(_ report: CheckReport, target: TargetName?, in context: Context) throws -> ExitStatus {
    let root = ReportRoot(of: context.directory, environment: context.environment)
    if let sarif { try write(report.sarif(in: root), to: sarif, in: context) }
    if let junit { try write(report.junit(failOn: failOn), to: junit, in: context) }
    switch format(in: context) {
    case .json:
      let only = report.entries.count == 1 ? report.entries[0].result.object : nil
      let json = try only.map { try CanonicalJSON.encode($0) } ?? report.json(target: target)
      context.output.line(String(decoding: json, as: UTF8.self).withoutRunnerCommands(inJSON: true))
    case .text: context.output.line(text(report, in: context))
    case .github:
      context.output.line(text(report, in: context))
      for command in GitHubAnnotations.commands(report.findings, in: root) { context.output.command(command) }
    }
    let status = report.exitStatus(failOn: failOn)
    return status == .inconclusive && isOkOnInconclusive ? .passed : status
  }

  private func text(_ report: CheckReport, in context: Context) -> String {
    CheckReportText(
      report: report, width: max(40, context.output.size()?.columns ?? 100),
      drawingWidth: min(max(40, context.output.size()?.columns ?? 80), 120),
      style: context.style(color, of: context.output)
    ).text
  }

  private func write(_ bytes: [UInt8], to path: String, in context: Context) throws {
    try Files.write(bytes, to: path.hasPrefix("/") ? path : "\(context.directory)/\(path)", mode: 0o644, durably: false)
  }
}
