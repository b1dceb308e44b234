import Cutover
import Terminal
import Vocabulary

/// Moments of runs that the golden files show: each with the live view's state and the assessment that a report is made of.
struct Scene: Sendable, CustomStringConvertible {
  let name: String
  let state: LiveState
  let assessment: Assessment
  let now: Timestamp
  var description: String { name }

  /// A scene whose last assessment is the one given, after the events given.
  init(_ name: String, _ assessment: Assessment, after events: [ProgressEvent] = [], then last: [ProgressEvent] = []) {
    self.name = name
    self.assessment = assessment
    now = assessment.at + .seconds(2)
    var state = LiveState()
    state.apply(
      .titled(
        RunTitle(
          kind: assessment.kind.rawValue, target: assessment.target, outgoing: assessment.outgoing,
          incoming: assessment.incoming, run: assessment.run, began: assessment.window.began)))
    for event in events + [.assessed(assessment)] + last { state.apply(event) }
    self.state = state
  }
}

extension Scene {
  static let began = Timestamp(milliseconds: 1_795_269_911_000)  // 2026-11-21T14:05:11Z
  static func at(_ seconds: Int) -> Timestamp { began + .seconds(seconds) }

  static let window = DrainWindow(clocks: [
    DrainClock(name: "livekit-agents drain_timeout", limit: .seconds(3600), origin: "default of livekit-agents 1.8.9"),
    DrainClock(name: "stop-timeout", limit: .seconds(3900), origin: "sluice.yaml:9:48"),
    DrainClock(name: "shutdown hook of the entrypoint", limit: nil, origin: "Dockerfile:12"),
  ])

  static func assessment(sample: Int = 0, at second: Int = 0, window: DrainWindow = window) -> Assessment {
    let rollout = Rollout(
      target: "kitchen", run: "20261121-140511-123-k3v9q2", kind: .deploy, began: began,
      incoming: Generation(version: "v20260224201212"), outgoing: [Generation(version: "v20260131090000")],
      window: window)
    var assessment = Assessment(of: rollout, timesOutAt: at(3_925))
    assessment.sample = sample
    assessment.at = at(second)
    return assessment
  }

  static func conditions(
    _ states: [(Assessment.Condition.State, Assessment.Condition.EvidenceBasis, String, [Evidence])]
  ) -> [Assessment.Condition] {
    let titles = [
      "new sessions land on the new version", "old instances stop receiving new sessions",
      "sessions on old drain to zero",
    ]
    return zip(zip(Assessment.Condition.Kind.allCases, titles), states).map { kind, state in
      Assessment.Condition(
        id: kind.0, title: kind.1, state: state.0, basis: state.1, reason: state.2, evidence: state.3)
    }
  }

  static func counts(
    active: Int?, started: Int = 0, ended: Int = 0, cut: Int = 0, unclear: Int = 0, probes: Int = 0
  ) -> Assessment.Sessions.Counts {
    var counts = Assessment.Sessions.Counts()
    (counts.active, counts.started, counts.ended) = (active, started, ended)
    (counts.cut, counts.unclear, counts.probes) = (cut, unclear, probes)
    return counts
  }

  static func instance(
    _ id: InstanceID, sessions: Int?, told: Int? = 34, confirmed: InstanceObservation.Drain.Confirmation? = .log,
    ended: Int? = nil, end: String? = nil, region: RegionName? = nil
  ) -> Assessment.OutgoingInstance {
    var instance = Assessment.OutgoingInstance(id: id, phase: ended == nil ? "draining" : "ended")
    instance.version = "v20260131090000"
    instance.region = region
    instance.sessions = sessions
    instance.drainRequestedAt = told.map(at)
    instance.drainConfirmedBy = confirmed
    instance.drainConfirmedAt = confirmed.flatMap { _ in told.map { at($0 + 1) } }
    instance.endedAt = ended.map(at)
    instance.end = end
    return instance
  }

  static func steps(_ running: Int, failed: Bool = false) -> [ProgressEvent] {
    let names = ["preflight", "lock", "deploy", "serving", "verify", "review"]
    let starts = [0, 2, 3, 20, 34, 260]
    return [
      .planned(
        names.enumerated().map { index, name in
          if index > running { return StepProgress(name: name) }
          if index == running { return StepProgress(name: name, state: .running, startedAt: at(starts[index])) }
          return StepProgress(
            name: name, state: .done, startedAt: at(starts[index]), endedAt: at(starts[index + 1]))
        })
    ]
  }
}
