import CommandLine
import Documents
import Evidence
import Journal
import Machine
import Vocabulary

/// `sluice runs report`.
struct RunsReportCommand: RunnableCommand {
  static let name = "report"
  static let summary =
    "Make a page of one run from its journal alone: verdict, chart, findings, every session and instance."
  static let discussion = """
    The page is one HTML file that needs nothing else: no script, no font, no network. It shows session, room and \
    instance names as the journal has them; a bundle's report.html has them redacted.
    """
  static let examples = [
    Example("sluice runs report 20261121", "Write report.html into the run's folder and print where it is."),
    Example("sluice runs report 20261121 --out - | gzip > report.html.gz", "Write the page to standard output."),
    Example("sluice runs report ./journal.ndjson --out report.html", "Make the page of a journal from elsewhere."),
  ]

  private let run: RunID
  private let out: String?
  private let target: TargetOptions
  private let output: OutputOptions

  init(_ arguments: inout Arguments) {
    run = arguments.positional(
      value: ValueKind<String>.run,
      help: "The run's id, or how it begins; or the path of a journal, with a slash in it.")
    out = arguments.option(
      "--out", value: .file(extensions: ["html"]), otherwise: "report.html in the run's folder, or beside the journal",
      help: "Where to write the page; '-' is standard output.")
    target = TargetOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(context.directory)/\(path)" }
    let journal: String
    if run.rawValue.contains("/") {
      journal = absolute(run.rawValue)
    } else {
      journal = try RunStore(home: try Home.path(target, in: context)).find(run.rawValue).journal
    }
    let history = try RunHistory(JournalReader(journal), path: journal)
    let dossier = Dossier(run: history)
    let items = try dossier.items()
    let page = ReportPage(dossier, items: items).html
    if let damage = history.damage { context.errors.line("warning: \(damage); the page shows what stands before") }
    guard out != "-" else {
      context.output.write(page)
      return .passed
    }
    let path = out.map(absolute) ?? Files.folder(of: journal) + "/report.html"
    try Files.write(page, to: path)
    switch output.format {
    case .text: context.output.line(path)
    case .json, .jsonl:
      try context.output.json(WrittenReport(run: history.id, path: path, items: items))
    }
    return .passed
  }
}

/// `sluice.report/1`: where a page was written, and how complete what it rests on is.
private struct WrittenReport: Encodable {
  let schema = "sluice.report/1"
  let run: RunID
  let path: String
  let items: [Item]

  init(run: RunID, path: String, items: [EvidenceItem]) {
    (self.run, self.path) = (run, path)
    self.items = items.map { Item(name: $0.name, count: $0.count, completeness: $0.completeness) }
  }

  struct Item: Encodable {
    let name: String
    let count: Int
    let completeness: Completeness
  }
}
