import Documents
import LiveKit
import Testing

struct WireTests {
  static func decode(_ bytes: [UInt8]) throws -> WorkerMessage { try Wire.decode(WorkerMessage.self, from: bytes) }

  @Test func absentAndZeroAreDifferentWhereTheProtocolSaysSo() throws {
    var update = UpdateWorkerStatus()
    #expect(try Wire.encode(WorkerMessage(.updateWorker(update))) == [0x1A, 0x00])
    update.status = .available
    #expect(try Wire.encode(WorkerMessage(.updateWorker(update))) == [0x1A, 0x02, 0x08, 0x00])
    #expect(try Self.decode([0x1A, 0x00]).content == .updateWorker(UpdateWorkerStatus()))
    #expect(try Self.decode([0x1A, 0x02, 0x08, 0x00]).content == .updateWorker(update))
    var assignment = JobAssignment()
    #expect(assignment.url == nil)
    assignment.url = ""
    let bytes = try Wire.encode(ServerMessage(.assignment(assignment)))
    #expect(bytes == [0x1A, 0x02, 0x12, 0x00])
    #expect(try Wire.decode(ServerMessage.self, from: bytes).content == .assignment(assignment))
  }

  @Test func unknownNumbersOfEnumerationsAreCarriedOn() throws {
    let bytes: [UInt8] = [0x1A, 0x02, 0x08, 0x07]
    guard case .updateWorker(let update) = try Self.decode(bytes).content else {
      Issue.record("another message")
      return
    }
    #expect(update.status == .unrecognized(7))
    #expect(try Wire.encode(WorkerMessage(.updateWorker(update))) == bytes)
  }

  @Test func unknownFieldsAndMessagesAreSkipped() throws {
    // Fields 99 of all wire types, a group with a group in it, then a ping.
    let unknown: [UInt8] = [
      0x98, 0x06, 0x01, 0x99, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, 0x9A, 0x06, 0x01, 0xFF, 0x9D, 0x06, 1, 2, 3, 4, 0x9B, 0x06,
      0x13, 0x08, 0x01,
      0x14, 0x9C, 0x06,
    ]
    var ping = WorkerPing()
    ping.timestamp = 5
    #expect(try Self.decode(unknown + [0x2A, 0x02, 0x08, 0x05] + unknown).content == .ping(ping))
    #expect(try Self.decode(unknown).content == nil)
  }

  @Test func theLastOfAOneofCountsAndEqualOnesAreMerged() throws {
    var job = UpdateJobStatus()
    job.jobID = "a"
    job.error = "b"
    #expect(try Self.decode([0x22, 0x03, 0x0A, 0x01, 0x61, 0x22, 0x03, 0x1A, 0x01, 0x62]).content == .updateJob(job))
    #expect(
      try Self.decode([0x22, 0x03, 0x0A, 0x01, 0x61, 0x2A, 0x00, 0x22, 0x00]).content == .updateJob(UpdateJobStatus()))
    #expect(try Self.decode([0x22, 0x00, 0x2A, 0x00]).content == .ping(WorkerPing()))
  }

  @Test(arguments: [
    ([0x0A], WireFailure.truncated),
    ([0x0A, 0x05, 0x08], .truncated),
    ([0x98, 0x06], .truncated),
    ([0x9D, 0x06, 1, 2], .truncated),
    ([0x98, 0x06] + [UInt8](repeating: 0xFF, count: 10), .overlong),
    ([0x98, 0x06] + [UInt8](repeating: 0x80, count: 9) + [0x02], .overlong),
    ([0x00, 0x01], .fieldNumber),
    ([0x80, 0x80, 0x80, 0x80, 0x10, 0x01], .fieldNumber),
    ([0x0C], .group),
    ([0x9B, 0x06, 0x14], .group),
    ([UInt8](repeating: 0x0B, count: 33), .group),
    ([0x0F, 0x01], .group),
    ([0x08, 0x01], .wireType(field: 1)),
    ([0x1A, 0x02, 0x0A, 0x00], .wireType(field: 1)),
    ([0x22, 0x03, 0x0A, 0x01, 0xFF], .text(field: 1)),
    ([0x22, 0x04, 0x0A, 0x02, 0xC0, 0x80], .text(field: 1)),
  ])
  func brokenBytesAreRefused(bytes: [UInt8], failure: WireFailure) {
    #expect(throws: failure) { try Self.decode(bytes) }
  }

  @Test func messagesHaveALongestLength() throws {
    let limits = WireLimits(bytes: 10)
    var job = UpdateJobStatus()
    job.error = "0123456789"
    #expect(throws: WireFailure.tooLong(12)) { try Wire.encode(job, limits: limits) }
    #expect(throws: WireFailure.tooLong(11)) {
      try Wire.decode(UpdateJobStatus.self, from: [UInt8](repeating: 0, count: 11), limits: limits)
    }
  }
}
