import Cutover
import Vocabulary

/// A fleet written down by hand: what each source lists is set, time is moved on, and each poll is assessed.
struct Story {
  static let start = Timestamp(nanoseconds: 1_800_000_000_000_000_000)

  var rollout: Rollout
  var policy: Policy
  var sources: [SourceTraits]
  var verifier: CutoverVerifier
  var samples: [Sample] = []
  var clock: Duration = .zero
  private var instances: [SourceID: [InstanceID: InstanceObservation]] = [:]
  private var sessions: [SourceID: [SessionID: SessionObservation]] = [:]
  private var failing: Set<SourceID> = []
  /// Sources that date their answers themselves, by how far back.
  var datesBack: [SourceID: Duration] = [:]
  private(set) var last: Assessment

  /// A platform that lists instances with their drains and exits, and counts.
  static let platform = SourceTraits(id: "platform", kind: "local-processes", sees: [.instances, .drains])
  /// A server that names every session and how it ended.
  static let server = SourceTraits(id: "server", kind: "dispatch-server", sees: [.sessions, .endings, .unserved])
  /// LiveKit rooms with the lags that were seen on a real server.
  static let rooms = SourceTraits(
    id: "rooms", kind: "livekit-rooms", sees: [.sessions, .unserved], arrivalLag: .seconds(8.4),
    lingering: .seconds(21.2))
  /// Workers' own numbers.
  static let http = SourceTraits(id: "http", kind: "worker-http", sees: [.counts])

  init(
    _ sources: [SourceTraits] = [platform, server], incoming: Generation = Generation(version: "v2"),
    outgoing: [Generation] = [Generation(version: "v1")], kind: Rollout.Kind = .deploy,
    window: Duration? = .seconds(3_600),
    _ change: (inout Policy) -> Void = { _ in }
  ) {
    var policy = Policy()
    policy.interval = .seconds(1)
    policy.grace = .seconds(5)
    policy.quiet = .seconds(10)
    policy.settle = .seconds(5)
    change(&policy)
    self.policy = policy
    self.sources = sources
    rollout = Rollout(
      target: "kitchen", run: "20261121-140511-123-k3v9q2", kind: kind, began: Story.start, incoming: incoming,
      outgoing: outgoing,
      window: DrainWindow(clocks: [DrainClock(name: "drain_timeout", limit: window, origin: "default")]))
    verifier = CutoverVerifier(rollout: rollout, sources: sources, policy: policy)
    last = verifier.assessment
  }

  var now: Timestamp { Story.start + clock }

  /// The moment so many seconds after the rollout began.
  func at(_ seconds: Double) -> Timestamp { Story.start + .seconds(seconds) }

  mutating func instance(
    _ id: InstanceID, by source: SourceID = "platform", _ change: (inout InstanceObservation) -> Void
  ) {
    var observation = instances[source]?[id] ?? InstanceObservation(id: id, phase: .serving)
    change(&observation)
    instances[source, default: [:]][id] = observation
  }

  mutating func dropInstance(_ id: InstanceID, by source: SourceID = "platform") { instances[source]?[id] = nil }

  mutating func session(_ id: SessionID, by source: SourceID = "server", _ change: (inout SessionObservation) -> Void) {
    var observation = sessions[source]?[id] ?? SessionObservation(id: id, agent: .present, person: .present)
    change(&observation)
    sessions[source, default: [:]][id] = observation
  }

  mutating func dropSession(_ id: SessionID, by source: SourceID = "server") { sessions[source]?[id] = nil }

  mutating func fail(_ source: SourceID, _ isFailing: Bool = true) {
    if isFailing { failing.insert(source) } else { failing.remove(source) }
  }

  /// One poll after an interval.
  @discardableResult
  mutating func poll(_ step: Duration? = nil) -> Assessment {
    clock += step ?? policy.interval
    let readings = sources.map { source in
      Reading(
        source: source.id, takenAt: now, asOf: datesBack[source.id].map { now - $0 },
        answer: failing.contains(source.id)
          ? .failure(SourceFailure(kind: .timeout, detail: "no answer"))
          : .snapshot(
            Observation(
              instances: (instances[source.id] ?? [:]).values.sorted { $0.id < $1.id },
              sessions: (sessions[source.id] ?? [:]).values.sorted { $0.id < $1.id })))
    }
    let sample = Sample(sequence: samples.count + 1, at: now, readings: readings)
    samples.append(sample)
    last = verifier.ingest(sample)
    return last
  }

  @discardableResult
  mutating func polls(_ count: Int) -> Assessment {
    for _ in 0..<count { poll() }
    return last
  }

  /// Polls until the assessment is final or the count is used up.
  @discardableResult
  mutating func watch(_ limit: Int = 10_000) -> Assessment {
    for _ in 0..<limit where !last.isFinal { poll() }
    return last
  }

  // The usual moves.

  mutating func serve(_ id: InstanceID, _ version: VersionName, by source: SourceID = "platform") {
    let now = now
    instance(id, by: source) {
      $0.version = version
      $0.phase = .serving
      $0.startedAt = now
      $0.workers = [WorkerID(rawValue: "AW_\(id.rawValue)")]
    }
  }

  mutating func drain(_ id: InstanceID, isConfirmed: Bool = true, by source: SourceID = "platform") {
    let now = now
    instance(id, by: source) {
      $0.drain = InstanceObservation.Drain(requestedAt: now)
      guard isConfirmed else { return }
      $0.phase = .draining
      $0.drain?.confirmedAt = now
      $0.drain?.confirmedBy = .log
    }
  }

  mutating func exit(
    _ id: InstanceID, code: Int32? = 0, signal: Int32? = nil, cause: InstanceObservation.End.Cause? = nil,
    by source: SourceID = "platform"
  ) {
    let now = now
    instance(id, by: source) {
      $0.phase = .ended
      $0.sessions = nil
      $0.end = InstanceObservation.End(at: now, exitCode: signal == nil ? code : nil, signal: signal, cause: cause)
    }
  }

  mutating func call(_ id: SessionID, on instance: InstanceID, by source: SourceID = "server") {
    let now = now
    session(id, by: source) {
      $0.room = "room-\(id.rawValue)"
      $0.worker = WorkerID(rawValue: "AW_\(instance.rawValue)")
      $0.createdAt = now
      $0.startedAt = now
    }
  }

  mutating func end(_ id: SessionID, _ sign: SessionObservation.Sign, by source: SourceID = "server") {
    let now = now
    session(id, by: source) {
      $0.agent = .absent
      $0.person = sign == .personLeft || sign == .terminated || sign == .roomClosed ? .absent : $0.person
      $0.end = SessionObservation.End(at: now, sign: sign)
    }
  }

  /// v1 serves with calls, v2 comes up, v1 is told to drain and confirms it.
  mutating func rollOver(calls: Int = 2, isConfirmed: Bool = true) {
    serve("v1-1", "v1")
    polls(2)
    for number in 0..<calls { call(SessionID(rawValue: "old-\(number)"), on: "v1-1") }
    polls(2)
    serve("v2-1", "v2")
    polls(2)
    drain("v1-1", isConfirmed: isConfirmed)
    polls(7)
  }

  /// New calls on v2, one a poll.
  mutating func newCalls(_ count: Int = 4, prefix: String = "new") {
    for number in 0..<count {
      call(SessionID(rawValue: "\(prefix)-\(number)"), on: "v2-1")
      poll()
    }
  }
}

extension Assessment {
  func state(_ kind: Condition.Kind) -> Condition.State? { conditions.first { $0.id == kind }?.state }
  var a: Condition.State? { state(.newSessionsLand) }
  var b: Condition.State? { state(.oldStopsReceiving) }
  var c: Condition.State? { state(.oldDrains) }
  func has(_ code: FindingCode) -> Bool { findings.contains { $0.code == code } }
}
