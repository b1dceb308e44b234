import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Preflight

struct ReportFormatTests {
  private let report = CheckReport(entries: [
    .init(
      id: "drain-window", title: "How long?",
      result: CheckResult(findings: [
        CheckSuiteTests.finding(.critical), CheckSuiteTests.finding(.info),
        CheckSuiteTests.finding(.warning, .ruledOut),
      ])),
    .init(id: "signals", title: "Does it drain?", result: CheckResult(.notChecked("no <entry> command"))),
    .init(id: "startup", title: "Is it fast?", result: CheckResult(.inconclusive("nobody\u{1B} answered"))),
    .init(id: "contracts", title: "Do they fit?", result: CheckResult(.passed)),
  ])

  @Test func sarifHasAResultForEachFindingAndANotificationForEachSilence() throws {
    let log = try JSON.parse(
      try report.sarif(in: ReportRoot(directory: "/repository/agents/a", root: "/repository")), file: "sarif")
    #expect(log["version"]?.text == "2.1.0" && log["$schema"]?.text?.hasSuffix("sarif-2.1.0.json") == true)
    let run = try #require(log["runs"]?[0])
    let results = try #require(run["results"]?.sequence)
    #expect(results.map { $0["level"]?.text } == ["error", "note"])
    let location = try #require(results[0]["locations"]?[0]?["physicalLocation"])
    #expect(location["artifactLocation"]?["uri"]?.text == "agents/a/a%20b/agent.py")
    #expect(location["region"]?["startLine"]?.integer == 14 && location["region"]?["startColumn"]?.integer == 3)
    let index = try #require(results[0]["ruleIndex"]?.integer)
    #expect(run["tool"]?["driver"]?["rules"]?[Int(index)]?["id"]?.text == results[0]["ruleId"]?.text)
    #expect(location["artifactLocation"]?["uriBaseId"]?.text == "%SRCROOT%")
    #expect(run["originalUriBaseIds"]?["%SRCROOT%"]?["uri"]?.text == "file:///repository/")
    let notes = run["invocations"]?[0]?["toolExecutionNotifications"]?.sequence
    #expect(notes?.count == 2)
  }

  @Test(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
  func sarifHasTheNamesOfItsSpecification() async throws {
    let folder = try TemporaryFolder()
    for root in [ReportRoot(), ReportRoot(directory: "/a/b", root: "/a"), ReportRoot(directory: "/", root: "/")] {
      let path = try folder.write(String(decoding: report.sarif(in: root), as: UTF8.self), to: "log.sarif")
      #expect(try await Python.judge("sarif.py", [path]) == ["judged 2"])
    }
  }

  @Test(arguments: [
    ("../../contracts/job.json:3:1", "contracts/job.json"), ("agent.py:1", "agents/a/agent.py"),
    ("../../../else.json", "/else.json"), ("/repository/agents/b.py:9", "agents/b.py"), ("/etc/x", "/etc/x"),
  ])
  func aPlaceIsNamedFromTheRepositorysRoot(_ locator: String, _ path: String) {
    let root = ReportRoot(directory: "/repository/agents/a", root: "/repository")
    #expect(FindingPlace(locator: locator, in: root)?.path == path)
  }

  @Test func theRootIsTheFolderOfTheRepository() throws {
    let folder = try TemporaryFolder()
    let inside = folder.file("agents/a")
    try Files.makeDirectory(inside)
    #expect(ReportRoot(of: inside, environment: [:]).root == inside)
    #expect(ReportRoot(of: inside, environment: ["GITHUB_WORKSPACE": folder.path]).root == folder.path)
    #expect(ReportRoot(of: inside, environment: ["GITHUB_WORKSPACE": "/elsewhere"]).root == inside)
    try Files.makeDirectory(folder.file(".git"))
    #expect(ReportRoot(of: inside, environment: [:]).root == folder.path)
  }

  @Test(arguments: [
    ("a.py", "/p/agents", "/p", "agents/a.py"), ("a.py", "/p", "/p/agents/x", "../../a.py"),
    ("a.py", "/p", "/q", "/p/a.py"), ("../a.py", "/p/x", "/p/y", "../a.py"), ("a.py", "/p", "/p", "a.py"),
  ])
  func aFileIsSeenFromAnotherFolder(_ path: String, _ folder: String, _ start: String, _ seen: String) {
    #expect(ImagePath.seen(path, of: folder, from: start) == seen)
  }

  @Test(.enabled(if: Python.isThere, Comment(rawValue: Python.isMissing)))
  func junitIsReadAsItIsMeantByAReaderOfXML() async throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(String(decoding: report.junit(failOn: .critical), as: UTF8.self), to: "junit.xml")
    let lines = try await Python.judge("junit.py", [path])
    #expect(
      lines == [
        "suites 6 1 1 1", "drain-window: How long? passed",
        "drain-window: CLK-001 a \"clock\" <binds> & more failure a b/agent.py:14:3: drain / try: raise it",
        "drain-window: CLK-001 a \"clock\" <binds> & more passed", "signals: Does it drain? skipped no <entry> command",
        "startup: Is it fast? error nobody\\u{1b} answered", "contracts: Do they fit? passed",
      ])
  }

  @Test func aWorkflowCommandNamesTheLineAndCanHoldNoOther() {
    let evil = Finding(
      code: "CLK-001", status: .confirmed, severity: .warning, summary: "100 %\n::error::boom",
      evidence: [Evidence(source: "x", locator: "a,b:c.py:7", at: nil, excerpt: "")], remedy: "")
    #expect(
      GitHubAnnotations.lines([evil]) == [
        "::warning file=a%2Cb%3Ac.py,line=7,title=CLK-001 \(WorkflowCommand.property(FindingCode("CLK-001").title ?? ""))"
          + "::100 %25%0A\\u{3a}:error::boom"
      ])
    #expect(GitHubAnnotations.lines([CheckSuiteTests.finding(.critical, .ruledOut)]).isEmpty)
  }

  @Test(
    arguments: [
      ("agent.py", "agent.py", nil, nil), ("agent.py:3", "agent.py", 3, nil), ("a:b.py:3:9", "a:b.py", 3, 9),
    ] as [(String, String, Int?, Int?)])
  func aLocatorNamesAPlace(_ locator: String, _ path: String, _ line: Int?, _ column: Int?) throws {
    let place = try #require(FindingPlace(locator: locator))
    #expect(place.path == path && place.line == line && place.column == column)
  }

  @Test(arguments: ["17", "https://example.com:80", ":4", "git:main:contracts/job.json:3:1", "run 7: job.json:3:1"])
  func whatNamesNoFileIsNoPlace(_ locator: String) { #expect(FindingPlace(locator: locator) == nil) }

  @Test func theReportAsJSONHasEachCheckWithItsReason() throws {
    let object = try JSON.parse(try report.json(target: "kitchen"), file: "json")
    #expect(object["schema"]?.text == "sluice.check/1" && object["status"]?.text == "problems")
    #expect(
      object["checks"]?.sequence?.map { $0["status"]?.text } == ["problems", "not-checked", "inconclusive", "passed"])
    #expect(object["checks"]?[1]?["reason"]?.text == "no <entry> command")
  }
}
