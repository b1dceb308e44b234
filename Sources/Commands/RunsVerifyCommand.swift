import CommandLine
import Documents
import Journal
import Machine
import Terminal
import Vocabulary

/// `sluice runs verify`.
struct RunsVerifyCommand: RunnableCommand {
  static let name = "verify"
  static let summary = "Check that journals are what was written: every line's own hash, and that of the line before."
  static let discussion = """
    A line that was changed, taken out, put in or exchanged is named, and the status is then 65. Lines cut off at the end \
    leave no trace in the chain: of a run whose last record is not its end that is said. Keep the head that is printed \
    elsewhere, and whoever rewrites a whole journal is found too.
    """
  static let examples = [
    Example("sluice runs verify", "Check every run."),
    Example("sluice runs verify 20261121 --format json", "Check one, for a program."),
    Example("sluice runs verify ./journal.ndjson", "Check a journal from elsewhere."),
  ]

  private let runs: [RunID]
  private let target: TargetOptions
  private let output: OutputOptions

  init(_ arguments: inout Arguments) {
    runs = arguments.positionals(
      value: ValueKind<String>.run,
      help: "Runs by their ids, or how they begin; or paths of journals, with a slash in them. All runs by default.")
    target = TargetOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    let store = RunStore(home: try Home.path(target, in: context))
    let chosen = try runs.map { run in
      run.rawValue.contains("/")
        ? (run.rawValue, context.absolute(run.rawValue))
        : try { ($0.id.rawValue, $0.journal) }(store.find(run.rawValue))
    }
    let all =
      try runs.isEmpty
      ? store.list().filter { target.target == nil || $0.started?.target == target.target }
        .map { ($0.folder.id.rawValue, $0.folder.journal) }
      : chosen
    if all.isEmpty { context.errors.line("no run is journaled in '\(store.home.harmless)'") }
    let checks = all.map { ChainCheck($0.0, journal: $0.1) }
    switch output.format {
    case .text: for check in checks { context.output.line(text(check, in: context)) }
    case .json: try context.output.json(ChainChecks(checks: checks))
    case .jsonl: for check in checks { try context.output.json(check) }
    }
    return checks.allSatisfy { $0.problem == nil } ? .passed : .badInput
  }

  private func text(_ check: ChainCheck, in context: Context) -> String {
    let style = context.style(output.color, of: context.output)
    let page = FindingText(width: max(40, context.output.size()?.columns ?? 100), style: style)
    if let problem = check.problem { return page.wrap("\(check.name.harmless): \(problem)", .fail) }
    let whole = "\(check.name.harmless): whole, \(count(check.records, "record")), head \(check.head.prefix(16))"
    return page.wrap([whole, check.note].compactMap(\.self).joined(separator: "; "), check.note == nil ? .ok : .warn)
  }
}

/// `sluice.runs-verify/1`.
private struct ChainChecks: Encodable {
  let schema = "sluice.runs-verify/1"
  let checks: [ChainCheck]
}

/// What became of one journal's chain.
private struct ChainCheck: Encodable {
  /// The run, or the path that was given.
  let name: String
  let journal: String
  /// How many records stand before the first that is not what was written, and the hash of the last of them.
  private(set) var records = 0
  private(set) var head = ""
  /// The line of the damage; nil: there is none.
  private(set) var line: Int?
  private(set) var problem: String?
  /// What the chain cannot show.
  private(set) var note: String?

  init(_ name: String, journal: String) {
    self.name = name
    self.journal = journal
    do {
      let isRunning = FileLock.isHeld(journal)
      var reader = try JournalReader(journal)
      var hasEnded = false
      do {
        while let record = try reader.next() {
          switch record.event {
          case .runFinished: hasEnded = true
          case .notification: break
          default: hasEnded = false
          }
        }
      } catch {
        (line, records, head) = (reader.line + 1, reader.line, reader.lastHash)
        throw error
      }
      (records, head) = (reader.line, reader.lastHash)
      if isRunning {
        note = "the run goes on"
      } else if let torn = reader.torn {
        note = "line \(torn.line) is torn: the program was ended while it wrote"
      } else if !hasEnded {
        note = "its last record is not its end: the run was cut off, or its last lines were"
      }
    } catch let failure as any Failure {
      problem = [failure.what, failure.why].compactMap(\.self).joined(separator: ": ")
    } catch {
      problem = "\(error)".harmless
    }
  }
}

extension Context {
  /// A path from the folder that the command was called in.
  func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }
}
