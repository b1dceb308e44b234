import Cutover
import Documents
import Journal
import Machine
import SessionSources
import TestSupport
import Testing
import Vocabulary

@testable import Runbooks

/// The poller: its cadence, and that what is journaled is what is decided from.
struct WatchTests {
  /// A source that answers after a while on the manual clock, or not at all.
  struct SlowSource: SessionSource {
    let traits = SourceTraits(id: "slow", kind: "scripted", sees: [.counts])
    let clock: ManualClock
    let takes: Duration

    func reading(within limit: Duration) async -> Reading {
      try? await clock.sleep(for: min(takes, limit))
      return Reading(
        source: "slow", takenAt: clock.timestamp,
        answer: takes > limit
          ? .failure(SourceFailure(kind: .timeout, detail: "no answer")) : .snapshot(Observation()))
    }
  }

  private func watch(
    _ run: RolloutRun, _ sources: [any SessionSource], _ journal: JournalWriter, resuming samples: [Sample] = []
  ) -> Watch {
    let rollout = Rollout(
      target: "scripted", run: run.run.id, kind: .observed, began: run.clock.timestamp,
      incoming: Generation(version: "v2"), outgoing: [Generation(version: "v1")], window: DrainWindow(clocks: []))
    return Watch(
      plan: WatchPlan(rollout: rollout, policy: RolloutRun.policy, sources: sources.map(\.traits)), sources: sources,
      journal: journal, resuming: samples, clock: run.clock, wallClock: run.clock.wallClock, report: { _ in })
  }

  @Test func pollsAreAnIntervalApartAndEndAtTheLimit() async throws {
    let run = try RolloutRun()
    let fleet = ScriptedFleet(clock: run.clock)
    let watch = watch(run, [fleet], try await run.writer())
    let start = run.clock.timestamp
    let last = try await run.clock.driving { try await watch.run(limit: .milliseconds(1_750)) { _ in false } }
    let offsets = await fleet.pollTimes.map { $0 - start }
    #expect(offsets == [.zero, .milliseconds(500), .seconds(1), .milliseconds(1_500), .milliseconds(1_750)])
    #expect(last.sample == 5)
  }

  @Test func aSourceThatIsSlowerThanTheIntervalIsPolledAgainAtOnceAndNeverAtTheSameTime() async throws {
    let run = try RolloutRun()
    let fleet = ScriptedFleet(clock: run.clock)
    let slow = SlowSource(clock: run.clock, takes: .milliseconds(800))
    let watch = watch(run, [fleet, slow], try await run.writer())
    let start = run.clock.timestamp
    _ = try await run.clock.driving { try await watch.run(limit: .seconds(2)) { _ in false } }
    #expect(await fleet.pollTimes.map { $0 - start } == [.zero, .milliseconds(800), .milliseconds(1_600)])
    let samples = try run.samples()
    #expect(samples.map(\.sequence) == [1, 2, 3])
    #expect(samples.map { $0.at - start } == [.milliseconds(800), .milliseconds(1_600), .milliseconds(2_400)])
  }

  @Test func aSourceThatGivesNoAnswerIsAFailedReadingBesideTheOthers() async throws {
    let run = try RolloutRun()
    var script = ScriptedFleet.Script()
    script.failedReadings = [2]
    let fleet = ScriptedFleet(script, clock: run.clock)
    let slow = SlowSource(clock: run.clock, takes: .seconds(60))
    let watch = watch(run, [fleet, slow], try await run.writer())
    try await run.clock.driving {
      try await watch.poll()
      #expect(await watch.listing(of: "platform")?.instances.count == 2)
      #expect(await watch.listing(of: "slow") == nil)
      try await watch.poll()
      #expect(await watch.listing(of: "platform") == nil)
    }
    let readings = try run.samples().map { $0.readings.map(\.answer) }
    #expect(readings.count == 2)
    for answers in readings {
      guard case .failure(let failure) = answers[1] else {
        Issue.record("the slow source gave \(answers[1])")
        continue
      }
      #expect(failure.kind == .timeout)
    }
    guard case .snapshot = readings[0][0], case .failure = readings[1][0] else {
      Issue.record("\(readings)")
      return
    }
  }

  @Test func whatIsJournaledIsWhatWasTakenIn() async throws {
    let run = try RolloutRun()
    let fleet = ScriptedFleet(clock: run.clock)
    let watch = watch(run, [fleet], try await run.writer())
    var live: [[UInt8]] = []
    for _ in 0..<130 {
      live.append(try CanonicalJSON.encode(try await watch.poll()))
      run.clock.advance(by: .milliseconds(500))
    }
    let plan = await watch.plan
    var verifier = CutoverVerifier(rollout: plan.rollout, sources: plan.sources, policy: plan.policy)
    let replayed = try run.samples().map { try CanonicalJSON.encode(verifier.ingest($0)) }
    #expect(replayed == live)
    // Changes, and a whole listing at intervals.
    let wholes = try run.samples().enumerated().compactMap { index, sample in
      if case .snapshot = sample.readings[0].answer { index } else { nil }
    }
    #expect(wholes == [0, 100])
  }

  @Test func aWatchThatGoesOnGivesWhatOneThatWasNeverStoppedGives() async throws {
    let run = try RolloutRun()
    let fleet = ScriptedFleet(clock: run.clock)
    let journal = try await run.writer()
    let first = watch(run, [fleet], journal)
    for _ in 0..<10 {
      _ = try await first.poll()
      run.clock.advance(by: .milliseconds(500))
    }
    let second = Watch(
      plan: await first.plan, sources: [fleet], journal: journal, resuming: try run.samples(), clock: run.clock,
      wallClock: run.clock.wallClock, report: { _ in })
    #expect(await second.assessment == first.assessment)
    let next = try await second.poll()
    #expect(next.sample == 11)
    guard case .snapshot = try run.samples()[10].readings[0].answer else {
      Issue.record("the first listing after a pause must be whole")
      return
    }
    var verifier = CutoverVerifier(
      rollout: await first.plan.rollout, sources: await first.plan.sources, policy: RolloutRun.policy)
    for sample in try run.samples() { _ = verifier.ingest(sample) }
    #expect(verifier.assessment == next)
  }
}
