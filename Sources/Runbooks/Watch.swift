package import Cutover
package import Journal
package import Machine
package import SessionSources
import Vocabulary

/// Polls the sources of a target and takes each sample through the house: journal, verifier, whoever listens.
///
/// No step looks back: what the verifier ingests is what the journal holds, so that a replay gives the same verdict.
package actor Watch {
  /// What is verified.
  package let plan: WatchPlan
  private let sources: [any SessionSource]
  private let journal: JournalWriter
  private let clock: any Clock<Duration>
  private let wallClock: WallClock
  private let report: RunReport
  private let tend: @Sendable () async throws -> Void
  private var verifier: CutoverVerifier
  private var compactor: SampleCompactor
  private var sequence: Int
  private var last: Assessment?
  /// What each source listed at the last poll, whole; one that failed has no entry.
  private var listings: [SourceID: Observation] = [:]

  /// A watch that begins, or goes on after the samples that `resuming` holds; `tend` runs before each poll.
  package init(
    plan: WatchPlan, sources: [any SessionSource], journal: JournalWriter, resuming samples: [Sample] = [],
    clock: any Clock<Duration>, wallClock: WallClock, report: @escaping RunReport,
    tend: @escaping @Sendable () async throws -> Void = {}
  ) {
    self.plan = plan
    self.sources = sources
    self.journal = journal
    self.clock = clock
    self.wallClock = wallClock
    self.report = report
    self.tend = tend
    var verifier = CutoverVerifier(rollout: plan.rollout, sources: plan.sources, policy: plan.policy)
    for sample in samples { last = verifier.ingest(sample) }
    self.verifier = verifier
    // The next listing of each source is journaled whole: what was seen before the pause is not a base to build on.
    compactor = SampleCompactor()
    sequence = samples.last?.sequence ?? 0
  }

  /// The last assessment; nil before the first sample.
  package var assessment: Assessment? { last }

  /// What a source listed at the last poll, the one that the last assessment follows; nil: it gave no listing.
  func listing(of source: SourceID) -> Observation? { listings[source] }

  /// Polls at the policy's interval until an assessment satisfies the condition, or the limit is over.
  ///
  /// Returns the last assessment; the caller looks whether the condition holds. Throws when the journal cannot be written and
  /// `CancellationError` when it is cancelled, which is looked for before each poll and during each pause.
  package func run(limit: Duration, until isEnough: @Sendable (Assessment) async throws -> Bool) async throws
    -> Assessment
  {
    let pacing = Pacing(clock: clock)
    while true {
      try Task.checkCancellation()
      let began = pacing.elapsed
      let assessment = try await poll()
      if try await isEnough(assessment) || pacing.elapsed >= limit { return assessment }
      // A poll that took longer than the interval is followed by the next one at once.
      try await pacing.sleep(until: min(max(began + plan.policy.interval, pacing.elapsed), limit))
    }
  }

  /// Asks every source once, at the same time, and returns the assessment that follows.
  @discardableResult
  package func poll() async throws -> Assessment {
    try await tend()
    let limit = max(plan.policy.interval, .seconds(2))
    let sources = self.sources
    if listings.isEmpty { for source in sources { await source.expect(plan.rollout) } }
    let readings = await withTaskGroup(of: (Int, Reading).self) { group in
      for (index, source) in sources.enumerated() {
        group.addTask { (index, await source.reading(within: limit)) }
      }
      return await group.reduce(into: [(Int, Reading)]()) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
    try Task.checkCancellation()
    sequence += 1
    let now = max(wallClock.now, last?.at ?? plan.rollout.began)
    let sample = compactor.compact(Sample(sequence: sequence, at: now, readings: readings))
    try await journal.append(.sample(sample))
    let assessment = verifier.ingest(sample)
    last = assessment
    listings = [:]
    for reading in readings {
      if case .snapshot(let listing) = reading.answer { listings[reading.source] = listing }
    }
    report(.assessed(assessment))
    return assessment
  }

  /// The assessment of a watch that ends before its verdict.
  package func ended(as verdict: CutoverVerifier.Interruption) -> Assessment {
    verifier.ended(as: verdict, at: max(wallClock.now, last?.at ?? plan.rollout.began))
  }
}

/// Time that has passed on an injected clock, and pauses measured on it.
package struct Pacing {
  private let measure: () -> Duration
  private let pause: (Duration) async throws -> Void

  /// Counts from this moment on.
  package init<C: Clock>(clock: C) where C.Duration == Duration {
    let start = clock.now
    measure = { start.duration(to: clock.now) }
    pause = { try await clock.sleep(until: start.advanced(by: $0), tolerance: nil) }
  }

  /// How long ago it was made.
  package var elapsed: Duration { measure() }
  /// Waits until that long after it was made; throws when the task is cancelled.
  package func sleep(until moment: Duration) async throws { try await pause(moment) }
}
