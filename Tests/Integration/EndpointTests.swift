import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary

extension Integration {
  /// A fleet that somebody else deploys, whose endpoints answer badly: what cannot be read is unknown, never zero.
  @Suite(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing))) struct EndpointTests {
    @Test(arguments: ["html", "half", "500", "redirect", "50mb", "missing"])
    func anAnswerThatIsNoneLeavesTheVerdictOpen(answer: String) async throws {
      try await Python.serving("agents/odd_endpoints.py") { port in
        let folder = try TemporaryFolder()
        _ = try folder.write(
          """
          version: 1
          targets:
            kitchen:
              platform: none
              sessions:
                - worker-http:
                    instances:
                      - { name: v1-1, url: "http://127.0.0.1:\(port)/\(answer)", version: v1 }
                      - { name: v2-1, url: "http://127.0.0.1:\(port)/good", version: v2 }
              cutover: { interval: 200ms, warm-up: 2s, grace: 0s, quiet: 500ms, settle: 500ms, timeout: 3s }

          """, to: "sluice.yaml")
        let once = try await BuiltProgram.run(
          ["verify-cutover", "--to", "v2", "--once", "--format", "json"], in: folder.path)
        try expectOpen(once, instance: "v1-1")
        let watched = try await BuiltProgram.run(
          ["verify-cutover", "--to", "v2", "--format", "json", "--no-collect"], in: folder.path)
        try expectOpen(watched, instance: "v1-1")
        let path = ".sluice/runs/\(try watched.assessment.run.rawValue)/journal.ndjson"
        let replay = try await BuiltProgram.run(
          ["verify-cutover", "--replay", path, "--format", "json"], in: folder.path)
        #expect(replay.run.output == watched.run.output, "\(replay)")
        #expect(replay.run.end == watched.run.end, "\(replay)")
      }
    }

    private func expectOpen(_ run: SluiceRun, instance: String) throws {
      #expect(run.ended(with: .inconclusive), "\(run)")
      let assessment = try run.assessment
      #expect(assessment.verdict == .inconclusive, "\(run)")
      #expect(try assessment.condition(.oldDrains).state == .inconclusive, "\(run)")
      #expect(assessment.sessions.byVersion["v1"]?.active == nil, "missing became a number\n\(run)")
      #expect(assessment.reason.contains(instance), "what was missing is not named\n\(run)")
    }
  }
}
