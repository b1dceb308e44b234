import Cutover
import Documents
import Terminal
import Vocabulary

/// Prints what a run came to: the one place that tells the formats apart.
struct ResultPrinter {
  let context: Context
  let options: OutputOptions

  /// Prints an assessment and returns the exit status of its verdict.
  func print(_ assessment: Assessment, interruptedBy status: ExitStatus = .interrupted) throws -> ExitStatus {
    switch options.format {
    case .text:
      let width = context.output.size()?.columns ?? 100
      let text = ReportText.render(assessment, style: context.style(options.color, of: context.output), width: width)
      context.output.line(text)
      guard options.annotates(in: context) else { break }
      for command in assessment.annotations { context.output.command(command) }
    case .json: try context.output.json(assessment)
    // The verdict is the last record but one of the stream.
    case .jsonl: break
    }
    return self.status(of: assessment.verdict, interruptedBy: status)
  }

  func status(of verdict: Assessment.Verdict, interruptedBy status: ExitStatus = .interrupted) -> ExitStatus {
    switch verdict {
    case .passed: .passed
    case .failed: .failed
    case .timedOut: .timedOut
    case .inconclusive: options.isOkOnInconclusive ? .passed : .inconclusive
    case .pending, .superseded: .inconclusive
    case .interrupted: status
    }
  }
}

/// An error as machines read it: `sluice.error/1`.
struct ErrorObject: Encodable {
  let schema = "sluice.error/1"
  let what: String
  let why: String?
  let remedy: String?
  let exitStatus: Int32

  init(_ failure: any Failure) {
    what = failure.what
    why = failure.why
    remedy = failure.remedy
    exitStatus = failure.exitStatus.rawValue
  }
}
