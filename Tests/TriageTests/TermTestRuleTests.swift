import Documents
import Testing
import Triage
import Vocabulary

/// What triage makes of the facts of a TERM test.
struct TermTestRuleTests {
  private static let began = Timestamp(milliseconds: 1_795_219_200_000)
  private static func at(_ seconds: Double) -> Timestamp { began + Duration(seconds: seconds) }

  private static func process(
    _ pid: Int32, _ command: String, isFirst: Bool = false, isSignalled: Bool = false, isAgent: Bool = false,
    _ disposition: TermTestRecord.Disposition
  ) -> TermTestRecord.Process {
    TermTestRecord.Process(
      pid: pid, parent: 1, command: command, isFirst: isFirst, isSignalled: isSignalled, isAgent: isAgent,
      disposition: disposition)
  }

  private static func session(_ end: TermTestRecord.Session.End?, at seconds: Double?) -> TermTestRecord.Session {
    var session = TermTestRecord.Session(id: "room", kind: .job)
    session.end = end
    session.endedAt = seconds.map { at($0) }
    return session
  }

  /// An agent that got the signal ten seconds after its start, and of which nothing more is known.
  private static func ending(
    _ processes: [TermTestRecord.Process] = [process(7, "python agent.py", isSignalled: true, isAgent: true, .caught)]
  ) -> TermTestRecord.Ending {
    var ending = TermTestRecord.Ending(kind: .sessionsEnd, agent: .worker, startedAt: began)
    ending.servingAt = at(5)
    ending.processes = processes
    ending.signals = [TermTestRecord.Sent(name: "SIGTERM", to: "pid 7", at: at(10))]
    ending.watchedSeconds = 40
    ending.sdk = "1.8.9"
    return ending
  }

  /// One that drained, and left when its session had ended.
  private static var clean: TermTestRecord.Ending {
    var ending = ending()
    ending.confirmedAt = at(10.01)
    ending.closedAt = at(10.02)
    ending.offers = [TermTestRecord.Offer(at: at(10.1), answer: .declined, detail: "available=false")]
    ending.sessions = [session(.completed, at: 14)]
    ending.exit = TermTestRecord.Exit(at: at(15), how: "exit 0", status: 0)
    return ending
  }

  private static func diagnosis(
    _ ending: TermTestRecord.Ending, foretold: [Finding] = []
  ) -> (diagnosis: Diagnosis, states: [String: TermTestResult.State]) {
    var file = CaseFile()
    file.termTest = TermTestRecord(subject: "python agent.py start", means: "started as it is", endings: [ending])
    file.termTest?.foretold = foretold
    let diagnosis = Diagnosis(of: file)
    let rows = diagnosis.termTest?.expectations ?? []
    return (diagnosis, Dictionary(rows.map { ($0.id, $0.state) }, uniquingKeysWith: { $1 }))
  }

  @Test func anAgentThatDoesAllHasNoFinding() {
    let (diagnosis, states) = Self.diagnosis(Self.clean)
    #expect(diagnosis.findings.isEmpty)
    #expect(states.count == 6 && states.values.allSatisfy { $0 == .met }, "\(states)")
  }

  static let silent: [(String, [TermTestRecord.Process], sdk: String, code: FindingCode, status: Finding.Status)] = [
    (
      "a wrapper",
      [process(7, "bash start.sh", isSignalled: true, .byDefault), process(8, "python", isAgent: true, .caught)],
      "1.8.9", "SIG-001", .confirmed
    ),
    ("nobody known", [process(7, "bash start.sh", isSignalled: true, .byDefault)], "1.8.9", "SIG-001", .suspected),
    (
      "process 1 without a handler", [process(7, "agent", isFirst: true, isSignalled: true, isAgent: true, .byDefault)],
      "1.8.9", "SIG-001", .confirmed
    ),
    ("ignored", [process(7, "python", isSignalled: true, isAgent: true, .ignored)], "1.8.9", "SIG-007", .confirmed),
    ("blocked", [process(7, "python", isSignalled: true, isAgent: true, .blocked)], "1.8.9", "SIG-007", .confirmed),
    ("an old SDK", [process(7, "python", isSignalled: true, isAgent: true, .caught)], "1.3.12", "SIG-010", .suspected),
    ("its own code", [process(7, "python", isSignalled: true, isAgent: true, .caught)], "1.8.9", "SIG-012", .suspected),
  ]

  @Test(arguments: silent)
  func whoDidNotActOnTheSignalIsNamed(
    name: String, processes: [TermTestRecord.Process], sdk: String, code: FindingCode, status: Finding.Status
  ) {
    var ending = Self.ending(processes)
    ending.sdk = sdk
    ending.sessions = [Self.session(.completed, at: 14)]
    let (diagnosis, states) = Self.diagnosis(ending)
    #expect(diagnosis.findings.map(\.code) == [code], "\(name)")
    #expect(diagnosis.findings.first?.status == status, "\(name)")
    #expect(states["drain-begins"] == .notMet && states["exits"] == .notMet)
    // Nobody tried to give it one: that it takes none is not known.
    #expect(states["no-new-sessions"] == .notSeen)
    #expect(states["sessions-complete"] == .notSeen, "what no drain touched was not tested")
  }

  @Test func whatTheFilesForetoldProvesWhatWasSeen() {
    let place = Evidence(source: "files", locator: "agent.py:12", at: nil, excerpt: "signal.signal(...)")
    let foretold = Finding(
      code: "SIG-012", status: .confirmed, severity: .critical, summary: "a handler takes the signal",
      evidence: [place],
      remedy: "remove it")
    let found = Self.diagnosis(Self.ending(), foretold: [foretold]).diagnosis.findings
    #expect(found.map(\.code) == ["SIG-012"] && found.first?.status == .confirmed)
    #expect(found.first?.evidence.last == place && found.first?.remedy.summary == "remove it")
    // What did not come true is not told.
    #expect(Self.diagnosis(Self.clean, foretold: [foretold]).diagnosis.findings.isEmpty)
  }

  @Test func anEndWithoutADrainIsNoDrain() {
    var ending = Self.ending([
      Self.process(7, "bash start.sh", isSignalled: true, .byDefault),
      Self.process(8, "python", isAgent: true, .caught),
    ])
    ending.sessions = [Self.session(.cut, at: 10.2)]
    ending.exit = TermTestRecord.Exit(at: Self.at(10.2), how: "killed by SIGTERM", status: 143)
    let (diagnosis, states) = Self.diagnosis(ending)
    #expect(diagnosis.findings.map(\.code) == ["SIG-002"])
    #expect(states["drain-begins"] == .notMet && states["sessions-complete"] == .notMet)
  }

  @Test func anAgentThatStaysAfterItsDrainIsNamed() {
    var ending = Self.clean
    ending.exit = nil
    let (diagnosis, states) = Self.diagnosis(ending)
    #expect(diagnosis.findings.map(\.code) == ["DRN-007"])
    #expect(states["exits"] == .notMet && states["nothing-left"] == .notSeen)
  }

  @Test func anAgentThatNeverServedWasNotTested() {
    var ending = TermTestRecord.Ending(kind: .sessionsEnd, agent: .worker, startedAt: Self.began)
    ending.exit = TermTestRecord.Exit(at: Self.at(1), how: "exit 1", status: 1)
    let (diagnosis, states) = Self.diagnosis(ending)
    #expect(diagnosis.findings.map(\.code) == ["SIG-006"])
    #expect(states.values.allSatisfy { $0 == .notSeen }, "\(states)")
  }

  @Test func webSocketsThatTheServerClosedAreCut() {
    var ending = Self.clean
    ending.agent = .server
    ending.confirmedAt = nil
    var socket = TermTestRecord.Session(id: "WebSocket 1", kind: .webSocket)
    socket.end = .cut
    socket.endedAt = Self.at(10.01)
    socket.detail = "close 1012"
    ending.sessions = [socket, Self.session(.completed, at: 12)]
    let (diagnosis, states) = Self.diagnosis(ending)
    #expect(diagnosis.findings.map(\.code) == ["DRN-011"])
    #expect(states["sessions-complete"] == .notMet && states["exits"] == .met)
    #expect(diagnosis.termTest?.expectations.first { $0.id == "sessions-complete" }?.finding == "DRN-011")
  }

  @Test func aTestThatWasWrittenDownGivesTheSameFindings() throws {
    var file = CaseFile()
    file.termTest = TermTestRecord(subject: "x", means: "y", omissions: ["z"], endings: [Self.clean, Self.ending()])
    let again = try CanonicalJSON.decode(CaseFile.self, from: try CanonicalJSON.encode(file))
    #expect(again == file)
    #expect(try CanonicalJSON.encode(Diagnosis(of: again)) == CanonicalJSON.encode(Diagnosis(of: file)))
  }
}
