import Cutover
import Machine
import Vocabulary

/// Prints what a sample costs at 10, 1,000 and 10,000 instances with 100 changes each, and the memory of a simulated day.
func verifierBenchmark() {
  for size in [10, 1_000, 10_000] {
    var fleet = BenchmarkFleet(instances: size, changes: 100)
    fleet.run(samples: 20)
    let clock = ContinuousClock()
    let samples = (0..<300).map { _ in fleet.nextSample() }
    let took = clock.measure { for sample in samples { fleet.ingest(sample) } }
    let microseconds = Double(took.nanoseconds) / 1_000 / Double(samples.count)
    print("verifier: \(size) instances, 100 changes: \(Int(microseconds.rounded())) µs a sample")
  }
  var day = BenchmarkFleet(instances: 1_000, changes: 100)
  day.run(samples: 720)
  let before = residentKilobytes()
  day.run(samples: 24 * 720 - 720)
  let after = residentKilobytes()
  print("verifier: a day at 5 s, 1,000 instances: \(before) kB after an hour, \(after) kB at its end")
}

/// A fleet in the middle of a rollout: half of it old, draining slowly, half of it new, calls coming and going.
struct BenchmarkFleet {
  private var verifier: CutoverVerifier
  private let began = Timestamp(nanoseconds: 1_800_000_000_000_000_000)
  private var now = Timestamp(nanoseconds: 1_800_000_000_000_000_000)
  private var sequence = 0
  private var number = 0
  private var live: [SessionObservation] = []
  private let instances: Int
  private let changes: Int

  init(instances: Int, changes: Int) {
    self.instances = instances
    self.changes = changes
    let rollout = Rollout(
      target: "bench", run: "run", kind: .deploy, began: now, incoming: Generation(version: "v2"),
      outgoing: [Generation(version: "v1")],
      window: DrainWindow(clocks: [DrainClock(name: "drain_timeout", limit: .seconds(90_000), origin: "bench")]))
    verifier = CutoverVerifier(
      rollout: rollout,
      sources: [
        SourceTraits(id: "platform", kind: "local-processes", sees: [.instances, .drains]),
        SourceTraits(id: "server", kind: "dispatch-server", sees: [.sessions, .endings, .unserved]),
      ], policy: Policy())
  }

  /// Half of the changes are instances' counts, a quarter calls that begin, a quarter calls that end.
  mutating func nextSample() -> Sample {
    sequence += 1
    now = now + .seconds(5)
    var fleet = ObservationChanges()
    if sequence == 1 {
      fleet.instances = (0..<instances).map { instance($0, sessions: 0) }
    } else {
      fleet.instances = (0..<changes / 2).map { instance((sequence * 50 + $0) % instances, sessions: sequence % 7) }
    }
    var calls = ObservationChanges()
    for _ in 0..<changes / 4 {
      number += 1
      let place = instances / 2 + number % (instances - instances / 2)
      let call = SessionObservation(
        id: SessionID(rawValue: "AJ_\(number)"), room: "room-\(number)", worker: WorkerID(rawValue: "AW_\(place)"),
        createdAt: now - .seconds(1), startedAt: now, agent: .present, person: .present)
      calls.sessions.append(call)
      live.append(call)
    }
    if live.count > 500 {
      for var call in live.prefix(changes / 4) {
        call.agent = .absent
        call.end = SessionObservation.End(at: now, sign: .personLeft)
        calls.sessions.append(call)
      }
      calls.sessionsGone = ended
      ended = live.prefix(changes / 4).map(\.id)
      live.removeFirst(changes / 4)
    }
    return Sample(
      sequence: sequence, at: now,
      readings: [
        Reading(source: "platform", takenAt: now, answer: .changes(fleet)),
        Reading(source: "server", takenAt: now, answer: .changes(calls)),
      ])
  }

  private var ended: [SessionID] = []

  private func instance(_ place: Int, sessions: Int) -> InstanceObservation {
    let isOld = place < instances / 2
    return InstanceObservation(
      id: InstanceID(rawValue: "worker-\(place)"), version: isOld ? "v1" : "v2",
      workers: [WorkerID(rawValue: "AW_\(place)")], sdk: "livekit-agents 1.8.9", phase: isOld ? .draining : .serving,
      sessions: isOld ? max(0, 6 - sequence / 1_000) : sessions, startedAt: began - .seconds(isOld ? 3_600 : 60),
      drain: isOld ? InstanceObservation.Drain(requestedAt: began, confirmedAt: began, confirmedBy: .log) : nil)
  }

  mutating func ingest(_ sample: Sample) { _ = verifier.ingest(sample) }

  mutating func run(samples: Int) { for _ in 0..<samples { ingest(nextSample()) } }
}

/// Memory that the process has in use, in kilobytes; 0 when the system does not say.
private func residentKilobytes() -> Int {
  guard let bytes = try? Files.read("/proc/self/statm", limit: 256) else { return 0 }
  let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
  return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4 : 0
}
