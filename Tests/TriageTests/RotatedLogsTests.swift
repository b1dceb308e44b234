import Documents
import Logs
import Machine
import TestSupport
import Testing
import Triage
import Vocabulary

/// Logs that were rotated into several files.
struct RotatedLogsTests {
  typealias Log = RivalCauseTests.Log

  /// A worker's life in four parts, the oldest first; its drain reaches its limit in the last of them.
  private static let parts: [[String]] = {
    var (first, second, third, last) = (Log.worker("AW_1", pid: 7), Log(pid: 7), Log(pid: 7), Log(pid: 7))
    first.call(10, "AJ_1")
    second.call(20, "AJ_2")
    second.say(30, "process exiting", "\"job_id\": \"AJ_1\", \"reason\": \"\"")
    third.drain(40, "AW_1", timeout: 60)
    last.say(100, "drain timed out, forcing shutdown", level: "WARNING")
    last.say(101, "shutting down worker", "\"id\": \"AW_1\"")
    return [first, second, third, last].map(\.lines)
  }()

  /// Reads parts under these names, in an order that is given by their places.
  private func file(_ names: [String], _ order: [Int], of parts: [[String]] = parts) async throws -> CaseFile {
    let folder = try TemporaryFolder()
    for (name, lines) in zip(names, parts) {
      let path = try folder.write(
        lines.joined(separator: "\n") + "\n", to: name.hasSuffix(".gz") ? String(name.dropLast(3)) : name)
      if name.hasSuffix(".gz") {
        #expect(try await Invocation(["gzip", path]).run(within: .seconds(30)).succeeded)
      }
    }
    return try await LogGathering.read(order.map { names[$0] }, in: folder.path)
  }

  @Test(
    arguments: [
      ["agent.log.3.gz", "agent.log.2.gz", "agent.log.1", "agent.log"],
      ["agent.log-20261119", "agent.log-20261120.gz", "agent.log-20261121", "agent.log"],
      ["agent.jsonl.2026-11-19", "agent.jsonl.2026-11-20", "agent.jsonl.2026-11-21", "agent.jsonl"],
      // The clock says that these names run the other way.
      ["agent.log.1", "agent.log.2", "agent.log.3", "agent.log.4"],
    ], [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]])
  func theFilesOfOneLogTellOfOneWorker(names: [String], order: [Int]) async throws {
    let file = try await file(names, order)
    let worker = try #require(file.workers.first)
    #expect(file.workers.count == 1, "\(file.workers.map(\.origin))")
    #expect(worker.jobs.map(\.id) == ["AJ_1", "AJ_2"] && worker.drain.jobsAtBegin == 1)
    #expect(file.logs.map(\.name) == names, "they are read in the order of the clock")
    let found = Diagnosis(of: file).findings
    #expect(found.first?.code == "DRN-001", "\(found)")
    // Evidence stands in the file that holds the line.
    #expect(found.first?.evidence.last?.locator == "\(names[3]):1", "\(found)")
  }

  @Test func partsWithoutTimesFollowEachOtherByTheirNames() async throws {
    let parts = [
      ["INFO:     Started server process [7]", #"INFO:     127.0.0.1:1 - "WebSocket /ws" [accepted]"#],
      ["INFO:     Shutting down", "INFO:     connection closed", "INFO:     Finished server process [7]"],
    ]
    let file = try await file(["web.log.1", "web.log"], [1, 0], of: parts)
    #expect(file.webServers.count == 1 && file.logs.map(\.name) == ["web.log.1", "web.log"])
    #expect(Diagnosis(of: file).findings.first?.code == "DRN-011")
  }

  @Test(arguments: [["agent.log.1", "agent.log.2"], ["agent.1", "agent.2"], ["a-20261121.log", "b-20261121.log"]])
  func replicasThatAreNumberedAlikeStayApart(names: [String]) async throws {
    var (one, two) = (Log.worker("AW_1", pid: 7), Log.worker("AW_2", pid: 7))
    one.drain(600, "AW_1")
    two.drain(602, "AW_2")
    let file = try await file(names, [0, 1], of: [one.lines, two.lines])
    #expect(file.workers.count == 2 && file.workers.map(\.origin) == names)
  }
}
