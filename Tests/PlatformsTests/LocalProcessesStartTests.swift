import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Platforms

@Suite struct LocalProcessesStartTests {
  private func failure(_ fleet: LocalFleet, _ version: VersionName = "v1", isReturning: Bool = false) async throws
    -> any Failure
  {
    do {
      let generation = try await fleet.platform.start(version, isReturning: isReturning)
      Issue.record("started \(generation)")
      throw LocalProcessesFailure.settings("started")
    } catch let failure as any Failure {
      return failure
    }
  }

  @Test func aCommandThatEndsAtOnceIsAnErrorWithTheEndOfItsLog() async throws {
    let fleet = try LocalFleet("echo all is well; echo \"No module named 'livekit'\" >&2; exit 1", replicas: 2)
    fleet.settings.startWatch = .seconds(10)
    try fleet.reload()
    let failure = try await failure(fleet)
    #expect(failure.what.hasSuffix("ended at once: exit 1"))
    #expect(failure.why?.contains("No module named 'livekit'") == true)
    #expect(failure.remedy != nil)
    #expect(failure.exitStatus == .actionFailed)
    #expect(try await fleet.instances().isEmpty)
    #expect(try await fleet.platform.versions().isEmpty)
    try await fleet.tearDown()
  }

  @Test func whatWasHalfStartedIsEndedAgain() async throws {
    // The second replica ends at once; the first would stay.
    let fleet = try LocalFleet("case $SLUICE_INSTANCE in *-2) exit 4;; esac; exec sleep 600", replicas: 2)
    fleet.settings.startWatch = .seconds(10)
    try fleet.reload()
    #expect(try await failure(fleet).what == "v1#1-2 ended at once: exit 4")
    #expect(ProcessTable.members(ofSession: try fleet.pid(1, replica: 1)).isEmpty)
    #expect(try await fleet.platform.current().isEmpty)
    // The next turn has another name, so that nobody takes one for the other.
    fleet.settings.command = ["sleep", "600"]
    fleet.settings.startWatch = .milliseconds(200)
    try fleet.reload()
    #expect(try await fleet.platform.start("v1", isReturning: false).id == "v1#2")
    try await fleet.tearDown()
  }

  @Test func aMissingProgramOrDirectoryIsNamed() async throws {
    let fleet = try LocalFleet("true")
    fleet.settings.command = ["./no-such-agent", "start"]
    try fleet.reload()
    let missing = try await failure(fleet)
    #expect(missing.description.contains("no-such-agent") && missing.exitStatus == .actionFailed)
    fleet.settings.directory = fleet.folder.path + "/nowhere"
    try fleet.reload()
    #expect(try await failure(fleet).description.contains("nowhere"))
    #expect(try await fleet.platform.versions().isEmpty)
    try await fleet.tearDown()
  }

  @Test func aFolderThatCannotBeWrittenIsNamed() async throws {
    let fleet = try LocalFleet("exec sleep 600")
    fleet.settings.home = "/proc/nowhere"
    try fleet.reload()
    let failure = try await failure(fleet)
    #expect(failure.description.contains("/proc/nowhere") && failure.exitStatus == .cannotCreate)
  }

  @Test func settingsThatCannotBeMeantAreRefused() throws {
    let fleet = try LocalFleet("true")
    fleet.settings.command = []
    #expect(throws: LocalProcessesFailure.self) { try fleet.reload() }
    fleet.settings.command = ["true"]
    fleet.settings.replicas = 0
    #expect(throws: LocalProcessesFailure.self) { try fleet.reload() }
  }

  @Test func aReturningVersionRunsAsItRanThen() async throws {
    try await withFleet("echo first; exec sleep 600") { fleet in
      _ = try await fleet.platform.start("v1", isReturning: false)
      fleet.settings.command = ["bash", "-c", "echo second; exec sleep 600"]
      try fleet.reload()
      _ = try await fleet.platform.start("v2", isReturning: false)
      let again = try await fleet.platform.start("v1", isReturning: true)
      #expect(again.id == "v1#2")
      let log = try #require(try await fleet.platform.logFiles(of: "v1#2").first)
      #expect(
        try await Patience.until { String(decoding: try Files.read(log, limit: 100), as: UTF8.self) == "first\n" })
      let unknown = try await failure(fleet, "v0", isReturning: true)
      #expect(unknown.what == "version 'v0' was never started here" && unknown.exitStatus == .actionFailed)
      #expect(unknown.why == "known are: v1, v2")
    }
  }

  @Test func aWorkerThatFailsLaterIsAFailureOfItsStart() async throws {
    let script = """
      \(LocalFleet.echo("starting worker")); while [ ! -e go ]; do sleep 0.02; done
      \(LocalFleet.echo("worker failed", #""exc_info": "Traceback\nOSError: [Errno 98] error while attempting to bind""#))
      exit 0
      """
    try await withFleet(script) { fleet in
      let generation = try #require(try await fleet.platform.start("v1", isReturning: false).id)
      #expect(try await fleet.platform.startFailure(of: generation) == nil)
      try Files.write([], to: fleet.folder.path + "/go")
      let ended = try await fleet.until { $0.phase == .ended }
      #expect(ended.end?.exitCode == 0 && ended.end?.cause == .crashed)
      let failure = try #require(try await fleet.platform.startFailure(of: generation))
      #expect(failure.what.contains("port is in use (CON-004)") && failure.exitStatus == .actionFailed)
    }
  }

  @Test(arguments: [
    (["a"], [] as [String], "stop-timeout 3900"),
    (["a", "--drain-timeout", "20"], [], "livekit-agents drain_timeout 20"),
    (["a", "--drain-timeout=0"], [], "stop-timeout 3900"), (["a"], ["1.6.4"], "livekit-agents drain_timeout 1800"),
    (["a", "--drain-timeout=5"], ["1.6.4"], "livekit-agents drain_timeout 5"), (["a"], ["x"], "stop-timeout 3900"),
  ])
  func theWindowNamesTheClockThatBinds(_ command: [String], _ versions: [String], _ binding: String) async throws {
    let version = versions.map { LocalFleet.echo("starting worker", #""version": "\#($0)""#) }.joined()
    try await withFleet("\(version.isEmpty ? "true" : version); exec sleep 600") { fleet in
      fleet.settings.command += ["--"] + command
      try fleet.reload()
      if !versions.isEmpty {
        _ = try await fleet.platform.start("v1", isReturning: false)
        try await fleet.until { $0.sdk != nil }
      }
      let clock = try #require(fleet.platform.window.binding)
      #expect("\(clock.name) \(Int(clock.limit?.seconds ?? -1))" == binding)
    }
  }
}
