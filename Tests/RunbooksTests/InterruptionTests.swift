import Cutover
import Documents
import Journal
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Runbooks

/// Stopped from outside at any point, a run ends in order and goes on later without doing anything twice.
struct InterruptionTests {
  /// Cancels the run when the fleet is asked for something, lets the fleet answer, and returns the outcome.
  private func interrupt(_ run: RolloutRun, at call: String) async throws -> (RunOutcome, ScriptedFleet) {
    let (reached, reaching) = AsyncStream.makeStream(of: Void.self)
    let (open, opening) = AsyncStream.makeStream(of: Void.self)
    let fleet = ScriptedFleet(
      clock: run.clock, gate: ScriptedFleet.Gate(call: call, reached: reaching, open: open))
    let procedure = run.procedure(fleet, try await run.writer())
    let outcome = try await run.clock.driving {
      let task = Task { await procedure.run() }
      for await _ in reached { break }
      task.cancel()
      opening.yield()
      return await task.value
    }
    return (outcome, fleet)
  }

  @Test(
    arguments: [
      ("current", "interrupted", nil), ("start", "await-serving interrupted", "await-serving"),
      ("reading 2", "await-serving interrupted", "await-serving"), ("drain", "verify interrupted", "verify"),
      ("reading 12", "verify interrupted", "verify"),
    ] as [(String, String, String?)])
  func anInterruptionAtAnyCallIsJournaledAndTheRunGoesOnWithTheRightStep(
    _ call: String, _ last: String, _ resumed: String?
  ) async throws {
    let run = try RolloutRun()
    let (outcome, fleet) = try await interrupt(run, at: call)
    #expect(outcome.isInterrupted, "\(outcome)")
    // What has been asked for may be answered yet, so that the step after it is the one that is interrupted.
    #expect(try run.steps().last?.hasSuffix(last) == true)
    guard let resumed else {
      #expect(await fleet.calls == ["current"])
      return
    }
    if let assessment = outcome.assessment { #expect(assessment.verdict == .interrupted && assessment.isFinal) }

    let before = try run.steps().count
    let journal = try await run.writer()
    let plan = try run.plan()
    let samples = try run.samples()
    let finished = try run.finished()
    let procedure = run.procedure(fleet, journal)
    let resumedOutcome = try await run.clock.driving {
      await procedure.resume(plan, samples: samples, finished: finished)
    }
    #expect(try run.steps()[before] == "\(resumed) started")
    let assessment = try #require(resumedOutcome.assessment)
    #expect(assessment.verdict == .passed, "\(assessment.reason)")
    #expect(await fleet.calls.filter { $0.hasPrefix("start") } == ["start v2"])
    #expect(await fleet.calls.filter { $0.hasPrefix("drain") } == ["drain v1#1"])
    #expect(try run.replayed() == CanonicalJSON.encode(assessment))
  }

  @Test func aRunThatIsCancelledBeforeItBeginsDoesNothing() async throws {
    let run = try RolloutRun()
    let fleet = ScriptedFleet(clock: run.clock)
    let procedure = run.procedure(fleet, try await run.writer())
    let task = Task {
      unsafe withUnsafeCurrentTask { task in unsafe task?.cancel() }
      return await procedure.run()
    }
    #expect(await task.value.isInterrupted)
    #expect(await fleet.calls.isEmpty)
    #expect(try run.steps() == ["record started", "record interrupted"])
  }
}
