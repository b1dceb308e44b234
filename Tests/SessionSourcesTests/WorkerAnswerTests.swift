import Testing

@testable import SessionSources

@Suite struct WorkerAnswerTests {
  @Test(arguments: [
    (#"{"worker_type": "JT_ROOM", "active_jobs": 2.0, "sdk_version": "1.8.9"}"#, 2),
    (
      #"{"agent_name": "", "worker_type": "JT_ROOM", "worker_load": 0.1, "active_jobs": 3, "project_type": "python"}"#,
      3
    ),
    (#"{"worker_type": "JT_ROOM", "sdk_version": "1.8.9", "worker_load": 0.1, "protocol_version": 1}"#, 0),
    (#"{"protocol_version": 1, "active_jobs": 0}"#, 0), (#" {"worker_type": "JT_ROOM", "active_jobs": 1e1}"#, 10),
    (#"{"worker_type": "JT_ROOM", "active_jobs": -0.0}"#, 0),
  ])
  func aWholeAnswerOfAWorkerHasACount(_ body: String, _ count: Int) throws {
    #expect(try WorkerAnswer(Array(body.utf8)).activeJobs == count)
  }

  @Test(arguments: [
    "", "OK", "<html><body>not found</body></html>", "{", #"{"worker_type": "JT_ROOM", "active_jobs""#, "[]", "null",
    "0",
    "{}", #"{"active_jobs": 0}"#, #"{"status": "ok", "active_jobs": 4}"#,
    #"{"worker_type": "JT_ROOM", "active_jobs": "2"}"#, #"{"worker_type": "JT_ROOM", "active_jobs": null}"#,
    #"{"worker_type": "JT_ROOM", "active_jobs": 1.5}"#, #"{"worker_type": "JT_ROOM", "active_jobs": -1}"#,
    #"{"worker_type": "JT_ROOM", "active_jobs": 1e300}"#, #"{"worker_type": "JT_ROOM", "active_jobs": true}"#,
    #"{"worker_type": "JT_ROOM", "active_jobs": NaN}"#, #"{"worker_type": "JT_ROOM", "active_jobs": []}"#,
    #"{"worker_type": "JT_ROOM"}{"active_jobs": 1}"#,
    #"{"worker_type": "JT_ROOM", "active_jobs": 0, "active_jobs": 3}"#,
  ])
  func missingDataIsNeverZero(_ body: String) {
    #expect(throws: WorkerAnswer.Problem.self) { _ = try WorkerAnswer(Array(body.utf8)) }
  }

  @Test func theSDKIsNamedWithItsLanguage() throws {
    #expect(try WorkerAnswer(Array(#"{"sdk_version": "1.8.9"}"#.utf8)).sdk == "livekit-agents 1.8.9")
    #expect(
      try WorkerAnswer(Array(#"{"sdk_version": "1.7.0", "project_type": "nodejs"}"#.utf8)).sdk
        == "@livekit/agents 1.7.0")
    #expect(try WorkerAnswer(Array(#"{"worker_type": "JT_ROOM"}"#.utf8)).sdk == nil)
  }
}
