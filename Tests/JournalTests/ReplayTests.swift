import Cutover
import Journal
import Machine
import TestSupport
import Testing
import Vocabulary

@Suite struct ReplayTests {
  let example: ExampleRun
  init() throws { example = try ExampleRun() }

  @Test func changesAppliedInOrderGiveEveryListingBack() {
    var compactor = SampleCompactor()
    var trackers: [SourceID: ObservationTracker] = [:]
    var whole = 0
    for step in 1...260 {
      let original = sample(step)
      let compacted = compactor.compact(original)
      #expect(compacted.sequence == step && compacted.at == original.at)
      for (before, after) in zip(original.readings, compacted.readings) {
        #expect(before.source == after.source && before.takenAt == after.takenAt && before.asOf == after.asOf)
        switch (before.answer, after.answer) {
        case (.failure(let left), .failure(let right)): #expect(left == right)
        case (.snapshot(let listing), .snapshot(let same)):
          #expect(listing == same)
          whole += 1
          _ = trackers[after.source, default: ObservationTracker()].changes(to: same)
        case (.snapshot(let listing), .changes(let changes)):
          trackers[after.source]?.apply(changes)
          let expected = Observation(
            instances: listing.instances.sorted { $0.id < $1.id }, sessions: listing.sessions.sorted { $0.id < $1.id })
          #expect(trackers[after.source]?.observation == expected)
        default: Issue.record("\(after.answer)")
        }
      }
    }
    // The first of each source, one every hundred samples at most, one every ten minutes (120 samples here).
    #expect(whole >= 6 && whole < 12)
  }

  @Test func aWholeListingComesAfterTenMinutes() {
    var compactor = SampleCompactor()
    func kind(at seconds: Int) -> String {
      let at = Timestamp.example + .seconds(seconds)
      let reading = Reading(source: "s", takenAt: at, answer: .snapshot(listing(1)))
      switch compactor.compact(Sample(sequence: 1, at: at, readings: [reading])).readings[0].answer {
      case .snapshot: return "whole"
      case .changes(let changes): return changes.isEmpty ? "nothing" : "changes"
      case .failure: return "failure"
      }
    }
    #expect(
      [0, 10, 599, 600, 601, 1_199, 1_200].map(kind(at:)) == [
        "whole", "nothing", "nothing", "whole", "nothing", "nothing", "whole",
      ])
  }

  @Test func aReplayTakesInExactlyWhatTheRunDid() async throws {
    let writer = try await example.writer()
    try await writer.append(example.started)
    try await writer.append(.plan(plan))
    var compactor = SampleCompactor()
    var ingested: [Sample] = []
    for step in 1...130 {
      let compacted = compactor.compact(sample(step))
      ingested.append(compacted)
      try await writer.append(.sample(compacted))
    }
    let assessment = Assessment(of: plan.rollout, timesOutAt: .example)
    try await writer.append(.verdict(VerdictRecord(assessment: assessment)), durably: true)

    var watch = try JournalWatch(example.run.journal)
    #expect(try watch.next() == .plan(plan))
    for sample in ingested { #expect(try watch.next() == .sample(sample)) }
    #expect(try watch.next() == .verdict(VerdictRecord(assessment: assessment)))
    #expect(try watch.next() == nil && watch.torn == nil)
  }

  @Test func aJournalWithoutAPlanCannotBeReplayed() async throws {
    try await example.write()
    var watch = try JournalWatch(example.run.journal)
    let failure = #expect(throws: JournalFailure.self) { try watch.next() }
    #expect(failure == .noPlan(path: example.run.journal) && failure?.exitStatus == .badInput)
    let missing = #expect(throws: MachineFailure.self) { try JournalWatch("/no/such/journal") }
    #expect(missing?.exitStatus == .missingInput)
  }
}
