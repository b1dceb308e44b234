import CommandLine
import Documents
import Journal
import Machine
import Vocabulary

/// `sluice runs export`.
struct RunsExportCommand: RunnableCommand {
  static let name = "export"
  static let summary =
    "Write the audit trail as JSON Lines: who did what to which fleet, when, from where, with what verdict."
  static let discussion = """
    Each line is one record of the journals: deployment.started, deployment.drain_started, deployment.completed, \
    deployment.rolled_back, deployment.rejected (another run held the target), deployment.withdrawn, \
    deployment.interrupted, deployment.unfinished; the same of a verification, a rehearsal or a test. It names its run and \
    the line of its journal. A journal that is damaged ends with journal.damaged, and the status is then 65.
    """
  static let examples = [
    Example("sluice runs export > audit.jsonl", "The whole trail."),
    Example("sluice runs export --target here --since 24h", "A day of one fleet."),
  ]

  private let runs: [RunID]
  private let since: Timestamp?
  private let out: String?
  private let target: TargetOptions

  init(_ arguments: inout Arguments) {
    runs = arguments.positionals(
      value: ValueKind<String>.run, help: "Runs by their ids, or how they begin; all by default.")
    since = arguments.option(
      "--since", value: .time, otherwise: "the first run", help: "Leave out what happened before: a time, or an age.")
    out = arguments.option(
      "--out", value: .file(extensions: ["jsonl", "ndjson"]), otherwise: "standard output", help: "Where to write.")
    target = TargetOptions(&arguments)
  }

  func run(in context: Context) async throws -> ExitStatus {
    let store = RunStore(home: try Home.path(target, in: context))
    let folders =
      try runs.isEmpty
      ? store.list().reversed().filter { target.target == nil || $0.started?.target == target.target }.map(\.folder)
      : runs.map { try store.find($0.rawValue) }
    var lines = ""
    var status = ExitStatus.passed
    for folder in folders {
      do {
        let trail = try AuditTrail(folder)
        for record in trail.records where since.map({ record.at >= $0 }) ?? true {
          lines += String(decoding: try CanonicalJSON.encode(record), as: UTF8.self) + "\n"
        }
        if let damage = trail.damage { throw damage }
      } catch let failure as any Failure {
        context.report(failure)
        status = .badInput
      }
    }
    if let out {
      try Files.write(Array(lines.utf8), to: context.absolute(out))
    } else {
      context.output.write(Array(lines.withoutRunnerCommands(inJSON: true).utf8))
    }
    return status
  }
}
