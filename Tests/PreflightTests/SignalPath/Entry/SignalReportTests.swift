import Documents
import TestSupport
import Testing
import Vocabulary

@testable import Preflight

struct SignalReportTests {
  private func report(_ files: [String: String], _ change: (inout EntryFiles) -> Void = { _ in }) throws -> SignalReport
  {
    let fixture = try ImageFixture(files)
    var named = EntryFiles()
    change(&named)
    return try SignalReport.judge(
      named.below(fixture.folder.path), in: fixture.folder.path, programs: Programs())
  }

  private let shellForm = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nCMD python agent.py start\n"

  @Test func aShellFormIsCorrectedToAListAndPathsAreShownFromTheFolder() throws {
    let report = try report(["Dockerfile": shellForm])
    #expect(report.verdict.outcome == .swallowed)
    #expect(report.subject == "Dockerfile")
    #expect(report.correction?.place == Place(file: "Dockerfile", line: 4))
    #expect(report.correction?.after == #"CMD ["python", "agent.py", "start"]"#)
    #expect(report.findings.first?.code == "SIG-001")
    #expect(report.findings.allSatisfy { $0.evidence.allSatisfy { $0.locator?.hasPrefix("/") != true } })
  }

  @Test func aScriptsLineIsCorrectedWhereThatHelps() throws {
    let report = try report([
      "Dockerfile":
        "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\nENTRYPOINT [\"./run.sh\"]\nCMD [\"python\", \"agent.py\", \"start\"]\n",
      "run.sh": "#!/bin/sh\nset -e\necho starting\n\"$@\"\n",
    ])
    #expect(report.verdict.outcome == .swallowed)
    #expect(report.correction?.place == Place(file: "run.sh", line: 4))
    #expect(report.correction?.after == "exec \"$@\"")
    #expect(report.correction?.diff.last == "+exec \"$@\"")
  }

  @Test func whatDrainsNeedsNoCorrectionAndHasItsPlatformsDeadline() throws {
    let report = try report([
      "Dockerfile": "FROM python:3.12-slim\nCMD [\"python\", \"agent.py\", \"start\"]\n",
      "compose.yaml": "services:\n  agent:\n    build: .\n    stop_grace_period: 20s\n",
    ])
    #expect(report.verdict.outcome == .drains)
    #expect(report.correction == nil)
    #expect(report.deadline?.limit == .seconds(20))
    #expect(report.deadline?.origin == "compose.yaml:4")
    #expect(report.findings.contains { $0.code == "CLK-001" && $0.severity == .warning })
  }

  @Test(arguments: [60, 80, 120]) func theDrawingFitsItsColumnsAndNamesEveryLink(width: Int) throws {
    let long = String(repeating: "--option=value ", count: 20)
    let report = try report([
      "Dockerfile": "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nCMD [\"npm\", \"start\"]\n",
      "package.json": "{\n  \"scripts\": {\n    \"start\": \"node agent.js start \(long)\"\n  }\n}\n",
    ])
    let drawing = report.lines.flatMap { line -> [String] in
      if case .chain(let drawing) = line { drawing.lines(width: width) } else { [] }
    }
    for link in report.verdict.chain {
      let name = link.text.split(separator: " ").first.map(String.init) ?? ""
      #expect(drawing.contains { $0.contains(name) }, "\(link.text)")
    }
    #expect(drawing.map(\.count).max() == width, "\(drawing.filter { $0.count > width })")
    #expect(drawing.contains { $0.hasSuffix("package.json:3") && $0.count == width })
  }

  @Test func machinesGetVerdictChainDeadlineAndFindings() throws {
    let report = try report(["Dockerfile": shellForm, "compose.yaml": "services:\n  agent: { build: . }\n"])
    let object = try JSON.parse(CanonicalJSON.encode(SignalDocument(report)), file: "report")
    #expect(object["schema"]?.string == "sluice.signals/1")
    #expect(object["verdict"]?.string == "swallowed")
    #expect(object["chain"]?.sequence?.count == report.verdict.chain.count)
    #expect(object["chain"]?[0]?["at"]?.string == "Dockerfile:4")
    #expect(object["deadline-seconds"]?.number == 10)
    #expect(object["findings"]?[0]?["code"]?.string == "SIG-001")
    #expect(object["correction"]?["after"]?.string == #"CMD ["python", "agent.py", "start"]"#)
  }

  @Test func aPlatformsOwnWayOfStoppingOutranksTheProcesses() throws {
    let report = try report(["a.service": "[Service]\nExecStart=/usr/bin/python3 agent.py start\nKillMode=none\n"])
    #expect(report.verdict.outcome == .swallowed)
    #expect(report.sentence.contains("KillMode=none"))
    #expect(report.findings.first?.evidence.first?.locator == "a.service:3")
  }

  @Test func whatKeepsAnImageFromBeingBuiltIsNamedAtItsLine() throws {
    let report = try report(["Dockerfile": "FROM debian\nCMD [\"a\", 1]\n"])
    #expect(report.verdict.outcome == .neverStarts)
    #expect(report.findings.first?.code == "SIG-006")
    #expect(report.findings.first?.evidence.first?.locator == "Dockerfile:2")
  }
}
