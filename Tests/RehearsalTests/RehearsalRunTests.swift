import Cutover
import Journal
import Machine
import Runbooks
import TestSupport
import Testing
import Vocabulary
import Web

@testable import Rehearsal

/// A rehearsal as a whole: what it leaves behind, and what it says when it cannot begin.
@Suite(.serialized) struct RehearsalRunTests {
  private func rehearse(
    _ agent: [String], _ change: (inout Rehearsal.Options) -> Void = { _ in },
    whenNoted stop: @escaping @Sendable (RunEvent) -> Bool = { _ in false }
  ) async throws -> (outcome: RunOutcome, left: [ProcessStatus]) {
    let folder = try TemporaryFolder()
    let run = try RunStore(home: folder.file("home")).create(at: WallClock.live.now)
    let journal = try await JournalWriter(run)
    let program = Products.folder + "/sluice"
    let mark = "SLUICE_TEST_MARK_\(UInt64.random(in: 0 ... .max))"
    var options = Rehearsal.Options(
      agent: agent, directory: folder.path, environment: ProcessEnvironment.current.merging([mark: "1"]) { $1 },
      keeperCommand: [program, "keep-process"], home: run.path + "/fleet")
    change(&options)
    let http = HTTPClient()
    let rehearsal = Rehearsal(options: options, http: http, clock: ContinuousClock(), wallClock: .live)
    let (stops, stopping) = AsyncStream.makeStream(of: Void.self)
    let task = Task { await rehearsal.run(journal: journal) { if stop($0) { stopping.yield() } } }
    let watcher = Task {
      for await _ in stops { break }
      task.cancel()
    }
    let outcome = await task.value
    stopping.finish()
    await watcher.value
    await http.shutDown()
    let left = ProcessTable.all().filter {
      $0.isAlive && ProcessTable.environment(of: $0.pid)?[mark] != nil
    }
    return (outcome, left)
  }

  private var example: [String] { [Products.folder + "/sluice", "example-worker", "--port", "0"] }

  @Test(arguments: ["start", "drain", "verify"])
  func nothingRunsOnAfterACancellation(_ step: String) async throws {
    let result = try await rehearse(example, { $0.policy.warmUp = .seconds(100) }) { event in
      if case .stepStarted(let started, _) = event { started.id.rawValue == step } else { false }
    }
    guard case .interrupted = result.outcome else {
      Issue.record("\(result.outcome)")
      return
    }
    #expect(result.left.isEmpty, "\(result.left)")
  }

  @Test func workersThatNeverRegisterAreSaidToAndNothingIsLeft() async throws {
    let result = try await rehearse(["sleep", "600"]) {
      $0.policy.warmUp = .seconds(3)
      $0.workers = 1
    }
    guard case .failed(let error as RehearsalFailure, nil) = result.outcome else {
      Issue.record("\(result.outcome)")
      return
    }
    #expect(error.what == "0 of 1 workers registered, and not all served within 3s")
    #expect(error.why == "no worker came to LIVEKIT_URL, which the rehearsal sets")
    #expect(error.exitStatus == .timedOut)
    #expect(result.left.isEmpty, "\(result.left)")
  }

  @Test func aCommandThatIsNotThereIsSaidToBe() async throws {
    let result = try await rehearse(["/nowhere/agent"])
    guard case .failed(let error, nil) = result.outcome else {
      Issue.record("\(result.outcome)")
      return
    }
    #expect(error is any Failure, "\(error)")
    #expect(result.left.isEmpty)
  }
}
