import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary
import Web

@testable import Platforms

/// A fleet in a folder of its own whose processes are bash scripts: stand-ins for what processes do with signals and exit
/// codes, not for workers.
final class LocalFleet {
  let folder: TemporaryFolder
  let client = HTTPClient()
  var settings: LocalProcessesSettings
  private(set) var platform: LocalProcesses

  init(_ script: String, replicas: Int = 1) throws {
    folder = try TemporaryFolder()
    settings = LocalProcessesSettings(
      target: "here", command: ["bash", "-c", script], directory: folder.path, replicas: replicas,
      home: folder.path + "/state", keeperCommand: [Products.folder + "/sluice-test-program", "keep-process"],
      inherited: ProcessEnvironment.current)
    settings.startWatch = .milliseconds(200)
    platform = try LocalProcesses(settings, client: client)
  }

  /// What the next command of the program has: nothing but the state folder.
  func anotherCommand() throws -> LocalProcesses { try LocalProcesses(settings, client: client) }

  /// Takes over changed settings.
  func reload() throws { platform = try anotherCommand() }

  func instances() async throws -> [InstanceObservation] {
    switch await platform.reading(within: .seconds(5)).answer {
    case .snapshot(let observation): return observation.instances
    case .failure(let failure): throw failure
    case .changes: throw SourceFailure(kind: .malformed, detail: "changes")
    }
  }

  func only() async throws -> InstanceObservation {
    let all = try await instances()
    try #require(all.count == 1)
    return all[0]
  }

  /// Polls until the only instance is as wanted, and returns it.
  @discardableResult
  func until(
    _ sourceLocation: SourceLocation = #_sourceLocation, _ condition: (InstanceObservation) -> Bool
  ) async throws -> InstanceObservation {
    var last: InstanceObservation?
    let held = try await Patience.until {
      last = try await only()
      return last.map(condition) == true
    }
    #expect(held, "the last was \(String(describing: last))", sourceLocation: sourceLocation)
    return try #require(last)
  }

  /// The pid of an instance's main process, by the keeper's record.
  func pid(_ generation: Int = 1, replica: Int = 1) throws -> Int32 {
    try KeptProcess.read("\(folder.path)/state/local/here/00000\(generation)/\(replica)/process").identity.pid
  }

  func send(_ signal: Signal, to pid: Int32) throws {
    #expect(try #require(ProcessIdentity(pid: pid)).send(signal))
  }

  /// A line as livekit-agents logs it, as an echo of bash.
  static func echo(_ message: String, _ fields: String = "") -> String {
    let extra = fields.isEmpty ? "" : ", " + fields
    return #"echo '{"message": "\#(message)", "level": "INFO", "name": "livekit.agents"\#(extra)}'"#
  }

  /// A script that answers TERM with a drain of so many seconds as a worker logs it.
  static func draining(_ seconds: String = "0.1") -> String {
    """
    \(echo("starting worker", #""version": "1.8.9""#))
    \(echo("registered worker", #""id": "AW_1""#))
    trap '\(echo("draining worker", #""id": "AW_1", "timeout": 3600"#).replacingQuotes); sleep \(seconds);
          \(echo("shutting down worker", #""id": "AW_1""#).replacingQuotes); exit 0' TERM
    while true; do sleep 0.02; done
    """
  }

  func tearDown() async throws {
    try await platform.cleanUp(grace: .zero)
    await client.shutDown()
  }
}

extension String {
  /// Single quotes as they are written within single quotes.
  fileprivate var replacingQuotes: String {
    split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
  }
}

/// Runs a test with a fleet of which nothing is left afterwards.
func withFleet(
  _ script: String, replicas: Int = 1, _ body: (LocalFleet) async throws -> Void
) async throws {
  let fleet = try LocalFleet(script, replicas: replicas)
  let outcome: Result<Void, any Error>
  do {
    outcome = .success(try await body(fleet))
  } catch {
    outcome = .failure(error)
  }
  try await fleet.tearDown()
  try outcome.get()
}
