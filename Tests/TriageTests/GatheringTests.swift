import Documents
import Machine
import Platforms
import TestSupport
import Testing
import Vocabulary

@testable import Triage

/// Containers through a stand-in for docker's command line, and bundles as folders.
struct GatheringTests {
  private let folder: TemporaryFolder
  private let now = Timestamp(milliseconds: 1_795_219_000_000)

  init() throws { folder = try TemporaryFolder() }

  /// A docker whose one container has this process and id.
  private func docker(pid: String, id: String, status: String = "running", fails: Bool = false) throws
    -> ContainerGathering
  {
    let top = """
      PID   PPID  PGID  STAT  BLOCKED           IGNORED           CAUGHT            COMMAND
      4711  4690  4711  Ss    0000000000000000  0000000000000000  0000000000010002  sh -c python agent.py start
      4720  4711  4711  Sl    0000000000000000  0000000001001000  0000000100004002  python agent.py start
      """
    let script = """
      #!/bin/sh
      \(fails ? "echo 'Error: No such container: agent' >&2; exit 1" : "")
      case $1 in
      inspect) echo '[{"Id":"\(id)","Name":"/agent","State":{"Status":"\(status)","Pid":\(pid)}}]' ;;
      top) cat <<'END'
      \(top)
      END
      ;;
      esac
      """
    _ = try folder.write(script, to: "docker", mode: 0o700)
    return try ContainerGathering(environment: ["PATH": "\(folder.path):/usr/bin:/bin"])
  }

  @Test func aContainerElsewhereIsReadThroughItsEngine() async throws {
    let tree = try await docker(pid: "4711", id: "0123456789abcdef-elsewhere").tree(of: "agent", now: now)
    #expect(tree.source == "docker top" && tree.signaled == 4711)
    let route = SignalRoute(in: tree)
    #expect(route.outcome == .swallowed && route.why.contains("process 1 of its container"), "\(route.why)")
    // What the engine does not tell is not known, and never none.
    #expect(tree.processes.allSatisfy { $0.connections == nil && $0.listening == nil })
  }

  @Test func aContainerOfThisMachineIsReadFromItsProcesses() async throws {
    let child = try Invocation(["sleep", "300"]).start()
    defer { child.send(.kill) }
    let group = String(decoding: try Files.read("/proc/\(child.pid)/cgroup", limit: 65_536), as: UTF8.self)
    let id = try #require(group.split(separator: "\n").first?.split(separator: ":").last.map(String.init))
    let tree = try await docker(pid: "\(child.pid)", id: id).tree(of: "agent", now: now)
    #expect(tree.source == "/proc" && tree.processes.map(\.pid) == [child.pid] && tree.name == "container agent")
  }

  @Test func aContainerThatCannotBeLookedIntoIsAnError() async throws {
    await #expect(throws: ContainerFailure.self) {
      try await docker(pid: "0", id: "x", status: "exited").tree(of: "agent", now: now)
    }
    await #expect(throws: DockerFailure.self) {
      try await docker(pid: "1", id: "x", fails: true).tree(of: "agent", now: now)
    }
    await #expect(throws: DockerFailure.self) {
      try await ContainerGathering(environment: ["PATH": "/nowhere"]).tree(of: "agent", now: now)
    }
  }

  @Test func aBundlesLogsAreRead() async throws {
    try Files.makeDirectory(folder.file("bundle/logs"))
    let line =
      #"{"message":"worker failed","level":"ERROR","name":"livekit.agents","exc_info":"ValueError: api_secret is required, or add LIVEKIT_API_SECRET in your environment","timestamp":"2026-11-21T00:00:00+00:00"}"#
    _ = try folder.write(line + "\n", to: "bundle/logs/v1-1.log")
    let diagnosis = Diagnosis(of: try await BundleGathering.read("bundle", in: folder.path))
    #expect(diagnosis.findings.first?.code == "CON-003")
    #expect(diagnosis.findings.first?.evidence.first?.locator == "logs/v1-1.log:1")
  }

  @Test func whatIsNoBundleIsRefused() async throws {
    _ = try folder.write("", to: "bundle.tar.gz")
    try Files.makeDirectory(folder.file("empty"))
    for name in ["bundle.tar.gz", "empty", "missing"] {
      await #expect(throws: BundleFailure.self) { try await BundleGathering.read(name, in: folder.path) }
    }
  }

  @Test func findingsThatAllLieBeforeAreLeftOut() throws {
    var file = CaseFile()
    let shell = SignalRouteTests.process(10, below: 1, "sh", "-c", "python agent.py start", caught: 0x1_0000)
    var tree = SignalRouteTests.tree([shell] + SignalRouteTests.worker(11, below: 10), signaled: 10)
    tree.takenAt = now
    file.trees = [tree]
    file.since = now
    #expect(Diagnosis(of: file).findings.count == 1)
    file.since = now + .seconds(1)
    #expect(Diagnosis(of: file).findings.isEmpty)
    // What has no time may have happened since.
    file.trees[0].takenAt = nil
    #expect(Diagnosis(of: file).findings.count == 1)
  }
}
