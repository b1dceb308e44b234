import Cutover
import Evidence
import Journal
import Libraries
import Machine
import Redaction
import Terminal
import Vocabulary

/// What a pipeline is told of a run that has ended, beside its log: JUnit's file, and GitHub's summary and outputs.
///
/// None of it changes how the run ended: what cannot be written is said on standard error.
struct PipelineReport {
  let context: Context
  let options: OutputOptions
  let junit: String?

  /// Writes what was asked for and what the environment names.
  func write(_ run: RunFolder) {
    let onGitHub = options.sections(in: context) == .github
    let summary = onGitHub ? file("GITHUB_STEP_SUMMARY") : nil
    let outputs = onGitHub ? file("GITHUB_OUTPUT") : nil
    guard junit != nil || summary != nil || outputs != nil else { return }
    attempt("the run's journal was not read for the pipeline") {
      let history = try RunHistory(JournalReader(run.journal), path: run.journal)
      if let junit {
        attempt("JUnit's XML was not written") {
          let path = junit.hasPrefix("/") ? junit : "\(context.directory)/\(junit)"
          try Files.write(history.junit, to: path, mode: 0o644, durably: false)
        }
      }
      if let summary {
        attempt("the step's summary was not written") {
          let dossier = Dossier(run: history)
          let page = Summary(dossier, items: try dossier.items()).markdown
          try AppendFile(summary).append(try Redactor(of: run, in: context).redact(page, file: "summary.md").bytes)
        }
      }
      if let outputs {
        attempt("the step's outputs were not written") {
          try AppendFile(outputs).append(Self.outputs(of: history, run))
        }
      }
    }
  }

  /// The file that a variable names; nil: it names none.
  private func file(_ variable: String) -> String? {
    context.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }

  private func attempt(_ loss: String, _ body: () throws -> Void) {
    do {
      try body()
    } catch {
      let failure = error as? any Failure ?? UnexpectedFailure(error)
      context.errors.line(
        "warning: \(loss): \(failure.what)\(failure.why.map { ": \($0)" } ?? "")")
    }
  }

  /// What later steps read: each between delimiters that no value can hold, since nobody could know them.
  static func outputs(of history: RunHistory, _ run: RunFolder) -> [UInt8] {
    let bundle = "\(run.path)/bundle.tar.gz"
    let values = [
      // A run without a verdict has not passed; what has none is said, and not left empty.
      ("verdict", history.assessment?.verdict.rawValue ?? "none"), ("run-id", run.id.rawValue),
      ("version", history.plan?.rollout.incoming.version.rawValue ?? ""),
      ("bundle", Files.kind(of: bundle) == .file ? bundle : ""),
    ]
    return values.reduce(into: []) { bytes, output in
      let delimiter = "sluice-" + Hashing.hexadecimal(.sha256, of: Hashing.randomBytes(16))
      bytes += Array("\(output.0)<<\(delimiter)\n\(output.1)\n\(delimiter)\n".utf8)
    }
  }
}

extension Redactor {
  /// A redactor that hides what this machine holds as secret, and every name that a run's journal shows to be one of a
  /// person or a room.
  init(of run: RunFolder, in context: Context) throws {
    try self.init(options: try RedactionOptions().onThisMachine(in: context))
    var learner = learner("journal.ndjson")
    var nothing: [UInt8] = []
    let file = try FileReader(run.journal)
    var place = 0
    while true {
      let piece = try file.read(1 << 20, at: place)
      guard !piece.isEmpty else { break }
      try learner.redact(piece, into: &nothing)
      nothing.removeAll(keepingCapacity: true)
      place += piece.count
    }
    try learner.finish(into: &nothing)
    add(learner.names)
  }
}
