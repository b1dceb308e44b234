import Cutover
import Vocabulary

/// Whatever says from samples how a rollout stands: the verifier, or a foolish one that the judge must see through.
protocol Assessor {
  mutating func ingest(_ sample: Sample) -> Assessment
}

extension CutoverVerifier: Assessor {}

/// Holds what the verifier said of a history against what was true.
struct Judge {
  /// A property that a history broke.
  struct Violation: Sendable, CustomStringConvertible {
    let property: Property
    let explanation: String
    var description: String { "\(property.rawValue): \(explanation)" }
  }

  enum Property: String, Sendable, CaseIterable {
    case neverPassedWhenBad =
      "P1 never passed when a session was cut, landed late or still runs on old, or a region lags"
    case neverFailedWhenClean = "P2 never failed on a clean rollout"
    case passesWhenClean = "P3 a clean rollout that can be seen passes within two polls"
    case saysWhatIsMissing = "P3 a rollout that cannot be seen ends inconclusive with what was missing"
    case isDeterministic = "P4 the same samples give equal assessments, whole listings or changes"
    case failsWhenBad = "P5 a bad rollout that is seen well fails and names the sessions"
    case namesNoInnocent = "P5 no innocent session is named"
    case ends = "P6 every watch ends, and a failure soon"
    case recommends = "P7 a verdict other than passed ends with one recommended action"
  }

  /// What came of one history.
  struct Outcome: Sendable {
    var violations: [Violation] = []
    /// What this history was an example of, for the count that shows that no property is empty.
    var example = Example.other
    var polls = 0
    var verdict = Assessment.Verdict.pending
  }

  enum Example: String, Sendable, CaseIterable {
    case badPassedUnseen, badNotPassed, cleanMust, cleanMay, cleanCannot, wellSeenBad, other
  }

  /// Shows a history to the verifier, or to another assessor, and judges what it says.
  static func outcome(
    of history: History, thoroughly: Bool, by assessor: (any Assessor)? = nil,
    narrate: (Sample, Assessment) -> Void = { _, _ in }
  ) -> Outcome {
    var judge = Judge(history)
    judge.watch(assessor ?? history.verifier(), thoroughly: thoroughly, narrate: narrate)
    judge.judge()
    return judge.outcome
  }

  private let history: History
  private let truth: Truth
  private var outcome = Outcome()
  private var samples: [Sample] = []
  private var passed: Int?
  private var failed: Int?
  private var last: Assessment?

  private init(_ history: History) {
    self.history = history
    truth = Truth(of: history)
  }

  // MARK: The watch

  private mutating func watch(
    _ assessor: any Assessor, thoroughly: Bool, narrate: (Sample, Assessment) -> Void
  ) {
    var verifier = assessor
    var twin = history.verifier()
    var byChanges = history.verifier()
    var trackers: [SourceID: ObservationTracker] = [:]
    for sample in history.samples() {
      samples.append(sample)
      let assessment = verifier.ingest(sample)
      narrate(sample, assessment)
      if thoroughly, outcome.violations.isEmpty {
        let again = twin.ingest(sample)
        if again != assessment {
          violate(
            .isDeterministic,
            "sample \(sample.sequence) gave two assessments: \(Judge.difference(assessment, again))")
        }
        let changed = byChanges.ingest(Judge.changes(of: sample, &trackers))
        if changed != assessment {
          violate(
            .isDeterministic,
            "sample \(sample.sequence) as changes gave another assessment than as a listing: "
              + Judge.difference(assessment, changed))
        }
      }
      if assessment.verdict == .passed, passed == nil { passed = samples.count - 1 }
      if assessment.verdict == .failed, failed == nil { failed = samples.count - 1 }
      if failed != nil, assessment.verdict != .failed {
        violate(
          .ends, "failed at poll \((failed ?? 0) + 1) and \(assessment.verdict.rawValue) at poll \(samples.count)")
      }
      last = assessment
      if assessment.isFinal { break }
    }
    outcome.polls = samples.count
    outcome.verdict = last?.verdict ?? .pending
  }

  /// The parts in which two assessments differ, for people.
  private static func difference(_ one: Assessment, _ other: Assessment) -> String {
    func differ<Value: Equatable>(_ name: String, _ part: KeyPath<Assessment, Value>) -> String? {
      one[keyPath: part] == other[keyPath: part] ? nil : "\(name): \(one[keyPath: part]) / \(other[keyPath: part])"
    }
    return [
      differ("verdict", \.verdict), differ("reason", \.reason), differ("conditions", \.conditions),
      differ("sessions", \.sessions), differ("instances", \.instances), differ("latency", \.latency),
      differ("exposure", \.exposure), differ("forecast", \.forecast), differ("findings", \.findings),
      differ("recommendation", \.recommendedAction), differ("window", \.window), differ("regions", \.regions),
    ].compactMap(\.self).joined(separator: "; ")
  }

  private static func changes(of sample: Sample, _ trackers: inout [SourceID: ObservationTracker]) -> Sample {
    let readings = sample.readings.map { reading -> Reading in
      guard case .snapshot(let observation) = reading.answer else { return reading }
      let changes = trackers[reading.source, default: ObservationTracker()].changes(to: observation)
      return Reading(source: reading.source, takenAt: reading.takenAt, asOf: reading.asOf, answer: .changes(changes))
    }
    return Sample(sequence: sample.sequence, at: sample.at, readings: readings)
  }

  // MARK: The judgement

  private mutating func judge() {
    guard let last else { return }
    if !last.isFinal { violate(.ends, "still \(last.verdict.rawValue) three polls after the timeout") }
    if last.isFinal, (last.recommendedAction == nil) != (last.verdict == .passed) {
      violate(
        .recommends, "\(last.verdict.rawValue), and \(last.recommendedAction?.summary ?? "nothing is recommended")")
    }
    if let failed {
      let settled = history.polls[failed] + Int((world.policy.settle + world.policy.interval * 2).seconds * 1_000)
      if history.polls[samples.count - 1] > settled + 1_000 {
        violate(.ends, "failed at \(at(history.polls[failed])) and watched on past the settling")
      }
    }
    judgePass()
    judgeInnocence(last)
    let hasGhosts = history.sources.contains { $0.faults.keepsGhosts }
    if truth.isInnocent, !hasGhosts { judgeClean(last) }
    if truth.isOnlyStruck, !hasGhosts, let failed {
      violate(
        .neverFailedWhenClean, "only the server failed, and the verdict at \(at(history.polls[failed])): \(last.reason)"
      )
    }
    if !hasGhosts { judgeBad(last) }
  }

  private mutating func judgePass() {
    guard let passed else {
      if !truth.cut.isEmpty || !truth.late.isEmpty { outcome.example = .badNotPassed }
      return
    }
    let moment = history.polls[passed]
    let signs = VisibleSigns(history: history, samples: Array(samples[...passed]))
    for number in truth.cut where world.sessions[number].endedAt <= moment {
      if signs.shows(cut: number) {
        violate(.neverPassedWhenBad, "passed at \(at(moment)) although \(told(number)) was cut")
      } else {
        outcome.example = .badPassedUnseen
      }
    }
    for number in truth.late where world.sessions[number].startedAt.map({ $0 <= moment }) == true {
      if signs.shows(late: number) {
        violate(.neverPassedWhenBad, "passed at \(at(moment)) although \(told(number)) landed late")
      } else {
        outcome.example = .badPassedUnseen
      }
    }
    for number in truth.lost where world.sessions[number].endedAt <= moment && signs.shows(lost: number) {
      violate(.neverPassedWhenBad, "passed at \(at(moment)) although the server lost \(told(number))")
    }
    for region in Truth.regionsWithoutServing(in: world, at: moment) where signs.shows(region: region) {
      violate(.neverPassedWhenBad, "passed at \(at(moment)) although the new version has not served in \(region)")
    }
    for instance in world.instances where !instance.isIncoming && instance.told.map({ $0 > moment }) ?? true {
      if instance.isRunning(at: moment), signs.showsUntold(instance) {
        violate(.neverPassedWhenBad, "passed at \(at(moment)) although \(instance.id) was not told to drain")
      }
    }
    for number in world.sessions.indices {
      let session = world.sessions[number]
      guard let index = session.instance, !world.instances[index].isIncoming, session.isServed(at: moment) else {
        continue
      }
      if signs.showsRunning(number) {
        violate(.neverPassedWhenBad, "passed at \(at(moment)) although \(told(number)) still runs on old")
      }
    }
  }

  private mutating func judgeInnocence(_ last: Assessment) {
    guard !history.sources.contains(where: { $0.faults.keepsGhosts }) else { return }
    func check(_ named: [Assessment.Sessions.Named], are guilty: Set<Int>, of what: String) {
      for session in named {
        guard let number = world.sessions.firstIndex(where: { $0.id == session.id }), !guilty.contains(number) else {
          continue
        }
        violate(.namesNoInnocent, "\(told(number)) is called \(what): \(session.detail)")
      }
    }
    if world.trouble != .launcherDies { check(last.sessions.cut, are: truth.cut.union(truth.perhapsCut), of: "cut") }
    check(last.sessions.late, are: truth.perhapsLate, of: "late")
    check(last.sessions.unserved, are: truth.unserved, of: "unserved")
  }

  private mutating func judgeClean(_ last: Assessment) {
    if let failed {
      violate(
        .neverFailedWhenClean,
        "failed at \(at(history.polls[failed])): \(last.reason) "
          + last.conditions.filter { $0.state == .failed }.map(\.reason).joined(separator: "; "))
      return
    }
    guard world.trouble != .incomingNeverServes else { return }
    switch Sight(of: history, truth: truth) {
    case .must:
      outcome.example = .cleanMust
      guard let certain = Sight.firstCertainPoll(of: history, truth: truth), certain + 2 < history.polls.count else {
        return
      }
      let allowed = certain + 2
      let timeout = Int((world.policy.timeout ?? .zero).seconds * 1_000)
      guard history.polls[allowed] < timeout - 1_000, passed.map({ $0 > allowed }) ?? true else { return }
      violate(
        .passesWhenClean,
        "everything had happened and was listed at poll \(certain + 1) (\(at(history.polls[certain]))); "
          + (passed.map { "passed only at poll \($0 + 1)" } ?? "it ended \(last.verdict.rawValue): \(last.reason)"))
    case .may: outcome.example = .cleanMay
    case .cannot(let why):
      outcome.example = .cleanCannot
      let isSaid = last.conditions.contains {
        ($0.state == .inconclusive || $0.state == .timedOut) && !$0.reason.isEmpty
      }
      if passed != nil {
        violate(.saysWhatIsMissing, "passed although \(why)")
      } else if ![.inconclusive, .timedOut].contains(last.verdict) || !isSaid {
        violate(.saysWhatIsMissing, "ended \(last.verdict.rawValue) without saying what was missing: \(why)")
      }
    }
  }

  /// A platform that tells exactly, and a server that sees each session end: nothing can hide.
  private mutating func judgeBad(_ last: Assessment) {
    let isWellSeen =
      history.sources.allSatisfy { $0.faults.isNone } && truth.clockSpread == 0
      && history.sources.contains { $0.kind == .exactPlatform }
      && history.sources.contains { if case .dispatchServer = $0.kind { true } else { false } }
    guard isWellSeen, world.trouble != .launcherDies else { return }
    let deadline = Int((world.policy.timeout ?? .zero).seconds * 1_000)
    let settled = min(deadline, history.polls[samples.count - 1])
    let slack = 2 * Int(world.policy.interval.seconds * 1_000)
    let join = Int(world.policy.joinTimeout.seconds * 1_000)
    let lags = history.sources.flatMap { [$0.traits.arrivalLag, $0.traits.lingering] }
    let lateWords = slack / 2 + Int((lags.max() ?? .zero).seconds * 1_000)
    // An exception in a call looks like an agent that hangs up, and so may one do that leaves with its worker where agents
    // are expected to; a frozen worker's sessions end when the server notices.
    let cut = truth.cut.filter { number in
      let session = world.sessions[number]
      let seen = session.ending == .cut(.frozen) ? session.agentListedUntil : session.endedAt
      if session.isDropped {
        // Only its worker's drain is said: it is decided when everything that could still arrive has.
        return world.policy.agentHangsUp == .unexpected && seen + slack + lateWords < settled
      }
      return session.ending != .cut(.raised) && seen + slack < settled
    }
    // Two polls after the grace no clock but the poller's is needed to call a session late.
    let certain = (truth.cutover ?? .max / 2) + Int(world.policy.grace.seconds * 1_000) + slack
    let late = truth.late.filter { number in
      world.sessions[number].createdAt > certain && world.sessions[number].startedAt ?? .max < settled - slack
    }
    let unserved = truth.surelyUnserved.filter {
      world.sessions[$0].createdAt + join + slack < min(settled, world.sessions[$0].personLeftAt)
    }
    guard !cut.isEmpty || !late.isEmpty || !unserved.isEmpty else {
      judgeStuck(last, deadline: deadline)
      return
    }
    outcome.example = .wellSeenBad
    if last.verdict != .failed {
      violate(.failsWhenBad, "ended \(last.verdict.rawValue) although \(told(cut.union(late).union(unserved)))")
    }
    func check(_ numbers: Set<Int>, in named: [Assessment.Sessions.Named], of count: Int, what: String) {
      guard count == named.count else { return }
      for number in numbers where !named.contains(where: { $0.id == world.sessions[number].id }) {
        violate(.failsWhenBad, "\(told(number)) is not named among the \(what)")
      }
    }
    check(cut, in: last.sessions.cut, of: last.sessions.cutCount, what: "cut")
    check(late, in: last.sessions.late, of: last.sessions.lateCount, what: "late")
    check(unserved, in: last.sessions.unserved, of: last.sessions.unservedCount, what: "unserved")
  }

  /// Nothing bad but sessions that outlast the watch.
  private mutating func judgeStuck(_ last: Assessment, deadline: Int) {
    let running = world.sessions.indices.filter { number in
      let session = world.sessions[number]
      return session.isServed(at: deadline) && session.isServed(at: deadline - 20_000)
        && session.instance.map { !world.instances[$0].isIncoming } == true
    }
    guard truth.isInnocent, !running.isEmpty, last.verdict != .timedOut else { return }
    violate(.failsWhenBad, "ended \(last.verdict.rawValue) although \(told(Set(running))) still ran at the timeout")
  }

  // MARK: Words

  private var world: World { history.world }

  private mutating func violate(_ property: Property, _ explanation: String) {
    outcome.violations.append(Violation(property: property, explanation: explanation))
  }

  private func at(_ moment: Int) -> String { "\(moment / 1_000).\(moment % 1_000 / 100)s" }

  private func told(_ numbers: Set<Int>) -> String { numbers.sorted().prefix(4).map(told).joined(separator: ", ") }

  private func told(_ number: Int) -> String {
    let session = world.sessions[number]
    let instance = session.instance.map { world.instances[$0].id.rawValue } ?? "no instance"
    return "\(session.id) on \(instance) (\(at(session.startedAt ?? session.createdAt))–\(at(session.endedAt)), "
      + "\(session.ending))"
  }
}
