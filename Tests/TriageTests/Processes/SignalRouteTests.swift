import Machine
import Testing
import Vocabulary

@testable import Triage

/// Verdicts from masks alone, as real processes had them (livekit-runtime.md §4).
struct SignalRouteTests {
  static func process(
    _ pid: Int32, below parent: Int32?, _ words: String..., caught: UInt64 = 0, ignored: UInt64 = 0,
    blocked: UInt64 = 0,
    inner: Int32? = nil
  ) -> ObservedProcess {
    var process = ObservedProcess(pid: pid, parent: parent, name: words[0])
    process.arguments = words
    process.caught = SignalSet(rawValue: caught)
    process.ignored = SignalSet(rawValue: ignored)
    process.blocked = SignalSet(rawValue: blocked)
    process.innerPID = inner ?? pid
    (process.listening, process.connections) = ([], 0)
    return process
  }

  static func worker(_ pid: Int32, below parent: Int32?, caught: UInt64 = 0x1_0000_4002, inner: Int32? = nil)
    -> [ObservedProcess]
  {
    [
      process(pid, below: parent, "python", "agent.py", "start", caught: caught, ignored: 0x100_1000, inner: inner),
      process(pid + 1, below: pid, "python", "-c", "from multiprocessing.forkserver import main; main(12)"),
      process(pid + 2, below: pid + 1, "python", "-c", "from multiprocessing.forkserver import main; main(12)"),
    ]
  }

  static func tree(_ processes: [ObservedProcess], signaled: Int32?) -> ProcessTree {
    ProcessTree(name: "agent", source: "/proc", signaled: signaled, takenAt: nil, processes: processes)
  }

  private func route(_ processes: [ObservedProcess], signaled: Int32? = 10) -> SignalRoute {
    SignalRoute(in: Self.tree(processes, signaled: signaled))
  }

  @Test func aWorkerThatIsSignaledItselfGetsIt() {
    let route = route(Self.worker(10, below: 1))
    #expect(route.outcome == .reaches && route.agent?.process.pid == 10 && route.agent?.kind == .worker)
  }

  @Test func aShellThatDoesNotExecKeepsTheSignal() {
    let shell = Self.process(10, below: 1, "sh", "-c", "python agent.py start; true", caught: 0x1_0002)
    let route = route([shell] + Self.worker(11, below: 10))
    #expect(route.outcome == .swallowed && route.culprit?.pid == 10 && route.agent?.process.pid == 11)
    #expect(route.why.contains("dies of it"))
  }

  @Test func theKernelSparesProcessOneOfAContainer() {
    let shell = Self.process(10, below: 1, "sh", "-c", "python agent.py start", caught: 0x1_0000, inner: 1)
    #expect(route([shell] + Self.worker(11, below: 10)).why.contains("the kernel drops the signal"))
    let agent = Self.worker(10, below: 1, caught: 0x1_0000_0000, inner: 1)
    #expect(route(agent).outcome == .swallowed)
  }

  @Test func aSignalThatIsIgnoredOrBlockedIsNotHeard() {
    for (ignored, blocked): (UInt64, UInt64) in [(0x4000, 0), (0, 0x4000)] {
      var agent = Self.worker(10, below: 1)
      agent[0].ignored = SignalSet(rawValue: ignored)
      agent[0].blocked = SignalSet(rawValue: blocked)
      #expect(route(agent).outcome == .deaf)
    }
  }

  @Test func aWorkerWithoutHandlerDiesOfItUnlessItStartsOrEnds() {
    let agent = Self.worker(10, below: 1, caught: 0x1_0000_0000)
    #expect(route(agent).outcome == .dies)
    #expect(route(Array(agent.prefix(2))).outcome == .unknown)
    #expect(route(Array(agent.prefix(1))).outcome == .unknown)
  }

  @Test func whatCannotBeReadIsUnknownAndNeverFine() {
    var agent = Self.worker(10, below: 1)
    agent[0].caught = nil
    #expect(route(agent).outcome == .unknown)
    #expect(route(Self.worker(10, below: 1), signaled: nil).outcome == .unknown)
    #expect(route([]).outcome == .unknown)
    let stranger = Self.process(30, below: 1, "bash")
    #expect(route(Self.worker(10, below: 1) + [stranger], signaled: 30).outcome == .unknown)
  }

  @Test func anAgentThatOutlivesItsWrapperWasNeverTold() {
    let route = route(Self.worker(11, below: 1))
    #expect(route.outcome == .swallowed && route.why.contains("process 10"))
  }

  @Test func aProgramThatTakesTheSignalIsJudgedByItsCommandLine() {
    let shell = Self.process(10, below: 1, "bash", "wrap.sh", caught: 0x1_4002)
    var tree = Self.tree([shell] + Self.worker(11, below: 10), signaled: 10)
    #expect(SignalRoute(in: tree).outcome == .unknown)
    for (outcome, expected): (String, SignalRoute.Outcome) in [
      ("drains", .reaches), ("swallowed", .swallowed), ("aborts", .aborts), ("unknown", .unknown),
    ] {
      tree.entry = ProjectFacts.Entry(
        subject: "process 10", outcome: outcome, sentence: "so it is", command: nil, place: nil, findings: [])
      #expect(SignalRoute(in: tree).outcome == expected)
    }
  }

  @Test func aTreeOfCirclesEnds() {
    let processes = [
      Self.process(10, below: 11, "sh"), Self.process(11, below: 10, "python", "agent.py", "start"),
      Self.process(12, below: 12, "sh"),
    ]
    #expect(route(processes, signaled: 12).outcome == .unknown)
    #expect(
      Diagnosis(
        of: {
          var file = CaseFile(); file.trees = [Self.tree(processes, signaled: 12)]; return file
        }()
      ).processes?.count == 1)
  }

  @Test func secretsOfACommandLineAreMasked() {
    let words = [
      "python", "agent.py", "--api-secret", "hunter2", "--api-key=APIx", "TOKEN=abc", "redis://me:pw@host/0",
      "sh -c 'x --password hunter3 --port 8081'", "--token", "--verbose", "monkey",
    ].withoutSecrets
    #expect(
      words == [
        "python", "agent.py", "--api-secret", "…", "--api-key=…", "TOKEN=…", "redis://me:…@host/0",
        "sh -c 'x --password … --port 8081'", "--token", "--verbose", "monkey",
      ])
  }
}
