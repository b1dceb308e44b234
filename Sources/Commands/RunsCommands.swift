import CommandLine
import Cutover
import Documents
import Journal
import Machine
import Terminal
import Vocabulary

/// `sluice runs`.
struct RunsGroup: CommandGroup {
  static let name = "runs"
  static let summary = "The journaled runs: list, show, compare and check them, make pages and audit trails, prune."
  static let sections = [
    CommandSection(
      "Commands",
      [
        RunsListCommand.self, RunsShowCommand.self, RunsReportCommand.self, RunsDiffCommand.self,
        RunsWaitCommand.self, RunsVerifyCommand.self, RunsExportCommand.self, RunsPruneCommand.self,
      ])
  ]
  static let fallback: (any Command.Type)? = RunsListCommand.self
}

/// `sluice runs list`.
struct RunsListCommand: RunnableCommand {
  static let name = "list"
  static let aliases = ["ls"]
  static let summary = "List the runs, the newest first."
  static let examples = [Example("sluice runs list --format json", "The list for a program.")]

  private let target: TargetOptions
  private let output: OutputOptions

  init(_ arguments: inout Arguments) {
    target = TargetOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    let store = RunStore(home: try Home.path(target, in: context))
    let runs = try store.list().filter { target.target == nil || $0.started?.target == target.target }
    switch output.format {
    case .text:
      guard !runs.isEmpty else {
        context.errors.line("no run is journaled in '\(store.home.harmless)'")
        return .passed
      }
      let width = context.output.size()?.columns ?? 100
      context.output.line(
        RunsTable.render(
          runs.map(RunsTable.Row.init), width: width, style: context.style(output.color, of: context.output)))
    case .json: try context.output.json(RunList(runs))
    case .jsonl: for run in runs { try context.output.json(RunList.Entry(run)) }
    }
    return .passed
  }
}

/// `sluice runs show`.
struct RunsShowCommand: RunnableCommand {
  static let name = "show"
  static let summary = "Show one run: its steps, its verdict and where its journal lies."
  static let examples = [Example("sluice runs show 20261121", "The run whose id begins so, if there is only one.")]

  private let run: RunID
  private let target: TargetOptions
  private let output: OutputOptions

  init(_ arguments: inout Arguments) {
    run = arguments.positional(value: ValueKind<String>.run, help: "The run's id, or how it begins.")
    target = TargetOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    let store = RunStore(home: try Home.path(target, in: context))
    let folder = try store.find(run.rawValue)
    switch output.format {
    case .jsonl:
      context.output.write(try Files.read(folder.journal, limit: 1 << 30))
      return .passed
    case .json:
      guard let assessment = try RecordedRun(folder).verdict else { throw ReplayFailure.noVerdict(folder.id) }
      try context.output.json(assessment)
    case .text: try show(RecordedRun(folder), in: context)
    }
    return .passed
  }

  private func show(_ recorded: RecordedRun, in context: Context) throws {
    let style = context.style(output.color, of: context.output)
    let width = context.output.size()?.columns ?? 100
    var block = KeyValueBlock()
    block.add("run", recorded.folder.id.rawValue)
    block.add("command", recorded.started.command.joined(separator: " "))
    block.add("began", recorded.began.description)
    let performer = recorded.started.performer
    block.add("by", "\(performer?.name ?? "not known") on \(recorded.started.host)")
    if let commit = performer?.commit { block.add("commit", commit) }
    if let pipeline = performer?.pipeline { block.add("pipeline", pipeline) }
    block.add("journal", recorded.folder.journal)
    for step in recorded.steps {
      block.add("step \(step.name)", step.outcome.rawValue + (step.detail.isEmpty ? "" : ": \(step.detail)"))
    }
    context.output.line(block.render(width: width, style: style))
    guard let assessment = recorded.verdict else {
      context.output.line("verdict: none")
      return
    }
    context.output.line("")
    context.output.line(ReportText.render(assessment, style: style, width: width))
  }
}

extension RunSummary {
  /// The verdict; nil when there is none, or the run has not ended.
  var verdict: Assessment.Verdict? {
    if case .finished(let finished) = state { finished.verdict } else { nil }
  }

  /// How it stands, in words.
  var standing: String {
    switch state {
    case .finished(let finished): finished.verdict == nil ? "ended with exit status \(finished.exitStatus)" : "finished"
    case .running: "running"
    case .unfinished: "cut off"
    case .damaged(let reason): "damaged: \(reason.harmless)"
    }
  }
}

extension RunsTable.Row {
  init(_ summary: RunSummary) {
    let ended: Timestamp? = if case .finished(let finished) = summary.state { finished.at } else { nil }
    self.init(
      run: summary.folder.id, kind: summary.started?.command.first ?? "", target: summary.started?.target,
      // The beginning of a run that cannot be read is not known; its folder is named after it.
      began: summary.began ?? Timestamp(nanoseconds: 0), endedAt: ended, verdict: summary.verdict,
      standing: summary.standing, performer: summary.started?.performer?.name)
  }
}

/// `sluice.runs/1`.
struct RunList: Encodable {
  let schema = "sluice.runs/1"
  let runs: [Entry]

  init(_ runs: [RunSummary]) { self.runs = runs.map(Entry.init) }

  struct Entry: Encodable {
    let run: RunID
    let target: TargetName?
    let command: [String]
    let host: String?
    let performer: Performer?
    let began: Timestamp?
    let verdict: Assessment.Verdict?
    let standing: String

    init(_ summary: RunSummary) {
      run = summary.folder.id
      target = summary.started?.target
      command = summary.started?.command ?? []
      host = summary.started?.host
      performer = summary.started?.performer
      began = summary.began
      verdict = summary.verdict
      standing = summary.standing
    }
  }
}
