import Documents
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

extension Integration {
  /// A deploy as a pipeline runs it: what GitHub's runner, JUnit's readers and a webhook's receiver get of it.
  @Suite struct PipelineTests {
    @Test func aPipelineIsToldEverythingOfADeploy() async throws {
      let bodies = Locked<[[UInt8]]>([])
      let receiver = try HTTPServer(at: .loopback()) { request in
        // The second is told at the first attempt, the first at its second.
        let number = bodies.withLock { bodies in
          bodies.append(request.body)
          return bodies.count
        }
        return .response(HTTPResponse(status: number == 1 ? 503 : 204))
      }
      async let running: Void = receiver.run()
      try await LocalFleet.with { fleet in
        try fleet.configure()
        try await fleet.deployFirst("v1")
        let file = "\(fleet.folder)/sluice.yaml"
        let text = String(decoding: try Files.read(file, limit: 1 << 20), as: UTF8.self)
        try fleet.write(
          text + """
                notify:
                  - webhook: { url: "http://127.0.0.1:\(receiver.port)/hook", on: [started, passed] }
                  - slack: { url: env:NO_SUCH_VARIABLE }

            """)
        for name in ["outputs", "summary"] { try Files.write([], to: "\(fleet.folder)/\(name)") }
        let run = try await fleet.sluice(
          "deploy", "--version", "v2", "--yes", "--junit", "junit.xml",
          variables: [
            "GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": "\(fleet.folder)/outputs", "GITHUB_ACTOR": "octo",
            "GITHUB_STEP_SUMMARY": "\(fleet.folder)/summary",
          ])
        #expect(run.ended(with: .passed), "\(run)")

        let commands = try await Python.judge("github_log.py", lines: [run.errors])
        #expect(commands.count == 10 && commands.first?.contains(#""name": "group""#) == true, "\(run)")
        let outputs = try await Python.judge("github_file.py", ["\(fleet.folder)/outputs"])
        let values = try JSON.parse(Array(outputs.joined().utf8), file: "outputs")
        #expect(values["verdict"]?.text == "passed" && values["version"]?.text == "v2" && values["bundle"]?.text == "")
        let id = try #require(values["run-id"]?.text)
        let summary = String(decoding: try Files.read("\(fleet.folder)/summary", limit: 1 << 20), as: UTF8.self)
        #expect(summary.contains("| C | ") && summary.contains("▁") && summary.contains(id), "\(summary)")
        let cases = try await Python.judge("junit.py", ["\(fleet.folder)/junit.xml"])
        #expect(cases.contains { $0.hasPrefix("cutover: A ") && $0.hasSuffix(" passed") }, "\(cases)")
        #expect(cases.contains("steps: drain passed"), "\(cases)")

        let told = try bodies.withLock { $0 }.map { try JSON.parse($0, file: "body") }
        #expect(
          told.compactMap { $0["event"]?.text } == [
            "deployment.started", "deployment.started", "deployment.completed",
          ], "\(run)")
        #expect(told.last?["verdict"]?.text == "passed" && told.last?["actor"]?.text == "octo")
        #expect(run.errors.contains("warning: slack was not told of deployment.completed: "), "\(run)")

        let chain = try await fleet.sluice("runs", "verify", id)
        #expect(chain.ended(with: .passed) && !chain.output.contains("cut off"), "\(chain)")
        let list = try await fleet.sluice("runs", "list", "--format", "json").object
        #expect(list["runs"]?.sequence?.first?["performer"]?["actor"]?.text == "octo")
        #expect(list["runs"]?.sequence?.first?["verdict"]?.text == "passed")
        let audit = try await fleet.sluice("runs", "export", id).output
        for event in ["started", "drain_started", "completed"] {
          #expect(audit.contains(#""event":"deployment.\#(event)""#), "\(audit)")
        }
      }
      receiver.stop()
      await running
    }
  }
}
