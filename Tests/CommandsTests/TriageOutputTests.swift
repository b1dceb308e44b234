import Documents
import Machine
import TestSupport
import Testing

/// `sluice triage` on logs that want to be more than text.
struct TriageOutputTests {
  /// A worker whose messages, names and reasons hold escapes and commands to CI systems.
  private static let hostile: [String] = {
    let evil =
      #"\u001b]0;owned\u0007\u001b[2J\n::error file=a::boom ::set-output name=x::y ##[add-mask]z ##vso[task.setvariable variable=q]w\r\n::stop-commands::t\u202e"#
    return [
      #"{"message": "starting worker", "level": "INFO", "name": "livekit.agents", "version": "1.8.9 \#(evil)"}"#,
      #"{"message": "registered worker", "level": "INFO", "name": "livekit.agents", "id": "AW_\#(evil)", "agent_name": "\#(evil)"}"#,
      #"{"message": "received job request", "level": "INFO", "name": "livekit.agents", "job_id": "AJ_1 \#(evil)", "room": "\#(evil)"}"#,
      #"{"message": "unhandled exception while running the job task", "level": "ERROR", "name": "livekit.agents", "job_id": "AJ_1 \#(evil)", "exc_info": "Traceback (most recent call last):\n  File\nValueError: \#(evil)"}"#,
      #"{"message": "::error::\#(evil)", "level": "ERROR", "name": "\#(evil)"}"#,
      #"{"message": "worker failed", "level": "ERROR", "name": "livekit.agents", "exc_info": "OSError: \#(evil)"}"#,
      "TimeoutError: \u{1B}[31m::error::raw \u{1B}]0;title\u{7} ##[group]x\r",
    ]
  }()

  private static func triage(_ arguments: [String], log: String) async throws -> CompletedRun {
    let environment = ["PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
    return try await Invocation(
      ["\(Products.folder)/sluice", "triage", "--logs", log] + arguments, environment: environment
    ).run(within: .seconds(120))
  }

  @Test(arguments: ["text", "json", "github"])
  func nothingOfALogReachesATerminalOrARunnerAsACommand(format: String) async throws {
    let folder = try TemporaryFolder()
    // Words of every length put each piece at the beginning of some broken line.
    let logs = (0..<40).map { pad in
      Self.hostile.map { $0.replacing("boom", with: String(repeating: "b", count: pad)) }.joined(separator: "\n")
    }
    let log = try folder.write(logs.joined(separator: "\n") + "\n", to: "worker.log")
    let run = try await Self.triage(["--format", format], log: log)
    #expect(run.end == .exited(0) && !run.isOutputCut)
    #expect(run.text.contains("error"))
    for scalar in run.text.unicodeScalars where scalar != "\n" {
      #expect(scalar.properties.generalCategory != .control && scalar.properties.generalCategory != .format)
    }
    #expect(!run.text.contains("##["))
    #expect(!run.text.contains("##vso["))
    for line in run.text.split(separator: "\n") where line.drop(while: \.isWhitespace).hasPrefix("::") {
      // The program's own annotations are the only commands.
      let isOwn = ["::error ", "::warning ", "::notice "].contains { line.hasPrefix($0) } && line.contains("title=")
      #expect(format == "github" && isOwn, "\(line)")
    }
    if format == "json" { _ = try JSON.parse(run.output, file: "triage") }
  }

  @Test func aLineOfTwoHundredMegabytesIsCutInBoundedMemoryAndItsRestIsNamed() async throws {
    let sluice = "\(Products.folder)/sluice"
    let line = #"{"message": "worker failed", "level": "ERROR", "name": "livekit.agents", "exc_info": ""#
    let script = """
      ulimit -d 150000
      { printf '%s' '\(line)'; head -c 209715200 /dev/zero | tr '\\0' x; printf '\\n'; printf '%s\\n' '\(line)E: x"}'; } |
        '\(sluice)' triage --logs - --format json
      """
    let run = try await Invocation(["/bin/sh", "-c", script]).run(within: .seconds(300))
    #expect(run.succeeded, "\(run.errorText)")
    let result = try JSON.parse(run.output, file: "triage")
    let gaps = result["not-looked-at"]?.sequence ?? []
    #expect(gaps.contains { $0["what"]?.string?.contains("beyond their first mebibyte") == true })
    let evidence = (result["findings"]?.sequence ?? []).flatMap { $0["evidence"]?.sequence ?? [] }
    #expect(evidence.contains { $0["locator"]?.string == "-:2" })
  }
}
