import Machine
import Rehearsal
import TestSupport
import Testing
import Vocabulary

@testable import Preflight

/// The printed lines, used as they are printed.
@Suite(.serialized) struct StampTests {
  /// Starts a real worker whose module is the printed lines and the least of an agent, and returns what it accepts a session with.
  private func accepted(_ environment: [String: String], attribute: String = "app.version") async throws -> [String:
    String]
  {
    let folder = try TemporaryFolder()
    let agent =
      Stamp.python.lines(attribute: attribute) + """

        from livekit.agents import AgentServer, JobContext, JobExecutorType, cli

        server = AgentServer(
            load_fnc=lambda *_: 0.1, num_idle_processes=1, port=0, job_executor_type=JobExecutorType.THREAD
        )


        @server.rtc_session(on_request=stamp)
        async def entrypoint(ctx: JobContext) -> None:
            pass


        if __name__ == "__main__":
            cli.run_app(server)
        """
    let path = try folder.write(agent, to: "agent.py")
    let server = try DispatchServer(wallClock: .live)
    let invocation = Invocation(
      [try #require(Python.interpreter), path, "start"],
      environment: ProcessEnvironment.current.merging(server.environment) { $1 }.merging(environment) { $1 })
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      group.addTask {
        _ = try await invocation.run(within: .seconds(240) * Patience.factor, stop: StopPolicy(grace: .seconds(1)))
      }
      defer {
        group.cancelAll()
        server.stop()
      }
      let isRegistered = await Patience.until(.seconds(120)) { await !server.dispatcher.registrations.isEmpty }
      try #require(isRegistered)
      let request = SessionRequest(room: "room")
      group.addTask { _ = await server.dispatcher.hold(request, length: .seconds(600)) }
      let isTaken = await Patience.until(.seconds(60)) { await server.dispatcher.assignment(of: request.id) != nil }
      try #require(isTaken)
      return try #require(await server.dispatcher.assignment(of: request.id)).attributes
    }
  }

  @Test(
    .enabled(if: Python.isThere, "\(Python.isMissing)"),
    arguments: [
      (["APP_VERSION": "v9", "SLUICE_VERSION": "other"], "app.version", "v9"),
      (["SLUICE_VERSION": "v10"], "release", "v10"),
    ])
  func aRealWorkerAcceptsItsSessionsWithTheStamp(
    _ environment: [String: String], _ attribute: String, _ version: String
  ) async throws {
    let attributes = try await accepted(environment, attribute: attribute)
    #expect(attributes[attribute] == version)
    // What the SDK says by itself is still there.
    #expect(attributes["lk.agent.name"] != nil)
  }

  @Test(.enabled(if: Python.isThere, "\(Python.isMissing)"))
  func theLinesForOpenRTCAreAModuleWithTheSameFunction() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Stamp.openrtc.lines(attribute: "app.version"), to: "stamp.py")
    let run = try await Invocation(
      [
        try #require(Python.interpreter), "-c",
        "import stamp, inspect; print(inspect.iscoroutinefunction(stamp.stamp))",
      ],
      directory: Files.folder(of: path)
    ).run(within: .seconds(60) * Patience.factor)
    #expect(run.succeeded && run.text == "True\n", "\(run.errorText)")
  }

  private static let node = ["/usr/bin/node", "/usr/local/bin/node"].first { Files.kind(of: $0) != nil }

  @Test(.enabled(if: node != nil, "no node in /usr/bin or /usr/local/bin"))
  func theLinesForNodeCallAcceptWithTheAttributesLast() async throws {
    let folder = try TemporaryFolder()
    // The types are taken out by hand: old versions of node do not read them.
    let script =
      Stamp.node.lines(attribute: "app.version")
      .replacing("import type { JobRequest } from '@livekit/agents';", with: "")
      .replacing("(request: JobRequest): Promise<void>", with: "(request)")
      + "stamp({ accept: async (...words) => console.log(JSON.stringify(words)) });\n"
    let path = try folder.write(script, to: "stamp.mjs")
    let run = try await Invocation(
      [try #require(Self.node), path], environment: ["APP_VERSION": "v3", "PATH": "/usr/bin:/bin"]
    ).run(within: .seconds(60) * Patience.factor)
    #expect(run.text == #"["","","",{"app.version":"v3"}]"# + "\n", "\(run.errorText)")
  }

  @Test(arguments: Stamp.allCases)
  func theLinesEndInALineEndAndNameTheAttribute(_ stamp: Stamp) {
    let lines = stamp.lines(attribute: "my.key")
    #expect(lines.hasSuffix("\n") && lines.contains("my.key"))
    #expect(lines.split(separator: "\n", omittingEmptySubsequences: false).allSatisfy { $0.count <= 120 })
    // It names no deployment: that routes, and is no stamp.
    #expect(!lines.contains("DEPLOYMENT"))
  }
}
