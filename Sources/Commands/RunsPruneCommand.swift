import CommandLine
import Cutover
import Documents
import Evidence
import Journal
import Machine
import Terminal
import Vocabulary

/// `sluice runs prune`.
struct RunsPruneCommand: RunnableCommand {
  static let name = "prune"
  static let summary = "Remove old runs with all that lies in their folders."
  static let discussion = """
    With --keep and --older-than a run goes only where both say so. It prints what goes and asks; without a terminal it \
    needs --yes. Never removed are runs that go on or hold a target's lock, runs that cannot be read, and of each target \
    the last rollout and the last one that passed.
    """
  static let examples = [
    Example("sluice runs prune --older-than 2160h --dry-run", "See what ninety days would leave."),
    Example("sluice runs prune --keep 50 --yes", "Keep the newest fifty, without being asked."),
  ]

  private let keep: Int?
  private let age: Duration?
  private let isDryRun: Bool
  private let isConfirmed: Bool
  private let target: TargetOptions
  private let output: OutputOptions

  init(_ arguments: inout Arguments) {
    keep = arguments.option("--keep", value: .integer(0...1_000_000), help: "Keep so many of the newest runs.")
    age = arguments.option("--older-than", value: .duration, help: "Remove only runs that began longer ago.")
    isDryRun = arguments.flag("--dry-run", help: "Say what would go; remove nothing.")
    isConfirmed = arguments.flag("-y", "--yes", help: "Do not ask.")
    arguments.atLeastOne(of: "--keep", "--older-than")
    target = TargetOptions(&arguments)
    output = OutputOptions(&arguments)
  }

  var format: OutputFormat { output.format }

  func run(in context: Context) async throws -> ExitStatus {
    let store = RunStore(home: try Home.path(target, in: context))
    let runs = try store.list().filter { target.target == nil || $0.started?.target == target.target }
    let kept = try protected(runs, in: store, context)
    let doomed = runs.enumerated().filter { place, run in
      guard let began = run.began, kept[run.folder.id] == nil else { return false }
      return place >= keep ?? 0 && age.map { context.wallClock.now - began > $0 } ?? true
    }.map { DoomedRun($0.element) }
    if output.format == .text { show(doomed, kept, in: context) }
    var removed: [DoomedRun] = []
    if !isDryRun, !doomed.isEmpty {
      try confirm(doomed.count, in: context)
      removed = try doomed.filter { try store.remove($0.folder) }
    }
    switch output.format {
    case .text: if !isDryRun, !doomed.isEmpty { context.output.line("removed \(count(removed.count, "run"))") }
    case .json, .jsonl:
      let result = PruneResult(isDryRun: isDryRun, runs: (isDryRun ? doomed : removed), kept: kept)
      try context.output.json(result)
    }
    return .passed
  }

  /// The runs that stay whatever was asked for, and why.
  private func protected(_ runs: [RunSummary], in store: RunStore, _ context: Context) throws -> [RunID: String] {
    var kept: [RunID: String] = [:]
    var rolledOut: Set<TargetName> = []
    var passed: Set<TargetName> = []
    let locks = TargetLocks(home: store.home, clock: context.wallClock)
    for target in Set(runs.compactMap { $0.started?.target }) {
      if let owner = try locks.owner(of: target) { kept[owner.run] = "it holds the lock of '\(target)'" }
    }
    for run in runs {
      switch run.state {
      case .running: kept[run.folder.id] = "it goes on"
      case .damaged: kept[run.folder.id] = "it cannot be read"
      case .finished, .unfinished: break
      }
      guard let started = run.started, let target = started.target,
        ["deploy", "rollback"].contains(started.command.first)
      else { continue }
      if rolledOut.insert(target).inserted { kept[run.folder.id] = "it is the last rollout of '\(target)'" }
      if run.verdict == .passed, passed.insert(target).inserted {
        kept[run.folder.id] = "it is the last rollout of '\(target)' that passed"
      }
    }
    return kept
  }

  private func show(_ doomed: [DoomedRun], _ kept: [RunID: String], in context: Context) {
    for run in doomed {
      let words = [run.began, run.target.map { "'\($0)'" } ?? "", run.command, ByteText.of(run.size)]
      context.output.line("\(run.run)  \(words.filter { !$0.isEmpty }.joined(separator: ", "))")
    }
    let size = doomed.reduce(0) { $0 + $1.size }
    context.errors.line(
      doomed.isEmpty ? "no run is to be removed" : "\(count(doomed.count, "run")), \(ByteText.of(size))")
  }

  private func confirm(_ number: Int, in context: Context) throws {
    guard !isConfirmed else { return }
    guard context.errors.isTerminal else { throw PruneFailure.noTerminal }
    context.errors.write(Array("remove \(number == 1 ? "it" : "them") for good? [y/N] ".utf8))
    guard let answer = context.readLine(), ["y", "yes"].contains(answer.lowercased()) else {
      throw PruneFailure.declined
    }
  }
}

/// A run that goes.
private struct DoomedRun: Encodable {
  let run: RunID
  let target: TargetName?
  let command: String
  let began: String
  let size: Int
  let folder: RunFolder

  enum CodingKeys: String, CodingKey { case run, target, command, began, size = "size-bytes" }

  init(_ summary: RunSummary) {
    folder = summary.folder
    run = summary.folder.id
    target = summary.started?.target
    command = summary.started?.command.joined(separator: " ").harmless ?? ""
    began = summary.began?.description ?? ""
    size = Files.treeSize(of: summary.folder.path)
  }
}

/// `sluice.runs-prune/1`.
private struct PruneResult: Encodable {
  let schema = "sluice.runs-prune/1"
  let isDryRun: Bool
  let runs: [DoomedRun]
  let kept: [Kept]

  struct Kept: Encodable {
    let run: RunID
    let why: String
  }

  init(isDryRun: Bool, runs: [DoomedRun], kept: [RunID: String]) {
    self.isDryRun = isDryRun
    self.runs = runs
    self.kept = kept.sorted { $0.key.rawValue < $1.key.rawValue }.map { Kept(run: $0.key, why: $0.value) }
  }
}

/// Why nothing was removed.
enum PruneFailure: Failure {
  case noTerminal, declined

  var what: String {
    switch self {
    case .noTerminal: "removing runs was not confirmed"
    case .declined: "removing runs was not confirmed; nothing was removed"
    }
  }
  var why: String? { if case .noTerminal = self { "there is no terminal to ask at" } else { nil } }
  var remedy: String? { if case .noTerminal = self { "add --yes, or --dry-run to see what would go" } else { nil } }
  var exitStatus: ExitStatus { .usage }
}

extension Files {
  /// How many bytes the files in a folder hold, in all folders below it.
  static func treeSize(of path: String) -> Int {
    guard kind(of: path) == .directory else { return size(of: path) ?? 0 }
    return ((try? list(path)) ?? []).reduce(0) { $0 + treeSize(of: "\(path)/\($1)") }
  }
}
