import Machine
import Rehearsal
import TestSupport
import Testing
import Vocabulary

@testable import Preflight

struct StartupGuideTests {
  @Test func everyQuestionOfThoseWhoAskedIsAnswered() throws {
    let bytes = try Files.read(Fixtures.folder + "/startup/questions.tsv", limit: 1 << 16)
    let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { $0.split(separator: "\t") }
    try #require(rows.count == 38 && rows.allSatisfy { $0.count == 4 })
    for row in rows {
      let entry = try #require(StartupGuide.entry(String(row[0])), "\(row[0])")
      let number = try #require(Int(row[1]))
      try #require(number <= entry.points.count, "\(row[2])")
      let (question, answer) =
        number == 0
        ? (entry.question, entry.answer) : (entry.points[number - 1].question, entry.points[number - 1].answer)
      #expect(question.contains(row[3]), "\(row[2]): \(question)")
      #expect(answer.count > 40 && !entry.settings.isEmpty && !entry.example.program.isEmpty)
    }
  }

  @Test func idsStayAsTheyAre() {
    #expect(
      StartupGuide.entries.map(\.id) == [
        "pattern", "vad", "database", "failures", "pool", "performance", "testing", "production", "code-server",
        "code-engine", "code-vad", "code-cleanup",
      ])
  }

  @Test(arguments: 1...11) func everyFindingOfAStartIsExplainedOnce(number: Int) throws {
    let code = "INI-\(number < 10 ? "00" : "0")\(number)"
    #expect(StartupGuide.entries.count { $0.codes.contains(code) } == 1, "\(code)")
    #expect(StartupGuide.entry(code.lowercased()) != nil)
    #expect(FindingCode(code).title != nil)
  }

  @Test(arguments: [60, 80, 100]) func sentencesFitTheWidth(width: Int) {
    for entry in StartupGuide.entries {
      let words = entry.text(width: width).prefix { $0 != "\u{0}" }.split(separator: "\n")
        .prefix { !$0.hasPrefix(entry.example.file) }
      for line in words { #expect(line.count <= width, "\(line)") }
    }
    for line in StartupGuide.list(width: width).split(separator: "\n") { #expect(line.count <= width) }
  }

  @Test(arguments: StartupExample.allCases) func noExampleHasAFindingOfItsOwn(example: StartupExample) {
    let source = AgentSource(entry: example.file, bytes: Array(example.program.utf8), roots: ["/app"]) { _ in nil }
    let survey = StartupSurvey(source)
    #expect(survey.findings.isEmpty && survey.unread.isEmpty, "\(survey.findings) \(survey.unread)")
    #expect(example.program.split(separator: "\n").allSatisfy { $0.count <= 120 })
  }

  @Test(
    arguments: [
      (["python", "agent.py", "start"], "agent.py", ["python"]),
      ([".venv/bin/python3.11", "-X", "dev", "src/agent.py", "start"], "src/agent.py", [".venv/bin/python3.11"]),
      (["uv", "run", "python", "-m", "livekit.agents", "start", "agent.py"], "agent.py", ["uv", "run", "python"]),
      (["./start.sh"], nil, nil), (["./agent.py", "start"], "./agent.py", nil), (["pythonista", "a.py"], "a.py", nil),
    ] as [([String], String?, [String]?)])
  func aCommandNamesItsFileAndItsInterpreter(words: [String], file: String?, interpreter: [String]?) {
    let command = AgentCommand(words)
    #expect(command.file == file && command.interpreter == interpreter)
  }
}

/// What the answers promise, seen in real workers of livekit-agents 1.8.9.
@Suite(.serialized, .enabled(if: Python.isThere, Comment(rawValue: Python.isMissing))) struct StartupExampleTests {
  /// Starts an example's worker, gives it one session, and returns what was noted when the body has held.
  private func notes(
    _ example: StartupExample, _ environment: [String: String], until isComplete: @escaping ([String]) -> Bool
  ) async throws -> [String] {
    let folder = try TemporaryFolder()
    let path = try folder.write(example.program, to: example.file)
    let log = folder.file("notes")
    let server = try DispatchServer(wallClock: .live)
    let variables = ProcessEnvironment.current.merging(server.environment) { $1 }.merging(environment) { $1 }
      .merging(["CLEANUP_LOG": log, "HTTP_PORT": "0"]) { $1 }
    let invocation = Invocation(
      [try #require(Python.interpreter), path, "start"], environment: variables, directory: folder.path)
    func noted() -> [String] {
      String(decoding: (try? Files.read(log, limit: 65_536)) ?? [], as: UTF8.self).split(separator: "\n").map(
        String.init)
    }
    return try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { await server.run() }
      group.addTask {
        _ = try await invocation.run(within: .seconds(400) * Patience.factor, stop: StopPolicy(grace: .seconds(1)))
      }
      defer {
        group.cancelAll()
        server.stop()
      }
      try #require(await Patience.until(.seconds(180)) { await !server.dispatcher.registrations.isEmpty })
      let request = SessionRequest(room: "room")
      let caller = Task { await server.dispatcher.hold(request, length: .seconds(600)) }
      _ = await Patience.until(.seconds(60)) { noted().contains("opened") }
      if environment["FAIL_START"] == nil { caller.cancel() }
      _ = await Patience.until(.seconds(60)) { isComplete(noted()) }
      caller.cancel()
      return noted()
    }
  }

  @Test(arguments: [["FAIL_START": "1"], ["WITHOUT_ROOM": "1"]])
  func whatWasOpenedIsClosedAfterAFailedStartAndAfterACall(environment: [String: String]) async throws {
    let notes = try await notes(.cleanup, environment) { $0.contains("closed") }
    #expect(notes == ["opened", "closed"])
  }
}
