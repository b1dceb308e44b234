import Documents
import Machine
import TestSupport
import Testing

@testable import Preflight

/// Entry commands with what became of them.
///
/// `entries.jsonl` was run for real by `judges/signal_path.py`, as process 1 of a namespace on Debian 12; of four the session
/// was shorter than a deadline of a program in between, and the verdict is that of a longer one. `platforms.jsonl` are whole
/// projects, judged by the tables of the programs that were run.
struct RecordedEntriesTests {
  struct Recorded: CustomTestStringConvertible, Sendable {
    let name: String
    let arguments: [String]
    let files: [String: String]
    let verdict: String
    var testDescription: String { name }

    init(_ line: String) throws {
      let node = try JSON.parse(Array(line.utf8), file: "recorded")
      name = try #require(node["name"]?.string)
      verdict = try #require(node["verdict"]?.string)
      arguments = node["arguments"]?.sequence?.compactMap(\.string) ?? []
      files = (node["files"]?.mapping?.entries ?? []).reduce(into: [:]) { $0[$1.key] = $1.value.string }
    }
  }

  private static func recorded(_ name: String) throws -> [Recorded] {
    let text = String(decoding: try Files.read("\(Fixtures.folder)/signal-path/\(name)", limit: 4 << 20), as: UTF8.self)
    return try text.split(separator: "\n").map { try Recorded(String($0)) }
  }

  @Test func whatWasRunIsJudgedAlike() throws {
    let cases = try Self.recorded("entries.jsonl")
    #expect(cases.count > 550)
    for recorded in cases {
      var files = recorded.files.reduce(into: [String: String]()) { $0["/app/\($1.key)"] = $1.value }
      files["/app/agent.py"] = "from livekit.agents import AgentServer, cli\ncli.run_app(AgentServer())\n"
      let entry = EntryCommand(
        arguments: recorded.arguments.map { Word($0) }, origin: Place(file: "test"),
        image: ImageFacts(shell: .dash, hasPs: true, hasBash: true), workingDirectory: "/app", files: TextFiles(files))
      let verdict = SignalPath.judge(entry, programs: Programs())
      #expect(verdict.outcome.rawValue == recorded.verdict, "\(recorded.name)")
    }
  }

  @Test func wholeProjectsAreJudged() throws {
    let cases = try Self.recorded("platforms.jsonl")
    #expect(cases.count > 120)
    for recorded in cases {
      let fixture = try ImageFixture()
      for (name, text) in recorded.files {
        try Files.makeDirectory(Files.folder(of: fixture.folder.file(name)))
        _ = try fixture.folder.write(text, to: name, mode: 0o755)
      }
      let report = try SignalReport.judge(EntryFiles(), in: fixture.folder.path, programs: Programs())
      #expect(report.verdict.outcome.rawValue == recorded.verdict, "\(recorded.name): \(report.sentence)")
    }
  }
}
