import Cutover
import Documents
import Terminal
import Vocabulary

/// Prints what a run came to: the one place that tells the formats apart.
struct ResultPrinter {
  let context: Context
  let options: OutputOptions

  /// Prints an assessment and returns the exit status of its verdict.
  ///
  /// The path of a bundle that was made of the run is part of the object.
  func print(
    _ assessment: Assessment, interruptedBy status: ExitStatus = .interrupted, bundle: String? = nil
  ) throws -> ExitStatus {
    switch options.format {
    case .text:
      let width = context.output.size()?.columns ?? 100
      let text = ReportText.render(assessment, style: context.style(options.color, of: context.output), width: width)
      context.output.line(text)
      guard options.annotates(in: context) else { break }
      for command in assessment.annotations { context.output.command(command) }
    case .json: try context.output.json(AssessmentResult(assessment: assessment, bundle: bundle))
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

/// An assessment as machines read it, with where the evidence of its run lies.
private struct AssessmentResult: Encodable {
  let assessment: Assessment
  let bundle: String?

  private enum CodingKeys: String, CodingKey { case bundle }

  func encode(to encoder: any Encoder) throws {
    try assessment.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(bundle, forKey: .bundle)
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
