import Configuration
import Evidence
import Journal
import Machine
import Redaction
import Triage
import Vocabulary

/// What a bundle is of: who brings what, and what it says of itself.
struct BundleSubject {
  /// The run; nil: none.
  var run: RunFolder?
  /// sluice.yaml; nil: none is used.
  var configuration: String?
  /// The fleet, by its name; nil: that of the run.
  var target: TargetName?
  /// Logs that somebody gives.
  var logs: [String] = []
  /// The time that is wanted; nil: all of it.
  var window: TimeWindow?
  /// The fleet that is looked at at this moment; nil: none is.
  var fleet: LiveFleet?

  /// The manifest, with nothing collected yet, and the collectors in the order in which errors are listed.
  func parts(in context: Context) throws -> (manifest: BundleManifest, collectors: [any Collector]) {
    var collectors: [any Collector] = []
    var absences: [BundleManifest.Absence] = []
    let summary = run.map { RunSummary(of: $0) }
    if let run { collectors.append(FileCollector.journal(run.journal, within: window)) }
    if let configuration { collectors.append(FileCollector.configuration(configuration)) }
    if run == nil {
      let reason =
        fleet == nil
        ? "logs were given and no run: what was done and seen meanwhile is not known"
        : "no run of this target is in the journal: what was seen of it before is not known"
      absences.append(BundleManifest.Absence(what: BundlePath.journal, why: reason))
    }
    if let fleet {
      collectors += fleet.collectors
    } else if let run, Files.kind(of: KeptLogs.folder(of: run)) == .directory {
      var kept = LogCollector(keptBy: run)
      kept.window = window
      collectors.append(kept)
    } else if run != nil, logs.isEmpty {
      absences.append(
        BundleManifest.Absence(
          what: BundlePath.logs, why: "the run kept no logs: its platform hands over none, or nothing was logged"))
    }
    var moment = fleet?.now ?? summary?.began
    if !logs.isEmpty {
      var collector = LogCollector(logs, in: context.directory)
      collector.window = window
      collectors.append(collector)
      moment = moment ?? collector.lastChange
    }
    collectors.append(dossier(in: context.directory))
    let name = (target ?? summary?.started?.target)?.rawValue
    let asOf = moment ?? context.wallClock.now
    var manifest = BundleManifest(
      bundle: "\(name ?? "logs")-\(Self.compact(asOf))", tool: "sluice \(Sluice.version)", asOf: asOf)
    manifest.target = name
    manifest.run = run?.id.rawValue
    (manifest.since, manifest.until) = (window?.since, window?.until)
    manifest.absences = absences
    return (manifest, collectors)
  }

  private func dossier(in directory: String) -> DossierCollector {
    let (run, fleet, logs) = (run, fleet, readableTwice(in: directory))
    return DossierCollector(journal: run?.journal, within: window) {
      var file: CaseFile?
      if let fleet {
        file = try await fleet.file.answer
      } else if let run {
        file = try await CaseFile(ofRun: run)
      }
      guard !logs.isEmpty else { return file }
      // What somebody gives has part of what the run kept, or more.
      let given = try await LogGathering.read(logs, in: directory)
      guard var whole = file else { return given }
      whole.logs = []
      whole.add(given)
      return whole
    }
  }

  /// The logs without those that can be read once only.
  private func readableTwice(in directory: String) -> [String] {
    logs.filter { path in
      let kind = Files.kind(of: path.hasPrefix("/") ? path : "\(directory)/\(path)")
      return path != "-" && (kind == .file || kind == .directory)
    }
  }

  /// `20261121T140511Z`.
  private static func compact(_ moment: Timestamp) -> String {
    let digits = moment.description.filter(\.isNumber)
    return "\(digits.prefix(8))T\(digits.dropFirst(8).prefix(6))Z"
  }
}

extension CaseFile {
  /// The case that triage makes of a run; nil for one that watched nothing and kept no logs.
  init?(ofRun run: RunFolder) async throws {
    do {
      self = try await BundleGathering.read(run.path, in: run.path)
    } catch JournalFailure.noPlan {
      return nil
    }
  }
}

extension Bundler {
  /// A bundle of a subject, with the rules that hold on this machine.
  init(
    _ subject: BundleSubject, to place: (BundleManifest) -> BundlePlace, hiding options: RedactionOptions = .init(),
    in context: Context
  ) throws {
    let (manifest, collectors) = try subject.parts(in: context)
    let options = try options.onThisMachine(subject.configuration, in: context)
    self.init(
      manifest, collectors, to: place(manifest), filter: RedactingFilter(try Redactor(options: options)),
      detector: LeakFinder(LeakDetector(known: options.secrets, relaxed: options.relaxed)))
  }
}
