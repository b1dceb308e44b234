import CommandLine
import Configuration
import Documents
import Evidence
import Journal
import LiveKit
import Machine
import Redaction
import Terminal
import Triage
import Vocabulary

/// `sluice collect`.
struct CollectCommand: RunnableCommand {
  static let name = "collect"
  static let summary = "Put the evidence of a fleet, a run or logs into one archive that can be handed on."
  static let discussion = """
    With --target it asks the target's platform and sources at this moment, all at once, for versions, instances and how they \
    ended, sessions, logs and clocks, and takes the target's last run with them; who does not answer is named, and the rest \
    comes without him. With --run it takes a run as it is on this machine: its journal and the logs that it kept. With --logs \
    it takes files that are at hand. \
    The archive holds them with triage's findings, a timeline, a report, a manifest of where each file comes \
    from and what is missing, and SHA256SUMS. Secrets and personal data are hidden on the way in: everything passes redaction, \
    names of files too, and the finished archive is read back and searched again before it gets its name. What cannot be redacted \
    is left out and named, or the archive is not released at all. Nothing is changed anywhere else. With \
    --check it looks whether a bundle is as it was written.
    """
  static let examples = [
    Example("sluice collect --logs worker.log 'incident/'", "Logs that are at hand, files and folders."),
    Example("sluice collect --target kitchen", "A fleet at this moment, with its last run."),
    Example("sluice collect --run 20261121 --out evidence/", "A run, with its journal."),
    Example("sluice collect --logs incident/ --max-size 25MiB --out incident.tar.gz", "No larger than a mail may be."),
    Example("sluice collect --check incident.tar.gz", "Whether a bundle is whole, unchanged and free of secrets."),
  ]
  static let exits = [
    Exit(.passed, "the bundle is written; what it does not hold is said in it"),
    Exit(.redactionRefused, "something in it could not be hidden, or was found when it was read back: nothing is left"),
    Exit(.badInput, "--check found a bundle that is not as it was written"),
    Exit(.missingInput, "there was nothing to collect"), Exit(.cannotCreate, "there is no room for the bundle"),
  ]

  private let target: TargetOptions
  private let run: RunID?
  private let logs: [String]
  private let window: TimeWindow?
  private let out: String
  private let limit: Int?
  private let isDryRun: Bool
  private let checked: String?
  private let hidesAddresses: Bool
  private let relaxed: [String]
  private let chosen: Format
  private let color: ColorChoice

  private enum Format: String, CaseIterable, Sendable { case text, json }

  init(_ arguments: inout Arguments) {
    run = arguments.option("--run", value: ValueKind<String>.run, help: "The run, by its id or how it begins.")
    logs = arguments.listOption(
      "--logs", value: .file(),
      help: "Logs: files, gzip too, folders with everything below them, or - for standard input.")
    checked = arguments.option(
      "--check", value: .file("BUNDLE", extensions: ["gz", "tgz"]),
      help: "Check a bundle, or the folder that it was unpacked to.")
    let since: Timestamp? = arguments.option(
      "--since", value: .time, otherwise: "everything",
      help: "Leave out what logs and events tell of before: a time, or an age like 2h.")
    let until: Timestamp? = arguments.option(
      "--until", value: .time, otherwise: "now", help: "Leave out what logs, events and the journal tell of after.")
    window = TimeWindow(since: since, until: until)
    target = TargetOptions(&arguments)
    arguments.beginGroup("Bundle options")
    out = arguments.option(
      "-o", "--out", value: .file("PATH"), default: ".", help: "Where to write: a file ending in .tar.gz, or a folder.")
    limit = arguments.option(
      "--max-size", value: .size, otherwise: "no limit",
      help: "How large the bundle may be; of logs the ends are kept, and what is left out is said.")
    isDryRun = arguments.flag(
      "--dry-run", help: "Say what would be collected, from where and how large; write nothing.")
    hidesAddresses = arguments.flag("--redact-ip", help: "Hide network addresses too.")
    relaxed = arguments.repeatedOption(
      "--relax", value: .name("rule"), help: "Do not apply this rule of redaction; the manifest says so.")
    arguments.endGroup()
    arguments.beginGroup("Output options")
    chosen = arguments.option("--format", value: .choice, default: .text, help: "How the result is printed.")
    color = arguments.option("--color", value: .choice, default: .auto, help: "When to use colour.")
    arguments.endGroup()
    arguments.atLeastOne(of: "--run", "--target", "--logs", "--check")
    for option in ["--run", "--logs", "--target", "--since", "--until", "--dry-run", "--max-size", "--redact-ip"] {
      arguments.atMostOne(of: "--check", option)
    }
  }

  var format: OutputFormat { chosen == .json ? .json : .text }

  func run(in context: Context) async throws -> ExitStatus {
    if let checked { return try await check(checked, in: context) }
    var options = RedactionOptions()
    options.hidesAddresses = hidesAddresses
    options.relaxed = relaxed
    var bundler = try Bundler(
      subject(in: context),
      to: { BundlePlace(out == "." ? context.directory : place(out, in: context), bundle: $0.bundle) },
      hiding: options, in: context)
    bundler.limit = limit
    if isDryRun { return try show(await bundler.plan(), bundler.place, in: context) }
    let work = bundler
    switch try await interruptible(in: context, { try await work.run() }).get() {
    case .failure(let interruption):
      context.errors.line("interrupted: no bundle was written, and nothing is left of it")
      return interruption.status
    case .success(let bundle): return try show(bundle, in: context)
    }
  }

  private func place(_ path: String, in context: Context) -> String {
    path.hasPrefix("/") ? path : "\(context.directory)/\(path)"
  }

  // MARK: What is collected

  private func subject(in context: Context) throws -> BundleSubject {
    var subject = BundleSubject(run: try recordedRun(in: context), target: target.target, logs: logs, window: window)
    if let since = window?.since, let until = window?.until, since > until {
      throw EmptyWindow(since: since, until: until)
    }
    if run != nil || target.target != nil || target.configuration != nil {
      subject.configuration = try ConfigurationFile.find(named: target.configuration, from: context.directory)?.path
    }
    if run == nil, target.target != nil {
      let fleet = try CheckTarget(target, directory: nil, in: context)
      if let environment = fleet.environment {
        subject.fleet = LiveFleet(fleet, environment, within: window, in: context)
      }
    }
    return subject
  }

  /// The run that is named, or the target's last one; nil where only logs are given.
  private func recordedRun(in context: Context) throws -> RunFolder? {
    let store = RunStore(home: try Home.path(target, in: context))
    if let run { return try store.find(run.rawValue) }
    guard let name = target.target else { return nil }
    // What triage kept of the target watched no rollout.
    return try store.list().first { $0.started?.target == name && $0.started?.command.first != TriageCommand.name }?
      .folder
  }

  // MARK: What is printed

  private func show(_ bundle: WrittenBundle, in context: Context) throws -> ExitStatus {
    let page = CollectText(width: width(in: context), style: context.style(color, of: context.output))
    switch chosen {
    case .json: context.output.write(try CanonicalJSON.encode(CollectResult(bundle)) + [0x0A])
    case .text: context.output.line(page.text(bundle))
    }
    return .passed
  }

  private func show(_ files: [PlannedFile], _ place: BundlePlace, in context: Context) throws -> ExitStatus {
    switch chosen {
    case .json:
      context.output.write(try CanonicalJSON.encode(CollectPlan(bundle: place.path, files: files)) + [0x0A])
    case .text:
      let page = CollectText(width: width(in: context), style: context.style(color, of: context.output))
      context.output.line(page.text(files, place))
    }
    return .passed
  }

  private func check(_ path: String, in context: Context) async throws -> ExitStatus {
    let detector = LeakFinder(LeakDetector(known: MachineSecrets.all(in: context)))
    let place = place(path, in: context)
    let check = try await BundleCheck(place, detector: detector)
    let status: ExitStatus = !check.leaks.isEmpty ? .redactionRefused : check.problems.isEmpty ? .passed : .badInput
    switch chosen {
    case .json: context.output.write(try CanonicalJSON.encode(BundleCheckResult(path, check)) + [0x0A])
    case .text:
      let page = CollectText(width: width(in: context), style: context.style(color, of: context.output))
      context.output.line(page.text(path, check))
    }
    return status
  }

  private func width(in context: Context) -> Int { max(40, context.output.size()?.columns ?? 100) }
}

/// A window that ends before it begins.
struct EmptyWindow: Failure {
  let since, until: Timestamp
  var what: String { "--until \(until) lies before --since \(since)" }
  var why: String? { "nothing happened between them" }
  var remedy: String? { "exchange them" }
  var exitStatus: ExitStatus { .usage }
}

/// The secrets that this machine holds, to be hidden wherever they stand.
enum MachineSecrets {
  private static let names = ["SECRET", "TOKEN", "PASSWORD", "PASSWD", "KEY", "CREDENTIAL", "DSN", "AUTH"]

  /// Values of variables whose names say that they are secret, of lk's projects, and of those that sluice.yaml refers to.
  ///
  /// What cannot be read is said on standard error: secrets in it are then hidden by their form alone.
  static func all(_ file: ConfigurationFile? = nil, in context: Context) -> [Secret] {
    var secrets = context.environment.sorted { $0.key < $1.key }.compactMap { name, value in
      let name = name.uppercased()
      return names.contains { name.contains($0) } ? Secret(value) : nil
    }
    func add(_ what: String, _ read: () throws -> [Secret]) {
      do {
        secrets += try read()
      } catch {
        let reason = (error as? any Failure)?.what ?? "it cannot be read"
        context.errors.line("warning: secrets of \(what) are not known to redaction: \(reason)")
      }
    }
    add("the lk configuration") {
      try CredentialSearch(directory: context.directory, environment: context.environment).allSecrets()
    }
    for value in file?.secrets ?? [] {
      add("sluice.yaml") { [Secret(try value.resolved(in: context.environment))] }
    }
    return secrets.filter { $0.exposed.utf8.count >= 8 }
  }
}

extension RedactionOptions {
  /// With the rules of the sluice.yaml that is named, or the nearest one, and the secrets that this machine holds.
  func onThisMachine(_ configuration: String? = nil, in context: Context) throws -> RedactionOptions {
    let file = try ConfigurationFile.find(named: configuration, from: context.directory)
    var options = self
    options.secrets = MachineSecrets.all(file, in: context)
    options.relaxed = Set(relaxed + (file?.redaction.relaxed ?? [])).sorted()
    options.ownRules += file?.redaction.rules ?? []
    return options
  }
}

extension Context {
  /// A bundle, checked and unpacked below TMPDIR where it is an archive.
  func unpacked(bundle path: String) async throws -> UnpackedBundle {
    let temporary = environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let detector = LeakFinder(LeakDetector(known: MachineSecrets.all(in: self)))
    return try await UnpackedBundle(path, detector: detector, temporaryFiles: temporary)
  }
}

extension CaseFile {
  /// The case that a bundle holds: its run's, its logs', or both.
  init(of bundle: UnpackedBundle) async throws {
    self = try await BundleGathering.read(bundle.folder, in: bundle.folder)
    // The folder is removed with the bundle.
    withExtendedLifetime(bundle) {}
  }
}
