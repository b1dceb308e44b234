import Machine
import TestSupport
import Testing
import Vocabulary

@testable import LiveKitStandIn

/// The stand-in as others see it: `livekit-api` from PyPI, unchanged, and the descriptors that it comes with.
@Suite(.enabled(if: Python.isThere, "\(Python.isMissing)"))
struct LiveKitAPITests {
  @Test func livekitAPIFromPyPIWorksAgainstIt() async throws {
    var scenario = Scenario()
    scenario.pace = .brisk
    scenario.pace.departure = .seconds(20)
    scenario.versions = [.init("v1", attributes: ["release": "r-1"])]
    try await StandIn.serving(scenario) { standIn in
      standIn.perform(.call(Call(room: "room-1")))
      #expect(await Patience.until { standIn.sessions.first?.joinedAt != nil })
      var judge = Invocation([Python.interpreter ?? "", Fixtures.folder + "/judges/livekit_api_judge.py", standIn.url])
      judge.environment = ProcessEnvironment.current.merging(standIn.environment) { $1 }
      let run = try await judge.run(within: .seconds(60) * Patience.factor)
      #expect(run.text == "ok\n", "\(run.errorText)")
    }
  }

  @Test func everyFieldAndNumberIsThatOfThePublishedDescriptors() async throws {
    let lines = Messages.published.split(separator: "\n").map(String.init)
    let answer = try await Python.judge("livekit_schema_judge.py", lines: lines)
    #expect(answer.count == 1, "\(answer)")
    #expect(answer.last.flatMap { Int($0.prefix { $0 != " " }) } ?? 0 > 200)
  }
}
