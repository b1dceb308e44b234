import CommandLine
import Documents
import Evidence
import Journal
import Vocabulary

/// `sluice runs diff`.
struct RunsDiffCommand: RunnableCommand {
  static let name = "diff"
  static let summary = "Put two runs beside each other: who, versions, conditions, times, sessions, findings."
  static let examples = [
    Example("sluice runs diff 20261120 20261121", "What was different the day before."),
    Example("sluice runs diff 20261120 20261121 --format json", "The same for a program."),
  ]

  private let a: RunID
  private let b: RunID
  private let target: TargetOptions
  private let output: OutputOptions

  init(_ arguments: inout Arguments) {
    a = arguments.positional(value: ValueKind<String>.run, help: "A run's id, or how it begins.")
    b = arguments.positional(value: ValueKind<String>.run, help: "The other's.")
    target = TargetOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    let store = RunStore(home: try Home.path(target, in: context))
    let histories = try [a, b].map { run in
      let folder = try store.find(run.rawValue)
      let history = try RunHistory(JournalReader(folder.journal), path: folder.journal)
      if let damage = history.damage { context.errors.line("warning: run \(folder.id): \(damage)") }
      return history
    }
    let comparison = RunComparison(histories[0], histories[1])
    switch output.format {
    case .text:
      let width = max(40, context.output.size()?.columns ?? 100)
      let text = comparison.text(width: width, style: context.style(output.color, of: context.output))
      context.output.line(text)
    case .json, .jsonl: try context.output.json(comparison)
    }
    return .passed
  }
}
