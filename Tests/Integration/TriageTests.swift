import Cutover
import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// `sluice triage` on fleets of real livekit-agents workers.
  @Suite(.enabled(if: BuiltProgram.python != nil, "no Python with livekit-agents in SLUICE_VENV or .venv-tests"))
  struct TriageTests {
    private static let callers = LocalFleet.Callers(every: "700ms", length: "8s..11s")

    @Test func aFleetWhoseOldAgentIsNeverToldHasThatAsItsRootCauseLiveAndOffline() async throws {
      let python = try #require(BuiltProgram.python)
      try await LocalFleet.with(Self.callers) { fleet in
        try fleet.configure(
          ["\(Fixtures.folder)/agents/wrapper-without-exec.sh"] + LocalFleet.agent(python), replicas: 1)
        try await fleet.deployFirst()
        try fleet.configure(LocalFleet.agent(python), replicas: 1)
        let rolled = try await fleet.roll(["deploy", "--version", "v2", "--yes", "--timeout", "30s"])
        let live = try await fleet.triage("--target", "here")
        let found = try live.diagnosis
        #expect(found.findings.first?.code == "SIG-001" && found.findings.first?.status == .confirmed, "\(live)")
        // What it brings about is its evidence, and no finding of its own.
        #expect(!found.findings.contains { ["RTE-001", "DRN-007", "DRN-008"].contains($0.code) }, "\(live)")
        #expect(found.summary.contains("exec the agent"), "\(live)")
        #expect(found.state(of: "rollout-in-progress") == "yes" && found.state(of: "signal-reaches") == "no", "\(live)")
        #expect(
          found.state(of: "old-stops-receiving") != "no" && found.state(of: "clock-binds") == "answered", "\(live)")

        let kept = try #require(live.keptRun)
        let offline = try await fleet.triage("--run", kept)
        #expect(offline.output == live.output, "the kept case gives another diagnosis\n\(live)\n\(offline)")
        // The journal of the deploy knows of no process, and comes to the same cause.
        let journal = try await fleet.triage("--run", try rolled.assessment.run.rawValue)
        #expect(try journal.diagnosis.findings.first?.code == "SIG-001", "\(journal)")
      }
    }

    @Test func aHealthyFleetHasNoFindingAndItsQuestionsAreAnswered() async throws {
      let python = try #require(BuiltProgram.python)
      try await LocalFleet.with(Self.callers) { fleet in
        try fleet.configure(LocalFleet.agent(python), replicas: 1)
        try await fleet.deployFirst()
        let before = try await fleet.triage("--target", "here")
        #expect(try before.diagnosis.problems.isEmpty, "\(before)")
        #expect(try before.diagnosis.state(of: "rollout-in-progress") == "no", "\(before)")
        #expect(try before.diagnosis.state(of: "signal-reaches") == "yes", "\(before)")
        let (_, rolled) = try await fleet.roll("deploy", "--version", "v2", "--yes", status: .passed)
        let after = try await fleet.triage("--run", try rolled.assessment.run.rawValue)
        #expect(try after.diagnosis.problems.isEmpty, "\(after)")
        try await fleet.expectCleanEnd(ofGeneration: 1)
        let end = try await fleet.triage("--target", "here")
        #expect(try end.diagnosis.problems.isEmpty, "\(end)")
        #expect(try end.diagnosis.state(of: "old-stops-receiving") == "no", "\(end)")
        #expect(try end.diagnosis.answer(to: "who-is-cut")?.hasPrefix("nobody") == true, "\(end)")
      }
    }

    @Test func aKeptCaseThatWasChangedIsRefused() async throws {
      try await LocalFleet.with(LocalFleet.Callers(every: nil)) { fleet in
        try fleet.configure(replicas: 1)
        try await fleet.deployFirst(isCalled: false)
        let kept = try #require(try await fleet.triage("--target", "here").keptRun)
        let path = "\(fleet.folder)/.sluice/runs/\(kept)/case.json"
        var bytes = try Files.read(path, limit: 64 << 20)
        bytes[bytes.count / 2] ^= 1
        try Files.write(bytes, to: path)
        let run = try await fleet.triage("--run", kept)
        #expect(run.ended(with: .badInput) && !run.output.contains("sluice.triage/1"), "\(run)")
      }
    }
  }
}

extension LocalFleet {
  fileprivate func triage(_ arguments: String...) async throws -> SluiceRun {
    try await BuiltProgram.run(["triage", "--format", "json"] + arguments, in: folder)
  }
}

extension SluiceRun {
  /// What was found, of `sluice.triage/1`.
  fileprivate var diagnosis: TriageResult {
    get throws { try CanonicalJSON.decode(TriageResult.self, from: Array(output.utf8)) }
  }

  /// The run that a triage kept its case in.
  fileprivate var keptRun: String? {
    errors.firstRange(of: "kept as run ").map { String(errors[$0.upperBound...].prefix { $0 != ":" }) }
  }
}

private struct TriageResult: Decodable {
  let summary: String
  let findings: [Finding]
  let questions: [Answer]?

  struct Answer: Decodable {
    let id: String
    let state: String
    let answer: String
  }

  var problems: [Finding] { findings.filter { $0.severity != .info } }
  func state(of question: String) -> String? { questions?.first { $0.id == question }?.state }
  func answer(to question: String) -> String? { questions?.first { $0.id == question }?.answer }
}
