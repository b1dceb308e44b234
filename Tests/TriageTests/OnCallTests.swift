import Cutover
import Machine
import Testing
import Vocabulary

@testable import Triage

/// The questions of on-call, asked of fleets in known states.
struct OnCallTests {
  static let project: ProjectFacts = {
    func clock(_ name: String, _ seconds: Double?) -> ProjectFacts.Clock {
      ProjectFacts.Clock(
        name: name, state: seconds == nil ? .unknown : .limit, seconds: seconds,
        reason: seconds == nil ? "who knows" : nil,
        controls: "a setting", origin: "sluice.yaml", isAgents: false)
    }
    return ProjectFacts(
      clocks: [clock("stop-timeout", 60), clock("livekit-agents drain_timeout", 3_600)], tailSeconds: nil)
  }()

  static let told = Timestamp(milliseconds: 1_795_219_000_000)

  /// Two versions, the old one told to drain, with two sessions of which one is old.
  static func fleet(_ now: Timestamp, confirmed: Bool = false, failing: Bool = false) -> FleetState {
    var fleet = FleetState(target: "kitchen")
    fleet.platform = "local-processes"
    let (v1, v2) = (Generation(id: "v1#1", version: "v1"), Generation(id: "v2#1", version: "v2"))
    fleet.current = [v2, v1]
    fleet.serving = [v2]
    fleet.sources = [
      SourceTraits(id: "local-processes", kind: "local-processes", sees: [.instances, .drains]),
      SourceTraits(id: "rooms", kind: "livekit-rooms", sees: [.sessions]),
    ]
    var old = InstanceObservation(id: "v1#1-1", version: "v1", generation: "v1#1", workers: ["AW_1"], phase: .serving)
    old.drain = InstanceObservation.Drain(
      requestedAt: told, confirmedAt: confirmed ? told : nil, confirmedBy: confirmed ? .log : nil)
    let new = InstanceObservation(id: "v2#1-1", version: "v2", generation: "v2#1", workers: ["AW_2"], phase: .serving)
    let sessions = ["AW_1", "AW_2"].map { worker in
      SessionObservation(
        id: SessionID("on-\(worker)"), worker: WorkerID(worker), startedAt: told, agent: .present, person: .present)
    }
    fleet.readings = [
      Reading(source: "local-processes", takenAt: now, answer: .snapshot(Observation(instances: [old, new]))),
      Reading(
        source: "rooms", takenAt: now,
        answer: failing
          ? .failure(SourceFailure(kind: .timeout, detail: "too slow")) : .snapshot(Observation(sessions: sessions))),
    ]
    return fleet
  }

  /// A run that watched `v2` take over, before its first sample.
  static func run(_ now: Timestamp) -> WatchedRun {
    let rollout = Rollout(
      target: "kitchen", run: "20261122-000000-000-aaaaaa", kind: .deploy, began: told,
      incoming: Generation(id: "v2#1", version: "v2"), outgoing: [Generation(id: "v1#1", version: "v1")],
      window: DrainWindow(clocks: [DrainClock(name: "stop-timeout", limit: .seconds(60), origin: "sluice.yaml")]))
    return WatchedRun(
      id: rollout.run, command: ["deploy"], began: told, finishedAt: nil, isRunning: true,
      assessment: Assessment(of: rollout, timesOutAt: now), recorded: nil, samples: 0, journal: "run/journal.ndjson")
  }

  private func answers(_ change: (inout CaseFile) -> Void = { _ in }) throws -> [OnCallAnswer.Question: OnCallAnswer] {
    var file = CaseFile()
    let now = Self.told + .seconds(10)
    file.gatheredAt = now
    file.fleet = Self.fleet(now)
    file.project = Self.project
    change(&file)
    let answers = try #require(Diagnosis(of: file).questions)
    #expect(answers.map(\.id) == OnCallAnswer.Question.allCases)
    for answer in answers where answer.state == .cannotTell { #expect(answer.toSeeIt != nil, "\(answer)") }
    return Dictionary(answers.map { ($0.id, $0) }) { first, _ in first }
  }

  @Test func twoVersionsWithLiveInstancesAreARollout() throws {
    let answers = try answers()
    #expect(answers[.rolloutInProgress]?.state == .yes)
    #expect(answers[.rolloutInProgress]?.answer.contains("v1#1-1 still lives") == true)
    // Nobody has watched where sessions begin: that is no ground for an answer.
    #expect(answers[.newSessionsLand]?.state == .cannotTell && answers[.oldStopsReceiving]?.state == .cannotTell)
  }

  @Test func aPlatformThatCannotBeAskedLeavesTheQuestionOpen() throws {
    let answers = try answers { $0.fleet?.current = nil }
    #expect(answers[.rolloutInProgress]?.state == .cannotTell && answers[.whoIsCut]?.state == .cannotTell)
  }

  @Test func theSignalsWayIsToldByProcessesAndByWhatWasConfirmed() throws {
    #expect(try answers()[.signalReaches]?.state == .cannotTell)
    let swallowed = try answers { file in
      let shell = SignalRouteTests.process(
        10, below: 1, "sh", "-c", "python agent.py start", caught: 0x1_0000, inner: 1)
      var tree = SignalRouteTests.tree([shell] + SignalRouteTests.worker(11, below: 10), signaled: 10)
      tree.instance = "v1#1-1"
      file.trees = [tree]
    }
    #expect(swallowed[.signalReaches]?.state == .no)
    #expect(swallowed[.whoIsCut]?.answer.contains("does not drain") == true)
    let now = Self.told + .seconds(10)
    #expect(try answers { $0.fleet = Self.fleet(now, confirmed: true) }[.signalReaches]?.state == .yes)
    let silent = try answers { file in
      var tree = SignalRouteTests.tree(SignalRouteTests.worker(11, below: 10), signaled: 11)
      tree.instance = "v1#1-1"
      file.trees = [tree]
    }
    // It was told, its way is free, and it shows nothing: that is no yes.
    #expect(silent[.signalReaches]?.state == .cannotTell)
  }

  @Test func theLeastClockBindsFromTheMomentOfTheSignal() throws {
    let answer = try #require(try answers()[.clockBinds])
    #expect(answer.answer == "stop-timeout, 1m: it ends v1#1-1 at \(Self.told + .seconds(60)) (in 50s)")
    #expect(answer.evidence.count == 2)
    #expect(try answers { $0.project = nil }[.clockBinds]?.state == .cannotTell)
  }

  @Test func whoIsCutIsNamedAndNeverGuessed() throws {
    let answer = try #require(try answers()[.whoIsCut])
    #expect(answer.answer.contains("1 session is live on v1#1-1") && answer.evidence.count == 1)
    #expect(answer.evidence.first?.excerpt == "on-AW_1 on v1#1-1, live for 10s")
    let now = Self.told + .seconds(10)
    let blind = try #require(try answers { $0.fleet = Self.fleet(now, failing: true) }[.whoIsCut])
    #expect(blind.state == .cannotTell, "\(blind)")
    let stranger = try answers { file in
      let session = SessionObservation(id: "x", agent: .present, person: .present)
      file.fleet?.readings.append(
        Reading(source: "rooms", takenAt: now, answer: .snapshot(Observation(sessions: [session]))))
    }
    #expect(stranger[.whoIsCut]?.state == .cannotTell)
  }

  @Test func oneVersionAloneIsNoRollout() throws {
    let answers = try answers { file in
      let now = Self.told + .seconds(10)
      file.fleet?.current = [Generation(id: "v2#1", version: "v2")]
      let new = InstanceObservation(id: "v2#1-1", version: "v2", generation: "v2#1", phase: .serving)
      file.fleet?.readings = [
        Reading(source: "local-processes", takenAt: now, answer: .snapshot(Observation(instances: [new])))
      ]
    }
    #expect(answers[.rolloutInProgress]?.state == .no && answers[.oldStopsReceiving]?.state == .no)
    #expect(answers[.newSessionsLand]?.state == .yes && answers[.whoIsCut]?.answer.hasPrefix("nobody") == true)
  }
}
