import Cutover
import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// What happens when somebody, or something, ends a deploy in its middle.
  @Suite struct InterruptionTests {
    @Test(arguments: [
      ("drain", Signal.interrupt), ("verify", Signal.interrupt), ("verify", Signal.terminate),
      ("await-serving", Signal.interrupt),
    ])
    func aRunStoppedAtAStepIsSavedAndGoesOnByThePrintedLine(step: String, signal: Signal) async throws {
      try await LocalFleet.with { fleet in
        try fleet.configure(replicas: 1)
        try await fleet.deployFirst()
        if step == "await-serving" {
          // A worker that needs its time, so that the signal comes before the step can end.
          try fleet.configure(
            ["/bin/sh", "-c", "sleep 5; exec \(BuiltProgram.path) example-worker --port 0"], replicas: 1)
        }
        let (assessment, run) = try await fleet.roll(
          "deploy", "--version", "v2", "--yes", status: signal == .terminate ? .terminated : .interrupted,
          atStep: step
        ) { child in child.send(signal) }
        #expect(assessment.verdict == .interrupted, "\(run)")
        if step == "await-serving" {
          #expect(assessment.window.drainRequestedAt == nil, "\(run)")
          #expect(try fleet.workers(ofGeneration: 1).allSatisfy { $0.identity.isAlive }, "\(run)")
        }
        try await expectResumption(of: fleet, by: run)
      }
    }

    @Test func aRunStoppedWhileTheNewVersionStartsLeavesNothingOrCanGoOn() async throws {
      try await LocalFleet.with { fleet in
        try fleet.configure(replicas: 1)
        try await fleet.deployFirst()
        let run = try await fleet.roll(["deploy", "--version", "v2", "--yes"], atStep: "start") { child in
          child.send(.interrupt)
        }
        #expect(run.ended(with: .interrupted), "\(run)")
        if try run.object["schema"]?.text == "sluice.assessment/1" {
          try await expectResumption(of: fleet, by: run)
        } else {
          #expect(run.errors.contains("run the command again"), "\(run)")
          #expect(!run.errors.contains("--resume"), "\(run)")
          let (assessment, again) = try await fleet.roll("deploy", "--version", "v2", "--yes", status: .passed)
          #expect(assessment.outgoing == ["v1"], "the first try left something\n\(again)")
          try await expectNobodyWasHurt(fleet)
        }
      }
    }

    @Test func theSecondSignalLeavesAtOnceAndTheRunGoesOnAllTheSame() async throws {
      try await LocalFleet.with { fleet in
        try fleet.configure(replicas: 1)
        try await fleet.deployFirst()
        let run = try await fleet.roll(["deploy", "--version", "v2", "--yes"], atStep: "verify") { child in
          child.send(.interrupt)
          child.send(.terminate)
        }
        #expect(run.run.end == .exited(130) || run.run.end == .exited(143), "\(run)")
        try await expectResumption(of: fleet, run: try newestRun(of: fleet))
      }
    }

    @Test(arguments: ["await-serving", "verify"])
    func aRunKilledWithoutAChanceGoesOn(step: String) async throws {
      try await LocalFleet.with { fleet in
        try fleet.configure(replicas: 1)
        try await fleet.deployFirst()
        let run = try await fleet.roll(["deploy", "--version", "v2", "--yes"], atStep: step) { child in
          child.send(.kill)
        }
        #expect(run.run.end == .signaled(.kill), "\(run)")
        try await expectResumption(of: fleet, run: try newestRun(of: fleet))
      }
    }

    /// That the line which a run printed reaches the verdict.
    private func expectResumption(of fleet: LocalFleet, by run: SluiceRun) async throws {
      let line = try #require(run.errors.split(separator: "\n").last { $0.hasPrefix("go on with: sluice ") }, "\(run)")
      let words = line.split(separator: " ").map(String.init)
      #expect(words.dropLast() == ["go", "on", "with:", "sluice", "deploy", "--target", "here", "--resume"])
      try await expectResumption(of: fleet, run: try #require(words.last))
    }

    private func expectResumption(of fleet: LocalFleet, run id: String) async throws {
      let (assessment, run) = try await fleet.roll("deploy", "--resume", id, status: .passed)
      #expect(assessment.run.rawValue == id)
      #expect(assessment.states == [.holds, .holds, .holds], "\(run)")
      try await expectNobodyWasHurt(fleet)
      // A run that has its verdict says it again, and changes nothing.
      let again = try await fleet.sluice("deploy", "--target", "here", "--resume", id, "--format", "json")
      #expect(again.ended(with: .passed) && again.run.output == run.run.output, "\(again)")
    }

    private func expectNobodyWasHurt(_ fleet: LocalFleet) async throws {
      let cut = try await fleet.sessions().filter(\.isLost)
      #expect(cut.isEmpty, "calls were cut: \(cut)")
      try await fleet.expectCleanEnd(ofGeneration: 1)
    }

    private func newestRun(of fleet: LocalFleet) throws -> String {
      try #require(try Files.list("\(fleet.folder)/.sluice/runs").max())
    }
  }
}
