import Cutover
import Journal
import Machine
import TestSupport
import Vocabulary

/// A home with one run, on a clock that stands still.
struct ExampleRun {
  let folder: TemporaryFolder
  let store: RunStore
  let run: RunFolder

  init() throws {
    folder = try TemporaryFolder()
    store = RunStore(home: folder.file("home"))
    run = try store.create(at: .example)
  }

  func writer() async throws -> JournalWriter { try await JournalWriter(run, clock: WallClock { .example }) }
  func bytes() throws -> [UInt8] { try Files.read(run.journal, limit: 100 << 20) }

  var started: JournalEvent {
    .runStarted(RunStarted(run: run.id, target: "production", command: ["deploy"], host: "here"))
  }

  /// A journal of a few records of several kinds; returns its bytes.
  @discardableResult func write(_ count: Int = 6) async throws -> [UInt8] {
    let writer = try await writer()
    try await writer.append(started)
    for number in 1..<count {
      try await writer.append(
        number % 2 == 0
          ? .action(ActionRecord(name: "start", phase: .intended, detail: "worker \(number) ü/\"\\"))
          : .stepFinished(StepFinished(name: "s\(number)", outcome: .passed, detail: "", fields: ["aB": "1"])))
    }
    return try bytes()
  }
}

extension Timestamp {
  static let example = Timestamp(milliseconds: 1_795_000_000_123)
}

/// Every record of a journal.
func records(_ reader: JournalReader) throws -> (records: [JournalRecord], torn: JournalReader.Torn?) {
  var reader = reader
  var records: [JournalRecord] = []
  while let record = try reader.next() { records.append(record) }
  return (records, reader.torn)
}

/// A listing of a fleet that changes a little with each step.
func listing(_ step: Int, instances: Int = 5) -> Observation {
  Observation(
    instances: (0..<instances).map { number in
      InstanceObservation(
        id: InstanceID("i\(number)"), version: number < 3 ? "v1" : "v2",
        phase: step > 10 + number ? .draining : .serving,
        sessions: number == step % instances ? step : nil)
    },
    sessions: (step..<(step + 4)).map { number in
      SessionObservation(
        id: SessionID("s\(number)"), instance: InstanceID("i\(number % instances)"),
        createdAt: .example + .seconds(number), agent: .present, person: number % 3 == 0 ? .unknown : .present)
    })
}

func sample(_ step: Int) -> Sample {
  let at = Timestamp.example + .seconds(5 * step)
  var readings = [Reading(source: "platform", takenAt: at, answer: .snapshot(listing(step)))]
  readings.append(
    step % 7 == 3
      ? Reading(source: "rooms", takenAt: at, answer: .failure(SourceFailure(kind: .timeout, detail: "5 s")))
      : Reading(source: "rooms", takenAt: at, asOf: at - .seconds(2), answer: .snapshot(listing(step / 4))))
  return Sample(sequence: step, at: at, readings: readings)
}

let plan = WatchPlan(
  rollout: Rollout(
    target: "production", run: "r", kind: .deploy, began: .example, incoming: Generation(id: "g2", version: "v2"),
    outgoing: [Generation(id: "g1", version: "v1")],
    window: DrainWindow(clocks: [DrainClock(name: "drain_timeout", limit: .seconds(3_600), origin: "default")])),
  policy: Policy(),
  sources: [SourceTraits(id: "platform", kind: "local-processes", sees: [.instances, .counts])])
