import Cutover
import Documents
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Preflight

struct DrainWindowCheckTests {
  private func check(
    _ files: [String: String], clocks: [DrainLayer] = [], history: SessionHistory? = nil,
    sources: [SourceTraits] = [], readings: [Reading]? = nil
  ) async throws -> (result: CheckResult, object: Node) {
    let folder = try Project.folder(files)
    var context = CheckContext(directory: folder.path, root: folder.path, wallClock: WallClock { Self.now })
    context.sources = sources
    if let readings { context.look = { _ in readings } }
    let result = try await DrainWindowCheck(platformClocks: { clocks }, history: { history }).run(in: context)
    guard let object = result.object else { return (result, Node(.mapping(Mapping([])), at: Mark(line: 1, column: 1))) }
    return (result, try JSON.parse(try CanonicalJSON.encode(object), file: "result"))
  }

  private static let now = Timestamp(milliseconds: 10_000_000)
  private static let agent = "server = AgentServer(drain_timeout=1800)\n"
  private static let locked = "[[package]]\nname = \"livekit-agents\"\nversion = \"1.8.9\"\n"

  private static func grace(_ seconds: Int) -> String {
    """
    apiVersion: apps/v1
    kind: Deployment
    metadata: { name: agent }
    spec:
      template:
        spec:
          terminationGracePeriodSeconds: \(seconds)
          containers:
            - { name: agent, image: registry/agent:1 }

    """
  }

  @Test func theLeastClockBindsAndAnOuterOneThatIsShorterIsCritical() async throws {
    let (result, object) = try await check([
      "agent.py": Self.agent, "uv.lock": Self.locked, "k8s/agent.yaml": Self.grace(60),
    ])
    #expect(result.status == .problems && object["effective-seconds"]?.number == 60)
    #expect(object["binding"]?.text == "Kubernetes 'agent'" && object["is-upper-bound"]?.boolean == false)
    let finding = try #require(result.findings.first { $0.code == "CLK-001" })
    #expect(finding.severity == .critical)
    #expect(finding.evidence.map(\.locator) == ["k8s/agent.yaml:7", "agent.py:1"])
  }

  @Test func anOuterClockWithoutRoomForTheTailIsAWarning() async throws {
    let (result, _) = try await check([
      "agent.py": Self.agent, "uv.lock": Self.locked, "k8s/agent.yaml": Self.grace(1_810),
    ])
    #expect(result.findings.map(\.code) == ["CLK-003"] && result.findings.allSatisfy { $0.severity == .warning })
    let (good, _) = try await check([
      "agent.py": Self.agent, "uv.lock": Self.locked, "k8s/agent.yaml": Self.grace(1_900),
    ])
    #expect(good.status == .passed && good.findings.isEmpty)
  }

  @Test func theTimeOfPreStopIsTakenFromTheGrace() async throws {
    let text = Self.grace(1_900).replacing(
      "image: registry/agent:1 }",
      with: "image: registry/agent:1, lifecycle: { preStop: { sleep: { seconds: 300 } } } }")
    let (_, object) = try await check(["agent.py": Self.agent, "uv.lock": Self.locked, "k8s/agent.yaml": text])
    #expect(object["effective-seconds"]?.number == 1_600)
  }

  @Test func aValueThatOnlyRunningTellsIsUnknownAndNeverTheDefault() async throws {
    let (result, object) = try await check([
      "agent.py": "server = AgentServer(drain_timeout=int(os.environ['D']))\n", "uv.lock": Self.locked,
      "k8s/agent.yaml": Self.grace(1_900),
    ])
    guard case .inconclusive(let reason) = result.status else {
      Issue.record("\(result.status)")
      return
    }
    #expect(reason.contains("known only when it runs"))
    #expect(object["is-upper-bound"]?.boolean == true && object["effective-seconds"]?.number == 1_900)
    #expect(object["layers"]?[0]?["state"]?.text == "unknown" && object["layers"]?[0]?["window-seconds"] == nil)
  }

  @Test func theDefaultFollowsTheVersionAndAVersionThatIsNotKnownHasNone() async throws {
    let source = "server = AgentServer()\n"
    let (_, known) = try await check(["agent.py": source, "requirements.txt": "livekit-agents==1.6.4\n"])
    #expect(known["layers"]?[0]?["window-seconds"]?.number == 1_800)
    #expect(known["layers"]?[0]?["origin"]?.text == "default of 1.6.4 (requirements.txt:1)")
    for files in [["agent.py": source], ["agent.py": source, "requirements.txt": "livekit-agents>=1.2\n"]] {
      let (_, open) = try await check(files)
      #expect(open["layers"]?[0]?["state"]?.text == "unknown", "\(open)")
    }
  }

  @Test func theCommandLineOutweighsTheSource() async throws {
    let (_, object) = try await check([
      "agent.py": Self.agent, "uv.lock": Self.locked, "run.sh": "exec python agent.py start --drain-timeout 60\n",
    ])
    #expect(object["effective-seconds"]?.number == 60 && object["layers"]?[0]?["origin"]?.text == "run.sh:1")
  }

  @Test func openRTCHasItsOwnThirtySeconds() async throws {
    let (_, object) = try await check([
      "agent.py": "from openrtc import AgentPool\npool = AgentPool()\n", "requirements.txt": "openrtc==0.20.1\n",
      "k8s.yaml": Self.grace(120),
    ])
    #expect(object["effective-seconds"]?.number == 30 && object["binding"]?.text == "openrtc drain_timeout")
  }

  @Test func livekitTomlMeansTheCloudAndAComposeFileIsThenForElsewhere() async throws {
    let (result, object) = try await check([
      "agent.py": Self.agent, "uv.lock": Self.locked, "livekit.toml": "[agent]\nid = 'CA_x'\n",
      "compose.yaml": "services: { agent: { build: ., command: python agent.py start } }\n",
    ])
    #expect(object["effective-seconds"]?.number == 1_800 && result.findings.isEmpty, "\(object)")
    #expect(object["layers"]?[2]?["side"]?.text == "elsewhere")
  }

  @Test func anAgentWithoutAnyLimitIsKilledByTheOuterClock() async throws {
    let (result, object) = try await check([
      "agent.ts": "new ServerOptions({ agent: x });\n",
      "package.json": "{\"dependencies\": {\"@livekit/agents\": \"1.4.11\"}}",
      "k8s.yaml": Self.grace(30),
    ])
    #expect(object["layers"]?[0]?["state"]?.text == "unlimited")
    #expect(result.findings.first?.code == "CLK-001")
  }

  @Test func aFolderWithoutAnAgentIsNotChecked() async throws {
    let (result, _) = try await check(["main.py": "print(1)\n"])
    guard case .notChecked = result.status else {
      Issue.record("\(result.status)")
      return
    }
  }

  @Test func whatIsFilledInAtDeployTimeIsUnknown() async throws {
    let (_, object) = try await check([
      "agent.py": Self.agent, "uv.lock": Self.locked,
      "compose.yaml": "services:\n  agent:\n    build: .\n    stop_grace_period: ${GRACE:-60s}\n",
    ])
    #expect(object["layers"]?[1]?["state"]?.text == "unknown", "\(object)")
  }

  // MARK: What deploying now costs

  private static let rooms = SourceTraits(id: "rooms", kind: "livekit-rooms", sees: [.sessions])

  private static func live(_ ages: [Int]) -> [Reading] {
    let sessions = ages.enumerated().map { number, age in
      SessionObservation(
        id: SessionID("s\(number)"), version: "v1", basis: .attribute, startedAt: now - .seconds(age), agent: .present,
        person: .present)
    }
    return [Reading(source: "rooms", takenAt: now, answer: .snapshot(Observation(sessions: sessions)))]
  }

  private static func past(_ minutes: [Int]) -> SessionHistory {
    var history = SessionHistory()
    for length in minutes { history.note(length: .seconds(length * 60)) }
    return history
  }

  @Test func liveSessionsAreWeighedByTheLengthsOfPastOnes() async throws {
    let (result, object) = try await check(
      ["agent.py": Self.agent, "uv.lock": Self.locked, "k8s.yaml": Self.grace(1_900)],
      history: Self.past([10, 20, 50, 60, 70]), sources: [Self.rooms], readings: Self.live([30 * 60, 60, 60]))
    let now = object["deploy-now"]
    #expect(now?["live"]?.integer == 3 && now?["by-version"]?["v1"]?.integer == 3)
    // The one of half an hour outlives it surely, the two young ones in three of five cases each.
    #expect(now?["expected-cuts"]?.integer == 2, "\(object)")
    #expect(now?["zero-expected-seconds"]?.number == 2_940)
    #expect(result.findings.contains { $0.code == "CLK-002" && $0.status == .confirmed })
    #expect(
      result.lines.contains {
        $0 == "live calls stay on the version that serves them until they end: a deploy moves none of them"
      })
  }

  @Test func runsThatCannotBeReadAreCountedAndNamed() async throws {
    var history = Self.past([10, 20, 50])
    history.grounds = ["one", "two"]
    history.unread = ["three: its journal is damaged"]
    let files = ["agent.py": Self.agent, "uv.lock": Self.locked, "k8s.yaml": Self.grace(1_900)]
    let (result, object) = try await check(files, history: history)
    #expect(result.lines.contains("not read: 1 of 3 past runs: three: its journal is damaged"))
    #expect(object["runs-not-read"]?.sequence?.count == 1 && object["runs-read"]?.sequence?.count == 2)
  }

  @Test func findingsNameTheirFilesFromWhereTheCommandWasCalled() async throws {
    let folder = try Project.folder([
      "agents/a/agent.py": Self.agent, "agents/a/requirements.txt": "livekit-agents==1.6.4\n",
    ])
    let context = CheckContext(directory: folder.file("agents/a"), root: folder.path, called: folder.path)
    let result = try await DrainWindowCheck().run(in: context)
    let problem = try #require(result.findings.first { $0.code == "SIG-010" })
    #expect(problem.evidence.map(\.locator) == ["agents/a/requirements.txt:1"])
    #expect(result.lines.last == "files are named from 'agents/a'")
  }

  @Test func withoutAPastThereIsNoEstimateAndASilentSourceIsNoZero() async throws {
    let files = ["agent.py": Self.agent, "uv.lock": Self.locked, "k8s.yaml": Self.grace(1_900)]
    let (_, some) = try await check(files, sources: [Self.rooms], readings: Self.live([60]))
    #expect(some["deploy-now"]?["live"]?.integer == 1 && some["deploy-now"]?["expected-cuts"] == nil)
    let failed = [
      Reading(source: "rooms", takenAt: Self.now, answer: .failure(SourceFailure(kind: .timeout, detail: "no answer")))
    ]
    let (_, silent) = try await check(files, sources: [Self.rooms], readings: failed)
    #expect(silent["deploy-now"]?["live"] == nil && silent["deploy-now"]?["silent"]?.sequence?.count == 1)
    let (_, none) = try await check(files, sources: [Self.rooms], readings: Self.live([]))
    #expect(none["deploy-now"]?["live"]?.integer == 0 && none["deploy-now"]?["expected-cuts"]?.integer == 0)
    let blind = SourceTraits(id: "rooms", kind: "livekit-cloud", sees: [])
    let (_, unseen) = try await check(files, sources: [blind], readings: Self.live([]))
    #expect(unseen["deploy-now"]?["live"] == nil, "a source that lists no sessions tells no zero")
    let (_, offline) = try await check(files)
    #expect(offline["deploy-now"] == nil)
  }

  @Test func aLiveVersionWithAKnownProblemIsNamedWhateverTheFilesPin() async throws {
    let instance = InstanceObservation(id: "v1-1", sdk: "livekit-agents 1.6.4", phase: .serving, sessions: 2)
    let reading = Reading(source: "http", takenAt: Self.now, answer: .snapshot(Observation(instances: [instance])))
    let (result, object) = try await check(
      ["agent.py": Self.agent, "uv.lock": Self.locked, "k8s.yaml": Self.grace(1_900)],
      sources: [SourceTraits(id: "http", kind: "worker-http", sees: [.counts])], readings: [reading])
    #expect(object["deploy-now"]?["live"]?.integer == 2 && object["deploy-now"]?["expected-cuts"] == nil)
    #expect(result.findings.map(\.code) == ["SIG-010"] && result.findings.first?.evidence.first?.source == "http")
  }
}
