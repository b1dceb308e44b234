import Journal
import Machine
import TestSupport
import Testing
import Vocabulary

/// A real process that writes a journal and is really killed.
@Suite struct JournalCrashTests {
  let example: ExampleRun
  let program = Products.folder + "/sluice-journal-writer"
  init() throws { example = try ExampleRun() }

  func invocation(_ mode: String) -> Invocation {
    Invocation([program, mode, example.run.path, example.run.id.rawValue])
  }

  @Test(.timeLimit(.minutes(10))) func killedAtAnyMomentNothingThatWasFlushedIsLost() async throws {
    var random = SystemRandomNumberGenerator()
    var flushed = 0
    for round in 0..<60 {
      let child = Locked<ChildProcess?>(nil)
      let lines = Locked<[String]>([])
      let wanted = Int.random(in: 0...12, using: &random)
      let pause = Int.random(in: 0...20_000, using: &random)
      let running = Task {
        try await invocation("write").run(
          within: .seconds(120),
          onLine: { line in
            let count = lines.withLock { lines in
              lines.append(line.line.text)
              return lines.count
            }
            guard count == wanted + 1 else { return }
            // At a moment that has nothing to do with what it writes.
            Patience.pause(.microseconds(pause))
            child.withLock { $0 }?.send(.kill)
          }, onStart: { started in child.withLock { $0 = started } })
      }
      let run = try await running.value
      #expect(run.end == .signaled(.kill), "\(run.errorText)")
      let said = lines.withLock { $0 }
      let opened = try #require(said.first.flatMap { Int($0.dropFirst("open ".count)) })
      #expect(opened >= flushed, "round \(round): the journal was opened with less than was flushed")
      flushed = said.dropFirst().compactMap { Int($0.dropFirst("flushed ".count)) }.last ?? flushed

      let (read, _) = try records(JournalReader(example.run.journal))
      #expect(read.count >= flushed)
    }
    #expect(flushed > 60)
    // The last word: the journal goes on as if nothing had been.
    let writer = try await example.writer()
    let count = await writer.count
    #expect(try await writer.append(example.started) == count + 1)
    let (read, torn) = try records(JournalReader(example.run.journal))
    #expect(read.count == count + 1 && torn == nil)
  }

  @Test func aFullDiskIsAClearErrorAndTheRecordsBeforeItStay() async throws {
    let run = try await invocation("fill").run(within: .seconds(60))
    #expect(run.succeeded, "\(run.errorText)")
    let words = run.text.split { $0 == " " || $0 == "\n" }
    let count = try #require(words.dropFirst().first.flatMap { Int($0) })
    #expect(words.first == "full" && words.dropFirst(2).first == "73" && count > 5)
    // With room again the chain goes on.
    #expect(run.text.hasSuffix("wrote \(count + 1)\n"))
    let (read, torn) = try records(JournalReader(example.run.journal))
    #expect(read.count == count + 1 && torn == nil)
  }

  @Test func aFolderThatCannotBeWrittenIsAnError() async throws {
    let store = RunStore(home: "/proc/no-such-home")
    let failure = #expect(throws: MachineFailure.self) { try store.create(at: .example) }
    #expect(failure?.exitStatus == .cannotCreate)
  }

  @Test func theLockOfAKilledProcessIsTakenOver() async throws {
    let child = Locked<ChildProcess?>(nil)
    let said = Locked("")
    let running = Task {
      try await invocation("lock").run(
        within: .seconds(120), onLine: { line in said.withLock { $0 = line.line.text } },
        onStart: { started in child.withLock { $0 = started } })
    }
    #expect(await Patience.until(.seconds(60)) { said.withLock { $0 } == "locked -" })
    let locks = TargetLocks(home: example.run.path)
    let failure = await #expect(throws: JournalFailure.self) { try await locks.acquire("t", for: "another") }
    #expect(failure?.exitStatus == .locked)
    #expect(try locks.owner(of: "t")?.run == example.run.id)
    child.withLock { $0 }?.send(.kill)
    _ = try await running.value
    let lock = try await locks.acquire("t", for: "another")
    #expect(lock.takenOverFrom?.run == example.run.id)
    #expect(lock.record.event == .takenOver)
  }
}
