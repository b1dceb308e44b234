import Cutover
import Journal
import Machine
import TestSupport
import Testing
import Vocabulary

@Suite struct RunStoreTests {
  let example: ExampleRun
  init() throws { example = try ExampleRun() }

  @Test func anIdIsTheTimeAndARandomPart() {
    let id = example.run.id.rawValue
    #expect(id.hasPrefix("20261118-110640-123-") && id.count == 26, "\(id)")
    #expect(Files.kind(of: example.run.path) == .directory)
  }

  @Test func idsSortByTime() throws {
    var random = SeededGenerator(seed: 5)
    var ids: [RunID] = []
    var time = Timestamp.example
    for _ in 0..<200 {
      time = time + .milliseconds(Int.random(in: 1...40_000_000, using: &random))
      ids.append(try example.store.create(at: time).id)
    }
    #expect(ids == ids.sorted())
  }

  @Test func fiveHundredRunsMayStartInOneMillisecond() async throws {
    let store = example.store
    let ids = try await withThrowingTaskGroup(of: RunID.self) { group in
      for _ in 0..<500 { group.addTask { try store.create(at: .example).id } }
      return try await group.reduce(into: Set<RunID>()) { $0.insert($1) }
    }
    #expect(ids.count == 500)
    #expect(try store.list().count == 501)
  }

  @Test func theListShowsEveryRunNewestFirstDamagedOnesToo() async throws {
    let store = example.store
    try await example.write()
    let finished = try store.create(at: .example + .seconds(1))
    let writer = try await JournalWriter(finished)
    try await writer.append(.runStarted(RunStarted(run: finished.id, target: "kitchen", command: ["x"], host: "h")))
    let end = RunFinished(verdict: .passed, exitStatus: .passed, at: .example)
    try await writer.append(.runFinished(end))
    let live = try store.create(at: .example + .seconds(2))
    let liveWriter = try await JournalWriter(live)
    try await liveWriter.append(.runStarted(RunStarted(run: live.id, target: nil, command: [], host: "h")))
    _ = try store.create(at: .example + .seconds(3))
    let noise = try store.create(at: .example + .seconds(4))
    try Files.write(Array("noise\n".utf8), to: noise.journal)
    // What lies there beside runs is no run.
    try Files.write([], to: store.home + "/runs/file")
    let list = try store.list()
    #expect(list.count == 5)
    guard case .damaged = list[0].state, case .damaged = list[1].state else {
      Issue.record("damaged runs: \(list)")
      return
    }
    #expect(list[2].state == .running && list[2].started?.target == nil)
    #expect(list[4].state == .unfinished && list[4].started?.target == "production" && list[4].began == .example)
    _ = writer
    // A writer that is still there is a run that is being written.
    #expect(list[3].state == .running && list[3].started?.target == "kitchen")
  }

  @Test func aFinishedRunShowsItsVerdict() async throws {
    do {
      let writer = try await example.writer()
      try await writer.append(example.started)
      try await writer.append(.runFinished(RunFinished(verdict: .failed, exitStatus: .failed, at: .example)))
    }
    let end = RunFinished(verdict: .failed, exitStatus: .failed, at: .example)
    #expect(try example.store.list().map(\.state) == [.finished(end)])
  }

  @Test func aTornRunIsUnfinished() async throws {
    let bytes = try await example.write()
    try Files.write(Array(bytes.dropLast(7)), to: example.run.journal)
    #expect(try example.store.list().map(\.state) == [.unfinished])
  }

  @Test func aRunIsFoundByItsIdOrAUniqueBeginning() throws {
    let store = example.store
    let later = try store.create(at: .example + .seconds(100))
    #expect(try store.find(later.id.rawValue) == later)
    #expect(try store.find(String(later.id.rawValue.prefix(16))) == later)
    let ambiguous = #expect(throws: JournalFailure.self) { try store.find("2026") }
    #expect(ambiguous?.exitStatus == .usage)
    for text in ["", "nothing", "../runs", "/"] {
      let missing = #expect(throws: JournalFailure.self) { try store.find(text) }
      #expect(missing?.exitStatus == .missingInput)
    }
    #expect(throws: JournalFailure.self) { try RunStore(home: "/no/such/home").find("x") }
    #expect(try RunStore(home: "/no/such/home").list().isEmpty)
  }
}
