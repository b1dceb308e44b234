import Cutover
import Machine
import TestSupport
import Testing
import Vocabulary

@testable import Journal

@Suite struct JournalTests {
  let example: ExampleRun
  init() throws { example = try ExampleRun() }

  @Test func everyKindReadsBackAsItWasWritten() async throws {
    let rollout = plan.rollout
    let assessment = Assessment(of: rollout, timesOutAt: .example)
    let owner = LockOwner(
      run: "r", host: "h", space: "pid:[1]", process: Host.process, acquired: .example, heartbeat: .example,
      expires: .example)
    let finding = Finding(
      code: "SIG-001", status: .suspected, severity: .critical, summary: "s",
      evidence: [Evidence(source: "log", at: nil, excerpt: "d")], remedy: "r")
    let events: [JournalEvent] = [
      example.started, .plan(plan), .stepStarted(StepStarted(name: "lock", timeout: .milliseconds(1_500))),
      .stepStarted(StepStarted(name: "free", timeout: nil)),
      .stepFinished(StepFinished(name: "lock", outcome: .timedOut, detail: "d", fields: ["keptAs-is": "v"])),
      .action(ActionRecord(name: "drain", phase: .intended, detail: "v1")), .sample(sample(1)),
      .assessment(assessment), .finding(finding),
      .lock(LockRecord(target: "t", event: .takenOver, other: owner)),
      .signal(SignalRecord(signal: "SIGINT", response: "saved")), .verdict(VerdictRecord(assessment: assessment)),
      .runFinished(RunFinished(verdict: .timedOut, exitStatus: .timedOut, at: .example)),
    ]
    let writer = try await example.writer()
    for (index, event) in events.enumerated() {
      #expect(try await writer.append(event, durably: index % 5 == 0) == index + 1)
    }
    let (read, torn) = try records(JournalReader(example.run.journal))
    #expect(read.map(\.event) == events)
    #expect(read.map(\.sequence) == Array(1...events.count))
    #expect(read.allSatisfy { $0.time == .example } && torn == nil)
  }

  @Test func linesAreChainedByWhatStockToolsCompute() async throws {
    try await example.write(3)
    let lines = try example.bytes().split(separator: 10).map { String(decoding: $0, as: UTF8.self) }
    #expect(
      lines[0].hasPrefix(#"{"hash":""#) && lines[0].contains(#""previous":"\#(String(repeating: "0", count: 64))""#))
    for number in 1...2 {
      let sum = try await Invocation([
        "bash", "-c", "sed -n \(number)p '\(example.run.journal)' | tr -d '\\n' | sha256sum",
      ])
      .run(within: .seconds(20))
      #expect(lines[number].contains(#""previous":"\#(sum.text.prefix(64))""#))
    }
  }

  @Test func aKindOfALaterProgramIsSkippedAndStillChained() async throws {
    let writer = try await example.writer()
    try await writer.append(example.started)
    // As a later program would: a record with its hashes, of a kind nobody here knows.
    let first = try example.bytes().dropLast()
    let unknown = JournalRecord(
      sequence: 2, time: .example, event: .unknown(kind: "later"), previous: JournalLine.hash(Array(first)))
    try AppendFile(example.run.journal).append(try JournalLine.encode(unknown) + [10])
    let (read, _) = try records(JournalReader(example.run.journal))
    #expect(read.map(\.event.kind) == ["run-started", "later"])
  }

  @Test func aTornLastLineIsRepairedAtEveryByte() async throws {
    let whole = try await example.write(4)
    let last = try #require(whole.dropLast().lastIndex(of: 10)) + 1
    for end in last..<whole.count {
      let torn = try ExampleRun()
      try Files.write(Array(whole[..<end]), to: torn.run.journal)
      var reader = try JournalReader(torn.run.journal)
      var count = 0
      while try reader.next() != nil { count += 1 }
      #expect(count == 3)
      #expect(reader.torn == (end == last ? nil : JournalReader.Torn(line: 4, size: end - last)))

      let writer = try await torn.writer()
      #expect(writer.repair?.line == (end == last ? nil : 4) && writer.repair?.size == (end == last ? nil : end - last))
      if let repair = writer.repair {
        #expect(try Files.read(repair.movedTo, limit: 10_000) == whole[last..<end] + [10])
      }
      try await writer.append(torn.started)
      let (records, _) = try records(JournalReader(torn.run.journal))
      #expect(records.count == 4)
    }
  }

  @Test func anUnreadableLastLineIsPutAsideWhenTheRunGoesOn() async throws {
    var bytes = try await example.write(4)
    bytes[bytes.count - 5] ^= 1
    try Files.write(bytes, to: example.run.journal)
    let failure = #expect(throws: JournalFailure.self) { try records(JournalReader(example.run.journal)) }
    #expect(failure?.what.hasSuffix("is damaged at line 4") == true && failure?.exitStatus == .badInput)
    let writer = try await example.writer()
    #expect(writer.repair?.line == 4)
    #expect(try await writer.append(example.started) == 4)
  }

  @Test func aChangedByteAnywhereIsReportedWithItsLine() async throws {
    let whole = try await example.write(4)
    var line = 1
    for index in whole.indices {
      for flip in [UInt8(1), 0x20, 0x80] {
        var bytes = whole
        bytes[index] ^= flip
        do {
          let (records, torn) = try records(JournalReader(bytes: bytes))
          // Only the last line's end can go: that is a torn line.
          #expect(index == whole.count - 1 && records.count == 3 && torn?.line == 4)
        } catch {
          guard case .unreadable(_, let reported, _) = error as? JournalFailure else {
            Issue.record("byte \(index): \(error)")
            continue
          }
          #expect(reported == line, "byte \(index)")
        }
      }
      if whole[index] == 10 { line += 1 }
    }
  }

  @Test func aLineTakenOutPutInOrExchangedBreaksTheChain() async throws {
    let lines = try await example.write(5).split(separator: 10).map(Array.init)
    func read(_ lines: [[UInt8]]) throws -> Int? {
      do {
        _ = try records(JournalReader(bytes: Array(lines.joined(separator: [10])) + [10]))
        return nil
      } catch JournalFailure.broken(_, let line, _) {
        return line
      }
    }
    #expect(try read(lines) == nil)
    #expect(try read([lines[0], lines[2], lines[3]]) == 2)
    #expect(try read(Array(lines.dropFirst())) == 1)
    #expect(try read([lines[0], lines[1], lines[1], lines[2]]) == 3)
    // A whole other journal's line with the right number does not fit either.
    let other = try ExampleRun()
    let strange = try await other.write(5).split(separator: 10).map(Array.init)
    #expect(try read([lines[0], strange[1], lines[2]]) == 2)
  }

  @Test func aBrokenChainIsNeverContinued() async throws {
    let lines = try await example.write(5).split(separator: 10).map(Array.init)
    try Files.write(Array([lines[0], lines[2], lines[3]].joined(separator: [10])) + [10], to: example.run.journal)
    let before = try example.bytes()
    let failure = await #expect(throws: JournalFailure.self) { _ = try await example.writer() }
    #expect(failure?.exitStatus == .badInput && failure?.remedy != nil)
    #expect(try example.bytes() == before)
  }

  @Test func manyTasksWriteOneChain() async throws {
    let writer = try await example.writer()
    try await withThrowingTaskGroup(of: [Int].self) { group in
      for task in 0..<8 {
        group.addTask {
          var sequences: [Int] = []
          for _ in 0..<50 {
            sequences.append(
              try await writer.append(.action(ActionRecord(name: "\(task)", phase: .done, detail: ""))))
          }
          return sequences
        }
      }
      var all: [Int] = []
      for try await sequences in group {
        #expect(sequences == sequences.sorted())
        all += sequences
      }
      #expect(all.sorted() == Array(1...400))
    }
    let (read, _) = try records(JournalReader(example.run.journal))
    #expect(read.count == 400)
  }

  @Test func aRunHasOneWriterAtATime() async throws {
    var writer: JournalWriter? = try await example.writer()
    try await writer?.append(example.started)
    let failure = await #expect(throws: JournalFailure.self) { _ = try await example.writer() }
    #expect(failure == .runIsBeingWritten(example.run.id) && failure?.exitStatus == .locked)
    #expect(try example.store.list().map(\.state) == [.running])
    writer = nil
    #expect(writer == nil)
    #expect(try await example.writer().count == 1)
  }
}
