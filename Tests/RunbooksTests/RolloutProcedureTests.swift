import Cutover
import Documents
import Journal
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Runbooks

/// The order inside a deploy and a rollback, and what the journal holds of it.
struct RolloutProcedureTests {
  @Test func stepsAndActionsAreJournaledInTheirOrderAndTheVerdictIsThatOfTheJournal() async throws {
    let run = try RolloutRun()
    let fleet = ScriptedFleet(clock: run.clock)
    let outcome = try await run.perform(fleet)
    let assessment = try #require(outcome.assessment)
    #expect(assessment.verdict == .passed && assessment.isFinal, "\(assessment.reason)")
    #expect(
      try run.steps() == [
        "record started", "record passed", "start started", "[start intended]", "[start done]", "plan", "start passed",
        "await-serving started", "await-serving passed", "drain started", "[drain intended]", "[drain done]",
        "drain passed", "verify started", "verify passed",
      ])
    #expect(await fleet.calls.filter { !$0.hasPrefix("reading") } == ["current", "start v2", "drain v1#1"])
    #expect(try run.replayed() == CanonicalJSON.encode(assessment))
  }

  @Test func anActionIsOnTheDiskBeforeItIsTaken() async throws {
    let run = try RolloutRun()
    let seen = Locked<[String]>([])
    let fleet = ScriptedFleet(clock: run.clock) { action in
      let last = (try? run.steps().last) ?? "nothing"
      seen.withLock { $0.append("\(action): \(last)") }
    }
    _ = try await run.perform(fleet)
    #expect(seen.withLock { $0 } == ["start: [start intended]", "drain: [drain intended]"])
  }

  @Test func aVersionThatNeverServesIsWithdrawnAndTheOldIsNeverToldToDrain() async throws {
    let run = try RolloutRun()
    var script = ScriptedFleet.Script()
    script.servesAfter = nil
    let fleet = ScriptedFleet(script, clock: run.clock)
    let outcome = try await run.perform(fleet)
    let error = try #require(outcome.error as? RunbookFailure)
    #expect(error == .neverServed("v2", after: .seconds(20), keeps: ["v1"], instances: ["v2#2-0 is starting"]))
    #expect(error.exitStatus == .timedOut)
    let steps = try run.steps()
    #expect(
      steps.suffix(4) == ["await-serving started", "[withdraw intended]", "[withdraw done]", "await-serving timed-out"])
    #expect(await fleet.calls.filter { $0.hasPrefix("drain") } == ["drain v2#2"])
    let assessment = try #require(outcome.assessment)
    #expect(assessment.verdict == .timedOut && assessment.isFinal)
    #expect(assessment.conditions.allSatisfy { $0.state == .timedOut })
    #expect(assessment.recommendedAction?.command == "sluice runs show \(run.run.id)")
    #expect(try run.replayed(ending: .neverServed, at: assessment.at) == CanonicalJSON.encode(assessment))
  }

  @Test func theOldDrainsOnlyWhenEveryNewInstanceServes() async throws {
    let run = try RolloutRun()
    var script = ScriptedFleet.Script()
    script.hasLame = true
    let fleet = ScriptedFleet(script, clock: run.clock)
    let outcome = try await run.perform(fleet)
    #expect(
      outcome.error as? RunbookFailure
        == .neverServed(
          "v2", after: .seconds(20), keeps: ["v1"], instances: ["v2#2-1 is starting"]))
    #expect(await fleet.calls.filter { $0.hasPrefix("drain") } == ["drain v2#2"])
    #expect(outcome.assessment?.verdict == .timedOut)
  }

  @Test func aVersionThatCanNeverServeFailsAtOnceAndIsWithdrawn() async throws {
    let run = try RolloutRun()
    var script = ScriptedFleet.Script()
    script.isUnservable = true
    let fleet = ScriptedFleet(script, clock: run.clock)
    let outcome = try await run.perform(fleet)
    #expect((outcome.error as? ScriptedFleet.Broken)?.what == "its port is in use")
    #expect(await fleet.polls == 1)
    #expect(await fleet.calls.filter { $0.hasPrefix("drain") } == ["drain v2#2"])
    let assessment = try #require(outcome.assessment)
    #expect(assessment.verdict == .failed && assessment.isFinal)
    #expect(assessment.conditions.first?.state == .failed)
    #expect(try run.replayed(ending: .unservable, at: assessment.at) == CanonicalJSON.encode(assessment))
  }

  @Test func aVersionThatFailsItsCallsBeforeTheDrainNeverMakesTheOldOneDrain() async throws {
    let run = try RolloutRun()
    var script = ScriptedFleet.Script()
    script.crashesCalls = true
    script.hasLame = true
    let fleet = ScriptedFleet(script, clock: run.clock)
    let outcome = try await run.perform(fleet)
    #expect(outcome.error as? RunbookFailure == .endedBeforeDrain(.failed, keeps: ["v1"]))
    #expect(await fleet.calls.filter { $0.hasPrefix("drain") } == ["drain v2#2"])
    let assessment = try #require(outcome.assessment)
    #expect(assessment.verdict == .failed && assessment.sessions.cutCount > 0)
    #expect(try run.replayed() == CanonicalJSON.encode(assessment))
  }

  @Test func aStartThatFailsEndsTheRunBeforeAnythingDrains() async throws {
    let run = try RolloutRun()
    var script = ScriptedFleet.Script()
    script.startFails = true
    let fleet = ScriptedFleet(script, clock: run.clock)
    let outcome = try await run.perform(fleet)
    #expect((outcome.error as? ScriptedFleet.Broken)?.what == "it does not start")
    #expect(outcome.assessment == nil)
    #expect(await fleet.calls == ["current", "start v2"])
    #expect(try run.steps().suffix(3) == ["[start intended]", "[start failed]", "start failed"])
  }

  @Test func aStepThatTakesTooLongTimesOutAndIsNotWaitedForAnyLonger() async throws {
    let run = try RolloutRun()
    let (reached, reaching) = AsyncStream.makeStream(of: Void.self)
    let (open, opening) = AsyncStream.makeStream(of: Void.self)
    let fleet = ScriptedFleet(
      clock: run.clock, gate: ScriptedFleet.Gate(call: "current", reached: reaching, open: open))
    let procedure = run.procedure(fleet, try await run.writer())
    let outcome = try await run.clock.driving(within: .seconds(60)) { await procedure.run() }
    withExtendedLifetime((reached, opening)) {}
    #expect(outcome.error as? RunbookFailure == .stepTimedOut("record", after: .seconds(60)))
    #expect(try run.steps() == ["record started", "record timed-out"])
    #expect(await fleet.calls == ["current"])
  }

  @Test func nothingIsDoneWhenTheJournalCannotBeWritten() async throws {
    let run = try RolloutRun()
    let journal = try await run.writer()
    try run.fillDisk()
    let fleet = ScriptedFleet(clock: run.clock)
    let procedure = run.procedure(fleet, journal)
    let outcome = try await run.clock.driving { await procedure.run() }
    #expect(outcome.error is MachineFailure, "\(outcome)")
    #expect(await fleet.calls.isEmpty)
  }

  @Test func aDiskThatFillsUpDuringTheStartEndsTheRunBeforeAnythingDrains() async throws {
    let run = try RolloutRun()
    let journal = try await run.writer()
    let fleet = ScriptedFleet(clock: run.clock) { _ in
      do { try run.fillDisk() } catch { Issue.record(error) }
    }
    let procedure = run.procedure(fleet, journal)
    let outcome = try await run.clock.driving { await procedure.run() }
    #expect(outcome.error != nil && !outcome.isInterrupted)
    #expect(await fleet.calls == ["current", "start v2"])
    let notes = run.events.withLock { $0.compactMap { if case .note(let text, _) = $0 { text } else { nil } } }
    #expect(notes.contains { $0.hasPrefix("the end of step 'start' could not be journaled") }, "\(notes)")
  }

  @Test func aFirstDeploymentHasNothingToDrain() async throws {
    let run = try RolloutRun()
    var script = ScriptedFleet.Script()
    script.outgoing = 0
    let fleet = ScriptedFleet(script, clock: run.clock)
    _ = try await run.perform(fleet)
    #expect(await !fleet.calls.contains { $0.hasPrefix("drain") })
    #expect(try !run.steps().contains("[drain intended]"))
  }

  @Test func aRollbackNamesWhatItCannotPutBack() async throws {
    for (version, expected) in [
      ("v1", RunbookFailure.alreadyServing("v1")), ("v9", .unknownVersion("v9", known: ["v1", "v0"])),
    ] {
      let run = try RolloutRun()
      let fleet = ScriptedFleet(clock: run.clock)
      let outcome = try await run.perform(fleet, kind: .rollback, version: VersionName(version))
      #expect(outcome.error as? RunbookFailure == expected)
      #expect(await fleet.calls == ["current", "versions", "current"])
    }
  }

  @Test func aFailureToTendEndsTheRunWithItsLastAssessment() async throws {
    let run = try RolloutRun()
    var script = ScriptedFleet.Script()
    script.tendFails = true
    let outcome = try await run.perform(ScriptedFleet(script, clock: run.clock))
    #expect((outcome.error as? ScriptedFleet.Broken)?.what == "it cannot be tended")
  }
}
