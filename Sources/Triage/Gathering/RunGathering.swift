package import Journal
import Cutover
import Documents
import Libraries
import Machine
package import Vocabulary

/// Makes a case of a run's journal.
package enum RunGathering {
  /// The case of a run: what it kept for triage, else what its journal tells of the rollout that it watched.
  ///
  /// Throws `JournalFailure` for a journal that is damaged or watched nothing, `RunFailure` for a kept case that is.
  package static func read(_ run: RunFolder) throws -> CaseFile {
    if let kept = try KeptCase.read(run) { return kept }
    var file = CaseFile()
    file.run = try watched(run, replay: try Replay(journal: run.journal))
    return file
  }

  /// The last run of a target that watched a rollout; nil: none did. Damaged ones, newer than it, are passed over and named.
  static func last(
    of target: TargetName, in home: String
  ) throws -> (found: (run: WatchedRun, replay: Replay)?, damaged: [JournalFailure]) {
    var damaged: [JournalFailure] = []
    for summary in try RunStore(home: home).list() where summary.started?.target == target {
      do {
        let replay = try Replay(journal: summary.folder.journal)
        // A run that watched nothing has no plan.
        if replay.plan != nil { return ((try watched(summary.folder, replay: replay), replay), damaged) }
      } catch JournalFailure.noPlan {
        continue
      } catch let failure as JournalFailure {
        damaged.append(failure)
      }
    }
    return (nil, damaged)
  }

  private static func watched(_ run: RunFolder, replay: Replay) throws -> WatchedRun {
    let summary = RunSummary(of: run)
    var finished: Timestamp?
    if case .finished(let end) = summary.state { finished = end.at }
    // A bundle's folder has another name than its run.
    let id = summary.started?.run ?? run.id
    return WatchedRun(
      id: id, command: summary.started?.command ?? [],
      began: summary.began ?? replay.plan?.rollout.began ?? Timestamp(nanoseconds: 0),
      finishedAt: finished, isRunning: summary.state == .running, assessment: replay.assessment ?? replay.recorded,
      recorded: replay.recorded, samples: replay.samples, journal: "\(id)/journal.ndjson")
  }
}

/// The case that `sluice triage --target` keeps beside its journal, so that the same is found a year later.
package enum KeptCase {
  /// Its file beside a journal, and in a bundle.
  package static let name = "case.json"
  /// A case of a fleet with 10,000 instances takes some 20 MB.
  private static let limit = 512 << 20

  /// Keeps a case in a run's folder and its digest in the journal.
  package static func write(_ file: CaseFile, beside journal: JournalWriter) async throws {
    let bytes = try CanonicalJSON.encode(file)
    try Files.write(bytes, to: journal.run.path + "/" + name)
    try await journal.append(
      .note(NoteRecord(source: source, text: Hashing.hexadecimal(.sha256, of: bytes))), durably: true)
  }

  private static let source = "case.json-sha256"

  /// The case of a run; nil where it keeps none.
  static func read(_ run: RunFolder) throws -> CaseFile? {
    let path = run.path + "/" + name
    guard Files.kind(of: path) == .file else { return nil }
    let bytes = try Files.read(path, limit: limit)
    // In a bundle names are hidden: its own sums tell whether it was changed.
    if Files.kind(of: run.path + "/manifest.json") == .file {
      return try decode(bytes, from: path)
    }
    var reader = try JournalReader(run.journal)
    var digest: String?
    while let record = try reader.next() {
      if case .note(let note) = record.event, note.source == source { digest = note.text }
    }
    guard digest == Hashing.hexadecimal(.sha256, of: bytes) else { throw RunFailure.caseDiffers(path) }
    return try decode(bytes, from: path)
  }

  /// A case that is read whole or not at all: a member that it lacks and that has no honest meaning when it is absent is
  /// never made up.
  static func decode(_ bytes: [UInt8], from path: String) throws -> CaseFile {
    do {
      let form = try CanonicalJSON.decode(Form.self, from: bytes).schema
      guard form == CaseFile().schema else { throw RunFailure.caseOfAnotherForm(path, form) }
      return try CanonicalJSON.decode(CaseFile.self, from: bytes)
    } catch let failure as CodingFailure {
      throw RunFailure.caseNotUnderstood(path, [failure.what, failure.why].compactMap(\.self).joined(separator: ": "))
    }
  }

  private struct Form: Decodable { let schema: String }
}

/// A run that cannot be read.
package enum RunFailure: Failure {
  case caseDiffers(String)
  case caseOfAnotherForm(String, String)
  case caseNotUnderstood(String, String)

  package var what: String {
    switch self {
    case .caseDiffers(let path): "'\(path.harmless)' is not what the run's journal says was kept"
    case .caseOfAnotherForm(let path, let form): "'\(path.harmless)' has the form '\(form.harmless)'"
    case .caseNotUnderstood(let path, _): "'\(path.harmless)' was kept by a sluice whose cases this one cannot read"
    }
  }
  package var why: String? {
    switch self {
    case .caseDiffers: "it was changed, or its writing was cut off"
    case .caseOfAnotherForm: "this sluice reads '\(CaseFile().schema)'"
    case .caseNotUnderstood(_, let why): why
    }
  }
  package var remedy: String? {
    switch self {
    case .caseDiffers: "sluice triage --target, to look again"
    case .caseOfAnotherForm, .caseNotUnderstood:
      "read it with the sluice that kept it, or look again: sluice triage --target"
    }
  }
  package var exitStatus: ExitStatus { .badInput }
}
