import Cutover
import Machine
import Platforms
import SessionSources
import TestSupport
import Vocabulary

/// A platform at its protocol, with workers and calls that follow a script on a manual clock: a double of what a platform
/// does, never of what decides about it.
actor ScriptedFleet: Platform {
  nonisolated let traits = SourceTraits(
    id: "platform", kind: "scripted", sees: [.instances, .drains, .sessions, .unserved, .endings])
  nonisolated let window = DrainWindow(clocks: [DrainClock(name: "stop", limit: .seconds(60), origin: "script")])

  /// What the fleet does.
  struct Script: Sendable {
    /// How long after its start the incoming generation serves; nil: never.
    var servesAfter: Duration? = .seconds(2)
    /// A second incoming instance, which never serves.
    var hasLame = false
    /// How long a call lasts.
    var callLength = Duration.seconds(4)
    var startFails = false
    /// What `failureToServe` says from the start on.
    var isUnservable = false
    var tendFails = false
    /// Readings that fail, by poll, from 1.
    var failedReadings: Set<Int> = []
    /// Incoming calls crash from the start on.
    var crashesCalls = false
    /// How many instances serve before.
    var outgoing = 2
  }

  struct Broken: Failure {
    let what: String
    let why: String? = nil
    let remedy: String? = nil
    let exitStatus = ExitStatus.actionFailed
  }

  private let script: Script
  private let clock: ManualClock
  private let began: Timestamp
  /// What was asked of it, in order.
  private(set) var calls: [String] = []
  private(set) var polls = 0
  private(set) var pollTimes: [Timestamp] = []
  private var startedAt: Timestamp?
  private var drainedAt: [GenerationID: Timestamp] = [:]
  private var gate: Gate?
  /// Called at each call that changes something, before it does.
  private let onAction: @Sendable (String) async -> Void

  /// A point at which a call waits for the test.
  struct Gate: Sendable {
    let call: String
    let reached: AsyncStream<Void>.Continuation
    let open: AsyncStream<Void>
  }

  init(
    _ script: Script = Script(), clock: ManualClock, gate: Gate? = nil,
    onAction: @escaping @Sendable (String) async -> Void = { _ in }
  ) {
    self.script = script
    self.clock = clock
    self.gate = gate
    self.onAction = onAction
    began = clock.timestamp
  }

  private var now: Timestamp { clock.timestamp }

  private func note(_ call: String) async {
    calls.append(call)
    guard let gate, call.hasPrefix(gate.call) else { return }
    self.gate = nil
    gate.reached.yield()
    for await _ in gate.open { break }
  }

  func current() async throws -> [Generation] {
    await note("current")
    return script.outgoing == 0 ? [] : [Generation(id: "v1#1", version: "v1")]
  }

  func versions() async throws -> [Generation] {
    await note("versions")
    return [Generation(id: "v1#1", version: "v1"), Generation(id: "v0#1", version: "v0")]
  }

  func start(_ version: VersionName, isReturning: Bool) async throws -> Generation {
    await onAction("start")
    await note("start \(version)")
    if script.startFails { throw Broken(what: "it does not start") }
    startedAt = now
    return Generation(id: GenerationID("\(version)#2"), version: version)
  }

  func drain(_ generations: [Generation]) async throws {
    await onAction("drain")
    await note("drain \(generations.compactMap(\.id?.rawValue).joined(separator: ","))")
    for id in generations.compactMap(\.id) where drainedAt[id] == nil { drainedAt[id] = now }
  }

  func tend() async throws {
    if script.tendFails { throw Broken(what: "it cannot be tended") }
  }

  func failureToServe(_ generation: Generation) async throws -> (any Failure)? {
    script.isUnservable ? Broken(what: "its port is in use") : nil
  }

  func reading(within limit: Duration) async -> Reading {
    polls += 1
    pollTimes.append(now)
    await note("reading \(polls)")
    if script.failedReadings.contains(polls) {
      return Reading(
        source: traits.id, takenAt: now, answer: .failure(SourceFailure(kind: .timeout, detail: "scripted")))
    }
    return Reading(source: traits.id, takenAt: now, answer: .snapshot(observation))
  }

  // MARK: What is to be seen

  private var servingAt: Timestamp? {
    guard let startedAt, let after = script.servesAfter, now >= startedAt + after else { return nil }
    return startedAt + after
  }

  private var observation: Observation {
    let sessions = calls(until: now)
    var instances = (0..<script.outgoing).map { instance("v1#1", $0, servingAt: began, sessions) }
    if startedAt != nil {
      instances.append(instance("v2#2", 0, servingAt: servingAt, sessions))
      if script.hasLame { instances.append(instance("v2#2", 1, servingAt: nil, sessions)) }
    }
    return Observation(instances: instances, sessions: sessions)
  }

  private func instance(
    _ generation: GenerationID, _ number: Int, servingAt: Timestamp?, _ sessions: [SessionObservation]
  ) -> InstanceObservation {
    let id = InstanceID("\(generation)-\(number)")
    let left = sessions.count { $0.instance == id && $0.agent == .present }
    let version = VersionName(String(generation.rawValue.prefix(2)))
    var result = InstanceObservation(
      id: id, version: version, generation: generation, phase: servingAt == nil ? .starting : .serving, sessions: left,
      startedAt: generation == "v1#1" ? began : startedAt, registeredAt: servingAt, initializedAt: servingAt,
      servingAt: servingAt)
    guard let told = drainedAt[generation] else { return result }
    let last = sessions.filter { $0.instance == id }.compactMap { $0.end?.at }.max() ?? told
    result.drain = InstanceObservation.Drain(requestedAt: told, confirmedAt: told, confirmedBy: .log)
    result.phase = .draining
    if left == 0 {
      let gone = max(told, last)
      result.drain?.finishedAt = gone
      result.phase = .ended
      result.end = InstanceObservation.End(at: gone, exitCode: 0, cause: .drained)
    }
    return result
  }

  /// A call every second since the beginning; each lands on what takes calls at that moment, in turn.
  private func calls(until end: Timestamp) -> [SessionObservation] {
    var result: [SessionObservation] = []
    var number = 0
    var at = began
    while at <= end {
      number += 1
      defer { at = at + .seconds(1) }
      var takers: [InstanceID] = []
      if drainedAt["v1#1"].map({ at < $0 }) ?? true {
        takers += (0..<script.outgoing).map { InstanceID("v1#1-\($0)") }
      }
      if let servingAt, at >= servingAt, drainedAt["v2#2"].map({ at < $0 }) ?? true { takers.append("v2#2-0") }
      guard !takers.isEmpty else { continue }
      let taker = takers[number % takers.count]
      let crashes = script.crashesCalls && taker == "v2#2-0"
      let over = at + (crashes ? .milliseconds(500) : script.callLength)
      let isOver = end >= over
      result.append(
        SessionObservation(
          id: SessionID("call-\(number)"), instance: taker, createdAt: at, startedAt: at,
          agent: isOver ? .absent : .present, person: isOver && !crashes ? .absent : .present,
          end: !isOver
            ? nil
            : SessionObservation.End(
              at: over, sign: crashes ? .crashed : .personLeft, personLeftAt: crashes ? nil : over)))
    }
    return result
  }
}
