import Cutover
import Journal
import Machine
import TestSupport
import Vocabulary

@testable import Evidence

/// A journal of a run that took place, by its name among the fixtures.
enum RecordedJournal: String, CaseIterable {
  /// Rehearsals: one that passed, one without traffic, one of calls longer than its timeout, one stopped by Ctrl-C.
  case passed, quiet, slow, stopped
  /// Watches of recorded fleets: sessions cut by the drain window, and ends that stayed unclear.
  case cut, unclear

  var path: String { "\(Fixtures.folder)/journals/\(rawValue).ndjson" }
  func bytes() throws -> [UInt8] { try Files.read(path, limit: 1 << 24) }
  func history() throws -> RunHistory { try RunHistory(JournalReader(path), path: path) }
}

/// What is made of a dossier, on disk for judges outside.
struct WrittenEvidence {
  let folder: TemporaryFolder
  let items: [EvidenceItem]
  let page: String
  let html: [UInt8]

  init(_ dossier: Dossier) throws {
    folder = try TemporaryFolder()
    items = try dossier.items()
    html = ReportPage(dossier, items: items).html
    page = folder.file("report.html")
    try Files.write(html, to: page, durably: false)
    for item in items { try Files.write(item.bytes, to: folder.file(item.name), durably: false) }
  }
}

/// A journal that a test writes: a plan, samples of one source that sees everything, in a folder of its own.
struct MadeJournal {
  static let began = Timestamp(milliseconds: 1_795_000_000_000)
  let folder: TemporaryFolder
  let path: String

  init(_ samples: [Reading.Answer], incoming: String = "v2", outgoing: String = "v1", finish: Bool = true) async throws
  {
    folder = try TemporaryFolder()
    let run = try RunStore(home: folder.path).create(at: Self.began)
    path = run.journal
    let writer = try await JournalWriter(run, clock: WallClock { Self.began })
    try await writer.append(.runStarted(RunStarted(run: run.id, target: "fleet", command: ["deploy"], host: "here")))
    let rollout = Rollout(
      target: "fleet", run: run.id, kind: .deploy, began: Self.began,
      incoming: Generation(version: VersionName(incoming)),
      outgoing: [Generation(version: VersionName(outgoing))],
      window: DrainWindow(clocks: [DrainClock(name: "stop-timeout", limit: .seconds(60), origin: "default")]))
    let traits = SourceTraits(id: "fleet", kind: "local-processes", sees: [.instances, .sessions, .endings, .drains])
    try await writer.append(.plan(WatchPlan(rollout: rollout, policy: Policy(), sources: [traits])))
    for (place, answer) in samples.enumerated() {
      let at = Self.began + .seconds(5 * (place + 1))
      try await writer.append(
        .sample(Sample(sequence: place + 1, at: at, readings: [Reading(source: "fleet", takenAt: at, answer: answer)])))
    }
    if finish {
      try await writer.append(
        .runFinished(RunFinished(verdict: nil, exitStatus: .inconclusive, at: Self.began + .seconds(60))))
    }
  }

  func history() throws -> RunHistory { try RunHistory(JournalReader(path), path: path) }
}

func session(
  _ id: String, room: String? = nil, version: String? = "v2", instance: String? = nil, after seconds: Int = 1
) -> SessionObservation {
  SessionObservation(
    id: SessionID(id), room: room, instance: instance.map { InstanceID($0) }, version: version.map { VersionName($0) },
    basis: version.map { _ in .attribute }, startedAt: MadeJournal.began + .seconds(seconds), agent: .present,
    person: .present)
}
